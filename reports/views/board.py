"""The dashboard, and its tables as workbooks."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from fupin.access import Action, may
from fupin.domain.exports import record_export
from fupin.models import User
from fupin.numbers import mask_in_text
from fupin.place import Place
from fupin.resource.exports import digest_of, download_of
from fupin.views.base import PlacedView
from reports.interfaces.board import Board, board_of, context_of
from reports.interfaces.panel_xlsx import as_workbook
from reports.interfaces.panels import Panel


class BoardView(PlacedView):
    """A page of the dashboard's numbers."""

    action = Action.REPORT

    def board(self, only: str = "") -> Board:
        """The dashboard as the address asks for it, or one panel of it."""
        asked = self.request.GET
        kept = {name: asked[name] for name in ("against", "screen") if asked.get(name)}
        return board_of(
            self.place,
            self.request.user,
            against=self.against(),
            sort=asked.get("sort", ""),
            url=f"?{urlencode(kept)}&" if kept else "?",
            only=only,
        )

    def against(self) -> int | None:
        """The year that this one is compared with."""
        said = self.request.GET.get("against", "")
        years = self.place.states
        return int(said) if said.isdecimal() and int(said) in years and int(said) != self.place.year else None


class DashboardView(BoardView):
    """数据看板: the place and year in tiles, charts and tables, each number with the way to its rows."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        here = self.place.url("dashboard")
        against = self.against()
        context = {
            **context_of(self.board()),
            "place": self.place,
            "years": [
                {"year": year, "chosen": year == against}
                for year in sorted(self.place.states)
                if year != self.place.year
            ],
            "screen": request.GET.get("screen") == "1",
            "screen_url": f"{here}?screen=1",
            "back_url": here,
            "may_export": may(request.user, Action.EXPORT, self.place.region.code),
            "now": timezone.localtime(),
        }
        return render(request, "reports/dashboard.html", context)


class PanelView(BoardView):
    """A table of the dashboard as a workbook."""

    action = Action.EXPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Download it, after it is recorded."""
        code = self.kwargs["panel"]
        panel = self.board(only=code).panel(code)
        if panel is None:
            raise Http404
        return panel_file(panel, self.place, request)


def panel_file(panel: Panel, place: Place, request: HttpRequest) -> HttpResponse:
    """The panel as a workbook, once it is recorded who took it away."""
    user: User = request.user
    title, only = f"{place.region}{place.year}年{panel.title}", f"筛选：{panel.only}" if panel.only else ""
    file = as_workbook(
        panel, title=title, unit_line="　".join(filter(None, (f"填报单位：{place.region}", only))), reporter=str(user),
        at=timezone.localtime(),
        definitions_url=request.build_absolute_uri(place.url("definitions")),
    )  # fmt: skip
    record_export(
        actor=user, region=place.region, year=place.year, title=title, row_count=len(panel.lines), query=mask_in_text(panel.only),
        columns=[panel.first, *(head.label for head in panel.heads)], digest=digest_of(file),
    )  # fmt: skip
    return download_of(file, title)
