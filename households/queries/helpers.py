"""Who looks after whom, today and before."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from fupin.access import Actor
from fupin.scope import ScopedQuerySet
from households.models import Helper, Household, Pairing


def _today(path: str = "") -> Q:
    """The condition for pairings that hold today, by the path that leads to them."""
    today = timezone.localdate()
    ends = Q(**{f"{path}ends_on": None}) | Q(**{f"{path}ends_on__gte": today})
    return ends & Q(**{f"{path}starts_on__lte": today})


def with_pairings(rows: ScopedQuerySet, actor: Actor) -> ScopedQuerySet:
    """Helpers with the number of households that they look after today, of those that the actor sees: `households`."""
    seen = Q(pairings__in=Pairing.objects.visible_to(actor).values("pk"))
    count = Count("pairings__household", distinct=True, filter=_today("pairings__") & seen)
    return rows.annotate(households=count)


def pairings_of(helper: Helper, actor: Actor) -> ScopedQuerySet:
    """The pairings of a helper that the actor sees, with the household."""
    return (
        Pairing.objects.visible_to(actor)
        .filter(helper=helper)
        .select_related("household")
        .order_by("-starts_on", "pk")
    )


def helpers_of(household: Household, actor: Actor) -> ScopedQuerySet:
    """The pairings of a household that the actor sees, with the helper; the latest first."""
    rows = Pairing.objects.visible_to(actor).filter(household=household)
    return rows.select_related("helper").order_by("-starts_on", "pk")


def helped(rows: ScopedQuerySet) -> Exists:
    """The condition for year rows whose household has a helper today."""
    pairings = Pairing.objects.unscoped("whether the household has one; the row itself is scoped")
    return Exists(pairings.filter(_today(), household=OuterRef("household")))
