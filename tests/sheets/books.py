"""The declared book the tests read and write, and a builder of workbooks with named properties."""

import io
import re
import zipfile
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fupin.codes import CodeList, code
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
from fupin.sheets.layout import Book, Sheet

ID_NUMBER = "11010519491231002X"
MASKED_ID = "110***********002X"


class Cause(CodeList):
    ILLNESS = code("01", "因病")
    DISABILITY = code("02", "因残")
    SCHOOLING = code("03", "因学")


class Long(CodeList):
    """Too long for a list inside a validation rule."""

    A = code("01", "甲" * 100)
    B = code("02", "乙" * 100)
    C = code("03", "丙" * 100)


PEOPLE = Sheet(
    name="人",
    title="{village}贫困人口花名册",
    unit_line="填报单位：{village}　单位：元",
    aliases=("人口", "成员"),
    notes=("每人一行",),
    columns=(
        TextColumn(name="name", label="姓名", aliases=("家庭成员姓名",), required=True, max_length=50),
        PersonalNumberColumn(
            name="number", label="证件号码", aliases=("身份证号码", "身份证号"), help="18位"
        ),
        PhoneColumn(name="phone", label="联系电话"),
        DateColumn(name="born", label="出生日期"),
        YearColumn(name="since", label="识别年份"),
        IntegerColumn(name="days", label="务工天数", unit="天", minimum=0, maximum=366),
        DecimalColumn(name="income", label="年收入", unit="元", maximum=Decimal("9999999999.99")),
        CodeColumn(name="cause", label="主要致贫原因", codes=Cause),
        CodeListColumn(name="other", label="其他致贫原因", codes=Cause),
        CodeColumn(name="long", label="长名单", codes=Long),
        YesNoColumn(name="works", label="是否务工"),
        TextColumn(name="remark", label="备注", multiline=True, max_length=500),
    ),
)
SMALL = Sheet(
    name="户",
    title="户表",
    columns=(
        TextColumn(name="code", label="户编号", required=True),
        DecimalColumn(name="land", label="耕地", unit="亩", aliases=("耕地面积",)),
        YesNoColumn(name="poor", label="是否贫困户"),
        DateColumn(name="left", label="脱贫日期", optional=True),
    ),
)
BOOK = Book(kind="test", title="测试", sheets=(SMALL,))
FULL = Book(kind="full", title="全部", sheets=(PEOPLE,))

HEADER = ["户编号", "耕地（亩）", "是否贫困户", "脱贫日期"]
ROWS = [["H1", 3.5, "是", None], ["H2", 0, "否", "2016-12-31"]]


def workbook(
    rows: list[list[Any]] | None = None,
    *,
    header: list[Any] | None = None,
    above: tuple[list[Any], ...] = (["万田畈村户表"], ["单位：亩"]),
    sheet: str = "户",
    offset: tuple[int, int] = (0, 0),
) -> Workbook:
    """Return a workbook: title and unit line above the header, moved down and right by an offset."""
    book = Workbook()
    page = book.active
    page.title = sheet
    lines = [*above, header or HEADER, *(ROWS if rows is None else rows)]
    for down, line in enumerate(lines):
        for right, value in enumerate(line):
            if value is not None:
                page.cell(1 + offset[0] + down, 1 + offset[1] + right, value)
    return book


def saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


def patched(path: Path, part: str, pattern: str, replacement: str) -> Path:
    """Rewrite one part of a workbook, as another program would have written it."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = old.read(entry)
            if entry.filename == part:
                text, count = re.subn(pattern, replacement, data.decode("utf-8"), flags=re.S)
                assert count, f"{pattern} not in {part}"
                data = text.encode("utf-8")
            new.writestr(entry.filename, data)
    return path


def with_sheet_xml(path: Path, rows: str) -> Path:
    """Return a small workbook whose sheet 户 holds these rows of XML."""
    saved(workbook(), path)
    return patched(
        path, "xl/worksheets/sheet1.xml", "<sheetData>.*</sheetData>", f"<sheetData>{rows}</sheetData>"
    )
