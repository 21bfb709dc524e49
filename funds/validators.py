"""Rules between the fields of a row, and between the rows of a ledger; used by import and forms alike.

Pure functions over plain values by column name (funds/interfaces/sheets.py), without the database.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any

from funds.enums import Measure
from funds.library import ProjectCategory
from households.validators import Problem

Values = Mapping[str, Any]

#: Measures that only a person can have, and the names by which a form or a sheet tells who.
OF_A_PERSON = frozenset({Measure.POST})
PERSON = ("person", "person_name", "person_number")

#: Money of a project by the level that gives it; together the amount.
PLANNED_BY_LEVEL = ("plan_central", "plan_provincial", "plan_municipal", "plan_county", "plan_other")

#: An amount so many times as large or as small as the usual one was meant in the other unit (元, 万元).
ODD_TIMES = 1_000
#: So few other amounts say nothing of what is usual; then these bounds do, in 元.
FEW, LEAST, MOST = 3, Decimal(100), Decimal(100_000_000)


def quantity_problems(row: Values, name: str = "数量") -> Iterator[Problem]:
    """A quantity without its unit."""
    if row.get("quantity") is not None and not row.get("unit"):
        yield Problem("unit", f"填了{name}，没有填单位", "请填写单位，如：米、盏、头；没有数量的都留空")


def benefit_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a benefit's row; `year` is the year of the ledger."""
    yield from quantity_problems(row)
    given, on = row.get("year"), row.get("on")
    if given is not None and given > year:
        yield Problem("year", f"享受年度晚于{year}年度", "请核对享受年度")
    if given is not None and on is not None and on.year != given:
        yield Problem("on", f"日期不在{given}年", "请核对日期和享受年度")
    if row.get("measure") in OF_A_PERSON and not any(row.get(name) for name in PERSON):
        name = "person" if "person" in row else "person_name"
        yield Problem(name, "公益性岗位按人登记，没有写明是谁", "请填写享受人", also=("person_number",))


def partnership_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a row of who is brought along; `year` is the year of the ledger."""
    if row.get("year") is not None and row["year"] > year:
        yield Problem("year", f"带动年度晚于{year}年度", "请核对带动年度")


def project_problems(row: Values, year: int) -> Iterator[Problem]:
    """Contradictions within a project's row; what is planned by level adds up to what is invested, in 元."""
    yield from quantity_problems(row, "建设规模")
    planned = [row[name] for name in PLANNED_BY_LEVEL if row.get(name) is not None]
    amount = row.get("amount")
    if planned and sum(planned) != amount:
        told = "没有填写" if amount is None else f"为{amount:,.2f}元"
        yield Problem(
            "amount",
            f"各级资金之和为{sum(planned):,.2f}元，投入资金{told}",
            "请核对，两者应相等",
            also=PLANNED_BY_LEVEL,
        )
    start, finish = row.get("plan_start"), row.get("plan_finish")
    if start and finish and finish < start:
        yield Problem("plan_finish", "计划完工日期早于计划开工日期", "请核对日期")
    homes, people, poor = (row.get(name) for name in ("homes", "people", "poor_homes"))
    if homes is not None and people is not None and people < homes:
        yield Problem("people", f"受益人数{people}少于受益户数{homes}", "请核对")
    if homes is not None and poor is not None and poor > homes:
        yield Problem("poor_homes", f"其中贫困户数{poor}超过受益户数{homes}", "请核对")
    category, year_of = row.get("category"), row.get("year")
    if category and year_of and not ProjectCategory(category).holds_in(year_of):
        label = ProjectCategory(category).label
        yield Problem(
            "category",
            f"{year_of}年的项目没有“{label}”这一类型（{ProjectCategory(category).years}）",
            "请选择当年的类型",
        )
    if row.get("year") is not None and row["year"] > year + 1:
        yield Problem("year", f"实施年度晚于{year + 1}年", "请核对实施年度；规划项目填计划实施的年度")


def odd_amounts(amounts: Sequence[Decimal | None]) -> list[int]:
    """The indexes of amounts in 元 that look as if 元 and 万元 were mixed up: 16 元 beside projects of 80,000.

    Each is held against the median of the others.
    """
    odd = []
    for index, amount in enumerate(amounts):
        if not amount:
            continue
        others = [a for at, a in enumerate(amounts) if a and at != index]
        if len(others) < FEW:
            low, high = LEAST, MOST
        else:
            usual = median(others)
            low, high = usual / ODD_TIMES, usual * ODD_TIMES
        if not low <= amount <= high:
            odd.append(index)
    return odd
