"""Looks at one blank form, or fills it in, in a process of its own: `python -m reports.blanks.child OPTIONS < form > told`.

Without a brief it tells, as JSON, what the visible sheets hold; with one it writes the form with cells filled in, in which
every other byte of a sheet stays as it was. Imports no Django. Caps and refusals are those of reading (`fupin.sheets.child`).
"""

import json
import os
import shutil
import sys
from typing import IO, Any

from openpyxl.utils import get_column_letter, range_boundaries

from fupin.sheets.archive import SAVE_AS_XLSX, Limits, kind_of
from fupin.sheets.cells import FileRefused, Kind
from fupin.sheets.child import WorkbookReader, main
from fupin.sheets.marker import copied, workbook_type
from fupin.sheets.marks import inline_text
from fupin.sheets.splice import Part
from fupin.sheets.stream import column_number

#: First row, first column, last row, last column.
Area = tuple[int, int, int, int]
#: More than a form has: rosters are not filled in.
MOST_CELLS = 20_000


def address(row: int, column: int) -> str:
    """B4 of (4, 2)."""
    return f"{get_column_letter(column)}{row}"


class SheetShape:
    """What the stream of a sheet's cells does not tell: formulas, merged areas, styles of empty cells, where tags begin."""

    def __init__(self, part: Part) -> None:
        self.part = part
        #: By (row, column): style, start of the cell, its end.
        self.cells: dict[tuple[int, int], tuple[int, int, int]] = {}
        #: By row: its start, and the start of its end tag.
        self.rows: dict[int, tuple[int, int]] = {}
        self.formulas: set[tuple[int, int]] = set()
        #: Values of formulas, as they were when the file was saved: start of the cell, of the value, end of the value.
        self.values: list[tuple[int, int, int]] = []
        self.merged: list[Area] = []
        self._row = self._column = self._begun = self._style = self._value = 0
        self._formula = self._within = False
        part.walk(self._start, self._end)

    def _start(self, name: str, attributes: dict[str, str], at: int) -> None:
        if name == "sheetData":
            self._within = True
        elif name == "row" and self._within:
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
            self.rows[self._row] = (at, at)
        elif name == "c" and self._within:
            letters = attributes.get("r", "").rstrip("0123456789")
            self._column = column_number(letters) if letters else self._column + 1
            self._begun, self._style, self._formula = at, int(attributes.get("s", 0)), False
        elif name == "f" and self._within:
            self._formula = True
            self.formulas.add((self._row, self._column))
        elif name == "v" and self._within:
            self._value = at
        elif name == "mergeCell":
            left, top, right, bottom = range_boundaries(attributes.get("ref", "A1"))
            self.merged.append((top or 1, left or 1, bottom or 1, right or 1))

    def _end(self, name: str, at: int) -> None:
        if name == "sheetData":
            self._within = False
        elif name == "c" and self._within:
            self.cells[self._row, self._column] = (self._style, self._begun, self._after(self._begun, at))
        elif name == "v" and self._within and self._formula:
            self.values.append((self._begun, self._value, self._after(self._value, at)))
        elif name == "row" and self._within:
            self.rows[self._row] = (self.rows[self._row][0], at)

    def _after(self, begun: int, closing: int) -> int:
        """Where an element ends, whose tags begin at two places."""
        tag = self.part.tag(begun)
        return begun + len(tag) if tag.endswith(b"/>") else self.part.content.index(b">", closing) + 1


def tell(reader: WorkbookReader) -> list[dict[str, Any]]:
    """What the visible sheets hold, one after the other."""
    formats = reader.book.wb._number_formats
    percent = {
        at
        for at, style in enumerate(reader.book.wb._cell_styles)
        if style.numFmtId in (9, 10) or (style.numFmtId >= 164 and "%" in formats[style.numFmtId - 164])
    }
    told, filled = [], 0
    for name, hidden, target in reader.sheets:
        if hidden:
            continue
        shape = SheetShape(Part(reader.archive.read(target)))
        cells = [
            [row, column, str(kind), value]
            for row, line in reader.rows(target)
            for column, kind, value in line
        ]
        filled += len(cells)
        if filled > MOST_CELLS:
            raise FileRefused(
                f"表格里填有内容的格子超过 {MOST_CELLS} 个，不像待填的报表", "请上传上级下发的空白报表"
            )
        told.append(
            {
                "name": name,
                "cells": cells,
                "merged": shape.merged,
                "formulas": sorted(shape.formulas),
                "percent": sorted(place for place, (style, *_) in shape.cells.items() if style in percent),
            }
        )
    return told


def filled_sheet(content: bytes, wanted: dict[tuple[int, int], tuple[str, str]]) -> bytes:
    """A sheet with (kind, value) in its cells, and without the former results of its formulas: they are reckoned anew.

    A cell keeps its style. It must lie in a row that the sheet has.
    """
    part = Part(content)
    shape = SheetShape(part)
    rows_widened = set()
    for (row, column), (kind, value) in sorted(wanted.items()):
        style, begin, end = shape.cells.get((row, column), (0, 0, 0))
        text = _cell(part.prefix, address(row, column), kind, value, style)
        if end:
            part.put(begin, text, end)
            continue
        after = [place[1] for (r, c), place in shape.cells.items() if r == row and c > column]
        part.put(min(after, default=shape.rows[row][1]), text)
        if row not in rows_widened:
            rows_widened.add(row)
            part.retag(shape.rows[row][0], spans="")
    for begun, begin, end in shape.values:
        part.retag(begun, t="")
        part.put(begin, b"", end)
    return part.result()


def _cell(prefix: str, there: str, kind: str, value: str, style: int) -> bytes:
    if kind == Kind.TEXT:
        return inline_text(prefix, there, value, style)
    return f'<{prefix}c r="{there}" s="{style}"><{prefix}v>{value}</{prefix}v></{prefix}c>'.encode()


def reckoned_anew(content: bytes) -> bytes:
    """The workbook's own part, which asks whoever opens it to reckon all formulas."""
    part = Part(content)
    places: dict[str, int] = {}
    part.walk(
        lambda name, _attributes, at: places.setdefault(name, at),
        lambda name, at: places.__setitem__(f"/{name}", at),
    )
    if "calcPr" in places:
        part.retag(places["calcPr"], fullCalcOnLoad="1")
    else:
        # Its place is after these, and before whatever else there may be.
        last = next(
            name
            for name in ("definedNames", "externalReferences", "functionGroups", "sheets")
            if name in places
        )
        at = places[f"/{last}"]
        at += (
            len(part.tag(at)) if part.content[at : at + 2] != b"</" else part.content.index(b">", at) + 1 - at
        )
        part.put(at, f'<{part.prefix}calcPr fullCalcOnLoad="1"/>'.encode())
    return part.result()


def fill(reader: WorkbookReader, brief: dict[str, Any]) -> IO[bytes]:
    """The workbook with the cells of the brief in it: by sheet, lists of row, column, kind and value."""
    targets = {name: target for name, hidden, target in reader.sheets if not hidden}
    changed = {}
    for name, cells in brief["sheets"].items():
        wanted = {(row, column): (kind, value) for row, column, kind, value in cells}
        changed[targets[name]] = filled_sheet(reader.archive.read(targets[name]), wanted)
    for _name, _hidden, target in reader.sheets:
        if target not in changed:
            changed[target] = filled_sheet(
                reader.archive.read(target), {}
            )  # its formulas may look at the others
    book = reader.book.package.find(workbook_type(reader)).PartName[1:]
    changed[book] = reckoned_anew(reader.archive.read(book))
    return copied(reader.archive, changed)


def work(options: dict[str, Any], limits: Limits) -> None:
    """Look at the form on standard input, or fill it in."""
    with os.fdopen(options["brief"], encoding="utf-8") as told:
        brief = json.load(told)
    if kind_of(sys.stdin.buffer, limits) != "xlsx":
        raise FileRefused("只能填写 .xlsx 格式的报表", SAVE_AS_XLSX)
    reader = WorkbookReader(sys.stdin.buffer, limits)
    with open(1, "wb", closefd=False) as sink:
        if brief is None:
            sink.write(json.dumps(tell(reader)).encode())
        else:
            filled = fill(reader, brief)
            filled.seek(0)
            shutil.copyfileobj(filled, sink)


if __name__ == "__main__":
    sys.exit(main(work))
