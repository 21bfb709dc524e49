"""Reads of loans: what is left of them, and which are overdue, on a day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import Case, DecimalField, F, Q, Value, When
from django.db.models.functions import Coalesce

from funds.models import Loan
from fupin.models import Region
from fupin.scope import ScopedQuerySet

ZERO = Value(0, output_field=DecimalField(max_digits=16, decimal_places=2))


def as_of(loans: ScopedQuerySet, day: date) -> ScopedQuerySet:
    """Loans with the last day to pay back (`last_day`), what is `left` to pay, and whether they are `overdue` on a day.

    What was paid back after the day is still to be paid on it. A loan whose amount is not known is never overdue.
    """
    paid = Case(When(repaid_on__lte=day, then=F("repaid")), default=ZERO)
    rows = loans.annotate(last_day=Coalesce("extended_to", "due_on"), left=F("benefit__amount") - paid)
    return rows.annotate(overdue=Case(When(overdue_on(day), then=Value(True)), default=Value(False)))


def overdue_on(day: date) -> Q:
    """The condition, over rows of as_of(), for a loan that is not paid back on a day though it should have been."""
    return Q(last_day__lt=day, left__gt=0)


def loans_of(region: Region, households: Collection[int]) -> ScopedQuerySet:
    """The loans of a village's households."""
    rows = Loan.objects.unscoped("the village's own rows, about to be written").filter(
        benefit__region=region, benefit__household__in=households
    )
    return rows.select_related("benefit__household")
