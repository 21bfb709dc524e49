"""Who is registered in a village, for ledgers whose rows name a household or a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from fupin.fields import key_of
from fupin.models import Region
from households.models import HouseholdYear, Membership


@dataclass(frozen=True)
class Kin:
    """A member as a ledger's row may name them: by name, and by the key of the personal number."""

    name: str
    key: str | None
    born: date | None = None
    pk: int | None = None

    def is_one_with(self, other: Kin) -> bool:
        """Whether both are one person, as the register finds somebody again: by number, else by name and birth."""
        if self.key and other.key:
            return self.key == other.key
        if self.pk and other.pk:
            return self.pk == other.pk
        return (self.name, self.born) == (other.name, other.born)


@dataclass
class Roster:
    """The households of a village by number, and their members, in any year."""

    members: dict[str, list[Kin]] = field(default_factory=lambda: defaultdict(list))
    #: What a workbook's own sheets are about to register besides, by the kind of ledger.
    brought: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: Those of its sheets, by the kind of ledger, that could not be read in full: they may bring more.
    unread: set[str] = field(default_factory=set)
    #: Whether all households are here; and of which the members are. What a workbook could not say has its line
    #: already, and nothing is concluded from its not being here.
    all_households: bool = True
    all_families: bool = True
    torn_families: set[str] = field(default_factory=set)

    def add(self, household: str, member: Kin | None = None) -> None:
        """Add a household, with a member if one is named; what is said of a member later holds."""
        family = self.members[household]
        if member is None:
            return
        for at, kin in enumerate(family):
            if kin.is_one_with(member):
                family[at] = Kin(member.name, member.key or kin.key, member.born, member.pk or kin.pk)
                return
        family.append(member)

    def lacks(self, household: str) -> bool:
        """Whether it is certain that the village does not have the household."""
        return self.all_households and household not in self.members

    def knows_family(self, household: str) -> bool:
        """Whether the household's members are certain, and there are some."""
        return bool(self.all_families and household not in self.torn_families and self.members.get(household))

    def find(self, household: str, name: str | None, number: str | None) -> list[Kin]:
        """The members of a household whom a row can mean: by number where there is one, else by name."""
        family = self.members.get(household, [])
        if number:
            key = key_of(number)
            return [kin for kin in family if kin.key == key and name in (None, "", kin.name)]
        return [kin for kin in family if kin.name == name]


def roster_of(region: Region, households: Iterable[str] | None = None) -> Roster:
    """The households that a village has registered in any year (or those of these numbers), with their members."""
    roster = Roster()
    homes = HouseholdYear.objects.unscoped("the village's own households").filter(region=region)
    members = Membership.objects.unscoped("the village's own households").filter(region=region)
    if households is not None:
        wanted = set(households)
        homes = homes.filter(household__number__in=wanted)
        members = members.filter(household_year__household__number__in=wanted)
    for number in homes.order_by().values_list("household__number", flat=True).distinct():
        roster.add(number)
    found = members.order_by("pk").values_list(
        "household_year__household__number", "person__name", "person__id_number_key", "person__birth_date",
        "person_id",
    )  # fmt: skip
    for household, *member in found:
        roster.add(household, Kin(*member))
    return roster


def household_ids(region: Region, numbers: Collection[str]) -> dict[str, int]:
    """The ids of households that a village has registered in any year, by number."""
    rows = HouseholdYear.objects.unscoped("the village's own households")
    rows = rows.filter(region=region, household__number__in=numbers)
    return dict(rows.order_by().values_list("household__number", "household_id"))


def numbers_in_year(region: Region, year: int) -> set[str]:
    """The numbers of the households that a village has registered in a year."""
    rows = HouseholdYear.objects.unscoped("the village's own households").filter(region=region, year=year)
    return set(rows.order_by().values_list("household__number", flat=True))
