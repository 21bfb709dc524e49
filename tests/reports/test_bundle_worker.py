"""A bundle whose worker dies: done after all, and no half of it is ever had."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import Job
from reports.domain.bundle import queue_bundle
from reports.interfaces import bundle as module
from tests import factories as make
from tests.database.test_jobs import lock_job, start_worker, wait_for  # noqa: F401 - a fixture
from tests.database.tools import run, sessions

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = ["七里坪镇/421199103206甲村.docx", "七里坪镇/421199103207乙村.docx", "说明.txt"]


@pytest.fixture
def job(world: Any) -> Iterator[Job]:
    """A bundle of two villages, in the storage that a worker of its own has too."""
    user = make.user(Role.TOWNSHIP, world.township)
    job = queue_bundle(
        region=world.township, first=2017, last=2017, since=2014, formats=["docx"], actor=user
    )  # fmt: skip
    assert files_of(job) == []
    yield job
    for path in files_of(job):
        path.unlink()


def files_of(job: Job) -> list[Path]:
    """What there is of its file, whole or not."""
    return sorted(Path(default_storage.path("bundles")).glob(f"{job.pk}.*"))


def names_in(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return package.namelist()


@pytest.mark.slow
def test_a_killed_worker_leaves_no_half_file(job: Job, start_worker: Any) -> None:  # noqa: F811 - pytest's way
    worker = start_worker()
    with sessions(2) as (gate, second_gate):
        gate.begin()
        # Held before the first village: then its job can be held, which it has already taken.
        gate.do(lock_whole, "reports_narrativetemplate")
        wait_for(lambda: worker.waits_for(gate.pid))
        second_gate.begin()
        second_gate.do(lock_job, job)
        gate.rollback()
        wait_for(lambda: worker.waits_for(second_gate.pid))  # the first village is written, the second is not
        backend = worker.backend()
        worker.kill()
        second_gate.rollback()
    wait_for(lambda: worker.backend() != backend)
    assert [path.name for path in files_of(job)] == [f"{job.pk}.1.part"]
    half = files_of(job)[0].read_bytes()
    assert [name.encode() in half for name in WHOLE] == [True, False, False]

    worker = start_worker()
    wait_for(lambda: Job.objects.get(pk=job.pk).is_over)
    assert worker.end() == 0

    job.refresh_from_db()
    assert (job.state, job.attempts, job.message) == ("done", 2, "已生成2村。")
    assert [path.name for path in files_of(job)] == [f"{job.pk}.zip"]
    assert names_in(files_of(job)[0]) == WHOLE


def lock_whole(table: str) -> None:
    run(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def test_a_lost_connection_leaves_no_half_file(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same in one process: it breaks off after the first village, once."""
    report = module.report_progress

    def break_off(job: Job, *, step: int, **told: Any) -> None:
        if job.attempts == 1:
            run("SELECT pg_terminate_backend(pg_backend_pid())")
        report(job, step=step, **told)

    monkeypatch.setattr(module, "report_progress", break_off)
    with sessions(1) as (worker,):
        with pytest.raises(OperationalError):
            worker.do(run_next_job)
        assert files_of(job) == []
        assert worker.do(run_next_job) == job
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("done", 2)
    assert names_in(files_of(job)[0]) == WHOLE


def test_whoever_was_given_up_does_not_write_into_the_next_attempt(job: Job) -> None:
    """An attempt that still lives after its lock was lost has a file of its own, and leaves the whole one alone."""
    from fupin.domain.job_files import writing

    given_up = Job(pk=job.pk, kind=job.kind, attempts=1)
    Job.objects.filter(pk=job.pk).update(attempts=1)
    with pytest.raises(FileNotFoundError), writing(given_up) as file:
        file.write(b"half")
        assert run_next_job() == job
        file.write(b"more")
    assert names_in(files_of(job)[0]) == WHOLE
    assert len(files_of(job)) == 1
