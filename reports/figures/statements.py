"""The statements that measure figures: one per base, for one region or for every village or township below it.

The ORM builds the inner query, grouped by place and entity, with one aggregate per figure; a hand-written
outer one counts entities, sums sizes and sums amounts. A household with two benefits is thus one household
with its people once, and amounts are still summed over both rows.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db import connection
from django.db.models import Count, F, Max, Sum, TextField
from django.db.models.functions import Cast, Left

from fupin.models import Level
from reports.figures.declare import Base, Figure, Measure
from reports.figures.result import UNIT_SEPARATOR, Raw
from reports.figures.window import Window

#: A SELECT holds 1,664 columns; a figure takes two of the inner and two of the outer one.
CHUNK = 400


def measure_base(
    base: Base, figures: Sequence[Figure], window: Window, level: Level,
    villages: Sequence[str] | None = None, *, apart: bool = False,
) -> dict[str, dict[str, Raw]]:  # fmt: skip
    """{place prefix: {code: (value, rows)}}, by one statement for each chunk of figures.

    With `villages` (codes) it is their rows alone, whatever region the window names. `apart`: what is shared by villages comes
    as the ids of what is counted or named, so that places can be put together.
    """
    found: dict[str, dict[str, Raw]] = defaultdict(dict)
    for start in range(0, len(figures), CHUNK):
        chunk = figures[start : start + CHUNK]
        for place, measured in fetch(
            chunk, *statement(base, chunk, window, level, villages, apart=apart)
        ).items():
            found[place] |= measured
    return found


def fetch(figures: Sequence[Figure], sql: str, params: Sequence[Any]) -> dict[str, dict[str, Raw]]:
    """What the statement of these figures finds: {place prefix: {code: (value, rows)}}."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        measured = cursor.fetchall()
    return {
        place: {
            figure.code: (value, int(rows or 0))
            for figure, value, rows in zip(figures, numbers[::2], numbers[1::2], strict=True)
        }
        for place, *numbers in measured
    }


def statement(
    base: Base, figures: Sequence[Figure], window: Window, level: Level,
    villages: Sequence[str] | None = None, *, apart: bool = False,
) -> tuple[str, Sequence[Any]]:  # fmt: skip
    """For each place of the level: its prefix, then value and number of rows of each figure."""
    every = base.model.objects.unscoped("figures; the right to report was checked")
    if villages is None:
        rows = base.narrow(every, window)
    else:
        paths = (base.model.region_path, *base.beside)
        rows = base.within(every, window).filter(**{f"{path}__among": villages for path in paths})
    inner: dict[str, Any] = {"size": Max(base.size)} if base.size else {}
    outer: list[str] = []
    for i, figure in enumerate(figures):
        n, v = f"n{i}", f"v{i}"
        inner[n] = Count("pk", filter=figure.where)
        match figure.measure:
            case Measure.ENTITIES if apart and not figure.adds_up:
                outer.append(f"array_agg(entity) FILTER (WHERE {n} > 0)")
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
                outer.append(f"max({v})" if level == Level.VILLAGE and not apart else "NULL")
            case Measure.NAMES:
                inner[v] = StringAgg(
                    Cast(figure.named, TextField()), delimiter=",", distinct=True, filter=figure.where
                )
                ids = f"string_to_array(string_agg({v}, ','), ',')::bigint[]"
                outer.append(ids if apart else _names(figure, ids))
        outer.append(f"sum({n})")
    grouped = rows.order_by().values(place=Left(F(base.model.region_path), int(level)), entity=F(base.entity))
    sql, params = grouped.annotate(**inner).query.sql_with_params()
    return f"SELECT place, {', '.join(outer)} FROM ({sql}) AS entities GROUP BY place", params


def columns_read(sql: str) -> dict[str, set[str]]:
    """The columns that a statement reads, by table, whatever alias a table has in it."""
    found: dict[str, set[str]] = {}
    for table, alias in re.findall(r'(?:FROM|JOIN) "(\w+)"(?: (\w+))?', sql):
        named = alias not in ("ON", "WHERE", "INNER", "LEFT", "GROUP", "")
        for name in {table, alias if named else table}:
            columns = re.findall(rf'\b"?{name}"?\."(\w+)"', sql)
            found.setdefault(table, set()).update(columns)
    return found


def names_of(figure: Figure, ids: Iterable[int]) -> str | None:
    """The names of the rows with these ids, as the statement above has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_names(figure, '%s')}", [list(ids)])
        return cursor.fetchone()[0]


def _names(figure: Figure, ids: str) -> str:
    """The names of the related rows with these ids.

    Each is looked up once, when all rows have been counted; a join would look one up for every row.
    """
    relation: Any = figure.base.model._meta.get_field(figure.named)
    named = relation.related_model._meta
    table, key, column = (
        connection.ops.quote_name(part)
        for part in (
            named.db_table,
            named.pk.column,
            named.get_field(figure.expression.partition("__")[2]).column,
        )
    )
    return f"(SELECT string_agg({column}, '{UNIT_SEPARATOR}') FROM {table} WHERE {key} = ANY({ids}))"


def _expression(figure: Figure) -> Any:
    return F(figure.expression) if isinstance(figure.expression, str) else figure.expression
