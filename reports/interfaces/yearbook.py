"""The yearbook's formats, and the jobs that write its files."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO, Any, Protocol

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from fupin.access import Action
from fupin.domain.exports import record_export
from fupin.domain.job_files import entry_of, has_file, kept_until, remove_old_files, safe_name, writing
from fupin.domain.jobs import Told, job_kind, job_told, report_progress
from fupin.models import ExportLog, Job, Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.exports import Made, digest_of, page_at
from fupin.resource.lists import XLSX
from reports.figures.yearbook import TABLES
from reports.interfaces.files import DOCX, report_date
from reports.interfaces.yearbook_docx import as_docx
from reports.interfaces.yearbook_xlsx import as_xlsx
from reports.queries.yearbook import Yearbook, yearbook_of
from reports.queries.yearbooks import ENDINGS, FORMAT_OF, KINDS, ROSTERS


class Render(Protocol):
    """Writes a measured yearbook as of a day; `tell` is told each part that comes next. The same again is the same file."""

    def __call__(self, yearbook: Yearbook, *, on: date, tell: Callable[[str], None] = ...) -> bytes:
        """The file."""


#: The lists that are its rosters, by the names of their resources.
LISTS = ("households", "members", "benefits", "projects")
#: By format: what a button calls it, its kind of content, what writes it.
FORMATS: dict[str, tuple[str, str, Render]] = {
    "xlsx": ("Excel", XLSX, as_xlsx),
    "docx": ("Word", DOCX, as_docx),
}


#: What each format is called, and its kind of content; the rosters of the year are had beside.
LABELS = {code: label for code, (label, *_) in FORMATS.items()} | {ROSTERS: "名册"}
CONTENT_TYPES = {code: kind for code, (_, kind, _) in FORMATS.items()} | {ROSTERS: "application/zip"}


class YearbookForm(forms.Form):
    """In which format the yearbook is wanted, or its rosters, of whoever may export."""

    format = forms.ChoiceField(
        label="格式",
        choices=[(code, LABELS[code]) for code in FORMATS],
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择格式。", "invalid_choice": "请选择要生成的格式：Excel或Word。"},
    )

    def __init__(self, *args: Any, rosters: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if rosters:
            self.fields["format"].choices = [
                *self.fields["format"].choices,
                (ROSTERS, f"{LABELS[ROSTERS]}（户、家庭成员、到户措施、项目，Excel压缩文件，号码隐去）"),
            ]


def file_title(place: Place, format: str) -> str:
    """What the file of a format is called."""
    what = f"{place.year}年度{LABELS[ROSTERS] if format == ROSTERS else '统计表'}"
    return f"{place.region.name}{what}{ENDINGS[format]}"


def _write(job: Job) -> str:
    """Measure and write a yearbook, with the rights that the user has now. Raises Refused where these are gone."""
    remove_old_files()
    place = place_of(job)
    format = FORMAT_OF[job.kind]
    report_progress(job, step=0, steps=1, message="正在统计")
    assert job.actor is not None  # queue_yearbook has a user
    yearbook = yearbook_of(place, job.actor)
    steps = len(TABLES) + 4  # 资金分级次, 年度比较, 勾稽表, and the file itself
    done = 0

    def tell(part: str) -> None:
        nonlocal done
        done += 1
        report_progress(job, step=min(done, steps - 1), steps=steps, message=part)

    content = FORMATS[format][2](yearbook, on=report_date(yearbook.window, timezone.localdate()), tell=tell)
    with writing(job) as file:
        file.write(content)
    job.step = job.steps = steps
    job.save(update_fields=["step", "steps"])
    villages = yearbook.proof.villages
    wrong = len(yearbook.proof.wrong) + len(yearbook.proof.wrong_villages)
    proved = f"勾稽有{wrong}处不一致，请看勾稽表" if wrong else "勾稽全部一致"
    return f"已生成，共{villages}个村；{proved}。"


def place_of(job: Job) -> Place:
    """What a job's yearbook is about, where its user may still report on it; raises Refused elsewhere."""
    asked = Region.objects.visible_to(job.actor, Action.REPORT).filter(code=job.arguments["region"])
    region = asked.select_related("parent").first()
    if region is None:
        raise Refused("您已没有查看这个地区汇总的权限。")
    return Place(region, job.arguments["year"])


def write_rosters(job: Job) -> str:
    """Write the year's lists into one zip file, each in as many workbooks as it needs; recorded once.

    With the rights that the user has now: raises Refused where these are gone.
    """
    remove_old_files()
    place, user = place_of(job), job.actor
    assert user is not None  # queue_yearbook has a user
    try:
        views = [page_at(place.url(f"{name}_export"), "", user) for name in LISTS]
    except (PermissionDenied, Http404):
        raise Refused("您已没有导出这个地区名单的权限。") from None
    written: list[Made] = []
    with writing(job) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:  # workbooks are packed already
            for step, view in enumerate(views):
                label = view.resource.label

                def tell(count: int, step: int = step, label: str = label) -> None:
                    report_progress(job, step=step, steps=len(LISTS), message=f"{label}，已写{count}行")

                tell(0)
                written.append(view.write_parts(lambda name: _part(package, name), tell))
        digest = digest_of(file)
    rows = sum(made.row_count for made in written)
    if not ExportLog.objects.unscoped("the worker does every user's jobs").filter(job=job).exists():
        record_export(
            actor=user, region=place.region, year=place.year, title=file_title(place, ROSTERS).removesuffix(".zip"),
            columns=dict.fromkeys(name for made in written for name in made.columns), row_count=rows, digest=digest,
            job=job,
        )  # fmt: skip
    job.step = job.steps = len(LISTS)
    job.save(update_fields=["step", "steps"])
    return f"已生成，{len(LISTS)}份名册共{rows}行。"


@contextmanager
def _part(package: zipfile.ZipFile, name: str) -> Iterator[IO[bytes]]:
    """A workbook of the package, written beside: a workbook is itself a package, which wants a file that can be gone back in."""
    with tempfile.TemporaryFile() as file:
        yield file
        file.seek(0)
        with package.open(
            entry_of(f"{safe_name(name)}.xlsx", timezone.localtime()), "w", force_zip64=True
        ) as there:
            shutil.copyfileobj(file, there)


def tell_yearbook(job: Job) -> Told:
    """Which yearbook, and its file while there is one."""
    place = Place(Region(code=job.arguments["region"]), job.arguments["year"])
    label = LABELS[FORMAT_OF[job.kind]]
    url = place.url("yearbook_file", key=job.pk) if has_file(job) else ""
    return Told(f"{place.year}年度统计表（{label}）", url, is_file=True)


for _format, _kind in KINDS.items():
    job_kind(_kind)(write_rosters if _format == ROSTERS else _write)
    job_told(_kind)(tell_yearbook)


def describe(job: Job) -> dict[str, Any]:
    """What the page shows of a job."""
    return {
        "job": job, "told": tell_yearbook(job), "label": LABELS[FORMAT_OF[job.kind]],
        "is_expired": kept_until(job) is not None and not has_file(job),
    }  # fmt: skip
