"""Reads a workbook against its declaration: every row, and every error with its cell."""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any

from openpyxl.utils import get_column_letter

from fupin.sheets.archive import Limits
from fupin.sheets.cells import Cell, CellRefused, FileRefused, Kind, label_key
from fupin.sheets.columns import Column, TextColumn
from fupin.sheets.errors import SheetError
from fupin.sheets.header import HEADER_WITHIN_ROWS, Header, Matched, Matcher, Numbered, as_named, find_header
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.process import lines_of
from fupin.sheets.totals import TOTAL, Totals, hidden_notes

__all__ = ["FileRefused", "Limits", "Reading", "Row", "read_workbook", "sheet_heads"]

LISTED_ERRORS = 1_000
#: So many different texts are remembered of a column: codes, places and dates come again and again, numbers seldom.
KEPT_VALUES = 4_096
NONE_REFUSED: frozenset[str] = frozenset()
ONE_TABLE = (
    "CSV 文件只有一张表，这里需要的是几张表的工作簿",
    "请下载空白模板，把内容复制到相应的工作表里，存为 .xlsx 后上传",
)

_NOTE = re.compile(
    r"\s*(注|说明|备注|填表说明)\s*\d*\s*[:：]"
    r"|\s*(填报人|填表人|制表人|审核人|经办人|负责人|单位负责人|村主任|村支书|填报单位|填报日期|填表日期|制表日期|联系电话)\s*[:：]"
)


class _Values(Mapping[str, Any]):
    """A row's values by column; the names are kept once for all rows, where a dict of each row takes four times the room."""

    __slots__ = ("_places", "_values")

    def __init__(self, places: dict[str, int], values: list[Any]) -> None:
        self._places, self._values = places, tuple(values)

    def __getitem__(self, name: str) -> Any:
        return self._values[self._places[name]]

    def get(self, name: str, default: Any = None) -> Any:
        """The value of a column, the default of one that the sheet has not."""
        place = self._places.get(name)
        return default if place is None else self._values[place]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return repr(dict(self))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a sheet. A value that was refused is None and its name stands in `refused`.

    `lost` are columns that the sheet should have and has not.
    """

    sheet: Sheet
    number: int
    values: Mapping[str, Any]
    #: What the cells of the positions held, in their order: a mapping of each row would take three times the room.
    filled: Sequence[Cell | None]
    positions: Mapping[str, int]
    refused: frozenset[str] = frozenset()
    lost: frozenset[str] = frozenset()

    @property
    def found(self) -> dict[str, Cell]:
        """The filled cells by column."""
        return {
            name: cell for name, cell in zip(self.positions, self.filled, strict=True) if cell is not None
        }

    @property
    def unread(self) -> frozenset[str]:
        """Columns of which the row says nothing because a cell was refused or the whole column is not there.

        Each has its line already; what would follow from its being empty is no news. A column that may be missing
        and is says that it is empty.
        """
        return self.refused | self.lost if self.refused else self.lost

    @property
    def cells(self) -> dict[str, str]:
        """The address of each column in this row: name -> C12."""
        return {name: f"{get_column_letter(at)}{self.number}" for name, at in self.positions.items()}

    def error(self, name: str, reason: str, remedy: str) -> SheetError:
        """Return the error of a rule found later, at the cell of a column; without a name, at the row."""
        if name not in self.positions:
            return SheetError.at(self.sheet.name, f"第{self.number}行", None, reason, remedy)
        cell = self.found.get(name)
        return SheetError.at(
            self.sheet.name,
            f"{get_column_letter(self.positions[name])}{self.number}",
            cell.shown if cell else None,
            reason,
            remedy,
            self.sheet.by_name[name].sensitive,
        )


@dataclass
class Reading:
    """What a workbook held: rows by sheet name as declared, all errors, and what was passed over."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    errors: list[SheetError] = field(default_factory=list)
    more_errors: int = 0
    sheets: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    ignored: dict[str, list[str]] = field(default_factory=dict)
    """Headers that mean no declared column, by sheet: their content was not read, and the user is told so."""
    notes: list[str] = field(default_factory=list)
    """What the user should know of what was read, and is no error: hidden rows, totals that do not add up."""
    matched: list[Matched] = field(default_factory=list)
    """Every header and the column it was read as."""

    def add_error(self, error: SheetError) -> None:
        """Keep an error, or only count it once the list is longer than anyone would read."""
        if len(self.errors) < LISTED_ERRORS:
            self.errors.append(error)
        else:
            self.more_errors += 1


def sheet_heads(source: str | Path | IO[bytes], *, limits: Limits | None = None) -> dict[str, list[Numbered]]:
    """Return the first rows of a workbook's sheets by their names; a sheet of a table of text has no name, "".

    Raises FileRefused where there is no sheet to read.
    """
    with lines_of(source, limits or Limits(), None, rows=HEADER_WITHIN_ROWS) as lines:
        next(lines)
        return {tab: list(rows) for tab, rows in _sheets_of(lines, base_1904=False, notes=[])}


def read_workbook(
    source: str | Path | IO[bytes],
    book: Book,
    *,
    year: int | None = None,
    limits: Limits | None = None,
    matcher: Matcher = as_named,
) -> Reading:
    """Return all rows and all errors of a workbook; raise FileRefused where it cannot be read at all.

    `matcher` says for a sheet's headers which of them mean another column than their text does.
    """
    wanted = sorted(key for sheet in book.sheets for key in sheet.keys)
    alone = len(book.sheets) == 1
    with lines_of(source, limits or Limits(), wanted, else_all=alone) as lines:
        return read_lines(lines, book, year=year, matcher=matcher)


def read_lines(
    lines: Iterator[Any], book: Book, *, year: int | None = None, matcher: Matcher = as_named
) -> Reading:
    """Return what the reading process told of a workbook, as rows and errors."""
    by_key = {key: sheet for sheet in book.sheets for key in sheet.keys}
    reading = Reading(rows={sheet.name: [] for sheet in book.sheets})
    alone = book.sheets[0] if len(book.sheets) == 1 else None
    head = next(lines)
    reading.sheets = [sheet["name"] for sheet in head["sheets"]]
    reading.hidden = [sheet["name"] for sheet in head["sheets"] if sheet["hidden"]]
    seen: dict[str, str] = {}
    if head["nameless"] and alone is None:
        raise FileRefused(*ONE_TABLE)
    for tab, rows in _sheets_of(lines, head["base_1904"], reading.notes):
        sheet = by_key.get(label_key(tab)) or alone
        assert sheet is not None  # of several sheets only those with a name were asked for
        if alone and not head["nameless"] and label_key(tab) not in by_key:
            # A kind of one sheet is told by its header where no tab has its name.
            first = list(itertools.islice(rows, HEADER_WITHIN_ROWS))
            if find_header(sheet, first, matcher) is None:
                continue
            rows = itertools.chain(first, rows)
        if sheet.name in seen:
            reason = f"与工作表“{seen[sheet.name]}”都是“{sheet.name}”"
            reading.add_error(SheetError.at(tab, "", None, reason, "请只保留一张"))
            continue
        seen[sheet.name] = tab
        _read_sheet(reading, sheet, rows, year, matcher)
    for sheet in book.sheets:
        if sheet.name not in seen and not sheet.optional:
            reason = f"缺少工作表“{sheet.name}”，文件里有：{'、'.join(reading.sheets)[:200]}"
            remedy = f"请把相应的工作表改名为“{sheet.name}”，或下载空白模板填写"
            reading.add_error(SheetError.at(sheet.name, "", None, reason, remedy))
    return reading


def _sheets_of(
    lines: Iterator[Any], base_1904: bool, notes: list[str]
) -> Iterator[tuple[str, Iterator[Numbered]]]:
    """Group the child's lines by sheet; each row becomes its number and its cells by position."""
    grouped = itertools.groupby(lines, key=_SheetCounter())
    for tab, group in grouped:
        if tab is not None:
            yield tab, _rows_of(group, base_1904, tab, notes)


def _rows_of(group: Iterator[Any], base_1904: bool, tab: str, notes: list[str]) -> Iterator[Numbered]:
    by_kind = {kind.value: _Cells(kind, base_1904) for kind in Kind}
    for line in group:
        if isinstance(line, list):
            yield line[0], {at: by_kind[kind][value] for at, kind, value in line[1]}
        elif "hidden_rows" in line:
            notes += hidden_notes(tab, line["hidden_rows"], line["hidden_columns"])


class _Cells(dict[str, Cell]):
    """The cells of a kind by their value: most words of a sheet stand in it many times, and are one object."""

    def __init__(self, kind: Kind, base_1904: bool) -> None:
        super().__init__()
        self._kind, self._base_1904 = kind, base_1904

    def __missing__(self, value: str) -> Cell:
        cell = Cell(self._kind, value, self._base_1904)
        if len(self) < KEPT_VALUES:
            self[value] = cell
        return cell


class _SheetCounter:
    """Names the sheet that a line of the child belongs to; None at the end mark."""

    tab: str | None = None

    def __call__(self, line: Any) -> str | None:
        if isinstance(line, dict):
            self.tab = line.get("sheet", None if "end" in line else self.tab)
        return self.tab


def _read_sheet(
    reading: Reading, sheet: Sheet, rows: Iterator[Numbered], year: int | None, matcher: Matcher
) -> None:
    first = list(itertools.islice(rows, HEADER_WITHIN_ROWS))
    header = find_header(sheet, first, matcher)
    if header is None:
        labels = "、".join(column.label for column in sheet.columns[:5])
        reason = f"前 {HEADER_WITHIN_ROWS} 行中没有找到表头"
        remedy = f"请检查表头是否有“{labels}”等列名，或下载空白模板填写"
        reading.add_error(SheetError.at(sheet.name, "", None, reason, remedy))
        return
    for error in header.errors:
        reading.add_error(error)
    reading.matched += _proposed_by_content(sheet, header, first, year)
    if header.ignored:
        reading.ignored[sheet.name] = list(header.ignored)
    reader = _RowReader(sheet, header, year)
    totals = Totals(sheet, header)
    for number, cells in itertools.chain((row for row in first if row[0] > header.row), rows):
        if number > header.row and _is_data(header, cells):
            row, errors = reader.read(number, cells)
            reading.rows[sheet.name].append(row)
            totals.add(row)
            for error in errors:
                reading.add_error(error)
        elif number > header.row:
            totals.state(number, cells)
    reading.notes += totals.notes()


def _proposed_by_content(
    sheet: Sheet, header: Header, first: Sequence[Numbered], year: int | None
) -> list[Matched]:
    """The headers, those that mean nothing with the only missing column that all their first cells would do for."""
    below = [cells for number, cells in first if number > header.row and _is_data(header, cells)]
    found = []
    for one in header.matched:
        sample = [cells[one.position] for cells in below if one.position in cells]
        if not one.column and not one.proposed and sample:
            fitting = [name for name in header.lost if _reads(sheet.by_name[name], sample, year)]
            one = replace(one, proposed=fitting[0] if len(fitting) == 1 else "")
        found.append(one)
    return found


def _reads(column: Column, cells: Iterable[Cell], year: int | None) -> bool:
    """Whether a column takes all of these cells; text takes anything, and says nothing."""
    if isinstance(column, TextColumn):
        return False
    try:
        return [column.read(cell, year=year) for cell in cells] != []
    except CellRefused:
        return False


def _is_data(header: Header, cells: Mapping[int, Cell]) -> bool:
    """Say whether a row is a record: no total, no note, and more in it than a running number."""
    columns, text = header.columns, Kind.TEXT
    if columns.keys().isdisjoint(cells):
        return False
    # The first cell decides, after a running number in a column that nobody declared.
    first = next(cells[at] for at in sorted(cells) if at in columns or cells[at].kind is text)
    if first.kind is not Kind.TEXT:
        return True
    return not (TOTAL.fullmatch(label_key(first.value)) or _NOTE.match(first.value))


class _RowReader:
    """Reads the rows of a sheet, and the same text in the same column but once."""

    def __init__(self, sheet: Sheet, header: Header, year: int | None) -> None:
        self._sheet, self._year, self._lost = sheet, year, header.lost
        self._positions = {column.name: position for position, column in header.columns.items()}
        self._places = {name: at for at, name in enumerate(self._positions)}
        #: Position, column, what its blanks and its texts were read as.
        self._columns: list[tuple[int, Column, dict[str | None, Any]]] = [
            (position, column, {}) for position, column in header.columns.items()
        ]

    def read(self, number: int, cells: Mapping[int, Cell]) -> tuple[Row, list[SheetError]]:
        """Return a row and what was refused of it."""
        values: list[Any] = []
        refusals: dict[str, CellRefused] = {}
        filled: list[Cell | None] = []
        text = Kind.TEXT
        for position, column, known in self._columns:
            cell = cells.get(position)
            filled.append(cell)
            # A text alone: other cells may be worth another thing by their kind.
            key = None if cell is None else cell.value
            plain = cell is None or cell.kind is text
            if plain and key in known:
                values.append(known[key])
                continue
            try:
                value = column.read(cell, year=self._year)
            except CellRefused as refusal:
                values.append(None)
                refusals[column.name] = refusal
            else:
                values.append(value)
                if plain and len(known) < KEPT_VALUES:
                    known[key] = value
        refused = frozenset(refusals) if refusals else NONE_REFUSED
        row = Row(
            self._sheet,
            number,
            _Values(self._places, values),
            tuple(filled),
            self._positions,
            refused,
            self._lost,
        )
        return row, [row.error(name, refusal.reason, refusal.remedy) for name, refusal in refusals.items()]
