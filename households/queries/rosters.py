"""What stands in the register for the households and people that a roster names, by their numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from fupin.scope import ScopedQuerySet
from households.models import HouseholdYear, Membership

Values = Mapping[str, Any]

#: Fields between which the database holds a rule: who tells one must know what stands in the others. The first four are
#: what a household's journal is written from.
LINKED_OF_HOUSEHOLD = (
    "category", "status", "exit_year", "registered_on", "main_cause", "other_causes", "not_exited_reason", "rebuilt_year",
    "relocated", "relocation", "resettlement", "resettlement_place", "moved_in_on", "relocation_difficulty", "housing",
)  # fmt: skip
LINKED_OF_MEMBER = ("relation", "disability_kind", "disability_grade", "post_kind", "post_months")

_OF_PERSON = {
    "number": "household_year__household__number", "name": "person__name", "key": "person__id_number_key",
    "id_number": "person__id_number", "sex": "person__sex", "birth_date": "person__birth_date",
}  # fmt: skip


@dataclass
class Standing:
    """Of a year's register: households by number; members by the key of their number, and by household and name."""

    households: dict[str, Values] = field(default_factory=dict)
    by_key: dict[str, Values] = field(default_factory=dict)
    by_name: dict[tuple[str, str], list[Values]] = field(default_factory=lambda: defaultdict(list))

    def namesakes(self, household: str | None, name: str | None, born: date | None) -> list[Values]:
        """The members of a household with a name, and with a birth date where that is known."""
        found = self.by_name.get((household or "", name or ""), [])
        return [member for member in found if born in (None, member["birth_date"])]


def standing(numbers: Collection[str], keys: Collection[str], year: int) -> Standing:
    """The rows of a year for household numbers and keys of personal numbers, wherever they are: the caller compares.

    Statements do not grow with the numbers.
    """
    found = Standing()
    homes = HouseholdYear.objects.unscoped("compared by the caller; only whether is told, never where")
    homes = homes.filter(year=year, household__number__among=numbers).order_by()
    for home in homes.values("region_id", "household__number", *LINKED_OF_HOUSEHOLD):
        found.households[home["household__number"]] = home
    members = Membership.objects.unscoped("compared by the caller; only whether is told, never where")
    members = members.filter(year=year).order_by()
    seen = set()
    for some in (
        members.filter(household_year__household__number__among=numbers),
        members.filter(person__id_number_key__among=keys),
    ):
        for row in some.values("pk", "region_id", "present", *LINKED_OF_MEMBER, *_OF_PERSON.values()):
            if row["pk"] in seen:
                continue
            seen.add(row["pk"])
            member = {**row, **{name: row[path] for name, path in _OF_PERSON.items()}}
            if member["key"]:
                found.by_key[member["key"]] = member
            found.by_name[member["number"], member["name"]].append(member)
    return found


def in_roster_order(members: ScopedQuerySet) -> ScopedQuerySet:
    """Members present, village by village, household by household, the head first, with all that a roster says of them."""
    rows = members.filter(present=True).select_related(
        "person", "household_year__household", "region__parent__parent"
    )
    return rows.order_by("region", "household_year__household__number", "relation", "pk")
