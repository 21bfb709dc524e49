"""The summaries of many villages: the form that asks for them, and the job that writes them into one zip file."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone

from fupin.access import Action
from fupin.domain.exports import record_export
from fupin.domain.job_files import entry_of, remove_old_files, safe_name, writing
from fupin.domain.jobs import Told as JobTold
from fupin.domain.jobs import job_kind, job_told, report_progress
from fupin.models import ExportLog, Job, Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.exports import digest_of
from fupin.sheets.styles import today_line
from reports.domain.bundle import OFFERED
from reports.interfaces.files import FORMATS
from reports.interfaces.periods import PeriodForm
from reports.queries.bundles import JOB, REPORT, Bundle, villages_still_there, with_data
from reports.queries.reports import report_of, sealed_file
from reports.queries.summary import KINDS, build_summary

NOTE = "说明.txt"


class BundleForm(PeriodForm):
    """Which summaries are wanted, of whole years."""

    part = None  # type: ignore[assignment]  # a field of the other form that this one has not
    formats = forms.MultipleChoiceField(
        label="格式",
        choices=[(code, FORMATS[code].label) for code in OFFERED],
        initial=[OFFERED[0]],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一种格式。"},
    )


@dataclass
class Told:
    """What came of the villages, for whoever asked; a village left out with why."""

    written: int = 0
    no_data: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    #: What a reader must be told of the wording; a county's villages have one wording.
    notices: dict[str, None] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """How many villages, and how many are missing for which reason."""
        missing = (
            (self.no_data, "没有数据"),
            (self.refused, "未能生成"),
            (self.lost, "已不在您的权限范围内"),
        )
        parts = [
            f"已生成{self.written}村",
            *(f"{len(left_out)}村{why}" for left_out, why in missing if left_out),
        ]
        return "，".join(parts)


@job_kind(JOB)
def write_bundle(job: Job) -> str:
    """Write the summaries of the villages, one after another, with the rights that the user has now.

    A village without data, or whose summary is refused, is left out and told. Raises Refused if none is left.
    """
    remove_old_files()
    bundle, told = Bundle(job), Told()
    villages = villages_still_there(job.actor, bundle.villages)
    codes = [village.code for village in villages]
    told.lost += [f"{code}：已不在您的权限范围内。" for code in bundle.villages if code not in codes]
    filled = with_data(codes, bundle.last)
    with writing(job) as file:
        with zipfile.ZipFile(file, "w") as package:
            for step, village in enumerate(villages, start=1):
                if village.code in filled:
                    _write_village(package, bundle, village, told)
                else:
                    told.no_data.append(f"{village.code} {village.name}：没有{bundle.last}年度的数据。")
                report_progress(job, step=step, steps=len(villages), message=village.name)
            package.writestr(_entry(bundle, NOTE), _note(bundle, told))
        if not told.written:
            raise Refused(f"{told.sentence}，没有可以下载的文件。")
        digest = digest_of(file)
    if not ExportLog.objects.unscoped("the worker does every user's jobs").filter(job=job).exists():
        record_export(
            actor=job.actor, region=_recorded_for(bundle, villages),
            year=bundle.last, title=tell_bundle(job).title, row_count=told.written, digest=digest, job=job,
        )  # fmt: skip
    return f"{told.sentence}。"


def _recorded_for(bundle: Bundle, villages: list[Region]) -> Region:
    """The region that was asked for; where the right in it was lost since, a village in which it was not."""
    asked = Region.objects.visible_to(bundle.job.actor, Action.EXPORT).filter(code=bundle.region)
    return asked.first() or villages[0]


def _write_village(package: zipfile.ZipFile, bundle: Bundle, village: Region, told: Told) -> None:
    """A file for each format. All of a village's files or none: the summary is built before any is written."""
    try:
        summary = build_summary(kind=REPORT, window=bundle.window(village), actor=bundle.job.actor)
    except Refused as refused:
        told.refused.append(f"{village.code} {village.name}：{refused}")
        return
    if summary.notice:
        told.notices[summary.notice] = None
    folder = safe_name(village.parent.name if village.parent else "")
    report = report_of(REPORT, bundle.window(village))
    for code in bundle.formats:
        name = f"{folder}/{safe_name(village.code + village.name)}{FORMATS[code].ending}"
        # Of a sealed one, what was sealed.
        content = sealed_file(report, code) or FORMATS[code].render(summary, bundle.job.actor)
        package.writestr(_entry(bundle, name), content)
    told.written += 1


def _entry(bundle: Bundle, name: str) -> zipfile.ZipInfo:
    """A file in the package, of the time at which it was asked for."""
    return entry_of(name, timezone.localtime(bundle.job.created_at))


def _note(bundle: Bundle, told: Told) -> bytes:
    """What is in the package and what is not, as Windows' own editor reads it."""
    window = bundle.window(Region(code=bundle.region))
    lines = [
        f"{KINDS[REPORT].label}（{window.years}，累计自{window.since}年）",
        f"{told.sentence}。生成日期：{today_line(timezone.localdate())}",
    ]
    if left_out := [*told.no_data, *told.refused, *told.lost]:
        lines += ["", "没有生成的村：", *left_out]
    if told.notices:
        lines += ["", "关于措辞：", *told.notices]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def describe(bundle: Bundle, region: Region) -> dict[str, Any]:
    """What the pages show of a bundle."""
    job, window = bundle.job, bundle.window(region)
    return {
        "title": f"{region.name}各{KINDS[REPORT].label}（{window.years}）",
        "job": job,
        "years": f"{window.years}，累计自{window.since}年",
        "formats": "、".join(FORMATS[code].label for code in bundle.formats),
        "villages": len(bundle.villages),
        "is_expired": bundle.is_expired,
        "kept_days": settings.FUPIN_FILE_DAYS,
    }


@job_told(JOB)
def tell_bundle(job: Job) -> JobTold:
    """Which summaries, and their page."""
    bundle = Bundle(job)
    region = Region(code=bundle.region)
    window = bundle.window(region)
    return JobTold(f"批量总结（{window.years}）", Place(region, bundle.last).url("bundle", key=job.pk))
