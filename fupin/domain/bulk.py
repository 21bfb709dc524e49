"""Writing a set of rows: a form writes a set of one, an import a set of 100,000, both this way.

The rows are COPYed into a temporary table and go from there into the real one by a single INSERT ... ON
CONFLICT: measured at a sixth to an eighth of bulk_create's time, and the audit triggers see one statement with its
actor, which a plain COPY into the table would not have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from operator import getitem, itemgetter
from types import MappingProxyType
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import DatabaseError, connection, models

from fupin.refusals import Refused

#: From so many rows of a table on the server has a look at it.
MANY = 1_000
#: So many different values of a column are remembered as COPY has them.
KEPT_VALUES = 4_096


@dataclass(frozen=True)
class Written:
    """How many rows of a set were new, changed, or stood there already as they are."""

    new: int
    changed: int
    unchanged: int

    def __add__(self, other: Written) -> Written:
        return Written(self.new + other.new, self.changed + other.changed, self.unchanged + other.unchanged)

    @property
    def touched(self) -> int:
        """Rows written: new or changed."""
        return self.new + self.changed


def upsert(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
    blanks: Mapping[str, Any] = MappingProxyType({}),
) -> Written:
    """Insert the rows, or change those that exist under the same key and differ.

    `rows` map attribute names (attname: "region_id") to Python values, all with the same names. `key` names a
    unique constraint's columns; with none, a row that violates any is left out. `blanks` says for columns of the
    key what a blank counts as in the unique index: COALESCE(column, blank). Columns in `keep` are written on insert
    only. A row equal to what stands there is not touched: no write, no audit event. Must run inside a transaction.
    Raises Refused for a key that comes twice.
    """
    rows = list(rows)
    outcome = _write(model, rows, key, keep, blanks)
    new = sum(inserted for inserted, *_ in outcome)
    return Written(new, len(outcome) - new, len(rows) - len(outcome))


def upsert_keys(
    model: type[models.Model],
    rows: Iterable[Mapping[str, Any]],
    *,
    key: Sequence[str],
    keep: Sequence[str] = (),
) -> tuple[set[Any], set[Any]]:
    """Do as upsert(), and tell which rows were new and which changed, by the first column of the key."""
    outcome = _write(model, list(rows), key, keep)
    return {first for inserted, first, *_ in outcome if inserted}, {
        first for inserted, first, *_ in outcome if not inserted
    }


def copy_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """COPY rows of these columns into a table of which the audit keeps nothing: nobody's name goes with them."""
    fields = [field for name in names for field in model._meta.concrete_fields if field.attname == name]
    columns = ", ".join(quote(str(field.column)) for field in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        text = _CopyText(fields, len(fields), (dict(zip(names, row, strict=True)) for row in rows))
        cursor.copy_expert(f"COPY {quote(model._meta.db_table)} ({columns}) FROM STDIN", text)


def insert_from(model: type[models.Model], rows: models.QuerySet, columns: Mapping[str, Any]) -> int:
    """Insert a row for each of `rows`, without a detour over Python: INSERT ... SELECT; returns how many.

    `columns` map attribute names to expressions over the given rows (F, Value, Case, Subquery). Columns that are not
    named get their default. Must run inside a transaction; the audit sees one statement with its actor.
    """
    fields = _fields(model, columns)
    values = {
        f"new_{field.attname}": columns.get(
            field.attname, models.Value(field.get_default(), output_field=field)
        )
        for field in fields
    }
    sql, params = rows.order_by("pk").annotate(**values).values_list(*values).query.sql_with_params()
    names = ", ".join(quote(_column(model, field.attname)) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {quote(model._meta.db_table)} ({names}) {sql}", params)
        return int(cursor.rowcount)


def _write(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    keep: Sequence[str],
    blanks: Mapping[str, Any] = MappingProxyType({}),
) -> list[tuple[Any, ...]]:
    """Write the rows; for each that was touched whether it is new, then its key."""
    if not rows:
        return []
    fields = _fields(model, rows[0])
    _check(model, rows, key, blanks)
    table = quote(model._meta.db_table)
    columns = [quote(_column(model, field.attname)) for field in fields]
    # Columns that only have a default are for new rows: an existing one keeps what it says there.
    given = [f for f in fields if f.attname in rows[0]]
    changing = [quote(_column(model, f.attname)) for f in given if key and f.attname not in (*key, *keep)]
    names = ", ".join(columns)
    keys = [quote(_column(model, part)) for part in key]
    conflict = (
        f"({', '.join(_filled(c, blanks.get(part)) for c, part in zip(keys, key, strict=True))})"
        if key
        else ""
    )
    action = "DO NOTHING"
    if changing:
        ours, theirs = (", ".join(f"{side}.{c}" for c in changing) for side in (table, "EXCLUDED"))
        sets = ", ".join(f"{c} = EXCLUDED.{c}" for c in changing)
        action = f"DO UPDATE SET {sets} WHERE ({ours}) IS DISTINCT FROM ({theirs})"
    text = _CopyText(fields, len(rows[0]), rows)
    with connection.cursor() as cursor, staged(cursor, model._meta.db_table, columns, text) as staging:
        cursor.execute(
            # In the order of the key: two sets with the same rows would otherwise wait for each other.
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging} ORDER BY {', '.join(keys) or names}"
            f" ON CONFLICT {conflict} {action}"
            f" RETURNING {', '.join(['xmax = 0', *(f'{table}.{part}' for part in keys)])}"
        )
        outcome = cursor.fetchall()
        analyse(cursor, model, len(outcome))
    return outcome


@contextmanager
def staged(cursor: Any, table: str, columns: Sequence[str], text: Any) -> Iterator[str]:
    """Have rows in COPY's text format in a temporary table like the real one; its name, quoted as the columns are."""
    staging, names = quote(f"staging_{table}"), ", ".join(columns)
    cursor.execute(
        f"CREATE TEMPORARY TABLE {staging} ON COMMIT DROP AS SELECT {names} FROM {quote(table)} WITH NO DATA"
    )
    try:
        # Django's cursor translates the errors of execute() only.
        with connection.wrap_database_errors:
            cursor.copy_expert(f"COPY {staging} ({names}) FROM STDIN", text)
    except DatabaseError as error:
        raise getattr(text, "error", None) or error from None
    yield staging
    cursor.execute(f"DROP TABLE {staging}")


def analyse(cursor: Any, model: type[models.Model], rows: int) -> None:
    """Let the server have a look at a table into which so many rows were written, if they are many.

    Of a table that was empty when it was last looked at (a first roster, or one tried and taken back) it reads every row
    for each key that it checks: minutes for the keys of 100,000 people, and hours for more.
    """
    if rows >= MANY:
        cursor.execute(f"ANALYZE {quote(model._meta.db_table)} ({quote(str(model._meta.pk.column))})")


def _filled(column: str, blank: Any) -> str:
    """The column as the unique index has it: with what a blank counts as in its place."""
    if blank is None:
        return column
    literal = str(blank) if isinstance(blank, int) else f"'{blank}'"
    return f"COALESCE({column}, {literal})"


def _check(
    model: type[models.Model],
    rows: Sequence[Mapping[str, Any]],
    key: Sequence[str],
    blanks: Mapping[str, Any],
) -> None:
    """Refuse a key that comes twice; the database would refuse it too, or let the last row win, or drop one."""
    if any(row.keys() != rows[0].keys() for row in rows):
        raise TypeError(f"rows of {model._meta.label} must all have the same columns")
    told = ({**blanks, **{part: row[part] for part in key if row[part] is not None}} for row in rows)
    keys = [tuple(row[part] for part in key) for row in told if set(key) <= row.keys()]
    if key and len(set(keys)) < len(keys):
        name = model._meta.verbose_name
        raise Refused(f"要写入的{name}中有重复的行，未写入任何数据。请删去重复的行后再试。")


def told_of(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Those of the fields that the rows say anything of: what a file has no column for stays as it is."""
    return [name for name in names if any(name in row for row in rows)]


def values_of(model: type[models.Model], names: Sequence[str], row: Mapping[str, Any]) -> dict[str, Any]:
    """The row's values for these fields; what a text or list column has no value for is empty, not null. Lists are tuples."""
    values = {}
    for name in names:
        value = row.get(name)
        field = model._meta.get_field(name)
        if value is None and not field.null:
            value = field.get_default() if field.has_default() else ""  # type: ignore[union-attr]
        values[name] = _hashable(value)
    return values


def _hashable(value: Any) -> Any:
    """The value as a key of the values that are remembered: a list as a tuple."""
    return tuple(value) if isinstance(value, list) else value


def _column(model: type[models.Model], attname: str) -> str:
    return str(next(f.column for f in model._meta.concrete_fields if f.attname == attname))


def _fields(model: type[models.Model], row: Mapping[str, Any]) -> list[models.Field]:
    """The columns to write: those of the row, then whatever the table wants beside them (defaults)."""
    wanted = []
    known = set()
    for field in model._meta.concrete_fields:
        known.add(field.attname)
        if field.attname in row or (
            not field.primary_key
            and not field.null
            and not field.generated
            and field.has_default() | field.empty_strings_allowed
        ):
            wanted.append(field)
    if unknown := set(row) - known:
        raise TypeError(f"{model._meta.label} has no columns {sorted(unknown)}")
    return sorted(wanted, key=lambda field: field.attname not in row)


class _Texts(dict[Any, str]):
    """The values of a column in PostgreSQL's COPY text format; most stand in many rows."""

    def __missing__(self, value: Any) -> str:
        text = _copy_cell(value)
        if len(self) < KEPT_VALUES:
            self[value] = text
        return text


class _CopyText:
    """The rows in PostgreSQL's COPY text format, made as they are read; fields that no row names come last."""

    def __init__(self, fields: Sequence[models.Field], named: int, rows: Iterable[Mapping[str, Any]]) -> None:
        names = [field.attname for field in fields[:named]]
        self._cells = itemgetter(*names) if named > 1 else lambda row: (row[names[0]],)
        self._texts = [_Texts() for _ in names]
        self._rest = "".join(f"\t{_copy_cell(field.get_default())}" for field in fields[named:]) + "\n"
        self._rows = iter(rows)
        #: Why a value could not be told: the database would only say that there was something.
        self.error: TypeError | None = None

    def read(self, size: int) -> str:
        """At least so many characters, as long as there are any."""
        try:
            return self._lines(size)
        except TypeError as error:
            self.error = error
            raise

    def _lines(self, size: int) -> str:
        lines, length = [], 0
        for row in self._rows:
            cells = self._cells(row)
            try:
                line = "\t".join(map(getitem, self._texts, cells))
            except TypeError:  # a list or a dict, which is no key
                line = "\t".join(map(_copy_cell, cells))
            lines.append(line + self._rest)
            length += len(lines[-1])
            if length >= size:
                break
        return "".join(lines)


def _copy_cell(value: Any) -> str:
    match value:
        case None:
            return r"\N"
        case str():  # first of the types: most cells are text
            return _escape(str.__str__(value))
        case bool():
            return "t" if value else "f"
        case int() | Decimal():
            return str(int(value)) if isinstance(value, int) else str(value)
        case datetime() | date():
            return value.isoformat()
        case list() | tuple():
            return _escape("{" + ",".join(_array_item(item) for item in value) + "}")
        case dict():
            return _escape(json.dumps(value, cls=DjangoJSONEncoder))
    raise TypeError(f"no COPY form for {type(value).__name__}")


def _array_item(value: Any) -> str:
    if value is None:
        return "NULL"
    text = str(value).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _escape(text: str) -> str:
    if text.isalnum():  # most are
        return text
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def quote(name: str) -> str:
    """A table's or column's name as SQL has it."""
    return connection.ops.quote_name(name)
