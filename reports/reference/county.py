"""An invented county of any size, made village by village: the same order gives the same rows on every machine.

It lies in the reference village's county and beside it: townships, household numbers, personal numbers and phones
come from ranges that the reference village leaves free.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import product

from households.conditions import Housing
from households.enums import PovertyCategory

from . import families, members
from .compose import Home, VillageRows, rows_of
from .county_income import county_income
from .county_ledgers import county_ledgers
from .county_money import county_grants, county_money
from .facts import CITY, COUNTY, NEIGHBOURS, PROVINCE, WANTIANFAN
from .households import Row, households_of
from .marginals import Count, share_out
from .people import NameBook, NumberBook
from .shape import FIRST_REGISTRATION_YEAR, Hamlet, Place, Profile, Registered, VillageFacts

VILLAGES_IN_TOWNSHIP = 14
# Three digits of a township's code: towns are 1xx, townships 2xx; the first few are real ones' and the reference's.
TOWNSHIP_CODES = range(110, 300)
FIRST_TOWNSHIP, LAST_TOWNSHIP = (f"{COUNTY.code[:6]}{TOWNSHIP_CODES[i]}" for i in (0, -1))
FIRST_VILLAGE = 201
FIRST_HOUSEHOLD_NUMBER = 5_000_000_000
# Sequences of each birthday and sex that the reference village's people have to themselves.
RESERVED_SEQUENCES = 20
MOST_HOUSEHOLDS, MOST_VILLAGES, MOST_IN_VILLAGE = 1_000_000, 2_500, 5_000

# Shares among registered households in a county of central China, and how large they are: 2.3 people on average.
CATEGORIES = {PovertyCategory.GENERAL: 45, PovertyCategory.DIBAO: 35, PovertyCategory.WUBAO: 20}
SIZES: dict[PovertyCategory, dict[int, int]] = {
    PovertyCategory.GENERAL: {1: 13, 2: 26, 3: 28, 4: 21, 5: 8, 6: 3, 7: 1},
    PovertyCategory.DIBAO: {1: 34, 2: 32, 3: 19, 4: 10, 5: 4, 6: 1},
    PovertyCategory.WUBAO: {1: 93, 2: 7},
}
STILL_POOR = 20  # in a hundred

TREES = "松柏杉桐枫柳槐桂竹茶梅李枣栗柿樟榆桑荷兰"
LANDS = (
    "树坡",
    "林岗",
    "子冲",
    "花坳",
    "园畈",
    "山塘",
    "家堰",
    "木岭",
    "香湾",
    "溪口",
    "庄",
    "坪",
    "垸",
    "桥",
)
TOWN_FIRST = "金银青白清长永太双三五九龙凤石大"
TOWN_LAST = ("溪河", "泉寺", "云岗", "沙铺", "星塘", "岩店", "门楼", "风坳", "湖嘴", "坝口", "柏林", "岭关")
HAMLET_FIRST = ("上", "下", "东", "西", "老", "新", "大", "小")
HAMLET_LAST = ("屋湾", "塘湾", "冲湾", "坡湾", "畈湾", "井湾", "堰湾")
INDUSTRIES = (
    "水稻",
    "花生",
    "油茶",
    "茶叶",
    "板栗",
    "中药材",
    "黄牛",
    "黑山羊",
    "生猪",
    "蔬菜",
    "香菇",
    "小龙虾",
)
INCOMES = ("务农", "外出务工", "养殖", "就近务工", "经商")
POSITIONS = ("东部", "南部", "西部", "北部", "东南部", "东北部", "西南部", "西北部", "中部")
TAKEN_NAMES = frozenset(place.name for place in (*NEIGHBOURS, WANTIANFAN.village, *WANTIANFAN.regions_above))


class ImpossibleCounty(ValueError):
    """A county of these numbers cannot be made."""


@dataclass(frozen=True)
class PlannedVillage:
    """A village that is to be made: where it lies, how many households it has, and the number of the first."""

    place: Place
    township: Place
    households: int
    first_household_number: int


@dataclass(frozen=True)
class CountyPlan:
    """What a call of make_county stands for. Every name depends on all four numbers, and so tells plans apart."""

    households: int
    seed: int
    year: int
    townships: tuple[Place, ...]
    villages: tuple[PlannedVillage, ...]


def plan_county(*, households: int, villages: int, seed: int, year: int) -> CountyPlan:
    """Share households over villages and villages over townships. Raises ImpossibleCounty."""
    if not 1 <= villages <= MOST_VILLAGES:
        raise ImpossibleCounty(f"村数应为1至{MOST_VILLAGES}，不是{villages}")
    if not villages <= households <= min(MOST_HOUSEHOLDS, villages * MOST_IN_VILLAGE):
        raise ImpossibleCounty(
            f"{villages}个村的户数应为{villages}至{min(MOST_HOUSEHOLDS, villages * MOST_IN_VILLAGE)}，不是{households}"
        )
    if not FIRST_REGISTRATION_YEAR <= year <= 2100:
        raise ImpossibleCounty(f"建档立卡始于{FIRST_REGISTRATION_YEAR}年，不能生成{year}年的数据")
    rng = _rng("plan", households, villages, seed, year)
    count = max(1, round(villages / VILLAGES_IN_TOWNSHIP))
    town_names = _names(rng, TOWN_FIRST, TOWN_LAST, count)
    townships = tuple(
        Place(f"{COUNTY.code[:6]}{code}000", f"{name}{'镇' if code < 200 else '乡'}")
        for code, name in zip(_spread(TOWNSHIP_CODES, count), town_names, strict=True)
    )
    sizes = _unequal(households, villages, 0.45, rng)
    names = iter(_names(rng, TREES, LANDS, villages))
    planned: list[PlannedVillage] = []
    number = FIRST_HOUSEHOLD_NUMBER
    for township, share in zip(townships, _unequal(villages, count, 0.12, rng), strict=True):
        for index in range(share):
            place = Place(f"{township.code[:9]}{FIRST_VILLAGE + index}", f"{next(names)}村")
            size = sizes[len(planned)]
            planned.append(PlannedVillage(place, township, size, number))
            number += size
    return CountyPlan(households, seed, year, townships, tuple(planned))


def compose_villages(
    villages: Iterable[PlannedVillage], *, seed: int, year: int
) -> Iterator[tuple[PlannedVillage, VillageRows]]:
    """Invent the villages one after the other; nothing is kept of a village but how many numbers it took."""
    numbers = NumberBook(COUNTY.code[:6], first=RESERVED_SEQUENCES)
    for village in villages:
        yield village, _compose_village(village, numbers, seed, year)


def _compose_village(village: PlannedVillage, numbers: NumberBook, seed: int, year: int) -> VillageRows:
    rng = _rng(village.place.code, village.place.name, seed, year)
    end = date(year, 12, 31)
    names = NameBook(rng, surnames=12 + village.households // 40)
    homes = [_home(names, end, rng) for _ in range(village.households)]
    everyone = [member for home in homes for member in home.family]
    members.give_numbers(everyone, numbers, rng)
    members.give_work(everyone, None, rng)
    facts = VillageFacts(
        year=year,
        regions_above=(PROVINCE, CITY, COUNTY, village.township),
        village=village.place,
        first_household_number=village.first_household_number,
        profile=_profile(homes, rng),
        registered=_registered(homes),
    )
    rows = rows_of(facts, homes, rng)
    for row in rows.households:
        # Safe housing and water are what leaving poverty is decided by: only those who have not may lack them.
        if row["exit_year"] is None:
            row["housing"] = rng.choices(
                (Housing.SAFE, Housing.DANGEROUS_C, Housing.DANGEROUS_D), (70, 18, 12)
            )[0]
            row["water_safe"] = rng.random() < 0.9
    homes_with_members = households_of(rows.households, rows.members)

    def own(what: str) -> random.Random:
        """A chance of its own: what the ledgers come to say moves nobody in the register."""
        return _rng(village.place.code, village.place.name, seed, year, what)

    ledgers = county_ledgers(
        village.place.name,
        homes_with_members,
        facts.profile.main_industries,
        year,
        own("ledgers"),
        own("later ledgers"),
    )
    money = county_money(
        ledgers["projects"], facts.profile.households, village.township.code, year, own("money")
    )
    return replace(
        rows, income=county_income(homes_with_members, year, own("income")), **{**ledgers, **money}
    )


def grants_of(villages: Iterable[PlannedVillage], *, seed: int, year: int) -> list[tuple[Row, list[Row]]]:
    """What the villages' county and townships were granted, each with its journal: all that the villages are given comes of it."""
    townships = [village.township for village in villages]
    return list(county_grants(townships, year, _rng("grants", seed, year)))


def _home(names: NameBook, end: date, rng: random.Random) -> Home:
    category = rng.choices(tuple(CATEGORIES), tuple(CATEGORIES.values()))[0]
    size = rng.choices(tuple(SIZES[category]), tuple(SIZES[category].values()))[0]
    home = Home(category, _exit_year(end.year, rng), size, None)
    elderly = category == PovertyCategory.WUBAO
    newborn = size >= families.SMALLEST_WITH_NEWBORN and not elderly and rng.random() < 0.01
    relatives = families.make_family(size, pupils=None, newborn=newborn, elderly=elderly, rng=rng)
    home.family = members.name_family(relatives, names, end, rng, newborn=newborn)
    for member in home.family:
        members.settle(member, category, end, rng)
    return home


def _exit_year(year: int, rng: random.Random) -> int | None:
    """Return the year of leaving poverty, later ones more often; None for those who have not left it."""
    if rng.randrange(100) < STILL_POOR:
        return None
    years = range(FIRST_REGISTRATION_YEAR, year + 1)
    return rng.choices(years, range(1, len(years) + 1))[0]


def _registered(homes: Sequence[Home]) -> Registered:
    households: Counter[int | None | PovertyCategory] = Counter()
    people: Counter[int | None | PovertyCategory] = Counter()
    for home in homes:
        for key in (home.exit_year, home.category):
            households[key] += 1
            people[key] += home.size
    counts = {key: Count(households[key], people[key]) for key in households}
    return Registered(
        total=Count(len(homes), sum(home.size for home in homes)),
        by_exit_year={key: count for key, count in counts.items() if not isinstance(key, PovertyCategory)},
        by_category={key: count for key, count in counts.items() if isinstance(key, PovertyCategory)},
    )


def _profile(homes: Sequence[Home], rng: random.Random) -> Profile:
    """Return a village of which these households are some fifth."""
    households = round(len(homes) * rng.uniform(3.5, 6)) + rng.randint(30, 90)
    people = round(households * rng.uniform(3.2, 3.9))
    labour = round(people * rng.uniform(0.45, 0.58))
    farmland, forest, water = (
        Decimal(rng.randint(low, high) * people) / 10 for low, high in ((8, 16), (5, 60), (1, 2))
    )
    hamlets = [first + last for first, last in product(HAMLET_FIRST, HAMLET_LAST)]
    rng.shuffle(hamlets)
    groups = rng.randint(3, 10)
    count = groups + rng.randint(0, groups)
    return Profile(
        is_key_village=rng.random() < 0.25,
        position=rng.choice(POSITIONS),
        groups=groups,
        hamlets=tuple(Hamlet(name, index % groups + 1) for index, name in enumerate(hamlets[:count])),
        households=households,
        people=people,
        agricultural_people=people - rng.randint(0, people // 20),
        labour=labour,
        away_labour=round(labour * rng.uniform(0.3, 0.7)),
        territory=((farmland + forest + water) * rng.randint(105, 130) / 100).quantize(Decimal("0.1")),
        farmland=farmland,
        forest=forest,
        water=water,
        main_industries=tuple(rng.sample(INDUSTRIES, 2)),
        main_income=tuple(rng.sample(INCOMES, 2)),
        party_members=rng.randint(15, min(60, people)),
        secretaries=1,
        deputy_directors=rng.randint(1, 3),
        family_planning_officers=1,
    )


def _unequal(total: int, parts: int, spread: float, rng: random.Random) -> list[int]:
    """Share a total into parts of one at least, unequal as real places are."""
    wishes = share_out(total - parts, [rng.lognormvariate(0, spread) for _ in range(parts)])
    shares = [int(wish) for wish in wishes]
    by_rest = sorted(range(parts), key=lambda index: shares[index] - wishes[index])
    for index in by_rest[: total - parts - sum(shares)]:
        shares[index] += 1
    return [share + 1 for share in shares]


def _names(rng: random.Random, first: Iterable[str], last: Iterable[str], count: int) -> list[str]:
    """Return invented names, none twice; the large county's later ones carry a second syllable more."""
    short = [a + b for a, b in product(first, last)]
    rng.shuffle(short)
    longer = (a + b for a, b in product(HAMLET_FIRST, short))
    names = (name for name in (*short, *longer) if not any(t.startswith(name) for t in TAKEN_NAMES))
    return [next(names) for _ in range(count)]


def _spread(codes: range, count: int) -> list[int]:
    """Return codes from the whole range, so that towns and townships mix."""
    return [codes[index * len(codes) // count] for index in range(count)]


def _rng(*words: object) -> random.Random:
    # A text seed is hashed by its bytes, the same in every process.
    return random.Random("/".join(map(str, words)))  # noqa: S311 - invents people, guards nothing
