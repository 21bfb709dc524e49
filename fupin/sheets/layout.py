"""How columns make a sheet and sheets make a workbook."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from fupin.sheets.cells import label_key
from fupin.sheets.columns import Column


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """One sheet: a title, a line with place and units, a header, rows. `title` and `unit_line` may hold {places}."""

    name: str
    title: str
    unit_line: str = ""
    columns: tuple[Column, ...]
    aliases: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    optional: bool = False
    """A workbook may come without this sheet; it is then read as having no rows."""
    selective: bool = False
    """Files have any choice of the optional columns, beside many that mean none: a header that looks like one is no slip."""
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False)
    by_key: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse a declaration in which a header could mean two columns."""
        names: dict[str, Column] = {}
        keys: dict[str, Column] = {}
        for column in self.columns:
            if column.name in names:
                raise ValueError(f"sheet {self.name}: column {column.name} is declared twice")
            names[column.name] = column
            for key in column.keys:
                if key in keys:
                    raise ValueError(f"sheet {self.name}: the header {key} means two columns")
                keys[key] = column
        object.__setattr__(self, "by_name", names)
        object.__setattr__(self, "by_key", keys)

    @property
    def keys(self) -> frozenset[str]:
        """What the sheet's tab may read, in the form names are compared in."""
        return frozenset(label_key(text) for text in (self.name, *self.aliases))

    def heading(self, values: Mapping[str, Any]) -> tuple[str, str]:
        """Return title and unit line with the values put in; a value not given leaves a blank to write on."""
        filled = defaultdict(lambda: "______", values)
        return self.title.format_map(filled), self.unit_line.format_map(filled)

    def describe(self) -> dict[str, Any]:
        """Return the sheet for the docs page."""
        return {
            "name": self.name,
            "aliases": list(self.aliases),
            "notes": list(self.notes),
            "columns": [column.describe() for column in self.columns],
        }


@dataclass(frozen=True, kw_only=True)
class Book:
    """A workbook of one kind."""

    kind: str
    title: str
    sheets: tuple[Sheet, ...]
    rows: int = 50_000
    """So many rows a sheet of an uploaded file may have."""

    def __post_init__(self) -> None:
        """Refuse a declaration in which a tab could mean two sheets."""
        seen: set[str] = set()
        for sheet in self.sheets:
            if seen & sheet.keys:
                raise ValueError(f"book {self.kind}: the sheet name {sheet.name} means two sheets")
            seen |= sheet.keys

    def describe(self) -> dict[str, Any]:
        """Return the workbook for the docs page."""
        return {
            "kind": self.kind,
            "title": self.title,
            "sheets": [sheet.describe() for sheet in self.sheets],
        }
