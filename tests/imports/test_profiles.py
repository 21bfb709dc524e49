"""The list of villages, what a file leaves out, and which kind a file is of."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fupin.access import SYSTEM
from fupin.domain.bulk import Written
from fupin.domain.imports import IMPORTERS, Absent, recognise
from fupin.models import ImportRun
from fupin.numbers import masked
from fupin.sheets.errors import FileRefused
from fupin.sheets.reading import read_workbook
from households.interfaces.sheets import INCOME_SHEET
from households.models import Person, VillageYear
from tests import factories as make
from tests.database.workbooks import small_rows, write_book
from tests.factories import YEAR
from tests.imports.exports import export, export_of, registered, take
from tests.imports.test_rosters import lines

HEADERS = [
    "县(市、区、旗)",
    "乡(镇)",
    "行政村",
    "总户数",
    "总人口数",
    "外出务工人数",
    "劳动力人数",
    "卫生室数",
]


def profile_of(village):
    return VillageYear.objects.unscoped("tests").get(region=village, year=YEAR)


def test_villages_are_written_and_what_the_file_has_not_stays(world, tmp_path):
    rows = [["云岭县", "七里坪镇", name, "310", "1200", "200", "500", "1"] for name in ("甲村", "乙村")]
    path = export(tmp_path / "村.xlsx", HEADERS, rows)

    assert recognise(path).kind == "profiles"
    outcome = take(path, SYSTEM, kind="profiles")

    assert (lines(outcome), outcome.counts) == ([], {"行政村信息": Written(0, 2, 0)})
    assert outcome.notes == ["工作表“行政村信息”中没有用到的列：卫生室数。"]
    written = profile_of(world.b)
    assert (written.households, written.people, written.away_labour, written.groups) == (310, 1200, 200, 3)
    assert profile_of(world.far).households == 120
    assert take(path, SYSTEM, kind="profiles").state == ImportRun.State.UNCHANGED


def test_profiles_that_contradict_themselves_or_stand_twice(world, personas, tmp_path):
    rows = [
        ["云岭县", "七里坪镇", "甲村", "310", "1200", "600", "500", None],
        ["云岭县", "七里坪镇", "乙村", "310", "1200", None, None, None],
        ["云岭县", "七里坪镇", "乙村", "311", "1200", None, None, None],
        ["云岭县", "松坡镇", "远村", "310", "1200", None, None, None],
        ["云岭县", None, None, "310", "1200", None, None, None],
    ]

    outcome = take(export(tmp_path / "a.xlsx", HEADERS, rows), personas["township"], kind="profiles")

    assert lines(outcome) == [
        "行政村信息!F4 “600”：外出务工劳动力多于劳动力。请核对这两列。",
        "行政村信息!C6 “乙村”：乙村出现了两行。请只保留一行。",
        "行政村信息!C7 “远村”：不是您可以导入的村。请核对县、乡镇、村的名称或村代码，或在页面上方选择所属的乡镇或县后再导入。",
        "行政村信息!C8：没有写明村。请填写行政村或村代码。",
    ]
    assert profile_of(world.a).households == 120


def test_statements_do_not_grow_with_the_villages(world, tmp_path):
    def statements(names):
        rows = [["云岭县", None, name, "310", "1200", "200", "500", "1"] for name in names]
        with CaptureQueriesContext(connection) as queries:
            assert lines(take(export(tmp_path / "a.xlsx", HEADERS, rows), SYSTEM, kind="profiles")) == []
        return len(queries)

    assert statements(["甲村"]) == statements(["甲村", "乙村", "远村"])


# --- what the file leaves out -------------------------------------------------------------------------------------


def absent(path, kind, region=None):
    importer = IMPORTERS[kind]
    reading = read_workbook(path, importer.book, year=YEAR)
    found = importer.check(reading, region=region, year=YEAR, actor=SYSTEM).absent
    for one in found:
        # The person's row, by which a list to be keyed in has the number in full.
        numbers = [Person.objects.unscoped("tests").get(pk=pk).id_number for _, pk in one.of]
        assert (one.sheet == "人") == bool(numbers) == any(masked(number) in one.who for number in numbers)
    return [replace(one, of=()) for one in found]


def test_what_a_roster_leaves_out_in_its_villages_is_listed_with_masked_numbers(world, tmp_path):
    left_out, here = make.household(world.a, size=1), registered(region=world.a)
    (gone,) = (row for row in here if row["household_number"] == left_out.household.number)
    kept, other = (row for row in here if row is not gone)

    path = export_of(tmp_path / "a.xlsx", [{**kept, "people": 1}])

    assert absent(path, "roster") == [
        Absent("户", f"{gone['household_number']}（户主{gone['name']}）", "甲村"),
        Absent("人", f"{other['name']} {masked(other['id_number'])}", "甲村"),
        Absent("人", f"{gone['name']} {masked(gone['id_number'])}", "甲村"),
    ]
    work = [("户编号", "household_number"), ("姓名", "name"), ("证件号码", "id_number")]
    assert absent(export_of(tmp_path / "b.xlsx", [kept], order=work), "roster") == []


def test_what_the_village_workbook_leaves_out_is_listed_too(world, tmp_path):
    households, members = small_rows()
    path = write_book(tmp_path / "a.xlsx", world.a, households, members)
    number, people = world.household_a.household.number, registered(region=world.a)

    assert absent(path, "village", world.a) == [
        Absent("户", f"{number}（户主{people[0]['name']}）", "甲村"),
        *(Absent("人", f"{row['name']} {masked(row['id_number'])}", "甲村") for row in people),
    ]


# --- which kind ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (["户编号", "姓名", "证件号码", "务工地点", "务工企业名称"], "roster"),
        (["AAR008", "AAC001", "AAB002", "AAB004"], "roster"),
        (["区划代码", "名称"], "regions"),
        (["村代码", "行政村", "总户数", "总人口"], "profiles"),
        ([column.label for column in INCOME_SHEET.columns], "income"),
    ],
)
def test_a_file_is_known_by_its_header(headers, kind, tmp_path):
    assert recognise(export(tmp_path / "a.csv", headers, [["1"] * len(headers)])).kind == kind


def test_a_header_of_two_kinds_is_asked_about(tmp_path, monkeypatch):
    twin = type("Twin", (), {"kind": "twin", "label": "另一种", "book": IMPORTERS["regions"].book})()
    monkeypatch.setitem(IMPORTERS, "twin", twin)

    with pytest.raises(
        FileRefused, match=r"这张表像“行政区划”，也像“另一种”。请选择表格种类（命令行用 --kind）。"
    ):
        recognise(export(tmp_path / "a.csv", ["区划代码", "名称"], [["1", "2"]]))
