"""Whether anything was written since a moment: right also where ids are committed in another order than they were given."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from fupin.access import SYSTEM
from fupin.audit import acting, current_context
from fupin.queries.standstill import Moment, moment, nothing_since
from households.models import Household
from tests.database.tools import run, sessions
from tests.long import lasting

concurrent = pytest.mark.django_db(transaction=True)
EVENTS = "households_householdevent"


def add(number: int) -> None:
    """A household, by raw SQL; the transaction is the caller's."""
    run("INSERT INTO households_household (number) VALUES (%s)", [f"H{number}"])


def taken(under_way: int = 0) -> Moment:
    """A moment in which nobody else's test on the server has just ended a transaction."""
    for _ in range(100):
        then = moment()
        if len(then.under_way) == under_way:
            return then
    raise AssertionError(f"never a moment with {under_way} under way: {then}")


@pytest.mark.django_db
def test_what_is_written_by_any_way_is_told() -> None:
    add(1)
    for write in (
        lambda: add(2),
        lambda: Household.objects.create(number="H3"),
        lambda: run("UPDATE households_household SET number = 'H9' WHERE number = 'H1'"),
        lambda: run("DELETE FROM households_household WHERE number = 'H2'"),
    ):
        then = taken()
        assert nothing_since(then)
        assert nothing_since(then.as_json())
        write()
        assert not nothing_since(then)
        assert nothing_since(taken())


@pytest.mark.django_db
def test_ones_own_changes_are_left_out_and_no_others() -> None:
    then = taken()
    with acting(SYSTEM, via="import"):
        add(1)
        own = current_context()
        assert not nothing_since(then)
        assert nothing_since(then, but=own)
    add(2)  # nobody's
    assert not nothing_since(then, but=own)


@pytest.mark.django_db
def test_a_moment_that_knows_not_every_table_tells_nothing() -> None:
    then = taken()
    assert not nothing_since({})
    assert not nothing_since(replace(then, last={t: n for t, n in then.last.items() if t != EVENTS}))


@concurrent
@pytest.mark.parametrize("told", [True, False], ids=["transactions told", "ids alone"])
def test_a_smaller_id_that_is_committed_later(told: bool) -> None:
    """The control: by the ids alone the row that comes later would be missed."""
    with sessions(2) as (slow, quick):
        slow.begin()
        slow.do(add, 1)  # has its id
        quick.do(add, 2)  # has a larger one, and is committed
        then = taken(1)
        if not told:
            then = Moment(then.last, [])
        slow.commit()
        assert nothing_since(then) is not told


@concurrent
def test_what_was_under_way_and_came_to_nothing() -> None:
    with sessions(1) as (slow,):
        slow.begin()
        slow.do(add, 1)
        then = taken(1)
        assert not nothing_since(then)  # it may still come
        slow.rollback()
        assert nothing_since(then)


@concurrent
def test_whoever_has_added_no_event_yet_is_no_matter() -> None:
    with sessions(2) as (busy, elsewhere):
        busy.begin()
        elsewhere.begin()
        busy.do(run, "SELECT pg_current_xact_id()")  # as a vacuum has one
        elsewhere.do(run, "SELECT pg_current_xact_id()")
        then = taken()
        elsewhere.commit()
        assert nothing_since(then)
        busy.do(add, 1)
        assert nothing_since(then)  # not committed
        busy.commit()
        assert not nothing_since(then)


@concurrent
def test_never_nothing_where_there_was_something() -> None:
    chance = random.Random(7)
    count, stood, moments = 0, 0, []

    def households() -> int:
        return Household.objects.unscoped("all are counted").count()

    with sessions(3) as writers:
        busy: set[Any] = set()
        for _ in range(lasting(150)):
            writer = chance.choice(writers)
            if writer not in busy:
                writer.begin()
                busy.add(writer)
            elif chance.random() < 0.6:
                count += 1
                writer.do(add, count)
            else:
                writer.commit() if chance.random() < 0.7 else writer.rollback()
                busy.remove(writer)
            moments.append((moment(), households()))
            then, there = chance.choice(moments[-4:])
            if nothing_since(then):
                stood += 1
                assert households() == there
        for writer in busy:
            writer.rollback()
    assert stood > 10


@pytest.mark.django_db
def test_a_transaction_of_ones_own_is_none_that_is_under_way() -> None:
    with transaction.atomic():
        add(1)
        then = taken()
        assert nothing_since(then)
