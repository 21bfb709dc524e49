"""Log-in, log-out, change of password."""

from __future__ import annotations

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpResponse
from django.urls import reverse_lazy

from fupin.domain.users import password_changed


class SignInView(auth.LoginView):
    """Log-in; too many failures lock user and address together (settings.AXES_*)."""

    authentication_form = AuthenticationForm
    redirect_authenticated_user = True


class PasswordView(auth.PasswordChangeView):
    """Change of password, also the forced first one."""

    form_class = PasswordChangeForm
    template_name = "registration/password_change.html"
    success_url = reverse_lazy("home")

    def get_context_data(self, **kwargs: object) -> dict[str, object]:
        """Say whether this is the forced change."""
        return super().get_context_data(first=self.request.user.must_change_password, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        """Keep the new password, and the session."""
        response = super().form_valid(form)
        password_changed(user=form.user)
        return response
