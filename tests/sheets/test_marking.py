"""A user's own file back: what is wrong is red, 说明 says why and how to mend it, everything else is as it was."""

import io
import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.formatting.rule import CellIsRule
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from fupin.sheets import process
from fupin.sheets.archive import MEGABYTE, Limits
from fupin.sheets.cells import FileRefused
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Sheet
from fupin.sheets.marking import mark_workbook
from fupin.sheets.reading import read_workbook
from fupin.sheets.remarks import WRONG_COLOUR

from .books import BOOK, ID_NUMBER, saved, with_sheet_xml, workbook
from .test_formats import ABOVE, HEADER, bytes_of, older, strict, table

WRONG = [["H1", "三亩", "也许", None], ["H2", 0, "否", "2016-12-31"], [None, 1, "是", None]]


def marked(source, errors=None, book=BOOK):
    """The marked file of a source, and what it is read as: by openpyxl, and as it was marked."""
    if errors is None:
        errors = read_workbook(source, book).errors
    target = io.BytesIO()
    mark_workbook(source, errors, target, book=book)
    return target


def red(page):
    return {
        cell.coordinate for row in page.iter_rows() for cell in row if cell.fill.fgColor.rgb == WRONG_COLOUR
    }


def test_wrong_cells_are_red_and_have_their_reason_beside_them(tmp_path):
    path = saved(workbook(rows=WRONG), tmp_path / "in.xlsx")
    book = load_workbook(marked(path))
    page = book["户"]

    assert book.sheetnames == ["导入说明", "户"]
    assert red(page) == {"B4", "C4", "A6"}
    assert page["E3"].value == "说明"
    assert page["E4"].value.startswith("B列：")
    assert "；C列：" in page["E4"].value
    assert page["E5"].value is None
    assert page["E6"].value.startswith("A列：“户编号”不能为空。请填写")
    assert [cell.value for cell in page["A"]] == ["万田畈村户表", "单位：亩", "户编号", "H1", "H2", None]
    assert book.active.title == "户", "the sheet the user worked in stays the one that opens"
    assert [cell.value for cell in book["导入说明"][4]] == ["—", None, "没有其他问题。", None]


def decorated(path: Path) -> Path:
    """A workbook with most of what an office's has."""
    book = workbook(rows=WRONG)
    page = book["户"]
    page.merge_cells("A1:D1")
    page["A1"].font = Font(name="方正小标宋简体", size=16, bold=True)
    page["B4"].number_format, page["B4"].font = "0.00", Font(italic=True)
    page["C4"].fill = PatternFill("solid", fgColor="FF00FF00")
    page["D6"] = "=B6*2"
    page.column_dimensions["A"].width = 33
    page.column_dimensions["F"].hidden = True
    page.row_dimensions[5].hidden = True
    page.freeze_panes = "A4"
    page.print_title_rows = "1:3"
    page.auto_filter.ref = "A3:D6"
    choice = DataValidation(type="list", formula1='"是,否"')
    choice.add("C4:C9")
    page.add_data_validation(choice)
    page.conditional_formatting.add("B4:B9", CellIsRule(operator="lessThan", formula=["0"]))
    book.create_sheet("别的")["A1"] = "留着"
    book.defined_names["地"] = DefinedName("地", attr_text="户!$B$4:$B$6")
    return saved(book, path)


def cells(book):
    return {
        (page.title, cell.coordinate): (
            cell.value,
            cell.number_format,
            repr((cell.font, cell.border, cell.alignment)),
        )
        for page in book
        for row in page.iter_rows()
        for cell in row
        if page.title != "导入说明" and cell.column != 5 and (cell.has_style or cell.value is not None)
    }


def test_everything_else_is_as_it_was(tmp_path):
    path = decorated(tmp_path / "in.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/media/image1.png", b"\x89PNG picture")
        archive.writestr("xl/charts/chart1.xml", b"<c:chart xmlns:c='x'/>")
    result = marked(path)
    before, after = load_workbook(path), load_workbook(result)

    was, now = cells(before), cells(after)
    assert {place: now[place] for place in was} == was
    page, old = after["户"], before["户"]
    assert page.merged_cells.ranges == old.merged_cells.ranges
    assert page.column_dimensions["A"].width == 33
    assert page.column_dimensions["F"].hidden and not page.column_dimensions["E"].hidden
    assert page.row_dimensions[5].hidden
    assert page.freeze_panes == "A4" and page.auto_filter.ref == "A3:D6"
    assert page.print_title_rows == old.print_title_rows, "names of one sheet follow it to its new place"
    assert [str(rule.sqref) for rule in page.data_validations.dataValidation] == ["C4:C9"]
    assert len(page.conditional_formatting) == 1
    assert after.defined_names["地"].attr_text == "户!$B$4:$B$6"
    with zipfile.ZipFile(path) as one, zipfile.ZipFile(result) as other:
        changed = {name for name in one.namelist() if one.read(name) != other.read(name)}
        assert changed == {
            "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels",
            "[Content_Types].xml",
        }  # fmt: skip
        assert set(other.namelist()) - set(one.namelist()) == {"xl/worksheets/remarks1.xml"}


def test_a_corrected_file_is_read_without_the_remarks_and_marked_anew(tmp_path):
    first = tmp_path / "first.xlsx"
    first.write_bytes(marked(saved(workbook(rows=WRONG), tmp_path / "in.xlsx")).getvalue())
    again = read_workbook(first, BOOK)
    assert [error.cell for error in again.errors] == ["B4", "C4", "A6"]
    assert (again.ignored, again.sheets) == ({}, ["户"])
    book = load_workbook(first)  # as any program saves it
    book["户"]["B4"], book["户"]["A6"] = 3, "H3"
    second = saved(book, tmp_path / "second.xlsx")
    page = load_workbook(marked(second))["户"]
    assert red(page) == {"C4"}
    assert (page["E3"].value, page["E6"].value, page["F3"].value) == ("说明", None, None)
    assert page["E4"].value.startswith("C列：")
    book["户"]["C4"] = "是"
    clean = load_workbook(marked(saved(book, tmp_path / "third.xlsx")))
    assert red(clean["户"]) == set() and clean["户"]["E3"].value is None
    assert clean.sheetnames == ["导入说明", "户"]


def test_errors_without_a_cell_stand_on_a_sheet_of_their_own(tmp_path):
    path = saved(workbook(), tmp_path / "in.xlsx")
    errors = [
        SheetError("整个文件", "", "", "年度尚未开设", "请核对年度"),
        SheetError("户", "第5行", "", "没有户主", "请填写户主"),
        SheetError("人", "", "", "缺少工作表“人”", "请补上"),
    ]
    book = load_workbook(marked(path, errors, book=None))

    assert [[cell.value for cell in row] for row in book["导入说明"].iter_rows(min_row=4)] == [
        ["整个文件", None, "年度尚未开设。", "请核对年度。"],
        ["人", None, "缺少工作表“人”。", "请补上。"],
    ]
    assert book["户"]["E5"].value == "说明：没有户主。请填写户主", "without its labels a header is not known"
    assert red(book["户"]) == set()


def test_a_sheet_under_another_of_its_names_is_found(tmp_path):
    sheet = Sheet(name="户", title="", columns=BOOK.sheets[0].columns, aliases=("贫困户",))
    book = type(BOOK)(kind="k", title="", sheets=(sheet,))
    source = workbook(rows=WRONG, sheet="贫困户（2019）")
    source.create_sheet("别的")
    page = load_workbook(marked(saved(source, tmp_path / "in.xlsx"), book=book))["贫困户（2019）"]

    assert red(page) == {"B4", "C4", "A6"}


def test_what_looks_like_a_formula_is_a_text(tmp_path):
    path = saved(workbook(), tmp_path / "in.xlsx")
    text = '=HYPERLINK("http://x")<&>_x0041_\x0b'
    page = load_workbook(marked(path, [SheetError("户", "第4行", "", text, "")]))["户"]

    assert page["E4"].data_type in ("s", "inlineStr")
    assert page["E4"].value.startswith('=HYPERLINK("http://x")<&>')


def test_no_whole_number_is_written_that_was_not_there(tmp_path):
    path = saved(workbook(), tmp_path / "in.xlsx")
    error = SheetError.at("户", "A4", ID_NUMBER, f"{ID_NUMBER}已登记", "请核对", sensitive=True)
    with zipfile.ZipFile(marked(path, [error])) as archive:
        assert not any(ID_NUMBER.encode() in archive.read(name) for name in archive.namelist())


@pytest.mark.parametrize("kind", ["xls", "csv"])
def test_another_format_comes_back_as_a_new_workbook(kind):
    content = table().replace("3.5,是", "=三亩,是", 1).encode("gb18030")
    if kind == "xls":
        book = older(hidden=True)
        book.get_sheet("户").write(9, 2, "=三亩")
        content = bytes_of(book)
    result = load_workbook(marked(io.BytesIO(content)))
    page = result["户"]
    wrong = {"xls": "C10", "csv": "B4"}[kind]

    assert red(page) >= {wrong}
    assert page[wrong].value == "=三亩" and page[wrong].data_type != "f"
    header = page[{"xls": "B4:F4", "csv": "A3:E3"}[kind]][0]
    assert [cell.value for cell in header] == [*HEADER, "说明"]
    assert f"原文件是 .{kind}，已另存为 .xlsx" in result["导入说明"]["A3"].value
    assert page.cell(*((2, 2) if kind == "xls" else (1, 1))).value == ABOVE[0][0]
    if kind == "xls":
        assert page["C5"].value == 3.5 and page["E6"].value.year == 2016
        assert result["旧"].sheet_state == "hidden"


def test_strict_open_xml_is_marked_too(tmp_path):
    path = strict(saved(workbook(rows=WRONG), tmp_path / "strict.xlsx"))
    result = marked(path)

    assert [error.cell for error in read_workbook(result, BOOK).errors] == ["B4", "C4", "A6"]
    with zipfile.ZipFile(result) as archive:
        assert b"purl.oclc.org" in archive.read("xl/worksheets/sheet1.xml")
        assert b'r="E4"' in archive.read("xl/worksheets/sheet1.xml")


def test_a_prefix_of_the_names_is_kept(tmp_path):
    path = saved(workbook(rows=WRONG), tmp_path / "in.xlsx")
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in ("xl/worksheets/sheet1.xml", "xl/styles.xml"):
        text = re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", parts[name])
        parts[name] = text.replace(b"xmlns=", b"xmlns:x=")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert red(load_workbook(marked(path))["户"]) == {"B4", "C4", "A6"}


def test_what_cannot_be_opened_is_refused_with_its_sentence(tmp_path):
    path = with_sheet_xml(tmp_path / "n.xlsx", '<row r="1"><c></row>')
    with pytest.raises(FileRefused) as refused:
        marked(path, [SheetError("户", "A1", "", "x", "y")])
    assert refused.value.reason == "文件不完整或已损坏"
    with pytest.raises(FileRefused) as refused:
        mark_workbook(io.BytesIO(bytes(2 * MEGABYTE)), [], io.BytesIO(), Limits(file_bytes=MEGABYTE))
    assert refused.value.reason == "文件超过 1 MB"


def test_the_marker_starts_without_django():
    code = "import sys, fupin.sheets.marker; sys.exit(any(n.split('.')[0] == 'django' for n in sys.modules))"

    assert subprocess.run([process.sys.executable, "-c", code], cwd=process.PROJECT).returncode == 0
