"""What the database keeps by itself: the number of people, the state of ledgers, and every constraint."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fupin.models import Ledger
from fupin.refusals import BY_HAND, explain
from households.enums import Departure, PovertyStatus, Relation
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.conftest import A, B
from tests.database.test_year_lock import FRESH, INSERTS, all_rows
from tests.database.tools import PATIENCE, blockers_of, copy_in, fetch, insert_sql, run, sessions

YEAR = make.YEAR
LEFT = next(iter(Departure)).value


# --- people ------------------------------------------------------------------------------------------------


def counts() -> tuple[dict[int, int], dict[int, int]]:
    """What the households say of their people, and what the members say."""
    said = dict(fetch("SELECT id, people FROM households_householdyear"))
    present = dict.fromkeys(said, 0)
    present |= dict(
        fetch("SELECT household_year_id, count(*) FROM households_membership WHERE present GROUP BY 1")
    )
    return said, present


def member(home: HouseholdYear, **values: Any) -> Membership:
    return Membership(
        household_year=home, person=make.PersonFactory(), region_id=home.region_id, year=home.year,
        relation=Relation.OTHER, **values,
    )  # fmt: skip


def _ids(members: list[Membership]) -> tuple[int, ...]:
    return tuple(m.pk for m in members)


def _leave(how: str, members: list[Membership]) -> None:
    if how == "orm":
        for m in members:
            m.present, m.departure = False, LEFT
            m.save()
    else:
        run(
            "UPDATE households_membership SET present = false, departure = %s WHERE id IN %s",
            [LEFT, _ids(members)],
        )


def _return(how: str, members: list[Membership]) -> None:
    if how == "orm":
        all_rows(Membership).filter(pk__in=_ids(members)).update(present=True, departure="")
    else:
        run("UPDATE households_membership SET present = true, departure = '' WHERE id IN %s", [_ids(members)])


def _move(how: str, members: list[Membership], home: HouseholdYear) -> None:
    if how == "orm":
        all_rows(Membership).filter(pk__in=_ids(members)).update(household_year=home)
    else:
        run(
            "UPDATE households_membership SET household_year_id = %s WHERE id IN %s", [home.pk, _ids(members)]
        )


def _delete(how: str, members: list[Membership]) -> None:
    if how == "orm":
        all_rows(Membership).filter(pk__in=_ids(members)).delete()
    else:
        run("DELETE FROM households_membership WHERE id IN %s", [_ids(members)])


def _insert(how: str, homes: list[HouseholdYear], present: bool) -> None:
    rows = [member(home, present=present, departure="" if present else LEFT) for home in homes]
    if how == "orm":
        Membership.objects.bulk_create(rows)
    else:
        for row in rows:
            copy_in(row) if present else run(*insert_sql(row))


STEP = st.tuples(
    st.sampled_from(["insert", "insert", "insert gone", "leave", "return", "move", "delete"]),
    st.sampled_from(["orm", "sql"]),
    st.lists(st.integers(0, 30), min_size=1, max_size=4),
    st.integers(0, 2),
)


def test_people_are_the_members_present_after_any_writes(world: Any) -> None:
    homes = [make.household(world.a, size=size) for size in (0, 1, 3)]

    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(STEP, min_size=1, max_size=10))
    def write(steps: list[tuple[str, str, list[int], int]]) -> None:
        with transaction.atomic():
            for kind, how, picks, target in steps:
                standing = list(
                    all_rows(Membership).filter(household_year__in=homes, relation=Relation.OTHER)
                )
                some = [standing[at] for at in {at % len(standing) for at in picks}] if standing else []
                if kind.startswith("insert"):
                    _insert(how, [homes[at % 3] for at in picks], kind == "insert")
                elif some:
                    if kind == "move":
                        _move(how, some, homes[target])
                    else:
                        {"leave": _leave, "return": _return, "delete": _delete}[kind](how, some)
                said, present = counts()
                assert said == present
            transaction.set_rollback(True)

    write()
    assert [home.people for home in homes] == [0, 1, 3]


@contextmanager
def altered_function(trigger: str, table: str, old: str, new: str) -> Iterator[None]:
    """A trigger's function with a part of it replaced, put back at the end."""
    found = fetch(
        "SELECT tgfoid, pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgname LIKE %s AND tgrelid = %s::regclass",
        [f"pgtrigger_{trigger}_%", table],
    )
    ((_oid, definition),) = found
    assert definition.count(old) == 1
    run(definition.replace(old, new).replace("%", "%%"), [])
    try:
        yield
    finally:
        run(definition.replace("%", "%%"), [])


def add_member(home: HouseholdYear) -> None:
    member(home).save()


@pytest.mark.django_db(transaction=True)
def test_two_that_add_to_one_household_are_both_counted(world: Any) -> None:
    with sessions(2) as (one, two):
        one.begin()
        one.do(add_member, world.household_a)
        second = two.start(add_member, world.household_a)
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        second.result(PATIENCE)
    said, present = counts()
    assert (said[world.household_a.pk], said) == (4, present)


@pytest.mark.django_db(transaction=True)
def test_without_its_lock_the_count_is_stale(world: Any) -> None:
    """Negative control of the test above."""
    lock = "FOR NO KEY UPDATE;"
    statement = fetch(
        "SELECT substring(pg_get_functiondef(tgfoid) FROM 'PERFORM 1 FROM.*FOR NO KEY UPDATE;') FROM pg_trigger"
        " WHERE tgname LIKE 'pgtrigger_people_on_insert_%%'",
        [],
    )[0][0]
    assert statement.endswith(lock)
    without = altered_function("people_on_insert", "households_membership", statement, "")
    with without, sessions(2) as (one, two):
        one.begin()
        one.do(add_member, world.household_a)
        second = two.start(add_member, world.household_a)
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        second.result(PATIENCE)
    said, present = counts()
    assert (said[world.household_a.pk], present[world.household_a.pk]) == (3, 4)


@pytest.mark.django_db(transaction=True)
def test_households_beside_each_other_are_written_at_the_same_time(world: Any) -> None:
    other = make.household(world.a)
    with sessions(2) as (one, two):
        one.begin()
        two.begin()
        one.do(add_member, world.household_a)
        assert blockers_of(two, two.start(add_member, other)) == []
        one.commit()
        two.commit()
    said, present = counts()
    assert said == present


# --- ledgers -----------------------------------------------------------------------------------------------


def ledgers(village: Any, year: int = YEAR) -> dict[str, str]:
    return dict(all_rows(Ledger).filter(region=village, year=year).values_list("kind", "state"))


@pytest.mark.parametrize("insert", INSERTS)
def test_rows_open_their_ledger(db: None, insert: Callable) -> None:
    village = make.village(A, "甲村")
    assert ledgers(village) == {}
    insert(FRESH[HouseholdYear](village, YEAR))
    assert ledgers(village) == {"households": "rows"}
    insert(FRESH[apps.get_model("households", "VillageYear")](village, YEAR))
    assert ledgers(village) == {"households": "rows", "profile": "rows"}
    assert ledgers(village, 2016) == {}


def test_rows_undo_a_nil_declaration(db: None) -> None:
    village = make.village(A, "甲村")
    for kind in ("households", "profile", "school"):
        Ledger.objects.create(region=village, year=YEAR, kind=kind, state="nil")
    FRESH[HouseholdYear](village, YEAR).save()
    assert ledgers(village) == {"households": "rows", "profile": "nil", "school": "nil"}


def test_a_row_that_is_moved_opens_the_ledger_where_it_arrives(world: Any) -> None:
    row = FRESH[HouseholdYear](world.a, YEAR)
    row.save()
    run("UPDATE households_householdyear SET year = 2016 WHERE id = %s", [row.pk])
    assert ledgers(world.a, 2016) == {"households": "rows"}


def add_household(village: Any) -> None:
    FRESH[HouseholdYear](village, YEAR).save()


@pytest.mark.django_db(transaction=True)
def test_writers_of_a_village_do_not_wait_once_its_ledger_is_open(world: Any) -> None:
    assert ledgers(world.a)["households"] == "rows"
    with sessions(2) as (one, two):
        one.begin()
        two.begin()
        one.do(add_household, world.a)
        assert blockers_of(two, two.start(add_household, world.a)) == []
        one.commit()
        two.commit()
    assert all_rows(HouseholdYear).filter(region=world.a).count() == 3


@pytest.mark.django_db(transaction=True)
def test_without_the_look_before_writers_of_a_village_wait(world: Any) -> None:
    """Negative control of the test above: ON CONFLICT alone locks the ledger's row each time."""
    blind = altered_function(
        "ledger_on_insert", "households_householdyear", "WHERE NOT EXISTS (", "WHERE true OR NOT EXISTS ("
    )
    with blind, sessions(2) as (one, two):
        one.begin()
        one.do(add_household, world.a)
        second = two.start(add_household, world.a)
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        second.result(PATIENCE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("before", [None, "nil"])
def test_the_first_two_writers_of_a_village_both_arrive(world: Any, before: str | None) -> None:
    all_rows(Ledger).filter(region=world.a, kind="households").delete()
    if before:
        Ledger.objects.create(region=world.a, year=YEAR, kind="households", state=before)
    with sessions(2) as (one, two):
        one.begin()
        one.do(add_household, world.a)
        second = two.start(add_household, world.a)
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        second.result(PATIENCE)
    assert ledgers(world.a)["households"] == "rows"
    assert all_rows(HouseholdYear).filter(region=world.a).count() == 3


# --- constraints -------------------------------------------------------------------------------------------

M, H = "households_membership", "households_householdyear"

#: constraint -> a statement that breaks it alone; {home} is A's household year, {household} its household.
BREAKS: dict[str, str] = {
    "region_code_is_12_digits": "INSERT INTO fupin_region (code, name, level) VALUES ('42119910399X', '村', 12)",
    "region_code_fits_level": "INSERT INTO fupin_region (code, name, level) VALUES ('421199103999', '镇', 9)",
    "region_level_known": "INSERT INTO fupin_region (code, name, level) VALUES ('421190000000', '县', 5)",
    "attachment_once": (
        "INSERT INTO fupin_attachment"
        " (region_id, content_type_id, object_id, file, name, size, sha256, uploaded_at)"
        " SELECT '421199103206', min(id), 1, 'x', 'x', 1, 'x', now()"
        " FROM django_content_type, generate_series(1, 2) GROUP BY generate_series"
    ),
    "role_assignment_once": (
        "INSERT INTO fupin_roleassignment (user_id, role, region_id)"
        " SELECT user_id, role, region_id FROM fupin_roleassignment LIMIT 1"
    ),
    "region_year_once": (
        "INSERT INTO fupin_regionyear (region_id, year, state) VALUES ('421199103206', 2017, 'open')"
    ),
    "region_year_state_known": "UPDATE fupin_regionyear SET state = 'lost'",
    "ledger_once": "UPDATE fupin_ledger SET kind = 'households' WHERE region_id = '421199103206'",
    "ledger_state_known": "UPDATE fupin_ledger SET state = 'none'",
    "village_year_once": (
        "INSERT INTO households_villageyear (region_id, year, position, main_industries, main_income)"
        " VALUES ('421199103206', 2017, '', '', '')"
    ),
    "village_agricultural_within_people": (
        "UPDATE households_villageyear SET people = 10, agricultural_people = 11"
    ),
    "village_away_within_labour": "UPDATE households_villageyear SET labour = 10, away_labour = 11",
    "household_year_once": (
        f"UPDATE {H} SET household_id = {{household}} WHERE region_id = '421199103207'"
    ),
    "household_category_known": f"UPDATE {H} SET category = '77'",
    "household_exit_fits_status": f"UPDATE {H} SET exit_year = 2016",
    "household_causes_differ": f"UPDATE {H} SET main_cause = '01', other_causes = '{{{{02,01}}}}'",
    "person_number_once": "UPDATE households_person SET id_number_key = 'same'",
    "member_once_a_year": f"UPDATE {M} SET person_id = {{person}}",
    "one_head_per_household": f"UPDATE {M} SET relation = '01'",
    "member_relation_known": f"UPDATE {M} SET relation = '77' WHERE relation <> '01'",
    "member_work_months_in_year": f"UPDATE {M} SET work_months = 12.1",
    "member_leaves_with_reason": f"UPDATE {M} SET present = false",
    "member_lies_with_household": f"UPDATE {M} SET region_id = '421199103207' WHERE household_year_id = {{home}}",
    "act_kind_known": (
        "INSERT INTO households_act (region_id, year, household_id, kind, \"on\", reason)"
        " VALUES ('421199103206', 2017, {household}, 'lost', '2017-01-01', '')"
    ),
    "household_act_once": (
        "INSERT INTO households_act (region_id, year, household_id, kind, \"on\", reason)"
        " SELECT '421199103206', 2017, {household}, 'corrected', '2017-01-01', '' FROM generate_series(1, 2)"
    ),
    "member_act_once": (
        "INSERT INTO households_act (region_id, year, household_id, person_id, kind, \"on\", reason)"
        " SELECT '421199103206', 2017, {household}, {person}, 'corrected', '2017-01-01', ''"
        " FROM generate_series(1, 2)"
    ),
    "pairing_once": (
        "INSERT INTO households_pairing (region_id, household_id, helper_id, starts_on)"
        " SELECT region_id, household_id, helper_id, starts_on FROM households_pairing LIMIT 1"
    ),
    "pairing_ends_after_start": "UPDATE households_pairing SET ends_on = starts_on - 1",
}  # fmt: skip
#: What the screen says, written out: a changed sentence is changed here too.
SENTENCES: dict[str, str] = {
    "region_code_is_12_digits": "区划代码应为12位数字。",
    "region_code_fits_level": "区划代码与级别不符：本级以下各位应为0。",
    "region_level_known": "级别应为省、市、县、乡镇或村。",
    "attachment_once": "该文件已经上传。",
    "role_assignment_once": "该用户在此区划已有这一角色。",
    "region_year_once": "该村这一年度已经开设。",
    "region_year_state_known": "年度状态不明。",
    "ledger_once": "该台账的状态已经登记。",
    "ledger_state_known": "台账状态应为有数据或零报告。",
    "village_year_once": "该村这一年度的基本情况已经登记。",
    "village_agricultural_within_people": "农业人口不能多于总人口。",
    "village_away_within_labour": "外出务工劳动力不能多于劳动力。",
    "household_year_once": "该户这一年度的信息已经登记。",
    "household_category_known": "贫困户属性应为一般贫困户、低保贫困户或五保贫困户。",
    "household_exit_fits_status": (
        "脱贫年度与脱贫状态不符：新脱贫应为本年度，历史已脱贫应早于本年度，未脱贫和返贫不填。"
    ),
    "household_causes_differ": "其他致贫原因不能与主要致贫原因相同。",
    "person_number_once": "该证件号码已在本县他处登记。",
    "member_once_a_year": "此人这一年度已在本县他处登记。",
    "one_head_per_household": "一户只能有一名户主。",
    "member_relation_known": "与户主关系不在国家编码表内。",
    "member_work_months_in_year": "务工时间应在0至12个月之间。",
    "member_leaves_with_reason": "人员减少须填写原因。",
    "member_lies_with_household": "家庭成员的村和年度应与所在户一致。",
    "act_kind_known": "变动事项不明。",
    "household_act_once": "这一变动已经登记。",
    "member_act_once": "这一变动已经登记。",
    "pairing_once": "这一结对已经登记。",
    "pairing_ends_after_start": "结束日期不能早于开始日期。",
}  # fmt: skip


def test_every_constraint_is_broken_once() -> None:
    declared = {
        constraint.name
        for label in ("fupin", "households")
        for model in apps.get_app_config(label).get_models()
        for constraint in model._meta.constraints
    }
    assert set(BREAKS) == set(SENTENCES) == declared | set(BY_HAND)


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_constraint_is_refused_in_a_sentence(world: Any, personas: Any, name: str) -> None:
    person = fetch(f"SELECT person_id FROM {M} WHERE household_year_id = %s LIMIT 1", [world.household_a.pk])
    statement = BREAKS[name].format(
        home=world.household_a.pk, household=world.household_a.household_id, person=person[0][0]
    )
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(statement)
    assert error.value.__cause__.diag.constraint_name == name
    assert explain(error.value) == SENTENCES[name]


def test_an_error_that_is_not_ours_has_no_sentence(world: Any) -> None:
    with pytest.raises(DatabaseError) as error, transaction.atomic():
        run("SELECT 1 / 0")
    assert explain(error.value) is None


@pytest.mark.parametrize("exit_year", [None, 2015, 2016, 2017, 2018])
@pytest.mark.parametrize("status", PovertyStatus)
def test_an_exit_year_fits_the_status(world: Any, status: PovertyStatus, exit_year: int | None) -> None:
    fits = {
        PovertyStatus.EXITED_THIS_YEAR: exit_year == 2017,
        PovertyStatus.EXITED_BEFORE: exit_year in (2015, 2016),
        PovertyStatus.NOT_EXITED: exit_year is None,
        PovertyStatus.RETURNED: exit_year is None,
    }
    said = None
    try:
        with transaction.atomic():
            run(f"UPDATE {H} SET status = %s, exit_year = %s", [status.value, exit_year])
    except IntegrityError as error:
        said = explain(error)
    assert said == (None if fits[status] else SENTENCES["household_exit_fits_status"])


@pytest.mark.parametrize(
    ("place", "year"), [(A, YEAR), (B, YEAR), (A, 2016), (B, 2016)], ids=["here", "place", "year", "both"]
)
@pytest.mark.django_db(transaction=True)
def test_a_member_lies_where_the_household_lies(world: Any, place: str, year: int) -> None:
    """The key is checked at the end of the transaction, so that a household and its members move together."""
    row = member(world.household_a)
    row.region_id, row.year = place, year
    if (place, year) == (A, YEAR):
        row.save()
        return
    with pytest.raises(IntegrityError) as error:
        row.save()
    assert explain(error.value) == SENTENCES["member_lies_with_household"]
    assert all_rows(Membership).filter(household_year=world.household_a).count() == 2


def test_members_move_with_their_household(world: Any) -> None:
    run(f"UPDATE {H} SET region_id = %s, year = 2016 WHERE id = %s", [B, world.household_a.pk])
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert fetch(f"SELECT region_id, year FROM {M} WHERE household_year_id = %s", [world.household_a.pk]) == [
        (B, 2016), (B, 2016),
    ]  # fmt: skip
