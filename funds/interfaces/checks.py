"""到户资金勾稽 as panels, for its own page and for any that shows it beside others."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

from funds.models import Benefit
from funds.queries.checks import Line, check_of
from fupin.access import Actor
from fupin.place import Place
from fupin.resource import Panel, RowTable
from fupin.resource.tables import NUMERIC
from households.interfaces.tables import MoneyColumn, money


def _sum(name: str) -> Any:
    def footer(table: RowTable) -> Any:
        total = sum(getattr(row, name) or 0 for row in table.data)
        return money(total) if name == "amount" else total

    return footer


class LineTable(RowTable):
    """Benefits by kind, with their sum."""

    name = tables.Column("项目", footer="合计")
    count = tables.Column("笔数", attrs=NUMERIC, footer=_sum("count"))
    households = tables.Column("户数", attrs=NUMERIC)
    amount = MoneyColumn("金额（元）", footer=_sum("amount"))

    class Meta(RowTable.Meta):
        sequence = ("number", "name", "count", "households", "amount")
        orderable = False


def _table(lines: list[Line], prefix: str) -> LineTable | None:
    return LineTable(lines, prefix=prefix) if lines else None


def check_panel(place: Place, actor: Actor) -> Panel:
    """Whether the benefits of a place and year tie, with the numbers of each way: 到户资金勾稽."""
    return check_panels(place, actor)[0]


def check_panels(place: Place, actor: Actor) -> list[Panel]:
    """The three sums side by side, and what each is made of."""
    check = check_of(Benefit.objects.visible_to(actor).filter(place.holds(Benefit)))
    sums = [(f"{name}合计", f"{money(amount)}元", f"{count}笔") for name, count, amount in check.sums]
    amounts = [amount for _, _, amount in check.sums]
    apart = "一致" if check.ties else f"不一致，相差{money(max(amounts) - min(amounts))}元"
    return [
        Panel("到户资金勾稽", [*sums, ("核对", apart, "")]),
        Panel("按措施", table=_table(check.measures, "m-"), empty="没有登记到户措施。"),
        Panel("按村", table=_table(check.villages, "v-"), empty="没有登记到户措施。"),
        Panel("按户", table=_table([line for line in check.households if line.count], "h-"), empty="没有登记到户措施。"),
    ]  # fmt: skip
