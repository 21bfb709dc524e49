"""回填清单: what is to be keyed into the system that a file came from."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from fupin.access import Action
from fupin.domain.exports import record_export
from fupin.masking import revealing
from fupin.queries.imports import backfill_of
from fupin.resource.exports import digest_of, download_of
from fupin.resource.reveal import PurposeForm
from fupin.sheets.columns import IntegerColumn, TextColumn
from fupin.sheets.writing import export_rows
from fupin.views.import_runs import RunView

BACKFILL = (
    TextColumn(name="label", label="内容", width=12),
    TextColumn(name="who", label="对象", width=36),
    TextColumn(name="field", label="项目", width=20),
    TextColumn(name="theirs", label="国家系统中（现为）", width=24),
    TextColumn(name="ours", label="本系统中（应填）", width=24),
    IntegerColumn(name="row", label="文件行号", width=10),
)
INTRO = (
    "清单里的证件号码、银行账号和电话将是完整的。每下载一次都会记下下载人、时间、对照文件、行数、事由和涉及的人，"
    "县级办公室和审计可以查到。文件请妥善保管，用完及时删除，不要转发。"
)


class BackfillView(RunView):
    """回填清单: what the register has and the file has not, to be keyed in where the file came from."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it with masked numbers, or ask what the full ones are wanted for."""
        return self.ask(PurposeForm()) if "full" in request.GET else self.send({})

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it with numbers in full, after a purpose was stated."""
        form = PurposeForm(request.POST)
        if not self.may_in_full:
            raise PermissionDenied
        return self.send(form.cleaned_data) if form.is_valid() else self.ask(form, status=422)

    def ask(self, form: PurposeForm, status: int = 200) -> HttpResponse:
        """The page that asks for the purpose."""
        if not self.may_in_full:
            raise PermissionDenied
        context = {
            "title": f"下载回填清单（完整号码）：{self.run.file_name}", "form": form, "intro": INTRO, "submit_label": "下载",
            "is_download": True, "cancel_url": self.url(), "list_label": self.run.file_name, "list_url": self.url(),
        }  # fmt: skip
        return render(self.request, "resource/purpose.html", context, status=status)

    def send(self, why: Mapping[str, str]) -> HttpResponse:
        """The file, after it is recorded."""
        run, user = self.run, self.request.user
        title, file = f"{run.region}{run.year}年回填清单", io.BytesIO()
        with revealing() if why else nullcontext(set()) as revealed:
            count = export_rows(
                BACKFILL,
                backfill_of(run, reader=user if why else None),
                file,
                title=title,
                unit_line=f"对照文件：{run.file_name}　　{timezone.localtime(run.created_at):%Y-%m-%d %H:%M}",
                reporter=str(user),
                at=timezone.localtime(),
                sheet_name="回填清单",
            )
        record_export(
            actor=user, region=run.region, year=run.year, title=title, row_count=count,
            query=f"对照文件：{run.file_name}", columns=[column.label for column in BACKFILL], digest=digest_of(file),
            revealed=revealed, **why,
        )  # fmt: skip
        return download_of(file, title)
