"""审核进度: where villages' years lie, and what the user may do with them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django_tables2 import RequestConfig

from fupin.access import may
from fupin.domain.review import move_years
from fupin.matters import open_matters
from fupin.models import Region
from fupin.models.review import SEVERAL, SINGLE, STEPS, WITH, State, Step
from fupin.queries.review import (
    LATE,
    count_states,
    journal_of,
    late,
    steps_for,
    with_journal,
    year_of,
    years_at,
)
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from fupin.views.review_parts import ProgressTable, RemarkForm, state_links


class ProgressView(PlacedView):
    """Of a village: its year, what is open, its journal and buttons. Above: the list of its villages."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        if self.place.region.is_village:
            return self.show_village(RemarkForm())
        return self.show_list()

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Make a move with the village, or with those chosen."""
        step, villages = self.step(), self.chosen()
        if not may(request.user, step.action, self.place.region.code):
            raise PermissionDenied
        form = RemarkForm(request.POST)
        remark = form.cleaned_data["remark"] if form.is_valid() else request.POST.get("remark", "")
        try:
            moved = move_years(
                move=step.move, villages=villages, year=self.place.year, actor=request.user, remark=remark
            )
        except Refused as refused:
            messages.error(request, str(refused))
            return self.show_village(form, 422) if self.place.region.is_village else self.show_list(422)
        names = str(moved[0].region) if len(moved) == 1 else f"{len(moved)}个村"
        messages.success(request, f"{names}的{self.place.year}年度已{step.button}。")
        query = request.GET.urlencode()
        return redirect(self.place.url("progress") + (f"?{query}" if query else ""))

    def step(self) -> Step:
        """The move that was asked for; 404 for one that this page does not have."""
        offered = SINGLE if self.place.region.is_village else SEVERAL
        found = [move for move in offered if move == self.request.POST.get("what")]
        if not found:
            raise Http404
        return STEPS[found[0]]

    def chosen(self) -> list[Region]:
        """The village, or those ticked in the list; 404 for one out of scope."""
        if self.place.region.is_village:
            return [self.place.region]
        codes = set(self.request.POST.getlist("listed" if "every" in self.request.POST else "village"))
        regions = Region.objects.visible_to(self.request.user).filter(
            code__in=codes, code__startswith=self.place.region.prefix
        )
        if len(villages := list(regions)) < len(codes):
            raise Http404
        return villages

    def show_village(self, form: RemarkForm, status: int = 200) -> HttpResponse:
        """The village's page."""
        user, year = self.request.user, year_of(self.request.user, self.place)
        steps = steps_for(user, year) if year else []
        if not any(step.needs_remark for step in steps):
            form.fields["remark"].help_text = "可以不填。"
        context = {
            "place": self.place,
            "year": year,
            "locked": "" if year else self.place.why_locked,
            "lies_with": WITH[year.state] if year else "",
            "is_late": year is not None and year.is_late(timezone.localdate()),
            "steps": steps,
            "matters": open_matters(self.place, user) if year and year.state != State.CLOSED else [],
            "journal": journal_of(user, self.place),
            "form": form,
        }
        return render(self.request, "review/village.html", context, status=status)

    def show_list(self, status: int = 200) -> HttpResponse:
        """The list, narrowed to a state or to those that are late."""
        today, code = timezone.localdate(), self.place.region.code
        years, state = years_at(self.request.user, self.place), self.request.GET.get("state", "")
        counted = count_states(years, today)
        chosen = years.filter(late(today)) if state == LATE else years.filter(state=state) if state else years
        steps = [STEPS[move] for move in SEVERAL if may(self.request.user, STEPS[move].action, code)]
        # A box and a button are drawn where one of the villages shown can be moved by it.
        steps = [step for step in steps if state in ("", *step.sources) and self.waits(counted, step)]
        table = ProgressTable(
            with_journal(chosen).select_related("region__parent"), place=self.place, steps=steps, today=today
        )
        RequestConfig(self.request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {
            "place": self.place,
            "table": table,
            "links": state_links(counted, state),
            "steps": steps,
        }
        return render(self.request, "review/list.html", context, status=status)

    @staticmethod
    def waits(counted: dict[str, int], step: Step) -> bool:
        """Whether there is a village that the move can be made with."""
        return any(counted[source] for source in step.sources)
