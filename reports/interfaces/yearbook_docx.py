"""The yearbook as a Word document: the same tables on A4 across, in the fonts of official documents."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import groupby
from xml.sax.saxutils import escape

from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.oxml.table import CT_Tbl
from docx.shared import Mm

from fupin.sheets.styles import today_line
from fupin.words import half_up
from reports.interfaces.documents import sealed, xml_text
from reports.interfaces.docx import name_document, write_paragraph
from reports.interfaces.gbt9704 import (
    BODY_FONT,
    BODY_SIZE,
    EAST_ASIAN,
    HEADING_FONT,
    LATIN_FONT,
    PAPER_HEIGHT,
    PAPER_WIDTH,
    Style,
    empty_document,
)
from reports.interfaces.yearbook_grids import Grid, Value, grids_of, spans_of
from reports.queries.yearbook import Kind, Yearbook

#: Margins of A4 across, the width between them, and the widths of a number, of a name, and at least of a column, in mm.
SIDES, EDGES, WIDTH = 22, 25, 253
NUMBER, NAME, COLUMN = 9, 23, 10.5
#: 小五, and 五号 for what stands around a table; in half points.
SMALL, AROUND = 18, 21
_TWIPS_A_MM = 56.7
_PLAIN = '<w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
#: The styles of tables, beside those of every document.
STYLES = (
    Style("TableText", "Table Text", BODY_FONT, SMALL, f'{_PLAIN}<w:jc w:val="center"/>', LATIN_FONT),
    Style("TableHead", "Table Head", HEADING_FONT, SMALL, f'<w:keepNext/>{_PLAIN}<w:jc w:val="center"/>'),
    Style(
        "TableTitle",
        "Table Title",
        HEADING_FONT,
        BODY_SIZE,
        f'<w:keepNext/><w:pageBreakBefore/>{_PLAIN}<w:jc w:val="center"/>',
    ),
    Style("TableNote", "Table Note", BODY_FONT, AROUND, f"{_PLAIN}", LATIN_FONT),
)
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def as_docx(yearbook: Yearbook, *, on: date, tell: Callable[[str], None] = lambda part: None) -> bytes:
    """The document as of a day; `tell` is told each table that comes next.

    The same yearbook on the same day is the same file, byte by byte.
    """
    document = empty_document(STYLES)
    name_document(document, yearbook.title, on)
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = PAPER_HEIGHT, PAPER_WIDTH
    section.left_margin = section.right_margin = Mm(SIDES)
    section.top_margin = section.bottom_margin = Mm(EDGES)
    section.footer_distance = Mm(15)
    for _ in range(3):
        write_paragraph(document, "Body Text", "")
    write_paragraph(document, "Title", yearbook.title)
    for line in (
        f"编制单位：{yearbook.place.region.name}", f"编制日期：{today_line(on)}", "填报人：　　　　　　　　审核人：　　　　　　　　单位负责人：　　　　　　　　",
    ):  # fmt: skip
        write_paragraph(document, "Signature", line).alignment = WD_ALIGN_PARAGRAPH.CENTER
    for number, grid in enumerate(grids_of(yearbook), start=1):
        tell(grid.title)
        title = f"表{number}　{yearbook.place.region.name}{yearbook.place.year}年{grid.title}统计表"
        for at, columns in enumerate(_leaves(grid)):
            write_paragraph(document, "Table Title", f"{title}（续）" if at else title)
            write_paragraph(document, "Table Note", f"填报单位：{yearbook.place.region.name}　　单位：见表头")
            document.element.body.insert_element_before(_table(grid, columns), "w:sectPr")
            for note_at, note in enumerate(grid.notes, start=1):
                write_paragraph(document, "Table Note", f"注{note_at}：{note}")
    target = io.BytesIO()
    document.save(target)
    return sealed(target.getvalue(), on=on)


def _leaves(grid: Grid) -> Iterator[list[int]]:
    """The columns page by page: as many as fit across, cut where a heading ends."""
    most = int((WIDTH - NUMBER - NAME * len(grid.places)) / COLUMN)
    page: list[int] = []
    for _, members in groupby(range(len(grid.heads)), key=lambda at: grid.heads[at].headings[:-1] or at):
        group = list(members)
        if page and len(page) + len(group) > most:
            yield page
            page = []
        page += group
    yield page


def _table(grid: Grid, columns: Sequence[int]) -> CT_Tbl:
    heads = [grid.heads[at] for at in columns]
    names = [NUMBER, *[NAME] * len(grid.places)]
    rest = min((WIDTH - sum(names)) / len(heads), 2.2 * COLUMN)
    widths = [round(width * _TWIPS_A_MM) for width in (*names, *[rest] * len(heads))]
    headings = [*((text,) for text in ("序号", *grid.places)), *(head.headings for head in heads)]
    rows = [*_header(headings, widths), *_rows(grid, columns, widths)]
    columns_xml = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = '<w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/>'
    xml = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{_BORDERS}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{columns_xml}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )
    return parse_xml(xml)


def _header(headings: Sequence[tuple[str, ...]], widths: Sequence[int]) -> Iterator[str]:
    """The rows of the header, which every page repeats."""
    depth = max(map(len, headings))
    spans = {(span.row, span.column): span for span in spans_of(headings)}
    merged = {
        (row, span.column) for span in spans.values() for row in range(span.row + 1, span.row + span.down)
    }
    for row in range(depth):
        cells, column = [], 0
        while column < len(headings):
            span = spans.get((row, column))
            if (row, column) in merged:
                cells.append(_cell("", widths[column], "TableHead", more="<w:vMerge/>"))
                column += 1
                continue
            assert span is not None  # every place of the header is a span's or below one
            more = f'<w:gridSpan w:val="{span.across}"/>' if span.across > 1 else ""
            more += '<w:vMerge w:val="restart"/>' if span.down > 1 else ""
            cells.append(_cell(span.text, sum(widths[column : column + span.across]), "TableHead", more=more))
            column += span.across
        yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _rows(grid: Grid, columns: Sequence[int], widths: Sequence[int]) -> Iterator[str]:
    deep, count = grid.deep, 0
    for row in grid.rows:
        is_line = row.kind is Kind.VILLAGE or (row.kind is Kind.TOWNSHIP and not deep)
        count += is_line
        style = "TableText" if is_line else "TableHead"
        texts = [str(count) if is_line else "", *row.names]
        texts += [_said(row.values[at], grid.heads[at].places) for at in columns]
        cells = "".join(_cell(text, width, style) for text, width in zip(texts, widths, strict=True))
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _said(value: Value, places: int) -> str:
    return value if isinstance(value, str) else f"{half_up(Decimal(value), places):,}"


def _cell(text: str, width: int, style: str, *, more: str = "") -> str:
    run = (
        f'<w:r><w:rPr>{EAST_ASIAN}</w:rPr><w:t xml:space="preserve">{escape(xml_text(text))}</w:t></w:r>'
        if text
        else ""
    )
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{more}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{run}</w:p></w:tc>'
    )
