"""A village's rows counted in plain Python, as somebody does who has only the sheets.

Nothing here may import figures, nor what composes the rows: labels and batches are typed again.
"""

from __future__ import annotations

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Protocol

BATCHES = {
    "发展生产": (
        "光伏扶贫", "养牛奖补", "养蜂奖补", "种植奖补", "其他产业奖补", "自主创业", "扶贫小额信贷", "金融扶贫分红", "资产收益分红",
        "其他分红",
    ),
    "易地扶贫搬迁": ("易地扶贫搬迁",),
    "生态补偿": ("生态补偿",),
    "发展教育": ("教育资助", "雨露计划"),
    "社会保障兜底": (
        "低保金", "五保供养金", "城乡居民养老保险", "残疾人两项补贴", "医疗救助", "临时救助",
    ),
}  # fmt: skip


Row = dict[str, Any]


class Rows(Protocol):
    """The rows of a village's workbook."""

    households: list[Row]
    members: list[Row]
    benefits: list[Row]
    projects: list[Row]
    partnerships: list[Row]
    work: list[Row]


def plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


class Recount:
    """A village's rows, looked at as somebody does who has only the sheets."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.people = Counter(member["household_number"] for member in rows.members)
        self.households = {row["household_number"]: row for row in rows.households}

    def given(self, *measures: str) -> list[dict[str, Any]]:
        return [row for row in self.rows.benefits if row["measure"].label in measures]

    def homes(self, *measures: str) -> set[str]:
        return {row["household_number"] for row in self.given(*measures)}

    def money(self, *measures: str) -> Decimal:
        return sum((row["amount"] or Decimal(0) for row in self.given(*measures)), Decimal(0))

    def paid(self, measure: str) -> tuple[int, str]:
        return len(self.homes(measure)), plain(self.money(measure) / 10_000)

    def yearly(self, measure: str) -> tuple[int, str]:
        spells = {(row["household_number"], row["year"]) for row in self.given(measure)}
        return len(self.homes(measure)), plain(self.money(measure) / len(spells))

    def batch(self, name: str) -> tuple[int, int, str]:
        homes = self.homes(*BATCHES[name])
        share = Decimal(100 * len(homes)) / len(self.rows.households)
        return (
            len(homes),
            sum(self.people[home] for home in homes),
            str(share.quantize(Decimal("0.1"), ROUND_HALF_UP)),
        )

    def entities(self, *, cooperatives: bool, year: int) -> tuple[int, int]:
        found = [
            row
            for row in self.rows.partnerships
            if row["year"] == year and (row["kind"].label == "专业合作社") == cooperatives
        ]
        return len({row["enterprise_name"] for row in found}), len({row["household_number"] for row in found})

    def projects(self, *, planned: bool) -> list[tuple[str, str, str]]:
        return [
            (
                row["name"],
                f"{plain(row['quantity'])}{row['unit']}" if row["quantity"] else "",
                plain(row["amount"] / 10_000) if row["amount"] else "",
            )
            for row in sorted(self.rows.projects, key=lambda row: row["position"])
            if (row["stage"].label == "规划中") == planned
        ]

    def everything(self, year: int) -> dict[str, Any]:
        houses = Counter(row["year"] for row in self.given("全拆全建", "部分改建"))
        water = Counter(self.households[home]["exit_year"] for home in self.homes("饮水安全改造"))
        loans = self.given("扶贫小额信贷")
        invested = sum(
            (row["amount"] or 0 for row in self.rows.projects if row["stage"].label != "规划中"), Decimal(0)
        )
        return {
            **{name: self.batch(name) for name in BATCHES},
            "危旧房改建": dict(houses),
            "饮水安全": dict(water),
            "市场主体": self.entities(cooperatives=False, year=year),
            "专业合作社": self.entities(cooperatives=True, year=year),
            "自主创业": len(self.homes("自主创业")),
            "务工": sum(member["work_place"] is not None for member in self.rows.members),
            "到村项目": self.projects(planned=False),
            "到村资金": plain(invested / 10_000),
            "规划": self.projects(planned=True),
            "低保金": self.paid("低保金"),
            "五保供养金": self.paid("五保供养金"),
            "全拆全建": self.paid("全拆全建"),
            "部分改建": self.paid("部分改建"),
            "教育资助": self.paid("教育资助"),
            "公益性岗位": self.yearly("公益性岗位"),
            "贷款": (
                len(self.homes("扶贫小额信贷")),
                {plain(row["amount"] / 10_000) for row in loans},
                {row["enterprise_name"] for row in loans},
            ),
            "分红": self.paid("金融扶贫分红"),
            "光伏": self.yearly("光伏扶贫"),
            "养牛": len(self.homes("养牛奖补")),
            "养蜂": len(self.homes("养蜂奖补")),
            "养殖奖补": plain(self.money("养牛奖补", "养蜂奖补") / 10_000),
            "活动": dict(Counter(row["kind"].label for row in self.rows.work)),
        }
