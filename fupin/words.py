"""Names by sound and by piece, and numbers as documents write them."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from itertools import groupby

from pypinyin import Style, lazy_pinyin

__all__ = ["half_up", "initials", "pinyin", "plain", "typed_keys", "wan_yuan"]

#: Han characters, the rare ones of personal names too (extensions A to H), or a word in Latin letters.
_SYLLABLES = re.compile(
    "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]|[A-Za-z]+", re.IGNORECASE
)

#: Characters that sound otherwise as a surname than they do alone.
_SURNAMES: dict[str, str] = dict(
    re.findall(
        r"(\w):([a-z]+)",
        "单:shan 仇:qiu 区:ou 解:xie 曾:zeng 查:zha 朴:piao 盖:ge 缪:miao 乐:yue 翟:zhai 员:yun 召:shao 种:chong "
        "秘:bi 折:she 繁:po 覃:qin 洗:xian 能:nai 佴:nai 郇:xun 祭:zha 阚:kan 句:gou 藏:zang 卜:bu 莘:xin 炅:gui 黑:he",
    )
)
_DOUBLE_SURNAMES = {
    "万俟": ["mo", "qi"],
    "尉迟": ["yu", "chi"],
    "单于": ["chan", "yu"],
    "长孙": ["zhang", "sun"],
    "澹台": ["tan", "tai"],
    "乐正": ["yue", "zheng"],
    "令狐": ["ling", "hu"],
}

#: Wide enough for any sum: the default context refuses what has more than 28 digits.
_CONTEXT = Context(prec=60)
_WAN_DIGITS = 4


def pinyin(name: str) -> str:
    """Return a personal name's full pinyin, "wangxiaoming" (ü as v, the way it is typed)."""
    return "".join(_sounds(name))


def initials(name: str) -> str:
    """Return the first letter of each syllable of a personal name, "wxm"."""
    return "".join(sound[0] for sound in _sounds(name))


def typed_keys(label: str) -> list[str]:
    """Return how a choice can be typed without an input method: numbers in its label, first sounds, sounds in full."""
    sounds = _read(_SYLLABLES.findall(label))
    keys = [*re.findall("[0-9]+", label), "".join(sound[0] for sound in sounds), "".join(sounds)]
    return list(dict.fromkeys(filter(None, keys)))


@lru_cache(maxsize=16)  # asked twice for each name: in full, and by initials
def _sounds(name: str) -> list[str]:
    syllables = _SYLLABLES.findall(name)
    # 阿依古丽·买买提: a name in parts has no Han surname in front.
    surname = [] if re.search(r"[·•・‧∙．]", name) else _surname(syllables)
    # The given name in one piece, so that 重阳 is read as a word.
    return [*surname, *_read(syllables[len(surname) :])]


def _surname(syllables: list[str]) -> list[str]:
    if double := _DOUBLE_SURNAMES.get("".join(syllables[:2])):
        return double
    # Alone, so that a surname is not read as the first half of a word that it makes with the given name.
    return [_SURNAMES.get(first) or sound for first in syllables[:1] for sound in _read([first])]


def _read(syllables: list[str]) -> list[str]:
    sounds: list[str] = []
    for latin, run in groupby(syllables, key=str.isascii):
        if latin:
            sounds += map(str.lower, run)
        else:
            sounds += _read_han("".join(run))
    return sounds


@lru_cache(maxsize=10_000)  # a county of 700,000 people shares its surnames and given names
def _read_han(text: str) -> list[str]:
    # A character beyond pypinyin's dictionary falls out.
    return lazy_pinyin(text, style=Style.NORMAL, errors="ignore")


def half_up(value: Decimal, places: int) -> Decimal:
    """Round half away from zero, as cadres do by hand; once, when shown."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP, context=_CONTEXT)


def plain(value: Decimal | int) -> str:
    """Return a number without exponent, trailing zeros or a minus before zero: 87.90 is 87.9."""
    text = format(Decimal(value), "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def wan_yuan(amount: Decimal, places: int = 2) -> str:
    """Return an amount in 元 as 万元, rounded and trimmed: 879000 is 87.9."""
    return plain(half_up(amount.scaleb(-_WAN_DIGITS, context=_CONTEXT), places))
