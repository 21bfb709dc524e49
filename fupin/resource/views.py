"""The generic pages of a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.db import IntegrityError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django_tables2 import RequestConfig

from fupin.access import Action, may
from fupin.queries.history import changes_of
from fupin.refusals import Refused, explain
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
        if not self.resource.export_columns or not may(
            self.request.user, Action.EXPORT, self.place.region.code
        ):
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
        panels += self.resource.attachment_panels(request, self.place, row)
        panels += [make(self.place, row, request.user) for make in self.resource.extra_panels]
        context = {
            "resource": self.resource,
            "object": row,
            "title": str(row),
            "panels": panels,
            **self.way_back(),
            "actions": self.resource.detail_buttons(request.user, self.place, row),
        }
        return render(request, "resource/detail.html", context)


class FormPage(ResourceView):
    """Create or edit by a form; what the domain or the database refuses is said beside the fields."""

    action = Action.EDIT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the form."""
        return self.show(self.form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Save, or show the form again with what is wrong."""
        form = self.form(request.POST, request.FILES)
        if form.is_valid():
            try:
                row = self.resource.save(form=form, place=self.place, actor=request.user)
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
            except IntegrityError as error:
                sentence = explain(error)
                if sentence is None:
                    raise
                form.add_error(NON_FIELD_ERRORS, sentence)
            else:
                messages.success(request, "已保存。")
                return redirect(self.resource.detail_url(self.place, row))
        return self.show(form, status=422)

    def form(self, *args: Any) -> Any:
        """The form, bound to what was posted if anything was."""
        assert self.resource.form_class is not None
        return self.resource.form_class(
            *args, instance=self.instance(), place=self.place, actor=self.request.user
        )

    def instance(self) -> Any:
        """The row to edit, None for a new one."""
        return None

    def show(self, form: Any, status: int = 200) -> HttpResponse:
        """The page with the form."""
        back = (
            self.resource.detail_url(self.place, form.instance)
            if form.instance.pk
            else self.place.url(f"{self.resource.name}_list")
        )
        heading = f"修改{form.instance}" if form.instance.pk else f"新增{self.resource.label}"
        context = {
            "resource": self.resource,
            "form": form,
            "title": heading,
            "cancel_url": back,
            **self.way_back(),
        }
        return render(self.request, "resource/form.html", context, status=status)


class CreateView(FormPage):
    """A new row."""


class EditView(FormPage):
    """Changes to a row."""

    def instance(self) -> Any:
        """The row named by the URL, looked up once."""
        if not hasattr(self, "_row"):
            self._row = self.row()
        return self._row


class HistoryView(ResourceView):
    """Who changed what of a row, and when; numbers masked."""

    action = Action.HISTORY

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        row = self.row()
        context = {
            "resource": self.resource,
            "object": row,
            "title": f"{row}：修改记录",
            "object_label": str(row),
            "object_url": self.resource.detail_url(self.place, row),
            "history": changes_of(row),
        }
        return render(request, "resource/history.html", context)
