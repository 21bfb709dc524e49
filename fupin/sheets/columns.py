"""The kinds of columns: each reads a cell, writes a cell, and says what it accepts."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from fupin.codes import CodeList, UnknownCode, YesNo
from fupin.numbers import BadNumber, clean_account, clean_personal_number, clean_phone
from fupin.sheets.base import Column, compact, refuse_wrong_kind
from fupin.sheets.cells import Cell, CellRefused, Kind, is_one_line, typed_text

__all__ = [
    "BankAccountColumn",
    "CodeColumn",
    "CodeListColumn",
    "Column",
    "DateColumn",
    "DecimalColumn",
    "IntegerColumn",
    "PersonalNumberColumn",
    "PhoneColumn",
    "TextColumn",
    "YearColumn",
    "YesNoColumn",
]

LOSSY_DIGITS = 16
"""A spreadsheet keeps 15 digits of a number, so a longer one has already lost its end."""


@dataclass(frozen=True, kw_only=True)
class TextColumn(Column):
    """Text as typed: only outer blanks and invisible marks are dropped, since a rare character of a name is data."""

    max_length: int = 100
    multiline: bool = False

    def clean(self, cell: Cell, year: int | None) -> str:
        """Return the text."""
        refuse_wrong_kind(cell, "文字")
        if cell.kind is Kind.NUMBER:
            if len(cell.value.lstrip("-").partition(".")[0]) >= LOSSY_DIGITS:
                raise CellRefused("内容以数字形式保存，末位已丢失", "请把单元格设为文本后重新填写")
            text = cell.value
        else:
            text = typed_text(cell.value)
        if not self.multiline and not is_one_line(text):
            raise CellRefused("单元格内有换行或制表符", "请改成一行")
        if len(text) > self.max_length:
            raise CellRefused(f"文字有 {len(text)} 个字，最多 {self.max_length} 个字", "请缩短后重新填写")
        return text

    def rule(self) -> str:
        """Say the longest text accepted."""
        return f"最多 {self.max_length} 个字"


_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d*)?")


def decimal_of(cell: Cell, wanted: str) -> Decimal:
    """Return the number in a cell, from a numeric cell or from text with thousands separators or full-width digits."""
    refuse_wrong_kind(cell, wanted)
    text = compact(cell)
    if cell.kind is Kind.NUMBER:
        return Decimal(text)
    text = text.replace("−", "-")
    if not text.isascii() or not _NUMBER.fullmatch(text):
        raise CellRefused(f"不是{wanted}", "请只填数字，不带单位和文字；没有数据请留空")
    return Decimal(text.replace(",", ""))


@dataclass(frozen=True, kw_only=True)
class DecimalColumn(Column):
    """An amount or area as an exact decimal; more places than declared are refused, not rounded away."""

    places: int = 2
    minimum: Decimal | int | None = Decimal(0)
    maximum: Decimal | int | None = None

    kind: ClassVar[str] = "数字"

    @property
    def number_format(self) -> str:  # type: ignore[override]  # depends on the places declared
        """The spreadsheet format: as many places as declared."""
        return "#,##0." + "0" * self.places if self.places else "#,##0"

    def clean(self, cell: Cell, year: int | None) -> Decimal:
        """Return the number with exactly the declared places."""
        number = decimal_of(cell, "数字")
        self._check_range(number)
        kept = number.quantize(Decimal(1).scaleb(-self.places)) if abs(number) < Decimal(10) ** 20 else number
        if kept != number:
            raise CellRefused(f"小数超过 {self.places} 位", f"请核对后填写到小数点后 {self.places} 位")
        return kept if kept else abs(kept)  # no minus zero

    def _check_range(self, number: Decimal) -> None:
        if self.minimum is not None and number < self.minimum:
            raise CellRefused(f"小于最小值 {self.minimum}", f"请填写{self.rule()}")
        if self.maximum is not None and number > self.maximum:
            raise CellRefused(f"大于最大值 {self.maximum}", f"请填写{self.rule()}，并核对单位")

    def write(self, value: Any) -> Any:
        """Return the number, or its text where a spreadsheet could not hold all its digits."""
        if value is None:
            return None
        if len(str(value)) < LOSSY_DIGITS:
            return value  # most are, and counting the digits of each is slow
        digits = len(Decimal(value).as_tuple().digits)
        return format(value, "f") if digits >= LOSSY_DIGITS else value

    def rule(self) -> str:
        """Say the range and the places."""
        return f"{_range(self.minimum, self.maximum)}的数字，最多 {self.places} 位小数"


@dataclass(frozen=True, kw_only=True)
class IntegerColumn(DecimalColumn):
    """A count."""

    places: int = 0
    kind: ClassVar[str] = "整数"

    def clean(self, cell: Cell, year: int | None) -> int:  # type: ignore[override]  # an int is what a count is
        """Return the whole number."""
        number = decimal_of(cell, "整数")
        if number != number.to_integral_value():
            raise CellRefused("不是整数", "请填写整数")
        self._check_range(number)
        return int(number)

    def rule(self) -> str:
        """Say the range."""
        return f"{_range(self.minimum, self.maximum)}的整数"


def _range(minimum: Decimal | int | None, maximum: Decimal | int | None) -> str:
    if minimum is not None and maximum is not None:
        return f"{minimum} 到 {maximum} 之间"
    if minimum is not None:
        return f"不小于 {minimum} "
    return f"不大于 {maximum} " if maximum is not None else "任意"


@dataclass(frozen=True, kw_only=True)
class YearColumn(Column):
    """A calendar year."""

    minimum: int = 1949
    maximum: int = 2100

    kind: ClassVar[str] = "年份"
    number_format: ClassVar[str] = "0"

    def clean(self, cell: Cell, year: int | None) -> int:
        """Return the year."""
        refuse_wrong_kind(cell, "四位年份")
        found = re.fullmatch(r"([0-9]{4})年?", compact(cell))
        if found is None or not self.minimum <= int(found[1]) <= self.maximum:
            raise CellRefused("不是有效的年份", f"请填写{self.rule()}，如 2017")
        return int(found[1])

    def rule(self) -> str:
        """Say the range."""
        return f"{self.minimum} 到 {self.maximum} 之间的四位年份"


_DATE = re.compile(r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?")
_DATE_8 = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MIDNIGHT = re.compile(r"[T\s]+0?0:00(:00)?(\.0+)?\s*$")
# A number in a date column is a day count only where it cannot be a year or a quantity: 1927-05-18 to 2099-12-31.
_SERIALS = range(10_000, 73_051)
_EXCEL_EPOCH, _DAYS_TO_1904 = date(1899, 12, 30).toordinal(), 1462


@dataclass(frozen=True, kw_only=True)
class DateColumn(Column):
    """A day, in the ways cadres write one."""

    width: int = 13
    kind: ClassVar[str] = "日期"
    number_format: ClassVar[str] = "yyyy-mm-dd"

    def clean(self, cell: Cell, year: int | None) -> date:
        """Return the day."""
        if cell.kind is Kind.DATE:
            return datetime.fromisoformat(cell.value).date()
        if cell.kind is Kind.BOOL:
            refuse_wrong_kind(cell, "日期")
        text = compact(cell)
        if cell.kind is Kind.NUMBER and text.isdigit() and int(text) in _SERIALS:
            return date.fromordinal(_EXCEL_EPOCH + int(text) + (_DAYS_TO_1904 if cell.base_1904 else 0))
        found = _DATE_8.fullmatch(text)
        if cell.kind is Kind.TEXT and found is None:
            found = _DATE.fullmatch(compact(Cell(Kind.TEXT, _MIDNIGHT.sub("", cell.value))))
        if found is None:
            raise CellRefused("不是完整的日期", "请填写年月日，如 2025-05-06")
        try:
            day = date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            raise CellRefused("没有这一天", "请核对年月日，如 2025-05-06") from None
        if not 1900 <= day.year <= 2100:
            raise CellRefused("年份不在 1900 到 2100 之间", "请核对年月日，如 2025-05-06")
        return day

    def rule(self) -> str:
        """Say the form."""
        return "年月日，如 2025-05-06"


@dataclass(frozen=True, kw_only=True)
class CodeColumn(Column):
    """One value of an official code list, by name, alias or number."""

    codes: type[CodeList]

    kind: ClassVar[str] = "单选"

    def clean(self, cell: Cell, year: int | None) -> CodeList:
        """Return the code."""
        refuse_wrong_kind(cell, self.label)
        return self.read_code(cell.value, year)

    def read_code(self, text: str, year: int | None) -> CodeList:
        """Return the code that a text means in a year."""
        try:
            return self.codes.read(text.strip(), year)
        except UnknownCode as unknown:
            raise CellRefused(unknown.reason, unknown.remedy) from None

    def write(self, value: Any) -> Any:
        """Return the official name."""
        return None if value is None else str(self.codes(value).label)

    def allowed(self) -> list[str]:
        """The official names."""
        return [str(label) for label in self.codes.labels]


_SEPARATORS = re.compile(r"[、，,;；\n]")


@dataclass(frozen=True, kw_only=True)
class CodeListColumn(CodeColumn):
    """Several values of a code list in one cell, parted by 、."""

    kind: ClassVar[str] = "多选"

    def __post_init__(self) -> None:
        """Refuse a list whose own names would be cut in two."""
        torn = [label for label in self.allowed() if _SEPARATORS.search(label)]
        if torn:
            raise ValueError(f"column {self.name}: {torn} contain what parts several values")

    def read(self, cell: Cell | Any | None, *, year: int | None = None) -> tuple[CodeList, ...] | None:
        """Return the codes in the order written; a blank cell is None, not an empty choice."""
        return super().read(cell, year=year)

    def clean(self, cell: Cell, year: int | None) -> tuple[CodeList, ...]:  # type: ignore[override]  # several
        """Return the codes, each once."""
        refuse_wrong_kind(cell, self.label)
        parts = [part.strip() for part in _SEPARATORS.split(cell.value) if part.strip()]
        codes = [self.read_code(part, year) for part in parts]
        for code in codes:
            if codes.count(code) > 1:
                raise CellRefused(f"“{code.label}”写了两次", "每项只写一次，用顿号“、”隔开")
        if not codes:
            raise CellRefused("只有标点，没有内容", "请填写或留空")
        return tuple(codes)

    def write(self, value: Any) -> Any:
        """Return the official names joined by 、."""
        return None if value is None else "、".join(str(self.codes(code).label) for code in value)

    def rule(self) -> str:
        """Say how several are parted."""
        return "可填多项，用顿号“、”隔开"


@dataclass(frozen=True, kw_only=True)
class YesNoColumn(Column):
    """是, 否, or not known: a blank is neither."""

    width: int = 8
    kind: ClassVar[str] = "是/否"

    def clean(self, cell: Cell, year: int | None) -> bool | None:
        """Return whether the cell says yes."""
        if cell.kind is Kind.BOOL:
            return cell.value == "1"
        if cell.kind is Kind.DATE:
            refuse_wrong_kind(cell, "“是”或“否”")
        try:
            return YesNo.read(cell.value, year)
        except UnknownCode as unknown:
            raise CellRefused(unknown.reason, unknown.remedy) from None

    def write(self, value: Any) -> Any:
        """Return 是 or 否."""
        return None if value is None else ("是" if value else "否")

    def allowed(self) -> list[str]:
        """是 and 否."""
        return ["是", "否"]


def refuse_lossy(cell: Cell, wanted: str) -> None:
    """Refuse a long number that a spreadsheet program has kept as one of 15 digits."""
    refuse_wrong_kind(cell, wanted)
    if cell.kind is Kind.NUMBER and abs(Decimal(cell.value)) >= Decimal(10) ** (LOSSY_DIGITS - 1):
        raise CellRefused(
            "号码以数字形式保存，末位已丢失", "请把单元格设为文本后重新填写，不要在原来的数字上改"
        )


@dataclass(frozen=True, kw_only=True)
class PersonalNumberColumn(Column):
    """An ID or disability certificate number. A numeric cell has lost its end, and is never guessed."""

    sensitive: bool = True
    width: int = 22
    kind: ClassVar[str] = "证件号码"

    def clean(self, cell: Cell, year: int | None) -> str:
        """Return the number in its one written form."""
        refuse_lossy(cell, "证件号码")
        try:
            return clean_personal_number(cell.value)
        except BadNumber as bad:
            raise CellRefused(bad.reason, bad.remedy) from None

    def rule(self) -> str:
        """Say the form."""
        return "单元格须为文本格式"


@dataclass(frozen=True, kw_only=True)
class PhoneColumn(Column):
    """A telephone number."""

    sensitive: bool = True
    width: int = 16
    kind: ClassVar[str] = "电话"

    def clean(self, cell: Cell, year: int | None) -> str:
        """Return the number in its one written form."""
        refuse_wrong_kind(cell, "电话号码")
        try:
            return clean_phone(cell.value)
        except BadNumber as bad:
            raise CellRefused(bad.reason, bad.remedy) from None


@dataclass(frozen=True, kw_only=True)
class BankAccountColumn(Column):
    """The number of a bank card or passbook. A numeric cell of more than 15 digits has lost its end."""

    sensitive: bool = True
    width: int = 22
    kind: ClassVar[str] = "银行账号"

    def clean(self, cell: Cell, year: int | None) -> str:
        """Return the number in its one written form."""
        refuse_lossy(cell, "银行账号")
        try:
            return clean_account(cell.value)
        except BadNumber as bad:
            raise CellRefused(bad.reason, bad.remedy) from None

    def rule(self) -> str:
        """Say the form."""
        return "单元格须为文本格式"
