"""Copies of villages, by SQL alone: 20,000 villages are not composed and written one by one within minutes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import astuple, dataclass
from typing import Any

from django.db import connection, transaction

from funds.models import (
    Allocation,
    Appropriation,
    AppropriationEntry,
    Benefit,
    Partnership,
    Payment,
    Project,
    ProjectStep,
)
from fupin.models import Ledger, Region, RegionYear
from fupin.scope import Scoped
from households.models import (
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Person,
    VillageYear,
)
from reports.models import SectionText
from reports.reference.facts import COUNTY, WANTIANFAN

#: Distance between the ids of a row and of its copies: far from what the sequences give.
STEP = 10_000_000
VILLAGES_IN_TOWNSHIP = 800
#: The first number of copies that multiply() leaves free, and a township that it never reaches.
MULTIPLIED = 100
SIZES_TOWNSHIP = f"{COUNTY.code[:6]}999"

_ID, _VILLAGE = {"id": "t.id + v.k * {step}"}, {"region_id": "v.code"}
_HOUSEHOLD = {"household_id": "t.household_id + v.k * {step}"}
_PERSON = {"person_id": "t.person_id + v.k * {step}"}
_PROJECT = {"project_id": "t.project_id + v.k * {step}"}
_APPROPRIATION = {"appropriation_id": "t.appropriation_id + v.k * {step}"}
#: What a copy k of a row has of its own, by column; a column that is not named is copied as it is. An enterprise is
#: one in the whole county, whoever copies the villages in which it works.
OWN: dict[Any, dict[str, str]] = {
    Region: {"code": "v.code", "parent_id": "v.parent"},
    RegionYear: _ID | _VILLAGE,
    Ledger: _ID | _VILLAGE,
    VillageYear: _ID | _VILLAGE,
    Household: _ID | {"number": "v.k || '-' || t.number"},
    HouseholdYear: _ID | _VILLAGE | _HOUSEHOLD,
    Person: _ID | {"id_number_key": "md5(t.id_number_key || '/' || v.k)"},
    Membership: _ID | _VILLAGE | _PERSON | {"household_year_id": "t.household_year_id + v.k * {step}"},
    IncomeItem: _ID | _VILLAGE | {"household_year_id": "t.household_year_id + v.k * {step}"},
    Benefit: _ID | _VILLAGE | _HOUSEHOLD | _PERSON,
    Partnership: _ID | _VILLAGE | _HOUSEHOLD,
    # Within one village names and subjects differ, and so do quantities: two of one length would be remarked.
    Project: _ID | _VILLAGE | {"name": "t.name || v.tag", "quantity": "t.quantity + v.nth * 0.01"},
    ProjectStep: _ID | _VILLAGE | _PROJECT,
    Appropriation: _ID | {"region_id": "v.owner", "batch": "t.batch || v.k"},
    AppropriationEntry: _ID | _APPROPRIATION,
    Allocation: _ID | _VILLAGE | _PROJECT | _APPROPRIATION,
    Payment: _ID | _VILLAGE | {"allocation_id": "t.allocation_id + v.k * {step}"},
    LedgerEntry: _ID | _VILLAGE | _HOUSEHOLD | {"title": "t.title || v.tag"},
    SectionText: _ID | _VILLAGE,
}
#: What a village has once, however large it is.
ONCE = (Region, RegionYear, Ledger, VillageYear, SectionText)
#: What belongs to a village, and does not grow with the households in it.
OF_VILLAGES = (Project, ProjectStep, Appropriation, AppropriationEntry, Allocation, Payment, LedgerEntry)
#: How a row without a village's code finds it.
VIA = {
    Household: "JOIN households_householdyear y ON y.household_id = t.id JOIN copies v ON v.source = y.region_id",
    Person: "JOIN households_membership y ON y.person_id = t.id JOIN copies v ON v.source = y.region_id",
    Region: "JOIN copies v ON v.source = t.code",
    Appropriation: "JOIN grants v ON v.source = t.id",
    AppropriationEntry: "JOIN grants v ON v.source = t.appropriation_id",
}
#: Which appropriations are granted once more: those of which a village that is copied was given something. It goes to the
#: township of the copies, or to the county where they lie in several, or where it was the county's.
GRANTS = f"""
    INSERT INTO grants SELECT a.id, v.k, 0,
        CASE WHEN a.region_id = '{COUNTY.code}' OR count(DISTINCT v.parent) > 1 THEN '{COUNTY.code}' ELSE min(v.parent) END
    FROM copies v JOIN funds_allocation l ON l.region_id = v.source JOIN funds_appropriation a ON a.id = l.appropriation_id
    GROUP BY a.id, v.k
"""


@dataclass(frozen=True)
class Copy:
    """The village `source` copied into the village `code`, as its nth copy there (from 0); no two copies of a source have one k."""

    source: str
    k: int
    code: str
    parent: str
    nth: int = 0

    @property
    def tag(self) -> str:
        """What tells the copies in one village apart."""
        return f" {self.nth}" if self.nth else ""


def multiply(sources: list[str], copies: range) -> None:
    """Copy villages into new ones, with all that lies in them but their journal; guards and audit sleep meanwhile."""
    villages = []
    for k in copies:
        for index, source in enumerate(sources):
            number = (k - 1) * len(sources) + index
            township = f"{COUNTY.code[:6]}{300 + number // VILLAGES_IN_TOWNSHIP}"
            code = f"{township}{100 + number % VILLAGES_IN_TOWNSHIP}"
            villages.append(Copy(source, k, code, f"{township}000"))
    write_copies(villages)


def write_copies(villages: Iterable[Copy], *, but: Collection[type[Scoped]] = ()) -> None:
    """Write the copies of villages, `but` for these models, and the townships that are not there yet."""
    villages = list(villages)
    townships = {village.parent for village in villages}
    known = set(Region.objects.unscoped("bench").filter(code__in=townships).values_list("code", flat=True))
    Region.objects.bulk_create(
        Region(code=code, name=f"{code[6:9]}号乡", level=9, parent_id=COUNTY.code)
        for code in sorted(townships - known)
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE copies (source text, k bigint, code text, parent text, nth int, tag text)"
        )
        for start in range(0, len(villages), 5_000):
            part = [(*astuple(village), village.tag) for village in villages[start : start + 5_000]]
            values = b",".join(
                cursor.cursor.mogrify("(%s, %s, %s, %s, %s, %s)", row) for row in part
            ).decode()
            cursor.execute(f"INSERT INTO copies VALUES {values}")
        cursor.execute("CREATE TEMPORARY TABLE grants (source bigint, k bigint, nth int, owner text)")
        cursor.execute(GRANTS)
        cursor.execute("ANALYZE copies, grants")
        for model, own in OWN.items():
            if model not in but:
                _copy(cursor, model, own)
        cursor.execute("SELECT funds_rebuild_sums()")
        cursor.execute("DROP TABLE copies, grants")


def repeat_benefits(year: int, earlier: int) -> None:
    """Give everybody in an earlier year, of which nothing is told, what they were given in a year."""
    columns = [f.column for f in Benefit._meta.concrete_fields if f.column not in ("id", "year", "on")]
    names = ", ".join(f'"{column}"' for column in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute('ALTER TABLE "funds_benefit" DISABLE TRIGGER USER')
        cursor.execute(
            f'INSERT INTO "funds_benefit" ({names}, "year") SELECT {names}, %s FROM "funds_benefit"'
            " WHERE year = %s AND region_id <> %s",
            [earlier, year, WANTIANFAN.village.code],
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute('ALTER TABLE "funds_benefit" ENABLE TRIGGER USER')


def _copy(cursor: Any, model: Any, own: Mapping[str, str]) -> None:
    table = model._meta.db_table
    columns = [f.column for f in model._meta.concrete_fields if not f.generated]
    names = ", ".join(f'"{column}"' for column in columns)
    values = ", ".join(own.get(column, f't."{column}"').format(step=STEP) for column in columns)
    via = VIA.get(model, "JOIN copies v ON v.source = t.region_id")
    which = "WHERE v.nth = 0" if model in ONCE else ""
    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    cursor.execute(
        f'INSERT INTO "{table}" ({names}) SELECT {values} FROM "{table}" t {via} {which}'
        f" ORDER BY v.k, t.{columns[0]}"
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks left to do is not altered
    cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')
