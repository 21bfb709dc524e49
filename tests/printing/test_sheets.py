"""Household cards and collection sheets as pages: what they say, of whom, and to whom."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from funds.enums import Measure
from fupin.access import SYSTEM, Role
from fupin.domain.attachments import attach_file
from fupin.models import Reveal, RoleAssignment
from households.card import HOUSEHOLD_FIELDS, HOUSEHOLD_PARTS, MEMBER_FIELDS, MEMBER_PARTS
from households.enums import MAIN_CAUSES, ActKind
from households.income import IncomeKind
from households.interfaces import printing
from households.models import Act, Helper, HouseholdYear, Membership, Pairing, PovertyLine
from households.queries import printing as reads
from households.views import printing as views
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import PNG

pytestmark = pytest.mark.django_db

SHEETS = ("card", "collect")
WHY = {"purpose": "check", "note": "入户核对"}


def of(sheet: str, row: HouseholdYear, at: str = "") -> str:
    """The page of a household's sheet."""
    place = {"region": at or row.region_id, "year": YEAR}
    return reverse(f"households_{sheet}", kwargs={**place, "key": row.household_id})


def batch(sheet: str, place: Any) -> str:
    """The page of the sheets of those whom the list of a place shows."""
    return reverse(f"households_{sheet}s", kwargs={"region": place.code, "year": YEAR})


def cells(response: Any) -> list[str]:
    """The text of every cell of a page, in order."""
    assert response.status_code == 200
    found = re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", response.content.decode(), re.S)
    return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip() for text in found]


def after(said: list[str], label: str, count: int = 1) -> list[str]:
    """The cells that follow a label."""
    at = said.index(label) + 1
    return said[at : at + count]


def households_on(response: Any) -> list[str]:
    """The numbers of the households that have a sheet."""
    assert response.status_code == 200
    return re.findall(r"户编号 (\w+)", response.content.decode())


def members_of(row: HouseholdYear) -> Any:
    """The members of a household's year, the head first."""
    members = Membership.objects.unscoped("tests").filter(household_year=row)
    return members.select_related("person").order_by("relation", "pk")


@pytest.fixture
def clerk(personas: Any, client_of: Any) -> Any:
    return client_of(personas["clerk_a"])


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}


# --- what the sheets say ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS)
def test_every_field_of_the_form_has_its_cell(sheet: str, world: Any, clerk: Any) -> None:
    page = clerk.get(of(sheet, world.household_a))
    said = cells(page)
    for model, names in ((HouseholdYear, HOUSEHOLD_FIELDS), (Membership, MEMBER_FIELDS)):
        labels = [printing.label_of(model, name) for name in names]
        assert [label for label in labels if label not in said] == []
    # In the form's order, each part once.
    parts = re.findall(r'scope="rowgroup"[^>]*>(.*?)<', page.content.decode())
    titles = [title for title, _ in HOUSEHOLD_PARTS]
    titles.insert(printing.ABOVE_INCOME, printing.INCOME)
    assert parts == titles
    tables = [text.partition("：")[2] for text in said if text.startswith("家庭成员：")]
    assert "、".join(tables) == "、".join(title for title, _ in MEMBER_PARTS)


def test_what_was_earned_is_on_the_card_and_last_year_on_the_sheet(world: Any, clerk: Any) -> None:
    row = world.household_a
    before = make.HouseholdYearFactory(region=world.a, household=row.household, year=YEAR - 1)
    for home, wages in ((row, "9000.50"), (before, "700")):
        make.IncomeItemFactory(household_year=home, region=world.a, year=home.year, kind="101", amount=wages)
    make.IncomeItemFactory(household_year=row, region=world.a, year=YEAR, kind="601", amount=1250)
    PovertyLine.objects.unscoped("tests").all().delete()
    PovertyLine.objects.create(year=YEAR, kind="01", amount=3335, source="测试")

    card = cells(clerk.get(of("card", row)))
    assert (after(card, "务工工资"), after(card, "教育资助")) == (["9,000.50"], ["1,250"])
    assert "种植业收入" not in card, "only what is known"
    # What does not count is not in the sum; two members.
    assert after(card, "家庭纯收入") == ["9,000.50"]
    assert (after(card, "人均纯收入"), after(card, "人均标准")) == (["4,500.25"], ["3,335"])
    sheet = cells(clerk.get(of("collect", row)))
    assert after(sheet, "务工工资", 2) == ["700", ""]
    assert after(sheet, "种植业收入", 2) == ["", ""]
    assert [str(kind.label) for kind in IncomeKind if str(kind.label) not in sheet] == []


def test_a_card_says_all_that_is_known(world: Any, personas: Any, clerk: Any) -> None:
    row, member = world.household_a, members_of(world.household_a)[0]
    HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(
        main_cause="07", other_causes=["01", "03"], farmland="3.50", water_safe=False, phone="13871004321",
        moved_in_on=date(2016, 5, 4), relocated=True, remark="住在<b>老屋</b>",
    )  # fmt: skip
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(education="03", work_months="7.5")
    given = {"region": world.a, "household": row.household}
    make.BenefitFactory(
        **given,
        measure=Measure.WATER,
        amount="1234.50",
        quantity=2,
        unit="处",
        standard="617.25",
        tranche="第一批",
        on=date(2017, 3, 2),
    )
    make.BenefitFactory(**given, measure=Measure.DIBAO, amount=100, person=member.person, remark="本年")
    make.BenefitFactory(**given, measure=Measure.DIBAO, amount=777, year=YEAR - 1, remark="去年")
    Act.objects.create(
        **given, year=YEAR, kind=ActKind.CORRECTED, on=date(2017, 6, 1), reason="核实", person=member.person
    )
    attach_file(target=row, file=ContentFile(PNG, name="房屋.png"), actor=SYSTEM)
    helpers = Helper.objects.unscoped("tests").filter(pairings__household=row.household)
    helpers.update(unit="水利局", position="科长", resident_role="02", phone="13871004321")
    helper = helpers.get()

    said = cells(clerk.get(of("card", row)))

    for label, value in (
        ("主要致贫原因", "缺技术"), ("其他致贫原因", "因病、因学"), ("耕地面积（亩）", "3.5"), ("饮水安全", "否"),
        ("饮水困难", ""), ("联系电话", "138****4321"), ("入住时间", "2016-05-04"),
    ):  # fmt: skip
        assert after(said, label) == [value]
    assert "住在&lt;b&gt;老屋&lt;/b&gt;" in said
    who = member.person
    assert after(said, "1", 4) == [
        who.name,
        str(who.get_sex_display()),
        f"{who.birth_date}",
        who.masked_number,
    ]
    assert {"初中", "7.5"} <= set(said)
    assert after(said, "2017年帮扶措施与资金", 8 * 4)[8:] == [
        str(Measure.DIBAO.label), who.name, "", "", "", "100", "", "本年",
        str(Measure.WATER.label), "", "2017-03-02", "第一批", "2处×617.25元", "1,234.50", "", "",
        "合计", "", "", "", "", "1,334.50", "", "",
    ]  # fmt: skip
    assert "去年" not in said
    assert after(said, "帮扶责任人", 14)[7:] == [
        helper.name, "水利局", "科长", "第一书记", "138****4321", "2017-01-01", "",
    ]  # fmt: skip
    assert after(said, "2017-06-01", 5) == [str(ActKind.CORRECTED.label), who.name, "", "", "核实"]
    assert "房屋.png" in said


def test_a_collection_sheet_shows_last_year_beside_blanks(world: Any, clerk: Any) -> None:
    row = world.household_a
    make.village(world.a.code, "甲村", year=YEAR - 1)
    last = make.HouseholdYearFactory(
        region=world.a, household=row.household, year=YEAR - 1, farmland=3, water_safe=True, housing="02"
    )
    head, other = members_of(row)
    make.MembershipFactory(household_year=last, person=head.person, relation="01", work_months=4)
    HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(farmland=5, water_safe=False)
    members_of(row).update(work_months=9)

    said = cells(clerk.get(of("collect", row)))

    causes = " ".join(f"□{cause.label}" for cause in MAIN_CAUSES)
    for label, value, blank in (
        ("耕地面积（亩）", "3", ""), ("饮水安全", "是", "□是 □否"),
        ("住房安全", "C级危房", "□有安全住房 □C级危房 □D级危房"), ("主要致贫原因", "", causes),
        # A list that does not hold yet is not offered.
        ("住房结构", "", ""),
    ):  # fmt: skip
        assert after(said, label, 2) == [value, blank]
    assert said.count("2016年登记") == 4 and "2017年登记" not in said
    # Who was there a year ago with that year's months, the other with this year's; a blank line below each.
    blanks = ["填写", *[""] * 10]
    at = said.index("1", said.index("家庭成员：健康与劳动能力、务工与公益岗"))
    assert said[at : at + 26] == ["1", head.person.name, "2016年", *[""] * 5, "4", *[""] * 4, *blanks,
                                  "2", other.person.name]  # fmt: skip
    assert said[at + 26 : at + 36] == ["2017年", *[""] * 5, "9", *[""] * 3]
    # Two lines for those who have come, in each of the tables; then the signatures.
    assert said[at + 48 : at + 51] == ["3", "", "填写"]
    assert [said.count(number) for number in ("3", "4")] == [3 + 1, 3 + 1]
    assert said[-6:] == ["采集人（签字）", "", "户主（签字）", "", "采集日期", "年 月 日"]


def test_without_a_year_before_this_year_is_shown(
    world: Any, clerk: Any, personas: Any, client_of: Any
) -> None:
    """Also where the year before lies in a village that the reader does not see."""
    row = world.household_a
    make.village(world.b.code, "乙村", year=YEAR - 1)
    make.HouseholdYearFactory(region=world.b, household=row.household, year=YEAR - 1, farmland=3)
    HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(farmland=5)
    said = cells(clerk.get(of("collect", row)))
    assert after(said, "耕地面积（亩）") == ["5"] and "2017年登记" in said
    # Negative control: who sees both villages is shown the year before.
    said = cells(client_of(personas["county"]).get(of("collect", row)))
    assert after(said, "耕地面积（亩）") == ["3"] and "2016年登记" in said


def test_answers_to_tick_are_those_of_the_year() -> None:
    assert printing.answers_to(HouseholdYear, "house_structure", 2017) == []
    assert "砖混" in printing.answers_to(HouseholdYear, "house_structure", 2018)
    assert "因婚" not in printing.answers_to(HouseholdYear, "main_cause", 2017)
    assert "因婚" in printing.answers_to(HouseholdYear, "other_causes", 2017)


# --- of whom, and to whom ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_filter_of_the_list_holds(sheet: str, world: Any, clerk: Any) -> None:
    more = [make.household(world.a, category="04", group=group) for group in (2, 3)]
    numbers = [row.household.number for row in more]
    address, dibao = batch(sheet, world.a), {"category": "04"}
    assert households_on(clerk.get(address, dibao)) == numbers
    assert households_on(clerk.get(address, {**dibao, "group_from": "3"})) == numbers[1:]
    assert households_on(clerk.get(address)) == sorted([world.household_a.household.number, *numbers])
    home = {"region": world.a.code, "year": YEAR}
    page = clerk.get(reverse("households_list", kwargs=home), dibao)
    assert f'href="{address}?category=04"' in page.content.decode()
    page = clerk.get(reverse("households_detail", kwargs={**home, "key": world.household_a.household_id}))
    assert f'href="{of(sheet, world.household_a)}"' in page.content.decode()


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_batch_holds_what_the_user_sees(sheet: str, world: Any, personas: Any, client_of: Any) -> None:
    more = make.household(world.a).household.number
    a, b = world.household_a.household.number, world.household_b.household.number

    def seen(persona: str, place: Any) -> set[str]:
        return set(households_on(client_of(personas[persona]).get(batch(sheet, place))))

    assert seen("township", world.township) == {a, b, more}
    assert seen("clerk_a", world.a) == {a, more}
    assert seen("helper", world.a) == {a}
    assert client_of(personas["clerk_b"]).get(batch(sheet, world.a)).status_code == 404


@pytest.mark.parametrize("sheet", SHEETS)
def test_more_than_a_batch_is_told(
    sheet: str, world: Any, personas: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, address = client_of(personas["township"]), batch(sheet, world.township)
    assert len(households_on(client.get(address, {"category": "01"}))) == 2
    monkeypatch.setattr(views, "MOST", 1)
    page = client.get(address, {"category": "01"}, follow=True)
    assert page.request["PATH_INFO"] == address.replace(f"{sheet}/", "")
    assert page.request["QUERY_STRING"] == "category=01"
    assert "所选共2户，一次最多打印1户。请在页面上方选择一个村" in page.content.decode()
    page = client.get(address, {"category": "06"}, follow=True)
    assert "没有可打印的内容" in page.content.decode()


# --- numbers ----------------------------------------------------------------------------------------------------


def shows(response: Any, row: HouseholdYear) -> bool:
    """Whether a page has the members' numbers in full; else it has all of them masked, or none."""
    page = response.content.decode()
    (found,) = {member.person.id_number in page for member in members_of(row)}
    return found


@pytest.mark.parametrize("sheet", SHEETS)
def test_numbers_are_printed_in_full_only_when_revealed(
    sheet: str, world: Any, personas: Any, client_of: Any
) -> None:
    client, row, village = client_of(personas["township"]), world.household_a, batch(sheet, world.a)
    page = client.get(of(sheet, row))
    assert not shows(page, row) and "显示完整号码" in page.content.decode()
    asked = client.post(village)
    assert asked.status_code == 422 and not shows(asked, row)
    assert "查看事由" in asked.content.decode() and "aria-invalid" not in asked.content.decode()
    assert client.post(village, {**WHY, "note": ""}).status_code == 422
    assert Reveal.objects.unscoped("tests").count() == 0
    assert shows(client.post(village, WHY), row)
    assert shows(client.post(of(sheet, row)), row)
    assert not shows(client.get(of(sheet, row)), row)  # each page anew
    whole, one = Reveal.objects.unscoped("tests").order_by("pk")
    label = {"card": "打印户卡", "collect": "打印采集表"}[sheet]
    assert (whole.page, one.page) == (f"{label}：甲村2017年1户",) * 2
    people = sorted(members_of(row).values_list("person_id", flat=True))
    assert whole.rows == [["households.Person", pk] for pk in people] == one.rows
    # Another village wants a purpose of its own, and several at once have none.
    assert client.post(batch(sheet, world.b)).status_code == 422
    assert client.post(batch(sheet, world.township), WHY).status_code == 403
    assert "显示完整号码" not in client.get(batch(sheet, world.township)).content.decode()


def test_the_right_is_asked_for_the_village(world: Any, personas: Any, client_of: Any) -> None:
    """A clerk of A who reads the county as a leader: B's household at the county's address stays masked."""
    RoleAssignment.objects.create(user=personas["clerk_a"], role=Role.LEADER, region=world.county)
    client, address = client_of(personas["clerk_a"]), of("card", world.household_b, world.county.code)
    page = client.get(address)
    assert not shows(page, world.household_b) and "显示完整号码" not in page.content.decode()
    assert client.post(address, WHY).status_code == 403


# --- statements -------------------------------------------------------------------------------------------------

#: Statements of a page, however many households it is about.
STATEMENTS = {
    ("card", "clerk_a"): 12,
    ("collect", "clerk_a"): 10,
    ("card", "helper"): 12,
    ("collect", "helper"): 10,
}


def furnish(place: Any, helper: Any, count: int) -> None:
    """Households of which every table of a card has lines."""
    make.village(place.code, place.name, year=YEAR - 1)
    for index in range(count):
        row = make.household(place, size=3)
        last = make.HouseholdYearFactory(region=place, household=row.household, year=YEAR - 1)
        given = {"region": place, "household": row.household}
        for member in members_of(row):
            make.MembershipFactory(household_year=last, person=member.person, relation=member.relation)
            Act.objects.create(
                **given, year=YEAR, kind=ActKind.CORRECTED, on=date(YEAR, 3, 1), person=member.person,
                other_household=row.household, other_region=place,
            )  # fmt: skip
            make.BenefitFactory(
                **given, person=member.person, enterprise=make.EnterpriseFactory(region=place)
            )
        Pairing.objects.create(**given, helper=helper, starts_on=date(2017, 1, 1))
        attach_file(target=row, file=ContentFile(PNG + bytes([index]), name="照片.png"), actor=SYSTEM)


def statements(client: Any, address: str) -> int:
    """Of a page that has been opened before."""
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


def test_a_village_takes_no_more_statements_than_a_few_households(
    world: Any, personas: Any, client_of: Any
) -> None:
    furnish(world.a, make.helper_of(personas["helper"]), 2)

    def taken() -> dict[tuple[str, str], int]:
        return {
            (sheet, who): statements(client_of(personas[who]), batch(sheet, world.a))
            for sheet, who in STATEMENTS
        }

    few = taken()
    furnish(world.a, make.helper_of(personas["helper"]), 12)
    assert (few, taken()) == (STATEMENTS, STATEMENTS)


def test_one_more_statement_a_household_is_noticed(
    world: Any, personas: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: helpers are read where they are shown, one by one."""
    furnish(world.a, make.helper_of(personas["helper"]), 4)
    at_once = reads.with_what_happened

    def one_by_one(rows: Any, actor: Any, year: int) -> Any:
        rows = list(at_once(rows, actor, year))
        for row in rows:
            row.household.helpers = list(Pairing.objects.visible_to(actor).filter(household=row.household))
        return rows

    monkeypatch.setattr(views, "with_what_happened", one_by_one)
    assert (
        statements(client_of(personas["clerk_a"]), batch("card", world.a)) > STATEMENTS["card", "clerk_a"] + 4
    )
