"""Opening years, and the day by which villages submit; a year is closed on a page of its own."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.domain.opening import openings_of, queue_opening
from fupin.domain.years import set_due
from fupin.models import Region, RegionYear
from fupin.models.review import State
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.queries.places import villages_of
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from fupin.views.year_parts import DueForm, RegionYearTable


class YearsView(PlacedView):
    """Where the villages' year lies; the county office opens it."""

    action = Action.YEARS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return self.show(DueForm())

    def show(self, due: DueForm, status: int = 200) -> HttpResponse:
        """The page with its forms."""
        rows = self.rows().select_related("region")
        states = list(rows.order_by().values_list("state", flat=True))
        job = openings_of(self.place.region, self.place.year).first()
        table = RegionYearTable(rows)
        RequestConfig(self.request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {
            "table": table,
            "villages": self.villages().count(),
            "opened": len(states),
            "counted": [(state.label, states.count(state)) for state in State],
            "open": states.count(State.OPEN),
            "closed": states.count(State.CLOSED),
            "job": job,
            "is_opening": job is not None and not job.is_over,
            "due": due,
            "closing_url": self.place.url("closing"),
            "place": self.place,
            "previous_year": self.place.year - 1,
            "previous_url": self.beside(-1),
            "next_url": self.beside(1),
        }
        return render(self.request, "years.html", context, status=status)

    def rows(self) -> Any:
        """The years of the place's villages."""
        rows = RegionYear.objects.visible_to(self.request.user, Action.YEARS)
        return rows.filter(region__code__startswith=self.place.region.prefix, year=self.place.year)

    def beside(self, step: int) -> str:
        """The page of a year beside this one: the only way to a year that nobody has opened yet."""
        year = self.place.year + step
        return Place(self.place.region, year).url("years") if FIRST_YEAR <= year <= LAST_YEAR else ""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Open the year of all villages of the place, or set the day by which they submit."""
        what, place = request.POST.get("what"), self.place
        at = {"region": place.region, "year": place.year, "actor": request.user}
        due = DueForm()
        try:
            if what == "open":
                queue_opening(**at)
            elif what == "due":
                due = DueForm(request.POST)
                if not due.is_valid():
                    return self.show(due, status=422)
                messages.success(request, f"已为{set_due(**at, **due.cleaned_data)}个村改定报送截止日期。")
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(place.url("years"))

    def villages(self) -> Any:
        """The villages that the place has in the year."""
        return villages_of(Region.objects.visible_to(self.request.user), self.place.region, self.place.year)
