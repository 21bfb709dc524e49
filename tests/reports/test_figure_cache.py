"""The cache of village figures: it says what live rows say, whoever writes, and whatever is folded meanwhile."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, transaction

from funds.enums import Measure
from funds.models import Benefit
from fupin.access import SYSTEM
from fupin.audit import acting
from fupin.models import Level
from households.models import HouseholdYear
from reports.domain import folding
from reports.domain.folding import fold_some
from reports.figures import cache
from reports.figures.funds import firms, post_holders
from reports.figures.measure import figures_of_places, measure
from reports.figures.register import poor
from reports.figures.snapshot import snapshot
from reports.figures.window import PROGRAMME_START, Window
from tests import factories as make
from tests.database.tools import fetch, run, sessions
from tests.long import lasting
from tests.reports import folded
from tests.reports.folded import (
    COUNTY,
    RAW,
    VILLAGES,
    YEAR,
    both,
    by_raw_sql,
    every_figure,
    from_scratch,
    furnish,
    numbers,
    windows,
    write,
)
from tests.reports.support import region

pytestmark = pytest.mark.django_db(transaction=True)
WRITERS, FOLDERS = 4, 2


@pytest.fixture
def county(db: None) -> None:
    furnish()


def fold_all() -> None:
    while fold_some():
        pass


def clean(window: Window) -> list[str]:
    """The places of which the cache answers."""
    with snapshot():
        return cache._villages(window)[0]


def assert_the_same(most: int = 4) -> None:
    """Of some windows and levels."""
    for window, level in random.Random(3).sample(windows(), most):
        told, fresh = both(window, level)
        assert told == fresh


def test_what_is_kept_is_what_the_rows_say_after_every_kind_of_write(county: None) -> None:
    fold_all()
    whole = Window(region(COUNTY), YEAR, YEAR, YEAR)
    assert set(VILLAGES) <= set(clean(whole))
    assert_the_same()
    dice = random.Random(7)
    kinds = [*dict.fromkeys(folded.WRITES), *(partial(by_raw_sql, statement=statement) for statement in RAW)]
    kinds.remove(by_raw_sql)
    for kind in kinds:
        kind(dice)
        told, fresh = both(*dice.choice(windows()))
        assert told == fresh
        fold_all()
    assert fetch("SELECT count(*) FROM reports_villagemark") == [(0,)]
    assert_the_same(6)


def test_many_write_and_fold_at_once_and_each_read_is_right(county: None) -> None:
    """A hunt: short in the suite, 1,000 writes by `make fuzz`."""
    fold_all()
    done: Counter[str] = Counter()
    with sessions(WRITERS + FOLDERS) as made:
        writers, folders = made[:WRITERS], made[WRITERS:]
        writing = [
            session.start(write_much, random.Random(seed), lasting(12))
            for seed, session in enumerate(writers)
        ]
        stop: list[bool] = []
        folding_ = [session.start(fold_much, stop) for session in folders]
        dice = random.Random(99)
        reads = kept = 0
        try:
            while not all(future.done() for future in writing) or reads < 5:
                window, level = dice.choice(windows())
                with snapshot():
                    kept += bool(cache._villages(window)[0])
                    told, fresh = both(window, level)
                assert told == fresh
                reads += 1
        finally:
            stop.append(True)
        for future in writing:
            done.update(future.result(600))
        folds = sum(future.result(60) for future in folding_)
    print(f"{reads} reads, {kept} with kept figures, {folds} folds, {done}")
    assert kept and folds and done["written"] > WRITERS * lasting(12) // 2
    fold_all()
    assert fetch("SELECT count(*) FROM reports_villagemark") == [(0,)]
    assert_the_same()


def write_much(dice: random.Random, times: int) -> Counter[str]:
    done: Counter[str] = Counter()
    for _ in range(times):
        done[write(dice) or "written"] += 1
        time.sleep(dice.random() * 0.1)  # time to be read and folded
    return done


def fold_much(stop: list[bool]) -> int:
    folds = 0
    while not stop:
        folds += fold_some(batch=9) or 1
        time.sleep(0.01)  # leave the others a turn
    return folds


# --- the log of marks ------------------------------------------------------------------------------------------------

GIVE = "UPDATE funds_benefit SET amount = amount + 7 WHERE region_id = %s"
#: What was said against: one mark a village and year, and none where there is one.
UNIQUE = """
CREATE UNIQUE INDEX one_mark ON reports_villagemark (region_id, year);
CREATE OR REPLACE FUNCTION reports_mark_villages() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_villagemark (region_id, year) SELECT region_id, min(year) FROM new_values GROUP BY 1
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
"""


@contextmanager
def unique_marks() -> Iterator[None]:
    """The negative control: marks as they must not be."""
    fold_all()  # none is there twice
    [(log,)] = fetch("SELECT pg_get_functiondef('reports_mark_villages'::regproc)")
    run(UNIQUE)
    try:
        yield
    finally:
        run("DROP INDEX one_mark")
        run(log)


def written_while_folded() -> tuple[folded.Numbers, folded.Numbers]:
    """A village is marked; a folder has its snapshot; somebody writes the village again, and commits; the folder goes on."""
    window = Window(region(COUNTY), YEAR, YEAR, PROGRAMME_START)
    fold_all()
    with sessions(1) as [writer]:
        writer.do(run, GIVE, [VILLAGES[0]])
        with snapshot(writes=True):
            assert (
                fetch("SELECT count(*) FROM reports_villagemark WHERE region_id = %s", [VILLAGES[0]])[0][0]
                > 0
            )
            writer.do(run, GIVE, [VILLAGES[0]])
            folding.fold_batch(99)
    return both(window, Level.COUNTY)


def test_who_writes_while_it_is_folded_leaves_a_mark_of_their_own(county: None) -> None:
    told, fresh = written_while_folded()
    assert told == fresh
    assert VILLAGES[0] not in clean(Window(region(COUNTY), YEAR, YEAR, YEAR))


def test_unique_marks_would_leave_a_stale_number(county: None) -> None:
    """Negative control: the second writer finds a mark, adds none, and the folder takes it out without its rows."""
    with unique_marks():
        told, fresh = written_while_folded()
    assert told != fresh
    assert VILLAGES[0] in clean(Window(region(COUNTY), YEAR, YEAR, YEAR))


CORRECT = """
UPDATE households_person SET birth_date = birth_date - 9000 WHERE id IN (
    SELECT person_id FROM households_membership WHERE household_year_id = %s
)
"""
#: Marks as they must not be: of the villages in which the person is at the writing to be seen as a member.
AS_SEEN = """
CREATE OR REPLACE FUNCTION reports_mark_people() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_villagemark (region_id, year)
    SELECT m.region_id, min(m.year) FROM households_membership m JOIN new_values n ON n.id = m.person_id GROUP BY 1;
    RETURN NULL;
END $$;
"""


def corrected_while_moved() -> tuple[folded.Numbers, folded.Numbers]:
    """A household is moved to another village; before that is committed, its people's births are corrected; it is folded between."""
    window = Window(region(COUNTY), YEAR, YEAR, PROGRAMME_START)
    home = folded.rows(HouseholdYear).filter(region=VILLAGES[0], year=YEAR).earliest("pk")
    fold_all()
    with sessions(2) as [mover, clerk]:
        mover.begin()
        mover.do(
            run, "UPDATE households_householdyear SET region_id = %s WHERE id = %s", [VILLAGES[2], home.pk]
        )
        clerk.begin()
        clerk.do(run, CORRECT, [home.pk])
        mover.commit()
        fold_all()
        clerk.commit()
    return both(window, Level.VILLAGE)


def test_who_is_corrected_while_they_are_moved_is_told_where_they_are(county: None) -> None:
    told, fresh = corrected_while_moved()
    assert told == fresh
    fold_all()
    assert fetch("SELECT count(*) FROM reports_villagemark") == [(0,)]
    told, fresh = both(Window(region(COUNTY), YEAR, YEAR, YEAR), Level.VILLAGE)
    assert told == fresh


def test_marks_of_villages_seen_at_the_writing_would_leave_a_stale_number(county: None) -> None:
    """Negative control: whoever corrects the person does not see where the other one is moving them."""
    [(by_person,)] = fetch("SELECT pg_get_functiondef('reports_mark_people'::regproc)")
    run(AS_SEEN)
    try:
        told, fresh = corrected_while_moved()
    finally:
        run(by_person)
    assert told != fresh
    assert VILLAGES[2] in clean(Window(region(COUNTY), YEAR, YEAR, YEAR))


def test_a_name_that_is_corrected_marks_nothing(county: None) -> None:
    fold_all()
    run("UPDATE households_person SET name = name || '甲', sex = sex")
    assert fetch("SELECT count(*) FROM reports_villagemark") == [(0,)]


def test_what_is_written_and_not_committed_is_told_by_nobody(county: None) -> None:
    fold_all()
    window = Window(region(COUNTY), YEAR, YEAR, PROGRAMME_START)
    before, _ = both(window, Level.VILLAGE)
    with sessions(1) as [writer]:
        writer.begin()
        writer.do(run, GIVE, [VILLAGES[0]])
        fold_all()
        told, fresh = both(window, Level.VILLAGE)
        assert told == fresh == before
        writer.commit()
    told, fresh = both(window, Level.VILLAGE)
    assert told == fresh != before


def test_one_folds_at_a_time(county: None) -> None:
    with sessions(1) as [other]:
        other.do(run, "SELECT pg_advisory_lock(%s, %s)", folding.LOCK)
        assert not fold_some()
        assert fetch("SELECT count(*) FROM reports_villagefold") == [(0,)]
        waiting = other.start(run, "SELECT pg_advisory_unlock(%s, %s)", folding.LOCK)
        assert not fold_some(wait=True)
        waiting.result(60)
    assert fetch("SELECT count(*) FROM reports_villagefold") == [(6,)]


# --- what is folded, and who asks ------------------------------------------------------------------------------------


def test_figures_of_other_declarations_are_not_taken_for_ours(county: None) -> None:
    fold_all()
    window = Window(region(COUNTY), YEAR, YEAR, YEAR)
    assert len(clean(window)) == 6
    run("UPDATE reports_villagefigure SET value = value + 1")
    told, fresh = both(window, Level.COUNTY)
    assert told != fresh, "nothing was read from the cache"
    run("UPDATE reports_villagefold SET digest = 'of another release'")
    assert clean(window) == []
    told, fresh = both(window, Level.COUNTY)
    assert told == fresh
    fold_all()
    assert len(clean(window)) == 6
    told, fresh = both(window, Level.COUNTY)
    assert told == fresh


def test_switched_off_it_is_neither_asked_nor_filled(county: None, settings: Any) -> None:
    fold_all()
    run("UPDATE reports_villagefigure SET value = value + 1")
    settings.FUPIN_FIGURE_CACHE = False
    assert_the_same()
    by_raw_sql(random.Random(1), RAW[0])
    run(GIVE, [VILLAGES[0]])
    assert not fold_some()
    assert fetch("SELECT count(*) > 0 FROM reports_villagemark") == [(True,)]


def test_the_command_folds_what_was_written_or_everything(county: None) -> None:
    call_command("fold_figures")
    assert fetch("SELECT count(*) FROM reports_villagefold") == [(6,)]
    run("UPDATE reports_villagefigure SET value = value + 1")
    call_command("fold_figures")
    told, fresh = both(Window(region(COUNTY), YEAR, YEAR, YEAR), Level.COUNTY)
    assert told != fresh, "nobody had written anything"
    call_command("fold_figures", "--all")
    assert_the_same()


def test_the_worker_folds_between_jobs(county: None) -> None:
    call_command("run_worker", "--once")
    assert fetch("SELECT count(*) FROM reports_villagefold") == [(6,)]


def test_a_report_above_a_village_is_served_by_it_and_writes_nothing(county: None) -> None:
    fold_all()
    run(
        "UPDATE reports_villagefigure SET value = value + 1 WHERE region_id = %s AND code = 'poor.households'",
        [VILLAGES[0]],
    )
    for code, more in ((COUNTY, 1), (folded.TOWNSHIPS[0], 1), (folded.TOWNSHIPS[1], 0), (VILLAGES[0], 0)):
        window = Window(region(code), YEAR, YEAR, PROGRAMME_START)
        figures = [poor.households]
        assert (
            measure(figures, window)["poor.households"].value
            == from_scratch(window, Level(window.region.level))[window.region.prefix]["poor.households"].value
            + more
        )
    with acting(SYSTEM, via="form"):  # a preview is posted
        assert measure([poor.people], window)["poor.people"].value == 4
    with snapshot(), pytest.raises(DatabaseError, match="read-only"):
        run(GIVE, [VILLAGES[0]])


def test_inside_somebodys_transaction_nothing_is_folded_and_all_is_live(county: None) -> None:
    fold_all()
    run("UPDATE reports_villagefigure SET value = value + 1")
    window = Window(region(COUNTY), YEAR, YEAR, YEAR)
    with transaction.atomic():
        assert numbers(figures_of_places(every_figure(window), window, Level.COUNTY)) == numbers(
            from_scratch(window, Level.COUNTY)
        )
        with pytest.raises(RuntimeError):
            fold_some()


def test_who_was_helped_in_two_villages_is_one_in_their_sum(county: None) -> None:
    """A person in two households, an enterprise in two villages, a household gone from two: counted by their ids."""
    window = Window(region(COUNTY), YEAR, YEAR, PROGRAMME_START)
    post = folded.rows(Benefit).filter(measure=Measure.POST).order_by("pk").first()
    other = folded.rows(HouseholdYear).filter(region=VILLAGES[2], year=YEAR).first()
    make.BenefitFactory(
        region=other.region, household=other.household, person=post.person, measure=Measure.POST
    )
    fold_all()
    asked = [post_holders, firms]
    by_village = figures_of_places(asked, window, Level.VILLAGE)
    whole = measure(asked, window)
    assert [sum(found[f.code].value for found in by_village.values()) for f in asked] == [7, 3]
    assert [whole[f.code].value for f in asked] == [6, 1]
    # The same while one of the villages is marked.
    run(GIVE, [VILLAGES[2]])
    assert [measure(asked, window)[f.code].value for f in asked] == [6, 1]
    assert not post_holders.adds_up and not firms.adds_up and poor.households.adds_up
