"""Two who press at the same time: one is heard, the other is told."""

from __future__ import annotations

from typing import Any

import pytest

from fupin.access import SYSTEM
from fupin.domain import review
from fupin.domain.review import move_years
from fupin.models import Move
from fupin.refusals import Refused
from tests.database.tools import PATIENCE, blockers_of, sessions
from tests.factories import YEAR
from tests.review.conftest import journal, lay, lies

concurrent = pytest.mark.django_db(transaction=True)


def move(village: Any, what: Move) -> str | None:
    """What is said of a refusal."""
    try:
        move_years(move=what, villages=[village], year=YEAR, actor=SYSTEM, remark="补户主")
    except Refused as refused:
        return str(refused)
    return None


PAIRS = [
    (Move.PASS_ON, Move.PASS_ON, "甲村的2017年度已上报，现在在县级办公室，不能上报。请刷新页面后再办。"),
    (Move.TAKE_BACK, Move.PASS_ON, "甲村的2017年度录入中，现在在村，不能上报。请刷新页面后再办。"),
    (Move.START, Move.TAKE_BACK, "乡镇已开始审核甲村的2017年度，不能撤回。需要修改的，请乡镇退回。"),
    (Move.RETURN, Move.PASS_ON, "甲村的2017年度录入中，现在在村，不能上报。请刷新页面后再办。"),
]


def both(village: Any, first: Move, second: Move) -> str | None:
    """Two sessions; the second asks while the first has not committed."""
    with sessions(2) as (one, two):
        one.begin()
        assert one.do(move, village, first) is None
        asked = two.start(move, village, second)
        assert blockers_of(two, asked) == [one.pid]
        one.commit()
        return asked.result(PATIENCE)


@concurrent
@pytest.mark.parametrize(("first", "second", "said"), PAIRS)
def test_the_second_waits_and_is_refused_in_words(world: Any, first: Move, second: Move, said: str) -> None:
    lay(world.a, "submitted")
    assert both(world.a, first, second) == said
    assert [line[0] for line in journal(world.a)] == [first]


@concurrent
def test_without_the_lock_both_are_heard(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control: the same year is taken back and passed on."""
    monkeypatch.setattr(review, "locked", lambda rows: list(rows.order_by("region_id")))
    lay(world.a, "submitted")
    assert both(world.a, Move.TAKE_BACK, Move.PASS_ON) is None
    assert [line[0] for line in journal(world.a)] == ["take_back", "pass_on"]
    assert lies(world.a) == ("passed", False)
