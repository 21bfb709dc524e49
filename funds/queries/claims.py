"""Benefits that can hardly be true: each kind of doubt is one condition over rows, told by the rows beside them.

Nothing is refused for it. Form, import and list ask the same conditions. Rows beside a benefit are found wherever they
lie: only whether there are such is told, never where.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_

from django.db.models import BooleanField, Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Round
from django.db.models.lookups import Exact, In

from funds.enums import EDUCATION_AID, ONCE, Doubt, Measure
from funds.models import Benefit
from funds.validators import BORROWERS, LONGEST_YEARS, MOST_LENT
from fupin.scope import ScopedQuerySet
from households.enums import ActKind, Departure, School
from households.models import Act, HouseholdYear, Membership
from households.models.act import LIVE

WHETHER = "only whether, never where"
#: What ends a membership, and what takes a household off the roll.
LEAVES = (
    ActKind.MEMBER_DIED, ActKind.MEMBER_MARRIED_OUT, ActKind.MEMBER_MOVED_OUT, ActKind.MEMBER_EMIGRATED,
    ActKind.MEMBER_IMPRISONED,
)  # fmt: skip
ENDS = (ActKind.REMOVED, ActKind.MERGED)
#: How a member leaves alone; what left with the household is told of the household.
ALONE = [kind for kind in Departure if kind != Departure.WITH_HOUSEHOLD]
PUPILS = [school for school in School if school != School.NONE]
#: 雨露计划 is for 中职 and 高职 alone (rules of a province's check of 2023); 大专 is read as 大专及以上.
VOCATIONAL = [
    School.VOCATIONAL_1, School.VOCATIONAL_2, School.VOCATIONAL_3, School.HIGHER_VOCATIONAL_1,
    School.HIGHER_VOCATIONAL_2, School.HIGHER_VOCATIONAL_3, School.COLLEGE,
]  # fmt: skip
BY_HOUSEHOLD, BY_PERSON, DATED = Q(person=None), Q(person__isnull=False), Q(on__isnull=False)


def _still_there(acts: ScopedQuerySet) -> Q:
    """An act of the benefit's own year ended it, and not before the benefit's day: till then all was well."""
    acts = acts.filter(LIVE, year=OuterRef("year"))
    return Q(on=None) & Q(Exists(acts)) | DATED & Q(Exists(acts.filter(on__gte=OuterRef("on"))))


def off_roll() -> Q:
    """The household's latest row up to the year is not on the roll."""
    rows = HouseholdYear.objects.unscoped(WHETHER).filter(
        household=OuterRef("household"), year__lte=OuterRef("year")
    )
    acts = Act.objects.unscoped(WHETHER).filter(household=OuterRef("household"), kind__in=ENDS)
    latest = Subquery(rows.order_by("-year").values("on_roll")[:1])
    return Q(Exact(latest, False)) & ~_still_there(acts)


def left() -> Q:
    """The person's latest membership up to the year has ended."""
    rows = Membership.objects.unscoped(WHETHER).filter(person=OuterRef("person"), year__lte=OuterRef("year"))
    acts = Act.objects.unscoped(WHETHER).filter(person=OuterRef("person"), kind__in=LEAVES)
    latest = Subquery(rows.order_by("-year").values("departure")[:1])
    return BY_PERSON & Q(In(latest, ALONE)) & ~_still_there(acts)


def _others() -> ScopedQuerySet:
    """The other benefits of the year."""
    return Benefit.objects.unscoped(WHETHER).filter(year=OuterRef("year")).exclude(pk=OuterRef("pk"))


def posts() -> Q:
    """Two posts of one person in a year. What is paid in parts says which part it is."""
    others = _others().filter(person=OuterRef("person"), measure=Measure.POST)
    parts = others.filter(Q(tranche="") | Q(tranche=OuterRef("tranche")))
    again = Q(tranche="") & Q(Exists(others)) | ~Q(tranche="") & Q(Exists(parts))
    return Q(measure=Measure.POST) & BY_PERSON & (Q(quantity__gt=1) | again)


def pupil() -> Q:
    """Aid for somebody who is registered in the year, and at no such school; or for a household with no such pupil."""
    members = Membership.objects.unscoped(WHETHER).filter(year=OuterRef("year"))

    def without(rows: ScopedQuerySet) -> Q:
        aid = Q(measure=Measure.EDUCATION) & ~Q(Exists(rows.filter(school__in=PUPILS)))
        yulu = Q(measure=Measure.YULU) & ~Q(Exists(rows.filter(school__in=VOCATIONAL)))
        return Q(Exists(rows)) & (aid | yulu)

    own = without(members.filter(person=OuterRef("person")))
    family = without(members.filter(household_year__household=OuterRef("household")))
    return Q(measure__in=EDUCATION_AID) & (BY_PERSON & own | BY_HOUSEHOLD & family)


def twice() -> Q:
    """The same measure for a household once more: for it and for one of its people, or a year's sum beside a part of it.

    Parts paid on days of their own are none, unless they say that they are the same one. Nor is a house rebuilt twice, in
    whatever year, nor education aid of one amount entered under both its names.
    """
    others = _others().filter(household=OuterRef("household"), measure=OuterRef("measure"))

    def same(rows: ScopedQuerySet) -> Q:
        part = ~Q(tranche="") & Q(Exists(rows.filter(tranche=OuterRef("tranche"))))
        return Q(on=None) & Q(Exists(rows)) | DATED & Q(Exists(rows.filter(on=None))) | part

    in_year = (
        BY_HOUSEHOLD & (Q(Exists(others.filter(person__isnull=False))) | same(others.filter(person=None)))
        | BY_PERSON & (Q(Exists(others.filter(person=None))) | same(others.filter(person=OuterRef("person"))))
    )  # fmt: skip
    ever = Benefit.objects.unscoped(WHETHER).filter(
        household=OuterRef("household"), measure=OuterRef("measure")
    )
    both = _others().filter(person=OuterRef("person"), measure__in=EDUCATION_AID, amount=OuterRef("amount"))
    return (
        ~Q(measure=Measure.POST) & in_year
        | Q(measure__in=ONCE) & Q(Exists(ever.exclude(pk=OuterRef("pk"))))
        | Q(measure__in=EDUCATION_AID) & Q(Exists(both.exclude(measure=OuterRef("measure"))))
    )


def product() -> Q:
    """Quantity times standard is another amount, to the 分."""
    known = Q(quantity__isnull=False, standard__isnull=False, amount__isnull=False)
    return known & ~Q(amount=Round(F("quantity") * F("standard"), 2))


def loan() -> Q:
    """A loan beyond what 扶贫小额信贷 allows: amount, time, the borrower's age on the day."""
    youngest, oldest = BORROWERS
    longer = Q(loan__due_on__gt=_after("loan__lent_on", LONGEST_YEARS))
    too_young = Q(loan__lent_on__lt=_after("person__birth_date", youngest))
    too_old = Q(loan__lent_on__gte=_after("person__birth_date", oldest + 1))
    return Q(measure=Measure.LOAN) & (Q(amount__gt=MOST_LENT) | longer | too_young | too_old)


def _after(day: str, years: int) -> Func:
    """A day so many years later."""
    return Func(F(day), template=f"((%(expressions)s + INTERVAL '{years} years')::date)")


#: Each kind of doubt with its condition over benefits.
CONDITIONS = {
    Doubt.OFF_ROLL: off_roll, Doubt.LEFT: left, Doubt.POSTS: posts, Doubt.PUPIL: pupil, Doubt.TWICE: twice,
    Doubt.PRODUCT: product, Doubt.LOAN: loan,
}  # fmt: skip


def doubtful(benefits: ScopedQuerySet, *kinds: Doubt) -> ScopedQuerySet:
    """Of these benefits, those with one of the doubts (any, without)."""
    return benefits.filter(reduce(or_, (CONDITIONS[kind]() for kind in kinds or CONDITIONS)))


def with_doubts(benefits: ScopedQuerySet) -> ScopedQuerySet:
    """Benefits with what is doubted of each: `doubt_left`, `doubt_posts` and so on."""
    return benefits.annotate(**{
        f"doubt_{kind.value}": Case(
            When(condition(), then=Value(True)), default=Value(False), output_field=BooleanField()
        )
        for kind, condition in CONDITIONS.items()
    })  # fmt: skip


def doubts_of(row: Benefit) -> list[Doubt]:
    """What with_doubts() has found of a row."""
    return [kind for kind in CONDITIONS if getattr(row, f"doubt_{kind.value}")]


def doubts_by_key(benefits: ScopedQuerySet, key: tuple[str, ...]) -> Mapping[tuple, list[Doubt]]:
    """The doubtful ones of these benefits by the values of some columns, each with its doubts; in one statement."""
    found = with_doubts(doubtful(benefits))
    return {tuple(getattr(row, name) for name in key): doubts_of(row) for row in found}
