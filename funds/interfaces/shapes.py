"""The ledgers of benefits in the shapes that townships keep them in, column by column, and their rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from funds.enums import Measure
from funds.queries.shapes import Beside, beside
from fupin.resource.values import exported
from fupin.sheets.columns import (
    BankAccountColumn,
    CodeColumn,
    Column,
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    PersonalNumberColumn,
    TextColumn,
    YearColumn,
)
from households.conditions import PostKind
from households.enums import PovertyCategory, School
from households.interfaces.sheets import household_number_column

#: So many rows are read and completed at a time.
CHUNK = 2_000

YEAR = YearColumn(name="year", label="年度", width=8)
VILLAGE = TextColumn(name="village", label="村", width=12)
HOME, HEAD = household_number_column(), TextColumn(name="head_name", label="户主")
NAME, NUMBER = TextColumn(name="name", label="姓名"), PersonalNumberColumn(name="id_number", label="证件号码")
CATEGORY = CodeColumn(name="category", label="户属性", codes=PovertyCategory, width=14)
TRANCHE = TextColumn(name="tranche", label="批次", width=10)
STANDARD = DecimalColumn(name="standard", label="补助标准", unit="元", width=12)
AMOUNT = DecimalColumn(name="amount", label="金额", unit="元", width=13)
PAID_ON, REMARK = DateColumn(name="on", label="发放日期"), TextColumn(name="remark", label="备注", width=18)
ACCOUNT = BankAccountColumn(name="bank_account", label="一卡通账号")
BANK = TextColumn(name="bank", label="开户行", width=16)
KIND = TextColumn(name="measure", label="类型", width=14)
QUANTITY = DecimalColumn(name="quantity", label="数量", width=10)
UNIT = TextColumn(name="unit", label="单位", width=8)


@dataclass(frozen=True)
class Shape:
    """A township's ledger: of which measures, and its columns in order."""

    title: str
    measures: tuple[Measure, ...]
    columns: tuple[Column, ...]


#: By the name in the address. What no row knows (岗位地点, 学校, 学期, 评级授信) has no column.
SHAPES = {
    "posts": Shape("公益岗台账", (Measure.POST,), (
        VILLAGE, HOME, NAME, NUMBER, CATEGORY, CodeColumn(name="post_kind", label="岗位类型", codes=PostKind, width=12),
        DecimalColumn(name="post_months", label="月数", places=1, width=8), QUANTITY, UNIT, STANDARD, AMOUNT, TRANCHE,
        PAID_ON, REMARK,
    )),
    "yulu": Shape("雨露计划台账", (Measure.YULU,), (
        VILLAGE, HOME, NAME, NUMBER, HEAD, CodeColumn(name="school", label="学段", codes=School, width=16), STANDARD, AMOUNT,
        TRANCHE, BANK, ACCOUNT, PAID_ON, REMARK,
    )),
    "education": Shape("教育资助台账", (Measure.EDUCATION, Measure.YULU), (
        VILLAGE, HOME, NAME, NUMBER, HEAD, CodeColumn(name="school", label="学段", codes=School, width=16), KIND, STANDARD,
        AMOUNT, TRANCHE, PAID_ON, REMARK,
    )),
    "production": Shape(
        "产业奖补台账", (Measure.CATTLE, Measure.BEES, Measure.FARMING, Measure.OTHER_PRODUCTION, Measure.OWN_BUSINESS), (
        YEAR, TRANCHE, KIND, NAME, NUMBER, VILLAGE, IntegerColumn(name="group", label="组", width=6), HOME,
        IntegerColumn(name="people", label="人口", width=8), CATEGORY, BANK, ACCOUNT, QUANTITY, STANDARD, UNIT, AMOUNT,
        PAID_ON, REMARK,
    )),
}  # fmt: skip
#: Columns whose sum says something.
SUMMED = ("amount",)


def lines_of(rows: QuerySet, shape: Shape) -> Iterator[dict[str, Any]]:
    """A line by the shape's columns for each benefit, in the list's order; numbers as shown() has them."""
    every = iter(rows.iterator(chunk_size=CHUNK))
    while chunk := list(islice(every, CHUNK)):
        known = beside(chunk)
        for row in chunk:
            yield {column.name: _VALUES[column.name](row, known[row.pk]) for column in shape.columns}


def _own(name: str) -> Callable[[Any, Beside], Any]:
    return lambda row, _known: exported(row, name)


def _of(which: str, name: str) -> Callable[[Any, Beside], Any]:
    def value(_row: Any, known: Beside) -> Any:
        found = getattr(known, which)
        return None if found is None else exported(found, name)

    return value


_VALUES: Mapping[str, Callable[[Any, Beside], Any]] = {
    **{name: _own(name) for name in ("year", "tranche", "standard", "amount", "on", "remark", "quantity", "unit")},
    "village": lambda row, _known: row.region.name,
    "household_number": _own("household_number"),
    "head_name": _own("head_name"),
    "measure": lambda row, _known: str(row.get_measure_display()),
    **{name: _of("who", name) for name in ("name", "id_number")},
    **{name: _of("home", name) for name in ("category", "group", "people", "bank", "bank_account")},
    **{name: _of("member", name) for name in ("school", "post_kind", "post_months")},
}  # fmt: skip


def rows_in(rows: QuerySet, shape: Shape) -> QuerySet:
    """Of these benefits, those of the shape's ledger."""
    return rows.filter(measure__in=shape.measures)
