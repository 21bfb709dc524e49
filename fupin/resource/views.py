"""The pages of a resource that show: list, export, row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django_tables2 import RequestConfig

from fupin.access import Action, may
from fupin.resource.buttons import Button
from fupin.sheets.writing import export_rows
from fupin.views.base import PlacedView

if TYPE_CHECKING:
    from fupin.resource.base import Resource

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ResourceView(PlacedView):
    """A page of a resource at a place."""

    resource: Resource = None  # type: ignore[assignment] - given by as_view()

    def enter(self) -> None:
        """The right to change is the resource's own, the rest goes by the action."""
        if self.action == Action.EDIT:
            self.action = self.resource.edit_action
        super().enter()

    def rows(self) -> QuerySet:
        """The rows of the list that this page is about."""
        return self.resource.rows(self.request.user, self.place)

    def row(self) -> Any:
        """The row named by the URL; 404 outside the scope."""
        return get_object_or_404(self.rows(), **{self.resource.lookup: self.kwargs["key"]})

    def way_back(self) -> dict[str, Any]:
        """The list, for the breadcrumb."""
        return {"list_label": self.resource.label, "list_url": self.place.url(f"{self.resource.name}_list")}

    def filtered(self) -> tuple[Any, QuerySet]:
        """The filter (or None) and the rows it leaves."""
        if self.resource.filterset_class is None:
            return None, self.rows()
        chosen = self.resource.filterset_class(self.request.GET, queryset=self.rows())
        return chosen, chosen.qs


class ListView(ResourceView):
    """The list, filtered and paged."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        chosen, rows = self.filtered()
        table = self.resource.table()(rows)
        table.context_url = lambda row: self.resource.detail_url(self.place, row)
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {
            "resource": self.resource,
            "table": table,
            "filter": chosen,
            "summary": self.resource.totals(rows),
            "actions": [*self.resource.list_buttons(request.user, self.place), *self.export_button()],
            **self.more_context(),
        }
        return render(request, "resource/list.html", context)

    def export_button(self) -> list[Button]:
        """The button that downloads what is seen."""
        code = self.place.region.code
        if not self.resource.export_columns or not may(self.request.user, Action.EXPORT, code):
            return []
        query = self.request.META.get("QUERY_STRING", "")
        return [Button("导出Excel", f"{self.export_url()}?{query}" if query else self.export_url())]

    def export_url(self) -> str:
        """Where the list is downloaded."""
        return self.place.url(f"{self.resource.name}_export")

    def more_context(self) -> dict[str, Any]:
        """What a page built on this one shows besides."""
        return {}


class ExportView(ResourceView):
    """What the list shows, as a workbook; personal numbers stay masked."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it."""
        _chosen, rows = self.filtered()
        title = self.title()
        response = HttpResponse(content_type=XLSX)
        response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(title)}.xlsx"
        export_rows(
            self.resource.export_columns,
            (self.resource.record(row) for row in rows.iterator(chunk_size=2000)),
            response,
            title=title,
            unit_line=f"填报单位：{self.place.region}　　{self.place.year}年度",
            reporter=str(request.user),
            day=timezone.localdate(),
            sheet_name=self.resource.export_name,
        )
        return response

    def title(self) -> str:
        """The workbook's title and file name."""
        return f"{self.place.region}{self.place.year}年{self.resource.label}"


class DetailView(ResourceView):
    """A row's page."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        row = self.row()
        panels = self.resource.panels(request.user, self.place, row)
        panels += [make(self.place, row, request.user) for make in self.resource.extra_panels]
        panels += self.resource.attachment_panels(request, self.place, row)
        context = {
            "title": str(row),
            "panels": panels,
            **self.way_back(),
            "actions": self.resource.detail_buttons(request.user, self.place, row),
        }
        return render(request, "resource/detail.html", context)
