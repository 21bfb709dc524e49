"""Spread households over two classifications at once, households and people both holding.

The facts give totals by exit year (the rows) and by category (the columns). What is sought is a table whose
cells add up both ways, with every cell's people possible for its households (each of 1 to 9 members, say).
The search runs over the households alone: whether the people still fit is Hall's condition for a flow, which is
a sum over rows, so that a hopeless branch is cut as soon as one column's people cannot absorb it.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

# Real facts are solved in a few dozen steps; this bounds the ones which contradict one another in hidden ways.
SEARCH_LIMIT = 200_000


class Contradiction(ValueError):
    """The declared facts cannot all hold at once."""


@dataclass(frozen=True)
class Count:
    """`a户b人`: households, and the people in them."""

    households: int
    people: int

    def __add__(self, other: "Count") -> "Count":
        return Count(self.households + other.households, self.people + other.people)

    def __sub__(self, other: "Count") -> "Count":
        return Count(self.households - other.households, self.people - other.people)

    def __str__(self) -> str:
        return f"{self.households}户{self.people}人"


@dataclass(frozen=True)
class Bounded:
    """A column's total, and how small and how large its households may be."""

    count: Count
    smallest: int
    largest: int

    def holds_together(self) -> bool:
        """Whether this many households can have this many people."""
        households, people = self.count.households, self.count.people
        return households >= 0 and self.smallest * households <= people <= self.largest * households


def near_splits(
    total: int, lows: Sequence[int], highs: Sequence[int], wishes: Sequence[float]
) -> Iterator[tuple[int, ...]]:
    """Yield every way to split a total into bounded parts, those close to the wishes first."""
    if not lows:
        if total == 0:
            yield ()
        return
    lowest = max(lows[0], total - sum(highs[1:]))
    highest = min(highs[0], total - sum(lows[1:]))
    for part in sorted(range(lowest, highest + 1), key=lambda value: (abs(value - wishes[0]), value)):
        for rest in near_splits(total - part, lows[1:], highs[1:], wishes[1:]):
            yield (part, *rest)


def share_out(total: int, weights: Sequence[float]) -> list[float]:
    """Return the total in proportion to the weights, evenly where all are nothing."""
    whole = sum(weights)
    if not whole:
        return [total / max(len(weights), 1)] * len(weights)
    return [total * weight / whole for weight in weights]


class Search:
    """One search for the table of households; `find` returns the first one whose people fit too."""

    def __init__(
        self, rows: Sequence[Count], columns: Sequence[Bounded], *, limit: int = SEARCH_LIMIT
    ) -> None:
        # Small rows have the fewest choices, and the last row is what the others leave: the largest goes last.
        self.order = sorted(range(len(rows)), key=lambda index: rows[index].households)
        self.rows = rows
        self.columns = columns
        self.spare = [column.count.people - column.smallest * column.count.households for column in columns]
        self.room = [column.largest - column.smallest for column in columns]
        indices = range(len(columns))
        self.groups = [set(group) for size in range(len(columns)) for group in combinations(indices, size)]
        self.slack = tuple(sum(self.spare[index] for index in group) for group in self.groups)
        self.dead: set[tuple[int, tuple[int, ...], tuple[int, ...]]] = set()
        self.steps_left = limit

    def find(self) -> list[tuple[int, ...]] | None:
        """Return households per row and column, in the rows' own order, or None."""
        left = tuple(column.count.households for column in self.columns)
        found = self._place(0, left, self.slack)
        if found is None:
            return None
        table: list[tuple[int, ...]] = [()] * len(self.rows)
        for index, parts in zip(self.order, found, strict=True):
            table[index] = parts
        return table

    def extra_people(self, row: Count, parts: Sequence[int]) -> int:
        """Return the row's people beyond the smallest households that these parts allow."""
        return row.people - sum(
            column.smallest * part for column, part in zip(self.columns, parts, strict=True)
        )

    def _place(
        self, depth: int, left: tuple[int, ...], slack: tuple[int, ...]
    ) -> list[tuple[int, ...]] | None:
        if depth == len(self.order):
            return [] if not any(left) else None
        state = (depth, left, slack)
        if state in self.dead:
            return None
        row = self.rows[self.order[depth]]
        lows = left if depth == len(self.order) - 1 else (0,) * len(left)
        for parts in near_splits(row.households, lows, left, share_out(row.households, left)):
            self.steps_left -= 1
            if self.steps_left < 0:
                return None
            tighter = self._tighten(row, parts, slack)
            if tighter is None:
                continue
            rest = self._place(depth + 1, tuple(a - b for a, b in zip(left, parts, strict=True)), tighter)
            if rest is not None:
                return [parts, *rest]
        self.dead.add(state)
        return None

    def _tighten(self, row: Count, parts: tuple[int, ...], slack: tuple[int, ...]) -> tuple[int, ...] | None:
        """Take from each group of columns what this row must put there; None where it cannot."""
        extra = self.extra_people(row, parts)
        if extra < 0:
            return None
        rooms = [room * part for room, part in zip(self.room, parts, strict=True)]
        whole = sum(rooms)
        if extra > whole:
            return None
        tighter = []
        for group, available in zip(self.groups, slack, strict=True):
            elsewhere = whole - sum(rooms[index] for index in group)
            available -= max(0, extra - elsewhere)
            if available < 0:
                return None
            tighter.append(available)
        return tuple(tighter)


def _flow(supply: list[int], demand: list[int], room: list[list[int]]) -> list[list[int]] | None:
    """Send each row's extra people into the columns within each cell's room: a small maximum flow."""
    total = sum(supply)
    table = []
    taken = [0] * len(demand)
    # Start close to proportion, so that the households come out alike; augmenting paths mend the rest.
    for row, extra in enumerate(supply):
        parts = []
        for column, wanted in enumerate(demand):
            part = min(extra * wanted // total if total else 0, room[row][column], wanted - taken[column])
            taken[column] += part
            parts.append(part)
        table.append(parts)
    for row, extra in enumerate(supply):
        while sum(table[row]) < extra:
            path = _augmenting_path(row, table, demand, room)
            if path is None:
                return None
            for (start, column), after in zip(path, [*path[1:], None], strict=True):
                table[start][column] += 1
                if after is not None:
                    table[after[0]][column] -= 1
    return table


def _augmenting_path(
    row: int, table: list[list[int]], demand: list[int], room: list[list[int]]
) -> list[tuple[int, int]] | None:
    """Return the (row, column) steps by which one more person of this row finds a place, or None."""
    reached = {row}
    queue: list[list[tuple[int, int]]] = [[]]
    ends = [row]
    for position, path in enumerate(queue):
        current = ends[position]
        for column, wanted in enumerate(demand):
            if table[current][column] >= room[current][column]:
                continue
            step = [*path, (current, column)]
            if sum(parts[column] for parts in table) < wanted:
                return step
            for other, parts in enumerate(table):
                if other not in reached and parts[column] > 0:
                    reached.add(other)
                    queue.append(step)
                    ends.append(other)
    return None


def tabulate(
    rows: Sequence[Count], columns: Sequence[Bounded], *, limit: int = SEARCH_LIMIT
) -> list[list[Count]] | None:
    """Return a table of counts with these row and column totals, or None where there is none."""
    if sum((row for row in rows), Count(0, 0)) != sum((column.count for column in columns), Count(0, 0)):
        return None
    if not all(column.holds_together() for column in columns):
        return None
    search = Search(rows, columns, limit=limit)
    households = search.find()
    if households is None:
        return None
    extras = _flow(
        [search.extra_people(row, parts) for row, parts in zip(rows, households, strict=True)],
        search.spare,
        [[room * part for room, part in zip(search.room, parts, strict=True)] for parts in households],
    )
    if extras is None:  # Hall's condition held for every group of columns, so this cannot be
        raise AssertionError("the people do not fit a table of households that was said to hold them")
    return [
        [
            Count(part, column.smallest * part + extra)
            for part, extra, column in zip(parts, more, columns, strict=True)
        ]
        for parts, more in zip(households, extras, strict=True)
    ]


def sizes(count: Count, smallest: int, largest: int, rng: random.Random) -> list[int]:
    """Return one size for each household of a cell, unequal as real households are."""
    result = [smallest] * count.households
    for _ in range(count.people - smallest * count.households):
        open_ones = [index for index, size in enumerate(result) if size < largest]
        result[rng.choice(open_ones)] += 1
    return result
