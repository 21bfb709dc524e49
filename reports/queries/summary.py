"""Building a summary: wording, figures and remarks of a region and a period, from live rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from fupin.access import Action, Actor, may
from fupin.models import Level, Region
from fupin.refusals import Refused
from reports.figures import projects, village
from reports.figures.agree import Check, Remark
from reports.figures.coverage import coverage_of
from reports.figures.declare import Base, Figure, Listing
from reports.figures.measure import list_rows, measure
from reports.figures.result import Result
from reports.figures.window import Window, year_window
from reports.queries.odd import odd_projects
from reports.queries.texts import OWN, own_words
from reports.queries.wordings import ChosenWording, wording_for
from reports.wording.grammar import Wording, with_own_words
from reports.wording.saying import Names, Run, Speaker, figures_of, in_lines, with_coverage


@dataclass(frozen=True)
class Kind:
    """A kind of report: its wording's file, its figures, the sums that must agree, the levels it is written for."""

    code: str
    label: str
    bases: tuple[Base, ...]
    names: Names
    checks: tuple[Check, ...]
    levels: tuple[Level, ...]
    #: Listings whose amounts and lengths are looked at for slips of the unit: of a village, where equals are few.
    examined: tuple[str, ...] = ()
    #: Whether it counts by day, so that it can be of half a year or a quarter.
    by_day: bool = False
    #: Whether it is of one year, with what has accumulated since the programme began, and of no other period.
    of_one_year: bool = False
    #: Whether every region of its levels owes one for each year.
    is_due: bool = False

    def check_period(self, window: Window) -> None:
        """Raise Refused for a part of a year, of what counts by years."""
        if window.part and not self.by_day:
            years = f"{window.last} 或 {window.last - 1}..{window.last}"
            raise Refused(f"{self.label}按整年编写，期间请写成 {years}。")
        if self.of_one_year and window != year_window(window.region, window.last):
            raise Refused(f"{self.label}按一个年度编写，期间请写成 {window.last}。")


KINDS = {
    kind.code: kind
    for kind in (
        Kind(
            "village",
            "村年度总结",
            village.BASES,
            village.NAMES,
            village.CHECKS,
            (Level.VILLAGE,),
            examined=("projects", "planned"),
            is_due=True,
        ),
        Kind(
            "region",
            "年度总结",
            village.BASES,
            village.NAMES_ABOVE,
            village.CHECKS,
            (Level.TOWNSHIP, Level.COUNTY),
            is_due=True,
        ),
        Kind(
            "projects",
            "项目建设总结",
            projects.BASES,
            projects.NAMES,
            projects.CHECKS,
            (Level.TOWNSHIP, Level.COUNTY),
            by_day=True,
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
class Summary:
    """A report as it stands at this moment."""

    kind: Kind
    window: Window
    title: str
    sections: list[Section]
    remarks: list[Remark]
    #: What whoever reads it must be told of its wording.
    notice: str = ""

    @property
    def period(self) -> str:
        """The period as it is printed: 2018年上半年; with the year since which things accumulate, where they do."""
        return self.window.years if self.kind.by_day else f"{self.window.years}，累计自{self.window.since}年"

    @property
    def results(self) -> list[Result]:
        """All results in the order they are read."""
        return [result for section in self.sections for result in section.results]


def kind_for(kind: str, window: Window, kinds: Mapping[str, Kind] = KINDS) -> Kind:
    """The kind of report of this code, if there is one for such a region and period; else raises Refused."""
    if kind not in kinds:
        raise Refused(f"没有“{kind}”这种报告，可选：{'、'.join(kinds)}。")
    report = kinds[kind]
    if window.region.level not in report.levels:
        levels = "、".join(str(level.label) for level in report.levels)
        raise Refused(f"{report.label}按{levels}编写，{window.region}不是{levels}。")
    report.check_period(window)
    return report


def build_summary(
    *,
    kind: str,
    window: Window,
    actor: Actor,
    wording: Wording | None = None,
    version: int | None = None,
) -> Summary:
    """Measure and say a report, in the county's wording unless another is given (a preview).

    With `version` it is that version of the county's wording, whatever was saved since (0: the shipped one). Raises
    Refused for an unknown kind, a wrong level, a missing right, or a given wording that does not hold.
    """
    report = kind_for(kind, window)
    if not may(actor, Action.REPORT, window.region.code):
        raise Refused(f"您没有查看{window.region}汇总的权限。")
    words = words_about(window)
    if wording is None:
        chosen = wording_for(kind, window, names=report.names, words=words, version=version)
    else:
        chosen = ChosenWording(wording, figures_of(wording, report.names, words, window))
    spoken = with_own_words(chosen.wording, own_words(window, report.names, words))
    wanted = figures_of(spoken, report.names, words, window)
    wanted += [figure for check in report.checks for figure in check.figures(window)]
    listings = [thing for thing in report.names.values() if isinstance(thing, Listing)]
    coverage = coverage_of(window, [*wanted, *(listing.base for listing in listings)])
    results = measure(wanted, window, coverage)
    listed = {listing.name: list_rows(listing, window, coverage) for listing in listings}
    speaker = Speaker(report.names, words, results, window, listed)
    # A line of which every clause has vanished is no paragraph.
    sections = [
        Section(s.title, with_coverage([runs for p in s.paragraphs for runs in in_lines(speaker.say(p))]))
        for s in spoken.sections
    ]
    title = "".join(run.text for run in speaker.say(spoken.title))
    remarks = [remark for check in report.checks for remark in check.remarks(results, window)]
    remarks += [remark for name in report.examined for remark in odd_projects(listed[name])]
    return Summary(report, window, title, sections, remarks, chosen.notice)


def words_about(window: Window) -> dict[str, str]:
    """What a wording may say about the report itself."""
    township = window.region.parent if window.region.is_village else None
    return {
        "place": window.region.name,
        "township": township.name if township else "",
        "whole": f"全{window.region.name[-1:]}",
        "years": window.years,
        "last": str(window.last),
        "since": str(window.since),
        "until": f"{window.ends.year}年{window.ends.month}月底",
        # A village's own words stand in lines of their own, and are put there before anything is said.
        **dict.fromkeys(OWN, ""),
    }


_ROW_FIGURE = re.compile(r"([a-z_]+)\.(\d{1,4})\.(quantity|amount)")


def figure_by_code(code: str, window: Window) -> Figure | None:
    """The figure of this code in a window, None if there is none; that of a listing's row is looked up."""
    for kind in KINDS.values():
        for base in kind.bases:
            for figure in base.all_figures(window):
                if figure.code == code:
                    return figure
        found = _ROW_FIGURE.fullmatch(code)
        listing = kind.names.get(found[1]) if found else None
        if found and isinstance(listing, Listing):
            items = list_rows(listing, window, coverage_of(window, [])).items
            number = int(found[2])
            return getattr(items[number - 1], found[3]) if 0 < number <= len(items) else None
    return None


def definition_name(figure: Figure) -> str:
    """The name under which 指标口径 has a figure: that of its listing for a figure of a single row."""
    found = _ROW_FIGURE.fullmatch(figure.code)
    return found[1] if found else figure.code


def kind_of(figure: Figure, level: int) -> Kind | None:
    """The kind of report that states a figure at a level of region, None where none does."""
    return next((kind for kind in KINDS.values() if figure.base in kind.bases and level in kind.levels), None)


def window_of(region: Region, *, first: int, last: int, since: int | None = None, part: str = "") -> Window:
    """A window; without `since`, what has accumulated begins with the period."""
    return Window(region, first, last, first if since is None else since, part)
