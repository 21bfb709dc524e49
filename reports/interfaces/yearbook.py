"""The yearbook's formats, and the jobs that write its files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol

from django import forms
from django.utils import timezone

from fupin.access import Action
from fupin.domain.job_files import has_file, kept_until, remove_old_files, writing
from fupin.domain.jobs import Told, job_kind, job_told, report_progress
from fupin.models import Job, Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.lists import XLSX
from reports.interfaces.files import DOCX, report_date
from reports.interfaces.yearbook_docx import as_docx
from reports.interfaces.yearbook_xlsx import as_xlsx
from reports.queries.yearbook import Yearbook, yearbook_of
from reports.queries.yearbooks import FORMAT_OF, KINDS


class Render(Protocol):
    """Writes a measured yearbook as of a day; `tell` is told each part that comes next. The same again is the same file."""

    def __call__(self, yearbook: Yearbook, *, on: date, tell: Callable[[str], None] = ...) -> bytes:
        """The file."""


#: By format: what a button calls it, its kind of content, what writes it.
FORMATS: dict[str, tuple[str, str, Render]] = {
    "xlsx": ("Excel", XLSX, as_xlsx),
    "docx": ("Word", DOCX, as_docx),
}


class YearbookForm(forms.Form):
    """In which format the yearbook is wanted."""

    format = forms.ChoiceField(
        label="格式",
        choices=[(code, label) for code, (label, *_) in FORMATS.items()],
        initial="xlsx",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择格式。", "invalid_choice": "请选择要生成的格式：Excel或Word。"},
    )


def _write(job: Job) -> str:
    """Measure and write a yearbook, with the rights that the user has now. Raises Refused where these are gone."""
    remove_old_files()
    place = place_of(job)
    format = FORMAT_OF[job.kind]
    report_progress(job, step=0, steps=1, message="正在统计")
    assert job.actor is not None  # queue_yearbook has a user
    yearbook = yearbook_of(place, job.actor)
    # So many parts there are at most; the last one is the file itself.
    steps = PARTS
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


#: How far a job is told to be: a step for each table, and some for what comes with them.
PARTS = 20


def place_of(job: Job) -> Place:
    """What a job's yearbook is about, where its user may still report on it; raises Refused elsewhere."""
    asked = Region.objects.visible_to(job.actor, Action.REPORT).filter(code=job.arguments["region"])
    region = asked.select_related("parent").first()
    if region is None:
        raise Refused("您已没有查看这个地区汇总的权限。")
    return Place(region, job.arguments["year"])


def tell_yearbook(job: Job) -> Told:
    """Which yearbook, and its file while there is one."""
    place = Place(Region(code=job.arguments["region"]), job.arguments["year"])
    label = FORMATS[FORMAT_OF[job.kind]][0]
    url = place.url("yearbook_file", key=job.pk) if has_file(job) else ""
    return Told(f"{place.year}年度统计表（{label}）", url, is_file=True)


for _kind in KINDS.values():
    job_kind(_kind)(_write)
    job_told(_kind)(tell_yearbook)


def describe(job: Job) -> dict[str, Any]:
    """What the page shows of a job."""
    return {
        "job": job, "told": tell_yearbook(job), "label": FORMATS[FORMAT_OF[job.kind]][0],
        "is_expired": kept_until(job) is not None and not has_file(job),
    }  # fmt: skip
