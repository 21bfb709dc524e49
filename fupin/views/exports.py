"""The record of lists taken away as files, for the county office and the audit."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.models import ExportLog
from fupin.resource.filters import DaysFilter
from fupin.resource.tables import NUMERIC, RowTable
from fupin.views.base import PlacedView

#: Of a file's digest the table shows so much; it is searched by the whole or its beginning.
DIGEST_SHOWN = 12


class ExportTable(RowTable):
    """Files, the newest first."""

    at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name="时间")
    title = tables.Column("导出内容", attrs={"td": {"class": "text"}})
    query = tables.Column("筛选条件", attrs={"td": {"class": "text"}}, orderable=False)
    columns_taken = tables.Column("列", accessor="columns", orderable=False, attrs={"td": {"class": "text"}})
    row_count = tables.Column("行数", attrs=NUMERIC)
    purpose = tables.Column("完整号码", empty_values=())
    note = tables.Column("事由说明", attrs={"td": {"class": "text"}})
    digest = tables.Column("文件摘要", orderable=False)

    class Meta(RowTable.Meta):
        model = ExportLog
        fields = (
            "at", "user", "region", "year", "title", "query", "row_count", "purpose", "note", "columns_taken", "digest",
        )  # fmt: skip
        sequence = ("number", *fields)

    def render_purpose(self, record: ExportLog) -> str:
        """What for, where numbers are in full."""
        return f"是：{record.get_purpose_display()}" if record.purpose else "否"

    def render_columns_taken(self, value: list[str]) -> str:
        """How many, and which."""
        return f"{len(value)}列：{'、'.join(value)}"

    def render_digest(self, value: str) -> str:
        """Its beginning, which tells files apart."""
        return value[:DIGEST_SHOWN]


class ExportFilter(filters.FilterSet):
    """Records by person, numbers, day, and the file itself."""

    who = filters.CharFilter(label="导出人", method="by_name")
    full = filters.ChoiceFilter(
        label="完整号码", choices=[("true", "是"), ("false", "否")], method="by_numbers"
    )
    at = DaysFilter(label="日期")
    digest = filters.CharFilter(label="文件摘要", lookup_expr="startswith")

    class Meta:
        model = ExportLog
        fields = ("who", "full", "at", "digest")

    def by_name(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Records of users whose name holds the text."""
        return rows.filter(Q(user__name__contains=text) | Q(user__username__contains=text))

    def by_numbers(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        """Files with numbers in full, or the others."""
        return rows.exclude(purpose="") if which == "true" else rows.filter(purpose="")


class ExportsView(PlacedView):
    """Who took which lists away, when and what for, at a place; of all years."""

    action = Action.REVEALS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        rows = ExportLog.objects.visible_to(request.user).filter(
            region__code__startswith=self.place.region.prefix
        )
        chosen = ExportFilter(request.GET, queryset=rows.select_related("user", "region"))
        table = ExportTable(chosen.qs)
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {"resource": {"label": "导出记录"}, "table": table, "filter": chosen}
        return render(request, "resource/list.html", context)
