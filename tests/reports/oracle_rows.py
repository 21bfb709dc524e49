"""What an oracle of figures counts with: rows as plain dicts, ledgers by kind and year, exact numbers.

Nothing here may import reports: an oracle that shares the code it judges agrees with any mistake.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor
from typing import Any

from funds.models import Benefit, Enterprise, Partnership, Project
from fupin.models import Ledger
from households.models import HouseholdYear, IncomeItem, LedgerEntry, Membership, Person, VillageYear

Row = dict[str, Any]

#: 万元 and % as they are shown: what an exact number is multiplied by.
WAN, PERCENT = Fraction(1, 10_000), Fraction(100)


def rows_of(model: Any) -> list[Row]:
    return list(model.objects.unscoped("tests").order_by().values())


@dataclass(frozen=True)
class Number:
    """What a figure must say: exact and as it is printed, its rows, and how many villages keep its ledger."""

    value: Fraction | str | None
    rows: int
    covered: int
    shown: str = ""

    def printed(self, places: int = 0, times: Fraction = Fraction(1)) -> Number:
        """Rounded half up to so many places, in a unit; what is no number is printed as it is."""
        if not isinstance(self.value, Fraction):
            return replace(self, shown=self.value or "暂无数据")
        return replace(self, shown=plain(self.value * times, places))


Counted = dict[str, Number]


def plain(value: Any, places: int) -> str:
    """Half up, without zeros at the end: 87.9 and not 87.90."""
    scale = 10**places
    whole, rest = divmod(floor(Fraction(value) * scale + Fraction(1, 2)), scale)
    digits = f"{rest:0{places}d}".rstrip("0") if places else ""
    return f"{whole}.{digits}" if digits else str(whole)


class Rows:
    """All rows there are, and which of them lie in the villages and years of a report."""

    def __init__(self, villages: Iterable[str], first: int, last: int, since: int) -> None:
        self.villages = list(villages)
        self.first, self.last, self.since = first, last, since
        self.ledgers = {
            (row["region_id"], row["year"], row["kind"]): row["state"]
            for row in rows_of(Ledger)
            if row["region_id"] in self.villages
        }
        self.profiles = self._here(VillageYear, last)
        people = Counter(member["household_year_id"] for member in rows_of(Membership) if member["present"])
        # Every household of the county in the last year: who is at home where is not asked of the region alone.
        self.homes = {
            row["household_id"]: row | {"members": people[row["id"]]}
            for row in rows_of(HouseholdYear)
            if row["year"] == last
        }
        self.roll = [home for home in self.homes.values() if home["on_roll"] and self.lies_here(home)]
        on_roll = {home["id"] for home in self.roll}
        self.members = [
            row
            for row in self._here(Membership, last)
            if row["present"] and row["household_year_id"] in on_roll
        ]
        self.persons = {row["id"]: row for row in rows_of(Person)}
        #: What is known of the income of a household's year, by its key.
        self.income: dict[int, list[Row]] = defaultdict(list)
        for row in rows_of(IncomeItem):
            self.income[row["household_year_id"]].append(row)
        self.benefits = self._here(Benefit, since)
        self.partnerships = self._here(Partnership, last)
        self.projects = self._here(Project, first)
        self.work = self._here(LedgerEntry, since)
        self.enterprises = {row["id"]: row for row in rows_of(Enterprise)}

    def lies_here(self, row: Row) -> bool:
        return row["region_id"] in self.villages

    def _here(self, model: Any, first: int) -> list[Row]:
        return [row for row in rows_of(model) if self.lies_here(row) and first <= row["year"] <= self.last]

    def home_of(self, row: Row) -> Row | None:
        """The household of a row as it is in the last year, if it is then on the roll of the row's village."""
        home = self.homes.get(row["household_id"])
        return home if home and home["on_roll"] and home["region_id"] == row["region_id"] else None

    # --- number, 0 or silence ---

    def states(self, kinds: Iterable[str], first: int) -> dict[str, set[str]]:
        """What each village says of these kinds of ledger in the years from a first to the last."""
        said: dict[str, set[str]] = {}
        for (village, year, kind), state in self.ledgers.items():
            if kind in set(kinds) and first <= year <= self.last:
                said.setdefault(village, set()).add(state)
        return said

    def counted(self, value: int, rows: int, kinds: Iterable[str], first: int) -> Number:
        """A count: silence without a ledger."""
        said = self.states(kinds, first)
        return Number(Fraction(value) if said else None, rows, len(said)).printed()

    def summed(
        self, amounts: Iterable[Any], rows: int, kinds: Iterable[str], first: int,
        places: int = 0, times: Fraction = Fraction(1),
    ) -> Number:  # fmt: skip
        """A sum: silence where no row has the number, unless every village that speaks of the ledger says nil."""
        known = [Fraction(amount) for amount in amounts if amount is not None]
        said = self.states(kinds, first)
        is_nil = all(states == {"nil"} for states in said.values())
        value = sum(known, Fraction(0)) if said and (known or is_nil) else None
        return Number(value, rows, len(said)).printed(places, times)

    def worded(self, words: str | None, rows: int, kinds: Iterable[str], first: int) -> Number:
        """Words: silence without a ledger, and where there are none."""
        said = self.states(kinds, first)
        return Number((words or None) if said else None, rows, len(said)).printed()


def quotient(part: Number, whole: Number, places: int, times: Fraction = Fraction(1)) -> Number:
    """One number by another: silence where either has none, or where the whole is 0. Its rows are the part's."""
    known = isinstance(part.value, Fraction) and isinstance(whole.value, Fraction) and whole.value != 0
    value = part.value / whole.value if known else None
    return replace(part, value=value).printed(places, times)
