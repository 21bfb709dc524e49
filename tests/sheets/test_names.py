"""The names of a workbook's sheets and their first rows, without reading the rest."""

import io

import pytest

from fupin.sheets.reading import FileRefused, sheet_heads

from .books import saved, workbook


def test_names_come_in_the_order_of_the_tabs(tmp_path):
    book = workbook(sheet="户")
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("人 ")

    assert list(sheet_heads(saved(book, tmp_path / "names.xlsx"))) == ["户", "隐藏", "人 "]


def test_sheets_are_not_read_for_their_names():
    book = workbook()
    for _ in range(10):
        book.active.append(["a row that may be a header"])
    book.active.cell(60_000, 400, "beyond every limit")
    upload = io.BytesIO()
    book.save(upload)

    assert list(sheet_heads(upload)) == ["户"]


def test_what_is_no_workbook_has_no_names(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"%PDF-1.7\n")

    with pytest.raises(FileRefused, match=r"文件是 PDF，不是工作簿。"):
        sheet_heads(path)
