"""How many villages keep which ledger."""

from __future__ import annotations

from django.db.models import Count

from fupin.access import Actor
from fupin.models import Ledger, Region
from fupin.place import Place
from fupin.queries.places import villages_of


def ledgers_kept(actor: Actor, place: Place) -> tuple[int, dict[str, int]]:
    """How many villages a place has, and in how many of them each kind of ledger is kept or declared nil."""
    villages = villages_of(Region.objects.visible_to(actor), place.region, place.year)
    kept = Ledger.objects.visible_to(actor).filter(place.holds(Ledger)).order_by().values_list("kind")
    return villages.count(), dict(kept.annotate(villages=Count("pk")))
