"""People: villages, households and members, year by year."""

from households.models.act import Act
from households.models.household import Household, HouseholdYear, Pairing
from households.models.person import Membership, Person
from households.models.village import VillageYear

__all__ = ["Act", "Household", "HouseholdYear", "Membership", "Pairing", "Person", "VillageYear"]
