"""The formats of a report, each once: how it is called, written and sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Sum
from django.utils import timezone

from funds.interfaces.resources import RESOURCES
from fupin.access import Action, Actor, may
from fupin.models import Region
from fupin.place import Place
from fupin.resource.lists import XLSX
from fupin.sheets.columns import Column, TextColumn
from reports.figures import funds, projects
from reports.figures.declare import Figure
from reports.figures.window import Window
from reports.interfaces.docx import as_docx
from reports.interfaces.renderers import as_html, as_json, as_text
from reports.interfaces.xlsx import Table, as_xlsx
from reports.queries.summary import Summary

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UTF8 = "; charset=utf-8"


@dataclass(frozen=True)
class Format:
    """A format of a report: its code, what a button calls it, its file's ending and kind, and what writes it.

    `render` gives the file as an actor may have it; the right to report was asked when the summary was built.
    """

    code: str
    label: str
    ending: str
    content_type: str
    render: Callable[[Summary, Actor], bytes]

    @property
    def is_text(self) -> bool:
        """Whether the file is UTF-8 text, which a terminal can show."""
        return self.content_type.endswith(_UTF8)


def report_date(window: Window, today: date) -> date:
    """The day that a document bears: the last of its period, or today while that is still to come."""
    return min(window.ends, today)


def issuer_of(region: Region) -> str:
    """Who signs a report of a region: a village with its township."""
    township = region.parent if region.is_village else None
    return f"{township.name if township else ''}{region.name}"


def file_name(summary: Summary, format: Format) -> str:
    """What the file is called when it is downloaded."""
    untitled = summary.window.region.name + summary.kind.label.removeprefix("村")
    return (summary.title or untitled) + format.ending


def _docx(summary: Summary, _actor: Actor) -> bytes:
    window = summary.window
    return as_docx(summary, issuer=issuer_of(window.region), on=report_date(window, timezone.localdate()))


def _xlsx(summary: Summary, actor: Actor) -> bytes:
    on = report_date(summary.window, timezone.localdate())
    return as_xlsx(summary, tables=tables_of(summary, actor), on=on)


FORMATS: dict[str, Format] = {
    format.code: format
    for format in (
        Format("text", "文本", ".txt", "text/plain" + _UTF8, lambda summary, _: as_text(summary).encode()),
        Format("json", "JSON", ".json", "application/json" + _UTF8, lambda summary, _: as_json(summary).encode()),
        Format("html", "网页", ".html", "text/html" + _UTF8, lambda summary, _: as_html(summary).encode()),
        Format("docx", "Word", ".docx", DOCX, _docx),
        Format("xlsx", "Excel", ".xlsx", XLSX, _xlsx),
    )
}  # fmt: skip


# --- the tables behind a report -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Source:
    """What a table is made of: the rows of a figure's base, and the figure as their total.

    The total is the figure's own, so that the table's last line is the sum that the text states. Where it leaves
    rows out, the column `noted` says which.
    """

    total: Figure
    noted: str
    note: str


_SOURCES = {
    "village": (
        _Source(funds.projects_money, "name", "不含规划中和已终止"),
        _Source(funds.household_money, "remark", "不含扶贫小额信贷"),
    ),
    # Of a whole county the rows would be more than a sheet holds: its lists are taken away by themselves.
    "region": (),
    "projects": (_Source(projects.works_money, "name", "不含生命安全防护工程"),),
}


def tables_of(summary: Summary, actor: Actor) -> list[Table]:
    """The rows behind a report, as its kind says, each table if there are any: projects of the work, households' money.

    In the actor's scope. The rows of a list leave the portal only with the right to export: without it, none.
    """
    window = summary.window
    if not may(actor, Action.EXPORT, window.region.code):
        return []
    return list(_tables(summary.kind.code, window, actor))


def _tables(kind: str, window: Window, actor: Actor) -> Iterator[Table]:
    by_name = {resource.name: resource for resource in RESOURCES}
    for source in _SOURCES[kind]:
        base = source.total.base
        resource = by_name[base.resource]
        rows = resource.rows(actor, Place(window.region, window.last), years=window.span(base.span))
        there = base.narrow(rows, window).select_related("region__parent")
        records = [{**resource.record(row), **_place_of(row.region)} for row in there]
        if not records:
            continue
        counted = source.total.rows(rows, window).order_by().aggregate(rows=Count("pk"), amount=Sum("amount"))
        totals = {"amount": counted["amount"]}
        if counted["rows"] < len(records):
            totals[source.noted] = source.note
        columns = _said(resource.export_columns, records)
        if not window.region.is_village:
            columns = (*PLACES, *columns)
        yield Table(title=resource.label, columns=columns, rows=records, totals=totals)


#: Of a table above a village: where a row lies.
PLACES = (TextColumn(name="township_", label="乡镇"), TextColumn(name="village_", label="行政村"))


def _place_of(village: Region) -> dict[str, str]:
    return {"township_": village.parent.name if village.parent else "", "village_": village.name}


def _said(columns: tuple[Column, ...], records: list[dict[str, Any]]) -> tuple[Column, ...]:
    """The columns without those at the end that a file may leave out and no row says anything in: paper is narrow.

    So are texts of many lines left to the list's own workbook.
    """
    own = max(at for at, column in enumerate(columns) if not column.optional)
    said = [c for c in columns[own + 1 :] if any(record.get(c.name) is not None for record in records)]
    return (*columns[: own + 1], *(c for c in said if not (isinstance(c, TextColumn) and c.multiline)))
