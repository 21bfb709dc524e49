"""The way of a village's year from hand to hand: its moves, declared once, and their journal."""

from __future__ import annotations

from dataclasses import dataclass

import pgtrigger
from django.db import models
from django.utils import timezone

from fupin.access import Action
from fupin.guards import no_truncate
from fupin.models.region import Region
from fupin.models.user import User
from fupin.models.years import RegionYear, year_field
from fupin.scope import Scoped

State = RegionYear.State

#: With whom a year lies in each state, as pages say it.
WITH: dict[str, str] = {
    State.OPEN: "村",
    State.SUBMITTED: "乡镇",
    State.PASSED: "县级办公室",
    State.ACCEPTED: "县级办公室",
    State.CLOSED: "—",
}


class Move(models.TextChoices):
    """What can be done with a village's year."""

    OPEN = "open", "开设"
    SUBMIT = "submit", "提交"
    TAKE_BACK = "take_back", "撤回"
    START = "start", "开始审核"
    RETURN = "return", "乡镇退回"
    PASS_ON = "pass_on", "上报"
    SEND_BACK = "send_back", "县级退回"
    ACCEPT = "accept", "通过"
    CLOSE = "close", "关账"
    REOPEN = "reopen", "重新打开"


@dataclass(frozen=True)
class Step:
    """A move: from which states to which, by what right, and whether it needs a remark."""

    move: Move
    sources: tuple[RegionYear.State, ...]
    to: RegionYear.State
    action: Action
    #: The village reads it: without a reason it would not know what to do.
    needs_remark: bool = False
    #: On the button; the move's name if empty.
    label: str = ""
    #: None where it makes no difference; else whether the township must have opened the year for review, or not.
    review_opened: bool | None = None

    @property
    def button(self) -> str:
        """What the button says."""
        return self.label or str(self.move.label)


#: The review chain. Domain, buttons, docs and tests read this table; opening a year is the one move that begins
#: with no row. A return leads to the village, from the county too: only while it is open can anything be changed.
STEPS: dict[Move, Step] = {
    step.move: step
    for step in (
        Step(Move.SUBMIT, (State.OPEN,), State.SUBMITTED, Action.SUBMIT),
        Step(Move.TAKE_BACK, (State.SUBMITTED,), State.OPEN, Action.SUBMIT, review_opened=False),
        Step(Move.START, (State.SUBMITTED,), State.SUBMITTED, Action.REVIEW, review_opened=False),
        Step(Move.RETURN, (State.SUBMITTED,), State.OPEN, Action.REVIEW, needs_remark=True, label="退回"),
        Step(Move.PASS_ON, (State.SUBMITTED,), State.PASSED, Action.REVIEW),
        Step(
            Move.SEND_BACK,
            (State.PASSED, State.ACCEPTED),
            State.OPEN,
            Action.ACCEPT,
            needs_remark=True,
            label="退回",
        ),
        Step(Move.ACCEPT, (State.PASSED,), State.ACCEPTED, Action.ACCEPT),
        Step(
            Move.CLOSE,
            (State.OPEN, State.SUBMITTED, State.PASSED, State.ACCEPTED),
            State.CLOSED,
            Action.YEARS,
        ),
        Step(Move.REOPEN, (State.CLOSED,), State.OPEN, Action.YEARS, needs_remark=True),
    )
}
#: Moves of one village's page, in the order of their buttons; a region is closed and reopened as a whole.
SINGLE = (Move.SUBMIT, Move.TAKE_BACK, Move.START, Move.PASS_ON, Move.RETURN, Move.ACCEPT, Move.SEND_BACK)
#: Moves that can be made for several chosen villages at once.
SEVERAL = (Move.PASS_ON, Move.ACCEPT)

REMARK_LENGTH = 500


class YearMove(Scoped):
    """A line of the journal of a village's year: who did what with it, when, and why. Append-only.

    Written in the transaction that moves the year (fupin/domain/review.py), and never otherwise.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", db_index=False, related_name="+")
    year = year_field()
    move = models.CharField("事项", max_length=10, choices=Move.choices)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="办理人", null=True, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    remark = models.CharField("意见", max_length=REMARK_LENGTH, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "年度办理记录"
        ordering = ["region", "year", "pk"]
        indexes = [models.Index(fields=["region", "year", "-id"], name="year_move_latest")]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}年 {self.get_move_display()}"
