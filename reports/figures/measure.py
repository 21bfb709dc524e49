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
from django.db.models import Aggregate, Count, F, Max, Q, Sum
from django.db.models.functions import Left

from fupin.models import Ledger, Level, Region
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
    coverage = _coverage(window)
    results = {}
    by_base: dict[Base, list[Figure]] = defaultdict(list)
    for figure in figures:
        by_base[figure.base].append(figure)
    for base, members in by_base.items():
        covered, nil = coverage.kinds.get(base.ledger, (0, 0))
        for chunk in _chunks(members):
            measured = _measure_base(base, chunk, window).get(window.region.prefix, {})
            for figure in chunk:
                value, rows = measured.get(figure.code, (None, 0))
                results[figure.code] = Result(
                    figure, _stated(figure, value, covered, nil), rows, covered, coverage.villages
                )
    return results


def measure_places(
    figures: Sequence[Figure], window: Window, level: Level
) -> dict[str, dict[str, tuple[Any, int]]]:
    """Raw value and rows of figures of one base for every place of a level in the window's region, by prefix."""
    return _measure_base(figures[0].base, figures, window, level)


def _chunks(figures: list[Figure]) -> Iterable[tuple[Figure, ...]]:
    return (tuple(figures[i : i + CHUNK]) for i in range(0, len(figures), CHUNK))


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
    base: Base, figures: Sequence[Figure], window: Window, level: Level | None = None
) -> dict[str, dict[str, tuple[Any, int]]]:
    """{place prefix: {code: (value, rows)}} by one statement."""
    rows = base.narrow(base.model.objects.unscoped("figures; the right to report was checked"), window)
    digits = level or Level(window.region.level)
    inner: dict[str, Aggregate] = {"size": Max(base.size)} if base.size else {}
    outer, size = [], '"size"'
    for i, figure in enumerate(figures):
        n, v = f"n{i}", f"v{i}"
        inner[n] = Count("pk", filter=figure.where)
        match figure.measure:
            case Measure.ENTITIES:
                outer.append(f"count(*) FILTER (WHERE {n} > 0)")
            case Measure.SIZES:
                outer.append(f"sum({size}) FILTER (WHERE {n} > 0)")
            case Measure.SUM:
                inner[v] = Sum(_expression(figure), filter=figure.where)
                outer.append(f"sum({v})")
            case Measure.TEXT:
                inner[v] = Max(_expression(figure), filter=figure.where)
                outer.append(f"CASE WHEN count(*) = 1 THEN max({v}) END")
        outer.append(f"sum({n})")
    grouped = rows.order_by().values(
        place=Left(F(base.model.region_path), int(digits)), entity=F(base.entity)
    )
    sql, params = grouped.annotate(**inner).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, {', '.join(outer)} FROM ({sql}) AS entities GROUP BY place", params)
        found = cursor.fetchall()
    return {
        place: {f.code: (values[2 * i], int(values[2 * i + 1] or 0)) for i, f in enumerate(figures)}
        for place, *values in found
    }


def _expression(figure: Figure) -> Any:
    return F(figure.expression) if isinstance(figure.expression, str) else figure.expression


@dataclass(frozen=True)
class _Coverage:
    villages: int
    #: kind -> (villages that keep the ledger or declared it nil, of these declared nil)
    kinds: dict[str, tuple[int, int]]


def _coverage(window: Window) -> _Coverage:
    """How many villages the region has, and how many of them keep each ledger in the window's last year."""
    prefix = window.region.prefix
    villages = Region.objects.unscoped("figures; the right to report was checked").filter(
        Q(valid_to=None) | Q(valid_to__gte=window.last), code__startswith=prefix, level=Level.VILLAGE
    )
    ledgers = (
        Ledger.objects.unscoped("figures; the right to report was checked")
        .filter(region__code__startswith=prefix, year=window.last)
        .values_list("kind")
        .annotate(covered=Count("pk"), nil=Count("pk", filter=Q(state=Ledger.State.NIL)))
    )
    return _Coverage(villages.count(), {kind: (covered, nil) for kind, covered, nil in ledgers.order_by()})
