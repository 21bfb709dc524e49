"""Sealing a report: what it says and counts, and each of its files, of one state of the database.

A yearbook is sealed by the worker: to write its files takes as long as the county has villages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from fupin.access import Action, Actor
from fupin.domain.jobs import Told, job_kind, job_told, report_progress
from fupin.models import Job, Region, User
from fupin.place import Place
from fupin.queries.standstill import moment
from fupin.refusals import Refused
from reports.domain.reports import may_move_or_refuse
from reports.domain.sealing import JOB, File, Prepared, keep_seal, queue_sealing
from reports.figures.snapshot import snapshot
from reports.interfaces.files import FORMATS, file_name, report_date
from reports.interfaces.yearbook import FORMATS as OF_YEARBOOKS
from reports.interfaces.yearbook_grids import grids_of
from reports.models import Report, Seal
from reports.models.report import REPORT_STEPS, ReportMoveKind
from reports.queries.kept import Measured, as_records, measured, sha256
from reports.queries.reports import REPORT_KINDS, YEARBOOK, build_report, digest_of_words
from reports.queries.yearbook import digest_of_yearbook, yearbook_of


def seal_report(*, report: Report, actor: Actor) -> Seal:
    """Seal an approved report as it stands. Raises Refused as keep_seal() does, and without the right."""
    may_move_or_refuse(REPORT_STEPS[ReportMoveKind.SEAL], report, actor)
    return keep_seal(report=report, prepared=prepare(report, actor), actor=actor)


def seal_or_queue(*, report: Report, actor: User) -> Job | None:
    """Seal a report at once, or ask the worker to, and return the job. Raises Refused without the right."""
    if report.kind == YEARBOOK.code:
        return queue_sealing(report=report, actor=actor)
    seal_report(report=report, actor=actor)
    return None


@job_kind(JOB)
def seal_in_background(job: Job) -> str:
    """Seal a report with the rights that the user has now; one that is sealed already stays as it is."""
    assert job.actor is not None  # queue_sealing() wants a user
    seen = Report.objects.visible_to(job.actor, Action.REPORT).select_related("region__parent")
    report = seen.filter(pk=job.arguments["report"]).first()
    if report is None:
        raise Refused("这份报告已不在您的权限范围内。")
    if not report.is_sealed:
        report_progress(job, step=0, steps=1, message="正在统计、生成文件")
        seal_report(report=report, actor=job.actor)
    return "已封存。"


@job_told(JOB)
def tell_sealing(job: Job) -> Told:
    """Which report's year, and its page."""
    place = Place(Region(code=job.arguments["region"]), job.arguments["year"])
    return Told(f"封存{place.year}{YEARBOOK.label}", place.url("report", key=job.arguments["report"]))


def prepare(report: Report, actor: Actor) -> Prepared:
    """The report as it is now, in every format and figure."""
    if report.kind == YEARBOOK.code:
        return _prepare_yearbook(report, actor)
    with snapshot(writes=True):
        events = moment().last
        summary = build_report(report, actor)
        figures = measured(summary.kind, report.window)
        files = [
            File(format.code, file_name(summary, format), format.render(summary, actor))
            for format in FORMATS.values()
        ]
    sections = [
        (section.title, ["".join(run.text for run in paragraph) for paragraph in section.paragraphs])
        for section in summary.sections
    ]
    content = _content(
        report, summary.title, f"（{summary.period}）", sections, [r.text for r in summary.remarks], figures
    )
    return Prepared(content, files, digest_of_words(summary), events)


def _prepare_yearbook(report: Report, actor: Actor) -> Prepared:
    """The yearbook as it is now: its files, and the figures of the whole."""
    with snapshot(writes=True):
        events = moment().last
        yearbook = yearbook_of(Place(report.region, report.year), actor)
        figures = measured(YEARBOOK, report.window)
    on = report_date(yearbook.window, timezone.localdate())
    files = [
        File(code, f"{yearbook.title}.{code}", render(yearbook, on=on))
        for code, (_label, _type, render) in OF_YEARBOOKS.items()
    ]
    proof = yearbook.proof
    wrong = len(proof.wrong) + len(proof.wrong_villages)
    sections = [
        ("各表", [f"{'、'.join(grid.title for grid in grids_of(yearbook))}，共{proof.villages}个村。全部内容见封存的文件。"]),
        ("勾稽", [f"勾稽有{wrong}处不一致，见文件中的勾稽表。" if wrong else "勾稽全部一致。"]),
    ]  # fmt: skip
    content = _content(report, yearbook.title, f"（{report.window.years}）", sections, [], figures)
    return Prepared(content, files, digest_of_yearbook(yearbook), events)


def _content(
    report: Report,
    title: str,
    subtitle: str,
    sections: list[tuple[str, list[str]]],
    remarks: list[str],
    figures: Measured,
) -> dict[str, Any]:
    """What is kept of a report beside its files."""
    return {
        "kind": report.kind,
        "kind_label": REPORT_KINDS[report.kind].label,
        "region": report.region_id,
        "region_name": str(report.region),
        "period": report.window.period,
        "since": report.since,
        "title": title,
        "subtitle": subtitle,
        "sections": [{"title": heading, "paragraphs": paragraphs} for heading, paragraphs in sections],
        "remarks": remarks,
        "figures": as_records(figures),
    }


@dataclass(frozen=True)
class Verified:
    """What checking a seal came to: the digest taken anew, and what does not fit it (nothing: it is whole)."""

    digest: str
    wrong: tuple[str, ...]


def verify(seal: Seal) -> Verified:
    """Take the digests of a seal and its files anew."""
    digest = sha256(seal.content)
    wrong = [] if digest == seal.digest else ["封存内容"]
    told: dict[str, str] = json.loads(seal.content)["files"]
    found = {file.format: sha256(bytes(file.content)) for file in files_of(seal)}
    wrong += [FORMATS[code].label for code in FORMATS if found.get(code) != told.get(code)]
    return Verified(digest, tuple(wrong))


def files_of(seal: Seal) -> list[Any]:
    """The files of a seal that was found in somebody's scope."""
    return list(seal.files.unscoped("the seal was found in the actor's scope"))


def for_sheet(content: dict[str, Any]) -> dict[str, Any]:
    """A sealed report as templates/reports/sheet.html shows it: its words alone."""
    sections = [
        {
            "title": section["title"],
            "paragraphs": [[{"text": text, "url": "", "figure_label": ""}] for text in section["paragraphs"]],
        }
        for section in content["sections"]
    ]
    return {"title": content["title"], "subtitle": content["subtitle"], "sections": sections}
