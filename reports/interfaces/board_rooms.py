"""Panels of the dashboard that are no figures: money by level and month, projects against their plans, ledgers, submissions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.utils import timezone

from funds.enums import FundChange, FundLevel
from funds.library import Lamp
from funds.models import Project
from funds.queries.months import months_of
from funds.queries.projects import reference_day, with_life
from funds.queries.sums import Sums, cells_of, lines_by, total_of
from fupin.access import Action, Actor, may
from fupin.ledgers import LEDGERS
from fupin.models.review import State
from fupin.place import Place
from fupin.queries.review import LATE, count_states, years_at
from fupin.words import half_up, plain, wan_yuan
from reports.figures.board import BARS, LINE, RING
from reports.figures.declare import WAN_YUAN
from reports.interfaces.panels import Cell, Head, Line, Panel
from reports.queries.ledgers import ledgers_kept

#: A fund's numbers in the order in which money goes, with the list behind each.
FUNDS = (
    ("下达", "issued", "appropriations", {}),
    ("到位", "arrived", "changes", {"kind": FundChange.ARRIVED.value}),
    ("支出", "paid", "payments", {}),
)  # fmt: skip
WAN = Decimal(10_000)


def panels_of_rooms(place: Place, actor: Actor) -> Iterator[Panel]:
    """Every such panel of a place and year."""
    yield from _money(place, actor)
    yield _projects(place, actor)
    if not place.region.is_village:
        yield _ledgers(place, actor)
        yield _submissions(place, actor)


def _url(place: Place, route: str, query: Mapping[str, Any]) -> str:
    return f"{place.url(route)}?{urlencode(query)}" if query else place.url(route)


def _amount(value: Decimal, url: str) -> Cell:
    return Cell(wan_yuan(value, 2), half_up(value / WAN, 2), url if value else "")


def _money(place: Place, actor: Actor) -> Iterator[Panel]:
    heads = [Head(label, WAN_YUAN, places=2) for label, *_ in FUNDS]
    now = [cell for cell in cells_of(actor, place) if cell.year == place.year]
    by_level = lines_by(now, lambda cell: cell.level)

    def line(label: str, sums: Sums, query: Mapping[str, str]) -> Line:
        cells = []
        for _, name, list_, more in FUNDS:
            asked = {**query, **more} | ({"budget": place.year} if list_ == "payments" else {})
            cells.append(_amount(getattr(sums, name), _url(place, f"{list_}_list", asked)))
        return Line(label, cells)

    lines = [
        line(str(level.label), by_level[level.value], {"level": level.value})
        for level in FundLevel
        if level.value in by_level
    ]
    yield Panel(
        "fund_levels", "资金下达、到位、支出（按级次）", "级次", heads, lines,
        line("合计", total_of(by_level.values()), {}) if lines else None, BARS, drawn=3,
        note=f"{place.year}年度的指标，不论哪一年到位和支付。", download_url=place.url("dashboard_panel", panel="fund_levels"),
    )  # fmt: skip
    yield _months(place, actor, heads)


def _months(place: Place, actor: Actor, heads: Sequence[Head]) -> Panel:
    lines = []
    for number, month in enumerate(months_of(actor, place), start=1):
        cells = [_amount(getattr(month, name), "") for _, name, *_ in FUNDS]
        lines.append(Line(f"{number}月", cells))
    nothing = not any(cell.value for line in lines for cell in line.cells)
    return Panel(
        "fund_months", "资金下达、到位、支出（按月）", "月份", heads, [] if nothing else lines, None, LINE, drawn=3,
        note=f"{place.year}年内的日期，不论哪个年度的指标。", download_url=place.url("dashboard_panel", panel="fund_months"),
    )  # fmt: skip


def _projects(place: Place, actor: Actor) -> Panel:
    rows = Project.objects.visible_to(actor).filter(place.holds(Project))
    alive = with_life(rows, reference_day(place.year, timezone.localdate()))
    counted = dict(alive.order_by().values_list("lamp").annotate(Count("pk")))
    lines = [
        Line(
            str(lamp.label), [_count(counted[lamp.value], _url(place, "projects_list", {"lamp": lamp.value}))]
        )
        for lamp in Lamp
        if counted.get(lamp.value)
    ]
    return Panel(
        "lamps", "项目进度", "进度", [Head("个数", "个")], lines, None, RING,
        note="已入库的项目，与计划开工、完工日期相比；开工后90天没有进展的为停滞。",
        download_url=place.url("dashboard_panel", panel="lamps"),
    )  # fmt: skip


def _count(value: int, url: str) -> Cell:
    return Cell(plain(Decimal(value)), value, url if value else "")


def _ledgers(place: Place, actor: Actor) -> Panel:
    villages, kept = ledgers_kept(actor, place)
    lines = [
        Line(
            label,
            [_count(kept.get(kind, 0), place.url("ledger", kind=kind)), _count(villages - kept.get(kind, 0), "")],
        )
        for kind, label in LEDGERS.items()
    ]  # fmt: skip
    return Panel(
        "ledgers", "台账覆盖", "台账", [Head("已建或零报告", "村"), Head("没有", "村")], lines,
        shape="stack", drawn=2, note=f"共{villages}个村。没有台账的村不计入有关数字，数字后面注明覆盖的村数。",
        download_url=place.url("dashboard_panel", panel="ledgers"),
    )  # fmt: skip


def _submissions(place: Place, actor: Actor) -> Panel:
    counted = count_states(years_at(actor, place), timezone.localdate())
    progress = place.url("progress") if may(actor, Action.VIEW, place.region.code) else ""

    def cell(state: str, villages: int) -> Cell:
        return _count(villages, f"{progress}?state={state}" if progress else "")

    lines = [
        # Only what still lies in the village can be late.
        Line(
            str(state.label),
            [cell(state.value, counted[state.value]), cell(LATE, counted[LATE] * (state == State.OPEN))],
        )
        for state in State
        if counted[state.value]
    ]
    return Panel(
        "submissions", "各村报送", "状态", [Head("村数", "村"), Head("其中逾期未提交", "村")], lines, shape=RING,
        download_url=place.url("dashboard_panel", panel="submissions"),
    )  # fmt: skip
