"""Asking for a yearbook's file."""

from __future__ import annotations

from fupin.access import Action, may
from fupin.domain.jobs import queue_once
from fupin.models import Job, User
from fupin.place import Place
from fupin.refusals import Refused
from reports.queries.yearbook import LEVELS
from reports.queries.yearbooks import KINDS, ROSTERS


def queue_yearbook(*, place: Place, format: str, actor: User) -> Job:
    """Ask for the yearbook of a county or township and year in a format; the worker writes it.

    What was already asked for and is still on its way is not asked for twice. Raises Refused for another place, without the
    right to report on it (of its rosters: to export), or for a format that there is not.
    """
    if place.region.level not in LEVELS:
        raise Refused(f"年度统计表按县或乡镇编制，{place.region}不是县或乡镇。")
    if not may(actor, Action.REPORT, place.region.code):
        raise Refused(f"您没有查看{place.region}汇总的权限。")
    if format == ROSTERS and not may(actor, Action.EXPORT, place.region.code):
        raise Refused(f"您没有导出{place.region}名单的权限。")
    if format not in KINDS:
        raise Refused("请选择要生成的格式：Excel或Word。")
    return queue_once(
        kind=KINDS[format], arguments={"region": place.region.code, "year": place.year}, actor=actor
    )
