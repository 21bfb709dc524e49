"""The names of a workbook's sheets, without reading any."""

import io

import pytest

from fupin.sheets.errors import SheetError
from fupin.sheets.reading import FileRefused, listed, sheet_names

from .books import saved, workbook


def test_names_come_in_the_order_of_the_tabs(tmp_path):
    book = workbook(sheet="户")
    book.create_sheet("隐藏").sheet_state = "hidden"
    book.create_sheet("人 ")

    assert sheet_names(saved(book, tmp_path / "names.xlsx")) == ["户", "隐藏", "人 "]


def test_sheets_are_not_read_for_their_names():
    book = workbook()
    book.active.cell(60_000, 400, "beyond every limit")
    upload = io.BytesIO()
    book.save(upload)

    assert sheet_names(upload) == ["户"]


def test_what_is_no_workbook_has_no_names(tmp_path):
    path = tmp_path / "list.xlsx"
    path.write_bytes(b"a,b\n1,2\n")

    with pytest.raises(FileRefused, match=r"文件是文本或 CSV，不是 \.xlsx 工作簿。"):
        sheet_names(path)


def test_long_list_is_cut_and_its_last_line_says_so():
    errors = [SheetError("户", f"A{row}", "", "空", "填") for row in range(1, 1004)]

    assert listed(errors[:1000]) == errors[:1000]
    assert listed(errors) == [
        *errors[:1000],
        SheetError("全部", "", "", "还有 3 处错误没有列出", "请先改正以上各处，再重新上传"),
    ]
    assert listed(errors, 4)[-1].reason == "还有 7 处错误没有列出"
