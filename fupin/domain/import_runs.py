"""What is asked of an import in the portal: compare it, write what was shown, give it up, take it back.

The work itself is done by jobs (import_jobs.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import IO, cast

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from fupin.access import Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import (
    IMPORTERS,
    Outcome,
    importers_for,
    may_import_or_refuse,
    recognise,
    shape_of,
)
from fupin.domain.jobs import queue_job
from fupin.models import ColumnMatch, ImportRun, Region, User
from fupin.refusals import Refused
from fupin.sheets.cells import label_key
from fupin.sheets.errors import FileRefused, SheetError

COMPARE, WRITE, UNDO = "import", "import_write", "import_undo"
#: What is shown of a run whose file is there no longer.
GONE = "上传的文件已经清理，请重新上传。"

State = ImportRun.State


def start_import(*, upload: File, kind: str, region: Region, year: int, actor: User) -> ImportRun:
    """Keep an uploaded workbook and queue its comparison; without a kind, as the one that it is recognised as.

    Raises Refused without the right, for a file too large, or for one that is recognised as none.
    """
    if upload.size > settings.FUPIN_UPLOAD_BYTES:
        raise Refused(f"文件超过{settings.FUPIN_UPLOAD_BYTES // 1024 // 1024}MB，请拆分后再导入。")
    if not kind:
        try:
            kind = recognise(cast("IO[bytes]", upload), importers_for(actor, region)).kind
        except FileRefused as refused:
            raise Refused(f"{refused}") from refused
    may_import_or_refuse(actor, IMPORTERS[kind], region)
    digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
    path = default_storage.save(f"imports/{digest}", upload)
    with transaction.atomic():
        run = ImportRun.objects.create(
            region=region, year=year, kind=kind, file_name=Path(upload.name or "").name[:200], digest=digest,
            actor=actor, stored=path,
        )  # fmt: skip
        return _queue(run, COMPARE, State.WAITING, actor)


def take_import(*, run: ImportRun, good_only: bool, actor: User) -> ImportRun:
    """Queue the writing of what was shown; of a file with errors, expressly its good rows alone.

    Raises Refused without the right, or where there is nothing to take.
    """
    with transaction.atomic():
        run = _locked(run, actor)
        if run.state == State.REFUSED and run.may_be_taken and not good_only:
            raise Refused("文件中有错误。请改正后重新上传，或者选择只写入没有问题的行。")
        if not run.may_be_taken:
            raise Refused(f"这次导入现在是“{run.get_state_display()}”，不能写入。")
        run.good_only = run.state == State.REFUSED
        return _queue(run, WRITE, State.WRITING, actor)


def compare_again(*, run: ImportRun, actor: User) -> ImportRun:
    """Queue the comparison of the same file anew, as after its columns were matched. Raises Refused."""
    with transaction.atomic():
        run = _locked(run, actor)
        if run.state not in (State.READY, State.REFUSED) or not run.stored:
            raise Refused(GONE if not run.stored else f"这次导入现在是“{run.get_state_display()}”。")
        return _queue(run, COMPARE, State.WAITING, actor)


def drop_import(*, run: ImportRun, actor: User) -> ImportRun:
    """Give an import up that was not written; its file goes. Raises Refused."""
    with transaction.atomic():
        run = _locked(run, actor)
        if run.state not in (State.READY, State.REFUSED):
            raise Refused(f"这次导入现在是“{run.get_state_display()}”，不能放弃。")
        run.state, run.shown, run.finished_at = State.DROPPED, "", timezone.now()
        run.save(update_fields=["state", "shown", "finished_at"])
    remove_file(run)
    return run


def undo_import(*, run: ImportRun, actor: User) -> ImportRun:
    """Queue the taking back of what an import has written. Raises Refused without the right, or where it wrote nothing."""
    with transaction.atomic():
        run = _locked(run, actor)
        if run.state != State.DONE or run.context is None:
            raise Refused(f"这次导入现在是“{run.get_state_display()}”，没有可以撤销的内容。")
        return _queue(run, UNDO, State.UNDOING, actor)


def match_columns(*, run: ImportRun, columns: Mapping[str, Mapping[str, str]], actor: User) -> ImportRun:
    """Say which header of each sheet means which column ("" for none), for this file and the next of its shape.

    `columns` are by sheet and header. Raises Refused where two headers of a sheet are said to mean the same column.
    """
    importer = IMPORTERS[run.kind]
    with transaction.atomic():
        _locked(run, actor)
        for sheet in importer.book.sheets:
            said = columns.get(sheet.name)
            if said is None:
                continue
            chosen = [name for name in said.values() if name]
            if twice := next((name for name in chosen if chosen.count(name) > 1), None):
                raise Refused(
                    f"工作表“{sheet.name}”有两列都对应到“{sheet.by_name[twice].label}”，请只选一列。"
                )
            headers = [one["header"] for one in run.columns if one["sheet"] == sheet.name]
            ColumnMatch.objects.update_or_create(
                kind=run.kind, sheet=sheet.name, shape=shape_of(map(label_key, headers)),
                defaults={
                    "columns": {label_key(header): name for header, name in said.items()}, "actor": actor,
                },
            )  # fmt: skip
    return compare_again(run=run, actor=actor)


def remove_old_files() -> None:
    """Remove the uploaded files of imports that nobody has gone on with for the days that files are kept."""
    runs = ImportRun.objects.unscoped("files of whomever, by their age")
    old = timezone.now() - timedelta(days=settings.FUPIN_FILE_DAYS)
    for run in runs.exclude(stored="").filter(created_at__lt=old):
        if not run.is_at_work:
            if run.may_be_taken:
                run.state, run.shown = State.DROPPED, ""
                run.save(update_fields=["state", "shown"])
            remove_file(run)


def _locked(run: ImportRun, actor: User) -> ImportRun:
    may_import_or_refuse(actor, IMPORTERS[run.kind], run.region)
    runs = ImportRun.objects.unscoped("the right was asked for its region")
    return runs.select_for_update(of=("self",)).select_related("region").get(pk=run.pk)


def _queue(run: ImportRun, kind: str, state: str, actor: User) -> ImportRun:
    run.job = queue_job(kind=kind, arguments={"run": run.pk}, actor=actor)
    run.state = state
    run.save(update_fields=["job", "state", "good_only"])
    return run


# --- the record ---


def keep_outcome(run: ImportRun, outcome: Outcome, wrong: Mapping[str, int] | None = None) -> None:
    """Record what came of an import; `wrong` are the rows that were left out, by sheet."""
    left_out = wrong or {}
    nothing = asdict(Written(0, 0, 0))
    counts = {sheet: asdict(written) for sheet, written in outcome.counts.items()}
    counts |= {sheet: nothing for sheet in left_out if sheet not in counts}
    run.state = outcome.state
    run.counts = {
        sheet: {**count, **({"wrong": left_out[sheet]} if sheet in left_out else {})}
        for sheet, count in counts.items()
    }
    run.errors = [asdict(error) for error in outcome.errors]
    run.notes = list(outcome.notes)
    run.finished_at = timezone.now()
    # In one statement: a second one in the same transaction would wait for whoever has its job locked.
    run.save(
        update_fields=[
            "state",
            "counts",
            "errors",
            "notes",
            "columns",
            "shown",
            "shown_of",
            "context",
            "finished_at",
        ]
    )


def errors_of(run: ImportRun) -> Sequence[SheetError]:
    """The errors of a run's file."""
    return [SheetError(**error) for error in run.errors]


def may_be_marked(run: ImportRun, actor: Actor) -> bool:
    """Whether the actor can have the file back with its errors marked: it is full of numbers, so only who uploaded it."""
    return bool(run.errors and run.stored) and run.actor == actor and not run.is_at_work


def path_of(run: ImportRun) -> Path:
    """Where a run's file lies; raises FileRefused where it is there no longer."""
    if not run.stored:
        raise FileRefused("上传的文件已经清理", "请重新上传")
    return Path(default_storage.path(run.stored))


def kept_of(run: ImportRun) -> Path:
    """Where the rows that a run would write are kept till they are written."""
    return Path(default_storage.path(f"imports_tried/{Path(run.stored).name}"))


def remove_file(run: ImportRun) -> None:
    """Remove a run's file, which is not wanted any more, and the rows that were made of it."""
    if run.stored:
        kept_of(run).unlink(missing_ok=True)
        default_storage.delete(run.stored)
        run.stored = ""
        run.save(update_fields=["stored"])
