"""Database triggers of the money: never paid more than allocated, nor allocated more than granted, nor paid before approval.

They are statement triggers over transition tables. The functions they call (funds/migrations/money.sql) lock the parent
rows in the order of their ids and then look, in a statement of its own that sees what the writers before have committed:
fifty allocations of one appropriation at once wait for each other, and the one too many is refused. What locks more than
one kind takes appropriations before allocations before payments, and projects last.
"""

from __future__ import annotations

import pgtrigger

from funds.library import StepKind
from fupin.guards import on_statement

#: What the database refuses by these triggers, and by keys over two columns (funds/migrations); for fupin.refusals.BY_HAND.
SENTENCES = {
    "allocated_within_appropriation": (
        "安排合计超过了指标的现有金额（下达加调增，减收回、调减和结转），未写入。请刷新页面，核对指标余额。"
    ),
    "arrived_within_appropriation": "到位合计超过了下达金额（加调增、减调减），未写入。请核对到位金额。",
    "paid_within_allocation": "支付合计超过了安排金额，未写入。请刷新页面，核对未支付余额。",
    "paid_after_approval": "项目在支付日期之前没有立项批复，不能支付；已经支付的，不能撤销批复。",
    "allocated_within_region": "项目不在该指标接收单位的辖区内，不能从这笔指标安排。",
    "allocation_lies_with_project": "资金安排的村应与项目所在村一致。",
    "payment_lies_with_allocation": "支付的村应与资金安排所在村一致。",
}
_INSERT, _UPDATE, _DELETE = pgtrigger.Insert, pgtrigger.Update, pgtrigger.Delete


def _check(what: str, rows: str) -> str:
    return f"PERFORM funds_check_{what}(ARRAY({rows}));"


def appropriation_holds() -> list[pgtrigger.Trigger]:
    """An amount is never lowered below what is allocated of it, or has arrived."""
    return [on_statement("sum_on_update", _UPDATE, _check("appropriations", "SELECT id FROM new_values"))]


def entry_fits() -> list[pgtrigger.Trigger]:
    """No entry, changed entry or deleted entry leaves less than is allocated; no more arrives than was granted."""
    new, old = "SELECT appropriation_id FROM new_values", "SELECT appropriation_id FROM old_values"
    return [
        on_statement("sum_on_insert", _INSERT, _check("appropriations", new)),
        on_statement("sum_on_update", _UPDATE, _check("appropriations", f"{new} UNION {old}")),
        on_statement("sum_on_delete", _DELETE, _check("appropriations", old)),
    ]


def allocation_fits() -> list[pgtrigger.Trigger]:
    """No more is allocated than there is, nor outside the appropriation's region, nor less than was paid."""
    rows = "SELECT id FROM new_values"
    checks = _check("region", rows) + _check("appropriations", "SELECT appropriation_id FROM new_values")
    return [
        on_statement("sum_on_insert", _INSERT, checks),
        on_statement("sum_on_update", _UPDATE, checks + _check("allocations", rows)),
    ]


def payment_fits() -> list[pgtrigger.Trigger]:
    """No more is paid than was allocated, and nothing before the project was approved."""
    approved = _check("approval", "SELECT id FROM new_values")
    checks = _check("allocations", "SELECT allocation_id FROM new_values") + approved
    return [
        on_statement(f"sum_on_{name}", when, checks)
        for name, when in (("insert", _INSERT), ("update", _UPDATE))
    ]


def paid_stays_approved() -> list[pgtrigger.Trigger]:
    """The approval of a project for which something was paid is neither taken back nor dated later."""
    payments = f"""
        SELECT p.id FROM funds_payment p JOIN funds_allocation l ON l.id = p.allocation_id
        WHERE l.project_id IN (SELECT project_id FROM old_values WHERE kind = '{StepKind.APPROVED}')
    """
    lock = """
        PERFORM 1 FROM funds_project WHERE id IN (SELECT project_id FROM old_values) ORDER BY id FOR NO KEY UPDATE;
    """
    checks = lock + _check("approval", payments)
    return [
        on_statement(f"paid_on_{name}", when, checks)
        for name, when in (("update", _UPDATE), ("delete", _DELETE))
    ]
