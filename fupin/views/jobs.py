"""What the user has asked the worker for: on its way, done, with its file, or why not."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from fupin.domain.job_files import has_file, kept_until, path_of
from fupin.domain.jobs import cancel_job, told_of
from fupin.models import Job
from fupin.queries.jobs import jobs_of, with_runs
from fupin.refusals import Refused
from fupin.resource.exports import JOB, FullExportView, page_at, page_of
from fupin.views.base import PlacedView

RECENT = 50


class JobsPage(PlacedView):
    """A page about the user's own jobs, of all places."""

    def describe(self, job: Job) -> dict[str, Any]:
        """What the pages show of a job."""
        until = kept_until(job)
        return {
            "job": job,
            "told": told_of(job),
            "page_url": self.place.url("job", key=job.pk),
            "until": until,
            "is_expired": until is not None and (until < timezone.now() or not has_file(job)),
        }

    def job(self) -> Job:
        """The one named by the URL; 404 for anybody else's."""
        return get_object_or_404(jobs_of(self.request.user), pk=self.kwargs["key"])


class JobsView(JobsPage):
    """All of them."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show the last of them."""
        jobs = [self.describe(job) for job in with_runs(jobs_of(request.user)[:RECENT])]
        context = {
            "jobs": jobs,
            "going_on": any(not row["job"].is_over for row in jobs),
            "days": settings.FUPIN_FILE_DAYS,
            "recent": RECENT,
        }
        return render(request, "jobs/list.html", context)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Let the worker write the list of an export's address, numbers masked."""
        view = page_at(request.POST.get("path", ""), request.POST.get("query", ""), request.user)
        if isinstance(view, FullExportView):
            raise Http404  # wants a purpose, and asks for it itself
        return view.elsewhere() or view.queue({})


class JobView(JobsPage):
    """One of them."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """How far it is, or what came of it."""
        context = {
            **self.describe(self.job()),
            "jobs_url": self.place.url("jobs"),
            "days": settings.FUPIN_FILE_DAYS,
        }
        return render(request, "jobs/job.html", context)

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Cancel it, and say what has come of that."""
        job = cancel_job(job=self.job(), actor=request.user)
        if job.state == Job.State.CANCELLED:
            messages.success(request, "任务已取消。")
        elif job.is_over:
            messages.warning(request, "任务已经结束，没有取消。")
        else:
            messages.success(request, "已通知后台取消，稍候即停止；已进行到最后一步的，仍会完成。")
        return redirect(self.place.url("jobs"))


class JobFileView(JobsPage):
    """The file of a list that the worker has written."""

    def get(self, request: HttpRequest, **_: Any) -> FileResponse:
        """Send it; 404 while there is none, when it is kept no more, and to whoever may no longer have it."""
        job = self.job()
        if job.kind != JOB or not has_file(job):
            raise Http404
        try:
            page_of(job)
        except Refused:
            raise Http404 from None
        return FileResponse(
            default_storage.open(path_of(job)), as_attachment=True, filename=f"{job.arguments['title']}.xlsx"
        )
