"""Query areas derived from a model: every coded field, number and date can be asked for without being declared."""

from __future__ import annotations

from typing import Any, ClassVar

import django_filters as filters
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import QuerySet
from django_filters.widgets import SuffixedMultiWidget

#: What is chosen to find rows in which a field was left empty.
UNFILLED = "unfilled"
#: A list is asked for in the address, where nobody's full number may stand: a browser does not send one.
SEARCH_INPUT = forms.TextInput({
    "pattern": r"(?!.*\d{17}[\dXx])(?!.*\d{15})(?!1[3-9]\d{9}$).*",
    "title": "完整的证件号码和电话请在页面上方的查找框里找；这里只写后四位",
})  # fmt: skip


class SpanWidget(SuffixedMultiWidget):
    """Two inputs side by side: from, and to."""

    suffixes: ClassVar[list[str]] = ["from", "to"]

    def __init__(self, kind: str = "number") -> None:
        ends = [{"aria-label": word, "placeholder": word, "step": "any"} for word in ("从", "到")]
        super().__init__([forms.TextInput({**attrs, "type": kind}) for attrs in ends])

    def decompress(self, value: Any) -> list[Any]:
        """Both ends of a span."""
        return [value.start, value.stop] if value else [None, None]


class SpanFilter(filters.RangeFilter):
    """A number between two others, either of which may be left open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": SpanWidget(), **kwargs})


class DaysFilter(filters.DateFromToRangeFilter):
    """A day between two others."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"widget": SpanWidget("date"), **kwargs})


class CodeFilter(filters.ChoiceFilter):
    """A code of a list; where the field may be empty, 未填 too. Of a list of codes, one that is among them."""

    def __init__(self, *args: Any, blank: bool = False, many: bool = False, **kwargs: Any) -> None:
        self.many = many
        choices = [*kwargs.pop("choices"), *([(UNFILLED, "未填")] if blank else [])]
        super().__init__(*args, choices=choices, **kwargs)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        """The rows with the code."""
        if not value:
            return rows
        if value == UNFILLED:
            return rows.filter(**{self.field_name: [] if self.many else ""})
        if self.many:
            return rows.filter(**{f"{self.field_name}__contains": [value]})
        return rows.filter(**{self.field_name: value})


class YesNoFilter(filters.ChoiceFilter):
    """是, 否, and 未填 where the question may be left open."""

    def __init__(self, *args: Any, blank: bool = False, **kwargs: Any) -> None:
        choices = [("true", "是"), ("false", "否"), *([(UNFILLED, "未填")] if blank else [])]
        super().__init__(*args, choices=choices, **kwargs)

    def filter(self, rows: QuerySet, value: str) -> QuerySet:
        """The rows with the answer."""
        if not value:
            return rows
        return rows.filter(**{self.field_name: {"true": True, "false": False, UNFILLED: None}[value]})


def filter_of(field: models.Field) -> filters.Filter | None:
    """The filter of a model's field; None for texts and relations, which no list can offer."""
    name, label = field.name, str(field.verbose_name)
    if isinstance(field, ArrayField):
        choices = field.base_field.flatchoices
        return CodeFilter(name, label=label, choices=choices, many=True, blank=True) if choices else None
    if field.choices:
        return CodeFilter(name, label=label, choices=field.flatchoices, blank=field.blank)
    if isinstance(field, models.BooleanField):
        return YesNoFilter(name, label=label, blank=field.null)
    if field.is_relation:
        return None
    if isinstance(field, models.DateField):
        return DaysFilter(name, label=label)
    return (
        SpanFilter(name, label=label)
        if isinstance(field, models.DecimalField | models.IntegerField)
        else None
    )


class ListFilter(filters.FilterSet):
    """A query area with a filter for every field of its model that has codes, a number or a day.

    `common` are the filters that are always open, in their order; the others are behind 更多条件. What is declared
    by hand goes before what would be derived; `left_out` are fields to which no filter shall be.
    """

    common: ClassVar[tuple[str, ...]] = ()
    left_out: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def get_filters(cls) -> dict[str, filters.Filter]:
        """The declared filters, then those of the model's fields; the common ones first."""
        found = super().get_filters()
        model = cls._meta.model
        for field in model._meta.concrete_fields if model else ():
            wanted = field.editable and not field.primary_key
            if not wanted or field.name in (*found, "year", *cls.left_out):
                continue
            if (derived := filter_of(field)) is not None:
                found[field.name] = derived
        return {**{name: found[name] for name in cls.common}, **found}

    @property
    def common_fields(self) -> list[Any]:
        """The bound fields that are always open."""
        return [self.form[name] for name in self.common]

    @property
    def more_fields(self) -> list[Any]:
        """The others."""
        return [self.form[name] for name in self.form.fields if name not in self.common]

    @property
    def more_used(self) -> int:
        """How many of the others are in use."""
        self.form.is_valid()  # what is wrong is not counted
        values = getattr(self.form, "cleaned_data", {})
        return sum(bool(values.get(name)) for name in self.form.fields if name not in self.common)
