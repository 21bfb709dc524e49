"""The job that closes a year: the lock first, then what is kept of it, then the next year."""

from __future__ import annotations

from typing import Any

from django import forms

from fupin.domain.jobs import Told, job_kind, job_told, report_progress
from fupin.domain.opening import open_village
from fupin.domain.years import close_years
from fupin.models import Job, Region
from fupin.models.review import REMARK_LENGTH
from fupin.models.years import LAST_YEAR
from fupin.place import Place
from fupin.queries.places import villages_of
from fupin.refusals import Refused
from reports.domain.sealing import keep_year_figures
from reports.interfaces.sealing import seal_report
from reports.models import Report
from reports.queries.closing import JOB
from reports.queries.reports import reports_at


class ReasonForm(forms.Form):
    """Why a closed year is to be opened again."""

    reason = forms.CharField(
        label="重新打开的原因",
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="由另一位县级人员确认后才重新打开；原因记入各村的办理记录。",
        error_messages={"required": "请填写重新打开的原因。"},
    )


@job_kind(JOB)
def close_year(job: Job) -> str:
    """Close the year of a region, keep its figures, seal its approved reports, open the next year.

    In this order: once the lock is set nobody writes, so that whatever is kept afterwards is of the closed year, however
    often the worker dies in between. Each step is a transaction of its own and does what is missing alone, so that the job
    can be done again.
    """
    actor, year = job.actor, job.arguments["year"]
    assert actor is not None  # queue_closing() wants a user
    region = Region.objects.unscoped("each step asks for the right").get(code=job.arguments["region"])
    place = Place(region, year)
    closed = close_years(region=region, year=year, actor=actor)
    approved = list(reports_at(actor, place).filter(state=Report.State.APPROVED))
    seen = Region.objects.visible_to(actor)
    villages = list(villages_of(seen, region, year + 1)) if year < LAST_YEAR else []
    steps = 2 + len(approved) + len(villages)
    report_progress(job, step=1, steps=steps, message="正在留存指标")
    kept = keep_year_figures(region=region, year=year, actor=actor)
    sealed, refused = 0, []
    for step, report in enumerate(approved, start=2):
        report_progress(job, step=step, steps=steps, message=f"正在封存{report.region}的报告")
        try:
            seal_report(report=report, actor=actor)
            sealed += 1
        except Refused as refusal:
            refused.append(f"{report.region}：{refusal}")
    opened = 0
    for step, village in enumerate(villages, start=2 + len(approved)):
        report_progress(job, step=step, steps=steps, message=f"正在开设{village}{year + 1}年度")
        opened += bool(open_village(village=village, year=year + 1, actor=actor))
    told = f"已关账{closed}个村，留存{kept}个单位的指标，封存{sealed}份报告，为{opened}个村开设并复制{year + 1}年度"
    if refused:
        told += f"；{len(refused)}份报告未封存，如{refused[0].rstrip('。')}"
    return f"{told}。"


@job_told(JOB)
def tell_closing(job: Job) -> Told:
    """The year, and the page of its closing."""
    place = Place(Region(code=job.arguments["region"]), job.arguments["year"])
    return Told(f"{place.year}年度关账", place.url("closing"))


def reopening_for_page(reopening: Any, actor: Any) -> dict[str, Any]:
    """A request to open a year again, and whether this user may confirm it."""
    waits = reopening.decided_by_id is None
    return {"row": reopening, "waits": waits, "may_confirm": waits and reopening.asked_by_id != actor.pk}
