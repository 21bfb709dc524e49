"""The reference village in counties of three sizes, each a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fupin.access import SYSTEM, Role
from fupin.domain.regions import save_regions
from fupin.domain.users import assign_role
from fupin.domain.years import open_years
from fupin.models import Region, User
from reports.domain.county import write_village
from reports.domain.reference import load_reference_village
from reports.reference.compose import VillageRows
from reports.reference.county import PlannedVillage, compose_villages, plan_county
from reports.reference.facts import COUNTY, NEIGHBOURS, QILIPING, WANTIANFAN
from tests.bench.scratch import Scratch, settle

YEAR = WANTIANFAN.year
FACTORS = (1, 10, 100)
#: Who looks at what: log-in name, role, region.
USERS = (
    ("village", Role.CLERK, WANTIANFAN.village.code),
    ("township", Role.TOWNSHIP, QILIPING.code),
    ("county", Role.COUNTY, COUNTY.code),
)


@dataclass(frozen=True)
class Size:
    """How large a run is."""

    #: Other villages in the smallest county; the others have 10 and 100 times as many.
    villages: int
    households_each: int
    rounds: int
    repeat: int
    #: Households of the larger workbook that is imported, and rows of the set that is written.
    workbook: int
    rows: int


FULL = Size(villages=4, households_each=60, rounds=7, repeat=5, workbook=660, rows=10_000)
QUICK = Size(villages=1, households_each=2, rounds=1, repeat=1, workbook=20, rows=50)


def make_counties(scratch: Scratch, size: Size) -> dict[int, str]:
    """Database by factor: the reference village's township is the same in all, the rest of the county grows."""
    name = scratch.create("base")
    load_reference_village()
    for username, role, code in USERS:
        user = User.objects.create(username=username, name=username, must_change_password=False)
        assign_role(
            user=user, role=role, region=Region.objects.unscoped("bench").get(code=code), actor=SYSTEM
        )
    most = size.villages * FACTORS[-1]
    plan = plan_county(households=most * size.households_each, villages=most, seed=1, year=YEAR)
    neighbours = [
        PlannedVillage(place, QILIPING, size.households_each, 4_900_000_000 + 10_000 * index)
        for index, place in enumerate(NEIGHBOURS)
        if place.code.startswith(QILIPING.code[:9])
    ]
    composed = compose_villages([*neighbours, *plan.villages], seed=1, year=YEAR)
    _load(composed, len(neighbours))
    made: dict[int, str] = {}
    there = 0
    for factor in FACTORS:
        name = scratch.copy(name, f"x{factor}")
        scratch.enter(name)
        _load(composed, factor * size.villages - there)
        there = factor * size.villages
        settle()
        made[factor] = name
    return made


def _load(composed: Iterator[tuple[PlannedVillage, VillageRows]], count: int) -> None:
    for _ in range(count):
        village, rows = next(composed)
        places = (village.township, village.place)
        save_regions(regions=[(place.code, place.name) for place in places], actor=SYSTEM)
        region = Region.objects.unscoped("bench").get(code=village.place.code)
        open_years(villages=[region], year=YEAR, actor=SYSTEM)
        write_village(region, village, rows, year=YEAR)
