"""Each act: what it changes, who may, when it is refused, and that taking it back leaves the register as it was."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fupin.access import SYSTEM
from fupin.models import RegionYear
from fupin.refusals import Refused
from households.acts import ACTS, DECREASES, EITHER, INCREASES
from households.domain.member_acts import change_head
from households.domain.undo import take_back
from households.enums import ActKind, Departure, PovertyStatus, Relation
from households.models import Act, Household, HouseholdYear, Membership, Person
from tests import factories as make
from tests.acts.doing import DAY, DOING, K, Scene, do, members, rows, scene
from tests.database.rows import SENTENCES, put
from tests.database.tools import Audit, dump, run
from tests.factories import YEAR

#: What each act does to the number of people in the household.
CHANGES = {
    K.MEMBER_BORN: 1, K.MEMBER_MARRIED_IN: 1, K.MEMBER_MOVED_IN: 1, K.MEMBER_RETURNED: 1, K.MEMBER_DIED: -1,
    K.MEMBER_MARRIED_OUT: -1, K.MEMBER_EMIGRATED: -1, K.MEMBER_IMPRISONED: -1, K.MEMBER_MOVED_OUT: -1,
    K.HEAD_CHANGED: 0, K.SPLIT: -2, K.MERGED: -4, K.TRANSFERRED: -4, K.LEFT_POVERTY: 0, K.RETURNED: 0,
    K.REMOVED: -4, K.CORRECTED: 0, K.REGISTERED: 2,
}  # fmt: skip
#: Kinds that write an act at another household or village, too.
TWO = (K.SPLIT, K.MERGED, K.TRANSFERRED)
REGISTER = (HouseholdYear, Membership)


@pytest.fixture
def at(world: Any) -> Scene:
    return scene(world)


def test_every_kind_is_tried() -> None:
    assert set(DOING) == set(CHANGES) == set(ActKind) - {K.TAKEN_BACK}
    assert set(ACTS) == set(ActKind) - {K.TAKEN_BACK, K.REGISTERED}
    assert {*INCREASES, *DECREASES, *EITHER} == {k for k, n in CHANGES.items() if n}


@pytest.mark.parametrize("kind", DOING)
def test_an_act_is_written_with_the_rows(kind: ActKind, at: Scene, personas: dict[str, Any]) -> None:
    DOING[kind](at)  # what a call prepares is there before
    clerk, audit = personas["township"], Audit()
    before = {home.household_id: home.people for home in rows(HouseholdYear)}
    act = do(kind, at, clerk)
    after = {home.household_id: home.people for home in rows(HouseholdYear)}
    assert after[act.household_id] - before.get(act.household_id, 0) == (
        0 if kind == K.TRANSFERRED else CHANGES[kind]
    )
    parts = rows(Act).filter(part_of=act)
    assert [part.change for part in parts] == ([-CHANGES[kind]] if kind in TWO else [])
    for one in (act, *parts):
        # The form of a new household asks for no reason.
        reason = "" if kind == K.REGISTERED else "按实际情况"
        assert (one.kind, one.on, one.year, one.reason) == (kind.value, DAY, YEAR, reason)
        assert (one.recorded_by, one.recorded_at is not None, one.change) == (
            clerk, True, CHANGES[kind] if one is act else -CHANGES[kind],
        )  # fmt: skip
        home = rows(HouseholdYear).filter(household=one.household_id).get()
        if home.on_roll:
            heads = rows(Membership).filter(household_year=home, present=True, relation=Relation.HEAD)
            assert heads.count() == 1
    assert audit.discrepancies() == []
    assert audit.actors() == {(clerk.pk, "form")}


def test_what_the_rows_say_afterwards(at: Scene, world: Any) -> None:
    head, spouse, son, mother = at.family
    do(K.MEMBER_DIED, at, SYSTEM)
    mother.refresh_from_db()
    assert (mother.present, mother.departure) == (False, Departure.DIED)
    do(K.LEFT_POVERTY, at, SYSTEM)
    do(K.TRANSFERRED, at, SYSTEM)
    at.home.refresh_from_db()
    assert (at.home.status, at.home.exit_year) == (PovertyStatus.EXITED_THIS_YEAR, YEAR)
    assert (at.home.region, at.home.people) == (world.b, 3)
    assert {m.region_id for m in members(at.home)} == {world.b.pk}
    there = Act.objects.unscoped("tests").get(part_of__isnull=False)
    assert (there.region, there.other_region, there.change) == (world.b, world.a, 3)
    del head, spouse, son


def test_a_new_household_has_what_the_old_one_is_said_to_be(at: Scene) -> None:
    rows(HouseholdYear).filter(pk=at.home.pk).update(
        category="04", main_cause="01", group=3, hamlet="上湾", water_safe=True, phone="13800001234", farmland=5,
        house_area=90, remark="原户", status="05", exit_year=YEAR,
    )  # fmt: skip
    act = do(K.SPLIT, at, SYSTEM)
    new = rows(HouseholdYear).get(household=act.other_household)
    assert (new.category, new.main_cause, new.group, new.hamlet, new.water_safe, new.status, new.exit_year) == (
        "04", "01", 3, "上湾", True, "05", YEAR,
    )  # fmt: skip
    assert (new.phone, new.farmland, new.house_area, new.remark) == ("", None, None, "")
    assert [member.relation for member in members(new)] == [Relation.HEAD, Relation.GRANDMOTHER]
    assert (new.people, new.household.number) == (2, "4209000001")


def test_the_last_member_takes_the_household_off_the_roll(world: Any) -> None:
    at = scene(world)
    alone = at.second
    rows(Membership).filter(household_year=alone, relation=Relation.OTHER).update(
        present=False, departure=Departure.OTHER
    )
    at.home = alone
    act = do(K.MEMBER_DIED, at, SYSTEM)
    alone.refresh_from_db()
    assert (alone.on_roll, alone.people) == (False, 0)
    assert [(a.kind, a.change, a.part_of) for a in rows(Act).filter(household=alone.household).order_by("pk")] == [
        (K.MEMBER_DIED, -1, None), (K.REMOVED, 0, act),
    ]  # fmt: skip
    with pytest.raises(Refused, match="该户已不在册"):
        do(K.MEMBER_BORN, at, SYSTEM)
    take_back(act=act, reason="误登", actor=SYSTEM)
    alone.refresh_from_db()
    assert (alone.on_roll, alone.people) == (True, 1)


def test_the_head_of_others_hands_over_first(at: Scene) -> None:
    head = at.family[0]
    with pytest.raises(Refused, match="是户主，户内还有其他成员。请先办理“户主变更”，再登记成员去世"):
        do(K.MEMBER_DIED, at, SYSTEM, member=head.pk)
    do(K.HEAD_CHANGED, at, SYSTEM)
    do(K.MEMBER_DIED, at, SYSTEM, member=head.pk)
    assert [m.relation for m in at.family] == [Relation.HEAD, Relation.SON, Relation.HUSBANDS_MOTHER]


# --- taking back ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", DOING)
def test_taking_back_leaves_the_register_as_it_was(
    kind: ActKind, at: Scene, personas: dict[str, Any]
) -> None:
    DOING[kind](at)  # what a call prepares is there before
    before, people = dump(*REGISTER), dump(Person)["households.Person"]
    act = do(kind, at, personas["township"])
    assert (dump(*REGISTER), dump(Person)["households.Person"]) != (before, people)
    written = rows(Act).count()
    entry = take_back(
        act=act, reason="登错了", actor=personas["clerk_a"] if kind != K.TRANSFERRED else SYSTEM
    )
    assert dump(*REGISTER) == before
    now = dump(Person)["households.Person"]
    assert {pk: now[pk] for pk in people} == people
    # The journal keeps both.
    assert rows(Act).count() == 2 * written
    act.refresh_from_db()
    assert (act.undone_by, entry.kind, entry.reason, entry.change) == (
        entry,
        K.TAKEN_BACK,
        "登错了",
        -act.change,
    )
    assert sum(rows(Act).values_list("change", flat=True)) == 0
    with pytest.raises(Refused, match="这条变动已经撤销"):
        take_back(act=act, reason="再来", actor=SYSTEM)
    with pytest.raises(Refused, match="撤销记录不能再撤销"):
        take_back(act=entry, reason="再来", actor=SYSTEM)
    do(kind, at, SYSTEM)  # and it can be recorded again, on the same day


def test_a_part_takes_back_the_whole(at: Scene) -> None:
    before = dump(*REGISTER)
    act = do(K.SPLIT, at, SYSTEM)
    take_back(act=rows(Act).get(part_of=act), reason="登错了", actor=SYSTEM)
    assert dump(*REGISTER) == before
    assert set(rows(Act).filter(kind=K.SPLIT).values_list("undone_by__kind", flat=True)) == {
        K.TAKEN_BACK.value
    }


@pytest.mark.parametrize(
    ("first", "later", "said"),
    [
        (K.HEAD_CHANGED, K.MEMBER_BORN, "之后已登记“新生儿”"),
        (K.MEMBER_BORN, K.REMOVED, "之后已登记“整户退出”"),
        (K.MEMBER_BORN, K.MERGED, "之后已登记“并户”"),
        (K.LEFT_POVERTY, K.TRANSFERRED, None),
        (K.LEFT_POVERTY, K.SPLIT, "之后已登记“分户”"),
        (K.MEMBER_DIED, K.MEMBER_BORN, None),
        (K.TRANSFERRED, K.MEMBER_BORN, "之后已登记“新生儿”"),
        (K.SPLIT, K.MEMBER_BORN, None),
        (K.SPLIT, K.HEAD_CHANGED, None),
    ],
)
def test_what_something_later_stands_on_is_not_taken_back(
    first: ActKind, later: ActKind, said: str | None, at: Scene
) -> None:
    act = do(first, at, SYSTEM)
    if (first, later) == (K.SPLIT, K.HEAD_CHANGED):
        head, spouse = at.family
        relations = {head.pk: Relation.SPOUSE.value, spouse.pk: Relation.HEAD.value}
        second = change_head(
            household=at.home.household, year=YEAR, relations=relations, on=DAY, reason="年老", actor=SYSTEM
        )
    else:
        second = do(later, at, SYSTEM)
    if said is None:
        take_back(act=act, reason="登错了", actor=SYSTEM)
        return
    before = dump(*REGISTER, Act)
    with pytest.raises(Refused, match=said):
        take_back(act=act, reason="登错了", actor=SYSTEM)
    assert dump(*REGISTER, Act) == before
    take_back(act=second, reason="登错了", actor=SYSTEM)
    take_back(act=act, reason="登错了", actor=SYSTEM)


def test_an_edited_row_is_not_taken_back_over(at: Scene) -> None:
    act = do(K.HEAD_CHANGED, at, SYSTEM)
    rows(Membership).filter(pk=at.family[3].pk).update(relation=Relation.OTHER)
    with pytest.raises(Refused, match="所改的内容又有修改，不能撤销"):
        take_back(act=act, reason="登错了", actor=SYSTEM)


def test_a_person_of_whom_more_is_recorded_is_not_taken_back(at: Scene, world: Any) -> None:
    act = do(K.MEMBER_MARRIED_IN, at, SYSTEM)
    benefit = make.BenefitFactory(region=world.a, household=at.home.household, person=act.person)
    with pytest.raises(Refused, match="之后已登记“到户措施与资金”，不能撤销"):
        take_back(act=act, reason="登错了", actor=SYSTEM)
    benefit.delete()
    take_back(act=act, reason="登错了", actor=SYSTEM)
    assert rows(Person).filter(pk=act.person_id).exists(), "the journal names them"


def test_an_act_of_an_import_is_not_taken_back(world: Any) -> None:
    act = Act.objects.create(
        region=world.a, year=YEAR, household=world.household_a.household, kind=K.REGISTERED, on=DAY
    )
    with pytest.raises(Refused, match="导入或修改户信息时自动登记的，不能撤销"):
        take_back(act=act, reason="登错了", actor=SYSTEM)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201])
def test_taking_back_wants_a_reason(reason: str, at: Scene) -> None:
    act = do(K.MEMBER_DIED, at, SYSTEM)
    with pytest.raises(Refused, match="请填写撤销的原因"):
        take_back(act=act, reason=reason, actor=SYSTEM)


# --- who may, and when ---------------------------------------------------------------------------------------

MAY = ("clerk_a", "team", "township")
MAY_NOT = ("clerk_b", "helper", "department", "county", "leader", "auditor", "administrator")


@pytest.mark.parametrize("persona", [*MAY, *MAY_NOT])
def test_the_domain_asks_for_the_right(persona: str, at: Scene, personas: dict[str, Any]) -> None:
    """Whoever calls it; the pages have the table of tests/fupin/test_routes.py."""
    first = do(K.MEMBER_DIED, at, SYSTEM)
    before = dump(*REGISTER, Act)
    for kind in (K.MEMBER_BORN, K.REGISTERED, K.TRANSFERRED):
        if persona in MAY and (kind, persona) not in ((K.TRANSFERRED, "clerk_a"), (K.TRANSFERRED, "team")):
            continue
        with pytest.raises(Refused, match="您没有在.村登记变动的权限"):
            do(kind, at, personas[persona])
    if persona in MAY:
        take_back(act=first, reason="误", actor=personas[persona])
        do(K.MEMBER_BORN, at, personas[persona])
    else:
        with pytest.raises(Refused, match="您没有在甲村登记变动的权限"):
            take_back(act=first, reason="误", actor=personas[persona])
        assert dump(*REGISTER, Act) == before


@pytest.mark.parametrize("state", ["submitted", "accepted", "closed"])
def test_a_year_that_is_not_open_takes_no_act(state: str, at: Scene, world: Any) -> None:
    calls = {kind: DOING[kind](at) for kind in DOING}
    put(world.a, state)
    before = dump(*REGISTER, Act, Person, Household)
    for kind, (act, said) in calls.items():
        if kind == K.LEFT_POVERTY:  # the household has left it, for the act of falling back
            continue
        with pytest.raises(Refused) as refused:
            act(**said, on=DAY, reason="按实际情况", actor=SYSTEM)
        assert str(refused.value) == SENTENCES[state], kind
    assert dump(*REGISTER, Act, Person, Household) == before


@pytest.mark.parametrize("kind", [K.MEMBER_BORN, K.SPLIT, K.TRANSFERRED, K.CORRECTED])
def test_a_year_that_was_closed_keeps_its_acts(kind: ActKind, at: Scene, world: Any) -> None:
    act = do(kind, at, SYSTEM)
    put(world.a, "closed")
    before = dump(*REGISTER, Act, Person)
    with pytest.raises(Refused) as refused:
        take_back(act=act, reason="误", actor=SYSTEM)
    assert str(refused.value) == SENTENCES["closed"]
    assert dump(*REGISTER, Act, Person) == before


def test_without_the_guard_a_closed_year_takes_an_act(at: Scene, world: Any, monkeypatch: Any) -> None:
    """Negative control: it is the database's guard that refuses."""
    put(world.a, "closed")
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for table in ("households_membership", "households_act", "households_householdyear"):
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    assert do(K.MEMBER_DIED, at, SYSTEM).pk


def test_a_village_whose_year_is_not_open_takes_no_household(at: Scene, world: Any) -> None:
    RegionYear.objects.unscoped("tests").filter(region=world.b).update(state="submitted")
    with pytest.raises(Refused, match="乙村2017年度不在录入中，不能迁入"):
        do(K.TRANSFERRED, at, SYSTEM)


def test_a_day_outside_the_year_and_a_missing_reason_are_refused(at: Scene) -> None:
    # A household that was registered in an earlier year may be entered late.
    calls = {kind: DOING[kind](at) for kind in DOING if kind != K.REGISTERED}
    before = dump(*REGISTER, Act, Person, Household)
    for kind, (act, said) in calls.items():
        for on in (date(YEAR - 1, 12, 31), date(YEAR + 1, 1, 1)):
            with pytest.raises(Refused, match="日期不在2017年度内"):
                act(**said, on=on, reason="按实际情况", actor=SYSTEM)
        if kind in ACTS and ACTS[kind].needs_reason:
            with pytest.raises(Refused, match="请填写原因"):
                act(**said, on=DAY, reason=" ", actor=SYSTEM)
        with pytest.raises(Refused, match="原因最多200个字"):
            act(**said, on=DAY, reason="长" * 201, actor=SYSTEM)
    assert dump(*REGISTER, Act, Person, Household) == before


def test_a_day_to_come_is_refused(at: Scene, world: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("households.domain.acts.timezone.localdate", lambda: date(YEAR, 5, 31))
    with pytest.raises(Refused, match="日期还没有到"):
        do(K.MEMBER_DIED, at, SYSTEM)
    with pytest.raises(Refused, match="识别时间还没有到"):
        do(K.REGISTERED, at, SYSTEM)
