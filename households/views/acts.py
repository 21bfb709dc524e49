"""Pages that record acts of a household."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action
from fupin.domain.forms import claim_form, form_was_saved
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.drafts import RESTORE, DraftedPage, stamp_of
from fupin.resource.editing import AGAIN
from fupin.resource.stamp import Stamp, digest_of
from fupin.views.base import PlacedView
from households.acts import ACTS
from households.enums import ActKind
from households.interfaces.act_choices import CHOICES
from households.interfaces.act_forms import FORMS
from households.interfaces.acts import ACTS_LIST, offered
from households.models import Act, HouseholdYear


class ActPage(PlacedView):
    """A page that records something of a household; what the domain refuses is said above the form."""

    action = Action.EDIT
    template = "households/act_form.html"

    def home(self) -> HouseholdYear:
        """The household named by the URL; 404 outside the scope."""
        rows = HouseholdYear.objects.visible_to(self.request.user).filter(self.place.holds(HouseholdYear))
        return get_object_or_404(rows.select_related("household", "region"), household_id=self.kwargs["key"])

    def save(self, form: Any, context: dict[str, Any]) -> HttpResponse:
        """Record what the form says, or show it again with what is wrong."""
        if form.is_valid():
            try:
                return redirect(self.record(form))
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        return render(self.request, self.template, {**context, "form": form}, status=422)

    def record(self, form: Any) -> str:
        """Record it, and say where to go from there; raises Refused."""
        act = form.record()
        messages.success(self.request, f"已登记：{act.get_kind_display()}，{act.on:%Y-%m-%d}。")
        return self.after(act)

    def after(self, act: Act) -> str:
        """The household's page if it is still here, else the act's."""
        homes = HouseholdYear.objects.visible_to(self.request.user).filter(
            self.place.holds(HouseholdYear), household=act.household_id
        )
        if homes.exists():
            return self.place.url("households_detail", key=act.household_id)
        return Place(act.region, act.year).url("acts_detail", key=act.pk)


class MenuView(ActPage):
    """What can be recorded of a household."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        home = self.home()
        groups: dict[str, list[dict[str, str]]] = {}
        for kind in offered(home, request.user):
            url = self.place.url("acts_record", key=home.household_id, kind=kind.value)
            groups.setdefault(ACTS[kind].group, []).append(
                {"label": str(kind.label), "hint": ACTS[kind].hint, "url": url}
            )
        context = {
            "title": "登记变动", "home": home, "groups": list(groups.items()),
            "back_url": self.place.url("households_detail", key=home.household_id),
        }  # fmt: skip
        return render(request, "households/acts_menu.html", context)


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
