"""Random villages with rows of every ledger: how they are drawn, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from funds.enums import EnterpriseKind, Measure, ProjectStage
from funds.models import Benefit, Enterprise, Partnership, Project
from fupin.ledgers import LEDGERS
from fupin.models import Ledger, Region, RegionYear
from households.enums import (
    MAIN_CAUSES,
    Departure,
    Education,
    Health,
    LabourSkill,
    PovertyCategory,
    PovertyStatus,
    Relation,
    School,
    WorkPlace,
)
from households.income import IncomeKind
from households.models import Household, HouseholdYear, IncomeItem, LedgerEntry, Membership, Person
from households.work import WorkKind
from tests import factories as make

YEAR = make.YEAR
#: Years in which there are rows: before the earliest `since`, and after the report, too.
YEARS = range(YEAR - 4, YEAR + 2)
VILLAGES = ("421199103206", "421199103207", "421199103208")
#: Not in the township that is measured: its rows must never be counted there.
ELSEWHERE = "421199104201"
STATUSES = (
    PovertyStatus.EXITED_THIS_YEAR,
    PovertyStatus.EXITED_BEFORE,
    PovertyStatus.NOT_EXITED,
    PovertyStatus.RETURNED,
)
#: Measures that several figures or remarks count are drawn more often than the others.
OFTEN = tuple(Measure(number) for number in ("101", "111", "501", "502", "503", "601", "602", "603", "604"))
ENTERPRISES = {
    "青松农业": EnterpriseKind.COMPANY,
    "红叶油茶": EnterpriseKind.COMPANY,
    "满山合作社": EnterpriseKind.COOPERATIVE,
    "丰年家庭农场": EnterpriseKind.FARM,
    "周家养牛场": EnterpriseKind.LEADER,
}

# --- drawing -------------------------------------------------------------------------------------------------

#: Hypothesis draws rows much alike once it has drawn some; chance does not. How many there are still shrinks.
randoms = st.randoms(use_true_random=True)
numbers = st.none() | st.integers(0, 3000)
areas = st.none() | st.decimals(0, 99999, places=2)
words = st.sampled_from(["", "南部", "花生、水稻", "{poor:户人}"])
LENGTHS = [(2800, "米"), ("2.80", "公里"), (0, "米"), (0, "公里"), ("0.5", "km"), (500, "M"), (8, "个")]


@st.composite
def profiles(draw):
    people, labour = draw(numbers), draw(numbers)
    values = {
        "people": people,
        "labour": labour,
        # Within the whole, where the whole is known: the database refuses the rest.
        "agricultural_people": draw(st.none() | st.integers(0, 3000 if people is None else people)),
        "away_labour": draw(st.none() | st.integers(0, 3000 if labour is None else labour)),
        "is_key_village": draw(st.none() | st.booleans()),
    }
    for name in ("groups", "hamlets", "households", "party_members", "secretaries", "deputy_directors",
                 "family_planning_officers"):  # fmt: skip
        values[name] = draw(numbers)
    for name in ("territory", "farmland", "forest", "water"):
        values[name] = draw(areas)
    return values | {name: draw(words) for name in ("position", "main_industries", "main_income")}


def an_amount(random):
    """In 元: what is paid, 16 where 16 万元 was meant, nothing, or not known."""
    paid = Decimal(random.randrange(10_000_000)).scaleb(-2)
    return random.choice([paid, paid, 60_000, 333_350, 16, 0, None])


def a_number(random):
    return random.choice([None, 0, random.randrange(200), random.randrange(200)])


def a_year(random):
    return random.choice([YEAR, YEAR, YEAR, *YEARS])


def an_exit(random, year):
    status = random.choice(STATUSES)
    exit_year = {
        PovertyStatus.EXITED_THIS_YEAR: year,
        PovertyStatus.EXITED_BEFORE: random.randint(2012, year - 1),
    }.get(status)
    return {"status": status, "exit_year": exit_year}


def a_version(random, year):
    """What is known of a household in a year; income as {kind: amount}."""
    return {
        "year": year,
        "category": random.choice([*PovertyCategory.values, PovertyCategory.GENERAL]),
        "on_roll": random.random() < 0.85,
        "main_cause": random.choice(["", *MAIN_CAUSES]),
        **an_exit(random, year),
        "members": [a_member(random) for _ in range(random.randrange(4))],
        "income": {random.choice(IncomeKind.values): an_income(random) for _ in range(random.randrange(4))},
    }


def a_member(random):
    return {
        "present": random.random() < 0.75,
        "work_place": random.choice(["", "", *WorkPlace.values]),
        "education": random.choice(["", *Education.values]),
        "health": random.choice(["", *Health.values]),
        "labour_skill": random.choice(["", *LabourSkill.values]),
        "school": random.choice(["", *School.values]),
        "work_months": random.choice([None, *range(13)]),
        "born": date(
            YEAR - random.choice([0, 5, 6, 15, 16, 35, 36, 59, 60, 79, 80]),
            *random.choice([(1, 1), (12, 31)]),
        ),
    }


def an_income(random):
    """In 元 of a household: where a band begins for one, two or three people, a 分 below, or anything."""
    begins = random.choice([3000, 4000, 6000, 10000]) * random.choice([1, 1, 2, 3])
    return random.choice([Decimal(begins), begins - Decimal("0.01"), random.randrange(40_000), 0])


def a_household(random):
    """Where it is in the last year (in its village, moved, nowhere), and what there is of other years."""
    at = random.choices(["here", "nowhere", "next village", "elsewhere"], [8, 1, 1, 1])[0]
    other = random.choice([None, None, YEAR - 1, YEAR + 1])
    rows = [("here", a_version(random, other))] if other else []
    return rows if at == "nowhere" else [(at, a_version(random, YEAR)), *rows]


def a_benefit(random):
    return {
        "household": random.randrange(4),
        "person": random.choice([None, *range(5)]),
        "measure": random.choice([*Measure, *OFTEN, *OFTEN]),
        "year": a_year(random),
        "is_dated": random.random() < 0.5,
        "amount": an_amount(random),
        "quantity": random.choice([None, 0, 3]),
        "enterprise": random.choice([None, *ENTERPRISES]),
    }


def a_partnership(random):
    return random.randrange(5), random.choice(list(ENTERPRISES)), random.choice([YEAR, YEAR, YEAR, YEAR - 1])


def a_project(random):
    return {
        "year": a_year(random),
        "position": random.choice([None, 0, 1, 2, 3]),
        "stage": random.choice([*ProjectStage, ProjectStage.DONE]),
        "amount": an_amount(random),
        "length": random.choice([(None, ""), *LENGTHS]),
    }


def an_entry(random):
    return {"kind": random.choice(WorkKind.values), "year": a_year(random), "attendance": a_number(random)}


def a_nil(random):
    return random.choice(sorted(LEDGERS)), a_year(random)


def some(a_row, most):
    """None, one, or up to so many rows of a ledger."""
    counts = st.sampled_from([0, 1, most // 2, most, most])
    return st.builds(lambda random, count: [a_row(random) for _ in range(count)], randoms, counts)


def one(a_row, *given):
    """One of them, for an edit."""
    return randoms.map(lambda random: a_row(random, *given))


villages = st.fixed_dictionaries(
    {
        "profile": profiles() | st.none(),
        "households": some(a_household, 5),
        "benefits": some(a_benefit, 16),
        "partnerships": some(a_partnership, 5),
        "projects": some(a_project, 6),
        "work": some(an_entry, 6),
        "nil": some(a_nil, 6),
    }
)
windows = st.fixed_dictionaries({"first": st.integers(YEAR - 3, YEAR), "since": st.integers(YEAR - 3, YEAR)})

# --- writing -------------------------------------------------------------------------------------------------


@contextmanager
def rolled_back():
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class County:
    """The villages with every year open, and the enterprises that work in all of them."""

    places: dict[str, Region]
    enterprises: dict[str, Enterprise]


def open_county() -> County:
    places = {code: make.region(code, f"村{code[-3:]}") for code in (*VILLAGES, ELSEWHERE)}
    RegionYear.objects.bulk_create(
        RegionYear(region=place, year=year) for place in places.values() for year in YEARS
    )
    made = {
        name: Enterprise.objects.create(name=name, kind=kind, region=places[ELSEWHERE])
        for name, kind in ENTERPRISES.items()
    }
    return County(places, made)


@dataclass
class Home:
    """A household that was written, with everybody who was ever a member."""

    household: Household
    people: list[Person] = field(default_factory=list)


def build(county: County, code: str, drawn: dict[str, Any]) -> Region:
    """Write a drawn village; households that have moved away into the next one, or out of the township."""
    place = county.places[code]
    if drawn["profile"] is not None:
        make.VillageYearFactory(region=place, **drawn["profile"])
        make.VillageYearFactory(region=place, year=YEAR - 1, **drawn["profile"])
    following = VILLAGES[(VILLAGES.index(code) + 1) % len(VILLAGES)] if code in VILLAGES else ELSEWHERE
    at = {"here": place, "next village": county.places[following], "elsewhere": county.places[ELSEWHERE]}
    homes = [_home([(at[where], version) for where, version in rows]) for rows in drawn["households"]]
    if homes:
        Benefit.objects.bulk_create(_benefits(county, place, homes, drawn["benefits"]))
        Partnership.objects.bulk_create(_partnerships(county, place, homes, drawn["partnerships"]))
    Project.objects.bulk_create(project(place, index, row) for index, row in enumerate(drawn["projects"]))
    LedgerEntry.objects.bulk_create(entry(place, index, row) for index, row in enumerate(drawn["work"]))
    for kind, year in drawn["nil"]:
        # A village that has rows cannot say that it has none.
        Ledger.objects.unscoped("tests").get_or_create(
            region=place, year=year, kind=kind, defaults={"state": Ledger.State.NIL}
        )
    return place


def _home(versions_at: list[tuple[Region, dict[str, Any]]]) -> Home:
    home = Home(make.HouseholdFactory())
    for place, version in versions_at:
        values = {name: value for name, value in version.items() if name not in ("members", "income")}
        row = make.HouseholdYearFactory(region=place, household=home.household, **values)
        for index, known in enumerate(version["members"]):
            relation = Relation.HEAD if index == 0 else Relation.OTHER
            home.people.append(member(row, relation=relation, **known).person)
        IncomeItem.objects.bulk_create(
            IncomeItem(region=place, year=row.year, household_year=row, kind=kind, amount=amount)
            for kind, amount in version["income"].items()
        )
    return home


def member(row: HouseholdYear, *, present: bool = True, **values: Any) -> Membership:
    departure = "" if present else Departure.OTHER
    born = {"person__birth_date": values.pop("born")} if "born" in values else {}
    return make.MembershipFactory(household_year=row, present=present, departure=departure, **born, **values)


def _benefits(county: County, place: Region, homes: list[Home], drawn: list[Any]) -> Iterator[Benefit]:
    known = set()
    for values in drawn:
        home = homes[values["household"] % len(homes)]
        row = benefit(county, place, home, values)
        key = (row.household_id, row.person_id, row.measure, row.year, row.on)
        if key not in known:
            known.add(key)
            yield row


def benefit(county: County, place: Region, home: Home, values: dict[str, Any]) -> Benefit:
    """A benefit that is not yet saved."""
    names_person = values["person"] is not None and home.people
    return Benefit(
        region=place, year=values["year"], household=home.household, measure=values["measure"],
        person=home.people[values["person"] % len(home.people)] if names_person else None,
        on=date(values["year"], 6, 30) if values["is_dated"] else None, amount=values["amount"],
        quantity=values["quantity"], unit="" if values["quantity"] is None else "份",
        enterprise=county.enterprises.get(values["enterprise"]),
    )  # fmt: skip


def _partnerships(
    county: County, place: Region, homes: list[Home], drawn: list[Any]
) -> Iterator[Partnership]:
    keys = {(homes[at % len(homes)].household, name, year) for at, name, year in drawn}
    for household, name, year in sorted(keys, key=lambda key: (key[0].pk, *key[1:])):
        yield Partnership(region=place, year=year, household=household, enterprise=county.enterprises[name])


def project(place: Region, index: int, drawn: dict[str, Any]) -> Project:
    """A project that is not yet saved; its name has no digit, so that a remark's digits are its numbers."""
    values = {name: value for name, value in drawn.items() if name != "length"}
    quantity, unit = drawn["length"]
    return Project(
        region=place, name=f"项目{'甲乙丙丁戊己庚'[index]}", quantity=quantity, unit=unit, **values
    )


def entry(place: Region, index: int, drawn: dict[str, Any]) -> LedgerEntry:
    """An entry of the work ledger that is not yet saved."""
    return LedgerEntry(
        region=place, year=drawn["year"], on=date(drawn["year"], 3, 1 + index), title=f"主题{index}",
        kind=drawn["kind"], attendance=drawn["attendance"],
    )  # fmt: skip
