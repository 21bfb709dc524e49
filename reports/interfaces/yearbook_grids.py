"""The yearbook's tables as grids: headings, rows, values in the headings' units, and how a total follows from its parts.

A workbook and a Word document write the same grids. A value is not rounded: 万元 have the digits of 分, so that a sum of what
is written is the sum that was measured; how many places are shown is the column's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cached_property
from itertools import takewhile

from funds.enums import FundLevel
from funds.queries.sums import Sums
from reports.figures.declare import SCALES, WAN_YUAN, Figure, Measure
from reports.figures.result import Result
from reports.figures.yearbook import TABLES, Column, Table
from reports.queries.yearbook import Kind, Money, Row, Yearbook
from reports.wording.saying import NO_DATA

#: As many digits as a spreadsheet keeps of a quotient.
_DIGITS = Context(prec=16)
Value = Decimal | int | str
#: The table that is there where money has come.
MONEY_TITLE = "资金分级次"
TOTAL, SUBTOTAL = "合计", "小计"


@dataclass(frozen=True)
class Ratio:
    """A column divided by another, by their indexes: what the quotient is multiplied by is in the heading's unit."""

    part: int
    whole: int
    factor: Decimal


@dataclass(frozen=True)
class Head:
    """A column: its headings from the top down, the places of its numbers, how its totals come about."""

    headings: tuple[str, ...]
    places: int = 0
    #: Whether the rows of a group add up to their total. None of this: the total is told as it was measured.
    adds: bool = True
    ratio: Ratio | None = None
    #: The figure that the heading is the name of.
    figure: Figure | None = None


@dataclass(frozen=True)
class GridRow:
    """A row: the names of the place it is about, its values."""

    kind: Kind
    names: tuple[str, ...]
    values: Sequence[Value]


@dataclass(frozen=True)
class Grid:
    """A table of the yearbook; rows lie under their total, villages of a county under their township."""

    code: str
    title: str
    #: What the columns of names are called.
    places: tuple[str, ...]
    heads: Sequence[Head]
    rows: Sequence[GridRow]
    notes: Sequence[str]

    @property
    def depth(self) -> int:
        """How many rows the header has."""
        return max(len(head.headings) for head in self.heads)

    @cached_property
    def deep(self) -> bool:
        """Whether its rows are villages under their townships."""
        return {row.kind for row in self.rows} == {*Kind}

    @cached_property
    def below(self) -> Sequence[Sequence[int]]:
        """For each row the indexes of those that it is the total of; of a county's whole the townships."""
        kinds = {row.kind for row in self.rows}
        found: list[list[int]] = [[] for _ in self.rows]
        township = None
        for at, row in enumerate(self.rows):
            if row.kind is Kind.TOWNSHIP or (row.kind is Kind.VILLAGE and Kind.TOWNSHIP not in kinds):
                found[0].append(at)
                township = at
            elif row.kind is Kind.VILLAGE and township is not None:
                found[township].append(at)
        return found

    def is_sum(self, index: int, column: int) -> bool:
        """Whether a cell is the sum of the rows below it: it is a total, its column adds up, and these come to it."""
        value = self.rows[index].values[column]
        below = self.below[index]
        if not below or not self.heads[column].adds or not isinstance(value, Decimal | int):
            return False
        known = [v for at in below if isinstance(v := self.rows[at].values[column], Decimal | int)]
        return sum(known) == value


@dataclass(frozen=True)
class Span:
    """A cell of a header: its row and column from 0, its text, over how many columns and rows it goes."""

    row: int
    column: int
    text: str
    across: int = 1
    down: int = 1


def spans_of(headings: Sequence[tuple[str, ...]]) -> Iterator[Span]:
    """The header of columns with these headings: what columns side by side have in common stands over them once."""
    depth = max(map(len, headings))
    for column, texts in enumerate(headings):
        for row in range(len(texts) - 1):
            path = texts[: row + 1]
            if column and headings[column - 1][: row + 1] == path:
                continue
            over = takewhile(lambda other, path=path, row=row: other[: row + 1] == path, headings[column:])
            yield Span(row, column, texts[row], across=len(list(over)))
        last = len(texts) - 1
        yield Span(last, column, texts[last], down=depth - last)


def grids_of(yearbook: Yearbook) -> Iterator[Grid]:
    """Every table."""
    for table in TABLES:
        yield _grid(table, yearbook)
    if yearbook.money:
        yield _money(yearbook)


def _grid(table: Table, yearbook: Yearbook) -> Grid:
    columns = table.columns(yearbook.window)
    index = {column.figure.code: at for at, column in enumerate(columns)}
    heads = [_head(column, index) for column in columns]
    deep = any(row.kind is Kind.TOWNSHIP for row in yearbook.rows)
    rows = [_row(row, columns, deep) for row in yearbook.rows]
    notes = [*_coverage(columns, yearbook.rows[0])]
    if shared := [head.headings[-1] for head in heads if not head.adds and head.ratio is None]:
        notes.append(f"{'、'.join(shared)}在各村之间不重复计数，小计、合计按统计数填写，不是各村之和。")
    if table.note:
        notes.append(table.note)
    places = ("乡镇", "行政村") if deep else ("行政村",)
    return Grid(table.code, table.title, places, heads, rows, notes)


def _head(column: Column, index: dict[str, int]) -> Head:
    figure = column.figure
    ratio = None
    if figure.measure is Measure.RATIO:
        part, whole = figure.parts
        if part.code in index and whole.code in index:
            factor = _scale(figure) * _scale(whole) / _scale(part)
            ratio = Ratio(index[part.code], index[whole.code], factor)
    return Head(column.headings, figure.places, figure.adds_up, ratio, figure)


def _scale(figure: Figure) -> Decimal:
    return Decimal(SCALES.get(figure.unit, 1))


def _row(row: Row, columns: Sequence[Column], deep: bool) -> GridRow:
    name = row.region.name
    if row.kind is Kind.TOTAL:
        names = (TOTAL, "") if deep else (TOTAL,)
    elif row.kind is Kind.TOWNSHIP:
        names = (name, SUBTOTAL)
    else:
        names = (row.region.parent.name if row.region.parent else "", name) if deep else (name,)
    return GridRow(row.kind, names, [value_of(row.results[column.figure.code]) for column in columns])


def value_of(result: Result) -> Value:
    """In the figure's unit and not rounded; words for what no ledger tells."""
    value = result.value
    if value is None or isinstance(value, str):
        return value or NO_DATA
    figure = result.figure
    if figure.unit not in SCALES and isinstance(value, int):
        return value
    scaled = Decimal(value) * _scale(figure)
    return (_DIGITS.plus(scaled) if figure.measure is Measure.RATIO else scaled).normalize()


def _coverage(columns: Sequence[Column], whole: Row) -> Iterator[str]:
    """Of how many villages the columns speak, where that is not all of them."""
    partial: dict[tuple[int, int], list[str]] = defaultdict(list)
    results = [(column, whole.results[column.figure.code]) for column in columns]
    for column, result in results:
        if result.is_partial:
            partial[result.covered, result.villages].append("".join(column.headings[-2:]))
    for (covered, villages), names in partial.items():
        those = (
            "本表"
            if len(names) == len(columns)
            else f"{'、'.join(names[:4])}{f'等{len(names)}列' if len(names) > 4 else ''}"
        )
        yield f"{those}覆盖{covered}/{villages}村；没有台账的村填“{NO_DATA}”，不计入小计和合计。"


#: What is told of each level's money.
_MONEY = (("指标", "effective"), ("到位", "arrived"), ("安排", "allocated"), ("支出", "paid"))


def _money(yearbook: Yearbook) -> Grid:
    whole = yearbook.money[0].by_level
    levels = [level for level in FundLevel if whole[level.value] != Sums()]
    labels = [*((level.value, str(level.label)) for level in levels), ("", TOTAL)]
    heads = [Head((f"{label}（{WAN_YUAN}）", name), 2) for _, label in labels for name, _ in _MONEY]
    paid = len(heads) - 1
    heads.append(Head(("支出率（%）",), 1, adds=False, ratio=Ratio(paid, paid - 1, Decimal(100))))
    rows = [_money_row(line, [code for code, _ in labels]) for line in yearbook.money]
    notes = [
        f"{yearbook.place.year}年度的指标，不论哪一年到位和支付。指标为下达加调增减收回、调减和结转；安排、支出按项目所在地，"
        "上级指标安排到本地项目的也在内。支出率为支出 ÷ 安排。"
    ]
    return Grid("funds", MONEY_TITLE, ("地区",), heads, rows, notes)


def _money_row(line: Money, levels: Sequence[str]) -> GridRow:
    values: list[Value] = []
    for level in levels:
        sums: Sums = line.by_level[level] if level else line.total
        values += [(getattr(sums, name) * SCALES[WAN_YUAN]).normalize() for _, name in _MONEY]
    total = line.total
    values.append(_DIGITS.divide(total.paid * 100, total.allocated) if total.allocated else NO_DATA)
    return GridRow(line.kind, (line.label,), values)
