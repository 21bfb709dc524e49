"""A new household with its members, on one form."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fupin.access import SYSTEM
from households.enums import Departure
from households.models import LIVE, Act, HouseholdYear, Membership
from households.queries.journal import movement_of_household
from tests import factories as make
from tests.factories import YEAR
from tests.register.conftest import Desk, rows_of

HEAD = {
    "name": "吴山泉",
    "id_number": make.id_number(101, date(1968, 3, 4)),
    "relation": "01",
    "health": "02",
}
WIFE = {"name": "何秀云", "id_number": make.id_number(102, date(1970, 5, 6)).lower(), "relation": "02"}
BABY = {"name": "吴小满", "sex": "1", "birth_date": "2017-02-03", "relation": "07"}


def home(number: str = "4219000077") -> HouseholdYear:
    return HouseholdYear.objects.unscoped("tests").get(household__number=number, year=YEAR)


def errors_of(response: Any) -> list[str]:
    """What the page says above the form, without links."""
    form = response.context["form"]
    said = [f"{name}：{error}" for name, errors in form.errors.items() for error in errors]
    for grid in form.grids:
        said += [f"{number} {field.name if field else ''}：{error}" for number, field, error in grid.errors]
    return said


def test_a_household_is_registered_with_its_members(desk: Desk) -> None:
    response = desk.intake(HEAD, WIFE, {}, BABY, {}, farmland="3.5", relocated="true", relocation="03")
    assert response.status_code == 302
    row = home()
    assert response["Location"] == desk.url(f"{row.household_id}/")
    assert (row.region, row.people, row.farmland, row.relocated, row.relocation) == (
        desk.world.a, 3, 3.5, True, "03",
    )  # fmt: skip
    members = Membership.objects.unscoped("tests").filter(household_year=row).select_related("person")
    assert [
        (m.person.name, m.relation, m.person.sex, m.person.birth_date, m.health)
        for m in members.order_by("relation")
    ] == [
        ("吴山泉", "01", "1", date(1968, 3, 4), "02"),
        ("何秀云", "02", "2", date(1970, 5, 6), ""),
        ("吴小满", "07", "1", date(2017, 2, 3), ""),
    ]
    acts = Act.objects.unscoped("tests").filter(household=row.household)
    assert list(acts.values_list("kind", "on")) == [("registered", date(2014, 5, 1))]


@pytest.mark.parametrize(("registered_on", "change", "start"), [("2017-03-01", 2, 0), ("2016-12-31", 0, 2)])
def test_who_is_taken_in_in_the_year_is_an_increase_of_it(
    registered_on: str, change: int, start: int, desk: Desk
) -> None:
    assert desk.intake(HEAD, WIFE, registered_on=registered_on).status_code == 302
    household = home().household
    assert Act.objects.unscoped("tests").get(household=household).change == change
    movement = movement_of_household(SYSTEM, household, YEAR)
    assert (movement.start, movement.more, movement.end, movement.unexplained) == (start, change, 2, 0)


@pytest.mark.parametrize(
    ("members", "household", "said"),
    [
        ([], {}, "household_number：人表中没有这一户的成员。请在人表中补上成员。"),
        ([{**HEAD, "relation": "03"}], {}, "人表中该户没有户主"),
        ([HEAD, {**WIFE, "relation": "01"}], {}, "2 relation：一户有两名户主"),
        ([HEAD, {**HEAD, "relation": "03"}], {}, "证件号码在本表出现多次"),
        ([{**HEAD, "id_number": "421199197001011"}], {}, "1 id_number："),
        ([{**HEAD, "sex": "2"}], {}, "1 sex：性别与证件号码不符"),
        ([HEAD, {"name": "吴小满", "relation": "07"}], {}, "2 birth_date：没有证件号码的人员须填出生日期"),
        ([{**HEAD, "name": ""}], {}, "1 name：这个字段是必填项"),
        ([HEAD], {"status": "05"}, "exit_year：脱贫状态为新脱贫"),
        ([HEAD], {"relocation": "01"}, "relocation：不是易地搬迁户的不填这一项"),
        ([HEAD], {"rebuilt_year": "2018"}, "rebuilt_year：危房改造年度晚于2017"),
        ([HEAD], {"registered_on": "0501-02-01"}, "registered_on：日期不能早于1900年，请核对年份。"),
        ([HEAD], {"bank_account": "12"}, "bank_account：银行账号应为8至30位数字。"),
        ([HEAD], {"household_number": "一"}, "household_number：户编号应为4至20位数字或字母"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_written(
    desk: Desk, members: list[dict[str, Any]], household: dict[str, Any], said: str
) -> None:
    before = HouseholdYear.objects.unscoped("tests").count()
    response = desk.intake(*members, **household)
    assert response.status_code == 422
    assert any(said in error for error in errors_of(response)), errors_of(response)
    assert HouseholdYear.objects.unscoped("tests").count() == before
    # What was typed is still there.
    page = response.content.decode()
    assert all(f'value="{member["name"]}"' in page for member in members if member.get("name"))


def test_who_is_registered_elsewhere_is_told_without_where(desk: Desk) -> None:
    far = Membership.objects.unscoped("tests").filter(region=desk.world.far).select_related("person").first()
    response = desk.intake({**HEAD, "id_number": far.person.id_number, "sex": far.person.sex})
    assert response.status_code == 422
    assert "1 id_number：此人已在本县他处登记。请核对证件号码，或先办理转出。" in errors_of(response)
    assert "远村" not in response.content.decode()


def test_a_number_that_is_taken_is_refused(desk: Desk) -> None:
    taken = desk.world.household_a.household.number
    response = desk.intake(HEAD, household_number=taken)
    assert errors_of(response) == [f"__all__：本村2017年度已登记户编号 {taken}，请打开该户修改。"]
    elsewhere = desk.world.household_far.household.number
    response = desk.intake(HEAD, household_number=elsewhere)
    assert errors_of(response) == ["__all__：有户或人员已在本县他处登记，未写入任何数据。"]
    assert not Membership.objects.unscoped("tests").filter(person__name="吴山泉").exists()


def test_more_rows_are_had_without_script(desk: Desk) -> None:
    response = desk.client.post(desk.url("new/"), {**rows_of([HEAD]), "members-more": "1", "phone": "138"})
    assert response.status_code == 200
    form = response.context["form"]
    assert len(form.members.set.forms) == 2
    assert not form.is_bound or 'value="吴山泉"' in response.content.decode()


@pytest.mark.parametrize("total", ["", "x", "-1", "99999", "１２", "0"])
def test_a_grid_that_was_tampered_with_is_refused(desk: Desk, total: str) -> None:
    data = {**rows_of([HEAD]), "members-TOTAL_FORMS": total}
    response = desk.client.post(desk.url("new/"), {"household_number": "4219000077", **data})
    assert response.status_code == 422


def test_a_household_that_was_entered_by_mistake_is_taken_back(desk: Desk) -> None:
    """With its members, and with the leaving of poverty that was told on the same form."""
    desk.intake(HEAD, WIFE, BABY, status="03", exit_year="2016")
    household = home().household
    acts = Act.objects.unscoped("tests").filter(household=household)
    assert sorted(acts.values_list("kind", flat=True)) == ["left_poverty", "registered"]
    registered = acts.get(kind="registered")
    answer = desk.client.post(
        f"/{desk.world.a.code}/{YEAR}/acts/{registered.pk}/undo/", {"reason": "录到了别的村"}
    )
    assert answer.status_code == 302, answer.context["form"].errors
    assert not HouseholdYear.objects.unscoped("tests").filter(household=household).exists()
    assert not Membership.objects.unscoped("tests").filter(person__name__in=("吴山泉", "吴小满")).exists()
    assert not acts.filter(LIVE).exists()
    # And may be entered again, under the same number and with the same people.
    assert desk.intake(HEAD, WIFE, BABY).status_code == 302
    assert home().people == 3


def test_who_has_left_a_household_in_the_year_may_head_another(desk: Desk) -> None:
    """Their row of the year goes along; taken back, it lies where it was."""
    make.MembershipFactory(
        household_year=desk.world.household_b, relation="04", present=False, departure=Departure.OTHER,
        person=make.PersonFactory(name=HEAD["name"], id_number=HEAD["id_number"], birth_date=date(1968, 3, 4), sex="1"),
    )  # fmt: skip
    row = Membership.objects.unscoped("tests").get(person__name=HEAD["name"])
    assert desk.intake(HEAD, WIFE, registered_on="2017-05-01").status_code == 302
    row.refresh_from_db()
    assert (row.household_year, row.region, row.relation, row.present, row.health) == (
        home(), desk.world.a, "01", True, "02",
    )  # fmt: skip
    act = Act.objects.unscoped("tests").get(household=home().household)
    desk.client.post(f"/{desk.world.a.code}/{YEAR}/acts/{act.pk}/undo/", {"reason": "登错了"})
    row.refresh_from_db()
    assert (row.household_year, row.present, row.departure) == (
        desk.world.household_b,
        False,
        Departure.OTHER,
    )


def test_the_dead_are_not_registered_again(desk: Desk) -> None:
    make.MembershipFactory(
        household_year=desk.world.household_b, relation="04", present=False, departure=Departure.DIED,
        person=make.PersonFactory(name=HEAD["name"], id_number=HEAD["id_number"], birth_date=date(1968, 3, 4), sex="1"),
    )  # fmt: skip
    response = desk.intake(HEAD, WIFE)
    assert response.status_code == 422
    assert "吴山泉已登记去世，请核对证件号码" in response.content.decode()
    assert not HouseholdYear.objects.unscoped("tests").filter(household__number="4219000077").exists()
