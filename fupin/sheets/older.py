"""Reads workbooks of the format before 2007 (.xls), which county systems still export. Runs in the reading process."""

import os
import struct
from collections.abc import Iterator
from typing import IO, Any

import xlrd
from xlrd.biffh import error_text_from_code

from fupin.sheets.archive import LOCKED, SAVE_AS_XLSX, Limits
from fupin.sheets.cells import FileRefused, FilledCell, Kind, is_plain_blank, number_text


class OlderReader:
    """Gives the sheets of one .xls workbook as WorkbookReader gives those of one .xlsx."""

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self.limits = limits
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        try:
            with open(os.devnull, "w", encoding="utf-8") as nowhere:
                self.book = xlrd.open_workbook(
                    file_contents=source.read(), logfile=nowhere, on_demand=True, ragged_rows=True
                )
        except xlrd.XLRDError as error:
            if "encrypted" in str(error):
                raise LOCKED from error
            raise FileRefused("文件不是工作簿，或已损坏", SAVE_AS_XLSX) from error
        self.base_1904 = self.book.datemode == 1
        visible = [visibility == 0 for visibility in self.book._sheet_visibility]
        self.sheets = [
            (name, not shown, name) for name, shown in zip(self.book.sheet_names(), visible, strict=True)
        ]

    def rows(self, target: str) -> Iterator[tuple[int, list[FilledCell]]]:
        """Yield the number and the filled cells of each row that holds anything."""
        place = self.book.sheet_names().index(target)
        sheet = self.book.sheet_by_index(place)
        hidden, columns = _hidden_in(self.book.mem, self.book._sh_abs_posn[place])
        self.hidden_rows, self.hidden_columns = [], []
        widest = 0
        for index in range(sheet.nrows):
            cells = [
                (at, *content)
                for at, cell in enumerate(sheet.row(index), start=1)
                if (content := self._content(cell)) is not None
            ]
            if cells:
                self.limits.check_place(index + 1, cells[-1][0])
                widest = max(widest, cells[-1][0])
                if index + 1 in hidden:
                    self.hidden_rows.append(index + 1)
                yield index + 1, cells
        self.hidden_columns = [(first, min(last, widest)) for first, last in columns if first <= widest]
        self.book.unload_sheet(place)

    def _content(self, cell: Any) -> tuple[str, str] | None:
        """Return kind and value of a cell, or None for a blank one."""
        if cell.ctype == xlrd.XL_CELL_TEXT:
            return None if is_plain_blank(cell.value) else (Kind.TEXT, cell.value)
        if cell.ctype == xlrd.XL_CELL_NUMBER:
            return Kind.NUMBER, number_text(repr(cell.value))
        if cell.ctype == xlrd.XL_CELL_DATE:
            # A time of day has no date; Excel keeps it as the part of a day.
            if cell.value < 1:
                return Kind.NUMBER, number_text(repr(cell.value))
            try:
                return Kind.DATE, xlrd.xldate.xldate_as_datetime(cell.value, self.book.datemode).isoformat()
            except (OverflowError, ValueError):
                return Kind.ERROR, "#VALUE!"
        if cell.ctype == xlrd.XL_CELL_BOOLEAN:
            return Kind.BOOL, str(int(cell.value))
        if cell.ctype == xlrd.XL_CELL_ERROR:
            return Kind.ERROR, error_text_from_code.get(cell.value, "#VALUE!")
        return None


#: Records of an .xls: where a sheet or a chart inside it begins and ends, a row's and a column's looks.
_BEGIN, _END, _ROW, _COLUMNS = (0x0809, 0x0409, 0x0209, 0x0009), 0x000A, 0x0208, 0x007D


def _hidden_in(records: Any, position: int) -> tuple[set[int], list[tuple[int, int]]]:
    """Return the hidden rows, and the spans of hidden columns, of the sheet that begins at a position of the records.

    xlrd tells them only together with every format of every cell, which costs a multiple of the memory.
    """
    rows: set[int] = set()
    columns: list[tuple[int, int]] = []
    depth = 0
    while position + 4 <= len(records):
        kind, length = struct.unpack_from("<HH", records, position)
        content = bytes(records[position + 4 : position + 4 + length])
        position += 4 + length
        if kind in _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _ROW and len(content) >= 16 and depth == 1:
            number, options = struct.unpack_from("<H10xH", content)
            if options & 0x20:
                rows.add(number + 1)
        elif kind == _COLUMNS and len(content) >= 10 and depth == 1:
            first, last, options = struct.unpack_from("<HH4xH", content)
            if options & 0x1:
                columns.append((first + 1, last + 1))
    return rows, columns
