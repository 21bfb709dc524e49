"""Finds the header row of a sheet as cadres make them: below a title and a unit line, not always in column A."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from fupin.sheets.cells import Cell, Kind, bracketed, label_key, stated_parts
from fupin.sheets.columns import Column
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Sheet

HEADER_WITHIN_ROWS = 10
CLOSE = 0.5
#: Headers of columns that hold nothing of the user's; 说明 is what a marked file came back with.
PASSED_OVER = ("序号", "编号", "说明")

# Units that differ by a factor: a header in the wrong one is an error of 10,000 times, not a spelling.
_MEASURES = (
    (("元", "元整", "人民币元"), ("万元",), ("亿元",)),
    (("亩",), ("万亩",), ("公顷", "ha", "hm2"), ("平方米", "m2", "㎡", "平米"), ("平方公里", "km2")),
    (("米", "m"), ("公里", "千米", "km")),
    (("人",), ("万人",), ("户",)),
    (("斤",), ("公斤", "千克", "kg"), ("吨", "t")),
)
_UNITS = {
    name: (measure, unit[0]) for measure, units in enumerate(_MEASURES) for unit in units for name in unit
}

Numbered = tuple[int, Mapping[int, Cell]]
#: For a sheet and its headers, as they are compared: the column that each was said to mean, "" for none.
Matcher = Callable[[Sheet, frozenset[str]], Mapping[str, str]]


def as_named(_sheet: Sheet, _keys: frozenset[str]) -> Mapping[str, str]:
    """No header means anything else than it says."""
    return {}


@dataclass(frozen=True, slots=True)
class Matched:
    """A header of a file, the column it is read as ("" for none), and the one that it may be meant for."""

    sheet: str
    position: int
    text: str
    column: str
    proposed: str = ""


@dataclass(frozen=True)
class Header:
    """Where the header stands, and which position holds which column."""

    row: int
    columns: Mapping[int, Column]
    ignored: tuple[str, ...]
    errors: tuple[SheetError, ...]
    lost: frozenset[str]
    """Names of columns that are not there, but for those that may be missing: each has its error."""
    matched: tuple[Matched, ...]


def find_header(sheet: Sheet, rows: Iterable[Numbered], matcher: Matcher = as_named) -> Header | None:
    """Return the header among the first rows of a sheet, the row that has most of its labels; None if none has two."""
    best: Numbered | None = None
    most = min(2, len(sheet.columns)) - 1
    above: list[str] = []
    stated: frozenset[tuple[int, str]] = frozenset()
    upper: Mapping[int, Cell] = {}
    for number, cells in rows:
        # A header of several rows: a label merged down over them stands in the uppermost one.
        kept = {at: cell for at, cell in upper.items() if at not in cells and _key(cell) in sheet.by_key}
        own = _under_groups(sheet, upper, cells)
        # A row of nothing but the units of the labels above it belongs to the header too.
        units = all(own[at] is not cell and cell.value != own[at].value for at, cell in cells.items())
        upper = cells = {**kept, **own}
        matches = len({sheet.by_key[key].name for key in map(_key, cells.values()) if key in sheet.by_key})
        if matches > most or (best and matches == most and units):
            best, most, stated = (number, cells), matches, _stated_units(above)
        above += [cell.value for cell in upper.values() if cell.kind is Kind.TEXT]
    return _read_header(sheet, *best, stated, matcher) if best else None


def _under_groups(sheet: Sheet, upper: Mapping[int, Cell], cells: Mapping[int, Cell]) -> Mapping[int, Cell]:
    """The cells of a row, of which one that says nothing alone is read with the label of the group above it.

    A group is merged across its columns, and its label stands above the first of them: 耕地 over 面积 is 耕地面积.
    """
    joined: dict[int, Cell] = {}
    for at, cell in cells.items():
        group = next((upper[place] for place in sorted(upper, reverse=True) if place <= at), None)
        if group is not None and Kind.TEXT is cell.kind is group.kind and _key(cell) not in sheet.by_key:
            whole = Cell(Kind.TEXT, group.value.strip() + cell.value.strip())
            cell = whole if _key(whole) in sheet.by_key else cell
        joined[at] = cell
    return joined


def _key(cell: Cell) -> str:
    return label_key(cell.value) if cell.kind is Kind.TEXT else ""


def _stated_units(texts: Iterable[str]) -> frozenset[tuple[int, str]]:
    """Return the units that the lines above the header state for the whole sheet."""
    return frozenset(_UNITS[part] for part in stated_parts(texts) if part in _UNITS)


def _read_header(
    sheet: Sheet, row: int, cells: Mapping[int, Cell], stated: frozenset[tuple[int, str]], matcher: Matcher
) -> Header:
    """Place every column, and name the ones that are missing, twice there or in another unit."""
    placed: dict[int, Column] = {}
    unknown: dict[int, str] = {}
    errors: list[SheetError] = []
    said = matcher(sheet, frozenset(map(_key, cells.values())))
    for position, cell in sorted(cells.items()):
        key = _key(cell)
        column = sheet.by_name.get(said[key]) if key in said else sheet.by_key.get(key)
        place = f"{get_column_letter(position)}{row}"
        if column is None:
            unknown[position] = cell.value
        elif column in placed.values():
            remedy = "请删去多余的一列，只留一列"
            errors.append(SheetError.at(sheet.name, place, cell.value, f"“{column.label}”出现了两列", remedy))
        else:
            placed[position] = column
            wrong = _other_unit(column, cell.value, stated)
            if wrong:
                reason = f"单位是{wrong}，应为{column.unit}"
                remedy = f"请把整列换算成{column.unit}，表头改为“{column.header}”"
                errors.append(SheetError.at(sheet.name, place, cell.value, reason, remedy))
    lost = set()
    asked = {at: text for at, text in unknown.items() if label_key(text) not in said}
    proposed: dict[int, str] = {}
    for column in sheet.columns:
        if column not in placed.values() and not (sheet.selective and column.optional):
            near = _nearest(column, asked)
            if near is not None:
                proposed.setdefault(near, column.name)
            error = _missing(sheet, column, row, near, unknown)
            if error:
                errors.append(error)
                lost.add(column.name)
    ignored = tuple(text for text in unknown.values() if label_key(text) not in PASSED_OVER)
    matched = tuple(
        Matched(sheet.name, at, cell.value, placed[at].name if at in placed else "", proposed.get(at, ""))
        for at, cell in sorted(cells.items())
    )
    return Header(row, placed, ignored, tuple(errors), frozenset(lost), matched)


def _other_unit(column: Column, text: str, stated: frozenset[tuple[int, str]]) -> str:
    """Return the unit that a header, or the line above for all of them, states where it is not the column's."""
    wanted = _UNITS.get(column.unit.casefold())
    if wanted is None:
        return ""
    known = [_UNITS[unit] for unit in bracketed(text) if unit in _UNITS]
    if not known:
        known = [unit for unit in stated if unit[0] == wanted[0]]
    return "" if not known or wanted in known else known[0][1]


def _nearest(column: Column, unknown: Mapping[int, str]) -> int | None:
    """The position of the header that looks most like a column's; None if none looks like it."""
    near = [
        (max(difflib.SequenceMatcher(None, label_key(text), key).ratio() for key in column.keys), position)
        for position, text in unknown.items()
    ]
    ratio, position = max(near, default=(0.0, 0))
    return position if ratio >= CLOSE else None


def _missing(
    sheet: Sheet, column: Column, row: int, near: int | None, unknown: Mapping[int, str]
) -> SheetError | None:
    """Return the error for a column that is not there, pointing at the header that looks most like it."""
    if near is not None:
        place = f"{get_column_letter(near)}{row}"
        reason = f"缺少“{column.header}”列，这一列的表头与它相近"
        remedy = f"如果就是这一列，请把表头改为“{column.header}”；否则请补上该列"
        return SheetError.at(sheet.name, place, unknown[near], reason, remedy)
    if column.optional:
        return None
    remedy = f"请在表头中加上“{column.header}”，没有数据可留空列；或下载空白模板填写"
    return SheetError.at(sheet.name, f"第{row}行", None, f"缺少“{column.header}”列", remedy)
