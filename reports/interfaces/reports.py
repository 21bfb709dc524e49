"""What the pages of reports show: the table of a year's reports, the steps of one, what differs since."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import django_tables2 as tables
from django import forms
from django.utils.html import format_html

from funds.interfaces.resources import RESOURCES as OF_FUNDS
from fupin.access import Action, Actor, may
from fupin.models import Placed
from fupin.models.review import REMARK_LENGTH
from fupin.place import Place
from fupin.resource.base import Resource
from fupin.resource.buttons import Button
from fupin.resource.tables import RowTable
from households.interfaces.resources import RESOURCES as OF_HOUSEHOLDS
from reports.figures.window import Window
from reports.interfaces.periods import query_of
from reports.models import Report
from reports.queries.reports import LATE, MISSING, YEARBOOK, Line
from reports.queries.since import Differing

#: A row that was written since: its model and its id.
Row = tuple[Any, int]
#: By model, the resource on whose pages a row's history is read: the first that was declared of it.
BY_MODEL: dict[Any, Resource] = {
    resource.model: resource for resource in reversed((*OF_HOUSEHOLDS, *OF_FUNDS))
}


class RemarkForm(forms.Form):
    """What is said with a move."""

    remark = forms.CharField(
        label="意见",
        required=False,
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="退回时必须填写原因，编写人会看到。其他办理可以不填。",
    )


class ReportTable(RowTable):
    """The reports of a year: those due, and the others that were begun."""

    region = tables.Column("单位", orderable=False)
    kind = tables.Column("报告", accessor="kind__label", orderable=False)
    years = tables.Column("期间", accessor="window__years", orderable=False)
    version = tables.Column("版本", accessor="report", orderable=False)
    state = tables.Column("状态", accessor="label", orderable=False)

    class Meta(RowTable.Meta):
        fields = ("region", "kind", "years", "version", "state")
        sequence = ("number", *fields)
        empty_text = "没有这样的报告。"

    def render_kind(self, record: Line) -> str:
        """The report, leading to its page; one that nobody has begun to where it is read and begun."""
        return format_html('<a href="{}">{}</a>', url_of(record), record.kind.label)

    def render_version(self, value: Report) -> str:
        """Which version it is."""
        return f"第{value.version}版"

    def render_state(self, record: Line) -> str:
        """The state, and whether it is late."""
        return f"{record.label}（逾期）" if record.is_late else record.label


def url_of(line: Line) -> str:
    """Where a report is dealt with; of one that nobody has begun, where it is read live."""
    place = Place(line.region, line.window.last)
    if line.report is not None:
        return place.url("report", key=line.report.pk)
    return summary_url(line.kind.code, line.window)


def report_buttons(kind: str, report: Report | None, window: Window, actor: Actor) -> list[Button]:
    """The way to a report's own page; of one that nobody has begun, for whoever may, to begin it."""
    place = Place(window.region, window.last)
    if report is not None:
        return [Button(f"办理（{report.get_state_display()}）", place.url("report", key=report.pk))]
    if not may(actor, Action.DRAFT, window.region.code):
        return []
    return [Button("开始编写", f"{place.url('reports')}?kind={kind}&{query_of(window)}", method="post")]


def summary_url(kind: str, window: Window) -> str:
    """Where a report is read live."""
    place = Place(window.region, window.last)
    if kind == YEARBOOK.code:
        return place.url("yearbook")
    return f"{place.url('summary', kind=kind)}?{query_of(window)}"


def chips(lines: Sequence[Line], chosen: str) -> list[dict[str, Any]]:
    """The states with how many reports are in each, leading to them."""
    states = [(MISSING, "未编写"), *((state.value, str(state.label)) for state in Report.State)]
    counted = {state: sum(line.state == state for line in lines) for state, _ in states}
    counted |= {"": len(lines), LATE: sum(line.is_late for line in lines)}
    return [
        {
            "label": label,
            "url": f"?state={state}" if state else "?",
            "count": counted[state],
            "current": state == chosen,
        }
        for state, label in (("", "全部"), *states, (LATE, "逾期"))
    ]


def narrowed(lines: Sequence[Line], state: str) -> list[Line]:
    """The reports in a state, or those that are late; all of them for none."""
    if not state:
        return list(lines)
    return [line for line in lines if (line.is_late if state == LATE else line.state == state)]


def differing_for_page(differing: Differing, place: Place, links: Mapping[Row, str]) -> dict[str, Any]:
    """A figure that is another now, with the way to its rows as they are now."""
    figure, known = differing.figure, differing.now or differing.then
    return {
        "label": differing.label,
        "definition": known.definition if known else "",
        "then": differing.then,
        "now": differing.now,
        "url": place.url("figure_rows", code=figure.code) if figure is not None else "",
        "changes": [
            {"change": change, "url": links.get((change.model, change.pk), "")}
            for change in differing.changes
        ],
        "untold": differing.untold,
    }


def links_of(differences: Sequence[Differing], place: Place, actor: Actor) -> dict[Row, str]:
    """Where the history of each changed row is read; nothing of rows that are gone, or without the right."""
    found: dict[Row, str] = {}
    if not may(actor, Action.HISTORY, place.region.code):
        return found
    told: dict[Any, set[int]] = defaultdict(set)
    for change in (change for each in differences for change in each.changes):
        told[change.model].add(change.pk)
    for model, pks in told.items():
        resource = BY_MODEL.get(model)
        if resource is None or not issubclass(model, Placed):
            continue
        for row in model.objects.visible_to(actor).filter(pk__in=pks).select_related("region"):
            at = Place(place.region, row.year)
            found[model, row.pk] = at.url(f"{resource.name}_history", key=resource.key_of(row))
    return found
