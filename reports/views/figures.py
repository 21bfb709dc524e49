"""The rows behind a number."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from funds.interfaces.resources import RESOURCES as OF_FUNDS
from fupin.access import Action
from fupin.resource.buttons import Button
from fupin.resource.exports import ExportView
from fupin.resource.lists import ListView
from households.interfaces.resources import RESOURCES as OF_HOUSEHOLDS
from reports.figures.declare import Figure
from reports.figures.measure import measure
from reports.queries.summary import definition_name, figure_by_code, kind_of
from reports.views.base import WindowView, query_of
from reports.wording.saying import said_together

BY_NAME = {resource.name: resource for resource in (*OF_HOUSEHOLDS, *OF_FUNDS)}


class FigureRows(WindowView):
    """Which rows are behind a number: a mixin over a resource's list or export."""

    figure: Figure

    def enter(self) -> None:
        """Find the figure, and the resource whose rows it counts."""
        super().enter()
        figure = figure_by_code(self.kwargs["code"], self.window)
        # The rows are those of the place's year: a number of another year would not be about them.
        if figure is None or self.window.last != self.place.year:
            raise Http404
        self.figure, self.resource = figure, BY_NAME[figure.base.resource]

    def rows(self) -> QuerySet:
        """The resource's rows that the figure counts, of all the years that it looks at."""
        years = self.window.span(self.figure.base.span)
        rows = self.resource.rows(self.request.user, self.place, years=years)
        return self.figure.rows(rows, self.window)


class FigureRowsView(FigureRows, ListView):
    """The list behind a number, with its count and sum."""

    saves_views = False
    exports_in_full = False
    kept = (*ListView.kept, "first", "last", "since", "part", "from")

    def more_context(self) -> dict[str, Any]:
        """The number itself, and the way back."""
        # As the summary says it: whoever clicked 66户156人 finds these words again.
        together = self.figure.base.said_with(self.figure, self.window)
        results = measure(together, self.window)
        kind = kind_of(self.figure, self.place.region.level)
        query = query_of(self.window)
        if kind is None or self.request.GET.get("from") == "dashboard":
            back, query = self.place.url("dashboard"), ""
        else:
            back = self.place.url("summary", kind=kind.code)
        return {
            "figure": {
                "label": self.figure.label,
                "value": said_together([results[figure.code] for figure in together]),
                "definition": self.figure.definition,
                "definition_url": f"{self.place.url('definitions')}#{definition_name(self.figure)}",
                "back_url": f"{back}?{query}" if query else back,
            },
        }

    def print_buttons(self) -> list[Button]:
        """None: the sheets are about the place's list, not about a figure's rows."""
        return []

    def export_url(self) -> str:
        """Where these rows are downloaded."""
        return self.place.url("figure_export", code=self.figure.code)


class FigureExportView(FigureRows, ExportView):
    """The list behind a number, as a workbook."""

    action = Action.EXPORT

    def title(self) -> str:
        """Named after the figure."""
        return f"{self.place.region}{self.window.last}年{self.figure.label}明细"

    def summed(self) -> tuple[str, ...]:
        """Nothing over several years: a household of each of them would be added to itself."""
        first, last = self.window.span(self.figure.base.span)
        return super().summed() if first == last else ()

    def list_url(self) -> str:
        """The list behind the number."""
        return self.place.url("figure_rows", code=self.figure.code)
