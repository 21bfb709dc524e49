"""How a sheet looks on screen and on paper, and how text gets into a cell as text and nothing else."""

from copy import copy
from datetime import date
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from fupin.sheets.cells import clean_text
from fupin.sheets.columns import Column

# Named only, never shipped: the office computer's own fonts apply, and fall back to 宋体 where 小标宋 is not installed.
TITLE_FONT = Font(name="方正小标宋简体", size=16, bold=True)
HEADER_FONT = Font(name="宋体", size=11, bold=True)
BODY_FONT = Font(name="宋体", size=11)
THIN = Side(style="thin", color="FF808080")
BORDER = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEADER_FILL = PatternFill("solid", fgColor="FFDCE6F1")
CENTRED = Alignment(horizontal="center", vertical="center", wrap_text=True)
ACROSS = Alignment(horizontal="centerContinuous", vertical="center")
LEFT = Alignment(horizontal="left", vertical="center")
WRAPPED = Alignment(vertical="center", wrap_text=True)


def put(cell: Any, value: Any) -> None:
    """Put a value into a cell. Text stays text: '=1+1' typed by a user is no formula, '#N/A' no error."""
    if isinstance(value, str):
        cell.value = clean_text(value)
        cell.data_type = "s"
    elif isinstance(value, bool):
        raise TypeError("a logical value needs a column that words it")
    else:
        cell.value = value


class BodyStyles:
    """One ready style per column: setting font, border and format on every cell is what makes openpyxl slow."""

    def __init__(self, sheet: Worksheet | WriteOnlyWorksheet, columns: tuple[Column, ...]) -> None:
        self._styles = []
        for column in columns:
            cell = WriteOnlyCell(sheet)
            cell.font, cell.border, cell.alignment = BODY_FONT, BORDER, WRAPPED
            cell.number_format = column.number_format
            self._styles.append(copy(cell._style))

    def cell(self, sheet: WriteOnlyWorksheet, index: int, value: Any) -> WriteOnlyCell:
        """Return a cell of a write-only sheet."""
        cell = WriteOnlyCell(sheet)
        self.fill(cell, index, value)
        return cell

    def fill(self, cell: Any, index: int, value: Any) -> None:
        """Put value and style of the column at an index into a cell."""
        put(cell, value)
        # After the value: openpyxl sets a date format of its own when it is given a date.
        cell._style = self._styles[index]

    def ids(self, workbook: Workbook) -> list[int]:
        """What the columns' styles are called in the workbook's file."""
        return [workbook._cell_styles.add(style) for style in self._styles]

    def style(self, cell: Any, index: int) -> None:
        """Give an empty cell the style of a column."""
        cell._style = self._styles[index]


def set_up_page(sheet: Worksheet | WriteOnlyWorksheet, header_row: int) -> None:
    """A4 landscape, as wide as the paper, header on each page, page number below, header fixed on screen."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"1:{header_row}"
    sheet.freeze_panes = f"A{header_row + 1}"
    sheet.oddFooter.center.text = "第 &P 页 共 &N 页"


def footer_text(text: str) -> str:
    """A text for the foot of printed pages, where & begins a code; 255 characters is all that a foot takes."""
    return clean_text(text)[:80].replace("&", "&&")


def set_up_book(*, write_only: bool = False) -> Workbook:
    """Return an empty workbook whose properties name no person."""
    book = Workbook(write_only=write_only)
    book.properties.creator = ""
    return book


def today_line(day: date) -> str:
    """Return a date as documents write it."""
    return f"{day.year}年{day.month}月{day.day}日"
