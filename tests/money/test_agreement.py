"""Random ledgers of money: every total is the sum of its parts and of the list behind it, to the 分, on page and in Excel."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.http import HttpRequest, QueryDict
from django.urls import resolve
from openpyxl import load_workbook

from funds.enums import FundChange, FundLevel
from funds.interfaces.overview import HEADS, SPENT, Line, shown, tables_of
from funds.library import ProjectCategory
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment
from funds.queries.agreement import groups_of
from funds.queries.money import EFFECT, projects_at
from funds.queries.sums import cells_of
from fupin.access import SYSTEM
from fupin.place import Place
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import body_of
from tests.money.test_guards import unguarded

NONE = Decimal(0)
SIGNS = {"02": -1, "03": 1, "04": -1, "05": -1}


@dataclass
class Ledger:
    """All money of a county, in plain lists."""

    appropriations: list[Appropriation]
    entries: list[AppropriationEntry]
    allocations: list[Allocation]
    payments: list[Payment]

    def effective(self, row: Appropriation) -> Decimal:
        changes = (SIGNS.get(e.kind, 0) * e.amount for e in self.entries if e.appropriation is row)
        return row.amount + sum(changes, NONE)


def amount_up_to(dice: random.Random, most: Decimal) -> Decimal:
    """Any number of 分, at least one."""
    return Decimal(dice.randint(1, max(1, int(most * 100)))) / 100


def random_ledger(world: Any, seed: int) -> Ledger:
    """Appropriations of county and townships in two years, changed, allocated and paid at random, never too much."""
    dice = random.Random(seed)
    ledger = Ledger([], [], [], [])
    places = [world.county, world.township, world.far.parent]
    kinds = [ProjectCategory.ROADS, ProjectCategory.BRIDGES, ProjectCategory.PLANTING, ""]
    projects = [
        make.ProjectFactory(region=village, category=dice.choice(kinds))
        for village in (world.a, world.b, world.far)
        for _ in range(2)
    ]
    for at in range(8):
        row = make.AppropriationFactory(
            region=places[at % 3], year=YEAR + at % 2, level=dice.choice(FundLevel.values), issued_on=date(YEAR, 1, 5),
            amount=amount_up_to(dice, Decimal(900_000)),
        )  # fmt: skip
        ledger.appropriations.append(row)
        for _ in range(dice.randint(0, 4)):
            kind = dice.choice(["01", "02", "03", "04"])
            rest = ledger.effective(row) - sum(
                (e.amount for e in ledger.entries if e.appropriation is row), NONE
            )
            if rest > 1:
                amount = amount_up_to(dice, rest / 4)
                ledger.entries.append(
                    make.AppropriationEntryFactory(appropriation=row, kind=kind, amount=amount)
                )
        for _ in range(dice.randint(0, 4)):
            there = [p for p in projects if p.region_id.startswith(row.region.prefix)]
            left = ledger.effective(row) - sum(
                (a.amount for a in ledger.allocations if a.appropriation is row), NONE
            )
            if left <= NONE:
                break
            given = make.AllocationFactory(
                appropriation=row, project=dice.choice(there), amount=amount_up_to(dice, left),
                on=date(YEAR, 2, 1) + timedelta(dice.randint(0, 300)),
            )  # fmt: skip
            ledger.allocations.append(given)
            for _ in range(dice.randint(0, 2)):
                rest = given.amount - sum((p.amount for p in ledger.payments if p.allocation is given), NONE)
                if rest > NONE:
                    amount = amount_up_to(dice, rest)
                    ledger.payments.append(make.PaymentFactory(allocation=given, amount=amount, on=given.on))
    return ledger


def told(
    ledger: Ledger, place: Place, name: str, of: Callable[[Appropriation], bool], *, there: Any = None
) -> Decimal:
    """A number of the overview, counted by hand; `of` is which appropriations it is of, `there` in which places it was spent."""
    prefix = place.region.prefix
    own = [a for a in ledger.appropriations if of(a) and a.region_id.startswith(prefix)]
    given = [
        a for a in ledger.allocations
        if of(a.appropriation) and a.region_id.startswith(prefix if there is None else there)
    ]  # fmt: skip
    paid = [p for p in ledger.payments if any(p.allocation is a for a in given)]
    from_own = [a for a in ledger.allocations if any(a.appropriation is o for o in own)]
    numbers = {
        "下达": sum((a.amount for a in own), NONE),
        "现额": sum((ledger.effective(a) for a in own), NONE),
        "到位": sum(
            (e.amount for e in ledger.entries if e.kind == "01" and any(e.appropriation is a for a in own)),
            NONE,
        ),
        "安排": sum((a.amount for a in given), NONE),
        "支出": sum((p.amount for p in paid), NONE),
    }
    used = sum((a.amount for a in from_own), NONE)
    numbers |= {
        "上级安排": numbers["安排"] - used, "未支付": numbers["安排"] - numbers["支出"], "余额": numbers["现额"] - used,
    }  # fmt: skip
    return numbers[name]


def rows_behind(url: str) -> Any:
    """The rows of the list at an address, as its page shows them."""
    parts = urlsplit(url)
    match = resolve(parts.path)
    request = HttpRequest()
    request.method, request.path, request.user, request.GET = (
        "GET",
        parts.path,
        SYSTEM,
        QueryDict(parts.query),
    )
    request.user.is_authenticated = True
    view = match.func.view_class(**match.func.view_initkwargs)
    view.setup(request, *match.args, **match.kwargs)
    view.enter()
    return list(view.filtered()[1])


def sum_behind(label: str, rows: Iterable[Any]) -> Decimal:
    """What the rows of a list come to, under a heading of the overview."""
    takes: dict[str, Callable[[Any], Any]] = {
        "下达": lambda row: row.amount if row.own else 0, "现额": lambda row: row.effective, "余额": lambda row: row.left,
        "上级安排": lambda row: 0 if row.own else row.allocated, "未支付": lambda row: row.unpaid,
    }  # fmt: skip
    return sum((takes.get(label, lambda row: row.amount)(row) or 0 for row in rows), NONE)


@pytest.fixture
def at(world: Any) -> list[Place]:
    """The county, a township of it, and a village."""
    return [Place(region, YEAR) for region in (world.county, world.township, world.a)]


@pytest.mark.parametrize("seed", range(4))
def test_the_overview_is_what_one_counts_by_hand(seed: int, world: Any, at: list[Place]) -> None:
    """Line by line, for each table; the lines come to the total, and each number to the list that it leads to."""
    ledger = random_ledger(world, seed)
    for place in at:
        by_level, *parts, by_group, by_year = tables_of(cells_of(SYSTEM, place), place)
        for head in HEADS:
            for line in by_level.lines:
                level = line.query["level"]
                assert head.value(line.sums) == told(
                    ledger, place, head.label, lambda a, level=level: a.year == YEAR and a.level == level
                )
            for line in by_year.lines:
                year = line.place.year
                assert head.value(line.sums) == told(
                    ledger, place, head.label, lambda a, year=year: a.year == year
                )
            assert head.value(by_level.total.sums) == sum(
                (head.value(line.sums) for line in by_level.lines), NONE
            )
            if head in SPENT:
                assert head.value(by_group.total.sums) == head.value(by_level.total.sums)
                assert head.value(by_group.total.sums) == sum(
                    (head.value(line.sums) for line in by_group.lines), NONE
                )
            for table in parts:
                assert head.value(table.total.sums) == sum(
                    (head.value(line.sums) for line in table.lines), NONE
                )
                assert head.value(table.total.sums) == head.value(by_level.total.sums)
        for line in [line for table in (by_level, *parts, by_group, by_year) for line in table.lines]:
            numbers_lead_to_their_rows(line)


def numbers_lead_to_their_rows(line: Line) -> None:
    for head, number in zip(line.heads, line.numbers, strict=False):
        # What was granted above a place and what it hands down are differences of two lists.
        if number.url and not (head.label == "上级安排" and (line.granted_to or line.sums.above < 0)):
            found = sum_behind(head.label, rows_behind(number.url))
            assert found == head.value(line.sums), (line.label, head.label, number.url)


@pytest.mark.parametrize("seed", range(4))
def test_the_check_sheet_ties_everything(seed: int, world: Any, at: list[Place]) -> None:
    random_ledger(world, seed)
    for place in at:
        groups = groups_of(SYSTEM, place)
        assert sum(len(group.checks) for group in groups) > 5
        assert [c for group in groups if not group.is_hint for c in group.checks if not c.holds] == []
        projects = projects_at(SYSTEM, place)
        whole = groups[0].checks[-1].right
        assert (
            sum((row.allocated for row in projects), NONE) == groups[1].checks[-1].left.amount <= whole.amount
        )


def test_a_disagreement_names_both_numbers_and_where_to_look(world: Any, at: list[Place]) -> None:
    """What the guards do not allow is written without them: the sheet shows it in each of the ways it can be added up."""
    county = at[0]
    source = make.AppropriationFactory(region=world.county, amount=100_000)
    project = make.ProjectFactory(region=world.a, name="路灯", amount=90_000)
    make.AppropriationEntryFactory(appropriation=source, amount=1_000)
    given = make.AllocationFactory(appropriation=source, project=project, amount=100_000)
    with unguarded(Appropriation, Allocation, Payment):
        make.AllocationFactory(appropriation=source, project=project, amount=20_000)
        make.PaymentFactory(allocation=given, amount=100_001)
    wrong = {
        (group.rule, each.check.about): (each.left, each.right, each.left_url)
        for group, checks, _ in shown(groups_of(SYSTEM, county)) for each in checks if not each.check.holds
    }  # fmt: skip
    row = f"/{world.county.code}/{YEAR}/appropriations/{source.pk}/"
    there = f"/{world.a.code}/{YEAR}"
    assert wrong == {
        ("到位不少于支出（按级次）", "中央"): (
            "1,000", "100,001", f"/{world.county.code}/{YEAR}/changes/?level=01&kind=01",
        ),
        ("没有超出余额的", source.document): ("100,000", "120,000", row),
        ("没有超出余额的", "路灯"): ("100,000", "100,001", f"{there}/allocations/{given.pk}/"),
        ("资金安排 = 项目投入资金", "甲村 路灯"): ("120,000", "90,000", f"{there}/projects/{project.pk}/"),
    }  # fmt: skip


def test_money_of_another_level_than_planned_is_a_hint(world: Any, at: list[Place]) -> None:
    """What is planned by level is held against what was allocated of it; whoever planned nothing is not asked."""
    sources = {
        level: make.AppropriationFactory(region=world.county, level=level, amount=100_000)
        for level in ("01", "04")
    }
    plan = {"plan_central": Decimal("60000.50"), "plan_county": Decimal("29999.50"), "amount": 90_000}
    # The third waits for its money; the fourth got what was planned.
    planned, other, _ = (
        make.ProjectFactory(region=world.a, name=name, **plan) for name in ("路灯", "水渠", "桥")
    )
    fits = make.ProjectFactory(
        region=world.a, name="井", plan_central=Decimal("0.01"), amount=Decimal("0.01")
    )
    plain = make.ProjectFactory(region=world.a, name="路", amount=1_000)
    for project, level, amount in (
        (planned, "01", "60000.50"), (planned, "04", "29999.51"), (other, "01", "30000.50"), (other, "01", "0.50"),
        (other, "04", "29999.50"), (plain, "01", "1000"), (fits, "01", "0.01"),
    ):  # fmt: skip
        make.AllocationFactory(appropriation=sources[level], project=project, amount=Decimal(amount))
    make.AllocationFactory(appropriation=sources["04"], project=other, amount=Decimal("29999.50"))
    (group,) = [each for each in groups_of(SYSTEM, at[0]) if "计划资金" in each.rule]
    assert group.is_hint
    assert [(c.about, c.left.amount, c.right.amount) for c in group.checks] == [
        ("甲村 路灯（县级）", Decimal("29999.51"), Decimal("29999.50")),
        ("甲村 水渠（中央）", Decimal(30_001), Decimal("60000.50")),
        ("甲村 水渠（县级）", Decimal(59_999), Decimal("29999.50")),
    ]


def test_ways_of_adding_up_that_differ_are_told(
    world: Any, at: list[Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: a balance that forgets what was lowered no longer agrees with the journal."""
    source = make.AppropriationFactory(region=world.county, amount=1_000)
    make.AppropriationEntryFactory(appropriation=source, kind=FundChange.LOWERED, amount=Decimal("0.01"))
    monkeypatch.setitem(EFFECT, FundChange.LOWERED, 0)
    wrong = [c for group in groups_of(SYSTEM, at[0]) for c in group.checks if not c.holds]
    assert [(c.about, c.left.amount, c.right.amount, c.difference) for c in wrong] == [
        (about, Decimal("999.99"), Decimal(1000), Decimal("-0.01"))
        for about in ("中央", "云岭县本级", "2017年度")
    ]


# --- in Excel -----------------------------------------------------------------------------------------------------


def sheet_of(response: Any) -> tuple[list[str], list[dict[str, Any]], dict[str, Any]]:
    """Headings, rows and the 合计 row of a workbook."""
    page = load_workbook(BytesIO(body_of(response))).worksheets[0]
    lines = [list(line) for line in page.iter_rows(min_row=3, values_only=True)]
    heads = lines[0]
    rows = [dict(zip(heads, line, strict=True)) for line in lines[1:] if isinstance(line[0], int)]
    total = next((dict(zip(heads, line, strict=True)) for line in lines if line[0] == "合计"), {})
    return heads, rows, total


def exact(value: Any) -> Decimal:
    return Decimal(str(value or 0)).quantize(Decimal("0.000001"))


@pytest.mark.parametrize("seed", range(2))
def test_the_ledgers_come_to_the_same_in_excel(
    seed: int, world: Any, at: list[Place], personas: dict[str, Any], client_of: Any
) -> None:
    ledger = random_ledger(world, seed)
    client, county = client_of(personas["county"]), at[0]
    this_year = [a for a in ledger.appropriations if a.year == YEAR]
    given = [a for a in ledger.allocations if a.appropriation.year == YEAR]
    paid = [p for p in ledger.payments if p.allocation.appropriation.year == YEAR]

    def of(name: str, query: str = "") -> tuple[list[str], list[dict[str, Any]], dict[str, Any]]:
        return sheet_of(client.get(f"{county.url(name)}{query}"))

    _, rows, total = of("appropriations_export")
    assert len(rows) == len(this_year)
    for label in ("下达（元）", "现额（元）", "安排（元）", "支出（元）", "余额（元）"):
        name = label[:2]
        by_hand = told(ledger, county, name, lambda a: a.year == YEAR)
        assert exact(total[label]) == exact(by_hand) == sum((exact(row[label]) for row in rows), NONE), label
    _, rows, total = of("payments_export", f"?budget={YEAR}")
    assert exact(total["支付（元）"]) == exact(sum((p.amount for p in paid), NONE))
    assert len(rows) == len(paid)

    heads, rows, total = of("allocations_subsidies", f"?budget={YEAR}")
    levels = [f"补助资金 {level.label}（万元）" for level in FundLevel]
    assert heads == ["序号", "乡镇", "村", "项目名称", *levels, "小计（万元）", "备注"]
    assert len(rows) == len({a.project_id for a in given})
    for row in [*rows, total]:
        assert sum((exact(row[head]) for head in levels), NONE) == exact(row["小计（万元）"])
    for head, level in zip(levels, FundLevel, strict=True):
        in_yuan = sum((a.amount for a in given if a.appropriation.level == level), NONE)
        assert exact(total[head]) == exact(in_yuan / 10_000)

    _, rows, _ = of("money_checks_export")
    on_page = [
        (c.about, c.left.amount, c.right.amount)
        for g in groups_of(personas["county"], county)
        for c in g.checks
    ]
    assert [(row["范围"], exact(row["左边金额（元）"]), exact(row["右边金额（元）"])) for row in rows] == [
        (about, exact(left), exact(right)) for about, left, right in on_page
    ]
