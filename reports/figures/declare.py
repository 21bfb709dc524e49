"""How a figure is declared.

    registered = Base("registered", model=HouseholdYear, entity="household", size="people", ...)
    poor       = registered.pair("poor", "建档立卡贫困户", definition="...")       # households and people
    exited     = registered.family("exited", "{years}脱贫", by="exit_year")      # exited.2016.households ...
    paid       = given.money("dibao_pay", "低保金", where=...)                   # dibao_pay.amount, in 万元
    share      = ratio("education.share", education.households, poor.households)  # derived, never SQL
    projects   = village.listing("projects", "到村项目", ...)                    # row by row, in their own order

What they must agree in is declared in reports/figures/agree.py. No figure depends on today: the register is read
in the report's last year, and each base says which years its rows are of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import Any, TypeVar

from django.db.models import Expression, F, Q, QuerySet

from fupin.scope import Scoped, prefix_q
from fupin.words import half_up
from reports.figures.window import Span, Window

T = TypeVar("T", "Figure", "Pair", "Family", "Listing")


class Measure(Enum):
    """What is taken of the rows behind a figure."""

    ENTITIES = "entities"  # how many different entities (households) have such a row
    SIZES = "sizes"  # how many people these entities have, each entity once
    SPELLS = "spells"  # how many years the entities had such a row, summed: household-years
    SUM = "sum"  # the sum of an amount over the rows
    TEXT = "text"  # what one village says in words; nothing above a village
    NAMES = "names"  # the different names that the rows have, joined
    RATIO = "ratio"  # one figure by another; derived, never SQL


WAN_YUAN = "万元"
#: What a measured number is multiplied by to be shown in a unit.
SCALES = {WAN_YUAN: Decimal("0.0001"), "%": Decimal(100)}


def name_of(row: Any) -> str:
    """What a row of a listing is called by itself."""
    return str(row.name)


def _all_rows(rows: QuerySet, _window: Window) -> QuerySet:
    return rows


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
    #: Kinds of ledger that decide between number, 0 and 暂无数据: any of them. A figure may name its own.
    ledgers: tuple[str, ...]
    #: Keeps the rows that count in a window, whatever their place and year.
    counts: Q
    description: str
    span: Span = Span.YEAR
    #: Adds to the rows what figures ask of others, as the holder's household in the window's last year.
    joined: Callable[[QuerySet, Window], QuerySet] = _all_rows
    #: Whether an entity has its rows in one village alone, so that villages' counts add up to the county's. A household of
    #: the last year's register has; an enterprise, or a person who was given something in two villages, has not.
    additive: bool = True
    #: Paths to the region of joined rows that count only where they lie with the row. Some villages' rows are then read of
    #: every table by place; else the planner reads all of a joined one.
    beside: tuple[str, ...] = ()
    #: Path to the household's year in the window's last one, None where a row knows no household: what a filter asks of it.
    home: str | None = None
    declared: list[Figure | Pair | Family | Listing] = field(default_factory=list, repr=False)

    def narrow(self, rows: QuerySet, window: Window) -> QuerySet:
        """Of these rows of the model, those that lie in the window and count."""
        return self.within(rows, window).filter(prefix_q(self.model.region_path, (window.region.prefix,)))

    def within(self, rows: QuerySet, window: Window) -> QuerySet:
        """The same, wherever they are."""
        first, last = window.span(self.span)
        years = Q(year=last) if first == last else Q(year__range=(first, last))
        only = window.only.villages(self.model.region_path, window.last)
        if self.home is not None:
            only &= window.only.homes(self.home)
        # In one filter with what counts: conditions of a joined row are of one such row.
        return self.joined(rows, window).filter(years, self.counts, only)

    def figure(
        self, code: str, label: str, unit: str, measure: Measure, *, definition: str, where: Q | None = None,
        of: str | Expression | None = None, places: int = 0, ledgers: tuple[str, ...] = (),
    ) -> Figure:  # fmt: skip
        """One number or word of the rows that fit."""
        where = Q() if where is None else where
        return self.declare(
            Figure(code, label, unit, definition, self, measure, where, of, places, ledgers or self.ledgers)
        )

    def pair(
        self, name: str, label: str, *, definition: str, where: Q | None = None,
        ledgers: tuple[str, ...] = (), said: str = "",
    ) -> Pair:  # fmt: skip
        """Households and people: 66户156人. `said` is what a sentence calls it instead of the label."""
        where = Q() if where is None else where
        return self.declare(Pair.of(self, name, label, definition, where, ledgers or self.ledgers, said))

    def family(
        self, name: str, label: str, *, by: str, definition: str, where: Q | None = None,
        ledgers: tuple[str, ...] = (), said: str = "",
    ) -> Family:  # fmt: skip
        """A pair for each year from the window's since to its last, by the year in a field.

        `said` is what a sentence says before each number instead of the label, with {years} in it.
        """
        where = Q() if where is None else where
        return self.declare(
            Family(name, label, by, definition, self, where, ledgers or self.ledgers, said or label)
        )

    def money(
        self, name: str, label: str, *, definition: str, where: Q | None = None, of: str = "amount",
        ledgers: tuple[str, ...] = (),
    ) -> Figure:  # fmt: skip
        """The sum of an amount in 元, said in 万元 to two decimals."""
        return self.figure(
            f"{name}.amount", f"{label}金额", WAN_YUAN, Measure.SUM, definition=definition, where=where, of=of,
            places=2, ledgers=ledgers,
        )  # fmt: skip

    def amount(
        self, name: str, label: str, unit: str, *, of: str | Expression, definition: str, places: int = 0
    ) -> Figure:
        """The sum of a number over the rows; a number that no row has is 暂无数据, not 0."""
        code = f"{self.code}.{name}"
        return self.figure(code, label, unit, Measure.SUM, definition=definition, of=of, places=places)

    def text(self, name: str, label: str, *, of: str | Expression, definition: str) -> Figure:
        """What a village says in words."""
        return self.figure(f"{self.code}.{name}", label, "", Measure.TEXT, definition=definition, of=of)

    def listing(
        self,
        name: str,
        label: str,
        *,
        definition: str,
        where: Q,
        spent: str,
        called: Callable[[Any], str] = name_of,
    ) -> Listing:
        """The rows one by one, in their own order, each with quantity and amount; `spent` is said before this."""
        return self.declare(Listing(name, label, definition, self, where, spent, called=called))

    def all_figures(self, window: Window) -> Iterator[Figure]:
        """Every figure of the base in a window, families by their years; not those of single rows."""
        for thing in self.declared:
            yield from thing.figures(window)

    def listings(self) -> list[Listing]:
        """The listings of the base."""
        return [thing for thing in self.declared if isinstance(thing, Listing)]

    def said_with(self, figure: Figure, window: Window) -> list[Figure]:
        """The figures that are said together with one of the base's, itself among them: both of a pair."""
        for thing in self.declared:
            if isinstance(thing, Pair | Family):
                for pair in thing.pairs(window):
                    if figure.code in (pair.households.code, pair.people.code):
                        return list(pair)
        return [figure]

    def declare(self, thing: T) -> T:
        """Keep what was declared of the base's rows."""
        self.declared.append(thing)
        return thing


@dataclass(frozen=True, eq=False)
class Figure:
    """One number (or word) of a report. A number is measured in the rows' own unit and shown in the figure's."""

    code: str
    label: str
    unit: str
    definition: str
    base: Base = field(repr=False)
    measure: Measure
    where: Q = field(default_factory=Q, repr=False)
    expression: Any = field(default=None, repr=False)
    places: int = 0
    ledgers: tuple[str, ...] = field(default=(), repr=False)
    #: Of a ratio: what is divided by what.
    parts: tuple[Figure, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """What a wording calls it."""
        return self.code

    @property
    def adds_up(self) -> bool:
        """Whether the villages' values add up to that of the region above."""
        counted = (Measure.ENTITIES, Measure.SIZES, Measure.SPELLS)
        return self.measure is Measure.SUM or (self.measure in counted and self.base.additive)

    @property
    def named(self) -> str:
        """Of NAMES: the relation whose names are told."""
        return str(self.expression).partition("__")[0]

    def figures(self, window: Window) -> list[Figure]:
        """Itself: figure, pair, family and listing are asked alike."""
        return [self]

    def rows(self, rows: QuerySet, window: Window) -> QuerySet:
        """Of these rows of the base's model, those behind this figure."""
        return self.base.narrow(rows, window).filter(self.where)

    def shown(self, value: Decimal | int, unit: str = "") -> Decimal:
        """A measured number as it is shown in a unit (the figure's own if none): scaled, rounded half up, once."""
        return half_up(Decimal(value) * SCALES.get(unit or self.unit, 1), self.places)


def ratio(
    code: str, label: str, part: Figure, whole: Figure, *, unit: str = "%", places: int = 1, definition: str
) -> Figure:
    """One figure by another: a share in percent, an average in 元 or 万元. Its rows are those of the part."""
    return part.base.declare(
        Figure(
            code,
            label,
            unit,
            definition,
            part.base,
            Measure.RATIO,
            part.where,
            None,
            places,
            part.ledgers,
            (part, whole),
        )  # fmt: skip
    )


@dataclass(frozen=True)
class Pair:
    """Two figures that are said together: 66户156人."""

    name: str
    label: str
    households: Figure
    people: Figure
    #: How a sentence calls it among others of its like; the label if nothing else.
    said: str = ""

    @classmethod
    def of(
        cls,
        base: Base,
        name: str,
        label: str,
        definition: str,
        where: Q,
        ledgers: tuple[str, ...],
        said: str = "",
    ) -> Pair:
        """The households of a condition, and the people they have."""

        def one(part: str, word: str, unit: str, text: str, measure: Measure) -> Figure:
            return Figure(f"{name}.{part}", label + word, unit, text, base, measure, where, ledgers=ledgers)

        households = one("households", "户数", "户", definition, Measure.ENTITIES)
        people = one("people", "人数", "人", f"{definition}的现有家庭成员", Measure.SIZES)
        return cls(name, label, households, people, said or label)

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
    where: Q = field(default_factory=Q, repr=False)
    ledgers: tuple[str, ...] = ()
    said: str = ""

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
        label, definition, said = (
            text.format(years=years) for text in (self.label, self.definition, self.said)
        )
        return Pair.of(
            self.base, f"{self.name}.{suffix}", label, definition, self.where & where, self.ledgers, said
        )


@dataclass(frozen=True)
class Item:
    """A row of a listing: its name, and the figures of its quantity and amount, None for what it does not have."""

    name: str
    quantity: Figure | None
    amount: Figure | None
    row: Any = field(repr=False)


@dataclass(frozen=True)
class Listing:
    """Rows one by one in their own order; each has figures of its own, projects.1.quantity and projects.1.amount."""

    name: str
    label: str
    definition: str
    base: Base = field(repr=False)
    where: Q = field(repr=False)
    #: What is said before an amount: 投入 10万元.
    spent: str = ""
    unit: str = ""
    #: What a sentence calls a row.
    called: Callable[[Any], str] = name_of

    @property
    def ledgers(self) -> tuple[str, ...]:
        """The ledgers of its rows."""
        return self.base.ledgers

    def figures(self, window: Window) -> list[Figure]:
        """None: which rows there are is not known before they are read."""
        return []

    def rows(self, rows: QuerySet, window: Window) -> QuerySet:
        """Of these rows of the base's model, those listed, village by village in the order that their positions give them."""
        listed = self.base.narrow(rows, window).filter(self.where)
        return listed.order_by("region", F("position").asc(nulls_last=True), "year", "pk")

    def item(self, number: int, row: Any) -> Item:
        """The figures of the row that comes as this number (from 1)."""

        def one(part: str, word: str, unit: str, places: int) -> Figure:
            return Figure(
                f"{self.name}.{number}.{part}", f"{row.name}{word}", unit, f"{self.definition}：{row.name}",
                self.base, Measure.SUM, Q(pk=row.pk), part, places, self.base.ledgers,
            )  # fmt: skip

        return Item(
            self.called(row),
            one("quantity", "数量", row.unit, 3) if row.quantity is not None else None,
            one("amount", "金额", WAN_YUAN, 4) if row.amount is not None else None,
            row,
        )
