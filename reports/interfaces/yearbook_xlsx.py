"""The yearbook as a workbook: cover, contents, a sheet for each table, last year beside this one, charts, proof sheet, definitions.

openpyxl makes sheets, headers, print set-up and charts; the rows go into the file as text (fupin/sheets/fast.py), since a
formula needs the value that it comes to beside it, for readers that reckon nothing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from itertools import groupby

from openpyxl import Workbook

from fupin.sheets import styles
from fupin.sheets.fast import save_with_rows
from fupin.words import plain
from reports.figures.declare import Figure
from reports.interfaces.documents import sealed, width_of
from reports.interfaces.yearbook_extras import add_charts, add_contents, add_cover, add_definitions, add_proof
from reports.interfaces.yearbook_grids import Grid, Head, Value, grids_of, value_of
from reports.interfaces.yearbook_sheet import (
    BOLD,
    PLAIN,
    SUB,
    UNITS,
    Heading,
    Looks,
    Page,
    Written,
    begin,
    finish,
    head,
)
from reports.queries.yearbook import Kind, Yearbook
from reports.wording.saying import NO_DATA

COVER, CONTENTS, YEARS, CHARTS, PROOF, DEFINITIONS = "封面", "目录", "年度比较", "图表", "勾稽表", "指标口径"
SIGNED = (
    "填报人：　　　　　　　审核人：　　　　　　　单位负责人：　　　　　　　填报日期：　　　　年　　月　　日"
)
_LOOKS = {Kind.TOTAL: BOLD, Kind.TOWNSHIP: SUB, Kind.VILLAGE: PLAIN}
#: Widths of 序号 and of a column of names.
NUMBER_WIDTH, NAME_WIDTH, LEAST_WIDTH, MOST_HEADING = 5.5, 13, 7.5, 12


def as_xlsx(yearbook: Yearbook, *, on: date, tell: Callable[[str], None] = lambda sheet: None) -> bytes:
    """The workbook as of a day; `tell` is told each sheet that comes next.

    The same yearbook on the same day is the same file, byte by byte.
    """
    book = styles.set_up_book()
    book.remove(book.active)
    book.properties.title, book.properties.language = yearbook.title, "zh-CN"
    book.properties.created = datetime.combine(on, time.min)
    add_cover(book, yearbook, on, COVER)
    contents = book.create_sheet(CONTENTS)
    looks = Looks(contents)
    grids = list(grids_of(yearbook))
    figures = list(dict.fromkeys(h.figure for grid in grids for h in grid.heads if h.figure is not None))
    places = {figure.code: f"A{4 + at}" for at, figure in enumerate(figures)}
    pages: list[Page] = []
    tables: list[Written] = []
    for number, grid in enumerate(grids, start=1):
        tell(grid.title)
        page, table = _table(book, looks, yearbook, grid, number, places)
        pages.append(page)
        tables.append(table)
    tell(YEARS)
    pages.append(_years(book, looks, yearbook, tables))
    pages.append(add_charts(book, looks, yearbook, tables, CHARTS, CONTENTS))
    tell(PROOF)
    pages.append(add_proof(book, looks, yearbook, PROOF, CONTENTS))
    pages.append(add_definitions(book, looks, figures, tables, DEFINITIONS, CONTENTS))
    add_contents(contents, [(page.sheet.title, str(page.sheet["A1"].value)) for page in pages], yearbook)
    target = io.BytesIO()
    numbers = {sheet.title: number for number, sheet in enumerate(book.worksheets, start=1)}
    save_with_rows(book, {numbers[page.sheet.title]: page.rows for page in pages}, target)
    return sealed(target.getvalue(), on=on, level=1)


def _table(
    book: Workbook, looks: Looks, yearbook: Yearbook, grid: Grid, number: int, places: Mapping[str, str]
) -> tuple[Page, Written]:
    names = 1 + len(grid.places)
    widths = [
        NUMBER_WIDTH,
        *[NAME_WIDTH] * len(grid.places),
        *(_width(grid, at) for at in range(len(grid.heads))),
    ]
    where = yearbook.place.region.name
    page = begin(
        book, looks, grid.title, title=f"表{number}　{where}{yearbook.place.year}年{grid.title}统计表",
        unit_line=f"填报单位：{where}　　年度：{yearbook.place.year}年　　单位：见表头", widths=widths, back=CONTENTS,
    )  # fmt: skip
    head(
        page,
        [*(Heading((text,)) for text in ("序号", *grid.places)), *(_heading(h, places) for h in grid.heads)],
    )
    table = Written(grid.title, grid, page.body)
    count = 0
    for index, row in enumerate(grid.rows):
        look = _LOOKS[row.kind] if row.kind is not Kind.TOWNSHIP or grid.deep else PLAIN
        is_line = look == PLAIN
        count += is_line
        cells = [page.number(count if is_line else 0, look)]
        cells += [page.cell(at, name, look) for at, name in enumerate(row.names, start=2)]
        for at, (h, value) in enumerate(zip(grid.heads, row.values, strict=True)):
            if isinstance(value, str):
                cells.append(page.silent(names + 1 + at, value, look))
            else:
                formula = _formula(table, index, at) if grid.below[index] or h.ratio else ""
                cells.append(page.cell(names + 1 + at, value, look, h.places, formula))
        page.add(cells, deeper=grid.deep and is_line)
    for at, note in enumerate(grid.notes, start=1):
        page.text(f"注{at}：{note}")
    page.text(SIGNED)
    if grid.deep:
        page.sheet.sheet_format.outlineLevelRow = 1
        page.sheet.sheet_properties.outlinePr.summaryBelow = False
    finish(page, names)
    return page, table


def _heading(head: Head, places: Mapping[str, str]) -> Heading:
    if head.figure is None:
        return Heading(head.headings)
    return Heading(head.headings, DEFINITIONS, places[head.figure.code], f"口径：{head.figure.definition}")


def _width(grid: Grid, column: int) -> float:
    """As wide as the greatest number, and as a heading of some characters: not every program wraps what is a link."""
    places = grid.heads[column].places
    numbers = [value for row in grid.rows if not isinstance(value := row.values[column], str)]
    longest = len(f"{max(numbers, default=0):,.{places}f}")
    heading = min(width_of(grid.heads[column].headings[-1]) * UNITS, MOST_HEADING)
    return max(LEAST_WIDTH, longest * 1.15 + 1.5, heading + 0.5)


def _formula(table: Written, row: int, column: int) -> str:
    """How a cell follows from others: a total from the rows under it, a ratio from what is divided; "" for what was counted."""
    grid, first = table.grid, table.first_row
    ratio = grid.heads[column].ratio
    if ratio is not None:
        values = grid.rows[row].values
        if not isinstance(values[ratio.part], str) and not isinstance(values[ratio.whole], str):
            times = "" if ratio.factor == 1 else f"*{plain(ratio.factor)}"
            return f"{table.column(ratio.part)}{first + row}/{table.column(ratio.whole)}{first + row}{times}"
    if not grid.is_sum(row, column):
        return ""
    letter = table.column(column)
    return f"SUM({','.join(_ranges(letter, [first + at for at in grid.below[row]]))})"


def _ranges(letter: str, rows: Sequence[int]) -> Iterator[str]:
    """Rows that follow each other as one range."""
    for _, members in groupby(enumerate(rows), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in members]
        first, last = f"{letter}{numbers[0]}", f"{letter}{numbers[-1]}"
        yield first if len(numbers) == 1 else f"{first}:{last}"


def _years(book: Workbook, looks: Looks, yearbook: Yearbook, tables: Sequence[Written]) -> Page:
    """The whole's numbers of last year beside this one's, what has become of them, and by how many percent."""
    year = yearbook.place.year
    page = begin(
        book, looks, YEARS, title=f"{yearbook.place.region.name}{year}年与{year - 1}年比较",
        unit_line=f"填报单位：{yearbook.place.region.name}　　各年度的数字按各年度的台账统计；到户措施和资金自开展扶贫以来累计",
        widths=[NUMBER_WIDTH, 24, 46, 9, 15, 15, 15, 12], back=CONTENTS,
    )  # fmt: skip
    head(
        page,
        [
            Heading((text,))
            for text in ("序号", "表", "指标", "单位", f"{year - 1}年", f"{year}年", "增减", "增减（%）")
        ],
    )
    told: set[str] = set()
    for table in tables:
        for at, each in enumerate(table.grid.heads):
            figure = each.figure
            if figure is None or figure.code in told or figure.code not in yearbook.before:
                continue
            told.add(figure.code)
            was, now = value_of(yearbook.before[figure.code]), table.grid.rows[0].values[at]
            page.add(_year_cells(page, len(told), table, figure, was, now, table.address(0, at)))
    finish(page, 3)
    return page


def _year_cells(
    page: Page, number: int, table: Written, figure: Figure, was: Value, now: Value, address: str
) -> Iterator[str]:
    row, places = page.next_row, figure.places
    yield page.number(number)
    yield page.cell(2, table.grid.title)
    yield page.cell(3, figure.label)
    yield page.cell(4, figure.unit)
    yield page.silent(5, was) if isinstance(was, str) else page.cell(5, was, places=places)
    yield page.silent(6, now) if isinstance(now, str) else page.cell(6, now, places=places, formula=address)
    if isinstance(was, str) or isinstance(now, str):
        yield page.silent(7, NO_DATA)
        yield page.silent(8, NO_DATA)
        return
    yield page.cell(7, now - was, places=places, formula=f"F{row}-E{row}")
    change = Decimal(now - was) * 100 / Decimal(was) if was else None
    yield (
        page.silent(8, "—")
        if change is None
        else page.cell(8, +change, places=1, formula=f"(F{row}-E{row})/E{row}*100")
    )
