"""The summaries of many villages at once: asked for, on their way, had as one file by whoever asked."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from fupin.access import Action, may
from fupin.models import Job
from fupin.place import Place
from fupin.refusals import Refused
from fupin.views.base import PlacedView
from reports.domain.bundle import queue_bundle
from reports.interfaces.bundle import BundleForm, describe
from reports.interfaces.periods import usual_years
from reports.queries.bundles import LEVELS, Bundle, bundles_of

RECENT = 10


class BundlePage(PlacedView):
    """A page about the bundles that the user asked for at a place above a village."""

    action = Action.EXPORT

    def enter(self) -> None:
        """Both rights are wanted: to read the summaries, and to take them away."""
        super().enter()
        if self.place.region.level not in LEVELS:
            raise Http404
        if not may(self.request.user, Action.REPORT, self.place.region.code):
            raise PermissionDenied

    def bundle(self) -> Bundle:
        """The one named by the URL; 404 unless this user asked for it here."""
        asked = bundles_of(self.request.user, self.place.region).filter(arguments__last=self.place.year)
        return Bundle(get_object_or_404(asked, pk=self.kwargs["key"]))

    def url_of(self, job: Job) -> str:
        """The page of one, in the year that it reports."""
        return Place(self.place.region, Bundle(job).last).url("bundle", key=job.pk)


class BundlesView(BundlePage):
    """The form, and the user's last bundles here."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Show them."""
        return self.show(BundleForm(initial=usual_years(self.place)))

    def post(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """Put the job into the queue and go to its page."""
        form = BundleForm(request.POST)
        if form.is_valid():
            try:
                job = queue_bundle(region=self.place.region, actor=request.user, **form.cleaned_data)
                return redirect(self.url_of(job))
            except Refused as refused:
                form.add_error(NON_FIELD_ERRORS, str(refused))
        return self.show(form, status=422)

    def show(self, form: BundleForm, status: int = 200) -> HttpResponse:
        """The page."""
        region = self.place.region
        jobs = bundles_of(self.request.user, region)[:RECENT]
        bundles = [describe(Bundle(job), region) | {"url": self.url_of(job)} for job in jobs]
        context = {"form": form, "bundles": bundles, "region": region}
        return render(self.request, "reports/bundles.html", context, status=status)


class BundleView(BundlePage):
    """One bundle."""

    def get(self, request: HttpRequest, **_: Any) -> HttpResponse:
        """How far it is, or the way to its file, or why there is none."""
        bundle = self.bundle()
        context = {
            "bundle": describe(bundle, self.place.region),
            "file_url": self.place.url("bundle_file", key=bundle.job.pk),
            "bundles_url": self.place.url("bundles"),
        }
        return render(request, "reports/bundle.html", context)


class BundleFileView(BundlePage):
    """The file of a bundle."""

    def get(self, request: HttpRequest, **_: Any) -> FileResponse:
        """Send it; 404 while there is none, and when it is kept no more."""
        bundle = self.bundle()
        if bundle.job.state != Job.State.DONE or bundle.is_expired:
            raise Http404
        name = f"{describe(bundle, self.place.region)['title']}.zip"
        return FileResponse(default_storage.open(bundle.path), as_attachment=True, filename=name)
