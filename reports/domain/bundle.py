"""Asking for the summaries of many villages, and keeping the file that comes of it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.core.files.storage import default_storage

from fupin.access import Action, may
from fupin.domain.jobs import queue_job
from fupin.models import Job, Region, User
from fupin.refusals import Refused
from reports.figures.declare import Window
from reports.queries.bundles import FOLDER, JOB, LEVELS, Bundle, codes_to_write, is_old

#: Formats, by code, in which a bundle can be had.
OFFERED = ("docx", "xlsx")


def queue_bundle(
    *, region: Region, first: int, last: int, since: int, formats: Sequence[str], actor: User
) -> Job:
    """Ask for the summaries of all villages of a region that the actor may take away; the worker writes them.

    What was already asked for in the same words and is still on its way is not asked for twice. Raises Refused for
    a village, years that make no sense, no format, without the rights to report and to export, or where there is
    no village.
    """
    Window(region, first, last, since)
    if region.level not in LEVELS:
        raise Refused("批量总结按乡镇及以上生成，一个村的总结请在“村年度总结”里下载。")
    if not all(may(actor, action, region.code) for action in (Action.REPORT, Action.EXPORT)):
        raise Refused(f"您没有下载{region}各村总结的权限。")
    chosen = [code for code in OFFERED if code in formats]
    if not chosen or set(formats) - set(chosen):
        raise Refused("请选择要生成的格式：Word、Excel。")
    villages = codes_to_write(actor, region, last)
    if not villages:
        raise Refused(f"{region}在{last}年度没有村。")
    arguments = {
        "region": region.code, "first": first, "last": last, "since": since, "formats": chosen, "villages": villages,
    }  # fmt: skip
    asked = Job.objects.filter(kind=JOB, actor=actor, arguments=arguments)
    on_its_way = asked.filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).first()
    return on_its_way or queue_job(kind=JOB, arguments=arguments, actor=actor)


@contextmanager
def writing(bundle: Bundle) -> Iterator[IO[bytes]]:
    """A file to write the bundle into. It has the bundle's name when it is whole, and not before.

    Each attempt has a file of its own: a worker that was given up may still be writing into the one before.
    """
    whole = Path(default_storage.path(bundle.path))
    whole.parent.mkdir(parents=True, exist_ok=True)
    part = whole.with_suffix(f".{bundle.job.attempts}.part")
    try:
        with open(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(whole)
    finally:
        for left_behind in whole.parent.glob(f"{bundle.job.pk}.*.part"):
            left_behind.unlink(missing_ok=True)


def remove_old_files() -> None:
    """Remove the files of bundles that ended long ago, and what attempts have left behind that were cut off."""
    folder = Path(default_storage.path(FOLDER))
    files = {path: path.name.partition(".")[0] for path in folder.glob("*.*")} if folder.is_dir() else {}
    keys = {int(key) for key in files.values() if key.isdecimal()}
    jobs = {str(pk): job for pk, job in Job.objects.filter(kind=JOB).in_bulk(keys).items()}
    for path, key in files.items():
        job = jobs.get(key)
        if job is None or is_old(job) or (job.is_over and path.suffix == ".part"):
            path.unlink(missing_ok=True)
