"""The queue of background jobs: put in, taken out by the worker, alive while a session lock is held.

A running job holds a session advisory lock on its own connection. Running without the lock means that its
worker died; it is then tried again, at most MAX_ATTEMPTS times. What a job writes must be one transaction or
repeatable, so that a second attempt does nothing twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone

from fupin.models import Job, User
from fupin.refusals import Refused

logger = logging.getLogger(__name__)

MAX_ATTEMPTS = 3
#: First half of the advisory lock key: "fupin job".
LOCK_CLASS = 0x4650_4A42

Work = Callable[["Job"], str]
_kinds: dict[str, Work] = {}
_failed: dict[str, Callable[[Job], None]] = {}
_told: dict[str, Callable[[Job], Told]] = {}
_between: list[Callable[[], bool]] = []


class Cancelled(Exception):
    """The job was to be ended by whoever asked for it."""


@dataclass(frozen=True)
class Told:
    """What the page of jobs says of one: what it is about, and where its outcome is seen, if anywhere."""

    title: str
    url: str = ""
    #: Whether that is a file, and no page.
    is_file: bool = False


def job_told(kind: str) -> Callable[[Callable[[Job], Told]], Callable[[Job], Told]]:
    """Register the function that says what jobs of a kind are about."""

    def register(tell: Callable[[Job], Told]) -> Callable[[Job], Told]:
        _told[kind] = tell
        return tell

    return register


def told_of(job: Job) -> Told:
    """What a job is about; its kind's name where nobody says more."""
    return _told[job.kind](job) if job.kind in _told else Told(job.kind)


def job_kind(name: str, *, failed: Callable[[Job], None] | None = None) -> Callable[[Work], Work]:
    """Register the function that does jobs of a kind; it gets the Job and returns a closing sentence.

    `failed` is told when one came to nothing: refused, crashed, cancelled, or given up because its worker died each
    time. See job_told() for what the page of jobs says of the kind, and job_files for what it leaves behind.
    """

    def register(work: Work) -> Work:
        _kinds[name] = work
        if failed is not None:
            _failed[name] = failed
        return work

    return register


def between_jobs(work: Callable[[], bool]) -> None:
    """Register what the worker does between jobs, a small portion at a time; it says whether something is left to do."""
    _between.append(work)


def work_between_jobs() -> bool:
    """Do a portion of everything; whether something is left. Raises OperationalError or InterfaceError as run_next_job does."""
    left = [work() for work in _between]
    return any(left)


def queue_job(*, kind: str, arguments: dict[str, Any], actor: User | None) -> Job:
    """Put a job into the queue. It is seen by the worker when the surrounding transaction commits."""
    if kind not in _kinds:
        raise LookupError(f"no job of kind {kind}")
    return Job.objects.create(kind=kind, arguments=arguments, actor=actor)


def queue_once(*, kind: str, arguments: dict[str, Any], actor: User) -> Job:
    """Put a job into the queue, unless the actor's same one is still on its way: whoever presses twice wants one."""
    asked = Job.objects.filter(kind=kind, actor=actor, arguments=arguments)
    on_its_way = asked.filter(
        state__in=[Job.State.WAITING, Job.State.RUNNING], cancel_requested=False
    ).first()
    return on_its_way or queue_job(kind=kind, arguments=arguments, actor=actor)


def report_progress(job: Job, *, step: int, steps: int, message: str = "") -> None:
    """Say how far a job is. Only seen by others outside a transaction: call it between them.

    Raises Cancelled if the job is to be ended; what the transaction around has written is rolled back by that.
    """
    job.step, job.steps, job.message = step, steps, message
    going_on = Job.objects.filter(pk=job.pk, cancel_requested=False)
    if not going_on.update(step=step, steps=steps, message=message):
        raise Cancelled


def cancel_job(*, job: Job, actor: User) -> Job:
    """End a job that waits; ask a running one to end, which it does when it next reports its progress.

    One that is over stays as it is, and one that does not look again before its end is done. Raises Refused for
    somebody else's job.
    """
    if job.actor_id != actor.pk:
        raise Refused("只有提交人可以取消任务。")
    with transaction.atomic():
        job = Job.objects.select_for_update().get(pk=job.pk)
        if job.state == Job.State.WAITING:
            _finish(job, Job.State.CANCELLED, "开始前已取消。")
        elif job.state == Job.State.RUNNING:
            job.cancel_requested = True
            job.save(update_fields=["cancel_requested"])
    return job


def run_next_job() -> Job | None:
    """Take the next job that waits, or whose worker died, and do it; None if there is none.

    Raises OperationalError or InterfaceError when the database is lost, or asks for another try (a deadlock):
    the job then counts as one whose worker died, since what it has written is not known.
    """
    job = None
    try:
        job = _claim()
        if job is None:
            return None
        _do(job)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, job.pk])
    except (OperationalError, InterfaceError) as error:
        # The lock goes with the connection. The text of the error may quote a row: only its kind is told.
        logger.warning("job %s: the database broke off (%s)", job, type(error).__name__)
        connection.close()
        raise
    return job


def _do(job: Job) -> None:
    try:
        message = _kinds[job.kind](job)
        _finish(job, Job.State.DONE, message)
    except Cancelled:
        _finish(job, Job.State.CANCELLED, f"已取消（进行到{job.step}/{job.steps}）。")
    except Refused as refused:
        _finish(job, Job.State.FAILED, str(refused))
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("job %s failed", job)
        _finish(job, Job.State.FAILED, "处理中出现意外，未写入任何数据。请稍后重试，或联系系统管理员。")


def _claim() -> Job | None:
    for pk in (
        Job.objects.filter(state__in=[Job.State.WAITING, Job.State.RUNNING])
        .order_by("pk")
        .values_list("pk", flat=True)
    ):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_CLASS, pk])
            if not cursor.fetchone()[0]:
                continue  # another worker lives and has it
        with transaction.atomic():
            job = Job.objects.select_for_update().get(pk=pk)
            if not job.is_over and job.attempts < MAX_ATTEMPTS:
                job.state, job.attempts = Job.State.RUNNING, job.attempts + 1
                job.save(update_fields=["state", "attempts"])
                return job
        if not job.is_over:
            _finish(job, Job.State.FAILED, "多次中断，已停止。请重新提交。")
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_CLASS, pk])
    return None


def _finish(job: Job, state: Job.State, message: str) -> None:
    job.state, job.message, job.finished_at = state, message[:200], timezone.now()
    job.save(update_fields=["state", "message", "finished_at"])
    if state in (Job.State.FAILED, Job.State.CANCELLED) and job.kind in _failed:
        _failed[job.kind](job)
