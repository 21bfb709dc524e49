"""Opening and closing years."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.domain.years import close_years, open_years, reopen_years
from fupin.models import Level, Region, RegionYear
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource.tables import RowTable
from fupin.views.base import PlacedView


class RegionYearTable(RowTable):
    """Villages and the state of their year."""

    class Meta(RowTable.Meta):
        model = RegionYear
        fields = ("region", "year", "state")
        sequence = ("number", *fields)


class YearsView(PlacedView):
    """Where the villages' year lies; the county office opens and closes it."""

    action = Action.YEARS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        rows = RegionYear.objects.visible_to(request.user, Action.YEARS).select_related("region")
        rows = rows.filter(region__code__startswith=self.place.region.prefix, year=self.place.year)
        villages = self.villages().count()
        table = RegionYearTable(rows)
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {
            "table": table,
            "villages": villages,
            "opened": rows.count(),
            "open": rows.filter(state=RegionYear.State.OPEN).count(),
            "closed": rows.filter(state=RegionYear.State.CLOSED).count(),
            "place": self.place,
            "previous_url": self.beside(-1),
            "next_url": self.beside(1),
        }
        return render(request, "years.html", context)

    def beside(self, step: int) -> str:
        """The page of a year beside this one: the only way to a year that nobody has opened yet."""
        year = self.place.year + step
        return Place(self.place.region, year).url("years") if FIRST_YEAR <= year <= LAST_YEAR else ""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Open, close or reopen the year of all villages of the place."""
        what, place = request.POST.get("what"), self.place
        if what == "close" and "sure" not in request.POST:
            return self.ask_to_close()
        try:
            if what == "open":
                count = open_years(villages=self.villages(), year=place.year, actor=request.user).new
                messages.success(request, f"已为{count}个村开设{place.year}年度。")
            elif what == "close":
                count = close_years(region=place.region, year=place.year, actor=request.user)
                messages.success(request, f"已关账{count}个村的{place.year}年度，数据不能再修改。")
            elif what == "reopen":
                count = reopen_years(region=place.region, year=place.year, actor=request.user)
                messages.success(request, f"已重新打开{count}个村的{place.year}年度。")
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(place.url("years"))

    def ask_to_close(self) -> HttpResponse:
        """Say what closing means, and ask whether it is meant."""
        region, year, back = self.place.region, self.place.year, self.place.url("years")
        context = {
            "title": f"{region}{year}年度关账",
            "text": f"关账后，{region}所有村{year}年度的户、人和村情都不能再修改、导入，直到重新打开。"
            "查看、导出和汇总不受影响。",
            "answer": [("what", "close"), ("sure", "1")],
            "submit_label": "确认关账",
            "list_label": "年度管理",
            "list_url": back,
            "cancel_url": back,
        }
        return render(self.request, "resource/confirm.html", context)

    def villages(self) -> Any:
        """The villages of the place."""
        regions = Region.objects.visible_to(self.request.user)
        return regions.filter(code__startswith=self.place.region.prefix, level=Level.VILLAGE)
