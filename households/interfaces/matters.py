"""Checks of the register that are told before a year is submitted (fupin/matters.py)."""

from __future__ import annotations

from collections.abc import Iterable

from fupin.access import Actor
from fupin.matters import Matter
from fupin.place import Place
from households.models import HouseholdYear, Membership
from households.queries.matters import out_of_grades, without_head

#: So many of a kind are told one by one.
SHOWN = 10


def households_without_head(place: Place, actor: Actor) -> Iterable[Matter]:
    """Households on the roll that have no head."""
    rows = HouseholdYear.objects.visible_to(actor).filter(place.holds(HouseholdYear))
    found = without_head(rows).select_related("household").order_by("household__number")[: SHOWN + 1]
    for count, row in enumerate(found):
        if count == SHOWN:
            yield Matter("还有其他没有户主的户。", place.url("households_list"))
            return
        yield Matter(f"户 {row.household} 没有户主。", place.url("households_detail", key=row.household_id))


def pupils_to_check(place: Place, actor: Actor) -> Iterable[Matter]:
    """Pupils who were in a final grade a year ago: whether they go on is not known by the portal (待核对)."""
    rows = Membership.objects.visible_to(actor).filter(place.holds(Membership))
    found = out_of_grades(rows).select_related("person").order_by("pk")[: SHOWN + 1]
    for count, row in enumerate(found):
        if count == SHOWN:
            yield Matter("还有其他去年在毕业年级的学生待核对。", place.url("members_list"))
            return
        yield Matter(
            f"{row.person}去年在毕业年级，在校生状况待核对。", place.url("members_detail", key=row.pk)
        )
