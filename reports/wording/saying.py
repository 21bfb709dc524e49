"""Saying measured figures in words: a wording and its results become runs of text, numbers with their figures."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType

from fupin.refusals import Refused
from fupin.words import plain
from reports.figures.declare import WAN_YUAN, Family, Figure, Listing, Pair
from reports.figures.measure import Listed
from reports.figures.result import Result
from reports.figures.window import Window
from reports.wording.grammar import Clause, Paragraph, Slot, Text, Wording

NO_DATA, NONE = "暂无数据", "无"
#: Formats of a pair, of a family and of a listing. A figure is said with its own unit, bare, or (万元) in 元.
PAIR, HOUSEHOLDS = "户人", "户"
BY_YEAR, HOUSEHOLDS_BY_YEAR = "逐年户人", "逐年户"
LIST, NAMES_ONLY = "清单", "名称"
#: A list of more rows is read line by line, and not as one sentence over pages. Of a village it stays a sentence.
LONG_LIST = 5
#: What may stand before the next line of a list, and ends a paragraph.
MARKS, STOPS = "；。，、", "。：；"
#: What ends a sentence, or a part of one that stands for itself.
SENTENCE_ENDS = "。；"
_PIECES = re.compile(rf"[^{SENTENCE_ENDS}]*[{SENTENCE_ENDS}]|[^{SENTENCE_ENDS}]+")

Thing = Figure | Pair | Family | Listing
Names = Mapping[str, Thing]


@dataclass(frozen=True)
class Run:
    """A piece of a sentence: plain words, or a number with the results it states."""

    text: str
    results: tuple[Result, ...] = ()
    #: It begins a line of its own; without text, what comes after it does.
    begins: bool = False

    @property
    def is_number(self) -> bool:
        """Whether a number is stated, and not that there is none."""
        return any(result.value is not None for result in self.results)

    @property
    def coverage(self) -> str:
        """What is to be said of the villages behind it."""
        return coverage(self.results[0]) if self.is_number else ""


def figures_of(wording: Wording, names: Names, words: Mapping[str, str], window: Window) -> list[Figure]:
    """The figures a wording wants, each once. Raises Refused naming a slot that is none or has the wrong format."""
    wanted: dict[str, Figure] = {}
    for slot in wording.slots():
        thing = names.get(slot.name)
        if thing is None and slot.name not in words:
            raise Refused(
                f"第{slot.line}行：没有“{slot.name}”这个指标，{_instead(slot.name, [*names, *words])}"
            )
        if slot.format not in formats_of(thing):
            raise Refused(f"第{slot.line}行：指标“{slot.name}”不能用“{slot.format or '无格式'}”表示。")
        if thing is not None:
            wanted.update({figure.code: figure for figure in thing.figures(window)})
    return list(wanted.values())


def _instead(name: str, known: list[str]) -> str:
    """What to do about a name that there is not: the one that looks most like it, if one does."""
    near = get_close_matches(name, known, n=1, cutoff=0.75)
    return f"是否应为“{near[0]}”？" if near else "请从指标表中选择。"


def formats_of(thing: Thing | None) -> tuple[str, ...]:
    """The formats in which a thing may be said; None stands for a word about the report."""
    match thing:
        case Pair():
            return (PAIR, HOUSEHOLDS)
        case Family():
            return (BY_YEAR, HOUSEHOLDS_BY_YEAR)
        case Listing():
            return (LIST, NAMES_ONLY)
        case Figure(unit="万元"):
            return ("", WAN_YUAN, "元")
        case Figure():
            return ("", thing.unit)
    return ("",)  # a word about the report


class Speaker:
    """Says a wording's paragraphs with measured results."""

    def __init__(
        self, names: Names, words: Mapping[str, str], results: Mapping[str, Result], window: Window,
        listed: Mapping[str, Listed] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.names, self.words, self.results, self.window = names, words, results, window
        self.listed = listed

    def say(self, paragraph: Paragraph) -> list[Run]:
        """The runs of a paragraph; clauses with nothing to say are left out."""
        runs: list[Run] = []
        for node in paragraph:
            if isinstance(node, Clause):
                if all(self._has_something(n) for n in node.nodes if isinstance(n, Slot)):
                    runs += [run for n in node.nodes for run in self._leaf(n)]
            else:
                runs += self._leaf(node)
        return [run for run in runs if run.text or run.begins]

    def _leaf(self, node: Text | Slot) -> list[Run]:
        if isinstance(node, Text):
            return [Run(node.text)]
        if node.name in self.words:
            return [Run(self.words[node.name])]
        thing = self.names[node.name]
        match thing:
            case Family():
                return self._by_year(thing, node.format)
            case Pair():
                return [self._pair(thing, node.format)]
            case Listing():
                return self._rows(thing, node.format)
        return [self._single(self.results[thing.code], node.format)]

    def _single(self, result: Result, unit: str) -> Run:
        return Run(said(result, unit), (result,))

    def _pair(self, pair: Pair, format_: str) -> Run:
        figures = (pair.households,) if format_ in (HOUSEHOLDS, HOUSEHOLDS_BY_YEAR) else tuple(pair)
        results = tuple(self.results[figure.code] for figure in figures)
        return Run(_together(results), results)

    def _by_year(self, family: Family, format_: str) -> list[Run]:
        before, *years = family.pairs(self.window)
        if self.results[before.households.code].value is None:
            # Without the ledger one 暂无数据 says it for every year.
            return [Run(NO_DATA, tuple(self.results[f.code] for pair in years for f in pair))]
        # The years since are told even where they are 0; what went before, only where there is something. Of
        # households alone only years that have some are told.
        told = [
            pair
            for pair in (before, *years)
            if (pair is not before and format_ == BY_YEAR) or self.results[pair.households.code].value
        ]
        if not told:
            return [Run(NONE)]
        runs: list[Run] = []
        for pair in told:
            runs += [Run(("、" if runs else "") + pair.said), self._pair(pair, format_)]
        return runs

    def _rows(self, listing: Listing, format_: str) -> list[Run]:
        listed = self.listed[listing.name]
        if not listed.items:
            return [Run(NONE if listed.covered else NO_DATA)]
        runs: list[Run] = []
        by_line = len(listed.items) > LONG_LIST and not self.window.region.is_village
        for number, item in enumerate(listed.items, start=1):
            between = "；" if format_ == LIST or by_line else "、"
            if by_line:
                runs += [*([Run(between)] if runs else []), Run(f"{number}. ", begins=True), Run(item.name)]
            else:
                runs.append(Run((between if runs else "") + item.name))
            if format_ == LIST and item.quantity:
                runs.append(self._single(listed.results[item.quantity.code], item.quantity.unit))
            if format_ == LIST and item.amount:
                result = listed.results[item.amount.code]
                runs += [Run(f"，{listing.spent}"), self._single(result, item.amount.unit)]
        return [*runs, Run("", begins=True)] if by_line else runs

    def _has_something(self, slot: Slot) -> bool:
        if slot.name in self.words:
            return bool(self.words[slot.name])
        thing = self.names[slot.name]
        if isinstance(thing, Listing):
            return bool(self.listed[thing.name].items)
        return any(self.results[f.code].value for f in thing.figures(self.window))


def in_lines(runs: Sequence[Run]) -> list[list[Run]]:
    """The runs of a paragraph as paragraphs: one for each line that begins in it. A mark after a list ends its last line."""
    lines: list[list[Run]] = [[]]
    for at, run in enumerate(runs):
        if run.begins:
            lines.append([])
        ends_list = at and runs[at - 1].begins and not runs[at - 1].text
        if ends_list and run.text[:1] in MARKS:
            lines[-2].append(Run(run.text[:1]))
            run = Run(run.text[1:], run.results)
        if run.text:
            lines[-1].append(run)
    return [line for line in lines if line]


def said(result: Result, unit: str) -> str:
    """A value with its unit: 66户, 16万元; 暂无数据 without one. Rounded half up, here and once."""
    if result.value is None:
        return NO_DATA
    if isinstance(result.value, str):
        return result.value
    return plain(result.figure.shown(result.value, unit)) + unit


def said_together(results: Sequence[Result]) -> str:
    """Values of one base, each with its unit, and the villages behind them: 66户156人（覆盖17/20村）."""
    return _together(results) + (coverage(results[0]) if results[0].value is not None else "")


def _together(results: Sequence[Result]) -> str:
    """66户156人; 暂无数据 once for all of them."""
    if results[0].value is None:
        return NO_DATA
    return "".join(said(result, result.figure.unit) for result in results)


def with_coverage(paragraphs: Sequence[list[Run]]) -> list[list[Run]]:
    """The paragraphs of a section with the villages behind its numbers, once where they are the same for several.

    For all of the section it stands at the end of the first paragraph that has a number: 投资933.87万元（本节数字覆盖17/20村）。
    For all of a paragraph of several sentences, at its end; for all of a sentence, at the sentence's: 扶持66户，占30%（均覆盖
    17/20村）。 Else it stands behind each number. Numbers of all villages say nothing.
    """
    every = [run for paragraph in paragraphs for run in paragraph]
    if (shared := _shared(every)) is None:
        return [_paragraph(paragraph) for paragraph in paragraphs]
    found = list(paragraphs)
    said_at = next(at for at, paragraph in enumerate(paragraphs) if any(run.is_number for run in paragraph))
    found[said_at] = _before_the_stop(paragraphs[said_at], shared, "本节数字")
    return found


def _shared(runs: Sequence[Run]) -> str | None:
    """What the coverage of all numbers in it is, of two at least; None where it is not one and the same."""
    said = [run.coverage for run in runs if run.is_number]
    return said[0] if len(said) > 1 and len({*said}) == 1 else None


def _paragraph(runs: list[Run]) -> list[Run]:
    sentences = [*_sentences(runs)]
    with_numbers = sum(any(run.is_number for run in sentence) for sentence in sentences)
    shared = _shared(runs)
    if shared is not None and with_numbers > 1:
        return _before_the_stop(runs, shared, "本段数字")
    return [run for sentence in sentences for run in _sentence(sentence)]


def _sentence(runs: list[Run]) -> list[Run]:
    if (shared := _shared(runs)) is not None:
        return _before_the_stop(runs, shared, "均")
    return [each for run in runs for each in (run, Run(run.coverage)) if each.text or each.begins]


def _sentences(runs: Sequence[Run]) -> Iterator[list[Run]]:
    """The runs of a paragraph by the marks that end a sentence or a part of it; plain words are cut there."""
    sentence: list[Run] = []
    for run in runs:
        pieces = [run] if run.results or run.begins else [Run(text) for text in _PIECES.findall(run.text)]
        for piece in pieces:
            sentence.append(piece)
            if not piece.results and piece.text[-1:] in SENTENCE_ENDS:
                yield sentence
                sentence = []
    if sentence:
        yield sentence


def _before_the_stop(runs: list[Run], coverage: str, whose: str) -> list[Run]:
    if not coverage:
        return runs
    text = coverage.replace("（", f"（{whose}", 1)
    *before, last = runs
    if last.results or last.text[-1:] not in STOPS:
        return [*runs, Run(text)]
    return [*before, *([Run(rest)] if (rest := last.text[:-1]) else []), Run(text + last.text[-1])]


def coverage(result: Result) -> str:
    """（覆盖17/20村） behind a number to which not every village contributes."""
    return f"（覆盖{result.covered}/{result.villages}村）" if result.is_partial else ""
