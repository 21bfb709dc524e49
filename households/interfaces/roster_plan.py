"""What a file with a row per person and the household's columns in each means: its households, its members, what is wrong.

Made for the check, and anew for the writing where something was written in between.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fupin.access import Actor
from fupin.domain.imports import Checked
from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import id_part, mask_account, mask_phone, masked
from fupin.sheets.columns import BankAccountColumn, PersonalNumberColumn, PhoneColumn
from fupin.sheets.errors import SheetError
from fupin.sheets.reading import Row
from households.card import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from households.conditions import HouseholdType
from households.domain.rosters import implied_exit, implied_housing
from households.enums import Relation
from households.interfaces.imports import report, tell_absent, tell_doubles
from households.interfaces.roster_columns import RENAMED, ROSTER_SHEET
from households.interfaces.roster_places import PLACES, Places, refuse_closed, refuse_other_year
from households.interfaces.sheets import HOUSEHOLD_SHEET
from households.queries.register import registered_problems
from households.queries.rosters import LINKED_OF_HOUSEHOLD, LINKED_OF_MEMBER, Standing, Values, standing
from households.validators import Problem, household_problems, member_problems, roster_problems

#: A file with these lists whole families, and may bring new ones; any other only updates whom the register has.
OF_FAMILIES = frozenset({"household_number", "people", "relation", "name"})
#: Of a household, though no field holds it: what its exit, its housing and its head are told by.
READ_ONLY = ("head_id_number", "exit_flag", "household_type", "dangerous_house", "third_cause")
OF_HOUSEHOLD = tuple(
    name
    for name in (*(column.name for column in HOUSEHOLD_SHEET.columns), *READ_ONLY)
    if name in ROSTER_SHEET.by_name and name != "household_number"
)
#: Columns that change a household's row.
WRITTEN_OF_HOUSEHOLD = {*HOUSEHOLD_FIELDS, "exit_flag", "household_type", "dangerous_house", "third_cause"}
NUMBER = re.compile(r"\d+")
#: 生存状态 (AAB015) of whoever counts as a member; others are kept in the national system as former ones.
LIVING = ("1", "4")
MORE_COLUMNS = "请在导出时加上“贫困户属性”“脱贫属性”“脱贫年度”三列，或先用行政村年度台账登记这一户"
KNOWN_ONLY = "没有“人数”和“与户主关系”的文件（如务工监测）只更新已登记的户和人：请先导入花名册，或核对号码"


@dataclass
class Home:
    """A household of the file: its rows, by their index, and what its columns say together."""

    number: str
    indexes: list[int] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    village: Region | None = None
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def unread(self) -> frozenset[str]:
        """Columns of which one of the rows was refused."""
        return frozenset().union(*(row.unread for row in self.rows))

    def error(self, name: str, reason: str, remedy: str) -> SheetError:
        """The error at the first row that has something in the column."""
        row = next((row for row in self.rows if name in row.found), self.rows[0])
        return row.error(name, reason, remedy)


class RosterPlan:
    """The households and members that a file is about, and what is wrong with it, into `checked`."""

    def __init__(
        self, rows: Sequence[Row], *, region: Region | None, year: int, actor: Actor, checked: Checked
    ) -> None:
        self.year, self.checked = year, checked
        self.told = frozenset(rows[0].positions) if rows else frozenset()
        self.whole = self.told >= OF_FAMILIES
        self.of_people = bool(self.told & {"name", "id_number"})
        self.rows = self._ours(rows)
        refuse_other_year(self.rows, year, checked)
        self.places = Places(region, actor)
        self.villages = self.places.of_rows(self.rows, checked)
        self.keys = [key_of(row.values.get("id_number") or "") for row in self.rows]
        self.stands = self._standing()
        self.known = [self._known(index) for index in range(len(self.rows))]
        self.numbers = [
            row.values.get("household_number") or (known["number"] if known and not row.unread else None)
            for row, known in zip(self.rows, self.known, strict=True)
        ]
        self.homes = self._homes()
        closed = refuse_closed(self.rows, self.villages, year, checked)
        self.households: dict[Region, list[Values]] = defaultdict(list)
        self.members: dict[Region, list[Values]] = defaultdict(list)
        for home in self.homes.values():
            self._plan_household(home)
        if self.of_people:
            self._plan_members()
        elif self.rows:
            self._refuse_strangers()
        self._notes()
        checked.along[ROSTER_SHEET.name] = self._along(closed)

    def _along(self, closed: set[Region]) -> set[int]:
        """The rows that stand on what is told elsewhere: of a village that is refused, of a family that is not whole."""
        told = {int(found[0]) for error in self.checked.errors if (found := NUMBER.search(error.cell))}
        wrong = told | {row.number for row in self.rows if row.refused}
        along = {
            row.number
            for row, village in zip(self.rows, self.villages, strict=True)
            if village is None or village in closed
        }
        for home in self.homes.values() if self.whole else ():
            numbers = {row.number for row in home.rows}
            if numbers & (wrong | along):
                along |= numbers
        return along

    def _ours(self, rows: Sequence[Row]) -> list[Row]:
        """The rows that are about this register; how many are not is told."""
        kept = []
        left: Counter[str] = Counter()
        for row in rows:
            said = row.values
            if said.get("household_type") == HouseholdType.GENERAL:
                left["一般农户"] += 1
            elif said.get("valid") is False:
                left["有效标志为否"] += 1
            elif (alive := (said.get("survival") or "").lstrip("0")).isdecimal() and alive not in LIVING:
                left["生存状态为不在户"] += 1
            else:
                kept.append(row)
        self.checked.notes += [f"{why}的{count}行不在本系统登记，没有读取。" for why, count in left.items()]
        return kept

    def _standing(self) -> Standing:
        keys = {key for key in self.keys if key}
        numbers = {row.values.get("household_number") for row in self.rows} - {None}
        stands = standing(numbers, keys, self.year)
        if "household_number" in self.told:
            return stands
        return standing({member["number"] for member in stands.by_key.values()}, keys, self.year)

    def _known(self, index: int) -> Values | None:
        """The member of the register whom a row means: by number, else by name and birth date in the household."""
        row, key = self.rows[index], self.keys[index]
        if key and key in self.stands.by_key:
            return self.stands.by_key[key]
        said = row.values
        found = self.stands.namesakes(said.get("household_number"), said.get("name"), said.get("birth_date"))
        # Whoever has a number in both is another one, if the numbers differ. Of a village out of reach nothing is taken over.
        within = self.places.by_code
        found = [member for member in found if member["region_id"] in within and not (key and member["key"])]
        if len(found) > 1 and not row.unread:
            problem = Problem("name", f"该户有{len(found)}名同名成员", "请填写证件号码或出生日期")
            self._tell(row, problem)
        return found[0] if len(found) == 1 else None

    def _tell(self, row: Row | Home, problem: Problem) -> None:
        report(self.checked, rows=[row], found=[(0, problem)])

    # --- households ------------------------------------------------------------------------------------------

    def _homes(self) -> dict[str, Home]:
        """The rows by household; each row without a place gets that of the register."""
        homes: dict[str, Home] = {}
        for index, (row, number) in enumerate(zip(self.rows, self.numbers, strict=True)):
            if not number:
                continue
            home = homes.setdefault(number, Home(number))
            home.indexes.append(index)
            home.rows.append(row)
            if self.villages[index] is None and not any(row.values.get(name) for name in PLACES):
                self.villages[index] = self._standing_village(home)
            self._place(home, index)
        for home in homes.values():
            home.values = {name: self._said(home, name) for name in OF_HOUSEHOLD if name in self.told}
            for index in home.indexes:
                self.villages[index] = self.villages[index] or home.village
        return homes

    def _standing_village(self, home: Home) -> Region | None:
        stands = self.stands.households.get(home.number)
        village = self.places.by_code.get(stands["region_id"]) if stands else None
        if village is None and len(home.rows) == 1 and not home.rows[0].unread.intersection(PLACES):
            reason = "没有写明村，您可以导入的村里也没有登记这一户"
            remedy = "请核对户编号，或补上乡镇和行政村列"
            self.checked.errors.append(home.error("household_number", reason, remedy))
        return village

    def _place(self, home: Home, index: int) -> None:
        village = self.villages[index]
        if village is None:
            return
        if home.village is None:
            home.village = village
        elif home.village != village:
            row = self.rows[index]
            named = next((name for name in PLACES if name in row.found), "household_number")
            reason = f"同一户写在两个村：第{home.rows[0].number}行是{home.village}，这里是{village}"
            self.checked.errors.append(row.error(named, reason, "请核对户编号和村"))

    def _said(self, home: Home, name: str) -> Any:
        """What the rows of a household say in a column: a blank says nothing, two answers are an error at the second."""
        said: Any = None
        at = home.rows[0]
        for row in home.rows:
            value = row.values.get(name)
            if value is None:
                continue
            if said is None:
                said, at = value, row
            elif value != said:
                label = ROSTER_SHEET.by_name[name].label
                reason = (
                    f"同一户的“{label}”前后不一：第{at.number}行是“{shown(name, said)}”，"
                    f"这里是“{shown(name, value)}”"
                )
                self.checked.errors.append(row.error(name, reason, "请核对后改成一致"))
        return said

    def _plan_household(self, home: Home) -> None:
        stands = self.stands.households.get(home.number)
        if stands is not None and home.village is not None and stands["region_id"] != home.village.code:
            self._tell(home, Problem("household_number", "该户编号已在本县他处登记", "请核对户编号"))
            return
        if stands is None and not self.whole:
            return  # told with its people, or as a stranger
        values, exit_problem = self._household(home, stands)
        problems = [*exit_problem, *(household_problems(values, self.year) if not exit_problem else ())]
        for problem in problems:
            self._tell(home, problem)
        if home.village is not None and (self.whole or self.told & WRITTEN_OF_HOUSEHOLD):
            self.households[home.village].append(values)

    def _household(self, home: Home, stands: Values | None) -> tuple[dict[str, Any], list[Problem]]:
        """A household's row as it is written: what is told, and what stands for the rest of what goes together."""
        said = home.values
        values = {"household_number": home.number}
        values |= {name: said[name] for name in HOUSEHOLD_FIELDS if name in said}
        for name in LINKED_OF_HOUSEHOLD:
            never_blank = name in ("category", "registered_on") and values.get(name) is None
            if name not in values or never_blank:
                values[name] = stands[name] if stands else None
        if "dangerous_house" in said and "housing" not in said:
            values["housing"], _ = implied_housing(said["dangerous_house"], stands)
        if said.get("third_cause"):
            values["other_causes"] = (*(said.get("other_causes") or ()), said["third_cause"])
        left = implied_exit(said, stands, self.year)
        values["status"], values["exit_year"] = left.status, left.year
        problems = []
        if left.without_year and not home.unread & {"exit_year", "status"}:
            remedy = "请在导出时加上“脱贫年度”列并填写，或先在系统中登记脱贫年度"
            problems.append(Problem("exit_year", "已脱贫，但不知道脱贫年度", remedy))
        elif values["status"] is None and not home.unread & {"status", "exit_flag"}:
            problems.append(Problem("status", "这一户尚未登记，文件没有写明脱贫状态", MORE_COLUMNS))
        if values["category"] is None and not problems:
            problems.append(Problem("category", "这一户尚未登记，文件没有写明贫困户属性", MORE_COLUMNS))
        return values, problems

    def _refuse_strangers(self) -> None:
        """Households that the register has not, in a file that is about households alone."""
        for home in self.homes.values():
            if home.number not in self.stands.households and home.village is not None:
                reason = f"{self.year}年度没有登记这一户"
                self._tell(home, Problem("household_number", reason, KNOWN_ONLY))

    # --- members ---------------------------------------------------------------------------------------------

    def _plan_members(self) -> None:
        rows = [self._member(index) for index in range(len(self.rows))]
        strangers = set(self._strangers()) if not self.whole else set()
        for index, row in enumerate(rows):
            if index not in strangers:
                for problem in member_problems(row, self.year):
                    self._tell(self.rows[index], problem)
        self._together(rows)
        numbers = {i: row["id_number"] for i, row in enumerate(rows) if self.keys[i] and i not in strangers}
        places = {i: village.code if (village := self.villages[i]) else None for i in numbers}
        found = {key: (row["region_id"], row["number"]) for key, row in self.stands.by_key.items()}
        wanted = {key for i in numbers if places[i] and (key := self.keys[i])}
        found = {key: at for key, at in found.items() if key in wanted}
        report(
            self.checked,
            rows=self.rows,
            found=registered_problems(numbers, places, self.year, self._told_homes(), found=found),
        )
        for index, row in enumerate(rows):
            if (village := self.villages[index]) is not None and index not in strangers:
                self.members[village].append(row)

    def _told_homes(self) -> Mapping[int, str | None]:
        return dict(enumerate(self.numbers))

    def _member(self, index: int) -> dict[str, Any]:
        """A member's row as it is written: what is told, and what stands for the rest of what goes together."""
        said, stands = self.rows[index].values, self.known[index]
        values: dict[str, Any] = {"household_number": self.numbers[index]}
        for name in ("name", "id_number", "sex", "birth_date"):
            values[name] = said.get(name)
            if values[name] is None and stands is not None and name not in self.rows[index].unread:
                values[name] = stands[name] or None
        if stands and values["id_number"] and stands["id_number"].startswith(values["id_number"]):
            # The ID of whoever has a disability certificate is no correction of the longer number.
            values["id_number"] = stands["id_number"]
        for name in MEMBER_FIELDS:
            column = RENAMED.get(name, name)
            if column in self.told and column in ROSTER_SHEET.by_name:
                values[name] = said[column]
        for name in LINKED_OF_MEMBER:
            if name not in values:
                values[name] = stands[name] if stands else None
        return values

    def _strangers(self) -> Iterator[int]:
        """The rows about people whom the register has not, or not within reach, in a file that only updates."""
        for index, (row, known) in enumerate(zip(self.rows, self.known, strict=True)):
            if known is None or known["region_id"] not in self.places.by_code:
                name = "id_number" if row.values.get("id_number") else "name"
                reason = f"{self.year}年度没有登记这个人"
                self._tell(row, Problem(name, reason, KNOWN_ONLY, also=("household_number", "birth_date")))
                yield index

    def _together(self, rows: Sequence[Values]) -> None:
        """What does not fit between the rows of a household, and who stands there twice."""
        homes = list(self.homes.values())
        if self.whole:
            households = [
                {
                    "household_number": home.number,
                    "head_name": home.values.get("head_name"),
                    "people": home.values["people"],
                }
                for home in homes
            ]
            members = rows
        else:
            # Not whole families: neither their number nor their head can be missed.
            households = [{"household_number": home.number} for home in homes]
            members = [{**row, "relation": None} for row in rows]
        of_households, of_members = roster_problems(households, members, sheet="表")
        report(self.checked, rows=homes, found=of_households)
        report(self.checked, rows=self.rows, found=of_members)
        if self.whole and "head_id_number" in self.told:
            report(self.checked, rows=homes, found=self._wrong_heads(homes, rows))

    @staticmethod
    def _wrong_heads(homes: Sequence[Home], rows: Sequence[Values]) -> Iterable[tuple[int, Problem]]:
        for at, home in enumerate(homes):
            told = home.values.get("head_id_number")
            heads = [rows[i]["id_number"] for i in home.indexes if rows[i]["relation"] == Relation.HEAD]
            if told and len(heads) == 1 and heads[0] and id_part(told) != id_part(heads[0]):
                yield (
                    at,
                    Problem("head_id_number", "户主证件号码与表中户主的证件号码不同", "请核对后改成一致"),
                )

    # --- notes -----------------------------------------------------------------------------------------------

    def _notes(self) -> None:
        """What the user should know of the plan, and what the register has that the file has not."""
        unclear = sum(
            implied_housing(home.values.get("dangerous_house"), self.stands.households.get(home.number))[1]
            for home in self.homes.values()
            if "housing" not in self.told
        )
        if unclear:
            self.checked.notes.append(f"{unclear}户是危房户，文件没有写明C级还是D级，住房安全未作改动。")
        gone = sum(known is not None and not known["present"] for known in self.known)
        if gone:
            self.checked.notes.append(f"{gone}名成员在系统中已减少，文件中仍有，仍按减少处理。")
        if not self.whole:
            return
        undated = sum(
            row["registered_on"] is None and row["household_number"] not in self.stands.households
            for rows in self.households.values()
            for row in rows
        )
        if undated:
            self.checked.notes.append(f"{undated}户新登记的户没有识别时间，请以后补填。")
        tell_doubles(self.checked, self.rows, lambda at: self.villages[at], self.year)
        # A number that could not be read may be the very one that is missing.
        if not any({"household_number", "id_number"} & row.unread for row in self.rows):
            villages = {village.code: village for village in self.villages if village is not None}
            people = (row["id_number"] for rows in self.members.values() for row in rows if row["id_number"])
            tell_absent(self.checked, self.homes.keys(), people, villages, self.year)


def shown(name: str, value: Any) -> str:
    """A household's value in an error: as the column writes it, and masked where it is a number of somebody's."""
    column = ROSTER_SHEET.by_name[name]
    text = str(column.write(value))
    if isinstance(column, PhoneColumn):
        return mask_phone(text)
    if isinstance(column, BankAccountColumn):
        return mask_account(text)
    return masked(text) if isinstance(column, PersonalNumberColumn) else text
