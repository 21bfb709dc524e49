"""The journal of a household and of a place, and the yearly increase and decrease that follow from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import OuterRef, Q, Subquery, Sum

from fupin.access import Actor
from fupin.place import Place
from fupin.scope import ScopedQuerySet, prefix_q
from households.acts import DECREASES, EITHER, INCREASES
from households.enums import ActKind, Departure
from households.models import Act, Household, HouseholdYear, Membership, Person, live


def journal_of(household: Household, actor: Actor) -> ScopedQuerySet:
    """A household's acts in the villages that the actor sees, the newest first, with all that they name."""
    acts = Act.objects.visible_to(actor).filter(household=household)
    return with_names(acts).order_by("-on", "-pk")


def with_names(acts: ScopedQuerySet) -> ScopedQuerySet:
    """Acts with the rows that they name, and the head of their household in their year: `head_name`."""
    heads = Membership.objects.unscoped("the head of a household whose act was scoped").filter(
        household_year__household=OuterRef("household"), year=OuterRef("year"), relation="01", present=True
    )
    return acts.select_related(
        "household",
        "person",
        "region",
        "other_household",
        "other_region",
        "recorded_by",
        "undone_by__recorded_by",
    ).annotate(head_name=Subquery(heads.order_by().values("person__name")[:1]))


def former_members(home: HouseholdYear) -> ScopedQuerySet:
    """People who have left a household, and are not known to be dead: in its year, or absent from it since an earlier."""
    rows = Membership.objects.unscoped("who was in the household itself")
    were = rows.filter(household_year__household=home.household_id, year__lte=home.year)
    here = rows.filter(household_year=home, present=True)
    told = live(Act.objects.unscoped("whose leaving the household's own journal tells")).filter(
        household=home.household_id, year__lte=home.year, change__lt=0
    )
    dead = rows.filter(departure=Departure.DIED, year__lte=home.year)
    people = Person.objects.unscoped("who was in the household itself")
    was = Q(pk__in=were.values("person")) | Q(pk__in=told.exclude(person=None).values("person"))
    return people.filter(was).exclude(pk__in=here.values("person")).exclude(pk__in=dead.values("person"))


# --- the year's increase and decrease ------------------------------------------------------------------------


@dataclass
class Movement:
    """The members of a place or a household in a year: how many there were, who came, who went, how many there are."""

    start: int = 0
    increase: dict[ActKind, int] = field(default_factory=dict)
    decrease: dict[ActKind, int] = field(default_factory=dict)
    end: int = 0

    @property
    def more(self) -> int:
        """By how many the increases come to."""
        return sum(self.increase.values())

    @property
    def fewer(self) -> int:
        """By how many the decreases come to."""
        return sum(self.decrease.values())

    @property
    def unexplained(self) -> int:
        """What no act tells: members that came by workbook or were entered directly."""
        return self.end - (self.start + self.more - self.fewer)

    def __add__(self, other: Movement) -> Movement:
        return Movement(
            self.start + other.start,
            _sum(self.increase, other.increase),
            _sum(self.decrease, other.decrease),
            self.end + other.end,
        )


def _sum(one: dict[ActKind, int], other: dict[ActKind, int]) -> dict[ActKind, int]:
    return {kind: one.get(kind, 0) + other.get(kind, 0) for kind in {**one, **other}}


def movement_of_place(actor: Actor, place: Place) -> Movement:
    """The movement of the people whom the actor sees in a place and its year.

    What moves within the place (splits, merges, transfers between its villages) is neither increase nor decrease. A
    village that was not on record the year before starts with those whom no act has brought.
    """
    code = prefix_q("region__code", (place.region.prefix,))
    homes = HouseholdYear.objects.visible_to(actor).filter(code)
    acts = live(Act.objects.visible_to(actor)).filter(code, year=place.year)
    moved = acts.exclude(kind__in=(ActKind.SPLIT, ActKind.MERGED)).exclude(
        kind=ActKind.TRANSFERRED, other_region__code__startswith=place.region.prefix
    )
    return _movement(homes, acts, moved, place.year, "region_id")


def movement_of_household(actor: Actor, household: Household, year: int) -> Movement:
    """The movement of one household in a year; what it did in villages that the actor does not see is left out."""
    homes = HouseholdYear.objects.visible_to(actor).filter(household=household)
    acts = live(Act.objects.visible_to(actor)).filter(household=household, year=year)
    return _movement(homes, acts, acts, year, "household_id")


def _movement(
    homes: ScopedQuerySet, acts: ScopedQuerySet, moved: ScopedQuerySet, year: int, unit: str
) -> Movement:
    """The movement of some households, summed over units (villages, or one household) of which each has its start."""
    people: dict[tuple[str, int], int] = {
        (row[0], row[1]): row[2]
        for row in homes.filter(year__in=(year - 1, year))
        .order_by()
        .values_list(unit, "year")
        .annotate(n=Sum("people"))
    }
    net = dict(acts.order_by().values_list(unit).annotate(n=Sum("change")))
    units = {name for name, _ in people} | set(net)
    found = Movement(end=sum(n for (_, at), n in people.items() if at == year))
    for name in units:
        now = people.get((name, year), 0)
        found.start += people.get((name, year - 1), now - net.get(name, 0))
    sums = (
        moved.order_by()
        .values("kind")
        .annotate(came=Sum("change", filter=Q(change__gt=0)), went=Sum("change", filter=Q(change__lt=0)))
    )
    by_kind = {row["kind"]: (row["came"] or 0, -(row["went"] or 0)) for row in sums}
    for kind in (*INCREASES, *EITHER):
        if came := by_kind.get(kind, (0, 0))[0]:
            found.increase[kind] = came
    for kind in (*DECREASES, *EITHER):
        if went := by_kind.get(kind, (0, 0))[1]:
            found.decrease[kind] = went
    return found


def at_place_now(acts: Iterable[Act]) -> set[tuple[int, str]]:
    """Of the households and villages of acts, those that are registered there in the acts' year: (household, region)."""
    wanted = [(act.household_id, act.region_id, act.year) for act in acts]
    if not wanted:
        return set()
    rows = HouseholdYear.objects.unscoped("only where the acts that were scoped lie")
    found = rows.filter(
        household__in={household for household, _, _ in wanted}, region__in={region for _, region, _ in wanted},
        year__in={year for _, _, year in wanted},
    )  # fmt: skip
    return set(found.values_list("household_id", "region_id"))


__all__ = [
    "Movement", "at_place_now", "former_members", "journal_of", "movement_of_household", "movement_of_place",
    "with_names",
]  # fmt: skip
