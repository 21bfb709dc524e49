"""What was sealed of a report: its files, and what has become of its numbers since."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.access import Action, may
from fupin.domain.exports import record_export
from reports.interfaces.files import FORMATS
from reports.interfaces.periods import query_of
from reports.interfaces.reports import differing_for_page, links_of
from reports.queries.kept import from_records, measured, sha256
from reports.queries.reports import REPORT_KINDS, sealed_file
from reports.queries.since import differences
from reports.views.reports import ReportPage


class ReportFileView(ReportPage):
    """A file of a sealed report, byte for byte."""

    def get(self, request: HttpRequest, format: str, **_: Any) -> HttpResponse:
        """Send it; the workbook, which has rows in it, to whoever may export, and it is recorded."""
        content, code = sealed_file(self.report, format), self.place.region.code
        if content is None:
            raise Http404
        name = self.seal().files.unscoped("of a seal in scope").get(format=format).name
        if format == "xlsx":
            if not may(request.user, Action.EXPORT, code):
                raise PermissionDenied
            record_export(
                actor=request.user, region=self.place.region, year=self.place.year, title=f"{name}（封存件）",
                row_count=len(json.loads(self.seal().content)["figures"]), digest=sha256(content),
            )  # fmt: skip
        response = HttpResponse(content, content_type=FORMATS[format].content_type)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
        return response


class ReportSinceView(ReportPage):
    """当时 / 现在: which figures of a sealed report are others now, and what was written since."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Measure everything anew, and show what differs."""
        seal, window = self.seal(), self.report.window
        found = differences(
            from_records(json.loads(seal.content)["figures"]),
            measured(REPORT_KINDS[self.report.kind], window),
            window,
            seal.events,
            request.user,
        )
        links = links_of(found, self.place, request.user)
        context = {
            "title": f"{self.place.region}{REPORT_KINDS[self.report.kind].label}（{window.years}）",
            "at": seal.at,
            "kept_as": "封存",
            "back_url": self.place.url("report", key=self.report.pk),
            "query": query_of(window),
            "differences": [differing_for_page(each, self.place, links) for each in found],
        }
        return render(request, "reports/since.html", context)
