"""Two cadres at one household, each on a connection of their own: acts do not interleave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from fupin.access import SYSTEM
from fupin.refusals import Refused
from households.domain import acts, member_acts, undo
from households.enums import Relation
from households.models import Act, HouseholdYear, Membership
from tests.acts.doing import K, Scene, adult, do, member, registered, rows, scene
from tests.database.tools import PATIENCE, blockers_of, sessions
from tests.factories import YEAR

pytestmark = pytest.mark.django_db(transaction=True)


def race(world: Any, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[list[int], str | None]:
    """Do the first, and the second before the first is committed; who waited for whom, what was said to the second."""
    with sessions(2) as (one, other):
        one.begin()
        one.do(first)
        waiting = other.start(second)
        blocked = blockers_of(other, waiting)
        one.commit()
        try:
            waiting.result(PATIENCE)
        except Refused as refused:
            return blocked, str(refused)
        return blocked, None


def dies(at: Scene, day: int) -> Callable[[], Act]:
    """The mother's death, on a day in June."""
    mother = at.family[-1].pk
    return lambda: do(K.MEMBER_DIED, at, SYSTEM, on=date(YEAR, 6, day), member=mother)


def test_a_death_is_recorded_once(world: Any) -> None:
    at = scene(world)
    name = at.family[-1].person.name
    blocked, said = race(world, dies(at, 1), dies(at, 2))
    assert blocked, "the second did not wait"
    assert said == f"{name}已登记为“死亡”，不在户，请刷新页面后核对。"
    assert [act.on for act in rows(Act).filter(kind=K.MEMBER_DIED)] == [date(YEAR, 6, 1)]
    at.home.refresh_from_db()
    assert at.home.people == 3


def test_without_the_lock_it_is_recorded_twice(world: Any, monkeypatch: Any) -> None:
    """Negative control: households that are read without being locked."""

    def unlocked(year: int, *households: int) -> dict[int, HouseholdYear]:
        found = rows(HouseholdYear).filter(household__in=households, year=year)
        return {row.household_id: row for row in found.select_related("household", "region")}

    monkeypatch.setattr(acts, "lock_homes", unlocked)
    at = scene(world)
    _, said = race(world, dies(at, 1), dies(at, 2))
    assert said is None
    assert rows(Act).filter(kind=K.MEMBER_DIED).count() == 2, "one person, two deaths"


def test_two_last_members_do_not_leave_a_household_without_a_head(world: Any) -> None:
    """The head can leave only alone: whoever comes second sees who is left."""
    at = scene(world)
    pair = at.second
    head, other = (m.pk for m in rows(Membership).filter(household_year=pair).order_by("relation"))
    at.home = pair
    blocked, said = race(
        world,
        lambda: do(K.MEMBER_DIED, at, SYSTEM, member=other),
        lambda: do(K.MEMBER_DIED, at, SYSTEM, member=head),
    )
    pair.refresh_from_db()
    assert (blocked != [], said, pair.people, pair.on_roll) == (True, None, 0, False)


def test_a_split_and_a_merge_of_the_same_members(world: Any) -> None:
    at = scene(world)
    relations = {member.pk: "99" for member in at.family}
    merge = lambda: do(K.MERGED, at, SYSTEM, relations=relations)  # noqa: E731
    _, said = race(world, lambda: do(K.SPLIT, at, SYSTEM), merge)
    assert said == "户内成员已有变化，请重新打开本页，为每名成员填写与户主的关系。"


def test_one_newcomer_of_two_villages(world: Any) -> None:
    """Both know the number; the county takes the person once, and does not say where."""
    at = scene(world)

    def comes(home: HouseholdYear) -> Callable[[], Act]:
        return lambda: member_acts.add_member(
            household=home.household, year=YEAR, kind=K.MEMBER_MARRIED_IN, identity=adult(950), relation="99",
            on=date(YEAR, 6, 1), actor=SYSTEM,
        )  # fmt: skip

    blocked, said = race(world, comes(at.home), comes(world.household_b))
    assert blocked
    assert said is not None and "已在本县他处登记" in said
    assert "甲村" not in said and at.home.household.number not in said
    assert rows(Membership).filter(person__name="来人950").count() == 1


def test_one_act_is_taken_back_once(world: Any) -> None:
    at = scene(world)
    act = do(K.MEMBER_BORN, at, SYSTEM)
    back = lambda: undo.take_back(act=act, reason="误", actor=SYSTEM)  # noqa: E731
    blocked, said = race(world, back, back)
    assert (blocked != [], said) == (True, "这条变动已经撤销。")
    assert rows(Act).filter(kind=K.TAKEN_BACK).count() == 1


def test_one_number_for_two_new_households(world: Any) -> None:
    at = scene(world)

    def taken(sequence: int) -> Callable[[], Act]:
        return lambda: registered(
            region=world.a,
            number="4209000009",
            on=date(YEAR, 6, 1),
            actor=SYSTEM,
            members=[member(sequence, Relation.HEAD)],
        )

    blocked, said = race(world, taken(951), taken(952))
    assert (blocked != [], said) == (True, f"本村{YEAR}年度已登记户编号 4209000009，请打开该户修改。")
    del at
