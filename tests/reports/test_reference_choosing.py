"""Ledger facts that cannot hold, the choice of households, the cutting of sums, and another draw where none is."""

from __future__ import annotations

import dataclasses
import random
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import combinations

import pytest

from funds.enums import Batch, EnterpriseKind, Measure
from households.work import WorkKind
from reports.reference import compose as composing
from reports.reference.choosing import choose, divide
from reports.reference.compose import compose
from reports.reference.contradictions import contradictions
from reports.reference.facts import WANTIANFAN
from reports.reference.households import BENEFIT, Household, benefit, row_of
from reports.reference.ledgers import NoChoice
from reports.reference.marginals import Contradiction, Count
from reports.reference.shape import Firm, Loans, Meeting, Paid, Project, VillageFacts, Yearly

LEDGERS = WANTIANFAN.ledgers
BATCHES, MEASURES = LEDGERS.batches, LEDGERS.measures


def with_ledgers(**changes: object) -> VillageFacts:
    return dataclasses.replace(WANTIANFAN, ledgers=dataclasses.replace(LEDGERS, **changes))


def with_batches(**changes: object) -> VillageFacts:
    return with_ledgers(batches=dataclasses.replace(BATCHES, **changes))


def with_batch(batch: Batch, count: Count) -> VillageFacts:
    return with_batches(by_batch={**BATCHES.by_batch, batch: count})


def with_measures(**changes: object) -> VillageFacts:
    return with_ledgers(measures=dataclasses.replace(MEASURES, **changes))


FARM = BATCHES.market_entities[2]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        (with_batches(by_batch={Batch.PRODUCTION: Count(66, 156)}), ["the batches are not the five"]),
        (
            with_batch(Batch.RELOCATION, Count(19, 172)),
            ["易地搬迁脱贫一批: 19户172人 of 66户156人 leave 19户172人 in households of 1 to 9"],
        ),
        (
            with_batch(Batch.ECOLOGY, Count(66, 155)),
            ["生态补偿脱贫一批: 66户155人 of 66户156人 leave 0户1人 in households of 1 to 9"],
        ),
        (
            with_batch(Batch.EDUCATION, Count(20, 78)),
            ["发展教育脱贫一批: 20户78人 of 20户77人 where somebody goes to school"],
        ),
        (
            with_batch(Batch.EDUCATION, Count(19, 70)),
            ["education aid to 20, by batch 19户70人"],
        ),
        (
            with_batch(Batch.SECURITY, Count(39, 67)),
            ["社会保障兜底一批: -1户0人 beyond the two categories"],
        ),
        (
            with_batch(Batch.SECURITY, Count(65, 145)),
            [
                "社会保障兜底一批: 65户145人 of 66户156人 leave 1户11人 in households of 1 to 9",
                "社会保障兜底一批: 25户78人 beyond the two categories, of 26户89人",
            ],
        ),
        (
            with_batches(houses_by_year={2016: 10, 2018: 6}),
            ["year of rebuilt houses 2018 is outside 2014-2017"],
        ),
        (
            with_batches(houses_by_year={2016: 10, 2017: 5}),
            ["by year 15 houses were rebuilt, by kind 12+4"],
        ),
        (
            with_batches(water_by_exit_year={2016: 12, 2013: 1}),
            [
                "water of those that left poverty in 2016 12 exceed households 11",
                "water of those that left poverty in 2013 1 exceed households 0",
            ],
        ),
        (
            with_measures(solar=Yearly(56, Decimal(3000))),
            ["solar power, cattle and bees 67 exceed production 66"],
        ),
        (with_batches(own_businesses=10), ["own businesses 10 are fewer than those with cattle and bees 11"]),
        (with_batches(own_businesses=67), ["own businesses 67 exceed production 66"]),
        (
            with_measures(solar=Yearly(29, Decimal(3000))),
            ["production 66 exceed those with a measure of it 65"],
        ),
        (with_measures(dibao=Paid(21, Decimal(1))), ["paid 低保金 21 exceed 低保贫困户 20"]),
        (with_measures(wubao=Paid(21, Decimal(1))), ["paid 五保供养金 21 exceed 五保贫困户 20"]),
        (with_measures(posts=Yearly(67, Decimal(1))), ["public-service posts 67 exceed households 66"]),
        (
            with_measures(breeding=Decimal("73000.001"), posts=Yearly(7, Decimal(0))),
            ["0 is no amount of money in 元 and 分", "73000.001 is no amount of money in 元 and 分"],
        ),
        (
            with_measures(loans=Loans(26, Decimal(1), MEASURES.loans.enterprises, Decimal(1))),
            ["loans 26 exceed households of the enterprises they are put into 25"],
        ),
        (
            with_measures(loans=Loans(11, Decimal(1), ("将军红山茶油", "某公司"), Decimal(1))),
            ["loans are put into 某公司, which is no market entity"],
        ),
        (
            with_batches(cooperatives=(Firm("甲", EnterpriseKind.COOPERATIVE, "", 67),)),
            ["members of cooperatives 67 exceed households 66"],
        ),
        (
            with_batches(cooperatives=(Firm("甲", EnterpriseKind.COMPANY, "", 0),)),
            ["甲 stands among those of another kind", "甲 brings nobody along"],
        ),
        (
            with_batches(market_entities=(*BATCHES.market_entities, FARM)),
            ["of the enterprises, 田畈家庭农场 is there 2 times"],
        ),
        (
            with_ledgers(projects=(Project("桥", 2018, None), Project("路", 2017, None, Decimal(2)))),
            [
                "year of a project 2018 is outside 2014-2017",
                "路 has a quantity without unit, or a unit without quantity",
            ],
        ),
        (
            with_ledgers(projects=(Project("桥", 2017, None), Project("桥", 2017, Decimal(1)))),
            ["of the projects, ('桥', 2017) is there 2 times"],
        ),
        (
            with_ledgers(meetings=(Meeting(WorkKind.STORIES, date(2018, 1, 1), "讲故事", 9, pieces=3),)),
            ["year of a meeting 2018 is outside 2014-2017", "nothing is handed out at 讲故事"],
        ),
    ],
)  # fmt: skip
def test_ledgers_that_contradict_themselves_or_the_register_are_refused(facts, words):
    assert list(contradictions(facts)) == words
    with pytest.raises(Contradiction, match=re.escape("; ".join(words))):
        compose(facts, seed=1)


def test_a_choice_that_no_draw_allows_is_refused_in_the_end():
    """Nothing but a search can tell that no draw has so many people who live alone."""
    facts = with_batch(Batch.ECOLOGY, Count(47, 47))
    assert list(contradictions(facts)) == []
    with pytest.raises(
        NoChoice, match=re.escape("生态补偿脱贫一批: no choice among 66 households makes 47户47人")
    ):
        compose(facts, seed=1)


def test_where_a_draw_has_no_choice_another_is_made(monkeypatch):
    drawn = []
    ledger_rows = composing.ledger_rows

    def fail_twice(facts, ledgers, households, rng):
        drawn.append([household.number for household in households])
        if len(drawn) < 3:
            raise NoChoice("not yet")
        return ledger_rows(facts, ledgers, households, rng)

    first = compose(WANTIANFAN, seed=1)
    monkeypatch.setattr(composing, "ledger_rows", fail_twice)
    third = compose(WANTIANFAN, seed=1)
    assert len(drawn) == 3
    assert third.members != first.members
    assert third.benefits


def test_the_ledgers_move_nobody_in_the_register():
    alone = compose(dataclasses.replace(WANTIANFAN, ledgers=None), seed=1)
    whole = compose(WANTIANFAN, seed=1)
    assert (alone.households, alone.members) == (whole.households, whole.members)
    assert (alone.benefits, alone.projects, alone.partnerships, alone.work, alone.texts) == (
        [],
        [],
        [],
        [],
        [],
    )


@dataclass(frozen=True, eq=False)
class Home:
    people: int


@pytest.mark.parametrize("seed", range(40))
def test_choose_finds_a_choice_exactly_where_there_is_one(seed):
    """Small pools against every choice there is."""
    rng = random.Random(seed)
    pool = [Home(rng.choice((1, 1, 2, 3, 5, 9))) for _ in range(rng.randint(0, 9))]
    for households in range(-1, len(pool) + 2):
        sums = {sum(home.people for home in some) for some in combinations(pool, max(households, 0))}
        for people in range(-1, sum(home.people for home in pool) + 2):
            found = choose(pool, Count(households, people))
            assert (found is not None) == (households >= 0 and people in sums)
            if found is not None:
                assert (len(found), sum(home.people for home in found)) == (households, people)
                assert len(set(found)) == len(found)
                assert set(found) <= set(pool)


def test_choose_takes_the_first_ones_it_can():
    pool = [Home(2), Home(1), Home(3), Home(1), Home(2)]
    assert choose(pool, Count(2, 3)) == pool[:2]
    assert choose(pool, Count(2, 4)) == [pool[0], pool[4]]


@pytest.mark.parametrize(
    ("total", "weights", "step", "parts"),
    [
        ("100", [1, 1, 1], "0.01", ["33.34", "33.33", "33.33"]),
        ("100", [1, 1, 2], "10", ["30", "20", "50"]),
        ("0.05", [1, 1, 1], "10", ["0.02", "0.02", "0.01"]),
        ("7", [5], "1", ["7"]),
    ],
)
def test_divide_loses_nothing(total, weights, step, parts):
    found = divide(Decimal(total), weights, step=Decimal(step))
    assert found == [Decimal(part) for part in parts]
    assert sum(found) == Decimal(total)


def test_a_person_is_named_by_number_where_the_name_is_not_enough():
    names = ("王小明", "王小明", "李秀英")
    people = tuple({"name": name, "id_number": f"number {index}"} for index, name in enumerate(names))
    home = Household({"household_number": "4203206001", "head_name": "王小明"}, people)
    rows = [benefit(home, Measure.EDUCATION, 2017, person=person) for person in (None, *people)]
    assert [(row["person_name"], row["person_number"]) for row in rows] == [
        (None, None), ("王小明", "number 0"), ("王小明", "number 1"), ("李秀英", None),
    ]  # fmt: skip
    assert {tuple(row) for row in rows} == {BENEFIT}


def test_a_row_has_the_columns_of_its_sheet_alone():
    with pytest.raises(TypeError, match="there are no columns \\['amuont'\\]"):
        row_of(BENEFIT, amuont=1)
