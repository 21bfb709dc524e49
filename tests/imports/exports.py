"""Files as the national system gives them: two title rows, the header on row 3, every cell a text."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fupin.domain.imports import IMPORTERS, Outcome, import_file
from fupin.sheets.cells import label_key
from households.conditions import Housing
from households.enums import PovertyStatus
from households.interfaces.roster_columns import ROSTER_2019, ROSTER_SHEET
from households.models import Membership
from tests.factories import YEAR

Values = Mapping[str, Any]

#: What the export of 2019 says without a year.
STATUS_2019 = {
    PovertyStatus.NOT_EXITED: "未脱贫", PovertyStatus.RETURNED: "返贫",
    PovertyStatus.EXITED_BEFORE: "已脱贫", PovertyStatus.EXITED_THIS_YEAR: "已脱贫",
}  # fmt: skip
DANGEROUS = {Housing.SAFE: "否", Housing.DANGEROUS_C: "是", Housing.DANGEROUS_D: "是", "": None}


def text(value: Any) -> str | None:
    """A value as such a file has it."""
    return None if value in (None, "") else str(value)


def export(
    path: Path,
    headers: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    tab: str = "Sheet1",
    titles: Sequence[str] = ("全国扶贫开发信息系统", "导出时间：2019年12月31日"),
) -> Path:
    """Write a workbook, or a CSV in GB18030 where the path says so."""
    table = [*([title] for title in titles), list(headers), *([text(cell) for cell in row] for row in rows)]
    if path.suffix == ".csv":
        with path.open("w", encoding="gb18030", newline="") as file:
            csv.writer(file).writerows([[cell or "" for cell in row] for row in table])
        return path
    book = Workbook()
    book.active.title = tab
    for row in table:
        book.active.append(row)
    book.save(path)
    return path


def export_of(
    path: Path, rows: Iterable[Values], *, order: Sequence[tuple[str, str]] = ROSTER_2019, **options: Any
) -> Path:
    """Write rows by column name in an official order; what the portal has no field for is left empty."""
    lines = [[row.get(name) if name else None for _, name in order] for row in rows]
    return export(path, [header for header, _ in order], lines, **options)


def registered(year: int = YEAR, **where: Any) -> list[dict[str, Any]]:
    """The members of the register as rows of the export of 2019, by column name."""
    members = Membership.objects.unscoped("tests").filter(year=year, present=True, **where)
    members = members.select_related("person", "household_year__household", "region__parent__parent")
    return [row_of(member) for member in members.order_by("region", "household_year", "relation", "pk")]


def row_of(member: Membership) -> dict[str, Any]:
    """One of them."""
    home, person, village = member.household_year, member.person, member.region
    row = {
        "county_name": village.parent.parent.name, "township_name": village.parent.name, "village_name": village.name,
        "household_number": home.household.number, "people": home.people, "name": person.name,
        "id_number": person.id_number, "status": STATUS_2019[home.status], "exit_year": home.exit_year,
        "dangerous_house": DANGEROUS[home.housing], "phone": home.phone, "hamlet": home.hamlet,
    }  # fmt: skip
    for name in ("category", "main_cause", "water_safe", "water_shortage"):
        row[name] = said(name, getattr(home, name))
    for name in (
        "relation", "ethnicity", "education", "school", "health", "labour_skill", "work_place", "work_months",
        "illness_insurance",
    ):  # fmt: skip
        row[name] = said(name, getattr(member, name))
    return row


def said(name: str, value: Any) -> Any:
    """A value as its column writes it."""
    return None if value in (None, "") else ROSTER_SHEET.by_name[name].write(value)


def take(path: Path, actor: Any, *, kind: str = "roster", region: Any = None, **options: Any) -> Outcome:
    """Import a file as a kind."""
    return import_file(path, importer=IMPORTERS[kind], region=region, year=YEAR, actor=actor, **options)


def ignored(order: Sequence[tuple[str, str]] = ROSTER_2019) -> str:
    """The note on the columns that the portal has no field for."""
    none = [header for header, name in order if not name and label_key(header) != "序号"]
    return f"工作表“花名册”中没有用到的列：{'、'.join(none)}。"
