"""What a user is told of a sheet that is no error: totals that do not add up, rows and columns nobody sees."""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from fupin.sheets.cells import Cell, CellRefused, Kind, label_key
from fupin.sheets.columns import Column, DecimalColumn
from fupin.sheets.header import Header
from fupin.sheets.layout import Sheet

if TYPE_CHECKING:
    from fupin.sheets.reading import Row

TOTAL = re.compile(r"\w{0,4}[合小总共累]计(数|人数|户数|金额)?:?")
_WHOLE = re.compile(r"\w{0,4}[合总共]计(数|人数|户数|金额)?:?")
#: Of columns whose label has one of these the total is no sum.
_NO_SUM = ("均", "率", "比")
#: So many places are named; the rest is counted.
NAMED = 10


class Totals:
    """Adds up the number columns of a sheet, and compares what its 合计 rows say.

    A 小计 is of no known rows and is not compared. A 合计 may be of all rows, of those above it, or of those since the last.
    """

    def __init__(self, sheet: Sheet, header: Header) -> None:
        self.sheet = sheet
        self.columns: dict[int, Column] = {
            at: column
            for at, column in header.columns.items()
            if isinstance(column, DecimalColumn) and not any(word in column.label for word in _NO_SUM)
        }
        self.sums = {column.name: Decimal(0) for column in self.columns.values()}
        self.unknown: set[str] = set()
        self.stated: list[tuple[int, Column, Decimal, Decimal, Decimal]] = []
        self.last = dict(self.sums)

    def add(self, row: "Row") -> None:
        """Count a record. A cell that was refused makes its column's sum unknown."""
        self.unknown |= row.refused
        for name in self.sums:
            self.sums[name] += row.values.get(name) or 0

    def state(self, number: int, cells: Mapping[int, Cell]) -> None:
        """Keep what a row says that is no record, if it is a total."""
        first = next((cells[at] for at in sorted(cells) if cells[at].kind is Kind.TEXT), None)
        if first is None or not _WHOLE.fullmatch(label_key(first.value)):
            return
        for at, column in self.columns.items():
            if at in cells and cells[at].kind in (Kind.NUMBER, Kind.TEXT):
                try:
                    told = Decimal(cells[at].value.strip().replace(",", ""))
                except (ArithmeticError, CellRefused):
                    continue
                if told.is_finite():
                    above = self.sums[column.name]
                    self.stated.append((number, column, told, above, above - self.last[column.name]))
        self.last = dict(self.sums)

    def notes(self) -> Iterator[str]:
        """A sentence for each total that is the sum neither of all rows nor of those above it."""
        for number, column, told, above, since in self.stated:
            whole, above, since = (_as_written(column, n) for n in (self.sums[column.name], above, since))
            if column.name not in self.unknown and told not in (whole, above, since):
                yield (
                    f"工作表“{self.sheet.name}”第{number}行合计：“{column.label}”写的是 {_plain(told)}，"
                    f"各行相加是 {_plain(whole)}"
                )


def _as_written(column: Column, number: Decimal) -> Decimal:
    """A sum as the sheet states it: in 万元 where the column is."""
    return Decimal(str(column.write(number)))


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def hidden_notes(tab: str, rows: Sequence[int], columns: Sequence[Sequence[int]]) -> Iterator[str]:
    """Say which rows and columns with content nobody sees on the screen; they were read all the same."""
    spans = [(at, at) for at in rows]
    if rows:
        yield f"工作表“{tab}”的第{_named([(str(a), str(b)) for a, b in _runs(spans)])}行是隐藏的，也已读取"
    if columns:
        letters = [(get_column_letter(a), get_column_letter(b)) for a, b in columns]
        yield f"工作表“{tab}”的{_named(letters)}列是隐藏的，也已读取"


def _runs(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for first, last in spans:
        if runs and runs[-1][1] + 1 == first:
            runs[-1] = (runs[-1][0], last)
        else:
            runs.append((first, last))
    return runs


def _named(spans: Sequence[tuple[str, str]]) -> str:
    words = [first if first == last else f"{first}–{last}" for first, last in spans[:NAMED]]
    return "、".join(words) + ("等" if len(spans) > NAMED else "")
