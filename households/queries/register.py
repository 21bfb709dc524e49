"""Reads of the register: composable functions over querysets."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Q, Subquery

from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import BadNumber, clean_personal_number
from fupin.scope import ScopedQuerySet
from households.enums import Relation
from households.models import HouseholdYear, Membership


def with_head(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with the name of the head present: `head_name`."""
    heads = Membership.objects.unscoped("the household's own head; the row itself was scoped").filter(
        household_year=OuterRef("pk"), relation=Relation.HEAD, present=True
    )
    # There is one at most: the model's ordering would join four tables for each row to put it first.
    return rows.annotate(head_name=Subquery(heads.order_by().values("person__name")[:1]))


def matching_person(text: str, path: str = "person") -> Q:
    """The condition for a search text: part of a name, pinyin initials, a full number or its last four digits."""
    prefix = f"{path}__" if path else ""
    text = text.strip()
    try:
        return Q(**{f"{prefix}id_number_key": key_of(clean_personal_number(text))})
    except BadNumber:
        pass
    if text.isascii() and text.isalpha():
        return Q(**{f"{prefix}initials__startswith": text.lower()}) | Q(
            **{f"{prefix}pinyin__startswith": text.lower()}
        )
    condition = Q(**{f"{prefix}name__contains": text})
    return condition | Q(**{f"{prefix}id_number_tail": text.upper()}) if len(text) == 4 else condition


def households_elsewhere(numbers: Collection[str], region: Region, year: int) -> set[str]:
    """Which of these household numbers another village has registered in the year. Says nothing of where."""
    rows = HouseholdYear.objects.unscoped("only whether, never where").filter(
        household__number__in=numbers, year=year
    )
    return set(rows.exclude(region=region).values_list("household__number", flat=True))


def people_registered(keys: Collection[str], year: int) -> dict[str, tuple[str, str]]:
    """For number keys: the village's code and the household's number where the person is registered that year."""
    rows = Membership.objects.unscoped("compared by the caller; only whether is told, never where").filter(
        person__id_number_key__in=keys, year=year
    )
    found = rows.values_list("person__id_number_key", "region_id", "household_year__household__number")
    return {key: (region, number) for key, region, number in found}


def absent_from(
    numbers: Collection[str], people: Collection[str], region: Region, year: int
) -> tuple[int, int]:
    """How many households and numbered members the register has in the village and year that a file does not."""
    households = HouseholdYear.objects.unscoped("the village's own rows").filter(region=region, year=year)
    members = Membership.objects.unscoped("the village's own rows").filter(
        region=region, year=year, present=True
    )
    return (
        households.exclude(household__number__in=numbers).count(),
        members.exclude(person__id_number_key=None).exclude(person__id_number_key__in=people).count(),
    )
