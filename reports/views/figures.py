"""The rows behind a number."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.db.models import QuerySet
from django.http import Http404

from funds.interfaces.resources import RESOURCES as OF_FUNDS
from fupin.access import Action
from fupin.refusals import Refused
from fupin.resource.buttons import Button
from fupin.resource.exports import ExportView
from fupin.resource.lists import ListView
from households.interfaces.resources import RESOURCES as OF_HOUSEHOLDS
from reports.figures.declare import Figure
from reports.figures.measure import measure
from reports.figures.only import NOT_BY_HOUSEHOLD, Only
from reports.interfaces.periods import query_of
from reports.interfaces.statistics import NAME as STATISTICS
from reports.interfaces.statistics import is_statistics
from reports.queries.summary import definition_name, figure_by_code, kind_of
from reports.views.base import WindowView
from reports.wording.saying import said_together

BY_NAME = {resource.name: resource for resource in (*OF_HOUSEHOLDS, *OF_FUNDS)}


class FigureRows(WindowView):
    """Which rows are behind a number: a mixin over a resource's list or export."""

    figure: Figure

    def enter(self) -> None:
        """Find the figure, and the resource whose rows it counts."""
        super().enter()
        try:
            only = Only.of_word(self.request.GET.get("only", ""))
        except Refused as wrong:
            raise Http404 from wrong
        self.window = replace(self.window, only=only)
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
    kept = (*ListView.kept, "first", "last", "since", "part", "from", "only", "back", "against")

    def elsewhere(self) -> str | None:
        """Whoever comes from a table of their own goes back to it: its address, with its columns, is taken along."""
        asked = self.request.GET
        if asked.get("from") == STATISTICS and "back" not in asked:
            came = urlsplit(self.request.headers.get("Referer", ""))
            back = f"{came.path}?{came.query}"
            if came.netloc == self.request.get_host() and is_statistics(back):
                return f"{asked.urlencode()}&{urlencode({'back': back})}"
        return super().elsewhere()

    def more_context(self) -> dict[str, Any]:
        """The number itself, and the way back."""
        # As the summary says it: whoever clicked 66户156人 finds these words again.
        together = self.figure.base.said_with(self.figure, self.window)
        results = measure(together, self.window)
        kind = kind_of(self.figure, self.place.region.level)
        query = query_of(self.window)
        came = self.request.GET.get("from")
        if came == STATISTICS:
            back, query = self.request.GET.get("back", ""), ""
            back = back if is_statistics(back) else self.place.url("statistics")
        elif came == "proof":
            back, query = self.place.url("proof"), ""
        elif kind is None or came == "dashboard":
            against = self.request.GET.get("against", "")
            back, query = self.place.url("dashboard"), f"against={against}" if against.isdecimal() else ""
        else:
            back = self.place.url("summary", kind=kind.code)
        return {
            "figure": {
                "label": self.figure.label,
                "value": said_together([results[figure.code] for figure in together]),
                "definition": self.figure.definition,
                "only": self.only_said(),
                "definition_url": f"{self.place.url('definitions')}#{definition_name(self.figure)}",
                "back_url": f"{back}?{query}" if query else back,
            },
        }

    def only_said(self) -> str:
        """Of which households and villages the number is, where not of all."""
        only = self.window.only
        if only.of_homes and self.figure.base.home is None:
            return "；".join(
                filter(
                    None, (replace(only, categories=(), status="", exits=(None, None)).said, NOT_BY_HOUSEHOLD)
                )
            )
        return only.said

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
