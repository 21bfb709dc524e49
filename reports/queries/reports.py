"""Reports as things with a life: the newest of a window, what may be done with one, what a place owes in a year."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from fupin.access import Action, Actor, may
from fupin.models import Level, Region, RegionYear
from fupin.place import Place
from fupin.queries.places import villages_of
from fupin.scope import ScopedQuerySet
from reports.figures import village
from reports.figures.window import Window, year_window
from reports.models import Report, ReportMove, SealedFile
from reports.models.report import REPORT_STEPS, ReportStep
from reports.queries.summary import KINDS, Kind, Summary, build_summary
from reports.queries.yearbook import LEVELS as OF_YEARBOOKS
from reports.queries.yearbook import digest_of_yearbook, yearbook_of

#: The yearbook is a report like the summaries, but for what is written of it.
YEARBOOK = Kind("yearbook", "年度统计表", village.BASES, {}, (), OF_YEARBOOKS, of_one_year=True)
#: Everything that has a life from draft to seal.
REPORT_KINDS = {**KINDS, YEARBOOK.code: YEARBOOK}


def reports_at(actor: Actor, place: Place) -> ScopedQuerySet:
    """The reports of a place's year, and of those below it, as the actor may read them."""
    rows = Report.objects.visible_to(actor, Action.REPORT).select_related("region__parent")
    return rows.filter(region__code__startswith=place.region.prefix, year=place.year)


def versions_of(kind: str, window: Window) -> ScopedQuerySet:
    """The versions of a report, the newest first. The caller has checked the right to report on the region."""
    rows = Report.objects.unscoped("the right to report was checked").select_related("region__parent")
    return rows.filter(
        kind=kind,
        region=window.region,
        year=window.last,
        first=window.first,
        part=window.part,
        since=window.since,
    ).order_by("-version")


def report_of(kind: str, window: Window) -> Report | None:
    """The newest version of a report, None where nobody has begun one."""
    return versions_of(kind, window).first()


def build_report(report: Report, actor: Actor) -> Summary:
    """A report as it stands now: of one that was submitted, in the wording that was in force then."""
    return build_summary(kind=report.kind, window=report.window, actor=actor, version=report.wording)


def digest_of(report: Report, actor: Actor) -> str:
    """SHA-256 of all that a report says now: what is approved is that, and no other is sealed."""
    if report.kind == YEARBOOK.code:
        return digest_of_yearbook(yearbook_of(Place(report.region, report.year), actor))
    return digest_of_words(build_report(report, actor))


def digest_of_words(summary: Summary) -> str:
    """SHA-256 of all that a report says, its numbers and remarks among it."""
    words = [summary.title, *(line for s in summary.sections for line in (s.title, s.text))]
    words += [remark.text for remark in summary.remarks]
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


def steps_for_report(actor: Actor, report: Report) -> list[ReportStep]:
    """What the actor may do with a report as it stands, in the order of the buttons."""
    own = not actor.is_system and report.submitted_by_id == getattr(actor, "pk", None)
    return [
        step
        for step in REPORT_STEPS.values()
        if report.state in step.sources
        and may(actor, step.action, step.asked_at(report))
        and not (step.by_another and own)
    ]


def journal_of_report(report: Report) -> ScopedQuerySet:
    """The journal of a report, newest first."""
    rows = ReportMove.objects.unscoped("the report was found in the actor's scope")
    return rows.filter(report=report).select_related("by").order_by("-pk")


def sealed_file(report: Report | None, format: str) -> bytes | None:
    """The bytes of a sealed report in a format; None of one that is not sealed."""
    if report is None or not report.is_sealed:
        return None
    rows = SealedFile.objects.unscoped("the report was found in the actor's scope")
    found = rows.filter(seal__report=report, format=format).values_list("content", flat=True).first()
    return None if found is None else bytes(found)


# --- what a place owes in a year ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """A report of a year that is there, or is due: whose, of which kind, and the newest version of it."""

    region: Region
    kind: Kind
    window: Window
    report: Report | None
    is_due: bool
    is_late: bool

    @property
    def state(self) -> str:
        """A state of Report, "missing" where nobody has begun it."""
        return self.report.state if self.report else MISSING

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.report.get_state_display()) if self.report else "未编写"


MISSING, LATE = "missing", "late"


def lines_of(actor: Actor, place: Place, today: date) -> list[Line]:
    """The reports due at a place and below it, and the others that were begun there, from the top down.

    One is late while it is not submitted after the day by which the villages submit their year (the last of these, above a
    village). Four statements, whatever the number of regions.
    """
    regions = _regions(actor, place)
    newest: dict[tuple[str, str, Window], Report] = {}
    for report in reports_at(actor, place).order_by("version"):
        newest[report.region_id, report.kind, report.window] = report
    dues = _due_days(place)
    lines = []
    for region in regions:
        for kind in KINDS.values():
            if kind.is_due and region.level in kind.levels:
                window = year_window(region, place.year)
                due = dues.get(region.prefix)
                lines.append(
                    _line(kind, window, newest.pop((region.code, kind.code, window), None), due, today)
                )
    others = [
        _line(REPORT_KINDS[r.kind], r.window, r, None, today, is_due=False)
        for r in newest.values()
        if r.kind in REPORT_KINDS
    ]
    return sorted([*lines, *others], key=lambda line: (line.region.level, line.region.code, not line.is_due))


def _line(
    kind: Kind, window: Window, report: Report | None, due: date | None, today: date, is_due: bool = True
) -> Line:
    waits = report is None or report.state == Report.State.DRAFT
    is_late = is_due and waits and due is not None and due < today
    return Line(window.region, kind, window, report, is_due, is_late)


def _regions(actor: Actor, place: Place) -> Iterator[Region]:
    """The place and what lies below it, down to the villages that it has in the year."""
    seen = Region.objects.visible_to(actor, Action.REPORT).select_related("parent")
    yield place.region
    if place.region.is_village:
        return
    villages = list(villages_of(seen, place.region, place.year).order_by("code"))
    townships = {village.parent_id: village.parent for village in villages if village.parent}
    townships.pop(place.region.code, None)
    yield from townships.values()
    yield from villages


def _due_days(place: Place) -> dict[str, date]:
    """By prefix of region: the last day by which its villages submit the year."""
    years = RegionYear.objects.unscoped("the day by which a village submits is no secret")
    years = years.filter(region__code__startswith=place.region.prefix, year=place.year)
    found: dict[str, date] = {}
    for code, due in years.order_by().values_list("region").annotate(due=Max("due_on")):
        for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE):
            prefix = code[: level.value]
            if due is not None and (prefix not in found or found[prefix] < due):
                found[prefix] = due
    return found
