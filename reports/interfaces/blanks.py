"""Forms of the level above on the page: uploading one, saying what its headings mean, filling it in."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from openpyxl.utils import get_column_letter

from fupin.access import Action
from fupin.domain.exports import record_export
from fupin.domain.job_files import has_file, remove_old_files, writing
from fupin.domain.jobs import Told, job_kind, job_told, report_progress
from fupin.models import ExportLog, Job, Region
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.exports import digest_of
from fupin.resource.forms import TypedText
from fupin.sheets.errors import FileRefused
from reports.blanks.grid import fill_form
from reports.blanks.names import Doubt, Found
from reports.blanks.plan import Heading, Plan
from reports.figures.declare import Figure
from reports.models import BlankForm
from reports.models.blank import NAME_LENGTH
from reports.queries.blanks import JOB, filled, measured_for, plan_for

#: What stands for a heading that is no figure.
NO_FIGURE = "不填"


class UploadForm(TypedText, forms.Form):
    """A blank form and what it is to be called."""

    name = forms.CharField(
        label="报表名称", max_length=NAME_LENGTH, required=False, help_text="不填时用文件名。"
    )
    file = forms.FileField(
        label="空白报表",
        help_text="上级下发的 .xlsx 表格，原样上传，不用改动。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": "请选择文件。", "empty": "文件是空的，请重新选择。"},
    )


def named(figure: Figure) -> str:
    """A figure as it is chosen from a list: its label with the unit, which no two have alike."""
    return f"{figure.label}（{figure.unit}）" if figure.unit else figure.label


class HeadingsForm(forms.Form):
    """What the headings of a form mean: each a text to be chosen from one list of all figures."""

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {named(figure): figure.code for figure in plan.known.by_code.values()}
        self.headings = list({heading.key: heading for heading in plan.headings}.values())
        for number, heading in enumerate(self.headings):
            found = heading.meaning
            initial = named(found.figure) if isinstance(found, Found) else NO_FIGURE if heading.said else ""
            self.fields[f"h{number}"] = forms.CharField(
                label=" > ".join(heading.path),
                required=False,
                initial=initial,
                widget=forms.TextInput(
                    attrs={"list": "figures", "placeholder": "不填", "autocomplete": "off"}
                ),
            )

    def said(self) -> dict[str, str]:
        """What was changed: a figure's code by the heading's key, "" for none."""
        said = {}
        for number, heading in enumerate(self.headings):
            text = self.cleaned_data[f"h{number}"].strip()
            if text != (self.fields[f"h{number}"].initial or ""):
                said[heading.key] = "" if text in ("", NO_FIGURE) else self.known[text]
        return said

    def clean(self) -> dict[str, Any]:
        """Only what is in the list, or nothing."""
        for name, text in list(self.cleaned_data.items()):
            if text.strip() not in ("", NO_FIGURE) and text.strip() not in self.known:
                self.add_error(name, f"没有“{text.strip()}”这个指标，请从列表中选择。")
        return self.cleaned_data

    def rows(self) -> list[dict[str, Any]]:
        """The headings with their fields, what is doubtful first."""
        rows = [
            {"field": self[f"h{number}"], "heading": heading, "where": where_of(heading), **state_of(heading)}
            for number, heading in enumerate(self.headings)
        ]
        return sorted(rows, key=lambda row: row["rank"])


def where_of(heading: Heading) -> str:
    """The sheet and the cell of a heading."""
    return f"{heading.sheet}!{get_column_letter(heading.at[1])}{heading.at[0]}"


def state_of(heading: Heading) -> dict[str, Any]:
    """How sure a heading's meaning is, in words."""
    match heading.meaning:
        case Found():
            return {"rank": 2, "state": "按您的选择" if heading.said else "已认出", "proposed": ()}
        case Doubt() as doubt if not heading.said:
            return {
                "rank": 0,
                "state": doubt.reason,
                "proposed": [named(figure) for figure in doubt.proposed[:6]],
            }
        case _:
            return {
                "rank": 3 if heading.said else 1,
                "state": "不填" if heading.said else "没有对应的指标",
                "proposed": (),
            }


@job_kind(JOB)
def fill_in(job: Job) -> str:
    """Fill a form in with the rights that the user has now. Raises Refused where it is no longer there, or nothing fits."""
    remove_old_files()
    asked = job.arguments
    forms_there = BlankForm.objects.visible_to(job.actor, Action.IMPORT)
    form = forms_there.filter(pk=asked["form"]).select_related("region__parent").first()
    if form is None:
        raise Refused("这张报表已被删除，或已不在您的权限范围内。")
    place = Place(form.region, asked["year"])
    plan = plan_for(form, place)
    report_progress(job, step=1, steps=3, message="统计各项指标")
    done = filled(form, plan, measured_for(plan, place), place)
    if not done.count:
        raise Refused("没有可以填写的格子：请先在报表页面核对各表头对应的指标。")
    report_progress(job, step=2, steps=3, message="填入表格")
    with writing(job) as file:
        try:
            with form.file.open("rb") as blank:
                fill_form(blank, done.cells, file)
        except FileRefused as refused:
            raise Refused(str(refused)) from refused
        digest = digest_of(file)
    if not ExportLog.objects.unscoped("the worker does every user's jobs").filter(job=job).exists():
        record_export(
            actor=job.actor, region=form.region, year=place.year, title=f"上级报表：{form.name}", row_count=done.count,
            digest=digest, job=job,
        )  # fmt: skip
    return told_of_filling(plan, done.count, done.gaps)


def told_of_filling(plan: Plan, count: int, gaps: int) -> str:
    """How many cells have a number, how many have none, and what was not matched."""
    unmatched = [
        heading for heading in plan.headings if not isinstance(heading.meaning, Found) and not heading.said
    ]
    parts = [
        f"已填写{count}格",
        f"{gaps}格暂无数据，留空" if gaps else "",
        f"{len(unmatched)}个表头没有对应的指标" if unmatched else "",
        f"{len(plan.strangers)}行不是本地的村或乡镇" if plan.strangers else "",
    ]
    return f"{'，'.join(filter(None, parts))}。"


@job_told(JOB)
def tell_filling(job: Job) -> Told:
    """Which form of which year, and its file while there is one."""
    asked = job.arguments
    place = Place(Region(code=asked["region"]), asked["year"])
    return Told(
        f"{asked['name']}（{asked['year']}年）",
        place.url("blank_file", key=asked["form"], job=job.pk) if has_file(job) else "",
        is_file=True,
    )


def not_matched(plan: Plan) -> Iterable[str]:
    """What of a form names nobody and nothing that the portal knows, besides its headings."""
    for sheet, row, name in plan.strangers:
        yield f"“{sheet}”第{row}行：没有“{name}”这个村或乡镇，或者有同名的，没有填写。"
    for sheet, (row, column), code in plan.unknown:
        yield f"“{sheet}”{get_column_letter(column)}{row}：没有“{code}”这个指标，请核对代码。"
