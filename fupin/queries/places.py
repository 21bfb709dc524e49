"""Where a user is: the default place, the years there are, the way up the tree."""

from __future__ import annotations

from django.db.models import F, OuterRef, Q, Subquery
from django.utils import timezone

from fupin.access import Actor
from fupin.models import Ledger, Level, Region, User
from fupin.place import Place
from fupin.scope import ScopedQuerySet


def years_of(region: Region) -> list[int]:
    """The years opened for a region's villages, newest first; of a village, those before that hold rows too."""
    return sorted(Place(region, 0).states, reverse=True)


def default_place(user: User) -> Place | None:
    """The region of the user's first role, in the newest year that is there; None for a user without a region."""
    assignments = user.live_assignments
    if not assignments:
        return None
    region = assignments[0].region
    years = years_of(region)
    return Place(region, years[0] if years else timezone.localdate().year)


def regions_in(regions: ScopedQuerySet, region: Region, year: int) -> ScopedQuerySet:
    """Of these regions, a region and those of any level below it, as there are in a year."""
    return regions.filter(
        Q(valid_from=None) | Q(valid_from__lte=year),
        Q(valid_to=None) | Q(valid_to__gte=year),
        code__startswith=region.prefix,
    )


def regions_below(regions: ScopedQuerySet, region: Region, year: int) -> ScopedQuerySet:
    """Of these regions, those of any level below a region that there are in a year."""
    return regions_in(regions, region, year).filter(level__gt=region.level)


def villages_of(regions: ScopedQuerySet, region: Region, year: int) -> ScopedQuerySet:
    """Of these regions, the villages of a region that there are in a year: of a village, itself."""
    return regions_in(regions, region, year).filter(level=Level.VILLAGE)


def villages_with_ledger(actor: Actor, place: Place, kind: str) -> ScopedQuerySet:
    """The villages of a place with the state of a ledger in its year, `ledger_state`; those without one first."""
    ledgers = Ledger.objects.visible_to(actor).filter(region=OuterRef("pk"), year=place.year, kind=kind)
    villages = villages_of(Region.objects.visible_to(actor), place.region, place.year)
    states = villages.select_related("parent").annotate(ledger_state=Subquery(ledgers.values("state")[:1]))
    return states.order_by(F("ledger_state").asc(nulls_first=True), "code")


def path_to(region: Region) -> list[Region]:
    """The regions from the topmost one down to this one. Expects the parents to be selected with it."""
    path = [region]
    while path[0].parent is not None:
        path.insert(0, path[0].parent)
    return path
