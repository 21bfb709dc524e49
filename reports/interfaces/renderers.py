"""A summary as text, JSON, and for its page: the same runs in the same order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.template.loader import render_to_string

from reports.figures.declare import Figure
from reports.figures.result import Result
from reports.queries.summary import Section, Summary
from reports.wording.saying import coverage, said, said_together

Link = Callable[[Figure], str]


def as_text(summary: Summary) -> str:
    """Plain text: title, then each heading with its paragraphs; remarks last."""
    lines = [summary.title]
    for section in summary.sections:
        lines += ["", section.title, *([section.text] if section.text else [])]
    if summary.remarks:
        lines += ["", "核对提示", *(remark.text for remark in summary.remarks)]
    return "\n".join(lines) + "\n"


def as_json(summary: Summary) -> str:
    """The report as docs/figures.md describes it; values are numbers, words, or null for 暂无数据."""
    window = summary.window
    document = {
        "kind": summary.kind.code,
        "region": window.region.code,
        "period": window.period,
        "since": window.since,
        "sections": [
            {
                "title": section.title,
                "text": section.text,
                "figures": [figure_record(result) for result in section.results],
            }
            for section in summary.sections
        ],
        "remarks": [remark.text for remark in summary.remarks],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def as_html(summary: Summary) -> str:
    """A page of its own, to be opened or sent without the portal: no links, no script."""
    context = {"summary": for_page(summary, lambda figure: ""), "remarks": summary.remarks}
    return render_to_string("reports/standalone.html", context)


def figure_record(result: Result) -> dict[str, Any]:
    """A figure in JSON: code, label, value, unit, rows behind it, coverage in villages."""
    return {
        "code": result.figure.code,
        "label": result.figure.label,
        "value": _number(result.shown),
        "unit": result.figure.unit,
        "rows": result.rows,
        "coverage": {"covered": result.covered, "villages": result.villages},
    }


def _number(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def for_page(summary: Summary, link: Link) -> dict[str, Any]:
    """What templates/reports/summary.html shows: each number with the way to its rows; the villages once, if all have the same."""
    (shared, *others) = {coverage(result) for result in summary.results if result.value is not None} or {""}
    return {
        "title": summary.title,
        "subtitle": f"（{summary.period}）",
        "sections": [_section(section, link) for section in summary.sections],
        "coverage": "" if others else shared.strip("（）"),
        "figures": [_figure(result, link, bool(others)) for result in summary.results],
    }


def remarks_for_page(summary: Summary, link: Link) -> list[dict[str, Any]]:
    """Remarks with their numbers and links; households and people of one pair side by side."""
    return [
        {
            "text": remark.text,
            "parts": [
                {
                    "label": together[0].figure.label.removesuffix("户数" if len(together) > 1 else ""),
                    "value": said_together(together),
                    "url": link(together[0].figure),
                }
                for together in _pairwise(remark.results)
            ],
        }
        for remark in summary.remarks
    ]


def _pairwise(results: Sequence[Result]) -> Iterator[tuple[Result, ...]]:
    """The results one by one, those of a pair together."""
    left = list(results)
    while left:
        first = left.pop(0)
        name, _, part = first.figure.code.rpartition(".")
        if part == "households" and left and left[0].figure.code == f"{name}.people":
            yield first, left.pop(0)
        else:
            yield (first,)


def _section(section: Section, link: Link) -> dict[str, Any]:
    return {
        "title": section.title,
        "paragraphs": [
            [
                {
                    "text": run.text,
                    "url": link(run.results[0].figure)
                    if run.results and run.results[0].value is not None
                    else "",
                    "figure_label": run.results[0].figure.label if run.results else "",
                }
                for run in paragraph
            ]
            for paragraph in section.paragraphs
        ],
    }


def _figure(result: Result, link: Link, with_coverage: bool) -> dict[str, Any]:
    has_value = result.value is not None
    return {
        "label": result.figure.label,
        "value_text": said(result, ""),
        "coverage": coverage(result) if has_value and with_coverage else "",
        "unit": result.figure.unit if has_value else "",
        "rows": result.rows if has_value else None,
        "url": link(result.figure) if has_value else "",
        "definition": result.figure.definition,
    }
