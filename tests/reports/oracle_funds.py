"""The figures of measures, money and enterprises, counted a second time from plain rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tests.reports.oracle_rows import PERCENT, WAN, Counted, Number, Row, Rows, quotient

#: Measures by number, with the ledger that each is kept in.
LEDGER = {
    "101": "solar", "102": "production", "103": "production", "104": "production", "105": "production",
    "106": "production", "111": "finance", "112": "finance", "113": "dividends", "114": "dividends",
    "201": "relocation", "301": "ecology", "401": "education", "402": "yulu",
    "501": "dibao", "502": "wubao", "503": "insurance", "504": "insurance", "505": "insurance",
    "506": "insurance", "601": "housing", "602": "housing", "603": "water", "604": "posts",
    "605": "employment",
}  # fmt: skip
PRODUCTION = ("101", "102", "103", "104", "105", "106", "111", "112", "113", "114")
EDUCATION = ("401", "402")
SECURITY = {
    "dibao": "501", "wubao": "502", "old_age": "503", "disability": "504", "medical": "505", "relief": "506",
}  # fmt: skip
HOUSES, WATER, LOAN = ("601", "602"), "603", "111"
GENERAL, COOPERATIVE = "01", "02"

#: Households and people by measure, whoever they are.
PAIRS: dict[str, tuple[str, ...]] = {
    "production": PRODUCTION, "relocation": ("201",), "ecology": ("301",), "education": EDUCATION,
    "security": tuple(SECURITY.values()), "houses": HOUSES, "water": (WATER,), "own_business": ("105",),
    "dibao_pay": ("501",), "wubao_pay": ("502",), "rebuild": ("601",), "renovation": ("602",),
    "posts": ("604",), "loan": (LOAN,), "dividend": ("112",), "solar": ("101",), "cattle": ("102",),
    "bees": ("103",),
}  # fmt: skip
SHARES = ("production", "relocation", "ecology", "education", "security")
MONEY: dict[str, tuple[str, ...]] = {
    "dibao_pay": ("501",), "wubao_pay": ("502",), "rebuild": ("601",), "renovation": ("602",),
    "education": EDUCATION, "posts": ("604",), "loan": (LOAN,), "dividend": ("112",), "solar": ("101",),
    "livestock": ("102", "103"), "household_funds": tuple(measure for measure in LEDGER if measure != LOAN),
}  # fmt: skip
#: What is told for a household and a year on average.
YEARLY = {"posts": "604", "solar": "101"}
#: People of their own: pupils, holders of a post.
HOLDERS = {"education.pupils": EDUCATION, "posts.holders": ("604",)}


def count_funds(rows: Rows, *, poor: Number) -> Counted:
    """{code: number}; shares are those of the registered poor households."""
    given = [row | {"home": home} for row in rows.benefits if (home := rows.home_of(row))]
    gone = [row for row in rows.benefits if not rows.home_of(row)]
    return _given(rows, given, poor) | _gone(rows, gone) | _partners(rows)


def _kinds(measures: Iterable[str]) -> set[str]:
    return {LEDGER[measure] for measure in measures}


def _households(found: list[Row]) -> dict[int, int]:
    """The people of each household once, whatever it had."""
    return {row["household_id"]: row["home"]["members"] for row in found}


def _pair(rows: Rows, name: str, found: list[Row], kinds: Iterable[str], first: int) -> Counted:
    homes = _households(found)
    return {
        f"{name}.households": rows.counted(len(homes), len(found), kinds, first),
        f"{name}.people": rows.counted(sum(homes.values()), len(found), kinds, first),
    }


def _given(rows: Rows, given: list[Row], poor: Number) -> Counted:
    since = rows.since
    counted: Counted = {}

    def pair(name: str, measures: Iterable[str], fits: Callable[[Row], bool] = lambda row: True) -> None:
        found = [row for row in given if row["measure"] in measures and fits(row)]
        counted.update(_pair(rows, name, found, _kinds(measures), since))

    for name, measures in PAIRS.items():
        pair(name, measures)
    pair("security_rest", SECURITY.values(), lambda row: row["home"]["category"] == GENERAL)
    for name, measure in SECURITY.items():
        pair(f"security_rest.{name}", (measure,), lambda row: row["home"]["category"] == GENERAL)
    pair(f"rebuilt.before_{since}", HOUSES, lambda row: row["year"] < since)
    pair(f"water_exited.before_{since}", (WATER,), lambda row: (row["home"]["exit_year"] or since) < since)
    for year in range(since, rows.last + 1):
        pair(f"rebuilt.{year}", HOUSES, lambda row, year=year: row["year"] == year)
        pair(f"water_exited.{year}", (WATER,), lambda row, year=year: row["home"]["exit_year"] == year)
    pair("water_not_exited", (WATER,), lambda row: row["home"]["exit_year"] is None)

    for name, measures in MONEY.items():
        found = [row for row in given if row["measure"] in measures]
        amounts = [row["amount"] for row in found]
        counted[f"{name}.amount"] = rows.summed(amounts, len(found), _kinds(measures), since, 2, WAN)
    for name in SHARES:
        counted[f"{name}.share"] = quotient(counted[f"{name}.households"], poor, 1, PERCENT)
    for name, measure in YEARLY.items():
        found = [row for row in given if row["measure"] == measure]
        years = {(row["household_id"], row["year"]) for row in found}
        counted[f"{name}.years"] = rows.counted(len(years), len(found), _kinds((measure,)), since)
        counted[f"{name}.average"] = quotient(counted[f"{name}.amount"], counted[f"{name}.years"], 2)
    counted["loan.each"] = quotient(counted["loan.amount"], counted["loan.households"], 2, WAN)
    lent = [row for row in given if row["measure"] == LOAN and row["enterprise_id"] is not None]
    names = sorted({rows.enterprises[row["enterprise_id"]]["name"] for row in lent})
    counted["loan.enterprises"] = rows.worded("、".join(names), len(lent), _kinds((LOAN,)), since)
    for code, measures in HOLDERS.items():
        held = [row for row in given if row["measure"] in measures and row["person_id"] is not None]
        people = {row["person_id"] for row in held}
        counted[code] = rows.counted(len(people), len(held), _kinds(measures), since)
    return counted


def _gone(rows: Rows, gone: list[Row]) -> Counted:
    """What is counted nowhere else, so that nothing is lost in silence."""
    kinds = set(LEDGER.values())
    households = {row["household_id"] for row in gone}
    amounts = [row["amount"] for row in gone]
    return {
        "gone.households": rows.counted(len(households), len(gone), kinds, rows.since),
        "gone.amount": rows.summed(amounts, len(gone), kinds, rows.since, 2, WAN),
    }


def _partners(rows: Rows) -> Counted:
    kinds, last = ("partners",), rows.last
    together = [row | {"home": home} for row in rows.partnerships if (home := rows.home_of(row))]
    members = [row for row in together if rows.enterprises[row["enterprise_id"]]["kind"] == COOPERATIVE]
    others = [row for row in together if row not in members]
    counted: Counted = {}
    for name, households, found in (
        ("firms", "firm_households", others),
        ("cooperatives", "cooperative_households", members),
    ):
        distinct = {row["enterprise_id"] for row in found}
        counted[name] = rows.counted(len(distinct), len(found), kinds, last)
        counted |= _pair(rows, households, found, kinds, last)
    return counted
