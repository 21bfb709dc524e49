"""Sealing a report: what it says and counts, and each of its files, of one state of the database."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from fupin.access import Actor
from fupin.queries.standstill import moment
from reports.domain.reports import may_move_or_refuse
from reports.domain.sealing import File, Prepared, keep_seal
from reports.figures.snapshot import snapshot
from reports.interfaces.files import FORMATS, file_name
from reports.models import Report, Seal
from reports.models.report import REPORT_STEPS, ReportMoveKind
from reports.queries.kept import as_records, measured, sha256
from reports.queries.reports import build_report, digest_of_words


def seal_report(*, report: Report, actor: Actor) -> Seal:
    """Seal an approved report as it stands. Raises Refused as keep_seal() does, and without the right."""
    may_move_or_refuse(REPORT_STEPS[ReportMoveKind.SEAL], report, actor)
    return keep_seal(report=report, prepared=prepare(report, actor), actor=actor)


def prepare(report: Report, actor: Actor) -> Prepared:
    """The report as it is now, in every format and figure."""
    with snapshot(writes=True):
        events = moment().last
        summary = build_report(report, actor)
        figures = measured(summary.kind, report.window)
        files = [
            File(format.code, file_name(summary, format), format.render(summary, actor))
            for format in FORMATS.values()
        ]
    content = {
        "kind": report.kind,
        "kind_label": summary.kind.label,
        "region": report.region_id,
        "region_name": str(report.region),
        "period": report.window.period,
        "since": report.since,
        "title": summary.title,
        "subtitle": f"（{summary.period}）",
        "sections": [
            {
                "title": section.title,
                "paragraphs": ["".join(run.text for run in paragraph) for paragraph in section.paragraphs],
            }
            for section in summary.sections
        ],
        "remarks": [remark.text for remark in summary.remarks],
        "figures": as_records(figures),
    }
    return Prepared(content, files, digest_of_words(summary), events)


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
