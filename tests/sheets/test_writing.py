"""What is written is an official form, holds text as text, and reads back unchanged."""

import io
import random
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.utils.datetime import to_excel

from fupin.sheets import fast
from fupin.sheets.cells import is_one_line, typed_text
from fupin.sheets.columns import DecimalColumn, IntegerColumn, TextColumn
from fupin.sheets.reading import read_workbook
from fupin.sheets.styles import clean_text
from fupin.sheets.writing import export_rows, write_workbook
from tests.long import lasting

from .books import BOOK, FULL, ID_NUMBER, Cause, Long

FORMULAS = [
    "=1+1",
    "@x",
    "+1",
    "-1",
    '=HYPERLINK("http://x")',
    "#N/A",
    "=",
    "'=1",
    "_x000D_",
    "_x005F_",
    "1e5",
]
AT = datetime(2017, 3, 9, 8, 5, tzinfo=UTC)
PERSON = {
    "name": "王小明",
    "number": ID_NUMBER,
    "phone": "13812345678",
    "born": date(1949, 12, 31),
    "since": 2014,
    "days": 0,
    "income": Decimal("1234.50"),
    "cause": Cause.ILLNESS,
    "other": (Cause.SCHOOLING, Cause.DISABILITY),
    "long": Long.B,
    "works": False,
    "remark": "一\n二",
}


def written(book, rows, **kwargs):
    target = io.BytesIO()
    write_workbook(book, rows, target, **kwargs)
    return target


def page_of(target, name):
    return load_workbook(target)[name]


def test_sheet_has_the_layout_of_an_official_form():
    page = page_of(written(FULL, {"人": [PERSON]}, title_values={"village": "万田畈村"}), "人")

    assert page["A1"].value == "万田畈村贫困人口花名册"
    assert page["A1"].font.size == 16
    assert {str(merged) for merged in page.merged_cells.ranges} == {"A1:L1", "A2:L2"}
    assert page["A2"].value == "填报单位：万田畈村　单位：元"
    assert [cell.value for cell in page[3]][:2] == ["*姓名", "证件号码"]
    assert page["G3"].value == "年收入（元）"
    assert page["A3"].font.bold and page["A3"].border.left.style == "thin"
    assert (page["B4"].value, page["B4"].number_format) == (ID_NUMBER, "@")
    assert (page["D4"].value.date(), page["D4"].number_format) == (date(1949, 12, 31), "yyyy-mm-dd")
    assert (page["G4"].value, page["G4"].number_format) == (1234.5, "#,##0.00")
    assert page["K4"].value == "否"
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$1:$3"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)
    assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
    assert page.sheet_properties.pageSetUpPr.fitToPage
    assert page.oddFooter.center.text == "第 &P 页 共 &N 页"
    assert load_workbook(written(FULL, {})).properties.creator in ("", None)


def test_template_offers_choices_notes_and_explanations():
    target = written(FULL, {}, template=True)
    book = load_workbook(target)
    page = book["人"]
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}

    assert rules == {
        "H4:H1003": '"因病,因残,因学"',
        "J4:J1003": "'代码'!$A$2:$A$4",
        "K4:K1003": '"是,否"',
    }
    assert [cell.value for cell in book["代码"]["A"]] == ["长名单", *(str(label) for label in Long.labels)]
    assert book["代码"].sheet_state == "hidden"
    assert "必填" in page["A3"].comment.text
    assert "18位" in page["B3"].comment.text
    assert book.sheetnames == ["人", "填表说明", "代码"]
    guide = [[cell.value for cell in row] for row in book["填表说明"].iter_rows(min_row=2)]
    assert guide[0][:3] == ["工作表", "列名", "必填"]
    assert len(guide) == 1 + len(FULL.sheets[0].columns) + len(FULL.sheets[0].notes)
    assert page.column_dimensions["B"].number_format == "@"
    assert page["B20"].number_format == "@"


def test_empty_template_reads_as_no_rows_and_no_errors():
    reading = read_workbook(written(FULL, {}, template=True), FULL)

    assert (reading.rows, reading.errors) == ({"人": []}, [])


@pytest.mark.parametrize("text", FORMULAS)
def test_text_that_looks_like_a_formula_stays_text(text):
    target = written(BOOK, {"户": [{"code": text}]})
    with zipfile.ZipFile(target) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")

    reading = read_workbook(target, BOOK)
    assert reading.errors == []
    assert reading.rows["户"][0].values["code"] == text


@pytest.mark.parametrize("text", FORMULAS)
def test_export_keeps_formula_like_text_too(text):
    target = io.BytesIO()
    export_rows(BOOK.sheets[0].columns, [{"code": text}], target, title=text, unit_line=text, reporter=text)
    with zipfile.ZipFile(target) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")

    page = load_workbook(target).active
    assert {page[place].data_type for place in ("A1", "A2", "A4", "A5")} == {"s"}


def test_characters_xml_cannot_hold_are_dropped():
    row = {"code": "a\x0bb\ud800\ufffec", "land": None}
    (read,) = read_workbook(written(BOOK, {"户": [row]}), BOOK).rows["户"]

    assert read.values["code"] == "abc"


def test_rare_names_survive():
    names = ["䶮", "㛃", "𬱖", "𬭎", "\uf967", "\U0002f81a", "阿依古丽·买买提", "A&B<李>"]
    reading = read_workbook(written(BOOK, {"户": [{"code": name} for name in names]}), BOOK)

    assert [row.values["code"] for row in reading.rows["户"]] == names


def test_number_beyond_a_spreadsheets_digits_is_written_as_text():
    column = DecimalColumn(name="x", label="x", places=2, maximum=None)
    value = Decimal("12345678901234567.89")

    assert column.write(value) == "12345678901234567.89"
    assert column.read(column.write(value)) == value
    assert column.write(Decimal("1234567890123.45")) == Decimal("1234567890123.45")


# Text as a clerk may have typed it and as the program keeps it: no outer blanks, no control characters. Words that
# mark totals and notes cannot begin a row; here the first column holds plain letters.
letters = st.text(st.characters(categories=("L",)), min_size=1, max_size=20)
texts = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=60).map(str.strip)
people = st.fixed_dictionaries(
    {
        "name": letters.filter(lambda text: not text.endswith("计")),
        "number": st.sampled_from([None, ID_NUMBER]),
        "phone": st.none() | st.integers(0, 10**8 - 1).map(lambda n: f"138{n:08}"),
        "born": st.none() | st.dates(date(1900, 3, 1), date(2099, 12, 31)),
        "since": st.none() | st.integers(1949, 2100),
        "days": st.none() | st.integers(0, 366),
        "income": st.none() | st.decimals(0, Decimal("9999999999.99"), places=2),
        "cause": st.none() | st.sampled_from(Cause),
        "other": st.none() | st.lists(st.sampled_from(Cause), min_size=1, unique=True).map(tuple),
        "long": st.none() | st.sampled_from(Long),
        "works": st.none() | st.booleans(),
        "remark": texts.map(lambda text: text or None),
    }
)


@settings(max_examples=lasting(30), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(people, max_size=30))
def test_what_is_written_reads_back_unchanged(rows):
    reading = read_workbook(written(FULL, {"人": rows}), FULL, year=2017)

    assert [str(error) for error in reading.errors] == []
    assert [row.values for row in reading.rows["人"]] == rows


def test_book_describes_itself():
    (sheet,) = FULL.describe()["sheets"]

    assert [column["name"] for column in sheet["columns"]] == [*FULL.sheets[0].by_name]
    assert sheet["columns"][7]["allowed"] == ["因病", "因残", "因学"]


def test_export_is_the_list_with_title_total_and_signature():
    columns = [
        TextColumn(name="name", label="姓名", required=True),
        DecimalColumn(name="sum", label="金额", unit="元"),
    ]
    target = io.BytesIO()
    rows = ({"name": f"户{n}", "sum": Decimal(n)} for n in range(3))
    count = export_rows(
        columns,
        rows,
        target,
        title="到户补助清单",
        unit_line="单位：元",
        summed=["sum"],
        reporter="张三",
        at=AT,
    )
    book = load_workbook(target)
    page = book.active

    assert count == 3
    assert [[cell.value for cell in row[:2]] for row in page.iter_rows()] == [
        ["到户补助清单", None],
        ["单位：元", None],
        ["姓名", "金额（元）"],
        ["户0", 0],
        ["户1", 1],
        ["户2", 2],
        ["合计", 3],
        ["填报人：张三　　填报日期：2017年3月9日", None],
    ]
    assert page.freeze_panes == "A4"
    assert page["B5"].number_format == page["B7"].number_format == "#,##0.00"
    assert page["B5"].border.left.style == "thin"
    assert (book.properties.creator, book.properties.created) == ("张三", AT.replace(tzinfo=None))
    assert page.oddFooter.left.text == "张三　2017-03-09 08:05"
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


class Free(TextColumn):
    """A column that writes what it is given."""

    def write(self, value):
        return value


def exported(columns, rows, **more):
    target = io.BytesIO()
    export_rows(columns, rows, target, **{"title": "名单", **more})
    return load_workbook(target).active


def test_a_numbered_list_says_so_and_sums_below_its_number():
    columns = [TextColumn(name="name", label="姓名"), DecimalColumn(name="sum", label="金额")]
    rows = [{"name": "甲", "sum": Decimal("0.10")}, {"name": "乙"}, {"name": "丙", "sum": Decimal("0.20")}]
    page = exported(columns, rows, numbered=True, summed=["sum"], reporter="a&b")

    assert [[cell.value for cell in row] for row in page.iter_rows(min_row=3)] == [
        ["序号", "姓名", "金额"],
        [1, "甲", 0.1],
        [2, "乙", None],
        [3, "丙", 0.2],
        ["合计", None, 0.3],
        ["填报人：a&b", None, None],
    ]
    # As a footer's code has it.
    assert page.oddFooter.left.text.replace("&&", "&") == "a&b"


def test_sums_are_exact_and_a_column_without_a_number_has_none():
    columns = [DecimalColumn(name=name, label=name) for name in ("a", "b")]
    page = exported(columns, [{"a": Decimal("0.10")}] * 10, numbered=True, summed=["a", "b"])
    assert [cell.value for cell in page[14]] == ["合计", 1, None]
    assert [cell.value for cell in exported(columns, [], summed=["a"])[4]] == [None, None]


#: Text that must come out of a workbook as it went in.
ODD = [
    " leading", "trailing ", "　全角", "tab\there", "two\nlines", "\nline first", "a\rb", "a\r\nb", "<b>&amp;</b>", "]]>", "&#13;",
    "\U00020000𬱖𬭎䶮", "🌾", "a\u00a0", "\u200b", "#REF!", "TRUE", "0012", "1e5", "420000197001010011", "﻿", "\"'", "=" * 300,
]  # fmt: skip
FIRST = ["=", "+", "-", "@", "'", "#", "\t=", " =", "＝", '"=']
NEXT = [
    "1+1",
    "SUM(A1:A9)",
    'HYPERLINK("http://x","y")',
    "cmd|' /C calc'!A0",
    "N/A",
    "A1",
    "李",
    "{1;2}",
    "",
    "1%",
]


def formula_like() -> list[str]:
    """A thousand texts that a spreadsheet program would like to calculate, and odd ones."""
    rng = random.Random(5)
    texts = [first + rest for first in FIRST for rest in NEXT] + ODD
    while len(texts) < 1_000:
        texts.append(
            rng.choice(FIRST) + "".join(rng.choices("=+-@A1()!&<>'\"x05李 ", k=rng.randrange(1, 30)))
        )
    return texts


def no_formula_in(target):
    with zipfile.ZipFile(target) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return not any(mark in sheet for sheet in sheets for mark in (b"<f>", b"<f ", b't="e"'))


def test_a_thousand_texts_like_formulas_stay_text_in_a_list():
    texts = formula_like()
    target = io.BytesIO()
    column = TextColumn(name="code", label="编号")
    export_rows(
        [column], [{"code": text} for text in texts], target, title="=1", unit_line="=2", reporter="=3"
    )

    assert no_formula_in(target)
    page = load_workbook(target).active
    cells = [row[0] for row in page.iter_rows(min_row=4, max_row=3 + len(texts))]
    assert [cell.value for cell in cells] == texts
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert [page[place].value for place in ("A1", "A2")] == ["=1", "=2"]


def test_the_same_texts_come_back_from_a_list_and_a_workbook_as_they_were():
    kept = [typed_text(text) for text in formula_like()]
    texts = [text for text in kept if text and is_one_line(text) and len(text) <= 100]
    assert len(texts) > 950
    rows = [{"code": text} for text in texts]
    listed = io.BytesIO()
    export_rows(
        BOOK.sheets[0].columns, rows, listed, title="户", sheet_name="户", numbered=True, reporter="甲"
    )
    for target in (listed, written(BOOK, {"户": rows})):
        assert no_formula_in(target)
        reading = read_workbook(target, BOOK)
        assert reading.errors == []
        assert [row.values["code"] for row in reading.rows["户"]] == texts


def test_a_column_may_be_of_mixed_kinds():
    """What the fastest writers get wrong."""

    values = [
        1,
        "1",
        Decimal("12.34"),
        date(1950, 2, 28),
        "x",
        Decimal("1E+3"),
        0,
        date(1900, 1, 1),
        -5,
        "True",
    ]
    page = exported([Free(name="x", label="x")], [{"x": value} for value in values])
    read = [row[0].value for row in page.iter_rows(min_row=4)]
    assert read[:3] == [1, "1", 12.34] and read[4:7] == ["x", 1000, 0] and read[8:] == [-5, "True"]
    assert [to_excel(date(1950, 2, 28)), to_excel(date(1900, 1, 1))] == [read[3], read[7]]
    for wrong in (True, 1.5j, Decimal("NaN"), object()):
        with pytest.raises(TypeError):
            exported([Free(name="x", label="x")], [{"x": 7}, {"x": wrong}])


def test_a_value_seen_before_is_written_as_before(monkeypatch):
    monkeypatch.setattr(fast, "KEPT_VALUES", 3)
    values = [n % 5 for n in range(50)]
    page = exported([IntegerColumn(name="x", label="x")], [{"x": value} for value in values])
    assert [row[0].value for row in page.iter_rows(min_row=4)] == values


@settings(max_examples=lasting(10), deadline=None)
@given(st.lists(st.text(max_size=40) | st.integers(-(10**12), 10**12) | st.none(), min_size=1, max_size=40))
def test_any_text_and_number_comes_back(values):
    page = exported([Free(name="x", label="x")], [{"x": value} for value in values], reporter="甲")
    read = [page.cell(4 + at, 1).value or None for at in range(len(values))]
    assert read == [(clean_text(value) if isinstance(value, str) else value) or None for value in values]
