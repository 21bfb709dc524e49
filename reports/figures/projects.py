"""The figures of the project summary: what landed from the library in the period, how far it is, what is next.

A project has landed on the day its way of being built was settled (确定实施方式: tendered, work for relief, one case one
talk). How far it is, is told by the steps that stand at the period's last day; nothing depends on today.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Case, DecimalField, F, Q, QuerySet, Subquery, When

from funds.ledgers import LedgerKind
from funds.library import BRIDGES, EXTENSIONS, METRES, SAFETY, StepKind, TenderWay
from funds.models import Project
from funds.queries.projects import steps_until, with_life
from reports.figures.agree import Agreement
from reports.figures.declare import Base, Figure, Measure, ratio
from reports.figures.window import Span, Window

K = StepKind
#: The scale in 公里; of what has another unit, nothing.
KILOMETRES = Case(
    *(When(unit__iexact=unit, then=F("quantity") * metres / 1000) for unit, metres in METRES.items()),
    output_field=DecimalField(),
)
#: By the end of the period: complete, stopped, or still open.
DONE, STOPPED = Q(completed_on__isnull=False), Q(reached=K.STOPPED)
OPEN = Q(completed_on=None) & ~Q(reached=K.STOPPED)
SAFE = Q(category__in=SAFETY)


def at_end(rows: QuerySet, window: Window) -> QuerySet:
    """Projects as they stood at the period's last day, with the day and the way in which they landed."""
    tender = steps_until(window.ends).filter(kind=K.TENDERED)
    rows = with_life(rows, window.ends).select_related("region")
    return rows.annotate(landed_on=Subquery(tender.values("on")[:1]), way=Subquery(tender.values("way")[:1]))


def in_period(rows: QuerySet, window: Window) -> QuerySet:
    """Those that landed in the period."""
    return at_end(rows, window).filter(landed_on__range=(window.begins, window.ends))


def called(project: Any) -> str:
    """A project with its village, unless its name says it, and its stretch: 通组路硬化（湾店村，村主干道至三组）."""
    village = "" if project.region.name in project.name else project.region.name
    where = "，".join(filter(None, (village, project.site)))
    return f"{project.name}（{where}）" if where else project.name


def _base(code: str, joined: Any, counts: Q, description: str) -> Base:
    return Base(
        code, model=Project, resource="projects", entity="pk", size="", ledgers=(LedgerKind.PROJECTS,), counts=counts,
        span=Span.EVER, joined=joined, description=description,
    )  # fmt: skip


landed = _base("landed", in_period, Q(), "在期间内确定实施方式（落地）的项目库项目")
ready = _base("ready", at_end, Q(), "项目库中的项目，按期末已办到的环节")


def _count(base: Base, name: str, label: str, where: Q, definition: str, unit: str = "个") -> Figure:
    return base.figure(
        f"{name}.count", f"{label}个数", unit, Measure.ENTITIES, where=where, definition=definition
    )


def _kind(name: str, label: str, where: Q, definition: str) -> tuple[Figure, Figure, Figure]:
    """How many, how long, how much."""
    return (
        _count(landed, name, label, where, definition),
        landed.figure(
            f"{name}.length", f"{label}里程", "公里", Measure.SUM, where=where, of=KILOMETRES, places=3,
            definition=f"{definition}，规模以公里、米计的里程之和",
        ),
        landed.money(name, label, where=where, definition=f"{definition}的投入资金之和"),
    )  # fmt: skip


_WORKS = ~SAFE
works, _, works_money = _kind("landed", "落地项目", _WORKS, "期间内落地、生命安全防护以外的项目")
extension = _kind("extension", "道路扩面延伸", Q(category__in=EXTENSIONS), "期间内落地的道路扩面延伸项目")[0]
bridges = _kind("bridges", "危桥改造", Q(category__in=BRIDGES), "期间内落地的危桥改造项目")[0]
rest = _kind(
    "others", "其他落地项目", _WORKS & ~Q(category__in=(*EXTENSIONS, *BRIDGES)), "期间内落地的其他项目"
)[0]  # fmt: skip
_kind("safety", "生命安全防护", SAFE, "期间内落地的道路生命安全防护项目")
_count(landed, "safety.done", "已竣工生命安全防护", SAFE & DONE, "期间内落地、期末已竣工的生命安全防护项目")

tendered = _count(
    landed, "tendered", "招投标项目", _WORKS & Q(way=TenderWay.TENDER), "期间内落地、通过招投标实施的项目"
)
ratio("tendered.share", "招投标占比", tendered, works, definition="招投标项目个数 ÷ 落地项目个数")
done = _count(landed, "done", "已竣工项目", _WORKS & DONE, "期间内落地、期末已竣工的项目")
open_ = _count(landed, "unfinished", "在建项目", _WORKS & OPEN, "期间内落地、期末没有竣工的项目")
stopped = _count(landed, "stopped", "已终止项目", _WORKS & STOPPED, "期间内落地、期末已终止的项目")
landed.listing(
    "finished",
    "已竣工项目",
    where=_WORKS & DONE,
    spent="投资",
    called=called,
    definition="期间内落地、期末已竣工的项目",
)
landed.listing(
    "unfinished_list",
    "在建项目",
    where=_WORKS & OPEN,
    spent="投资",
    called=called,
    definition="期间内落地、期末没有竣工的项目",
)

for _name, _label, _reached in (
    ("waiting", "已入库待实施项目", (K.ADMITTED, K.APPROVED)),
    ("to_finish", "待竣工项目", (K.TENDERED, K.STARTED)),
    ("to_accept", "待验收项目", (K.COMPLETED,)),
    ("to_settle", "待结算审计项目", (K.ACCEPTED,)),
    ("to_hand_over", "待确权移交项目", (K.SETTLED,)),
):
    _at = Q(reached__in=_reached)
    _text = f"期末办到{'、'.join(f'“{kind.label}”' for kind in _reached)}的项目"
    _count(ready, _name, _label, _at, _text)
    ready.money(_name, _label, where=_at, definition=f"{_text}的投入资金之和")
    ready.listing(f"{_name}_list", _label, where=_at, spent="投资", called=called, definition=_text)

BASES = (landed, ready)
CHECKS = (
    Agreement("按类型", works, (extension, bridges, rest)),
    Agreement("按进展", works, (done, open_, stopped)),
)
NAMES = {thing.name: thing for base in BASES for thing in base.declared}
