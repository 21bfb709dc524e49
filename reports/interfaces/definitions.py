"""The sheet 指标口径 of a workbook: what each of its figures counts. Headings of figures lead to their lines in it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink

from fupin.sheets import styles
from fupin.sheets.columns import TextColumn
from fupin.sheets.writing import HEADER_ROW, begin_list, row_cells
from reports.figures.declare import Figure
from reports.interfaces.documents import row_height

SHEET = "指标口径"
COLUMNS = (
    TextColumn(name="label", label="指标", width=28),
    TextColumn(name="unit", label="单位", width=8),
    TextColumn(name="definition", label="口径", width=52),
    TextColumn(name="base", label="统计对象", width=44),
    TextColumn(name="code", label="代码", width=34),
)
#: What can be clicked is dark blue: told apart on the screen, and black enough on paper.
BLUE = "FF1F4E79"


class Definitions:
    """The figures that a workbook holds, each once, in the order in which they come there."""

    def __init__(self, figures: Iterable[Figure]) -> None:
        by_code = {figure.code: figure for figure in figures}
        self.figures = list(by_code.values())
        self._rows = {code: row for row, code in enumerate(by_code, start=HEADER_ROW + 1)}

    def link(self, cell: Any, figure: Figure, *, font: Font = styles.HEADER_FONT) -> None:
        """Let a cell, whose row and column are known, lead to the figure's line."""
        place = f"'{SHEET}'!A{self._rows[figure.code]}"
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, tooltip="口径")
        cell.font = Font(name=font.name, size=font.size, bold=font.bold, color=BLUE)

    def write(self, book: Workbook, *, page_url: str = "") -> None:
        """Add the sheet, if there is a figure; each code leads to the portal's page of definitions where its address is known."""
        if not self.figures:
            return
        page: Any = book.create_sheet(SHEET)
        body = begin_list(page, COLUMNS, title=SHEET, unit_line="本工作簿中的指标，每个一行。")
        for figure in self.figures:
            row = self._rows[figure.code]
            texts = {
                "label": figure.label,
                "unit": figure.unit,
                "definition": figure.definition,
                "base": figure.base.description,
                "code": figure.code,
            }
            cells = row_cells(page, body, COLUMNS, texts)
            if page_url:
                cells[-1].row, cells[-1].column = row, len(COLUMNS)
                cells[-1].hyperlink = f"{page_url}#{figure.code}"
                cells[-1].font = Font(name=styles.BODY_FONT.name, size=styles.BODY_FONT.size, color=BLUE)
            if height := row_height([(texts[column.name], column.width) for column in COLUMNS]):
                page.row_dimensions[row].height = height
            page.append(cells)
