"""The column of amounts that forms state in 万元."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from fupin.sheets.cells import Cell
from fupin.sheets.columns import DecimalColumn

_WAN = Decimal(10_000)


@dataclass(frozen=True, kw_only=True)
class WanYuanColumn(DecimalColumn):
    """An amount that forms state in 万元 and the register keeps in 元 with 分."""

    unit: str = "万元"
    places: int = 6

    number_format: ClassVar[str] = "#,##0.00####"  # as short as the amount is

    def clean(self, cell: Cell, year: int | None) -> Decimal:
        """Return the amount in 元."""
        return (super().clean(cell, year) * _WAN).quantize(Decimal("0.01"))

    def write(self, value: Any) -> Any:
        """Return the amount in 万元."""
        return None if value is None else super().write(Decimal(value) / _WAN)
