"""Building a summary: wording, figures and remarks of a region and a period, from live rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fupin.access import Action, Actor, may
from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.figures import village
from reports.figures.declare import Agreement, Base, Figure, Window
from reports.figures.measure import Result, measure
from reports.wording.grammar import Wording, parse
from reports.wording.saying import Names, Run, Speaker, figures_of, said

WORDINGS = Path(__file__).resolve().parent.parent / "wording"


@dataclass(frozen=True)
class Kind:
    """A kind of report: its wording's file, its figures, the sums that must agree, the levels it is written for."""

    code: str
    label: str
    bases: tuple[Base, ...]
    names: Names
    agreements: tuple[Agreement, ...]
    levels: tuple[Level, ...]


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "village",
            "村年度总结",
            village.BASES,
            village.NAMES,
            village.AGREEMENTS,
            (Level.VILLAGE,),
        ),
    )
}


@dataclass(frozen=True)
class Section:
    """A heading, its paragraphs as runs, and the results they state, in order."""

    title: str
    paragraphs: list[list[Run]]

    @property
    def text(self) -> str:
        """The section's words."""
        return "\n".join("".join(run.text for run in paragraph) for paragraph in self.paragraphs)

    @property
    def results(self) -> list[Result]:
        """What the section states, in the order it is read; each figure once."""
        stated = (result for paragraph in self.paragraphs for run in paragraph for result in run.results)
        return list({result.figure.code: result for result in stated}.values())


@dataclass(frozen=True)
class Remark:
    """Sums that should agree and do not: what, the total, the parts."""

    title: str
    total: Result
    parts: list[Result]

    @property
    def text(self) -> str:
        """The remark in a sentence with both numbers."""
        parts = sum(int(result.value or 0) for result in self.parts)
        unit = self.total.figure.unit
        return f"{self.title}合计{parts}{unit}，与{self.total.figure.label}{said(self.total, unit)}不一致，请核对。"


@dataclass(frozen=True)
class Summary:
    """A report as it stands at this moment."""

    kind: Kind
    window: Window
    title: str
    sections: list[Section]
    remarks: list[Remark]

    @property
    def results(self) -> list[Result]:
        """All results in the order they are read."""
        return [result for section in self.sections for result in section.results]


def build_summary(*, kind: str, window: Window, actor: Actor) -> Summary:
    """Measure and say a report. Raises Refused for an unknown kind, a wrong level or a missing right."""
    if kind not in KINDS:
        raise Refused(f"没有“{kind}”这种报告，可选：{'、'.join(KINDS)}。")
    report = KINDS[kind]
    if window.region.level not in report.levels:
        levels = "、".join(str(level.label) for level in report.levels)
        raise Refused(f"{report.label}按{levels}编写，{window.region}不是{levels}。")
    if not may(actor, Action.REPORT, window.region.code):
        raise Refused(f"您没有查看{window.region}汇总的权限。")
    wording = shipped_wording(kind)
    words = words_about(window)
    wanted = {f.code: f for f in figures_of(wording, report.names, words, window)}
    for agreement in report.agreements:
        for pair in (agreement.total, *agreement.pairs(window)):
            wanted |= {figure.code: figure for figure in pair}
    results = measure(wanted.values(), window)
    speaker = Speaker(report.names, words, results, window)
    sections = [Section(s.title, [speaker.say(p) for p in s.paragraphs]) for s in wording.sections]
    title = "".join(run.text for run in speaker.say(wording.title))
    return Summary(report, window, title, sections, list(_remarks(report.agreements, results, window)))


@cache
def shipped_wording(kind: str) -> Wording:
    """The wording that comes with the portal."""
    return parse((WORDINGS / f"{kind}.txt").read_text(encoding="utf-8"))


def words_about(window: Window) -> dict[str, str]:
    """What a wording may say about the report itself."""
    township = window.region.parent if window.region.is_village else None
    return {
        "place": window.region.name,
        "township": township.name if township else "",
        "years": window.years,
        "last": str(window.last),
        "since": str(window.since),
    }


def _remarks(agreements: Sequence[Agreement], results: dict[str, Result], window: Window) -> Iterator[Remark]:
    for agreement in agreements:
        for total, *parts in zip(agreement.total, *agreement.pairs(window), strict=True):
            if results[total.code].value is None:
                continue
            if sum(int(results[part.code].value or 0) for part in parts) != results[total.code].value:
                yield Remark(agreement.title, results[total.code], [results[part.code] for part in parts])


def figure_by_code(code: str, window: Window) -> Figure | None:
    """The figure of this code in a window, None if there is none."""
    for kind in KINDS.values():
        for base in kind.bases:
            for figure in base.all_figures(window):
                if figure.code == code:
                    return figure
    return None


def window_of(region: Region, *, first: int, last: int, since: int | None = None) -> Window:
    """A window; without `since`, what has accumulated begins with the period."""
    return Window(region, first, last, first if since is None else since)
