"""Measuring figures: one statement per base, for one region or for every village or township below it.

The ORM builds the inner query, grouped by place and entity, with one aggregate per figure; a hand-written
outer one counts entities, sums sizes and sums amounts. A household with two benefits is thus one household
with its people once, and amounts are still summed over both rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Q, Sum
from django.db.models.functions import Left

from fupin.models import Ledger, Level, Region
from fupin.queries.places import villages_of
from reports.figures.declare import Base, Figure, Measure, Window

#: A SELECT holds 1,664 columns; a figure takes two of the inner and two of the outer one.
CHUNK = 400


@dataclass(frozen=True)
class Result:
    """A figure measured: its value (None: 暂无数据), the number of rows behind it, and its coverage.

    `covered` of `villages` villages keep the ledger or have declared it nil.
    """

    figure: Figure
    value: int | Decimal | str | None
    rows: int
    covered: int
    villages: int

    @property
    def is_partial(self) -> bool:
        """Whether some villages of the region have no such ledger."""
        return 0 < self.covered < self.villages


def measure(figures: Iterable[Figure], window: Window) -> dict[str, Result]:
    """The figures of the window's region, by code. The caller has checked the right to report on it."""
    figures = list(figures)
    coverage = coverage_of(window)
    results = {}
    by_base: dict[Base, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_base[figure.base].append(figure)
    for base, members in by_base.items():
        covered, nil = coverage.kinds.get(base.ledger, (0, 0))
        measured = _measure_base(base, members, window, Level(window.region.level))
        here = measured.get(window.region.prefix, {})
        for figure in members:
            value, rows = here.get(figure.code, (None, 0))
            results[figure.code] = Result(
                figure, _stated(figure, value, covered, nil), rows, covered, coverage.villages
            )
    return results


def measure_places(
    figures: Sequence[Figure], window: Window, level: Level
) -> dict[str, dict[str, tuple[Any, int]]]:
    """Raw value and rows of figures of one base for every place of a level in the window's region, by prefix.

    A place without a row is left out.
    """
    return _measure_base(figures[0].base, figures, window, level)


def _stated(figure: Figure, value: Any, covered: int, nil: int) -> Any:
    """What may be said: nothing without a ledger, 0 for one declared nil, else what was measured."""
    if not covered:
        return None
    if figure.measure is Measure.TEXT:
        return value or None
    if value is None:
        counted = figure.measure is not Measure.SUM
        return 0 if counted or nil == covered else None
    return value


def _measure_base(
    base: Base, figures: Sequence[Figure], window: Window, level: Level
) -> dict[str, dict[str, tuple[Any, int]]]:
    """{place prefix: {code: (value, rows)}}, by one statement for each chunk of figures."""
    found: dict[str, dict[str, tuple[Any, int]]] = defaultdict(dict)
    for start in range(0, len(figures), CHUNK):
        chunk = figures[start : start + CHUNK]
        for place, *numbers in _select(base, chunk, window, level):
            pairs = zip(numbers[::2], numbers[1::2], strict=True)
            found[place] |= {f.code: (value, int(n or 0)) for f, (value, n) in zip(chunk, pairs, strict=True)}
    return found


def _select(base: Base, figures: Sequence[Figure], window: Window, level: Level) -> list[tuple[Any, ...]]:
    """For each place of the level: its prefix, then value and number of rows of each figure."""
    rows = base.narrow(base.model.objects.unscoped("figures; the right to report was checked"), window)
    inner: dict[str, Any] = {"size": Max(base.size)} if base.size else {}
    outer: list[str] = []
    for i, figure in enumerate(figures):
        n, v = f"n{i}", f"v{i}"
        inner[n] = Count("pk", filter=figure.where)
        match figure.measure:
            case Measure.ENTITIES:
                outer.append(f"count(*) FILTER (WHERE {n} > 0)")
            case Measure.SIZES:
                outer.append(f'sum("size") FILTER (WHERE {n} > 0)')
            case Measure.SUM:
                inner[v] = Sum(_expression(figure), filter=figure.where)
                outer.append(f"sum({v})")
            case Measure.TEXT:
                inner[v] = Max(_expression(figure), filter=figure.where)
                outer.append(f"max({v})" if level == Level.VILLAGE else "NULL")
        outer.append(f"sum({n})")
    grouped = rows.order_by().values(place=Left(F(base.model.region_path), int(level)), entity=F(base.entity))
    sql, params = grouped.annotate(**inner).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, {', '.join(outer)} FROM ({sql}) AS entities GROUP BY place", params)
        return cursor.fetchall()


def _expression(figure: Figure) -> Any:
    return F(figure.expression) if isinstance(figure.expression, str) else figure.expression


@dataclass(frozen=True)
class Coverage:
    """Which ledgers the villages of a region keep."""

    villages: int
    #: kind -> (villages that keep the ledger or declared it nil, of these declared nil)
    kinds: dict[str, tuple[int, int]]


def coverage_of(window: Window) -> Coverage:
    """How many villages the region has, and how many of them keep each ledger in the window's last year."""
    prefix = window.region.prefix
    regions = Region.objects.unscoped("figures; the right to report was checked")
    villages = villages_of(regions, window.region, window.last)
    ledgers = (
        Ledger.objects.unscoped("figures; the right to report was checked")
        .filter(region__code__startswith=prefix, year=window.last)
        .values_list("kind")
        .annotate(covered=Count("pk"), nil=Count("pk", filter=Q(state=Ledger.State.NIL)))
    )
    return Coverage(villages.count(), {kind: (covered, nil) for kind, covered, nil in ledgers.order_by()})
