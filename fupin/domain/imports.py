"""Importing a workbook: read, check all of it, then write all of it in one transaction, or nothing.

An app registers an Importer per kind of workbook; the upload page, the worker and the command share this way.
"""

from __future__ import annotations

import hashlib
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
from fupin.refusals import Refused, explain
from fupin.sheets.cells import label_key
from fupin.sheets.errors import FileRefused, SheetError
from fupin.sheets.layout import Book
from fupin.sheets.process import lines_of
from fupin.sheets.reading import Limits, Reading, read_workbook

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

    def check(self, reading: Reading, *, region: Region, year: int, actor: Actor) -> Checked:
        """Find everything that is wrong, in the file and against the register; writes nothing."""

    def write(self, reading: Reading, *, region: Region, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the checked rows; counts by sheet."""


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


def recognise(path: Path) -> Importer:
    """The importer whose sheets the workbook has. Raises FileRefused if none fits or the file is unreadable."""
    with lines_of(path, Limits(), []) as lines:
        names = [sheet["name"] for sheet in next(lines)["sheets"]]
    best = max(IMPORTERS.values(), key=lambda importer: _sheets_found(importer, names))
    if not _sheets_found(best, names):
        kinds = "；".join(
            f"{i.label}（{'、'.join(s.name for s in i.book.sheets)}）" for i in IMPORTERS.values()
        )
        raise FileRefused("没有认出这是哪种表格", f"可导入的有：{kinds}。请下载空白模板填写")
    return best


def _sheets_found(importer: Importer, names: Sequence[str]) -> int:
    known = {key for sheet in importer.book.sheets for key in sheet.keys}
    return sum(label_key(name) in known for name in names)


def top_region() -> Region:
    """The topmost region of the tree: the place of an import that names none."""
    region = Region.objects.unscoped("the whole tree").order_by("level", "code").first()
    if region is None:
        raise Refused("还没有行政区划。请先录入区划，或运行 load_reference_village。")
    return region


def import_file(
    path: Path, *, importer: Importer, region: Region, year: int, actor: Actor, dry_run: bool = False,
    run: ImportRun | None = None,
) -> Outcome:  # fmt: skip
    """Import a workbook into a region (a village, or one above it that the workbook's own place must lie in).

    Nothing is written where anything is wrong, or in a dry run. With a `run`, its job shows the progress, and
    what was written is recorded in it by the same transaction: a worker that dies later has still said so. Raises FileRefused for a file that can't be read.
    """
    if not may(actor, Action.IMPORT, region.code):
        raise Refused(f"您没有在{region}导入的权限。")
    reading = read_workbook(path, importer.book, year=year)
    _tell(run, 1, "已读取，正在核对")
    checked = importer.check(reading, region=region, year=year, actor=actor)
    errors = [*reading.all_errors(), *checked.errors]
    notes = [*_reading_notes(reading), *checked.notes]
    if errors or checked.region is None:
        return Outcome(ImportRun.State.REFUSED, {}, errors, notes)
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
        return Outcome(ImportRun.State.REFUSED, {}, [SheetError("整个文件", "", "", str(refused), "")], notes)
    except DatabaseError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        return Outcome(ImportRun.State.REFUSED, {}, [SheetError("整个文件", "", "", sentence, "")], notes)
    return outcome


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
    if not may(actor, Action.IMPORT, region.code):
        raise Refused(f"您没有在{region}导入的权限。")
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


@job_kind(JOB)
def run_import(job: Job) -> str:
    """Do a queued import and record what came of it; the uploaded file is removed in the end.

    Raises what is not the file's fault, after noting it in the run.
    """
    run = (
        ImportRun.objects.unscoped("the worker does every user's jobs").select_related("region").get(job=job)
    )
    run.job = job
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
        error = SheetError("整个文件", "", "", refused.reason, refused.remedy)
        return Outcome(ImportRun.State.REFUSED, {}, [error], ())
    except Exception:
        keep_outcome(run, Outcome(ImportRun.State.FAILED, {}, (), ()))
        raise


def keep_outcome(run: ImportRun, outcome: Outcome) -> None:
    """Record what came of an import."""
    run.state = outcome.state
    run.counts = {sheet: asdict(written) for sheet, written in outcome.counts.items()}
    run.errors = [asdict(error) for error in outcome.errors]
    run.notes = list(outcome.notes)
    run.finished_at = timezone.now()
    run.save(update_fields=["state", "counts", "errors", "notes", "finished_at"])
