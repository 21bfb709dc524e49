"""Section 六: what the work ledger counts, kind by kind."""

from django.db.models import Q

from households.ledgers import LedgerKind
from households.models import LedgerEntry
from households.work import WORK, WorkKind
from reports.figures.declare import Base, Measure
from reports.figures.window import Span

entries = Base(
    "work",
    model=LedgerEntry,
    resource="work",
    entity="pk",
    size="",
    ledgers=(LedgerKind.WORK,),
    counts=Q(),
    span=Span.SINCE,
    description="累计开始年度至期末年度的工作台账",
)
for _kind, _facts in WORK.items():
    _name = f"work.{_kind.name.lower()}"
    entries.figure(
        f"{_name}.times",
        str(_kind.label),
        "次",
        Measure.ENTITIES,
        where=Q(kind=_kind),
        definition=f"累计期内登记的“{_kind.label}”，每条一次",
    )
    if "attendance" in _facts.uses:
        entries.figure(
            f"{_name}.attendance",
            f"{_kind.label}参加",
            "人次",
            Measure.SUM,
            of="attendance",
            where=Q(kind=_kind),
            definition=f"累计期内“{_kind.label}”参加人数之和",
        )
_MEETINGS = (WorkKind.FIELD_MEETING, WorkKind.YARD_MEETING, WorkKind.HEADS_MEETING)
meetings = entries.figure(
    "work.meetings.times",
    "三会",
    "次",
    Measure.ENTITIES,
    where=Q(kind__in=_MEETINGS),
    definition="累计期内登记的场子会、院子会和户主会，每条一次",
)
