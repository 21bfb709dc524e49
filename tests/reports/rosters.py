"""What a place exports, and what somebody counts in it who has only the sheets; the tables of a dashboard's page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import cached_property
from typing import Any

from lxml import html

from fupin.models import Level, Region
from tests.reports.oracle import plain
from tests.reports.support import exported, region

Row = dict[str, Any]
Table = dict[str, list[str]]
YEARS = range(2014, 2018)
#: Columns of a table of one's own, with which some tests ask for one.
COLUMNS = "c=profile.people&c=poor.households&c=poor.people&c=left.share&c=dividend.amount&c=projects.amount"
#: Years of which some money of a year's budget may be, or of whose budget some money of a year is.
ABOUT = (-1, 0, 1)
NO_DATA = "暂无数据"
LOAN = "扶贫小额信贷"
UNCOUNTED = (
    "教育资助", "医疗报销", "住房补助", "产业奖补", "金融贴息", "临时救助", "保险赔付", "其他残疾", "慰问", "短期抚恤", "三年以内",
)  # fmt: skip


def body(response: Any) -> bytes:
    """What a page or a download says."""
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def said(page: bytes) -> dict[str, dict[str, list[str]]]:
    """The tables of a dashboard: by panel and the row's name, its cells; 合计 among them."""
    found = {}
    for section in html.fromstring(page.decode()).xpath("//section[@id][.//table]"):
        found[section.get("id")] = {
            row.xpath("(th|td)[1]/@data-label|(td)[1]/text()")[0]: [
                cell.get("data-text") for cell in row.xpath("td[@data-text]")
            ]
            for row in section.xpath(".//tbody/tr|.//tfoot/tr")
        }
    return found


class Rosters:
    """What a place exports in a year; each sheet is fetched once."""

    def __init__(self, client: Any, code: str, year: int = 2017) -> None:
        self.client, self.code, self.year = client, code, year
        self._sheets: dict[tuple[str, int], list[Row]] = {}

    def sheet(self, name: str, year: int | None = None) -> list[Row]:
        key = name, year or self.year
        if key not in self._sheets:
            url = f"/{self.code}/{key[1]}/{name}/export/"
            self._sheets[key] = exported(body(self.client.get(url)))
        return self._sheets[key]

    def about(self, name: str) -> list[Row]:
        """A list's rows of the year, the one before and the one after."""
        return [row for apart in ABOUT for row in self.sheet(name, self.year + apart)]

    @cached_property
    def households(self) -> dict[str, Row]:
        return {row["户编号"]: row for row in self.sheet("households")}

    @cached_property
    def members(self) -> list[Row]:
        return self.sheet("members")

    @cached_property
    def benefits(self) -> list[Row]:
        """What was given has accumulated since the programme began."""
        return [row for year in YEARS if year <= self.year for row in self.sheet("benefits", year)]

    @cached_property
    def people(self) -> Counter[str]:
        return Counter(row["户编号"] for row in self.members)

    def below(self) -> dict[str, Rosters]:
        """The places below by their names, as they stand in the tables; names of places are no numbers."""
        level = Level.TOWNSHIP if region(self.code).level == Level.COUNTY else Level.VILLAGE
        return {str(place): Rosters(self.client, place.code, self.year) for place in self._places(level)}

    @cached_property
    def villages(self) -> list[Rosters]:
        return [Rosters(self.client, place.code, self.year) for place in self._places(Level.VILLAGE)]

    def _places(self, level: Level) -> Iterable[Region]:
        found = Region.objects.unscoped("tests").filter(
            code__startswith=region(self.code).prefix, level=level
        )
        return found.order_by("code")

    # --- counting ---

    def pair(self, numbers: Iterable[str]) -> list[str]:
        """How many households of the register these are, and their people; without a register there is no saying."""
        return self._counted(numbers) if self.households else [NO_DATA, NO_DATA]

    def _counted(self, numbers: Iterable[str]) -> list[str]:
        homes = self.households.keys() & set(numbers)
        return [str(len(homes)), str(sum(self.people[number] for number in homes))]

    def homes(self, **said: Any) -> list[str]:
        """Households of which columns say something, by what or by one of what."""
        return self.pair(
            number
            for number, row in self.households.items()
            if all(
                row[name] in (value if isinstance(value, tuple) else (value,)) for name, value in said.items()
            )
        )

    def told(self, fits: Callable[[Row], bool]) -> list[str]:
        """How many members fit."""
        return [str(sum(map(fits, self.members))) if self.households else NO_DATA]

    def given(self, *measures: str) -> list[str]:
        found = [row for row in self.benefits if row["帮扶措施"] in measures]
        return self._counted(row["户编号"] for row in found) if found else [NO_DATA, NO_DATA]

    def money(self, *measures: str, but: str = "") -> str:
        """元 of the register's households, in 万元."""
        return wan(
            row["金额（元）"]
            for row in self.benefits
            if (row["帮扶措施"] in measures or not measures)
            if row["帮扶措施"] != but and row["户编号"] in self.households
        )

    def stage(self, *stages: str) -> list[str]:
        projects = self.sheet("projects")
        found = [row for row in projects if row["进度"] in stages]
        known = [
            Fraction(str(row["投入资金（万元）"])) for row in found if row["投入资金（万元）"] is not None
        ]
        # What is not known of any is not 0.
        return [str(len(found)) if projects else NO_DATA, plain(sum(known), 2) if known else NO_DATA]

    def per_head(self) -> dict[str, Fraction | None]:
        found: dict[str, Fraction | None] = {}
        for row in self.sheet("income"):
            known = [
                (-1 if "支出" in name else 1) * Fraction(str(value))
                for name, value in row.items()
                if name.endswith("（元）") and not name.startswith(UNCOUNTED) and value is not None
            ]
            people = self.people[row["户编号"]]
            found[row["户编号"]] = sum(known, Fraction(0)) / people if known and people else None
        return found


def wan(amounts: Iterable[Any]) -> str:
    """The sum of amounts in 元, in 万元; what is not known of any is not 0."""
    known = [Fraction(str(amount)) for amount in amounts if amount is not None]
    return plain(sum(known, Fraction(0)) / 10_000, 2) if known else NO_DATA


def share(part: str, whole: str) -> str:
    """A part in %."""
    return (
        NO_DATA
        if NO_DATA in (part, whole) or whole == "0"
        else plain(Fraction(int(part) * 100, int(whole)), 1)
    )


def within(value: Any, low: Any, high: Any) -> bool:
    """From the first on, to the last."""
    return value is not None and low <= value <= high
