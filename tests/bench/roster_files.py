"""Rosters as the national system exported them in 2019, of an invented county that has nobody of them yet."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fupin.access import SYSTEM
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import Region
from households.interfaces.roster_columns import ROSTER_2019
from reports.reference.county import compose_villages, plan_county
from reports.reference.facts import COUNTY
from tests.bench.world import YEAR
from tests.imports.exports import DANGEROUS, STATUS_2019, said, text

#: Households of such a county have 2.3 people on average; its villages 120 households.
PER_HOUSEHOLD, PER_VILLAGE = 2.2, 120
TITLES = ("全国扶贫开发信息系统", "导出时间：2017年12月31日")
OF_HOUSEHOLD = ("people", "exit_year", "phone", "hamlet")
OF_MEMBER = ("name", "id_number")
SAID_OF_HOUSEHOLD = ("category", "main_cause", "water_safe", "water_shortage")
SAID_OF_MEMBER = (
    "relation", "ethnicity", "education", "school", "health", "labour_skill", "work_place", "work_months",
    "illness_insurance",
)  # fmt: skip


def write_roster(path: Path, people: int) -> dict[str, str]:
    """Write a roster of so many people, in whole households; the regions it names, by code, whole villages first to last."""
    plan = plan_county(
        households=max(2, int(people / PER_HOUSEHOLD)),
        villages=max(1, int(people / PER_HOUSEHOLD / PER_VILLAGE)),
        seed=1,
        year=YEAR,
    )
    places: dict[str, str] = {}
    book = Workbook(write_only=True)
    page = book.create_sheet("Sheet1")
    for line in (*([title] for title in TITLES), [header for header, _ in ROSTER_2019]):
        page.append(line)
    written = 0
    for village, rows in compose_villages(plan.villages, seed=1, year=YEAR):
        places |= {village.township.code: village.township.name, village.place.code: village.place.name}
        for row in _rows(rows.households, rows.members, village.township.name, village.place.name):
            page.append([text(row.get(name)) if name else None for _, name in ROSTER_2019])
            written += 1
        if written >= people:
            break
    book.save(path)
    return places


def _rows(
    households: list[dict[str, Any]], members: list[dict[str, Any]], township: str, village: str
) -> Iterator[Mapping[str, Any]]:
    homes = {home["household_number"]: home for home in households}
    place = {"county_name": COUNTY.name, "township_name": township, "village_name": village}
    for number, found in itertools.groupby(members, key=lambda member: member["household_number"]):
        home, family = homes[number], list(found)
        if not all(member["id_number"] for member in family):
            continue  # that export has no birth date, by which they could be told apart
        of_home = {
            **place, "household_number": number, "status": STATUS_2019[home["status"]],
            "dangerous_house": DANGEROUS[home["housing"]], **{name: home.get(name) for name in OF_HOUSEHOLD},
            **{name: said(name, home.get(name)) for name in SAID_OF_HOUSEHOLD},
        }  # fmt: skip
        for member in family:
            yield {
                **of_home,
                **{name: member.get(name) for name in OF_MEMBER},
                **{name: said(name, member.get(name)) for name in SAID_OF_MEMBER},
            }


def open_places(places: Mapping[str, str]) -> Region:
    """Make the regions of a roster and open the year in its villages; the county."""
    save_regions(regions=list(places.items()), actor=SYSTEM)
    villages = Region.objects.unscoped("bench").filter(code__in=[c for c in places if not c.endswith("000")])
    open_years(villages=list(villages), year=YEAR, actor=SYSTEM)
    return Region.objects.unscoped("bench").get(code=COUNTY.code)
