"""The ledgers of an invented county's villages: drawn household by household, nothing is searched or added up.

A village may keep no ledger of a kind, as villages do: its figures then say 暂无数据, and those of the county 覆盖n/m村.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from funds.enums import MEASURES, EnterpriseKind, Measure, ProjectNature, ProjectStage
from funds.ledgers import LedgerKind
from households.conditions import Housing
from households.enums import PovertyCategory, School
from households.ledgers import LedgerKind as HouseholdLedgerKind
from households.work import WORK as WORK_FACTS
from households.work import WorkKind

from .households import PROJECT, WORK, Household, Row, benefit, partnership, row_of
from .shape import FIRST_REGISTRATION_YEAR

#: In a hundred villages, and in a hundred projects.
NOT_KEPT, PLANNED, UNDER_WAY = 10, 15, 10
LEDGERS = (*LedgerKind, HouseholdLedgerKind.WORK)

#: Companies of the county, in many villages each.
COMPANIES = (
    ("云岭粮油", "水稻"),
    ("松坡茶业", "茶叶"),
    ("金岗油茶", "油茶"),
    ("青溪牧业", "黄牛"),
    ("竹园菌业", "香菇"),
    ("长冲药材", "中药材"),
    ("三泉水产", "小龙虾"),
    ("九岭果业", "板栗"),
)
#: Name, unit, least and most of it, and what one costs in 元.
PROJECTS: tuple[tuple[str, str, int, int, int], ...] = (
    ("通组公路", "公里", 1, 8, 180_000),
    ("便民桥", "座", 1, 2, 90_000),
    ("路灯", "盏", 20, 150, 1_500),
    ("安全饮水管网", "米", 800, 9_000, 40),
    ("山塘整治", "口", 1, 8, 18_000),
    ("文化广场", "平方米", 200, 1_500, 130),
    ("村卫生室", "平方米", 60, 160, 1_200),
    ("公厕", "座", 1, 6, 25_000),
    ("产业基地", "亩", 30, 600, 900),
    ("村级光伏电站", "千瓦", 30, 200, 6_500),
)
MEETINGS: dict[WorkKind, tuple[str, ...]] = {
    WorkKind.FIELD_MEETING: ("春耕生产", "果茶管护"),
    WorkKind.YARD_MEETING: ("移风易俗", "环境卫生"),
    WorkKind.HEADS_MEETING: ("贫困户评议", "项目公示"),
    WorkKind.POLICY: ("医疗保障政策", "教育资助政策", "小额信贷政策"),
    WorkKind.CONTEST: ("扶贫政策知识竞赛",),
    WorkKind.STORIES: ("扶贫日讲脱贫故事",),
    WorkKind.TRAINING: ("种养技术",),
    WorkKind.VISIT: ("春节慰问", "重阳慰问"),
}


@dataclass(frozen=True)
class Usual:
    """How a measure is usually given: to how many in a hundred households, and how much of it; amounts in 元."""

    percent: int
    amount: tuple[int, int] | None = None
    quantity: tuple[int, int] | None = None
    each_year: bool = False


#: Measures that a household has or has not, whoever lives there.
USUAL: dict[Measure, Usual] = {
    Measure.SOLAR: Usual(40, (1_800, 3_600), (3, 5), each_year=True),
    Measure.CATTLE: Usual(8, (1_000, 6_000), (1, 6)),
    Measure.BEES: Usual(3, (500, 3_000), (4, 20)),
    Measure.FARMING: Usual(15, (300, 2_000), (1, 10)),
    Measure.OWN_BUSINESS: Usual(6),
    Measure.ECOLOGY: Usual(5, (3_000, 4_800), each_year=True),
    Measure.POST: Usual(6, (3_000, 8_000), (1, 1), each_year=True),
    Measure.WATER: Usual(45),
}
#: A household has one of these at most, or (the rest to a hundred) none.
HOUSING: dict[Measure | None, int] = {
    Measure.RELOCATION: 12, Measure.REBUILD: 9, Measure.RENOVATION: 7, None: 72,
}  # fmt: skip
BORROWING, INSURED, ROOM_PER_PERSON = 20, 55, 25
#: 雨露计划 is for 中职 and 高职 alone, and pays so much a half-year; a worker's way to work costs so much a year; in 元.
VOCATIONAL = frozenset({
    School.VOCATIONAL_1, School.VOCATIONAL_2, School.VOCATIONAL_3, School.HIGHER_VOCATIONAL_1,
    School.HIGHER_VOCATIONAL_2, School.HIGHER_VOCATIONAL_3, School.COLLEGE,
})  # fmt: skip
YULU_STANDARD, WAY_STANDARD = Decimal(1_500), Decimal(500)
#: In a hundred: pupils and workers who are paid it, and households that share in the village's property, or in a cooperative.
PAID, SHARING, ASSOCIATED = 85, 65, 35


def county_ledgers(
    name: str,
    households: Sequence[Household],
    industries: Sequence[str],
    year: int,
    rng: random.Random,
    later: random.Random,
) -> dict[str, list[Row]]:
    """Return the rows of a village's ledgers by their names in VillageRows, but for its own words.

    What ledgers came later is left to another chance, which moves nothing in the others.
    """
    kept = frozenset(kind for kind in LEDGERS if rng.randrange(100) >= NOT_KEPT)
    village = Village(name, households, year, rng)
    partnerships = list(village.partnerships(industries)) if LedgerKind.PARTNERS in kept else []
    benefits = [row for household in households for row in village.benefits(household)]
    came_later = Village(name, households, year, later)
    benefits += [row for household in households for row in came_later.later_benefits(household)]
    return {
        "benefits": [row for row in benefits if MEASURES[row["measure"]].ledger in kept],
        "projects": list(village.projects()) if LedgerKind.PROJECTS in kept else [],
        "partnerships": partnerships,
        "work": list(village.work()) if HouseholdLedgerKind.WORK in kept else [],
    }


@dataclass(frozen=True)
class Village:
    """A village whose ledgers are made up; `companies` are those that have come to it."""

    name: str
    households: Sequence[Household]
    year: int
    rng: random.Random
    companies: list[str] = field(default_factory=list)

    def hit(self, percent: int) -> bool:
        """Whether one of so many in a hundred."""
        return self.rng.randrange(100) < percent

    def lately(self, household: Household) -> list[int]:
        """The last year, and in half the cases the one before too."""
        return household.years(self.year - self.rng.randint(0, 1), self.year)

    def some_year(self, household: Household) -> int:
        """One of the last three years."""
        return self.rng.choice(household.years(self.year - 2, self.year))

    def yuan(self, least: int, most: int) -> Decimal:
        """An amount in tens of 元."""
        return Decimal(self.rng.randrange(least, most + 1, 10))

    def benefits(self, household: Household) -> Iterator[Row]:
        """All that a household was given."""
        for measure, usual in USUAL.items():
            if self.hit(usual.percent) and (measure != Measure.WATER or household.row["water_safe"]):
                yield from self._usual(household, measure, usual)
        yield from self._house(household)
        yield from self._finance(household)
        yield from self._security(household)
        for pupil in household.pupils:
            if self.hit(80):
                amount = self.yuan(500, 3_000)
                yield benefit(household, Measure.EDUCATION, self.year, person=pupil, amount=amount)

    def _usual(self, household: Household, measure: Measure, usual: Usual) -> Iterator[Row]:
        person = (household.able or household.members)[0] if measure == Measure.POST else None
        quantity = usual.quantity and Decimal(self.rng.randint(*usual.quantity))
        for year in self.lately(household) if usual.each_year else [self.some_year(household)]:
            yield benefit(
                household, measure, year, person=person, quantity=quantity,
                unit=MEASURES[measure].unit if quantity else None,
                amount=usual.amount and self.yuan(*usual.amount),
            )  # fmt: skip

    def _house(self, household: Household) -> Iterator[Row]:
        measure = self.rng.choices(tuple(HOUSING), tuple(HOUSING.values()))[0]
        if measure is None or household.row["housing"] != Housing.SAFE:
            return
        year, room = self.some_year(household), Decimal(ROOM_PER_PERSON * household.people)
        if measure == Measure.RELOCATION:
            yield benefit(household, measure, year, quantity=room, unit="平方米")
        else:
            amount = self.yuan(15_000, 30_000) if measure == Measure.REBUILD else self.yuan(4_000, 10_000)
            day = date(year, self.rng.randint(4, 11), self.rng.randint(1, 28))
            yield benefit(household, measure, year, on=day, amount=amount)

    def _finance(self, household: Household) -> Iterator[Row]:
        if not self.hit(BORROWING) or not household.able:
            return
        company = self.rng.choice(self.companies) if self.companies else None
        year, amount = self.some_year(household), Decimal(10_000 * self.rng.randint(1, 5))
        yield benefit(household, Measure.LOAN, year, amount=amount, enterprise_name=company)
        if company:
            for later in range(year, self.year + 1):
                paid = amount * self.rng.randint(4, 9) / 100
                yield benefit(household, Measure.DIVIDEND, later, amount=paid, enterprise_name=company)

    def _security(self, household: Household) -> Iterator[Row]:
        if household.category == PovertyCategory.GENERAL:
            for measure, member in household.claims(self.year)[:2]:
                if self.hit(INSURED):
                    yield benefit(household, measure, self.year, person=member, amount=self.yuan(600, 2_400))
            return
        for year in self.lately(household):
            if household.category == PovertyCategory.DIBAO:
                people = Decimal(household.people)
                amount = people * self.yuan(1_200, 2_400)
                yield benefit(household, Measure.DIBAO, year, quantity=people, unit="人", amount=amount)
                continue
            for member in household.members:
                amount = self.yuan(3_600, 6_000)
                yield benefit(household, Measure.WUBAO, year, person=member, amount=amount)

    def later_benefits(self, household: Household) -> Iterator[Row]:
        """雨露计划, 务工补贴 and dividends, each with its standard."""
        for member in household.members:
            if member["school"] in VOCATIONAL and self.hit(PAID):
                yield from self._standard(
                    household, Measure.YULU, [self.year], YULU_STANDARD, 2, person=member
                )
            if member["work_months"] and self.hit(PAID):
                years = self.lately(household)
                yield from self._standard(
                    household, Measure.WORKING_AWAY, years, WAY_STANDARD, 1, person=member
                )
        for measure, percent in ((Measure.ASSET_DIVIDEND, SHARING), (Measure.OTHER_DIVIDEND, ASSOCIATED)):
            if self.hit(percent):
                years, shares = self.lately(household), self.rng.randint(1, 5)
                yield from self._standard(household, measure, years, self.yuan(80, 300), shares)

    def _standard(
        self,
        household: Household,
        measure: Measure,
        years: Sequence[int],
        standard: Decimal,
        count: int,
        *,
        person: Row | None = None,
    ) -> Iterator[Row]:
        for year in years:
            row = benefit(
                household, measure, year, person=person, quantity=Decimal(count), unit=MEASURES[measure].unit or "股",
                amount=count * standard,
            )  # fmt: skip
            yield {**row, "standard": standard}

    def partnerships(self, industries: Sequence[str]) -> Iterator[Row]:
        """Companies of the county that are in the village, and its own cooperatives, with their households."""
        firms = [
            (name, EnterpriseKind.COMPANY, business)
            for name, business in self.rng.sample(COMPANIES, self.rng.randint(0, 2))
        ]
        self.companies.extend(name for name, _, _ in firms)
        firms += [
            (f"{self.name}{business}专业合作社", EnterpriseKind.COOPERATIVE, business)
            for business in industries[: self.rng.randint(0, len(industries))]
        ]
        for name, kind, business in firms:
            for household in self.rng.sample(self.households, max(1, len(self.households) // 5)):
                for year in self.lately(household):
                    yield partnership(household, year, name=name, kind=kind, business=business)

    def projects(self) -> Iterator[Row]:
        """A few projects of the last years, some of them planned."""
        for position, (name, unit, least, most, cost) in enumerate(
            self.rng.sample(PROJECTS, self.rng.randint(2, 6)), start=1
        ):
            stage = self.rng.choices(
                (ProjectStage.PLANNED, ProjectStage.UNDER_WAY, ProjectStage.DONE),
                (PLANNED, UNDER_WAY, 100 - PLANNED - UNDER_WAY),
            )[0]
            done = stage == ProjectStage.DONE
            quantity = Decimal(self.rng.randint(least, most))
            yield row_of(
                PROJECT,
                year=max(self.year - self.rng.randint(0, 1) * done, FIRST_REGISTRATION_YEAR),
                position=position,
                name=name,
                nature=ProjectNature.NEW if self.hit(60) else None,
                quantity=quantity,
                unit=unit,
                amount=None if stage == ProjectStage.PLANNED else quantity * cost,
                stage=stage,
            )  # fmt: skip

    def work(self) -> Iterator[Row]:
        """A few entries of the work ledger, no two on one day."""
        first = max(self.year - 1, FIRST_REGISTRATION_YEAR)
        days = (date(self.year, 12, 31) - date(first, 1, 1)).days
        for offset in sorted(self.rng.sample(range(days + 1), self.rng.randint(3, 12))):
            kind = self.rng.choice(tuple(MEETINGS))
            entry = row_of(
                WORK,
                kind=kind,
                on=date(first, 1, 1) + timedelta(days=offset),
                title=self.rng.choice(MEETINGS[kind]),
            )
            uses, people = WORK_FACTS[kind].uses, self.rng.randint(15, 120)
            if "attendance" in uses:
                entry["attendance"] = people
            else:
                entry["households"] = min(len(self.households), people)
                entry["amount"] = entry["households"] * self.yuan(200, 600)
            if "pieces" in uses and "attendance" in uses:
                entry["pieces"] = people + self.rng.randint(0, 60)
            yield entry
