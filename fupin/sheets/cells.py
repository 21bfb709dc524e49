"""The plain things the reading process and the portal share: a typed cell, two refusals, one way to compare labels.

Standard library only, because the reading process (`fupin.sheets.child`) starts without Django.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any


def sentence(text: str) -> str:
    """Return a text with its full stop."""
    return text if not text or text.endswith(("。", "？", "！")) else f"{text}。"


# Marks that pasting brings along and nobody sees, those that turn the direction of what follows, and what no workbook
# can hold. The joiners U+200C and U+200D stay: some scripts are spelt with them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\ufffe\uffff]"
)
_BREAK = re.compile("\r\n|[\r\u2028\u2029]")


def typed_text(text: str) -> str:
    """Return a typed text as it is kept: without outer blanks and invisible marks, with one kind of line break."""
    return _INVISIBLE.sub("", _BREAK.sub("\n", text)).strip()


_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def clean_text(text: str) -> str:
    """Return a text that XML can hold, so that one pasted control character cannot break a whole export."""
    return _LOOKS_ESCAPED.sub("_x005F_", _NOT_XML.sub("", text))


def is_one_line(text: str) -> bool:
    """Say whether a kept text stands in one line, without a tab."""
    return "\n" not in text and "\t" not in text


class Kind(StrEnum):
    """What a cell holds, as the file says it. One letter, because it is written once per cell between processes."""

    TEXT = "s"
    NUMBER = "n"
    DATE = "d"
    BOOL = "b"
    ERROR = "e"
    UNCALCULATED = "f"


#: A cell as the reading process tells it: position, kind, value.
FilledCell = tuple[int, str, str]


class CellRefused(ValueError):
    """A cell that cannot be read: why, and what to do."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(sentence(reason) + sentence(remedy))
        self.reason = reason
        self.remedy = remedy


class FileRefused(Exception):
    """A file that is refused as a whole, before any cell of it counts."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(sentence(reason) + sentence(remedy))
        self.reason = reason
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Cell:
    """One filled cell. Numbers travel as decimal text, so that no float ever stands between the file and the value."""

    kind: Kind
    value: str
    base_1904: bool = False

    @classmethod
    def of(cls, value: Any) -> "Cell | None":
        """Return the cell that holds a Python value; an empty value is no cell at all."""
        if isinstance(value, Cell):
            return value
        if value is None or value == "":
            return None
        if isinstance(value, bool):
            return cls(Kind.BOOL, "1" if value else "0")
        if isinstance(value, int | Decimal):
            return cls(Kind.NUMBER, format(Decimal(value), "f"))
        if isinstance(value, float):
            return cls(Kind.NUMBER, number_text(repr(value)))
        if isinstance(value, date | datetime):
            return cls(Kind.DATE, value.isoformat())
        return cls(Kind.TEXT, str(value))

    @property
    def shown(self) -> str:
        """The cell as a cadre would describe it in a message."""
        if self.kind is Kind.BOOL:
            return "TRUE" if self.value == "1" else "FALSE"
        if self.kind is Kind.DATE:
            return self.value.removesuffix("T00:00:00")
        return self.value


def number_text(raw: str) -> str:
    """Return a number of a sheet as plain decimal text, with the 15 digits a spreadsheet itself shows.

    A computed 0.30000000000000004 is 0.3 on the user's screen; whole numbers stay exact.
    """
    if re.fullmatch(r"-?\d{1,400}", raw):
        return str(int(raw))
    number = Decimal(format(float(raw), ".15g"))
    if not number.is_finite():
        raise ValueError("not a finite number")
    return format(number, "f") if abs(number) < Decimal(10) ** 21 else str(number)


_UNIT = r"[^\s:：()（）、，,/;；]+"
_BETWEEN_UNITS = re.compile(r"\s*[、，,/;；]\s*")
_UNIT_LINE = re.compile(rf"单\s*位\s*[:：]\s*({_UNIT}(?:{_BETWEEN_UNITS.pattern}{_UNIT})*)")
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")


def folded(text: str) -> str:
    """Return a text without white space, in the usual forms of its characters."""
    plain = unicodedata.normalize("NFKC", text).replace("【", "[").replace("】", "]")
    return "".join(plain.split()).casefold()


def label_key(text: str) -> str:
    """Return what is compared of a header or sheet name: no white space, no leading mark, no bracketed unit."""
    plain = folded(text).lstrip("*★※").rstrip("*★※:")
    return unbracketed(plain) or plain


def bracketed(text: str) -> tuple[str, ...]:
    """Return what a header says in brackets, for instance its unit."""
    return tuple(part[1:-1].removeprefix("单位:") for part in _BRACKETED.findall(folded(text)))


def unbracketed(plain: str) -> str:
    """Return a folded header without what it says in brackets."""
    return _BRACKETED.sub("", plain)


def stated_parts(texts: Iterable[str]) -> Iterator[str]:
    """What the unit lines above a table state for all of it, folded: 单位：户、人、万元."""
    for text in texts:
        for line in _UNIT_LINE.findall(text):
            yield from map(folded, _BETWEEN_UNITS.split(line))


def is_plain_blank(text: str) -> bool:
    """Say whether a text shows nothing: blanks, no-break and zero-width blanks, byte order marks."""
    if text[:1].isalnum():  # most are not, and the rest is slow
        return False
    return not text.strip().strip("\u200b\u200e\u200f\u2060\ufeff\u00a0 ").strip()
