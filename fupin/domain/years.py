"""Opening and closing a village's year: the one lock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert_keys
from fupin.domain.review import checked_remark, locked, may_or_refuse, write_journal, write_moves
from fupin.models import Ledger, Move, Region, RegionYear
from fupin.models.review import STEPS
from fupin.refusals import Refused, said_plainly


def open_years(*, villages: Iterable[Region], year: int, actor: Actor) -> Written:
    """Open a year for villages that do not have it yet; those that have it keep their state."""
    villages = list(villages)
    for village in villages:
        may_act_or_refuse(actor, Action.YEARS, village)
        if not village.is_village:
            raise Refused(f"{village} 不是村，年度按村开设。")
    rows = [{"region_id": v.code, "year": year, "state": RegionYear.State.OPEN} for v in villages]
    with acting(actor, via="years"), transaction.atomic():
        new, changed = upsert_keys(RegionYear, rows, key=["region_id", "year"], keep=["state"])
        write_journal(Move.OPEN, year, sorted(new), actor)
        return Written(len(new), len(changed), len(rows) - len(new) - len(changed))


def close_years(*, region: Region, year: int, actor: Actor) -> int:
    """Close the year of every village in a region; returns how many were closed.

    The rows are locked FOR UPDATE first: writers hold them FOR SHARE until they commit, so that nothing is
    written behind the closer's back.
    """
    return _move_all(Move.CLOSE, region, year, actor)


def reopen_years(*, region: Region, year: int, remark: str, actor: Actor) -> int:
    """Open the closed year of every village in a region again, for a reason; returns how many were opened.

    For callers that have the word of two people (reports/domain/reopening.py), and for the system.
    """
    return _move_all(Move.REOPEN, region, year, actor, remark)


def _move_all(move: Move, region: Region, year: int, actor: Actor, remark: str = "") -> int:
    """Move the villages of a region whose year lies where the move begins."""
    step = STEPS[move]
    may_or_refuse(actor, step, region)
    remark = checked_remark(step, remark)
    with acting(actor, via="years"), transaction.atomic():
        rows = RegionYear.objects.unscoped("the right was checked for the whole region")
        rows = rows.filter(region__code__startswith=region.prefix, year=year).exclude(state=step.to)
        held = [row for row in locked(rows) if row.state in step.sources]
        write_moves(step, held, actor, remark)
        return len(held)


def set_due(*, region: Region, year: int, due_on: date | None, actor: Actor) -> int:
    """Set the day by which the villages of a region submit their year, or none; returns how many were changed."""
    may_act_or_refuse(actor, Action.YEARS, region)
    if due_on is not None and not year <= due_on.year <= year + 1:
        raise Refused(f"{year}年度的报送截止日期应在{year}年或{year + 1}年内。")
    with acting(actor, via="years"), transaction.atomic():
        rows = RegionYear.objects.unscoped("the right was checked for the whole region")
        rows = rows.filter(region__code__startswith=region.prefix, year=year)
        changing = [row.pk for row in locked(rows) if row.due_on != due_on]
        return rows.filter(pk__in=changing).update(due_on=due_on)


def declare_nil(*, region: Region, year: int, kind: str, actor: Actor) -> Ledger:
    """Declare that a village has nothing to report in a ledger (零报告): its figures then print 0.

    Raises Refused when the ledger has rows, or the year is not open.
    """
    may_act_or_refuse(actor, Action.EDIT, region)
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        ledgers = Ledger.objects.unscoped("the right was checked for this village")
        ledger, _ = ledgers.get_or_create(
            region=region, year=year, kind=kind, defaults={"state": Ledger.State.NIL}
        )
        if ledger.state != Ledger.State.NIL:
            raise Refused("该台账已有数据，不能零报告。")
        return ledger


def may_act_or_refuse(actor: Actor, action: Action, region: Region) -> None:
    """Raise Refused unless the actor may act so upon the years of a region."""
    if not may(actor, action, region.code):
        raise Refused(f"您没有在{region}进行“{action.label}”的权限。")
