"""Asking for the summaries of many villages."""

from __future__ import annotations

from collections.abc import Sequence

from fupin.access import Action, may
from fupin.domain.jobs import queue_once
from fupin.models import Job, Region, User
from fupin.refusals import Refused
from reports.figures.window import Window
from reports.queries.bundles import JOB, LEVELS, codes_to_write

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
    return queue_once(kind=JOB, arguments=arguments, actor=actor)
