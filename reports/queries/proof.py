"""The proof sheet 勾稽表 of a place and year: what must tie, both numbers of each line, and whether it does.

Figures are compared within the place and within each village below (reports/figures/proof.py); the roll with last year's by
the acts of the year; villages with the region above; and money by level and part of the place. The number of statements does
not depend on how many villages there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from funds.enums import FundLevel
from funds.queries.sums import Sums, cells_of, lines_by, lines_by_part, names_of_parts, total_of
from fupin.access import Action, Actor, may
from fupin.models import Level, Region
from fupin.place import Place
from fupin.refusals import Refused
from reports.figures import register
from reports.figures.declare import WAN_YUAN, Figure
from reports.figures.measure import figures_of_places
from reports.figures.proof import ADDED, BOUNDS, RULES, SUMS, Tie
from reports.figures.result import Result
from reports.figures.snapshot import snapshot
from reports.figures.window import year_window
from reports.queries.movements import Moved, moved_by_village

Number = Decimal | int
Results = Mapping[str, Result]

YEARS, MONEY, PLACES = "上年 + 增加 - 减少 = 本年", "支出不超过安排，安排不超过指标", "各村之和等于全域"


@dataclass(frozen=True)
class Part:
    """A number of a side, and where its rows are: a figure in a year, or a list with its query."""

    label: str
    value: Number | None
    figure: Figure | None = None
    year: int = 0
    list: str = ""
    query: Mapping[str, Any] = field(default_factory=dict)
    #: How the number stands in the sum of the side: "-" where it is taken away.
    sign: str = ""


@dataclass(frozen=True)
class Line:
    """A line of the sheet: what one side comes to, against the other; amounts in 元."""

    rule: str
    title: str
    place: Place
    left: Sequence[Part]
    right: Sequence[Part]
    unit: str
    at_most: bool = False

    @cached_property
    def sides(self) -> tuple[Number | None, Number | None]:
        """What the sides come to; None where nothing is known of one."""
        return _sum(self.left), _sum(self.right)

    @property
    def is_known(self) -> bool:
        """Whether there is something to compare."""
        return None not in self.sides

    @property
    def difference(self) -> Number:
        """By how much the left is more."""
        left, right = self.sides
        return (left or 0) - (right or 0)

    @property
    def holds(self) -> bool:
        """Whether it ties, as far as anything is known."""
        return not self.is_known or (self.difference <= 0 if self.at_most else not self.difference)


def _sum(parts: Sequence[Part]) -> Number | None:
    known = [-part.value if part.sign == "-" else part.value for part in parts if part.value is not None]
    return sum(known) if known else None


@dataclass(frozen=True)
class Proof:
    """The sheet: the lines of the place itself, and those of each village below in which something does not tie."""

    place: Place
    lines: Sequence[Line]
    #: How many villages below were looked at, and how many lines of theirs.
    villages: int
    village_lines: int
    #: By village, the lines that do not hold; in the order of their codes.
    wrong_villages: Mapping[str, Sequence[Line]]
    names: Mapping[str, Region]

    @property
    def wrong(self) -> list[Line]:
        """The place's own lines that do not hold."""
        return [line for line in self.lines if not line.holds]


def proof_of(place: Place, actor: Actor) -> Proof:
    """Measure and compare. Raises Refused without the right to report on the place."""
    if not may(actor, Action.REPORT, place.region.code):
        raise Refused(f"您没有查看{place.region}汇总的权限。")
    window, before = (year_window(place.region, year) for year in (place.year, place.year - 1))
    ties = [tie for rule in RULES for tie in rule.ties(window)]
    figures = [*(f for tie in ties for f in (*tie.left, *tie.right)), *ADDED]
    with snapshot():
        whole = figures_of_places(figures, window, Level(place.region.level)).get(place.region.prefix, {})
        last = figures_of_places(register.poor, before, Level.VILLAGE)
        moved = moved_by_village(place)
        villages = (
            {place.region.code: whole}
            if place.region.is_village
            else figures_of_places(figures, window, Level.VILLAGE)
        )
        money = list(_money(place, actor))
    regions = Region.objects.unscoped("names of places are no secret").filter(code__in=villages)
    names = {region.code: region for region in regions.select_related("parent")}
    years = {
        code: list(
            _years(Place(names[code], place.year), found, last.get(code, {}), moved.get(code, Moved()))
        )
        for code, found in villages.items()
    }
    lines = [*_ties(ties, place, whole)]
    if place.region.is_village:
        lines += years.get(place.region.code, [])
        return Proof(place, [*lines, *money], 0, 0, {}, names)
    lines += [*_whole_years(place, years.values()), *_added(place, whole, villages), *money]
    below = {
        code: [*_ties(ties, Place(names[code], place.year), found), *years[code]]
        for code, found in villages.items()
    }
    wrong = {code: [line for line in found if not line.holds] for code, found in below.items()}
    return Proof(
        place, lines, len(below), sum(line.is_known for found in below.values() for line in found),
        {code: found for code, found in wrong.items() if found}, names,
    )  # fmt: skip


def _ties(ties: Iterable[Tie], place: Place, results: Results) -> Iterator[Line]:
    """What is declared, of one place; nothing is said of ledgers that reach further than the whole's."""
    for tie in ties:
        left, right = ([results[f.code] for f in side if f.code in results] for side in (tie.left, tie.right))
        if not left or not right or not _comparable(left, right, tie.at_most):
            continue
        title = tie.title if not tie.at_most else f"{tie.title}：{tie.left[0].label}"
        rule = SUMS if not tie.at_most else BOUNDS
        yield Line(rule, title, place, [_part(r, place.year) for r in left], [_part(r, place.year) for r in right],
                   _unit(tie.right[0]), tie.at_most)  # fmt: skip


def _comparable(left: Sequence[Result], right: Sequence[Result], at_most: bool) -> bool:
    """Whether both sides speak of the same villages; of what is no more than something, also where it speaks of fewer."""
    one, other = max(r.covered for r in left), min(r.covered for r in right)
    return one <= other if at_most else one == other


def _unit(figure: Figure) -> str:
    return "元" if figure.unit == WAN_YUAN else figure.unit


def _part(result: Result, year: int) -> Part:
    value = None if isinstance(result.value, str) else result.value
    return Part(result.figure.label, value, result.figure, year)


def _years(place: Place, now: Results, then: Results, moved: Moved) -> Iterator[Line]:
    """The village's households and people of last year, by the acts of this one, against those of this year."""
    for figure, (more, fewer) in zip(register.poor, (moved.households, moved.people), strict=True):
        was, found = then.get(figure.code), now.get(figure.code)
        if was is None or found is None or was.value is None or found.value is None:
            continue
        yield Line(
            YEARS, figure.label, place,
            [
                Part(f"{place.year - 1}年", was.value if not isinstance(was.value, str) else None, figure, place.year - 1),
                Part("增加", more, list="acts"), Part("减少", fewer, list="acts", sign="-"),
            ],
            [_part(found, place.year)], figure.unit,
        )  # fmt: skip


def _whole_years(place: Place, villages: Iterable[Sequence[Line]]) -> Iterator[Line]:
    """The same of all villages that have a register of both years."""
    for figure in register.poor:
        lines = [line for found in villages for line in found if line.title == figure.label]
        if not lines:
            continue
        was, more, fewer = (sum(line.left[i].value or 0 for line in lines) for i in range(3))
        now = sum(line.right[0].value or 0 for line in lines)
        yield Line(
            YEARS, figure.label, place,
            [
                Part(f"{place.year - 1}年", was, figure, place.year - 1),
                Part("增加", more, list="acts"), Part("减少", fewer, list="acts", sign="-"),
            ],
            [Part(f"{place.year}年（{len(lines)}个村有上年数据）", now, figure, place.year)], figure.unit,
        )  # fmt: skip


def _added(place: Place, whole: Results, villages: Mapping[str, Results]) -> Iterator[Line]:
    """The villages' numbers, added up, against the region's own."""
    for figure in ADDED:
        values = [found[figure.code].value for found in villages.values()]
        known = [value for value in values if value is not None and not isinstance(value, str)]
        if figure.code in whole:
            there = Part(f"{len(villages)}个村相加", sum(known) if known else None)
            yield Line(
                PLACES, figure.label, place, [there], [_part(whole[figure.code], place.year)], _unit(figure)
            )


def _money(place: Place, actor: Actor) -> Iterator[Line]:
    """Of the year's budget: what was allocated out of it, and what was paid of that, by level and by part of the place."""
    cells = [cell for cell in cells_of(actor, place) if cell.year == place.year]
    by_level = lines_by(cells, lambda cell: cell.level)
    for level in FundLevel:
        if level.value in by_level:
            yield from _spent(str(level.label), place, by_level[level.value], {"level": level.value})
    if cells:
        yield from _spent("合计", place, total_of(by_level.values()), {})
    if not place.region.is_village:
        parts = lines_by_part(cells)
        for prefix, region in names_of_parts(place).items():
            if prefix in parts and region != place.region:
                yield from _spent(str(region), Place(region, place.year), parts[prefix], {})


def _spent(about: str, place: Place, sums: Sums, query: Mapping[str, Any]) -> Iterator[Line]:
    budget = {**query, "budget": place.year}
    allocated = Part("安排", sums.allocated, list="allocations", query=budget)
    if sums.effective or sums.used:
        granted = Part("指标现额", sums.effective, list="appropriations", query=query)
        used = Part("从中安排", sums.used, list="allocations", query=budget)
        yield Line(MONEY, f"{about}：安排", place, [used], [granted], "元", at_most=True)
    if sums.allocated or sums.paid:
        paid = Part("支出", sums.paid, list="payments", query=budget)
        yield Line(MONEY, f"{about}：支出", place, [paid], [allocated], "元", at_most=True)
