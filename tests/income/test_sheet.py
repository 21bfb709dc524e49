"""The sheet 收入: out and in again, with the whole workbook and alone, and what is wrong with it."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from households.income import IncomeKind
from households.models import HouseholdYear, IncomeItem
from tests import factories as make
from tests.imports.support import YEAR, Edited, command, state_of_database
from tests.income.conftest import kept

HEADERS = (
    "户编号",
    "户主姓名",
    "收入起始日期",
    "务工工资（元）",
    "种植业收入",
    "种植业支出",
    "教育资助（元）",
)
UNCHANGED = "与现有数据完全一致，没有写入任何数据。"


def book_of(*rows: tuple[Any, ...]) -> Workbook:
    """A cadre's file."""
    book = Workbook()
    page = book.active
    page.title = "家庭收入"
    for row in (["收入登记表"], ["填报单位：万田畈村"], HEADERS, *rows):
        page.append(row)
    return book


def import_book(book: Workbook, office: Any, folder: Path) -> Any:
    path = folder / "income.xlsx"
    book.save(path)
    return command(path, office)


@pytest.fixture
def entered(office: Any, people: Any, tmp_path: Path) -> Any:
    """Two households' incomes, imported alone; of the second 0 is said of one kind."""
    book = book_of(
        ("4203206001", None, "2016-10-01", "12,000.50", 900, 0, 2000),
        ("4203206002", None, None, None, None, None, 0),
    )
    ended = import_book(book, office, tmp_path)
    assert (ended.status, ended.err, ended.out) == (0, [], ["收入：新增2，变更0，未变0"])
    return people


def test_incomes_are_imported_and_blank_is_not_nought(entered: Any) -> None:
    one, two = entered
    K = IncomeKind
    assert kept(one) == {K.WAGES: Decimal("12000.5"), K.CROPS: 900, K.CROPS_COST: 0, K.EDUCATION: 2000}
    assert kept(two) == {K.EDUCATION: 0}
    one.refresh_from_db()
    assert str(one.income_from) == "2016-10-01"


def test_an_exported_list_is_imported_as_unchanged_and_a_changed_cell_as_one_change(
    office: Any,
    entered: Any,
    tmp_path: Path,
) -> None:
    url = reverse("income_export", kwargs={"region": office.village.code, "year": YEAR})
    book = load_workbook(io.BytesIO(office.client().get(url).content))
    assert book.sheetnames == ["收入"]
    before = state_of_database()
    ended = import_book(book, office, tmp_path)
    assert (ended.status, ended.err, ended.out) == (0, [], ["收入：新增0，变更0，未变2", UNCHANGED])
    assert state_of_database() == before
    header = [cell.value for cell in book.active[3]]
    book.active.cell(4, header.index("务工工资（元）") + 1).value = None
    ended = import_book(book, office, tmp_path)
    assert (ended.status, ended.out) == (0, ["收入：新增0，变更1，未变1"])
    assert IncomeKind.WAGES not in kept(entered[0])


def test_a_column_that_a_file_has_not_stays_as_it_is(office: Any, entered: Any, tmp_path: Path) -> None:
    make.IncomeItemFactory(household_year=entered[1], kind=IncomeKind.DIBAO, amount=5)
    ended = import_book(book_of(("4203206002", None, None, 7, None, None, None)), office, tmp_path)
    assert ended.status == 0
    assert kept(entered[1]) == {IncomeKind.WAGES: 7, IncomeKind.DIBAO: 5}


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (("4203207001", None, None, 1, None, None, None), "收入!A4 “4203207001”：本村没有这个户编号。"),
        (("4203206003", None, None, 1, None, None, None), "收入!A4 “4203206003”：该户2017年度不在本村。"),
        (("4203206001", "李四", None, 1, None, None, None), "户编号 4203206001 中没有这个人"),
        (("4203206001", None, None, -1, None, None, None), "小于最小值 0"),
        (("4203206001", None, None, "一万", None, None, None), "不是数字"),
        (("4203206001", None, None, "1.234", None, None, None), "小数超过 2 位"),
        (("4203206001", None, None, 2_000_000_000, None, None, None), "大于最大值 1000000000"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    row: tuple[Any, ...],
    said: str,
    office: Any,
    people: Any,
    tmp_path: Path,
) -> None:
    make.village(office.village.code, "万田畈村", year=2016)
    # Only of the year before.
    make.household(office.village, year=2016, household=make.HouseholdFactory(number="4203206003"))
    ended = import_book(book_of(row), office, tmp_path)
    assert ended.status == 1
    assert any(said in line for line in ended.err), ended.err
    assert not IncomeItem.objects.unscoped("tests").exists()


def test_a_household_twice_is_refused(office: Any, people: Any, tmp_path: Path) -> None:
    row = ("4203206001", None, None, 1, None, None, None)
    ended = import_book(book_of(row, row), office, tmp_path)
    assert [line for line in ended.err if "这一户在本表重复" in line]


def test_with_the_whole_workbook_the_households_are_those_it_brings(
    office: Any,
    reference: Edited,
    tmp_path: Path,
) -> None:
    page = reference["收入"]
    assert reference.columns("收入")["户编号"] == "A"
    number, wages = reference["户"]["A4"].value, reference.columns("收入")["务工工资"]
    page["A4"], page[f"{wages}4"] = number, 8000
    ended = command(reference.save(tmp_path / "whole.xlsx"), office)
    assert (ended.status, ended.err) == (0, [])
    assert "收入：新增1，变更0，未变0" in ended.out
    home = HouseholdYear.objects.unscoped("tests").get(household__number=number)
    assert kept(home) == {IncomeKind.WAGES: 8000}
