"""Saying measured figures in words: a wording and its results become runs of text, numbers with their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from fupin.refusals import Refused
from fupin.words import half_up, plain, wan_yuan
from reports.figures.declare import Family, Figure, Pair, Window
from reports.figures.measure import Result
from reports.wording.grammar import Clause, Paragraph, Slot, Text, Wording

NO_DATA = "暂无数据"
#: Formats of a pair and of a family. A figure is said with its own unit, bare, or (元) in 万元.
PAIR, BY_YEAR, WAN_YUAN = "户人", "逐年户人", "万元"

Names = Mapping[str, Figure | Pair | Family]


@dataclass(frozen=True)
class Run:
    """A piece of a sentence: plain words, or a number with the results it states."""

    text: str
    results: tuple[Result, ...] = ()


def figures_of(wording: Wording, names: Names, words: Mapping[str, str], window: Window) -> list[Figure]:
    """The figures a wording wants, each once. Raises Refused naming a slot that is none or has the wrong format."""
    wanted: dict[str, Figure] = {}
    for slot in wording.slots():
        thing = names.get(slot.name)
        if thing is None and slot.name not in words:
            raise Refused(f"第{slot.line}行：没有“{slot.name}”这个指标，请从指标表中选择。")
        if slot.format not in _formats(thing):
            raise Refused(f"第{slot.line}行：指标“{slot.name}”不能用“{slot.format or '无格式'}”表示。")
        if thing is not None:
            wanted.update({figure.code: figure for figure in thing.figures(window)})
    return list(wanted.values())


def _formats(thing: Figure | Pair | Family | None) -> tuple[str, ...]:
    match thing:
        case Pair():
            return (PAIR,)
        case Family():
            return (BY_YEAR,)
        case Figure(unit="元"):
            return ("", "元", WAN_YUAN)
        case Figure():
            return ("", thing.unit)
    return ("",)  # a word about the report


class Speaker:
    """Says a wording's paragraphs with measured results."""

    def __init__(
        self, names: Names, words: Mapping[str, str], results: Mapping[str, Result], window: Window
    ) -> None:
        self.names, self.words, self.results, self.window = names, words, results, window

    def say(self, paragraph: Paragraph) -> list[Run]:
        """The runs of a paragraph; clauses with nothing to say are left out."""
        runs: list[Run] = []
        for node in paragraph:
            if isinstance(node, Clause):
                if all(self._has_something(n) for n in node.nodes if isinstance(n, Slot)):
                    runs += [run for n in node.nodes for run in self._leaf(n)]
            else:
                runs += self._leaf(node)
        return [run for run in runs if run.text]

    def _leaf(self, node: Text | Slot) -> list[Run]:
        if isinstance(node, Text):
            return [Run(node.text)]
        if node.name in self.words:
            return [Run(self.words[node.name])]
        thing = self.names[node.name]
        if isinstance(thing, Family):
            return self._by_year(thing)
        if isinstance(thing, Pair):
            return [self._pair(thing)]
        return [self._single(self.results[thing.code], node.format)]

    def _single(self, result: Result, unit: str) -> Run:
        return Run(said(result, unit) + coverage(result), (result,))

    def _pair(self, pair: Pair) -> Run:
        results = tuple(self.results[figure.code] for figure in pair)
        return Run(said_together(results), results)

    def _by_year(self, family: Family) -> list[Run]:
        before, *years = family.pairs(self.window)
        # The years since are told even where they are 0; what went before, only where there is something.
        told = [before, *years] if self.results[before.households.code].value else years
        if self.results[before.households.code].value is None:
            # Without the ledger one 暂无数据 says it for every year.
            return [Run(NO_DATA, tuple(self.results[f.code] for pair in told for f in pair))]
        runs: list[Run] = []
        for pair in told:
            runs += [Run(("、" if runs else "") + pair.label), self._pair(pair)]
        return runs

    def _has_something(self, slot: Slot) -> bool:
        if slot.name in self.words:
            return bool(self.words[slot.name])
        return any(self.results[f.code].value for f in self.names[slot.name].figures(self.window))


def said(result: Result, unit: str) -> str:
    """A value with its unit: 66户, 16万元; 暂无数据 without one. Rounded half up, here and once."""
    if result.value is None:
        return NO_DATA
    if isinstance(result.value, str):
        return result.value
    if unit == WAN_YUAN:
        return wan_yuan(Decimal(result.value)) + unit
    return plain(half_up(Decimal(result.value), result.figure.places)) + unit


def said_together(results: Sequence[Result]) -> str:
    """Values of one base, each with its unit: 66户156人; 暂无数据 once for all of them."""
    first = results[0]
    if first.value is None:
        return NO_DATA
    return "".join(said(result, result.figure.unit) for result in results) + coverage(first)


def coverage(result: Result) -> str:
    """（覆盖17/20村） behind a number to which not every village contributes."""
    return f"（覆盖{result.covered}/{result.villages}村）" if result.is_partial else ""
