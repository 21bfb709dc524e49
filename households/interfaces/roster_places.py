"""Where the rows of a file with many villages belong: by code, or by the names of county, township and village."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from fupin.access import Action, Actor
from fupin.domain.imports import Checked
from fupin.models import Level, Region
from fupin.sheets.reading import Row
from households.interfaces.imports import closed_reasons
from households.validators import Problem

CODE = re.compile(r"\d{12}", re.ASCII)
PLACES = ("village_code", "village_name", "township_name", "county_name")


class Places:
    """The villages that an actor may import into, within a region if one is chosen."""

    def __init__(self, region: Region | None, actor: Actor) -> None:
        villages = Region.objects.visible_to(actor, Action.IMPORT).filter(level=Level.VILLAGE)
        if region is not None:
            villages = villages.filter(code__startswith=region.prefix)
        self.region = region
        self.by_code = {village.code: village for village in villages.select_related("parent__parent")}
        self.by_name: dict[str, list[Region]] = defaultdict(list)
        for village in self.by_code.values():
            self.by_name[village.name].append(village)

    def find(self, told: Mapping[str, str | None]) -> Region | Problem | None:
        """The village that a row names, what is wrong with the naming, or nothing where none is named.

        One answer for a village that does not exist and one out of reach: a file is no way to ask which.
        """
        code, name = told.get("village_code"), told.get("village_name")
        if name and CODE.fullmatch(name):
            # Tables of codes have the village's own in the place of its name.
            code, name = code or name, None
        if code:
            village = self.by_code.get(code)
            if village is None:
                return self._unknown("village_code" if told.get("village_code") else "village_name")
            if name and name != village.name:
                return Problem("village_name", f"与村代码不符，该代码是{village}", "请核对村名和村代码")
            return village
        if not name:
            return self.region if self.region and self.region.is_village else None
        found = [
            village for village in self.by_name.get(name, [])
            if told.get("township_name") in (None, village.parent and village.parent.name)
            and told.get("county_name") in (None, _county(village))
        ]  # fmt: skip
        if len(found) > 1:
            return Problem("village_name", f"有{len(found)}个村叫“{name}”", "请补上乡镇列，或补上村代码列")
        return found[0] if found else self._unknown("village_name")

    def _unknown(self, column: str) -> Problem:
        where = f"{self.region}中" if self.region else ""
        remedy = "请核对县、乡镇、村的名称或村代码，或在页面上方选择所属的乡镇或县后再导入"
        return Problem(column, f"不是{where}您可以导入的村", remedy)

    def of_rows(self, rows: Sequence[Row], checked: Checked) -> list[Region | None]:
        """The village of each row; what is wrong is told once for each naming, at its first row."""
        found: dict[tuple[str | None, ...], Region | Problem | None] = {}
        villages: list[Region | None] = []
        for row in rows:
            told = {name: row.values.get(name) for name in PLACES}
            naming = tuple(told.values())
            if naming not in found:
                found[naming] = self.find(told)
                if isinstance(found[naming], Problem) and not row.unread.intersection(PLACES):
                    problem = found[naming]
                    checked.errors.append(row.error(problem.name, problem.reason, problem.remedy))  # type: ignore[union-attr]
            village = found[naming]
            villages.append(village if isinstance(village, Region) else None)
        return villages


def _county(village: Region) -> str | None:
    above = village.parent and village.parent.parent
    return above.name if above else None


def refuse_closed(
    rows: Sequence[Row], villages: Sequence[Region | None], year: int, checked: Checked
) -> None:
    """An error for each village whose year is not open, at its first row."""
    first: dict[Region, Row] = {}
    for row, village in zip(rows, villages, strict=True):
        if village is not None:
            first.setdefault(village, row)
    reasons = closed_reasons(first, year)
    closed = {village for village in first if reasons[village.code]}
    for village in closed:
        row = first[village]
        named = next((name for name in PLACES if name in row.found), "village_name")
        remedy = "请核对年度，或联系县级办公室"
        checked.errors.append(row.error(named, f"{reasons[village.code]}，不能导入", remedy))
    return closed


def refuse_other_year(rows: Sequence[Row], year: int, checked: Checked) -> None:
    """An error where the file itself says another year."""
    for row in rows:
        if (told := row.values.get("told_year")) not in (None, year):
            reason = f"文件是{told}年度的，选择的是{year}年度"
            checked.errors.append(row.error("told_year", reason, "请选择文件的年度后再导入"))
            return
