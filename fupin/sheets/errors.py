"""What is wrong with a workbook: one line per cell, or one for the whole file."""

from dataclasses import dataclass

from fupin.numbers import mask_in_text, masked
from fupin.sheets.cells import CellRefused, FileRefused, sentence

__all__ = ["CellRefused", "FileRefused", "SheetError"]

SHOWN_LENGTH = 40


@dataclass(frozen=True, slots=True)
class SheetError:
    """One error with its place, the value found there (masked), the reason and the remedy."""

    sheet: str
    cell: str
    value: str
    reason: str
    remedy: str

    @classmethod
    def at(
        cls, sheet: str, cell: str, raw: str | None, reason: str, remedy: str, sensitive: bool = False
    ) -> "SheetError":
        """Return the error at a cell. Error lists are shown, mailed and logged, so nothing leaves here unmasked."""
        value = (raw or "").strip()
        if value:
            value = masked(value) if sensitive else mask_in_text(value)
        if len(value) > SHOWN_LENGTH:
            value = value[: SHOWN_LENGTH - 1] + "…"
        return cls(sheet, cell, value, mask_in_text(reason), mask_in_text(remedy))

    def __str__(self) -> str:
        place = f"{self.sheet}!{self.cell}" if self.cell else self.sheet
        found = f" “{self.value}”" if self.value else ""
        return f"{place}{found}：{sentence(self.reason)}{sentence(self.remedy)}"
