"""Saying measured figures in words: a wording and its results become runs of text, numbers with their figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from fupin.refusals import Refused
from fupin.words import half_up, plain, wan_yuan
from reports.figures.declare import Family, Figure, Pair, Window
from reports.figures.measure import Result
from reports.wording.grammar import Clause, Paragraph, Slot, Text, Wording

NO_DATA = "暂无数据"
#: Formats that take a pair or a family; any other format is a unit said after a single figure.
PAIR, BY_YEAR, WAN_YUAN = "户人", "逐年户人", "万元"

Names = Mapping[str, Figure | Pair | Family]


@dataclass(frozen=True)
class Run:
    """A piece of a sentence: plain words, or a number with the results it states."""

    text: str
    results: tuple[Result, ...] = ()


def figures_of(wording: Wording, names: Names, words: Mapping[str, str], window: Window) -> list[Figure]:
    """The figures a wording wants. Raises Refused naming a slot that is no figure or has the wrong format."""
    wanted: dict[str, Figure] = {}
    for slot in wording.slots():
        if slot.name in words:
            continue
        thing = names.get(slot.name)
        if thing is None:
            raise Refused(f"没有“{slot.name}”这个指标，请从指标表中选择。")
        if isinstance(thing, Figure) == (slot.format in (PAIR, BY_YEAR)) or (
            isinstance(thing, Family) != (slot.format == BY_YEAR)
        ):
            raise Refused(f"指标“{slot.name}”不能用“{slot.format or '无格式'}”表示。")
        pairs = (
            [thing] if isinstance(thing, Pair) else thing.pairs(window) if isinstance(thing, Family) else []
        )
        for figure in [thing] if isinstance(thing, Figure) else [f for pair in pairs for f in pair]:
            wanted[figure.code] = figure
    return list(wanted.values())


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
        households, people = (self.results[figure.code] for figure in pair)
        if households.value is None:
            return Run(NO_DATA, (households, people))
        return Run(said(households, "户") + said(people, "人") + coverage(households), (households, people))

    def _by_year(self, family: Family) -> list[Run]:
        runs: list[Run] = []
        for pair in family.pairs(self.window):
            households = self.results[pair.households.code]
            earlier = pair.name == family.before(self.window.since).name
            if earlier and not households.value:
                continue
            runs += [
                Run(("、" if runs else "") + pair.households.label.removesuffix("户数")),
                self._pair(pair),
            ]
            if households.value is None:
                break  # without the ledger one 暂无数据 says it for every year
        return runs if len(runs) != 2 or runs[1].text != NO_DATA else [runs[1]]

    def _has_something(self, slot: Slot) -> bool:
        if slot.name in self.words:
            return bool(self.words[slot.name])
        thing = self.names[slot.name]
        if isinstance(thing, Figure):
            return bool(self.results[thing.code].value)
        pairs = [thing] if isinstance(thing, Pair) else thing.pairs(self.window)
        return any(self.results[pair.households.code].value for pair in pairs)


def said(result: Result, unit: str) -> str:
    """A value with its unit: 66户, 16万元; 暂无数据 without one. Rounded half up, here and once."""
    if result.value is None:
        return NO_DATA
    if isinstance(result.value, str):
        return result.value
    if unit == WAN_YUAN:
        return wan_yuan(Decimal(result.value)) + unit
    return plain(half_up(Decimal(result.value), result.figure.places)) + unit


def coverage(result: Result) -> str:
    """（覆盖17/20村） behind a number to which not every village contributes."""
    return f"（覆盖{result.covered}/{result.villages}村）" if result.is_partial else ""
