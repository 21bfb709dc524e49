"""The page of a resource that shows the audit of a row."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.access import Action
from fupin.queries.history import changes_of
from fupin.resource.views import ResourceView


class HistoryView(ResourceView):
    """Who changed what of a row, and when; numbers masked."""

    action = Action.HISTORY

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        row = self.row()
        context = {
            "title": f"{row}：修改记录",
            "object_label": str(row),
            "object_url": self.resource.detail_url(self.place, row),
            "history": changes_of(row),
        }
        return render(request, "resource/history.html", context)
