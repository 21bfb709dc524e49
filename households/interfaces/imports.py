"""Importing the village workbook, and its ledgers one by one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import islice
from typing import Protocol

from fupin.access import Action, Actor, may
from fupin.domain.bulk import Written
from fupin.domain.imports import LISTED_DOUBLES, Absent, Checked, register_importer
from fupin.fields import key_of
from fupin.models import Region, RegionYear
from fupin.numbers import birth_date
from fupin.place import Place
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import Reading, Row
from households.domain.registration import register_village
from households.interfaces.parts import PARTS, Part, in_turn
from households.interfaces.sheets import (
    HOUSEHOLD_SHEET,
    MEMBER_SHEET,
    VILLAGE_SHEET,
    VILLAGE_SHEETS,
)
from households.queries.register import absent_from, households_elsewhere, namesakes, registered_problems
from households.queries.roster import Kin, Roster, roster_of
from households.validators import (
    Problem,
    household_problems,
    member_problems,
    profile_problems,
    roster_problems,
)


class VillageImporter:
    """The workbook with the sheets 村情, 户 and 人 of one village and year, and the ledgers that stand beside them."""

    kind = "village"
    label = "行政村年度台账"
    action = Action.IMPORT

    @property
    def book(self) -> Book:
        """The register's sheets, then those of the ledgers."""
        ledgers = (part.sheet for part in PARTS)
        return Book(kind=self.kind, title=self.label, sheets=(*VILLAGE_SHEETS, *ledgers))

    def onward(self, place: Place) -> tuple[str, str]:
        """To the households."""
        return "查看贫困户", place.url("households_list")

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Everything wrong with the workbook: place, year, each row, the rows together, and against the register."""
        checked = Checked()
        checked.region = village = self._village(reading, region, year, actor, checked)
        villages, households, members = (reading.rows[sheet.name] for sheet in VILLAGE_SHEETS)
        for rows, problems in (
            (villages[:1], profile_problems),
            (households, household_problems),
            (members, member_problems),
        ):
            for row in rows:
                report(checked, rows=[row], found=((0, p) for p in problems(row.values, year)))
        if households and members:
            of_households, of_members = roster_problems(
                [row.values for row in households], [row.values for row in members]
            )
            report(checked, rows=households, found=of_households)
            report(checked, rows=members, found=of_members)
        empty = [sheet for sheet in VILLAGE_SHEETS if not reading.rows[sheet.name]]
        if empty == [HOUSEHOLD_SHEET, MEMBER_SHEET]:
            checked.notes.append("户表和人表没有数据行，只读取了村情。")
        else:
            told = {error.sheet for error in reading.errors}
            checked.errors += [
                SheetError(sheet.name, "", "", "没有数据行", "请在表头下面填写后再上传")
                for sheet in empty
                if sheet.name not in told
            ]
        if village is not None:
            self._against_register(households, members, village, year, checked)
        roster = _roster(village, reading)
        for part in in_turn():
            check_part(part, reading.rows[part.sheet.name], roster, village, year, checked)
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write profile, households, members and ledgers in one transaction; counts in the order of the tabs."""
        region = checked.region
        assert region is not None  # check() found the village
        counts = register_village(
            region=region,
            year=year,
            profile=reading.rows[VILLAGE_SHEET.name][0].values,
            households=[row.values for row in reading.rows[HOUSEHOLD_SHEET.name]],
            members=[row.values for row in reading.rows[MEMBER_SHEET.name]],
            actor=actor,
        )
        for part in in_turn():
            if rows := [row.values for row in reading.rows[part.sheet.name]]:
                counts[part.sheet.name] = part.write(rows, region=region, year=year, actor=actor)
        return {sheet.name: counts[sheet.name] for sheet in self.book.sheets if sheet.name in counts}

    def _village(
        self, reading: Reading, region: Region | None, year: int, actor: Actor, checked: Checked
    ) -> Region | None:
        """The village that the sheet 村情 names, if the actor may import there and its year is open."""
        rows = reading.rows[VILLAGE_SHEET.name]
        if not rows:
            return None
        for extra in rows[1:]:
            checked.errors.append(extra.error("village_code", "只能有一个村", "每个村使用单独的文件"))
        row, code = rows[0], rows[0].values.get("village_code")
        if not code:
            return None
        village = Region.objects.visible_to(actor).select_related("parent").filter(code=code).first()
        # One answer for a code that does not exist and one out of reach: the file is no way to ask which.
        if village is None or not village.is_village or not may(actor, Action.IMPORT, code):
            self._refuse(
                checked, row, "不是您可以导入的村", "请核对村代码；如需导入其他村，请联系上级调整权限"
            )
            return None
        if region is not None and not code.startswith(region.prefix):
            self._refuse(
                checked, row, f"该村不在{region}", f"请在页面上方选择{village}后再导入，或核对村代码"
            )
            return None
        if row.values.get("village_name") and row.values["village_name"] != village.name:
            checked.errors.append(
                row.error("village_name", f"与村代码不符，该代码是{village}", "请核对村名和村代码")
            )
        if closed := closed_reason(village, year):
            self._refuse(checked, row, f"{closed}，不能导入", "请核对年度，或联系县级办公室")
        return village

    @staticmethod
    def _refuse(checked: Checked, row: Row, reason: str, remedy: str) -> None:
        checked.errors.append(row.error("village_code", reason, remedy))

    @staticmethod
    def _against_register(
        households: list[Row], members: list[Row], village: Region, year: int, checked: Checked
    ) -> None:
        """Households and people that are registered elsewhere, and those the file leaves out."""
        numbers = {row.values["household_number"] for row in households if row.values.get("household_number")}
        elsewhere = households_elsewhere(numbers, village, year)
        for row in households:
            if row.values.get("household_number") in elsewhere:
                checked.errors.append(
                    row.error("household_number", "该户编号已在本县他处登记", "请核对户编号")
                )
        own = {i: row.values["id_number"] for i, row in enumerate(members) if row.values.get("id_number")}
        homes = {i: members[i].values.get("household_number") for i in own}
        villages = dict.fromkeys(own, village.code)
        for i, problem in registered_problems(own, villages, year, homes):
            checked.errors.append(members[i].error(problem.name, problem.reason, problem.remedy))
        tell_doubles(checked, members, lambda _: village, year)
        # A number that could not be read may be the very one that is missing.
        if not any({"household_number", "id_number"} & row.unread for row in (*households, *members)):
            tell_absent(checked, numbers, own.values(), {village.code: village}, year)


def tell_absent(
    checked: Checked,
    households: Collection[str],
    people: Iterable[str],
    villages: Mapping[str, Region],
    year: int,
) -> None:
    """Tell and list what the register has in the villages and a file of these household and personal numbers has not."""
    keys = {key for number in people if (key := key_of(number))}
    homes, members = absent_from(households, keys, villages, year)
    for sheet, rows in ((HOUSEHOLD_SHEET, homes), (MEMBER_SHEET, members)):
        checked.absent += [Absent(sheet.name, row.who, str(villages[row.village]), row.of) for row in rows]
    if homes or members:
        checked.notes.append(
            f"系统中有、文件中没有的：{len(homes)}户、{len(members)}名有证件号码的成员，未作改动。"
        )


def tell_doubles(
    checked: Checked, rows: Sequence[Row], village_of: Callable[[int], Region | None], year: int
) -> None:
    """List the rows whose person may be registered already under another number: same name, same birth date.

    Where in the county is told for the row's own village alone.
    """
    index_of: dict[str, int] = {}
    people: dict[str, tuple[str, date]] = {}
    for index, row in enumerate(rows):
        number, name = row.values.get("id_number"), row.values.get("name")
        key = key_of(number) if number else None
        if key and name:
            index_of[key], people[key] = index, (name, birth_date(number))
    for key, found in islice(namesakes(people, year), LISTED_DOUBLES):
        row, village = rows[index_of[key]], village_of(index_of[key])
        if found is None:
            place = "本文件中另有同名、同生日的人，证件号码不同"
        elif village is not None and found[0] == village.code:
            place = f"与户编号 {found[1]} 的成员同名、同生日，证件号码不同"
        else:
            place = "本县他处有同名、同生日的人，证件号码不同"
        who = f"{row.values.get('household_number') or ''} {people[key][0]}".strip()
        checked.doubles.append(Absent(MEMBER_SHEET.name, who, f"第{row.number}行：{place}，请核对。"))


class PartImporter:
    """A workbook with one ledger of a village alone; the village is the one chosen on the page or named in the call."""

    action = Action.IMPORT

    def __init__(self, part: Part) -> None:
        self.part, self.kind, self.label = part, part.kind, part.label
        self.book = Book(kind=part.kind, title=part.label, sheets=(part.sheet,))

    def onward(self, place: Place) -> tuple[str, str]:
        """To the ledger's list."""
        return f"查看{self.label}", place.url(self.part.route)

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Everything wrong with the place, the year and the rows."""
        checked = Checked(region=region)
        rows = reading.rows[self.part.sheet.name]
        if region is None or not region.is_village:
            reason, remedy = "没有选定村", "台账按村导入，请先选择一个村（命令行用 --region 村代码）"
            checked.errors.append(SheetError("整个文件", "", "", reason, remedy))
            return checked
        if closed := closed_reason(region, year):
            checked.errors.append(SheetError("整个文件", "", "", f"{closed}，不能导入", "请核对年度"))
        if not rows and not reading.errors:
            checked.errors.append(
                SheetError(self.part.sheet.name, "", "", "没有数据行", "请在表头下面填写后再上传")
            )
        check_part(self.part, rows, roster_of(region), region, year, checked)
        return checked

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the ledger's rows."""
        region = checked.region
        assert region is not None  # check() wants a village
        rows = [row.values for row in reading.rows[self.part.sheet.name]]
        return {self.part.sheet.name: self.part.write(rows, region=region, year=year, actor=actor)}


def add_part(part: Part) -> None:
    """Add a ledger: to the village workbook, and as a workbook of its own."""
    PARTS.append(part)
    register_importer(PartImporter(part))


def closed_reason(village: Region, year: int) -> str:
    """Why nothing can be imported into a village's year, or nothing."""
    return closed_reasons([village], year)[village.code]


def closed_reasons(villages: Iterable[Region], year: int) -> dict[str, str]:
    """By the villages' codes: why nothing can be imported there into the year, or nothing."""
    named = {village.code: village for village in villages}
    rows = RegionYear.objects.unscoped("the villages were scoped by the caller")
    states = {state.region_id: state for state in rows.filter(region__in=named, year=year)}

    def reason(village: Region) -> str:
        state = states.get(village.code)
        if state is None:
            return f"{village}{year}年度尚未开设"
        open_ = state.state == RegionYear.State.OPEN
        return "" if open_ else f"{village}{year}年度{state.get_state_display()}"

    return {code: reason(village) for code, village in named.items()}


def check_part(
    part: Part, rows: Sequence[Row], roster: Roster, village: Region | None, year: int, checked: Checked
) -> None:
    """Everything wrong with a ledger's rows."""
    report(checked, rows=rows, found=part.problems(rows, roster, year))
    if village is not None and rows:
        part.against_register(rows, roster, village, year, checked)


def _roster(village: Region | None, reading: Reading) -> Roster:
    """Whom the village has, and whom the workbook itself is about to register."""
    roster = roster_of(village) if village else Roster(all_households=False, all_families=False)
    households, members = (reading.rows[sheet.name] for sheet in (HOUSEHOLD_SHEET, MEMBER_SHEET))
    for row in households:
        if number := row.values.get("household_number"):
            roster.add(number)
            roster.brought[HOUSEHOLD_SHEET.name].add(number)
    for row in members:
        number, name, own = (row.values.get(n) for n in ("household_number", "name", "id_number"))
        if number and name:
            born = birth_date(own) if own else row.values.get("birth_date")
            roster.add(number, Kin(name, key_of(own or ""), born))
        if number and row.unread & {"name", "id_number", "birth_date"}:
            roster.torn_families.add(number)
    if _unread(reading, MEMBER_SHEET, {"household_number"}):
        roster.all_families = False
        roster.all_households &= not _unread(reading, HOUSEHOLD_SHEET, {"household_number"})
    roster.unread = {part.kind for part in PARTS if _unread(reading, part.sheet, ())}
    return roster


def _unread(reading: Reading, sheet: Sheet, names: Collection[str]) -> bool:
    """Whether a sheet could not be read at all, or one of these columns in one of its rows."""
    rows = reading.rows[sheet.name]
    if not rows:
        return any(error.sheet == sheet.name for error in reading.errors)
    return any(row.unread & set(names) for row in rows)


class Reported(Protocol):
    """What a problem can be told of: a row, or the rows of a household."""

    @property
    def unread(self) -> Collection[str]:
        """Columns of which it says nothing because a cell was refused."""

    def error(self, name: str, reason: str, remedy: str) -> SheetError:
        """The error at a column's cell."""


def report(checked: Checked, *, rows: Sequence[Reported], found: Iterable[tuple[int, Problem]]) -> None:
    """Keep the problems as errors of the rows' cells, but for those that follow from a cell that was not read."""
    checked.errors += [
        rows[index].error(problem.name, problem.reason, problem.remedy)
        for index, problem in found
        if not {problem.name, *problem.also}.intersection(rows[index].unread)
    ]
