"""The money of an invented county: what its townships were granted, how far its projects have come, what was paid.

Every village of a township has the same share of what the township was granted, so that a village is made without
looking at another; the shares together are what was granted, and a little is never given away.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from funds.enums import FundChange, FundLevel, ProjectNature, ProjectStage
from funds.library import INDUSTRIES, ProjectCategory, StepKind, TenderWay

from .facts import COUNTY
from .households import Row
from .shape import FIRST_REGISTRATION_YEAR, Place

K, C = StepKind, ProjectCategory
#: Of each invented project its category until 2020, and since then.
CATEGORIES: dict[str, tuple[ProjectCategory, ProjectCategory]] = {
    "通组公路": (C.ROADS, C.RURAL_ROADS),
    "便民桥": (C.BRIDGES, C.RURAL_BRIDGES),
    "路灯": (C.FACILITIES, C.RURAL_FACILITIES),
    "安全饮水管网": (C.WATER, C.RURAL_WATER),
    "山塘整治": (C.IRRIGATION, C.RURAL_FACILITIES),
    "文化广场": (C.FACILITIES, C.RURAL_SERVICES),
    "村卫生室": (C.FACILITIES, C.RURAL_SERVICES),
    "公厕": (C.SURROUNDINGS, C.RURAL_SURROUNDINGS),
    "产业基地": (C.PLANTING, C.PRODUCTION),
    "村级光伏电站": (C.SOLAR, C.SUPPORTING),
}
#: What was granted to whom, of which level, when (the year before: 提前下达), and a village's share of it in 元.
GRANTS: tuple[tuple[FundLevel, bool, bool, tuple[int, int], int], ...] = (
    (FundLevel.CENTRAL, True, True, (11, 20), 200_000),
    (FundLevel.PROVINCIAL, True, False, (1, 25), 120_000),
    (FundLevel.COUNTY, True, False, (2, 20), 60_000),
    (FundLevel.MUNICIPAL, False, False, (1, 15), 70_000),
)
PLAN_OF = {
    FundLevel.CENTRAL: "plan_central", FundLevel.PROVINCIAL: "plan_provincial", FundLevel.MUNICIPAL: "plan_municipal",
    FundLevel.COUNTY: "plan_county", FundLevel.OTHER: "plan_other",
}  # fmt: skip
#: In a hundred projects: which only stand in the village's ledger; and who pays for those.
BY_THE_VILLAGE = 15
GIVERS = ("驻村单位帮扶", "社会捐赠", "村集体自筹")
PAYEES = ("云岭建筑工程公司", "长冲路桥公司", "三泉水利工程队", "金岗电力安装公司", "青溪园林公司")
ITEMS = {FundLevel.CENTRAL: "2130504", FundLevel.PROVINCIAL: "2130505"}
#: How far what is only planned has come, and what is done; of how many in a hundred.
WAITING = {K.PROPOSED: 10, K.CHECKED: 10, K.ASSESSED: 10, K.ADMITTED: 35, K.APPROVED: 20, K.TENDERED: 15}
FINISHED = {K.COMPLETED: 20, K.ACCEPTED: 25, K.SETTLED: 30, K.HANDED_OVER: 25}
ORDER = (
    K.PROPOSED, K.CHECKED, K.ASSESSED, K.ADMITTED, K.APPROVED, K.TENDERED, K.STARTED, K.COMPLETED, K.ACCEPTED,
    K.SETTLED, K.HANDED_OVER,
)  # fmt: skip
#: Days from the step before to each step, least and most. A project that is begun in its year's first days is completed in it.
DAYS = {
    K.CHECKED: (5, 20), K.ASSESSED: (10, 25), K.ADMITTED: (10, 25), K.APPROVED: (20, 45), K.TENDERED: (15, 40),
    K.STARTED: (7, 30), K.COMPLETED: (45, 130), K.ACCEPTED: (10, 40), K.SETTLED: (20, 60), K.HANDED_OVER: (10, 30),
}  # fmt: skip
WAYS = {TenderWay.TENDER: 60, TenderWay.WORK_FOR_RELIEF: 15, TenderWay.ONE_CASE: 20, TenderWay.OTHER: 5}
CENT = Decimal("0.01")


def document_of(level: FundLevel, township: str, year: int) -> str:
    """The document that grants money of a level to a township, or to the county: no two have the same."""
    return f"云财农〔{year}〕{int(township[6:9])}{int(level):02d}号"


def county_grants(
    townships: Iterable[Place], year: int, rng: random.Random
) -> Iterator[tuple[Row, list[Row]]]:
    """What the county and its townships were granted for this year and the last, each with its journal.

    A township comes as often as it has villages.
    """
    villages = Counter(place.code for place in townships)
    for of_year in _years(year):
        for code, count in [(COUNTY.code, villages.total()), *sorted(villages.items())]:
            for level, to_township, before, (month, day), share in GRANTS:
                if to_township == (code != COUNTY.code):
                    issued = date(of_year - before, month, day)
                    yield _grant(code, level, of_year, issued, Decimal(share * count), rng)


def _grant(
    code: str, level: FundLevel, year: int, issued: date, needed: Decimal, rng: random.Random
) -> tuple[Row, list[Row]]:
    """An appropriation of which so much can be allocated at least, and its journal."""
    spare = Decimal(1_000 * rng.randint(5, 60))
    amount = needed + spare
    row: Row = {
        "region_id": code,
        "year": year,
        "level": level,
        "document": document_of(level, code, year),
        "title": f"关于下达{year}年{level.label}财政专项扶贫资金的通知",
        "issued_on": issued,
        "batch": "第一批",
        "item": ITEMS.get(level, ""),
        "amount": amount,
    }
    entries = []
    end = date(year, 12, 31)
    if rng.randrange(100) < 20:
        entries.append(
            _entry(FundChange.TAKEN_BACK, end - timedelta(days=rng.randint(5, 60)), spare / 2, "年末未安排")
        )
    if rng.randrange(100) < 15:
        raised = Decimal(1_000 * rng.randint(10, 80))
        entries.append(
            _entry(FundChange.RAISED, issued + timedelta(days=rng.randint(60, 150)), raised, "追加")
        )
    first = (amount * rng.randint(50, 80) / 100).quantize(CENT)
    second = amount - first if rng.randrange(100) < 70 else ((amount - first) / 2).quantize(CENT)
    for amount, days in ((first, rng.randint(20, 45)), (second, rng.randint(90, 170))):
        entries.append(_entry(FundChange.ARRIVED, issued + timedelta(days=days), amount, ""))
    return row, sorted(entries, key=lambda entry: entry["on"])


def _entry(kind: FundChange, on: date, amount: Decimal, reason: str) -> Row:
    return {"kind": kind, "on": on, "amount": amount, "reason": reason}


def _years(year: int) -> range:
    return range(max(year - 1, FIRST_REGISTRATION_YEAR), year + 1)


def county_money(
    projects: Sequence[Row], homes: int, township: str, year: int, rng: random.Random
) -> dict[str, list[Row]]:
    """What the library says of a village's projects, their steps, and the money; by their names in VillageRows.

    Steps, allocations and payments name their project by its place among the projects, payments their allocation likewise.
    """
    shares = {
        (of_year, level): Decimal(share) for of_year in _years(year) for level, _, _, _, share in GRANTS
    }
    found: dict[str, list[Row]] = {"projects": [], "steps": [], "allocations": [], "payments": []}
    for number, project in enumerate(projects):
        made = _Project(project, homes, rng)
        if rng.randrange(100) < BY_THE_VILLAGE:
            source = rng.choice(GIVERS) if project["amount"] else None
            found["projects"].append({**project, "category": made.category, "source": source})
            continue
        steps = list(made.steps(date(year, 12, 31)))
        found["steps"] += [{"project": number, **step} for step in steps]
        days = {step["kind"]: step["on"] for step in steps}
        approved = days.get(K.APPROVED)
        parts = _draw(shares, project["year"], made.cost)
        found["projects"].append({**project, **made.declared(days, parts)})
        if approved is None or FundLevel.OTHER in parts:
            continue  # not yet, or paid from elsewhere
        for level, amount in parts.items():
            on = approved + timedelta(days=rng.randint(3, 15))
            owner = township if _to_township(level) else COUNTY.code
            found["allocations"].append(
                {"project": number, "owner": owner, "document": document_of(level, owner, project["year"]), "on": on,
                 "amount": amount}
            )  # fmt: skip
            for payment in made.payments(amount, on, days):
                found["payments"].append({"allocation": len(found["allocations"]) - 1, **payment})
    return found


def _to_township(level: FundLevel) -> bool:
    return any(grant == level and to_township for grant, to_township, *_ in GRANTS)


def _draw(shares: dict[tuple[int, FundLevel], Decimal], year: int, cost: Decimal) -> dict[FundLevel, Decimal]:
    """A project's money by level, out of what is left of the village's shares; others give it where that is not enough."""
    parts, wanted = {}, cost
    for level, *_ in GRANTS:
        taken = min(wanted, shares[year, level])
        if taken > 0:
            parts[level] = taken
            wanted -= taken
    if wanted > 0:
        return {FundLevel.OTHER: cost}
    for level, taken in parts.items():
        shares[year, level] -= taken
    return parts


class _Project:
    """A project on its way through the library."""

    def __init__(self, row: Row, homes: int, rng: random.Random) -> None:
        self.row, self.homes, self.rng = row, homes, rng
        self.year: int = row["year"]
        self.category = next(c for c in CATEGORIES[row["name"]] if c.holds_in(self.year))
        # What is only planned is planned to cost something.
        self.cost = Decimal(row["amount"] or 1_000 * rng.randint(20, 300))
        self.late = rng.randrange(100) < 20

    def _last(self) -> StepKind:
        chances = WAITING if self.row["stage"] == ProjectStage.PLANNED else FINISHED
        if self.row["stage"] == ProjectStage.UNDER_WAY:
            return K.STARTED
        return self.rng.choices(tuple(chances), tuple(chances.values()))[0]

    def steps(self, end: date) -> Iterator[Row]:
        """The steps until the day on which the register ends, in the order of their days."""
        # What is done was proposed the autumn before, what is under way or planned early in the year.
        first = (
            date(self.year - 1, 9, 1) if self.row["stage"] == ProjectStage.DONE else date(self.year, 2, 10)
        )
        last, on = self._last(), first + timedelta(days=self.rng.randint(0, 50))
        for kind in ORDER[: ORDER.index(last) + 1]:
            on += timedelta(days=self.rng.randint(*DAYS.get(kind, (0, 0))))
            if on > end:
                return
            yield {"kind": kind, "on": on, **self._stated(kind)}
            if kind == K.STARTED and last == K.STARTED:
                share = self.rng.randint(10, 50)
                for days in self.rng.sample(range(20, 120), self.rng.randint(0, 2)):
                    if (then := on + timedelta(days=days)) <= end:
                        yield {"kind": K.PROGRESS, "on": then, "share": share + days // 3}

    def _stated(self, kind: StepKind) -> Row:
        number = self.rng.randint(1, 90)
        if kind in (K.ADMITTED, K.APPROVED):
            stated: dict[str, Any] = {"document": f"云扶办〔{self.year}〕{number}号"}
        elif kind in (K.ACCEPTED, K.SETTLED, K.HANDED_OVER):
            stated = {"document": f"{kind.label}表第{number}号"}
        else:
            stated = {}
        if kind == K.TENDERED:
            stated["way"] = self.rng.choices(tuple(WAYS), tuple(WAYS.values()))[0]
        if kind in (K.APPROVED, K.TENDERED, K.SETTLED):
            stated["amount"] = self.cost
        return stated

    def declared(self, days: dict[StepKind, date], parts: dict[FundLevel, Decimal]) -> Row:
        """What the village declared of it."""
        row, homes = self.row, max(1, round(self.homes * self.rng.uniform(0.3, 1.0)))
        start = days.get(K.STARTED, date(self.year, 6, 1)) + timedelta(days=self.rng.randint(-10, 15))
        finish = days.get(K.COMPLETED, date(self.year, 11, 1 if self.late else 30)) + timedelta(
            days=-self.rng.randint(5, 30) if self.late else self.rng.randint(1, 30)
        )
        by_level = {PLAN_OF[level]: amount for level, amount in parts.items()}
        industry = self.category.group in INDUSTRIES
        people = round(homes * self.rng.uniform(2.2, 3.4))
        return {
            "category": self.category,
            "nature": row["nature"] or ProjectNature.REPAIRED,
            "amount": self.cost,
            "source": self.rng.choice(GIVERS) if FundLevel.OTHER in parts else None,
            "content": f"{row['name']}{row['quantity']}{row['unit']}",
            "unit_in_charge": "村民委员会",
            "target": f"{self.year}年内建成{row['name']}，惠及{homes}户{people}人",
            "sharing": f"土地流转和务工带动{homes}户" if industry else None,
            "homes": homes,
            "people": people,
            "poor_homes": homes,
            "plan_start": min(start, finish),
            "plan_finish": finish,
            **dict.fromkeys(PLAN_OF.values()),
            **by_level,
        }

    def payments(self, amount: Decimal, allocated_on: date, days: dict[StepKind, date]) -> Iterator[Row]:
        """A part at the start, more when it is completed, the rest when it is settled."""
        shares = {K.STARTED: 30, K.COMPLETED: 50, K.SETTLED: 20}
        paid = Decimal(0)
        for kind, share in shares.items():
            if kind not in days:
                return
            part = amount - paid if kind == K.SETTLED else (amount * share / 100).quantize(CENT)
            paid += part
            yield {
                "on": max(days[kind], allocated_on), "amount": part, "payee": self.rng.choice(PAYEES),
                "voucher": f"{self.rng.randint(1, 12)}-{self.rng.randint(1, 999)}-{kind}",
            }  # fmt: skip
