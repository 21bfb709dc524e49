"""From the declared facts to rows: a village profile, its registered households, their members, and the ledgers.

The rows are plain dicts of Python values, one key per column of the village workbook's sheets. The same facts and seed
give the same rows on every machine.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from households.conditions import Housing
from households.enums import PovertyCategory, PovertyStatus

from . import families, members
from .contradictions import contradictions
from .households import Row, households_of
from .ledgers import NoChoice, ledger_rows
from .marginals import SEARCH_LIMIT, Bounded, Contradiction, Count, near_splits, share_out, sizes, tabulate
from .members import Member
from .people import HouseholdNumbers, NameBook, NumberBook, PhoneBook
from .shape import FIRST_REGISTRATION_YEAR, VillageFacts

# Another draw of illness, age and sizes may leave more people who can work, and households to choose from; facts that
# fail this often are at odds.
ATTEMPTS = 20
# Ways of dividing each category into households with and without pupils that are tried before giving up.
PUPIL_SPLITS = 400
PUPIL_SPLIT_STEPS = 2_000


@dataclass(frozen=True)
class VillageRows:
    """The rows of one village's workbook, by sheet; those of its ledgers may be none."""

    village: list[Row]
    households: list[Row]
    members: list[Row]
    income: list[Row] = field(default_factory=list)
    benefits: list[Row] = field(default_factory=list)
    projects: list[Row] = field(default_factory=list)
    partnerships: list[Row] = field(default_factory=list)
    work: list[Row] = field(default_factory=list)
    texts: list[Row] = field(default_factory=list)
    #: What no sheet has: steps of the projects, and the money given to them and paid (county_money.py).
    steps: list[Row] = field(default_factory=list)
    allocations: list[Row] = field(default_factory=list)
    payments: list[Row] = field(default_factory=list)

    def by_sheet(self) -> dict[str, list[Row]]:
        """The rows by the names of the workbook's sheets."""
        return {
            "村情": self.village,
            "户": self.households,
            "人": self.members,
            "收入": self.income,
            "措施与资金": self.benefits,
            "项目": self.projects,
            "市场主体": self.partnerships,
            "工作台账": self.work,
            "下一步": self.texts,
        }


@dataclass
class Home:
    """A household while it is being made up; pupils None means that no fact speaks about it."""

    category: PovertyCategory
    exit_year: int | None
    size: int
    pupils: bool | None
    family: list[Member] = field(default_factory=list)


def compose(facts: VillageFacts, *, seed: int) -> VillageRows:
    """Invent a village for which every fact holds; raise Contradiction where none can exist."""
    problems = list(contradictions(facts))
    if problems:
        raise Contradiction("; ".join(problems))
    failed = Contradiction("nothing was tried")
    for attempt in range(ATTEMPTS):
        try:
            return _attempt(facts, f"{facts.village.code}/{seed}/{attempt}")
        except NoChoice as error:
            failed = error
    raise failed


def _attempt(facts: VillageFacts, seed: str) -> VillageRows:
    """Invent a village; raise NoChoice where another draw may come out better."""
    # A text seed is hashed by its bytes, the same in every process.
    rng = random.Random(seed)  # noqa: S311 - invents people, guards nothing
    homes = _homes(facts, rng)
    _populate(homes, facts, rng)
    everyone = [member for home in homes for member in home.family]
    if not members.give_work(everyone, facts.registered.wage_workers, rng):
        raise NoChoice(
            f"{facts.registered.wage_workers} wage workers are more than those able to work among "
            f"{facts.registered.total}"
        )
    rows = rows_of(facts, homes, rng)
    if facts.ledgers is None:
        return rows
    # A chance of their own: what the ledgers come to say moves nobody in the register.
    rng = random.Random(f"{seed}/ledgers")  # noqa: S311 - as above
    return replace(
        rows, **ledger_rows(facts, facts.ledgers, households_of(rows.households, rows.members), rng)
    )


def _homes(facts: VillageFacts, rng: random.Random) -> list[Home]:
    """Return the households with their sizes, so that all marginals hold at once."""
    years = sorted(facts.registered.by_exit_year, key=lambda year: (year is None, year))
    rows = [facts.registered.by_exit_year[year] for year in years]
    # Without pupils there is one set of columns, searched to the end; of the many splits none is worth that.
    limit = SEARCH_LIMIT if facts.registered.with_pupils is None else PUPIL_SPLIT_STEPS
    for columns in _columns(facts):
        table = tabulate(rows, [bounds for _, _, bounds in columns], limit=limit)
        if table is None:
            continue
        homes = [
            Home(category, year, size, pupils)
            for year, cells in zip(years, table, strict=True)
            for (category, pupils, bounds), cell in zip(columns, cells, strict=True)
            for size in sizes(cell, bounds.smallest, bounds.largest, rng)
        ]
        rng.shuffle(homes)  # a village is not numbered by exit year
        return homes
    pupils = facts.registered.with_pupils
    raise Contradiction(
        f"found no households of 1 to {families.LARGEST} people that fit the exit years and the categories at once"
        + (f" with {pupils} where somebody goes to school" if pupils else "")
    )


Column = tuple[PovertyCategory, bool | None, Bounded]


def _columns(facts: VillageFacts) -> Iterator[list[Column]]:
    """Yield the categories as columns, each cut in two where the facts count households with pupils."""
    categories = list(facts.registered.by_category)
    counts = [facts.registered.by_category[category] for category in categories]
    pupils = facts.registered.with_pupils
    if pupils is None:
        yield [
            (category, None, Bounded(count, 1, families.LARGEST))
            for category, count in zip(categories, counts, strict=True)
        ]
        return
    tried = 0
    for split in _pupil_splits(counts, pupils):
        columns: list[Column] = []
        for category, count, schooled in zip(categories, counts, split, strict=True):
            columns.append(
                (category, True, Bounded(schooled, families.SMALLEST_WITH_PUPIL, families.LARGEST))
            )
            columns.append((category, False, Bounded(count - schooled, 1, families.LARGEST)))
        columns = [column for column in columns if column[2].count != Count(0, 0)]
        if not all(column[2].holds_together() for column in columns):
            continue
        yield columns
        tried += 1
        if tried == PUPIL_SPLITS:
            return


def _pupil_splits(counts: list[Count], pupils: Count) -> Iterator[list[Count]]:
    """Yield ways to divide the households with pupils over the categories, likely ones first."""
    smallest, largest = families.SMALLEST_WITH_PUPIL, families.LARGEST
    beyond_one = [count.people - count.households for count in counts]
    highs = [min(count.households, extra) for count, extra in zip(counts, beyond_one, strict=True)]
    nothing = [0] * len(counts)
    for households in near_splits(
        pupils.households, nothing, highs, share_out(pupils.households, beyond_one)
    ):
        lows, tops = [], []
        for part, count in zip(households, counts, strict=True):
            rest = count.households - part
            lows.append(max(smallest * part, count.people - largest * rest))
            tops.append(min(largest * part, count.people - rest))
        if any(low > top for low, top in zip(lows, tops, strict=True)):
            continue
        wishes = share_out(pupils.people, households)
        # Of one division of the households only some divisions of the people are worth a try.
        for tried, people in enumerate(near_splits(pupils.people, lows, tops, wishes)):
            if tried == 20:
                break
            yield [Count(a, b) for a, b in zip(households, people, strict=True)]


def _newborn_home(homes: list[Home]) -> Home | None:
    """Return the household that a child is born into; a village of lone elders has none."""
    fitting = [
        home
        for home in homes
        if home.category != PovertyCategory.WUBAO
        and families.frames(home.size, pupils=home.pupils, newborn=True)
    ]
    return min(fitting, key=lambda home: abs(home.size - 4), default=None)


def _populate(homes: list[Home], facts: VillageFacts, rng: random.Random) -> None:
    """Put a family with names, birthdays, health and numbers into every home."""
    end = date(facts.year, 12, 31)
    names = NameBook(rng)
    newborn_home = _newborn_home(homes)
    for home in homes:
        relatives = families.make_family(
            home.size,
            pupils=home.pupils,
            newborn=home is newborn_home,
            elderly=home.category == PovertyCategory.WUBAO,
            rng=rng,
        )
        home.family = members.name_family(relatives, names, end, rng, newborn=home is newborn_home)
        for member in home.family:
            members.settle(member, home.category, end, rng)
    everyone = [member for home in homes for member in home.family]
    members.mark_the_unusual(everyone, names)
    members.give_numbers(everyone, NumberBook(facts.county.code[:6]), rng)


def rows_of(facts: VillageFacts, homes: Sequence[Home], rng: random.Random) -> VillageRows:
    """Return the village's rows: its profile, and its homes in the order of their numbers."""
    numbers = HouseholdNumbers(facts.first_household_number)
    phones = PhoneBook(first=facts.first_household_number % 10_000_000)
    household_rows: list[Row] = []
    member_rows: list[Row] = []
    for home in homes:
        number = numbers.issue()
        household_rows.append(_household_row(number, home, facts, phones, rng))
        member_rows.extend(members.row(number, member) for member in home.family)
    return VillageRows([_village_row(facts)], household_rows, member_rows)


def _village_row(facts: VillageFacts) -> Row:
    profile = facts.profile
    return {
        "village_code": facts.village.code,
        "village_name": facts.village.name,
        "township_name": facts.township.name,
        "is_key_village": profile.is_key_village,
        "position": profile.position,
        "groups": profile.groups,
        "hamlets": len(profile.hamlets),
        "households": profile.households,
        "people": profile.people,
        "agricultural_people": profile.agricultural_people,
        "labour": profile.labour,
        "away_labour": profile.away_labour,
        "territory": profile.territory,
        "farmland": profile.farmland,
        "forest": profile.forest,
        "water": profile.water,
        "main_industries": "、".join(profile.main_industries),
        "main_income": "、".join(profile.main_income),
        "party_members": profile.party_members,
        "secretaries": profile.secretaries,
        "deputy_directors": profile.deputy_directors,
        "family_planning_officers": profile.family_planning_officers,
    }


def _household_row(
    number: str, home: Home, facts: VillageFacts, phones: PhoneBook, rng: random.Random
) -> Row:
    hamlet = rng.choice(facts.profile.hamlets)
    main_cause, other_causes = members.causes(home.family, rng)
    lone_elder = home.size == 1 and home.family[0].age >= 70
    return {
        "household_number": number,
        "group": hamlet.group,
        "hamlet": hamlet.name,
        "head_name": home.family[0].name,
        "people": home.size,
        "category": home.category,
        "status": _status(home.exit_year, facts.year),
        "exit_year": home.exit_year,
        "registered_on": _registered_on(home.exit_year, facts.year, rng),
        "main_cause": main_cause,
        "other_causes": other_causes,
        "phone": None if lone_elder and rng.random() < 0.5 else phones.issue(),
        "housing": Housing.SAFE,
        "house_area": Decimal(rng.randint(25, 40) + 20 * home.size),
        "water_safe": True,
        "farmland": Decimal(rng.randint(2, 14)) / 10 * home.size,
        "forest": Decimal(rng.randint(0, 20)) / 10 * home.size,
        "remark": None,
    }


def _status(exit_year: int | None, year: int) -> PovertyStatus:
    if exit_year is None:
        return PovertyStatus.NOT_EXITED
    return PovertyStatus.EXITED_THIS_YEAR if exit_year == year else PovertyStatus.EXITED_BEFORE


def _registered_on(exit_year: int | None, year: int, rng: random.Random) -> date:
    """Return a date in the first half of its year: before the exit, which is decided in its last months."""
    latest = year if exit_year is None else exit_year
    registered = FIRST_REGISTRATION_YEAR
    if rng.random() < 0.2:
        registered = rng.randint(FIRST_REGISTRATION_YEAR, latest)
    return date(registered, rng.randint(1, 6), rng.randint(1, 28))
