"""Each kind of column: what it accepts and as what, what it refuses."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from fupin.codes import CodeList, code
from fupin.sheets.cells import Cell, CellRefused, Kind, label_key, number_text
from fupin.sheets.columns import (
    CodeColumn,
    CodeListColumn,
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    PersonalNumberColumn,
    PhoneColumn,
    TextColumn,
    YearColumn,
    YesNoColumn,
)
from fupin.sheets.layout import Sheet

from .books import FULL, ID_NUMBER, Cause

TEXT = TextColumn(name="t", label="文字", max_length=5)
LINES = TextColumn(name="t", label="文字", multiline=True)
INTEGER = IntegerColumn(name="i", label="整数", minimum=0, maximum=366)
DECIMAL = DecimalColumn(name="d", label="金额", places=2, maximum=Decimal(1_000_000))
SIGNED = DecimalColumn(name="d", label="金额", places=1, minimum=None)
YEAR = YearColumn(name="y", label="年份")
DATE = DateColumn(name="d", label="日期")
CODE = CodeColumn(name="c", label="原因", codes=Cause)
CODES = CodeListColumn(name="c", label="其他原因", codes=Cause)
YES_NO = YesNoColumn(name="b", label="是否")
NUMBER = PersonalNumberColumn(name="n", label="证件号码")
PHONE = PhoneColumn(name="p", label="电话")
DAY = date(2025, 5, 6)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        (TEXT, " 王小明 ", "王小明"),
        (TEXT, "\u3000王\u200b五\ufeff", "王五"),
        (TEXT, "\uf967", "\uf967"),  # folding would turn this rare character into 不
        (TEXT, "\U00020000\U0002f81a", "\U00020000\U0002f81a"),
        (TEXT, "ＡＢ", "ＡＢ"),
        (TEXT, "a\x0bb", "ab"),
        (TEXT, 12, "12"),
        (TEXT, 12.0, "12"),
        (TEXT, 1.5, "1.5"),
        (LINES, "一\r\n二", "一\n二"),
        (INTEGER, 12, 12),
        (INTEGER, 12.0, 12),
        (INTEGER, "１２", 12),
        (INTEGER, " 12 ", 12),
        (INTEGER, 0, 0),
        (DECIMAL, "1,234.50", Decimal("1234.50")),
        (DECIMAL, "１，２３４．５", Decimal("1234.50")),
        (DECIMAL, 0.1 + 0.2, Decimal("0.30")),
        (DECIMAL, "0.10", Decimal("0.10")),
        (DECIMAL, 0, Decimal("0.00")),
        (DECIMAL, Decimal("123.4"), Decimal("123.40")),
        (DECIMAL, "123456.780", Decimal("123456.78")),
        (SIGNED, "-1.5", Decimal("-1.5")),
        (SIGNED, "−1.5", Decimal("-1.5")),
        (YEAR, 2017, 2017),
        (YEAR, "2017年", 2017),
        (YEAR, "２０１７", 2017),
        (DATE, "2025-05-06", DAY),
        (DATE, "2025.5.6", DAY),
        (DATE, "2025/5/6", DAY),
        (DATE, "20250506", DAY),
        (DATE, "2025年5月6日", DAY),
        (DATE, "２０２５．５．６", DAY),
        (DATE, "2025-05-06 00:00:00", DAY),
        (DATE, "2025-05-10 0:00", date(2025, 5, 10)),
        (DATE, DAY, DAY),
        (DATE, datetime.fromisoformat("2025-05-06T13:30"), DAY),
        (DATE, 20250506, DAY),
        (DATE, 45783, DAY),
        (DATE, Cell(Kind.NUMBER, str(45783 - 1462), base_1904=True), DAY),
        (CODE, "因病", Cause.ILLNESS),
        (CODE, " 因残 ", Cause.DISABILITY),
        (CODES, "因病、因残", (Cause.ILLNESS, Cause.DISABILITY)),
        (CODES, "因学;因病；因残", (Cause.SCHOOLING, Cause.ILLNESS, Cause.DISABILITY)),
        (CODES, "因病,因学，", (Cause.ILLNESS, Cause.SCHOOLING)),
        (CODE, 1, Cause.ILLNESS),
        (CODE, "02 因残", Cause.DISABILITY),
        (YES_NO, "是", True),
        (YES_NO, "√", True),
        (YES_NO, 0, False),
        (YES_NO, "否", False),
        (YES_NO, True, True),
        (YES_NO, False, False),
        (NUMBER, ID_NUMBER, ID_NUMBER),
        (PHONE, "13812345678", "13812345678"),
        (PHONE, 13812345678, "13812345678"),
    ],
)
def test_column_accepts(column, cell, value):
    read = column.read(cell, year=2017)

    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        (TEXT, "一二三四五六", "最多 5 个字"),
        (TEXT, "张\n三", "换行"),
        (TEXT, DAY, "单元格是日期"),
        (TEXT, True, "逻辑值"),
        (TEXT, 4.20111199001011e17, "末位已丢失"),
        (INTEGER, "12人", "不是整数"),
        (INTEGER, 1.5, "不是整数"),
        (INTEGER, -1, "小于最小值 0"),
        (INTEGER, 367, "大于最大值 366"),
        (INTEGER, DAY, "单元格是日期"),
        (INTEGER, True, "逻辑值"),
        (INTEGER, "一二", "不是整数"),
        (INTEGER, "12²", "不是整数"),
        (INTEGER, "①", "不是整数"),
        (DECIMAL, "1.234", "小数超过 2 位"),
        (DECIMAL, 12.345, "小数超过 2 位"),
        (DECIMAL, "1,23", "不是数字"),
        (DECIMAL, "约100", "不是数字"),
        (DECIMAL, "1e3", "不是数字"),
        (DECIMAL, "-", "不是数字"),
        (DECIMAL, "１２３४", "不是数字"),
        (DECIMAL, "2000000", "大于最大值"),
        (DECIMAL, "-0.01", "小于最小值"),
        (YEAR, 17, "不是有效的年份"),
        (YEAR, 20170, "不是有效的年份"),
        (YEAR, DAY, "单元格是日期"),
        (YEAR, "1899", "不是有效的年份"),
        (DATE, "2025-02-30", "没有这一天"),
        (DATE, "20251301", "没有这一天"),
        (DATE, "2025年5月", "不是完整的日期"),
        (DATE, 2016, "不是完整的日期"),
        (DATE, 45783.5, "不是完整的日期"),
        (DATE, "0205-05-06", "1900 到 2100"),
        (DATE, "去年", "不是完整的日期"),
        (DATE, True, "逻辑值"),
        (CODE, "因懒", "因懒"),
        (CODES, "因病、因懒", "因懒"),
        (CODES, "因病、因病", "写了两次"),
        (CODES, "、", "只有标点"),
        (YES_NO, "也许", "也许"),
        (YES_NO, DAY, "单元格是日期"),
        (NUMBER, 4.20111199001011e17, "末位已丢失"),
        (NUMBER, 420111199001011234, "末位已丢失"),
        (NUMBER, 10**15, "末位已丢失"),
        (NUMBER, DAY, "单元格是日期"),
        (PHONE, "12", ""),
        (TEXT, Cell(Kind.ERROR, "#N/A"), "公式错误 #N/A"),
        (DECIMAL, Cell(Kind.ERROR, "#REF!"), "公式错误 #REF!"),
        (DECIMAL, Cell(Kind.UNCALCULATED, ""), "没有保存计算结果"),
    ],
)
def test_column_refuses(column, cell, reason):
    with pytest.raises(CellRefused) as refused:
        column.read(cell, year=2017)

    assert reason in refused.value.reason
    assert refused.value.remedy


@pytest.mark.parametrize("column", FULL.sheets[0].columns, ids=lambda column: column.name)
@pytest.mark.parametrize("blank", [None, "", "  ", "\u3000", "\u200b", "\u00a0"])
def test_blank_is_none_and_never_zero_or_no(column, blank):
    if column.required:
        with pytest.raises(CellRefused, match="不能为空"):
            column.read(blank, year=2017)
    else:
        assert column.read(blank, year=2017) is None


@pytest.mark.parametrize("column", FULL.sheets[0].columns, ids=lambda column: column.name)
def test_column_describes_itself(column):
    described = column.describe()

    assert described["label"] == column.label
    assert described["kind"]
    assert described["allowed"] == column.allowed()


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("1.1000000000000001", "1.1"),
        ("420111199001011234", "420111199001011234"),
        ("4.20111199001011E+17", "420111199001011000"),
        ("-0012", "-12"),
        ("1E-3", "0.001"),
    ],
)
def test_number_text_is_what_the_spreadsheet_shows(raw, text):
    assert number_text(raw) == text


@pytest.mark.parametrize(
    "header", ["*耕地（亩）", "耕 地(亩)", "耕\n地", " 耕地 ", "＊耕地【亩】", "★耕地", "耕地*", "耕地："]
)
def test_header_is_compared_without_its_dress(header):
    assert label_key(header) == "耕地"


def test_list_whose_names_would_be_torn_cannot_be_declared():
    class Torn(CodeList):
        BOTH = code("01", "因灾、因疫")

    with pytest.raises(ValueError, match="因灾、因疫"):
        CodeListColumn(name="x", label="x", codes=Torn)


def test_two_columns_with_one_header_cannot_be_declared():
    with pytest.raises(ValueError, match="two columns"):
        Sheet(
            name="户",
            title="",
            columns=(
                DecimalColumn(name="a", label="收入", unit="元"),
                DecimalColumn(name="b", label="收入", unit="万元"),
            ),
        )
