"""Reads of projects: where each stands at a day, what it waits for, which papers are wanting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When

from funds.library import PAPERS, Lamp, ProjectGroup, StepKind
from funds.models import Project, ProjectStep
from funds.models.step import STANDING
from funds.validators import is_document_number, tidy_document
from fupin.access import Actor
from fupin.models import Attachment, Region

#: A project that was started and of which nothing was heard for so many days is stuck.
STUCK_DAYS = 90


def usual_amounts(village: Region, without: Collection[Any] = ()) -> list[Decimal]:
    """What the village's projects cost, in 元; without those of some names. To tell an odd amount by."""
    rows = Project.objects.unscoped("the village's own projects; only amounts").filter(region=village)
    return list(
        rows.exclude(amount=None).exclude(name__in=without).order_by("pk").values_list("amount", flat=True)
    )


def proposed(village: Region) -> QuerySet:
    """The village's projects whose proposal stands: they are as they were proposed."""
    steps = ProjectStep.objects.unscoped("of the village's own projects").filter(
        STANDING, kind=StepKind.PROPOSED
    )
    rows = Project.objects.unscoped("the village's own projects, for its own file").filter(region=village)
    return rows.filter(pk__in=steps.values("project"))


def reference_day(year: int, today: date) -> date:
    """The day by which the state of a year's projects is told: the year's last, or today while that is to come."""
    return min(date(year, 12, 31), today)


def steps_until(at: date) -> QuerySet:
    """The steps of the project of an outer query that stand and were taken by a day, the latest in the order first."""
    steps = ProjectStep.objects.unscoped("of a project that the outer query has chosen")
    found = steps.filter(STANDING, project=OuterRef("pk"), on__lte=at).exclude(kind=StepKind.RETURNED)
    return found.order_by("-kind", "-on")


def with_life(projects: QuerySet, at: date) -> QuerySet:
    """Projects with what they had come to by a day.

    `reached` is the last kind of step ("" for none), `started_on`, `completed_on` and `accepted_on` are days, `last_on` that
    of the last step, `progress` the share of the work in %, `lamp` how it goes against its plan.
    """
    steps = steps_until(at)

    def day(kind: StepKind) -> Subquery:
        return Subquery(steps.filter(kind=kind).values("on")[:1])

    rows = projects.annotate(
        reached=Subquery(steps.exclude(kind=StepKind.PROGRESS).values("kind")[:1]),
        started_on=day(StepKind.STARTED),
        completed_on=day(StepKind.COMPLETED),
        accepted_on=day(StepKind.ACCEPTED),
        last_on=Subquery(steps.order_by("-on").values("on")[:1]),
        progress=Subquery(steps.filter(kind=StepKind.PROGRESS).values("share")[:1]),
    )
    return rows.annotate(lamp=_lamp(at))


def _lamp(at: date) -> Case:
    begun, done = Q(started_on__isnull=False), Q(completed_on__isnull=False)
    stuck = begun & Q(last_on__lt=at - timedelta(days=STUCK_DAYS))
    late = (Q(started_on=None) & Q(plan_start__lt=at)) | Q(plan_finish__lt=at)
    return Case(
        When(Q(reached=None) | Q(reached__in=[*_BEFORE_LIBRARY, StepKind.STOPPED]), then=Value("")),
        When(done & Q(plan_finish__lt=F("completed_on")), then=Value(Lamp.DONE_LATE.value)),
        When(done, then=Value(Lamp.DONE.value)),
        When(stuck, then=Value(Lamp.STUCK.value)),
        When(late, then=Value(Lamp.LATE.value)),
        default=Value(Lamp.ON_TIME.value),
        output_field=CharField(),
    )


_BEFORE_LIBRARY = (StepKind.PROPOSED, StepKind.CHECKED, StepKind.ASSESSED)


def standing_steps(project: Project, actor: Actor) -> list[ProjectStep]:
    """The steps of a project that stand, in the order in which they were taken."""
    steps = ProjectStep.objects.visible_to(actor).filter(STANDING, project=project)
    return list(steps.exclude(kind=StepKind.RETURNED).order_by("on", "kind", "pk"))


def other_use_of(document: str, project: Project, kind: StepKind, actor: Actor) -> ProjectStep | None:
    """A standing step of another kind that states the same document, of the project itself before others; None for none.

    One approval honestly covers several projects, and one inspection several: the same number at steps of one kind says
    nothing. An approval and a settlement audit by one document is a slip, in whichever project. It is no more than
    asked about: a county may admit and approve a project by one paper. Only numbers count: 移交清单 is the name of many.
    """
    if not is_document_number(document):
        return None
    steps = ProjectStep.objects.visible_to(actor).filter(STANDING, document=tidy_document(document))
    steps = steps.exclude(kind=kind).annotate(own=Q(project=project)).select_related("project")
    return steps.order_by("-own", "-on", "-pk").first()


def journal_of(project: Project, actor: Actor) -> QuerySet:
    """All that was done with a project, with what was taken back; and whether a step has a file."""
    steps = ProjectStep.objects.visible_to(actor).filter(project=project)
    return with_file(steps).select_related("recorded_by", "undone_by", "region").order_by("on", "pk")


def with_file(steps: QuerySet) -> QuerySet:
    """Steps with whether there is a file of theirs: `has_file`."""
    kind = ContentType.objects.get_for_model(ProjectStep)
    files = Attachment.objects.unscoped("only whether a step has a file").filter(
        content_type=kind, object_id=OuterRef("pk")
    )
    return steps.annotate(has_file=Exists(files))


def wanting_papers(steps: QuerySet) -> QuerySet:
    """The standing steps whose paper is still missing, by what the category of the project asks for."""
    asked = Q(pk__in=[])
    for group, papers in PAPERS.items():
        asked |= Q(project__category__startswith=group.value, kind__in=[kind.value for kind in papers])
    return with_file(steps.filter(STANDING & asked)).filter(has_file=False)


def lacking_papers(projects: QuerySet) -> QuerySet:
    """Of these projects, those with a step whose paper is still missing."""
    steps = ProjectStep.objects.unscoped("of projects that are already scoped")
    return projects.filter(pk__in=wanting_papers(steps).values("project"))


def paper_of(category: str, kind: str) -> str:
    """The paper that a step of a project of the category wants; "" for none."""
    return PAPERS[ProjectGroup(category[:2])].get(StepKind(kind), "") if category else ""
