"""A place's first page, and what its numbers mean."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.access import Action
from fupin.ledgers import LEDGERS
from fupin.views.base import PlacedView
from reports.interfaces.overview import overview_context
from reports.interfaces.periods import window_from_query
from reports.interfaces.statistics_form import choices_of
from reports.queries.summary import KINDS
from reports.queries.uses import uses_of


class OverviewView(PlacedView):
    """A place's first page: its figures, ledgers and what there is to do."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return render(request, "home.html", overview_context(self.place, request.user))


class DefinitionsView(PlacedView):
    """指标口径: what each figure counts."""

    action = Action.REPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        _form, window = window_from_query({}, self.place)
        uses = uses_of(window)
        countable = {figure.code for _, group in choices_of(self.place) for figure in group}
        figures = [
            {
                "code": figure.name,
                "label": figure.label,
                "unit": figure.unit,
                "definition": figure.definition,
                "base": base.description,
                "ledger": "、".join(LEDGERS[kind] for kind in figure.ledgers),
                "uses": "、".join(
                    [*uses.get(figure.name, []), *(["统计表"] if figure.name in countable else [])]
                ),
            }
            for base in dict.fromkeys(base for kind in KINDS.values() for base in kind.bases)
            for figure in (*base.all_figures(window), *base.listings())
        ]
        return render(request, "reports/definitions.html", {"figures": figures})
