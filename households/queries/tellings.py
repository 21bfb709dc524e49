"""How this room's rows are named where the difference of an import is told, and in which order."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, Subquery

from fupin.queries.differences import Telling, tell
from households.enums import ActKind
from households.models import (
    Act,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Person,
    VillageYear,
)
from households.queries.register import with_head

WHY = "rows of an import, whose writer may see them"
PLACE = frozenset({"region", "year", "household", "household_year", "person"})


def _households(pks: Collection[int]) -> dict[int, str]:
    rows = with_head(HouseholdYear.objects.unscoped(WHY).filter(pk__among=pks)).order_by()
    return {
        pk: f"{number} {head or ''}".strip()
        for pk, number, head in rows.values_list("pk", "household__number", "head_name")
    }


def _members(pks: Collection[int]) -> dict[int, str]:
    rows = Membership.objects.unscoped(WHY).filter(pk__among=pks).order_by()
    found = rows.values_list("pk", "household_year__household__number", "person__name")
    return {pk: f"{number} {name}" for pk, number, name in found}


def _people(pks: Collection[int]) -> dict[int, str]:
    """A person as the latest year of theirs has them."""
    years = Membership.objects.unscoped(WHY).filter(person=OuterRef("pk")).order_by("-year")
    number = Subquery(years.values("household_year__household__number")[:1])
    rows = Person.objects.unscoped(WHY).filter(pk__among=pks).order_by().annotate(household_number=number)
    return {
        pk: f"{number or ''} {name}".strip()
        for pk, number, name in rows.values_list("pk", "household_number", "name")
    }


def _acts(pks: Collection[int]) -> dict[int, str]:
    kinds = dict(ActKind.choices)
    acts = Act.objects.unscoped(WHY).filter(pk__among=pks).order_by()
    found = acts.values_list("pk", "household__number", "kind", "on")
    return {pk: f"{number} {kinds[kind]}（{on}）" for pk, number, kind, on in found}


def _incomes(pks: Collection[int]) -> dict[int, str]:
    items = IncomeItem.objects.unscoped(WHY).filter(pk__in=pks).select_related("household_year__household")
    return {item.pk: f"{item.household_year.household} {item.get_kind_display()}" for item in items}


def _work(pks: Collection[int]) -> dict[int, str]:
    return {entry.pk: str(entry) for entry in LedgerEntry.objects.unscoped(WHY).filter(pk__in=pks)}


def _villages(pks: Collection[int]) -> dict[int, str]:
    rows = VillageYear.objects.unscoped(WHY).filter(pk__in=pks).select_related("region")
    return {row.pk: str(row.region) for row in rows}


def tell_all() -> None:
    """Say it of every model that an import writes."""
    tell(VillageYear, Telling("村情", _villages))
    tell(Household, None)  # a number; its years say the rest
    tell(HouseholdYear, Telling("户", _households, hides=PLACE))
    tell(Membership, Telling("人", _members, hides=PLACE))
    tell(Person, Telling("人", _people, new_told=False, hides=frozenset({"pinyin", "initials"})))
    tell(IncomeItem, Telling("收入", _incomes, hides=PLACE))
    tell(LedgerEntry, Telling("工作台账", _work))
    tell(Act, Telling("变动记录", _acts))
