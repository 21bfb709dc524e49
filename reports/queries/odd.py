"""What looks odd among a village's projects: an amount in the wrong unit, the same length twice."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import combinations

from funds.library import METRES
from funds.validators import odd_amounts
from fupin.words import plain, wan_yuan
from reports.figures.agree import Remark
from reports.figures.measure import Listed
from reports.figures.result import Result


def odd_projects(listed: Listed) -> Iterator[Remark]:
    """Remarks on the listed projects."""
    items = listed.items
    for index in odd_amounts([item.row.amount for item in items]):
        item, figure = items[index], items[index].amount
        assert figure is not None  # what has no amount is not odd
        text = (
            f"“{item.name}”投入{plain(item.row.amount)}元（{wan_yuan(item.row.amount, 6)}万元），"
            "与其他项目相差悬殊，请核对单位是元还是万元。"
        )
        yield Remark(text, (listed.results[figure.code],))
    lengths = [(item, _metres(listed.results[item.quantity.code])) for item in items if item.quantity]
    for (one, length), (other, same) in combinations(lengths, 2):
        if length and length == same and one.quantity and other.quantity:
            told = (listed.results[one.quantity.code], listed.results[other.quantity.code])
            said = [f"“{i.name}”{plain(i.row.quantity)}{i.row.unit}" for i in (one, other)]
            yield Remark(f"{said[0]}与{said[1]}长度相同，是否同一工程重复登记，请核对。", told)


def _metres(result: Result) -> Decimal | None:
    factor = METRES.get(result.figure.unit.lower())
    value = result.value
    return None if factor is None or value is None or isinstance(value, str) else Decimal(value) * factor
