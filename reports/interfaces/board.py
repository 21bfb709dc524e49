"""The dashboard of a place and year: tiles, charts with their tables, the places below, the years side by side.

Every number is a figure's or another page's, and leads to its rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from fupin.access import Actor
from fupin.models import Level, Region
from fupin.place import Place
from fupin.words import plain
from reports.figures.board import CHARTS, COMPARED, PLACES, TILES, Chart, Places, Row
from reports.figures.declare import Figure
from reports.figures.measure import Result, figures_of_places, measure
from reports.figures.window import Window, year_window
from reports.interfaces.board_rooms import panels_of_rooms
from reports.interfaces.panels import Cell, Head, Line, Links, Panel, cell_of, head_of, noted_once, sorted_by
from reports.wording.saying import NO_DATA, coverage, said

#: So many years are compared, the dashboard's the last.
YEARS = 6

Results = Mapping[str, Result]


@dataclass(frozen=True)
class Tile:
    """A number at the head of the page, what stands beside it, and how it has changed."""

    label: str
    value: str
    unit: str
    note: str
    url: str
    #: Where it says what the number counts.
    definition_url: str
    #: Against another year: "较2016年 -12", "" where nothing can be compared.
    change: str = ""


@dataclass(frozen=True)
class Board:
    """Everything that the page shows."""

    tiles: Sequence[Tile]
    panels: Sequence[Panel]

    def panel(self, code: str) -> Panel | None:
        """The panel of a code."""
        return next((panel for panel in self.panels if panel.code == code), None)


def window_at(place: Place, year: int | None = None) -> Window:
    """What a dashboard looks at: its year, and what has accumulated since the programme began."""
    return year_window(place.region, place.year if year is None else year)


def query_of(window: Window, *, back: str = "dashboard", against: int | None = None) -> str:
    """The window as the query of an address, which also says where the way back leads, and with which year beside."""
    only = f"&only={window.only.word}" if window.only else ""
    beside = f"&against={against}" if against else ""
    return f"first={window.first}&last={window.last}&since={window.since}&from={back}{only}{beside}"


def board_of(
    place: Place,
    actor: Actor,
    *,
    against: int | None = None,
    sort: str = "",
    url: str = "?",
    only: str = "",
) -> Board:
    """Measure and set out the dashboard; the caller has checked the right to report on the place.

    `against` is the year that the tiles are compared with, `sort` which table of places stands in which order
    ("households.-3"), `url` the page's address with its query, to which more can be added. `only` is the code of a panel that
    is wanted alone: nothing else is measured.
    """
    window = window_at(place)
    tiles = [] if only else TILES
    charts = [chart for chart in CHARTS if only in ("", chart.code)]
    tables = [] if place.region.is_village else [table for table in PLACES if only in ("", table.code)]
    wanted = [figure for row in tiles for figure in row]
    wanted += [figure for chart in charts for figure in chart.figures(window)]
    wanted += [figure for table in tables for figure in table.figures]
    results = measure(wanted, window) if wanted else {}
    before = (
        measure([figure for row in tiles for figure in row], window_at(place, against))
        if against and tiles
        else {}
    )
    links = Links(place, query_of(window, against=against))
    panels = [_chart(chart, results, window, links) for chart in charts]
    if tables:
        panels += _places(tables, place, window, results, links, sort, url)
    if not (only and panels):
        panels += panels_of_rooms(place, actor)
        panels.append(_years(place, links))
    told = [_tile(row, results, before, against, links) for row in tiles]
    return Board(told, [noted_once(panel) for panel in panels])


def _tile(row: Row, results: Results, before: Results, against: int | None, links: Links) -> Tile:
    first, *more = (results[figure.code] for figure in row)
    label = first.figure.label.removesuffix("户数").removesuffix("金额").removesuffix("数")
    if first.value is None:
        return Tile(label, NO_DATA, "", "", "", links.definition_of(first.figure))
    beside = "，".join(said(result, result.figure.unit) for result in more if result.value is not None)
    change = ""
    if against and (was := before[first.figure.code]).value is not None:
        difference = Decimal(first.shown or 0) - Decimal(was.shown or 0)
        sign = "+" if difference > 0 else "−" if difference < 0 else ""
        points = "个百分点" if first.figure.unit == "%" else first.figure.unit
        change = (
            f"较{against}年 {sign}{plain(abs(difference))}{points}" if difference else f"与{against}年相同"
        )
    return Tile(
        label, said(first, ""), first.figure.unit, beside + coverage(first),
        links.rows_of(first.figure) if first.rows else "", links.definition_of(first.figure), change,
    )  # fmt: skip


def _chart(chart: Chart, results: Results, window: Window, links: Links) -> Panel:
    def line(row: Row, label: str) -> Line:
        return Line(
            label,
            [cell_of(results[figure.code], links.rows_of(figure)) for figure in row],
            links.definition_of(next(iter(row))),
            figures=tuple(row),
        )

    rows = chart.rows(window)
    heads = [
        Head(head, figure.unit, places=figure.places)
        for head, figure in zip(chart.heads, rows[0], strict=True)
    ]
    total = line(chart.whole, "合计") if chart.whole else None
    lines = [line(row, _label(row)) for row in rows]
    return Panel(
        chart.code, chart.title, chart.first, heads, lines, total, chart.shape, note=chart.note,
        download_url=links.place.url("dashboard_panel", panel=chart.code),
    )  # fmt: skip


def _label(row: Row) -> str:
    """What a row is called under the panel's title: a pair by what both of it are, a kind without what it is a kind of."""
    first = next(iter(row))
    named: str = getattr(row, "label", first.label)
    return named.rpartition("：")[2].removesuffix("的项目")


def _places(
    tables: Sequence[Places],
    place: Place,
    window: Window,
    results: Results,
    links: Links,
    sort: str,
    url: str,
) -> list[Panel]:
    level = below(place)
    regions = Region.objects.unscoped("names of places are no secret").filter(
        code__startswith=place.region.prefix, level=level
    )
    names = {region.prefix: region for region in regions.order_by("code")}
    figures = list(dict.fromkeys(figure for table in tables for figure in table.figures))
    found = figures_of_places(figures, window, level)
    panels = []
    for table in tables:
        lines = [
            _place_line(table, found[prefix], Place(region, place.year), links)
            for prefix, region in names.items()
            if prefix in found
        ]
        total = Line("合计", [cell_of(results[f.code], links.rows_of(f)) for f in table.figures])
        panel = Panel(
            table.code, table.title, str(level.label), [head_of(figure, links) for figure in table.figures], lines,
            total, table.shape, drawn=len(table.figures), wide=True,
            download_url=place.url("dashboard_panel", panel=table.code),
        )  # fmt: skip
        code, _, column = sort.partition(".")
        at = int(column.lstrip("-")) if code == table.code and column.lstrip("-").isdecimal() else -1
        panels.append(sorted_by(panel, at, ascending=not column.startswith("-"), url=url))
    return panels


def below(place: Place) -> Level:
    """The level that a place is told apart by."""
    return min(level for level in Level if level > place.region.level)


def _place_line(table: Places, results: Results, there: Place, links: Links) -> Line:
    cells = [cell_of(results[figure.code], links.rows_of(figure, there)) for figure in table.figures]
    return Line(str(there.region), cells, there.url("dashboard"))


def _years(place: Place, links: Links) -> Panel:
    """The same figures in each of the last years, a column for each."""
    years = sorted(year for year in place.states if year <= place.year)[-YEARS:]
    if place.year not in years:
        years = [*years, place.year][-YEARS:]
    lines: list[tuple[Figure, list[Cell]]] = [(figure, []) for figure in COMPARED]
    for year in years:
        window = window_at(place, year)
        found = measure(COMPARED, window)
        there = Links(Place(place.region, year), query_of(window))
        for figure, cells in lines:
            cells.append(cell_of(found[figure.code], there.rows_of(figure)))
    return Panel(
        "years", "年度比较", "指标", [Head(f"{year}年") for year in years],
        [Line(f"{f.label}（{f.unit}）", cells, links.definition_of(f), figures=(f,)) for f, cells in lines],
        shape="", wide=True, download_url=place.url("dashboard_panel", panel="years"),
        note="各年度的数字按各年度的台账统计；五个一批和到户资金自开展扶贫以来累计。",
    )  # fmt: skip


def context_of(board: Board) -> dict[str, Any]:
    """As a template wants it."""
    return {
        "tiles": board.tiles,
        "charts": [panel for panel in board.panels if not panel.wide],
        "tables": [panel for panel in board.panels if panel.wide],
    }
