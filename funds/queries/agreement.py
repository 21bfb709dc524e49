"""The check sheet 勾稽: what must agree, each side added up in its own way; in 元 with 分.

Sources are added up from the journal (funds/queries/sums.py); what is left, from the balance of each appropriation and each
allocation; so that a row that one of them missed shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import Coalesce, Left

from funds.enums import NOT_INVESTED, FundChange, FundLevel, ProjectStage
from funds.models import Appropriation, Project
from funds.queries.money import (
    EVER,
    ZERO,
    added,
    allocations_at,
    appropriations_at,
    with_balance,
    with_paid,
)
from funds.queries.sums import (
    Sums,
    cells_of,
    kept_at,
    lines_by,
    lines_by_part,
    names_of_parts,
    parts_of,
    total_of,
)
from funds.sum_guards import ELSEWHERE
from funds.validators import PLANNED_BY_LEVEL
from fupin.access import Actor
from fupin.models import Region
from fupin.place import Place

NOTHING = Decimal(0)
#: The field in which a project says what is planned of a level's money.
PLAN_OF = dict(zip(FundLevel, PLANNED_BY_LEVEL, strict=True))
#: So many rows that disagree are named; more are counted.
NAMED = 50


@dataclass(frozen=True)
class Side:
    """A number, what it is, and the list behind it: the resource's name and its query; a row's page with its key."""

    label: str
    amount: Decimal
    list: str = ""
    query: dict[str, Any] = field(default_factory=dict)
    key: Any = None


@dataclass(frozen=True)
class Check:
    """Two numbers that must be the same; or of which the first must not be less."""

    about: str
    place: Place
    left: Side
    right: Side
    at_least: bool = False

    @property
    def difference(self) -> Decimal:
        """By how much the first is more."""
        return self.left.amount - self.right.amount

    @property
    def holds(self) -> bool:
        """Whether they agree."""
        return self.difference >= 0 if self.at_least else not self.difference


@dataclass(frozen=True)
class Group:
    """The checks of one rule; what only deserves a look is no error."""

    rule: str
    checks: list[Check]
    is_hint: bool = False
    empty: str = "没有需要核对的。"


@dataclass
class Rest:
    """What is left of the money, added up from the rows themselves."""

    left: Decimal = NOTHING
    allocated: Decimal = NOTHING
    unpaid: Decimal = NOTHING
    arrived: Decimal = NOTHING
    paid: Decimal = NOTHING

    def add(self, **more: Decimal) -> None:
        """Add to what is named."""
        for name, amount in more.items():
            setattr(self, name, getattr(self, name) + amount)


def groups_of(actor: Actor, place: Place) -> list[Group]:
    """All checks at a place: of its budget year by level and by part of it, and of every year."""
    cells = cells_of(actor, place)
    balances = _balances(actor, place)
    unpaid = _unpaid(actor, place)
    this_year = [cell for cell in cells if cell.year == place.year]

    def rests(year: int | None, owner: Callable[[Any], Any], there: Callable[[Any], Any]) -> dict[Any, Rest]:
        found: dict[Any, Rest] = {}
        for row in balances:
            if row["own"] and year in (None, row["year"]):
                rest = found.setdefault(owner(row), Rest())
                rest.add(left=row["left"], arrived=row["arrived"], paid=row["paid"])
        for row in unpaid:
            if year in (None, row["year"]):
                found.setdefault(there(row), Rest()).add(allocated=row["allocated"], unpaid=row["unpaid"])
        return found

    def level(row: Any) -> str:
        return row["level"] if isinstance(row, dict) else row.level

    by_level = rests(place.year, level, level)
    levels = _lines(place, lines_by(this_year, level), by_level, _level_lines(place))
    parts = _lines(
        place, lines_by_part(this_year), rests(place.year, lambda row: row["owner"], lambda row: row["at"]),
        _part_lines(place),
    )  # fmt: skip
    years = _lines(
        place, lines_by(cells, lambda cell: cell.year), rests(None, lambda row: row["year"], lambda row: row["year"]),
        [(year, f"{year}年度", Place(place.region, year), {}) for year in sorted({cell.year for cell in cells})],
    )  # fmt: skip
    return [
        *(group for title, lines in (("按级次", levels), ("按地区", parts), ("按年度", years)) for group in _agree(title, lines)),
        Group("到位不少于支出（按级次）", list(_arrived(place, by_level)), is_hint=True, empty="本年度没有指标。"),
        Group("结转金额 = 下一年的指标", list(_carried(actor, place)), empty="本年度没有结转。"),
        Group("没有超出余额的", list(_overdrawn(actor, place)), empty="没有余额为负的指标和安排。"),
        Group("资金安排 = 项目投入资金", list(_projects(actor, place)), is_hint=True, empty="本年度安排了资金的项目，投入资金都与安排一致。"),
        Group("各级资金安排 = 项目的各级计划资金", list(_planned(actor, place)), is_hint=True, empty="本年度安排了资金的项目，各级都与计划一致。"),
    ]  # fmt: skip


def _balances(actor: Actor, place: Place) -> list[dict[str, Any]]:
    rows = with_balance(appropriations_at(actor, place, EVER), actor, place)
    rows = rows.annotate(owner=Left("region_id", parts_of(place))).order_by()
    return list(rows.values("year", "level", "owner", "own", "left", "arrived", "paid"))


def _unpaid(actor: Actor, place: Place) -> list[dict[str, Any]]:
    rows = with_paid(allocations_at(actor, place)).order_by().annotate(
        at=Left("region_id", parts_of(place)), level=F("appropriation__level"), budget=F("appropriation__year")
    )  # fmt: skip
    found = rows.values("budget", "level", "at").annotate(all=Sum("amount"), rest=Sum("unpaid"))
    return [
        {
            "year": row["budget"],
            "level": row["level"],
            "at": row["at"],
            "allocated": row["all"],
            "unpaid": row["rest"],
        }
        for row in found
    ]


Line = tuple[Any, str, Place, dict[str, Any]]


def _level_lines(place: Place) -> list[Line]:
    return [(level.value, str(level.label), place, {"level": level.value}) for level in FundLevel]


def _part_lines(place: Place) -> list[Line]:
    def line(prefix: str, region: Region) -> Line:
        own = region == place.region and len(prefix) > len(region.prefix)
        query = {"granted_to": region.code} if own else {}
        return prefix, f"{region}本级" if own else str(region), Place(region, place.year), query

    return [line(prefix, region) for prefix, region in names_of_parts(place).items()]


@dataclass(frozen=True)
class Both:
    """A line of both ways to add up."""

    about: str
    place: Place
    query: dict[str, Any]
    sums: Sums
    rest: Rest


def _lines(place: Place, sums: dict[Any, Sums], rests: dict[Any, Rest], lines: Iterable[Line]) -> list[Both]:
    found = [
        Both(about, where, query, sums.get(key, Sums()), rests.get(key, Rest()))
        for key, about, where, query in lines
        if key in sums or key in rests
    ]
    # Of all budget years together there is no list.
    if len(found) > 1 and all(line.place.year == place.year for line in found):
        whole = Rest()
        for line in found:
            whole.add(**vars(line.rest))
        found.append(Both("合计", place, {}, total_of(line.sums for line in found), whole))
    return found


def _agree(title: str, lines: list[Both]) -> Iterator[Group]:
    """Sources = allocated + left, and allocated = paid + not yet paid; line by line and for all of them."""
    sources, spent = [], []
    for line in lines:
        budget = {**{k: v for k, v in line.query.items() if k == "level"}, "budget": line.place.year}
        sums, rest = line.sums, line.rest
        sources.append(
            Check(
                line.about, line.place,
                Side(_told("资金来源", ("现额", sums.effective), ("上级安排", sums.above)), sums.sources,
                     "appropriations", line.query),
                Side(_told("去向", ("安排", rest.allocated), ("余额", rest.left)), rest.allocated + rest.left,
                     "allocations", budget),
            )
        )  # fmt: skip
        spent.append(
            Check(
                line.about, line.place,
                Side("安排", sums.allocated, "allocations", budget),
                Side(_told("去向", ("支出", sums.paid), ("未支付", rest.unpaid)), sums.paid + rest.unpaid, "payments", budget),
            )
        )  # fmt: skip
    yield Group(f"资金来源 = 安排 + 余额（{title}）", sources, empty="没有指标和安排。")
    yield Group(f"安排 = 支出 + 未支付（{title}）", spent, empty="没有安排。")


def _told(word: str, *parts: tuple[str, Decimal]) -> str:
    return word + "：" + "，".join(f"{name}{amount:,.2f}" for name, amount in parts)


def _arrived(place: Place, rests: dict[Any, Rest]) -> Iterator[Check]:
    for level in FundLevel:
        if (rest := rests.get(level.value)) is not None:
            arrived = Side(
                "到位", rest.arrived, "changes", {"level": level.value, "kind": FundChange.ARRIVED.value}
            )
            paid = Side("支出", rest.paid, "appropriations", {"level": level.value})
            yield Check(str(level.label), place, arrived, paid, at_least=True)


def _carried(actor: Actor, place: Place) -> Iterator[Check]:
    """What the year's appropriations carried over, against the appropriations of the year after."""
    carried = Sum("entries__amount", filter=Q(entries__kind=FundChange.CARRIED))
    rows = Appropriation.objects.visible_to(actor).filter(place.holds(Appropriation), year=place.year)
    rows = rows.annotate(carried=carried).exclude(carried=None).order_by("pk")
    following = {
        row.carried_from_id: row
        for row in Appropriation.objects.visible_to(actor).filter(carried_from__year=place.year)
    }
    for row in rows:
        then = following.get(row.pk)
        yield Check(
            row.document, place,
            Side("结转", row.carried, "appropriations", key=row.pk),
            Side(f"{place.year + 1}年指标", then.amount if then else NOTHING, "appropriations", key=row.pk),
        )  # fmt: skip


def _overdrawn(actor: Actor, place: Place) -> Iterator[Check]:
    """What the database does not allow; here it would show all the same."""
    for row in with_balance(appropriations_at(actor, place), actor, place).filter(left__lt=0)[:NAMED]:
        yield Check(
            row.document, place,
            Side("现额", row.effective, "appropriations", key=row.pk), Side("安排", row.allocated, "appropriations", key=row.pk),
        )  # fmt: skip
    over = with_paid(allocations_at(actor, place)).filter(unpaid__lt=0, appropriation__year=place.year)
    for row in over.select_related("project", "region")[:NAMED]:
        yield Check(
            row.project.name, Place(row.region, row.year),
            Side("安排", row.amount, "allocations", key=row.pk), Side("支出", row.paid, "allocations", key=row.pk),
        )  # fmt: skip


def _projects(actor: Actor, place: Place) -> Iterator[Check]:
    """The year's projects whose money does not add up to what they are said to cost; those paid from elsewhere are not asked."""
    rows = Project.objects.visible_to(actor).filter(place.holds(Project))
    allocated = added(allocations_at(actor, place), "project")
    rows = (
        rows.annotate(allocated=allocated)
        .filter(allocated__gt=0, amount__isnull=False)
        .exclude(amount=F("allocated"))
    )
    for row in (
        rows.exclude(stage=ProjectStage.STOPPED).select_related("region").order_by("region", "pk")[:NAMED]
    ):
        where = Place(row.region, row.year)
        yield Check(
            f"{row.region} {row.name}", where,
            Side("资金安排", row.allocated, "projects", key=row.pk), Side("投入资金", row.amount, "projects", key=row.pk),
        )  # fmt: skip


def _planned(actor: Actor, place: Place) -> Iterator[Check]:
    """The year's projects that got of a level's money another amount than was planned of it; those without money wait for it."""
    money = allocations_at(actor, place)
    rows = Project.objects.visible_to(actor).filter(place.holds(Project)).exclude(stage=ProjectStage.STOPPED)
    rows = rows.exclude(**dict.fromkeys(PLAN_OF.values(), None)).filter(pk__in=money.values("project"))
    rows = rows.annotate(
        **{
            f"of_{level.value}": added(money.filter(appropriation__level=level), "project")
            for level in PLAN_OF
        }
    )
    differs = reduce(
        or_, (~Q(**{f"of_{level.value}": Coalesce(plan, ZERO)}) for level, plan in PLAN_OF.items())
    )
    for row in rows.filter(differs).select_related("region").order_by("region", "pk")[:NAMED]:
        for level, plan in PLAN_OF.items():
            given, planned = getattr(row, f"of_{level.value}"), getattr(row, plan) or NOTHING
            if given != planned:
                yield Check(
                    f"{row.region} {row.name}（{level.label}）", Place(row.region, row.year),
                    Side("资金安排", given, "projects", key=row.pk), Side("计划资金", planned, "projects", key=row.pk),
                )  # fmt: skip


@dataclass(frozen=True)
class Elsewhere:
    """Projects of a source to which nothing was allocated: paid from elsewhere."""

    source: str
    projects: int
    amount: Decimal


def paid_elsewhere(actor: Actor, place: Place) -> list[Elsewhere]:
    """The year's projects that cost something and have no allocation, by the source they name."""
    kept = kept_at(actor, place)
    if kept is not None:
        sums = kept.filter(kind=ELSEWHERE, year=place.year).order_by("source").values("source")
        told = sums.annotate(count=Sum("number"), sum=Sum("amount")).exclude(count=0)
        return [Elsewhere(row["source"], row["count"], row["sum"]) for row in told]
    rows = Project.objects.visible_to(actor).filter(place.holds(Project), amount__gt=0)
    rows = rows.exclude(stage__in=NOT_INVESTED)
    rows = rows.exclude(pk__in=allocations_at(actor, place).values("project"))
    found = rows.order_by("source").values("source").annotate(count=Count("pk"), sum=Sum("amount"))
    return [Elsewhere(row["source"], row["count"], row["sum"]) for row in found]
