"""年度关账: what is open, the closing as a job, what was kept, and opening again by two people."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from fupin.access import Action
from fupin.models import Level
from fupin.models.review import State
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.domain.closing import queue_closing
from reports.domain.reopening import ask_to_reopen, decide_reopening
from reports.figures.window import year_window
from reports.interfaces.closing import ReasonForm, reopening_for_page
from reports.interfaces.periods import query_of
from reports.interfaces.reports import differing_for_page, links_of
from reports.models import YearFigures
from reports.queries.closing import (
    closings_of,
    figures_kept_at,
    matters_before_closing,
    reopenings_at,
    states_at,
)
from reports.queries.kept import from_records, measured_places
from reports.queries.since import Differing, differences


class ClosingView(PlacedView):
    """Closing the year of a place, and opening it again."""

    action = Action.YEARS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return self.show(ReasonForm())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Close, ask for the reopening, confirm or withdraw it."""
        what, place, form = request.POST.get("what"), self.place, ReasonForm()
        at = {"region": place.region, "year": place.year, "actor": request.user}
        try:
            if what == "close":
                if "sure" not in request.POST:
                    raise Refused("请先看过尚有的问题，勾选“已看过”，再关账。")
                queue_closing(**at)
            elif what == "ask":
                form = ReasonForm(request.POST)
                if not form.is_valid():
                    return self.show(form, 422)
                ask_to_reopen(**at, reason=form.cleaned_data["reason"])
                messages.success(request, "已申请重新打开，请另一位县级人员在本页确认。")
            elif what in ("confirm", "withdraw"):
                self.decide(what == "confirm")
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
            return self.show(form, 422)
        return redirect(place.url("closing"))

    def decide(self, consented: bool) -> None:
        """Confirm or withdraw the request that is named."""
        key = self.request.POST.get("request", "")
        found = reopenings_at(self.request.user, self.place).filter(pk=key if key.isdecimal() else 0)
        if (reopening := found.first()) is None:
            raise Refused("没有这项申请，请刷新页面。")
        count = decide_reopening(reopening=reopening, consented=consented, actor=self.request.user)
        said = f"已重新打开{count}个村的{self.place.year}年度。" if consented else "申请已撤销。"
        messages.success(self.request, said)

    def show(self, form: ReasonForm, status: int = 200) -> HttpResponse:
        """The page."""
        place, user = self.place, self.request.user
        counted, job = states_at(place), closings_of(place.region, place.year).first()
        closed, villages = counted.get(State.CLOSED, 0), sum(counted.values())
        is_closing = job is not None and not job.is_over
        reopenings = [reopening_for_page(row, user) for row in reopenings_at(user, place)]
        kept = figures_kept_at(user, place)
        context = {
            "place": place,
            "counted": [(state.label, counted.get(state, 0)) for state in State],
            "villages": villages,
            "closed": closed,
            "is_closing": is_closing,
            "job": job,
            "matters": matters_before_closing(place, user, timezone.localdate())
            if closed < villages and not is_closing
            else [],
            "kept": kept,
            "since_url": place.url("closing_since") if kept else "",
            "reopenings": reopenings,
            "waits": any(each["waits"] and each["row"].region_id == place.region.code for each in reopenings),
            "form": form,
            "years_url": place.url("years"),
            "reports_url": place.url("reports"),
        }
        return render(self.request, "reports/closing.html", context, status=status)


class ClosingSinceView(PlacedView):
    """当时 / 现在 of a closed year: which of its figures are others now, and what was written since."""

    action = Action.REPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Measure the place anew, and show what differs."""
        place = self.place
        kept = figures_kept_at(request.user, place)
        found = self.differences(kept) if kept else []
        links = links_of(found, place, request.user)
        context = {
            "title": f"{place.region}{place.year}年度指标",
            "at": kept.at if kept else None,
            "kept_as": "关账",
            "back_url": "",
            "query": query_of(year_window(place.region, place.year)),
            "differences": [differing_for_page(each, place, links) for each in found],
        }
        return render(request, "reports/since.html", context)

    def differences(self, kept: YearFigures) -> list[Differing]:
        """The place's figures that are others than those kept."""
        place, window = self.place, year_window(self.place.region, self.place.year)
        now = measured_places(window, Level(place.region.level)).get(place.region.prefix, {})
        then = from_records(json.loads(kept.content)["figures"])
        return differences(then, now, window, kept.events, self.request.user)
