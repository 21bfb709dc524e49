"""What the tests of the review chain and of opening a year share."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from fupin.models import RegionYear, YearMove
from tests.factories import YEAR

#: (state, whether the township reads it): every place where a village's year can lie.
LIES = [
    ("open", False), ("submitted", False), ("submitted", True), ("passed", False), ("accepted", False),
    ("closed", False),
]  # fmt: skip


def lay(village: Any, state: str, opened: bool = False) -> None:
    """Put a village's year there."""
    rows = RegionYear.objects.unscoped("tests").filter(region=village, year=YEAR)
    rows.update(review_opened_at=None)
    rows.update(state=state, review_opened_at=timezone.now() if opened else None)


def lies(village: Any) -> tuple[str, bool]:
    """Where it lies."""
    row = RegionYear.objects.unscoped("tests").get(region=village, year=YEAR)
    return row.state, row.review_opened_at is not None


def journal(village: Any) -> list[tuple[str, Any, str]]:
    """(move, by, remark), from the first to the last."""
    lines = YearMove.objects.unscoped("tests").filter(region=village, year=YEAR).order_by("pk")
    return list(lines.values_list("move", "by", "remark"))
