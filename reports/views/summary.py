"""The written summary."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.access import Action, may
from fupin.domain.exports import record_export
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.buttons import Button
from reports.interfaces.files import FORMATS, Format, file_name
from reports.interfaces.renderers import for_page, remarks_for_page
from reports.interfaces.reports import report_buttons
from reports.models import Report
from reports.queries.reports import report_of
from reports.queries.summary import KINDS, Summary, build_summary
from reports.views.base import WindowView

#: What the page has a button for, in this order.
DOWNLOADS = tuple(FORMATS[code] for code in ("docx", "xlsx", "text", "json"))


class SummaryView(WindowView):
    """The written summary, live."""

    def get(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Show it, or download it in a format."""
        if kind not in KINDS:
            raise Http404
        self.form.fields.pop("since" if KINDS[kind].by_day else "part")
        report = report_of(kind, self.window)
        if report is not None and report.is_sealed and "live" not in request.GET:
            return redirect(self.sealed_url(report))
        try:
            # One in hand speaks the wording that was in force when it was submitted.
            summary = build_summary(
                kind=kind,
                window=self.window,
                actor=request.user,
                version=report.wording if report is not None and not report.is_sealed else None,
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.place.url("overview"))
        for format in DOWNLOADS:
            if request.GET.get("format") == format.code:
                return self.download(summary, format)
        if summary.notice:
            messages.warning(request, summary.notice)
        context = {
            "summary": for_page(summary, self.figure_url),
            "remarks": remarks_for_page(summary, self.figure_url),
            "form": self.form,
            "kind_label": summary.kind.label,
            "actions": [
                *report_buttons(kind, report, self.window, request.user),
                *(self.button(format) for format in DOWNLOADS),
            ],
            "sealed_url": self.sealed_url(report) if report is not None and report.is_sealed else "",
        }
        return render(request, "reports/summary.html", context)

    def sealed_url(self, report: Report) -> str:
        """A sealed report is what was sealed: its page, or its file in the format that was asked for."""
        place, format = Place(self.place.region, report.year), self.request.GET.get("format")
        if format in {each.code for each in DOWNLOADS}:
            return place.url("report_file", key=report.pk, format=format)
        return place.url("report", key=report.pk)

    def button(self, format: Format) -> Button:
        """A download in a format."""
        query = {**self.request.GET.dict(), "format": format.code}
        return Button(f"下载{format.label}", f"?{urlencode(query)}", download=True)

    def download(self, summary: Summary, format: Format) -> HttpResponse:
        """The file."""
        content = format.render(summary, self.request.user)
        if format.code == "xlsx" and may(self.request.user, Action.EXPORT, self.place.region.code):
            # The tables in it are rows; whoever may not export has figures alone.
            record_export(
                actor=self.request.user, region=self.place.region, year=self.place.year,
                title=file_name(summary, format).removesuffix(format.ending),
                row_count=sum(len(section.results) for section in summary.sections),
                digest=hashlib.sha256(content).hexdigest(),
            )  # fmt: skip
        response = HttpResponse(content, content_type=format.content_type)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file_name(summary, format))}"
        return response
