"""The queue of jobs: done once, whoever dies in between, and the job says what happened."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection

from fupin.access import Role
from fupin.domain import jobs
from fupin.domain.import_runs import start_import, take_import
from fupin.domain.jobs import queue_job, report_progress, run_next_job
from fupin.models import ImportRun, Job
from fupin.refusals import Refused
from households.models import HouseholdYear
from tests import factories as make
from tests.database.rows import all_rows
from tests.database.tools import PATIENCE, Audit, fetch, run, sessions
from tests.database.workbooks import small_rows, write_book
from tests.long import lasting

BASE = Path(__file__).resolve().parents[2]
YEAR = make.YEAR

pytestmark = pytest.mark.django_db(transaction=True)


def wait_for(what: Callable[[], Any]) -> Any:
    """Wait until something is so; what it is."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, "it does not come to pass"
        time.sleep(0.01)
    return found


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make a kind of job known for the test."""

    def register(name: str, work: Callable[[Job], str]) -> None:
        monkeypatch.setitem(jobs._kinds, name, work)

    return register


def state_of(job: Job) -> tuple[str, int, str]:
    job.refresh_from_db()
    return job.state, job.attempts, job.message


# --- in one process ----------------------------------------------------------------------------------------


def test_jobs_are_done_in_the_order_they_came(kind: Any) -> None:
    done: list[int] = []
    kind("note", lambda job: done.append(job.pk) or f"做完{job.arguments['n']}")
    queued = [queue_job(kind="note", arguments={"n": n}, actor=None) for n in range(3)]
    assert [run_next_job() for _ in range(4)] == [*queued, None]
    assert done == [job.pk for job in queued]
    assert [state_of(job) for job in queued] == [("done", 1, f"做完{n}") for n in range(3)]
    assert fetch("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'") == [(0,)]


def test_an_unknown_kind_is_not_queued() -> None:
    with pytest.raises(LookupError):
        queue_job(kind="nothing", arguments={}, actor=None)
    assert not Job.objects.exists()


def test_a_refusal_is_the_jobs_last_word(kind: Any) -> None:
    def refuse(job: Job) -> str:
        raise Refused("该村年度已关账。")

    kind("refuse", refuse)
    job = queue_job(kind="refuse", arguments={}, actor=None)
    run_next_job()
    assert state_of(job) == ("failed", 1, "该村年度已关账。")


def test_a_mistake_of_ours_is_told_without_its_traceback(kind: Any, caplog: Any) -> None:
    def fail(job: Job) -> str:
        raise ZeroDivisionError("at 420000197001010011")

    kind("fail", fail)
    job, other = (queue_job(kind="fail", arguments={}, actor=None) for _ in range(2))
    run_next_job()
    assert state_of(job) == ("failed", 1, "处理中出现意外，未写入任何数据。请稍后重试，或联系系统管理员。")
    assert [(record.levelname, record.exc_info[0]) for record in caplog.records] == [
        ("ERROR", ZeroDivisionError)
    ]
    # It is not tried again, and the next one is.
    assert run_next_job() == other
    assert run_next_job() is None


def test_progress_is_seen_by_others_while_the_job_runs(kind: Any) -> None:
    at, go_on = threading.Event(), threading.Event()

    def work(job: Job) -> str:
        report_progress(job, step=1, steps=2, message="一半")
        at.set()
        assert go_on.wait(PATIENCE)
        return "好了"

    kind("work", work)
    job = queue_job(kind="work", arguments={}, actor=None)
    with sessions(1) as (worker,):
        doing = worker.start(run_next_job)
        assert at.wait(PATIENCE)
        assert (*state_of(job), job.step, job.steps, job.is_over) == ("running", 1, "一半", 1, 2, False)
        go_on.set()
        doing.result(PATIENCE)
    assert (*state_of(job), job.is_over) == ("done", 1, "好了", True)
    assert job.finished_at is not None


@pytest.mark.parametrize("locked", [True, pytest.param(False, id="negative control: without the lock")])
def test_two_workers_do_not_do_the_same_job(kind: Any, monkeypatch: pytest.MonkeyPatch, locked: bool) -> None:
    started, go_on, done = threading.Semaphore(0), threading.Event(), []

    def work(job: Job) -> str:
        started.release()
        assert go_on.wait(PATIENCE)
        done.append(job.pk)
        return ""

    kind("work", work)
    one = queue_job(kind="work", arguments={}, actor=None)
    with sessions(2) as (first, second):
        doing = first.start(run_next_job)
        assert started.acquire(timeout=PATIENCE)
        if locked:
            assert second.do(run_next_job) is None
        else:
            monkeypatch.setattr(jobs, "LOCK_CLASS", 1)
            again = second.start(run_next_job)
            assert started.acquire(timeout=PATIENCE)
        go_on.set()
        doing.result(PATIENCE)
        if not locked:
            again.result(PATIENCE)
    assert sorted(done) == [one.pk] * (1 if locked else 2)
    assert state_of(one)[:2] == ("done", 1 if locked else 2)


def test_many_jobs_and_workers(kind: Any) -> None:
    done: list[int] = []
    kind("note", lambda job: done.append(job.pk) or "")
    queued = [queue_job(kind="note", arguments={}, actor=None).pk for _ in range(40)]

    def work() -> None:
        while Job.objects.filter(state__in=["waiting", "running"]).exists():
            run_next_job()

    with sessions(3) as crew:
        for future in [session.start(work) for session in crew]:
            future.result(PATIENCE)
    assert sorted(done) == queued
    assert set(Job.objects.values_list("state", "attempts")) == {("done", 1)}


def lose_connection(job: Job) -> str:
    run("SELECT pg_terminate_backend(pg_backend_pid())")
    return ""


def test_a_job_that_loses_its_connection_is_tried_again_and_given_up(kind: Any, caplog: Any) -> None:
    kind("lose", lose_connection)
    job = queue_job(kind="lose", arguments={}, actor=None)
    with sessions(1) as (worker,):
        for attempt in (1, 2, 3):
            with pytest.raises(OperationalError):
                worker.do(run_next_job)
            assert state_of(job) == ("running", attempt, "")
        assert worker.do(run_next_job) is None
    assert state_of(job) == ("failed", 3, "多次中断，已停止。请重新提交。")
    said = f"job lose #{job.pk}: the database broke off (OperationalError)"
    assert [(record.getMessage(), record.exc_info) for record in caplog.records] == [(said, None)] * 3


def test_a_job_that_was_cut_off_once_is_done(kind: Any) -> None:
    def work(job: Job) -> str:
        return "好了" if job.attempts > 1 else lose_connection(job)

    kind("work", work)
    job = queue_job(kind="work", arguments={}, actor=None)
    with sessions(1) as (worker,):
        with pytest.raises(OperationalError):
            worker.do(run_next_job)
        assert worker.do(run_next_job) == job
    assert state_of(job) == ("done", 2, "好了")


# --- a worker of its own -----------------------------------------------------------------------------------


class Worker:
    """`manage.py run_worker` on the test database."""

    def __init__(self, log: Path) -> None:
        self.log = log
        given = connection.settings_dict
        where = {"host": given["HOST"], "port": given["PORT"], **given.get("OPTIONS", {})}
        where = {name: str(value) for name, value in where.items() if value}
        who = quote(given["USER"]) + (f":{quote(given['PASSWORD'])}" if given["PASSWORD"] else "")
        url = f"postgresql://{who}@/{quote(given['NAME'])}?{urlencode(where, quote_via=quote)}"
        with log.open("ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run_worker", "--pause", "0.05"],
                cwd=BASE, stdout=file, stderr=file, start_new_session=True,
                env={
                    **os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings",
                    "PGAPPNAME": "worker under test",
                },
            )  # fmt: skip

    def backend(self) -> int | None:
        """The server process that serves it."""
        found = fetch("SELECT pid FROM pg_stat_activity WHERE application_name = 'worker under test'")
        return found[0][0] if found else None

    def waits_for(self, blocker: int) -> bool:
        """Whether it waits for a lock of that session."""
        assert self.process.poll() is None, self.log.read_text(encoding="utf-8")
        return bool(
            fetch(
                "SELECT 1 FROM pg_stat_activity"
                " WHERE application_name = 'worker under test' AND %s = ANY(pg_blocking_pids(pid))",
                [blocker],
            )
        )

    def kill(self) -> None:
        """Kill it as a power cut would."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def end(self) -> int:
        """Ask it to end; its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    """Starts workers; whichever still lives in the end is killed."""
    made: list[Worker] = []

    def start() -> Worker:
        made.append(Worker(tmp_path / "worker.log"))
        return made[-1]

    yield start
    for worker in made:
        if worker.process.poll() is None:
            worker.kill()
    wait_for(lambda: not fetch("SELECT 1 FROM pg_stat_activity WHERE application_name = 'worker under test'"))


@pytest.fixture
def queued(world: Any, tmp_path: Path) -> ImportRun:
    """An import of a household of two, queued by a clerk."""
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows())
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    clerk = make.user(Role.CLERK, world.a)
    return taken(start_import(upload=upload, kind="village", region=world.a, year=YEAR, actor=clerk))


def taken(run: ImportRun) -> ImportRun:
    """The import compared here, and its writing queued for a worker."""
    run_next_job()
    return take_import(run=run, good_only=False, actor=run.actor)


def lock_table(name: str) -> None:
    run(f"LOCK TABLE {name} IN EXCLUSIVE MODE")


def lock_job(job: Job) -> None:
    assert fetch("SELECT id FROM fupin_job WHERE id = %s FOR UPDATE", [job.pk])


WRITTEN = {
    ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1, ("Act", "insert"): 1,
    ("Person", "insert"): 2, ("Membership", "insert"): 2,
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before the first row", "between the rows", "after the commit"])
def test_a_killed_import_is_done_once_after_all(queued: ImportRun, start_worker: Any, moment: str) -> None:
    audit = Audit()
    worker = start_worker()
    with sessions(2) as (gate, second_gate):
        gate.begin()
        table = "households_membership" if moment == "between the rows" else "households_household"
        gate.do(lock_table, table)
        wait_for(lambda: worker.waits_for(gate.pid))
        assert (*state_of(queued.job), queued.job.step) == ("running", 1, "已核对，正在写入", 2)
        if moment == "after the commit":
            second_gate.begin()
            second_gate.do(lock_job, queued.job)
            gate.rollback()
            wait_for(lambda: worker.waits_for(second_gate.pid))
            assert audit.told() == WRITTEN
        backend = worker.backend()
        worker.kill()
        for session in (gate, second_gate) if moment == "after the commit" else (gate,):
            if session is second_gate or moment != "after the commit":
                session.rollback()
    wait_for(lambda: worker.backend() != backend)
    assert audit.told() == (WRITTEN if moment == "after the commit" else {})
    assert state_of(queued.job)[0] == "running"

    worker = start_worker()
    wait_for(lambda: Job.objects.get(pk=queued.job_id).is_over)
    assert worker.end() == 0
    assert state_of(queued.job) == ("done", 2, "甲村.xlsx：已导入")
    queued.refresh_from_db()
    each = {"new": 1, "changed": 0, "unchanged": 0}
    assert (queued.state, queued.counts) == (
        ImportRun.State.DONE,
        {"村情": {"new": 0, "changed": 0, "unchanged": 1}, "户": each, "人": {**each, "new": 2}},
    )
    assert (audit.told(), audit.discrepancies()) == (WRITTEN, [])
    assert all_rows(HouseholdYear).filter(household__number="4299000001").values_list("people").get() == (2,)
    assert not default_storage.exists(f"imports/{queued.digest}")


@pytest.mark.slow
def test_an_import_killed_at_any_moment_is_done_once(world: Any, tmp_path: Path, start_worker: Any) -> None:
    """At random moments, in the suite at one, by `make fuzz` at twenty: nothing is lost, nothing is there twice."""
    clerk = make.user(Role.CLERK, world.a)
    randomly = random.Random(int(os.environ.get("FUPIN_SEED", "7")))
    for turn in range(lasting(1)):
        number = f"42990001{turn:02}"
        path = write_book(tmp_path / f"{turn}.xlsx", world.a, *small_rows(number, 920 + turn))
        upload = SimpleUploadedFile(path.name, path.read_bytes())
        asked = taken(start_import(upload=upload, kind="village", region=world.a, year=YEAR, actor=clerk))
        audit = Audit()
        worker = start_worker()
        wait_for(worker.backend)
        time.sleep(randomly.uniform(0, 0.8))
        worker.kill()
        wait_for(
            lambda: not fetch("SELECT 1 FROM pg_stat_activity WHERE application_name = 'worker under test'")
        )
        assert audit.told() in ({}, WRITTEN)

        worker = start_worker()
        wait_for(worker.backend)  # the first may have been done: this one must hear that it shall end
        wait_for(lambda asked=asked: Job.objects.get(pk=asked.job_id).is_over)
        assert worker.end() == 0
        asked.refresh_from_db()
        assert (asked.state, audit.told(), audit.discrepancies()) == (ImportRun.State.DONE, WRITTEN, [])
        assert state_of(Job.objects.get(pk=asked.job_id))[::2] == ("done", f"{turn}.xlsx：已导入")


@pytest.mark.slow
def test_a_worker_told_to_end_finishes_the_job_in_hand(
    queued: ImportRun, world: Any, tmp_path: Path, start_worker: Any
) -> None:
    path = write_book(tmp_path / "次.xlsx", world.a, *small_rows("4299000002", 911))
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    later = start_import(upload=upload, kind="village", region=world.a, year=YEAR, actor=queued.actor)
    worker = start_worker()
    with sessions(1) as (gate,):
        gate.begin()
        gate.do(lock_table, "households_household")
        wait_for(lambda: worker.waits_for(gate.pid))
        worker.process.terminate()
        assert worker.waits_for(gate.pid)
        gate.rollback()
    assert worker.process.wait(PATIENCE) == 0
    assert (state_of(queued.job)[:2], state_of(later.job)[:2]) == (("done", 1), ("waiting", 0))
    default_storage.delete(later.stored)


@pytest.mark.slow
def test_a_worker_outlives_its_database(queued: ImportRun, start_worker: Any) -> None:
    """Its connection is cut in the midst of a job, and the database takes no new one for a while."""
    name = connection.settings_dict["NAME"]
    given = connection.get_connection_params()
    outside = psycopg2.connect(**{**given, "dbname": "postgres", "cursor_factory": None})
    outside.autocommit = True
    worker = start_worker()
    try:
        with sessions(1) as (gate,):
            gate.begin()
            gate.do(lock_table, "households_household")
            wait_for(lambda: worker.waits_for(gate.pid))
            with outside.cursor() as cursor:
                cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            run("SELECT pg_terminate_backend(%s)", [worker.backend()])
            said = "the database cannot be reached"
            wait_for(lambda: worker.log.read_text(encoding="utf-8").count(said) >= 2)
            gate.rollback()
        assert state_of(queued.job)[:2] == ("running", 1)
    finally:
        with outside.cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        outside.close()
    wait_for(lambda: Job.objects.get(pk=queued.job_id).is_over)
    assert state_of(queued.job) == ("done", 2, "甲村.xlsx：已导入")
    # Idle, it loses its connection too, and goes on.
    backend = worker.backend()
    run("SELECT pg_terminate_backend(%s)", [backend])
    wait_for(lambda: worker.backend() not in (None, backend))
    assert worker.process.poll() is None
    assert worker.end() == 0
    assert "Traceback" not in worker.log.read_text(encoding="utf-8")
