"""Parts of the page 审核进度: its table, its form."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import django_tables2 as tables
from django import forms
from django.utils.html import format_html

from fupin.models import RegionYear
from fupin.models.review import REMARK_LENGTH, WITH, State, Step
from fupin.place import Place
from fupin.queries.review import LATE
from fupin.resource.tables import RowTable


class RemarkForm(forms.Form):
    """What the township or the county says to the village, or the village to them."""

    remark = forms.CharField(
        label="意见",
        required=False,
        max_length=REMARK_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"退回时必填，村里会看到；其他情况可以不填。不超过{REMARK_LENGTH}字。",
    )


class ProgressTable(RowTable):
    """Villages, the state of their year, who has it, since when, and what was said last."""

    chosen = tables.Column("选择", accessor="region_id", orderable=False)
    region = tables.Column("村", linkify=lambda record, table: table.url_of(record))
    township = tables.Column("乡镇", accessor="region__parent", order_by="region__parent_id")
    lies_with = tables.Column("在谁手里", accessor="state", orderable=False)
    moved_at = tables.DateTimeColumn(verbose_name="何时起", format="Y-m-d H:i")
    due_on = tables.DateColumn(verbose_name="截止日期", format="Y-m-d")
    remark = tables.Column("最近意见", attrs={"td": {"class": "text"}}, orderable=False)

    class Meta(RowTable.Meta):
        model = RegionYear
        fields = ("region", "township", "state", "lies_with", "moved_at", "due_on", "remark")
        sequence = ("chosen", "number", *fields)
        empty_text = "没有这样的村。"

    def __init__(self, *args: Any, place: Place, steps: Sequence[Step], today: date, **kwargs: Any) -> None:
        self.place, self.today = place, today
        self.sources = {state for step in steps for state in step.sources}
        super().__init__(*args, exclude=() if steps else ("chosen",), **kwargs)

    def url_of(self, record: RegionYear) -> str:
        """The page of the village's year."""
        return Place(record.region, self.place.year).url("progress")

    def render_chosen(self, record: RegionYear) -> str:
        """A box for those that can be moved from here."""
        if record.state not in self.sources:
            return ""
        return format_html(
            '<input type="checkbox" name="village" value="{}" aria-label="选择{}">'
            '<input type="hidden" name="listed" value="{}">',
            record.region_id, record.region, record.region_id,
        )  # fmt: skip

    def render_state(self, record: RegionYear) -> str:
        """The state, and whether the village is late."""
        label = record.get_state_display()
        if record.state == State.SUBMITTED and record.review_opened_at:
            label += "（审核中）"
        return f"{label}（逾期）" if record.is_late(self.today) else label

    def render_lies_with(self, record: RegionYear) -> str:
        """With whom it lies."""
        return WITH[record.state]


def state_links(counted: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """The states with how many villages are in each, leading to them."""
    every = [("全部", "", sum(counted[state] for state in State.values))]
    states = [(str(state.label), state.value, counted[state]) for state in State]
    return [
        {
            "label": label,
            "url": f"?state={state}" if state else "?",
            "count": count,
            "current": state == chosen,
        }
        for label, state, count in (*every, *states, ("逾期未提交", LATE, counted[LATE]))
    ]
