"""Rules between the fields of a row, and between the rows of a ledger; used by import and forms alike.

Pure functions over plain values by column name (funds/interfaces/sheets.py), without the database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from funds.enums import HOUSING, LoanUse, Measure
from funds.library import ProjectCategory
from fupin.numbers import age
from fupin.words import half_up, plain
from households.validators import Problem

Values = Mapping[str, Any]

#: Measures that only a person can have, and the names by which a form or a sheet tells who.
OF_A_PERSON = frozenset({Measure.POST})
PERSON = ("person", "person_name", "person_number")

#: Money of a project by the level that gives it; together the amount.
PLANNED_BY_LEVEL = ("plan_central", "plan_provincial", "plan_municipal", "plan_county", "plan_other")
#: 扶贫小额信贷: at most 50,000 元 for at most three years (国开办发〔2014〕78号), to borrowers of 18 to 65 (as counties print
#: it). What is beyond is asked about: counties have lent more, and longer.
MOST_LENT, LONGEST_YEARS, BORROWERS = Decimal(50_000), 3, (18, 65)

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
    if row.get("grade") and row.get("measure") not in (None, "", *HOUSING):
        yield Problem("grade", "不是危旧房改造，却填了危房等级", "请留空，或改正帮扶措施", also=("measure",))


def benefit_doubts(row: Values) -> Iterator[Problem]:
    """What is unlikely of a benefit's row by itself: quantity times standard is another amount."""
    quantity, standard, amount = (row.get(name) for name in ("quantity", "standard", "amount"))
    if quantity is None or standard is None or amount is None:
        return
    product = half_up(Decimal(quantity) * Decimal(standard), 2)
    if product != Decimal(amount):
        reason = f"数量×补助标准为{plain(product)}元，与金额{plain(Decimal(amount))}元不符"
        yield Problem("amount", reason, "请核对这三项", also=("quantity", "standard"))


def loan_problems(row: Values, amount: Decimal | None, has_enterprise: bool) -> Iterator[Problem]:
    """Contradictions in what is known of a loan of so much, with or without an enterprise that uses it."""
    lent, due, extended, repaid, repaid_on = (
        row.get(name) for name in ("lent_on", "due_on", "extended_to", "repaid", "repaid_on")
    )
    if lent and due and due <= lent:
        yield Problem("due_on", "到期日期不晚于放款日期", "请核对这两个日期", also=("lent_on",))
    if due and extended and extended <= due:
        yield Problem("extended_to", "展期至的日期不晚于到期日期", "请核对这两个日期", also=("due_on",))
    if lent and repaid_on and repaid_on < lent:
        yield Problem("repaid_on", "还款日期早于放款日期", "请核对这两个日期", also=("lent_on",))
    if repaid is not None and repaid == 0:
        yield Problem("repaid", "已还金额为0", "没有还款的请留空")
    elif (repaid is None) != (repaid_on is None):
        name, lacking = ("repaid_on", "还款日期") if repaid_on is None else ("repaid", "已还金额")
        yield Problem(name, f"没有填{lacking}", "已还金额和还款日期请一起填写，没有还款的都留空")
    if repaid and amount is None:
        yield Problem("repaid", "这笔贷款没有登记金额", "请先在到户措施中填写贷款金额")
    elif repaid and amount is not None and repaid > amount:
        yield Problem("repaid", f"已还金额大于贷款金额{plain(amount)}元", "只填已还的本金，请核对")
    if row.get("use") == LoanUse.ENTERPRISE and not has_enterprise:
        yield Problem("use", "户贷企用，却没有登记用款的企业", "请先在这笔到户措施的“投放主体”中填写企业")


def loan_doubts(row: Values, amount: Decimal | None, born: date | None) -> Iterator[Problem]:
    """What is beyond the terms of 扶贫小额信贷: amount, time, the borrower's age on the day of the loan."""
    lent, due = row.get("lent_on"), row.get("due_on")
    if amount is not None and amount > MOST_LENT:
        yield Problem(
            "use", f"贷款{plain(amount)}元，超过{plain(MOST_LENT)}元", "请核对金额和单位", also=("lent_on",)
        )
    if lent and due and _years_after(lent, LONGEST_YEARS) < due:
        yield Problem("due_on", f"期限超过{LONGEST_YEARS}年", "请核对放款和到期日期", also=("lent_on",))
    if lent and born is not None and not BORROWERS[0] <= (years := age(born, lent)) <= BORROWERS[1]:
        reason = f"借款人放款时{years}岁，不在{BORROWERS[0]}至{BORROWERS[1]}岁之间"
        yield Problem("lent_on", reason, "请核对借款人和放款日期")


def _years_after(day: date, years: int) -> date:
    """The same day so many years later; of a leap day the first of March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)


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


#: 财农[2017] 15号: who issued it, the year in brackets of whatever kind, the number.
_DOCUMENT = re.compile(
    r"(\w{1,20})\s*[\[(（［【〔]\s*((?:19|20)\d\d)\s*年?\s*[\])）］】〕]\s*第?\s*(\d{1,6})\s*号"
)


def is_document_number(text: str) -> bool:
    """Whether it is a document's number, and not the name of a paper."""
    return _DOCUMENT.fullmatch(text.strip()) is not None


def tidy_document(text: str) -> str:
    """A document's number in its one written form, 财农〔2017〕15号 (GB/T 9704), so that the same one twice is told.

    What is not written as one stays as it is.
    """
    found = _DOCUMENT.fullmatch(text.strip())
    return f"{found[1]}〔{found[2]}〕{found[3]}号" if found else text
