"""What the database keeps by itself: the number of people and the state of ledgers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fupin.models import Ledger
from households.enums import Departure, Relation
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.conftest import A
from tests.database.rows import FRESH, INSERTS, all_rows
from tests.database.tools import PATIENCE, blockers_of, copy_in, fetch, insert_sql, run, sessions
from tests.long import lasting

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

    @settings(max_examples=lasting(40), deadline=None, suppress_health_check=list(HealthCheck))
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
    lock = r"EXECUTE .people.\s*SELECT 1 FROM.*FOR NO KEY UPDATE\s*.people.;"
    statement = fetch(
        f"SELECT substring(pg_get_functiondef(tgfoid) FROM '{lock}') FROM pg_trigger"
        " WHERE tgname LIKE 'pgtrigger_people_on_insert_%%'",
        [],
    )[0][0]
    assert "FOR NO KEY UPDATE" in statement
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
