"""What the page of jobs says of the kinds that this room has."""

from __future__ import annotations

from django.urls import reverse

from fupin.domain import imports, opening
from fupin.domain.jobs import Told, job_told
from fupin.models import Job


@job_told(imports.JOB)
def tell_import(job: Job) -> Told:
    """The file, and what came of it."""
    run = job.import_run
    url = reverse("import_run", kwargs={"region": run.region_id, "year": run.year, "key": run.pk})
    return Told(f"导入：{run.file_name}", url)


@job_told(opening.JOB)
def tell_opening(job: Job) -> Told:
    """The year, and the page of years."""
    place = {name: job.arguments[name] for name in ("region", "year")}
    return Told(f"开设{place['year']}年度", reverse("years", kwargs=place))
