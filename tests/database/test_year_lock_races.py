"""Whoever closes a year against whoever writes in it, on connections of their own."""

from __future__ import annotations

import os
import random
import threading
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection, transaction

from fupin.access import SYSTEM
from fupin.domain.years import close_years, reopen_years
from fupin.refusals import explain
from households.models import HouseholdYear
from tests.database.rows import (
    SENTENCES,
    YEAR,
    all_rows,
    bare,
    put,
    refusal_of,
)
from tests.database.tools import PATIENCE, blockers_of, fetch, run, sessions
from tests.long import lasting

FUNCTIONS = Path(__file__).resolve().parents[2] / "fupin" / "migrations" / "functions.sql"
INTERLEAVINGS = int(os.environ.get("FUPIN_INTERLEAVINGS", str(lasting(30))))

concurrent = pytest.mark.django_db(transaction=True)


def write_row(village: Any) -> int:
    """Insert a household's year as an importer would; the transaction is the caller's."""
    row = bare(village, YEAR)
    row.save()
    return row.pk


def close_by_domain(village: Any) -> int:
    return close_years(region=village, year=YEAR, actor=SYSTEM)


def close_by_sql(village: Any) -> int:
    return run(
        "UPDATE fupin_regionyear SET state = 'closed' WHERE region_id = %s AND year = %s",
        [village.code, YEAR],
    )


CLOSERS = [close_by_domain, close_by_sql]


def keys_in(village: Any) -> list[int]:
    rows = all_rows(HouseholdYear).filter(region=village, year=YEAR)
    return sorted(rows.values_list("pk", flat=True))


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_closer_waits_for_a_writer_and_sees_its_row(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        writer.begin()
        closer.begin()
        key = writer.do(write_row, world.a)
        assert key not in closer.do(keys_in, world.a)
        closing = closer.start(close, world.a)
        assert blockers_of(closer, closing) == [writer.pid]
        writer.commit()
        assert closing.result(PATIENCE) == 1
        assert closer.do(keys_in, world.a) == sorted([world.household_a.pk, key])
        closer.commit()
    assert refusal_of(lambda: write_row(world.a)) == SENTENCES["closed"]


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_closer_that_will_not_wait_gets_an_error(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        writer.begin()
        writer.do(write_row, world.a)
        closer.do(run, "SET lock_timeout = '20ms'")
        with pytest.raises(OperationalError, match="lock timeout"):
            closer.do(close, world.a)
        writer.rollback()
        assert closer.do(close, world.a) == 1


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_a_writer_waits_for_a_closer_and_is_refused(world: Any, close: Callable) -> None:
    with sessions(2) as (writer, closer):
        closer.begin()
        assert closer.do(close, world.a) == 1
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [closer.pid]
        closer.commit()
        assert writing.result(PATIENCE) == SENTENCES["closed"]
    assert keys_in(world.a) == [world.household_a.pk]


@concurrent
def test_a_writer_goes_on_after_a_closer_gave_up(world: Any) -> None:
    with sessions(2) as (writer, closer):
        closer.begin()
        closer.do(close_by_domain, world.a)
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [closer.pid]
        closer.rollback()
        assert writing.result(PATIENCE) is None
    assert len(keys_in(world.a)) == 2


@concurrent
def test_a_writer_after_reopening_goes_on(world: Any) -> None:
    close_by_domain(world.a)
    with sessions(2) as (writer, opener):
        opener.begin()
        assert opener.do(reopen_years, region=world.a, year=YEAR, remark="补录", actor=SYSTEM) == 1
        writing = writer.start(refusal_of, lambda: write_row(world.a))
        assert blockers_of(writer, writing) == [opener.pid]
        opener.commit()
        assert writing.result(PATIENCE) is None


@contextmanager
def plain_check() -> Any:
    """The guard as a plain check, without its lock."""
    sql = FUNCTIONS.read_text(encoding="utf-8")
    assert sql.count("FOR SHARE;") == 1
    run(sql.replace("FOR SHARE;", ";").replace("%", "%%"), [])
    try:
        yield
    finally:
        run(sql.replace("%", "%%"), [])


@concurrent
@pytest.mark.parametrize("close", CLOSERS)
def test_without_its_lock_the_guard_is_a_race(world: Any, close: Callable) -> None:
    """Negative control of the tests above: a row gets into the closed year."""
    with plain_check(), sessions(2) as (writer, closer):
        writer.begin()
        key = writer.do(write_row, world.a)
        closing = closer.start(close, world.a)
        assert blockers_of(closer, closing) == []
        seen = closer.do(keys_in, world.a)
        writer.commit()
        assert set(keys_in(world.a)) - set(seen) == {key}
    assert refusal_of(lambda: write_row(world.a)) == SENTENCES["closed"]


def interleave(village: Any, seed: int) -> tuple[list[int], list[int]]:
    """Writers and a closer at random; the rows at the closing and those at the end."""
    rng = random.Random(seed)
    plans = [[(rng.randint(1, 4), rng.random() < 0.2) for _ in range(rng.randint(3, 12))] for _ in range(3)]
    # No more than will ever be written: the closer waits for that many.
    after = min(rng.randint(0, 12), sum(map(len, plans)))
    written = threading.Semaphore(0)
    close = rng.choice(CLOSERS)

    def write(plan: list[tuple[int, bool]]) -> None:
        for size, give_up in plan:
            try:
                with transaction.atomic():
                    HouseholdYear.objects.bulk_create([bare(village, YEAR) for _ in range(size)])
                    if give_up:
                        transaction.set_rollback(True)
            except IntegrityError as error:
                assert explain(error) == SENTENCES["closed"]
            written.release()

    def finish() -> list[int]:
        for _ in range(after):
            written.acquire(timeout=PATIENCE)
        with transaction.atomic():
            close(village)
            return keys_in(village)

    with sessions(4) as crew:
        writing = [session.start(write, plan) for session, plan in zip(crew, plans, strict=False)]
        closing = crew[-1].start(finish)
        at_close = closing.result(PATIENCE)
        for future in writing:
            future.result(PATIENCE)
    return at_close, keys_in(village)


@concurrent
def test_no_row_is_committed_after_the_close(world: Any) -> None:
    survivors = []
    for seed in range(INTERLEAVINGS):
        put(world.a, "open")
        at_close, at_end = interleave(world.a, seed)
        assert at_close == at_end, f"seed {seed}"
        survivors.append(len(at_end))
    assert survivors[-1] > 1, "nothing was written at all"


@concurrent
def test_writers_of_two_villages_in_opposite_order_do_not_wait(world: Any) -> None:
    with sessions(2) as (one, two):
        one.begin()
        two.begin()
        one.do(write_row, world.a)
        two.do(write_row, world.b)
        first, second = one.start(write_row, world.b), two.start(write_row, world.a)
        assert (blockers_of(one, first), blockers_of(two, second)) == ([], [])
        one.commit()
        two.commit()
    assert (len(keys_in(world.a)), len(keys_in(world.b))) == (3, 3)


@concurrent
def test_writers_of_many_villages_and_a_closer_do_not_deadlock(world: Any) -> None:
    """One statement takes its places in order, and so does the closer, whatever the order of the rows."""

    def write(order: list[Any]) -> str | None:
        return refusal_of(lambda: HouseholdYear.objects.bulk_create([bare(v, YEAR) for v in order]))

    with sessions(3) as (one, two, closer):
        for _ in range(10):
            for village in (world.a, world.b):
                put(village, "open")
            futures = [
                one.start(write, [world.b, world.a]),
                two.start(write, [world.a, world.b]),
                closer.start(close_years, region=world.county, year=YEAR, actor=SYSTEM),
            ]
            said = [future.result(PATIENCE) for future in futures]
            # Refused or written, never a deadlock: that would be an error without a sentence of ours.
            assert {str(sentence) for sentence in said[:2]} <= {"None", SENTENCES["closed"]}
    assert fetch("SELECT count(*) FROM fupin_regionyear WHERE state = 'closed'") == [(3,)]
    assert connection.in_atomic_block is False
