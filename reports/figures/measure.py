"""Measuring figures: one statement per base, for one region or for every village or township below it.

The ORM builds the inner query, grouped by place and entity, with one aggregate per figure; a hand-written
outer one counts entities, sums sizes and sums amounts. A household with two benefits is thus one household
with its people once, and amounts are still summed over both rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import Count, F, Max, Q, Sum, TextField
from django.db.models.functions import Cast, Left

from fupin.models import Ledger, Level, Region
from fupin.queries.places import villages_of
from reports.figures.declare import Base, Figure, Item, Listing, Measure
from reports.figures.window import Window

#: A SELECT holds 1,664 columns; a figure takes two of the inner and two of the outer one.
CHUNK = 400
#: Parts the names that a figure joins in the database; no name holds it.
UNIT_SEPARATOR = "\x1f"
#: Digits of a ratio before it is rounded, once, when it is shown.
_DIVISION = Context(prec=40)


@dataclass(frozen=True)
class Result:
    """A figure measured: its value (None: 暂无数据), the number of rows behind it, and its coverage.

    The value is in the rows' own unit and not rounded (元, a fraction of 1); `shown` is what a report prints.
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

    @property
    def shown(self) -> int | Decimal | str | None:
        """The value in the figure's unit, rounded half up to its places; words and None as they are."""
        if self.value is None or isinstance(self.value, str):
            return self.value
        return self.figure.shown(self.value)


def measure(figures: Iterable[Figure], window: Window, coverage: Coverage | None = None) -> dict[str, Result]:
    """The figures of the window's region, by code. The caller has checked the right to report on it."""
    figures = list(dict.fromkeys(figures))
    asked = {figure.code: figure for figure in (*figures, *(part for f in figures for part in f.parts))}
    by_base: dict[Base, list[Figure]] = defaultdict(list)
    for figure in asked.values():
        if figure.measure is not Measure.RATIO:
            by_base[figure.base].append(figure)
    coverage = coverage or coverage_of(window, asked.values())
    results = {}
    for base, members in by_base.items():
        measured = _measure_base(base, members, window, Level(window.region.level))
        here = measured.get(window.region.prefix, {})
        for figure in members:
            value, rows = here.get(figure.code, (None, 0))
            covered, nil = coverage.of(figure)
            stated = _stated(figure, value, covered, nil)
            results[figure.code] = Result(figure, stated, rows, covered, coverage.villages)
    for figure in asked.values():
        if figure.measure is Measure.RATIO:
            part, whole = (results[of.code] for of in figure.parts)
            results[figure.code] = Result(
                figure, _quotient(part.value, whole.value), part.rows, part.covered, part.villages
            )
    return results


def measure_places(
    figures: Sequence[Figure], window: Window, level: Level
) -> dict[str, dict[str, tuple[Any, int]]]:
    """Raw value and rows of figures of one base for every place of a level in the window's region, by prefix.

    A place without a row is left out, and so are ratios: they are derived from what is measured.
    """
    measured = [figure for figure in figures if figure.measure is not Measure.RATIO]
    return _measure_base(figures[0].base, measured, window, level)


def _stated(figure: Figure, value: Any, covered: int, nil: int) -> Any:
    """What may be said: nothing without a ledger, 0 for one declared nil, else what was measured."""
    if not covered:
        return None
    if figure.measure is Measure.TEXT:
        return value or None
    if figure.measure is Measure.NAMES:
        return "、".join(sorted(set(value.split(UNIT_SEPARATOR)))) if value else None
    if value is None:
        counted = figure.measure is not Measure.SUM
        return 0 if counted or nil == covered else None
    return value


def _quotient(part: Any, whole: Any) -> Decimal | None:
    if part is None or not whole:
        return None
    return _DIVISION.divide(Decimal(part), Decimal(whole))


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
            case Measure.SPELLS:
                inner[v] = Count("year", distinct=True, filter=figure.where)
                outer.append(f"sum({v})")
            case Measure.SUM:
                inner[v] = Sum(_expression(figure), filter=figure.where)
                outer.append(f"sum({v})")
            case Measure.TEXT:
                inner[v] = Max(_expression(figure), filter=figure.where)
                outer.append(f"max({v})" if level == Level.VILLAGE else "NULL")
            case Measure.NAMES:
                relation, _, name = figure.expression.partition("__")
                inner[v] = StringAgg(
                    Cast(relation, TextField()), delimiter=",", distinct=True, filter=figure.where
                )
                outer.append(_names(base.model._meta.get_field(relation), name, v))
        outer.append(f"sum({n})")
    grouped = rows.order_by().values(place=Left(F(base.model.region_path), int(level)), entity=F(base.entity))
    sql, params = grouped.annotate(**inner).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT place, {', '.join(outer)} FROM ({sql}) AS entities GROUP BY place", params)
        return cursor.fetchall()


def _names(relation: Any, name: str, keys: str) -> str:
    """The names of the related rows, whose keys are joined in a column of the inner query.

    Each is looked up once, when all rows have been counted; a join would look one up for every row.
    """
    named = relation.related_model._meta
    table, key, column = (
        connection.ops.quote_name(part)
        for part in (named.db_table, named.pk.column, named.get_field(name).column)
    )
    return (
        f"(SELECT string_agg({column}, '{UNIT_SEPARATOR}') FROM {table}"
        f" WHERE {key} = ANY(string_to_array(string_agg({keys}, ','), ',')::bigint[]))"
    )


def _expression(figure: Figure) -> Any:
    return F(figure.expression) if isinstance(figure.expression, str) else figure.expression


# --- rows one by one -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A listing's rows as items, with the results of their figures by code; not covered: 暂无数据."""

    items: list[Item]
    results: dict[str, Result]
    covered: int


def list_rows(listing: Listing, window: Window, coverage: Coverage) -> Listed:
    """The rows of a listing in the window's region, in their own order. One query."""
    rows = listing.base.model.objects.unscoped("figures; the right to report was checked")
    items = [listing.item(number, row) for number, row in enumerate(listing.rows(rows, window), start=1)]
    covered, _nil = coverage.of(listing.base)
    results = {
        figure.code: Result(figure, getattr(item.row, figure.expression), 1, covered, coverage.villages)
        for item in items
        for figure in (item.quantity, item.amount)
        if figure is not None
    }
    return Listed(items, results, covered)


# --- which ledgers there are -----------------------------------------------------------------------------------


Kinds = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Coverage:
    """How many villages a region has, and in how many of them a ledger is kept or declared nil.

    What has accumulated over years is known where one of these years has the ledger.
    """

    villages: int
    window: Window
    #: (kinds of ledger, first year) -> (villages that keep one of them or declared it nil, of these only nil)
    kinds: dict[Kinds, tuple[int, int]]

    def of(self, thing: Figure | Base) -> tuple[int, int]:
        """Villages covered, and those of them where all is nil."""
        return self.kinds.get(_kinds_of(thing, self.window), (0, 0))


def _kinds_of(thing: Figure | Base, window: Window) -> Kinds:
    base = thing.base if isinstance(thing, Figure) else thing
    return thing.ledgers, window.span(base.span)[0]


def coverage_of(window: Window, things: Iterable[Figure | Base]) -> Coverage:
    """Which of the villages keep the ledgers that these figures rest on. Two queries."""
    regions = Region.objects.unscoped("figures; the right to report was checked")
    # A village that has ended since is none of those that there are, whatever ledgers it left.
    villages = villages_of(regions, window.region, window.last)
    asked = (of for thing in things for of in (thing, *getattr(thing, "parts", ())))
    groups = list(dict.fromkeys(_kinds_of(thing, window) for thing in asked))
    ledgers = Ledger.objects.unscoped("figures; the right to report was checked").filter(
        region__in=villages,
        year__range=(min((first for _, first in groups), default=window.last), window.last),
    )
    counts: dict[str, Any] = {}
    for i, (kinds, first) in enumerate(groups):
        there = Q(kind__in=kinds, year__gte=first)
        counts[f"c{i}"] = Count("region", distinct=True, filter=there)
        counts[f"r{i}"] = Count("region", distinct=True, filter=there & Q(state=Ledger.State.ROWS))
    found = ledgers.aggregate(**counts) if counts else {}
    return Coverage(
        villages.count(),
        window,
        {group: (found[f"c{i}"], found[f"c{i}"] - found[f"r{i}"]) for i, group in enumerate(groups)},
    )
