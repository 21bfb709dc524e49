"""Sums of the money at a place, by level, budget year, part of the place and kind of project; in 元 with 分.

Of a township or a village four statements, whatever there is: what was granted, what became of it, what was allocated, what
was paid, each grouped by all that is asked for; above them one, over the sums that the database keeps (funds/sum_guards.py). The lines of a table are those groups put together in one way or another, so that tables of one page
agree to the 分.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from django.db.models import BooleanField, Case, F, QuerySet, Sum, When
from django.db.models.functions import Left

from funds.enums import FundChange
from funds.models import Appropriation, AppropriationEntry, FundSum
from funds.queries.money import allocations_at, payments_at
from funds.sum_guards import ALLOCATED, ELSEWHERE, ISSUED, PAID
from fupin.access import Action, Actor
from fupin.models import Level, Region
from fupin.place import Place
from fupin.scope import ScopedQuerySet, prefix_q

NOTHING = Decimal(0)
#: How many digits of a project's category are its first level.
GROUP = 2


@dataclass
class Sums:
    """What stands of some money. Whatever is not named by a field follows from those that are."""

    #: 下达 to the place or to what lies in it.
    issued: Decimal = NOTHING
    raised: Decimal = NOTHING
    #: 收回 and 调减.
    cut: Decimal = NOTHING
    carried: Decimal = NOTHING
    arrived: Decimal = NOTHING
    #: Allocated out of that, wherever it went.
    used: Decimal = NOTHING
    #: Allocated to projects here, whoever it was granted to.
    allocated: Decimal = NOTHING
    paid: Decimal = NOTHING

    @property
    def effective(self) -> Decimal:
        """What can be allocated of what was granted here."""
        return self.issued + self.raised - self.cut - self.carried

    @property
    def above(self) -> Decimal:
        """What others have allocated to projects here."""
        return self.allocated - self.used

    @property
    def sources(self) -> Decimal:
        """All money there is for projects here."""
        return self.effective + self.above

    @property
    def left(self) -> Decimal:
        """What is not allocated of what was granted here."""
        return self.effective - self.used

    @property
    def unpaid(self) -> Decimal:
        """What is allocated and not yet paid."""
        return self.allocated - self.paid

    @property
    def rate(self) -> Decimal | None:
        """支出率: paid of all there is, in percent; None where there is nothing."""
        return self.paid * 100 / self.sources if self.sources else None

    def add(self, other: Sums) -> None:
        """Add another's to these."""
        for each in fields(self):
            setattr(self, each.name, getattr(self, each.name) + getattr(other, each.name))


@dataclass(frozen=True)
class Cell:
    """A sum with all that it can be grouped by; what does not apply is empty."""

    year: int
    level: str
    #: Prefix of the part of the place that the money was granted to, and of the one where the project lies.
    owner: str = ""
    at: str = ""
    #: The first level of the project's category; of a project without one "".
    group: str = ""
    sums: Sums = field(default_factory=Sums)


#: Kinds of entries by the sum they go into.
ENTRIES = {
    FundChange.ARRIVED: "arrived",
    FundChange.TAKEN_BACK: "cut",
    FundChange.RAISED: "raised",
    FundChange.LOWERED: "cut",
    FundChange.CARRIED: "carried",
}


def parts_of(place: Place) -> int:
    """How many digits tell the parts of a place apart: of a county its townships, of a township its villages."""
    lower = [level for level in Level if level > place.region.level]
    return int(lower[0] if lower else Level.VILLAGE)


#: What a kept sum goes into, by its kind; allocated money into a second one too, where it was granted here.
KEPT = {
    **{kind.value: name for kind, name in ENTRIES.items()},
    ISSUED: "issued",
    ALLOCATED: "allocated",
    PAID: "paid",
}


def kept_at(actor: Actor, place: Place) -> ScopedQuerySet | None:
    """The kept sums of a place above the townships, where the actor sees all of it; else None."""
    whole = any(place.region.prefix.startswith(prefix) for prefix in actor.prefixes(Action.VIEW))
    if not whole or place.region.level >= Level.TOWNSHIP:
        return None
    return FundSum.objects.visible_to(actor).filter(prefix_q("at", (place.region.prefix,)))


def cells_of(actor: Actor, place: Place) -> list[Cell]:
    """All money at the place, of every budget year: above the townships out of the sums that the database keeps."""
    kept = kept_at(actor, place)
    return _live(actor, place) if kept is None else _kept(kept.exclude(kind=ELSEWHERE), place)


def _kept(kept: ScopedQuerySet, place: Place) -> list[Cell]:
    digits = parts_of(place)
    lies_here = prefix_q("owner", (place.region.prefix,))
    keyed = kept.order_by().annotate(
        owner_=Left("owner", digits), at_=Left("at", digits),
        own_=Case(When(lies_here, then=True), default=False, output_field=BooleanField()),
    )  # fmt: skip
    cells = []
    rows = keyed.values("kind", "year", "level", "category", "owner_", "at_", "own_").annotate(
        sum=Sum("amount")
    )
    # What was added and taken away again may stand as two rows still, and is nothing.
    for row in rows.exclude(sum=0):
        kind, spent = row["kind"], row["kind"] in (ALLOCATED, PAID)
        sums = Sums(**{KEPT[kind]: row["sum"]})
        if kind == ALLOCATED and row["own_"]:
            sums.used = row["sum"]
        at = row["at_"] if spent else ""
        cells.append(Cell(row["year"], row["level"], row["owner_"], at, row["category"], sums))
    return cells


def _live(actor: Actor, place: Place) -> list[Cell]:
    digits = parts_of(place)
    granted = Appropriation.objects.visible_to(actor).filter(place.holds(Appropriation))
    entries = AppropriationEntry.objects.visible_to(actor).filter(place.holds(AppropriationEntry))
    cells = [
        Cell(row["year_"], row["level_"], row["owner_"], sums=Sums(issued=row["sum"]))
        for row in _grouped(granted, "", digits)
    ]
    cells += [
        Cell(row["year_"], row["level_"], row["owner_"], sums=Sums(**{ENTRIES[row["kind"]]: row["sum"]}))
        for row in _grouped(entries, "appropriation__", digits, "kind")
    ]
    lies_here = prefix_q("appropriation__region__code", (place.region.prefix,))
    own = Case(When(lies_here, then=True), default=False, output_field=BooleanField())
    given = allocations_at(actor, place).annotate(
        at_=Left("region_id", digits), own_=own, group_=Left("project__category", GROUP)
    )
    for row in _grouped(given, "appropriation__", digits, "at_", "own_", "group_"):
        sums = Sums(allocated=row["sum"], used=row["sum"] if row["own_"] else NOTHING)
        cells.append(Cell(row["year_"], row["level_"], row["owner_"], row["at_"], row["group_"], sums))
    paid = payments_at(actor, place).annotate(
        at_=Left("region_id", digits), group_=Left("allocation__project__category", GROUP)
    )
    cells += [
        Cell(row["year_"], row["level_"], row["owner_"], row["at_"], row["group_"], Sums(paid=row["sum"]))
        for row in _grouped(paid, "allocation__appropriation__", digits, "at_", "group_")
    ]
    return cells


def _grouped(rows: QuerySet, path: str, digits: int, *more: str) -> Iterable[dict[str, Any]]:
    """Sums of the amount by year, level and owner of the appropriation at the path, and by more."""
    keyed = rows.order_by().annotate(
        year_=F(f"{path}year"), level_=F(f"{path}level"), owner_=Left(f"{path}region_id", digits)
    )
    return keyed.values("year_", "level_", "owner_", *more).annotate(sum=Sum("amount"))


def lines_by(cells: Iterable[Cell], key: Callable[[Cell], Any]) -> dict[Any, Sums]:
    """The sums of the cells by what a key says of each."""
    lines: dict[Any, Sums] = {}
    for cell in cells:
        lines.setdefault(key(cell), Sums()).add(cell.sums)
    return lines


def lines_by_group(cells: Iterable[Cell]) -> dict[str, Sums]:
    """What was allocated and paid by the first level of the projects' category."""
    lines: dict[str, Sums] = {}
    for cell in cells:
        if cell.at:
            spent = Sums(allocated=cell.sums.allocated, paid=cell.sums.paid)
            lines.setdefault(cell.group, Sums()).add(spent)
    return lines


def lines_by_part(cells: Iterable[Cell]) -> dict[str, Sums]:
    """The sums by part of the place: what was granted to it and what became of that; what was allocated there, and paid."""
    lines: dict[str, Sums] = {}
    for cell in cells:
        sums = cell.sums
        granted = Sums(sums.issued, sums.raised, sums.cut, sums.carried, sums.arrived, sums.used)
        # What was granted above the place has no part here.
        if granted != Sums():
            lines.setdefault(cell.owner, Sums()).add(granted)
        if cell.at:
            lines.setdefault(cell.at, Sums()).add(Sums(allocated=sums.allocated, paid=sums.paid))
    return lines


def total_of(lines: Iterable[Sums]) -> Sums:
    """All of them."""
    total = Sums()
    for line in lines:
        total.add(line)
    return total


def names_of_parts(place: Place) -> dict[str, Region]:
    """The parts of a place by prefix, in order; first the place itself."""
    digits = parts_of(place)
    parts = Region.objects.unscoped("names of places are no secret").filter(
        code__startswith=place.region.prefix, level=digits
    )
    return {place.region.code[:digits]: place.region} | {
        part.code[:digits]: part for part in parts.order_by("code")
    }
