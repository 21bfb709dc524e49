"""A blank form as it was read: sheets of cells, with what is merged and what is a formula."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any

from fupin.sheets.archive import MEGABYTE, Limits
from fupin.sheets.cells import Cell, Kind
from fupin.sheets.process import output_of

CHILD = "reports.blanks.child"
#: A form is small; a page waits while it is read.
LIMITS = Limits(
    file_bytes=4 * MEGABYTE,
    unpacked_bytes=40 * MEGABYTE,
    entry_bytes=20 * MEGABYTE,
    rows=2_000,
    columns=200,
    seconds=20,
)

#: Row and column, from 1.
At = tuple[int, int]


@dataclass(frozen=True)
class Grid:
    """A sheet of a form."""

    name: str
    cells: Mapping[At, Cell]
    #: First row and column, last row and column.
    merged: tuple[tuple[int, int, int, int], ...]
    formulas: frozenset[At]
    #: Cells whose format shows a number as a percentage.
    percent: frozenset[At]

    @cached_property
    def _anchors(self) -> dict[At, At]:
        """Of cells that lie in a merged area of a heading's size: its first one."""
        return {
            (row, column): (top, left)
            for top, left, bottom, right in self.merged
            if (bottom - top + 1) * (right - left + 1) <= 1_000
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    @cached_property
    def last_row(self) -> int:
        """The last row with anything in it."""
        return max((row for row, _ in self.cells), default=0)

    @cached_property
    def last_column(self) -> int:
        """The last column with anything in it, or with a merged heading above it."""
        merged = (right for *_, right in self.merged if right <= LIMITS.columns)
        return max(max((column for _, column in self.cells), default=0), max(merged, default=0))

    def anchor(self, at: At) -> At:
        """The cell whose content is seen there."""
        return self._anchors.get(at, at)

    def text(self, at: At) -> str:
        """The words that are seen there; "" for anything else."""
        cell = self.cells.get(self.anchor(at))
        return cell.value.strip() if cell is not None and cell.kind is Kind.TEXT else ""

    def is_open(self, at: At) -> bool:
        """Whether a number may be put there: the cell is empty or holds one, is no formula, and no lesser part of a merged one."""
        if at in self.formulas or self.anchor(at) != at:
            return False
        cell = self.cells.get(at)
        return cell is None or cell.kind is Kind.NUMBER


def read_form(source: str | Path | IO[bytes]) -> list[dict[str, Any]]:
    """What a form's visible sheets hold, as it is kept; raise FileRefused where it cannot be read."""
    with output_of(CHILD, source, LIMITS, {}) as out:
        return json.load(out)


def grids_of(told: Iterable[Mapping[str, Any]]) -> list[Grid]:
    """The sheets of a form that was read."""
    return [
        Grid(
            sheet["name"],
            {(row, column): Cell(Kind(kind), value) for row, column, kind, value in sheet["cells"]},
            tuple(tuple(area) for area in sheet["merged"]),
            frozenset(tuple(at) for at in sheet["formulas"]),
            frozenset(tuple(at) for at in sheet["percent"]),
        )
        for sheet in told
    ]


def fill_form(
    source: str | Path | IO[bytes], cells: Mapping[str, Mapping[At, Cell]], target: IO[bytes]
) -> None:
    """Write a copy of a form with cells of its sheets filled in; everything else stays as it is.

    Raises FileRefused where the form cannot be opened.
    """
    brief = {
        "sheets": {
            name: [[row, column, str(cell.kind), cell.value] for (row, column), cell in filled.items()]
            for name, filled in cells.items()
        }
    }
    with output_of(CHILD, source, LIMITS, {}, brief) as out:
        shutil.copyfileobj(out, target)
