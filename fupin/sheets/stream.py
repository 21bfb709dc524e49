"""Reads the rows of a sheet's XML as the parser comes by them, without a tree of elements.

A tree costs three times as much, and a county's roster has three million cells. Standard library only: this runs in the
reading process.
"""

import re
from collections.abc import Callable, Iterator
from typing import IO
from xml.parsers.expat import ExpatError, ParserCreate

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ROW, CELL_VALUE, FORMULA, INLINE = f"{NS}row", f"{NS}v", f"{NS}f", f"{NS}is"
TEXT, RUN, COLUMN, SHEET_DATA = f"{NS}t", f"{NS}r", f"{NS}col", f"{NS}sheetData"
CHUNK = 256 * 1024
TRUE = ("1", "true")

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LETTERS = re.compile("[A-Za-z]{1,3}")
_DIGITS = "0123456789"

#: A cell of a sheet: kind ("n" where it says none), style, value, text within the cell, whether there is a formula.
Content = Callable[[str, str, str, str | None, bool], tuple[str, str] | None]
#: Number, whether it is hidden, and the filled cells of a row.
StreamedRow = tuple[int, bool, list[tuple[int, str, str]]]


def unescape(text: str) -> str:
    """Undo the _x000D_ notation in which OOXML writes characters that XML cannot hold."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "_x" in text else text


def column_number(letters: str) -> int:
    """Return 28 for AB."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


class _Columns(dict[str, int]):
    """The numbers of columns by their letters."""

    def __missing__(self, letters: str) -> int:
        if _LETTERS.fullmatch(letters) is None:
            raise ValueError("bad cell reference")
        self[letters] = column_number(letters)
        return self[letters]


class SheetStream:
    """The rows of one sheet that hold anything, in turn; `hidden_columns` are those seen so far, as spans."""

    def __init__(self, source: IO[bytes], content: Content) -> None:
        self.source = source
        self.hidden_columns: list[tuple[int, int]] = []
        self._rows: list[StreamedRow] = []
        self._ended = False
        self._parser = ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._listen(content)

    def rows(self) -> Iterator[StreamedRow]:
        """Yield the rows; raises ExpatError where the XML is broken before the last of them."""
        while not self._ended:
            chunk = self.source.read(CHUNK)
            broken: ExpatError | None = None
            try:
                self._parser.Parse(chunk, not chunk)
            except ExpatError as error:
                broken = error
            rows, self._rows = self._rows, []
            yield from rows
            if broken is not None and not self._ended:
                raise broken
            if not chunk:
                return

    def _listen(self, content: Content) -> None:
        """Set the parser's calls; their state lives in cells of this function, which are the quickest to reach."""
        columns, deep, number = _Columns(), 0, 0
        row_hidden = formula = in_inline = in_run = has_value = False
        cells: list[tuple[int, str, str]] = []
        at = 0
        kind = style = ""
        value: list[str] = []
        plain: list[str] | None = None
        runs: list[str] = []
        collect: list[str] | None = None

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal deep, number, row_hidden, formula, in_inline, in_run, has_value, cells, at, kind, style
            nonlocal value, plain, runs, collect
            collect = None
            if not deep:
                if name == ROW:
                    deep, cells, at = 1, [], 0
                    number = int(attributes.get("r") or number + 1)
                    row_hidden = attributes.get("hidden") in TRUE
                elif name == COLUMN and attributes.get("hidden") in TRUE:
                    span = int(attributes.get("min", 0)), int(attributes.get("max", 0))
                    self.hidden_columns.append(span)
                return
            deep += 1
            if deep == 2:
                if reference := attributes.get("r"):
                    letters = reference.rstrip(_DIGITS)
                    if not 1 <= len(reference) - len(letters) <= 7:
                        raise ValueError("bad cell reference")
                    at = columns[letters]
                else:
                    at += 1
                kind, style = attributes.get("t", "n"), attributes.get("s", "0")
                value, plain = [], None
                formula = in_inline = in_run = has_value = False
            elif deep == 3:
                if name == CELL_VALUE:
                    if not has_value:
                        has_value, collect = True, value
                elif name == INLINE:
                    if plain is None:
                        in_inline, plain, runs = True, [], []
                elif name == FORMULA:
                    formula = True
            elif in_inline:
                if deep == 4:
                    if name == TEXT:
                        collect = plain
                    else:
                        in_run = name == RUN
                elif deep == 5 and in_run and name == TEXT:
                    collect = runs

        def text(data: str) -> None:
            if collect is not None:
                collect.append(data)

        def end(name: str) -> None:
            nonlocal deep, in_inline, in_run, collect
            collect = None
            if deep > 2:
                deep -= 1
                if deep == 2:
                    in_inline = False
                elif deep == 3:
                    in_run = False
            elif deep == 2:
                deep = 1
                inside = None if plain is None else unescape("".join((*plain, *runs)))
                filled = content(kind, style, "".join(value), inside, formula)
                if filled is not None:
                    cells.append((at, *filled))
            elif deep == 1:
                deep = 0
                if cells:
                    self._rows.append((number, row_hidden, cells))
            elif name == SHEET_DATA:
                self._ended = True

        def doctype(*_: object) -> None:
            raise ValueError("a sheet declares a document type")

        self._parser.StartElementHandler = start
        self._parser.EndElementHandler = end
        self._parser.CharacterDataHandler = text
        self._parser.StartDoctypeDeclHandler = doctype
