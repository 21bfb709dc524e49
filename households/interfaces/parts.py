"""The ledgers that may stand in the village workbook beside its register, each on a sheet of its own.

Rooms add theirs when Django is ready (imports.add_part). A part can be imported with the whole workbook, or alone (imports.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from fupin.access import Actor
from fupin.domain.bulk import Written
from fupin.domain.imports import Checked
from fupin.models import Region
from fupin.sheets.layout import Sheet
from fupin.sheets.reading import Row
from households.domain.income import record_incomes
from households.domain.work import save_work
from households.interfaces.sheets import HOUSEHOLD_SHEET, INCOME_SHEET, WORK_SHEET
from households.queries.roster import Roster, numbers_in_year
from households.validators import Problem, period_problems, repeated, work_problems


class Part(Protocol):
    """A ledger with a sheet in the village workbook."""

    #: The kind of workbook that holds this sheet alone.
    kind: str
    label: str
    sheet: Sheet
    #: Where the rows are listed: a route of the register.
    route: str
    #: Parts are checked and written in this order, whatever the order of the tabs.
    rank: int

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Iterator[tuple[int, Problem]]:
        """What is wrong with the rows, by their index; `roster` says what is not certain about the village."""

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """What is wrong with the rows seen from the register: errors and notes into `checked`."""

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the checked rows of a village, in the transaction of the import."""


#: In the order of the tabs.
PARTS: list[Part] = []


def in_turn() -> list[Part]:
    """The parts in the order in which they are checked and written."""
    return sorted(PARTS, key=lambda part: part.rank)


NOT_HERE = Problem("household_number", "本村没有这个户编号", "请核对户编号；只能填写本村登记的户")


def household_found(rows: Sequence[Row], roster: Roster) -> Iterator[tuple[int, Problem]]:
    """Rows that name a household which the village does not have, or another head than it has."""
    for index, row in enumerate(rows):
        number, name = row.values.get("household_number"), row.values.get("head_name")
        if number and roster.lacks(number):
            yield index, NOT_HERE
        elif number and name and roster.knows_family(number) and not roster.find(number, name, None):
            reason, remedy = f"户编号 {number} 中没有这个人", "请核对户编号和姓名"
            yield index, Problem("head_name", reason, remedy)


def problems_of_rows(rows: Iterable[Row], problems: Any, year: int) -> Iterator[tuple[int, Problem]]:
    """What a rule over one row's values finds in each."""
    for index, row in enumerate(rows):
        yield from ((index, problem) for problem in problems(row.values, year))


def repeated_rows(rows: Sequence[Row], names: Sequence[str]) -> Iterator[int]:
    """The indexes of rows that say the same in these columns as an earlier one.

    A row of which one of them was not read may say anything: it is not held against the others.
    """
    read = [index for index, row in enumerate(rows) if not row.unread & set(names)]
    yield from (read[at] for at in repeated([rows[index].values for index in read], names))


class WorkPart:
    """工作台账."""

    kind = "work"
    label = "工作台账"
    sheet = WORK_SHEET
    route = "work_list"
    rank = 50

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Iterator[tuple[int, Problem]]:
        """Counts that the kind does not have, days of a later year, entries twice, households of elsewhere."""
        yield from problems_of_rows(rows, work_problems, year)
        yield from household_found(rows, roster)
        for index in repeated_rows(rows, ("kind", "on", "title")):
            yield (
                index,
                Problem("title", "同一天的同类工作重复", "请删去重复的行；一天几场的请写不同的主题"),
            )

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """Nothing beyond the rows themselves."""

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the entries."""
        return save_work(region=region, rows=rows, actor=actor)


class IncomePart:
    """收入: what each household earns in the workbook's year, a row a household."""

    kind = "income"
    label = "家庭收入"
    sheet = INCOME_SHEET
    route = "income_list"
    rank = 5

    def problems(self, rows: Sequence[Row], roster: Roster, year: int) -> Iterator[tuple[int, Problem]]:
        """A period that runs backward, a household twice, or of elsewhere."""
        for index, row in enumerate(rows):
            yield from ((index, problem) for problem in period_problems(row.values))
        yield from household_found(rows, roster)
        for index in repeated_rows(rows, ("household_number",)):
            yield index, Problem("household_number", "这一户在本表重复", "请合并成一行")

    def against_register(
        self, rows: Sequence[Row], roster: Roster, village: Region, year: int, checked: Checked
    ) -> None:
        """Households that the village has in other years alone."""
        there = numbers_in_year(village, year) | roster.brought[HOUSEHOLD_SHEET.name]
        for row in rows:
            number = row.values.get("household_number")
            if number and number not in there and number in roster.members:
                reason = f"该户{year}年度不在本村"
                checked.errors.append(row.error("household_number", reason, "请核对户编号和年度"))

    def write(self, rows: Sequence[Mapping[str, Any]], *, region: Region, year: int, actor: Actor) -> Written:
        """Write the income of the households; a cell left empty is not known."""
        return record_incomes(region=region, year=year, rows=rows, actor=actor)
