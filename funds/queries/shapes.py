"""What the townships' ledgers tell of a benefit besides: who had it, the household and the member in its year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Q

from funds.models import Benefit
from households.enums import Relation
from households.models import HouseholdYear, Membership, Person


class Beside(NamedTuple):
    """Of one benefit: whose it is (the household's head, where it is nobody's own), and their rows of the year."""

    who: Person | None
    home: HouseholdYear | None
    member: Membership | None


def beside(benefits: Sequence[Benefit]) -> dict[int, Beside]:
    """Whatever there is beside each of these benefits, by their ids; in three statements, however many there are."""
    households = {row.household_id for row in benefits}
    years = {row.year for row in benefits}
    people = {row.person_id for row in benefits if row.person_id}
    rows = HouseholdYear.objects.unscoped("of benefits already scoped").filter(
        household__in=households, year__in=years
    )
    homes = {(home.household_id, home.year): home for home in rows}
    members = Membership.objects.unscoped("of benefits already scoped").filter(year__in=years)
    members = members.filter(
        Q(person__in=people)
        | Q(household_year__in=[home.pk for home in homes.values()], relation=Relation.HEAD)
    )
    of_person, heads = {}, {}
    for member in members.select_related("person"):
        of_person[member.person_id, member.year] = member
        if member.relation == Relation.HEAD and member.present:
            heads[member.household_year_id] = member
    found = {}
    for row in benefits:
        home = homes.get((row.household_id, row.year))
        head = heads.get(home.pk) if home else None
        member = of_person.get((row.person_id, row.year)) if row.person_id else head
        who = row.person if row.person_id else head.person if head else None
        found[row.pk] = Beside(who, home, member)
    return found
