"""What the history of a household tells of the ledgers of money."""

from __future__ import annotations

from funds.models import Benefit, Partnership
from fupin.access import Actor
from fupin.queries.history import Trail
from households.models import HouseholdYear
from households.queries.trails import ledger_trail


def trails_in_ledgers(row: HouseholdYear, actor: Actor) -> list[Trail]:
    """What it was given, and with whom it works; rows that were taken out again among them."""
    return [
        ledger_trail(Benefit, row.household, actor, about="measure"),
        ledger_trail(Partnership, row.household, actor, about="enterprise"),
    ]
