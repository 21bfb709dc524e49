"""The figures of a village, counted a second time in plain Python, from rows alone.

Nothing here may import reports.figures: an oracle that shares the code it judges agrees with any mistake.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from fupin.models import Ledger
from households.models import HouseholdYear, Membership, VillageYear

COUNTED = (
    "groups", "hamlets", "households", "people", "agricultural_people", "labour", "away_labour", "territory",
    "farmland", "forest", "water", "party_members", "secretaries", "deputy_directors",
    "family_planning_officers",
)  # fmt: skip
SAID = ("position", "main_industries", "main_income")
KEY_VILLAGE = {True: "重点贫困村", False: "非重点贫困村", None: None}

Counted = dict[str, tuple[Any, int]]


def rows_of(model: Any) -> list[dict[str, Any]]:
    return list(model.objects.unscoped("tests").order_by().values())


def count(villages: list[str], *, last: int, since: int) -> Counted:
    """{code: (value, rows)} for the villages together; text only where there is one village."""
    kept = {
        (ledger["region_id"], ledger["kind"]): ledger["state"]
        for ledger in rows_of(Ledger)
        if ledger["year"] == last and ledger["region_id"] in villages
    }
    profiles = [r for r in rows_of(VillageYear) if r["year"] == last and r["region_id"] in villages]
    return _profile(profiles, villages, kept) | _registered(villages, kept, last, since)


def _profile(profiles: list[dict[str, Any]], villages: list[str], kept: dict[Any, str]) -> Counted:
    states = [kept[village, "profile"] for village in villages if (village, "profile") in kept]
    nothing = 0 if states and set(states) == {"nil"} else None
    counted: Counted = {}
    for name in COUNTED:
        numbers = [profile[name] for profile in profiles if profile[name] is not None]
        counted[f"profile.{name}"] = (sum(numbers) if numbers else nothing, len(profiles))
    alone = profiles[0] if len(villages) == 1 and profiles else {}
    for name in SAID:
        counted[f"profile.{name}"] = (alone.get(name) or None, len(profiles))
    counted["profile.key_village"] = (KEY_VILLAGE[alone.get("is_key_village")], len(profiles))
    return counted


def _registered(villages: list[str], kept: dict[Any, str], last: int, since: int) -> Counted:
    covered = any((village, "households") in kept for village in villages)
    people = Counter(member["household_year_id"] for member in rows_of(Membership) if member["present"])
    roll = [
        row
        for row in rows_of(HouseholdYear)
        if row["year"] == last and row["on_roll"] and row["region_id"] in villages
    ]
    groups = {
        "poor": roll,
        "not_exited": [row for row in roll if row["status"] in ("04", "02")],
        "general": [row for row in roll if row["category"] == "01"],
        "dibao": [row for row in roll if row["category"] == "04"],
        "wubao": [row for row in roll if row["category"] == "06"],
        f"exited.before_{since}": [row for row in roll if row["exit_year"] and row["exit_year"] < since],
    }
    for year in range(since, last + 1):
        groups[f"exited.{year}"] = [row for row in roll if row["exit_year"] == year]
    counted: Counted = {}
    for name, rows in groups.items():
        members = sum(people[row["id"]] for row in rows)
        counted[f"{name}.households"] = (len(rows) if covered else None, len(rows))
        counted[f"{name}.people"] = (members if covered else None, len(rows))
    return counted
