"""What stands on the printed sheets: the household card (一户一档) and the collection sheet (信息采集对照表).

Fields, labels and their order are those of households/card.py. Numbers go through `shown()`, as on every page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from fupin.access import Actor
from fupin.codes import CodeList
from fupin.models import Attachment, Placed
from fupin.resource.values import display
from fupin.sheets.columns import CodeColumn, CodeListColumn
from fupin.words import half_up
from households.card import HOUSEHOLD_PARTS, MEMBER_PARTS, Parts
from households.enums import MAIN_CAUSES
from households.income import IncomeKind
from households.interfaces.acts import other_of, signed
from households.interfaces.sheets import HOUSEHOLD_SHEET, MEMBER_SHEET
from households.interfaces.tables import money
from households.models import HouseholdYear, Membership
from households.queries.income import amounts_of, reckoned_of

#: Cells of a line of the card, and of the collection sheet, whose cells hold last year's value and a blank beside it.
CARD_CELLS, COLLECTED_CELLS = 3, 2
#: A text that may be longer than this has a line of its own; so has a list whose names together are longer.
LONG_TEXT, SHORT_LIST = 60, 26
#: A list whose names together are longer is not printed for ticking: the answer is written.
LONG_LIST = 140
#: Parts of the household's form that stand above its members, as in the paper handbook.
ABOVE_MEMBERS = 2
#: Parts above what the household earns, which is a table of its own, not of the form.
ABOVE_INCOME = 3
#: Short, since it stands in a narrow column.
INCOME = "收入(元)"
#: A page is not wide enough for all that is asked of a member: the parts stand in so many tables, two parts each.
MEMBER_TABLES = tuple(MEMBER_PARTS[at : at + 2] for at in range(0, len(MEMBER_PARTS), 2))
#: Empty lines of the collection sheet, for members who have come.
SPARE_MEMBERS = 2
YES_NO = ("是", "否")
#: Answers of the code lists that the forms ask, by the field's name.
LISTS: dict[str, type[CodeList]] = {
    column.name: column.codes
    for column in (*HOUSEHOLD_SHEET.columns, *MEMBER_SHEET.columns)
    if isinstance(column, CodeColumn | CodeListColumn)
}


@dataclass
class Cell:
    """A field: its label, what is known of it, and, to be filled in at the door, the answers to tick."""

    label: str
    value: str
    ticks: Sequence[str] = ()
    #: How many columns the value takes (on the collection sheet: the blank).
    span: int = 1


@dataclass
class Part:
    """A part of the form: a heading, and lines of cells."""

    title: str
    lines: list[list[Cell]]


@dataclass
class Grid:
    """A table of the card: headings and lines. The text of `tight` columns (by number) is not broken, `named` has names."""

    title: str
    heads: list[str]
    lines: list[list[str]] = field(default_factory=list)
    tight: frozenset[int] = frozenset()
    named: int | None = None
    empty: str = ""


@dataclass
class CollectedMember:
    """A member on the collection sheet: what is known, and from which year; None of a line for somebody new."""

    number: int
    name: str = ""
    year: int | None = None
    values: list[str] = field(default_factory=list)


@dataclass
class CollectedGrid:
    """A table of members on the collection sheet; of each column the answers to tick."""

    title: str
    heads: list[str]
    ticks: list[Sequence[str]]
    members: list[CollectedMember]


#: Tables that other rooms print on the card: functions (rows of the households, actor) -> {key of the row: its table},
#: each reading once for all the rows. Added when Django is ready.
MORE_GRIDS: list[Callable[[Sequence[HouseholdYear], Actor], dict[int, Grid]]] = []


def printed(row: models.Model, name: str) -> str:
    """A field's value on paper: as on the pages, and nothing where nothing is known."""
    value = getattr(row, name)
    if value in (None, "", []):
        return ""
    return f"{value:%Y-%m-%d}" if isinstance(value, date) else str(display(row, name))


def answers_to(model: type[models.Model], name: str, year: int) -> Sequence[str]:
    """The answers that a field has in a year, in words; none where something is to be written."""
    if isinstance(model._meta.get_field(name), models.BooleanField):
        return YES_NO
    if name == "main_cause":
        return [str(cause.label) for cause in MAIN_CAUSES if cause.holds_in(year)]
    return [label for _, label in LISTS[name].for_year(year)] if name in LISTS else ()


def label_of(model: type[models.Model], name: str) -> str:
    """A field's label."""
    return str(model._meta.get_field(name).verbose_name)


def is_long(model: type[models.Model], name: str) -> bool:
    """Whether a field may hold more than a cell."""
    column = model._meta.get_field(name)
    written = isinstance(column, models.CharField) and not column.choices
    return isinstance(column, ArrayField) or (written and (column.max_length or 0) >= LONG_TEXT)


# --- the household card ----------------------------------------------------------------------------------------


def card_parts(row: HouseholdYear, parts: Parts) -> Iterator[Part]:
    """The parts of the form with all their fields; what was not collected is an empty cell, as on paper."""
    for title, names in parts:
        cells = [(Cell(label_of(type(row), n), printed(row, n)), is_long(type(row), n)) for n in names]
        yield Part(title, _lines(cells, CARD_CELLS, per_cell=2))


def _lines(cells: Sequence[tuple[Cell, bool]], width: int, *, per_cell: int) -> list[list[Cell]]:
    """Cells in lines of so many; a long one begins a line and has it alone, the last of a line is drawn to its end."""
    lines: list[list[Cell]] = []
    full = True
    for cell, long in cells:
        if full or long or len(lines[-1]) == width:
            lines.append([])
        lines[-1].append(cell)
        full = long
    for line in lines:
        line[-1].span = 1 + (width - len(line)) * per_cell
    return lines


def member_grids(row: Any) -> Iterator[Grid]:
    """The members: who they are with the first parts, then their names with the others."""
    for index, parts in enumerate(MEMBER_TABLES):
        names = [name for _, some in parts for name in some]
        who = ["姓名", "性别", "出生日期", "证件号码"] if index == 0 else ["姓名"]
        grid = Grid(
            "家庭成员：" + "、".join(title for title, _ in parts),
            ["序号", *who, *(label_of(Membership, name) for name in names)],
            tight=frozenset({0, 3, 4} if index == 0 else {0}),
            named=1,
            empty="没有在户成员。",
        )
        for number, member in enumerate(row.family, 1):
            said = _identity(member)[: len(who)]
            grid.lines.append([str(number), *said, *(printed(member, name) for name in names)])
        yield grid


def _identity(member: Membership) -> list[str]:
    """Name, sex, birth and number."""
    person = member.person
    return [person.name, str(person.get_sex_display()), f"{person.birth_date:%Y-%m-%d}", person.masked_number]


def helpers_grid(row: Any) -> Grid:
    """Who looks after the household, and since when."""
    return Grid(
        "帮扶责任人", ["姓名", "单位", "职务或级别", "驻村职务", "联系电话", "开始日期", "结束日期"],
        [
            [*(printed(pairing.helper, name) for name in ("name", "unit", "position", "resident_role", "phone")),
             printed(pairing, "starts_on"), printed(pairing, "ends_on")]
            for pairing in row.household.helpers
        ],
        tight=frozenset({5, 6}), empty="没有登记。",
    )  # fmt: skip


def journal_grid(row: Any) -> Grid:
    """What happened to the household up to the year, the earliest first."""
    return Grid(
        "人口与户情变动", ["日期", "事项", "人员", "人数增减", "对方户或村", "原因"],
        [
            [f"{act.on:%Y-%m-%d}", str(act.get_kind_display()), act.person.name if act.person else "",
             signed(act.change), other_of(act), act.reason]
            for act in row.household.journal
        ],
        tight=frozenset({0}), empty="没有登记。",
    )  # fmt: skip


def files_grid(files: Sequence[Attachment]) -> Grid:
    """The files kept with the household."""
    lines = [[file.name, f"{file.uploaded_at:%Y-%m-%d}"] for file in files]
    return Grid("附件", ["文件名", "上传日期"], lines, tight=frozenset({1}), empty="没有附件。")


def card_income(row: Any) -> Part:
    """What a row of with_income(), with_items() and with_line() earned in its year: what is known, and what it comes to."""
    amounts, reckoned = amounts_of(row), reckoned_of(row)
    per_head = reckoned.per_head
    items = [Cell(str(IncomeKind(kind).label), money(amount)) for kind, amount in amounts.items()]
    sums = [
        Cell("家庭纯收入", "" if reckoned.net is None else money(reckoned.net)),
        Cell("人均纯收入", "" if per_head is None else money(half_up(per_head, 2))),
        Cell("人均标准", "" if row.line is None else money(row.line)),
    ]
    lines = [_lines([(cell, False) for cell in cells], CARD_CELLS, per_cell=2) for cells in (items, sums)]
    return Part(INCOME, [line for part in lines for line in part])


def collected_income(row: Any) -> Part:
    """Every kind of income: what it came to in the year that is printed as known, and a blank."""
    known = amounts_of(known_of(row, row.household.before))
    cells = [Cell(str(kind.label), money(known[kind]) if kind in known else "") for kind in IncomeKind]
    return Part(INCOME, _lines([(cell, False) for cell in cells], COLLECTED_CELLS, per_cell=3))


def card_of(row: HouseholdYear, grids: Sequence[Grid]) -> dict[str, Any]:
    """What the template of a card wants; `grids` are the tables below the household's own."""
    parts = list(card_parts(row, HOUSEHOLD_PARTS))
    parts.insert(ABOVE_INCOME, card_income(row))
    return {
        "above": parts[:ABOVE_MEMBERS],
        "members": list(member_grids(row)),
        "below": parts[ABOVE_MEMBERS:],
        "grids": [helpers_grid(row), *grids],
    }


# --- the collection sheet ----------------------------------------------------------------------------------------


def known_of(row: Placed, before: Sequence[Placed]) -> Placed:
    """What is printed as known: the year row before, else the year's own."""
    return before[0] if before else row


def collected_parts(row: Any) -> Iterator[Part]:
    """The parts of the form: of each field what is known, and a blank with the answers to tick, where they are few."""
    known, model = known_of(row, row.household.before), HouseholdYear
    for title, names in HOUSEHOLD_PARTS:
        cells = []
        for name in names:
            answers = answers_to(model, name, row.year)
            length = sum(len(answer) + 1 for answer in answers)
            ticks = answers if length <= LONG_LIST else ()
            cell = Cell(label_of(model, name), printed(known, name), ticks)
            cells.append((cell, is_long(model, name) or bool(ticks) and length > SHORT_LIST))
        yield Part(title, _lines(cells, COLLECTED_CELLS, per_cell=3))


def collected_members(row: Any) -> Iterator[CollectedGrid]:
    """The members, a line of what is known above a blank one each; then blank lines for those who have come."""
    for index, parts in enumerate(MEMBER_TABLES):
        names = [name for _, some in parts for name in some]
        who = ["性别", "出生日期", "证件号码"] if index == 0 else []
        blank: list[Sequence[str]] = [("男", "女"), (), ()] if index == 0 else []
        for name in names:
            answers = answers_to(Membership, name, row.year)
            blank.append(answers if answers is YES_NO else ())
        members = []
        for number, member in enumerate(row.family, 1):
            known = known_of(member, member.person.before)
            said = _identity(member)
            values = [*said[1 : 1 + len(who)], *(printed(known, name) for name in names)]
            members.append(CollectedMember(number, said[0], known.year, values))
        spare = range(len(members) + 1, len(members) + 1 + SPARE_MEMBERS)
        yield CollectedGrid(
            "家庭成员：" + "、".join(title for title, _ in parts),
            ["序号", "姓名", "", *who, *(label_of(Membership, name) for name in names)],
            blank,
            [*members, *(CollectedMember(number) for number in spare)],
        )


def collection_of(row: Any) -> dict[str, Any]:
    """What the template of a collection sheet wants."""
    parts = list(collected_parts(row))
    parts.insert(ABOVE_INCOME, collected_income(row))
    return {
        "known": known_of(row, row.household.before).year,
        "above": parts[:ABOVE_MEMBERS],
        "below": parts[ABOVE_MEMBERS:],
        "members": list(collected_members(row)),
    }
