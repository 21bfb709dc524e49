"""The list of a resource, filtered, with the columns that were chosen."""

from __future__ import annotations

from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action, may
from fupin.domain.saved import MORE, OF_THE_MOMENT
from fupin.models import SavedView
from fupin.numbers import mask_in_text
from fupin.resource.buttons import Button
from fupin.resource.columns import COLS, PICK, PLACE, Columns
from fupin.resource.paging import WHOLE, Pages
from fupin.resource.views import ResourceView

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ListView(ResourceView):
    """The list, filtered and paged, with the columns that were chosen."""

    #: Whether users save views of it.
    saves_views = True
    #: Whether it is also taken away with the numbers of people in full.
    exports_in_full = True
    #: Parameters that a new query does not lose.
    kept: tuple[str, ...] = (COLS, "sort")

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        if (elsewhere := self.elsewhere()) is not None:
            return redirect(f"{request.path}?{elsewhere}")
        chosen, rows = self.filtered()
        columns = Columns(self.resource, request.GET)
        table = columns.make(rows)
        table.context_url = lambda row: self.resource.detail_url(self.place, row)
        paginate = {
            "per_page": settings.PAGE_ROWS, "paginator_class": partial(Pages, whole=WHOLE in request.GET)
        }  # fmt: skip
        RequestConfig(request, paginate=paginate).configure(table)
        context = {
            "resource": self.resource,
            "table": table,
            "filter": chosen,
            "more_url": self.more_url(chosen),
            "whole_url": self.with_one_more(WHOLE),
            "keep": [(name, request.GET[name]) for name in self.kept if name in request.GET],
            "columns": columns.choices(),
            "query": [pair for pair in self.pairs() if pair[0] not in (COLS, "page", "view")],
            "views": self.views() if self.saves_views else None,
            "summary": [] if table.paginator.is_cut else self.resource.totals(rows),
            "above": self.resource.above(request.user, self.place),
            "actions": [
                *self.resource.list_buttons(request.user, self.place),
                *self.export_button(),
                *self.print_buttons(),
            ],
            **self.more_context(),
        }
        return render(request, "resource/list.html", context)

    def elsewhere(self) -> str | None:
        """The query under which this list is shown instead of the one asked for, if so."""
        query = self.request.GET.copy()
        if self.saves_views and not query:
            default = next((view for view in self.saved if view.is_default), None)
            return "&".join(filter(None, (default.query, f"view={default.pk}"))) if default else None
        if mask_in_text(query.get("q", "")) != query.get("q", ""):
            # It has been in the address once, but goes no further: no link, export or view has it.
            messages.warning(
                self.request, "完整的证件号码和电话请在页面上方的查找框里找，不写在这里的查询条件里。"
            )
            query.pop("q")
        elif PICK in query:
            cols = Columns(self.resource, query).picked(query)
            for name in [name for name in query if name in (PICK, COLS) or name.startswith(PLACE)]:
                query.pop(name)
            if cols:
                query[COLS] = cols
        else:
            return None
        return query.urlencode() or "view=none"

    def pairs(self) -> list[tuple[str, str]]:
        """The query as names and values."""
        return [(name, value) for name, values in self.request.GET.lists() for value in values if value]

    @cached_property
    def saved(self) -> list[SavedView]:
        """The user's views of this list."""
        return list(self.request.user.saved_views.filter(list=self.resource.name))

    def views(self) -> dict[str, Any]:
        """The user's views of this list, the one that is shown, and what would be saved."""
        at = self.request.GET.get("view")
        current = next((view for view in self.saved if str(view.pk) == at), None)
        return {
            "saved": self.saved,
            "current": current,
            "current_url": self.place.url("saved_view", key=current.pk) if current else "",
            "query": urlencode([pair for pair in self.pairs() if pair[0] not in OF_THE_MOMENT]),
            "list": self.resource.name,
            "save_url": self.place.url("views"),
        }

    def export_button(self) -> list[Button]:
        """The buttons that download what is seen."""
        code = self.place.region.code
        if not self.resource.export_columns or not may(self.request.user, Action.EXPORT, code):
            return []
        buttons = [Button("导出Excel", self.with_query(self.export_url()), download=True)]
        if self.exports_in_full and self.resource.reveals and may(self.request.user, Action.REVEAL, code):
            buttons.append(Button("导出完整号码", self.with_query(f"{self.export_url()}full/")))
        for label, route in self.resource.takes:
            buttons.append(Button(label, self.with_query(self.place.url(route)), download=True))
        return buttons

    def print_buttons(self) -> list[Button]:
        """The buttons that print what is seen."""
        return [
            Button(label, self.with_query(self.place.url(route))) for label, route in self.resource.prints
        ]

    def with_query(self, url: str) -> str:
        """Another page about the rows that are listed."""
        query = self.request.META.get("QUERY_STRING", "")
        return f"{url}?{query}" if query else url

    def export_url(self) -> str:
        """Where the list is downloaded."""
        return self.place.url(f"{self.resource.name}_export")

    def more_url(self, chosen: Any) -> str:
        """Where all filters are shown, while only the common ones are: the others, thousands of choices, are seldom used."""
        hidden = (
            getattr(chosen, "more_fields", None) and not chosen.more_used and MORE not in self.request.GET
        )
        return self.with_one_more(MORE) if hidden else ""

    def with_one_more(self, name: str) -> str:
        """The first page of this list, with one more parameter."""
        return f"?{urlencode([*(pair for pair in self.pairs() if pair[0] != 'page'), (name, '1')])}"

    def more_context(self) -> dict[str, Any]:
        """What a page built on this one shows besides."""
        return {}
