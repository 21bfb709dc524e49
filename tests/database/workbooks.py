"""A small village workbook for imports: invented rows, written by the product's own writer."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from fupin.domain.imports import IMPORTERS, Outcome, import_file
from fupin.models import Region
from fupin.sheets.writing import write_workbook
from households.enums import PovertyCategory, PovertyStatus, Relation
from tests.factories import YEAR, id_number


def village_row(village: Region, **values: Any) -> dict[str, Any]:
    return {
        "village_code": village.code, "village_name": village.name, "groups": 3, "households": 120,
        "people": 400, **values,
    }  # fmt: skip


def household_row(number: str, head_name: str, people: int, **values: Any) -> dict[str, Any]:
    return {
        "household_number": number, "group": 1, "head_name": head_name, "people": people,
        "category": PovertyCategory.GENERAL, "status": PovertyStatus.NOT_EXITED,
        "registered_on": date(2014, 5, 1), **values,
    }  # fmt: skip


def member_row(number: str, name: str, sequence: int | None, **values: Any) -> dict[str, Any]:
    return {
        "household_number": number, "name": name, "relation": Relation.OTHER,
        "id_number": id_number(sequence) if sequence is not None else None, **values,
    }  # fmt: skip


def small_rows(number: str = "4299000001", first: int = 901) -> tuple[list[dict], list[dict]]:
    """A household of a head and a newborn without a number."""
    households = [household_row(number, "吴一", 2)]
    members = [
        member_row(number, "吴一", first, relation=Relation.HEAD),
        member_row(number, "吴小", None, relation=Relation.SON, sex="1", birth_date=date(2017, 3, 1)),
    ]
    return households, members


def write_book(
    path: Path, village: Region, households: list[dict], members: list[dict], year: int = YEAR, **profile: Any
) -> Path:
    sheets = {"村情": [village_row(village, **profile)], "户": households, "人": members}
    titles = {"place": village.name, "year": year, "date": ""}
    write_workbook(IMPORTERS["village"].book, sheets, path, title_values=titles)
    return path


def import_book(path: Path, region: Region, actor: Any, year: int = YEAR, **options: Any) -> Outcome:
    return import_file(path, importer=IMPORTERS["village"], region=region, year=year, actor=actor, **options)
