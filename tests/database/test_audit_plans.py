"""The audit of an update compares old and new rows by a plan made for as many rows as there are."""

from __future__ import annotations

import re
from typing import Any

import pgtrigger
import pytest
from django.db import connection

from households.models import HouseholdYear
from tests import factories as make
from tests.database.tools import audited_models

ROWS = 300
FRESH_PLAN = re.compile(r"EXECUTE \$audit\$(.*)\$audit\$; RETURN NULL;", re.DOTALL)


def update_trigger(model: Any) -> pgtrigger.Trigger:
    """The trigger that tells the updates of a model."""
    return next(t for m, t in pgtrigger.registered() if m is model and t.name == "update_update")


def joins_of_update(rows: str) -> list[str]:
    """How old and new rows are joined in the plans that an update of the households makes."""
    raw = connection.connection
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL debug_print_plan = on")
        cursor.execute("SET LOCAL debug_pretty_print = off")
        cursor.execute("SET LOCAL client_min_messages = log")
        raw.notices.clear()
        cursor.execute(f"UPDATE households_householdyear SET hamlet = hamlet || '改' WHERE {rows}")
        plans = [
            text for text in raw.notices if "{NAMEDTUPLESTORESCAN" in text and ":enrname old_values" in text
        ]
        cursor.execute("SET LOCAL debug_print_plan = off")
        cursor.execute("SET LOCAL client_min_messages = notice")
    # Of two scans of transition tables under one join; the join with the one row of the context is none.
    return [kind for plan in plans for kind in re.findall(r"\{(HASHJOIN|MERGEJOIN)", plan)]


@pytest.fixture
def many(world: Any) -> None:
    for number in range(ROWS):
        make.HouseholdYearFactory(region=world.a, household__number=f"99{number:06d}")


def test_every_update_is_planned_afresh() -> None:
    for model in audited_models():
        trigger = update_trigger(model)
        assert FRESH_PLAN.fullmatch(trigger.render_func(model)), model


def test_many_rows_are_not_compared_one_by_one_after_an_update_of_none(many: None) -> None:
    joins_of_update("false")
    assert joins_of_update("true") == ["HASHJOIN"]


def test_with_a_plan_that_is_kept_they_would_be(many: None) -> None:
    """The negative control: pghistory's own function keeps the plan that it made for no row."""
    trigger = update_trigger(HouseholdYear)
    [static] = FRESH_PLAN.fullmatch(trigger.render_func(HouseholdYear)).groups()
    kept = pgtrigger.Trigger(
        name=trigger.name, level=trigger.level, when=trigger.when, operation=trigger.operation,
        referencing=trigger.referencing, func=f"{static} RETURN NULL;",
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(kept.compile(HouseholdYear).install_sql)
    joins_of_update("false")
    assert joins_of_update("true") == []
