"""Reads tables of text (.csv), in whatever way the programs in use write them. Runs in the reading process."""

import csv
import io
import re
from collections.abc import Iterator
from typing import IO

from fupin.sheets.archive import SAVE_AS_XLSX, Limits
from fupin.sheets.cells import FileRefused, FilledCell, Kind, is_plain_blank

#: How a file begins that says how it is written.
MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
#: Lines by which the separator is told.
TRIED = 20
#: How a program keeps a number from being read as one: ="0012".
_AS_TEXT = re.compile(r'="((?:[^"]|"")*)"')
#: The first line by which Excel tells itself the separator.
_SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


class TextReader:
    """Gives the one table of a text file as WorkbookReader gives the sheets of a workbook; it has no name."""

    base_1904 = False
    hidden_rows = hidden_columns = ()
    sheets = (("", False, ""),)

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self.limits = limits
        self.text = decoded(source.read())

    def rows(self, _target: str) -> Iterator[tuple[int, list[FilledCell]]]:
        """Yield the number and the filled cells of each row that holds anything."""
        first, _, rest = self.text.partition("\n")
        told = _SEPARATOR.fullmatch(first.strip("\r"))
        # The line that tells the separator is shown by no program, and counts as no row.
        text, separator = (rest, told[1]) if told else (self.text, separator_of(self.text))
        try:
            for number, values in enumerate(csv.reader(io.StringIO(text), delimiter=separator), start=1):
                cells = [
                    (at, Kind.TEXT.value, plain)
                    for at, value in enumerate(values, start=1)
                    if not is_plain_blank(plain := _plain(value))
                ]
                if cells:
                    self.limits.check_place(number, cells[-1][0])
                    yield number, cells
        except csv.Error as error:
            raise FileRefused("CSV 文件有过长的内容，或引号不成对", SAVE_AS_XLSX) from error


def decoded(content: bytes) -> str:
    """The text of a file: by its mark, else UTF-8 if it is that throughout, else as Chinese programs write it."""
    encoding = next((name for mark, name in MARKS.items() if content.startswith(mark)), "")
    if not encoding:
        # No other encoding has NUL in a table.
        first, second = content[:4096:2], content[1:4096:2]
        encoding = "utf-16-le" if b"\0" in second else "utf-16-be" if b"\0" in first else "utf-8"
    for attempt in (encoding, "gb18030"):
        try:
            return content.decode(attempt)
        except UnicodeDecodeError:
            continue
    raise FileRefused("文件的文字编码无法识别", SAVE_AS_XLSX)


def separator_of(text: str) -> str:
    """The separator of a table: of those in use the one that its first lines have most of."""
    lines = text.splitlines()[:TRIED]
    return max(",\t;", key=lambda mark: sum(line.count(mark) for line in lines))


def _plain(value: str) -> str:
    found = _AS_TEXT.fullmatch(value.strip())
    return found[1].replace('""', '"') if found else value
