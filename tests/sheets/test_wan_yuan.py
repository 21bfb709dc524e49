"""Amounts that forms state in 万元 and the register keeps in 元 with 分."""

import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from funds.interfaces.columns import WanYuanColumn
from fupin.sheets.cells import CellRefused
from fupin.sheets.columns import TextColumn
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import read_workbook
from fupin.sheets.writing import write_workbook
from tests.long import lasting

from .books import saved, workbook

WAN = WanYuanColumn(name="amount", label="投入资金", maximum=100_000)
UNBOUNDED = WanYuanColumn(name="amount", label="投入资金")
PROJECTS = Sheet(
    name="项目", title="项目", columns=(TextColumn(name="name", label="项目名称", required=True), WAN)
)
BOOK = Book(kind="projects", title="项目", sheets=(PROJECTS,))


@pytest.mark.parametrize(
    ("cell", "yuan"),
    [
        (10, "100000.00"),
        (11.5, "115000.00"),
        (0.0016, "16.00"),
        ("0.0016", "16.00"),
        (0.000001, "0.01"),  # a 分
        (25.123456, "251234.56"),
        ("1,234.5", "12345000.00"),
        ("１６", "160000.00"),
        (0.1 + 0.2, "3000.00"),
        (0, "0.00"),
        (100_000, "1000000000.00"),
    ],
)
def test_wan_yuan_are_read_as_yuan(cell, yuan):
    read = WAN.read(cell, year=2017)

    assert (str(read), type(read)) == (yuan, Decimal)


@pytest.mark.parametrize(
    ("cell", "reason", "remedy"),
    [
        (0.0000001, "小数超过 6 位", "请核对后填写到小数点后 6 位"),
        ("25.1234567", "小数超过 6 位", "请核对后填写到小数点后 6 位"),
        (-1, "小于最小值 0", "请填写0 到 100000 之间的数字，最多 6 位小数"),
        (100_000.01, "大于最大值 100000", "请填写0 到 100000 之间的数字，最多 6 位小数，并核对单位"),
        (160_000, "大于最大值 100000", "请填写0 到 100000 之间的数字，最多 6 位小数，并核对单位"),
        ("16元", "不是数字", "请只填数字，不带单位和文字；没有数据请留空"),
        ("16万元", "不是数字", "请只填数字，不带单位和文字；没有数据请留空"),
    ],
)
def test_what_is_no_amount_in_wan_yuan_is_refused(cell, reason, remedy):
    with pytest.raises(CellRefused) as refused:
        WAN.read(cell, year=2017)

    assert (refused.value.reason, refused.value.remedy) == (reason, remedy)


def test_a_blank_is_not_nought():
    assert WAN.read(None) is None
    assert WAN.write(None) is None
    assert (WAN.read(0), WAN.write(Decimal(0))) == (Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("yuan", "cell"),
    [
        ("100000.00", Decimal(10)),
        ("16.00", Decimal("0.0016")),
        ("0.01", Decimal("0.000001")),
        ("123456789012.34", Decimal("12345678.901234")),
        ("123456789012345.67", "12345678901.234567"),  # more digits than a spreadsheet keeps
    ],
)
def test_yuan_are_written_as_wan_yuan_without_loss(yuan, cell):
    written = UNBOUNDED.write(Decimal(yuan))

    assert (written, type(written)) == (cell, type(cell))
    assert str(UNBOUNDED.read(written)) == yuan


@settings(max_examples=lasting(200), deadline=None)
@given(st.decimals(0, 10**9, places=2))
def test_what_is_written_is_read_back_to_the_fen(yuan):
    assert WAN.read(WAN.write(yuan)) == yuan
    # As a spreadsheet keeps it: a binary number.
    assert WAN.read(float(WAN.write(yuan))) == yuan


@settings(max_examples=lasting(5), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.none() | st.decimals(0, 10**9, places=2), min_size=1, max_size=50))
def test_a_workbook_brings_the_amounts_back(amounts):
    rows = [{"name": f"路{at}", "amount": amount} for at, amount in enumerate(amounts)]
    target = io.BytesIO()
    write_workbook(BOOK, {"项目": rows}, target)
    target.seek(0)

    reading = read_workbook(target, BOOK, year=2017)

    assert (reading.errors, [row.values for row in reading.rows["项目"]]) == ([], rows)


def test_the_cell_is_a_number_in_wan_yuan_and_the_header_says_so():
    target = io.BytesIO()
    write_workbook(BOOK, {"项目": [{"name": "路灯", "amount": Decimal("115000.00")}]}, target)
    page = load_workbook(target).active

    assert [cell.value for cell in page[3]] == ["*项目名称", "投入资金（万元）"]
    assert (page["B4"].value, page["B4"].data_type, page["B4"].number_format) == (11.5, "n", "#,##0.00####")


@pytest.mark.parametrize(
    ("header", "errors"),
    [
        ("投入资金", []),
        ("投入资金（万元）", []),
        (
            "投入资金（元）",
            [
                "项目!B3 “投入资金（元）”：单位是元，应为万元。请把整列换算成万元，表头改为“投入资金（万元）”。"
            ],
        ),
    ],
)
def test_a_header_in_yuan_is_an_error_and_never_ten_thousand_times_the_money(tmp_path, header, errors):
    path = saved(
        workbook([["路灯", 11.5]], header=["项目名称", header], above=(["项目"], ["某村"]), sheet="项目"),
        tmp_path / "in.xlsx",
    )

    reading = read_workbook(path, BOOK, year=2017)

    assert [str(error) for error in reading.errors] == errors
    assert [row.values["amount"] for row in reading.rows["项目"]] == [Decimal("115000.00")]
