"""What a wording may name: the figures of a kind of report, and the words about the report itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fupin.models import Level, Region
from reports.figures.declare import Base
from reports.figures.window import Window
from reports.queries.summary import KINDS, words_about
from reports.queries.texts import OWN
from reports.wording.saying import formats_of

#: The words about the report, and what each says.
WORDS = {
    "place": ("地名", "报告所写的村、乡镇或县"),
    "township": ("乡镇名", "村所在的乡镇"),
    "whole": ("全域", "全村、全镇、全县，按地名的最后一个字"),
    "years": ("工作年度", "报告所写的年度，如2017年、2016-2017年"),
    "last": ("报告年度", "报告期的最后一年，只有数字"),
    "since": ("累计开始年度", "累计从这一年算起，只有数字"),
    "until": ("期末", "报告期的最后一个月，如2018年6月底"),
    **{
        name: (f"{chapter.label}：村里的文字", "村里在“文字材料”中为这一节写的段落，单独写一行")
        for name, chapter in OWN.items()
    },
}
ABOUT = "报告本身"
#: A family is described for all its years at once.
EVERY_YEAR = "各年度"


@dataclass(frozen=True)
class Named:
    """A name that a wording may use: what it is called, what it counts, its slots in every format, its group."""

    name: str
    label: str
    definition: str
    slots: tuple[str, ...]
    group: str


def describe_names(kind: str) -> list[Named]:
    """Everything that a wording of this kind may name, the words about the report first, then base by base."""
    return [*_words(), *_figures(kind)]


def _words() -> Iterator[Named]:
    for name in words_about(sample_window()):
        label, definition = WORDS[name]
        yield Named(name, label, definition, _slots(name, formats_of(None)), ABOUT)


def _figures(kind: str) -> Iterator[Named]:
    bases: dict[str, list[Named]] = {}
    for name, thing in KINDS[kind].names.items():
        base: Base = getattr(thing, "base", None) or thing.figures(sample_window())[0].base
        # A figure's own unit is the usual way to say it, so that the bare number comes last.
        formats = sorted(formats_of(thing), key=lambda format_: not format_)
        label, definition = (text.replace("{years}", EVERY_YEAR) for text in (thing.label, _defined(thing)))
        bases.setdefault(base.code, []).append(
            Named(name, label, definition, _slots(name, formats), base.description)
        )
    for named in bases.values():
        yield from named


def _defined(thing: object) -> str:
    # A pair has no definition of its own: that of its households says which rows both count.
    return getattr(thing, "definition", "") or getattr(getattr(thing, "households", None), "definition", "")


def _slots(name: str, formats: list[str] | tuple[str, ...]) -> tuple[str, ...]:
    # What has no unit is said bare in either format.
    return tuple(f"{{{name}:{format_}}}" if format_ else f"{{{name}}}" for format_ in dict.fromkeys(formats))


def sample_window(region: Region | None = None, year: int = 2017) -> Window:
    """A window in which names are looked up: which names there are depends on no region and no year."""
    return Window(region or Region(code="0" * 12, name="", level=Level.COUNTY), year, year, year)
