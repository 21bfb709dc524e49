"""Who looks after whom."""

from __future__ import annotations

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.place import Place
from fupin.refusals import Refused
from households.models import HouseholdYear, Pairing


def pair_household(*, pairing: Pairing, place: Place, actor: Actor) -> Pairing:
    """Write a pairing of a household at the place. Raises Refused without the right, or for a household elsewhere."""
    rows = HouseholdYear.objects.visible_to(actor).filter(
        place.holds(HouseholdYear), household=pairing.household_id
    )
    row = rows.first()
    if row is None or not may(actor, Action.PAIR, row.region_id):
        raise Refused("您没有为该户安排帮扶责任人的权限。")
    pairing.region_id = row.region_id
    with acting(actor, via="form"), transaction.atomic():
        pairing.full_clean()
        pairing.save()
    return pairing
