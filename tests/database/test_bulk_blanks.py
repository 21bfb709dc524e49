"""A key with blanks: each counts as a value of its own, in upsert() and in the unique index under it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from funds.models import Benefit
from funds.models.benefit import BENEFIT_BLANKS, BENEFIT_KEY
from fupin.domain.bulk import Written, upsert
from fupin.refusals import Refused, explain
from tests import factories as make
from tests.database.rows import all_rows
from tests.database.tools import fetch, run
from tests.long import lasting

YEAR = make.YEAR
DAY = date(YEAR, 5, 1)
TWICE = "要写入的到户措施与资金中有重复的行，未写入任何数据。请删去重复的行后再试。"
ONCE = "该户（人）同一年度、同一日期的这项措施已经登记，请核对日期或改正原有记录。"


@pytest.fixture
def people(world: Any) -> list[int]:
    """Two people of the household in village A."""
    members = world.household_a.members.unscoped("tests").order_by("pk")
    found = list(members.values_list("person_id", flat=True))
    assert len(found) == 2
    return found


def benefit(world: Any, person: int | None = None, on: date | None = None, **values: Any) -> dict[str, Any]:
    return {
        "region_id": world.a.code, "year": YEAR, "household_id": world.household_a.household_id,
        "measure": "501", "person_id": person, "on": on, "remark": "", **values,
    }  # fmt: skip


def write(*rows: dict[str, Any], **options: Any) -> Written:
    return upsert(Benefit, rows, key=BENEFIT_KEY, **({"blanks": BENEFIT_BLANKS} | options))


def stored() -> dict[tuple[int | None, date | None], str]:
    """The remark of each benefit by person and day."""
    rows = all_rows(Benefit).values_list("person_id", "on", "remark")
    return {(person, on): remark for person, on, remark in rows}


def insert(row: dict[str, Any]) -> int:
    """The row by raw SQL."""
    values = {"unit": "", "grade": "", "tranche": "", **row}
    columns = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    return run(f"INSERT INTO funds_benefit ({columns}) VALUES ({marks})", list(values.values()))


# --- blanks are values -------------------------------------------------------------------------------------


def test_nobody_and_no_day_are_found_again_like_any_other_value(world: Any, people: list[int]) -> None:
    keys = [(person, on) for person in (None, *people) for on in (None, DAY, date(YEAR, 6, 1))]
    rows = [benefit(world, *key) for key in keys]
    assert write(*rows) == Written(9, 0, 0)
    assert write(*rows) == Written(0, 0, 9)
    assert stored() == dict.fromkeys(keys, "")


@pytest.mark.parametrize("at", range(4))
def test_a_change_is_made_in_the_one_row_whose_blanks_it_shares(
    world: Any, people: list[int], at: int
) -> None:
    keys = [(person, on) for person in (None, people[0]) for on in (None, DAY)]
    write(*(benefit(world, *key) for key in keys))

    assert write(*(benefit(world, *key, remark="改" if key == keys[at] else "") for key in keys)) == Written(
        0, 1, 3
    )

    assert stored() == dict.fromkeys(keys, "") | {keys[at]: "改"}


def test_a_blank_that_gets_a_value_is_another_row(world: Any, people: list[int]) -> None:
    assert write(benefit(world)) == Written(1, 0, 0)
    assert write(benefit(world, people[0])) == Written(1, 0, 0)
    assert write(benefit(world, None, DAY)) == Written(1, 0, 0)
    assert write(benefit(world, people[0], DAY)) == Written(1, 0, 0)
    assert write(benefit(world)) == Written(0, 0, 1)


def test_without_saying_what_blanks_count_as_there_is_no_such_key(world: Any) -> None:
    """Negative control: the five columns alone are no unique index."""
    with pytest.raises(ProgrammingError, match="no unique or exclusion constraint"), transaction.atomic():
        write(benefit(world), blanks={})


@pytest.mark.parametrize("blanks", [{"person_id": 1, "on": date.min}, {"person_id": 0, "on": date.max}])
def test_blanks_must_be_those_of_the_index(world: Any, blanks: dict[str, Any]) -> None:
    """Else one of them would be looked for under a value that it does not have."""
    with pytest.raises(ProgrammingError, match="no unique or exclusion constraint"), transaction.atomic():
        write(benefit(world), blanks=blanks)


KEYS = st.tuples(st.sampled_from([None, 0, 1]), st.sampled_from([None, DAY, date(YEAR, 6, 1)]))


def test_any_sets_are_counted_and_stored_as_a_plain_dict_would(world: Any, people: list[int]) -> None:
    sets = st.lists(st.dictionaries(KEYS, st.sampled_from(["", "甲", "乙"]), max_size=6), max_size=4)

    @settings(max_examples=lasting(30), deadline=None, suppress_health_check=list(HealthCheck))
    @given(sets)
    def same(steps: list[dict]) -> None:
        all_rows(Benefit).delete()
        expected: dict[tuple, str] = {}
        for step in steps:
            told = {(None if who is None else people[who], on): remark for (who, on), remark in step.items()}
            new = told.keys() - expected.keys()
            changed = {key for key in told.keys() & expected.keys() if told[key] != expected[key]}
            written = write(*(benefit(world, *key, remark=remark) for key, remark in told.items()))
            assert written == Written(len(new), len(changed), len(told) - len(new) - len(changed))
            expected |= told
            assert stored() == expected
            assert all_rows(Benefit).count() == len(expected)

    same()


# --- twice in a set ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, 0])
@pytest.mark.parametrize("on", [None, DAY])
@pytest.mark.parametrize("remark", ["", "改"])
def test_a_key_that_comes_twice_is_refused_blank_or_not(
    world: Any, people: list[int], who: int | None, on: date | None, remark: str
) -> None:
    person = None if who is None else people[who]
    write(benefit(world, person, on))
    rows = [benefit(world, person, on), benefit(world, person, on, remark=remark)]
    for order in (rows, rows[::-1]):
        with pytest.raises(Refused) as refused:
            write(*order)
        assert str(refused.value) == TWICE
    assert stored() == {(person, on): ""}


def test_the_value_that_a_blank_counts_as_is_the_blank(world: Any) -> None:
    """No benefit is of the first day of the calendar; if one were, it would be the one without a day."""
    with pytest.raises(Refused):
        write(benefit(world), benefit(world, on=date.min))


def test_keys_that_differ_in_one_blank_are_not_twice(world: Any, people: list[int]) -> None:
    rows = [
        benefit(world),
        benefit(world, people[0]),
        benefit(world, None, DAY),
        benefit(world, people[0], DAY),
    ]
    assert write(*rows) == Written(4, 0, 0)


# --- the index itself --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [None, 0])
@pytest.mark.parametrize("on", [None, DAY])
def test_the_index_refuses_the_second_row_in_raw_sql_too(
    world: Any, people: list[int], who: int | None, on: date | None
) -> None:
    row = benefit(world, None if who is None else people[who], on)
    assert insert(row) == 1
    for remark in ("", "改"):
        with pytest.raises(IntegrityError) as refused, transaction.atomic():
            insert({**row, "remark": remark})
        assert explain(refused.value) == ONCE
    assert len(stored()) == all_rows(Benefit).count() == 1


def test_without_the_index_the_second_row_would_go_in(world: Any) -> None:
    """The negative control of the test above. DDL is rolled back with the test."""
    assert insert(benefit(world)) == 1
    assert fetch("SELECT count(*) FROM pg_indexes WHERE indexname = 'benefit_once'") == [(1,)]
    # The checks of its foreign keys are still due, and PostgreSQL alters no table before they have run.
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("DROP INDEX benefit_once")
    assert insert(benefit(world)) == 1
    assert all_rows(Benefit).count() == 2


def test_a_plain_unique_index_would_let_blanks_pass(world: Any) -> None:
    """Why the index counts a blank as a value: to SQL no blank equals another."""
    assert insert(benefit(world)) == 1
    run("SET CONSTRAINTS ALL IMMEDIATE")
    run("DROP INDEX benefit_once")
    run('CREATE UNIQUE INDEX plain ON funds_benefit (household_id, measure, year, person_id, "on")')
    assert insert(benefit(world)) == 1
    assert all_rows(Benefit).count() == 2
