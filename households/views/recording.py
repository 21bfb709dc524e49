"""The page on which an act of a household is recorded."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.domain.forms import claim_form, form_was_saved
from fupin.resource.drafts import RESTORE, DraftedPage, stamp_of
from fupin.resource.editing import AGAIN
from fupin.resource.stamp import Stamp, digest_of
from households.acts import ACTS
from households.enums import ActKind
from households.interfaces.act_choices import CHOICES
from households.interfaces.act_forms import FORMS
from households.interfaces.acts import ACTS_LIST
from households.models import HouseholdYear
from households.views.acts import ActPage


class RecordView(ActPage, DraftedPage):
    """The form of a kind; where it asks for relations, whom it is about is chosen first.

    What is typed is kept, but for the forms that stand on a choice: those are a choice anew.
    """

    resource = ACTS_LIST

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Kinds that no form records are not there."""
        if kwargs["kind"] not in FORMS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    @property
    def kind(self) -> ActKind:
        """What is recorded."""
        return ActKind(self.kwargs["kind"])

    def form_key(self, row: Any) -> str:
        """The household's form of this kind."""
        return f"acts_{self.kind.value}/{row.pk}"

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the choice, or the form; with its draft, where that is asked for."""
        home = self.home()
        return self.unchosen(home) or self.show(home)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Record it; or keep or forget a draft."""
        home = self.home()
        if request.POST.get("what") == "draft":
            return self.answer_draft(home)
        if request.POST.get("what") == "discard":
            return self.answer_discard(home)
        if (choice := self.unchosen(home, posted=True)) is not None:
            return choice
        context = self.context(home)
        return self.save(self.form(home, request.POST), {**context, "stamp": self.stamp_sent(home)})

    def record(self, form: Any) -> str:
        """Record it once, however often the page is sent."""
        stamp = self.stamp_sent(form.home)
        if stamp is None:
            return super().record(form)
        digest = digest_of(sorted(self.fields_sent().items()))
        with transaction.atomic():
            sent, free = claim_form(user=self.request.user, token=stamp.token, digest=digest)
            if not free and sent.digest == digest:
                messages.info(self.request, AGAIN)
                return sent.url
            url = super().record(form)
            form_was_saved(form=sent, digest=digest, url=url)
            return url

    def show(self, home: HouseholdYear) -> HttpResponse:
        """The form, empty or with what was kept."""
        context = self.context(home)
        typed: dict[str, Any] = {}
        if self.kind not in CHOICES:
            draft = self.draft(home)
            restored = draft if RESTORE in self.request.GET else None
            stamp = stamp_of(restored) if restored else Stamp(self.request.user.pk, self.form_key(home), None)
            context |= {"stamp": stamp, "restored": restored, "draft": None if restored else draft}
            if restored:
                typed["initial"] = {name: texts[-1] for name, texts in restored.typed.items()}
        form = self.form(home, **typed)
        return render(self.request, self.template, {**context, "form": form})

    def unchosen(self, home: HouseholdYear, *, posted: bool = False) -> HttpResponse | None:
        """The choice that comes before the form, unless it has been made; what was chosen is kept for the form."""
        self.chosen: dict[str, Any] = {}
        if self.kind not in CHOICES:
            return None
        choice = CHOICES[self.kind](self.request.GET or None, home=home, actor=self.request.user)
        if choice.is_valid():
            self.chosen = choice.chosen
            return None
        context = {**self.context(home), "form": choice}
        status = 422 if posted or choice.is_bound else 200
        return render(self.request, "households/act_choose.html", context, status=status)

    def form(self, home: HouseholdYear, *data: Any, **more: Any) -> Any:
        """The form of the kind."""
        said = {"kind": self.kind, "home": home, "place": self.place, "actor": self.request.user}
        return FORMS[self.kind](*data, **said, **self.chosen, **more)

    def context(self, home: HouseholdYear) -> dict[str, Any]:
        """What is around the form."""
        menu = self.place.url("acts_menu", key=home.household_id)
        url = self.place.url("households_detail", key=home.household_id)
        return {
            "title": str(self.kind.label), "list_label": str(home), "hint": ACTS[self.kind].hint, "home": home,
            "list_url": url, "back_url": url, "cancel_url": menu, "menu_url": menu, "submit_label": "登记",
        }  # fmt: skip
