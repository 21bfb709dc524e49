"""The layout of an official document, GB/T 9704-2012, as an empty Word document.

A type area of 156 × 225 mm on A4, with 22 lines of 28 characters. Measures are those of WordprocessingML: twips
(1/20 pt), and half points for sizes, by which 三号 (16 pt) is 32.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.section import Section
from docx.shared import Mm
from docx.text.paragraph import Paragraph

PAPER_WIDTH, PAPER_HEIGHT = Mm(210), Mm(297)
TOP, BOTTOM, LEFT, RIGHT = Mm(37), Mm(35), Mm(28), Mm(26)
AREA_WIDTH, AREA_HEIGHT = Mm(156), Mm(225)
#: From the lower edge of the paper, so that the dashes of the page number lie 7 mm below the text.
FOOTER_DISTANCE = Mm(25)
LINES, CHARACTERS = 22, 28

#: 三号, 二号, 四号.
BODY_SIZE, TITLE_SIZE, PAGE_NUMBER_SIZE = 32, 44, 28
#: 28.95 pt for each line, whatever its fonts: a rare character must not push the page's last line away.
LINE = AREA_HEIGHT.twips // LINES
#: 28 characters of 16 pt are wider than 156 mm, so each is set closer, by -0.25 pt. A grid of characters would say the
#: same to Word alone: LibreOffice gives a character wider than its cell two cells.
SPACING = AREA_WIDTH.twips // CHARACTERS - BODY_SIZE * 10

TITLE_FONT, HEADING_FONT, SUBHEADING_FONT, BODY_FONT = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
PAGE_NUMBER_FONT, LATIN_FONT = "宋体", "Times New Roman"
#: What Word takes, in this order, where an office computer lacks the font. None of them may be shipped.
ALIKE = {
    TITLE_FONT: "FZXiaoBiaoSong-B05S,华文中宋,宋体",
    HEADING_FONT: "SimHei",
    SUBHEADING_FONT: "楷体,KaiTi",
    BODY_FONT: "仿宋,FangSong",
    PAGE_NUMBER_FONT: "SimSun",
}

#: Runs carry it too: else “ ” — … are taken from the Latin font.
EAST_ASIAN = '<w:rFonts w:hint="eastAsia"/>'
INDENT = f'<w:ind w:firstLineChars="200" w:firstLine="{BODY_SIZE * 10 * 2}"/>'


class Style(NamedTuple):
    """A paragraph style by Word's own name. `layout` is what differs from Normal, in the schema's order."""

    id: str
    name: str
    font: str
    size: int
    layout: str
    latin: str = ""

    def xml(self) -> str:
        """The style's definition."""
        normal = self.id == "Normal"
        latin = self.latin or self.font
        return (
            f'<w:style w:type="paragraph" w:default="{int(normal)}" w:styleId="{self.id}">'
            f'<w:name w:val="{self.name}"/>'
            + ("" if normal else '<w:basedOn w:val="Normal"/>')
            + f"<w:qFormat/><w:pPr>{self.layout}</w:pPr><w:rPr>"
            f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:eastAsia="{self.font}" w:hAnsi="{latin}"/>'
            f'<w:spacing w:val="{SPACING if self.size == BODY_SIZE else 0}"/>'
            f'<w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/></w:rPr></w:style>'
        )


def _heading(level: int) -> str:
    return f'<w:keepNext/>{INDENT}<w:outlineLvl w:val="{level - 1}"/>'


STYLES = (
    # No space between 汉字 and digits: two digits fill one place of the grid.
    Style(
        "Normal",
        "Normal",
        BODY_FONT,
        BODY_SIZE,
        '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
        f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="both"/>',
        LATIN_FONT,
    ),
    Style(
        "Title",
        "Title",
        TITLE_FONT,
        TITLE_SIZE,
        # Off the grid, on which LibreOffice would give a line of 二号 two lines.
        f'<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:after="{LINE}"/><w:jc w:val="center"/>',
    ),
    Style("Heading1", "heading 1", HEADING_FONT, BODY_SIZE, _heading(1)),
    Style("Heading2", "heading 2", SUBHEADING_FONT, BODY_SIZE, _heading(2)),
    Style("BodyText", "Body Text", BODY_FONT, BODY_SIZE, INDENT, LATIN_FONT),
    Style(
        "Signature",
        "Signature",
        BODY_FONT,
        BODY_SIZE,
        f'<w:keepNext/><w:spacing w:before="{LINE}"/><w:jc w:val="right"/>',
        LATIN_FONT,
    ),
    Style("Date", "Date", BODY_FONT, BODY_SIZE, '<w:jc w:val="right"/>', LATIN_FONT),
    Style(
        "Footer",
        "footer",
        PAGE_NUMBER_FONT,
        PAGE_NUMBER_SIZE,
        '<w:snapToGrid w:val="0"/><w:spacing w:line="240" w:lineRule="auto"/>',
    ),
)

_DEFAULTS = (
    "<w:docDefaults><w:rPrDefault><w:rPr>"
    f'<w:rFonts w:ascii="{LATIN_FONT}" w:eastAsia="{BODY_FONT}" w:hAnsi="{LATIN_FONT}" w:cs="{LATIN_FONT}"/>'
    '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    '<w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="1" w:defUnhideWhenUsed="1"'
    ' w:defQFormat="0" w:count="376"/>'
)
_SETTINGS = (
    '<w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/>'
    '<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word"'
    ' w:val="15"/></w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/>'
)
#: What python-docx's own template brings along: blue styles, Japanese fonts, a picture of an empty page.
_FOREIGN = {
    RELATIONSHIP_TYPE.CUSTOM_XML,
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    RELATIONSHIP_TYPE.FONT_TABLE,
    RELATIONSHIP_TYPE.NUMBERING,
    RELATIONSHIP_TYPE.THEME,
    RELATIONSHIP_TYPE.THUMBNAIL,
    RELATIONSHIP_TYPE.WEB_SETTINGS,
    "http://schemas.microsoft.com/office/2007/relationships/stylesWithEffects",
}


def empty_document(more: Sequence[Style] = ()) -> DocumentType:
    """An empty document: paper, grid, styles (and `more` of them), fonts and page numbers."""
    document = Document()
    for holder in (document.part.package, document.part):
        for key in [key for key, rel in holder.rels.items() if rel.reltype in _FOREIGN]:
            del holder.rels[key]
    _refill(document.styles.element, "styles", _DEFAULTS + "".join(style.xml() for style in (*STYLES, *more)))
    _refill(document.settings.element, "settings", _SETTINGS)
    fonts = "".join(_font(name, alike) for name, alike in ALIKE.items())
    document.part.relate_to(
        Part(
            PackURI("/word/fontTable.xml"),
            CONTENT_TYPE.WML_FONT_TABLE,
            f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'.encode(),
            document.part.package,
        ),
        RELATIONSHIP_TYPE.FONT_TABLE,
    )
    _set_up(document.sections[0])
    return document


def _refill(element, tag: str, xml: str) -> None:
    for child in list(element):
        element.remove(child)
    element.extend(parse_xml(f"<w:{tag} {nsdecls('w')}>{xml}</w:{tag}>"))


def _font(name: str, alike: str) -> str:
    return f'<w:font w:name="{name}"><w:altName w:val="{alike}"/><w:charset w:val="86"/></w:font>'


def _set_up(section: Section) -> None:
    section.page_width, section.page_height = PAPER_WIDTH, PAPER_HEIGHT
    section.top_margin, section.bottom_margin = TOP, BOTTOM
    section.left_margin, section.right_margin = LEFT, RIGHT
    section.footer_distance = FOOTER_DISTANCE
    properties = section._sectPr
    for grid in properties.findall("{*}docGrid"):
        properties.remove(grid)
    properties.append(parse_xml(f'<w:docGrid {nsdecls("w")} w:type="lines" w:linePitch="{LINE}"/>'))
    # Odd pages lie on the right, even ones on the left: the number stands at the outer edge, one character inside.
    _page_number(section.footer.paragraphs[0], "right")
    _page_number(section.even_page_footer.paragraphs[0], "left")


def _page_number(paragraph: Paragraph, side: str) -> None:
    layout = paragraph._p.get_or_add_pPr()
    one = PAGE_NUMBER_SIZE * 10
    layout.append(parse_xml(f'<w:ind {nsdecls("w")} w:{side}="{one}"/>'))
    layout.append(parse_xml(f'<w:jc {nsdecls("w")} w:val="{side}"/>'))
    field = (
        "<w:t>— </w:t>",
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        "<w:t> —</w:t>",
    )
    for part in field:
        part = part.replace("<w:t>", '<w:t xml:space="preserve">')
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:rPr>{EAST_ASIAN}</w:rPr>{part}</w:r>"))
