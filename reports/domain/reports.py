"""The moves of a report from hand to hand: begun, submitted, returned, approved; sealing is in sealing.py."""

from __future__ import annotations

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.review import locked
from fupin.models import RegionYear, User
from fupin.models.review import REMARK_LENGTH
from fupin.refusals import Refused, said_plainly
from fupin.sheets.cells import typed_text
from reports.figures.window import Window
from reports.models import Report, ReportMove, era_of
from reports.models.report import REPORT_STEPS, ReportMoveKind, ReportStep
from reports.queries.reports import REPORT_KINDS, digest_of, versions_of
from reports.queries.summary import kind_for
from reports.queries.wordings import county_code, newest_version


def begin_report(*, kind: str, window: Window, actor: Actor) -> Report:
    """Begin a report, or a new version of one that was sealed; what is in hand already is returned as it is.

    Raises Refused without the right, for a kind that such a region or period does not have, and for a new version while
    the year is closed.
    """
    label = kind_for(kind, window, REPORT_KINDS).label
    region = window.region
    if not may(actor, Action.DRAFT, region.code):
        raise Refused(f"您没有在{region}“{Action.DRAFT.label}”的权限。")
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        last = versions_of(kind, window).select_for_update(of=("self",)).first()
        if last is not None and not last.is_sealed:
            return last
        if last is not None and not _is_open_again(window):
            raise Refused(f"{label}已封存，{window.last}年度已关账。年度重新打开后才能另写新版本。")
        report = Report.objects.create(
            region=region, kind=kind, year=window.last, first=window.first, part=window.part, since=window.since,
            version=last.version + 1 if last else 1,
        )  # fmt: skip
        write_report_move(report, ReportMoveKind.BEGIN, actor)
    return report


def move_report(*, report: Report, move: ReportMoveKind, actor: Actor, remark: str = "") -> Report:
    """Submit a report, take it back, return it for a reason, or approve what it says now.

    The row is locked first: of two who press at the same time the second sees what the first did. Submitting waits for
    whoever is writing in the village's year. Raises Refused without the right, in a wrong state, without a reason where
    one is needed, and for whoever would approve what he has submitted himself.
    """
    step = REPORT_STEPS[move]
    assert move != ReportMoveKind.SEAL, "seal_report() keeps what is sealed"
    may_move_or_refuse(step, report, actor)
    remark = _checked_remark(step, remark)
    # Of one state of the database, and before the row is locked: it may take long. What changes meanwhile is not sealed.
    approved = digest_of(report, actor) if move == ReportMoveKind.APPROVE else ""
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        if move == ReportMoveKind.SUBMIT and report.region.is_village:
            # Whoever writes the village's own words holds these until he commits, and then sees the report submitted.
            locked(RegionYear.objects.unscoped("the right was checked").filter(region=report.region))
        held = lock_report(report, step)
        if move == ReportMoveKind.SUBMIT:
            newest = newest_version(county_code(held.region), held.kind, era_of(held.year))
            held.wording, held.submitted_by = newest.version if newest else 0, user_of(actor)
        elif move == ReportMoveKind.APPROVE:
            if held.submitted_by is not None and held.submitted_by == user_of(actor):
                raise Refused("报告须由提交人以外的另一个人批准。")
            held.approved_by, held.approved = user_of(actor), approved
        else:
            held.wording, held.submitted_by, held.approved_by, held.approved = None, None, None, ""
        held.state = step.to
        held.save()
        write_report_move(held, move, actor, remark)
    return held


def may_move_or_refuse(step: ReportStep, report: Report, actor: Actor) -> None:
    """Raise Refused unless the actor has the right of a move where it is asked."""
    if not may(actor, step.action, step.asked_at(report)):
        above = "，应由上级办理" if step.from_above else ""
        raise Refused(f"您没有{step.move.label}{report.region}报告的权限{above}。")


def lock_report(report: Report, step: ReportStep) -> Report:
    """The report as it stands now, locked until the transaction ends. Raises Refused where the move cannot begin."""
    rows = Report.objects.unscoped("found by the caller in the actor's scope").select_related(
        "region__parent"
    )
    held = rows.select_for_update(of=("self",)).get(pk=report.pk)
    if held.state not in step.sources:
        raise Refused(f"报告现在{held.get_state_display()}，不能{step.move.label}。请刷新页面后再办。")
    return held


def write_report_move(report: Report, move: ReportMoveKind, actor: Actor, remark: str = "") -> None:
    """A line of the journal."""
    ReportMove.objects.bulk_create([ReportMove(report=report, move=move, by=user_of(actor), remark=remark)])


def user_of(actor: Actor) -> User | None:
    """The user who acts, None for the system."""
    return actor if isinstance(actor, User) else None


def _is_open_again(window: Window) -> bool:
    """Whether a village of the region can be written in the year."""
    years = RegionYear.objects.unscoped("whether a year is closed is no secret")
    years = years.filter(region__code__startswith=window.region.prefix, year=window.last)
    return not years.exists() or years.exclude(state=RegionYear.State.CLOSED).exists()


def _checked_remark(step: ReportStep, remark: str) -> str:
    remark = typed_text(remark)
    if step.needs_remark and not remark:
        raise Refused(f"请填写{step.move.label}的原因，编写人会看到。")
    if len(remark) > REMARK_LENGTH:
        raise Refused(f"意见请不要超过{REMARK_LENGTH}字，现在有{len(remark)}字。")
    return remark
