"""Rows of a ledger say their own year: what a year that is not open does to them."""

from __future__ import annotations

import pytest

from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS
from fupin.domain.years import close_years, open_years
from tests.imports.ledgers import benefit, partner, project, work, workbook
from tests.imports.support import YEAR, Ended, import_workbook, state_of_database


def dated(kind: str, year: int) -> list:
    """A row of a ledger in a year."""
    return {
        "benefits": lambda: benefit(享受年度=year),
        "projects": lambda: project(实施年度=year),
        "partners": lambda: partner(带动年度=year),
        "work": lambda: work(日期=f"{year}-03-05"),
    }[kind]()


KINDS = ("benefits", "projects", "partners", "work")


def into(year: int, kind: str, rows: list, office, folder) -> Ended:
    """Import rows of a ledger into a year, as the clerk."""
    arguments = ("--year", year, "--user", "clerk", "--region", office.village.code)
    return import_workbook(workbook(kind, rows, folder), *arguments)


def new(kind: str, count: int, unchanged: int = 0) -> list[str]:
    return [f"{IMPORTERS[kind].book.sheets[0].name}：新增{count}，变更0，未变{unchanged}"]


def closed(year: int) -> list[str]:
    """What the database says of a year that is closed, as the shell words it."""
    return [
        f"整个文件：{year}年度已关账（区划代码 421199103206），不能修改。如需修改，请联系县级办公室重新打开。",
        "共1处问题，未写入任何数据。",
    ]


@pytest.fixture
def second_year(office, people):
    """2017, the village's first year, is closed; 2018 is open."""
    close_years(region=office.village, year=YEAR, actor=SYSTEM)
    open_years(villages=[office.village], year=YEAR + 1, actor=SYSTEM)


@pytest.mark.parametrize("kind", KINDS)
def test_a_baseline_year_is_written_while_the_first_year_is_open(kind, office, people, tmp_path):
    rows = [dated(kind, year) for year in (2014, 2016, 2017)]

    ended = into(2017, kind, rows, office, tmp_path)

    assert (ended.status, ended.out, ended.err) == (0, new(kind, 3), [])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("year", [2014, 2017])
def test_a_baseline_year_is_closed_with_the_first_year(kind, year, office, second_year, tmp_path):
    """The right row beside the wrong one is not written either; alone it is."""
    before = state_of_database()

    ended = into(2018, kind, [dated(kind, 2018), dated(kind, year)], office, tmp_path)

    assert (ended.status, ended.out, ended.err) == (1, [], closed(2017))
    assert state_of_database() == before
    assert into(2018, kind, [dated(kind, 2018)], office, tmp_path).out == new(kind, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_later_year_that_is_closed_is_closed_to_the_ledgers_of_the_next(kind, office, people, tmp_path):
    open_years(villages=[office.village], year=2018, actor=SYSTEM)
    open_years(villages=[office.village], year=2019, actor=SYSTEM)
    close_years(region=office.village, year=2018, actor=SYSTEM)
    rows = [dated(kind, 2016), dated(kind, 2018), dated(kind, 2019)]
    before = state_of_database()

    ended = into(2019, kind, rows, office, tmp_path)

    assert (ended.status, ended.out, ended.err) == (1, [], closed(2018))
    assert state_of_database() == before
    assert into(2019, kind, [rows[0], rows[2]], office, tmp_path).out == new(kind, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_closed_years_that_stand_there_as_they_are_may_be_in_the_file(kind, office, people, tmp_path):
    """A ledger is carried on from year to year: only what is new in it is written."""
    assert into(2017, kind, [dated(kind, 2014), dated(kind, 2017)], office, tmp_path).status == 0
    close_years(region=office.village, year=2017, actor=SYSTEM)
    open_years(villages=[office.village], year=2018, actor=SYSTEM)
    carried = [dated(kind, year) for year in (2014, 2017, 2018)]

    assert into(2018, kind, carried, office, tmp_path).out == new(kind, 1, unchanged=2)

    before = state_of_database()
    carried[0][-1] = "改"  # 备注
    ended = into(2018, kind, carried, office, tmp_path)
    assert (ended.status, ended.err) == (1, closed(2017))
    assert state_of_database() == before


def test_a_project_of_next_year_waits_until_that_year_is_opened(office, people, tmp_path):
    rows = [project(实施年度=2018, 进度="规划中")]

    ended = into(2017, "projects", rows, office, tmp_path)

    assert ended.err == [
        "项目!A4 “2018”：万田畈村2018年度尚未开设。请填2017年度，计划开工、完工日期填2018年的；或等县级办公室开设2018年度后再导入。",
        "共1处问题，未写入任何数据。",
    ]
    open_years(villages=[office.village], year=2018, actor=SYSTEM)
    assert into(2017, "projects", rows, office, tmp_path).out == new("projects", 1)


@pytest.mark.parametrize("state", ["已关账", "尚未开设"])
def test_a_year_that_is_not_open_takes_no_ledger(state, office, people, tmp_path):
    if state == "已关账":
        close_years(region=office.village, year=2017, actor=SYSTEM)
    year = 2017 if state == "已关账" else 2018

    ended = into(year, "texts", [[None, 1, "一是继续努力。"]], office, tmp_path)

    assert ended.err == [
        f"整个文件：万田畈村{year}年度{state}，不能导入。请核对年度。", "共1处问题，未写入任何数据。",
    ]  # fmt: skip


def test_the_whole_workbook_is_refused_for_a_changed_row_of_a_closed_year(office, whole, tmp_path):
    """The register, the enterprises and the other ledgers are all right, and are not written either."""
    arguments = ("--year", 2018, "--user", "clerk", "--region", office.village.code)
    open_years(villages=[office.village], year=2018, actor=SYSTEM)
    close_years(region=office.village, year=2017, actor=SYSTEM)
    for row in range(4, 70):
        if whole["户"][f"G{row}"].value == "新脱贫":
            whole["户"][f"G{row}"].value = "历史已脱贫"
    before = state_of_database()

    ended = import_workbook(whole.save(tmp_path / "a.xlsx"), *arguments)

    assert (ended.status, ended.out, ended.err) == (1, [], closed(2017))
    assert state_of_database() == before

    # Negative control: without the rows of other years it is written.
    for sheet in ("工作台账", "措施与资金", "项目", "市场主体"):
        whole.book.remove(whole[sheet])
    ended = import_workbook(whole.save(tmp_path / "a.xlsx"), *arguments)
    assert ended.out == [
        "村情：新增1，变更0，未变0", "户：新增66，变更0，未变0", "人：新增156，变更0，未变0", "下一步：新增4，变更0，未变0",
    ]  # fmt: skip
