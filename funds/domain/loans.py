"""Writing the terms of a loan, and how it is paid back."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from funds.enums import LoanUse, Measure
from funds.models import Loan
from funds.queries.loans import broken
from funds.validators import loan_problems
from fupin.access import Action, Actor, may
from fupin.domain.rows import lock_row, write_row
from fupin.models import Region
from fupin.refusals import Refused
from fupin.words import plain


def save_loan(*, loan: Loan, actor: Actor) -> Loan:
    """Write the terms of a loan and what was paid back.

    Raises Refused without the right in the village, for a benefit that is no loan, for dates out of order, for more paid
    back than was lent, and for terms of a year that is not open.
    """
    if not may(actor, Action.EDIT, loan.region_id):
        raise Refused(f"您没有在{loan.region}登记贷款的权限。")
    with transaction.atomic():
        # Amount and enterprise are the benefit's: they stay as they are until this is written.
        lock_row(loan.benefit)
        loan.benefit.refresh_from_db()
        if loan.benefit.measure != Measure.LOAN:
            raise Refused("只有“扶贫小额信贷”才登记贷款条款，请核对帮扶措施。")
        values = {field.name: getattr(loan, field.name) for field in loan._meta.concrete_fields}
        for problem in loan_problems(values, loan.benefit.amount, loan.benefit.enterprise_id is not None):
            raise Refused(f"{problem.reason}。{problem.remedy}。")
        return write_row(row=loan, actor=actor)


def refuse_broken_loans(region: Region, households: Collection[int]) -> None:
    """Raise Refused where benefits as they now stand leave a loan with more paid back than lent, or without its enterprise."""
    first = broken(region, households).select_related("benefit__household").first()
    if first is None:
        return
    home, year = first.benefit.household, first.benefit.year
    if first.use == LoanUse.ENTERPRISE and first.benefit.enterprise_id is None:
        raise Refused(f"户编号 {home} 的{year}年小额信贷为户贷企用，投放主体不能为空，未写入任何数据。")
    paid = plain(first.repaid) if first.repaid is not None else ""
    raise Refused(f"户编号 {home} 的{year}年小额信贷已还{paid}元，贷款金额不能更小，未写入任何数据。")
