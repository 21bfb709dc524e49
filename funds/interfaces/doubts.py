"""What forms of money ask about."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from funds.validators import odd_amounts
from fupin.words import wan_yuan
from households.interfaces.tables import money


def unit_doubt(amount: Decimal | None, usual: Sequence[Decimal], what: str, others: str) -> str:
    """The doubt that 元 and 万元 were mixed up in an amount, held against what others are; "" if there is none."""
    if 0 not in odd_amounts([amount, *usual]):
        return ""
    told = f"{money(amount)}元（{wan_yuan(amount or Decimal(0), 6)}万元）"
    return f"{what}{told}与{others}相差悬殊，请核对单位是元还是万元。"
