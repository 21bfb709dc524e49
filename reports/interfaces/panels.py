"""A panel of the dashboard: a table of numbers, each with the way to its rows, that a page also draws as a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby

from fupin.place import Place
from reports.figures.declare import Figure
from reports.figures.measure import Result
from reports.wording.saying import NO_DATA, coverage, said

Value = Decimal | int | None


@dataclass(frozen=True)
class Cell:
    """A number as it is shown, as it is reckoned with (None: 暂无数据), and the list behind it."""

    text: str
    value: Value = None
    url: str = ""
    #: （覆盖17/20村）
    note: str = ""


@dataclass(frozen=True)
class Head:
    """A column's heading: what it is, in which unit, where it is defined."""

    label: str
    unit: str = ""
    url: str = ""
    #: Where the table is sorted by it.
    sort_url: str = ""
    #: How it is sorted now: "", "ascending" or "descending".
    sorted: str = ""
    #: What it stands under together with its neighbours; "" for nothing.
    group: str = ""
    #: Decimal places of its numbers.
    places: int = 0
    #: What stands below it, if that is a figure.
    figure: Figure | None = None
    #: What is to be known of its numbers: 不按户筛选.
    note: str = ""


@dataclass(frozen=True)
class Line:
    """A row: its name, where that leads to, its cells."""

    label: str
    cells: Sequence[Cell]
    url: str = ""
    note: str = ""
    #: What its cells are, if they are figures of its own: a pair, or one figure in several years.
    figures: Sequence[Figure] = ()


@dataclass(frozen=True)
class Panel:
    """A table under a title; `shape` is how it is drawn, "" for not at all, by its first `drawn` columns."""

    code: str
    title: str
    first: str
    heads: Sequence[Head]
    lines: Sequence[Line]
    total: Line | None = None
    shape: str = ""
    drawn: int = 1
    note: str = ""
    download_url: str = ""
    #: Whether it wants the whole width.
    wide: bool = False
    #: Of which villages and households alone it is, in words.
    only: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether no cell says anything."""
        return not any(cell.value is not None for line in self.lines for cell in line.cells)

    @property
    def figures(self) -> list[Figure]:
        """The figures in it, by column or by line; each once."""
        lines = [*self.lines, *([self.total] if self.total else [])]
        columns = [head.figure for head in self.heads if head.figure]
        return list(dict.fromkeys([*columns, *(figure for line in lines for figure in line.figures)]))

    @property
    def groups(self) -> list[tuple[str, int]]:
        """The upper row of the header: what stands there, and over how many columns; none where no heading has one."""
        if not any(head.group for head in self.heads):
            return []
        return [
            (label, len(list(heads))) for label, heads in groupby(self.heads, key=lambda head: head.group)
        ]


@dataclass(frozen=True)
class Links:
    """Where numbers of a place and a window lead to."""

    place: Place
    query: str

    def rows_of(self, figure: Figure, place: Place | None = None) -> str:
        """The rows behind a figure there."""
        return f"{(place or self.place).url('figure_rows', code=figure.code)}?{self.query}"

    def definition_of(self, figure: Figure) -> str:
        """Where it says what a figure counts."""
        return f"{self.place.url('definitions')}#{figure.code}"


def cell_of(result: Result, url: str) -> Cell:
    """A result as a cell; it leads to rows where there are any."""
    shown = result.shown
    if shown is None or isinstance(shown, str):
        return Cell(shown or NO_DATA)
    return Cell(said(result, ""), Decimal(shown), url if result.rows else "", coverage(result))


def head_of(figure: Figure, links: Links, group: str = "") -> Head:
    """A figure's heading, under what it stands together with others."""
    url = links.definition_of(figure)
    return Head(figure.label, figure.unit, url, group=group, places=figure.places, figure=figure)


def sorted_by(panel: Panel, at: int, *, ascending: bool, url: str) -> Panel:
    """The panel with its lines in the order of a column, those without a number last; each heading with the way to its order.

    `url` is the page's address, to which the order is added: the same heading again turns it round.
    """

    def place_of(line: Line) -> tuple[bool, Decimal]:
        value = line.cells[at].value
        return value is None, (Decimal(value or 0) if ascending else -Decimal(value or 0))

    lines = sorted(panel.lines, key=place_of) if 0 <= at < len(panel.heads) else panel.lines
    heads = [
        replace(
            head,
            sort_url=f"{url}sort={panel.code}.{'' if here == at and not ascending else '-'}{here}#{panel.code}",
            sorted=("ascending" if ascending else "descending") if here == at else "",
        )
        for here, head in enumerate(panel.heads)
    ]
    return replace(panel, lines=lines, heads=heads)


def noted_once(panel: Panel) -> Panel:
    """The panel with what all cells of it, or of a line, say of their coverage told once: below it, or beside the line's name."""
    lines = [*panel.lines, *([panel.total] if panel.total else [])]
    said = {cell.note for line in lines for cell in line.cells if cell.value is not None}
    if len(said) == 1:
        lines = [_bare(line) for line in lines]
        note = f"{panel.note}{said.pop().strip('（）')}。" if "" not in said else panel.note
    else:
        lines = [_noted(line) for line in lines]
        note = panel.note
    total = lines.pop() if panel.total else None
    return replace(panel, lines=lines, total=total, note=note)


def _bare(line: Line) -> Line:
    return replace(line, cells=[replace(cell, note="") for cell in line.cells])


def _noted(line: Line) -> Line:
    said = {cell.note for cell in line.cells if cell.value is not None}
    return replace(_bare(line), note=said.pop()) if len(said) == 1 else line
