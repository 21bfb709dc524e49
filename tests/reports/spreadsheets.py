"""Reading a written workbook as a spreadsheet program does: its headers through merged cells, its formulas reckoned anew."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

HEADER_ROW = 3
_REF = r"(?:'(?P<tab>[^']+)'!)?(?P<first>[A-Z]+\d+)(?::(?P<last>[A-Z]+\d+))?"


def body_row(sheet: Worksheet) -> int:
    """The first row below the frozen header."""
    return int(re.sub(r"\D", "", sheet.freeze_panes))


def headings(sheet: Worksheet) -> dict[str, str]:
    """By letter of column its headings from the top down, joined by /; what is merged is said once."""
    over = {
        cell: (merged.min_row, merged.min_col)
        for merged in sheet.merged_cells.ranges
        for row in merged.cells
        for cell in [row]
    }
    found = {}
    for column in range(1, sheet.max_column + 1):
        tops = dict.fromkeys(
            over.get((row, column), (row, column)) for row in range(HEADER_ROW, body_row(sheet))
        )
        texts = [sheet.cell(*top).value for top in tops]
        found[get_column_letter(column)] = "/".join(str(text) for text in texts if text is not None)
    return found


def reckon(book: Any, sheet: Worksheet, formula: str) -> Fraction:
    """What a formula of the yearbook comes to: sums, differences, products and quotients of cells, through other formulas."""

    def values(match: re.Match[str]) -> list[Any]:
        page = book[match["tab"]] if match["tab"] else sheet
        cells = page[f"{match['first']}:{match['last'] or match['first']}"]
        return [
            reckon(book, page, cell.value) if str(cell.value).startswith("=") else cell.value
            for row in cells
            for cell in row
        ]

    def summed(match: re.Match[str]) -> str:
        parts = [value for ref in re.finditer(_REF, match[1]) for value in values(ref)]
        return _literal(
            sum((number(part) for part in parts if not isinstance(part, str | None)), Fraction(0))
        )

    text = re.sub(r"SUM\(([^()]*)\)", summed, formula.removeprefix("="))
    text = re.sub(_REF, lambda ref: _literal(number(values(ref)[0])), text)
    text = re.sub(r"(?<![\w.'\"])(\d+(?:\.\d+)?)(?![\w.'\"])", r"Fraction('\1')", text)
    return Fraction(eval(text, {"Fraction": Fraction}))


def number(value: Any) -> Fraction:
    """A cell's number, exactly as it is written."""
    return value if isinstance(value, Fraction) else Fraction(str(value))


def _literal(value: Fraction) -> str:
    return f"Fraction('{value}')"
