"""Files that jobs leave behind for whoever asked: written beside, kept for some days, then removed.

A kind of job says where its files lie (keep_files); a file has its name when it is whole, and is had when the job is
done. The time is counted from the job's end (FUPIN_FILE_DAYS).
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from fupin.models import Job

#: What no file may be called on the systems of an office.
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
#: By kind of job: the folder, and how a file's name ends.
_kept: dict[str, tuple[str, str]] = {}


def keep_files(kind: str, *, folder: str, ending: str) -> None:
    """Let jobs of a kind leave a file each in a folder of their own."""
    _kept[kind] = folder, ending


def path_of(job: Job) -> str:
    """Where a job's file is kept in the storage."""
    folder, ending = _kept[job.kind]
    return f"{folder}/{job.pk}{ending}"


def kept_until(job: Job) -> datetime | None:
    """Until when a finished job's file is kept; None for one without."""
    if job.kind not in _kept or job.state != Job.State.DONE or job.finished_at is None:
        return None
    return job.finished_at + timedelta(days=settings.FUPIN_FILE_DAYS)


def has_file(job: Job) -> bool:
    """Whether there is a file to be had."""
    until = kept_until(job)
    return until is not None and until >= timezone.now() and default_storage.exists(path_of(job))


@contextmanager
def writing(job: Job) -> Iterator[IO[bytes]]:
    """A file to write what the job makes into. It has its own name when it is whole, and not before.

    Each attempt has a file of its own: a worker that was given up may still be writing into the one before.
    """
    whole = Path(default_storage.path(path_of(job)))
    whole.parent.mkdir(parents=True, exist_ok=True)
    part = whole.with_suffix(f".{job.attempts}.part")
    try:
        with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(whole)
    finally:
        for left_behind in whole.parent.glob(f"{job.pk}.*.part"):
            left_behind.unlink(missing_ok=True)


def entry_of(name: str, at: datetime) -> zipfile.ZipInfo:
    """A file of a zip package, of the local time `at`; what is put there is packed already."""
    entry = zipfile.ZipInfo(name, date_time=at.timetuple()[:6])
    entry.create_system = 3  # Info-ZIP takes the names of any other for ones of DOS, whatever the flag says
    entry.external_attr = 0o644 << 16
    return entry


def safe_name(name: str) -> str:
    """A name that a file may have on every system."""
    return _NOT_IN_A_NAME.sub("_", name).strip(" .") or "_"


def remove_old_files() -> None:
    """Remove the files of jobs that ended long ago, and what attempts have left behind that were cut off."""
    for kind, (folder, _ending) in _kept.items():
        lies_at = Path(default_storage.path(folder))
        files = (
            {path: path.name.partition(".")[0] for path in lies_at.glob("*.*")} if lies_at.is_dir() else {}
        )
        keys = {int(key) for key in files.values() if key.isdecimal()}
        jobs = {str(pk): job for pk, job in Job.objects.filter(kind=kind).in_bulk(keys).items()}
        old = timezone.now() - timedelta(days=settings.FUPIN_FILE_DAYS)
        for path, key in files.items():
            job = jobs.get(key)
            ended = job.finished_at if job is not None else None
            if job is None or (ended and ended < old) or (job.is_over and path.suffix == ".part"):
                path.unlink(missing_ok=True)
