"""到户资金勾稽 as panels: each number leads to the list of its rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from funds.models import Benefit
from funds.queries.checks import Line, check_of
from fupin.access import Actor
from fupin.place import Place
from fupin.resource import Panel, RowTable
from fupin.resource.tables import NUMERIC
from households.interfaces.tables import MoneyColumn, money

NONE = "没有登记到户措施。"


def _sum(name: str) -> Any:
    def footer(table: LineTable) -> SafeString:
        total = sum(getattr(row, name) or 0 for row in table.data)
        return _link(table.whole_url, money(total) if name == "amount" else str(total))

    return footer


def _link(url: str, text: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, text)


def _rows_of(record: Line, table: RowTable) -> str:
    return table.context_url(record)


class LineTable(RowTable):
    """Benefits by kind, with their sum; `context_url` tells the list behind a line, `whole_url` that of all of them."""

    whole_url = ""
    name = tables.Column("项目", footer="合计")
    count = tables.Column("笔数", attrs=NUMERIC, footer=_sum("count"), linkify=_rows_of)
    households = tables.Column("户数", attrs=NUMERIC, linkify=_rows_of)
    amount = MoneyColumn("金额（元）", footer=_sum("amount"), linkify=_rows_of)

    class Meta(RowTable.Meta):
        sequence = ("number", "name", "count", "households", "amount")
        orderable = False


def check_panels(place: Place, actor: Actor) -> list[Panel]:
    """The three sums of a place and year side by side, and what each is made of."""
    check = check_of(Benefit.objects.visible_to(actor).filter(place.holds(Benefit)))
    listed = place.url("benefits_list")

    def found_by(name: str) -> Callable[[Line], str]:
        return lambda line: f"{listed}?{urlencode({name: line.key})}"

    def in_village(line: Line) -> str:
        return reverse("benefits_list", kwargs={"region": line.key, "year": place.year})

    def panel(title: str, lines: list[Line], prefix: str, url: Callable[[Line], str]) -> Panel:
        table = LineTable(lines, prefix=prefix) if lines else None
        if table is not None:
            table.context_url, table.whole_url = url, listed
        return Panel(title, table=table, empty=NONE)

    sums = [
        (f"{name}合计", _link(listed, f"{money(amount)}元"), f"{count}笔")
        for name, count, amount in check.sums
    ]
    amounts = [amount for _, _, amount in check.sums]
    apart = "一致" if check.ties else f"不一致，相差{money(max(amounts) - min(amounts))}元"
    homes = [line for line in check.households if line.count]
    return [
        Panel("到户资金勾稽", [*sums, ("核对", apart, "")]),
        panel("按措施", check.measures, "m-", found_by("measure")),
        panel("按村", check.villages, "v-", in_village),
        panel("按户", homes, "h-", found_by("stands")),
    ]
