"""How the registered households and people of villages became more and fewer in a year, by the acts of the journal."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from fupin.place import Place
from households.enums import ActKind
from households.models import Act, live

#: Acts by which a household comes onto a village's roll, and by which one leaves it. Of an act in two parts (a split, a
#: transfer) each village or household has its own, the second a part of the first.
# A household that is said to have come in another year came by a baseline, and not in this one.
_CAME = Q(kind=ActKind.REGISTERED, on__year=F("year")) | Q(
    kind__in=(ActKind.SPLIT, ActKind.TRANSFERRED), part_of__isnull=False
)
_WENT = Q(kind=ActKind.REMOVED) | Q(kind__in=(ActKind.MERGED, ActKind.TRANSFERRED), part_of__isnull=True)


@dataclass(frozen=True)
class Moved:
    """By how many households and people became more, and fewer."""

    households: tuple[int, int] = (0, 0)
    people: tuple[int, int] = (0, 0)


def moved_by_village(place: Place) -> dict[str, Moved]:
    """By code of village, for every village of the place with an act in its year. The caller has checked the right to report."""
    acts = live(Act.objects.unscoped("figures; the right to report was checked"))
    rows = (
        acts.filter(place.holds(Act))
        .order_by()
        .values("region_id")
        .annotate(
            came=Count("pk", filter=_CAME),
            went=Count("pk", filter=_WENT),
            more=Sum("change", filter=Q(change__gt=0), default=0),
            fewer=Sum(-F("change"), filter=Q(change__lt=0), default=0),
        )
    )
    return {row["region_id"]: Moved((row["came"], row["went"]), (row["more"], row["fewer"])) for row in rows}
