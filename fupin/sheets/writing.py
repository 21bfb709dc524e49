"""Writes workbooks: a book's rows as an official form, its empty template, or a list as seen on a page."""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from fupin.sheets import styles
from fupin.sheets.columns import Column, IntegerColumn
from fupin.sheets.fast import RowWriter, save_with_rows
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.template import BLANK_ROWS, add_choices, add_guide, add_notes

__all__ = ["begin_list", "export_rows", "row_cells", "total_cells", "write_workbook"]

HEADER_ROW = 3
Target = str | Path | IO[bytes]


def write_workbook(
    book: Book,
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    target: Target,
    *,
    title_values: Mapping[str, Any] | None = None,
    template: bool = False,
) -> None:
    """Write a book's rows, by sheet name, in the form that `read_workbook` takes back unchanged.

    A template also gets its lists to choose from, a note on each header and a sheet that explains every column.
    """
    workbook = styles.set_up_book()
    workbook.remove(workbook.active)
    for sheet in book.sheets:
        page = workbook.create_sheet(sheet.name)
        _write_sheet(page, sheet, rows.get(sheet.name, ()), title_values or {}, BLANK_ROWS if template else 0)
        if template:
            add_notes(page, sheet, HEADER_ROW)
    if template:
        add_guide(workbook, book)
        add_choices(workbook, book, HEADER_ROW)
    workbook.save(target)


def _write_sheet(
    page: Worksheet,
    sheet: Sheet,
    rows: Iterable[Mapping[str, Any]],
    title_values: Mapping[str, Any],
    blank_rows: int,
) -> None:
    columns = sheet.columns
    title, unit_line = sheet.heading(title_values)
    for number, text, font, alignment in (
        (1, title, styles.TITLE_FONT, styles.CENTRED),
        (2, unit_line, styles.BODY_FONT, styles.LEFT),
    ):
        cell = page.cell(number, 1)
        styles.put(cell, text)
        cell.font, cell.alignment = font, alignment
        page.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(columns))
    page.row_dimensions[1].height = 30
    body = styles.BodyStyles(page, columns)
    for index, column in enumerate(columns):
        head_cell(page.cell(HEADER_ROW, index + 1), column)
        dimension = page.column_dimensions[get_column_letter(index + 1)]
        dimension.width = column.width
        # Also below the last row, so that a number typed there under 证件号码 is text from the start.
        dimension.number_format = column.number_format
    number = HEADER_ROW
    for row in rows:
        number += 1
        for index, column in enumerate(columns):
            value = row.get(column.name)
            body.fill(page.cell(number, index + 1), index, None if value is None else column.write(value))
    for blank in range(number + 1, number + blank_rows + 1):
        for index in range(len(columns)):
            body.style(page.cell(blank, index + 1), index)
    styles.set_up_page(page, HEADER_ROW)


def head_cell(cell: Any, column: Column) -> None:
    """Fill and style a header cell; a required column carries a star."""
    styles.put(cell, f"*{column.header}" if column.required else column.header)
    cell.font, cell.fill = styles.HEADER_FONT, styles.HEADER_FILL
    cell.border, cell.alignment = styles.BORDER, styles.CENTRED


#: The running number of an exported list, which no reader takes for data.
NUMBERING = IntegerColumn(name="", label="序号", width=6)


#: So many rows of a list stand on one sheet: a spreadsheet program takes 1,048,576, with heading, sum and signature.
MOST_ROWS = 1_000_000


def export_rows(
    columns: Sequence[Column],
    rows: Iterable[Mapping[str, Any]],
    target: IO[bytes],
    *,
    title: str,
    unit_line: str = "",
    summed: Collection[str] = (),
    reporter: str = "",
    at: datetime | None = None,
    sheet_name: str = "Sheet1",
    numbered: bool = False,
) -> int:
    """Write a list as seen on a page, row by row without keeping them, and return how many there were.

    Columns named by `summed` are added up in a 合计 row. `reporter` and `at`, whoever takes the list away and when (local
    time), fill the 填报人 line below, the foot of each printed page and the file's properties; `numbered` puts 序号 first.
    """
    columns = tuple(columns)
    workbook = styles.set_up_book(write_only=True)
    workbook.properties.creator = workbook.properties.lastModifiedBy = reporter
    if at is not None:
        workbook.properties.created = workbook.properties.modified = at.replace(tzinfo=None)
    page = workbook.create_sheet(sheet_name)
    headed = (NUMBERING, *columns) if numbered else columns
    body = begin_list(page, headed, title=title, unit_line=unit_line)
    stamp = f"{reporter}　{at:%Y-%m-%d %H:%M}" if at else reporter
    page.oddFooter.left.text = styles.footer_text(stamp) or None
    writer = RowWriter(columns, body.ids(workbook), first_row=HEADER_ROW + 1, numbered=numbered)
    signed = [f"填报人：{reporter}" if reporter else "", f"填报日期：{styles.today_line(at)}" if at else ""]
    last = "　　".join(filter(None, signed))
    last_style = _line(page, last, styles.BODY_FONT, styles.LEFT).style_id

    def lines() -> Iterator[str]:
        totals: dict[str, Any] = dict.fromkeys(summed)
        adding = {column.name: column for column in columns if column.name in totals}
        for row in rows:
            for name in totals:
                value = None if (found := row.get(name)) is None else adding[name].write(found)
                if isinstance(value, int | Decimal):
                    # A number is added as the register has it: the sum is turned into 万元 as it is written.
                    totals[name] = (totals[name] or 0) + (
                        found if isinstance(found, int | Decimal) else value
                    )
            yield writer.add(row)
        if totals and writer.count:
            yield writer.add_total(totals)
        if last:
            yield writer.line(last, last_style)

    save_with_rows(workbook, {1: lines()}, target)
    return writer.count


def begin_list(page: Any, columns: Sequence[Column], *, title: str, unit_line: str) -> styles.BodyStyles:
    """Begin a list on a write-only sheet: widths, print set-up, title, unit line, header. Return its cells' styles."""
    for index, column in enumerate(columns):
        page.column_dimensions[get_column_letter(index + 1)].width = column.width
    page.row_dimensions[1].height = 30
    styles.set_up_page(page, HEADER_ROW)
    # A write-only sheet cannot merge; centred across empty neighbours looks the same and sorts better.
    page.append([_line(page, text, styles.TITLE_FONT) for text in (title, *[""] * (len(columns) - 1))])
    page.append([_line(page, unit_line, styles.BODY_FONT, styles.LEFT)])
    header = [WriteOnlyCell(page) for _ in columns]
    for cell, column in zip(header, columns, strict=True):
        head_cell(cell, column)
        styles.put(cell, column.header)
    page.append(header)
    return styles.BodyStyles(page, tuple(columns))


def row_cells(
    page: Any, body: styles.BodyStyles, columns: Sequence[Column], row: Mapping[str, Any]
) -> list[WriteOnlyCell]:
    """The cells of a row, by column name."""
    values = (row.get(column.name) for column in columns)
    written = (
        None if value is None else column.write(value) for column, value in zip(columns, values, strict=True)
    )
    return [body.cell(page, index, value) for index, value in zip(itertools.count(), written)]


def total_cells(
    page: Any, body: styles.BodyStyles, columns: Sequence[Column], totals: Mapping[str, Any]
) -> list[WriteOnlyCell]:
    """The cells of the 合计 row, by column name."""
    cells = row_cells(page, body, columns, totals)
    if cells[0].value is None:
        styles.put(cells[0], "合计")
    return cells


def _line(page: Any, text: str, font: Any, alignment: Any = styles.ACROSS) -> WriteOnlyCell:
    cell = WriteOnlyCell(page)
    styles.put(cell, text or None)
    cell.font, cell.alignment = font, alignment
    return cell
