"""The database keeps the state of a ledger while rows come and go, also under two writers at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from funds.enums import MEASURES, Measure
from funds.models import Benefit, Partnership, Project
from fupin.models import Ledger
from households.models import LedgerEntry
from tests import factories as make
from tests.database.rows import FRESH, INSERTS, YEAR, all_rows
from tests.database.test_triggers import altered_function, ledgers
from tests.database.test_year_lock import DELETES
from tests.database.tools import PATIENCE, blockers_of, fetch, run, sessions

#: The models of one ledger each; that of a benefit is its measure's.
KEPT = {LedgerEntry: "work", Project: "projects", Partnership: "partners", Benefit: "dibao"}
ids = {"ids": lambda value: value.__name__}


@pytest.fixture
def village(db: None) -> Any:
    """A village whose year is open, without any row."""
    return make.village("421199103206", "甲村")


@pytest.mark.parametrize("model", KEPT, **ids)
@pytest.mark.parametrize("insert", INSERTS, **ids)
def test_the_first_row_opens_the_ledger(village: Any, model: Any, insert: Callable) -> None:
    insert(FRESH[model](village, YEAR))
    assert (ledgers(village), ledgers(village, 2016)) == ({KEPT[model]: "rows"}, {})


@pytest.mark.parametrize("model", KEPT, **ids)
@pytest.mark.parametrize("delete", DELETES, **ids)
def test_the_last_row_closes_it(village: Any, model: Any, delete: Callable) -> None:
    rows = [FRESH[model](village, YEAR) for _ in range(2)]
    other = FRESH[model](village, 2016)
    for row in (*rows, other):
        row.save()
    delete(rows[0])
    assert ledgers(village) == {KEPT[model]: "rows"}
    delete(rows[1])
    assert (ledgers(village), ledgers(village, 2016)) == ({}, {KEPT[model]: "rows"})


def test_a_nil_report_stays_whatever_goes(village: Any) -> None:
    """It is a person's word: only a row takes it back."""
    row = FRESH[Benefit](village, YEAR)
    row.save()
    Ledger.objects.create(region=village, year=YEAR, kind="solar", state="nil")
    row.delete()
    assert ledgers(village) == {"solar": "nil"}


@pytest.mark.parametrize("measure", MEASURES)
def test_each_measure_has_its_ledger(village: Any, measure: Measure) -> None:
    make.BenefitFactory(region=village, household=make.HouseholdFactory(), measure=measure)
    assert ledgers(village) == {MEASURES[measure].ledger.value: "rows"}


def test_a_corrected_measure_moves_the_row_to_its_ledger(village: Any) -> None:
    row = make.BenefitFactory(region=village, household=make.HouseholdFactory(), measure=Measure.SOLAR)
    stays = make.BenefitFactory(region=village, household=make.HouseholdFactory(), measure=Measure.SOLAR)
    row.measure = Measure.WATER
    row.save()
    assert ledgers(village) == {"solar": "rows", "water": "rows"}
    stays.measure = Measure.WATER
    stays.save()
    assert ledgers(village) == {"water": "rows"}
    run("UPDATE funds_benefit SET year = 2016 WHERE id = %s", [stays.pk])
    assert (ledgers(village), ledgers(village, 2016)) == ({"water": "rows"}, {"water": "rows"})


# --- two at once -------------------------------------------------------------------------------------------

concurrent = pytest.mark.django_db(transaction=True)


def remove(row: Any) -> None:
    all_rows(type(row)).filter(pk=row.pk).delete()


def add(village: Any) -> None:
    FRESH[Project](village, YEAR).save()


def state(village: Any) -> tuple[int, str | None]:
    """How many projects there are, and what the ledger says."""
    return all_rows(Project).filter(region=village).count(), ledgers(village).get("projects")


@concurrent
def test_who_removes_the_last_row_waits_for_who_adds_one(world: Any) -> None:
    make.ProjectFactory(region=world.a)
    (last,) = all_rows(Project)
    with sessions(2) as (writer, remover):
        writer.begin()
        writer.do(add, world.a)
        removing = remover.start(remove, last)
        assert blockers_of(remover, removing) == [writer.pid]
        writer.commit()
        removing.result(PATIENCE)
    assert state(world.a) == (1, "rows")


@concurrent
def test_who_adds_a_row_waits_for_who_removes_the_last(world: Any) -> None:
    last = make.ProjectFactory(region=world.a)
    with sessions(2) as (remover, writer):
        remover.begin()
        remover.do(remove, last)
        writing = writer.start(add, world.a)
        assert blockers_of(writer, writing) == [remover.pid]
        remover.commit()
        writing.result(PATIENCE)
    assert state(world.a) == (1, "rows")


@concurrent
def test_two_that_remove_the_last_two_rows_close_the_ledger(world: Any) -> None:
    rows = [make.ProjectFactory(region=world.a) for _ in range(2)]
    with sessions(2) as (one, two):
        one.begin()
        one.do(remove, rows[0])
        second = two.start(remove, rows[1])
        assert blockers_of(two, second) == [one.pid]
        one.commit()
        second.result(PATIENCE)
    assert state(world.a) == (0, None)


@concurrent
def test_writers_do_not_wait_for_each_other(world: Any) -> None:
    make.ProjectFactory(region=world.a)
    with sessions(2) as (one, two):
        one.begin()
        two.begin()
        one.do(add, world.a)
        assert blockers_of(two, two.start(add, world.a)) == []
        one.commit()
        two.commit()
    assert state(world.a) == (3, "rows")


def lock_of(trigger: str, lock: str) -> str:
    """The statement of a trigger of the projects that takes a lock of the ledger."""
    found = fetch(
        f"SELECT substring(pg_get_functiondef(tgfoid) FROM 'PERFORM 1 FROM[^;]*{lock};') FROM pg_trigger"
        " WHERE tgname LIKE %s AND tgrelid = 'funds_project'::regclass",
        [f"pgtrigger_{trigger}_%"],
    )
    return found[0][0]


@concurrent
def test_without_the_writers_lock_a_row_loses_its_ledger(world: Any) -> None:
    """Negative control: who removes does not see the row that is being added, and does not wait for it."""
    make.ProjectFactory(region=world.a)
    (last,) = all_rows(Project)
    lock = lock_of("ledger_on_insert", "FOR KEY SHARE")
    with altered_function("ledger_on_insert", "funds_project", lock, ""), sessions(2) as (writer, remover):
        writer.begin()
        writer.do(add, world.a)
        removing = remover.start(remove, last)
        assert blockers_of(remover, removing) == []
        removing.result(PATIENCE)
        writer.commit()
    assert state(world.a) == (1, None)


@concurrent
def test_without_the_removers_lock_a_ledger_outlives_its_rows(world: Any) -> None:
    """Negative control: each of two sees the row that the other is removing."""
    rows = [make.ProjectFactory(region=world.a) for _ in range(2)]
    lock = lock_of("ledger_on_delete", "FOR UPDATE")
    with altered_function("ledger_on_delete", "funds_project", lock, ""), sessions(2) as (one, two):
        one.begin()
        one.do(remove, rows[0])
        second = two.start(remove, rows[1])
        assert blockers_of(two, second) == []
        second.result(PATIENCE)
        one.commit()
    assert state(world.a) == (0, "rows")
