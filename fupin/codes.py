"""Code lists: official numbers with their Chinese names, what else people call them, and the years they hold.

A list is declared member by member::

    class LabourSkill(CodeList):
        ORDINARY = code("01", "普通劳动力")
        WEAK = code("05", "弱劳动力或半劳动力", "弱劳动力", "半劳动力", since=2018)

Beyond that it is an ordinary TextChoices: `.choices` holds every year's members, so that a new year adds no migration
to rows of an old one.
"""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import ClassVar, NamedTuple, Self

from django.db import models

from fupin.numbers import mask_in_text

__all__ = ["CodeDescription", "CodeList", "UnknownCode", "YesNo", "code"]

#: A longer list is not told in full in an error; the template workbook has it.
LABELS_IN_REMEDY = 30
LABELS_OF_LONG_LIST = 10
QUOTED_CHARACTERS = 30

#: "01 一般贫困户", "01-一般贫困户", "(01)一般贫困户"; and the other way round.
_NUMBER_FIRST = re.compile(r"[(\[【]?(\d{1,2})[)\]】]?[-.:、_—]*(\D.*)", re.ASCII)
_NUMBER_LAST = re.compile(r"(.*[^\d(\[【])[(\[【-](\d{1,2})[)\]】]?", re.ASCII)


class UnknownCode(ValueError):
    """A text that a list does not know: why, and what to do, in sentences for the person who typed it."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(f"{reason}{remedy}")
        self.reason = reason
        self.remedy = remedy

    def __reduce__(self) -> tuple[type[UnknownCode], tuple[str, str]]:
        # Reading a workbook happens in a child process: the error must survive the way back.
        return type(self), (self.reason, self.remedy)


class CodeDescription(NamedTuple):
    """A member as the documentation shows it."""

    code: str
    label: str
    aliases: tuple[str, ...]
    years: str


def code(
    value: str, label: str, *aliases: str, since: int | None = None, until: int | None = None
) -> tuple[str, tuple[str, ...], int | None, int | None, str]:
    """Declare a member: its official number and name, its aliases, the first and last year it holds."""
    # The label comes last: there Django's choices look for it. The rest goes to CodeList.__new__.
    return value, aliases, since, until, label


class CodeList(models.TextChoices):
    """A code list; the docstring of each names the form or standard it comes from."""

    aliases: tuple[str, ...]
    since: int | None
    until: int | None

    #: Texts that could mean several members, or none: never guessed, and what to do instead.
    __unclear__: ClassVar[dict[str, str]] = {}

    def __new__(
        cls, value: str, aliases: tuple[str, ...] = (), since: int | None = None, until: int | None = None
    ) -> Self:
        """Make a member; its value is the number alone."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.aliases, member.since, member.until = aliases, since, until
        return member

    def holds_in(self, year: int) -> bool:
        """Whether the member is part of the list in a year."""
        return (self.since or year) <= year <= (self.until or year)

    @property
    def years(self) -> str:
        """The years it holds, in words; empty when it always does."""
        if self.since and self.until:
            return f"{self.since}—{self.until}年"
        if self.since:
            return f"{self.since}年起"
        return f"至{self.until}年" if self.until else ""

    @classmethod
    def read(cls, text: str, year: int | None = None) -> Self:
        """Return the member that a text means, by number, name, alias or both at once; or raise UnknownCode."""
        key = _key(text)
        if not key:
            raise UnknownCode("没有填写。", cls._remedy(year))
        if (remedy := _unclear(cls).get(key)) is not None:
            raise UnknownCode(f"“{_quoted(text)}”的含义不明确。", remedy)
        member = cls._look_up(key) or cls._both(key, text, year)
        if member is None:
            raise UnknownCode(f"没有“{_quoted(text)}”这一项。", cls._remedy(year, key))
        if year is not None and not member.holds_in(year):
            raise UnknownCode(f"{year}年度没有“{member.label}”这一项（{member.years}）。", cls._remedy(year))
        return member

    @classmethod
    def _look_up(cls, key: str) -> Self | None:
        words = _words(cls)
        # Excel makes 1 of 01.
        value = words.get(key) or (words.get(key.zfill(_width(cls))) if key.isdecimal() else None)
        return None if value is None else cls(value)

    @classmethod
    def _both(cls, key: str, text: str, year: int | None) -> Self | None:
        """The member of "01 一般贫困户"; number and name must agree."""
        if found := _NUMBER_FIRST.fullmatch(key):
            number, name = found.groups()
        elif found := _NUMBER_LAST.fullmatch(key):
            name, number = found.groups()
        else:
            return None
        by_number, by_name = cls._look_up(number), cls._look_up(name)
        if by_number and by_name and by_number is not by_name:
            raise UnknownCode(
                f"“{_quoted(text)}”的编号与名称不是同一项：{number}是“{by_number.label}”。", cls._remedy(year)
            )
        return by_name if by_number else None

    @classmethod
    def _remedy(cls, year: int | None, key: str = "") -> str:
        members = cls._members(year)
        # An alias close to what was typed counts, but only official names are proposed.
        words = {_key(word): member for member in members for word in (*member.aliases, str(member.label))}
        close = list(
            dict.fromkeys(str(words[word].label) for word in get_close_matches(key, words, n=2, cutoff=0.5))
        )
        proposal = f"是否应为{'或'.join(f'“{label}”' for label in close)}？" if close else ""
        labels = [str(member.label) for member in members]
        if len(labels) > LABELS_IN_REMEDY:
            return f"{proposal}可填：{'、'.join(labels[:LABELS_OF_LONG_LIST])}等{len(labels)}项，见填表说明。"
        return f"{proposal}可填：{'、'.join(labels)}。"

    @classmethod
    def _members(cls, year: int | None) -> list[Self]:
        return [member for member in cls if year is None or member.holds_in(year)]

    @classmethod
    def for_year(cls, year: int) -> list[tuple[str, str]]:
        """Return the choices of a form in a year."""
        return [(member.value, str(member.label)) for member in cls._members(year)]

    @classmethod
    def describe(cls) -> list[CodeDescription]:
        """Return the list as the documentation shows it."""
        return [
            CodeDescription(member.value, str(member.label), member.aliases, member.years) for member in cls
        ]


class YesNo:
    """Yes, no, or not collected: three different things. A namespace: the answers are True, False and None."""

    YES: ClassVar[bool] = True
    NO: ClassVar[bool] = False

    _WORDS: ClassVar[dict[str, bool]] = {
        **dict.fromkeys(("是", "有", "对", "√", "✓", "✔", "☑", "1", "y", "yes", "t", "true"), True),
        **dict.fromkeys(
            ("否", "无", "不是", "没有", "×", "✕", "✗", "✘", "x", "0", "n", "no", "f", "false"), False
        ),
    }

    @classmethod
    def read(cls, text: str, year: int | None = None) -> bool | None:
        """Return what a text answers, None for a blank; or raise UnknownCode. Every year has the same answers."""
        key = _key(text)
        if not key:
            return None
        if key not in cls._WORDS:
            raise UnknownCode(
                f"“{_quoted(text)}”既不是“是”也不是“否”。", "请填“是”或“否”；没有采集的整格留空。"
            )
        return cls._WORDS[key]


@cache
def _words(codes: type[CodeList]) -> dict[str, str]:
    """Every text that means a member, with the member's number."""
    words: dict[str, str] = {}
    for member in codes:
        for word in (member.value, str(member.label), *member.aliases):
            if words.setdefault(_key(word), member.value) != member.value:
                raise TypeError(f"{codes.__name__}: {word} stands for two members.")
    return words


@cache
def _unclear(codes: type[CodeList]) -> dict[str, str]:
    """The terms that mean no single member, with what to do about them."""
    return {_key(term): remedy for term, remedy in codes.__unclear__.items()}


@cache
def _width(codes: type[CodeList]) -> int:
    """How many digits the numbers of a list have."""
    return max(len(member.value) for member in codes)


def _key(text: str) -> str:
    """What two spellings of one word have in common: width of characters, white space, case."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\s'\u00ad\u200b-\u200f\u2060\ufeff]", "", text).casefold()


def _quoted(text: str) -> str:
    # Someone's number may stand in the wrong column; masked before cutting, while it still can be recognised.
    text = mask_in_text(text.strip())
    return text if len(text) <= QUOTED_CHARACTERS else f"{text[:QUOTED_CHARACTERS]}…"
