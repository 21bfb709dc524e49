"""Reads workbooks of the format before 2007 (.xls), which county systems still export. Runs in the reading process."""

import os
from collections.abc import Iterator
from typing import IO, Any

import xlrd
from xlrd.biffh import error_text_from_code

from fupin.sheets.archive import LOCKED, SAVE_AS_XLSX, Limits
from fupin.sheets.cells import FileRefused, FilledCell, Kind, is_plain_blank, number_text


class OlderReader:
    """Gives the sheets of one .xls workbook as WorkbookReader gives those of one .xlsx."""

    #: xlrd knows hidden rows only where it keeps every style of the file.
    hidden_rows = hidden_columns = ()

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self.limits = limits
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
        sheet = self.book.sheet_by_name(target)
        for index in range(sheet.nrows):
            cells = [
                (at, *content)
                for at, cell in enumerate(sheet.row(index), start=1)
                if (content := self._content(cell)) is not None
            ]
            if cells:
                self.limits.check_place(index + 1, cells[-1][0])
                yield index + 1, cells
        self.book.unload_sheet(target)

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
