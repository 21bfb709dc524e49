"""A summary as a Word document in the layout of official documents. Remarks are for the portal, not for the paper."""

from __future__ import annotations

import io
import math
import re
from datetime import date, datetime, time

from docx.document import Document as DocumentType
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from reports.interfaces.documents import sealed, width_of, xml_text
from reports.interfaces.gbt9704 import AREA_WIDTH, CHARACTERS, SUBHEADING_FONT, TITLE_SIZE, empty_document
from reports.queries.summary import Summary

#: （一） with its heading: to the end of the line, or of a first sentence that still looks like a heading.
_SUBHEADING = re.compile(r"（[一二三四五六七八九十]+）(?:[^。]{0,25}。|[^。：；，]{0,40}$)")
#: The longest that python-docx takes as a property.
_LONGEST_TITLE = 255
#: Between the date and the right margin, in characters: the seal needs the room.
_DATE_INSET = 4


def as_docx(summary: Summary, *, issuer: str, on: date) -> bytes:
    """The report as GB/T 9704 lays it out, signed by the issuer with the date of the report.

    The same report on the same date is the same file, byte by byte.
    """
    document = empty_document()
    name_document(document, summary.title, on)
    _title(document, summary.title)
    for section in summary.sections:
        write_paragraph(document, "Heading 1", section.title)
        for paragraph in section.paragraphs:
            if text := "".join(run.text for run in paragraph):
                _line(document, text)
                # A list's lines follow: its beginning is not left at the foot of a page.
                document.paragraphs[-1].paragraph_format.keep_with_next = text.endswith("：") or None
    _sign(document, issuer, f"{on.year}年{on.month}月{on.day}日")
    target = io.BytesIO()
    document.save(target)
    return sealed(target.getvalue(), on=on)


def name_document(document: DocumentType, title: str, on: date) -> None:
    """Give the document's properties a title and a day, and nobody's name."""
    about = document.core_properties
    about.title = xml_text(title)[:_LONGEST_TITLE]
    about.author = about.last_modified_by = about.comments = ""
    about.language = "zh-CN"
    about.created = about.modified = datetime.combine(on, time.min)


def _title(document: DocumentType, title: str) -> None:
    paragraph = write_paragraph(document, "Title", title)
    size = TITLE_SIZE / 2
    width, room = width_of(title) * size, AREA_WIDTH.pt
    lines = math.ceil(width / room)
    if lines > 1:
        # Lines of about one length, not a last character alone. One character is to spare, since a line may not
        # end inside a number.
        spare = max(0.0, (room - width / lines - size) / 2)
        _indent(paragraph, left=spare, right=spare)


def _line(document: DocumentType, text: str) -> None:
    """A paragraph; （一） begins a heading of the second level, on a line of its own or with its text behind it."""
    heading = _SUBHEADING.match(text)
    if not heading:
        write_paragraph(document, "Body Text", text)
    elif heading.end() == len(text):
        write_paragraph(document, "Heading 2", text)
    else:
        paragraph = write_paragraph(document, "Body Text", heading[0], font=SUBHEADING_FONT)
        _run(paragraph, text[heading.end() :])


def _sign(document: DocumentType, issuer: str, day: str) -> None:
    """Issuer and date below the text, the issuer in the middle above the date, with room for the seal."""
    # Never alone on a page: the last line of the text goes with them.
    document.paragraphs[-1].paragraph_format.keep_with_next = True
    place = AREA_WIDTH.pt / CHARACTERS
    longer = (width_of(issuer) - width_of(day)) / 2
    inset = max(0.0, _DATE_INSET - longer)
    _indent(write_paragraph(document, "Signature", issuer), right=inset * place)
    _indent(write_paragraph(document, "Date", day), right=max(0.0, inset + longer) * place)


def write_paragraph(document: DocumentType, style: str, text: str, *, font: str = "") -> Paragraph:
    """A paragraph in a style of the layout."""
    paragraph = document.add_paragraph(style=style)
    _run(paragraph, text, font)
    return paragraph


def _run(paragraph: Paragraph, text: str, font: str = "") -> None:
    run = paragraph.add_run(xml_text(text))
    fonts = run._r.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:hint"), "eastAsia")
    if font:
        fonts.set(qn("w:eastAsia"), font)


def _indent(paragraph: Paragraph, *, left: float = 0, right: float = 0) -> None:
    paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Pt(left), Pt(right)
