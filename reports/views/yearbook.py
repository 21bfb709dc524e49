"""The yearbook of a county or township: asked for, on its way, had as a file by whoever asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action, may
from fupin.domain.job_files import has_file, path_of
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.domain.yearbook import queue_yearbook
from reports.figures.window import year_window
from reports.figures.yearbook import TABLES
from reports.interfaces.reports import report_buttons
from reports.interfaces.yearbook import CONTENT_TYPES, YearbookForm, describe, file_title
from reports.interfaces.yearbook_grids import MONEY_TITLE
from reports.queries.reports import YEARBOOK, report_of
from reports.queries.yearbook import LEVELS
from reports.queries.yearbooks import FORMAT_OF, yearbooks_of

RECENT = 10


class YearbookPage(PlacedView):
    """A page about the yearbook of a place that has one."""

    action = Action.REPORT

    def enter(self) -> None:
        """There is none of a village, nor above a county."""
        super().enter()
        if self.place.region.level not in LEVELS:
            raise Http404


class YearbookView(YearbookPage):
    """What is in it, the form that asks for it, and the user's last ones here."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        return self.show(self.form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Put the job into the queue and go to its page."""
        form = self.form(request.POST)
        if form.is_valid():
            try:
                job = queue_yearbook(place=self.place, actor=request.user, **form.cleaned_data)
                return redirect(self.place.url("job", key=job.pk))
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        return self.show(form, status=422)

    def form(self, data: Any = None) -> YearbookForm:
        """The form, with the rosters for whoever may export."""
        return YearbookForm(data, rosters=may(self.request.user, Action.EXPORT, self.place.region.code))

    def show(self, form: YearbookForm, status: int = 200) -> HttpResponse:
        """The page."""
        jobs = yearbooks_of(self.request.user, self.place)[:RECENT]
        window = year_window(self.place.region, self.place.year)
        context = {
            "place": self.place,
            "form": form,
            "tables": [*(table.title for table in TABLES), MONEY_TITLE],
            "jobs": [describe(job) | {"url": self.place.url("job", key=job.pk)} for job in jobs],
            "proof_url": self.place.url("proof"),
            "actions": report_buttons(
                YEARBOOK.code, report_of(YEARBOOK.code, window), window, self.request.user
            ),
        }
        return render(self.request, "reports/yearbook.html", context, status=status)


class YearbookFileView(YearbookPage):
    """The file of a yearbook."""

    def get(self, request: HttpRequest, **_: Any) -> FileResponse:
        """Send it; 404 while there is none, when it is kept no more, and to anybody else."""
        job = get_object_or_404(yearbooks_of(request.user, self.place), pk=self.kwargs["key"])
        if not has_file(job):
            raise Http404
        format = FORMAT_OF[job.kind]
        return FileResponse(
            default_storage.open(path_of(job)),
            as_attachment=True,
            filename=file_title(self.place, format),
            content_type=CONTENT_TYPES[format],
        )
