"""From the declared facts of sections 三 to 七 to rows of a village's ledgers.

What the facts say of households and people is met by choosing among the households that are there (choosing.py);
what they say of money, by cutting the sum into rows. Years, dates and shares are invented.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from funds.enums import Batch, Measure
from households.enums import PovertyCategory

from .choosing import choose, divide
from .households import PROJECT, WORK, Household, Row, benefit, partnership, row_of
from .marginals import Contradiction, Count
from .shape import FIRST_REGISTRATION_YEAR, Firm, Ledgers, VillageFacts

ROOM_PER_PERSON = 25  # 平方米; nobody who is moved may build more
TENS, HUNDREDS = Decimal(10), Decimal(100)


class NoChoice(Contradiction):
    """Among these households there are none that a fact could be true of; among others there may be."""


@dataclass(frozen=True)
class Production:
    """Who has which measure of 发展生产; together they are the households of the batch."""

    cattle: list[Household]
    bees: list[Household]
    solar: list[Household]
    own_business: list[Household]
    borrowers: list[Household]


def ledger_rows(
    facts: VillageFacts, ledgers: Ledgers, households: Sequence[Household], rng: random.Random
) -> dict[str, list[Row]]:
    """Return the rows of the five ledgers by their names in VillageRows. Raises NoChoice."""
    village = Village(facts, ledgers, households, rng)
    production = village.production()
    loans = village.loans(production.borrowers)
    benefits = [
        *village.security(),
        *village.education(),
        *village.moved_and_rebuilt(),
        *village.water(),
        *village.posts(),
        *village.productive(production),
        *village.financed(loans),
        *village.ecology(),
    ]
    benefits.sort(key=lambda row: (row["measure"].value, row["household_number"], row["year"]))
    return {
        "benefits": benefits,
        "projects": _projects(ledgers),
        "partnerships": [*village.brought_along(loans), *village.cooperatives()],
        "work": [
            row_of(WORK, kind=m.kind, on=m.on, title=m.title, attendance=m.attendance, pieces=m.pieces)
            for m in ledgers.meetings
        ],
        "texts": list(_texts(ledgers)),
    }


@dataclass(frozen=True)
class Village:
    """The households among whom the measures are given out."""

    facts: VillageFacts
    ledgers: Ledgers
    households: Sequence[Household]
    rng: random.Random

    @property
    def year(self) -> int:
        """The year of the summary."""
        return self.facts.year

    def ordered(
        self, pool: Iterable[Household] | None = None, *, by: Callable[[Household], Any]
    ) -> list[Household]:
        """The households, or those of the pool, in an order of chance within what `by` puts first."""
        pool = list(self.households if pool is None else pool)
        return sorted(self.rng.sample(pool, len(pool)), key=by)

    def chosen(self, batch: Batch, pool: Sequence[Household], count: Count | None = None) -> list[Household]:
        """So many households with so many people, those at the front of the pool where it can be."""
        count = self.ledgers.batches.by_batch[batch] if count is None else count
        found = choose(pool, count)
        if found is None:
            raise NoChoice(f"{batch.label}: no choice among {len(pool)} households makes {count}")
        return found

    def lately(self, household: Household) -> list[int]:
        """The last year, and in half the cases the one before too."""
        return household.years(self.year - self.rng.randint(0, 1), self.year)

    def varied(self, rows: Iterable[Any]) -> list[int]:
        """Weights which differ a little."""
        return [self.rng.randint(80, 120) for _ in rows]

    def day(self, year: int, first: int, last: int) -> date:
        """A day of these months."""
        return date(year, self.rng.randint(first, last), self.rng.randint(1, 28))

    # --- social security --------------------------------------------------------------------------------------

    def security(self) -> Iterator[Row]:
        """低保金 and 五保供养金, and what carries all the others under social security."""
        measures = self.ledgers.measures
        of = {
            category: self.ordered((h for h in self.households if h.category == category), by=_nothing)
            for category in PovertyCategory
        }
        general = of.pop(PovertyCategory.GENERAL)
        both = [household for pool in of.values() for household in pool]
        beyond = self.ledgers.batches.by_batch[Batch.SECURITY] - _count(both)
        carried = self.chosen(Batch.SECURITY, sorted(general, key=lambda h: not h.claims(self.year)), beyond)
        for measure, category, paid in (
            (Measure.DIBAO, PovertyCategory.DIBAO, measures.dibao),
            (Measure.WUBAO, PovertyCategory.WUBAO, measures.wubao),
        ):
            holders, others = of[category][: paid.households], of[category][paid.households :]
            carried += others
            yield from self._paid_yearly(measure, holders, paid.total)
        for household in carried:
            yield from self._insured(household)

    def _paid_yearly(self, measure: Measure, holders: list[Household], total: Decimal) -> Iterator[Row]:
        rows = []
        for household in holders:
            for year in household.years(FIRST_REGISTRATION_YEAR, self.year):
                if measure == Measure.WUBAO:
                    rows += [benefit(household, measure, year, person=member) for member in household.members]
                else:
                    people = Decimal(household.people)
                    rows.append(benefit(household, measure, year, quantity=people, unit="人"))
        # The standard rises from year to year.
        weights = [
            int(row["quantity"] or 1) * weight * (10 + row["year"] - FIRST_REGISTRATION_YEAR)
            for row, weight in zip(rows, self.varied(rows), strict=True)
        ]
        yield from _with_amounts(rows, total, weights)

    def _insured(self, household: Household) -> Iterator[Row]:
        # Somebody may have been ill for a while and be well again.
        claims = household.claims(self.year) or [(Measure.MEDICAL, household.members[0])]
        for measure, member in claims[:2]:
            years = self.lately(household)
            if measure == Measure.MEDICAL:
                years = [self.rng.choice(years)]
            elif measure == Measure.OLD_AGE:
                years = [year for year in years if (measure, member) in household.claims(year)]
            for year in years:
                yield benefit(household, measure, year, person=member)

    # --- education, houses, water, posts ----------------------------------------------------------------------

    def education(self) -> Iterator[Row]:
        """教育资助, to each pupil of the households chosen."""
        pool = self.ordered((h for h in self.households if h.pupils), by=_nothing)
        for household in self.chosen(Batch.EDUCATION, pool):
            for pupil in household.pupils:
                for year in self.lately(household):
                    if year == self.year or year - pupil["birth_date"].year >= 7:
                        yield benefit(household, Measure.EDUCATION, year, person=pupil)

    def moved_and_rebuilt(self) -> Iterator[Row]:
        """易地扶贫搬迁 and 危旧房改建; who has moved had no house to rebuild, while there are others."""
        moved = self.chosen(Batch.RELOCATION, self.ordered(by=_nothing))
        for household in moved:
            year = self.rng.choice(household.years(self.year - 2, self.year))
            room = Decimal(ROOM_PER_PERSON * household.people)
            yield benefit(household, Measure.RELOCATION, year, quantity=room, unit="平方米")
        measures, years = self.ledgers.measures, self.ledgers.batches.houses_by_year
        rebuilt: list[tuple[Household, int]] = []
        pool = self.ordered(by=_nothing)
        for year in sorted(years):
            # Who left poverty had a safe house by then.
            fit = sorted(pool, key=lambda h: (h in moved, h.since > year, (h.exit_year or year) < year))
            rebuilt += [(household, year) for household in fit[: years[year]]]
            pool = [household for household in pool if household not in fit[: years[year]]]
        self.rng.shuffle(rebuilt)
        for measure, paid, houses in (
            (Measure.REBUILD, measures.rebuilt, rebuilt[: measures.rebuilt.households]),
            (Measure.RENOVATION, measures.renovated, rebuilt[measures.rebuilt.households :]),
        ):
            rows = [benefit(house, measure, year, on=self.day(year, 5, 11)) for house, year in houses]
            if measure == Measure.REBUILD:
                for row, (house, _year) in zip(rows, houses, strict=True):
                    row.update(quantity=house.row["house_area"], unit="平方米")
            yield from _with_amounts(rows, paid.total, self.varied(rows), step=HUNDREDS)

    def water(self) -> Iterator[Row]:
        """饮水安全, done in the year in which the household left poverty."""
        for exit_year, households in self.ledgers.batches.water_by_exit_year.items():
            pool = self.ordered((h for h in self.households if h.exit_year == exit_year), by=_nothing)
            for household in pool[:households]:
                yield benefit(household, Measure.WATER, exit_year)

    def posts(self) -> Iterator[Row]:
        """公益性岗位, one to a household."""
        posts = self.ledgers.measures.posts
        rows = [
            benefit(household, Measure.POST, year, person=_worker(household), quantity=Decimal(1), unit="个")
            for household in self.ordered(by=lambda h: not h.able)[: posts.households]
            for year in self.lately(household)
        ]
        yield from _with_amounts(rows, posts.a_year * len(rows), self.varied(rows), step=TENS)

    def ecology(self) -> Iterator[Row]:
        """生态补偿, to whoever looks after the forest."""
        for household in self.chosen(Batch.ECOLOGY, self.ordered(by=lambda h: not h.able)):
            forest = household.row["forest"] or None
            for year in self.lately(household):
                yield benefit(
                    household, Measure.ECOLOGY, year, person=_worker(household), quantity=forest,
                    unit=forest and "亩",
                )  # fmt: skip

    # --- production -------------------------------------------------------------------------------------------

    def production(self) -> Production:
        """Share the measures out among the batch's households so that each has one at least."""
        batches, measures = self.ledgers.batches, self.ledgers.measures
        everyone = self.chosen(Batch.PRODUCTION, self.ordered(by=_nothing))
        # Work and credit go to those at the front, who can work, solar power to those at the end: they meet, since
        # the facts have enough of each.
        line = self.ordered(everyone, by=lambda h: not h.able)
        own, breeders = batches.own_businesses, measures.cattle + measures.bees
        return Production(
            cattle=line[: measures.cattle],
            bees=line[measures.cattle : breeders],
            solar=line[len(line) - measures.solar.households :],
            own_business=line[:own],
            borrowers=[line[(own + n) % len(line)] for n in range(measures.loans.households)],
        )

    def productive(self, production: Production) -> Iterator[Row]:
        """光伏, 养牛, 养蜂 and 自主创业."""
        measures = self.ledgers.measures
        rows = [
            benefit(household, Measure.SOLAR, year, quantity=Decimal(3), unit="千瓦")
            for household in production.solar
            for year in self.lately(household)
        ]
        yield from _with_amounts(rows, measures.solar.a_year * len(rows), self.varied(rows), step=TENS)
        rows, weights = [], []
        for measure, unit, least, most, weight, households in (
            (Measure.CATTLE, "头", 1, 4, 100, production.cattle),
            (Measure.BEES, "箱", 5, 12, 10, production.bees),
        ):
            for household in households:
                for year in self.lately(household):
                    number = self.rng.randint(least, most)
                    rows.append(benefit(household, measure, year, quantity=Decimal(number), unit=unit))
                    weights.append(number * weight)
        yield from _with_amounts(rows, measures.breeding, weights, step=HUNDREDS)
        for household in production.own_business:
            yield benefit(household, Measure.OWN_BUSINESS, self.rng.choice(self.lately(household)))

    # --- enterprises ------------------------------------------------------------------------------------------

    def loans(self, borrowers: Sequence[Household]) -> dict[str, list[tuple[Household, int]]]:
        """By enterprise, the households whose loans it was given, and the year; within what it brings along."""
        firms = {firm.name: firm.households for firm in self.ledgers.batches.market_entities}
        left = {name: firms[name] for name in self.ledgers.measures.loans.enterprises}
        loans: dict[str, list[tuple[Household, int]]] = {name: [] for name in left}
        for household in borrowers:
            name = max(left, key=lambda name: left[name])
            left[name] -= 1
            loans[name].append((household, self.rng.choice(household.years(self.year - 1, self.year))))
        return loans

    def financed(self, loans: dict[str, list[tuple[Household, int]]]) -> Iterator[Row]:
        """扶贫小额信贷, and what the enterprises have paid out for it since."""
        terms = self.ledgers.measures.loans
        dividends = []
        for name, holders in loans.items():
            for household, year in holders:
                yield benefit(
                    household, Measure.LOAN, year, on=self.day(year, 3, 10), amount=terms.each,
                    enterprise_name=name,
                )  # fmt: skip
                dividends += [
                    benefit(
                        household, Measure.DIVIDEND, later, on=self.day(later, 12, 12), enterprise_name=name
                    )
                    for later in range(year, self.year + 1)
                ]
        yield from _with_amounts(dividends, terms.dividends, self.varied(dividends))

    def brought_along(self, loans: dict[str, list[tuple[Household, int]]]) -> Iterator[Row]:
        """Which households each market entity brings along: first those whose loan it was given."""
        borrowers = [household for holders in loans.values() for household, _ in holders]
        others = self.ordered((h for h in self.households if h not in borrowers), by=lambda h: not h.able)
        for firm in self.ledgers.batches.market_entities:
            holders = loans.get(firm.name, [])
            seats = firm.households - len(holders)
            for household, year in holders:
                yield from _partnerships(firm, household, range(year, self.year + 1))
            for household in others[:seats]:
                yield from _partnerships(firm, household, self.lately(household))
            del others[:seats]

    def cooperatives(self) -> Iterator[Row]:
        """The members of each cooperative."""
        pool = self.ordered(by=lambda h: not h.able)
        for firm in self.ledgers.batches.cooperatives:
            for household in pool[: firm.households]:
                yield from _partnerships(firm, household, self.lately(household))
            del pool[: firm.households]


def _nothing(household: Household) -> int:
    """Put nobody first."""
    return 0


def _count(households: Sequence[Household]) -> Count:
    return Count(len(households), sum(household.people for household in households))


def _worker(household: Household) -> Row:
    """Whoever does the work: the first who can, or the head."""
    return (household.able or household.members)[0]


def _with_amounts(
    rows: Sequence[Row], total: Decimal, weights: Sequence[int], *, step: Decimal | None = None
) -> Iterator[Row]:
    amounts = divide(total, weights, step=step) if step else divide(total, weights)
    for row, amount in zip(rows, amounts, strict=True):
        yield row | {"amount": amount}


def _partnerships(firm: Firm, household: Household, years: Iterable[int]) -> Iterator[Row]:
    for year in years:
        yield partnership(household, year, name=firm.name, kind=firm.kind, business=firm.business)


def _projects(ledgers: Ledgers) -> list[Row]:
    return [
        row_of(
            PROJECT, year=project.year, position=position, name=project.name, nature=project.nature,
            quantity=project.quantity, unit=project.unit, amount=project.amount, stage=project.stage,
            site=project.site,
        )
        for position, project in enumerate(ledgers.projects, start=1)
    ]  # fmt: skip


def _texts(ledgers: Ledgers) -> Iterator[Row]:
    told: Counter[str] = Counter()
    for words in ledgers.words:
        told[words.chapter] += 1
        yield {"chapter": words.chapter, "position": told[words.chapter], "text": words.text}
