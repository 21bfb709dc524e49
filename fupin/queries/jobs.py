"""The jobs of a user."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from fupin.models import ImportRun, Job, User


def jobs_of(user: User) -> QuerySet[Job]:
    """What a user asked for, newest first; nobody else sees it."""
    return Job.objects.filter(actor=user).order_by("-pk")


def with_runs(jobs: Iterable[Job]) -> list[Job]:
    """The jobs, each with the import that it is about, if it is; all read at once."""
    jobs = list(jobs)
    runs = ImportRun.objects.unscoped("named to whoever asked for it")
    found = runs.in_bulk({job.arguments["run"] for job in jobs if "run" in job.arguments})
    for job in jobs:
        job.run = found.get(job.arguments.get("run"))  # type: ignore[attr-defined]  # for run_of()
    return jobs


def run_of(job: Job) -> ImportRun:
    """The import that a job is about."""
    if getattr(job, "run", None) is None:
        with_runs([job])
    return job.run  # type: ignore[attr-defined]
