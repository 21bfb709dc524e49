"""The cache of villages' figures: which are kept, by which declarations, and how a region's are put together.

What is kept of a village and a year is right as long as nobody has written rows that it may rest on; each writer leaves a
mark (VillageMark), whichever way it writes. A region's figures are the sum of what is kept of its unmarked villages and of
what is measured live in the others, in one snapshot. docs/decisions/0026-figure-cache.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from hashlib import sha256
from typing import Any

from django.db import connection

from fupin.models import Level, Region
from reports.figures.declare import Base, Figure, Measure
from reports.figures.result import Raw
from reports.figures.statements import CHUNK, fetch, names_of, statement
from reports.figures.village import BASES
from reports.figures.window import PROGRAMME_START, Span, Window

#: Bases whose figures are kept. What is told by days is measured live: a half-year's state is no matter of years.
KEPT_BASES = tuple(base for base in BASES if base.span is not Span.EVER)
#: No place: what is kept of a year depends on none.
_NOWHERE = Region(code="0" * 12, name="", level=Level.VILLAGE)
_NO_VILLAGES = [_NOWHERE.code]


@dataclass(frozen=True, eq=False)
class Part:
    """Figures of a base that are kept together: those whose rows begin in the same year."""

    base: Base
    since: int
    window: Window
    figures: Mapping[str, Figure]


def is_kept(figure: Figure) -> bool:
    """Whether a figure's villages can be put together: sums, and what is counted or named by its id."""
    return figure.adds_up or figure.measure in (Measure.ENTITIES, Measure.NAMES, Measure.TEXT)


@cache
def parts_of(year: int) -> tuple[Part, ...]:
    """What is kept of a village for reports of a year: of the year alone, and since the programme's start."""
    found: dict[tuple[Base, int], tuple[Window, dict[str, Figure]]] = {}
    for since in dict.fromkeys((year, min(PROGRAMME_START, year))):
        window = Window(_NOWHERE, year, year, since)
        for base in KEPT_BASES:
            _, figures = found.setdefault((base, window.span(base.span)[0]), (window, {}))
            figures |= {figure.code: figure for figure in base.all_figures(window) if is_kept(figure)}
    return tuple(Part(base, since, *rest) for (base, since), rest in found.items())


@cache
def _statement_of(part: Part) -> tuple[str, tuple[Any, ...]]:
    """A part's statement about no village: put together once, where it runs every second."""
    assert len(part.figures) <= CHUNK, "more figures than a statement holds"
    sql, params = statement(
        part.base, list(part.figures.values()), part.window, Level.VILLAGE, _NO_VILLAGES, apart=True
    )
    return sql, tuple(params)


def measured_apart(part: Part, villages: Sequence[str]) -> dict[str, dict[str, Raw]]:
    """A part's figures of some villages, live, by code of the village."""
    sql, params = _statement_of(part)
    params = tuple(list(villages) if value == _NO_VILLAGES else value for value in params)
    return fetch(list(part.figures.values()), sql, params)


@cache
def digest_of(year: int) -> str:
    """What the declarations say of a year: the statements themselves. Another program's figures are not taken for ours."""
    told = [(part.since, list(part.figures), _statement_of(part)) for part in parts_of(year)]
    return sha256(repr(told).encode()).hexdigest()


#: Places and years of which rows were written since, by the marks of a table. A person's are those where they are a member.
_WRITTEN = """
    SELECT region_id, year FROM {marks} WHERE person_id IS NULL
    UNION ALL
    SELECT member.region_id, member.year FROM {marks} JOIN households_membership member USING (person_id)
"""


def written(marks: str = "reports_villagemark") -> str:
    """The statement of `region_id` (NULL: everywhere) and `year` of what was written, by the marks in a table."""
    return _WRITTEN.format(marks=marks)


# --- reading -----------------------------------------------------------------------------------------------------


#: First year and code of figures that are asked for.
Asked = Set[tuple[int, str]]


def split(
    figures: Iterable[Figure], window: Window, level: Level
) -> tuple[dict[Part, list[Figure]], list[Figure]]:
    """Which of these figures are kept for a window, by the part that has them; and the others."""
    known = {(part.base, part.since): part for part in parts_of(window.last)}
    kept: dict[Part, list[Figure]] = defaultdict(list)
    others = []
    for figure in figures:
        part = known.get((figure.base, window.span(figure.base.span)[0]))
        # A village says its words itself, and there are none above one.
        if (
            part
            and figure.code in part.figures
            and (figure.measure is not Measure.TEXT or level != Level.VILLAGE)
        ):
            kept[part].append(figure)
        else:
            others.append(figure)
    return kept, others


def put_together(
    kept: Mapping[Part, Sequence[Figure]], window: Window, level: Level
) -> dict[str, dict[str, Raw]]:
    """Figures that are kept, for every place of a level in the window's region. Only inside a snapshot."""
    clean, marked = _villages(window)
    found: dict[str, dict[str, _Sum]] = defaultdict(lambda: defaultdict(_Sum))
    if clean:
        asked = {(part.since, figure.code) for part, figures in kept.items() for figure in figures}
        for place, code, value, rows in _sums(clean, asked, window.last, level):
            found[place][code].add(value, rows)
        shared = {(part.since, f.code) for part, figures in kept.items() for f in figures if _is_shared(f)}
        for place, code, ids in _shared(clean, shared, window.last, level) if shared else ():
            found[place][code].ids.update(ids.split(",") if ids else ())
    if marked:
        for part, figures in kept.items():
            codes = {figure.code for figure in figures}
            for village, values in measured_apart(part, marked).items():
                for code in codes:
                    found[village[: int(level)]][code].add(*values[code])
    by_code = {figure.code: figure for figures in kept.values() for figure in figures}
    return {
        place: {code: total.of(by_code[code]) for code, total in totals.items()}
        for place, totals in found.items()
    }


def _is_shared(figure: Figure) -> bool:
    return not figure.adds_up and figure.measure in (Measure.ENTITIES, Measure.NAMES)


class _Sum:
    """A figure of a place, while its villages are put together."""

    def __init__(self) -> None:
        self.value: Any = None
        #: As text: they are only told apart, and a county has tens of thousands of them.
        self.ids: set[str] = set()
        self.rows = 0

    def add(self, value: Any, rows: int) -> None:
        """Some villages more: a number, or the ids of what is counted or named."""
        self.rows += rows
        if isinstance(value, list):
            self.ids.update(map(str, value))
        elif value is not None:
            self.value = value if self.value is None else self.value + value

    def of(self, figure: Figure) -> Raw:
        """As a statement over all of them has it."""
        if figure.measure is Measure.NAMES:
            return (names_of(figure, sorted(map(int, self.ids))) if self.ids else None), self.rows
        if _is_shared(figure):
            return len(self.ids), self.rows
        if isinstance(self.value, Decimal) and figure.measure is not Measure.SUM:
            return int(self.value), self.rows  # a count
        return self.value, self.rows


def _villages(window: Window) -> tuple[list[str], list[str]]:
    """The codes of the region's places, whatever their level: those whose kept figures hold, and the others."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH marked AS MATERIALIZED (SELECT DISTINCT region_id FROM ({written()}) w WHERE year <= %(year)s)
            SELECT r.code, f.id IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM marked m WHERE m.region_id = r.code)
                AND NOT EXISTS (SELECT 1 FROM marked m WHERE m.region_id IS NULL)
            FROM fupin_region r
            LEFT JOIN reports_villagefold f ON f.region_id = r.code AND f.year = %(year)s AND f.digest = %(digest)s
            WHERE r.code LIKE %(prefix)s ORDER BY r.code
            """,
            {
                "year": window.last,
                "digest": digest_of(window.last),
                "prefix": f"{window.region.prefix}%",
            },
        )
        places = cursor.fetchall()
    return [code for code, holds in places if holds], [code for code, holds in places if not holds]


#: What is kept in some villages of a year, of figures that are asked for by their code.
_OF_VILLAGES = """
    FROM reports_villagefigure f
    WHERE f.year = %(year)s AND f.region_id = ANY(%(villages)s::varchar[]) AND f.code = ANY(%(codes)s::varchar[])
"""


def _sums(
    villages: Sequence[str], asked: Asked, year: int, level: Level
) -> Iterator[tuple[str, str, Decimal | None, int]]:
    """Place, code, value and rows of what adds up, for each place of a level."""
    sql = f"SELECT left(f.region_id, %(level)s), f.since, f.code, sum(f.value), sum(f.rows) {_OF_VILLAGES} GROUP BY 1, 2, 3"
    return _kept(sql, villages, asked, year, level)


def _shared(
    villages: Sequence[str], asked: Asked, year: int, level: Level
) -> Iterator[tuple[str, str, str | None]]:
    """Place, code and ids (with commas) of what villages share, village by village.

    To sort out those that come twice costs PostgreSQL more than us, and to make numbers of an array costs us most of all.
    """
    return _kept(
        f"SELECT left(f.region_id, %(level)s), f.since, f.code, array_to_string(f.ids, ',') {_OF_VILLAGES}",
        villages,
        asked,
        year,
        level,
    )


def _kept(sql: str, villages: Sequence[str], asked: Asked, year: int, level: Level) -> Iterator[Any]:
    """Rows of place, code and more. A code is kept of the year alone and since the programme's start: one is asked for."""
    codes = list({code for _, code in asked})
    values: Any = {"codes": codes, "year": year, "villages": list(villages), "level": int(level)}
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found = cursor.fetchall()
    return ((place, code, *rest) for place, since, code, *rest in found if (since, code) in asked)
