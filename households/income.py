"""The catalogue of a household's income: what is asked, in the order of the form, and what counts towards 纯收入.

人均纯收入 = (工资性 + 生产经营性收入 - 生产经营性支出 + 财产性 + 转移性) / 家庭人口 (扶贫手册). What is given once or for a
purpose is asked too, and does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import NamedTuple

from fupin.codes import CodeList, code

__all__ = [
    "FIELDS", "INCOME", "IncomeFacts", "IncomeKind", "IncomePart", "LineKind", "Reckoned", "by_part", "field_of",
    "part_of", "reckon",
]  # fmt: skip


class IncomePart(Enum):
    """A part of the form; whether it adds, takes away, or does not count."""

    WAGES = ("工资性收入", 1)
    PRODUCTION = ("生产经营性收入", 1)
    COSTS = ("生产经营性支出", -1)
    PROPERTY = ("财产性收入", 1)
    TRANSFERS = ("转移性收入", 1)
    NOT_COUNTED = ("不计入纯收入", 0)

    def __init__(self, label: str, sign: int) -> None:
        self.label = label
        self.sign = sign


class IncomeKind(CodeList):
    """收入项目: 扶贫手册 section 4, and the accounting rules of 2019-20. The numbers are our own."""

    WAGES = code("101", "务工工资", "工资", "工资性收入")
    POST_WAGES = code("102", "公益岗工资", "公益性岗位补贴")
    CROPS = code("201", "种植业收入", "种植")
    FORESTRY = code("202", "林业收入", "林")
    LIVESTOCK = code("203", "养殖业收入", "养殖")
    OTHER_PRODUCTION = code("204", "其他经营收入", "其他生产经营收入")
    CROPS_COST = code("301", "种植业支出")
    FORESTRY_COST = code("302", "林业支出")
    LIVESTOCK_COST = code("303", "养殖业支出")
    OTHER_COST = code("304", "其他经营支出", "其他生产经营支出")
    DIVIDENDS = code("401", "资产收益分红", "分红", "光伏分红")
    OTHER_PROPERTY = code("402", "其他财产性收入", "土地流转")
    FAMILY_PLANNING = code("501", "计划生育金")
    DIBAO = code("502", "低保金")
    TEKUN = code("503", "特困供养金", "五保金")
    PENSION = code("504", "养老保险金", "养老金")
    ECOLOGY = code("505", "生态补偿金", "退耕还林补助")
    DISABILITY = code("506", "残疾人两项补贴")
    FARMING = code("507", "农业补贴", "耕地地力保护补贴", "粮食直补")
    AGED = code("508", "高龄补贴")
    RESERVOIR = code("509", "水库移民补贴")
    OTHER_TRANSFER = code("510", "其他长期转移性收入", "其他转移性收入")
    EDUCATION = code("601", "教育资助")
    MEDICAL = code("602", "医疗报销和救助")
    HOUSING = code("603", "住房补助")
    INDUSTRY = code("604", "产业奖补")
    FINANCE = code("605", "金融贴息")
    RELIEF = code("606", "临时救助")
    INSURANCE = code("607", "保险赔付")
    OTHER_DISABILITY = code("608", "其他残疾补助")
    GIFTS = code("609", "慰问、捐赠和短期赡养")
    SHORT_RELIEF = code("610", "短期抚恤")
    SHORT_POLICY = code("611", "三年以内的政策性补贴")


class LineKind(CodeList):
    """标准类别: what a household is measured by. The numbers are our own."""

    POVERTY = code("01", "扶贫标准", "贫困线", "脱贫标准")
    MONITORING = code("02", "监测标准", "防返贫监测标准", "监测线")


class IncomeFacts(NamedTuple):
    """Of a kind of income: the part to which it belongs, and the years in which it does not count all the same."""

    part: IncomePart
    #: (first, last), both included.
    left_out: tuple[tuple[int, int], ...] = ()


#: The known list of what does not count is one province's of 2019-20 (its household application, read in 2020). No
#: year is known in which these did count, so that they are left out in all years: a county that learns of another
#: rule writes the years here, and nothing else.
LEFT_OUT = ((2000, 2100),)

_PARTS = {
    "1": IncomeFacts(IncomePart.WAGES),
    "2": IncomeFacts(IncomePart.PRODUCTION),
    "3": IncomeFacts(IncomePart.COSTS),
    "4": IncomeFacts(IncomePart.PROPERTY),
    "5": IncomeFacts(IncomePart.TRANSFERS),
    "6": IncomeFacts(IncomePart.TRANSFERS, LEFT_OUT),
}
INCOME: dict[IncomeKind, IncomeFacts] = {kind: _PARTS[kind.value[0]] for kind in IncomeKind}


def field_of(kind: IncomeKind) -> str:
    """The name of a kind's field in forms, and of its column in the sheet."""
    return kind.name.lower()


#: The kinds by the names of their fields, in the form's order.
FIELDS: dict[str, IncomeKind] = {field_of(kind): kind for kind in IncomeKind}


def part_of(kind: str, year: int) -> IncomePart:
    """The part of the form in which a kind stands in a year: that of what does not count, if it does not."""
    facts = INCOME[IncomeKind(kind)]
    return IncomePart.NOT_COUNTED if any(a <= year <= b for a, b in facts.left_out) else facts.part


def by_part(year: int) -> dict[IncomePart, list[IncomeKind]]:
    """The kinds of each part in a year, in the form's order."""
    return {part: [kind for kind in IncomeKind if part_of(kind, year) == part] for part in IncomePart}


@dataclass(frozen=True)
class Reckoned:
    """A household's income of a year, 元; None is not known, which is not 0."""

    parts: Mapping[IncomePart, Decimal | None]
    people: int

    @property
    def net(self) -> Decimal | None:
        """家庭纯收入; not known while nothing that counts is."""
        counted = [
            part.sign * amount for part, amount in self.parts.items() if part.sign and amount is not None
        ]
        return sum(counted, Decimal(0)) if counted else None

    @property
    def per_head(self) -> Decimal | None:
        """人均纯收入, not rounded; none of a household without members."""
        return None if self.net is None or not self.people else self.net / self.people

    def reaches(self, line: Decimal) -> bool | None:
        """Whether the income per head is the line's amount or more, by what is not rounded."""
        return None if self.net is None or not self.people else self.net >= line * self.people


def reckon(amounts: Mapping[str, Decimal | None], *, year: int, people: int) -> Reckoned:
    """Add up amounts by kind; a kind that is absent or None is not known."""
    parts: dict[IncomePart, Decimal | None] = dict.fromkeys(IncomePart)
    for kind, amount in amounts.items():
        if amount is not None:
            part = part_of(kind, year)
            parts[part] = (parts[part] or Decimal(0)) + amount
    return Reckoned(parts, people)
