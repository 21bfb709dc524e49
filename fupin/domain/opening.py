"""Opening a year with what lasts of the year before: a job, one transaction a village."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from django.db import models, transaction

from fupin.access import Action, Actor
from fupin.audit import acting
from fupin.domain.jobs import job_kind, queue_job, report_progress
from fupin.domain.review import locked
from fupin.domain.years import may_act_or_refuse, open_years
from fupin.models import Job, Region, RegionYear, User
from fupin.queries.places import villages_of
from fupin.refusals import Refused, said_plainly

JOB = "open_years"


class Copier(Protocol):
    """What a room copies of a village's year into the next."""

    def has_rows(self, village: Region, year: int) -> bool:
        """Whether the village has anything in the year that this copier would write."""

    def copy(self, village: Region, year: int) -> Mapping[str, int]:
        """Copy from the year before, in the caller's transaction; how many of what: {"户": 65}."""


#: Each room registers its own, in the order in which they copy.
COPIERS: list[Copier] = []


def queue_opening(*, region: Region, year: int, actor: User) -> Job:
    """Ask for the year to be opened for all villages of a region; what is on its way is not asked for twice.

    Raises Refused without the right, or where there is no village.
    """
    may_act_or_refuse(actor, Action.YEARS, region)
    if not _villages(actor, region, year):
        raise Refused(f"{region}在{year}年度没有村。")
    on_its_way = openings_of(region, year).filter(state__in=[Job.State.WAITING, Job.State.RUNNING]).first()
    arguments = {"region": region.code, "year": year}
    return on_its_way or queue_job(kind=JOB, arguments=arguments, actor=actor)


def openings_of(region: Region, year: int) -> models.QuerySet[Job]:
    """The jobs that open a region's year, the newest first."""
    return Job.objects.filter(kind=JOB, arguments__region=region.code, arguments__year=year).order_by("-pk")


@job_kind(JOB)
def open_and_copy(job: Job) -> str:
    """Open the year of the villages one after another. Done again, it does only what is missing."""
    year, actor = job.arguments["year"], job.actor
    assert actor is not None  # queue_opening() wants a user
    region = Region.objects.unscoped("the right is asked for each village").get(code=job.arguments["region"])
    villages = _villages(actor, region, year)
    copied: Counter[str] = Counter()
    refused: list[str] = []
    with_copy = 0
    for step, village in enumerate(villages, start=1):
        try:
            counts = open_village(village=village, year=year, actor=actor)
        except Refused as refusal:
            refused.append(f"{village}：{refusal}")
        else:
            copied.update(counts)
            with_copy += bool(counts)
        report_progress(job, step=step, steps=len(villages), message=village.name)
    if refused and len(refused) == len(villages):
        raise Refused(refused[0])
    told = f"已开设{len(villages) - len(refused)}个村"
    if with_copy:
        rows = "、".join(f"{count}{unit}" for unit, count in copied.items())
        told += f"，为其中{with_copy}个村从{year - 1}年度复制了{rows}"
    return "".join(
        [told, *(f"；{len(refused)}个村未开设，如{refused[0].rstrip('。')}" for _ in refused[:1]), "。"]
    )


def open_village(*, village: Region, year: int, actor: Actor) -> Mapping[str, int]:
    """Open a village's year and copy what lasts, unless it has rows already; how many of what were copied.

    One transaction, with the year's row locked FOR UPDATE: whoever writes waits, or is waited for, and rows that
    are there are left alone. Raises Refused without the right.
    """
    copied: Counter[str] = Counter()
    with said_plainly(), acting(actor, via="years"), transaction.atomic():
        open_years(villages=[village], year=year, actor=actor)
        rows = RegionYear.objects.unscoped("open_years() has asked for the right")
        (held,) = locked(rows.filter(region=village, year=year))
        is_empty = not any(copier.has_rows(village, year) for copier in COPIERS)
        if held.state == RegionYear.State.OPEN and is_empty:
            for copier in COPIERS:
                copied.update(copier.copy(village, year))
    return +copied


def _villages(actor: Actor, region: Region, year: int) -> list[Region]:
    return list(villages_of(Region.objects.visible_to(actor, Action.YEARS), region, year).order_by("code"))
