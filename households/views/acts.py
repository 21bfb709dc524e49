"""Pages that record acts of a household."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action
from fupin.place import Place
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from households.acts import ACTS
from households.interfaces.acts import offered
from households.models import Act, HouseholdYear


class ActPage(PlacedView):
    """A page that records something of a household; what the domain refuses is said above the form."""

    action = Action.EDIT
    template = "resource/short_form.html"

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
