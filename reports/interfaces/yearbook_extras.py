"""What the yearbook's workbook has beside its tables: cover, contents, charts, proof sheet, definitions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.axis import ChartLines
from openpyxl.chart.label import DataLabelList
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from fupin.sheets import styles
from reports.figures.declare import Figure, Measure
from reports.figures.yearbook import OF_BATCHES, OF_CAUSES, OF_PLACES
from reports.interfaces.proof import Piece, Shown, shown
from reports.interfaces.yearbook_sheet import (
    BOLD,
    PLAIN,
    WRONG,
    Heading,
    Looks,
    Page,
    Written,
    across,
    begin,
    finish,
    head,
    height_of,
    link_to,
)
from reports.queries.proof import Line, Number
from reports.queries.yearbook import Kind, Yearbook
from reports.wording.saying import NO_DATA

_COVER_TITLE = Font(name="方正小标宋简体", size=32, bold=True)
_COVER_LINE = Font(name="宋体", size=16)
_UNDERLINED = Border(bottom=Side(style="thin"))
#: So many places a chart of places has room for.
CHARTED = 30
#: Widths of the proof sheet.
PROOF_WIDTHS = (6, 14, 22, 32, 64, 14, 30, 14, 12, 7, 9)


def add_cover(book: Workbook, yearbook: Yearbook, on: date, tab: str) -> None:
    """Title, unit, year, date, and the lines to be signed."""
    sheet = book.create_sheet(tab)
    for letter, width in (("A", 30), ("B", 24), ("C", 40), ("D", 30)):
        sheet.column_dimensions[letter].width = width
    sheet.row_dimensions[1].height = 110
    across(sheet, 2, 1, 4, yearbook.title, _COVER_TITLE, styles.CENTRED)
    sheet.row_dimensions[2].height = 90
    sheet.row_dimensions[3].height = 60
    lines = (
        ("编制单位：", yearbook.place.region.name), ("统计年度：", f"{yearbook.place.year}年"),
        ("编制日期：", styles.today_line(on)), ("填报人：", ""), ("审核人：", ""), ("单位负责人：", ""),
    )  # fmt: skip
    for row, (label, value) in enumerate(lines, start=4):
        sheet.row_dimensions[row].height = 34
        for column, text, across_ in ((2, label, "right"), (3, value, "center")):
            cell = sheet.cell(row, column)
            styles.put(cell, text or None)
            cell.font, cell.alignment = _COVER_LINE, Alignment(horizontal=across_, vertical="bottom")
        sheet.cell(row, 3).border = _UNDERLINED
    styles.set_up_page(sheet, 1)
    sheet.print_title_rows, sheet.freeze_panes = None, None
    sheet.oddFooter.center.text = None
    sheet.print_options.horizontalCentered = True
    sheet.sheet_view.showGridLines = False


def add_contents(sheet: Worksheet, pages: Sequence[tuple[str, str]], yearbook: Yearbook) -> None:
    """Fill the contents: the sheets with their titles, each a link."""
    for letter, width in (("A", 8), ("B", 70), ("C", 26)):
        sheet.column_dimensions[letter].width = width
    across(sheet, 1, 1, 3, "目　录", styles.TITLE_FONT, styles.CENTRED)
    sheet.row_dimensions[1].height = 40
    for column, text in enumerate(("序号", "内容", "工作表"), start=1):
        cell = sheet.cell(2, column)
        styles.put(cell, text)
        cell.font, cell.fill, cell.border, cell.alignment = (
            styles.HEADER_FONT, styles.HEADER_FILL, styles.BORDER, styles.CENTRED,
        )  # fmt: skip
    for number, (tab, title) in enumerate(pages, start=1):
        row = number + 2
        for column, value in enumerate((number, title, tab), start=1):
            cell = sheet.cell(row, column)
            styles.put(cell, value)
            cell.font, cell.border, cell.alignment = styles.BODY_FONT, styles.BORDER, styles.WRAPPED
            if column > 1:
                link_to(cell, tab)
                cell.font = Font(name="宋体", size=11, color="FF0563C1", underline="single")
        sheet.row_dimensions[row].height = 22
    styles.set_up_page(sheet, 2)
    sheet.page_setup.orientation = "portrait"
    sheet.print_options.horizontalCentered = True


def add_definitions(
    book: Workbook,
    looks: Looks,
    figures: Sequence[Figure],
    tables: Sequence[Written],
    tab: str,
    contents: str,
) -> Page:
    """What each figure counts, and how its total comes about; the tables' headings lead here."""
    widths = [6, 34, 9, 60, 46, 14]
    page = begin(
        book, looks, tab, title="指标口径", unit_line="表头的每个指标都可以点到这里", widths=widths, back=contents,
    )  # fmt: skip
    head(page, [Heading((text,)) for text in ("序号", "指标", "单位", "口径", "统计范围", "合计")])
    for number, figure in enumerate(figures, start=1):
        total = (
            "各村相加" if figure.adds_up else "按公式" if figure.measure is Measure.RATIO else "不重复计数"
        )
        values = (number, figure.label, figure.unit, figure.definition, figure.base.description, total)
        cells = [page.number(number), *(page.cell(at, value) for at, value in enumerate(values[1:], start=2))]
        page.add(
            cells, height=height_of(((figure.definition, widths[3]), (figure.base.description, widths[4])))
        )
    finish(page, 2)
    return page


def add_proof(book: Workbook, looks: Looks, yearbook: Yearbook, tab: str, contents: str) -> Page:
    """The proof sheet: what does not tie first, the villages' with it; then everything of the whole."""
    proof, where = yearbook.proof, yearbook.place
    wrong = [shown(line) for line in proof.wrong]
    wrong += [shown(line) for lines in proof.wrong_villages.values() for line in lines]
    right = [shown(line) for line in proof.lines if line.holds]
    said = f"不一致{len(wrong)}项" if wrong else "全部一致"
    page = begin(
        book, looks, tab, title=f"{where.region.name}{where.year}年勾稽表",
        unit_line=f"填报单位：{where.region.name}　　逐村核对{proof.villages}个村{proof.village_lines}项，{said}；金额单位：元",
        widths=PROOF_WIDTHS, back=contents,
    )  # fmt: skip
    labels = ("序号", "地区", "规则", "核对内容", "左边", "数", "右边", "数", "差", "单位", "结果")
    head(page, [Heading((text,)) for text in labels])
    for number, each in enumerate((*wrong, *right), start=1):
        _proof_row(page, number, each)
    finish(page, 4)
    return page


def _proof_row(page: Page, number: int, each: Shown) -> None:
    line, row = each.line, page.next_row
    look = WRONG if each.is_wrong else PLAIN
    left, right = line.sides
    texts = [_told(each.left_pieces), _told(each.right_pieces)]
    cells = [
        page.number(number, look), page.cell(2, str(line.place.region), look), page.cell(3, line.rule, look),
        page.cell(4, line.title, look), page.cell(5, texts[0], look), _number(page, 6, left, line, look),
        page.cell(7, texts[1], look), _number(page, 8, right, line, look),
    ]  # fmt: skip
    known = left is not None and right is not None
    cells.append(
        page.cell(9, line.difference, look, _places(line), f"F{row}-H{row}") if known else page.silent(9, "")
    )
    cells += [page.cell(10, line.unit, look), page.cell(11, each.verdict, look)]
    room = (PROOF_WIDTHS[4], PROOF_WIDTHS[6], PROOF_WIDTHS[3])
    page.add(cells, height=height_of(zip((*texts, line.title), room, strict=True)))


def _number(page: Page, column: int, value: Number | None, line: Line, look: str) -> str:
    return page.silent(column, NO_DATA) if value is None else page.cell(column, value, look, _places(line))


def _places(line: Line) -> int:
    return 2 if line.unit == "元" else 0


def _told(pieces: Sequence[Piece]) -> str:
    return " ".join(
        f"{piece.sign} {piece.label.rpartition('：')[2]} {piece.text}".strip() for piece in pieces
    )


def add_charts(
    book: Workbook, looks: Looks, yearbook: Yearbook, tables: Sequence[Written], tab: str, contents: str
) -> Page:
    """Charts of the tables' own cells: the numbers stand beside them, as links to where they come from."""
    page = begin(
        book, looks, tab, title=f"{yearbook.title}图表", unit_line="数字取自各表，表中改动后图随之变化",
        widths=[22, 14, 14, *[11] * 12], back=contents,
    )  # fmt: skip
    where = {
        h.figure.code: (table, at)
        for table in reversed(tables)
        for at, h in enumerate(table.grid.heads)
        if h.figure
    }
    table, _ = where[OF_PLACES[0].households.code]
    kind = Kind.TOWNSHIP if any(row.kind is Kind.TOWNSHIP for row in table.grid.rows) else Kind.VILLAGE
    places = [(at, row) for at, row in enumerate(table.grid.rows) if row.kind is kind][:CHARTED]
    head(page, [Heading((text,)) for text in ("各地贫困户（户）", *(pair.label for pair in OF_PLACES))])
    first = page.next_row
    for at, row in places:
        name = row.names[0] if kind is Kind.TOWNSHIP else row.names[-1]
        page.add(
            [
                page.cell(1, name),
                *(_linked(page, 2 + i, where, pair.households, at) for i, pair in enumerate(OF_PLACES)),
            ]
        )
    _draw(page, "各地贫困户（户）", first, 2, "E4", stacked=True)
    anchors = ("E24", "E44")
    for anchor, title, pairs in zip(
        anchors, ("主要致贫原因（户）", "五个一批（户）"), (OF_CAUSES, OF_BATCHES), strict=True
    ):
        page.add([])
        page.add([page.cell(1, title, BOLD), page.cell(2, "户数", BOLD)])
        first = page.next_row
        for pair in pairs:
            page.add(
                [page.cell(1, pair.label.rpartition("：")[2]), _linked(page, 2, where, pair.households, 0)]
            )
        _draw(page, title, first, 1, anchor)
    finish(page, 1)
    page.sheet.freeze_panes, page.sheet.print_title_rows = None, None
    page.sheet.page_setup.fitToHeight = 1
    return page


def _linked(
    page: Page, column: int, where: Mapping[str, tuple[Written, int]], figure: Figure, row: int
) -> str:
    """A table's number, as a link to its cell."""
    table, at = where[figure.code]
    value = table.grid.rows[row].values[at]
    if isinstance(value, str):
        return page.silent(column, value)
    return page.cell(column, value, formula=table.address(row, at))


def _draw(page: Page, title: str, first: int, columns: int, anchor: str, *, stacked: bool = False) -> None:
    """Bars of the rows from a first to the last, the names being in the first column and the headings above."""
    if page.next_row == first:
        return
    chart = BarChart()
    chart.type, chart.title, chart.style = "col", title, 10
    last = page.next_row - 1
    chart.add_data(
        Reference(page.sheet, min_col=2, max_col=1 + columns, min_row=first - 1, max_row=last),
        titles_from_data=True,
    )
    chart.set_categories(Reference(page.sheet, min_col=1, min_row=first, max_row=last))
    if stacked:
        chart.grouping, chart.overlap = "stacked", 100
    else:
        chart.legend = None
        chart.dataLabels = DataLabelList(
            showVal=True, showSerName=False, showCatName=False, showLegendKey=False, showPercent=False
        )
    # Left alone, newer programs draw no axes.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.majorGridlines = ChartLines()
    chart.gapWidth = 60
    chart.width, chart.height = 24, 9.5
    page.sheet.add_chart(chart, anchor)
