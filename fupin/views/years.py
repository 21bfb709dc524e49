"""Opening and closing years, and the day by which villages submit."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django_tables2 import RequestConfig

from fupin.access import Action
from fupin.domain.opening import openings_of, queue_opening
from fupin.domain.years import close_years, reopen_years, set_due
from fupin.models import Region, RegionYear
from fupin.models.review import State
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.queries.places import villages_of
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from fupin.views.year_parts import DueForm, ReasonForm, RegionYearTable

#: What a county looks at before it closes, the farthest behind first.
NOT_ACCEPTED = (State.OPEN, State.SUBMITTED, State.PASSED)
#: So many villages of a state are named before closing.
NAMED = 30


class YearsView(PlacedView):
    """Where the villages' year lies; the county office opens and closes it."""

    action = Action.YEARS

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return self.show(DueForm(), ReasonForm())

    def show(self, due: DueForm, reason: ReasonForm, status: int = 200) -> HttpResponse:
        """The page with its forms."""
        rows = self.rows().select_related("region")
        states = list(rows.order_by().values_list("state", flat=True))
        job = openings_of(self.place.region, self.place.year).first()
        table = RegionYearTable(rows)
        RequestConfig(self.request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {
            "table": table,
            "villages": self.villages().count(),
            "opened": len(states),
            "counted": [(state.label, states.count(state)) for state in State],
            "open": states.count(State.OPEN),
            "closed": states.count(State.CLOSED),
            "job": job,
            "is_opening": job is not None and not job.is_over,
            "due": due,
            "reason": reason,
            "place": self.place,
            "previous_year": self.place.year - 1,
            "previous_url": self.beside(-1),
            "next_url": self.beside(1),
        }
        return render(self.request, "years.html", context, status=status)

    def rows(self) -> Any:
        """The years of the place's villages."""
        rows = RegionYear.objects.visible_to(self.request.user, Action.YEARS)
        return rows.filter(region__code__startswith=self.place.region.prefix, year=self.place.year)

    def beside(self, step: int) -> str:
        """The page of a year beside this one: the only way to a year that nobody has opened yet."""
        year = self.place.year + step
        return Place(self.place.region, year).url("years") if FIRST_YEAR <= year <= LAST_YEAR else ""

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Open, close or reopen the year of all villages of the place, or set the day by which they submit."""
        what, place = request.POST.get("what"), self.place
        at = {"region": place.region, "year": place.year, "actor": request.user}
        due, reason = DueForm(), ReasonForm()
        try:
            if what == "open":
                queue_opening(**at)
            elif what == "close" and "sure" not in request.POST:
                return self.ask_to_close()
            elif what == "close":
                messages.success(
                    request, f"已关账{close_years(**at)}个村的{place.year}年度，数据不能再修改。"
                )
            elif what == "reopen":
                reason = ReasonForm(request.POST)
                if not reason.is_valid():
                    return self.show(due, reason, status=422)
                count = reopen_years(**at, remark=reason.cleaned_data["remark"])
                messages.success(request, f"已重新打开{count}个村的{place.year}年度。")
            elif what == "due":
                due = DueForm(request.POST)
                if not due.is_valid():
                    return self.show(due, reason, status=422)
                messages.success(request, f"已为{set_due(**at, **due.cleaned_data)}个村改定报送截止日期。")
            else:
                raise Http404
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect(place.url("years"))

    def ask_to_close(self) -> HttpResponse:
        """Say what closing means and which villages are not accepted yet, and ask whether it is meant."""
        region, year, back = self.place.region, self.place.year, self.place.url("years")
        details = [(str(state.label), self.named(state)) for state in State if state.value in NOT_ACCEPTED]
        waiting = sum(count for _, (count, _) in details)
        context = {
            "title": f"{region}{year}年度关账",
            "text": f"关账后，{region}所有村{year}年度的户、人和村情都不能再修改、导入，直到重新打开。"
            "查看、导出和汇总不受影响。"
            + (f"还有{waiting}个村没有通过审核，也会一起关账：" if waiting else ""),
            "details": [(label, count, names) for label, (count, names) in details if count],
            "answer": [("what", "close"), ("sure", "1")],
            "submit_label": "确认关账",
            "list_label": "年度管理",
            "list_url": back,
            "cancel_url": back,
        }
        return render(self.request, "resource/confirm.html", context)

    def named(self, state: str) -> tuple[int, str]:
        """How many villages are in a state, and the first of them by name."""
        names = list(
            self.rows().filter(state=state).order_by("region").values_list("region__name", flat=True)
        )
        return len(names), "、".join(names[:NAMED]) + ("等" if len(names) > NAMED else "")

    def villages(self) -> Any:
        """The villages that the place has in the year."""
        return villages_of(Region.objects.visible_to(self.request.user), self.place.region, self.place.year)
