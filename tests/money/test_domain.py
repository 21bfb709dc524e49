"""What the functions that write the money allow to whom, and the sentences with which they refuse, numbers in them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from funds.domain import money as domain
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment
from funds.queries.money import balance_of
from fupin.access import SYSTEM
from fupin.refusals import Refused
from tests import factories as make
from tests.factories import YEAR
from tests.money.conftest import Money

WHY = "tests"


def an_appropriation(**values: Any) -> Appropriation:
    return make.AppropriationFactory.build(**{"document": "财农〔2017〕99号", **values})


def an_entry(
    money: Money, kind: str, amount: Any, on: date = date(YEAR, 2, 1), **more: Any
) -> AppropriationEntry:
    return AppropriationEntry(
        appropriation=money.appropriation,
        kind=kind,
        on=on,
        amount=Decimal(amount),
        **{"reason": "上级通知", **more},
    )


def an_allocation(
    money: Money, amount: Any = 100_000, on: date = date(YEAR, 3, 1), **more: Any
) -> Allocation:
    return Allocation(
        **{"appropriation": money.appropriation, "project": money.project, **more},
        on=on,
        amount=Decimal(amount),
    )


def a_payment(
    allocation: Allocation, amount: Any = 30_000, on: date = date(YEAR, 6, 1), voucher: str = "记-1"
) -> Payment:
    return Payment(
        allocation=allocation, on=on, amount=Decimal(amount), payee="云岭建筑公司", voucher=voucher
    )


def give(money: Money, amount: Any = 100_000, **more: Any) -> Allocation:
    return domain.allocate(allocation=an_allocation(money, amount, **more), actor=SYSTEM)


def told(write: Callable[[], Any]) -> str | None:
    try:
        write()
    except Refused as refused:
        return str(refused)
    return None


def written(*models: Any) -> list[int]:
    return [model.objects.unscoped(WHY).count() for model in models]


# --- who ----------------------------------------------------------------------------------------------------------

NO_FUND, NO_PAY = "您没有管理云岭县资金指标和安排的权限。", "您没有登记甲村资金支付的权限。"
FUNDERS, PAYERS = {"county"}, {"county", "township"}


#: What can be done with the county's money: (what, by whom, how everybody else is refused).
DEEDS: list[tuple[Callable[[Money, Allocation, str, Any], Any], set[str], str]] = [
    (lambda m, a, name, actor: domain.save_appropriation(
        appropriation=an_appropriation(region=m.appropriation.region, document=f"{name}号"), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.record_entry(entry=an_entry(m, "01", 1), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.carry_over(
        appropriation=m.appropriation, on=date(YEAR, 12, 31), amount=Decimal(1), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.allocate(allocation=an_allocation(m, 1), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.remove_allocation(allocation=give(m, 1), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.undo_entry(
        entry=domain.record_entry(entry=an_entry(m, "01", 1), actor=SYSTEM), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.remove_appropriation(
        appropriation=make.AppropriationFactory(region=m.appropriation.region), actor=actor), FUNDERS, NO_FUND),
    (lambda m, a, name, actor: domain.pay(payment=a_payment(a, 1, voucher=name), actor=actor), PAYERS, NO_PAY),
    (lambda m, a, name, actor: domain.remove_payment(
        payment=domain.pay(payment=a_payment(a, 1, voucher=f"{name}-"), actor=SYSTEM), actor=actor), PAYERS, NO_PAY),
]  # fmt: skip


@pytest.mark.parametrize("deed", range(len(DEEDS)))
def test_who_funds_and_who_pays(deed: int, money: Money, personas: dict[str, Any]) -> None:
    """The county's money is the county's to allocate; the township pays it out. Nobody else does either."""
    do, allowed, sentence = DEEDS[deed]
    given = give(money)
    people = {name: actor for name, actor in personas.items() if actor is not None}
    said = {name: told(partial(do, money, given, name, actor)) for name, actor in people.items()}
    assert said == {name: None if name in allowed else sentence for name in people}


def test_a_township_keeps_its_own_money(money: Money, world: Any, personas: dict[str, Any]) -> None:
    actor = personas["township"]
    own = domain.save_appropriation(appropriation=an_appropriation(region=world.township), actor=actor)
    given = domain.allocate(allocation=an_allocation(money, appropriation=own), actor=actor)
    assert (given.region, given.year) == (world.a, YEAR)
    at_far = an_allocation(money, appropriation=own, project=money.far)
    assert told(lambda: domain.allocate(allocation=at_far, actor=actor)) == (
        "远村不在七里坪镇的辖区内，不能从这笔指标安排。"
    )
    assert told(
        lambda: domain.save_appropriation(appropriation=an_appropriation(region=world.a), actor=SYSTEM)
    ) == ("指标登记在收到资金的县或乡镇，甲村不是县或乡镇。")


# --- how much -----------------------------------------------------------------------------------------------------

TOO_MUCH: list[tuple[Callable[[Money, Allocation], Any], str]] = [
    (lambda m, a: give(m, "200000.01"), "安排合计将为500,000.01元，超过指标现额500,000元：余额还有200,000元。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "02", "200000.5"), actor=SYSTEM),
     "收回200,000.50元超过指标余额200,000元：已安排300,000元，须先减少安排。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "04", 200_001), actor=SYSTEM),
     "调减200,001元超过指标余额200,000元：已安排300,000元，须先减少安排。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "05", 200_001), actor=SYSTEM),
     "结转下年200,001元超过指标余额200,000元：已安排300,000元，须先减少安排。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "01", 100_001), actor=SYSTEM),
     "到位合计将为500,001元，超过下达金额500,000元（含调增、调减）：还可到位100,000元。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "04", 150_000), actor=SYSTEM),
     "调减后下达金额将为350,000元，少于已到位的400,000元；已到位的钱被上级收走的，请登记“收回”。"),
    (lambda m, a: domain.pay(payment=a_payment(a, "220000.01", voucher="记-9"), actor=SYSTEM),
     "支付合计将为300,000.01元，超过安排金额300,000元：还可支付220,000元。"),
    (lambda m, a: (setattr(a, "amount", Decimal("79999.99")), domain.allocate(allocation=a, actor=SYSTEM)),
     "安排金额79,999.99元少于已支付的80,000元，请核对金额。"),
    (lambda m, a: (setattr(m.appropriation, "amount", Decimal(299_999)),
                   domain.save_appropriation(appropriation=m.appropriation, actor=SYSTEM)),
     "指标现额将为299,999元，少于已安排的300,000元，请先减少安排，或核对下达金额。"),
    (lambda m, a: (setattr(m.appropriation, "amount", Decimal(399_999)),
                   domain.save_appropriation(appropriation=m.appropriation, actor=SYSTEM)),
     "下达金额将为399,999元（含调增、调减），少于已到位的400,000元，请核对下达金额。"),
    (lambda m, a: domain.remove_allocation(allocation=a, actor=SYSTEM),
     "这笔安排已支付80,000元，不能删除。请先删除登记错的支付。"),
    (lambda m, a: domain.pay(payment=a_payment(a, 1, voucher="记-1"), actor=SYSTEM),
     "这个凭证号的支付已经登记，请核对凭证号，不要重复登记。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "02", 1, reason=""), actor=SYSTEM), "收回请写明事由。"),
    (lambda m, a: domain.save_appropriation(
        appropriation=an_appropriation(region=m.appropriation.region, document=m.appropriation.document), actor=SYSTEM),
     "这个文号的指标已经登记（同一级次、同一批次），请核对文号；分批下达的请填写批次。"),
    (lambda m, a: domain.remove_appropriation(appropriation=m.appropriation, actor=SYSTEM),
     "还有指标变动、资金安排与它相关，不能删除。请先删除登记错的指标变动、资金安排。"),
]  # fmt: skip


@pytest.fixture
def begun(money: Money) -> Allocation:
    """Of 500,000: 400,000 arrived, 300,000 allocated, 80,000 of these paid."""
    domain.record_entry(entry=an_entry(money, "01", 400_000), actor=SYSTEM)
    given = give(money, 300_000)
    domain.pay(payment=a_payment(given, 80_000), actor=SYSTEM)
    return given


@pytest.mark.parametrize("case", range(len(TOO_MUCH)))
def test_what_does_not_fit_is_told_with_its_numbers(case: int, money: Money, begun: Allocation) -> None:
    write, sentence = TOO_MUCH[case]
    before = written(Appropriation, AppropriationEntry, Allocation, Payment)
    assert told(lambda: write(money, begun)) == sentence
    assert written(Appropriation, AppropriationEntry, Allocation, Payment) == before


def test_what_was_raised_and_given_is_not_undone(money: Money, begun: Allocation) -> None:
    raised = domain.record_entry(entry=an_entry(money, "03", 10), actor=SYSTEM)
    more = give(money, 200_010)
    assert told(lambda: domain.undo_entry(entry=raised, actor=SYSTEM)) == (
        "删除后指标余额将不足10元：已安排500,010元，请先减少安排。"
    )
    domain.remove_allocation(allocation=more, actor=SYSTEM)
    domain.undo_entry(entry=raised, actor=SYSTEM)
    assert balance_of(money.appropriation).effective == 500_000


# --- when ---------------------------------------------------------------------------------------------------------

OUT_OF_ORDER: list[tuple[Callable[[Money, Allocation], Any], str]] = [
    (lambda m, a: give(m, 1, on=date(YEAR, 1, 14)), "安排日期早于指标的下达日期（2017-01-15），请核对日期。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "01", 1, date(YEAR, 1, 14)), actor=SYSTEM),
     "到位日期早于指标的下达日期（2017-01-15），请核对日期。"),
    (lambda m, a: domain.pay(payment=a_payment(a, 1, date(YEAR, 2, 28), "记-2"), actor=SYSTEM),
     "支付日期早于安排日期（2017-03-01），请核对日期。"),
    (lambda m, a: domain.pay(payment=a_payment(give(m, 9, project=m.far), 1, voucher="记-3"), actor=SYSTEM),
     "该项目没有立项批复，不能支付。请先在项目的页面登记立项批复。"),
    (lambda m, a: (setattr(a, "on", date(YEAR, 6, 2)), domain.allocate(allocation=a, actor=SYSTEM)),
     "安排日期晚于已登记的支付（2017-06-01），请核对日期。"),
    (lambda m, a: (setattr(m.appropriation, "issued_on", date(YEAR, 2, 2)),
                   domain.save_appropriation(appropriation=m.appropriation, actor=SYSTEM)),
     "下达日期晚于已登记的到位、变动或安排（2017-02-01），请核对日期。"),
    (lambda m, a: domain.save_appropriation(
        appropriation=an_appropriation(region=m.appropriation.region, issued_on=date(YEAR - 2, 12, 31)), actor=SYSTEM),
     "下达日期应在预算年度当年，提前下达的在上一年，请核对日期和年度。"),
    (lambda m, a: domain.record_entry(entry=an_entry(m, "05", 1, date(YEAR + 2, 1, 1)), actor=SYSTEM),
     "结转日期应在2017年或2018年，请核对日期。"),
]  # fmt: skip


@pytest.mark.parametrize("case", range(len(OUT_OF_ORDER)))
def test_days_out_of_order_are_told(case: int, money: Money, begun: Allocation) -> None:
    write, sentence = OUT_OF_ORDER[case]
    assert told(lambda: write(money, begun)) == sentence


def test_money_may_be_issued_in_the_year_before(money: Money, world: Any) -> None:
    """提前下达."""
    early = an_appropriation(region=world.county, year=YEAR, issued_on=date(YEAR - 1, 1, 1))
    assert domain.save_appropriation(appropriation=early, actor=SYSTEM).pk


# --- carrying over ------------------------------------------------------------------------------------------------


def test_what_is_left_goes_into_the_next_year_once(money: Money, begun: Allocation) -> None:
    """The entry and the appropriation of the next year are written together, and go together."""
    entry = domain.record_entry(entry=an_entry(money, "05", 200_000, date(YEAR, 12, 31)), actor=SYSTEM)
    following = Appropriation.objects.unscoped(WHY).get(carried_from=money.appropriation)
    same = ("region", "level", "document", "title", "batch", "item")
    assert [getattr(following, name) for name in same] == [
        getattr(money.appropriation, name) for name in same
    ]
    assert (following.year, following.amount, following.issued_on, following.remark) == (
        YEAR + 1, Decimal(200_000), date(YEAR, 12, 31), "2017年结转",
    )  # fmt: skip
    assert balance_of(money.appropriation).left == 0
    again = "这笔指标已经登记结转，要改金额的请先删除原来的结转，再重新结转。"
    domain.record_entry(entry=an_entry(money, "03", 5), actor=SYSTEM)
    assert (
        told(lambda: domain.record_entry(entry=an_entry(money, "05", 1, date(YEAR, 12, 31)), actor=SYSTEM))
        == again
    )
    following.amount = Decimal(1)
    assert told(lambda: domain.save_appropriation(appropriation=following, actor=SYSTEM)) == (
        "这笔指标由2017年结转而来，金额应为200,000元。要改金额的，请先在上一年的指标中删除那笔结转，再重新结转。"
    )
    assert told(lambda: domain.remove_appropriation(appropriation=following, actor=SYSTEM)) == (
        "这笔指标由上一年结转而来，请在上一年的指标中删除那笔结转。"
    )
    domain.undo_entry(entry=entry, actor=SYSTEM)
    assert written(Appropriation) == [1]
    assert balance_of(money.appropriation).left == 200_005


def test_a_carry_over_that_was_allocated_from_stays(money: Money, world: Any) -> None:
    entry = domain.carry_over(
        appropriation=money.appropriation, on=date(YEAR, 12, 31), amount=Decimal(50_000), actor=SYSTEM
    )
    following = Appropriation.objects.unscoped(WHY).get(carried_from=money.appropriation)
    give(money, 20_000, appropriation=following, on=date(YEAR, 12, 31))
    assert told(lambda: domain.undo_entry(entry=entry, actor=SYSTEM)) == (
        "还有资金安排与它相关，不能删除。请先删除登记错的资金安排。"
    )
    assert written(Appropriation, AppropriationEntry) == [2, 1]


def test_several_documents_pay_for_one_project(money: Money, world: Any) -> None:
    """景宁: 212万 of the centre and 98万 left from before pay for one project of 310万 (DOMAIN 2.3)."""
    one = make.AppropriationFactory(region=world.county, amount=2_120_000)
    other = make.AppropriationFactory(region=world.county, amount=1_000_000, batch="第二批")
    give(money, 2_120_000, appropriation=one)
    give(money, 980_000, appropriation=other)
    given = Allocation.objects.unscoped(WHY).filter(project=money.project)
    assert sum(each.amount for each in given) == 3_100_000
    assert [balance_of(each).left for each in (one, other)] == [0, 20_000]
