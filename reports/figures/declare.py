"""How a figure is declared.

    registered = Base("registered", model=HouseholdYear, entity="household", size="people", ...)
    poor       = registered.pair("poor", "建档立卡贫困户", definition="...")       # households and people
    exited     = registered.family("exited", "{years}脱贫", by="exit_year")      # exited.2016.households ...
    Agreement("按脱贫年度", poor, (exited, not_exited))                          # a line of the proof sheet

No figure depends on today: everything is read in the report's last year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar

from django.db.models import Expression, Q, QuerySet

from fupin.models import Region
from fupin.refusals import Refused
from fupin.scope import Scoped, prefix_q

T = TypeVar("T", "Figure", "Pair", "Family")


@dataclass(frozen=True)
class Window:
    """What a report looks at: a region, its years of work, and the year since which things accumulate.

    The register is read in the last year.
    """

    region: Region
    first: int
    last: int
    since: int

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise Refused(f"期间的开始年度{self.first}晚于结束年度{self.last}，请改正。")
        if self.since > self.last:
            raise Refused(f"累计开始年度{self.since}晚于结束年度{self.last}，请改正。")

    @property
    def years(self) -> str:
        """The years of work as they are printed: 2017年, 2016-2017年."""
        return f"{self.last}年" if self.first == self.last else f"{self.first}-{self.last}年"


class Measure(Enum):
    """What is taken of the rows behind a figure."""

    ENTITIES = "entities"  # how many different entities (households) have such a row
    SIZES = "sizes"  # how many people these entities have, each entity once
    SUM = "sum"  # the sum of an amount over the rows
    TEXT = "text"  # what one village says in words; nothing above a village


@dataclass(frozen=True, eq=False)
class Base:
    """Which rows figures are made of: one statement measures all figures of a base."""

    code: str
    #: The rows' model, and the name of the resource whose list shows them.
    model: type[Scoped]
    resource: str
    #: Path from a row to what is counted, and to the size that is summed once per entity ("" for none).
    entity: str
    size: str
    #: Kind of ledger that decides between number, 0 and 暂无数据.
    ledger: str
    #: Keeps the rows that count in a window's last year, whatever their place.
    counts: Callable[[Window], Q]
    description: str
    declared: list[Figure | Pair | Family] = field(default_factory=list, repr=False)

    def narrow(self, rows: QuerySet, window: Window) -> QuerySet:
        """Of these rows of the model, those that lie in the window and count."""
        return rows.filter(prefix_q(self.model.region_path, (window.region.prefix,)), self.counts(window))

    def pair(self, name: str, label: str, *, definition: str, where: Q | None = None) -> Pair:
        """Households and people: 66户156人."""
        return self._declare(Pair.of(self, name, label, definition, Q() if where is None else where))

    def family(self, name: str, label: str, *, by: str, definition: str) -> Family:
        """A pair for each year from the window's since to its last, by the year in a field."""
        return self._declare(Family(name, label, by, definition, self))

    def amount(
        self, name: str, label: str, unit: str, *, of: str | Expression, definition: str, places: int = 0
    ) -> Figure:
        """The sum of a number over the rows; a number that no row has is 暂无数据, not 0."""
        code = f"{self.code}.{name}"
        return self._declare(
            Figure(code, label, unit, definition, self, Measure.SUM, expression=of, places=places)
        )

    def text(self, name: str, label: str, *, of: str | Expression, definition: str) -> Figure:
        """What a village says in words."""
        code = f"{self.code}.{name}"
        return self._declare(Figure(code, label, "", definition, self, Measure.TEXT, expression=of))

    def all_figures(self, window: Window) -> Iterator[Figure]:
        """Every figure of the base in a window, families by their years."""
        for thing in self.declared:
            yield from thing.figures(window)

    def said_with(self, figure: Figure, window: Window) -> list[Figure]:
        """The figures that are said together with one of the base's, itself among them: both of a pair."""
        pairs = (
            pair for thing in self.declared if not isinstance(thing, Figure) for pair in thing.pairs(window)
        )
        for pair in pairs:
            if figure.code in (pair.households.code, pair.people.code):
                return list(pair)
        return [figure]

    def _declare(self, thing: T) -> T:
        self.declared.append(thing)
        return thing


@dataclass(frozen=True, eq=False)
class Figure:
    """One number (or word) of a report."""

    code: str
    label: str
    unit: str
    definition: str
    base: Base = field(repr=False)
    measure: Measure
    where: Q = field(default_factory=Q, repr=False)
    expression: Any = field(default=None, repr=False)
    places: int = 0

    @property
    def name(self) -> str:
        """What a wording calls it."""
        return self.code

    def figures(self, window: Window) -> list[Figure]:
        """Itself: figure, pair and family are asked alike."""
        return [self]

    def rows(self, rows: QuerySet, window: Window) -> QuerySet:
        """Of these rows of the base's model, those behind this figure."""
        return self.base.narrow(rows, window).filter(self.where)


@dataclass(frozen=True)
class Pair:
    """Two figures that are said together: 66户156人."""

    name: str
    label: str
    households: Figure
    people: Figure

    @classmethod
    def of(cls, base: Base, name: str, label: str, definition: str, where: Q) -> Pair:
        """The households of a condition, and the people they have."""
        return cls(
            name,
            label,
            Figure(f"{name}.households", f"{label}户数", "户", definition, base, Measure.ENTITIES, where),
            Figure(
                f"{name}.people",
                f"{label}人数",
                "人",
                f"{definition}的现有家庭成员",
                base,
                Measure.SIZES,
                where,
            ),
        )

    def __iter__(self) -> Iterator[Figure]:
        return iter((self.households, self.people))

    def pairs(self, window: Window) -> list[Pair]:
        """Itself: pair and family are asked alike."""
        return [self]

    def figures(self, window: Window) -> list[Figure]:
        """Both."""
        return [self.households, self.people]


@dataclass(frozen=True)
class Family:
    """Pairs by year. Which years there are depends on the window, what they mean does not."""

    name: str
    label: str
    by: str
    definition: str
    base: Base = field(repr=False)

    def pairs(self, window: Window) -> list[Pair]:
        """All that went before since, then the pair of each year from since to last: nothing is left out."""
        return [self.before(window.since), *(self.of(year) for year in range(window.since, window.last + 1))]

    def figures(self, window: Window) -> list[Figure]:
        """The figures of every pair."""
        return [figure for pair in self.pairs(window) for figure in pair]

    def before(self, year: int) -> Pair:
        """The pair of all years before this one."""
        return self._pair(f"before_{year}", f"{year - 1}年及以前", Q(**{f"{self.by}__lt": year}))

    def of(self, year: int) -> Pair:
        """The pair of one year."""
        return self._pair(str(year), f"{year}年", Q(**{self.by: year}))

    def _pair(self, suffix: str, years: str, where: Q) -> Pair:
        label, definition = (text.format(years=years) for text in (self.label, self.definition))
        return Pair.of(self.base, f"{self.name}.{suffix}", label, definition, where)


@dataclass(frozen=True)
class Agreement:
    """Parts that must add up to a total, for households and for people."""

    title: str
    total: Pair
    parts: tuple[Pair | Family, ...]

    def pairs(self, window: Window) -> list[Pair]:
        """The parts in a window, families by their years."""
        return [pair for part in self.parts for pair in part.pairs(window)]
