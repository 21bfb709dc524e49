"""Copies of villages, by SQL alone: 20,000 villages are not composed and written one by one within minutes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction

from fupin.models import Ledger, Region, RegionYear
from households.models import Household, HouseholdYear, Membership, Person, VillageYear
from reports.reference.facts import COUNTY

#: Distance between the ids of a row and of its copies: far from what the sequences give.
STEP = 10_000_000
VILLAGES_IN_TOWNSHIP = 800

#: What a copy k of a row has of its own, by column; a column that is not named is copied as it is.
OWN: dict[Any, dict[str, str]] = {
    Region: {"code": "v.code", "parent_id": "v.parent"},
    RegionYear: {"id": "t.id + v.k * {step}", "region_id": "v.code"},
    Ledger: {"id": "t.id + v.k * {step}", "region_id": "v.code"},
    VillageYear: {"id": "t.id + v.k * {step}", "region_id": "v.code"},
    Household: {"id": "t.id + v.k * {step}", "number": "v.k || '-' || t.number"},
    HouseholdYear: {
        "id": "t.id + v.k * {step}", "region_id": "v.code", "household_id": "t.household_id + v.k * {step}"
    },
    Person: {"id": "t.id + v.k * {step}", "id_number_key": "md5(t.id_number_key || '/' || v.k)"},
    Membership: {
        "id": "t.id + v.k * {step}", "region_id": "v.code", "person_id": "t.person_id + v.k * {step}",
        "household_year_id": "t.household_year_id + v.k * {step}",
    },
}  # fmt: skip
#: How a row without a village's code finds it.
VIA = {
    Household: "JOIN households_householdyear y ON y.household_id = t.id JOIN copies v ON v.source = y.region_id",
    Person: "JOIN households_membership y ON y.person_id = t.id JOIN copies v ON v.source = y.region_id",
    Region: "JOIN copies v ON v.source = t.code",
}


def multiply(sources: list[str], copies: range) -> None:
    """Copy villages, with all that lies in them but their journal; guards and audit sleep meanwhile."""
    townships = {}
    villages = []
    for k in copies:
        for index, source in enumerate(sources):
            number = (k - 1) * len(sources) + index
            township = f"{COUNTY.code[:6]}{300 + number // VILLAGES_IN_TOWNSHIP}"
            townships[township] = Region(
                code=f"{township}000", name=f"{township[6:]}号乡", level=9, parent_id=COUNTY.code
            )
            villages.append((source, k, f"{township}{100 + number % VILLAGES_IN_TOWNSHIP}", f"{township}000"))
    known = set(Region.objects.unscoped("bench").values_list("code", flat=True))
    Region.objects.bulk_create(region for region in townships.values() if region.code not in known)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE copies (source text, k bigint, code text, parent text) ON COMMIT DROP"
        )
        for start in range(0, len(villages), 5_000):
            part = villages[start : start + 5_000]
            values = b",".join(cursor.cursor.mogrify("(%s, %s, %s, %s)", row) for row in part).decode()
            cursor.execute(f"INSERT INTO copies VALUES {values}")
        cursor.execute("ANALYZE copies")
        for model, own in OWN.items():
            _copy(cursor, model, own)


def _copy(cursor: Any, model: Any, own: Mapping[str, str]) -> None:
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(own.get(column, f't."{column}"').format(step=STEP) for column in columns)
    via = VIA.get(model, "JOIN copies v ON v.source = t.region_id")
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t {via} ORDER BY v.k, t.{columns[0]}'
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks left to do is not altered
    cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
