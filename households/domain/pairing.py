"""Who looks after whom."""

from __future__ import annotations

from fupin.access import Action, Actor, may
from fupin.domain.rows import write_row
from fupin.place import Place
from fupin.refusals import Refused
from households.models import Helper, HouseholdYear, Pairing


def pair_household(*, pairing: Pairing, place: Place, actor: Actor) -> Pairing:
    """Write a pairing of a household at the place with a helper of its village.

    Raises Refused without the right, for a household elsewhere, or a helper of another village.
    """
    rows = HouseholdYear.objects.visible_to(actor).filter(
        place.holds(HouseholdYear), household=pairing.household_id
    )
    row = rows.first()
    if row is None or not may(actor, Action.PAIR, row.region_id):
        raise Refused("您没有为该户安排帮扶责任人的权限。")
    if pairing.helper.region_id != row.region_id:
        raise Refused("该帮扶责任人不在本村的名单上，请先在“帮扶责任人”中登记到本村。")
    pairing.region_id = row.region_id
    return write_row(row=pairing, actor=actor)


def save_helper(*, helper: Helper, actor: Actor) -> Helper:
    """Write a helper of a village. Raises Refused without the right there, or for somebody who is listed already."""
    if not may(actor, Action.PAIR, helper.region_id):
        raise Refused("您没有登记帮扶责任人的权限。")
    if not helper.region.is_village:
        raise Refused(f"{helper.region}不是村，帮扶责任人按村登记。")
    return write_row(row=helper, actor=actor)
