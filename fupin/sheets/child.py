"""Reads one workbook in a process of its own: `python -m fupin.sheets.child OPTIONS < file.xlsx`.

A hostile or merely broken workbook can eat all memory, run for minutes or crash its parser, so the portal never parses
one itself. This process caps itself, reads, and prints JSON lines: the sheets, then per sheet its filled rows, then an
end mark. It imports no Django. Exit status 3 with a line {"refused": [reason, remedy]} is a refusal with its sentence.
"""

import errno
import io
import itertools
import json
import resource
import sys
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, iterparse
from xml.parsers.expat import ExpatError

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils.datetime import CALENDAR_MAC_1904, from_excel, from_ISO8601

from fupin.sheets.archive import SAVE_AS_XLSX, Limits, kind_of, open_archive
from fupin.sheets.cells import FileRefused, FilledCell, Kind, is_plain_blank, label_key, number_text
from fupin.sheets.older import OlderReader
from fupin.sheets.stream import SheetStream, unescape
from fupin.sheets.text import TextReader

REFUSED = 3
NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
TEXT, RUN, SHARED = f"{NS}t", f"{NS}r", f"{NS}si"
STRICT = b"http://purl.oclc.org/ooxml/"
NAMES_OF_STRICT = {
    STRICT + b"spreadsheetml/main": NS[1:-1].encode(),
    STRICT
    + b"officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    STRICT + b"drawingml/main": b"http://schemas.openxmlformats.org/drawingml/2006/main",
}
TOO_MUCH = FileRefused("文件内容过大，读取时超过内存或容量上限", "请把需要的内容复制到空白模板中，另存后上传")
DAMAGED = FileRefused("文件内容已损坏，无法读取", SAVE_AS_XLSX)

#: What `fupin.sheets.marker` adds to a user's file: a sheet of this name, and cells of this fill.
REMARKS_SHEET = "导入说明"
REMARK_COLOUR = "FFFFF3CE"

#: A text, without the lookup of an enum's member for each cell.
TEXT_KIND = str(Kind.TEXT)


def cap_resources(limits: Limits) -> None:
    """Make the kernel hold the limits, whatever the parser does."""
    caps = [(resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, limits.output_bytes)]
    if limits.memory_bytes is not None:
        caps.append((resource.RLIMIT_AS, limits.memory_bytes))
    if limits.seconds is not None:
        caps.append((resource.RLIMIT_CPU, limits.seconds))
    for cap, value in caps:
        _, hard = resource.getrlimit(cap)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(cap, (value, value))


def text_of(item: Element) -> str:
    """Return the text of a shared or inline string: its runs, without the phonetic guides above them."""
    parts = [part.text or "" for part in item.findall(TEXT)]
    parts += [part.text or "" for run in item.findall(RUN) for part in run.findall(TEXT)]
    return unescape("".join(parts))


def transitional(archive: zipfile.ZipFile) -> IO[bytes] | None:
    """A copy of a workbook saved as "Strict Open XML", under the names that everybody else uses; None if it is none.

    The two differ in the names of their parts' parts, and in that the strict one writes dates as text.
    """
    with archive.open("xl/workbook.xml") if "xl/workbook.xml" in archive.namelist() else io.BytesIO() as part:
        if STRICT not in part.read(4096):
            return None
    # In a nameless file, which the limits on what is unpacked bound.
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - read until the process ends
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as plain:
        for entry in archive.infolist():
            content = archive.read(entry)
            if entry.filename.endswith((".xml", ".rels")):
                for strict, usual in NAMES_OF_STRICT.items():
                    content = content.replace(strict, usual)
            plain.writestr(entry.filename, content)
    copy.seek(0)
    return copy


class WorkbookReader:
    """Streams the sheets of one workbook, cell by cell, without ever building the grid."""

    def __init__(self, source: IO[bytes], limits: Limits) -> None:
        self.limits = limits
        self.archive = open_archive(source, limits)
        if (plain := transitional(self.archive)) is not None:
            source, self.archive = plain, zipfile.ZipFile(plain)
        # openpyxl knows where the parts are and which styles are dates; the cells are streamed here, because its own
        # sheet reader fills gaps (a cell in XFD1048576 costs a million rows) and hides formulas without a value.
        self.book = ExcelReader(source, read_only=True, data_only=True, keep_links=False)
        self.book.read_manifest()
        self.book.read_workbook()
        apply_stylesheet(self.book.archive, self.book.wb)
        self.base_1904 = self.book.wb.epoch == CALENDAR_MAC_1904
        self.sheets = [
            (sheet.name, sheet.state != "visible", rel.target)
            for sheet, rel in self.book.parser.find_sheets()
            if rel.Type.endswith("/worksheet")
        ]
        if not self.sheets:
            raise FileRefused("文件里没有能读取的工作表", SAVE_AS_XLSX)
        self.shared = self._read_shared_strings()
        #: Styles of the remarks that `fupin.sheets.marker` wrote: they are no part of what the user filled in.
        self.remarks = {
            at
            for at, style in enumerate(self.book.wb._cell_styles)
            if 0 <= style.fillId < len(self.book.wb._fills)
            and getattr(getattr(self.book.wb._fills[style.fillId], "fgColor", None), "rgb", "")
            == REMARK_COLOUR
        }
        self.hidden_rows: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []

    def _read_shared_strings(self) -> list[str]:
        part = self.book.package.find(
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
        )
        if part is None:
            return []
        strings: list[str] = []
        with self.archive.open(part.PartName[1:]) as source:
            for _, element in iterparse(source):  # noqa: S314
                if element.tag == SHARED:
                    strings.append(text_of(element))
                    element.clear()
        return strings

    def rows(self, target: str) -> Iterator[tuple[int, list[FilledCell]]]:
        """Yield the number and the filled cells of each row that holds anything."""
        widest = 0
        self.hidden_rows, self.hidden_columns = [], []
        with self.archive.open(target) as source:
            stream = SheetStream(source, self._content)
            for number, hidden, cells in stream.rows():
                last = max(cells)[0]
                widest = max(widest, last)
                self.limits.check_place(number, widest)
                if hidden:
                    self.hidden_rows.append(number)
                yield number, cells
        self.hidden_columns = [
            (max(first, 1), min(last, widest))
            for first, last in stream.hidden_columns
            if max(first, 1) <= min(last, widest)
        ]

    def _content(
        self, kind: str, style: str, value: str, inline: str | None, formula: bool
    ) -> tuple[str, str] | None:
        """Return kind and value of a cell, or None for a blank one."""
        if self.remarks and int(style) in self.remarks:
            return None
        if kind == "inlineStr":
            return None if not inline or is_plain_blank(inline) else (TEXT_KIND, inline)
        if not value:
            # A formula may well yield an empty text (t="str"); without any value it was never calculated.
            return (Kind.UNCALCULATED, "") if formula and kind != "str" else None
        if kind == "n":
            return self._number(value, int(style))
        if kind in ("s", "str"):
            text = self.shared[int(value)] if kind == "s" else unescape(value)
            return None if is_plain_blank(text) else (TEXT_KIND, text)
        if kind == "b":
            return Kind.BOOL, str(int(value))
        if kind == "e":
            return Kind.ERROR, value
        if kind == "d":
            return Kind.DATE, from_ISO8601(value).isoformat()
        raise ValueError("unknown kind of cell")

    def _number(self, value: str, style: int) -> tuple[str, str]:
        if style in self.book.wb._date_formats and style not in self.book.wb._timedelta_formats:
            try:
                moment = from_excel(float(value), self.book.wb.epoch)
            except (OverflowError, ValueError):
                return Kind.ERROR, "#VALUE!"
            if isinstance(moment, date | datetime):
                return Kind.DATE, moment.isoformat()
        return Kind.NUMBER, number_text(value)


READERS: dict[str, Any] = {"xlsx": WorkbookReader, "xls": OlderReader, "csv": TextReader}


def emit(
    source: IO[bytes],
    sink: IO[str],
    limits: Limits,
    wanted: list[str] | None,
    *,
    else_all: bool = False,
    rows: int | None = None,
) -> None:
    """Write the JSON lines of a workbook, with `rows` only the first of each sheet.

    Sheets nobody asked for are named, not read; with `else_all` all are read where none has a name that was asked for.
    """

    encode = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"), check_circular=False).encode

    def line(content: Any) -> None:
        sink.write(encode(content) + "\n")

    kind = kind_of(source, limits)
    reader = READERS[kind](source, limits)
    sheets = [sheet for sheet in reader.sheets if sheet[0] != REMARKS_SHEET]
    line(
        {
            "sheets": [{"name": name, "hidden": hidden} for name, hidden, _ in sheets],
            "base_1904": reader.base_1904,
            "nameless": kind == "csv",
        }
    )
    if wanted and else_all and not any(label_key(name) in wanted for name, *_ in sheets):
        wanted = None
    for name, _, target in sheets:
        if wanted is None or kind == "csv" or label_key(name) in wanted:
            line({"sheet": name})
            for number, cells in itertools.islice(reader.rows(target), rows):
                line([number, cells])
            if reader.hidden_rows or reader.hidden_columns:
                line({"hidden_rows": reader.hidden_rows, "hidden_columns": reader.hidden_columns})
    line({"end": True})
    sink.flush()


def read(options: dict[str, Any], limits: Limits) -> None:
    """Read the workbook on standard input."""
    # Not sys.stdout: what is left in its buffer after a refusal would be flushed at exit, and fail again there.
    with open(1, "w", encoding="ascii", closefd=False) as sink:
        emit(
            sys.stdin.buffer,
            sink,
            limits,
            options["sheets"],
            else_all=options["else_all"],
            rows=options["rows"],
        )


def main(work: Callable[[dict[str, Any], Limits], None]) -> int:
    """Do a piece of work under the limits given as JSON in the first argument, and tell every end by a sentence."""
    options = json.loads(sys.argv[1])
    limits = Limits(**options["limits"])
    cap_resources(limits)
    warnings.simplefilter("ignore")  # openpyxl comments on parts that matter to nobody here
    refused = attempt(lambda: work(options, limits))
    if refused is None:
        return 0
    print(json.dumps({"refused": [refused.reason, refused.remedy]}), file=sys.stderr)  # noqa: T201
    return REFUSED


def attempt(work: Callable[[], None]) -> FileRefused | None:
    """Do a piece of work on a file of unknown origin, and return its refusal; None where it went well."""
    try:
        work()
    except FileRefused as refusal:
        return refusal
    except MemoryError:
        return TOO_MUCH
    except (ParseError, ExpatError, zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201  the parent's log; never a value of the file
        if isinstance(error, OSError) and error.errno == errno.EFBIG:
            return TOO_MUCH
        return FileRefused("文件不完整或已损坏", "可能没有传完，请重新取得原文件，能正常打开后再上传")
    except Exception as error:
        print(type(error).__name__, file=sys.stderr)  # noqa: T201
        return DAMAGED
    return None


if __name__ == "__main__":
    sys.exit(main(read))
