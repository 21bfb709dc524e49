"""What does not tie, found a second time: each remark as its kind, the numbers it tells, the figures it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from typing import NamedTuple

from tests.reports.oracle import LISTINGS, listed
from tests.reports.oracle_funds import SECURITY
from tests.reports.oracle_rows import WAN, Counted, Row, Rows, plain

#: Words that a remark of a kind has and no other, the longer first.
EXITS, CATEGORIES = "按脱贫年度合计", "按贫困户属性合计"
HOUSES, BY_YEAR, WATER = "全拆全建、部分改建合计", "按改建年度合计", "按脱贫年度的饮水安全户合计"
DIFFER, CARRIED, GONE = "两者不一致", "保障措施是", "未计入以上各数"
ODD_AMOUNT, SAME_LENGTH = "相差悬殊", "长度相同"
KINDS = (EXITS, CATEGORIES, HOUSES, BY_YEAR, WATER, DIFFER, CARRIED, GONE, ODD_AMOUNT, SAME_LENGTH)

METRES = {"米": 1, "m": 1, "公里": 1000, "千米": 1000, "km": 1000}


class Remarked(NamedTuple):
    kind: str
    numbers: tuple[str, ...]
    codes: tuple[str, ...]


def remarks(rows: Rows, counted: Counted) -> list[Remarked]:
    """Of a village, in the order of the proof sheet."""
    since, years = rows.since, range(rows.since, rows.last + 1)
    told = Told(counted)
    by_year = {
        name: (f"{name}.before_{since}", *(f"{name}.{year}" for year in years))
        for name in ("exited", "rebuilt", "water_exited")
    }
    found = [
        *told.sums(EXITS, "poor", (*by_year["exited"], "not_exited")),
        *told.sums(CATEGORIES, "poor", ("general", "dibao", "wubao")),
        *told.sums(HOUSES, "houses", ("rebuild", "renovation")),
        *told.sums(BY_YEAR, "houses", by_year["rebuilt"]),
        *told.sums(WATER, "water", (*by_year["water_exited"], "water_not_exited")),
        *told.differ("dibao.households", "dibao_pay.households"),
        *told.differ("wubao.households", "wubao_pay.households"),
        *told.carried(),
        *told.differ("firm_households.households", "loan.households"),
        *told.gone(),
    ]
    for name, stages in LISTINGS.items():
        found += [*_odd_amounts(name, listed(rows, stages)), *_same_lengths(name, listed(rows, stages))]
    return found


class Told:
    """Remarks on what was counted."""

    def __init__(self, counted: Counted) -> None:
        self.counted = counted

    def value(self, code: str) -> Fraction | None:
        """A count, None for silence."""
        value = self.counted[code].value
        assert not isinstance(value, str)
        return value

    def pair(self, name: str) -> tuple[str, str]:
        """66户 and 156人."""
        return (
            self.counted[f"{name}.households"].shown + "户",
            self.counted[f"{name}.people"].shown + "人",
        )

    def sums(self, kind: str, total: str, parts: tuple[str, ...]) -> Iterator[Remarked]:
        for what, unit in (("households", "户"), ("people", "人")):
            whole, codes = f"{total}.{what}", [f"{part}.{what}" for part in parts]
            known = [value for code in codes if (value := self.value(code)) is not None]
            if self.value(whole) is not None and known and sum(known) != self.value(whole):
                numbers = (f"{sum(known)}{unit}", f"{self.counted[whole].shown}{unit}")
                yield Remarked(kind, numbers, (whole, *codes))

    def differ(self, one: str, other: str) -> Iterator[Remarked]:
        values = self.value(one), self.value(other)
        if None not in values and values[0] != values[1]:
            yield Remarked(DIFFER, tuple(f"{value}户" for value in values), (one, other))

    def carried(self) -> Iterator[Remarked]:
        if not self.value("security_rest.households"):
            return
        parts = tuple(
            f"{sum(self.value(f'{part}.{what}') or 0 for part in ('dibao', 'wubao'))}{unit}"
            for what, unit in (("households", "户"), ("people", "人"))
        )
        carriers = [
            f"security_rest.{name}" for name in SECURITY if self.value(f"security_rest.{name}.households")
        ]
        by = tuple(number for carrier in carriers for number in self.pair(carrier))
        names = ("security", "dibao", "wubao", "security_rest", *carriers)
        codes = tuple(f"{name}.{what}" for name in names for what in ("households", "people"))
        yield Remarked(CARRIED, (*self.pair("security"), *parts, *self.pair("security_rest"), *by), codes)

    def gone(self) -> Iterator[Remarked]:
        if self.value("gone.households"):
            amount = self.counted["gone.amount"]
            money = amount.shown if amount.value is None else f"{amount.shown}万元"
            households = self.counted["gone.households"].shown + "户"
            yield Remarked(GONE, (households, money), ("gone.households", "gone.amount"))


def _odd_amounts(name: str, projects: list[Row]) -> Iterator[Remarked]:
    """Amounts a thousand times as large or as small as the usual one; of few, those nobody spends on a project."""
    amounts = [(number, Fraction(row["amount"] or 0)) for number, row in enumerate(projects, start=1)]
    for number, amount in amounts:
        others = sorted(other for at, other in amounts if other and at != number)
        if not amount:
            continue
        if len(others) < 3:
            is_odd = amount < 100 or amount > 100_000_000
        else:
            middle = len(others) // 2
            usual = others[middle] if len(others) % 2 else (others[middle - 1] + others[middle]) / 2
            is_odd = amount * 1000 < usual or amount > usual * 1000
        if is_odd:
            told = (f"{plain(amount, 2)}元", f"{plain(amount * WAN, 6)}万元")
            yield Remarked(ODD_AMOUNT, told, (f"{name}.{number}.amount",))


def _same_lengths(name: str, projects: list[Row]) -> Iterator[Remarked]:
    """Two projects of one length, in whatever unit."""
    lengths = [
        (number, row, Fraction(row["quantity"]) * METRES[row["unit"].lower()])
        for number, row in enumerate(projects, start=1)
        if row["quantity"] and row["unit"].lower() in METRES
    ]
    for (one, first, length), (other, second, same) in combinations(lengths, 2):
        if length == same:
            numbers = tuple(plain(row["quantity"], 2) + row["unit"] for row in (first, second))
            yield Remarked(SAME_LENGTH, numbers, (f"{name}.{one}.quantity", f"{name}.{other}.quantity"))
