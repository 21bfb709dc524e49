"""Writes many rows: openpyxl sets the workbook up, and the rows of its sheet go into the file as text.

An object for each cell is what makes openpyxl slow. Here a cell is a piece of XML, made once for each value of a column
and used again wherever the value stands again; the row's number is put in last. Text is written into its cell
("inlineStr"), so that nothing is kept until the end.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from operator import call, itemgetter
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from fupin.sheets.columns import Column, DecimalColumn
from fupin.sheets.styles import clean_text

#: Stands for the row's number in a cell's XML; no text can hold it.
_MARK = "\0"
#: Values of a column whose XML is kept; a column of names or numbers of people has a new one in every row.
KEPT_VALUES = 4_096
ROWS_AT_ONCE = 256
LONGEST_TEXT = 32_767
"""The most characters that a spreadsheet program takes in a cell."""

# What may not stand in XML as it is: marks, control characters, half pairs, and with _ whatever looks escaped.
_ODD = re.compile("[&<>_\x00-\x1f\ud800-\udfff\ufffe\uffff]")


def is_plain(text: str) -> bool:
    """Whether a text can stand in a cell as it is."""
    return _ODD.search(text) is None and text == text.strip() and len(text) <= LONGEST_TEXT


def text_xml(text: str) -> str:
    """A text as the content of a cell: as text and nothing else, with its outer blanks and line breaks."""
    text = text[:LONGEST_TEXT]
    if is_plain(text):
        return f"<is><t>{text}</t></is>"
    text = clean_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # A reader of XML takes a bare carriage return for a line break.
    return f'<is><t xml:space="preserve">{text.replace(chr(13), "&#13;")}</t></is>'


def cell_xml(start: str, value: Any) -> str:
    """A cell that begins so ('<c r="A4" s="1"'). Raises TypeError for what no cell can hold."""
    if value is None or value == "":
        return f"{start}/>"
    if isinstance(value, str):
        return f'{start} t="inlineStr">{text_xml(value)}</c>'
    if isinstance(value, bool):
        raise TypeError("a logical value needs a column that words it")
    if isinstance(value, int):
        return f"{start}><v>{int(value)}</v></c>"
    if isinstance(value, Decimal) and value.is_finite():
        return f"{start}><v>{value:f}</v></c>"
    if isinstance(value, date):
        return f"{start}><v>{to_excel(value)}</v></c>"
    raise TypeError(f"no cell holds a {type(value).__name__}")


def formula_xml(start: str, formula: str, value: Decimal | int) -> str:
    """A cell with a formula of ours, and what it comes to, for readers that reckon nothing."""
    formula = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"{start}><f>{formula}</f><v>{value:f}</v></c>"


class _Cells(dict[Any, str]):
    """The cells of a column by value; one that is not there yet is made.

    Values that are equal are one value: in a column that has had 1, True counts as 1.
    """

    def __init__(self, start: str, column: Column) -> None:
        super().__init__()
        self.start = start
        # Most write what they are given.
        self._write = None if type(column).write is Column.write else column.write
        self._text, self._number = f'{start} t="inlineStr"><is><t>', f"{start}><v>"

    def __missing__(self, value: Any) -> str:
        made = self.make(value)
        if len(self) >= KEPT_VALUES:
            self.clear()
        self[value] = made
        return made

    def make(self, value: Any) -> str:
        """A cell."""
        written = value if value is None or self._write is None else self._write(value)
        kind = type(written)
        # The two that are most, and seldom seen twice, without a call more.
        if kind is str and written and is_plain(written):
            return f"{self._text}{written}</t></is></c>"
        if kind is Decimal and written.is_finite():
            return f"{self._number}{written:f}</v></c>"
        return cell_xml(self.start, written)


class RowWriter:
    """Makes rows as XML, by column name; with `numbered`, a running number stands first in each."""

    def __init__(
        self, columns: Sequence[Column], styles: Sequence[int], *, first_row: int, numbered: bool
    ) -> None:
        places = enumerate(columns, start=2 if numbered else 1)
        styled = zip(places, styles[1:] if numbered else styles, strict=True)
        self._cells = [
            _Cells(f'<c r="{get_column_letter(at)}{_MARK}" s="{style}"', column)
            for (at, column), style in styled
        ]
        # An amount is seldom seen twice, and to look for it costs more than to write it.
        self._make = [
            cells.make if type(column) is DecimalColumn else cells.__getitem__
            for column, cells in zip(columns, self._cells, strict=True)
        ]
        self._names = [column.name for column in columns]
        only = self._names[0]
        self._values: Callable[[Any], Any] = (
            itemgetter(*self._names) if len(self._names) > 1 else lambda row: (row[only],)
        )
        self._number_style = styles[0] if numbered else None
        self.next_row, self.count = first_row, 0

    def add(self, row: Mapping[str, Any]) -> str:
        """The next row of the list."""
        self.count += 1
        return self._row(row, self.count)

    def add_total(self, totals: Mapping[str, Any]) -> str:
        """The 合计 row; the word stands in the first cell, if that is free."""
        return self._row(totals, "合计")

    def line(self, text: str, style: int) -> str:
        """A row with a text in its first cell."""
        at = self._take_row()
        cell = cell_xml(f'<c r="A{at}" s="{style}"', text)
        return f'<row r="{at}">{cell}</row>'

    def _row(self, row: Mapping[str, Any], number: int | str) -> str:
        try:
            # One step of C for the whole row; where a cell is new, _Cells makes it.
            parts = list(map(call, self._make, self._values(row)))
        except (KeyError, TypeError):
            # A column of which the row says nothing, or a list, which is no key.
            parts = [cells.make(row.get(name)) for name, cells in zip(self._names, self._cells, strict=True)]
        at = self._take_row()
        if self._number_style is not None:
            parts.insert(
                0,
                f'<c r="A{at}" s="{self._number_style}"><v>{number}</v></c>'
                if type(number) is int
                else cell_xml(f'<c r="A{at}" s="{self._number_style}"', number),
            )
        elif isinstance(number, str) and row.get(self._names[0]) is None:
            parts[0] = cell_xml(self._cells[0].start, number)
        return f'<row r="{at}">{"".join(parts).replace(_MARK, at)}</row>'

    def _take_row(self) -> str:
        self.next_row += 1
        return str(self.next_row - 1)


#: How large openpyxl thinks a sheet is that has only its header yet. Nobody needs to be told.
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')


def save_with_rows(
    workbook: Workbook, rows: Mapping[int, Iterable[str]], target: IO[bytes] | str, *, level: int = 1
) -> None:
    """Save a workbook whose sheets have some rows already, and write others, as XML, below them; by number of sheet, from 1.

    `level` is how hard the package is packed.
    """
    shell = io.BytesIO()
    workbook.save(shell)
    below = {f"xl/worksheets/sheet{number}.xml": more for number, more in rows.items()}
    with (
        zipfile.ZipFile(shell) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename not in below:
                package.writestr(entry.filename, content)
                continue
            above, end, after = content.partition(b"</sheetData>")
            if not end:  # no row yet
                above, _, after = content.partition(b"<sheetData />")
                above, end = above + b"<sheetData>", b"</sheetData>"
            with package.open(entry.filename, "w", force_zip64=True) as sheet:
                sheet.write(_DIMENSION.sub(b"", above, count=1))
                for some in _batched(below[entry.filename]):
                    sheet.write("".join(some).encode())
                sheet.write(end + after)


def _batched(rows: Iterable[str]) -> Iterator[list[str]]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield some
