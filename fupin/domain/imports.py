"""Importing a workbook: read, check all of it, then write all of it in one transaction, or nothing.

An app registers an Importer per kind of workbook; the upload page, the worker and the command share this way.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils import timezone

from fupin.access import SYSTEM, Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written
from fupin.domain.jobs import job_kind, queue_job, report_progress
from fupin.models import ImportRun, Job, Region, User
from fupin.place import Place
from fupin.refusals import Refused, explain
from fupin.sheets.cells import label_key
from fupin.sheets.errors import FileRefused, SheetError
from fupin.sheets.layout import Book
from fupin.sheets.reading import LISTED_ERRORS, Limits, Reading, read_workbook, sheet_names
from fupin.sheets.styles import today_line

JOB = "import"
#: Steps of an import, for the progress bar: read, checked, written.
STEPS = 3


@dataclass
class Checked:
    """What an importer found in a workbook: where it belongs, what is wrong, what the user should know."""

    region: Region | None = None
    errors: list[SheetError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


class Importer(Protocol):
    """A kind of workbook that can be imported."""

    kind: str
    label: str
    book: Book
    #: The right it takes.
    action: Action

    def onward(self, place: Place) -> tuple[str, str]:
        """Where the user goes on after an import at a place: a button's label and URL."""

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Find everything that is wrong, in the file and against the register; writes nothing.

        The rows must lie in the region; without one, anywhere in the actor's reach.
        """

    def write(
        self, reading: Reading, *, region: Region | None, year: int, actor: Actor
    ) -> Mapping[str, Written]:
        """Write the checked rows, in the region that the check found; counts by sheet."""


#: By kind, in the order in which they are offered.
IMPORTERS: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Make a kind of workbook importable."""
    IMPORTERS[importer.kind] = importer


@dataclass(frozen=True)
class Outcome:
    """What came of an import."""

    state: ImportRun.State
    counts: Mapping[str, Written]
    errors: Sequence[SheetError]
    notes: Sequence[str]


def importers_for(actor: Actor, region: Region) -> list[Importer]:
    """The kinds of workbook that the actor may import at a region."""
    return [importer for importer in IMPORTERS.values() if may(actor, importer.action, region.code)]


def recognise(path: Path) -> Importer:
    """The importer whose sheets the workbook has. Raises FileRefused if none fits or the file is unreadable."""
    names = sheet_names(path)
    if names == [""]:
        raise FileRefused("CSV 文件没有工作表的名称，认不出是哪种表格", "请说明种类（命令行用 --kind）")
    best = max(IMPORTERS.values(), key=lambda importer: _fit(importer, names))
    if not _fit(best, names)[0]:
        kinds = "；".join(
            f"{i.label}（{'、'.join(s.name for s in i.book.sheets)}）" for i in IMPORTERS.values()
        )
        raise FileRefused("没有认出这是哪种表格", f"可导入的有：{kinds}。请下载空白模板填写")
    return best


def _fit(importer: Importer, names: Sequence[str]) -> tuple[int, bool]:
    """How many sheets of this kind a workbook has, and whether it has all that the kind must have.

    The number first: a kind for which some of the sheets mean nothing would pass over them in silence.
    """
    there = {label_key(name) for name in names}
    found = [sheet for sheet in importer.book.sheets if sheet.keys & there]
    alone = len(importer.book.sheets) == 1
    return len(found), all(sheet in found for sheet in importer.book.sheets if alone or not sheet.optional)


def import_file(
    path: Path, *, importer: Importer, region: Region | None, year: int, actor: Actor, dry_run: bool = False,
    run: ImportRun | None = None,
) -> Outcome:  # fmt: skip
    """Import a workbook into a region (a village, or one above it that the workbook's own place must lie in).

    Without a region it may lie anywhere in the actor's reach. Nothing is written where anything is wrong, or in
    a dry run. With a `run`, its job shows the progress, and what was written is recorded in it by the same
    transaction: a worker that dies later has still said so. Raises FileRefused for a file that can't be read,
    Refused without the right.
    """
    _may_or_refuse(actor, importer, region)
    limits = Limits(file_bytes=settings.FUPIN_UPLOAD_BYTES)
    reading = read_workbook(path, importer.book, year=year, limits=limits)
    _tell(run, 1, "已读取，正在核对")
    checked = importer.check(reading, region=region, year=year, actor=actor)
    errors = _in_order([*reading.errors, *checked.errors], importer.book)
    notes = [*_earlier(run), *_reading_notes(reading), *checked.notes]
    if errors:
        if more := reading.more_errors + max(0, len(errors) - LISTED_ERRORS):
            notes.insert(0, f"另有{more}处问题没有列出。请先改正已列出的各处，再重新导入。")
        return Outcome(ImportRun.State.REFUSED, {}, errors[:LISTED_ERRORS], notes)
    _tell(run, 2, "已核对，正在写入")
    try:
        with acting(actor, via="import"), transaction.atomic():
            counts = importer.write(reading, region=checked.region, year=year, actor=actor)
            touched = any(written.touched for written in counts.values())
            state = ImportRun.State.DONE if touched else ImportRun.State.UNCHANGED
            outcome = Outcome(state, counts, (), notes)
            if run is not None:
                keep_outcome(run, outcome)
            transaction.set_rollback(dry_run)
    except Refused as refused:
        return _refused(str(refused), notes=notes)
    except DatabaseError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        return _refused(sentence, notes=notes)
    return outcome


def _may_or_refuse(actor: Actor, importer: Importer, region: Region | None) -> None:
    if not may(actor, importer.action, region.code if region else ""):
        raise Refused(f"您没有{f'在{region}' if region else ''}导入“{importer.label}”的权限。")


def _refused(reason: str, remedy: str = "", notes: Sequence[str] = ()) -> Outcome:
    """The outcome of a file that is refused as a whole."""
    return Outcome(ImportRun.State.REFUSED, {}, [SheetError("整个文件", "", "", reason, remedy)], notes)


def _in_order(errors: list[SheetError], book: Book) -> list[SheetError]:
    """The errors as one works through the workbook: sheet by sheet, row by row."""
    sheets = [sheet.name for sheet in book.sheets]

    def place(error: SheetError) -> tuple[int, int]:
        row = re.search(r"\d+", error.cell)
        return sheets.index(error.sheet) if error.sheet in sheets else -1, int(row[0]) if row else 0

    return sorted(errors, key=place)


def _reading_notes(reading: Reading) -> list[str]:
    notes = [f"工作表“{name}”是隐藏的。" for name in reading.hidden]
    notes += [
        f"工作表“{sheet}”中没有用到的列：{'、'.join(names)}。" for sheet, names in reading.ignored.items()
    ]
    return notes


def _tell(run: ImportRun | None, step: int, message: str) -> None:
    if run is not None and run.job is not None:
        report_progress(run.job, step=step, steps=STEPS, message=message)


def start_import(*, upload: File, kind: str, region: Region, year: int, actor: User) -> ImportRun:
    """Keep an uploaded workbook and queue its import. Raises Refused without the right or for a file too large."""
    _may_or_refuse(actor, IMPORTERS[kind], region)
    if upload.size > settings.FUPIN_UPLOAD_BYTES:
        raise Refused(f"文件超过{settings.FUPIN_UPLOAD_BYTES // 1024 // 1024}MB，请拆分后再导入。")
    digest = hashlib.sha256(b"".join(upload.chunks())).hexdigest()
    path = default_storage.save(f"imports/{digest}", upload)
    with transaction.atomic():
        job = queue_job(kind=JOB, arguments={"path": path}, actor=actor)
        return ImportRun.objects.create(
            region=region, year=year, kind=kind, file_name=Path(upload.name or "").name[:200], digest=digest,
            actor=actor, job=job,
        )  # fmt: skip


def _run_of(job: Job) -> ImportRun:
    runs = ImportRun.objects.unscoped("the worker does every user's jobs")
    run = runs.select_related("region").get(job=job)
    run.job = job
    return run


def import_failed(job: Job) -> None:
    """Record that a queued import came to nothing, and remove the uploaded file."""
    run = _run_of(job)
    if run.state == ImportRun.State.WAITING:
        keep_outcome(run, Outcome(ImportRun.State.FAILED, {}, (), ()))
    default_storage.delete(job.arguments["path"])


@job_kind(JOB, failed=import_failed)
def run_import(job: Job) -> str:
    """Do a queued import and record what came of it; the uploaded file is removed in the end.

    Raises what is not the file's fault.
    """
    run = _run_of(job)
    stored = job.arguments["path"]
    # A worker that died after the commit has left the outcome behind: there is nothing to do again.
    if run.state == ImportRun.State.WAITING:
        keep_outcome(run, _import_stored(run, Path(default_storage.path(stored))))
    default_storage.delete(stored)
    job.step = job.steps = STEPS
    job.save(update_fields=["step", "steps"])
    return f"{run.file_name}：{run.get_state_display()}"


def _import_stored(run: ImportRun, path: Path) -> Outcome:
    actor: Actor = run.actor or SYSTEM
    try:
        return import_file(
            path, importer=IMPORTERS[run.kind], region=run.region, year=run.year, actor=actor, run=run
        )
    except FileRefused as refused:
        return _refused(refused.reason, refused.remedy)


def _earlier(run: ImportRun | None) -> list[str]:
    """A word on the last time that the very same file was imported into the same year."""
    if run is None:
        return []
    runs = ImportRun.objects.unscoped("only a date is told, and to somebody who has the file")
    last = (
        runs.filter(
            digest=run.digest, kind=run.kind, year=run.year,
            state__in=[ImportRun.State.DONE, ImportRun.State.UNCHANGED],
        )
        .exclude(pk=run.pk)
        .first()
    )  # fmt: skip
    if last is None:
        return []
    return [f"同一个文件已于{today_line(timezone.localdate(last.finished_at))}导入过。"]


def keep_outcome(run: ImportRun, outcome: Outcome) -> None:
    """Record what came of an import."""
    run.state = outcome.state
    run.counts = {sheet: asdict(written) for sheet, written in outcome.counts.items()}
    run.errors = [asdict(error) for error in outcome.errors]
    run.notes = list(outcome.notes)
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "counts", "errors", "notes", "finished_at"])
