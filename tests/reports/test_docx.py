"""The Word document: GB/T 9704 in its XML, every number of the report, and texts that stay texts."""

import io
from datetime import date

import pytest
from docx import Document

from fupin.models import ImportRun
from reports.domain.reference import load_village
from reports.interfaces.docx import as_docx
from reports.interfaces.gbt9704 import empty_document
from reports.reference.facts import WANTIANFAN
from tests.reports.documents import (
    DAY,
    ISSUER,
    SHOWN,
    W,
    as_written,
    core,
    measured,
    names_in,
    numbers_said,
    part,
    stamps,
    summary_of,
)
from tests.reports.other_village import OTHER_VILLAGE
from tests.reports.support import numbers_in, numbers_of, report

SECTIONS = [
    ("一、村基本情况", ["全村有农户266户。", "党员36人。"]),
    (
        "二、“五个一批”情况",
        [
            "（一）发展生产脱贫",
            "发展生产脱贫66户156人。",
            "（二）易地扶贫搬迁。搬迁19户20人，占28.8%。",
            "（三）务工39人，专业合作社5个，带动社员46户",
        ],
    ),
]


def written(sections=SECTIONS, *, issuer=ISSUER, on=DAY, **kwargs):
    return as_docx(summary_of(sections, **kwargs), issuer=issuer, on=on)


def opened(content):
    """The document as the library reads it."""
    return Document(io.BytesIO(content))


def attributes(element):
    return {name.removeprefix(W): value for name, value in element.attrib.items()}


def paragraphs(content):
    """Style and text of each paragraph."""
    found = []
    for paragraph in part(content, "word/document.xml").iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle").get(f"{W}val")
        found.append((style, "".join(paragraph.itertext(f"{W}t"))))
    return found


# --- layout ----------------------------------------------------------------------------------------------------


def test_paper_margins_and_grid():
    """A4 with 37, 35, 28 and 26 mm in twips; the type area holds 22 lines of 28 characters and no more."""
    section = part(written(), "word/document.xml").find(f"{W}body/{W}sectPr")
    size, margins, grid = (attributes(section.find(f"{W}{name}")) for name in ("pgSz", "pgMar", "docGrid"))
    assert size == {"w": "11906", "h": "16838"}
    assert {side: margins[side] for side in ("top", "bottom", "left", "right", "footer")} == {
        "top": "2098", "bottom": "1984", "left": "1587", "right": "1474", "footer": "1417",
    }  # fmt: skip
    assert grid == {"type": "lines", "linePitch": "579"}
    assert (16838 - 2098 - 1984) // 579 == 22
    normal = part(written(), "word/styles.xml").find(f"{W}style[@{W}styleId='Normal']")
    place = 16 * 20 + int(normal.find(f"{W}rPr/{W}spacing").get(f"{W}val"))
    assert (11906 - 1587 - 1474) // place == 28


#: style: East Asian font, Latin font, half points, first line in 1/100 characters, outline level, alignment.
STYLES = {
    "Normal": ("仿宋_GB2312", "Times New Roman", "32", None, None, "both"),
    "Title": ("方正小标宋简体", "方正小标宋简体", "44", None, None, "center"),
    "Heading1": ("黑体", "黑体", "32", "200", "0", None),
    "Heading2": ("楷体_GB2312", "楷体_GB2312", "32", "200", "1", None),
    "BodyText": ("仿宋_GB2312", "Times New Roman", "32", "200", None, None),
    "Signature": ("仿宋_GB2312", "Times New Roman", "32", None, None, "right"),
    "Date": ("仿宋_GB2312", "Times New Roman", "32", None, None, "right"),
    "Footer": ("宋体", "宋体", "28", None, None, None),
}


def test_styles_name_the_fonts_of_official_documents():
    styles = part(written(), "word/styles.xml")

    def value(style, path, name="val"):
        element = style.find("/".join(f"{W}{step}" for step in path.split("/")))
        return None if element is None else element.get(f"{W}{name}")

    found = {
        style.get(f"{W}styleId"): (
            value(style, "rPr/rFonts", "eastAsia"),
            value(style, "rPr/rFonts", "ascii"),
            value(style, "rPr/sz"),
            value(style, "pPr/ind", "firstLineChars"),
            value(style, "pPr/outlineLvl"),
            value(style, "pPr/jc"),
        )
        for style in styles.iter(f"{W}style")
    }
    assert found == STYLES
    # Nothing of the library's own looks: no theme's fonts, no colours, no other styles.
    fonts = [attributes(fonts) for fonts in styles.iter(f"{W}rFonts")]
    assert [name for names in fonts for name in names if "Theme" in name] == []
    assert [names["hAnsi"] for names in fonts] == [names["ascii"] for names in fonts]
    assert list(styles.iter(f"{W}color", f"{W}b")) == []
    spacing = attributes(styles.find(f"{W}style[@{W}styleId='Normal']/{W}pPr/{W}spacing"))
    assert spacing == {"before": "0", "after": "0", "line": "579", "lineRule": "exact"}


def test_each_font_has_another_to_stand_in_for_it():
    fonts = {
        font.get(f"{W}name"): font.find(f"{W}altName").get(f"{W}val").split(",")[-1]
        for font in part(written(), "word/fontTable.xml")
    }
    assert fonts == {
        "方正小标宋简体": "宋体", "黑体": "SimHei", "楷体_GB2312": "KaiTi", "仿宋_GB2312": "FangSong", "宋体": "SimSun",
    }  # fmt: skip


def test_headings_are_headings():
    assert paragraphs(written()) == [
        ("Title", "万田畈村精准扶贫工作总结"),
        ("Heading1", "一、村基本情况"),
        ("BodyText", "全村有农户266户。"),
        ("BodyText", "党员36人。"),
        ("Heading1", "二、“五个一批”情况"),
        ("Heading2", "（一）发展生产脱贫"),
        ("BodyText", "发展生产脱贫66户156人。"),
        ("BodyText", "（二）易地扶贫搬迁。搬迁19户20人，占28.8%。"),
        ("BodyText", "（三）务工39人，专业合作社5个，带动社员46户"),
        ("Signature", "七里坪镇万田畈村"),
        ("Date", "2017年3月5日"),
    ]


def test_a_heading_with_its_text_behind_it_has_the_headings_font():
    (paragraph,) = (p for p in opened(written()).paragraphs if p.text.startswith("（二）"))
    fonts = [(run.text, run._r.rPr.rFonts.get(f"{W}eastAsia")) for run in paragraph.runs]
    assert fonts == [("（二）易地扶贫搬迁。", "楷体_GB2312"), ("搬迁19户20人，占28.8%。", None)]


def test_a_clause_that_vanished_leaves_no_empty_paragraph():
    assert paragraphs(written([("一、甲", ["", "乙", ""])]))[1:3] == [
        ("Heading1", "一、甲"),
        ("BodyText", "乙"),
    ]


def test_quotation_marks_are_east_asian_in_every_run():
    runs = list(part(written(), "word/document.xml").iter(f"{W}r"))
    assert [run.find(f"{W}rPr/{W}rFonts").get(f"{W}hint") for run in runs] == ["eastAsia"] * len(runs)
    assert len(runs) == 12


def test_page_numbers_have_dashes_and_stand_at_the_outer_edge():
    content = written()
    settings = part(content, "word/settings.xml")
    assert settings.find(f"{W}evenAndOddHeaders").attrib == {}
    body = part(content, "word/document.xml")
    targets = {
        relation.get("Id"): relation.get("Target")
        for relation in part(content, "word/_rels/document.xml.rels")
    }
    footers = {}
    for reference in body.iter(f"{W}footerReference"):
        id_ = next(value for name, value in reference.attrib.items() if name.endswith("}id"))
        (paragraph,) = part(content, f"word/{targets[id_]}").iter(f"{W}p")
        layout = paragraph.find(f"{W}pPr")
        footers[reference.get(f"{W}type")] = (
            layout.find(f"{W}pStyle").get(f"{W}val"),
            layout.find(f"{W}jc").get(f"{W}val"),
            attributes(layout.find(f"{W}ind")),
            [
                element.text or element.get(f"{W}fldCharType")
                for element in paragraph.iter(f"{W}t", f"{W}instrText", f"{W}fldChar")
            ],
        )
    field = ["— ", "begin", " PAGE ", "separate", "1", "end", " —"]
    # One character of 四号, 14 pt, from the margin.
    assert footers == {
        "default": ("Footer", "right", {"right": "280"}, field),
        "even": ("Footer", "left", {"left": "280"}, field),
    }


@pytest.mark.parametrize(
    ("issuer", "on", "day", "inset"),
    [
        # 8 characters above 6: the date four characters from the margin, the issuer one to each side of it.
        (ISSUER, DAY, "2017年3月5日", (3, 4)),
        ("某某村", date(2017, 12, 31), "2017年12月31日", (6, 4)),
        ("甲" * 21, date(2017, 12, 31), "2017年12月31日", (0, 7)),
    ],
)
def test_issuer_and_date_close_the_document(issuer, on, day, inset):
    content = written(issuer=issuer, on=on)
    *_, last, signature, signed = opened(content).paragraphs
    assert [(p.style.name, p.text) for p in (signature, signed)] == [("Signature", issuer), ("Date", day)]
    place = 442.2 / 28
    assert tuple(round(p.paragraph_format.right_indent.pt / place, 1) for p in (signature, signed)) == inset
    # Not alone on a page.
    assert last.paragraph_format.keep_with_next is True
    assert signature.style.paragraph_format.keep_with_next is True


def test_a_long_title_is_set_in_lines_of_one_length():
    short, long = (opened(written(title="题" * length)).paragraphs[0].paragraph_format for length in (20, 21))
    assert (short.left_indent, short.right_indent) == (None, None)
    # Two lines of 11 and 10 characters of 22 pt, with one character to spare.
    assert long.left_indent == long.right_indent
    assert (442 - 2 * long.left_indent.pt) // 22 == 11


def test_properties_name_the_report_and_no_person():
    content = written()
    assert core(content) == {
        "title": "万田畈村精准扶贫工作总结",
        "language": "zh-CN",
        "created": "2017-03-05T00:00:00Z",
        "modified": "2017-03-05T00:00:00Z",
        "revision": "1",
    }
    assert core(written(title="题" * 300))["title"] == "题" * 255


def test_nothing_of_the_librarys_template_is_left():
    assert sorted(names_in(written())) == [
        "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/_rels/document.xml.rels",
        "word/document.xml", "word/fontTable.xml", "word/footer1.xml", "word/footer2.xml", "word/settings.xml",
        "word/styles.xml",
    ]  # fmt: skip
    languages = [attributes(lang) for lang in part(written(), "word/styles.xml").iter(f"{W}lang")]
    assert languages == [{"val": "en-US", "eastAsia": "zh-CN", "bidi": "ar-SA"}]


# --- content ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "period"),
    [(WANTIANFAN, "2016..2017"), (OTHER_VILLAGE, "2018..2019")],
    ids=["reference", "other"],
)
def test_the_document_states_the_numbers_of_the_json(facts, period):
    assert load_village(facts).state == ImportRun.State.DONE
    code = facts.village.code
    summary = measured(code, period)
    sections = []
    for style, text in paragraphs(as_docx(summary, issuer=ISSUER, on=DAY))[:-2]:
        if style == "Heading1":
            sections.append((text, []))
        elif style != "Title":
            sections[-1][1].append(text)
    document = report(code, period=period, since=2014)["sections"]
    assert sections == [(s["title"], list(filter(None, s["text"].split("\n")))) for s in document]
    stated = [numbers_in("\n".join(lines)) for _, lines in sections]
    said = [numbers_said(section) for section in summary.sections]
    assert stated == [as_written(numbers) for numbers in said]
    # The JSON has a figure once where a county's own words repeat it.
    once = [as_written(list(dict.fromkeys(numbers))) for numbers in said]
    assert once == [numbers_of(s["figures"]) for s in document]
    assert sum(map(len, stated)) > 30


def test_remarks_are_not_in_the_document():
    remark = "按脱贫年度合计65户"
    assert as_docx(summary_of(SECTIONS, remarks=(remark,)), issuer=ISSUER, on=DAY) == written()


@pytest.mark.parametrize("text", SHOWN, ids=ascii)
def test_any_text_is_printed_as_it_stands(text):
    shown = SHOWN[text]
    content = written([(text, [text, f"（一）{text}", f"（一）{text}。{text}"])], title=text, issuer=text)
    printed = [p.text for p in opened(content).paragraphs]
    heading = [shown, shown, shown, f"（一）{shown}", f"（一）{shown}。{shown}", shown]
    assert printed == [*heading, "2017年3月5日"]
    instructions = list(
        part(content, "word/document.xml").iter(f"{W}instrText", f"{W}hyperlink", f"{W}object")
    )
    assert instructions == []
    assert core(content).get("title") == shown


# --- the same report, the same file ------------------------------------------------------------------------------


def test_the_same_report_is_the_same_file(monkeypatch):
    content = written()
    assert stamps(content) == {(2017, 3, 5, 0, 0, 0)}
    assert written() == content
    assert written(on=date(2017, 3, 6)) != content
    # Negative control: what the library itself writes tells the time.
    monkeypatch.setattr("reports.interfaces.docx.sealed", lambda content, on: content)
    assert stamps(written()) != {(2017, 3, 5, 0, 0, 0)}


def test_a_document_does_not_reach_into_the_next():
    """The library shares nothing between documents: a style changed in one stays in it."""
    empty_document().styles["Body Text"].font.bold = True
    assert empty_document().styles["Body Text"].font.bold is None
