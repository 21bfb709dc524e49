"""Reads of the money: what was granted, arrived, was allocated and paid, and what is left; in 元 with 分.

An appropriation that lies at a place or in it is its own: all that was allocated of it lies there too (the database sees
to that), so that its balance is whole. One from above is seen because it pays for a project here: of it only what came
here is counted, and its balance is whoever's has it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    DecimalField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from funds.enums import FundChange, FundLevel
from funds.library import StepKind
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment, Project, ProjectStep
from funds.models.step import STANDING
from fupin.access import Action, Actor
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.scope import ScopedQuerySet

EVER = (FIRST_YEAR, LAST_YEAR)
MONEY: DecimalField = DecimalField(max_digits=20, decimal_places=2)
ZERO = Value(Decimal(0), MONEY)

#: So many amounts say what is usual.
USUAL = 50

#: What an entry does to the amount that can be allocated; and to the amount that was granted, which may arrive.
C = FundChange
EFFECT = {C.ARRIVED: 0, C.TAKEN_BACK: -1, C.RAISED: 1, C.LOWERED: -1, C.CARRIED: -1}
GRANT = {C.RAISED: 1, C.LOWERED: -1}


def added(rows: QuerySet, of: str, amount: Any = "amount") -> Coalesce:
    """For each outer row the sum of an amount over the inner rows that name it by `of`; 0 where there are none."""
    total = (
        rows.filter(**{of: OuterRef("pk")}).order_by().values(of).annotate(total=Sum(amount)).values("total")
    )
    return Coalesce(Subquery(total, output_field=MONEY), ZERO)


def signed(signs: dict[FundChange, int]) -> Case:
    """An entry's amount with the sign that its kind has."""
    whens = [When(kind=kind, then=Value(sign) * F("amount")) for kind, sign in signs.items() if sign]
    return Case(*whens, default=ZERO, output_field=MONEY)


def allocations_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """What was allocated to projects at the place, in any year."""
    return Allocation.objects.visible_to(actor).filter(place.holds(Allocation, EVER))


def payments_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """What was paid for projects at the place, in any year."""
    return Payment.objects.visible_to(actor).filter(place.holds(Payment, EVER))


def appropriations_at(actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
    """The appropriations of the place's own and those that pay for projects there; of its budget year or of some."""
    here = Q(pk__in=allocations_at(actor, place).values("appropriation"))
    rows = Appropriation.objects.visible_to(actor).filter(year__range=years or (place.year, place.year))
    return rows.filter(place.holds(Appropriation) | here)


def with_balance(appropriations: ScopedQuerySet, actor: Actor, place: Place) -> ScopedQuerySet:
    """Say of each: own, effective, arrived, allocated, paid and left. The second, third and last are None of one from above.

    effective is the amount with what was raised, lowered, taken back and carried over; left is what of it is not allocated.
    """
    entries = AppropriationEntry.objects.unscoped("of appropriations that are seen as their own")
    arrivals = entries.filter(kind=C.ARRIVED)
    own = place.holds(Appropriation)
    rows = appropriations.annotate(
        own=Case(When(own, then=True), default=False, output_field=BooleanField()),
        allocated=added(allocations_at(actor, place), "appropriation"),
        paid=added(payments_at(actor, place), "allocation__appropriation"),
        effective=Case(When(own, then=F("amount") + added(entries, "appropriation", signed(EFFECT))), output_field=MONEY),
        arrived=Case(When(own, then=added(arrivals, "appropriation")), output_field=MONEY),
    )  # fmt: skip
    return rows.annotate(left=F("effective") - F("allocated"))


def with_paid(allocations: ScopedQuerySet) -> ScopedQuerySet:
    """Say of each allocation what was paid of it, and what is not yet."""
    payments = Payment.objects.unscoped("where an allocation is seen, so are its payments")
    rows = allocations.annotate(paid=added(payments, "allocation"))
    return rows.annotate(unpaid=F("amount") - F("paid"))


@dataclass(frozen=True)
class Balance:
    """What stands of an appropriation as a whole, in 元."""

    granted: Decimal
    effective: Decimal
    arrived: Decimal
    allocated: Decimal

    @property
    def left(self) -> Decimal:
        """What is not allocated."""
        return self.effective - self.allocated


def balance_of(
    appropriation: Appropriation, *, without: Allocation | AppropriationEntry | None = None
) -> Balance:
    """The balance as the database sees it now; without a row that is about to be written anew."""
    entries = AppropriationEntry.objects.unscoped("the appropriation as a whole").filter(
        appropriation=appropriation
    )
    allocations = Allocation.objects.unscoped("the appropriation as a whole").filter(
        appropriation=appropriation
    )
    if isinstance(without, AppropriationEntry):
        entries = entries.exclude(pk=without.pk)
    elif without is not None:
        allocations = allocations.exclude(pk=without.pk)
    told = entries.order_by().aggregate(
        changed=Sum(signed(EFFECT)),
        granted=Sum(signed(GRANT)),
        arrived=Sum("amount", filter=Q(kind=C.ARRIVED)),
    )
    none = Decimal(0)
    return Balance(
        appropriation.amount + (told["granted"] or none),
        appropriation.amount + (told["changed"] or none),
        told["arrived"] or none,
        allocations.order_by().aggregate(sum=Sum("amount"))["sum"] or none,
    )


def paid_of(allocation: Allocation, *, without: Payment | None = None) -> Decimal:
    """What was paid of an allocation; without a payment that is about to be written anew."""
    payments = Payment.objects.unscoped("the allocation as a whole").filter(allocation=allocation)
    if without is not None:
        payments = payments.exclude(pk=without.pk)
    return payments.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0)


def fundable(actor: Actor, place: Place) -> ScopedQuerySet:
    """The appropriations of which the actor may allocate to projects at the place, with what is left of each.

    They were granted to the place or to a region above it. Whoever funds with one sees it as a whole.
    """
    region, codes = place.region, [place.region.code]
    while region.parent is not None:
        region = region.parent
        codes.append(region.code)
    entries = AppropriationEntry.objects.unscoped("of appropriations that one may fund with")
    allocations = Allocation.objects.unscoped("of appropriations that one may fund with")
    rows = Appropriation.objects.visible_to(actor, Action.FUND).filter(region__in=codes)
    left = F("amount") + added(entries, "appropriation", signed(EFFECT)) - added(allocations, "appropriation")
    return rows.annotate(left=left).select_related("region")


def approved_on(project: Project) -> date | None:
    """The day of the approval that stands; None without one."""
    steps = ProjectStep.objects.unscoped("only whether and when the project was approved")
    return (
        steps.filter(STANDING, project=project, kind=StepKind.APPROVED).values_list("on", flat=True).first()
    )


def usual_of(rows: ScopedQuerySet, *, without: Any = None) -> list[Decimal]:
    """Amounts that were entered before, the latest first; without a row that is about to be written. To tell an odd one by."""
    if without is not None and without.pk:
        rows = rows.exclude(pk=without.pk)
    return list(rows.order_by("-pk").values_list("amount", flat=True)[:USUAL])


def projects_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """Projects at the place to which money of the place's budget year was allocated; with what, and what was paid of it."""
    allocations = allocations_at(actor, place).filter(appropriation__year=place.year)
    payments = payments_at(actor, place).filter(allocation__appropriation__year=place.year)
    rows = Project.objects.visible_to(actor).filter(place.holds(Project, EVER))
    rows = rows.filter(pk__in=allocations.values("project")).annotate(
        allocated=added(allocations, "project"), paid=added(payments, "allocation__project")
    )
    return rows.annotate(unpaid=F("allocated") - F("paid")).select_related("region__parent")


def subsidies_of(allocations: QuerySet) -> list[dict[str, Any]]:
    """A line for each project of some allocations: where it is, and its money by level, named of_01 and so on, and in all."""
    amounts = {
        f"of_{level.value}": Sum("amount", filter=Q(appropriation__level=level)) for level in FundLevel
    }
    lines = allocations.order_by("region", "project").values(
        "project_id", "region_id", "township_name", "village_name", "project_name"
    )  # fmt: skip
    return list(lines.annotate(**amounts, total=Sum("amount")))
