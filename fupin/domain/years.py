"""Opening and closing a village's year: the one lock."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert
from fupin.models import Ledger, Region, RegionYear
from fupin.refusals import Refused, said_plainly


def open_years(*, villages: Iterable[Region], year: int, actor: Actor) -> Written:
    """Open a year for villages that do not have it yet; those that have it keep their state."""
    villages = list(villages)
    for village in villages:
        _may_or_refuse(actor, Action.YEARS, village)
        if not village.is_village:
            raise Refused(f"{village} 不是村，年度按村开设。")
    rows = [{"region_id": v.code, "year": year, "state": RegionYear.State.OPEN} for v in villages]
    with acting(actor, via="years"), transaction.atomic():
        return upsert(RegionYear, rows, key=["region_id", "year"], keep=["state"])


def close_years(*, region: Region, year: int, actor: Actor) -> int:
    """Close the year of every village in a region; returns how many were closed.

    The rows are locked FOR UPDATE first: writers hold them FOR SHARE until they commit, so that nothing is
    written behind the closer's back.
    """
    return _move(region=region, year=year, actor=actor, to=RegionYear.State.CLOSED)


def reopen_years(*, region: Region, year: int, actor: Actor) -> int:
    """Open the closed year of every village in a region again; returns how many were opened."""
    return _move(region=region, year=year, actor=actor, to=RegionYear.State.OPEN)


def _move(*, region: Region, year: int, actor: Actor, to: RegionYear.State) -> int:
    _may_or_refuse(actor, Action.YEARS, region)
    with acting(actor, via="years"), transaction.atomic():
        rows = RegionYear.objects.unscoped("the right was checked for the whole region")
        rows = rows.filter(region__code__startswith=region.prefix, year=year).exclude(state=to)
        locked = [row.pk for row in rows.select_for_update().order_by("region_id")]
        return RegionYear.objects.unscoped("locked above").filter(pk__in=locked).update(state=to)


def declare_nil(*, region: Region, year: int, kind: str, actor: Actor) -> Ledger:
    """Declare that a village has nothing to report in a ledger (零报告): its figures then print 0.

    Raises Refused when the ledger has rows, or the year is not open.
    """
    _may_or_refuse(actor, Action.EDIT, region)
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        ledgers = Ledger.objects.unscoped("the right was checked for this village")
        ledger, _ = ledgers.get_or_create(
            region=region, year=year, kind=kind, defaults={"state": Ledger.State.NIL}
        )
        if ledger.state != Ledger.State.NIL:
            raise Refused("该台账已有数据，不能零报告。")
        return ledger


def _may_or_refuse(actor: Actor, action: Action, region: Region) -> None:
    if not may(actor, action, region.code):
        raise Refused(f"您没有在{region}进行“{action.label}”的权限。")
