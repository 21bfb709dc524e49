"""Writing the register: again writes nothing, a person stays the same one, and nothing is told of other places."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.domain.bulk import Written
from fupin.refusals import Refused
from households.domain import registration
from households.domain.registration import register_village, save_households, save_members, save_profile
from households.enums import PovertyCategory, PovertyStatus, Relation, Sex
from households.models import Act, Household, HouseholdYear, Membership, Person
from tests import factories as make
from tests.conftest import A
from tests.database.rows import all_rows
from tests.database.tools import PATIENCE, Audit, blockers_of, fetch, sessions

YEAR = make.YEAR
S = PovertyStatus
NUMBER = "4299000001"
TODAY = date(2017, 9, 9)
ELSEWHERE = "有户或人员已在本县他处登记，未写入任何数据。"
NEWBORN = date(2016, 3, 1)


def home(number: str = NUMBER, **values: Any) -> dict[str, Any]:
    return {
        "household_number": number, "category": PovertyCategory.GENERAL, "status": S.NOT_EXITED,
        "registered_on": date(2014, 5, 1), **values,
    }  # fmt: skip


def member(name: str, id_number: str | None = None, number: str = NUMBER, **values: Any) -> dict[str, Any]:
    return {
        "household_number": number, "name": name, "id_number": id_number, "relation": Relation.OTHER, **values,
    }  # fmt: skip


def newborn(**values: Any) -> dict[str, Any]:
    return member("吴小", birth_date=NEWBORN, sex="1", **values)


def families(place: Any, *rows: dict[str, Any], year: int = YEAR, actor: Any = SYSTEM) -> Written:
    return save_households(region=place, year=year, rows=rows, actor=actor)


def people(place: Any, *rows: dict[str, Any], year: int = YEAR, actor: Any = SYSTEM) -> Written:
    return save_members(region=place, year=year, rows=rows, actor=actor)


def refusal_of(write: Callable[..., Any], *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        write(*args, **kwargs)
    return str(refused.value)


# --- again -------------------------------------------------------------------------------------------------


def test_again_writes_nothing(world: Any) -> None:
    profile = {"groups": 4, "position": "南部", "farmland": None, "is_key_village": False}
    household = home(status=S.EXITED_BEFORE, exit_year=2016, other_causes=("02", "03"), main_cause="01")
    members = [member("吴一", make.id_number(901), relation=Relation.HEAD), newborn(), member("吴二", make.id_number(902))]  # fmt: skip
    book = {
        "region": world.a, "year": YEAR, "profile": profile, "households": [household], "members": members,
        "actor": SYSTEM,
    }  # fmt: skip
    assert register_village(**book) == {
        "村情": Written(0, 1, 0), "户": Written(1, 0, 0), "人": Written(3, 0, 0),
    }  # fmt: skip
    audit = Audit()
    for order in (members, members[::-1]):
        assert register_village(**{**book, "members": order}) == {
            "村情": Written(0, 0, 1), "户": Written(0, 0, 1), "人": Written(0, 0, 3),
        }  # fmt: skip
    assert (audit.told(), audit.discrepancies()) == ({}, [])


def test_nothing_is_half_written(world: Any) -> None:
    audit = Audit()
    strange = member("吴一", make.id_number(901), number="4299999999")
    book = {
        "region": world.a,
        "year": YEAR,
        "profile": {"groups": 9},
        "households": [home()],
        "actor": SYSTEM,
    }
    assert refusal_of(register_village, **book, members=[strange]) == "本村2017年度没有户编号 4299999999。"
    twice = [member("吴一", make.id_number(901)), member("吴一", make.id_number(901))]
    assert refusal_of(register_village, **book, members=twice) == (
        "要写入的家庭成员中有重复的行，未写入任何数据。请删去重复的行后再试。"
    )
    assert refusal_of(families, world.a, home(), home()) == (
        "要写入的户中有重复的行，未写入任何数据。请删去重复的行后再试。"
    )
    assert (audit.told(), audit.discrepancies()) == ({}, [])


# --- acts --------------------------------------------------------------------------------------------------

Step = tuple[int, dict[str, Any], list[tuple[str, str]]]


def step(
    year: int, status: PovertyStatus, exit_year: int | None, *acts: tuple[str, str], **more: Any
) -> Step:
    return year, home(status=status, exit_year=exit_year, **more), list(acts)


REGISTERED = ("registered", "2014-05-01")
#: Writes one after another, each with the acts that it adds.
STORIES: dict[str, list[Step]] = {
    "registered": [step(2017, S.NOT_EXITED, None, REGISTERED), step(2017, S.NOT_EXITED, None)],
    "registered on an unknown day": [
        step(2017, S.NOT_EXITED, None, ("registered", "2017-01-01"), registered_on=None),
    ],
    "known since it left": [step(2017, S.EXITED_BEFORE, 2016, REGISTERED, ("left_poverty", "2016-12-31"))],
    "leaves in the year": [
        step(2017, S.NOT_EXITED, None, REGISTERED),
        step(2017, S.EXITED_THIS_YEAR, 2017, ("left_poverty", "2017-12-31")),
        step(2017, S.EXITED_THIS_YEAR, 2017),
    ],
    "leaves in the next year": [
        step(2016, S.NOT_EXITED, None, REGISTERED),
        step(2017, S.EXITED_THIS_YEAR, 2017, ("left_poverty", "2017-12-31")),
        step(2018, S.EXITED_BEFORE, 2017),
    ],
    "returns": [
        step(2017, S.EXITED_BEFORE, 2016, REGISTERED, ("left_poverty", "2016-12-31")),
        step(2017, S.RETURNED, None, ("returned", "2017-09-09")),
        step(2017, S.RETURNED, None),
    ],
    "returns in the next year, and leaves again": [
        step(2016, S.EXITED_THIS_YEAR, 2016, REGISTERED, ("left_poverty", "2016-12-31")),
        step(2017, S.RETURNED, None, ("returned", "2017-09-09")),
        step(2018, S.EXITED_THIS_YEAR, 2018, ("left_poverty", "2018-12-31")),
    ],
    "returns in a year that is over": [
        step(2015, S.EXITED_THIS_YEAR, 2015, REGISTERED, ("left_poverty", "2015-12-31")),
        step(2016, S.RETURNED, None, ("returned", "2016-12-31")),
    ],
    "an earlier year is added": [
        step(2017, S.EXITED_BEFORE, 2016, REGISTERED, ("left_poverty", "2016-12-31")),
        step(2016, S.EXITED_THIS_YEAR, 2016),
        step(2015, S.NOT_EXITED, None),
    ],
}


@pytest.mark.parametrize("story", STORIES)
def test_acts_are_written_with_the_year_rows(world: Any, story: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make.village(A, "甲村", year=2018)
    monkeypatch.setattr(registration.timezone, "localdate", lambda: TODAY)
    for year, row, acts in STORIES[story]:
        before = set(all_rows(Act).values_list("pk", flat=True))
        families(world.a, row, year=year)
        added = (
            all_rows(Act).exclude(pk__in=before).order_by("on").values_list("kind", "on", "region", "year")
        )
        assert list(added) == [(kind, date.fromisoformat(on), A, year) for kind, on in acts]


# --- people ------------------------------------------------------------------------------------------------


@pytest.fixture
def family(world: Any) -> Any:
    """A household of a head, with years 2017 and 2018 open."""
    make.village(A, "甲村", year=2018)
    for year in (YEAR, 2018):
        families(world.a, home(), year=year)
        people(world.a, member("吴一", make.id_number(901), relation=Relation.HEAD), year=year)
    return world.a


def persons() -> list[tuple[str, str]]:
    return sorted(all_rows(Person).filter(name__startswith="吴").values_list("name", "id_number"))


def test_a_person_is_the_same_over_the_years(family: Any) -> None:
    assert persons() == [("吴一", make.id_number(901))]
    ((person,),) = set(all_rows(Membership).filter(person__name="吴一").values_list("person"))
    assert all_rows(Membership).filter(person=person).count() == 2


@pytest.mark.parametrize("years", [(2017, 2017), (2017, 2018), (2018, 2017)])
def test_a_newborn_that_gets_a_number_stays_the_same_person(family: Any, years: tuple[int, int]) -> None:
    first, second = years
    people(family, newborn(), year=first)
    people(family, newborn(), year=second)
    child = all_rows(Person).get(name="吴小")
    number = make.id_number(903, NEWBORN)
    people(family, member("吴小", number), year=second)
    assert persons() == [("吴一", make.id_number(901)), ("吴小", number)]
    child.refresh_from_db()
    assert (child.id_number, child.id_number_tail, child.birth_date, child.sex) == (
        number, number[-4:], NEWBORN, "1",
    )  # fmt: skip
    assert all_rows(Membership).filter(person=child).count() == len(set(years))
    # An older file without the number comes again: still the same child, who keeps the number.
    audit = Audit()
    assert people(family, newborn(), year=second) == Written(0, 0, 1)
    assert (audit.told(), audit.discrepancies()) == ({}, [])


def test_two_of_one_name_without_numbers_are_two_people(family: Any) -> None:
    people(family, newborn(), member("吴小", birth_date=date(2017, 1, 1), sex="2"))
    families(family, home("4299000002"))
    people(family, newborn(number="4299000002"))
    assert persons() == [("吴一", make.id_number(901)), *[("吴小", "")] * 3]


@pytest.mark.parametrize("certificate", ["42", "42B1"])
def test_a_certificate_is_its_holders_number(family: Any, certificate: str) -> None:
    number = make.id_number(901)
    person = all_rows(Person).get(id_number=number)
    head = member("吴一", number + certificate, relation=Relation.HEAD)
    assert people(family, head) == Written(0, 1, 0)
    assert persons() == [("吴一", number + certificate)]
    person.refresh_from_db()
    assert (person.id_number_tail, all_rows(Membership).filter(person=person).count()) == (number[-4:], 2)
    assert people(family, head) == Written(0, 0, 1)
    # Both in one set are one person twice.
    both = [head, member("吴一", number)]
    assert refusal_of(people, family, *both) == (
        "要写入的家庭成员中有重复的行，未写入任何数据。请删去重复的行后再试。"
    )


# --- elsewhere ---------------------------------------------------------------------------------------------


def test_what_is_registered_elsewhere_is_refused_without_a_word_of_where(family: Any, world: Any) -> None:
    clerk_b = make.user(Role.CLERK, world.b)
    families(family, home("4299000002"))
    families(world.b, home("4299000003"), actor=clerk_b)
    audit = Audit()
    head = member("吴一", make.id_number(901))
    said = {
        refusal_of(families, world.b, home(remark="改"), actor=clerk_b),
        refusal_of(people, world.b, {**head, "household_number": "4299000003"}, actor=clerk_b),
        refusal_of(people, family, {**head, "household_number": "4299000002"}),
    }
    assert said == {ELSEWHERE}
    assert (audit.told(), audit.discrepancies()) == ({}, [])
    # A household of another village is no household here, like one that is nowhere.
    assert [
        refusal_of(people, world.b, member("吴九", make.id_number(909), number=number), actor=clerk_b)
        for number in (NUMBER, "4299777777")
    ] == [f"本村2017年度没有户编号 {number}。" for number in (NUMBER, "4299777777")]


def test_what_has_moved_since_an_earlier_year_is_registered(family: Any, world: Any) -> None:
    make.village(world.b.code, "乙村", year=2019)
    families(world.b, home(), year=2019)
    people(world.b, member("吴一", make.id_number(901), relation=Relation.HEAD), year=2019)
    assert persons() == [("吴一", make.id_number(901))]
    assert all_rows(Household).filter(number=NUMBER).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known from an earlier year"])
def test_two_villages_at_once_do_not_both_register_a_household(world: Any, known: bool) -> None:
    if known:
        families(world.a, home(), year=2016)
    with sessions(2) as (one, two):
        one.begin()
        one.do(families, world.a, home(remark="甲"))
        second = two.start(families, world.b, home(remark="乙"))
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        with pytest.raises(Refused, match=ELSEWHERE):
            second.result(PATIENCE)
    rows = all_rows(HouseholdYear).filter(household__number=NUMBER, year=YEAR)
    assert list(rows.values_list("region", "remark")) == [(world.a.code, "甲")]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True], ids=["new", "known from an earlier year"])
def test_two_villages_at_once_do_not_both_register_a_person(world: Any, known: bool) -> None:
    families(world.a, home())
    families(world.b, home("4299000002"))
    person = member("吴一", make.id_number(901))
    if known:
        families(world.a, home(), year=2016)
        people(world.a, person, year=2016)
    with sessions(2) as (one, two):
        one.begin()
        one.do(people, world.a, {**person, "remark": "甲"})
        second = two.start(people, world.b, {**person, "household_number": "4299000002", "remark": "乙"})
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        with pytest.raises(Refused, match=ELSEWHERE):
            second.result(PATIENCE)
    rows = all_rows(Membership).filter(person__name="吴一", year=YEAR)
    assert list(rows.values_list("region", "remark")) == [(world.a.code, "甲")]


@pytest.mark.django_db(transaction=True)
def test_the_same_household_twice_at_once_is_written_once(world: Any) -> None:
    """A double click: the second waits, and finds that everything stands there."""
    with sessions(2) as (one, two):
        one.begin()
        assert one.do(families, world.a, home()) == Written(1, 0, 0)
        second = two.start(families, world.a, home())
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        assert second.result(PATIENCE) == Written(0, 0, 1)
    assert fetch("SELECT kind, count(*) FROM households_act GROUP BY 1") == [("registered", 1)]


# --- rights ------------------------------------------------------------------------------------------------

#: Who may write in village A: those who enter there, and those who import there.
WRITERS = {"clerk_a", "team", "township", "county"}


def test_only_who_enters_or_imports_there_may_write(world: Any, personas: dict[str, Any]) -> None:
    known = world.household_a.household.number
    may = set()
    for name, actor in personas.items():
        if actor is None:
            continue
        place = {"region": world.a, "year": YEAR, "actor": actor}
        audit = Audit()
        try:
            save_profile(values={"groups": 3}, **place)
            save_households(rows=[home()], **place)
            save_members(rows=[member("吴一", make.id_number(901), number=known)], **place)
            may.add(name)
        except Refused as refused:
            assert str(refused) == "您没有在甲村录入数据的权限。"
            assert (audit.told(), audit.discrepancies()) == ({}, [])
            with pytest.raises(Refused, match="您没有在甲村录入数据的权限。"):
                save_members(rows=[], **place)
            with pytest.raises(Refused, match="您没有在甲村录入数据的权限。"):
                save_households(rows=[], **place)
    assert may == WRITERS


def test_rows_are_written_in_villages_only(world: Any) -> None:
    assert {
        refusal_of(families, world.township, home()), refusal_of(people, world.township, newborn()),
        refusal_of(save_profile, region=world.township, year=YEAR, values={}, actor=SYSTEM),
    } == {"七里坪镇不是村，台账按村登记。"}  # fmt: skip


def test_a_members_form_moves_nobody(world: Any, personas: dict[str, Any], client_of: Any) -> None:
    """Who somebody is and where they belong is no matter of the form, whatever is posted."""
    other = make.household(world.a)
    # A man: a woman called a son would be asked about.
    born = date(1990, 1, 1)
    man = make.PersonFactory(id_number=make.id_number(905, born), birth_date=born, sex=Sex.MALE)
    row = make.MembershipFactory(household_year=world.household_a, person=man)
    names = ("person_id", "household_year_id", "region_id", "year", "present", "departure")
    before = {name: getattr(row, name) for name in names}
    identity = (
        all_rows(Person).filter(pk=row.person_id).values("name", "id_number", "sex", "birth_date").get()
    )
    response = client_of(personas["clerk_a"]).post(
        reverse("members_edit", kwargs={"region": A, "year": YEAR, "key": row.pk}),
        {
            "relation": "03", "remark": "改", "household_year": other.pk, "household_year_id": other.pk,
            "household_number": other.household.number, "person": 1, "region": world.b.code, "year": 2016,
            "present": "", "departure": "01", "name": "换人", "id_number": make.id_number(999),
        },
    )  # fmt: skip
    assert response.status_code == 302
    row.refresh_from_db()
    assert (row.relation, row.remark, {name: getattr(row, name) for name in names}) == ("03", "改", before)
    assert all_rows(Person).filter(pk=row.person_id).values(*identity).get() == identity
    other.refresh_from_db()
    assert other.people == 2
