"""Writing the terms of a loan, and how it is paid back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from funds.enums import LoanUse, Measure
from funds.models import Loan
from funds.models.benefit import BENEFIT_KEY
from funds.queries.loans import loans_of
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


def refuse_broken_loans(region: Region, values: Sequence[Mapping[str, Any]]) -> None:
    """Raise Refused where benefits about to be written would leave a loan with more paid back than lent, or without its enterprise.

    The database refuses the first as well (funds/guards.py); here it is told of whom.
    """
    written = {tuple(value[name] for name in BENEFIT_KEY): value for value in values}
    for loan in loans_of(region, {value["household_id"] for value in values}):
        benefit = loan.benefit
        value = written.get(tuple(getattr(benefit, name) for name in BENEFIT_KEY))
        if value is None:
            continue
        told = f"户编号 {benefit.household} 的{benefit.year}年小额信贷"
        if loan.use == LoanUse.ENTERPRISE and value["enterprise_id"] is None:
            raise Refused(f"{told}为户贷企用，投放主体不能为空，未写入任何数据。")
        if loan.repaid is not None and (value["amount"] is None or loan.repaid > value["amount"]):
            raise Refused(f"{told}已还{plain(loan.repaid)}元，贷款金额不能更小，未写入任何数据。")
