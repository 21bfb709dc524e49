"""Which wording a report speaks: the county's newest version for its years, or the one that comes with the portal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from fupin.access import Action, Actor
from fupin.models import Level, Region
from fupin.refusals import Refused
from fupin.scope import ScopedQuerySet
from reports.figures.declare import Figure
from reports.figures.window import Window
from reports.models import Era, NarrativeTemplate, era_of
from reports.wording.grammar import Wording, parse
from reports.wording.saying import Names, figures_of

WORDINGS = Path(__file__).resolve().parent.parent / "wording"
#: What the file of a kind's wording is called after the kind. A kind without one for an era takes the first.
SHIPPED = {Era.UNTIL_2020: "", Era.SINCE_2021: "_2021"}


@dataclass(frozen=True)
class ChosenWording:
    """A wording, the figures it wants, and what whoever reads the report must be told of the choice."""

    wording: Wording
    figures: list[Figure]
    notice: str = ""


def wording_for(
    kind: str, window: Window, *, names: Names, words: Mapping[str, str], version: int | None = None
) -> ChosenWording:
    """The wording of a kind of report in a window, by the window's last year and the region's county.

    With a version it is that one (0: the shipped one), whatever was saved since. A stored text that no longer holds (a figure that was taken away) does not take the report down: the shipped
    wording stands in, and the notice says so. One query.
    """
    era = era_of(window.last)
    stored = wording_version(county_code(window.region), kind, era, version)
    notice = ""
    if stored is not None and not stored.is_shipped:
        try:
            wording = parsed(stored.text)
            return ChosenWording(wording, figures_of(wording, names, words, window))
        except Refused as refused:
            notice = (
                f"本县的措辞（{era.label}，{stored}）已不能使用，现按系统自带措辞编写，"
                f"请县级办公室修改措辞。{refused}"
            )
    wording = shipped_wording(kind, era)
    return ChosenWording(wording, figures_of(wording, names, words, window), notice)


@lru_cache(maxsize=64)
def parsed(text: str) -> Wording:
    """A text read as a wording; each text once."""
    return parse(text)


@cache
def shipped_text(kind: str, era: Era) -> str:
    """The text that comes with the portal."""
    path = WORDINGS / f"{kind}{SHIPPED[era]}.txt"
    if not path.exists():
        path = WORDINGS / f"{kind}.txt"
    return path.read_text(encoding="utf-8")


def shipped_wording(kind: str, era: Era = Era.UNTIL_2020) -> Wording:
    """The wording that comes with the portal."""
    return parsed(shipped_text(kind, era))


def county_code(region: Region) -> str:
    """The code of the county that a region is or lies in; "" above a county."""
    digits = Level.COUNTY.value
    return region.code[:digits].ljust(len(region.code), "0") if region.level >= Level.COUNTY else ""


def newest_version(county: str, kind: str, era: Era | str) -> NarrativeTemplate | None:
    """The version in force of the county of this code, None if it never had one."""
    return wording_version(county, kind, era)


def wording_version(
    county: str, kind: str, era: Era | str, version: int | None = None
) -> NarrativeTemplate | None:
    """The version of this number of a county's wording, or the one in force; None where there is none."""
    rows = NarrativeTemplate.objects.unscoped("how a county words its reports is no secret to their readers")
    rows = rows.filter(region=county, kind=kind, era=era).order_by("-version")
    return rows.first() if version is None else rows.filter(version=version).first()


def text_in_force(newest: NarrativeTemplate | None, kind: str, era: Era) -> str:
    """The text of the version in force; the shipped one where there is none, or where it was had back."""
    return newest.text if newest is not None and newest.text else shipped_text(kind, era)


def versions_of(actor: Actor, county: str, kind: str, era: Era) -> ScopedQuerySet:
    """The versions of a county's wording that the actor may edit, newest first."""
    rows = NarrativeTemplate.objects.visible_to(actor, Action.WORDING).select_related("created_by")
    return rows.filter(region=county, kind=kind, era=era).order_by("-version")
