"""What the households of an invented county earn in the year: drawn household by household, from who lives there."""

import random
from collections.abc import Iterator, Sequence
from decimal import Decimal

from households.enums import PovertyCategory
from households.income import IncomeKind, field_of

from .households import Household, Row
from .members import PENSION_AGE

#: In a hundred households: of which nothing is known, who grow something, who keep animals, who have dividends.
NOT_KNOWN, GROWING, KEEPING, DIVIDENDS = 3, 70, 30, 25


def county_income(households: Sequence[Household], year: int, rng: random.Random) -> list[Row]:
    """Rows of the sheet 收入, one a household of which something is known."""

    def hit(percent: int) -> bool:
        return rng.randrange(100) < percent

    def yuan(least: int, most: int) -> Decimal:
        return Decimal(rng.randrange(least, most + 1, 10))

    def items(household: Household) -> Iterator[tuple[IncomeKind, Decimal]]:
        # Who has left poverty earns more: few lie below the line all the same, as in any county.
        better = 3 if household.exit_year else 2
        months = sum(member["work_months"] or 0 for member in household.members)
        if months:
            yield IncomeKind.WAGES, (months * yuan(1_400, 3_200)).quantize(Decimal("0.01"))
        if household.able and hit(GROWING):
            grown = yuan(900, 5_000) * better
            yield IncomeKind.CROPS, grown
            yield IncomeKind.CROPS_COST, grown * rng.randint(25, 45) / 100
        if household.able and hit(KEEPING):
            kept = yuan(1_000, 6_000) * better
            yield IncomeKind.LIVESTOCK, kept
            yield IncomeKind.LIVESTOCK_COST, kept * rng.randint(30, 55) / 100
        if hit(DIVIDENDS):
            yield IncomeKind.DIVIDENDS, yuan(300, 3_000)
        if household.category == PovertyCategory.DIBAO:
            yield IncomeKind.DIBAO, household.people * yuan(1_500, 2_600)
        if household.category == PovertyCategory.WUBAO:
            yield IncomeKind.TEKUN, household.people * yuan(3_600, 6_000)
        if old := sum(year - member["birth_date"].year >= PENSION_AGE for member in household.members):
            yield IncomeKind.PENSION, old * yuan(840, 1_440)
        yield IncomeKind.FARMING, yuan(80, 900)
        if household.pupils:
            yield IncomeKind.EDUCATION, len(household.pupils) * yuan(500, 3_000)

    return [
        {
            "household_number": household.number,
            **{field_of(kind): amount for kind, amount in items(household)},
        }
        for household in households
        if not hit(NOT_KNOWN)
    ]
