"""Writing the money: appropriations and what becomes of them, allocations to projects, payments.

Each function asks for the right, locks the parents (appropriation before allocation before payment, as the triggers do),
tells first what the database would refuse, with the numbers, and writes in one transaction. Amounts are in 元 with 分.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Min

from funds.enums import FundChange
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment
from funds.queries.money import EFFECT, GRANT, approved_on, balance_of, paid_of
from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.rows import lock_row, write_row
from fupin.models import Level, Region
from fupin.refusals import Refused, said_plainly

#: Where money arrives: a village has no account of its own.
GRANTED_TO = (Level.COUNTY, Level.TOWNSHIP)
#: Changes of which somebody will ask why.
WITH_REASON = (FundChange.TAKEN_BACK, FundChange.RAISED, FundChange.LOWERED)


def yuan(amount: Decimal) -> str:
    """An amount in words: 1,200,000元, with 分 where there are any."""
    return f"{amount:,.2f}".removesuffix(".00") + "元"


def save_appropriation(*, appropriation: Appropriation, actor: Actor) -> Appropriation:
    """Write a new or changed appropriation.

    Raises Refused without the right where it was granted, for a document that is registered, and where the amount would
    fall below what is allocated.
    """
    _fund_or_refuse(actor, appropriation.region)
    if appropriation.region.level not in GRANTED_TO:
        raise Refused(f"指标登记在收到资金的县或乡镇，{appropriation.region}不是县或乡镇。")
    with _writing(actor):
        if appropriation.pk:
            lock_row(appropriation)
            _refuse_other_carried(appropriation)
            _refuse_dates_before(appropriation)
            _refuse_overdrawn(appropriation)
        return write_row(row=appropriation, actor=actor)


def remove_appropriation(*, appropriation: Appropriation, actor: Actor) -> None:
    """Delete an appropriation that was entered by mistake. Raises Refused while anything refers to it."""
    _fund_or_refuse(actor, appropriation.region)
    if appropriation.carried_from_id is not None:
        raise Refused("这笔指标由上一年结转而来，请在上一年的指标中删除那笔结转。")
    with _writing(actor):
        appropriation.delete()


def record_entry(*, entry: AppropriationEntry, actor: Actor) -> AppropriationEntry:
    """Write what became of an appropriation; what is carried over goes through carry_over().

    Raises Refused without the right, without a reason where one is wanted, before the day of the appropriation, and for
    more than there is.
    """
    appropriation = entry.appropriation
    _fund_or_refuse(actor, appropriation.region)
    kind = FundChange(entry.kind)
    if kind == FundChange.CARRIED:
        return carry_over(
            appropriation=appropriation, on=entry.on, amount=entry.amount, document=entry.document,
            reason=entry.reason, actor=actor,
        )  # fmt: skip
    if kind in WITH_REASON and not entry.reason:
        raise Refused(f"{kind.label}请写明事由。")
    with _writing(actor):
        _hold(appropriation, "amount", "issued_on")
        _refuse_entry(entry)
        return write_row(row=entry, actor=actor)


def carry_over(
    *,
    appropriation: Appropriation,
    on: date,
    amount: Decimal,
    actor: Actor,
    document: str = "",
    reason: str = "",
) -> AppropriationEntry:
    """Carry what is left of an appropriation, or a part of it, into the next budget year: the entry, and the appropriation there.

    Raises Refused as record_entry() does, and where it was carried over already.
    """
    _fund_or_refuse(actor, appropriation.region)
    entry = AppropriationEntry(
        appropriation=appropriation,
        kind=FundChange.CARRIED,
        on=on,
        amount=amount,
        document=document,
        reason=reason,
    )
    following = Appropriation(
        region=appropriation.region, year=appropriation.year + 1, level=appropriation.level, amount=amount,
        document=appropriation.document, title=appropriation.title, batch=appropriation.batch, issued_on=on,
        item=appropriation.item, remark=f"{appropriation.year}年结转", carried_from=appropriation,
    )  # fmt: skip
    with _writing(actor):
        _hold(appropriation, "amount", "issued_on")
        _refuse_entry(entry)
        if not appropriation.year <= on.year <= appropriation.year + 1:
            raise Refused(
                f"结转日期应在{appropriation.year}年或{appropriation.year + 1}年，请核对日期。", field="on"
            )
        write_row(row=entry, actor=actor)
        write_row(row=following, actor=actor)
    return entry


def undo_entry(*, entry: AppropriationEntry, actor: Actor) -> None:
    """Delete an entry that was made by mistake, and with a carry-over the appropriation that it made.

    Raises Refused without the right, or where the money it brought is allocated already.
    """
    appropriation = entry.appropriation
    _fund_or_refuse(actor, appropriation.region)
    with _writing(actor):
        lock_row(appropriation)
        if entry.kind == FundChange.CARRIED:
            Appropriation.objects.unscoped("what the entry made").filter(carried_from=appropriation).delete()
        elif entry.kind == FundChange.RAISED:
            rest = balance_of(appropriation, without=entry)
            if rest.left < 0:
                raise Refused(
                    f"删除后指标余额将不足{yuan(-rest.left)}：已安排{yuan(rest.allocated)}，请先减少安排。"
                )
        entry.delete()


def allocate(*, allocation: Allocation, actor: Actor) -> Allocation:
    """Write a new or changed allocation of an appropriation to a project, at the project's village.

    Raises Refused without the right where the appropriation was granted, for a project elsewhere, a day before the
    appropriation's or after a payment's, and for more than is left or less than was paid.
    """
    appropriation, project = allocation.appropriation, allocation.project
    _fund_or_refuse(actor, appropriation.region)
    if not project.region_id.startswith(appropriation.region.prefix):
        raise Refused(f"{project.region}不在{appropriation.region}的辖区内，不能从这笔指标安排。")
    allocation.region_id, allocation.year = project.region_id, allocation.on.year
    with _writing(actor):
        _hold(appropriation, "amount", "issued_on")
        if allocation.on < appropriation.issued_on:
            raise Refused(
                f"安排日期早于指标的下达日期（{appropriation.issued_on}），请核对日期。", field="on"
            )
        balance = balance_of(appropriation, without=allocation)
        if allocation.amount > balance.left:
            raise Refused(
                f"安排合计将为{yuan(balance.allocated + allocation.amount)}，超过指标现额{yuan(balance.effective)}："
                f"余额还有{yuan(balance.left)}。",
                field="amount",
            )
        if allocation.pk:
            lock_row(allocation)
            _refuse_before_payments(allocation)
        return write_row(row=allocation, actor=actor)


def remove_allocation(*, allocation: Allocation, actor: Actor) -> None:
    """Delete an allocation that was made by mistake. Raises Refused without the right, or once something was paid of it."""
    _fund_or_refuse(actor, allocation.appropriation.region)
    with _writing(actor):
        lock_row(allocation, first=("appropriation",))
        if paid := paid_of(allocation):
            raise Refused(f"这笔安排已支付{yuan(paid)}，不能删除。请先删除登记错的支付。")
        allocation.delete()


def pay(*, payment: Payment, actor: Actor) -> Payment:
    """Write a new or changed payment against an allocation, where the allocation lies.

    Raises Refused without the right there, before the project was approved, for a day before the allocation's, a voucher
    that is registered, and for more than was allocated.
    """
    allocation = payment.allocation
    _pay_or_refuse(actor, allocation)
    payment.region_id, payment.year = allocation.region_id, payment.on.year
    with _writing(actor):
        _hold(allocation, "amount", "on")
        _refuse_before_approval(payment)
        if payment.on < allocation.on:
            raise Refused(f"支付日期早于安排日期（{allocation.on}），请核对日期。", field="on")
        paid = paid_of(allocation, without=payment)
        if paid + payment.amount > allocation.amount:
            raise Refused(
                f"支付合计将为{yuan(paid + payment.amount)}，超过安排金额{yuan(allocation.amount)}："
                f"还可支付{yuan(allocation.amount - paid)}。",
                field="amount",
            )
        return write_row(row=payment, actor=actor)


def remove_payment(*, payment: Payment, actor: Actor) -> None:
    """Delete a payment that was entered by mistake. Raises Refused without the right."""
    _pay_or_refuse(actor, payment.allocation)
    with _writing(actor):
        payment.delete()


# --- rules ------------------------------------------------------------------------------------------------------


@contextmanager
def _writing(actor: Actor) -> Iterator[None]:
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        yield


def _hold(row: Appropriation | Allocation, *fields: str) -> None:
    """Lock a parent, and see what those have written of it for whom this one waited."""
    lock_row(row)
    row.refresh_from_db(fields=fields)


def _fund_or_refuse(actor: Actor, region: Region) -> None:
    if not may(actor, Action.FUND, region.code):
        raise Refused(f"您没有管理{region}资金指标和安排的权限。")


def _pay_or_refuse(actor: Actor, allocation: Allocation) -> None:
    if not may(actor, Action.PAY, allocation.region_id):
        raise Refused(f"您没有登记{allocation.region}资金支付的权限。")


def _refuse_entry(entry: AppropriationEntry) -> None:
    """More than there is, or a day before the appropriation's."""
    appropriation, kind = entry.appropriation, FundChange(entry.kind)
    if entry.on < appropriation.issued_on:
        raise Refused(
            f"{kind.label}日期早于指标的下达日期（{appropriation.issued_on}），请核对日期。", field="on"
        )
    balance = balance_of(appropriation, without=entry)
    if kind == FundChange.ARRIVED:
        if balance.arrived + entry.amount > balance.granted:
            raise Refused(
                f"到位合计将为{yuan(balance.arrived + entry.amount)}，超过下达金额{yuan(balance.granted)}（含调增、调减）："
                f"还可到位{yuan(balance.granted - balance.arrived)}。",
                field="amount",
            )
    elif EFFECT[kind] < 0 and entry.amount > balance.left:
        raise Refused(
            f"{kind.label}{yuan(entry.amount)}超过指标余额{yuan(balance.left)}：已安排{yuan(balance.allocated)}，"
            "须先减少安排。",
            field="amount",
        )
    if GRANT.get(kind, 0) < 0 and balance.granted - entry.amount < balance.arrived:
        raise Refused(
            f"调减后下达金额将为{yuan(balance.granted - entry.amount)}，少于已到位的{yuan(balance.arrived)}；"
            "已到位的钱被上级收走的，请登记“收回”。",
            field="amount",
        )


def _refuse_before_approval(payment: Payment) -> None:
    approved = approved_on(payment.allocation.project)
    if approved is None:
        raise Refused("该项目没有立项批复，不能支付。请先在项目的页面登记立项批复。", field="project_name")
    if payment.on < approved:
        raise Refused(f"支付日期早于项目的立项批复（{approved}），请核对日期。", field="on")


def _refuse_other_carried(appropriation: Appropriation) -> None:
    """What was carried here is the amount of the entry that carried it."""
    origin = appropriation.carried_from
    if origin is None:
        return
    carried = origin.entries.unscoped("of the appropriation it came from").get(kind=FundChange.CARRIED)
    if appropriation.amount != carried.amount or appropriation.year != origin.year + 1:
        raise Refused(
            f"这笔指标由{origin.year}年结转而来，金额应为{yuan(carried.amount)}。要改金额的，请先在上一年的指标中删除那笔结转，再重新结转。"
        )


def _refuse_dates_before(appropriation: Appropriation) -> None:
    """Nothing happened to it before it was issued."""
    rows = (
        Allocation.objects.unscoped("days alone").filter(appropriation=appropriation),
        AppropriationEntry.objects.unscoped("days alone").filter(appropriation=appropriation),
    )
    days = [each.order_by().aggregate(first=Min("on"))["first"] for each in rows]
    first = min((day for day in days if day is not None), default=None)
    if first is not None and first < appropriation.issued_on:
        raise Refused(f"下达日期晚于已登记的到位、变动或安排（{first}），请核对日期。", field="issued_on")


def _refuse_overdrawn(appropriation: Appropriation) -> None:
    balance = balance_of(appropriation)
    if balance.left < 0:
        raise Refused(
            f"指标现额将为{yuan(balance.effective)}，少于已安排的{yuan(balance.allocated)}，请先减少安排，或核对下达金额。",
            field="amount",
        )
    if balance.arrived > balance.granted:
        raise Refused(
            f"下达金额将为{yuan(balance.granted)}（含调增、调减），少于已到位的{yuan(balance.arrived)}，请核对下达金额。",
            field="amount",
        )


def _refuse_before_payments(allocation: Allocation) -> None:
    """No less than was paid of it, and no day after the first payment."""
    if (paid := paid_of(allocation)) > allocation.amount:
        raise Refused(
            f"安排金额{yuan(allocation.amount)}少于已支付的{yuan(paid)}，请核对金额。", field="amount"
        )
    first = allocation.payments.unscoped("days alone").order_by().aggregate(first=Min("on"))["first"]
    if first is not None and first < allocation.on:
        raise Refused(f"安排日期晚于已登记的支付（{first}），请核对日期。", field="on")
