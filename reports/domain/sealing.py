"""Keeping for good: a sealed report with its files, and the figures of a year that was closed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from fupin.access import Action, Actor
from fupin.audit import acting
from fupin.domain.jobs import queue_once
from fupin.domain.years import may_act_or_refuse
from fupin.models import Job, Level, Move, Region, RegionYear, User, YearMove
from fupin.queries.standstill import moment
from fupin.refusals import Refused, said_plainly
from reports.domain.reports import lock_report, may_move_or_refuse, user_of, write_report_move
from reports.figures.snapshot import snapshot
from reports.figures.window import year_window
from reports.models import Report, Seal, SealedFile, YearFigures
from reports.models.report import REPORT_STEPS, ReportMoveKind
from reports.queries.kept import as_records, as_text, measured_places, sha256

#: The job that seals a report (reports/interfaces/sealing.py).
JOB = "seal_report"


@dataclass(frozen=True)
class File:
    """A file of a report: the code of its format, its name, its bytes."""

    format: str
    name: str
    content: bytes


@dataclass(frozen=True)
class Prepared:
    """What is to be sealed, of one state of the database: what the report says, its figures, its files."""

    content: Mapping[str, Any]
    files: Sequence[File]
    #: Of the words, as they were approved.
    words: str
    #: The last event of each table of the audit in that state.
    events: Mapping[str, int]


def queue_sealing(*, report: Report, actor: User) -> Job:
    """Ask the worker to seal a report; what is on its way is not asked for twice. Raises Refused without the right."""
    may_move_or_refuse(REPORT_STEPS[ReportMoveKind.SEAL], report, actor)
    arguments = {"report": report.pk, "region": report.region_id, "year": report.year}
    return queue_once(kind=JOB, arguments=arguments, actor=actor)


def keep_seal(*, report: Report, prepared: Prepared, actor: Actor) -> Seal:
    """Seal an approved report: its content, its files and their digests, for good.

    Raises Refused without the right, in a wrong state, and where the report says something else than what was approved.
    """
    step = REPORT_STEPS[ReportMoveKind.SEAL]
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        held = lock_report(report, step)
        if held.approved != prepared.words:
            raise Refused("批准以后，报告的文字或数字有了变动，不能封存。请退回，重新提交、批准后再封存。")
        at, by = timezone.now(), user_of(actor)
        content = {
            **prepared.content,
            "version": held.version,
            "sealed_at": at.isoformat(),
            "sealed_by": str(by or "系统"),
            "files": {file.format: sha256(file.content) for file in prepared.files},
        }
        text = as_text(content)
        seal = Seal.objects.create(
            report=held, content=text, digest=sha256(text), events=dict(prepared.events), by=by, at=at
        )
        SealedFile.objects.bulk_create(
            SealedFile(seal=seal, format=file.format, name=file.name, content=file.content)
            for file in prepared.files
        )
        write_report_move(held, ReportMoveKind.SEAL, actor)
        held.state = step.to
        held.save()
    return seal


def keep_year_figures(*, region: Region, year: int, actor: Actor) -> int:
    """Keep what the figures of a closed year come to, for each village and each region above it up to this one.

    Done again it keeps what is missing alone: a place is kept anew only where its year was opened again since. Returns how
    many places were kept. Raises Refused without the right, and while one of the region's villages is not closed.
    """
    may_act_or_refuse(actor, Action.YEARS, region)
    years = RegionYear.objects.unscoped("the right was checked")
    years = years.filter(region__code__startswith=region.prefix, year=year)
    if years.exclude(state=RegionYear.State.CLOSED).exists():
        raise Refused(f"{region}还有村没有关账，{year}年度的指标不能留存。")
    due = _places_due(region, year)
    count = 0
    for level in (Level.VILLAGE, Level.TOWNSHIP, Level.COUNTY):
        wanted = {place.prefix: place for place in due if place.level == level}
        if not wanted:
            continue
        with snapshot(writes=True):
            events = moment().last
            found = measured_places(year_window(region, year), level)
        rows = []
        for prefix, place in wanted.items():
            content = {"region": place.code, "year": year, "figures": as_records(found.get(prefix, {}))}
            text = as_text(content)
            rows.append(
                YearFigures(
                    region=place,
                    year=year,
                    content=text,
                    digest=sha256(text),
                    events=events,
                    by=user_of(actor),
                )
            )
        with transaction.atomic():
            YearFigures.objects.bulk_create(rows, batch_size=50)
        count += len(rows)
    return count


def _places_due(region: Region, year: int) -> list[Region]:
    """The places of a region whose figures are not kept, or whose year was opened again since they were."""
    years = RegionYear.objects.unscoped("the caller has checked the right")
    closed = years.filter(region__code__startswith=region.prefix, year=year).values_list("region", flat=True)
    codes = {code[: level.value].ljust(len(code), "0") for code in closed for level in Level}
    places = Region.objects.unscoped("the caller has checked the right").filter(
        code__in=codes, code__startswith=region.prefix, level__gte=Level.COUNTY
    )
    figures = YearFigures.objects.unscoped("the caller has checked the right").filter(year=year)
    # The latest comes last, and stays.
    kept = dict(figures.order_by("at").values_list("region", "at"))
    moves = YearMove.objects.unscoped("the caller has checked the right")
    reopened = list(moves.filter(year=year, move=Move.REOPEN).values_list("region", "at"))
    return [
        place
        for place in places.order_by("code")
        if place.code not in kept
        or any(code.startswith(place.prefix) and at > kept[place.code] for code, at in reopened)
    ]
