"""The figures of a village, counted a second time in plain Python, from rows alone.

Nothing here may import reports: an oracle that shares the code it judges agrees with any mistake. Codes of lists
are written as numbers, ledgers by name, so that a slip in an enumeration shows too.
"""

from __future__ import annotations

from typing import Any

from tests.reports.oracle_funds import count_funds
from tests.reports.oracle_kinds import count_kinds
from tests.reports.oracle_rows import WAN, Counted, Number, Row, Rows, plain, rows_of

__all__ = ["COUNTED", "SAID", "Number", "Rows", "count", "plain", "rows_of"]

AREAS = ("territory", "farmland", "forest", "water")
COUNTED = (
    "groups", "hamlets", "households", "people", "agricultural_people", "labour", "away_labour", *AREAS,
    "party_members", "secretaries", "deputy_directors", "family_planning_officers",
)  # fmt: skip
SAID = ("position", "main_industries", "main_income")
KEY_VILLAGE = {True: "重点贫困村", False: "非重点贫困村", None: None}

#: Kinds of work by number; those whose attendance is counted.
WORK = {
    "field_meeting": "101", "yard_meeting": "102", "heads_meeting": "103", "policy": "104", "contest": "105",
    "stories": "106", "training": "107", "visit": "201", "party_day": "202", "cleaning": "203", "other": "999",
}  # fmt: skip
ATTENDED = set(WORK) - {"visit"}
MEETINGS = ("101", "102", "103")


def count(villages: list[str], *, first: int, last: int, since: int) -> Counted:
    """{code: number} for the villages together; words of a village only where there is one."""
    rows = Rows(villages, first, last, since)
    counted = _profile(rows) | _registered(rows) | _projects(rows) | _work(rows)
    poor = counted["poor.households"]
    return counted | count_kinds(rows, poor=poor) | count_funds(rows, poor=poor)


def _profile(rows: Rows) -> Counted:
    profiles, kinds, last = rows.profiles, ("profile",), rows.last
    counted: Counted = {
        f"profile.{name}": rows.summed(
            [profile[name] for profile in profiles], len(profiles), kinds, last, 2 if name in AREAS else 0
        )
        for name in COUNTED
    }
    for name, found in (
        ("villages", profiles),
        ("key_villages", [profile for profile in profiles if profile["is_key_village"]]),
    ):
        counted[f"profile.{name}"] = rows.counted(len(found), len(found), kinds, last)
    alone: Row = profiles[0] if len(rows.villages) == 1 and profiles else {}
    said: dict[str, Any] = {name: alone.get(name) for name in SAID}
    said["key_village"] = KEY_VILLAGE[alone.get("is_key_village")]
    return counted | {f"profile.{n}": rows.worded(w, len(profiles), kinds, last) for n, w in said.items()}


def _registered(rows: Rows) -> Counted:
    groups = {
        "poor": rows.roll,
        "not_exited": [row for row in rows.roll if row["status"] in ("04", "02")],
        "general": [row for row in rows.roll if row["category"] == "01"],
        "dibao": [row for row in rows.roll if row["category"] == "04"],
        "wubao": [row for row in rows.roll if row["category"] == "06"],
        f"exited.before_{rows.since}": [
            row for row in rows.roll if row["exit_year"] and row["exit_year"] < rows.since
        ],
    }
    for year in range(rows.since, rows.last + 1):
        groups[f"exited.{year}"] = [row for row in rows.roll if row["exit_year"] == year]
    kinds, last = ("households",), rows.last
    counted: Counted = {}
    for name, homes in groups.items():
        members = sum(home["members"] for home in homes)
        counted[f"{name}.households"] = rows.counted(len(homes), len(homes), kinds, last)
        counted[f"{name}.people"] = rows.counted(members, len(homes), kinds, last)
    workers = sum(member["work_place"] != "" for member in rows.members)
    return counted | {"workers": rows.counted(workers, workers, kinds, last)}


def listed(rows: Rows, stages: tuple[str, ...]) -> list[Row]:
    """The projects of these stages in their order: village by village, those without a place last."""
    found = [row for row in rows.projects if row["stage"] in stages]
    return sorted(
        found,
        key=lambda row: (
            row["region_id"], row["position"] is None, row["position"] or 0, row["year"], row["id"]
        ),
    )  # fmt: skip


#: Listings by the stages of their projects.
LISTINGS = {"projects": ("02", "03"), "planned": ("01",)}


def _projects(rows: Rows) -> Counted:
    kinds, first = ("projects",), rows.first
    counted: Counted = {}
    for name, stages in LISTINGS.items():
        found = listed(rows, stages)
        counted[f"{name}.count"] = rows.counted(len(found), len(found), kinds, first)
        for number, row in enumerate(found, start=1):
            one = f"{name}.{number}"
            if row["quantity"] is not None:
                counted[f"{one}.quantity"] = rows.summed([row["quantity"]], 1, kinds, first, 2)
            if row["amount"] is not None:
                counted[f"{one}.amount"] = rows.summed([row["amount"]], 1, kinds, first, 4, WAN)
    landed, done = listed(rows, LISTINGS["projects"]), listed(rows, ("03",))
    counted["projects.done"] = rows.counted(len(done), len(done), kinds, first)
    counted["projects.amount"] = rows.summed(
        [row["amount"] for row in landed], len(landed), kinds, first, 2, WAN
    )
    return counted


def _work(rows: Rows) -> Counted:
    kinds, since = ("work",), rows.since
    counted: Counted = {}
    for name, number in WORK.items():
        entries = [row for row in rows.work if row["kind"] == number]
        counted[f"work.{name}.times"] = rows.counted(len(entries), len(entries), kinds, since)
        if name in ATTENDED:
            came = [row["attendance"] for row in entries]
            counted[f"work.{name}.attendance"] = rows.summed(came, len(entries), kinds, since)
    met = sum(row["kind"] in MEETINGS for row in rows.work)
    return counted | {"work.meetings.times": rows.counted(met, met, kinds, since)}
