"""Whose changes the history of a household tells."""

from __future__ import annotations

from typing import Any

from django.db import models

from fupin.access import Actor
from fupin.queries.history import Trail, trail_of
from households.models import (
    Act,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Pairing,
    Person,
)


def trails_of_household(household: Household, actor: Actor) -> list[Trail]:
    """The household's years that the actor sees, its members there, who they are, its income, helpers, work and acts.

    A member who came from another household, or went to one, is followed while here alone.
    """
    homes = list(
        HouseholdYear.objects.visible_to(actor).filter(household=household).values_list("pk", flat=True)
    )
    acts = Act.objects.visible_to(actor).filter(household=household)
    here = Membership.objects.visible_to(actor).filter(household_year__in=homes)
    present = dict(here.values_list("pk", "person_id"))
    # Who has gone to another household, or was taken back: the acts say whose rows they changed.
    told = acts.exclude(rows=None).values_list("rows", flat=True)
    gone = {int(key[1:]) for rows in told for key in rows["rows"] if key[0] == "m"}

    def was_here(before: Any, after: Any) -> bool:
        return any(event is not None and event.household_year_id in homes for event in (before, after))

    here_anyway = frozenset({"region", "year", "household", "household_year"})
    return [
        Trail(HouseholdYear, homes, hides=here_anyway),
        Trail(Membership, sorted({*present, *gone}), about="person", hides=here_anyway, keeps=was_here),
        income_trail(homes),
        Trail(Person, sorted(set(present.values())), about="name"),
        ledger_trail(Pairing, household, actor, about="helper"),
        ledger_trail(LedgerEntry, household, actor, about="kind"),
        Trail(Act, list(acts.values_list("pk", flat=True)), about="kind", hides=here_anyway),
    ]


def ledger_trail(model: type[models.Model], household: Household, actor: Actor, *, about: str) -> Trail:
    """What was written of a household in a ledger, in the villages where the actor sees the household."""
    homes = HouseholdYear.objects.visible_to(actor).filter(household=household)
    hidden = frozenset({"region", "year", "household"})
    return trail_of(model, about=about, hides=hidden, household=household, region__in=homes.values("region"))


def income_trail(homes: list[int]) -> Trail:
    """What was written of the income of household years, by id; items that were taken out again among them."""
    hidden = frozenset({"region", "year", "household_year", "kind"})
    return trail_of(IncomeItem, about="kind", hides=hidden, household_year__in=homes)
