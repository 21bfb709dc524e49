"""What the history of a household tells of the ledgers of money."""

from __future__ import annotations

from typing import Any

from funds.models import Benefit, Loan, Partnership
from fupin.access import Actor
from fupin.queries.history import Trail, trail_of
from households.models import HouseholdYear
from households.queries.trails import ledger_trail


def trails_in_ledgers(row: HouseholdYear, actor: Actor) -> list[Trail]:
    """What it was given, and with whom it works; rows that were taken out again among them."""
    seen = HouseholdYear.objects.visible_to(actor).filter(household=row.household_id)
    return [
        ledger_trail(Benefit, row.household, actor, about="measure"),
        loan_trail(benefit__household=row.household_id, benefit__region__in=seen.values("region")),
        ledger_trail(Partnership, row.household, actor, about="enterprise"),
    ]


def loan_trail(**benefits: Any) -> Trail:
    """What was written of the terms of some benefits' loans, by conditions on the loan's events."""
    return trail_of(Loan, about="bank", hides=frozenset({"benefit"}), **benefits)
