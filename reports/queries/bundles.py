"""Bundles: the summaries of many villages, asked for as one job and kept as one zip file for some days."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from fupin.access import Action, Actor
from fupin.domain.job_files import has_file, keep_files, path_of
from fupin.models import Job, Ledger, Level, Region, User
from fupin.queries.places import villages_of
from fupin.scope import ScopedQuerySet
from reports.figures.window import Window

#: The job's kind; also the kind of report that is written.
JOB, REPORT = "summaries", "village"
keep_files(JOB, folder="bundles", ending=".zip")
#: Levels of region whose villages are written together.
LEVELS = tuple(level for level in Level if level != Level.VILLAGE)


@dataclass(frozen=True)
class Bundle:
    """A job of this kind as what it is about."""

    job: Job

    @property
    def region(self) -> str:
        """The code of the region whose villages were asked for."""
        return self.job.arguments["region"]

    @property
    def last(self) -> int:
        """The report's year."""
        return self.job.arguments["last"]

    @property
    def formats(self) -> list[str]:
        """Codes of the formats that each village is written in."""
        return self.job.arguments["formats"]

    @property
    def villages(self) -> list[str]:
        """The codes of the villages that were asked for."""
        return self.job.arguments["villages"]

    def window(self, region: Region) -> Window:
        """What the report of a region looks at."""
        years = self.job.arguments
        return Window(region, years["first"], years["last"], years["since"])

    @property
    def path(self) -> str:
        """Where the file is kept in the storage."""
        return path_of(self.job)

    @property
    def is_expired(self) -> bool:
        """Whether the file has been there and is had no more."""
        return self.job.state == Job.State.DONE and not has_file(self.job)


def bundles_of(user: User, region: Region) -> QuerySet[Job]:
    """The bundles that a user asked for at a region, newest first; nobody else sees them."""
    asked = Job.objects.filter(kind=JOB, actor=user, arguments__region=region.code)
    return asked.order_by("-pk")


def takeable(actor: Actor) -> ScopedQuerySet:
    """Regions whose summaries the actor may take away."""
    return Region.objects.visible_to(actor, Action.REPORT).visible_to(actor, Action.EXPORT)


def codes_to_write(actor: Actor, region: Region, year: int) -> list[str]:
    """The codes of the villages that a region has in a year, of those whose summaries the actor may take away."""
    return list(villages_of(takeable(actor), region, year).order_by("code").values_list("code", flat=True))


def villages_still_there(actor: Actor, codes: list[str]) -> list[Region]:
    """Of villages that were asked for, those whose summaries the actor may take away now, with their townships."""
    return list(takeable(actor).filter(code__in=codes).select_related("parent").order_by("code"))


def with_data(codes: list[str], year: int) -> set[str]:
    """Of these villages, those that keep a ledger in a year, or have declared one nil."""
    ledgers = Ledger.objects.unscoped("only of villages that were found in the actor's scope")
    return set(
        ledgers.filter(region__in=codes, year=year).order_by().values_list("region", flat=True).distinct()
    )
