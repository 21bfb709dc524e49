"""Pages that record acts of a household."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action
from fupin.place import Place
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from households.acts import ACTS
from households.enums import ActKind
from households.interfaces.act_choices import CHOICES
from households.interfaces.act_forms import FORMS
from households.interfaces.acts import offered
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
                act = form.record()
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            else:
                messages.success(self.request, f"已登记：{act.get_kind_display()}，{act.on:%Y-%m-%d}。")
                return redirect(self.after(act))
        return render(self.request, self.template, {**context, "form": form}, status=422)

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


class RecordView(ActPage):
    """The form of a kind; where it asks for relations, whom it is about is chosen first."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Kinds that no form records are not there."""
        if kwargs["kind"] not in FORMS:
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the choice, or the form."""
        return self.go()

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Record it."""
        return self.go(request.POST)

    def go(self, *data: Any) -> HttpResponse:
        """The page of the kind, with what was posted if anything was."""
        home, kind = self.home(), ActKind(self.kwargs["kind"])
        menu = self.place.url("acts_menu", key=home.household_id)
        context = {
            "title": str(kind.label), "list_label": str(home), "hint": ACTS[kind].hint, "home": home,
            "list_url": self.place.url("households_detail", key=home.household_id), "cancel_url": menu,
            "menu_url": menu, "submit_label": "登记",
        }  # fmt: skip
        context["back_url"] = context["list_url"]
        actor: Any = self.request.user
        more: dict[str, Any] = {}
        if kind in CHOICES:
            choice = CHOICES[kind](self.request.GET or None, home=home, actor=actor)
            if not choice.is_valid():
                status = 422 if data or choice.is_bound else 200
                return render(
                    self.request, "households/act_choose.html", {**context, "form": choice}, status=status
                )
            more = choice.chosen
        form = FORMS[kind](*data, kind=kind, home=home, place=self.place, actor=actor, **more)
        return (
            self.save(form, context)
            if data
            else render(self.request, self.template, {**context, "form": form})
        )
