"""People: villages, households and members, year by year."""

from households.models.act import Act
from households.models.household import (
    Household,
    HouseholdYear,
    Pairing,
    YearsOfHousehold,
    of_assigned_households,
)
from households.models.person import Membership, Person
from households.models.village import VillageYear
from households.models.work import LedgerEntry

__all__ = [
    "Act",
    "Household",
    "HouseholdYear",
    "LedgerEntry",
    "Membership",
    "Pairing",
    "Person",
    "VillageYear",
    "YearsOfHousehold",
    "of_assigned_households",
]
