"""Where villages' years lie, since when, who is late, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.utils import timezone

from fupin.access import Action, Actor, may
from fupin.models import Move, RegionYear, YearMove
from fupin.models.review import SINGLE, STEPS, State, Step
from fupin.place import Place
from fupin.scope import ScopedQuerySet

#: Beside the states, what the list can be narrowed to.
LATE = "late"


def years_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """The years of a place's villages, in the place's year."""
    rows = RegionYear.objects.visible_to(actor)
    return rows.filter(region__code__startswith=place.region.prefix, year=place.year)


def late(today: date) -> Q:
    """The condition of those not submitted by the day that the county has set."""
    return Q(state=State.OPEN, due_on__lt=today)


def with_journal(rows: ScopedQuerySet) -> ScopedQuerySet:
    """RegionYear rows with what the last move says: `moved_at`, `moved_by`, `remark`, `move`.

    That a township has begun to read is no move of the year: it lies where it lay.
    """
    lines = YearMove.objects.unscoped("lines of years that were scoped")
    lines = lines.filter(region=OuterRef("region"), year=OuterRef("year")).exclude(move=Move.START)
    last = lines.order_by("-pk")
    return rows.annotate(
        moved_at=Subquery(last.values("at")[:1]),
        moved_by=Subquery(last.values("by__name")[:1]),
        remark=Subquery(last.values("remark")[:1]),
        move=Subquery(last.values("move")[:1]),
    )


def count_states(rows: ScopedQuerySet, today: date) -> dict[str, int]:
    """How many of these years lie in each state, and how many are late."""
    counted = dict.fromkeys((*State.values, LATE), 0)
    for state, count, behind in (
        rows.order_by()
        .values_list("state")
        .annotate(villages=Count("pk"), behind=Count("pk", filter=late(today)))
    ):
        counted[state] = count
        counted[LATE] += behind
    return counted


def steps_for(actor: Actor, year: RegionYear) -> list[Step]:
    """What the actor may do with a village's year as it lies now, in the order of the buttons."""
    return [
        step
        for step in map(STEPS.__getitem__, SINGLE)
        if year.state in step.sources
        and may(actor, step.action, year.region_id)
        and step.review_opened in (None, year.review_opened_at is not None)
    ]


def journal_of(actor: Actor, place: Place) -> ScopedQuerySet:
    """The journal of a village's year, newest first."""
    lines = YearMove.objects.visible_to(actor).filter(region=place.region, year=place.year)
    return lines.select_related("by").order_by("-pk")


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody: how many villages, and the list they stand in (a state, or late)."""

    label: str
    count: int
    state: str


def waiting_for(actor: Actor, place: Place) -> list[Waiting]:
    """What waits for the actor at a place above a village: the township's to review, the county's to accept."""
    code = place.region.code
    reviews, accepts = may(actor, Action.REVIEW, code), may(actor, Action.ACCEPT, code)
    if place.region.is_village or not (reviews or accepts):
        return []
    counted = count_states(years_at(actor, place), timezone.localdate())
    found = []
    if reviews:
        found.append(Waiting("待乡镇审核的村", counted[State.SUBMITTED], State.SUBMITTED))
    if accepts:
        found.append(Waiting("待县级审核的村", counted[State.PASSED], State.PASSED))
    if may(actor, Action.YEARS, code):
        found.append(Waiting("已通过、待关账的村", counted[State.ACCEPTED], State.ACCEPTED))
    found.append(Waiting("逾期未提交的村", counted[LATE], LATE))
    return [waiting for waiting in found if waiting.count]


def year_of(actor: Actor, place: Place) -> Any:
    """A village's year with its last move; None where it was never opened."""
    return with_journal(years_at(actor, place)).select_related("region").first()
