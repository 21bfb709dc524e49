"""Money by month of a year: what was granted, what arrived, what was paid; by the days that stand in the documents."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet, Sum
from django.db.models.functions import ExtractMonth

from funds.enums import FundChange
from funds.models import Appropriation, AppropriationEntry
from funds.queries.money import EVER, payments_at
from funds.queries.sums import NOTHING
from fupin.access import Actor
from fupin.place import Place


@dataclass
class Month:
    """What happened in a month, in 元."""

    issued: Decimal = NOTHING
    arrived: Decimal = NOTHING
    paid: Decimal = NOTHING


def months_of(actor: Actor, place: Place) -> list[Month]:
    """The twelve months of the place's year, of whichever budget year the money is. Three statements."""
    months = [Month() for _ in range(12)]
    granted = Appropriation.objects.visible_to(actor).filter(place.holds(Appropriation, EVER))
    entries = AppropriationEntry.objects.visible_to(actor).filter(place.holds(AppropriationEntry))
    arrivals = entries.filter(kind=FundChange.ARRIVED)
    for name, day, rows in (
        ("issued", "issued_on", granted), ("arrived", "on", arrivals), ("paid", "on", payments_at(actor, place)),
    ):  # fmt: skip
        for month, amount in _by_month(rows, day, place.year):
            setattr(months[month - 1], name, amount)
    return months


def _by_month(rows: QuerySet, day: str, year: int) -> Iterable[tuple[int, Decimal]]:
    found = rows.filter(**{f"{day}__year": year}).order_by().annotate(month=ExtractMonth(day))
    return found.values_list("month").annotate(sum=Sum("amount"))
