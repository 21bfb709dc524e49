"""The statistics builder, and its table as a workbook."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action, may
from fupin.domain.saved import query_to_keep
from fupin.views.base import PlacedView
from reports.interfaces.panels import Panel
from reports.interfaces.statistics import NAME, table_of, titled
from reports.interfaces.statistics_form import YEARS, Asked, StatisticsForm, choices_of, groups_without_homes
from reports.views.board import panel_file


class StatisticsBase(PlacedView):
    """What the page and the file share."""

    action = Action.REPORT

    def form(self) -> StatisticsForm:
        """The form as it was filled in; a fresh one where nothing was chosen yet."""
        self.groups = choices_of(self.place)
        asked = self.request.GET
        data = asked if "c" in asked or "rows" in asked else None
        return StatisticsForm(data, place=self.place, groups=self.groups)

    def table(self, form: StatisticsForm) -> Panel:
        """The table that a valid form asks for, under the name of the view that it is."""
        kept = query_to_keep(self.request.GET.urlencode())
        asked = self.request.GET
        panel = table_of(
            self.place, Asked.by_form(form), sort=asked.get("sort", ""), url=f"?{without_sort(kept)}&"
        )
        view = self.current()
        return titled(panel, view.name if view else "")

    def current(self) -> Any:
        """The saved table that is shown, if one is."""
        key = self.request.GET.get("view", "")
        return self.request.user.saved_views.filter(list=NAME, pk=key).first() if key.isdecimal() else None


def without_sort(query: str) -> str:
    """A query without the order of the rows, to which another is added."""
    return "&".join(part for part in query.split("&") if not part.startswith("sort="))


class StatisticsView(StatisticsBase):
    """统计表: choose rows and columns, see the table, save it, take it away."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the choice, and the table where one was made."""
        form = self.form()
        panel = self.table(form) if form.is_bound and form.is_valid() else None
        chosen = set(request.GET.getlist("c"))
        query = query_to_keep(request.GET.urlencode())
        context = {
            "place": self.place,
            "form": form,
            "panel": panel,
            "not_by_household": groups_without_homes(),
            "groups": [
                {
                    "label": label,
                    "count": sum(figure.code in chosen for figure in figures),
                    "figures": [
                        {"code": f.code, "label": f.label, "unit": f.unit, "chosen": f.code in chosen, "definition": f.definition}
                        for f in figures
                    ],
                }
                for label, figures in self.groups
            ],
            "saved": request.user.saved_views.filter(list=NAME),
            "current": self.current(),
            "query": query,
            "list": NAME,
            "save_url": self.place.url("views"),
            "here": self.place.url("statistics"),
            "download_url": f"{self.place.url('statistics_export')}?{query}"
            if may(request.user, Action.EXPORT, self.place.region.code)
            else "",
        }  # fmt: skip
        if (view := context["current"]) is not None:
            context["current_url"] = self.place.url("saved_view", key=view.pk)
            context["download_url"] += f"&view={view.pk}" if context["download_url"] else ""
        return render(request, "reports/statistics.html", context)


class StatisticsExportView(StatisticsBase):
    """The table as a workbook, with a header of two rows."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it; back to the choice where there is none."""
        form = self.form()
        if not form.is_bound or not form.is_valid():
            # There the form says what is missing.
            asked = request.GET.urlencode() if form.is_bound else f"rows={YEARS}"
            return redirect(f"{self.place.url('statistics')}?{asked}")
        return panel_file(self.table(form), self.place, request)
