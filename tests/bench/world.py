"""The reference village in counties of three sizes, each a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from fupin.access import SYSTEM, Role
from fupin.domain.regions import save_regions
from fupin.domain.users import assign_role
from fupin.domain.years import open_years
from fupin.models import Region, User
from reports.domain.county import write_grants, write_village
from reports.domain.reference import load_reference_village
from reports.domain.texts import save_texts
from reports.reference.compose import VillageRows
from reports.reference.county import PlannedVillage, compose_villages, grants_of, plan_county
from reports.reference.facts import COUNTY, NEIGHBOURS, QILIPING, WANTIANFAN
from tests.bench.multiply import multiply, repeat_benefits
from tests.bench.scratch import Scratch, settle

YEAR = WANTIANFAN.year
#: A year in which everybody was given the same as in this one: the county's villages tell of the last three years only.
EARLIER = YEAR - 3
#: A county too small for its indexes to be worth using; only told, for none is so small.
TOY = "toy"
#: Counties that have so many times the other villages of the small one.
MANY = {"10x": 10, "100x": 100}
#: What every other village adds to its summary, as the reference village does.
TEXTS = (
    {"position": 1, "text": "继续巩固{poor:户人}的脱贫成果。"},
    {"position": 2, "text": "抓好产业发展。"},
)
#: Who looks at what: log-in name, role, region.
USERS = (
    ("village", Role.CLERK, WANTIANFAN.village.code),
    ("township", Role.TOWNSHIP, QILIPING.code),
    ("county", Role.COUNTY, COUNTY.code),
)


@dataclass(frozen=True)
class Size:
    """How large a run is."""

    #: Which counties are made, each out of the one before.
    counties: tuple[str, ...]
    #: Other villages in the toy county, and in the small one, of which the others have 10 and 100 times as many.
    toy: int
    villages: int
    households_each: int
    rounds: int
    repeat: int
    #: How often a page is looked at before it is timed.
    looks: int
    #: Households of the villages of which the summary is written, each a multiple of the first.
    sizes: tuple[int, ...]
    rounds_of_sizes: int
    #: How many times each household of the small county is there, in the same villages, where the county's figures are measured.
    grown: tuple[int, ...]
    #: How many times each village is there in two counties of which the dashboard is compared.
    multiplied: tuple[int, int]
    #: Households of the larger workbook that is imported, and rows of the set that is written.
    workbook: int
    rows: int
    #: Rows of the list that is taken away as a workbook.
    exported: int
    #: People of the rosters that are imported, the smaller so many times; and of those by django-import-export.
    rosters: tuple[int, int]
    rounds_of_rosters: int
    rosters_of_peer: tuple[int, int]


FULL = Size(
    counties=(TOY, "1x", "10x", "100x"),
    toy=4,
    villages=200,
    households_each=15,
    rounds=7,
    repeat=5,
    looks=2,
    sizes=(60, 600, 6_000),
    rounds_of_sizes=3,
    grown=(1, 10, 100),
    multiplied=(10, 100),
    workbook=660,
    rows=10_000,
    exported=100_000,
    rosters=(10_000, 100_000),
    rounds_of_rosters=3,
    rosters_of_peer=(10_000, 20_000),
)
QUICK = Size(
    counties=("1x", "10x"),
    toy=1,
    villages=2,
    households_each=2,
    rounds=1,
    repeat=1,
    looks=0,
    sizes=(5, 10, 20),
    rounds_of_sizes=1,
    grown=(1, 2),
    multiplied=(1, 2),
    workbook=20,
    rows=50,
    exported=50,
    rosters=(40, 80),
    rounds_of_rosters=1,
    rosters_of_peer=(40, 80),
)


def make_counties(scratch: Scratch, size: Size) -> dict[str, str]:
    """Database by name of the county: the reference village's township is the same in all, the rest grows."""
    name = scratch.create("base")
    load_reference_village()
    for username, role, code in USERS:
        user = User.objects.create(username=username, name=username, must_change_password=False)
        assign_role(
            user=user, role=role, region=Region.objects.unscoped("bench").get(code=code), actor=SYSTEM
        )
    plan = plan_county(
        households=size.villages * size.households_each, villages=size.villages, seed=1, year=YEAR
    )
    neighbours = [
        PlannedVillage(place, QILIPING, 60, 4_900_000_000 + 10_000 * index)
        for index, place in enumerate(NEIGHBOURS)
        if place.code.startswith(QILIPING.code[:9])
    ]
    villages = [*neighbours, *plan.villages]
    townships = {village.township.code: village.township.name for village in villages}
    save_regions(regions=list(townships.items()), actor=SYSTEM)
    write_grants(grants_of(villages, seed=1, year=YEAR))
    composed = compose_villages(villages, seed=1, year=YEAR)
    _load(composed, len(neighbours))
    sources = [village.place.code for village in plan.villages]
    made: dict[str, str] = {}
    loaded, times = 0, 1
    for county in size.counties:
        name = scratch.copy(name, county)
        scratch.enter(name)
        if county in MANY:
            multiply(sources, range(times, MANY[county]))
            times = MANY[county]
        else:
            wanted = size.toy if county == TOY else size.villages
            _load(composed, wanted - loaded)
            loaded = wanted
            if county != TOY:
                repeat_benefits(YEAR, EARLIER)
        settle()
        made[county] = name
    return made


def _load(composed: Iterator[tuple[PlannedVillage, VillageRows]], count: int) -> None:
    for _ in range(count):
        village, rows = next(composed)
        places = (village.township, village.place)
        save_regions(regions=[(place.code, place.name) for place in places], actor=SYSTEM)
        region = Region.objects.unscoped("bench").get(code=village.place.code)
        open_years(villages=[region], year=YEAR, actor=SYSTEM)
        write_village(region, village, rows, year=YEAR)
        save_texts(region=region, year=YEAR, rows=TEXTS, actor=SYSTEM)
