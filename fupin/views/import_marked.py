"""A user's own file back, with its errors marked in it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from fupin.domain.import_runs import errors_of, may_be_marked, path_of
from fupin.domain.imports import IMPORTERS
from fupin.resource.exports import download_of
from fupin.sheets.errors import FileRefused
from fupin.sheets.marking import mark_workbook
from fupin.views.import_runs import RunView


class MarkedView(RunView):
    """The uploaded file with its wrong cells red and a column that says why and what to do, for whoever uploaded it."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it; there is none where the file has no errors, or is kept no longer."""
        run = self.run
        if not may_be_marked(run, request.user) or not path_of(run).is_file():
            raise Http404
        file = io.BytesIO()
        try:
            mark_workbook(path_of(run), errors_of(run), file, book=IMPORTERS[run.kind].book)
        except FileRefused as refused:
            messages.error(request, f"不能在文件中标注：{refused}请按页面上的列表改正。")
            return redirect(self.url())
        return download_of(file, f"{Path(run.file_name).stem}（标注）")
