"""Workbooks as cadres make them: where the header stands, what is missing, and every error with its cell."""

import io
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from fupin.sheets import reading as reading_module
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Book
from fupin.sheets.reading import read_workbook

from .books import (
    BOOK,
    FULL,
    HEADER,
    ID_NUMBER,
    MASKED_ID,
    ROWS,
    SMALL,
    patched,
    saved,
    with_sheet_xml,
    workbook,
)


def read(tmp_path, book=BOOK, **kwargs):
    return read_workbook(saved(workbook(**kwargs), tmp_path / "in.xlsx"), book, year=2017)


def expect_plain_rows(reading):
    assert [str(error) for error in reading.errors] == []
    assert [row.values for row in reading.rows["户"]] == [
        {"code": "H1", "land": Decimal("3.50"), "poor": True, "left": None},
        {"code": "H2", "land": Decimal("0.00"), "poor": False, "left": date(2016, 12, 31)},
    ]


@pytest.mark.parametrize(
    "above", [(), (["户表"],), (["户表"], ["单位：亩"]), ([None], ["户表"], [None], ["单位"])]
)
@pytest.mark.parametrize("offset", [(0, 0), (2, 3)])
def test_header_is_found_below_title_and_beside_empty_columns(tmp_path, above, offset):
    expect_plain_rows(read(tmp_path, above=above, offset=offset))


@pytest.mark.parametrize(
    "header",
    [
        ["*户编号", "耕地(亩)", "是否\n贫困户", " 脱贫 日期"],
        ["户编号", "耕地面积", "是否贫困户", "脱贫日期"],
        ["户编号", "耕地面积（单位：亩）", "是否贫困户（是/否）", "脱贫日期："],
    ],
)
def test_header_is_known_by_alias_and_without_its_unit(tmp_path, header):
    expect_plain_rows(read(tmp_path, header=header))


def test_columns_may_stand_in_any_order_and_unknown_ones_are_named(tmp_path):
    reading = read(
        tmp_path,
        header=["序号", "是否贫困户", "村组", "户编号", "耕地（亩）", "脱贫日期"],
        rows=[[1, "是", "一组", "H1", 3.5, None], [2, "否", "二组", "H2", 0, "2016.12.31"], [3]],
    )

    expect_plain_rows(reading)
    assert reading.ignored == {"户": ["村组"]}


def test_row_keeps_its_number_and_addresses(tmp_path):
    row = read(tmp_path, offset=(1, 1)).rows["户"][1]

    assert row.number == 6
    assert row.cells == {"code": "B6", "land": "C6", "poor": "D6", "left": "E6"}


def test_upload_in_memory_is_read_too():
    target = io.BytesIO()
    workbook().save(target)

    expect_plain_rows(read_workbook(target, BOOK))


def test_the_only_sheet_of_a_kind_is_told_by_its_header(tmp_path):
    book = workbook(sheet="导出数据")
    book.create_sheet("Sheet2", 0).append(["说明", "请核对"])

    expect_plain_rows(read_workbook(saved(book, tmp_path / "in.xlsx"), BOOK, year=2017))


def test_two_sheets_that_could_be_meant_are_told(tmp_path):
    book = workbook(sheet="一月")
    book.copy_worksheet(book.active).title = "二月"

    reading = read_workbook(saved(book, tmp_path / "in.xlsx"), BOOK, year=2017)

    assert [str(error) for error in reading.errors] == ["二月：与工作表“一月”都是“户”。请只保留一张。"]


def test_missing_sheet_names_the_sheets_that_are_there(tmp_path):
    reading = read(tmp_path, sheet="Sheet1", header=["甲", "乙"], rows=[["1", "2"]])

    assert [str(error) for error in reading.errors] == [
        "户：缺少工作表“户”，文件里有：Sheet1。请把相应的工作表改名为“户”，或下载空白模板填写。"
    ]


def test_missing_column_is_named(tmp_path):
    reading = read(tmp_path, header=["户编号", None, "是否贫困户", "脱贫日期"])

    assert [str(error) for error in reading.errors] == [
        "户!第3行：缺少“耕地（亩）”列。请在表头中加上“耕地（亩）”，没有数据可留空列；或下载空白模板填写。"
    ]


def test_missing_optional_column_leaves_its_name_out(tmp_path):
    reading = read(tmp_path, header=HEADER[:3], rows=[["H1", 1, "是"]])

    assert reading.errors == []
    assert reading.rows["户"][0].values == {"code": "H1", "land": Decimal("1.00"), "poor": True}


@pytest.mark.parametrize(
    ("position", "renamed", "expected"), [(1, "耕地情况", "耕地（亩）"), (3, "脱贫的日期", "脱贫日期")]
)
def test_renamed_column_is_suggested_at_its_cell(tmp_path, position, renamed, expected):
    header = [*HEADER]
    header[position] = renamed
    (error,) = read(tmp_path, header=header).errors

    assert error.cell == f"{'ABCD'[position]}3"
    assert error.value == renamed
    assert f"请把表头改为“{expected}”" in error.remedy


def test_duplicated_column_is_refused_at_the_second(tmp_path):
    (error,) = read(tmp_path, header=[*HEADER, "户编号"], rows=[["H1", 1, "是", None, "H9"]]).errors

    assert (error.cell, error.reason) == ("E3", "“户编号”出现了两列")


def test_header_in_another_unit_is_refused(tmp_path):
    (error,) = read(tmp_path, header=["户编号", "耕地（公顷）", "是否贫困户", "脱贫日期"]).errors

    assert (error.cell, error.reason) == ("B3", "单位是公顷，应为亩")


@pytest.mark.parametrize(
    ("line", "header", "wrong"),
    [
        ("单位：公顷", "耕地", ["B3"]),
        ("单位：公顷", "耕地（亩）", []),
        ("单位：万元、公顷", "耕地", ["B3"]),
        ("单位：亩、元", "耕地", []),
        ("（单位：公顷）", "耕地", ["B3"]),
        ("单 位：元、 公顷", "耕地", ["B3"]),
        ("单位：万元", "耕地", []),
        ("填报单位：万田畈村", "耕地", []),
    ],
)
def test_unit_line_counts_where_the_header_states_no_unit(tmp_path, line, header, wrong):
    reading = read(tmp_path, above=(["户表"], [line]), header=["户编号", header, "是否贫困户", "脱贫日期"])

    assert [error.cell for error in reading.errors] == wrong


def test_header_of_two_rows_is_read_as_one(tmp_path):
    reading = read(
        tmp_path,
        above=(["户表"], ["户编号", "土地情况", "是否贫困户"]),
        header=[None, "耕地（亩）", None, "脱贫日期"],
    )

    expect_plain_rows(reading)


def test_blank_of_a_required_column_points_at_merged_cells(tmp_path):
    book = workbook(rows=[["H1", 1, "是", None], [None, 2, "是", None]])
    book["户"].merge_cells("A4:A5")
    (error,) = read_workbook(saved(book, tmp_path / "m.xlsx"), BOOK).errors

    assert error.cell == "A5"
    assert "取消合并" in error.remedy


def test_sheet_without_header_is_refused(tmp_path):
    (error,) = read(tmp_path, header=["甲", "乙"]).errors

    assert error.reason == "前 10 行中没有找到表头"


def test_totals_and_notes_are_no_records(tmp_path):
    rows = [
        *ROWS,
        ["小计", 3.5],
        [None, None],
        ["合 计", 3.5],
        ["全村总计：", 3.5],
        ["注：耕地按确权面积。"],
        ["填报人：张三　审核人：李四"],
    ]

    expect_plain_rows(read(tmp_path, rows=rows))


def test_total_after_a_running_number_is_no_record(tmp_path):
    reading = read(tmp_path, header=["序号", *HEADER], rows=[[1, *ROWS[0]], [2, *ROWS[1]], [3, "合计", 3.5]])

    expect_plain_rows(reading)


def test_a_remark_that_begins_like_a_note_is_kept(tmp_path):
    reading = read(
        tmp_path,
        header=["户编号", "耕地（亩）", "是否贫困户", "脱贫日期", "备注"],
        rows=[["H1", 1, "是", None, "注：无"]],
    )

    assert len(reading.rows["户"]) == 1


def test_wrong_dimension_tag_does_not_hide_rows(tmp_path):
    path = saved(workbook(), tmp_path / "wps.xlsx")
    patched(path, "xl/worksheets/sheet1.xml", '<dimension ref="[^"]*"', '<dimension ref="A1:A1"')
    page = load_workbook(path, read_only=True).active
    assert page.max_row == 1, "the file must have what misleads openpyxl"

    expect_plain_rows(read_workbook(path, BOOK))


def test_cells_without_references_are_counted(tmp_path):
    path = saved(workbook(above=()), tmp_path / "plain.xlsx")
    patched(path, "xl/worksheets/sheet1.xml", r'(<(?:c|row)[^>]*?) r="[A-Z]*\d+"', r"\1")
    reading = read_workbook(path, BOOK)

    assert [row.values["code"] for row in reading.rows["户"]] == ["H1", "H2"]
    assert reading.rows["户"][0].number == 2


def test_all_errors_are_listed_with_their_cells(tmp_path):
    rows = [
        ["H1", "三亩", "也许", "2016-02-30"],
        [None, -1, "是", None],
        ["H3", 1.234, "否", "2016.1.1"],
        ["H4", 1, "#N/A", None],
    ]
    reading = read(tmp_path, rows=rows)

    assert [error.cell for error in reading.errors] == ["B4", "C4", "D4", "A5", "B5", "B6", "C7"]
    assert all(error.reason and error.remedy for error in reading.errors)
    assert reading.rows["户"][0].refused == {"land", "poor", "left"}
    assert reading.rows["户"][0].values == {"code": "H1", "land": None, "poor": None, "left": None}


def test_long_error_list_is_cut_and_the_rest_counted(tmp_path, monkeypatch):
    monkeypatch.setattr(reading_module, "LISTED_ERRORS", 3)
    reading = read(tmp_path, rows=[[f"H{n}", "x", "是", None] for n in range(10)])

    assert len(reading.errors) == 3
    assert [error.cell for error in reading.errors] == ["B4", "B5", "B6"]
    assert reading.more_errors == 7


def test_formula_without_a_saved_value_is_refused(tmp_path):
    (error,) = read(tmp_path, rows=[["H1", "=1+1", "是", None]]).errors

    assert (error.cell, error.reason) == ("B4", "单元格是公式，但文件里没有保存计算结果")


def test_formula_with_its_value_is_read(tmp_path):
    rows = (
        '<row r="1"><c r="A1" t="str"><v>户编号</v></c><c r="B1" t="str"><v>耕地</v></c>'
        '<c r="C1" t="str"><v>是否贫困户</v></c></row>'
        '<row r="2"><c r="A2" t="str"><f>"H"&amp;1</f><v>H1</v></c><c r="B2"><f>1+1</f><v>2</v></c>'
        '<c r="C2" t="str"><f>""</f><v></v></c></row>'
        '<row r="3"><c r="A3" t="str"><v>H2_x000D_</v></c><c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        '<c r="C3" t="b"><v>1</v></c></row>'
    )
    reading = read_workbook(with_sheet_xml(tmp_path / "f.xlsx", rows), BOOK)

    assert reading.rows["户"][0].values == {"code": "H1", "land": Decimal("2.00"), "poor": None}
    assert reading.rows["户"][1].values == {"code": "H2", "land": None, "poor": True}
    assert [str(error) for error in reading.errors] == [
        "户!B3 “#DIV/0!”：单元格是公式错误 #DIV/0!。请改正公式，或直接填写数值。"
    ]


def test_phonetic_guides_are_no_part_of_a_text(tmp_path):
    rows = (
        '<row r="1"><c r="A1" t="str"><v>户编号</v></c><c r="B1" t="str"><v>耕地</v></c>'
        '<c r="C1" t="str"><v>是否贫困户</v></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><r><t>万</t></r><r><t>田</t></r>'
        '<rPh sb="0" eb="1"><t>wan</t></rPh></is></c></row>'
    )
    reading = read_workbook(with_sheet_xml(tmp_path / "f.xlsx", rows), BOOK)

    assert reading.rows["户"][0].values["code"] == "万田"


@pytest.mark.parametrize("base_1904", [False, True])
def test_dates_hold_in_both_date_systems(tmp_path, base_1904):
    book = workbook(rows=[["H1", 1, "是", date(2016, 12, 31)]])
    if base_1904:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
    path = saved(book, tmp_path / "d.xlsx")
    unstyled = saved(book, tmp_path / "u.xlsx")
    patched(unstyled, "xl/worksheets/sheet1.xml", r'<c r="D4" s="\d+"', '<c r="D4"')

    for file in (path, unstyled):
        reading = read_workbook(file, BOOK)
        assert reading.errors == []
        assert reading.rows["户"][0].values["left"] == date(2016, 12, 31)


def test_number_kept_as_a_number_is_refused_and_masked(tmp_path):
    header = [column.header for column in FULL.sheets[0].columns]
    book = workbook(sheet="人", header=header, rows=[["王五", 420111199001011234], ["赵六", ID_NUMBER + "9"]])
    errors = read_workbook(saved(book, tmp_path / "n.xlsx"), FULL).errors

    assert [error.cell for error in errors] == ["B4", "B5"]
    assert "号码以数字形式保存，末位已丢失。请把单元格设为文本后重新填写" in str(errors[0])
    for error in errors:
        assert "420111199001011234" not in str(error) + repr(error)
        assert ID_NUMBER not in str(error) + repr(error)
    assert "*" in errors[0].value


def test_errors_never_show_a_whole_number(tmp_path):
    header = [column.header for column in FULL.sheets[0].columns]
    rows = [["王五", None, None, f"见{ID_NUMBER}"], [f"王五{ID_NUMBER}" + "长" * 50, ID_NUMBER]]
    reading = read_workbook(saved(workbook(sheet="人", header=header, rows=rows), tmp_path / "m.xlsx"), FULL)
    found = [*reading.errors, reading.rows["人"][1].error("number", f"{ID_NUMBER}已登记", "请核对")]

    assert [error.cell for error in found] == ["D4", "A5", "B5"]
    for error in found:
        assert ID_NUMBER not in str(error)
        assert len(error.value) <= 40
    assert str(found[2]) == f"人!B5 “{MASKED_ID}”：{MASKED_ID}已登记。请核对。"


def test_error_of_a_row_rule_without_a_cell_names_the_row(tmp_path):
    row = read(tmp_path).rows["户"][0]

    assert str(row.error("", "没有户主", "请填写户主")) == "户!第4行：没有户主。请填写户主。"
    assert str(row.error("land", "与上年不符", "请核对？")) == "户!B4 “3.5”：与上年不符。请核对？"


def test_sheet_error_is_one_line_of_text():
    error = SheetError.at("人", "C12", ID_NUMBER, "校验码不对", "请核对", sensitive=True)

    assert str(error) == f"人!C12 “{MASKED_ID}”：校验码不对。请核对。"


def test_hidden_sheets_are_read_and_named(tmp_path):
    book = workbook()
    book.create_sheet("别的")
    book["户"].sheet_state = "hidden"
    reading = read_workbook(saved(book, tmp_path / "h.xlsx"), BOOK)

    expect_plain_rows(reading)
    assert reading.sheets == ["户", "别的"]
    assert reading.hidden == ["户"]


def test_two_sheets_of_one_meaning_are_refused(tmp_path):
    book = workbook()
    book.copy_worksheet(book["户"]).title = "户（2）"
    reading = read_workbook(saved(book, tmp_path / "t.xlsx"), Book(kind="t", title="", sheets=(SMALL,)))

    assert [error.reason for error in reading.errors] == ["与工作表“户”都是“户”"]
    assert len(reading.rows["户"]) == 2
