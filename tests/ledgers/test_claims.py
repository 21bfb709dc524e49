"""What can hardly be of a benefit: each kind with a case that is doubted and those beside it that are not."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from funds.domain.claims import doubts_if_saved
from funds.enums import Doubt
from funds.interfaces.claims import CLAIMS
from funds.models import Benefit
from funds.queries.claims import CONDITIONS, doubtful, doubts_of, with_doubts
from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from fupin.place import Place
from households.enums import Departure
from households.models import Act, HouseholdYear, Membership, Person
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import rows_of, written
from tests.imports.ledgers import workbook
from tests.ledgers.conftest import Office
from tests.ledgers.test_rows import listed

D = Doubt


def given(office: Office, **values: Any) -> Benefit:
    """A benefit of A's household with nothing doubtful."""
    usual = {"region": office.world.a, "household": office.home.household, "measure": "501", "amount": 100}
    return make.BenefitFactory(**(usual | values))


def doubts(row: Benefit) -> list[Doubt]:
    return doubts_of(with_doubts(Benefit.objects.unscoped("tests").filter(pk=row.pk)).get())


def member_of(office: Office) -> Membership:
    person = office.member(office.home)
    return Membership.objects.unscoped("tests").get(person=person, year=YEAR)


def leave(office: Office, on: date | None = None, departure: str = Departure.DIED) -> Person:
    """One of the household dies, or leaves otherwise, in the year; with an act where the day is known."""
    member = member_of(office)
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(present=False, departure=departure)
    if on:
        Act.objects.create(
            region=office.world.a, year=on.year, household=office.home.household, person=member.person,
            kind="member_died", on=on,
        )  # fmt: skip
    return member.person


DIED = date(YEAR, 6, 15)


@pytest.mark.parametrize(
    ("died", "benefit", "doubted"),
    [
        (None, {}, True), (None, {"on": date(YEAR, 1, 2)}, True), (DIED, {}, False), (DIED, {"on": DIED}, False),
        (DIED, {"on": date(YEAR, 6, 16)}, True), (DIED, {"year": YEAR + 1}, True), (DIED, {"year": YEAR - 1}, False),
    ],
)  # fmt: skip
def test_somebody_who_died_before(died: Any, benefit: dict[str, Any], doubted: bool, office: Office) -> None:
    """Of the year of the death itself, what was given till then, or at a time unknown, is not doubted."""
    for year in (YEAR - 1, YEAR + 1):
        make.village(office.world.a.code, "甲村", year=year)
    person = leave(office, died)
    assert (D.LEFT in doubts(given(office, person=person, **benefit))) == doubted
    assert doubts(given(office, measure="603")) == []


def test_a_household_off_the_roll(office: Office) -> None:
    home = HouseholdYear.objects.unscoped("tests").filter(pk=office.home.pk)
    rows = [
        given(office),
        given(office, measure="503", on=date(YEAR, 3, 1)),
        given(office, measure="506", on=date(YEAR, 9, 1)),
    ]
    assert [doubts(row) for row in rows] == [[], [], []]
    home.update(on_roll=False)
    assert [doubts(row) for row in rows] == [[D.OFF_ROLL]] * 3
    Act.objects.create(
        region=office.world.a, year=YEAR, household=office.home.household, kind="removed", on=DIED
    )
    assert [doubts(row) for row in rows] == [[], [], [D.OFF_ROLL]]
    # Who left with the household is told of the household alone.
    person = leave(office, departure=Departure.WITH_HOUSEHOLD)
    assert doubts(given(office, measure="504", person=person, on=date(YEAR, 9, 1))) == [D.OFF_ROLL]


@pytest.mark.parametrize(
    ("first", "second", "doubted"),
    [
        ({}, {"on": DIED}, True),
        ({"on": date(YEAR, 3, 1)}, {"on": DIED}, True),
        ({"on": date(YEAR, 3, 1), "tranche": "一季度"}, {"on": DIED, "tranche": "二季度"}, False),
        ({"on": date(YEAR, 3, 1), "tranche": "一季度"}, {"on": DIED, "tranche": "一季度"}, True),
        ({"tranche": "一季度"}, {"on": DIED}, True),
        ({"quantity": 2, "unit": "个"}, {"measure": "603"}, True),
        ({"quantity": 1, "unit": "个"}, {"year": YEAR - 1}, False),
    ],
)
def test_two_posts_of_one_person(
    first: dict[str, Any], second: dict[str, Any], doubted: bool, office: Office
) -> None:
    """In one year. One that is paid in parts says which part it is."""
    person = office.member(office.home)
    row = given(office, measure="604", person=person, **first)
    given(office, **{"measure": "604", "person": person, **second})
    assert doubts(row) == ([D.POSTS] if doubted else [])
    given(office, measure="604", person=office.member(office.other), household=office.other.household)
    assert doubts(row) == ([D.POSTS] if doubted else [])


@pytest.mark.parametrize(
    ("school", "measure", "doubted"),
    [
        ("03", "401", False), ("16", "401", False), ("01", "401", True), ("", "401", True), ("03", "402", True),
        ("10", "402", False), ("13", "402", False), ("01", "402", True), ("01", "501", False),
    ],
)  # fmt: skip
@pytest.mark.parametrize("whose", ["person", "household"])
def test_education_aid_for_no_pupil(
    school: str, measure: str, doubted: bool, whose: str, office: Office
) -> None:
    member = member_of(office)
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(school=school)
    row = given(office, measure=measure, person=member.person if whose == "person" else None)
    assert doubts(row) == ([D.PUPIL] if doubted else [])
    # Of a year in which nobody was registered nothing is known.
    assert doubts(given(office, measure=measure, person=member.person, year=YEAR - 1)) == []


@pytest.mark.parametrize(
    ("first", "second", "doubted"),
    [
        ({}, {"measure": "503"}, False),
        ({}, {"year": YEAR - 1}, False),
        ({}, {"person": True}, True),
        ({}, {"on": DIED}, True),
        ({"on": date(YEAR, 3, 1)}, {"on": DIED}, False),
        ({"on": date(YEAR, 3, 1), "tranche": "第一批"}, {"on": DIED, "tranche": "第一批"}, True),
        ({"on": date(YEAR, 3, 1), "tranche": "第一批"}, {"on": DIED, "tranche": "第二批"}, False),
        ({"measure": "601"}, {"measure": "601", "year": YEAR - 3}, True),
        ({"measure": "601"}, {"measure": "602", "year": YEAR - 3}, False),
        ({"measure": "401", "person": True}, {"measure": "402", "person": True}, True),
        ({"measure": "401", "person": True}, {"measure": "402", "person": True, "amount": 101}, False),
    ],
)
def test_the_same_measure_twice(
    first: dict[str, Any], second: dict[str, Any], doubted: bool, office: Office
) -> None:
    """For a household and one of its people; the year's sum beside a part; a house that is rebuilt again."""
    person = office.member(office.home)
    Membership.objects.unscoped("tests").filter(person=person).update(school="10")
    pair = [
        given(office, **{**values, **({"person": person} if values.get("person") else {})})
        for values in (first, second)
    ]
    assert [D.TWICE in doubts(row) for row in pair] == [doubted, doubted]


def test_two_people_of_a_household_have_one_each(office: Office) -> None:
    people = [m.person for m in Membership.objects.unscoped("tests").filter(household_year=office.home)]
    rows = [given(office, measure="503", person=person) for person in people]
    assert [doubts(row) for row in rows] == [[], []]


@pytest.mark.parametrize(
    ("quantity", "standard", "amount", "doubted"),
    [
        (3, 100, 300, False), (3, 100, 301, True), ("0.5", "0.01", "0.01", False), ("0.5", "0.01", "0.00", True),
        (3, None, 301, False), (None, 100, 301, False), (3, 100, None, False),
    ],
)  # fmt: skip
def test_quantity_times_standard_is_the_amount(
    quantity: Any, standard: Any, amount: Any, doubted: bool, office: Office
) -> None:
    unit = "" if quantity is None else "头"
    row = given(office, measure="102", quantity=quantity, standard=standard, amount=amount, unit=unit)
    assert doubts(row) == ([D.PRODUCT] if doubted else [])


def test_a_loan_beyond_its_terms(office: Office) -> None:
    rows = [make.loan(office.world.a, office.home).benefit]
    rows += [
        make.loan(office.world.a, office.home, on=date(YEAR, 1, day), **terms).benefit
        for day, terms in enumerate(
            ({"amount": 50_001}, {"due_on": date(YEAR + 3, 3, 2)}, {"due_on": date(YEAR + 3, 3, 1)}), start=1
        )
    ]
    assert [D.LOAN in doubts(row) for row in rows] == [False, True, True, False]
    child = make.PersonFactory(birth_date=date(YEAR - 18, 3, 2), id_number="")
    make.MembershipFactory(household_year=office.home, person=child)
    assert doubts(make.loan(office.world.a, office.home, person=child).benefit)[-1:] == [D.LOAN]


# --- the list --------------------------------------------------------------------------------------------------


@pytest.fixture
def doubted(office: Office) -> Office:
    """A benefit without a doubt, one with two, and one of B with one."""
    given(office, measure="603")
    given(office, measure="102", quantity=3, unit="头", standard=100, amount=1)
    given(office, measure="401", person=leave(office), tranche="第一批")
    make.BenefitFactory(
        region=office.world.b, household=office.world.household_b.household, measure="111", amount=99_999
    )
    return office


def test_the_list_of_doubts_is_reached_from_the_benefits_with_its_number(doubted: Office) -> None:
    page = doubted.client.get(doubted.url("benefits_list"))
    (button,) = [button for button in page.context["actions"] if button.label.startswith("疑点")]
    assert (button.label, button.url) == ("疑点（2）", doubted.url("claims_list"))
    menu = html.fromstring(doubted.client.get(button.url).content.decode()).xpath("//a[@aria-current='page']")
    assert {link.text for link in menu} == {"到户资金疑点"}
    cells, sums = listed(doubted.client, button.url)
    assert [(row[5], row[6]) for row in cells] == [
        ("养牛奖补", "数量×标准与金额不符"), ("教育资助", "享受人已去世或离开"),
    ]  # fmt: skip
    assert sums[0] == "笔数：2"
    found = [
        len(listed(doubted.client, button.url + f"?doubt={kind}")[0]) for kind in ("left", "product", "loan")
    ]
    assert found == [1, 1, 0]
    header, *rows = rows_of(doubted.client.get(doubted.url("claims_export")))
    assert [row[header.index("疑点")] for row in rows] == ["数量×标准与金额不符", "享受人已去世或离开"]
    row = page.context["table"].data.data.get(measure="401")
    page = doubted.client.get(doubted.url("benefits_detail", key=row.pk)).content.decode()
    assert "享受人已去世或离开" in page
    assert doubted.client.get(doubted.url("claims_list", place=doubted.world.b)).status_code == 404


def test_all_kinds_are_asked_in_one_statement(doubted: Office) -> None:
    assert set(CONDITIONS) == set(Doubt)
    rows = Benefit.objects.unscoped("tests")
    with CaptureQueriesContext(connection) as captured:
        found = [(row.measure, doubts_of(row)) for row in with_doubts(doubtful(rows)).order_by("measure")]
    assert len(captured) == 1
    assert found == [("102", [D.PRODUCT]), ("111", [D.LOAN]), ("401", [D.LEFT])]
    assert set(with_doubts(doubtful(rows, D.LOAN)).values_list("measure", flat=True)) == {"111"}


# --- the form --------------------------------------------------------------------------------------------------


def test_a_form_asks_and_writes_what_somebody_is_sure_of(office: Office) -> None:
    person = leave(office)
    before = written()
    asked = office.post("benefits", person=person.pk)
    doubts_told = {bound.name: bound.doubt["text"] for _, bound in asked.context["doubted"]}
    assert (asked.status_code, written()) == (422, before)
    assert doubts_told == {
        "person": "享受人这时已去世或离开本户。请核对享受人、日期和年度。",
    }
    assert office.post("benefits", person=person.pk, _sure=office.sure(asked)).status_code == 302
    row = Benefit.objects.unscoped("tests").get()
    # What stands there is not asked about again.
    edit = office.url("benefits_edit", key=row.pk)
    assert office.client.post(edit, {**office.good["benefits"], "remark": "改了"}).status_code == 302
    sent = {**office.good["benefits"], "on": "2017-09-02"}
    assert office.client.post(edit, sent).status_code == 422


def test_asking_writes_nothing(office: Office) -> None:
    row = Benefit(
        region=office.world.a, year=YEAR, household=office.home.household, measure="111", amount=60_000
    )
    before = written()
    assert doubts_if_saved(row) == [D.LOAN]
    assert (row.pk, written(), Benefit.objects.unscoped("tests").count()) == (None, before, 0)
    assert (
        doubts_if_saved(
            Benefit(region=office.world.a, year=2050, household=office.home.household, measure="111")
        )
        == []
    )


# --- the import ------------------------------------------------------------------------------------------------

HEADERS = ("享受年度", "户编号", "帮扶措施", "享受人姓名", "日期", "数量", "单位", "金额（元）", "备注")


def imported(
    office: Office, tmp_path: Path, *rows: tuple[Any, ...], headers: tuple[str, ...] = HEADERS
) -> Any:
    path = workbook("benefits", rows, tmp_path, headers)
    return import_file(path, importer=IMPORTERS["benefits"], region=office.world.a, year=YEAR, actor=SYSTEM)


def test_an_import_tells_what_is_doubtful_and_writes_it(office: Office, tmp_path: Path) -> None:
    person, number = leave(office), office.home.household.number
    outcome = imported(
        office,
        tmp_path,
        (YEAR, number, "助学", person.name, None, None, None, 1000, None),
        (YEAR, number, "饮水安全", *[None] * 6),
    )
    assert outcome.errors == ()
    assert list(outcome.notes) == [
        f"工作表“措施与资金”C4：{person.name}的“教育资助”：享受人这时已去世或离开本户，请核对享受人、日期和年度。"
    ]
    assert Benefit.objects.unscoped("tests").count() == 2


def test_no_more_than_twenty_are_told_one_by_one(office: Office, tmp_path: Path) -> None:
    homes = [make.household(office.world.a, on_roll=False) for _ in range(22)]
    outcome = imported(
        office,
        tmp_path,
        *((YEAR, home.household.number, "低保", None, None, None, None, 9, None) for home in homes),
    )
    assert len(outcome.notes) == 21
    assert outcome.notes[-1] == "工作表“措施与资金”另有2行有疑点，导入后见“到户资金疑点”页。"


def test_a_workbook_of_before_leaves_what_it_does_not_know(office: Office, tmp_path: Path) -> None:
    """Standard, batch and grade are columns that it need not have; one that has them says that they are empty."""
    row = given(
        office, measure="601", standard=30, tranche="第一批", grade="03", quantity=2, unit="平方米", amount=60
    )
    number = office.home.household.number
    same = (YEAR, number, "全拆全建", None, None, 2, "平方米", 60, None)
    assert imported(office, tmp_path, same).state == "unchanged"
    more = (*HEADERS, "补助标准（元）", "批次", "危房等级")
    assert imported(office, tmp_path, (*same, None, "第二批", "C级危房"), headers=more).errors == ()
    row.refresh_from_db()
    assert (row.standard, row.tranche, row.grade) == (None, "第二批", "02")
    outcome = imported(
        office,
        tmp_path,
        (YEAR, number, "低保", None, None, None, None, 9, None, "C级"),
        headers=(*HEADERS, "危房等级"),
    )
    assert [str(error) for error in outcome.errors] == [
        "措施与资金!J4 “C级”：不是危旧房改造，却填了危房等级。请留空，或改正帮扶措施。"
    ]


def test_no_doubts_at_a_place_where_nothing_is(office: Office) -> None:
    assert list(CLAIMS.rows(SYSTEM, Place(office.world.a, YEAR))) == []
