"""Asking for a year to be closed; the job itself is in reports/interfaces/closing.py."""

from __future__ import annotations

from fupin.access import Action
from fupin.domain.jobs import queue_job
from fupin.domain.years import may_act_or_refuse
from fupin.models import Job, Region, RegionYear, User
from fupin.refusals import Refused
from reports.queries.closing import JOB, closings_of


def queue_closing(*, region: Region, year: int, actor: User) -> Job:
    """Ask for the year of a region's villages to be closed; what is on its way is not asked for twice.

    Raises Refused without the right, or where no village has the year.
    """
    may_act_or_refuse(actor, Action.YEARS, region)
    years = RegionYear.objects.unscoped("the right was checked for the whole region")
    if not years.filter(region__code__startswith=region.prefix, year=year).exists():
        raise Refused(f"{region}没有开设{year}年度，不能关账。")
    on_its_way = closings_of(region, year).filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).first()
    arguments = {"region": region.code, "year": year}
    return on_its_way or queue_job(kind=JOB, arguments=arguments, actor=actor)
