"""Gives a .xls or .csv back as a new .xlsx with its errors marked. Runs in a reading process, without Django."""

import io
from datetime import datetime
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter

from fupin.sheets.archive import Limits
from fupin.sheets.cells import Kind, clean_text
from fupin.sheets.child import READERS, REMARK_COLOUR, REMARKS_SHEET
from fupin.sheets.remarks import (
    FROM_CSV,
    FROM_XLS,
    WIDTH,
    WIDTHS,
    WRONG_COLOUR,
    Remarks,
    lines_of_sheet,
    sorted_out,
)


def rebuild(source: IO[bytes], brief: dict[str, Any], limits: Limits, kind: str) -> IO[bytes]:
    """Return a table of another format as a new .xlsx: the same cells in the same places, marked."""
    reader = READERS[kind](source, limits)
    # A table of text has no name: it is called as its errors call it.
    tabs = [name or next(iter(brief["names"]), "") or "Sheet1" for name, _, _ in reader.sheets]
    by_tab, general = sorted_out(brief, [tab for tab in tabs if tab != REMARKS_SHEET])
    book = Workbook(write_only=True)
    page = book.create_sheet(REMARKS_SHEET)
    for at, width in enumerate(WIDTHS, 1):
        page.column_dimensions[get_column_letter(at)].width = width
    for line in lines_of_sheet(general, {"xls": FROM_XLS, "csv": FROM_CSV}.get(kind, "")):
        page.append([_cell(page, Kind.TEXT, text, REMARK_COLOUR if len(line) > 1 else "") for text in line])
    for tab, (_, hidden, target) in zip(tabs, reader.sheets, strict=True):
        if tab == REMARKS_SHEET:
            continue
        page = book.create_sheet(tab)
        page.sheet_state = "hidden" if hidden else "visible"
        remarks = by_tab.get(tab) or Remarks()
        remarks.look(reader.rows(target))
        remarks.last = max((cells[-1][0] for _, cells in reader.rows(target)), default=0)
        if remarks.words:
            page.column_dimensions[get_column_letter(remarks.last + 1)].width = WIDTH
        written = 0
        for number, cells in reader.rows(target):
            for _ in range(number - written - 1):
                page.append([])
            written = number
            page.append(_row(page, number, cells, remarks))
    saved = io.BytesIO()
    book.save(saved)
    return saved


def _row(page: Any, number: int, cells: list[tuple[int, str, str]], remarks: Remarks) -> list[Any]:
    red = remarks.red.get(number, set())
    line: list[Any] = [None] * max([cells[-1][0], *red, remarks.last + 1 if remarks.words else 0])
    for at, kind, value in cells:
        line[at - 1] = _cell(page, kind, value, WRONG_COLOUR if at in red else "")
    for at in red:
        line[at - 1] = line[at - 1] or _cell(page, Kind.TEXT, "", WRONG_COLOUR)
    if text := remarks.words and remarks.beside(number):
        line[remarks.last] = _cell(page, Kind.TEXT, text, REMARK_COLOUR)
    return line


def _cell(page: Any, kind: str, value: str, colour: str) -> Any:
    """A cell of the new workbook. Text stays text, whatever it begins with."""
    cell = WriteOnlyCell(page)
    if kind == Kind.NUMBER:
        cell.value = Decimal(value)
    elif kind == Kind.DATE:
        cell.value = datetime.fromisoformat(value)
        cell.number_format = "yyyy-mm-dd"
    elif kind == Kind.BOOL:
        cell.value = value == "1"
    elif value:
        cell.value = clean_text(value)
        cell.data_type = "e" if kind == Kind.ERROR else "s"
    if colour:
        cell.fill = PatternFill("solid", fgColor=colour)
    if colour == REMARK_COLOUR:
        cell.number_format = "@"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    return cell
