"""Facts that cannot hold, the search for a table of households, the books of names and numbers."""

import dataclasses
import random
import re
from datetime import date

import pytest

from households.enums import PovertyCategory
from reports.reference.compose import compose
from reports.reference.facts import WANTIANFAN
from reports.reference.marginals import Bounded, Contradiction, Count, tabulate
from reports.reference.people import NameBook, NumberBook, OutOfNumbers
from reports.reference.shape import VillageFacts
from tests.reports.other_village import OTHER_VILLAGE


def with_registered(**changes: object) -> VillageFacts:
    """The register alone: what its ledgers say would no longer fit it."""
    registered = dataclasses.replace(WANTIANFAN.registered, **changes)
    return dataclasses.replace(WANTIANFAN, registered=registered, ledgers=None)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (with_registered(total=Count(67, 156)), "by exit year there are 66户156人, registered are 67户156人"),
        (
            with_registered(by_category={PovertyCategory.GENERAL: Count(66, 155)}),
            "by category there are 66户155人",
        ),
        (with_registered(wage_workers=157), "wage workers 157 exceed registered people 156"),
        (with_registered(wage_workers=150), "150 wage workers are more than those able to work"),
        (with_registered(with_pupils=Count(20, 30)), "with 20户30人 where somebody goes to school"),
        (with_registered(by_exit_year={2018: Count(66, 156)}), "exit year 2018 is outside 2014-2017"),
        (dataclasses.replace(WANTIANFAN, village=OTHER_VILLAGE.village), "lies outside township"),
        (
            # One household of nine has to be in one category, and neither has room for its eight extra people.
            with_registered(
                total=Count(10, 18),
                by_exit_year={2016: Count(1, 9), 2017: Count(9, 9)},
                by_category={PovertyCategory.GENERAL: Count(5, 9), PovertyCategory.DIBAO: Count(5, 9)},
                with_pupils=None,
                wage_workers=None,
            ),
            "found no households of 1 to 9 people",
        ),
    ],
)
def test_facts_that_contradict_one_another_are_refused(facts, words):
    with pytest.raises(Contradiction, match=re.escape(words)):
        compose(facts, seed=1)


@pytest.mark.parametrize("seed", range(60))
def test_tabulate_finds_a_table_exactly_where_there_is_one(seed):
    """Small tables against every table there is."""
    rng = random.Random(seed)
    rows, largest = rng.choice((2, 3)), 3
    by_row = [Count(n, rng.randint(n, n * largest)) for n in (rng.randint(0, 3) for _ in range(rows))]
    total = sum(by_row, Count(0, 0))
    first_households = rng.randint(0, total.households)
    first = Count(first_households, rng.randint(0, total.people))
    columns = [Bounded(first, 1, largest), Bounded(total - first, 1, largest)]

    def possible(index: int, left: Count) -> bool:
        if index == rows:
            return left == Count(0, 0)
        row = by_row[index]
        return any(
            possible(index + 1, left - Count(n, p))
            for n in range(row.households + 1)
            for p in range(n, n * largest + 1)
            if row.households - n <= row.people - p <= (row.households - n) * largest
        )

    table = tabulate(by_row, columns)
    assert (table is not None) == possible(0, first)
    if table is not None:
        assert [sum(cells, Count(0, 0)) for cells in table] == by_row
        assert [sum(cells, Count(0, 0)) for cells in zip(*table, strict=True)] == [c.count for c in columns]
        assert all(n.households <= n.people <= n.households * largest for cells in table for n in cells)


def test_a_number_book_never_repeats_and_says_when_it_is_empty():
    book, birth = NumberBook("421199"), date(1950, 3, 4)
    issued = {book.issue(birth, male=male) for _ in range(499) for male in (True, False)}
    assert len(issued) == 998
    with pytest.raises(OutOfNumbers):
        book.issue(birth, male=False)
    with pytest.raises(ValueError, match="six digits"):
        NumberBook("4211")


def test_a_name_book_never_repeats():
    book = NameBook(random.Random(1))
    names = [book.name(book.surname(), male=bool(turn % 2)) for turn in range(2000)]
    assert len(set(names)) == len(names)
