"""Lists as files: at once where they are short, by the worker where they are long; each recorded before it leaves.

The worker opens the very page that was asked for, as the user who asked: filter, columns, order, place and right are
those of the page, and the right is asked again.
"""

from __future__ import annotations

import hashlib
import io
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone
from django_tables2 import RequestConfig

from fupin.access import Action, may
from fupin.domain.exports import record_export
from fupin.domain.job_files import has_file, keep_files, remove_old_files, writing
from fupin.domain.jobs import Told, job_kind, job_told, queue_once, report_progress
from fupin.domain.saved import OF_THE_MOMENT
from fupin.masking import Shown, revealing
from fupin.models import ExportLog, Job, User
from fupin.numbers import mask_in_text
from fupin.refusals import Refused
from fupin.resource.columns import COLS, Columns, sheet_as_seen
from fupin.resource.lists import XLSX
from fupin.resource.reveal import PurposeForm
from fupin.resource.views import ResourceView
from fupin.sheets.columns import Column
from fupin.sheets.writing import MOST_ROWS, export_rows

#: The kind of job that writes a long list.
JOB = "export"
#: After how many rows the worker tells how far it is.
ROWS_A_STEP = 2_000
keep_files(JOB, folder="exports", ending=".xlsx")


@dataclass(frozen=True)
class Made:
    """A file of rows: what is recorded of it."""

    columns: list[str]
    row_count: int
    digest: str
    revealed: Shown


class ExportView(ResourceView):
    """What the list shows, as a workbook; personal numbers stay masked."""

    action = Action.EXPORT
    #: Whether 序号 comes first.
    numbered = True

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it; a long one is only offered."""
        if (elsewhere := self.elsewhere()) is not None:
            return elsewhere
        return self.offer() if self.is_long() else self.send({})

    def elsewhere(self) -> HttpResponse | None:
        """The list, which says so, where the query holds a full number: none is looked for by an address."""
        asked = self.request.GET.get("q", "")
        if mask_in_text(asked) == asked:
            return None
        return redirect(f"{self.list_url()}?{self.request.GET.urlencode()}")

    def is_long(self) -> bool:
        """Whether there are more rows than a page writes while the user waits."""
        return (
            self.filtered()[1].order_by()[: settings.FUPIN_EXPORT_ROWS + 1].count()
            > settings.FUPIN_EXPORT_ROWS
        )

    def offer(self) -> HttpResponse:
        """The page that says how long the list is, and has the button that lets the worker write it."""
        context = {
            "title": f"导出{self.resource.label}",
            "name": self.title(),
            "rows": self.filtered()[1].count(),
            "days": settings.FUPIN_FILE_DAYS,
            "path": self.request.path,
            "query": self.request.GET.urlencode(),
            "queue_url": self.place.url("jobs"),
            "cancel_url": self.list_url(),
            **self.way_back(),
        }
        return render(self.request, "resource/long_export.html", context)

    def deliver(self, why: Mapping[str, str]) -> HttpResponse:
        """The file, or the page of the job that writes it."""
        return self.queue(why) if self.is_long() else self.send(why)

    def queue(self, why: Mapping[str, str]) -> HttpResponse:
        """Let the worker write it; the page of its job."""
        arguments = {
            "path": self.request.path, "query": self.request.GET.urlencode(), "title": self.title(), **why,
            "region": self.place.region.code, "year": self.place.year,
        }  # fmt: skip
        job = queue_once(kind=JOB, arguments=arguments, actor=self.request.user)
        return redirect(self.place.url("job", key=job.pk))

    def send(self, why: Mapping[str, str]) -> HttpResponse:
        """The file, after it is recorded."""
        file = io.BytesIO()
        self.record(self.write(file, why), why)
        return download_of(file, self.title())

    def write(
        self, file: IO[bytes], why: Mapping[str, str], tell: Callable[[int], None] = lambda count: None
    ) -> Made:
        """Write the rows, numbers of people in full if it is said `why`; `tell` is told now and then how many there are."""
        _chosen, rows = self.filtered()
        heads, lines = self.sheet(rows)
        revealed: Shown = set()
        if why:
            with revealing() as revealed:
                count = self._written(file, heads, _told(lines, tell), self.title())
        else:
            count = self._written(file, heads, _told(lines, tell), self.title())
        return Made([column.label for column in heads], count, digest_of(file), revealed)

    def write_parts(
        self, open_part: Callable[[str], AbstractContextManager[IO[bytes]]], tell: Callable[[int], None]
    ) -> Made:
        """Write the rows, numbers masked, into as many workbooks as they need; `open_part` gives a file for a title.

        What is told of them has no digest: the caller knows what the parts are put into.
        """
        _chosen, rows = self.filtered()
        heads, lines = self.sheet(rows)
        told, count, title = iter(_told(lines, tell)), 0, self.title()
        for number in itertools.count(1):
            first = list(itertools.islice(told, 1))
            if not first and number > 1:
                break
            part = itertools.chain(first, itertools.islice(told, MOST_ROWS - 1))
            name = f"{title}（{number}）" if number > 1 else title
            with open_part(name) as file:
                count += self._written(file, heads, part, name)
        return Made([column.label for column in heads], count, "", set())

    def _written(
        self, file: IO[bytes], heads: Sequence[Column], lines: Iterable[Mapping[str, Any]], title: str
    ) -> int:
        there = {column.name for column in heads}
        return export_rows(
            heads,
            lines,
            file,
            title=title,
            unit_line=f"填报单位：{self.place.region}　　{self.place.year}年度",
            summed=[name for name in self.summed() if name in there],
            reporter=str(self.request.user),
            at=timezone.localtime(),
            sheet_name=self.resource.export_name,
            numbered=self.numbered,
        )

    def sheet(self, rows: Any) -> tuple[Sequence[Column], Iterable[Mapping[str, Any]]]:
        """The columns that were chosen, or else the resource's, and a line by their names for each row, in the list's order."""
        columns = Columns(self.resource, self.request.GET)
        table = columns.make(rows)
        RequestConfig(self.request, paginate=False).configure(table)
        if columns.chosen:
            return sheet_as_seen(table)
        every = table.data.data.iterator(chunk_size=2000)
        return self.resource.export_columns, (self.resource.record(row) for row in every)

    def record(self, made: Made, why: Mapping[str, str], job: Job | None = None) -> None:
        """Record the file. Raises Refused without the rights."""
        record_export(
            actor=self.request.user, region=self.place.region, year=self.place.year, title=self.title(),
            query=self.in_words(), columns=made.columns, row_count=made.row_count, digest=made.digest,
            revealed=made.revealed, job=job, **why,
        )  # fmt: skip

    def in_words(self) -> str:
        """The query as the list's form says it; numbers masked."""
        chosen, _rows = self.filtered()
        fields = dict(chosen.form.fields) if chosen is not None else {}
        said = []
        for name, values in self.request.GET.lists():
            if name in OF_THE_MOMENT or name == COLS or not any(values):
                continue
            field = fields.get(name) or fields.get(name.rpartition("_")[0])
            choices = dict(getattr(field, "choices", ()) or ())
            label = "排序" if name == "sort" else str(field.label) if field is not None else name
            if field is not None and name not in fields:
                label += {"from": "从", "to": "到"}.get(name.rpartition("_")[2], "")
            words = "、".join(str(choices.get(value, value)) for value in values if value)
            said.append(f"{label}：{words}")
        return mask_in_text("；".join(said))

    def summed(self) -> tuple[str, ...]:
        """The columns that have a sum."""
        return self.resource.summed

    def title(self) -> str:
        """The workbook's title and file name."""
        return f"{self.place.region}{self.place.year}年{self.resource.label}"

    def list_url(self) -> str:
        """The list whose rows these are."""
        return self.place.url(f"{self.resource.name}_list")


class FullExportView(ExportView):
    """The same with the numbers of people in full: for those who may see them, after a purpose was stated."""

    def enter(self) -> None:
        """Both rights are wanted."""
        super().enter()
        if not may(self.request.user, Action.REVEAL, self.place.region.code):
            raise PermissionDenied

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Ask for the purpose."""
        return self.elsewhere() or self.ask(PurposeForm())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it, or let the worker write it."""
        form = PurposeForm(request.POST)
        if (elsewhere := self.elsewhere()) is not None:
            return elsewhere
        return self.deliver(form.cleaned_data) if form.is_valid() else self.ask(form, status=422)

    def ask(self, form: PurposeForm, status: int = 200) -> HttpResponse:
        """The page that asks for the purpose."""
        context = {
            "title": f"导出完整号码：{self.title()}",
            "form": form,
            "intro": "文件里的证件号码、银行账号和电话将是完整的。每导出一次都会记下导出人、时间、筛选条件、行数、事由和涉及的人，"
            "县级办公室和审计可以查到。文件请妥善保管，用完及时删除，不要转发。",
            "submit_label": "导出",
            "is_download": True,
            "cancel_url": self.list_url(),
            **self.way_back(),
        }
        return render(self.request, "resource/purpose.html", context, status=status)


def digest_of(file: IO[bytes]) -> str:
    """What a file is recorded by."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]  # a file is one


def download_of(file: io.BytesIO, title: str) -> HttpResponse:
    """A workbook as an answer; it has been recorded."""
    response = HttpResponse(file.getvalue(), content_type=XLSX)
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
    return response


def _told(lines: Any, tell: Callable[[int], None]) -> Iterator[Any]:
    for count, line in enumerate(lines, start=1):
        if count % ROWS_A_STEP == 0:
            tell(count)
        yield line


def page_at(path: str, query: str, user: User) -> ExportView:
    """The export at an address, opened by a user. Raises Http404 where there is none, PermissionDenied without the right."""
    match = resolve(path)
    kind = getattr(match.func, "view_class", None)
    if kind is None or not issubclass(kind, ExportView):
        raise Http404
    request = HttpRequest()
    request.method, request.path, request.user = "GET", path, user
    request.GET = QueryDict(query)  # type: ignore[assignment]  # as a request has it
    view = kind(**match.func.view_initkwargs)  # type: ignore[attr-defined]  # a class of ours
    view.setup(request, *match.args, **match.kwargs)
    view.enter()
    return view


def page_of(job: Job) -> ExportView:
    """The page that the job was asked for on, opened by whoever asked. Raises Refused where they may no more."""
    assert job.actor is not None  # queue() has a user
    try:
        return page_at(job.arguments["path"], job.arguments["query"], job.actor)
    except (PermissionDenied, Http404):
        raise Refused("您已没有导出这份名单的权限。") from None


@job_kind(JOB)
def write_export(job: Job) -> str:
    """Write a list into the job's file, with the rights that the user has now, and record it."""
    remove_old_files()
    # A worker that died after the record has left a whole file behind.
    logs = ExportLog.objects.unscoped("the worker does every user's jobs")
    log = logs.filter(job=job).first()
    if log is None:
        view = page_of(job)
        why = {name: job.arguments[name] for name in ("purpose", "note") if name in job.arguments}
        rows = view.filtered()[1].count()
        if rows > MOST_ROWS:
            raise Refused(
                f"这份名单有{rows}行，一张表最多放{MOST_ROWS}行。请按乡镇或条件分开导出，或在“年度统计表”里取名册，那里分册。"
            )
        report_progress(job, step=0, steps=rows, message="正在写入")
        with writing(job) as file:
            made = view.write(
                file, why, lambda count: report_progress(job, step=count, steps=rows, message="正在写入")
            )
        view.record(made, why, job)
        count = made.row_count
    else:
        count = log.row_count
    job.step = job.steps = count
    job.save(update_fields=["step", "steps"])
    return f"已生成，共{count}行。"


@job_told(JOB)
def tell_export(job: Job) -> Told:
    """What was asked for, and the file while there is one."""
    place = {"region": job.arguments["region"], "year": job.arguments["year"]}
    title = job.arguments["title"] + ("（完整号码）" if "purpose" in job.arguments else "")
    url = reverse("job_file", kwargs={**place, "key": job.pk}) if has_file(job) else ""
    return Told(title, url, is_file=True)
