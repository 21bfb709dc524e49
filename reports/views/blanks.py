"""Forms of the level above (上级报表): kept, matched, filled in for the year at hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action, may
from fupin.domain.job_files import has_file, path_of
from fupin.models import Job
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.domain.blanks import drop_form, keep_form, queue_filling, say_headings
from reports.interfaces.blanks import HeadingsForm, UploadForm, not_matched
from reports.models import BlankForm
from reports.queries.blanks import fillings_of, forms_of, plan_for

RECENT = 5


class BlanksPage(PlacedView):
    """A page about the forms of a place."""

    action = Action.IMPORT

    def enter(self) -> None:
        """To bring a form in, to read its numbers, to take them away."""
        super().enter()
        if not all(
            may(self.request.user, action, self.place.region.code)
            for action in (Action.REPORT, Action.EXPORT)
        ):
            raise PermissionDenied

    def form(self) -> BlankForm:
        """The one named by the URL; 404 for another place's."""
        return get_object_or_404(forms_of(self.request.user, self.place), pk=self.kwargs["key"])


class BlanksView(BlanksPage):
    """The forms that are kept here, and a new one."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        return self.show(UploadForm())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Keep a form and show what it was read as."""
        upload = UploadForm(request.POST, request.FILES)
        if upload.is_valid():
            try:
                form = keep_form(
                    upload=upload.cleaned_data["file"], name=upload.cleaned_data["name"],
                    region=self.place.region, actor=request.user,
                )  # fmt: skip
                return redirect(self.place.url("blank", key=form.pk))
            except Refused as refused:
                upload.add_error(NON_FIELD_ERRORS, str(refused))
        return self.show(upload, status=422)

    def show(self, upload: UploadForm, status: int = 200) -> HttpResponse:
        """The page."""
        kept = forms_of(self.request.user, self.place).select_related("uploaded_by").defer("told")
        blanks = [{"form": form, "url": self.place.url("blank", key=form.pk)} for form in kept]
        context = {"form": upload, "blanks": blanks, "place": self.place}
        return render(self.request, "reports/blanks.html", context, status=status)


class BlankView(BlanksPage):
    """One form: what its headings mean, and its fillings."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show it."""
        return self.show(self.form())

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Keep what the headings mean, fill the form in, or delete it."""
        form, what = self.form(), request.POST.get("what")
        try:
            if what == "remove":
                drop_form(form=form, actor=request.user)
                messages.success(request, f"已删除“{form.name}”。")
                return redirect(self.place.url("blanks"))
            if what not in ("save", "fill"):
                raise Http404
            headings = self.headings(form, request.POST)
            if not headings.is_valid():
                return self.show(form, headings, status=422)
            if said := headings.said():
                say_headings(form=form, said=said, year=self.place.year, actor=request.user)
            if what == "save":
                messages.success(request, "已保存，以后各年度都按此填写。")
                return redirect(request.path)
            job = queue_filling(form=form, year=self.place.year, actor=request.user)
            return redirect(self.place.url("job", key=job.pk))
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect(request.path)

    def headings(self, form: BlankForm, data: Any = None) -> HeadingsForm:
        """The headings as they are read now."""
        self.plan = plan_for(form, self.place)
        return HeadingsForm(data, plan=self.plan)

    def show(self, form: BlankForm, headings: HeadingsForm | None = None, status: int = 200) -> HttpResponse:
        """The page."""
        headings = headings or self.headings(form)
        jobs = [
            {
                "job": job,
                "url": self.place.url("job", key=job.pk),
                "file_url": self.place.url("blank_file", key=form.pk, job=job.pk) if has_file(job) else "",
            }
            for job in fillings_of(self.request.user, form)[:RECENT]
        ]
        context = {
            "blank": form, "form": headings, "rows": headings.rows(), "jobs": jobs, "place": self.place,
            "cells": sum(map(len, self.plan.cells.values())) + sum(map(len, self.plan.worded.values())),
            "not_matched": list(not_matched(self.plan)), "blanks_url": self.place.url("blanks"),
        }  # fmt: skip
        return render(self.request, "reports/blank.html", context, status=status)


class BlankFileView(BlanksPage):
    """A form that was filled in."""

    def get(self, request: HttpRequest, **_: Any) -> FileResponse:
        """Send it; 404 while there is none, and when it is kept no more."""
        form = self.form()
        job = get_object_or_404(fillings_of(request.user, form), pk=self.kwargs["job"])
        if job.state != Job.State.DONE or not has_file(job):
            raise Http404
        name = f"{form.name}（{job.arguments['year']}年）.xlsx"
        return FileResponse(default_storage.open(path_of(job)), as_attachment=True, filename=name)
