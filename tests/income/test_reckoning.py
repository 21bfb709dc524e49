"""纯收入 a second way: plain Python over rows written by hand, against the annotations and the calculator."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from households import income as catalogue
from households.income import IncomeKind, IncomePart, part_of, reckon
from households.models import HouseholdYear, IncomeItem
from households.queries.income import SUMS, amounts_of, reckoned_of, with_income, with_items, with_line
from tests import factories as make
from tests.conftest import World
from tests.factories import YEAR
from tests.income.conftest import reread

#: First digit of the number -> what an amount does to the net income. By hand, apart from the catalogue.
SIGN = {"1": 1, "2": 1, "3": -1, "4": 1, "5": 1, "6": 0}

AMOUNTS = st.dictionaries(
    st.sampled_from(IncomeKind.values),
    st.decimals(0, 999_999_999, places=2, allow_nan=False, allow_infinity=False),
    max_size=8,
)


def second_way(amounts: dict[str, Decimal], people: int) -> tuple[Decimal | None, Decimal | None]:
    """Net income and income a head."""
    counted = [(kind, amount) for kind, amount in amounts.items() if SIGN[kind[0]]]
    if not counted:
        return None, None
    cents = sum(SIGN[kind[0]] * int(amount * 100) for kind, amount in counted)
    return Decimal(cents) / 100, Decimal(cents) / 100 / people if people else None


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(amounts=AMOUNTS, people=st.integers(0, 9))
def test_three_ways_to_one_number(world: World, amounts: dict[str, Decimal], people: int) -> None:
    home = world.household_a
    HouseholdYear.objects.unscoped("tests").filter(pk=home.pk).update(people=people)
    IncomeItem.objects.unscoped("tests").filter(household_year=home).delete()
    for kind, amount in amounts.items():
        make.IncomeItemFactory(household_year=home, kind=kind, amount=amount)
    row, said = reread(home), reckon(amounts, year=YEAR, people=people)
    net, per_head = second_way(amounts, people)
    assert said.net == row.net_income == net
    assert said.per_head == per_head
    assert (row.net_per_head is None) == (per_head is None)
    if per_head is not None:
        assert abs(row.net_per_head - per_head) < Decimal("1e-10")
    assert reckoned_of(row) == said
    assert amounts_of(row) == amounts


def test_nothing_and_nought_differ(world: World) -> None:
    home = world.household_a
    assert (reread(home).net_income, reread(home).sum_wages) == (None, None)
    make.IncomeItemFactory(household_year=home, kind=IncomeKind.EDUCATION, amount=900)
    row = reread(home)
    assert (row.net_income, row.sum_not_counted, row.net_per_head) == (None, 900, None)
    make.IncomeItemFactory(household_year=home, kind=IncomeKind.CROPS, amount=0)
    row = reread(home)
    assert (row.net_income, row.sum_production, row.sum_wages, row.net_per_head) == (0, 0, None, 0)


def test_a_household_without_members_has_no_income_a_head(world: World) -> None:
    home = make.HouseholdYearFactory(region=world.a)
    make.IncomeItemFactory(household_year=home)
    assert (reread(home).net_income, reread(home).net_per_head) == (12000, None)


def test_a_kind_may_count_in_some_years(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A county that learns of a rule writes the years into the catalogue, and nothing else."""
    facts = catalogue.IncomeFacts(IncomePart.TRANSFERS, ((2019, 2020),))
    monkeypatch.setitem(catalogue.INCOME, IncomeKind.INDUSTRY, facts)
    assert [part_of(IncomeKind.INDUSTRY, year) for year in (2018, 2019, 2020, 2021)] == [
        IncomePart.TRANSFERS, IncomePart.NOT_COUNTED, IncomePart.NOT_COUNTED, IncomePart.TRANSFERS,
    ]  # fmt: skip
    make.village(world.a.code, "甲村", year=2019)
    later = make.household(world.a, year=2019, size=1)
    for home in (world.household_a, later):
        make.IncomeItemFactory(household_year=home, kind=IncomeKind.INDUSTRY, amount=500)
    assert (reread(world.household_a).net_income, reread(later).net_income) == (500, None)
    assert (reread(world.household_a).sum_transfers, reread(later).sum_not_counted) == (500, 500)


def test_every_kind_stands_in_one_part_and_counts_as_the_form_says() -> None:
    for kind in IncomeKind:
        assert part_of(kind, YEAR).sign == SIGN[kind.value[0]]
    assert set(SUMS) == set(IncomePart)


@pytest.mark.parametrize("count", [1, 30])
def test_a_list_is_one_statement(world: World, count: int) -> None:
    for _ in range(count):
        make.IncomeItemFactory(household_year=make.household(world.a, size=1))
    rows = HouseholdYear.objects.unscoped("tests").filter(region=world.a)
    with CaptureQueriesContext(
        connection,
    ) as statements:
        found: list[Any] = list(with_line(with_items(with_income(rows))))
    assert (len(statements), len(found)) == (1, count + 1)
