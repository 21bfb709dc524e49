"""The figures by kind, counted a second time from plain rows: households by status, cause and income, members, projects.

Nothing here may import reports; codes of lists are written as numbers, bands of income as pairs.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from tests.reports.oracle_rows import PERCENT, WAN, Counted, Number, Row, Rows, quotient

STATUS = {"returned": "02", "exited_before": "03", "not_exited": "04", "exited_this_year": "05"}
CAUSES = {
    "illness": "01", "disability": "02", "schooling": "03", "disaster": "04", "no_land": "05", "no_water": "06",
    "no_technique": "07", "no_labour": "08", "no_funds": "09", "traffic": "10", "no_motivation": "11", "blank": "",
}  # fmt: skip
#: Of members: what is told apart by which field.
PEOPLE = {
    "schooling": ("education", {
        "illiterate": "01", "primary": "02", "junior": "03", "high": "04", "college": "05", "preschool": "06", "blank": "",
    }),
    "health": ("health", {"healthy": "01", "chronic": "02", "serious": "03", "disabled": "04", "blank": ""}),
    "skill": ("labour_skill", {
        "ordinary": "01", "skilled": "02", "lost": "03", "none": "04", "weak": "05", "blank": "",
    }),
    "working": ("work_place", {
        "township": "01", "county": "02", "province": "03", "other_province": "04", "other": "99", "blank": "",
    }),
}  # fmt: skip
SCHOOLS = {
    "preschool": ("02",), "primary": ("03",), "junior": ("04", "05", "06"), "high": ("07", "08", "09"),
    "vocational": ("10", "11", "12"), "higher_vocational": ("13", "14", "15"), "college": ("16",), "none": ("01",),
    "blank": ("",),
}  # fmt: skip
#: Years at the end of the year, and months of work: the first and the last.
AGES = {
    "under_6": (-99, 5), "from_6_to_15": (6, 15), "from_16_to_35": (16, 35), "from_36_to_59": (36, 59),
    "from_60_to_79": (60, 79), "from_80": (80, 999),
}  # fmt: skip
MONTHS = {"from_0_to_2": (0, 2), "from_3_to_5": (3, 5), "from_6_to_8": (6, 8), "from_9_to_12": (9, 12)}
SIZES = {"0": (0, 0), "1": (1, 1), "2": (2, 2), "3": (3, 3), "4": (4, 4), "5": (5, 5), "many": (6, 99)}
#: 元 a head: from the first on, below the second.
BANDS = {
    "under_3000": (None, 3000), "from_3000_to_4000": (3000, 4000), "from_4000_to_6000": (4000, 6000),
    "from_6000_to_10000": (6000, 10000), "from_10000": (10000, None),
}  # fmt: skip
STAGES = {"planned": "01", "under_way": "02", "done": "03", "stopped": "04"}
#: By the first digit of a kind of income: what is earned or received adds, what it costs takes away; 6 does not count.
SIGNS = {"1": 1, "2": 1, "3": -1, "4": 1, "5": 1}


def per_head(home: Row, items: list[Row]) -> Fraction | None:
    """人均纯收入, exactly; None while nothing that counts is known, and of nobody."""
    counted = [
        Fraction(item["amount"]) * SIGNS[item["kind"][0]] for item in items if item["kind"][0] in SIGNS
    ]
    return sum(counted, Fraction(0)) / home["members"] if counted and home["members"] else None


def count_kinds(rows: Rows, *, poor: Number) -> Counted:
    """{code: number}; the share is that of the registered poor households."""
    counted: Counted = {}

    def pair(name: str, fits: Callable[[Row], bool]) -> None:
        homes = [home for home in rows.roll if fits(home)]
        people = sum(home["members"] for home in homes)
        counted[f"{name}.households"] = rows.counted(len(homes), len(homes), ("households",), rows.last)
        counted[f"{name}.people"] = rows.counted(people, len(homes), ("households",), rows.last)

    for name, code in STATUS.items():
        pair(f"status.{name}", lambda home, code=code: home["status"] == code)
    pair("left", lambda home: home["status"] in ("03", "05"))
    counted["left.share"] = quotient(counted["left.households"], poor, 1, PERCENT)
    for name, code in CAUSES.items():
        pair(f"cause.{name}", lambda home, code=code: home["main_cause"] == code)
    income = {home["id"]: per_head(home, rows.income.get(home["id"], [])) for home in rows.roll}
    for name, (low, high) in BANDS.items():
        pair(f"income.{name}", lambda home, low=low, high=high: within(income[home["id"]], low, high))
    pair("income.blank", lambda home: income[home["id"]] is None)
    for name, (low, high) in SIZES.items():
        pair(f"size.{name}", lambda home, low=low, high=high: low <= home["members"] <= high)
    return counted | _people(rows) | _persons(rows) | _stages(rows)


def within(amount: Fraction | None, low: int | None, high: int | None) -> bool:
    """Whether an amount is known and lies in a band."""
    return amount is not None and (low is None or amount >= low) and (high is None or amount < high)


def _people(rows: Rows) -> Counted:
    def told(found: list[Row]) -> Number:
        return rows.counted(len(found), len(found), ("households",), rows.last)

    counted = {"members.count": told(rows.members)}
    for name, (field, codes) in PEOPLE.items():
        for kind, code in codes.items():
            counted[f"{name}.{kind}"] = told([row for row in rows.members if row[field] == code])
    return counted


def _persons(rows: Rows) -> Counted:
    def told(fits: Callable[[Row, Row], bool]) -> Number:
        found = sum(fits(row, rows.persons[row["person_id"]]) for row in rows.members)
        return rows.counted(found, found, ("households",), rows.last)

    def at_work(row: Row) -> bool:
        return row["work_place"] != ""

    counted = {
        "sex.male": told(lambda _, person: person["sex"] == "1"),
        "sex.female": told(lambda _, person: person["sex"] == "2"),
        "months.blank": told(lambda row, _: at_work(row) and row["work_months"] is None),
    }
    for name, (low, high) in AGES.items():
        counted[f"age.{name}"] = told(
            # Born on whatever day, on 31 December everybody has had the year's birthday.
            lambda row, person, low=low, high=high: low <= row["year"] - person["birth_date"].year <= high
        )
    for name, codes in SCHOOLS.items():
        counted[f"school.{name}"] = told(lambda row, _, codes=codes: row["school"] in codes)
    for name, (low, high) in MONTHS.items():
        counted[f"months.{name}"] = told(
            lambda row, _, low=low, high=high: (
                at_work(row) and row["work_months"] is not None and low <= row["work_months"] <= high
            )
        )
    return counted


def _stages(rows: Rows) -> Counted:
    counted: Counted = {}
    for name, code in STAGES.items():
        found = [row for row in rows.projects if row["stage"] == code]
        amounts = [row["amount"] for row in found]
        counted[f"stage.{name}.count"] = rows.counted(len(found), len(found), ("projects",), rows.first)
        counted[f"stage.{name}.amount"] = rows.summed(amounts, len(found), ("projects",), rows.first, 2, WAN)
    return counted
