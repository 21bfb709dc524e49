"""Which villages keep a ledger, and declaring one nil."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.domain.years import declare_nil
from fupin.ledgers import LEDGERS
from fupin.models import Ledger, Region
from fupin.place import Place
from fupin.queries.places import villages_with_ledger
from fupin.refusals import Refused
from fupin.resource.tables import RowTable
from fupin.views.base import PlacedView

NONE = "无数据"


class LedgerTable(RowTable):
    """Villages, those without the ledger first."""

    name = tables.Column("村", linkify=lambda record, table: table.context_url(record), order_by="code")
    parent = tables.Column("乡镇", order_by="parent__code")
    ledger_state = tables.Column("状态", empty_values=())

    class Meta(RowTable.Meta):
        model = Region
        fields = ("name", "parent", "ledger_state")
        sequence = ("number", *fields)

    def render_ledger_state(self, value: str | None) -> str:
        """The state in words; no row of the ledger's own means no data."""
        return str(Ledger.State(value).label) if value else NONE


class LedgerView(PlacedView):
    """The villages behind 台账 17/20村."""

    def get(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Show them."""
        if kind not in LEDGERS:
            raise Http404
        villages = villages_with_ledger(request.user, self.place, kind)
        table = LedgerTable(villages)
        table.context_url = lambda village: Place(village, self.place.year).url("overview")
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        states = list(villages.order_by().values_list("ledger_state", flat=True))
        counted = [(str(state.label), states.count(state.value)) for state in Ledger.State]
        context = {
            "resource": {"label": f"台账：{LEDGERS[kind]}"},
            "table": table,
            "summary": [
                {"label": label, "value": f"{count}村"}
                for label, count in (*counted, (NONE, states.count(None)))
            ],
        }
        return render(request, "resource/list.html", context)


class DeclareNilView(PlacedView):
    """A village declares that it has nothing in a ledger."""

    action = Action.EDIT

    def post(self, request: HttpRequest, kind: str, **_: Any) -> HttpResponse:
        """Declare it."""
        if kind not in LEDGERS or not self.place.region.is_village:
            raise Http404
        try:
            declare_nil(region=self.place.region, year=self.place.year, kind=kind, actor=request.user)
            messages.success(request, f"“{LEDGERS[kind]}”已零报告。")
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(self.place.url("overview"))
