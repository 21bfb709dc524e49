"""A registered household as its rows state it, and the rows of the ledgers that name it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from funds.enums import EnterpriseKind, Measure
from households.enums import Health, LabourSkill, PovertyCategory, School

from .members import PENSION_AGE

Row = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Household:
    """A row of the sheet 户 with its members' rows, as whoever hands out measures looks at it."""

    row: Row
    members: tuple[Row, ...]

    @property
    def number(self) -> str:
        """The household's number."""
        return str(self.row["household_number"])

    @property
    def people(self) -> int:
        """How many live there."""
        return len(self.members)

    @property
    def category(self) -> PovertyCategory:
        """低保, 五保 or neither."""
        return PovertyCategory(self.row["category"])

    @property
    def exit_year(self) -> int | None:
        """The year of leaving poverty."""
        return self.row["exit_year"]

    @property
    def since(self) -> int:
        """The year since which it is registered."""
        return int(self.row["registered_on"].year)

    @cached_property
    def able(self) -> list[Row]:
        """The members who can work."""
        return [m for m in self.members if m["labour_skill"] in (LabourSkill.ORDINARY, LabourSkill.SKILLED)]

    @cached_property
    def pupils(self) -> list[Row]:
        """The members who go to school."""
        return [m for m in self.members if m["school"] != School.NONE]

    def years(self, first: int, last: int) -> list[int]:
        """The years from first to last in which it was registered, the last one at least."""
        return list(range(min(max(first, self.since), last), last + 1))

    def claims(self, year: int) -> list[tuple[Measure, Row]]:
        """What social security may pay whom of the household, beyond 低保 and 五保."""
        by_health = {
            Health.DISABLED: Measure.DISABILITY,
            Health.CHRONIC: Measure.MEDICAL,
            Health.SERIOUS: Measure.MEDICAL,
        }
        found = []
        for member in self.members:
            if year - member["birth_date"].year >= PENSION_AGE:
                found.append((Measure.OLD_AGE, member))
            elif member["health"] in by_health:
                found.append((by_health[member["health"]], member))
        return found


def households_of(rows: Iterable[Row], members: Iterable[Row]) -> list[Household]:
    """The households of a village, from the rows of the sheets 户 and 人."""
    families = defaultdict(list)
    for member in members:
        families[member["household_number"]].append(member)
    return [Household(row, tuple(families[row["household_number"]])) for row in rows]


BENEFIT = (
    "year", "household_number", "head_name", "measure", "person_name", "person_number", "on", "quantity",
    "unit", "amount", "enterprise_name", "remark",
)  # fmt: skip
PARTNERSHIP = ("year", "enterprise_name", "kind", "business", "household_number", "head_name", "remark")
PROJECT = (
    "year", "position", "name", "nature", "quantity", "unit", "amount", "source", "stage", "site", "remark",
)  # fmt: skip
WORK = (
    "kind", "on", "title", "household_number", "attendance", "households", "people", "pieces", "amount",
    "remark",
)  # fmt: skip


def row_of(columns: Sequence[str], **values: Any) -> Row:
    """A row of a sheet by column name, empty where nothing is given."""
    if not values.keys() <= set(columns):
        raise TypeError(f"there are no columns {sorted(values.keys() - set(columns))}")
    return dict.fromkeys(columns) | values


def benefit(
    household: Household, measure: Measure, year: int, *, person: Row | None = None, **values: Any
) -> Row:
    """A row of the sheet 措施与资金; `person` is the row of the member who was given it, if one was."""
    if person is not None:
        values["person_name"] = person["name"]
        namesakes = sum(member["name"] == person["name"] for member in household.members)
        values["person_number"] = person["id_number"] if namesakes > 1 else None
    return row_of(BENEFIT, year=year, measure=measure, **_named(household), **values)


def partnership(household: Household, year: int, *, name: str, kind: EnterpriseKind, business: str) -> Row:
    """A row of the sheet 市场主体."""
    return row_of(
        PARTNERSHIP, year=year, enterprise_name=name, kind=kind, business=business, **_named(household)
    )


def _named(household: Household) -> Row:
    return {"household_number": household.number, "head_name": household.row["head_name"]}
