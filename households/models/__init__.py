"""People: villages, households and members, year by year."""

from households.models.act import LIVE, Act, live
from households.models.correction import Correction
from households.models.helper import Helper
from households.models.household import (
    Household,
    HouseholdYear,
    Pairing,
    YearsOfHousehold,
    of_assigned_households,
)
from households.models.income import IncomeItem, PovertyLine
from households.models.person import Membership, Person
from households.models.village import VillageYear
from households.models.work import LedgerEntry

__all__ = [
    "LIVE",
    "Act",
    "Correction",
    "Helper",
    "Household",
    "HouseholdYear",
    "IncomeItem",
    "LedgerEntry",
    "Membership",
    "Pairing",
    "Person",
    "PovertyLine",
    "VillageYear",
    "YearsOfHousehold",
    "live",
    "of_assigned_households",
]
