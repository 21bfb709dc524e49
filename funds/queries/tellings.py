"""How rows of money are named where the difference of an import is told: with their amounts, which are what one checks."""

from __future__ import annotations

from collections.abc import Collection

from funds.models import Appropriation, Payment
from fupin.queries.differences import Telling, tell

WHY = "rows of an import, whose writer may see them"


def _appropriations(pks: Collection[int]) -> dict[int, str]:
    rows = Appropriation.objects.unscoped(WHY).filter(pk__in=pks).select_related("region")
    return {row.pk: f"{row.region} {row}，{row.amount:,.2f}元" for row in rows}


def _payments(pks: Collection[int]) -> dict[int, str]:
    rows = Payment.objects.unscoped(WHY).filter(pk__in=pks).select_related("region", "allocation__project")
    return {row.pk: f"{row.region} {row.allocation.project.name}：{row}，{row.amount:,.2f}元" for row in rows}


def tell_money() -> None:
    """Say it of what a workbook of money writes."""
    tell(Appropriation, Telling("资金指标", _appropriations))
    tell(Payment, Telling("资金支付", _payments, hides=frozenset({"region", "year"})))
