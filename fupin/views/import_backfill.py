"""回填清单: what is to be keyed into the system that a file came from."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from fupin.access import Action
from fupin.queries.imports import backfill_of
from fupin.resource.lists import XLSX
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
        response = HttpResponse(content_type=XLSX)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
        export_rows(
            BACKFILL,
            backfill_of(run),
            response,
            title=title,
            unit_line=f"对照文件：{run.file_name}　　{timezone.localtime(run.created_at):%Y-%m-%d %H:%M}",
            reporter=str(request.user),
            day=timezone.localdate(),
            sheet_name="回填清单",
        )
        return response
