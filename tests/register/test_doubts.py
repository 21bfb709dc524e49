"""What is unlikely is asked about beside its field, and saved where somebody says that it is so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from households.doubts import family_doubts, household_doubts, member_doubts
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import YEAR
from tests.register.conftest import Desk

MAN = make.id_number(201, date(1968, 3, 4))
GIRL = make.id_number(202, date(2005, 3, 4))


@pytest.mark.parametrize(
    ("row", "people", "names"),
    [
        ({"farmland": Decimal(101), "forest": Decimal(140)}, 2, ["farmland"]),
        ({"farmland": Decimal(100), "forest": Decimal("140.01")}, 2, ["forest"]),
        ({"farmland": Decimal(3), "irrigated": Decimal("3.01")}, 2, ["irrigated"]),
        ({"farmland": None, "irrigated": Decimal(3)}, 2, []),
        ({"house_area": Decimal(0)}, 2, ["house_area"]),
        ({"house_area": Decimal(601)}, 2, ["house_area"]),
        ({"road_distance": Decimal("50.01"), "out_of_pocket": Decimal("500000.01")}, 2, ["road_distance", "out_of_pocket"]),
        ({"road_distance": Decimal(50), "out_of_pocket": Decimal(500_000), "house_area": Decimal(600)}, 2, []),
        ({}, 0, []),
    ],
)  # fmt: skip
def test_sizes_of_a_household(row: dict[str, Any], people: int, names: list[str]) -> None:
    assert [doubt.name for doubt in household_doubts(row, people)] == names


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ({"id_number": GIRL, "school": "03"}, []),
        ({"id_number": GIRL, "school": "07"}, ["school"]),
        ({"id_number": GIRL}, ["school"]),
        ({"id_number": GIRL, "school": "01"}, ["school"]),
        ({"id_number": GIRL, "school": "01", "dropout_reason": "01"}, []),
        ({"id_number": GIRL, "school": "03", "education": "05"}, ["education"]),
        ({"id_number": GIRL, "school": "03", "relation": "03"}, ["relation"]),
        ({"sex": "2", "birth_date": date(2005, 3, 4), "school": "03", "relation": "08"}, []),
        ({"id_number": MAN, "relation": "12"}, ["relation"]),
        ({"id_number": MAN, "school": "03"}, ["school"]),
        ({"id_number": MAN, "education": "06"}, ["education"]),
        ({"id_number": MAN, "labour_skill": "04", "work_place": "03"}, ["labour_skill"]),
        ({"id_number": MAN, "labour_skill": "01", "work_place": "03"}, []),
        ({"id_number": MAN, "work_months": 3}, ["work_place"]),
        ({"id_number": MAN, "work_months": 0}, []),
        ({"id_number": MAN, "work_months": 0, "work_place": "03"}, ["work_months"]),
        ({"id_number": MAN, "health": "01", "disability_kind": "01"}, ["health"]),
        ({"birth_date": date(1906, 12, 31)}, ["birth_date"]),
        ({"birth_date": date(1907, 1, 1)}, []),
        ({}, []),
    ],
)  # fmt: skip
def test_a_member_in_a_year(row: dict[str, Any], names: list[str]) -> None:
    assert [doubt.name for doubt in member_doubts(row, YEAR)] == names


@pytest.mark.parametrize(
    ("causes", "members", "asked"),
    [
        (["01"], [{"health": "01"}, {"health": "01"}], "因病"),
        (["01"], [{"health": "01"}, {"health": ""}], ""),
        (["07", "01"], [{"health": "01"}], "因病"),
        (["02"], [{"health": "01"}, {"health": "02"}], "因残"),
        (["02"], [{"health": "02", "disability_kind": "01"}], ""),
        (["02"], [{"health": "04"}], ""),
        (["02"], [{"health": ""}], ""),
        (["03"], [{"health": "01", "school": "01"}], "因学"),
        (["03"], [{"health": "01", "school": "16"}], ""),
        (["01", "02", "03"], [], ""),
    ],
)
def test_causes_that_nobody_has(causes: list[str], members: list[dict[str, str]], asked: str) -> None:
    row = {"main_cause": causes[0], "other_causes": causes[1:]}
    assert [doubt.name for doubt in family_doubts(row, members)] == ["main_cause"] * bool(asked)
    assert all(asked in doubt.reason for doubt in family_doubts(row, members))


HEAD = {"name": "吴山泉", "id_number": MAN, "relation": "01", "labour_skill": "04", "work_place": "03"}


def test_a_doubt_is_asked_once_and_saved_when_ticked(desk: Desk) -> None:
    before = HouseholdYear.objects.unscoped("tests").count()
    page = desk.intake(HEAD, farmland="60")
    assert page.status_code == 422
    assert HouseholdYear.objects.unscoped("tests").count() == before
    form = page.context["form"]
    doubts = [form["farmland"].doubt, form.members.set.forms[0]["labour_skill"].doubt]
    shown = page.content.decode()
    assert [shown.count(doubt["text"]) for doubt in doubts] == [2, 2]
    assert '家庭成员第1行<a href="#id_members-0-labour_skill">劳动技能</a>' in shown
    # One tick of two is not enough; and a tick holds for the value that it was about.
    marks = [doubt["mark"] for doubt in doubts]
    assert desk.intake(HEAD, farmland="60", _sure=marks[:1]).status_code == 422
    assert desk.intake(HEAD, farmland="61", _sure=marks).status_code == 422
    assert desk.intake(HEAD, farmland="60", _sure=marks).status_code == 302
    assert HouseholdYear.objects.unscoped("tests").count() == before + 1


def test_what_stood_there_before_is_not_asked_about(desk: Desk) -> None:
    row = desk.world.household_a
    HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(farmland=500)
    member = Membership.objects.unscoped("tests").filter(household_year=row).first()
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(labour_skill="04", work_place="03")
    url = desk.url(f"{row.household_id}/edit/")
    form = desk.client.get(url).context["form"]
    typed = {name: value for name in form.fields if (value := form[name].value()) not in (None, [], ())}
    assert desk.client.post(url, {**typed, "hamlet": "大湾"}).status_code == 302
    assert desk.client.post(url, {**typed, "hamlet": "大湾", "farmland": "501"}).status_code == 422
