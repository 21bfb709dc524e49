"""One table in every format and encoding that programs in use write: read alike, cell by cell."""

import codecs
import io
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt

from fupin.sheets.cells import FileRefused
from fupin.sheets.layout import Book
from fupin.sheets.reading import read_workbook, sheet_heads

from .books import BOOK, HEADER, PEOPLE, SMALL, saved, workbook

ABOVE = [["万田畈村户表"], ["单位：亩"]]
ROWS = [["H1", "3.5", "是", ""], ["H2", "0", "否", "2016-12-31"], ["合计", "3.5", "", ""], ["H3", "", "", ""]]
READ = [
    {"code": "H1", "land": Decimal("3.5"), "poor": True, "left": None},
    {"code": "H2", "land": Decimal(0), "poor": False, "left": date(2016, 12, 31)},
    {"code": "H3", "land": None, "poor": None, "left": None},
]


def table(separator: str = ",", ending: str = "\r\n", above: list[list[str]] = ABOVE) -> str:
    return ending.join(separator.join(row) for row in [*above, HEADER, *ROWS]) + ending


def read(content: bytes) -> list[dict]:
    reading = read_workbook(io.BytesIO(content), BOOK)
    assert reading.errors == []
    return [dict(row.values) for row in reading.rows[SMALL.name]]


# --- tables of text ------------------------------------------------------------------------------------------

TEXTS = {
    "UTF-8": table().encode(),
    "UTF-8 with its mark, as Excel's": codecs.BOM_UTF8 + table().encode(),
    "GB18030, as a Chinese Excel's": table().encode("gb18030"),
    "UTF-16 with tabs, as Excel's Unicode text": table("\t").encode("utf-16"),
    "UTF-16 the other way round": codecs.BOM_UTF16_BE + table("\t").encode("utf-16-be"),
    "UTF-16 without its mark": table("\t").encode("utf-16-le"),
    "tabs": table("\t").encode("gb18030"),
    "semicolons": table(";").encode(),
    "the separator told": b"sep=;\r\n" + table(";").encode(),
    "ends of lines of Unix": table(ending="\n").encode(),
    "no title": table(above=[]).encode(),
    "blank lines first": b"\r\n,,,\r\n" + table().encode(),
    "quotes": table().replace("H1", '"H1"').encode(),
    "numbers kept as text": table().replace("H1", '="H1"').encode(),
}


@pytest.mark.parametrize("content", TEXTS.values(), ids=TEXTS)
def test_a_table_of_text_is_read_like_a_workbook(content: bytes) -> None:
    assert read(content) == READ


def test_an_error_in_a_text_has_the_line_that_programs_show() -> None:
    content = table().replace("H2,0,否", '"H2","a ""b""\nc",否').encode("gb18030")
    reading = read_workbook(io.BytesIO(content), BOOK)
    (error,) = reading.errors
    assert (error.sheet, error.cell) == ("户", "B5")


def test_a_long_number_that_lost_its_digits_is_refused_as_in_a_workbook() -> None:
    lines = "姓名,证件号码\r\n张三,4.20111E+17\r\n李四,11010519491231002x\r\n"
    reading = read_workbook(io.BytesIO(lines.encode("gb18030")), Book(kind="a", title="a", sheets=(PEOPLE,)))
    assert [error.cell for error in reading.errors if error.cell.startswith("B")] == ["B2"]
    assert reading.rows["人"][1].values["number"] == "11010519491231002X"


def test_a_text_is_no_workbook_of_several_sheets() -> None:
    book = Book(kind="two", title="两张", sheets=(SMALL, PEOPLE))
    with pytest.raises(FileRefused) as refused:
        read_workbook(io.BytesIO(table().encode()), book)
    assert refused.value.reason == "CSV 文件只有一张表，这里需要的是几张表的工作簿"


@pytest.mark.parametrize("content", [b"a" * 200_000, b'"never closed, ' + b"x" * 200_000])
def test_a_text_without_an_end_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        read_workbook(io.BytesIO(content), BOOK)


# --- workbooks of before 2007 ----------------------------------------------------------------------------------


def older(*, hidden: bool = False, base_1904: bool = False) -> xlwt.Workbook:
    """The table as an .xls: numbers as numbers, the date as a date, a formula's error in the last row."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = base_1904
    if hidden:
        book.add_sheet("旧").visibility = 1
    page = book.add_sheet("户")
    day = xlwt.easyxf(num_format_str="YYYY-MM-DD")
    for down, row in enumerate(
        [[], *ABOVE, HEADER, *ROWS]
    ):  # an empty row first, and everything a column to the right
        for right, value in enumerate(row, start=1):
            if value == "2016-12-31":
                page.write(down, right, date(2016, 12, 31), day)
            elif value in ("3.5", "0"):
                page.write(down, right, float(value))
            elif value:
                page.write(down, right, value)
    return book


def bytes_of(book: xlwt.Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize("base_1904", [False, True])
def test_an_older_workbook_is_read_like_a_new_one(base_1904: bool) -> None:
    assert read(bytes_of(older(base_1904=base_1904))) == READ


def test_hidden_sheets_of_an_older_workbook_are_told() -> None:
    content = bytes_of(older(hidden=True))
    assert list(sheet_heads(io.BytesIO(content))) == ["旧", "户"]
    assert read_workbook(io.BytesIO(content), BOOK).hidden == ["旧"]


def test_cells_of_an_older_workbook_say_what_they_are() -> None:
    book = older()
    page = book.get_sheet("户")
    page.write(9, 1, "H9")
    page.write(9, 2, True)
    page.write(10, 1, 420111199001011234)
    reading = read_workbook(io.BytesIO(bytes_of(book)), BOOK)
    assert [error.cell for error in reading.errors] == ["C10", "B11"]


# --- "Strict Open XML" -----------------------------------------------------------------------------------------

STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships":
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
}  # fmt: skip


def strict(path: Path) -> Path:
    """The workbook as Excel saves it under the other name: other names of the parts' parts, and dates as text."""
    source = io.BytesIO(path.read_bytes())
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            for usual, other in STRICT.items():
                content = content.replace(usual, other)
            new.writestr(entry.filename, content)
    return path


def test_strict_open_xml_is_read(tmp_path: Path) -> None:
    rows = [["H1", 3.5, "是", None], ["H2", 0, "否", date(2016, 12, 31)], ["H3", None, None, None]]
    path = strict(saved(workbook(rows), tmp_path / "strict.xlsx"))
    with zipfile.ZipFile(path) as archive:
        assert b"schemas.openxmlformats.org/spreadsheetml" not in archive.read("xl/workbook.xml")
    reading = read_workbook(path, BOOK)
    assert (reading.errors, [dict(row.values) for row in reading.rows["户"]]) == ([], READ)
