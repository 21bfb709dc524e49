"""Figures as they are kept for good: a record of each, the text they are kept as, and its digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from fupin.models import Level
from reports.figures.coverage import coverage_of
from reports.figures.declare import Base, Figure, Listing
from reports.figures.measure import figures_of_places, list_rows, measure
from reports.figures.result import Result
from reports.figures.village import BASES
from reports.figures.window import Window
from reports.queries.summary import Kind
from reports.wording.saying import coverage, said


@dataclass(frozen=True)
class Kept:
    """A figure as it was: the value in the rows' own unit as a plain decimal (None: 暂无数据), and as it was said."""

    #: The figure's code; of a row of a listing with the row's id in place of its number, which changes with every new row.
    key: str
    label: str
    definition: str
    value: str | None
    said: str
    rows: int
    covered: int
    villages: int

    def differs(self, other: Kept) -> bool:
        """Whether the other one says something else: another value, of more or fewer rows, or of other villages."""

        def stated(kept: Kept) -> tuple[Any, ...]:
            return kept.value, kept.rows, kept.covered, kept.villages

        return stated(self) != stated(other)


#: Figures measured, each under its key.
Measured = dict[str, tuple[Figure, Result]]


def measured(kind: Kind, window: Window) -> Measured:
    """Every figure of a kind's bases, those of the rows of its listings among them."""
    listings = [thing for thing in kind.names.values() if isinstance(thing, Listing)]
    figures = _all(kind.bases, window)
    covering = coverage_of(window, [*figures, *(listing.base for listing in listings)])
    found = {code: (result.figure, result) for code, result in measure(figures, window, covering).items()}
    for listing in listings:
        listed = list_rows(listing, window, covering)
        for item in listed.items:
            for part, figure in (("quantity", item.quantity), ("amount", item.amount)):
                if figure is not None:
                    key = f"{listing.name}.#{item.row.pk}.{part}"
                    found[key] = figure, listed.results[figure.code]
    return found


def measured_places(window: Window, level: Level) -> dict[str, Measured]:
    """Every figure of the register and its ledgers, for each place of a level in the window's region, by its prefix."""
    places = figures_of_places(_all(BASES, window), window, level)
    return {
        prefix: {code: (result.figure, result) for code, result in results.items()}
        for prefix, results in places.items()
    }


def _all(bases: Iterable[Base], window: Window) -> list[Figure]:
    return [figure for base in bases for figure in base.all_figures(window)]


def kept(figures: Measured) -> Iterator[Kept]:
    """The figures as they are kept."""
    for key, (figure, result) in figures.items():
        value, partly = plain_value(result.value), coverage(result) if result.value is not None else ""
        text = said(result, figure.unit) + partly
        yield Kept(
            key, figure.label, figure.definition, value, text, result.rows, result.covered, result.villages
        )


def plain_value(value: Any) -> str | None:
    """A number without the zeros that one way of measuring has at its end and another has not."""
    if isinstance(value, Decimal | int):
        return f"{Decimal(value).normalize():f}"
    return value


def as_records(figures: Measured) -> list[dict[str, Any]]:
    """The figures as JSON has them."""
    return [asdict(each) for each in kept(figures)]


def from_records(records: Iterable[Mapping[str, Any]]) -> list[Kept]:
    """What as_records() has written."""
    return [Kept(**record) for record in records]


def as_text(content: Mapping[str, Any]) -> str:
    """What is kept, as the one text of which the digest is taken."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(content: str | bytes) -> str:
    """The digest of a text (in UTF-8) or a file."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()
