"""The fund overview 资金总览 and the check sheet 勾稽 as tables, each number with the way to the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from funds.enums import FundChange, FundLevel
from funds.interfaces.money_tables import percent
from funds.library import ProjectGroup
from funds.queries.agreement import Check, Group, Side
from funds.queries.sums import (
    Cell,
    Sums,
    lines_by,
    lines_by_group,
    lines_by_part,
    names_of_parts,
    total_of,
)
from fupin.place import Place
from fupin.resource.filters import UNFILLED
from fupin.sheets.columns import Column, DecimalColumn, TextColumn
from fupin.words import wan_yuan
from households.interfaces.tables import money

ARRIVED = FundChange.ARRIVED.value


@dataclass(frozen=True)
class Number:
    """A number on the page, and the list behind it."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Head:
    """A column: its heading, the sum it shows, and the list behind it with what its query wants besides the line's."""

    label: str
    value: Callable[[Sums], Decimal]
    list: str
    query: Mapping[str, str] = field(default_factory=dict)
    #: Whether its list is asked for by budget year, and not by who it was granted to.
    budgeted: bool = False


HEADS = (
    Head("下达", lambda s: s.issued, "appropriations"),
    Head("现额", lambda s: s.effective, "appropriations"),
    Head("上级安排", lambda s: s.above, "appropriations"),
    Head("到位", lambda s: s.arrived, "changes", {"kind": ARRIVED}),
    Head("安排", lambda s: s.allocated, "allocations", budgeted=True),
    Head("支出", lambda s: s.paid, "payments", budgeted=True),
    Head("未支付", lambda s: s.unpaid, "allocations", budgeted=True),
    Head("余额", lambda s: s.left, "appropriations"),
)


#: What there is of money that is told by where it went.
SPENT = tuple(head for head in HEADS if head.budgeted)


@dataclass(frozen=True)
class Line:
    """A line of a table: what it is of, where its lists are, what their query is."""

    label: str
    place: Place
    sums: Sums
    query: Mapping[str, str] = field(default_factory=dict)
    granted_to: str = ""
    url: str = ""

    #: Which of the numbers it has.
    heads: tuple[Head, ...] = HEADS

    @property
    def numbers(self) -> list[Number]:
        """The line's numbers in 万元, as exact as they are; and the rate."""
        said = (Number(wan_yuan(head.value(self.sums), 6), self._url(head)) for head in self.heads)
        return [*said, Number(percent(self.sums.paid, self.sums.sources))]

    def _url(self, head: Head) -> str:
        query = {**self.query, **head.query}
        if head.budgeted:
            query["budget"] = str(self.place.year)
        elif self.granted_to:
            query["granted_to"] = self.granted_to
        # Of what was granted to the place itself nothing is allocated "there": it goes to what lies in it.
        if head.budgeted and self.granted_to:
            return ""
        return (
            f"{self.place.url(f'{head.list}_list')}?{urlencode(query)}"
            if query
            else self.place.url(f"{head.list}_list")
        )


@dataclass(frozen=True)
class Table:
    """Lines under a heading, and all of them together."""

    title: str
    first: str
    lines: list[Line]
    total: Line | None
    note: str = ""

    @property
    def heads(self) -> list[str]:
        """The headings of the numbers."""
        shown = self.lines[0].heads if self.lines else HEADS
        return [*(head.label for head in shown), "支出率"]


def tables_of(cells: list[Cell], place: Place) -> list[Table]:
    """By level, by part of the place, and by budget year."""
    now = [cell for cell in cells if cell.year == place.year]
    levels = lines_by(now, lambda cell: cell.level)
    parts = lines_by_part(now)
    names = names_of_parts(place)
    years = lines_by(cells, lambda cell: cell.year)
    whole = Line("合计", place, total_of(levels.values()))
    by_level = [
        Line(str(level.label), place, levels[level.value], {"level": level.value})
        for level in FundLevel if level.value in levels
    ]  # fmt: skip
    by_part = []
    for prefix, region in names.items():
        if prefix in parts:
            own = region == place.region and not region.is_village
            there = Place(region, place.year)
            by_part.append(
                Line(f"{region}本级" if own else str(region), there, parts[prefix], {}, region.code if own else "",
                     "" if own else there.url("money"))
            )  # fmt: skip
    by_year = [
        Line(
            f"{year}年度", Place(place.region, year), years[year], url=Place(place.region, year).url("money")
        )
        for year in sorted(years)
    ]
    found = [Table("按资金级次", "级次", by_level, whole)]
    if not place.region.is_village:
        note = "“本级”一行的上级安排是负数：本级的指标安排给了下面的项目，在下面各行又是正数。"
        found.append(
            Table("按地区", "地区", by_part, whole, note if any(line.granted_to for line in by_part) else "")
        )
    found.append(_by_group(now, place))
    found.append(Table("按预算年度", "年度", by_year, None))
    return found


def _by_group(cells: list[Cell], place: Place) -> Table:
    """What was spent by the first level of the projects' category; of these nothing is granted, nor left."""
    groups, names = lines_by_group(cells), {group.value: str(group.label) for group in ProjectGroup}
    lines = [
        Line(
            names.get(group, "没有填项目类型"),
            place,
            groups[group],
            {"group": group or UNFILLED},
            heads=SPENT,
        )
        for group in sorted(groups)
    ]
    return Table("按项目类型", "类型", lines, Line("合计", place, total_of(groups.values()), heads=SPENT))


# --- the check sheet ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shown:
    """A check on the page."""

    check: Check
    left_url: str
    right_url: str

    @property
    def left(self) -> str:
        """The first number, as lists have it."""
        return money(self.check.left.amount)

    @property
    def right(self) -> str:
        """The second."""
        return money(self.check.right.amount)

    @property
    def difference(self) -> str:
        """By how much the first is more."""
        return money(self.check.difference)


def url_of(check: Check, side: Side) -> str:
    """The list, or the row, behind one side of a check."""
    if side.key is not None:
        return check.place.url(f"{side.list}_detail", key=side.key)
    query = {name: value for name, value in side.query.items() if value != ""}
    if "granted_to" in query and side.list not in ("appropriations", "changes"):
        del query["granted_to"]
    url = check.place.url(f"{side.list}_list")
    return f"{url}?{urlencode(query)}" if query else url


def shown(groups: Iterable[Group]) -> list[tuple[Group, list[Shown], int]]:
    """Groups with their checks and how many of these do not hold."""
    return [
        (
            group,
            [Shown(check, url_of(check, check.left), url_of(check, check.right)) for check in group.checks],
            sum(not check.holds for check in group.checks),
        )
        for group in groups
    ]


CHECK_COLUMNS: tuple[Column, ...] = (
    TextColumn(name="rule", label="勾稽关系", width=30),
    TextColumn(name="about", label="范围", width=22),
    TextColumn(name="left_label", label="左边", width=34),
    DecimalColumn(name="left", label="左边金额", unit="元", minimum=None, width=18),
    TextColumn(name="right_label", label="右边", width=34),
    DecimalColumn(name="right", label="右边金额", unit="元", minimum=None, width=18),
    DecimalColumn(name="difference", label="差额", unit="元", minimum=None, width=16),
    TextColumn(name="verdict", label="结果", width=10),
)


def lines_of_checks(groups: Iterable[Group]) -> list[dict[str, Any]]:
    """The check sheet as rows of a workbook."""
    return [
        {
            "rule": group.rule, "about": check.about, "left_label": check.left.label, "left": check.left.amount,
            "right_label": check.right.label, "right": check.right.amount, "difference": check.difference,
            "verdict": "一致" if check.holds else "请核对" if group.is_hint else "不一致",
        }
        for group in groups
        for check in group.checks
    ]  # fmt: skip
