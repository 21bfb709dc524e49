"""What tests of single figures and remarks share: a row or two, and what the report then says."""

from __future__ import annotations

from typing import Any

from funds.models import Benefit
from fupin.access import SYSTEM
from fupin.models import Region
from households.models import HouseholdYear, Membership, Person
from reports.figures.measure import measure
from reports.figures.village import BASES
from reports.figures.window import Window
from reports.queries.summary import build_summary, window_of
from tests import factories as make

YEARS = range(2014, 2018)


def open_years(*codes: str) -> None:
    """The years since 2014 of villages."""
    for code in codes:
        for year in YEARS:
            make.village(code, "", year=year)


def window(place: Region, **years: int) -> Window:
    return window_of(place, **{"first": 2016, "last": 2017, "since": 2014, **years})


def results(place: Region, *codes: str, **years: int) -> list[tuple[str | None, int]]:
    """(as shown, rows) of the figures, in this order."""
    asked = window(place, **years)
    found = measure([figure for base in BASES for figure in base.all_figures(asked)], asked)
    return [(None if found[c].shown is None else str(found[c].shown), found[c].rows) for c in codes]


def remarks(place: Region, **years: int) -> list[str]:
    """What the summary remarks."""
    summary = build_summary(kind="village", window=window(place, **years), actor=SYSTEM)
    return [remark.text for remark in summary.remarks]


def give(row: HouseholdYear, measure: str, year: int = 2017, **values: Any) -> Benefit:
    """Something that a household was given."""
    return make.BenefitFactory(
        region=row.region, household=row.household, measure=measure, year=year, **values
    )


def somebody(row: HouseholdYear) -> Person:
    """The person of a household that was registered first."""
    return Membership.objects.unscoped("tests").filter(household_year=row).order_by("pk").first().person
