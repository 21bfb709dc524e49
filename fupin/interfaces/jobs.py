"""What the page of jobs says of the kinds that this room has."""

from __future__ import annotations

from django.urls import reverse

from fupin.domain import opening
from fupin.domain.import_runs import COMPARE, UNDO, WRITE
from fupin.domain.jobs import Told, job_told
from fupin.models import Job
from fupin.queries.jobs import run_of

#: What the steps of an import are called.
STEPS = {COMPARE: "检查导入文件", WRITE: "写入导入", UNDO: "撤销导入"}


def tell_import(job: Job) -> Told:
    """The step and the file, and the page of the import."""
    run = run_of(job)
    url = reverse("import_run", kwargs={"region": run.region_id, "year": run.year, "key": run.pk})
    return Told(f"{STEPS[job.kind]}：{run.file_name}", url)


for kind in STEPS:
    job_told(kind)(tell_import)


@job_told(opening.JOB)
def tell_opening(job: Job) -> Told:
    """The year, and the page of years."""
    place = {name: job.arguments[name] for name in ("region", "year")}
    return Told(f"开设{place['year']}年度", reverse("years", kwargs=place))
