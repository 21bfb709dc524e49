"""Where a user is: the default place, the years there are, the way up the tree."""

from __future__ import annotations

from django.utils import timezone

from fupin.models import Region, RegionYear, User
from fupin.place import Place


def years_of(region: Region) -> list[int]:
    """The years opened for a region's villages, newest first."""
    rows = RegionYear.objects.unscoped("which years there are is no secret").filter(
        region__code__startswith=region.prefix
    )
    return list(rows.order_by("-year").values_list("year", flat=True).distinct())


def default_place(user: User) -> Place | None:
    """The region of the user's first role, in the newest year that is there; None for a user without a region."""
    assignments = user.live_assignments
    if not assignments:
        return None
    region = assignments[0].region
    years = years_of(region)
    return Place(region, years[0] if years else timezone.localdate().year)


def path_to(region: Region) -> list[Region]:
    """The regions from the topmost one down to this one. Expects the parents to be selected with it."""
    path = [region]
    while path[0].parent is not None:
        path.insert(0, path[0].parent)
    return path
