"""The record of numbers shown in full, for the county office and the audit."""

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
from fupin.models import Reveal
from fupin.resource.filters import DaysFilter
from fupin.resource.tables import NUMERIC, RowTable
from fupin.views.base import PlacedView


class RevealTable(RowTable):
    """Pages shown, the newest first."""

    at = tables.DateTimeColumn(format="Y-m-d H:i", verbose_name="时间")
    page = tables.Column("页面", attrs={"td": {"class": "text"}})
    note = tables.Column("事由说明", attrs={"td": {"class": "text"}})
    rows = tables.Column("涉及记录", orderable=False, attrs=NUMERIC)

    class Meta(RowTable.Meta):
        model = Reveal
        fields = ("at", "user", "region", "page", "purpose", "note", "rows")
        sequence = ("number", *fields)

    def render_rows(self, value: list[Any]) -> str:
        """Of how many rows."""
        return f"{len(value)}条"


class RevealFilter(filters.FilterSet):
    """Records by person, purpose and day."""

    who = filters.CharFilter(label="查看人", method="by_name")
    at = DaysFilter(label="日期")

    class Meta:
        model = Reveal
        fields = ("who", "purpose")

    def by_name(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Records of users whose name holds the text."""
        return rows.filter(Q(user__name__contains=text) | Q(user__username__contains=text))


class RevealsView(PlacedView):
    """Who saw whose numbers in full, when and what for, at a place; of all years."""

    action = Action.REVEALS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        rows = Reveal.objects.visible_to(request.user).filter(
            region__code__startswith=self.place.region.prefix
        )
        chosen = RevealFilter(request.GET, queryset=rows.select_related("user", "region"))
        table = RevealTable(chosen.qs)
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {"resource": {"label": "查看号码记录"}, "table": table, "filter": chosen}
        return render(request, "resource/list.html", context)
