"""What may be left out of a workbook: a whole sheet, a whole column; and what a row then says of it."""

import io
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from fupin.sheets.columns import DecimalColumn, TextColumn
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import read_workbook
from fupin.sheets.writing import write_workbook

from .books import SMALL, saved, workbook

BENEFITS = Sheet(
    name="资金",
    aliases=("到户资金",),
    title="资金",
    optional=True,
    columns=(
        TextColumn(name="code", label="户编号", required=True),
        DecimalColumn(name="amount", label="金额", unit="元"),
        TextColumn(name="remark", label="经办人备注", optional=True),
    ),
)
BOOK = Book(kind="both", title="两张表", sheets=(SMALL, BENEFITS))


def with_benefits(
    tmp_path, *, sheet="资金", header=("户编号", "金额", "经办人备注"), rows=(("H1", 5, "现金"),)
):
    """A workbook with both sheets."""
    book = workbook()
    page = book.create_sheet(sheet)
    for line in (header, *rows):
        page.append(line)
    return read_workbook(saved(book, tmp_path / "in.xlsx"), BOOK, year=2017)


def test_a_sheet_that_may_be_left_out_has_then_no_rows_and_no_error(tmp_path):
    reading = read_workbook(saved(workbook(), tmp_path / "in.xlsx"), BOOK, year=2017)

    assert reading.errors == []
    assert ([row.values["code"] for row in reading.rows["户"]], reading.rows["资金"]) == (["H1", "H2"], [])


def test_a_sheet_that_may_not_is_an_error(tmp_path):
    """Negative control: the other of the two sheets left out."""
    book = workbook([["H1", 5, "现金"]], header=["户编号", "金额", "经办人备注"], sheet="资金")

    reading = read_workbook(saved(book, tmp_path / "in.xlsx"), BOOK, year=2017)

    assert [str(error) for error in reading.errors] == [
        "户：缺少工作表“户”，文件里有：资金。请把相应的工作表改名为“户”，或下载空白模板填写。"
    ]
    assert [row.values["code"] for row in reading.rows["资金"]] == ["H1"]


@pytest.mark.parametrize("sheet", ["资金", "到户资金", " 资 金 "])
def test_a_sheet_that_is_there_is_read(tmp_path, sheet):
    reading = with_benefits(tmp_path, sheet=sheet)

    assert reading.errors == []
    assert [row.values for row in reading.rows["资金"]] == [
        {"code": "H1", "amount": Decimal("5.00"), "remark": "现金"}
    ]


def test_mistakes_in_a_sheet_that_may_be_left_out_are_mistakes(tmp_path):
    reading = with_benefits(tmp_path, rows=[("H1", "五元", None), (None, 5, None)])

    assert [str(error) for error in reading.errors] == [
        "资金!B2 “五元”：不是数字。请只填数字，不带单位和文字；没有数据请留空。",
        "资金!A3：“户编号”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。",
    ]


def test_a_sheet_without_a_header_is_an_error_although_it_may_be_left_out(tmp_path):
    reading = with_benefits(tmp_path, header=("什么", "什么"))

    assert [str(error) for error in reading.errors] == [
        "资金：前 10 行中没有找到表头。请检查表头是否有“户编号、金额、经办人备注”等列名，或下载空白模板填写。"
    ]


@pytest.mark.parametrize("template", [False, True])
def test_a_sheet_that_may_be_left_out_is_written_all_the_same(template):
    target = io.BytesIO()
    write_workbook(BOOK, {"户": [{"code": "H1"}]}, target, template=template)

    names = load_workbook(target).sheetnames

    assert names[:2] == ["户", "资金"]


@pytest.mark.parametrize(
    ("header", "errors", "unread"),
    [
        (("户编号", "金额", "经办人备注"), [], set()),
        (("户编号", "金额"), [], set()),
        (
            ("户编号", "经办人备注"),
            [
                "资金!第1行：缺少“金额（元）”列。请在表头中加上“金额（元）”，没有数据可留空列；或下载空白模板填写。"
            ],
            {"amount"},
        ),
        (
            ("户编号", "金额", "经办人备考"),
            [
                "资金!C1 “经办人备考”：缺少“经办人备注”列，这一列的表头与它相近。"
                "如果就是这一列，请把表头改为“经办人备注”；否则请补上该列。"
            ],
            {"remark"},
        ),
    ],
    ids=["all", "without the optional", "without the other", "optional misspelt"],
)
def test_a_row_was_not_read_where_a_column_has_its_error(tmp_path, header, errors, unread):
    """A column that may be missing and is says that it is empty; rules may conclude from that."""
    reading = with_benefits(tmp_path, header=header, rows=[("H1", 5, 5)[: len(header)]])

    assert [str(error) for error in reading.errors] == errors
    assert [row.unread for row in reading.rows["资金"]] == [unread]


def test_a_refused_cell_was_not_read(tmp_path):
    reading = with_benefits(tmp_path, header=("户编号", "金额"), rows=[("H1", "五"), ("H2", 5)])

    assert [row.unread for row in reading.rows["资金"]] == [{"amount"}, set()]


def test_an_empty_workbook_lacks_only_the_sheets_it_must_have(tmp_path):
    book = Workbook()
    book.active.title = "别的"

    reading = read_workbook(saved(book, tmp_path / "in.xlsx"), BOOK, year=2017)

    assert [error.sheet for error in reading.errors] == ["户"]
