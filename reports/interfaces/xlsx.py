"""A summary as a workbook: its figures with their definitions, its text, its remarks, and the tables it rests on."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from fupin.sheets import styles
from fupin.sheets.cells import clean_text
from fupin.sheets.columns import Column, DecimalColumn, IntegerColumn, TextColumn
from fupin.sheets.writing import HEADER_ROW, begin_list, row_cells, total_cells
from fupin.words import plain
from reports.figures.declare import WAN_YUAN, Figure
from reports.figures.result import Result
from reports.interfaces.definitions import Definitions
from reports.interfaces.documents import row_height, sealed, xml_text
from reports.queries.summary import Summary
from reports.wording.saying import NO_DATA, coverage

FIGURES = (
    TextColumn(name="section", label="章节", width=30),
    TextColumn(name="label", label="指标", width=38),
    TextColumn(name="value", label="数值", width=16),
    TextColumn(name="unit", label="单位", width=8),
    TextColumn(name="definition", label="口径", width=66),
    IntegerColumn(name="rows", label="记录数", width=10),
)
#: Writes a number as text where a spreadsheet would lose its last digits.
NUMBER = DecimalColumn(name="value", label="数值")
WITH_PLACES = ("元", WAN_YUAN, "%")
TEXT = (
    TextColumn(name="section", label="章节", width=30),
    TextColumn(name="text", label="正文", width=62),
)
REMARKS = (
    IntegerColumn(name="number", label="序号", width=8),
    TextColumn(name="text", label="核对提示", width=80),
)
#: Widths that together fit on A4 upright without becoming small.
UPRIGHT_WIDTH = 92
_NOT_IN_A_TAB = re.compile(r"[\[\]:*?/\\'\s]+")
#: Excel's 31, with room for the number that tells two tabs of one name apart.
_LONGEST_TAB = 28


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table behind the report: its name, its columns, its rows and 合计 by column name.

    Columns with personal numbers are left out, since the workbook is sent on.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Mapping[str, Any]]
    totals: Mapping[str, Any] | None = None


def as_xlsx(summary: Summary, *, tables: Iterable[Table], on: date) -> bytes:
    """The workbook as of a day, the sheets 指标, 正文, 核对提示 (if there are any), one for each table, 指标口径.

    The same report on the same day is the same file, byte by byte.
    """
    workbook = Workbook(write_only=True)
    about = workbook.properties
    about.title, about.creator, about.language = xml_text(summary.title), "", "zh-CN"
    about.created = datetime.combine(on, time.min)
    place = summary.window.region.name
    line = f"填报单位：{place}　期间：{summary.period}　日期：{styles.today_line(on)}"

    definitions = Definitions(result.figure for result in summary.results)
    _write_figures(workbook, summary, line, definitions)
    _write(workbook, "正文", Table(title=summary.title, columns=TEXT, rows=_lines(summary)), line)
    remarks = [{"number": n, "text": remark.text} for n, remark in enumerate(summary.remarks, start=1)]
    if remarks:
        _write(
            workbook, "核对提示", Table(title=f"{summary.title}核对提示", columns=REMARKS, rows=remarks), line
        )
    for table in tables:
        _write(workbook, table.title, replace(table, title=f"{place}{table.title}"), line)

    definitions.write(workbook)
    target = io.BytesIO()
    workbook.save(target)
    return sealed(target.getvalue(), on=on)


def _write_figures(workbook: Workbook, summary: Summary, line: str, definitions: Definitions) -> None:
    page = workbook.create_sheet("指标")
    body = begin_list(page, FIGURES, title=f"{summary.title}指标表", unit_line=line)
    stated = ((section.title, result) for section in summary.sections for result in section.results)
    for number, (section, result) in enumerate(stated, start=HEADER_ROW + 1):
        cells = row_cells(page, body, FIGURES, _record(section, result))
        if not isinstance(result.shown, str | None):
            cell = _of_its_own(cells[[column.name for column in FIGURES].index("value")])
            cell.number_format = _format(result.figure, Decimal(result.shown))
        named = [column.name for column in FIGURES].index("label")
        cells[named].row, cells[named].column = number, named + 1
        definitions.link(_of_its_own(cells[named]), result.figure, font=styles.BODY_FONT)
        _append(page, number, FIGURES, cells)
    _finish(page, FIGURES)


def _record(section: str, result: Result) -> dict[str, Any]:
    figure, value = result.figure, result.shown
    if value is None:
        stated = NO_DATA
    else:
        stated = value if isinstance(value, str) else NUMBER.write(value)
    return {
        "section": section,
        "label": figure.label,
        "value": stated,
        "unit": figure.unit,
        "definition": figure.definition + coverage(result),
        "rows": None if value is None else result.rows,
    }


def _format(figure: Figure, value: Decimal) -> str:
    """Money and shares with their places, at least two of more; a length or an area with those it has."""
    if figure.unit in WITH_PLACES:
        decimals, rest = min(figure.places, 2), figure.places - 2
    else:
        decimals, rest = len(plain(value).partition(".")[2]), 0
    return "#,##0" + ("." if decimals else "") + "0" * decimals + "#" * rest


def _lines(summary: Summary) -> Iterable[dict[str, Any]]:
    """Each paragraph in a row, the first of a section with its title."""
    for section in summary.sections:
        lines = ["".join(run.text for run in paragraph) for paragraph in section.paragraphs]
        for number, text in enumerate(filter(None, lines) if any(lines) else [""]):
            yield {"section": None if number else section.title, "text": text}


def _write(workbook: Workbook, tab: str, table: Table, line: str) -> None:
    rows = list(table.rows)
    shown = [*rows, *([table.totals] if table.totals else [])]
    columns = tuple(_fitted(column, shown) for column in table.columns if not column.sensitive)
    page = workbook.create_sheet(_tab(tab))
    body = begin_list(page, columns, title=table.title, unit_line=line)
    for number, row in enumerate(rows, start=HEADER_ROW + 1):
        _append(page, number, columns, row_cells(page, body, columns, row))
    if table.totals is not None:
        cells = total_cells(page, body, columns, table.totals)
        for cell in cells:
            _of_its_own(cell).font = styles.HEADER_FONT
        page.append(cells)
    _finish(page, columns)


def _fitted(column: Column, rows: Sequence[Mapping[str, Any]]) -> Column:
    """The column, wide enough for its longest number: text is wrapped, but a number would show as ####."""
    if not isinstance(column, DecimalColumn):
        return column
    written = (column.write(row[column.name]) for row in rows if row.get(column.name) is not None)
    longest = max((len(f"{int(Decimal(number)):,}") for number in written), default=0)
    return replace(column, width=max(column.width, longest + bool(column.places) + column.places + 2))


def _of_its_own(cell: Any) -> Any:
    """The cell with a style that it shares with no other: those of a column are one object."""
    cell._style = copy(cell._style)
    return cell


def _append(page: WriteOnlyWorksheet, number: int, columns: Sequence[Column], cells: list[Any]) -> None:
    """Append a row, as high as its longest text."""
    texts = [
        (cell.value if isinstance(cell.value, str) else "", column.width)
        for column, cell in zip(columns, cells, strict=True)
    ]
    if height := row_height(texts):
        page.row_dimensions[number].height = height
    page.append(cells)


def _tab(title: str) -> str:
    return _NOT_IN_A_TAB.sub(" ", clean_text(title)).strip()[:_LONGEST_TAB] or "表"


def _finish(page: WriteOnlyWorksheet, columns: Sequence[Column]) -> None:
    if sum(column.width for column in columns) <= UPRIGHT_WIDTH:
        page.page_setup.orientation = "portrait"
    page.print_options.horizontalCentered = True
