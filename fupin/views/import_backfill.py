"""回填清单: what is to be keyed into the system that a file came from."""

from __future__ import annotations

import io
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fupin.access import Action
from fupin.domain.exports import record_export
from fupin.queries.imports import backfill_of
from fupin.resource.exports import digest_of, download_of
from fupin.sheets.columns import TextColumn
from fupin.sheets.writing import export_rows
from fupin.views.import_runs import RunView

BACKFILL = (
    TextColumn(name="label", label="内容", width=12),
    TextColumn(name="who", label="对象", width=36),
    TextColumn(name="field", label="项目", width=20),
    TextColumn(name="theirs", label="国家系统中（现为）", width=24),
    TextColumn(name="ours", label="本系统中（应填）", width=24),
)


class BackfillView(RunView):
    """回填清单: what the register has and the file has not, to be keyed in where the file came from."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it."""
        run = self.run
        title = f"{run.region}{run.year}年回填清单"
        file = io.BytesIO()
        count = export_rows(
            BACKFILL,
            backfill_of(run),
            file,
            title=title,
            unit_line=f"对照文件：{run.file_name}　　{timezone.localtime(run.created_at):%Y-%m-%d %H:%M}",
            reporter=str(request.user),
            at=timezone.localtime(),
            sheet_name="回填清单",
        )
        record_export(
            actor=request.user, region=run.region, year=run.year, title=title, row_count=count,
            query=f"对照文件：{run.file_name}", columns=[column.label for column in BACKFILL], digest=digest_of(file),
        )  # fmt: skip
        return download_of(file, title)
