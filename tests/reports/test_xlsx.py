"""The workbook of a summary: figures as numbers, text as text, tables with their totals, sheets that print."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.utils.escape import unescape

from fupin.models import ImportRun
from fupin.sheets.columns import (
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    PersonalNumberColumn,
    PhoneColumn,
    TextColumn,
)
from reports.domain.reference import load_village
from reports.interfaces.xlsx import Table, as_xlsx
from reports.queries.summary import Section
from reports.reference.facts import WANTIANFAN
from reports.wording.saying import NO_DATA, Run
from tests.reports.documents import (
    DAY,
    SHOWN,
    as_written,
    core,
    measured,
    names_in,
    numbers_said,
    result_of,
    stamps,
    summary_of,
)
from tests.reports.other_village import OTHER_VILLAGE
from tests.reports.support import numbers_in, report

SECTIONS = [("一、村基本情况", ["全村有农户266户。", "", "党员36人。"]), ("二、下一步", [])]
COLUMNS = (
    TextColumn(name="name", label="项目名称", width=26),
    DateColumn(name="on", label="日期"),
    IntegerColumn(name="quantity", label="数量"),
    DecimalColumn(name="amount", label="金额", unit="元"),
)
ROWS = (
    {"name": "便民小道", "on": date(2016, 5, 6), "quantity": 2800, "amount": Decimal("100000.00")},
    {"name": "垃圾治理", "on": None, "quantity": None, "amount": Decimal("40000.50")},
)
TOTALS = {"amount": Decimal("140000.50")}
LINE = "填报单位：万田畈村　期间：2016-2017年，累计自2014年　日期：2017年3月5日"


def table(**changed):
    return Table(**{"title": "到村项目", "columns": COLUMNS, "rows": ROWS, "totals": TOTALS} | changed)


def written(*tables, sections=SECTIONS, on=DAY, **kwargs):
    return as_xlsx(summary_of(sections, **kwargs), tables=tables, on=on)


def opened(content):
    return load_workbook(io.BytesIO(content))


def values(page):
    # What Excel does by itself on reading: _x005F_ is an underscore.
    rows = page.iter_rows(values_only=True)
    return [[unescape(value) if isinstance(value, str) else value for value in row] for row in rows]


def stating(*results, section="三、资金"):
    """A workbook whose figures are these results."""
    summary = summary_of([])
    summary.sections.append(Section(section, [[Run("数", (result,)) for result in results]]))
    return opened(as_xlsx(summary, tables=(), on=DAY))["指标"]


# --- figures ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("facts", "period"),
    [(WANTIANFAN, "2016..2017"), (OTHER_VILLAGE, "2018..2019")],
    ids=["reference", "other"],
)
def test_the_workbook_states_the_figures_of_the_json(facts, period):
    assert load_village(facts).state == ImportRun.State.DONE
    document = report(facts.village.code, period=period, since=2014)["sections"]
    summary = measured(facts.village.code, period)
    book = opened(as_xlsx(summary, tables=(), on=DAY))
    title, (line, *_), header, *rows = values(book["指标"])
    assert title[0] == f"{summary.title}指标表"
    assert line.startswith(
        f"填报单位：{facts.village.name}　期间：{period.replace('..', '-')}年，累计自2014年　日期："
    )
    assert header == ["章节", "指标", "数值", "单位", "口径", "记录数"]
    definitions = {result.figure.code: result.figure.definition for result in summary.results}
    stated = [(s["title"], figure) for s in document for figure in s["figures"]]
    assert [[*row[:3], row[3] or "", *row[4:]] for row in rows] == [
        [title, f["label"], NO_DATA, f["unit"], definitions[f["code"]], None]
        if f["value"] is None
        else [title, f["label"], f["value"], f["unit"], definitions[f["code"]], f["rows"]]
        for title, f in stated
    ]
    _, _, _, *lines = values(book["正文"])
    said = [number for section in summary.sections for number in as_written(numbers_said(section))]
    assert [number for _, text in lines for number in numbers_in(text or "")] == said
    assert [text for _, text in lines if text] == [
        line for s in document for line in s["text"].split("\n") if line
    ]
    assert [title for title, _ in lines if title] == [s["title"] for s in document]


@pytest.mark.parametrize(
    ("value", "unit", "places", "cell", "format"),
    [
        (66, "户", 0, 66, "#,##0"),
        (0, "户", 0, 0, "#,##0"),
        (Decimal("1234567"), "人", 0, 1234567, "#,##0"),
        # Measured as a fraction, in 元; shown in percent, in 万元, half up.
        (Decimal("0.86363636"), "%", 1, 86.4, "#,##0.0"),
        (Decimal("0.2885"), "%", 1, 28.9, "#,##0.0"),  # half even would say 28.8
        (Decimal(1), "%", 1, 100, "#,##0.0"),
        (Decimal("143000"), "万元", 2, 14.3, "#,##0.00"),
        (Decimal("143050"), "万元", 2, 14.31, "#,##0.00"),
        (Decimal("100000"), "万元", 4, 10, "#,##0.00##"),
        (Decimal("5000"), "元", 0, 5000, "#,##0"),
        (Decimal("9720.5"), "亩", 2, 9720.5, "#,##0.0"),
        (Decimal("2800.00"), "米", 2, 2800, "#,##0"),
        (None, "户", 0, "暂无数据", "@"),
        ("花生、水稻", "", 0, "花生、水稻", "@"),
        ("0719", "", 0, "0719", "@"),
        # More digits than a spreadsheet keeps.
        (Decimal("12345678901234567.89"), "元", 2, "12345678901234567.89", "#,##0.00"),
    ],
)  # fmt: skip
def test_a_figure_is_a_number_with_its_places_or_a_word(value, unit, places, cell, format):
    page = stating(result_of(value, unit=unit, places=places))
    assert values(page)[3] == [
        "三、资金", "某指标", cell, unit or None, "某口径", None if value is None else 3,
    ]  # fmt: skip
    assert (page["C4"].number_format, page["C4"].data_type) == (format, "s" if isinstance(cell, str) else "n")


@pytest.mark.django_db
def test_each_figure_leads_to_what_it_counts():
    assert load_village(WANTIANFAN).state == ImportRun.State.DONE
    summary = measured(WANTIANFAN.village.code, "2016..2017")
    book = opened(as_xlsx(summary, tables=(), on=DAY))
    told = list(book["指标口径"].iter_rows(min_row=4, values_only=True))
    figures = {result.figure.code: result.figure for result in summary.results}
    assert told == [
        (f.label, f.unit or None, f.definition, f.base.description, f.code) for f in figures.values()
    ]
    page = book["指标"]
    for row in range(4, page.max_row + 1):
        sheet, _, at = page.cell(row, 2).hyperlink.location.partition("!")
        assert (sheet, book["指标口径"][at].value) == ("'指标口径'", page.cell(row, 2).value)
    # The same two labels stand in two sections; each is told once.
    assert page.max_row > book["指标口径"].max_row > 50


def test_figures_beside_each_other_keep_their_own_places():
    page = stating(
        *(
            replace(result, figure=replace(result.figure, code=str(number)))
            for number, result in enumerate(
                (
                    result_of("花生", unit=""),
                    result_of(66, unit="户"),
                    result_of(Decimal("0.864"), unit="%", places=1),
                    result_of(None, unit="户"),
                )
            )
        )
    )
    assert [page[f"C{row}"].number_format for row in range(4, 8)] == ["@", "#,##0", "#,##0.0", "@"]


def test_what_not_every_village_contributes_to_says_so():
    page = stating(result_of(66, unit="户", covered=17, villages=20))
    assert page["E4"].value == "某口径（覆盖17/20村）"


# --- sheets ----------------------------------------------------------------------------------------------------


def test_the_text_has_a_row_for_each_paragraph():
    page = opened(written())["正文"]
    assert values(page) == [
        ["万田畈村精准扶贫工作总结", None],
        [LINE, None],
        ["章节", "正文"],
        ["一、村基本情况", "全村有农户266户。"],
        [None, "党员36人。"],
        ["二、下一步", None],
    ]
    assert [page[cell].alignment.wrap_text for cell in ("A4", "B4")] == [True, True]


def test_a_row_is_as_high_as_its_longest_text():
    """62 units less one for the borders hold 29 汉字 of 2.1 units, or 58 digits."""
    lines = ["字" * 29, "字" * 30, "1" * 58, "1" * 59, "字\n字\n字", "字" * 3_000]
    page = opened(written(sections=[("一、甲", lines)]))["正文"]
    assert [page.row_dimensions[row].height for row in range(4, 10)] == [None, 30, None, 30, 45, 409]


def test_remarks_have_a_sheet_where_there_are_any():
    assert opened(written()).sheetnames == ["指标", "正文"]
    book = opened(written(table(), remarks=("按脱贫年度合计65户", "按属性合计67户")))
    assert book.sheetnames == ["指标", "正文", "核对提示", "到村项目"]
    assert values(book["核对提示"]) == [
        ["万田畈村精准扶贫工作总结核对提示", None],
        [LINE, None],
        ["序号", "核对提示"],
        [1, "按脱贫年度合计65户"],
        [2, "按属性合计67户"],
    ]


def test_a_table_has_its_rows_and_its_totals():
    page = opened(written(table()))["到村项目"]
    assert values(page) == [
        ["万田畈村到村项目", None, None, None],
        [LINE, None, None, None],
        ["项目名称", "日期", "数量", "金额（元）"],
        ["便民小道", page["B4"].value, 2800, 100000],
        ["垃圾治理", None, None, 40000.5],
        ["合计", None, None, 140000.5],
    ]
    assert page["B4"].value.date() == date(2016, 5, 6)
    assert [page[cell].number_format for cell in ("A4", "B4", "C4", "D4", "D6")] == [
        "@", "yyyy-mm-dd", "#,##0", "#,##0.00", "#,##0.00",
    ]  # fmt: skip
    # Only header and 合计 are bold: the cells of a column share one style until one gets its own.
    bold = [[cell.font.bold for cell in row] for row in page.iter_rows(min_row=3)]
    assert bold == [[True] * 4, [False] * 4, [False] * 4, [True] * 4]
    assert page["D6"].border.bottom.style == "thin"


def test_a_table_may_have_no_rows_and_no_totals():
    assert values(opened(written(table(rows=(), totals=None)))["到村项目"])[3:] == []


def test_rows_may_come_one_by_one():
    assert written(table(rows=iter(ROWS))) == written(table())


def test_a_number_is_never_wider_than_its_column():
    rows = ({"amount": Decimal("1234567890.12"), "quantity": 7},)
    page = opened(written(table(rows=rows, totals={"quantity": 1_234_567_890})))["到村项目"]
    # 1,234,567,890.12 and 1,234,567,890, with room for the borders; small numbers keep the width declared.
    assert {letter: page.column_dimensions[letter].width for letter in "ABCD"} == {
        "A": 26,
        "B": 13,
        "C": 15,
        "D": 18,
    }
    page = opened(written(table()))["到村项目"]
    assert {letter: page.column_dimensions[letter].width for letter in "CD"} == {"C": 12, "D": 12}


def test_personal_numbers_stay_in_the_portal():
    number, phone = "421199194912311236", "13812345678"
    columns = (
        TextColumn(name="name", label="姓名"),
        PersonalNumberColumn(name="number", label="证件号码"),
        PhoneColumn(name="phone", label="联系电话"),
    )
    content = written(
        table(columns=columns, rows=[{"name": "王小明", "number": number, "phone": phone}], totals=None)
    )
    assert values(opened(content)["到村项目"])[2:] == [["姓名"], ["王小明"]]
    # The canary is seen where it is written.
    shown = written(table(columns=COLUMNS[:1], rows=[{"name": number + phone}], totals=None))
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(io.BytesIO(shown)) as control:
        for digits in (number.encode(), phone.encode()):
            assert [name for name in package.namelist() if digits in package.read(name)] == []
            assert [name for name in control.namelist() if digits in control.read(name)] != []


def test_every_sheet_is_set_up_for_paper():
    wide = (*COLUMNS, TextColumn(name="remark", label="备注", width=30))
    book = opened(written(table(), table(title="到户资金", columns=wide), remarks=("请核对",)))
    assert {
        page.title: (
            page.page_setup.orientation,
            page.page_setup.paperSize,
            page.page_setup.fitToWidth,
            page.page_setup.fitToHeight,
            page.sheet_properties.pageSetUpPr.fitToPage,
            page.print_title_rows,
            page.freeze_panes,
            page.oddFooter.center.text,
            page.print_options.horizontalCentered,
        )
        for page in book
    } == {
        name: (side, 9, 1, 0, True, "$1:$3", "A4", "第 &P 页 共 &N 页", True)
        for name, side in (
            ("指标", "landscape"),
            ("正文", "portrait"),
            ("核对提示", "portrait"),
            ("到村项目", "portrait"),
            ("到户资金", "landscape"),
        )
    }


@pytest.mark.parametrize(
    ("titles", "tabs"),
    [
        (["到村/到户"], ["到村 到户"]),
        (["a[b]:c*d?e\\f'"], ["a b c d e f"]),
        (["表" * 40], ["表" * 28]),
        ([":"], ["表"]),
        (["指标", "指标"], ["指标1", "指标2"]),
    ],
)
def test_a_tab_is_named_as_excel_lets_it(titles, tabs):
    assert opened(written(*(table(title=title) for title in titles))).sheetnames == ["指标", "正文", *tabs]


# --- texts -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", SHOWN, ids=ascii)
def test_any_text_is_text_and_no_formula(text):
    content = written(
        table(title=text, columns=COLUMNS[:1], rows=[{"name": text}], totals={"name": text}),
        sections=[(text, [text])],
        title=text,
        name=text,
        remarks=(text,),
    )
    shown = SHOWN[text]
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        sheets = [package.read(name) for name in package.namelist() if name.startswith("xl/worksheets/")]
    assert [sheet for sheet in sheets if b"<f>" in sheet or b"<f " in sheet] == []
    assert core(content).get("title") == shown
    figures, lines, remarks, rows = opened(content).worksheets
    line = LINE.replace("万田畈村", shown)
    assert values(figures)[:2] == [[f"{shown}指标表", *[None] * 5], [line, *[None] * 5]]
    assert values(lines)[3:] == [[shown, shown]]
    assert values(remarks)[3:] == [[1, shown]]
    assert values(rows) == [[f"{shown}{shown}"], [line], ["项目名称"], [shown], [shown]]
    kinds = {
        cell.data_type
        for page in (figures, lines, remarks, rows)
        for row in page
        for cell in row
        if cell.value
    }
    assert kinds == {"s", "n"}  # the number of the remark


# --- the same report, the same file ------------------------------------------------------------------------------


def test_the_same_report_is_the_same_file(monkeypatch):
    content = written(table())
    assert stamps(content) == {(2017, 3, 5, 0, 0, 0)}
    assert core(content) == {
        "title": "万田畈村精准扶贫工作总结",
        "language": "zh-CN",
        "created": "2017-03-05T00:00:00Z",
        "modified": "2017-03-05T00:00:00Z",
    }
    assert written(table()) == content
    assert written(table(), on=date(2017, 3, 6)) != content
    assert len(names_in(content)) == len(set(names_in(content)))
    # Negative control: what the library itself writes tells the time.
    monkeypatch.setattr("reports.interfaces.xlsx.sealed", lambda content, on: content)
    assert core(written(table()))["modified"] != "2017-03-05T00:00:00Z"
    assert stamps(written(table())) != {(2017, 3, 5, 0, 0, 0)}
