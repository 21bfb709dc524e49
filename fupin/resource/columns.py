"""Which columns a list shows, in which order: chosen by whoever reads it, told in the address, kept in a view."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

import django_tables2 as tables
from django.db import models
from django.http import QueryDict
from django_tables2.columns import BoundColumn
from django_tables2.rows import BoundRow

from fupin.resource.tables import NUMERIC, RowTable
from fupin.resource.values import display
from fupin.sheets.columns import LOSSY_DIGITS, Column, DateColumn, TextColumn

if TYPE_CHECKING:
    from fupin.resource.base import Resource

#: Parameter of the columns shown: their names in order, with commas.
COLS = "cols"
#: What the panel of columns sends: each chosen name, and for each a place in the order.
PICK, PLACE = "col", "at-"
LAST_PLACE = 999


class FieldColumn(tables.Column):
    """A field that the list does not show by itself, as the row's page says it."""

    def __init__(self, field: models.Field) -> None:
        self.field_name = field.name
        number = isinstance(field, models.DecimalField | models.IntegerField) and not field.choices
        super().__init__(
            str(field.verbose_name), accessor=field.name, empty_values=(), attrs=NUMERIC if number else {}
        )

    def render(self, record: Any) -> Any:
        """Labels for codes, 是 or 否, numbers of people masked."""
        return display(record, self.field_name)


@dataclass(frozen=True)
class Choice:
    """A column in the panel: its name, its heading, whether it is shown, and its place."""

    name: str
    label: str
    shown: bool
    place: int


class Columns:
    """The columns of a resource's list: those it has by itself, those of the model besides, and which are shown."""

    def __init__(self, resource: Resource, query: QueryDict) -> None:
        self.table = resource.table()
        own = self.table.base_columns
        self.more = {
            field.name: FieldColumn(field)
            for field in resource.model._meta.concrete_fields
            if field.editable and not field.primary_key and not field.is_relation and field.name not in own
        }
        self.default = [name for name in own if name != "number"]
        self.chosen = self._known(query.get(COLS, "").split(","))

    @property
    def shown(self) -> list[str]:
        """The columns shown, in order. One always leads to the row's page."""
        if not self.chosen:
            return self.default
        linked = [name for name in self.default if self.table.base_columns[name].link]
        return self.chosen if not linked or set(linked) & set(self.chosen) else [*linked[:1], *self.chosen]

    def make(self, rows: Any) -> RowTable:
        """The list with the columns shown."""
        if not self.chosen:
            return self.table(rows)
        shown = self.shown
        return self.table(
            rows,
            extra_columns=[(name, column) for name, column in self.more.items() if name in shown],
            exclude=[name for name in self.default if name not in shown],
            sequence=("number", *shown, "..."),
        )

    def choices(self) -> Iterator[Choice]:
        """What the panel offers: the columns shown in their order, then the others."""
        labels = {
            name: str(bound.header) for name, bound in self.table([]).columns.items() if name != "number"
        } | {name: str(column.verbose_name) for name, column in self.more.items()}
        shown = self.shown
        for place, name in enumerate([*shown, *(name for name in labels if name not in shown)], 1):
            yield Choice(name, labels[name], name in shown, place)

    def picked(self, query: QueryDict) -> str:
        """The columns that the panel was sent with, as the address says them; empty for those of the list itself."""
        # Where two have one place, the one that stood further right was moved there, or has to make room.
        places = {
            name: (_number(place), -at) if (place := query.get(f"{PLACE}{name}")) else (LAST_PLACE, at)
            for at, name in enumerate(query.getlist(PICK))
        }
        names = self._known(sorted(places, key=lambda name: places[name]))
        return "" if names == self.default else ",".join(names)

    def _known(self, names: list[str]) -> list[str]:
        known = {*self.default, *self.more}
        return [name for name in dict.fromkeys(names) if name in known]


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else LAST_PLACE


@dataclass(frozen=True, kw_only=True)
class SeenColumn(TextColumn):
    """A column of an exported list as the page shows it: what stands there, as text."""

    def write(self, value: Any) -> Any:
        """The cell."""
        return None if value is None else str(value)


_NUMBER = re.compile(r"-?\d{1,3}(,?\d{3})*(\.\d+)?", re.ASCII)


@dataclass(frozen=True, kw_only=True)
class SeenNumber(SeenColumn):
    """A column of numbers: each is one in the workbook, however the page parts its digits."""

    number_format: ClassVar[str] = "General"

    def write(self, value: Any) -> Any:
        """The cell."""
        text = str(value) if isinstance(value, int | Decimal) else super().write(value)
        if text and len(text) < LOSSY_DIGITS and _NUMBER.fullmatch(text):
            return Decimal(text.replace(",", ""))
        return text


def sheet_as_seen(table: RowTable) -> tuple[tuple[Column, ...], Iterator[dict[str, Any]]]:
    """The columns and rows of a list for a workbook, as the page shows them but for the running number."""
    shown = [column for column in table.columns if column.name != "number"]
    columns = tuple(_seen(column, table) for column in shown)
    days = {column.name for column in columns if isinstance(column, DateColumn)}

    def values(record: Any) -> dict[str, Any]:
        row = BoundRow(record, table)
        return {
            column.name: column.accessor.resolve(record, quiet=True)
            if column.name in days
            else row.get_cell_value(column.name)
            for column in shown
        }

    return columns, map(values, table.data.data.iterator(chunk_size=2000))


def _seen(column: BoundColumn, table: RowTable) -> Column:
    field = column.accessor.get_field(table.data.data.model)
    if isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField):
        kind: type[Column] = DateColumn
    else:
        kind = SeenNumber if "num" in (column.attrs["td"].get("class") or "").split() else SeenColumn
    return kind(name=column.name, label=str(column.header))
