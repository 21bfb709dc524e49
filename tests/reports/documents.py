"""What the tests of Word and Excel documents share: summaries made by hand, and the parts of a package."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree

from fupin.access import SYSTEM
from fupin.models import Region
from fupin.words import plain
from reports.figures.declare import Figure, Measure
from reports.figures.register import registered
from reports.figures.result import Result
from reports.figures.window import Window
from reports.queries.summary import KINDS, Section, Summary, build_summary
from reports.wording.saying import Run
from tests.hostile import HOSTILE
from tests.reports.support import region

DAY = date(2017, 3, 5)
ISSUER = "七里坪镇万田畈村"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

#: What a name or a free text may hold, and what a document then shows: itself, but for what XML cannot hold.
SHOWN = {text: text for text in (*HOSTILE, " 两边空 ", "\u202e反")} | {
    "甲\x0b乙": "甲乙",
    "甲\x00乙\x1f": "甲乙",
    "甲\ud800乙\ufffe": "甲乙",
}


@dataclass(frozen=True)
class Said:
    """A remark."""

    text: str


def place(name: str = "万田畈村") -> Region:
    return Region(code="421199103206", name=name)


def summary_of(
    sections: list[tuple[str, list[str]]],
    *,
    title: str = "万田畈村精准扶贫工作总结",
    remarks: tuple[str, ...] = (),
    name: str = "万田畈村",
) -> Summary:
    """A summary of these headings and paragraphs."""
    return Summary(
        kind=KINDS["village"],
        window=Window(place(name), 2016, 2017, 2014),
        title=title,
        sections=[Section(heading, [[Run(line)] for line in lines]) for heading, lines in sections],
        remarks=[Said(text) for text in remarks],
    )


def result_of(value: object, *, unit: str, places: int = 0, covered: int = 1, villages: int = 1) -> Result:
    """A figure with this value, measured in the rows' own unit."""
    figure = Figure("x.y", "某指标", unit, "某口径", registered, Measure.SUM, places=places)
    return Result(figure, value, 3, covered, villages)


def measured(code: str, period: str) -> Summary:
    """The summary of a loaded village since 2014, as the system sees it."""
    first, last = map(int, period.split(".."))
    return build_summary(kind="village", window=Window(region(code), first, last, 2014), actor=SYSTEM)


def numbers_said(section: Section) -> list[tuple[str, str, str]]:
    """Code, number and unit of each figure in the order a section says them; one said twice comes twice."""
    said = (result for paragraph in section.paragraphs for run in paragraph for result in run.results)
    return [
        (result.figure.code, plain(result.shown), result.figure.unit)
        for result in said
        if isinstance(result.value, int | Decimal)
    ]


def as_written(numbers: list[tuple[str, str, str]]) -> list[tuple[str, str]]:
    """Numbers with their units, as `numbers_in` finds them in a text."""
    return [(number, unit) for _code, number, unit in numbers]


def names_in(content: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return package.namelist()


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return etree.fromstring(package.read(name))


def stamps(content: bytes) -> set[tuple[int, ...]]:
    """The times of a package's entries."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {entry.date_time for entry in package.infolist()}


def core(content: bytes) -> dict[str, str]:
    """The properties of a document, without those that are empty."""
    found = part(content, "docProps/core.xml")
    return {etree.QName(element).localname: element.text for element in found if element.text}
