"""The written summary."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from fupin.refusals import Refused
from fupin.resource.buttons import Button
from reports.interfaces.renderers import as_json, as_text, for_page, remarks_for_page
from reports.queries.summary import KINDS, Summary, build_summary
from reports.views.base import WindowView


class SummaryView(WindowView):
    """The written summary, live."""

    def get(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Show it, or download it as text or JSON."""
        if kind not in KINDS:
            raise Http404
        try:
            summary = build_summary(kind=kind, window=self.window, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.place.url("overview"))
        if request.GET.get("format") in ("text", "json"):
            return self.download(summary, request.GET["format"])
        context = {
            "summary": for_page(summary, self.figure_url),
            "remarks": remarks_for_page(summary, self.figure_url),
            "form": self.form,
            "kind_label": summary.kind.label,
            "actions": [self.button("下载文本", "text"), self.button("下载JSON", "json")],
        }
        return render(request, "reports/summary.html", context)

    def button(self, label: str, format_: str) -> Button:
        """A download in a format."""
        query = {**self.request.GET.dict(), "format": format_}
        return Button(label, f"?{urlencode(query)}", download=True)

    @staticmethod
    def download(summary: Summary, format_: str) -> HttpResponse:
        """The file."""
        text, kind, ending = (
            (as_text(summary), "text/plain", "txt")
            if format_ == "text"
            else (as_json(summary), "application/json", "json")
        )
        response = HttpResponse(text, content_type=f"{kind}; charset=utf-8")
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(summary.title)}.{ending}"
        return response
