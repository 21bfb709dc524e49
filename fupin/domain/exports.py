"""Recording what is taken away as a file."""

from __future__ import annotations

from collections.abc import Iterable

from fupin.access import Action, may
from fupin.masking import Shown
from fupin.models import ExportLog, Job, Region, User
from fupin.refusals import Refused


def record_export(
    *,
    actor: User,
    region: Region,
    year: int,
    title: str,
    row_count: int,
    digest: str,
    query: str = "",
    columns: Iterable[str] = (),
    revealed: Shown | None = None,
    purpose: str = "",
    note: str = "",
    job: Job | None = None,
) -> ExportLog:
    """Record a file of rows; `revealed` are those of which it has a number in full.

    Raises Refused without the right to export in the region, or with numbers in full without the right to see them
    and a purpose. It is called, and committed, before the file leaves.
    """
    if not may(actor, Action.EXPORT, region.code):
        raise Refused(f"您没有导出{region}名单的权限。")
    if revealed and not may(actor, Action.REVEAL, region.code):
        raise Refused(f"您没有查看{region}完整号码的权限。")
    if revealed and not (purpose and note):
        raise Refused("导出完整号码须说明事由。")
    return ExportLog.objects.create(
        region=region, year=year, user=actor, title=title[:200], query=query[:2000], columns=list(columns),
        row_count=row_count, digest=digest, revealed=sorted(revealed or ()), purpose=purpose, note=note, job=job,
    )  # fmt: skip
