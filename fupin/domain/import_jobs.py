"""The work of an import: compared first, then written as it was shown, and taken back if need be.

Each step is a job of its own: it can be tried again after its worker died, and does nothing twice.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.db import DatabaseError, transaction
from django.utils import timezone

from fupin.access import SYSTEM, Actor
from fupin.audit import acting, current_context
from fupin.domain.bulk import copy_rows
from fupin.domain.import_runs import (
    COMPARE,
    UNDO,
    WRITE,
    keep_outcome,
    kept_of,
    path_of,
    remove_file,
    remove_old_files,
)
from fupin.domain.imports import (
    IMPORTERS,
    Examined,
    Outcome,
    examine,
    leave_out_wrong,
    may_import_or_refuse,
    refused_whole,
    uncollected,
    write_examined,
)
from fupin.domain.jobs import job_kind, report_progress
from fupin.domain.kept_rows import keep_rows, write_kept
from fupin.domain.undoing import undo_changes
from fupin.models import ImportLine, ImportRun, Job
from fupin.queries.differences import Difference, Line, difference_of, touched_under
from fupin.queries.standstill import nothing_since
from fupin.refusals import said_plainly
from fupin.sheets.errors import FileRefused
from fupin.sheets.reading import LISTED_ERRORS
from fupin.sheets.styles import today_line

#: Steps of a job, for the progress bar.
STEPS = 3
STALE = "预览之后系统中的数据又有变化，没有写入。下面是按现在的数据重新比较的结果，请核对后再确认。"

State = ImportRun.State
Kind = ImportLine.Kind


def _run_of(job: Job) -> ImportRun:
    runs = ImportRun.objects.unscoped("the worker does every user's jobs")
    run = runs.select_related("region", "actor").get(pk=job.arguments["run"])
    run.job = job
    return run


def _actor_of(job: Job) -> Actor:
    return job.actor or SYSTEM


def _tell(job: Job, step: int, message: str) -> None:
    report_progress(job, step=step, steps=STEPS, message=message)


def _close(job: Job, run: ImportRun) -> str:
    job.step = job.steps = STEPS
    job.save(update_fields=["step", "steps"])
    return f"{run.file_name}：{run.get_state_display()}"


# --- comparing ---


def _compare_failed(job: Job) -> None:
    run = _run_of(job)
    if run.state == State.WAITING:
        keep_outcome(run, Outcome(State.FAILED, {}, (), ()))
        remove_file(run)


@job_kind(COMPARE, failed=_compare_failed)
@uncollected()
def compare(job: Job) -> str:
    """Read and check a workbook, try what it would write, and keep the difference; nothing is written."""
    remove_old_files()
    run = _run_of(job)
    if run.state == State.WAITING:
        _compare(run, job)
    return _close(job, run)


def _examine(run: ImportRun, actor: Actor) -> Examined:
    """Read and check a run's file. Raises as examine() does."""
    return examine(path_of(run), importer=IMPORTERS[run.kind], region=run.region, year=run.year, actor=actor)


def _compare(run: ImportRun, job: Job) -> None:
    importer, actor = IMPORTERS[run.kind], _actor_of(job)
    # What an earlier comparison of the file has shown is no offer any more, whatever comes of this one.
    run.shown = ""
    run.lines.all().delete()
    try:
        examined = _examine(run, actor)
    except FileRefused as refused:
        keep_outcome(run, refused_whole(refused.reason, refused.remedy))
        remove_file(run)  # there is nothing that could be shown of it
        return
    run.columns = _columns(examined)
    examined.notes[:0] = _earlier(run)
    _tell(job, 1, "已读取并核对，正在与系统中的数据比较")
    errors = examined.errors[:LISTED_ERRORS]
    if examined.errors and not leave_out_wrong(
        examined, importer=importer, region=run.region, year=run.year, actor=actor
    ):
        keep_outcome(run, Outcome(State.REFUSED, {}, errors, examined.notes))
        return
    difference, outcome = _try(examined, run, actor)
    if outcome.errors:
        # Whoever may be there twice is often why.
        with transaction.atomic():
            _keep_lines(run, examined, None)
            keep_outcome(run, outcome)
        return
    state = State.REFUSED if errors else outcome.state
    takeable = outcome.state == State.DONE
    if state == State.DONE:
        state = State.READY
    _tell(job, 2, "已比较，正在整理差异")
    with transaction.atomic():
        _keep_lines(run, examined, difference if takeable else None)
        run.shown = difference.digest if takeable else ""
        run.shown_of = examined.at.as_json() if takeable else {}
        keep_outcome(run, Outcome(state, outcome.counts, errors, examined.notes), examined.wrong)
    if state == State.UNCHANGED:
        remove_file(run)


def _columns(examined: Examined) -> list[dict[str, Any]]:
    return [
        {"sheet": one.sheet, "position": one.position, "header": one.text, "column": one.column,
         "proposed": one.proposed}
        for one in examined.reading.matched
    ]  # fmt: skip


def _try(examined: Examined, run: ImportRun, actor: Actor) -> tuple[Difference, Outcome]:
    """Write and take back; what it came to."""
    found = Difference([], "")

    def look(_outcome: Outcome) -> bool:
        nonlocal found
        groups = touched_under(current_context())
        found = difference_of(groups, actor)
        keep_rows(kept_of(run), groups, of=_good_for(examined.at.as_json(), actor))
        return False

    outcome = write_examined(examined, importer=IMPORTERS[run.kind], year=run.year, actor=actor, then=look)
    return found, outcome


def _good_for(at: dict[str, Any], actor: Actor) -> dict[str, Any]:
    """Of what the rows of a trial are: of the moment when they were planned, and of who would write them."""
    return {"at": at, "actor": None if actor.is_system else actor.pk}  # type: ignore[attr-defined]


def _keep_lines(run: ImportRun, examined: Examined, difference: Difference | None) -> None:
    """Keep the difference, and who may be there twice or is missing."""
    checked = examined.checked
    lines: list[Line] = difference.lines if difference else []
    for kind, found in ((Kind.DOUBLE, checked.doubles), (Kind.ABSENT, checked.absent)):
        lines += [Line(kind.value, one.sheet, one.who, (("说明", "", one.place),), one.of) for one in found]
    rows_of = checked.rows_of
    places = [rows_of.get(line.who) or rows_of.get(line.who.partition(" ")[0]) or 0 for line in lines]
    # In the file's order; what is in none of its rows comes last, in the order that it has.
    order = sorted(range(len(lines)), key=lambda at: places[at] or sys.maxsize)
    copy_rows(
        ImportLine,
        ("run_id", "position", "kind", "label", "who", "cells"),
        (
            (run.pk, position, line.kind, line.label, line.who[:200], _told(line, places[at]))
            for position, at in enumerate(order, start=1)
            for line in (lines[at],)
        ),
    )


_encode = json.JSONEncoder(ensure_ascii=False).encode


def _told(line: Line, row: int) -> str:
    """What a line says, as JSON; most are of new rows, and say nothing but their name."""
    if not line.cells:
        return '{"cells": []}'
    return _encode({"cells": line.cells, "of": line.of, **({"row": row} if row else {})})


def _earlier(run: ImportRun) -> list[str]:
    """A word on the last time that the very same file was imported into the same year."""
    runs = ImportRun.objects.unscoped("only a date is told, and to somebody who has the file")
    last = (
        runs.filter(digest=run.digest, kind=run.kind, year=run.year, state__in=[State.DONE, State.UNCHANGED])
        .exclude(pk=run.pk)
        .first()
    )
    if last is None:
        return []
    return [f"同一个文件已于{today_line(timezone.localdate(last.finished_at))}导入过。"]


# --- writing ---


def _write_failed(job: Job) -> None:
    run = _run_of(job)
    if run.state == State.WRITING:
        run.state = State.REFUSED if run.good_only else State.READY
        run.save(update_fields=["state"])


@job_kind(WRITE, failed=_write_failed)
@uncollected()
def write(job: Job) -> str:
    """Write what was shown, or compare anew where it is no longer what would be written."""
    run = _run_of(job)
    # A worker that died after the commit has left the outcome behind: there is nothing to do again.
    if run.state == State.WRITING:
        _tell(job, 2, "已核对，正在写入")
        if not _write_kept(run, _actor_of(job)):
            _write(run, job)
    if run.state in (State.DONE, State.UNCHANGED):
        remove_file(run)
    return _close(job, run)


def _write_kept(run: ImportRun, actor: Actor) -> bool:
    """Write the rows of the trial as they are, if nothing was written since; whether that could be done."""
    may_import_or_refuse(actor, IMPORTERS[run.kind], run.region)
    try:
        with acting(actor, via="import"), transaction.atomic():
            context = current_context()
            # Asked again when the rows are written: till then somebody else may have been quicker.
            done = (
                nothing_since(run.shown_of)
                and write_kept(kept_of(run), of=_good_for(run.shown_of, actor))
                and nothing_since(run.shown_of, but=context)
            )
            if done:
                run.state, run.context, run.finished_at = State.DONE, context, timezone.now()
                run.save(update_fields=["state", "context", "finished_at"])
            transaction.set_rollback(not done)
    except DatabaseError:
        return False  # whatever it is, it is said when all is worked out anew
    return done


def _write(run: ImportRun, job: Job) -> None:
    """Read, check and write it all again, and keep it if it comes to what was shown."""
    importer, actor = IMPORTERS[run.kind], _actor_of(job)
    try:
        examined = _examine(run, actor)
    except FileRefused as refused:
        run.shown = ""
        keep_outcome(run, refused_whole(refused.reason, refused.remedy))
        return
    errors = examined.errors[:LISTED_ERRORS]
    if examined.errors and (
        not run.good_only
        or not leave_out_wrong(examined, importer=importer, region=run.region, year=run.year, actor=actor)
    ):
        run.shown = ""
        keep_outcome(run, Outcome(State.REFUSED, {}, errors, examined.notes))
        return
    read_as = _columns(examined)

    def as_shown(outcome: Outcome) -> bool:
        context = current_context()
        # The same rows, read the same way, into the same register are the same difference.
        same = run.columns == read_as and nothing_since(run.shown_of, but=context)
        if not same and difference_of(touched_under(context), actor).digest != run.shown:
            return False
        run.context = context
        done = Outcome(outcome.state, outcome.counts, errors, [*_earlier(run), *examined.notes])
        keep_outcome(run, done, examined.wrong)
        return True

    outcome = write_examined(examined, importer=importer, year=run.year, actor=actor, then=as_shown)
    if outcome.errors:
        run.shown = ""  # nothing of it is an offer any more
        keep_outcome(run, outcome)
    elif run.context is None:
        run.state = State.WAITING
        _compare(run, job)
        run.notes = [STALE, *run.notes]
        run.save(update_fields=["notes"])


# --- taking back ---


def _undo_failed(job: Job) -> None:
    run = _run_of(job)
    if run.state == State.UNDOING:
        run.state = State.DONE
        run.save(update_fields=["state"])


@job_kind(UNDO, failed=_undo_failed)
def undo(job: Job) -> str:
    """Take back what an import has written, unless something later stands on it."""
    run = _run_of(job)
    if run.state == State.UNDOING and run.context is not None:
        _tell(job, 1, "正在撤销")
        with said_plainly(), acting(_actor_of(job), via="undo"), transaction.atomic():
            undo_changes(run.context)
            run.state, run.undone_by, run.undone_at = State.UNDONE, job.actor, timezone.now()
            run.save(update_fields=["state", "undone_by", "undone_at"])
    return _close(job, run)
