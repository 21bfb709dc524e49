"""The statistics builder: any figures as columns, the places below or the years as rows, the table as a panel.

Of all households and villages, or of those that the filter leaves: a condition of every figure whose rows know them, carried
by the window, so that each number still leads to its rows. Which rows are listed is chosen by what stands in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve

from fupin.models import Region
from fupin.place import Place
from reports.figures.declare import Figure
from reports.figures.measure import Result, figures_of_places, measure
from reports.figures.only import NOT_BY_HOUSEHOLD
from reports.figures.window import Window
from reports.interfaces.board import query_of, window_at
from reports.interfaces.panels import Head, Line, Links, Panel, cell_of, head_of, noted_once, sorted_by
from reports.interfaces.statistics_form import ROWS, YEARS, Asked

NAME = "statistics"
#: So many places are told in the address of a number's rows; of more, 合计 leads nowhere.
MOST_PLACES = 400
_TOTAL = (
    "合计由所列各行的户、人、项目一起重新统计，不是各行相加：跨村的只计一次，比率按合计的分子、分母计算。"
)
#: More of an address than this is not taken along: a server takes no endless one.
LONGEST_BACK = 1500

Results = Mapping[str, Result]


@dataclass(frozen=True)
class _Row:
    """A place or a year, and what its figures come to there."""

    label: str
    place: Place
    results: Results


def table_of(place: Place, asked: Asked, *, sort: str = "", url: str = "?") -> Panel:
    """The table; the caller has checked the right to report on the place. `sort` and `url` as on the dashboard."""
    window = _window(place, place.year, asked)
    by_year = asked.rows == YEARS
    every = [*(_years(place, asked) if by_year else _places(place, asked))]
    rows = [row for row in every if _fits(row, asked)]
    panel = Panel(
        NAME, f"{ROWS[asked.rows][0]}统计表", ROWS[asked.rows][0], _heads(place, asked), [_line(row, asked) for row in rows],
        None if by_year or not rows else _total(place, asked, window, rows if len(rows) < len(every) else None),
        note="" if by_year else _TOTAL, wide=True, only=asked.said,
    )  # fmt: skip
    column = sort.partition(".")[2]
    at = int(column.lstrip("-")) if column.lstrip("-").isdecimal() else -1
    return noted_once(sorted_by(panel, at, ascending=not column.startswith("-"), url=url))


def _window(place: Place, year: int, asked: Asked) -> Window:
    return replace(window_at(place, year), only=asked.only)


def _heads(place: Place, asked: Asked) -> list[Head]:
    links = Links(place, "")
    return [
        replace(head_of(figure, links, group), note="" if follows(figure, asked) else NOT_BY_HOUSEHOLD)
        for group, figure in asked.columns
    ]


def follows(figure: Figure, asked: Asked) -> bool:
    """Whether a figure's rows know the households that the filter chooses, if it chooses some."""
    return not asked.only.of_homes or figure.base.home is not None


def _places(place: Place, asked: Asked) -> Iterator[_Row]:
    level = ROWS[asked.rows][1]
    assert level is not None  # the years have none
    found = figures_of_places(asked.figures, _window(place, place.year, asked), level)
    regions = Region.objects.unscoped("names of places are no secret").filter(
        code__startswith=place.region.prefix, level=level
    )
    for region in regions.select_related("parent").order_by("code"):
        if region.prefix in found:
            yield _Row(str(region), Place(region, place.year), found[region.prefix])


def _years(place: Place, asked: Asked) -> Iterator[_Row]:
    for year in sorted({*place.states, place.year}):
        yield _Row(
            f"{year}年", Place(place.region, year), measure(asked.figures, _window(place, year, asked))
        )


def _fits(row: _Row, asked: Asked) -> bool:
    """Whether a row is listed."""
    columns = [row.results[figure.code] for _, figure in asked.columns]
    if asked.text not in row.place.region.name and asked.rows != YEARS:
        return False
    if asked.filled and not any(result.value for result in columns):
        return False
    if asked.complete and not all(result.covered == result.villages > 0 for result in columns):
        return False
    if asked.by is None:
        return True
    # As it is shown: what somebody sees in the table is what is compared.
    shown = row.results[asked.by.code].shown
    if shown is None or isinstance(shown, str):
        return False
    return (asked.least is None or shown >= asked.least) and (asked.most is None or shown <= asked.most)


def _line(row: _Row, asked: Asked) -> Line:
    links = Links(row.place, query_of(_window(row.place, row.place.year, asked), back=NAME))
    cells = [cell_of(row.results[figure.code], links.rows_of(figure)) for _, figure in asked.columns]
    return Line(row.label, cells, row.place.url("dashboard"))


def _total(place: Place, asked: Asked, window: Window, rows: list[_Row] | None) -> Line:
    """合计: measured over the whole place, or over the rows that are listed where these are not all."""
    if rows is not None:
        window = replace(
            window, only=replace(asked.only, places=tuple(row.place.region.prefix for row in rows))
        )
    found = measure([figure for _, figure in asked.columns], window)
    links = Links(place, query_of(window, back=NAME)) if len(window.only.places) <= MOST_PLACES else None
    return Line(
        "合计",
        [cell_of(found[figure.code], links.rows_of(figure) if links else "") for _, figure in asked.columns],
    )


def titled(panel: Panel, name: str) -> Panel:
    """The table under the name that it was saved under."""
    return replace(panel, title=name) if name else panel


def is_statistics(address: str) -> bool:
    """Whether an address within the portal is a statistics table's, and short enough to be taken along."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        return False
    return (parts.scheme, parts.netloc, found.url_name) == ("", "", NAME) and len(address) <= LONGEST_BACK
