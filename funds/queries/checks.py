"""What must tie of the money that reaches households: by measure = by village = by household."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Case, CharField, Count, Exists, OuterRef, QuerySet, Sum, TextChoices, Value, When

from funds.enums import MEASURES, Measure
from fupin.scope import ScopedQuerySet
from households.models import HouseholdYear

ZERO = Decimal(0)


class OnRoll(TextChoices):
    """Where a benefit's household stands in the year."""

    ON = "on", "本年度在册户"
    OFF = "off", "本年度已不在册户"
    NONE = "none", "本年度名册没有的户"


@dataclass(frozen=True)
class Line:
    """Benefits of one kind: how many, of how many households, and how much money in 元; None where no amount is known.

    `key` tells the kind: a measure's code, a region's, or where the household stands (OnRoll).
    """

    name: str
    count: int
    households: int
    amount: Decimal | None
    key: str = ""

    @classmethod
    def of(cls, name: str, found: dict[str, Any], key: str) -> Line:
        """From what _COUNTED has counted."""
        return cls(name, found["count"], found["homes"], found["amount"], key)


@dataclass(frozen=True)
class Check:
    """The same benefits summed three ways, each in a statement of its own."""

    measures: list[Line]
    villages: list[Line]
    #: By where the household stands in the year: on the roll, off it, in no row of the village.
    households: list[Line]

    @property
    def sums(self) -> list[tuple[str, int, Decimal]]:
        """Name, number and money of each way."""
        ways = (("按措施", self.measures), ("按村", self.villages), ("按户", self.households))
        return [(name, _count(lines), _amount(lines)) for name, lines in ways]

    @property
    def ties(self) -> bool:
        """Whether the three agree, to the 分."""
        return len({(count, amount) for _, count, amount in self.sums}) == 1


def _count(lines: Iterable[Line]) -> int:
    return sum(line.count for line in lines)


def _amount(lines: Iterable[Line]) -> Decimal:
    return sum((line.amount or ZERO for line in lines), ZERO)


_COUNTED = {"count": Count("pk"), "homes": Count("household", distinct=True), "amount": Sum("amount")}


def check_of(benefits: ScopedQuerySet) -> Check:
    """Sum these benefits of a year by measure, by village, and household by household; in three statements."""
    rows = benefits.order_by()
    by_measure = {found["measure"]: found for found in rows.values("measure").annotate(**_COUNTED)}
    measures = [
        Line.of(str(measure.label), by_measure[measure], measure.value)
        for measure in MEASURES
        if measure in by_measure
    ]
    villages = [
        Line.of(found["region__name"], found, found["region_id"])
        for found in rows.values("region_id", "region__name").annotate(**_COUNTED).order_by("region_id")
    ]
    return Check(measures, villages, _by_household(rows))


def standing(benefits: QuerySet) -> QuerySet:
    """Benefits with where their household stands in the village's year: `stands`, of OnRoll."""
    years = HouseholdYear.objects.unscoped("of rows already scoped").filter(
        household=OuterRef("household"), region=OuterRef("region"), year=OuterRef("year")
    )
    return benefits.annotate(
        stands=Case(
            When(Exists(years.filter(on_roll=True)), then=Value(OnRoll.ON.value)),
            When(Exists(years), then=Value(OnRoll.OFF.value)),
            default=Value(OnRoll.NONE.value),
            output_field=CharField(),
        )
    )


def _by_household(rows: QuerySet) -> list[Line]:
    """Each household's own sum, gathered by where it stands."""
    each = standing(rows).values("household", "stands").annotate(count=Count("pk"), amount=Sum("amount"))
    found: dict[OnRoll, list[Any]] = {where: [0, set(), ZERO] for where in OnRoll}
    for home in each:
        sums = found[OnRoll(home["stands"])]
        sums[0] += home["count"]
        sums[1].add(home["household"])
        sums[2] += home["amount"] or ZERO
    return [
        Line(str(where.label), count, len(homes), amount, where.value)
        for where, (count, homes, amount) in found.items()
    ]


def measures_in(benefits: ScopedQuerySet) -> dict[Measure, Line]:
    """How much there is of each measure."""
    found = benefits.order_by().values("measure").annotate(**_COUNTED)
    return {
        Measure(each["measure"]): Line.of(str(Measure(each["measure"]).label), each, each["measure"])
        for each in found
    }
