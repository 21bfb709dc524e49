"""What measuring a figure comes to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Any

from reports.figures.coverage import Coverage
from reports.figures.declare import Figure, Measure

#: Value and number of rows of a figure as the database has them.
Raw = tuple[Any, int]
#: Parts the names that a figure joins in the database; no name holds it.
UNIT_SEPARATOR = "\x1f"
#: Digits of a ratio before it is rounded, once, when it is shown.
_DIVISION = Context(prec=40)


@dataclass(frozen=True)
class Result:
    """A figure measured: its value (None: 暂无数据), the number of rows behind it, and its coverage.

    The value is in the rows' own unit and not rounded (元, a fraction of 1); `shown` is what a report prints.
    `covered` of `villages` villages keep the ledger or have declared it nil.
    """

    figure: Figure
    value: int | Decimal | str | None
    rows: int
    covered: int
    villages: int

    @property
    def is_partial(self) -> bool:
        """Whether some villages of the region have no such ledger."""
        return 0 < self.covered < self.villages

    @property
    def shown(self) -> int | Decimal | str | None:
        """The value in the figure's unit, rounded half up to its places; words and None as they are."""
        if self.value is None or isinstance(self.value, str):
            return self.value
        return self.figure.shown(self.value)


def results_of(
    asked: Mapping[str, Figure], measured: Mapping[str, Raw], coverage: Coverage
) -> dict[str, Result]:
    """The results of one place by code, ratios from what they divide."""
    results = {}
    for figure in asked.values():
        if figure.measure is not Measure.RATIO:
            value, rows = measured.get(figure.code, (None, 0))
            covered, nil = coverage.of(figure)
            stated = _stated(figure, value, covered, nil)
            results[figure.code] = Result(figure, stated, rows, covered, coverage.villages)
    for figure in asked.values():
        if figure.measure is Measure.RATIO:
            part, whole = (results[of.code] for of in figure.parts)
            results[figure.code] = Result(
                figure, _quotient(part.value, whole.value), part.rows, part.covered, part.villages
            )
    return results


def _stated(figure: Figure, value: Any, covered: int, nil: int) -> Any:
    """What may be said: nothing without a ledger, 0 for one declared nil, else what was measured."""
    if not covered:
        return None
    if figure.measure is Measure.TEXT:
        return value or None
    if figure.measure is Measure.NAMES:
        return "、".join(sorted(set(value.split(UNIT_SEPARATOR)))) if value else None
    if value is None:
        counted = figure.measure is not Measure.SUM
        return 0 if counted or nil == covered else None
    return value


def _quotient(part: Any, whole: Any) -> Decimal | None:
    if part is None or not whole:
        return None
    return _DIVISION.divide(Decimal(part), Decimal(whole))
