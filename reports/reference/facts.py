"""The reference village, declared as its paper states it.

One dataclass per section of the village summary: sections 一 and 二 are here, a later section is a further field of
VillageFacts with its own dataclass. `contradictions` says what cannot hold at once before anybody is invented.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from households.enums import PovertyCategory

from .marginals import Count

FIRST_REGISTRATION_YEAR = 2014  # 建档立卡 was done nationwide in that year; nobody left poverty before it


@dataclass(frozen=True)
class Place:
    """A region: its 12-digit code and its name."""

    code: str
    name: str


@dataclass(frozen=True)
class Hamlet:
    """A natural hamlet 自然湾, and the number of the villager group it belongs to."""

    name: str
    group: int


@dataclass(frozen=True)
class Profile:
    """Section 一, 村基本情况. Areas in 亩."""

    is_key_village: bool
    position: str
    groups: int
    hamlets: tuple[Hamlet, ...]
    households: int
    people: int
    agricultural_people: int
    labour: int
    away_labour: int
    territory: Decimal
    farmland: Decimal
    forest: Decimal
    water: Decimal
    main_industries: tuple[str, ...]
    main_income: tuple[str, ...]
    party_members: int
    secretaries: int
    deputy_directors: int
    family_planning_officers: int


@dataclass(frozen=True)
class Registered:
    """Section 二, 精准扶贫基本情况; exit year None counts those who have not left poverty."""

    total: Count
    by_exit_year: Mapping[int | None, Count]
    by_category: Mapping[PovertyCategory, Count]
    # Read from section 三, where the measures are: they decide who lives in these households.
    with_pupils: Count | None = None
    wage_workers: int | None = None


@dataclass(frozen=True)
class VillageFacts:
    """Everything a summary of one village states, at the end of its year."""

    year: int
    regions_above: tuple[Place, ...]  # province, city, county, township
    village: Place
    first_household_number: int
    profile: Profile
    registered: Registered

    @property
    def township(self) -> Place:
        """The township the village lies in."""
        return self.regions_above[-1]

    @property
    def county(self) -> Place:
        """The county whose portal this is."""
        return self.regions_above[-2]


def contradictions(facts: VillageFacts) -> Iterator[str]:
    """Yield what cannot hold at once, in words; whether a table of households exists is the search's to say."""
    registered, profile = facts.registered, facts.profile
    for name, counts in (("exit year", registered.by_exit_year), ("category", registered.by_category)):
        total = sum(counts.values(), Count(0, 0))
        if total != registered.total:
            yield f"by {name} there are {total}, registered are {registered.total}"
    for year in registered.by_exit_year:
        if year is not None and not FIRST_REGISTRATION_YEAR <= year <= facts.year:
            yield f"exit year {year} is outside {FIRST_REGISTRATION_YEAR}-{facts.year}"
    if {hamlet.group for hamlet in profile.hamlets} != set(range(1, profile.groups + 1)):
        yield f"the hamlets do not cover the villager groups 1-{profile.groups}"
    if len({hamlet.name for hamlet in profile.hamlets}) != len(profile.hamlets):
        yield "two hamlets have one name"
    smaller_and_larger = (
        ("registered households", registered.total.households, "households", profile.households),
        ("registered people", registered.total.people, "people", profile.people),
        ("agricultural people", profile.agricultural_people, "people", profile.people),
        ("labour force", profile.labour, "people", profile.people),
        ("labour working away", profile.away_labour, "labour force", profile.labour),
        ("Party members", profile.party_members, "people", profile.people),
        (
            "farmland, forest and water",
            profile.farmland + profile.forest + profile.water,
            "territory",
            profile.territory,
        ),
        ("wage workers", registered.wage_workers or 0, "registered people", registered.total.people),
    )
    for part_name, part, whole_name, whole in smaller_and_larger:
        if part > whole:
            yield f"{part_name} {part} exceed {whole_name} {whole}"
    for code in (*(place.code for place in facts.regions_above), facts.village.code):
        if len(code) != 12 or not code.isdigit():
            yield f"region code {code} has not 12 digits"
    if not facts.village.code.startswith(facts.township.code[:9]):
        yield f"village {facts.village.code} lies outside township {facts.township.code}"


PROVINCE = Place("420000000000", "湖北省")
CITY = Place("421100000000", "黄冈市")
COUNTY = Place("421199000000", "云岭县")  # invented: no county has this code or this name
QILIPING = Place("421199103000", "七里坪镇")

# For demonstrations and scope tests: the villages next door and a second township, with nobody in them yet.
SECOND_TOWNSHIP = Place("421199104000", "松坡镇")
NEIGHBOURS = (
    Place("421199103207", "石桥畈村"),
    Place("421199103208", "枫树坳村"),
    Place("421199103209", "柳林冲村"),
    Place("421199104201", "松坡村"),
    Place("421199104202", "竹园岗村"),
)

WANTIANFAN = VillageFacts(
    year=2017,
    regions_above=(PROVINCE, CITY, COUNTY, QILIPING),
    village=Place("421199103206", "万田畈村"),
    first_household_number=4203206001,
    profile=Profile(
        is_key_village=False,
        position="南部",
        groups=7,
        hamlets=(
            Hamlet("上田湾", 1),
            Hamlet("下田湾", 1),
            Hamlet("塘角湾", 2),
            Hamlet("竹林湾", 3),
            Hamlet("桐树湾", 4),
            Hamlet("石堰湾", 5),
            Hamlet("高岗湾", 6),
            Hamlet("河边湾", 7),
        ),
        households=266,
        people=978,
        agricultural_people=978,
        labour=465,
        away_labour=300,
        territory=Decimal(4500),
        farmland=Decimal(1350),
        forest=Decimal(2000),
        water=Decimal(110),
        main_industries=("花生", "水稻"),
        main_income=("务农", "外出务工"),
        party_members=36,
        secretaries=1,
        deputy_directors=1,
        family_planning_officers=1,
    ),
    registered=Registered(
        total=Count(66, 156),
        by_exit_year={
            2014: Count(1, 5),
            2015: Count(8, 23),
            2016: Count(11, 38),
            2017: Count(46, 90),
        },
        by_category={
            PovertyCategory.GENERAL: Count(26, 89),
            PovertyCategory.DIBAO: Count(20, 47),
            PovertyCategory.WUBAO: Count(20, 20),
        },
        with_pupils=Count(20, 77),
        wage_workers=39,
    ),
)
