"""Reading a wording: text into nodes, mistakes into sentences with the line they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fupin.refusals import Refused

_TOKEN = re.compile(r"\[\[|\]\]|\{[^{}]*\}|[{}]|[^\[\]{}]+|[\[\]]")
_SLOT = re.compile(r"\{([a-z][a-z0-9_.]*)(?::([^{}:]+))?\}")


#: What the names of a village's own words begin with: {text.7} is the place of those of section 七.
OWN_WORDS = "text."


@dataclass(frozen=True)
class Text:
    """Words as they stand."""

    text: str


@dataclass(frozen=True)
class Slot:
    """The place of a figure, a pair, a family or a word about the report."""

    name: str
    format: str
    #: Where it stands, for whoever wrote it wrongly.
    line: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Clause:
    """Nodes that are said together or not at all."""

    nodes: tuple[Text | Slot, ...]


Paragraph = tuple[Text | Slot | Clause, ...]


@dataclass(frozen=True)
class WordedSection:
    """A heading and its paragraphs."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True)
class Wording:
    """A whole report in words."""

    title: Paragraph
    sections: tuple[WordedSection, ...]

    def slots(self) -> Iterator[Slot]:
        """Every slot, those of the title and of clauses included."""
        sections = (paragraph for section in self.sections for paragraph in section.paragraphs)
        for paragraph in (self.title, *sections):
            for node in paragraph:
                inner = node.nodes if isinstance(node, Clause) else (node,)
                yield from (n for n in inner if isinstance(n, Slot))


def with_own_words(wording: Wording, own: Mapping[str, Sequence[Paragraph]]) -> Wording:
    """The wording with a village's own paragraphs, by name ("text.7"), where it leaves a place for them."""

    def filled(paragraphs: tuple[Paragraph, ...]) -> Iterator[Paragraph]:
        for nodes in paragraphs:
            place = nodes[0] if len(nodes) == 1 else None
            if isinstance(place, Slot) and place.name.startswith(OWN_WORDS):
                yield from own.get(place.name, ())
            else:
                yield nodes

    sections = (WordedSection(s.title, tuple(filled(s.paragraphs))) for s in wording.sections)
    return Wording(wording.title, tuple(sections))


def parse(text: str) -> Wording:
    """Read a wording. Raises Refused naming the line of the first mistake."""
    title: Paragraph = ()
    sections: list[tuple[str, list[Paragraph]]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if line.startswith("## "):
            sections.append((line[3:].strip(), []))
        elif line.startswith("# "):
            if title:
                raise Refused(f"第{number}行：标题“# ”只能有一个。")
            title = paragraph(line[2:].strip(), number)
        elif line:
            if not sections:
                raise Refused(f"第{number}行：还没有小标题，请先写“## 小标题”。")
            sections[-1][1].append(paragraph(line, number))
    return Wording(title, tuple(WordedSection(heading, tuple(lines)) for heading, lines in sections))


def paragraph(line: str, number: int) -> Paragraph:
    """Read one line. Raises Refused naming it by its number."""
    nodes: list[Text | Slot | Clause] = []
    clause: list[Text | Slot] | None = None
    for token in _TOKEN.findall(line):
        if token == "[[":
            if clause is not None:
                raise Refused(f"第{number}行：可省略部分“[[”里不能再有“[[”。")
            clause = []
        elif token == "]]":
            if clause is None:
                raise Refused(f"第{number}行：多了一个“]]”。")
            nodes.append(Clause(tuple(clause)))
            clause = None
        else:
            (nodes if clause is None else clause).append(_leaf(token, number))
    if clause is not None:
        raise Refused(f"第{number}行：“[[”没有用“]]”结束。")
    inner = (n for node in nodes for n in (node.nodes if isinstance(node, Clause) else (node,)))
    own = next((n for n in inner if isinstance(n, Slot) and n.name.startswith(OWN_WORDS)), None)
    if own is not None and len(line) > len(f"{{{own.name}}}"):
        raise Refused(f"第{number}行：“{{{own.name}}}”是村里自己写的文字，应单独写一行。")
    return tuple(nodes)


def _leaf(token: str, number: int) -> Text | Slot:
    if token.startswith("{") or token == "}":
        found = _SLOT.fullmatch(token)
        if not found:
            raise Refused(f"第{number}行：“{token}”不是完整的指标，应写成“{{指标:单位}}”。")
        return Slot(found[1], found[2] or "", number)
    return Text(token)
