"""Reads of the register: composable functions over querysets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Exists, ExpressionWrapper, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Abs, ExtractYear

from fupin.access import Actor
from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import BadNumber, clean_personal_number, masked
from fupin.scope import ScopedQuerySet
from households.enums import Relation
from households.models import Household, HouseholdYear, Membership, Person
from households.validators import Problem


def with_head(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with the name of the head present: `head_name`."""
    heads = Membership.objects.unscoped("the household's own head; the row itself was scoped").filter(
        household_year=OuterRef("pk"), relation=Relation.HEAD, present=True
    )
    # There is one at most: the model's ordering would join four tables for each row to put it first.
    return rows.annotate(head_name=Subquery(heads.order_by().values("person__name")[:1]))


def with_age(rows: ScopedQuerySet) -> ScopedQuerySet:
    """Membership rows with `years_old`: full years at the end of the row's year, by when everybody has had a birthday."""
    return rows.alias(years_old=F("year") - ExtractYear("person__birth_date"))


def with_household(rows: ScopedQuerySet, path: str = "") -> ScopedQuerySet:
    """Rows of a village's ledger with number and head of the household they name: `household_number`, `head_name`.

    A row's year may be one in which nobody was registered yet: the head is that of the year nearest to it. `path` leads to
    the row that names household, village and year, where it is another ("benefit__").
    """
    apart = ExpressionWrapper(F("year") - OuterRef(f"{path}year"), output_field=IntegerField())
    heads = _heads().filter(
        household_year__household=OuterRef(f"{path}household"), region=OuterRef(f"{path}region")
    )
    nearest = heads.annotate(apart=Abs(apart)).order_by("apart", "-year").values("person__name")[:1]
    return rows.annotate(household_number=F(f"{path}household__number"), head_name=Subquery(nearest))


def households_of(village: Region, households: ScopedQuerySet) -> ScopedQuerySet:
    """Of these households, those that a village has registered in any year, with the latest head: `head_name`."""
    rows = HouseholdYear.objects.unscoped("only households of the given ones").filter(region=village)
    heads = _heads().filter(household_year__household=OuterRef("pk"), region=village)
    latest = heads.order_by("-year").values("person__name")[:1]
    return households.filter(pk__in=rows.values("household")).annotate(head_name=Subquery(latest))


def members_of(village: Region, people: ScopedQuerySet, household: Household | None = None) -> ScopedQuerySet:
    """Of these people, those whom a village has registered in any year, or a household of it there.

    With the number of the latest household, `household_number`, and in its order.
    """
    rows = Membership.objects.unscoped("only people of the given ones").filter(region=village)
    if household is not None:
        rows = rows.filter(household_year__household=household)
    latest = rows.filter(person=OuterRef("pk")).order_by("-year", "-pk")
    number = Subquery(latest.values("household_year__household__number")[:1])
    found = people.filter(pk__in=rows.values("person")).annotate(household_number=number)
    return found.order_by("household_number", "birth_date", "pk")


def _heads() -> ScopedQuerySet:
    heads = Membership.objects.unscoped("the head of a household whose row was scoped")
    return heads.filter(relation=Relation.HEAD, present=True)


def family_of(home: HouseholdYear, actor: Actor) -> ScopedQuerySet:
    """The members of a household present in its year, whom the actor may see, with who they are."""
    members = Membership.objects.visible_to(actor).filter(household_year=home, present=True)
    return members.select_related("person", "region", "household_year__household")


def matching_household(text: str, path: str = "") -> Q:
    """The condition for rows of a village's ledger: the number begins with the text, or it fits a member.

    `path` as in with_household().
    """
    members = Membership.objects.unscoped("members of households of rows already scoped").filter(
        matching_person(text),
        household_year__household=OuterRef(f"{path}household"),
        region=OuterRef(f"{path}region"),
    )
    return Q(**{f"{path}household__number__startswith": text.strip()}) | Q(Exists(members))


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


def people_registered(
    keys: Collection[str], year: int, *, present: bool = False
) -> dict[str, tuple[str, str]]:
    """For number keys: the village's code and the household's number where the person is registered that year.

    `present`: only those who have not left it again.
    """
    rows = Membership.objects.unscoped("compared by the caller; only whether is told, never where").filter(
        person__id_number_key__among=set(keys), year=year
    )
    if present:
        rows = rows.filter(present=True)
    found = rows.values_list("person__id_number_key", "region_id", "household_year__household__number")
    return {key: (region, number) for key, region, number in found}


def namesakes(
    people: Mapping[str, tuple[str, date]], year: int
) -> Iterator[tuple[str, tuple[str, str] | None]]:
    """People who are new to the county, by the key of their number, and may be somebody registered in the year already.

    `people` are name and birth date by key. With the village's code and the household's number of whoever has the same name and
    birth date there, or None where it is another one of the given people.
    """
    known = Person.objects.unscoped("only which of these numbers are known").filter(
        id_number_key__among=set(people)
    )
    registered = set(known.values_list("id_number_key", flat=True))
    new = {key: who for key, who in people.items() if key not in registered}
    if not new:
        return
    rows = Membership.objects.unscoped("compared by the caller; only whether is told, never where")
    rows = rows.filter(
        year=year, present=True, person__name__among={name for name, _ in new.values()}
    ).order_by()
    there = {
        (name, born): (region, number)
        for key, name, born, region, number in rows.values_list(
            "person__id_number_key", "person__name", "person__birth_date", "region_id",
            "household_year__household__number",
        )
        if key not in people
    }  # fmt: skip
    told = Counter(people.values())
    for key, who in new.items():
        if who in there:
            yield key, there[who]
        elif told[who] > 1:
            yield key, None


def registered_problems(
    numbers: Mapping[int, str],
    villages: Mapping[int, str],
    year: int,
    homes: Mapping[int, str | None],
    *,
    present: bool = False,
    found: Mapping[str, tuple[str, str]] | None = None,
) -> Iterator[tuple[int, Problem]]:
    """Personal numbers, by the index of their row, that are registered elsewhere in the year, or in another household.

    `villages` and `homes` are the village's code and the household's number that each row names. Where elsewhere is not
    told. `present`: whoever has left there again is free to come. `found` is what people_registered() says, if it is known.
    """
    rows = {key: index for index, number in numbers.items() if (key := key_of(number))}
    if found is None:
        found = people_registered(rows, year, present=present)
    for key, (region, number) in found.items():
        index = rows[key]
        if region != villages[index]:
            yield index, Problem("id_number", "此人已在本县他处登记", "请核对证件号码，或先办理转出")
        elif homes.get(index) not in (None, number):
            reason = f"此人已登记在本村户编号 {number}"
            yield index, Problem("household_number", reason, "请核对户编号，或办理户间变动")


class Missing(NamedTuple):
    """A row that a file has not: its village's code, whom it is about, and the rows of the register that say more of them."""

    village: str
    who: str
    of: tuple[tuple[str, int], ...] = ()


def absent_from(
    numbers: Collection[str], people: Collection[str], villages: Collection[str], year: int
) -> tuple[list[Missing], list[Missing]]:
    """The households and the numbered members that the register has in the villages and year and a file has not.

    Personal numbers are masked.
    """
    homes = HouseholdYear.objects.unscoped("the villages' own rows").filter(
        region__in=villages, year=year, on_roll=True
    )
    members = Membership.objects.unscoped("the villages' own rows").filter(
        region__in=villages, year=year, present=True
    )
    members = members.exclude(person__id_number_key=None)
    of_homes = homes.order_by("region", "household__number").values_list("pk", "household__number")
    of_members = members.order_by("region", "household_year", "pk").values_list("pk", "person__id_number_key")
    lost_homes = [pk for pk, number in of_homes if number not in numbers]
    lost_members = [pk for pk, key in of_members if key not in people]
    homes = with_head(homes.filter(pk__in=lost_homes).order_by("region", "household__number"))
    members = members.filter(pk__in=lost_members).order_by("region", "household_year", "pk")
    person = Person._meta.label
    return (
        [
            Missing(region, f"{number}（户主{head}）" if head else number)
            for region, number, head in homes.values_list("region_id", "household__number", "head_name")
        ],
        [
            Missing(region, f"{name} {masked(number)}", ((person, pk),))
            for region, name, number, pk in members.values_list(
                "region_id", "person__name", "person__id_number", "person_id"
            )
        ],
    )
