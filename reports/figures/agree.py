"""What figures must agree in: the lines of the proof sheet. What does not tie is remarked, never hidden."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from fupin.words import plain
from reports.figures.declare import Family, Figure, Pair
from reports.figures.result import Result
from reports.figures.window import Window

Thing = Figure | Pair | Family
Results = Mapping[str, Result]


@dataclass(frozen=True)
class Remark:
    """Something that does not tie: a sentence with its numbers, and the results they come from."""

    text: str
    results: tuple[Result, ...]


class Check(Protocol):
    """A line of the proof sheet."""

    def figures(self, window: Window) -> list[Figure]:
        """The figures to measure for it."""

    def remarks(self, results: Results, window: Window) -> Iterator[Remark]:
        """What does not tie; nothing where a figure has no ledger."""


def _columns(thing: Thing, window: Window) -> list[tuple[Figure, ...]]:
    """The things' figures side by side: a pair has two columns, a figure one."""
    if isinstance(thing, Figure):
        return [(thing,)]
    return [tuple(pair) for pair in thing.pairs(window)]


def value_and_unit(result: Result) -> str:
    """66户; what has no ledger is said so."""
    if result.shown is None or isinstance(result.shown, str):
        return result.shown or "暂无数据"
    return f"{plain(result.shown)}{result.figure.unit}"


@dataclass(frozen=True)
class Agreement:
    """Parts that must add up to a total; a pair in households and in people."""

    title: str
    total: Pair | Figure
    parts: tuple[Thing, ...]

    def figures(self, window: Window) -> list[Figure]:
        """Total and parts."""
        return [figure for thing in (self.total, *self.parts) for figure in thing.figures(window)]

    def remarks(self, results: Results, window: Window) -> Iterator[Remark]:
        """One for each unit in which they do not add up."""
        (total,) = _columns(self.total, window)
        parts = [column for part in self.parts for column in _columns(part, window)]
        for whole, *pieces in zip(total, *parts, strict=True):
            of_whole, of_pieces = results[whole.code], [results[piece.code] for piece in pieces]
            if of_whole.value is None or all(piece.value is None for piece in of_pieces):
                continue
            found = sum(int(piece.value or 0) for piece in of_pieces)
            if found != of_whole.value:
                text = f"{self.title}合计{found}{whole.unit}，与{whole.label}{value_and_unit(of_whole)}不一致，请核对。"
                yield Remark(text, (of_whole, *of_pieces))


@dataclass(frozen=True)
class Carried:
    """A pair that goes beyond its parts, and by which measures the rest is carried."""

    title: str
    total: Pair
    parts: tuple[Pair, ...]
    #: What is left where the parts are taken away, and the measures that it has.
    rest: Pair
    carriers: tuple[Pair, ...]

    def figures(self, window: Window) -> list[Figure]:
        """All of them."""
        pairs = (self.total, *self.parts, self.rest, *self.carriers)
        return [figure for pair in pairs for figure in pair]

    def remarks(self, results: Results, window: Window) -> Iterator[Remark]:
        """One, where there is a rest: the numbers, and each measure that carries some of it."""
        rest = self._said(self.rest, results)
        if not results[self.rest.households.code].value:
            return
        parts = "、".join(part.label for part in self.parts)
        of_parts = "".join(
            f"{sum(int(results[part[i].code].value or 0) for part in map(tuple, self.parts))}{unit}"
            for i, unit in enumerate(("户", "人"))
        )
        carriers = [pair for pair in self.carriers if results[pair.households.code].value]
        by = "、".join(f"{pair.said}{self._said(pair, results)}" for pair in carriers)
        text = (
            f"{self.total.label}{self._said(self.total, results)}，{parts}{of_parts}，"
            f"其余{rest}的保障措施是：{by or '未登记'}（一户可有几项），请核对。"
        )
        told = (self.total, *self.parts, self.rest, *carriers)
        yield Remark(text, tuple(results[figure.code] for pair in told for figure in pair))

    @staticmethod
    def _said(pair: Pair, results: Results) -> str:
        return "".join(value_and_unit(results[figure.code]) for figure in pair)


@dataclass(frozen=True)
class Differ:
    """Two counts that usually are one: who is entitled and who was paid."""

    one: Figure
    other: Figure

    def figures(self, window: Window) -> list[Figure]:
        """Both."""
        return [self.one, self.other]

    def remarks(self, results: Results, window: Window) -> Iterator[Remark]:
        """One, where both are known and differ."""
        one, other = results[self.one.code], results[self.other.code]
        if None not in (one.value, other.value) and one.value != other.value:
            text = f"{self.one.label}{value_and_unit(one)}，{self.other.label}{value_and_unit(other)}，两者不一致，请核对。"
            yield Remark(text, (one, other))


@dataclass(frozen=True)
class Notice:
    """A figure that should be 0; the text says what it is about, with {value}."""

    figure: Figure
    text: str
    also: Sequence[Figure] = ()

    def figures(self, window: Window) -> list[Figure]:
        """The figure, and what is told besides."""
        return [self.figure, *self.also]

    def remarks(self, results: Results, window: Window) -> Iterator[Remark]:
        """One, where it is not 0."""
        told = [results[figure.code] for figure in (self.figure, *self.also)]
        if told[0].value:
            yield Remark(self.text.format(*(value_and_unit(r) for r in told)), tuple(told))
