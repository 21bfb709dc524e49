"""What is still open in a year before it is closed, and what was kept when it was."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Count, QuerySet

from fupin.access import Action, Actor
from fupin.ledgers import LEDGERS
from fupin.matters import Matter
from fupin.models import ImportRun, Job, Ledger, Region, RegionYear
from fupin.models.review import State
from fupin.place import Place
from fupin.queries.places import villages_of
from fupin.queries.review import count_states, years_at
from fupin.refusals import Refused
from fupin.scope import ScopedQuerySet
from reports.figures.window import year_window
from reports.models import Reopening, Report, YearFigures
from reports.queries.proof import proof_of
from reports.queries.reports import MISSING, lines_of
from reports.queries.summary import KINDS, build_summary

#: The job's kind.
JOB = "close_year"
#: Where a village's year may lie before it is closed, and should not any more.
NOT_ACCEPTED = (State.OPEN, State.SUBMITTED, State.PASSED)


def closings_of(region: Region, year: int) -> QuerySet[Job]:
    """The jobs that close a region's year, the newest first."""
    return Job.objects.filter(kind=JOB, arguments__region=region.code, arguments__year=year).order_by("-pk")


def reopenings_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """The requests to open a place's year again, or that of a part of it, the newest first."""
    rows = Reopening.objects.visible_to(actor, Action.YEARS).select_related(
        "region", "asked_by", "decided_by"
    )
    return rows.filter(region__code__startswith=place.region.prefix, year=place.year).order_by("-pk")


def figures_kept_at(actor: Actor, place: Place) -> YearFigures | None:
    """What a place's figures came to when its year was closed last; None where it never was."""
    rows = YearFigures.objects.visible_to(actor, Action.REPORT).select_related("by")
    return rows.filter(region=place.region, year=place.year).order_by("-at").first()


def matters_before_closing(place: Place, actor: Actor, today: date) -> list[Matter]:
    """What is open in a place's year, each with the way to its list. It keeps nobody from closing."""
    return [
        *_villages(place, actor, today),
        *_reports(place, actor, today),
        *_imports(place, actor),
        *_ledgers(place, actor),
        *_checks(place, actor),
        *_proof(place, actor),
    ]


def _villages(place: Place, actor: Actor, today: date) -> Iterator[Matter]:
    counted = count_states(years_at(actor, place), today)
    for state in NOT_ACCEPTED:
        if counted[state]:
            text = f"{counted[state]}个村{state.label}，还没有通过审核。"
            yield Matter(text, f"{place.url('progress')}?state={state.value}")
    opened = years_at(actor, place).values("region")
    villages = villages_of(Region.objects.visible_to(actor), place.region, place.year)
    if unopened := villages.exclude(code__in=opened).count():
        yield Matter(f"{unopened}个村没有开设{place.year}年度，不会关账。", place.url("years"))


def _reports(place: Place, actor: Actor, today: date) -> Iterator[Matter]:
    lines = [line for line in lines_of(actor, place, today) if line.is_due]
    labels = {MISSING: "还没有编写", Report.State.DRAFT: "还在编写", Report.State.SUBMITTED: "还没有批准"}
    for state, label in labels.items():
        if count := sum(line.state == state for line in lines):
            yield Matter(f"{count}份应交的报告{label}，不会封存。", f"{place.url('reports')}?state={state}")


def _imports(place: Place, actor: Actor) -> Iterator[Matter]:
    states = (
        ImportRun.State.WAITING,
        ImportRun.State.READY,
        ImportRun.State.WRITING,
        ImportRun.State.UNDOING,
    )
    runs = ImportRun.objects.visible_to(actor).filter(
        region__code__startswith=place.region.prefix, year=place.year, state__in=states
    )
    if count := runs.count():
        yield Matter(f"{count}项导入还没有办完，关账后不能写入。", place.url("import"))


def _ledgers(place: Place, actor: Actor) -> Iterator[Matter]:
    """Villages in which a ledger has neither rows nor a nil report."""
    opened = years_at(actor, place)
    kept = Ledger.objects.visible_to(actor).filter(
        region__in=opened.values("region"), year=place.year, kind__in=LEDGERS
    )
    complete = kept.order_by().values("region").annotate(kinds=Count("kind")).filter(kinds=len(LEDGERS))
    if missing := opened.count() - complete.count():
        yield Matter(f"{missing}个村有台账既没有数据也没有零报告，汇总时是暂无数据。", place.url("overview"))


def _checks(place: Place, actor: Actor) -> Iterator[Matter]:
    """What does not tie in the place's own summary of the year."""
    window = year_window(place.region, place.year)
    for kind in KINDS.values():
        if kind.is_due and place.region.level in kind.levels:
            try:
                summary = build_summary(kind=kind.code, window=window, actor=actor)
            except Refused:
                continue
            url = place.url("summary", kind=kind.code)
            yield from (Matter(f"核对提示：{remark.text}", url) for remark in summary.remarks)


def _proof(place: Place, actor: Actor) -> Iterator[Matter]:
    """What does not tie on the proof sheet, in the place itself or in villages of it."""
    proof = proof_of(place, actor)
    if wrong := len(proof.wrong) + len(proof.wrong_villages):
        yield Matter(f"勾稽表有{wrong}处不一致。", place.url("proof"))


def states_at(place: Place) -> dict[str, int]:
    """How many villages of a place are in each state of the year."""
    years = RegionYear.objects.unscoped("how far a year is, is no secret to whoever closes it")
    years = years.filter(region__code__startswith=place.region.prefix, year=place.year)
    return dict(years.order_by().values_list("state").annotate(villages=Count("pk")))
