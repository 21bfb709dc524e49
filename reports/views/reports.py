"""Reports from draft to seal: the list of a year's, and one with its journal, its buttons and what was sealed of it."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django_tables2 import RequestConfig

from fupin.access import Action, may
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.domain.reports import begin_report, move_report
from reports.interfaces.files import FORMATS
from reports.interfaces.periods import window_from_query
from reports.interfaces.reports import (
    RemarkForm,
    ReportTable,
    chips,
    narrowed,
    summary_url,
)
from reports.interfaces.sealing import for_sheet, seal_or_queue, verify
from reports.models import Report, Seal
from reports.models.report import REPORT_STEPS, ReportMoveKind
from reports.queries.kept import from_records
from reports.queries.reports import (
    REPORT_KINDS,
    journal_of_report,
    lines_of,
    reports_at,
    steps_for_report,
)


class ReportsView(PlacedView):
    """The reports of a place's year with their state: those due, and the others that were begun."""

    action = Action.REPORT

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them, or those in one state."""
        lines, state = lines_of(request.user, self.place, timezone.localdate()), request.GET.get("state", "")
        table = ReportTable(narrowed(lines, state))
        RequestConfig(request, paginate={"per_page": settings.PAGE_ROWS}).configure(table)
        context = {"place": self.place, "table": table, "links": chips(lines, state)}
        return render(request, "reports/reports.html", context)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Begin the report of a kind and a period, and go to its page."""
        if not may(request.user, Action.DRAFT, self.place.region.code):
            raise PermissionDenied
        try:
            asked = {**request.GET.dict(), **request.POST.dict()}
            _form, window = window_from_query(asked, self.place)
            report = begin_report(kind=asked.get("kind", ""), window=window, actor=request.user)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(self.place.url("reports"))
        return redirect(self.place.url("report", key=report.pk))


class ReportPage(PlacedView):
    """A page about one report; 404 for one elsewhere."""

    action = Action.REPORT
    report: Report

    def enter(self) -> None:
        """Find it at the place, where the user may read reports."""
        super().enter()
        here = reports_at(self.request.user, self.place).filter(region=self.place.region)
        self.report = get_object_or_404(here, pk=self.kwargs["key"])
        self.report.region = self.place.region

    def seal(self) -> Seal:
        """What was sealed; 404 of a report that is not."""
        seals = Seal.objects.visible_to(self.request.user, Action.REPORT).select_related("by")
        return get_object_or_404(seals, report=self.report)


class ReportView(ReportPage):
    """One report: where it lies, what may be done with it, its journal; once sealed, what was sealed."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it; with ?verify=1 the digests are taken anew."""
        return self.show(RemarkForm())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Make a move."""
        move = ReportMoveKind(request.POST["what"]) if request.POST.get("what") in REPORT_STEPS else None
        if move is None:
            raise Http404
        step = REPORT_STEPS[move]
        if not may(request.user, step.action, step.asked_at(self.report)):
            raise PermissionDenied
        form = RemarkForm(request.POST)
        remark = form.cleaned_data["remark"] if form.is_valid() else request.POST.get("remark", "")
        try:
            if move == ReportMoveKind.SEAL:
                job = seal_or_queue(report=self.report, actor=request.user)
                if job is not None:
                    return redirect(self.place.url("job", key=job.pk))
            else:
                move_report(report=self.report, move=move, actor=request.user, remark=remark)
        except Refused as refused:
            messages.error(request, str(refused))
            return self.show(form, 422)
        messages.success(request, f"已{step.move.label}。")
        return redirect(self.place.url("report", key=self.report.pk))

    def show(self, form: RemarkForm, status: int = 200) -> HttpResponse:
        """The page."""
        report, place = self.report, self.place
        context = {
            "report": report,
            "kind": REPORT_KINDS[report.kind],
            "place": place,
            "summary_url": summary_url(report.kind, report.window),
            "reports_url": place.url("reports"),
            "steps": steps_for_report(self.request.user, report),
            "journal": journal_of_report(report),
            "form": form,
        }
        if report.is_sealed:
            seal = self.seal()
            content = json.loads(seal.content)
            context |= {
                "seal": seal,
                "summary": for_sheet(content),
                "remarks": content["remarks"],
                "figures": from_records(content["figures"]),
                "verified": verify(seal) if "verify" in self.request.GET else None,
                "files": [
                    (format.label, place.url("report_file", key=report.pk, format=format.code))
                    for format in FORMATS.values()
                    if format.code in content["files"]
                    if format.code != "xlsx" or may(self.request.user, Action.EXPORT, place.region.code)
                ],
                "since_url": place.url("report_since", key=report.pk),
            }
        return render(self.request, "reports/report.html", context, status=status)
