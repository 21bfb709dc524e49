"""The page of a resource that shows the audit of a row."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from fupin.access import Action
from fupin.queries.history import changes_of
from fupin.resource.views import ResourceView

#: Each change is a table of its own.
PAGE_CHANGES = 20


class HistoryView(ResourceView):
    """Who changed what of a row and of what belongs to it, and when; numbers masked."""

    action = Action.HISTORY

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        row = self.row()
        trails = self.resource.trails(request.user, row)
        trails += [trail for more in self.resource.extra_trails for trail in more(row, request.user)]
        pages = Paginator(changes_of(trails, request.user), PAGE_CHANGES)
        page = pages.get_page(request.GET.get("page"))
        context = {
            "title": f"{row}：修改记录",
            "object_label": str(row),
            "object_url": self.resource.detail_url(self.place, row),
            "history": page.object_list,
            "page": page,
            "with_subjects": len(trails) > 1,
        }
        return render(request, "resource/history.html", context)
