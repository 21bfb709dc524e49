"""Pages of reports: overview, summary, the rows behind a number, definitions."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action
from fupin.refusals import Refused
from fupin.resource.buttons import Button
from fupin.resource.views import ExportView, ListView
from fupin.views.base import PlacedView
from households.interfaces.resources import RESOURCES
from reports.figures.declare import Figure, Window
from reports.figures.measure import measure
from reports.interfaces.overview import overview_context
from reports.interfaces.periods import PeriodForm, window_from_query
from reports.interfaces.renderers import as_json, as_text, for_page, remarks_for_page
from reports.queries.summary import KINDS, Summary, build_summary, figure_by_code
from reports.wording.saying import said_together

BY_NAME = {resource.name: resource for resource in RESOURCES}


class WindowView(PlacedView):
    """A page about a place and a period."""

    action = Action.REPORT
    form: PeriodForm
    window: Window

    def enter(self) -> None:
        """Find the place, then the period."""
        super().enter()
        try:
            self.form, self.window = window_from_query(self.request.GET.dict(), self.place)
        except Refused as refused:
            messages.error(self.request, str(refused))
            self.form, self.window = window_from_query({}, self.place)

    def figure_url(self, figure: Figure) -> str:
        """Where the rows behind a figure are listed."""
        window = self.window
        query = urlencode({"first": window.first, "last": window.last, "since": window.since})
        place = type(self.place)(self.place.region, window.last)
        return f"{place.url('figure_rows', code=figure.code)}?{query}"


class OverviewView(PlacedView):
    """A place's first page: its figures, ledgers and what there is to do."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return render(request, "home.html", overview_context(self.place, request.user))


class SummaryView(WindowView):
    """The written summary, live."""

    def get(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Show it, or download it as text or JSON."""
        if kind not in KINDS:
            raise Http404
        try:
            summary = build_summary(kind=kind, window=self.window, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.place.url("overview"))
        if request.GET.get("format") in ("text", "json"):
            return self.download(summary, request.GET["format"])
        context = {
            "summary": for_page(summary, self.figure_url),
            "remarks": remarks_for_page(summary, self.figure_url),
            "form": self.form,
            "kind_label": summary.kind.label,
            "actions": [self.button("下载文本", "text"), self.button("下载JSON", "json")],
        }
        return render(request, "reports/summary.html", context)

    def button(self, label: str, format_: str) -> Button:
        """A download in a format."""
        query = {**self.request.GET.dict(), "format": format_}
        return Button(label, f"?{urlencode(query)}", download=True)

    @staticmethod
    def download(summary: Summary, format_: str) -> HttpResponse:
        """The file."""
        text, kind, ending = (
            (as_text(summary), "text/plain", "txt")
            if format_ == "text"
            else (as_json(summary), "application/json", "json")
        )
        response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(summary.title)}.{ending}"
        return response


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
        """The resource's rows that the figure counts."""
        return self.figure.rows(super().rows(), self.window)


class FigureRowsView(FigureRows, ListView):
    """The list behind a number, with its count and sum."""

    def more_context(self) -> dict[str, Any]:
        """The number itself, and the way back."""
        # As the summary says it: whoever clicked 66户156人 finds these words again.
        together = self.figure.base.said_with(self.figure, self.window)
        results = measure(together, self.window)
        back = (
            self.place.url("summary", kind="village")
            if self.place.region.is_village
            else self.place.url("overview")
        )
        query = urlencode({"first": self.window.first, "last": self.window.last, "since": self.window.since})
        return {
            "figure": {
                "label": self.figure.label,
                "value": said_together([results[figure.code] for figure in together]),
                "definition": self.figure.definition,
                "back_url": f"{back}?{query}",
            },
            "keep": [
                (name, self.request.GET[name])
                for name in ("first", "last", "since")
                if name in self.request.GET
            ],
        }

    def export_url(self) -> str:
        """Where these rows are downloaded."""
        return self.place.url("figure_export", code=self.figure.code)


class FigureExportView(FigureRows, ExportView):
    """The list behind a number, as a workbook."""

    action = Action.EXPORT

    def title(self) -> str:
        """Named after the figure."""
        return f"{self.place.region}{self.window.last}年{self.figure.label}明细"


class DefinitionsView(PlacedView):
    """指标口径: what each figure counts."""

    action = Action.REPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        _form, window = window_from_query({}, self.place)
        figures = [
            {
                "code": figure.code,
                "label": figure.label,
                "unit": figure.unit,
                "definition": figure.definition,
                "base": base.description,
                "ledger": base.ledger.label,
            }
            for base in dict.fromkeys(base for kind in KINDS.values() for base in kind.bases)
            for figure in base.all_figures(window)
        ]
        return render(request, "reports/definitions.html", {"figures": figures})
