"""The proof sheet: it is silent of right rows, finds what is planted, names both numbers and leads to their rows."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from lxml import html

from funds.models import Payment
from fupin.access import SYSTEM, Role
from fupin.place import Place
from fupin.refusals import Refused
from households.domain.household_acts import remove_household
from households.domain.member_acts import add_member
from households.enums import ActKind, Relation
from households.models import HouseholdYear, VillageYear
from reports.interfaces.proof import shown
from reports.queries.proof import Proof, proof_of
from tests import factories as make
from tests.conftest import A
from tests.reports.support import listed

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP = "421199000000", "421199103000"


def of(place: Any, year: int = 2017) -> Proof:
    return proof_of(Place(place, year), SYSTEM)


def wrong(proof: Proof) -> list[tuple[str, str, str, str]]:
    """The place's own lines that do not tie: about what, both numbers, the difference."""
    return [(s.line.title, s.left, s.right, s.difference) for s in map(shown, proof.wrong)]


def test_right_rows_tie(world: Any) -> None:
    for place in (world.county, world.township, world.a):
        proof = of(place)
        assert (wrong(proof), proof.wrong_villages) == ([], {})
        assert sum(line.is_known for line in proof.lines) > 15
    assert of(world.county).villages == 3


def test_a_number_of_people_that_is_not_its_members(world: Any) -> None:
    HouseholdYear.objects.unscoped("tests").filter(pk=world.household_a.pk).update(people=9)
    proof = of(world.county)
    assert ("户内人数和家庭成员", "6", "13", "-7") in wrong(proof)
    assert list(proof.wrong_villages) == [A]


def test_more_households_than_the_village_has(world: Any) -> None:
    VillageYear.objects.unscoped("tests").filter(region=world.a).update(households=0)
    (line,) = of(world.township).wrong_villages[A]
    told = shown(line)
    assert (told.left, told.right, told.difference, told.verdict) == ("1", "0", "1", "不一致")


def last_year(world: Any, size: int = 2) -> Any:
    """Last year's register of village A: its household of this year, with so many people."""
    home = make.household(world.a, year=2016, size=size)
    HouseholdYear.objects.unscoped("tests").filter(pk=home.pk).update(household=world.household_a.household)
    return home


def test_the_year_is_explained_by_its_acts(world: Any) -> None:
    last_year(world)
    assert wrong(of(world.a)) == []
    add_member(
        household=world.household_a.household, year=2017, kind=ActKind.MEMBER_MOVED_IN, on=date(2017, 5, 4), actor=SYSTEM,
        identity={"name": "来人", "sex": "1", "birth_date": date(1990, 2, 3)}, relation=Relation.OTHER, reason="投靠",
    )  # fmt: skip
    years = [shown(line) for line in of(world.a).lines if line.rule.startswith("上年")]
    assert [(s.left, s.right, [(p.sign, p.label, p.text) for p in s.left_pieces]) for s in years] == [
        ("1", "1", [("", "2016年", "1"), ("+", "增加", "0"), ("-", "减少", "0")]),
        ("3", "3", [("", "2016年", "2"), ("+", "增加", "1"), ("-", "减少", "0")]),
    ]
    remove_household(
        household=world.household_a.household, year=2017, on=date(2017, 9, 1), reason="清退", actor=SYSTEM
    )
    years = [shown(line) for line in of(world.a).lines if line.rule.startswith("上年")]
    assert [(s.left, s.right, s.verdict) for s in years] == [("0", "0", "一致"), ("0", "0", "一致")]


def test_what_no_act_explains_is_found(world: Any, client_of: Any, personas: Any) -> None:
    """Negative control of the above: members who came by no act."""
    last_year(world, size=1)
    assert wrong(of(world.a)) == [("建档立卡贫困户人数", "1", "2", "-1")]
    proof = of(world.county)
    assert list(proof.wrong_villages) == [A] and wrong(proof) == [("建档立卡贫困户人数", "1", "2", "-1")]
    client = client_of(personas["county"])
    page = html.fromstring(client.get(f"/{COUNTY}/2017/proof/").content.decode())
    text = " ".join(page.get_element_by_id("main").text_content().split())
    assert "本级有1项不一致，1个村有不一致" in text
    first = page.xpath("//section[.//table]")[0]
    assert first.get("id") == "villages" and str(world.a) in first.text_content()
    # Both numbers lead to so many rows, and back.
    links = [a.get("href") for a in first.xpath(".//tbody//a")]
    assert [link.partition("?")[0] for link in links] == [
        f"/{A}/2016/figures/poor.people/", f"/{A}/2017/figures/poor.people/",
    ]  # fmt: skip
    for link, people in zip(links, (1, 2), strict=True):
        rows = client.get(link).content.decode()
        assert listed(rows) == (1, people)
        assert f"/{A}/{link.split('/')[2]}/proof/" in rows


def test_a_household_that_came_by_no_act(world: Any) -> None:
    make.household(world.b, year=2016, size=2)
    make.household(world.b, size=2)
    assert ("建档立卡贫困户户数", "1", "2", "-1") in wrong(of(world.b))


def test_more_paid_than_allocated(world: Any) -> None:
    """The database refuses it; written around its triggers, it shows."""
    allocation = make.AllocationFactory(
        appropriation=make.AppropriationFactory(region=world.township), project=make.LibraryProjectFactory(region=world.a)
    )  # fmt: skip
    assert wrong(of(world.township)) == []
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    Payment.objects.create(
        region=world.a, year=2017, allocation=allocation, on=date(2017, 8, 1), amount=allocation.amount + 1, payee="云岭建筑公司",
        voucher="记-1",
    )  # fmt: skip
    found = wrong(of(world.township))
    assert {title.rpartition("：")[2] for title, *_ in found} == {"支出"} and {each[3] for each in found} == {
        "1"
    }


def test_ledgers_that_reach_less_far_are_not_compared(world: Any) -> None:
    """A village without members' rows in its profile is no disagreement: there is nothing to compare."""
    VillageYear.objects.unscoped("tests").filter(region=world.a).delete()
    proof = of(world.county)
    assert not [line for line in proof.lines if line.title.startswith("贫困户在全村户数内")]
    assert wrong(proof) == []


def test_who_may_not_is_refused(world: Any) -> None:
    with pytest.raises(Refused, match="汇总的权限"):
        proof_of(Place(world.county, 2017), make.user(Role.TOWNSHIP, world.township))
