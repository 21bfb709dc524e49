"""The sums of the money that the database keeps are those of the rows, whoever wrote what, and at the same time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from funds.enums import FundLevel
from funds.library import ProjectCategory
from funds.models import Allocation, Appropriation, AppropriationEntry, FundSum, Payment, Project
from funds.queries.agreement import paid_elsewhere
from funds.queries.sums import _live, cells_of, kept_at, lines_by
from funds.sum_guards import FOLDED, KEY, TABLES, from_nothing
from fupin.access import SYSTEM
from fupin.place import Place
from tests import factories as make
from tests.database.tools import blockers_of, fetch, run, sessions
from tests.factories import YEAR
from tests.money.conftest import Money

_KEY = ", ".join(KEY)


def kept() -> list[Any]:
    """The sums as they are kept, but for those that are nothing."""
    return _sums("SELECT * FROM funds_fundsum")


def counted() -> list[Any]:
    """The sums of the rows."""
    return _sums(from_nothing())


def _sums(rows: str) -> list[Any]:
    columns = f"{_KEY}, number, amount"
    named = f"SELECT {columns} FROM funds_fundsum WHERE false UNION ALL {rows.replace('*', columns)}"
    return fetch(
        f"SELECT {_KEY}, sum(number), sum(amount) FROM ({named}) AS x GROUP BY {_KEY}"
        f" HAVING sum(number) <> 0 OR sum(amount) <> 0 ORDER BY {_KEY}"
    )


def every(model: type[models.Model]) -> list[Any]:
    return list(model._base_manager.order_by("pk"))


def change(row: models.Model, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


class Writer:
    """Writes something at random that the guards may refuse or not; each time one transaction."""

    def __init__(self, seed: int) -> None:
        self.dice, self.numbers = random.Random(seed), iter(range(seed * 1_000, 10**9))

    def amount(self) -> Decimal:
        return Decimal(self.dice.randint(1, 4_000_000)) / 100

    def write(self) -> bool:
        """Write; whether it was taken."""
        try:
            with transaction.atomic():
                self.dice.choice(self.WAYS)(self)
        except (DatabaseError, IndexError):
            return False
        return True

    def one(self, model: type[models.Model]) -> Any:
        return self.dice.choice(every(model))

    def grant(self) -> None:
        like = self.one(Appropriation)
        make.AppropriationFactory(
            region=like.region, amount=self.amount() * 9, document=f"财农〔{YEAR}〕{next(self.numbers)}号"
        )

    def enter(self) -> None:
        kind = self.dice.choice(["01", "02", "03", "04"])
        make.AppropriationEntryFactory(appropriation=self.one(Appropriation), kind=kind, amount=self.amount())

    def allocate(self) -> None:
        make.AllocationFactory(
            appropriation=self.one(Appropriation), project=self.one(Project), amount=self.amount()
        )

    def allocate_many(self) -> None:
        given = self.one(Appropriation)
        Allocation.objects.bulk_create(
            make.AllocationFactory.build(appropriation=given, project=project, amount=self.amount())
            for project in every(Project)
        )

    def pay(self) -> None:
        make.PaymentFactory(
            allocation=self.one(Allocation), amount=self.amount() / 4, voucher=f"{next(self.numbers)}"
        )

    def move(self) -> None:
        given = self.one(Allocation)
        beside = [project for project in every(Project) if project.region_id == given.region_id]
        change(given, project=self.dice.choice(beside))

    def other_document(self) -> None:
        change(self.one(Allocation), appropriation=self.one(Appropriation))

    def other_amount(self) -> None:
        change(
            self.one(self.dice.choice([Appropriation, AppropriationEntry, Allocation, Payment])),
            amount=self.amount(),
        )

    def other_level(self) -> None:
        change(self.one(Appropriation), level=self.dice.choice(FundLevel.values))

    def other_year(self) -> None:
        change(self.one(Appropriation), year=YEAR + 1, issued_on=date(YEAR, 11, 1))

    def other_category(self) -> None:
        kinds = [ProjectCategory.ROADS, ProjectCategory.PLANTING, ""]
        project = self.one(Project)
        Project._base_manager.filter(pk=project.pk).update(category=self.dice.choice(kinds), remark="改")

    def other_source(self) -> None:
        change(self.one(Project), source=self.dice.choice(["自筹", "捐赠"]), amount=self.amount())

    def strike(self) -> None:
        self.one(self.dice.choice([AppropriationEntry, Allocation, Payment])).delete()

    def strike_all_of(self) -> None:
        given = self.one(Allocation)
        Payment._base_manager.filter(allocation=given).delete()
        given.delete()

    WAYS: tuple[Callable[[Writer], None], ...] = (
        grant, enter, allocate, allocate, allocate_many, pay, pay, move, other_document, other_amount, other_level,
        other_year, other_category, other_source, strike, strike_all_of,
    )  # fmt: skip


@pytest.fixture
def ledger(money: Money, world: Any) -> Money:
    """Some appropriations, entries and projects to begin with, one of them approved and its content free."""
    for region in (world.county, world.township):
        make.AppropriationFactory(region=region, level=FundLevel.PROVINCIAL)
    for village in (world.a, world.b, world.far):
        project = make.ProjectFactory(
            region=village, name=f"{village}公路", stage="03", amount=9_000, source="自筹"
        )
        change(project, category=ProjectCategory.ROADS)
    given = make.AllocationFactory(appropriation=money.appropriation, project=money.project, amount=50_000)
    make.PaymentFactory(allocation=given, amount=100)
    # The last of the roads, in the far village.
    make.AllocationFactory(appropriation=money.appropriation, project=project, amount=900)
    return money


def test_after_any_write_the_sums_are_those_of_the_rows(ledger: Money, world: Any) -> None:
    """And what a county's overview says of them is what it would say of the rows."""
    writer, done = Writer(7), 0
    place = Place(world.county, YEAR)
    for _ in range(160):
        done += writer.write()
        assert kept() == counted()
    assert done > 80
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert kept_at(SYSTEM, place) is not None
    for key in (
        lambda cell: (cell.year, cell.level, cell.owner, cell.group if cell.at else "", cell.at),
        lambda cell: cell.year,
    ):
        assert lines_by(cells_of(SYSTEM, place), key) == lines_by(_live(SYSTEM, place), key)
    assert paid_elsewhere(SYSTEM, place) == [
        each for each in _elsewhere_of(world) if each.projects
    ]  # fmt: skip
    before = kept()
    run("SELECT funds_rebuild_sums()")
    assert kept() == before


def _elsewhere_of(world: Any) -> list[Any]:
    """What each village says, added up."""
    found: dict[str, Any] = {}
    for village in (world.a, world.b, world.far):
        for each in paid_elsewhere(SYSTEM, Place(village, YEAR)):
            there = found.get(each.source)
            number, amount = (there.projects, there.amount) if there else (0, Decimal(0))
            found[each.source] = type(each)(each.source, number + each.projects, amount + each.amount)
    return [found[source] for source in sorted(found)]


@pytest.mark.parametrize("table", TABLES.values())
def test_without_its_triggers_a_table_is_not_added_up(ledger: Money, table: str) -> None:
    """Negative control."""
    run("SET CONSTRAINTS ALL IMMEDIATE")
    for (name,) in fetch(
        "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_tally%%'",
        [table],
    ):
        run(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"')
    if table == "funds_project":
        change(ledger.far, source="自筹", stage="03", amount=5)
    else:
        {
            "funds_appropriation": lambda: change(ledger.appropriation, level=FundLevel.OTHER),
            "funds_appropriationentry": lambda: make.AppropriationEntryFactory(appropriation=ledger.appropriation),
            "funds_allocation": lambda: make.AllocationFactory(appropriation=ledger.appropriation, project=ledger.far),
            "funds_payment": lambda: every(Payment)[0].delete(),
        }[table]()  # fmt: skip
    assert kept() != counted()


def test_many_rows_of_a_sum_become_one(ledger: Money) -> None:
    for at in range(3 * FOLDED):
        make.AppropriationEntryFactory(appropriation=ledger.appropriation, amount=at + 1)
    assert FundSum.objects.unscoped("tests").filter(kind="01").count() < FOLDED
    assert kept() == counted()


# --- at once ------------------------------------------------------------------------------------------------------

concurrent = pytest.mark.django_db(transaction=True)
WRITERS, EACH = 8, 25


def write_many(seed: int) -> int:
    writer = Writer(seed)
    return sum(writer.write() for _ in range(EACH))


@concurrent
def test_writers_at_the_same_time_lose_nothing(ledger: Money) -> None:
    with sessions(WRITERS) as writers:
        told = [writer.start(write_many, seed) for seed, writer in enumerate(writers, 1)]
        done = [future.result(120) for future in told]
    assert min(done) > 3
    assert kept() == counted()


def folded_by(appropriation: Appropriation) -> None:
    for _ in range(FOLDED):
        make.AppropriationEntryFactory(appropriation=appropriation, amount=1)


@concurrent
def test_who_puts_a_sum_together_waits_for_nobody_and_loses_nothing(ledger: Money, world: Any) -> None:
    """Two put the rows of one sum together: the second leaves alone what the first one holds, who then gives up."""
    other = make.AppropriationFactory(region=world.county)
    folded_by(other)
    with sessions(2) as (first, second):
        first.begin()
        first.do(folded_by, ledger.appropriation)
        second.begin()
        second.do(folded_by, other)
        second.commit()
        first.rollback()
    assert kept() == counted()


#: What a writer does, and what another does meanwhile that says where the first one's money goes.
RACES: list[tuple[Callable[[Money], Any], Callable[[Money], Any]]] = [
    (lambda m: change(m.far, category=ProjectCategory.BRIDGES),
     lambda m: make.AllocationFactory(appropriation=m.appropriation, project=m.far, amount=10)),
    (lambda m: change(m.appropriation, level=FundLevel.OTHER),
     lambda m: every(Payment)[0].delete()),
    (lambda m: make.AllocationFactory(appropriation=every(Appropriation)[1], project=every(Project)[2], amount=10),
     lambda m: make.AllocationFactory(appropriation=every(Appropriation)[2], project=every(Project)[2], amount=10)),
    (lambda m: change(every(Project)[-1], category=ProjectCategory.PLANTING),
     lambda m: change(m.appropriation, level=FundLevel.OTHER)),
    (lambda m: change(m.appropriation, year=YEAR + 1, issued_on=date(YEAR, 11, 1)),
     lambda m: change(every(Project)[-1], category=ProjectCategory.PLANTING)),
]  # fmt: skip


def race(money: Money, case: int, *, waits: bool) -> None:
    first_write, second_write = RACES[case]
    with sessions(2) as (first, second):
        first.begin()
        first.do(first_write, money)
        writing = second.start(second_write, money)
        if waits:
            assert blockers_of(second, writing) == [first.pid]
        else:
            writing.result(60)
        first.commit()
        writing.result(60)


@concurrent
@pytest.mark.parametrize("case", range(len(RACES)))
def test_who_says_where_money_goes_and_who_writes_it_wait_for_each_other(ledger: Money, case: int) -> None:
    race(ledger, case, waits=True)
    assert kept() == counted()


@concurrent
@pytest.mark.parametrize("case", range(len(RACES)))
def test_without_holding_it_the_sums_go_wrong(ledger: Money, case: int) -> None:
    """Negative control."""
    holds = ("appropriations", "allocations", "allocated", "projects")
    names = [f"funds_hold_{name}" for name in holds]
    was = [fetch("SELECT pg_get_functiondef(%s::regproc)", [name])[0][0] for name in names]
    try:
        for name in names:
            run(f"CREATE OR REPLACE FUNCTION {name}(touched bigint[]) RETURNS void LANGUAGE sql AS 'SELECT'")
        race(ledger, case, waits=False)
        assert kept() != counted()
    finally:
        for definition in was:
            run(definition)
