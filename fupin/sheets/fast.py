"""Writes many rows: openpyxl sets the workbook up, and the rows of its sheet go into the file as text.

An object for each cell is what makes openpyxl slow. Here a cell is a piece of XML, made once for each value of a column
and used again wherever the value stands again; the row's number is put in last. Text is written into its cell
("inlineStr"), so that nothing is kept until the end.
"""

import io
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import IO, Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import to_excel

from fupin.sheets.columns import Column
from fupin.sheets.styles import clean_text

#: Stands for the row's number in a cell's XML; no text can hold it.
_MARK = "\0"
#: Values of a column whose XML is kept; a column of names or numbers of people has a new one in every row.
KEPT_VALUES = 4_096
ROWS_AT_ONCE = 256
SHEET = "xl/worksheets/sheet1.xml"
LONGEST_TEXT = 32_767
"""The most characters that a spreadsheet program takes in a cell."""

# What cannot stand in XML as it is: marks, control characters, half pairs, what looks escaped, outer blanks.
_ODD = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x|^\\s|\\s$")


def text_xml(text: str) -> str:
    """A text as the content of a cell: as text and nothing else, with its outer blanks and line breaks."""
    text = text[:LONGEST_TEXT]
    if _ODD.search(text) is None:
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


class _Cells(dict[Any, str]):
    """The cells of a column by value; one that is not there yet is made."""

    def __init__(self, start: str, column: Column) -> None:
        super().__init__()
        self.start, self._write = start, column.write

    def __missing__(self, value: Any) -> str:
        if len(self) >= KEPT_VALUES:
            self.clear()
        made = self[value] = self.make(value)
        return made

    def make(self, value: Any) -> str:
        """A cell."""
        return cell_xml(self.start, None if value is None else self._write(value))


class RowWriter:
    """Makes rows as XML, by column name; with `numbered`, a running number stands first in each."""

    def __init__(
        self, columns: Sequence[Column], styles: Sequence[int], *, first_row: int, numbered: bool
    ) -> None:
        places = enumerate(columns, start=2 if numbered else 1)
        styled = zip(places, styles[1:] if numbered else styles, strict=True)
        self._columns = [
            (column.name, _Cells(f'<c r="{get_column_letter(at)}{_MARK}" s="{style}"', column))
            for (at, column), style in styled
        ]
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
        get, parts = row.get, []
        for name, cells in self._columns:
            value = get(name)
            try:
                # True would find what was made for 1.
                parts.append(cells[value] if value is not True and value is not False else cells.make(value))
            except TypeError:
                parts.append(cells.make(value))  # a list, which is no key
        at = self._take_row()
        if self._number_style is not None:
            parts.insert(0, cell_xml(f'<c r="A{at}" s="{self._number_style}"', number))
        elif isinstance(number, str) and get(self._columns[0][0]) is None:
            parts[0] = cell_xml(self._columns[0][1].start, number)
        return f'<row r="{at}">{"".join(parts).replace(_MARK, at)}</row>'

    def _take_row(self) -> str:
        self.next_row += 1
        return str(self.next_row - 1)


def save_with_rows(workbook: Workbook, rows: Iterable[str], target: IO[bytes] | str) -> None:
    """Save a workbook of one sheet that has rows already, and write the others, as XML, below them."""
    shell = io.BytesIO()
    workbook.save(shell)
    with (
        zipfile.ZipFile(shell) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package,
    ):
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename != SHEET:
                package.writestr(entry.filename, content)
                continue
            above, end, below = content.partition(b"</sheetData>")
            with package.open(entry.filename, "w", force_zip64=True) as sheet:
                sheet.write(above)
                for some in _batched(rows):
                    sheet.write("".join(some).encode())
                sheet.write(end + below)


def _batched(rows: Iterable[str]) -> Iterator[list[str]]:
    rows = iter(rows)
    while some := list(itertools.islice(rows, ROWS_AT_ONCE)):
        yield some
