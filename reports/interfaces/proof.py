"""The proof sheet as a page and a table show it: both numbers of a line, what they are made of, the difference, the way to the rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from fupin.place import Place
from fupin.words import plain
from reports.interfaces.board import query_of, window_at
from reports.interfaces.panels import Links
from reports.queries.proof import Line, Number, Part, Proof
from reports.wording.saying import NO_DATA

HOLDS, FITS, WRONG = "一致", "符合", "不一致"


@dataclass(frozen=True)
class Piece:
    """A number that a side is made of: how it is joined to the one before, its name, how it is written, the way to its rows."""

    sign: str
    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Shown:
    """A line in words."""

    line: Line
    left: str
    right: str
    left_pieces: Sequence[Piece]
    right_pieces: Sequence[Piece]
    difference: str
    verdict: str

    @property
    def is_wrong(self) -> bool:
        """Whether it does not tie."""
        return not self.line.holds


def number(value: Number | None) -> str:
    """As the sheet writes it, every digit of it: here a 分 counts."""
    return NO_DATA if value is None else plain(Decimal(value))


def shown(line: Line) -> Shown:
    """A line as it is told."""
    left, right = line.sides
    if not line.is_known:
        verdict = NO_DATA
    elif line.holds:
        verdict = FITS if line.at_most else HOLDS
    else:
        verdict = WRONG
    difference = number(line.difference) if line.is_known and not (line.at_most and line.holds) else ""
    return Shown(
        line,
        number(left),
        number(right),
        _pieces(line, line.left),
        _pieces(line, line.right),
        difference,
        verdict,
    )


def _pieces(line: Line, parts: Sequence[Part]) -> list[Piece]:
    return [
        Piece((part.sign or "+") if at else "", part.label, number(part.value), _url(line.place, part))
        for at, part in enumerate(parts)
    ]


def _url(place: Place, part: Part) -> str:
    if not part.value:
        return ""
    if part.figure is not None:
        there = Place(place.region, part.year)
        return Links(there, query_of(window_at(there), back="proof")).rows_of(part.figure)
    if not part.list:
        return ""
    address = place.url(f"{part.list}_list")
    return f"{address}?{urlencode(part.query)}" if part.query else address


@dataclass(frozen=True)
class Group:
    """The lines of one rule: those that do not tie, and the others."""

    rule: str
    wrong: Sequence[Shown]
    right: Sequence[Shown]


def groups_of(lines: Iterable[Line]) -> list[Group]:
    """The lines by rule, in their order."""
    by_rule: dict[str, list[Shown]] = {}
    for line in lines:
        by_rule.setdefault(line.rule, []).append(shown(line))
    return [
        Group(rule, [t for t in told if t.is_wrong], [t for t in told if not t.is_wrong])
        for rule, told in by_rule.items()
    ]


@dataclass(frozen=True)
class Village:
    """A village in which something does not tie."""

    label: str
    url: str
    lines: Sequence[Shown]


def villages_of(proof: Proof) -> list[Village]:
    """Those with something that does not tie, the most of it first."""
    told = [
        Village(str(proof.names[code]), Place(proof.names[code], proof.place.year).url("proof"), [shown(line) for line in lines])
        for code, lines in proof.wrong_villages.items()
    ]  # fmt: skip
    return sorted(told, key=lambda village: -len(village.lines))
