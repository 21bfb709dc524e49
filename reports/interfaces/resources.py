"""The pages of this room that keep rows: a village's own words."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.core.exceptions import ValidationError
from django.db.models import Max

from fupin.access import Actor
from fupin.place import Place
from fupin.refusals import Refused
from fupin.resource import Resource, RowTable
from fupin.resource.tables import NUMERIC
from fupin.scope import ScopedQuerySet
from households.interfaces.forms import LedgerForm
from households.interfaces.resources import LedgerRows
from households.validators import Problem
from reports.chapters import Chapter
from reports.domain.texts import check_text
from reports.interfaces.sheets import TEXT_SHEET
from reports.models import SectionText

#: What a list shows of a paragraph, in characters.
SHOWN = 80


class TextTable(RowTable):
    """Paragraphs, by section."""

    chapter = tables.Column("章节", linkify=lambda record, table: table.context_url(record))
    position = tables.Column("段落号", attrs=NUMERIC)
    text = tables.Column("内容", orderable=False, attrs={"td": {"class": "text"}})

    class Meta(RowTable.Meta):
        model = SectionText
        fields = ("chapter", "position", "text", "region")
        sequence = ("number", *fields)

    def render_text(self, value: str) -> str:
        """How it begins. (Django's own way to cut would exchange rare characters of names for others.)"""
        return value if len(value) <= SHOWN else f"{value[: SHOWN - 1]}…"


class TextFilter(filters.FilterSet):
    """Paragraphs by section and by words."""

    q = filters.CharFilter("text", "contains", label="内容")

    class Meta:
        model = SectionText
        fields = ("chapter", "q")


class TextForm(LedgerForm):
    """A paragraph of a village's own words; a new one comes after those that its section has."""

    class Meta:
        model = SectionText
        fields = ("chapter", "position", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["position"].label, self.fields["position"].help_text = "段落号", "在本章节中的先后。"
        row, chapter = self.instance, self.initial["chapter"]
        if not self.is_bound and row.pk is None and chapter in Chapter.values:
            there = SectionText.objects.visible_to(self.actor).filter(region=row.region, year=row.year)
            last = there.filter(chapter=chapter).aggregate(last=Max("position"))["last"]
            self.initial["position"] = (last or 0) + 1

    def problems(self, values: dict[str, Any]) -> tuple[Problem, ...]:
        """None between its fields."""
        return ()

    def clean_text(self) -> str:
        """The text as a workbook has it; its figures and clauses must hold."""
        text = self.cleaned_data["text"].replace("\r\n", "\n")
        try:
            check_text(text, self.instance.year)
        except Refused as refused:
            raise ValidationError(str(refused)) from refused
        return text


class TextResource(LedgerRows, Resource):
    """What a village adds to the sections of its summary."""

    model = SectionText
    name = "texts"
    label = "总结文字材料"
    table_class = TextTable
    filterset_class = TextFilter
    form_class = TextForm
    export_columns = TEXT_SHEET.columns
    export_name = TEXT_SHEET.name

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Paragraphs with their village."""
        return super().rows(actor, place, years).select_related("region")


TEXTS = TextResource()
