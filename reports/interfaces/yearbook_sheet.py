"""A sheet of the yearbook: its title, its header, and the rows below, which are text until the file is written."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from fupin.sheets import styles
from fupin.sheets.fast import cell_xml, formula_xml
from reports.interfaces.documents import width_of, xml_text
from reports.interfaces.yearbook_grids import Grid, Value, spans_of

#: Title and unit line stand above every header.
HEADER_ROW = 3
#: How many units of a column's width a 汉字 takes; the height of a line in points, and of the highest row.
UNITS, LINE, HIGHEST = 2.0, 15, 400
_LINK = Font(name="宋体", size=11, color="FF0563C1", underline="single")
_HEADING_LINK = Font(name="宋体", size=11, bold=True, color="FF1F4E79")
_QUIET = Font(name="宋体", size=9, color="FF808080")
_RED = Font(name="宋体", size=11, bold=True, color="FFC00000")
#: Looks of a cell in the rows: plain, a total, a subtotal; each of text, of what says nothing, or of a number.
PLAIN, BOLD, SUB, WRONG = "plain", "bold", "sub", "wrong"
_FILLS = {BOLD: PatternFill("solid", fgColor="FFDCE6F1"), SUB: PatternFill("solid", fgColor="FFF2F6FB")}


class Looks:
    """The styles of a workbook's cells by look and format, as numbers that the file calls them by."""

    def __init__(self, page: Worksheet) -> None:
        self.page = page
        self._made: dict[tuple[str, str, str], int] = {}
        self._numbers: dict[tuple[str, int], int] = {}
        self._heads: dict[bool, Any] = {}

    def of(self, look: str, number_format: str = "General", across: str = "") -> int:
        """The style of a cell; `across` is how it is aligned."""
        key = look, number_format, across
        if key not in self._made:
            cell = WriteOnlyCell(self.page)
            cell.font = {BOLD: styles.HEADER_FONT, SUB: styles.HEADER_FONT, WRONG: _RED}.get(
                look, styles.BODY_FONT
            )
            if across == "quiet":
                cell.font = _QUIET
            if look in _FILLS:
                cell.fill = _FILLS[look]
            cell.border = styles.BORDER
            cell.alignment = Alignment(
                horizontal="center" if across == "quiet" else across or None,
                vertical="center",
                wrap_text=not across,
            )
            cell.number_format = number_format
            self._made[key] = cell.style_id
        return self._made[key]

    def of_number(self, look: str, places: int) -> int:
        """The style of a number with so many places."""
        key = look, places
        if key not in self._numbers:
            self._numbers[key] = self.of(look, "#,##0" + (f".{'0' * places}" if places else ""), "right")
        return self._numbers[key]

    def head(self, cell: Any, *, linked: bool = False) -> None:
        """Give a cell of the header its look."""
        if linked not in self._heads:
            self._heads[linked] = made = WriteOnlyCell(self.page)
            made.border, made.fill, made.alignment = styles.BORDER, styles.HEADER_FILL, styles.CENTRED
            made.font = _HEADING_LINK if linked else styles.HEADER_FONT
        # Setting them one by one on every cell is what makes openpyxl slow.
        cell._style = copy(self._heads[linked]._style)

    def line(self) -> int:
        """The style of a text across the sheet."""
        cell = WriteOnlyCell(self.page)
        cell.font, cell.alignment = styles.BODY_FONT, Alignment(vertical="top", wrap_text=True)
        return int(cell.style_id)


def height_of(texts: Iterable[tuple[str, float]]) -> float:
    """How high a row must be for texts in columns of some widths."""
    lines = max(math.ceil(width_of(text) * UNITS / (width - 1)) for text, width in texts)
    return float(min(max(lines, 1) * LINE + 3, HIGHEST))


@dataclass
class Page:
    """A sheet while it is made."""

    sheet: Worksheet
    looks: Looks
    widths: Sequence[float]
    #: The number of the first row below the header.
    body: int = HEADER_ROW + 1
    rows: list[str] = field(default_factory=list)
    _starts: dict[tuple[int, str, int | None], tuple[str, str]] = field(default_factory=dict)

    @property
    def next_row(self) -> int:
        """The number of the row that comes next."""
        return self.body + len(self.rows)

    def cell(
        self, column: int, value: Value | None, look: str = PLAIN, places: int = 0, formula: str = ""
    ) -> str:
        """A cell of the next row: a number with its places, maybe as the outcome of a formula, or a text."""
        kind = type(value)
        is_number = kind is int or kind is Decimal
        key = column, look, places if is_number else None
        letter, style = self._starts.get(key) or self._start(*key)
        start = f"{letter}{self.body + len(self.rows)}{style}"
        if not is_number:
            return cell_xml(start, value)
        if formula:
            return formula_xml(start, formula, value)  # type: ignore[arg-type]  # a number
        return f"{start}><v>{value if kind is int else format(value, 'f')}</v></c>"

    def _start(self, column: int, look: str, places: int | None) -> tuple[str, str]:
        """How the cells of a column begin, before and after the number of their row."""
        style = self.looks.of(look) if places is None else self.looks.of_number(look, places)
        made = f'<c r="{get_column_letter(column)}', f'" s="{style}"'
        self._starts[column, look, places] = made
        return made

    def number(self, count: int, look: str = PLAIN) -> str:
        """The running number of the next row, in the first column."""
        return cell_xml(f'<c r="A{self.next_row}" s="{self.looks.of(look, across="center")}"', count or None)

    def silent(self, column: int, text: str, look: str = PLAIN) -> str:
        """A cell that says that there is nothing to say."""
        start = f'<c r="{get_column_letter(column)}{self.next_row}" s="{self.looks.of(look, across="quiet")}"'
        return cell_xml(start, text)

    def add(self, cells: Sequence[str], *, height: float = 0, deeper: bool = False) -> None:
        """A row of such cells; `deeper`: one that can be folded away under the total above it."""
        more = f' ht="{height:g}" customHeight="1"' if height else ""
        more += ' outlineLevel="1"' if deeper else ""
        self.rows.append(f'<row r="{self.next_row}"{more}>{"".join(cells)}</row>')

    def text(self, text: str) -> None:
        """A line of text across the sheet."""
        number, last = self.next_row, get_column_letter(len(self.widths))
        self.sheet.merged_cells.add(f"A{number}:{last}{number}")
        cell = cell_xml(f'<c r="A{number}" s="{self.looks.line()}"', xml_text(text))
        self.add([cell], height=height_of([(text, sum(self.widths))]))


def begin(
    book: Workbook,
    looks: Looks | None,
    tab: str,
    *,
    title: str,
    unit_line: str,
    widths: Sequence[float],
    back: str,
) -> Page:
    """A sheet with its title, its unit line and a link back to the contents."""
    sheet = book.create_sheet(tab)
    page = Page(sheet, looks or Looks(sheet), widths)
    for at, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(at)].width = width
    across(sheet, 1, 1, len(widths), title, styles.TITLE_FONT, styles.CENTRED)
    sheet.row_dimensions[1].height = 32
    link = max(len(widths) - 1, 2)
    across(sheet, 2, 1, link - 1, unit_line, styles.BODY_FONT, styles.LEFT)
    across(sheet, 2, link, len(widths), "返回目录", _LINK, Alignment(horizontal="right", vertical="center"))
    link_to(sheet.cell(2, link), back)
    return page


def across(
    sheet: Worksheet, row: int, first: int, last: int, text: str, font: Font, alignment: Alignment
) -> None:
    """A text over some columns of a sheet."""
    cell = sheet.cell(row, first)
    styles.put(cell, xml_text(text))
    cell.font, cell.alignment = font, alignment
    merge(sheet, row, first, last - first + 1)


def merge(sheet: Worksheet, row: int, column: int, over: int, down: int = 1) -> None:
    """Make one of some cells; not by merge_cells(), which makes and styles each of them anew."""
    if over > 1 or down > 1:
        first, last = get_column_letter(column), get_column_letter(column + over - 1)
        sheet.merged_cells.add(f"{first}{row}:{last}{row + down - 1}")


def link_to(cell: Any, tab: str, at: str = "A1", tip: str = "") -> None:
    """Let a click on a cell lead to another of the workbook."""
    cell.hyperlink = Hyperlink(
        ref=cell.coordinate, location=f"{quote_sheetname(tab)}!{at}", tooltip=tip[:250] or None
    )


@dataclass(frozen=True)
class Written:
    """A table in the workbook: its sheet, and where a column's number of a row stands."""

    tab: str
    grid: Grid
    first_row: int

    def column(self, index: int) -> str:
        """The letter of a column of numbers."""
        return get_column_letter(index + 2 + len(self.grid.places))

    def address(self, row: int, column: int) -> str:
        """A cell, from anywhere in the workbook."""
        return f"{quote_sheetname(self.tab)}!{self.column(column)}{self.first_row + row}"


@dataclass(frozen=True)
class Heading:
    """A column's headings from the top down, and where a click on the last one leads."""

    texts: tuple[str, ...]
    tab: str = ""
    at: str = ""
    tip: str = ""


def head(page: Page, headings: Sequence[Heading]) -> None:
    """Write the header, what stands together under what it has in common."""
    sheet, depth = page.sheet, max(len(heading.texts) for heading in headings)
    for row in range(HEADER_ROW, HEADER_ROW + depth):
        for column in range(1, len(headings) + 1):
            page.looks.head(sheet.cell(row, column))
    lines = [1] * depth
    for span in spans_of([heading.texts for heading in headings]):
        row, column = HEADER_ROW + span.row, span.column + 1
        styles.put(sheet.cell(row, column), span.text)
        merge(sheet, row, column, span.across, span.down)
        width = sum(page.widths[span.column : span.column + span.across])
        wanted = math.ceil(width_of(span.text) * UNITS * 1.08 / (width - 0.8))
        # What goes over several rows has the room of all of them.
        last = span.row + span.down - 1
        lines[last] = max(lines[last], wanted - sum(lines[span.row : last]))
    for column, heading in enumerate(headings, start=1):
        if heading.tab:
            cell = sheet.cell(HEADER_ROW + len(heading.texts) - 1, column)
            link_to(cell, heading.tab, heading.at, heading.tip)
            page.looks.head(cell, linked=True)
    for level, count in enumerate(lines):
        sheet.row_dimensions[HEADER_ROW + level].height = count * LINE + 4
    page.body = HEADER_ROW + depth


def finish(page: Page, frozen: int) -> None:
    """Set the sheet up for paper, with its header on every page, and its first columns at rest on the screen."""
    sheet = page.sheet
    styles.set_up_page(sheet, page.body - 1)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{page.body}"
    sheet.print_options.horizontalCentered = True
    margins = sheet.page_margins
    margins.left = margins.right = 0.5
    margins.top = margins.bottom = 0.7
    margins.header = margins.footer = 0.3
