"""The benefits of a place and year as the townships' ledgers, and what ties of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from funds.interfaces.checks import check_panels
from funds.interfaces.shapes import SHAPES, SUMMED, lines_of, rows_in
from funds.queries.checks import measures_in
from fupin.access import Action, may
from fupin.resource import Panel
from fupin.resource.buttons import Button
from fupin.resource.exports import ExportView, FullExportView
from fupin.resource.views import ResourceView
from fupin.sheets.columns import Column
from households.interfaces.tables import money


def told(amount: Decimal | None) -> str:
    """A sum in 元; that no amount is known is not 0."""
    return "金额未填" if amount is None else f"{money(amount)}元"


class ShapeView(ExportView):
    """The benefits of one of the townships' ledgers, in its columns."""

    shape = ""

    def rows(self) -> QuerySet:
        """Those of the ledger's measures."""
        return rows_in(super().rows(), SHAPES[self.shape])

    def sheet(self, rows: Any) -> tuple[Sequence[Column], Iterable[Mapping[str, Any]]]:
        """The ledger's columns, whatever the list shows."""
        shape = SHAPES[self.shape]
        return shape.columns, lines_of(rows, shape)

    def summed(self) -> tuple[str, ...]:
        """The money."""
        return SUMMED

    def title(self) -> str:
        """The ledger's name."""
        return f"{self.place.region}{self.place.year}年{SHAPES[self.shape].title}"

    def list_url(self) -> str:
        """The page of the ledgers."""
        return self.place.url("benefits_ledgers")


class FullShapeView(ShapeView, FullExportView):
    """The same with the numbers of people and accounts in full, after a purpose was stated."""


class LedgersView(ResourceView):
    """The townships' ledgers of a place and year: what is in each, and its files."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """One panel each."""
        there = measures_in(self.rows())
        panels = []
        for name, shape in SHAPES.items():
            lines = [there[measure] for measure in shape.measures if measure in there]
            said = [
                (line.name, f"{line.count}笔", f"{line.households}户，{told(line.amount)}") for line in lines
            ]
            panels.append(
                Panel(shape.title, said, actions=self.files(f"benefits_shape_{name}"), empty="没有数据。")
            )
        loans = self.files("loans_export")
        listed = Button("查看", self.place.url("loans_list"))
        panels.append(
            Panel("小额信贷台账", actions=[listed, *loans], empty="含以前年度发放的贷款，截至年底。")
        )
        context = {"title": "到户资金分类台账", "panels": panels, "actions": [], **self.way_back()}
        return render(request, "resource/detail.html", context)

    def files(self, route: str) -> list[Button]:
        """The buttons that download a ledger."""
        buttons = [Button("导出Excel", self.place.url(route), download=True)]
        if may(self.request.user, Action.REVEAL, self.place.region.code):
            buttons.append(Button("导出完整号码", self.place.url(f"{route}_full")))
        return buttons


class CheckView(ResourceView):
    """到户资金勾稽: the same benefits by measure, by village and by household."""

    action = Action.VIEW

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """The sums of each way, then its parts."""
        context = {
            "title": f"{self.place.year}年到户资金勾稽",
            "panels": check_panels(self.place, request.user),
            "actions": [],
            **self.way_back(),
        }
        return render(request, "resource/detail.html", context)
