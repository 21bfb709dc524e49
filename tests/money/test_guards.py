"""What the database refuses of the money, whichever way it is written; also under fifty writers at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, models, transaction

from funds.library import StepKind
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment, Project, ProjectStep
from fupin.refusals import BY_HAND, explain
from tests import factories as make
from tests.database.tools import blockers_of, fetch, run, sessions
from tests.factories import YEAR
from tests.money.conftest import Money

WRITERS = 50


def refused(write: Callable[[], Any]) -> str | None:
    """The sentence with which the database refuses; None where it does not."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError as error:
        return explain(error) or f"not explained: {error}"
    return None


@contextmanager
def unguarded(*tables: type[models.Model]) -> Any:
    """Without the triggers that keep the sums of the tables."""
    for state in ("DISABLE", "ENABLE"):
        run("SET CONSTRAINTS ALL IMMEDIATE")  # or the tables are busy with what is still to be looked at
        for model in tables:
            name = model._meta.db_table
            for (trigger,) in fetch(
                "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND (tgname LIKE 'pgtrigger_sum%%' OR tgname LIKE 'pgtrigger_paid%%')",
                [name],
            ):
                run(f'ALTER TABLE "{name}" {state} TRIGGER "{trigger}"')
        if state == "DISABLE":
            yield


def entry(money: Money, kind: str, amount: int, on: date = date(YEAR, 2, 1)) -> AppropriationEntry:
    return make.AppropriationEntryFactory(appropriation=money.appropriation, kind=kind, amount=amount, on=on)


def allocation(money: Money, amount: int) -> Allocation:
    return make.AllocationFactory(appropriation=money.appropriation, project=money.project, amount=amount)


def change(row: models.Model, **values: Any) -> None:
    type(row)._base_manager.filter(pk=row.pk).update(**values)


ALLOCATED, ARRIVED, PAID = (
    "allocated_within_appropriation", "arrived_within_appropriation", "paid_within_allocation"
)  # fmt: skip

#: What is done to 500,000 of which 300,000 is allocated, 100,000 has arrived and 80,000 of the 300,000 is paid, and how the
#: database answers; None is allowed. The amounts beside one another differ by a 分.
CASES: list[tuple[Callable[[Money, Any], Any], str | None]] = [
    (lambda m, a: allocation(m, 200_000), None),
    (lambda m, a: allocation(m, Decimal("200000.01")), ALLOCATED),
    (lambda m, a: change(a, amount=500_000), None),
    (lambda m, a: change(a, amount=Decimal("500000.01")), ALLOCATED),
    (lambda m, a: change(a, amount=80_000), None),
    (lambda m, a: change(a, amount=Decimal("79999.99")), PAID),
    (lambda m, a: change(m.appropriation, amount=300_000), None),
    (lambda m, a: change(m.appropriation, amount=Decimal("299999.99")), ALLOCATED),
    (lambda m, a: entry(m, "02", 200_000), None),
    (lambda m, a: entry(m, "02", Decimal("200000.01")), ALLOCATED),
    (lambda m, a: entry(m, "04", 200_000), None),
    (lambda m, a: entry(m, "04", Decimal("200000.01")), ALLOCATED),
    (lambda m, a: entry(m, "05", 200_000), None),
    (lambda m, a: entry(m, "05", Decimal("200000.01")), ALLOCATED),
    (lambda m, a: entry(m, "01", 400_000), None),
    (lambda m, a: entry(m, "01", Decimal("400000.01")), ARRIVED),
    (lambda m, a: (entry(m, "03", 10), allocation(m, 200_010), entry(m, "01", 400_010)), None),
    (lambda m, a: (entry(m, "03", 10), allocation(m, 200_011)), ALLOCATED),
    # Money that has arrived is taken back and carried over too: that is no reason to doubt that it arrived.
    (lambda m, a: (entry(m, "01", 400_000), entry(m, "02", 100_000), entry(m, "05", 100_000)), None),
    (lambda m, a: (raised := entry(m, "03", 10), allocation(m, 200_010), raised.delete()), ALLOCATED),
    (lambda m, a: (raised := entry(m, "03", 10), allocation(m, 200_010), change(raised, amount=9)), ALLOCATED),
    (lambda m, a: (raised := entry(m, "03", 10), allocation(m, 200_009), change(raised, amount=9)), None),
    (lambda m, a: make.PaymentFactory(allocation=a, amount=220_000), None),
    (lambda m, a: make.PaymentFactory(allocation=a, amount=Decimal("220000.01")), PAID),
    (lambda m, a: (p := make.PaymentFactory(allocation=a, amount=1), change(p, amount=220_000)), None),
    (lambda m, a: (p := make.PaymentFactory(allocation=a, amount=1), change(p, amount=220_001)), PAID),
    # Sets at once, none of which is too large by itself.
    (lambda m, a: Payment.objects.bulk_create(
        make.PaymentFactory.build(allocation=a, region=a.region, amount=110_001) for _ in range(2)), PAID),
    (lambda m, a: Allocation.objects.bulk_create(
        make.AllocationFactory.build(appropriation=m.appropriation, project=m.project, amount=100_001)
        for _ in range(2)), ALLOCATED),
]  # fmt: skip


@pytest.fixture
def begun(money: Money) -> Allocation:
    """What the cases begin with."""
    given = allocation(money, 300_000)
    entry(money, "01", 100_000)
    make.PaymentFactory(allocation=given, amount=80_000)
    return given


@pytest.mark.parametrize("case", range(len(CASES)))
def test_the_database_keeps_the_sums(case: int, money: Money, begun: Allocation) -> None:
    write, name = CASES[case]
    assert refused(lambda: write(money, begun)) == (name and BY_HAND[name])


@pytest.mark.parametrize("case", [at for at, (_, name) in enumerate(CASES) if name])
def test_nothing_keeps_them_without_the_triggers(case: int, money: Money, begun: Allocation) -> None:
    """Negative control."""
    with unguarded(Appropriation, AppropriationEntry, Allocation, Payment):
        assert refused(lambda: CASES[case][0](money, begun)) is None


def test_money_stays_where_it_was_granted(money: Money, world: Any) -> None:
    """A township's appropriation pays for no project of another township; an allocation lies with its project."""
    own = make.AppropriationFactory(region=world.township)

    def elsewhere() -> None:
        make.AllocationFactory(appropriation=own, project=money.far)

    def apart() -> None:
        with transaction.atomic():
            make.AllocationFactory(appropriation=money.appropriation, project=money.project, region=world.b)
            run("SET CONSTRAINTS ALL IMMEDIATE")

    assert refused(elsewhere) == BY_HAND["allocated_within_region"]
    assert refused(apart) == BY_HAND["allocation_lies_with_project"]
    with unguarded(Allocation):
        assert refused(elsewhere) is None


# --- not before the approval ------------------------------------------------------------------------------------

APPROVAL = "paid_after_approval"


def approval_of(project: Project) -> ProjectStep:
    return ProjectStep.objects.unscoped("tests").get(project=project, kind=StepKind.APPROVED)


def pay_on(given: Allocation, on: date) -> Payment:
    return Payment.objects.bulk_create(
        [make.PaymentFactory.build(allocation=given, region=given.region, on=on)]
    )[0]


def take_back(project: Project) -> None:
    change(approval_of(project), undone_at="2017-07-01T08:00:00+08:00", undone_reason="批错了")


def test_nothing_is_paid_before_the_approval(money: Money) -> None:
    """Neither for a project without one, nor on the day before; nor is it taken back, or dated later, once something is."""
    approval = approval_of(money.project)
    given, other = allocation(money, 100_000), make.AllocationFactory(
        appropriation=money.appropriation, project=money.far
    )  # fmt: skip
    early = [
        lambda: pay_on(other, date(YEAR, 6, 1)),
        lambda: pay_on(given, date(YEAR, 1, 4)),
    ]
    assert [refused(write) for write in early] == [BY_HAND[APPROVAL]] * 2
    paid = pay_on(given, date(YEAR, 1, 5))
    later = [
        lambda: change(paid, on=date(YEAR, 1, 4)),
        lambda: take_back(money.project),
        lambda: change(approval, on=date(YEAR, 1, 6)),
        lambda: approval.delete(),
    ]
    assert [refused(write) for write in later] == [BY_HAND[APPROVAL]] * 4
    with unguarded(Payment, ProjectStep):
        assert [refused(write) for write in (*early, *later)] == [None] * 6


def test_an_approval_that_paid_for_nothing_is_taken_back(money: Money) -> None:
    allocation(money, 100_000)
    assert refused(lambda: take_back(money.project)) is None


# --- at once ----------------------------------------------------------------------------------------------------

concurrent = pytest.mark.django_db(transaction=True)


def allocated(appropriation: Appropriation) -> Decimal:
    return fetch(
        "SELECT coalesce(sum(amount), 0) FROM funds_allocation WHERE appropriation_id = %s",
        [appropriation.pk],
    )[0][0]


def all_at_once(write: Callable[[], Any]) -> list[bool]:
    """Fifty transactions that have all begun before the first of them writes; which of them were refused."""
    with sessions(WRITERS) as writers:
        for writer in writers:
            writer.begin()
            writer.do(fetch, "SELECT 1")
        # Each commits as soon as it may: those that wait behind it see what it wrote.
        told = [writer.start(commit_or_not, write) for writer in writers]
        return [future.result(60) for future in told]


def commit_or_not(write: Callable[[], Any]) -> bool:
    """Whether the database has refused; then nothing is written."""
    try:
        write()
    except DatabaseError as error:
        transaction.rollback()
        assert explain(error) in BY_HAND.values(), error
        return True
    transaction.commit()
    return False


@concurrent
def test_fifty_writers_allocate_no_more_than_there_is(money: Money) -> None:
    """Each wants 30,000 of 500,000: sixteen get it, whoever they are."""
    told = all_at_once(lambda: allocation(money, 30_000))
    assert (told.count(False), told.count(True)) == (16, 34)
    assert allocated(money.appropriation) == 480_000


@concurrent
def test_fifty_writers_pay_no_more_than_was_allocated(money: Money) -> None:
    given = allocation(money, 100_000)
    told = all_at_once(lambda: make.PaymentFactory(allocation=given, amount=Decimal("9999.99")))
    assert (told.count(False), told.count(True)) == (10, 40)


@concurrent
def test_fifty_writers_allocate_too_much_without_the_trigger(money: Money) -> None:
    """Negative control."""
    with unguarded(Allocation):
        told = all_at_once(lambda: allocation(money, 30_000))
    assert told == [False] * WRITERS
    assert allocated(money.appropriation) == 1_500_000


@concurrent
def test_who_takes_back_waits_for_who_allocates(money: Money) -> None:
    """The entry sees the allocation that was not committed when it began, and is refused."""
    with sessions(2) as (giver, taker):
        giver.begin()
        giver.do(allocation, money, 400_000)
        taking = taker.start(refused, lambda: entry(money, "02", 100_001))
        assert blockers_of(taker, taking) == [giver.pid]
        giver.commit()
        assert taking.result(60) == BY_HAND[ALLOCATED]


@concurrent
@pytest.mark.parametrize("first", ["payment", "undoing"])
def test_who_takes_an_approval_back_and_who_pays_wait_for_each_other(money: Money, first: str) -> None:
    """Whoever comes second sees what the first has committed, and is refused."""
    given = allocation(money, 100_000)
    acts = [lambda: pay_on(given, date(YEAR, 6, 1)), lambda: take_back(money.project)]
    with sessions(2) as (early, late):
        early.begin()
        early.do(acts[first == "undoing"])
        waiting = late.start(refused, acts[first != "undoing"])
        assert blockers_of(late, waiting) == [early.pid]
        early.commit()
        assert waiting.result(60) == BY_HAND[APPROVAL]
