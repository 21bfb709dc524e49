"""A panel as a workbook: title, unit line, a header of one or two rows, 合计, who took it away and when; what its figures count."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

from openpyxl.utils import get_column_letter

from fupin.sheets import styles
from reports.interfaces.definitions import Definitions
from reports.interfaces.documents import UNITS, width_of
from reports.interfaces.panels import Head, Line, Panel

#: Widths of the first column and of the others, and of the widest.
FIRST_WIDTH, WIDTH, WIDEST = 24, 14, 36


def as_workbook(
    panel: Panel, *, title: str, unit_line: str, reporter: str, at: datetime, definitions_url: str = ""
) -> io.BytesIO:
    """The panel's table; numbers are numbers, 暂无数据 stays words. `definitions_url` is the portal's page of definitions."""
    definitions = Definitions(panel.figures)
    book = styles.set_up_book()
    book.properties.creator = book.properties.lastModifiedBy = reporter
    book.properties.created = book.properties.modified = at.replace(tzinfo=None)
    page: Any = book.active
    page.title = "数据"
    width = len(panel.heads) + 1
    page.column_dimensions["A"].width = max(
        FIRST_WIDTH, *(_fitting(line.label) for line in panel.lines if line.figures), 0
    )
    for column, head in enumerate(panel.heads, start=2):
        page.column_dimensions[get_column_letter(column)].width = max(WIDTH, _fitting(_heading(head)))
    _line_of_text(page, 1, title, styles.TITLE_FONT, styles.CENTRED)
    page.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    page.row_dimensions[1].height = 30
    _line_of_text(page, 2, unit_line)
    body = 3 + _header(page, panel, definitions)
    lines = [*panel.lines, *([panel.total] if panel.total else [])]
    for number, line in enumerate(lines, start=body):
        _line(page, number, line, panel, definitions)
    stamp = f"填报人：{reporter}　　填报日期：{styles.today_line(at)}"
    _line_of_text(page, body + len(lines), stamp)
    if panel.note:
        _line_of_text(page, body + len(lines) + 1, panel.note)
    styles.set_up_page(page, body - 1)
    page.freeze_panes = f"B{body}"
    page.oddFooter.left.text = styles.footer_text(f"{reporter}　{at:%Y-%m-%d %H:%M}")
    definitions.write(book, page_url=definitions_url)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


def _heading(head: Head) -> str:
    more = "，".join(filter(None, (head.unit, head.note)))
    return f"{head.label}（{more}）" if more else head.label


def _fitting(text: str) -> float:
    """A column's width for a text that is a link, which LibreOffice shows in one line, whatever the cell says of wrapping."""
    return min(width_of(text) * UNITS + 2, WIDEST)


def _line_of_text(
    page: Any, row: int, text: str, font: Any = styles.BODY_FONT, alignment: Any = styles.LEFT
) -> None:
    # Not merged, a text runs on beyond a narrow table.
    cell = page.cell(row, 1)
    styles.put(cell, text)
    cell.font, cell.alignment = font, alignment


def _head(page: Any, row: int, column: int, text: str | None) -> None:
    cell = page.cell(row, column)
    if text is not None:
        styles.put(cell, text)
    cell.font, cell.fill = styles.HEADER_FONT, styles.HEADER_FILL
    cell.border, cell.alignment = styles.BORDER, styles.CENTRED


def _header(page: Any, panel: Panel, definitions: Definitions) -> int:
    """Write the header from row 3 on; how many rows it has."""
    rows = 2 if panel.groups else 1
    last = 2 + rows
    _head(page, 3, 1, panel.first)
    if rows == 2:
        _head(page, 4, 1, None)
        page.merge_cells(start_row=3, start_column=1, end_row=4, end_column=1)
        start = 2
        for label, span in panel.groups:
            for column in range(start, start + span):
                _head(page, 3, column, label if column == start else None)
            if span > 1:
                page.merge_cells(start_row=3, start_column=start, end_row=3, end_column=start + span - 1)
            start += span
    for column, head in enumerate(panel.heads, start=2):
        _head(page, last, column, _heading(head))
        if head.figure:
            definitions.link(page.cell(last, column), head.figure)
    return rows


def _line(page: Any, number: int, line: Line, panel: Panel, definitions: Definitions) -> None:
    first = page.cell(number, 1)
    styles.put(first, line.label)
    first.font, first.border, first.alignment = styles.BODY_FONT, styles.BORDER, styles.WRAPPED
    if line.figures:
        definitions.link(first, line.figures[0], font=styles.BODY_FONT)
    for column, (cell, head) in enumerate(zip(line.cells, panel.heads, strict=True), start=2):
        at = page.cell(number, column)
        styles.put(at, cell.text if cell.value is None else cell.value)
        at.font, at.border, at.alignment = styles.BODY_FONT, styles.BORDER, styles.WRAPPED
        # Of a column with all sorts of units (the years side by side) each number has its own places.
        places = head.places or len(cell.text.partition(".")[2])
        at.number_format = f"0.{'0' * places}" if places else "0"
