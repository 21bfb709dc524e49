"""Moving villages' years from hand to hand: submit, return, pass on, accept, close (the table is STEPS)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from fupin.access import Actor, may
from fupin.audit import acting
from fupin.models import Move, Region, RegionYear, YearMove
from fupin.models.review import REMARK_LENGTH, STEPS, WITH, State, Step
from fupin.refusals import Refused, said_plainly
from fupin.sheets.cells import typed_text

#: So many villages are named in a refusal.
NAMED = 5


def move_years(
    *, move: Move, villages: Iterable[Region], year: int, actor: Actor, remark: str = ""
) -> list[RegionYear]:
    """Make a move with the year of each of these villages, or with none of them.

    The rows are locked FOR UPDATE first: of two who press at the same time the second sees what the first did, and
    is refused. Raises Refused without the right, without a remark where one is needed, and naming the villages
    whose year is not where the move begins.
    """
    step, villages = STEPS[move], list(villages)
    if not villages:
        raise Refused(f"请先选择要{step.button}的村。")
    for village in villages:
        may_or_refuse(actor, step, village)
        if not village.is_village:
            raise Refused(f"{village}不是村，年度按村提交和审核。")
    remark = checked_remark(step, remark)
    with said_plainly(), acting(actor, via="review"), transaction.atomic():
        rows = RegionYear.objects.unscoped("the right was checked for each village")
        held = locked(rows.filter(region__in=villages, year=year).select_related("region"))
        if missing := {village.code for village in villages} - {row.region_id for row in held}:
            names = _names([village for village in villages if village.code in missing])
            raise Refused(f"{names}的{year}年度尚未开设，请联系县级办公室。")
        refuse_wrong(step, held)
        write_moves(step, held, actor, remark)
    return held


def locked(rows: Any) -> list[RegionYear]:
    """Lock the rows FOR UPDATE, in one order for everybody."""
    return list(rows.select_for_update(of=("self",)).order_by("region_id"))


def may_or_refuse(actor: Actor, step: Step, region: Region) -> None:
    """Raise Refused unless the actor may make the move in the region."""
    if not may(actor, step.action, region.code):
        raise Refused(f"您没有在{region}“{step.action.label}”的权限。")


def checked_remark(step: Step, remark: str) -> str:
    """The remark as it is kept; raises Refused for one that is missing or too long."""
    remark = typed_text(remark)
    if step.needs_remark and not remark:
        raise Refused(f"请填写{step.button}的原因，村里会看到。")
    if len(remark) > REMARK_LENGTH:
        raise Refused(f"意见请不要超过{REMARK_LENGTH}字，现在有{len(remark)}字。")
    return remark


def refuse_wrong(step: Step, held: Sequence[RegionYear]) -> None:
    """Raise Refused if the move cannot begin where one of the years lies."""
    for state in State:
        if state not in step.sources and (wrong := [row.region for row in held if row.state == state]):
            lies = f"，现在在{WITH[state]}" if state != State.CLOSED else ""
            raise Refused(
                f"{_names(wrong)}的{held[0].year}年度{state.label}{lies}，不能{step.button}。请刷新页面后再办。"
            )
    if step.review_opened is False and (wrong := [row.region for row in held if row.review_opened_at]):
        if step.move == Move.TAKE_BACK:
            raise Refused(
                f"乡镇已开始审核{_names(wrong)}的{held[0].year}年度，不能撤回。需要修改的，请乡镇退回。"
            )
        raise Refused(f"{_names(wrong)}的{held[0].year}年度已经开始审核。")


def write_moves(step: Step, held: Sequence[RegionYear], actor: Actor, remark: str = "") -> None:
    """Move the locked rows, and write the journal. In the caller's transaction."""
    now = timezone.now()
    for row in held:
        row.state = step.to
        row.review_opened_at = now if step.move == Move.START else None
    rows = RegionYear.objects.unscoped("locked by the caller").filter(pk__in=[row.pk for row in held])
    rows.update(state=step.to, review_opened_at=now if step.move == Move.START else None)
    if held:
        write_journal(step.move, held[0].year, [row.region_id for row in held], actor, remark)


def write_journal(move: Move, year: int, villages: Iterable[str], actor: Actor, remark: str = "") -> None:
    """A line for each village."""
    by = None if actor.is_system else actor.pk  # type: ignore[attr-defined]  # a user's
    now = timezone.now()
    YearMove.objects.bulk_create(
        YearMove(region_id=code, year=year, move=move, by_id=by, at=now, remark=remark) for code in villages
    )


def _names(villages: Sequence[Region]) -> str:
    """甲村、乙村等7个村."""
    told = "、".join(str(village) for village in villages[:NAMED])
    return told if len(villages) <= NAMED else f"{told}等{len(villages)}个村"
