"""Taking a project through its life in tests, by whoever has the right."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from funds.domain.projects import record_step
from funds.library import LIFE, StepKind
from funds.models import Project, ProjectStep
from fupin.access import SYSTEM

K = StepKind
#: What each step states besides its day.
SAID: dict[StepKind, dict[str, Any]] = {
    K.ADMITTED: {"document": "云扶组〔2017〕3号"},
    K.APPROVED: {"document": "云扶办〔2017〕11号", "amount": Decimal(80_000)},
    K.TENDERED: {"way": "01", "amount": Decimal("78500.50")},
    K.PROGRESS: {"share": 60},
    K.ACCEPTED: {"document": "验收〔2017〕5号"},
    K.SETTLED: {"document": "审〔2017〕2号", "amount": Decimal("78000.25")},
    K.HANDED_OVER: {"document": "移交清单"},
    K.RETURNED: {"reason": "规模没有写清"},
    K.STOPPED: {"reason": "资金调整"},
}


def day_of(kind: StepKind) -> date:
    """A day for each step, in order; what has no place in it comes last."""
    if kind in LIFE:
        return date(2017, 1, 5 + 2 * LIFE.index(kind))
    return date(2017, 1, 29)


def take(
    project: Project, kind: StepKind, *, actor: Any = SYSTEM, on: date | None = None, **said: Any
) -> ProjectStep:
    """Take one step."""
    return record_step(
        project=project, kind=kind, on=on or day_of(kind), actor=actor, **{**SAID.get(kind, {}), **said}
    )


def walk_to(project: Project, last: StepKind | None) -> Project:
    """Take all steps of the order up to one."""
    for kind in LIFE[: LIFE.index(last) + 1] if last else ():
        take(project, kind)
    project.refresh_from_db()
    return project
