"""Whom and what a ledger's rows name: households, people and enterprises, here, in the same workbook, or elsewhere."""

from __future__ import annotations

import re
from datetime import date

import pytest

from funds.domain import ledgers
from funds.models import Benefit, Enterprise, Partnership
from households.models import HouseholdYear, Person
from tests import factories as make
from tests.imports.cases import cell, copied_row
from tests.imports.ledgers import benefit, partner, workbook
from tests.imports.support import command, state_of_database

NOT_HERE = "本村没有这个户编号。请核对户编号；只能填写本村登记的户。"


def rows(model):
    return model.objects.unscoped("tests")


def refused(path, office, *lines: str) -> None:
    """Import a file and expect these lines, and that nothing is written."""
    before = state_of_database()
    ended = command(path, office)
    assert ended.err == [*lines, f"共{len(lines)}处问题，未写入任何数据。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before


# --- enterprises ---


def test_a_benefit_may_name_an_enterprise_that_the_workbook_brings_along(office, whole, tmp_path):
    copied_row("措施与资金", 117, A=2015, K="新星合作社", G=None)(whole)
    copied_row("市场主体", 4, B="新星合作社", C="专业合作社")(whole)

    ended = command(whole.save(tmp_path / "a.xlsx"), office)

    assert (ended.status, ended.err) == (0, [])
    made = rows(Benefit).get(year=2015, enterprise__name="新星合作社")
    assert (made.household.number, made.measure) == ("4203206004", "111")
    assert rows(Enterprise).get(name="新星合作社").region == office.village


def test_a_benefit_may_not_name_an_enterprise_that_nobody_brings_along(office, whole, tmp_path):
    copied_row("措施与资金", 117, A=2015, K="新星合作社", G=None)(whole)

    refused(
        whole.save(tmp_path / "a.xlsx"),
        office,
        "措施与资金!K507 “新星合作社”：没有登记“新星合作社”。请在“市场主体”表中填写，或先登记该市场主体。",
    )


def test_enterprises_of_two_kinds_are_told_by_the_register_or_by_the_first_row(office, people, tmp_path):
    rows_ = [
        partner(市场主体名称="青山合作社", 类型="企业"),
        partner(市场主体名称="青山合作社", 类型="合作社", 户编号="4203206002"),
        partner(类型="家庭农场"),
        partner(类型="企业", 户编号="4203206002"),
    ]
    refused(
        workbook("partners", rows_, tmp_path),
        office,
        "市场主体!C4 “企业”：该市场主体已登记为专业合作社。请核对类型和名称。",
        "市场主体!C7 “企业”：“新公司”在本表有两种类型。请改成一致。",
    )


def test_the_business_of_a_known_enterprise_is_not_overwritten_and_that_is_told(office, people, tmp_path):
    rows(Enterprise).update(business="茶油")
    headers = ("带动年度", "市场主体名称", "类型", "主营", "户编号", "备注")
    lines = [
        [2017, "青山合作社", "合作社", "养猪", "4203206001"],
        [2017, "青山合作社", "合作社", "养猪", "4203206002"],
        [2017, "新公司", "企业", "养猪", "4203206001"],
    ]
    ended = command(workbook("partners", lines, tmp_path, headers), office)

    assert (ended.status, ended.out) == (0, ["市场主体：新增3，变更0，未变0"])
    assert ended.err == [
        "工作表“市场主体”D4：“青山合作社”的主营已有登记，未作改动；如需修改，请到“市场主体”页面。"
    ]
    assert dict(rows(Enterprise).values_list("name", "business")) == {"青山合作社": "茶油", "新公司": "养猪"}


def test_a_year_to_come_brings_nobody_along_yet(office, people, tmp_path):
    refused(
        workbook("partners", [partner(带动年度=2018)], tmp_path),
        office,
        "市场主体!A4 “2018”：带动年度晚于2017年度。请核对带动年度。",
    )


# --- households of elsewhere ---


@pytest.mark.parametrize("number", ["4203207001", "4299999999"])
def test_a_household_of_another_village_is_answered_like_one_that_does_not_exist(
    office, people, tmp_path, number
):
    there = HouseholdYear.objects.unscoped("tests").filter(household__number="4203207001")
    assert [row.region for row in there] == [office.neighbour]
    refused(
        workbook("benefits", [benefit(户编号=number)], tmp_path),
        office,
        f"措施与资金!B4 “{number}”：{NOT_HERE}",
    )
    refused(
        workbook("partners", [partner(户编号=number)], tmp_path),
        office,
        f"市场主体!D4 “{number}”：{NOT_HERE}",
    )


def test_a_village_that_has_nobody_yet_has_no_households_for_its_ledgers(office, tmp_path):
    refused(workbook("benefits", [benefit()], tmp_path), office, f"措施与资金!B4 “4203206001”：{NOT_HERE}")


@pytest.fixture
def moved(office, people):
    """The first household as it was in the neighbouring village the year before; what that village wrote down."""
    home = people[0].household
    make.HouseholdYearFactory(region=office.neighbour, household=home, year=2016)
    enterprise = rows(Enterprise).get(name="青山合作社")
    place = {"region": office.neighbour, "household": home, "year": 2016}
    make.BenefitFactory(**place, measure="101", remark="邻村登记")
    make.PartnershipFactory(**place, enterprise=enterprise, remark="邻村登记")
    return home


MOVED = {
    "benefits": (
        benefit(享受年度=2016, 帮扶措施="光伏", 备注="本村改写"), benefit(享受年度=2016, 帮扶措施="养牛奖补"),
        "整个文件：有户的这项措施已在本县他处登记，未写入任何数据。",
    ),
    "partners": (
        partner(带动年度=2016, 市场主体名称="青山合作社", 类型="合作社", 备注="本村改写"),
        partner(带动年度=2016, 类型="企业"), "整个文件：有户与市场主体的关系已在本县他处登记，未写入任何数据。",
    ),
}  # fmt: skip
MODELS = {"benefits": Benefit, "partners": Partnership}


@pytest.mark.parametrize("kind", MOVED)
def test_what_the_former_village_registered_is_not_overwritten_and_it_is_not_named(
    kind, office, moved, tmp_path
):
    same, other, line = MOVED[kind]
    refused(workbook(kind, [other, same], tmp_path), office, line)
    assert re.findall("石桥|421199103207", line) == []
    assert command(workbook(kind, [other], tmp_path), office).status == 0
    assert set(rows(MODELS[kind]).values_list("region_id", "remark")) == {
        (office.neighbour.code, "邻村登记"), (office.village.code, ""),
    }  # fmt: skip


@pytest.mark.parametrize("kind", MOVED)
def test_guard_off_the_former_village_would_find_its_row_changed(kind, office, moved, tmp_path, monkeypatch):
    """The negative control of the test above."""
    monkeypatch.setattr(ledgers, "_refuse_elsewhere", lambda *_: None)

    assert command(workbook(kind, [MOVED[kind][0]], tmp_path), office).status == 0

    assert list(rows(MODELS[kind]).values_list("region_id", "remark")) == [
        (office.neighbour.code, "本村改写")
    ]


# --- people ---


@pytest.fixture
def sisters(people):
    """The two members of one name."""
    found = rows(Person).filter(memberships__household_year=people[1], name="王小明").order_by("pk")
    assert found.count() == 2
    return list(found)


def test_two_people_of_one_name_are_told_apart_by_number(office, people, sisters, tmp_path):
    lines = [
        benefit(
            户编号="4203206002", 享受人姓名="王小明", 享受人证件号码=sister.id_number, 备注=str(sister.pk)
        )
        for sister in sisters
    ]
    assert command(workbook("benefits", lines, tmp_path), office).out == ["措施与资金：新增2，变更0，未变0"]
    assert set(rows(Benefit).values_list("person_id", "remark")) == {(s.pk, str(s.pk)) for s in sisters}


def test_a_name_that_two_have_is_no_answer(office, people, sisters, tmp_path):
    refused(
        workbook("benefits", [benefit(户编号="4203206002", 享受人姓名="王小明")], tmp_path),
        office,
        "措施与资金!E4 “王小明”：该户有同名成员。请填写享受人证件号码。",
    )


def test_a_name_and_the_number_of_somebody_else_are_nobody(office, people, sisters, tmp_path):
    head = rows(Person).get(memberships__household_year=people[1], memberships__relation="01")
    line = benefit(户编号="4203206002", 享受人姓名="王小明", 享受人证件号码=head.id_number)
    refused(
        workbook("benefits", [line], tmp_path),
        office,
        "措施与资金!E4 “王小明”：户编号 4203206002 中没有这名成员。请核对姓名、证件号码和户编号。",
    )


@pytest.mark.parametrize("household", ["4203206002", "4203207001"])
def test_a_person_of_another_household_is_nobody_in_this_one(office, people, tmp_path, household):
    """Neither one of the same village, nor one of the neighbour; by number, which is masked, or by name."""
    person = rows(Person).filter(memberships__household_year__household__number=household).order_by("pk")[0]
    assert person.id_number
    masked = f"{person.id_number[:3]}***********{person.id_number[-4:]}"
    said = "户编号 4203206001 中没有这名成员。请核对姓名、证件号码和户编号。"
    refused(
        workbook(
            "benefits", [benefit(享受人证件号码=person.id_number), benefit(享受人姓名=person.name)], tmp_path
        ),
        office,
        f"措施与资金!F4 “{masked}”：{said}",
        f"措施与资金!E5 “{person.name}”：{said}",
    )


def test_somebody_named_once_by_name_and_once_by_number_is_told_as_twice(office, people, tmp_path):
    person = rows(Person).filter(memberships__household_year=people[0]).order_by("pk")[1]
    lines = [benefit(享受人姓名=person.name), benefit(享受人证件号码=person.id_number)]
    refused(
        workbook("benefits", lines, tmp_path),
        office,
        "措施与资金!D5 “养牛奖补”：同一户（人）同一年度、同一日期的这项措施重复。请删去重复的行，或填写不同的日期。",
    )


# --- people as the same workbook says who they are ---


@pytest.fixture
def imported(office, whole, tmp_path):
    """The whole workbook, imported; at hand to edit. 彭正林, in the row 12 of 人, has no number yet."""
    assert command(whole.save(tmp_path / "first.xlsx"), office).status == 0
    return whole


def given(book, row: int, **cells) -> None:
    """Append a row of 医疗救助 in 2015 for the household in a row of 人."""
    blank = dict.fromkeys("CEFGHIJKL")
    copied_row(
        "措施与资金", 4, **(blank | {"A": 2015, "B": book["人"][f"A{row}"].value, "D": "医疗救助"} | cells)
    )(book)


def test_a_newborn_that_gets_a_number_is_one_person_to_the_ledgers_too(office, imported, tmp_path):
    newborn = rows(Person).get(name="彭正林")
    number = make.id_number(501, newborn.birth_date)
    cell(人_C12=number)(imported)
    given(imported, 12, E="彭正林", G=date(2015, 4, 1))
    given(imported, 12, F=number, G=date(2015, 5, 1))

    ended = command(imported.save(tmp_path / "b.xlsx"), office)

    assert (ended.status, ended.err) == (0, [])
    assert ended.out[4] == "措施与资金：新增2，变更0，未变503"
    assert (
        list(rows(Benefit).filter(year=2015, measure="505").values_list("person_id", flat=True))
        == [newborn.pk] * 2
    )


def test_a_name_corrected_in_the_workbook_is_the_name_to_use(office, imported, tmp_path):
    person = rows(Person).get(name="阎斌强")
    cell(人_B6="阎斌强强")(imported)
    before = state_of_database()
    given(imported, 6, E="阎斌强", G=date(2015, 4, 1))
    ended = command(imported.save(tmp_path / "b.xlsx"), office)
    assert ended.err == [
        "措施与资金!E507 “阎斌强”：户编号 4203206002 中没有这名成员。请核对姓名、证件号码和户编号。",
        "共1处问题，未写入任何数据。",
    ]
    assert state_of_database() == before

    cell(措施与资金_E507="阎斌强强")(imported)
    given(imported, 6, F=person.id_number, G=date(2015, 5, 1))
    ended = command(imported.save(tmp_path / "c.xlsx"), office)

    assert (ended.status, ended.err) == (0, [])
    assert (
        list(rows(Benefit).filter(person=person, year=2015).values_list("household__number", flat=True))
        == ["4203206002"] * 2
    )
