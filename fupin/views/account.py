"""Log-in, log-out, change of password."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.contrib.auth import views as auth
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.http import HttpResponse
from django.urls import Resolver404, resolve, reverse_lazy

from fupin.domain.users import password_changed


class SignInView(auth.LoginView):
    """Log-in; too many failures lock user and address together (settings.AXES_*)."""

    authentication_form = AuthenticationForm
    redirect_authenticated_user = True

    def get_redirect_url(self) -> str:
        """Where log-in leads: to a page of ours that can be read, else home."""
        url = super().get_redirect_url()
        try:
            view = resolve(urlsplit(url).path).func.view_class  # type: ignore[attr-defined]
        except Resolver404:
            return ""
        readable = hasattr(view, "get") and "get" in view.http_method_names
        return url if readable and not issubclass(view, auth.LoginView) else ""


class NewPasswordForm(PasswordChangeForm):
    """The change of a password; the old one again is no change."""

    def clean(self) -> dict[str, Any]:
        """Refuse the old password."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("new_password1") and values.get("new_password1") == values.get("old_password"):
            self.add_error("new_password1", "新密码不能与原密码相同。")
        return values


class PasswordView(auth.PasswordChangeView):
    """Change of password, also the forced first one."""

    form_class = NewPasswordForm
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
