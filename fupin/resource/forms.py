"""Forms of year rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Self

from django import forms
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import QuerySet
from django.forms.utils import ErrorDict

from fupin.access import Actor
from fupin.fields import CleanedField, PersonalNumberField
from fupin.place import Place
from fupin.queries.history import last_touched
from fupin.resource.grids import Grid
from fupin.scope import Scoped
from fupin.sheets.cells import is_one_line, typed_text
from fupin.words import typed_keys

#: Of no record is a day before this one: a year of which a digit was lost is refused.
FIRST_DAY = date(1900, 1, 1)
NOT_BEFORE = "日期不能早于1900年，请核对年份。"


#: Texts that may be so long have the form's whole width; and so long, room for many lines. Their column in a workbook is
#: then `multiline`.
WIDE_TEXT, LINES_OF_TEXT = 200, 500


class WideInput(forms.TextInput):
    """One line, as wide as the form."""


def give_room(field: forms.Field) -> None:
    """Give a long text a wide field, and a very long one many lines."""
    if type(field.widget) is not forms.TextInput or (field.max_length or 0) < WIDE_TEXT:
        return
    kind = forms.Textarea if field.max_length >= LINES_OF_TEXT else WideInput
    attrs, required = field.widget.attrs, field.widget.is_required
    field.widget = kind(attrs=attrs)
    field.widget.is_required = required


class TypedText:
    """Of a form: keeps of what is typed what a workbook's cell would keep of it, so that a list exported is the same.

    A field that keeps its text as it stands says so by strip=False.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]  # a form's
            if type(field) is forms.CharField:
                give_room(field)

    def clean(self) -> dict[str, Any]:
        """The fields' own rules; then texts without invisible marks, in one line where there is room for one."""
        values = super().clean() or {}  # type: ignore[misc]  # a form's
        for name, field in self.fields.items():  # type: ignore[attr-defined]
            if type(field) is not forms.CharField or not field.strip or name not in values:
                continue
            text = values[name] = typed_text(values[name])
            if field.required and not text:
                self.add_error(name, field.error_messages["required"])  # type: ignore[attr-defined]
            elif not is_one_line(text) and not isinstance(field.widget, forms.Textarea):
                self.add_error(name, "内有换行或制表符，请改成一行。")  # type: ignore[attr-defined]
        return values


class KeyedOptions:
    """Of a drop-down: options say how they can be typed (static/src/codes.js), those of a code list begin with the code.

    The browser's own search by keys then finds them by code too.
    """

    coded = False

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option with its keys."""
        text = str(label)
        if self.coded and str(value).isdecimal():
            text = f"{value} {text}"
        option = super().create_option(name, value, text, *args, **kwargs)  # type: ignore[misc]  # a widget's
        if value not in ("", None):
            option["attrs"]["data-keys"] = " ".join(typed_keys(text))
        return option


class KeyedSelect(KeyedOptions, forms.Select):
    """A drop-down from which one can choose by typing."""


class KeyedNullBooleanSelect(KeyedOptions, forms.NullBooleanSelect):
    """是, 否 or not known."""


#: The drop-downs of Django's fields, and those that take their place in a row's form.
KEYED: dict[type[forms.Select], type[forms.Select]] = {
    forms.Select: KeyedSelect,
    forms.NullBooleanSelect: KeyedNullBooleanSelect,
}


def make_keyed(field: forms.Field) -> None:
    """Give a field a drop-down from which one can choose by typing, in place of Django's."""
    kind = KEYED.get(type(field.widget))
    if kind is None:
        return
    choices, required = field.widget.choices, field.widget.is_required
    field.widget = kind(attrs={**field.widget.attrs, "data-codes": True})
    field.widget.choices, field.widget.is_required = choices, required
    field.widget.coded = isinstance(field, forms.TypedChoiceField)


class RowForm(TypedText, forms.ModelForm):
    """A form of one row in a place. Choices of related rows are those in the user's scope; saving is the domain's.

    A subclass may list `fieldsets`: ((title, (field, ...)), ...).
    """

    fieldsets_spec: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, place: Place, actor: Actor, **kwargs: Any) -> None:
        self.place, self.actor = place, actor
        super().__init__(*args, **kwargs)
        #: The model's fields for numbers of somebody's; and what stands in the form for one that is kept: (as it is
        #: shown, as it is kept).
        self.numbers: dict[str, models.Field] = {}
        self.kept_numbers: dict[str, tuple[str, str]] = {}
        numbers = {field.name: field for field in self._meta.model._meta.concrete_fields}
        for name, field in self.fields.items():
            self._mask(name)
            if isinstance(number := numbers.get(name), CleanedField):
                field.widget.attrs["data-number"] = "id" if isinstance(number, PersonalNumberField) else "yes"
            if isinstance(field, forms.DateField):
                # With a last day of four digits the browser goes on to the month after the year's fourth.
                attrs = {"type": "date", "min": f"{FIRST_DAY}", "max": "9999-12-31"}
                field.widget = forms.DateInput(attrs=attrs, format="%Y-%m-%d")
                field.validators = [*field.validators, MinValueValidator(FIRST_DAY, NOT_BEFORE)]
            if isinstance(field, forms.NullBooleanField):
                field.widget.choices = [("unknown", "—"), ("true", "是"), ("false", "否")]
            # What stands there while nothing is chosen: Django's row of dashes says neither.
            nothing = "请选择" if field.required else "—"
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [(value, label if value else nothing) for value, label in field.choices]
            make_keyed(field)
            if isinstance(field, forms.ModelChoiceField):
                if field.empty_label is not None:
                    field.empty_label = nothing
                field.queryset = self.choices_of(field.queryset)

    def _mask(self, name: str) -> None:
        """Show a number of somebody's masked; only what is typed anew replaces it."""
        try:
            own = self._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            return
        if not isinstance(own, CleanedField):
            return
        self.numbers[name] = own
        if number := getattr(self.instance, name):
            mask = own.masked(number)
            self.initial[name], self.kept_numbers[name] = mask, (mask, number)

    def clean(self) -> dict[str, Any]:
        """The fields' own rules; a mask that was left as it stood means the number behind it."""
        values = super().clean()
        for name in values.keys() & self.numbers.keys():
            mask, number = self.kept_numbers.get(name, ("", ""))
            values[name] = (
                number if number and values[name] == mask else self.numbers[name].to_python(values[name])
            )
        return values

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The related rows that may be chosen: those in the user's scope, at this place."""
        if issubclass(queryset.model, Scoped):
            return queryset.visible_to(self.actor)  # type: ignore[attr-defined]
        return queryset

    def doubts(self) -> Iterable[tuple[str, str]]:
        """What is possible but unlikely of a valid form: a field, and a sentence. A tick saves it all the same."""
        return ()

    def doubted_fields(self) -> Iterator[tuple[str, forms.BoundField, str]]:
        """The doubts of the form and of the rows in it: where the field is (of a row), the field, and the sentence."""
        for name, text in self.doubts():
            yield "", self[name], text
        for grid in self.grids:
            for number, row in enumerate(grid.set.forms, start=1):
                if row.has_changed():
                    yield from ((f"{grid.title}第{number}行", row[name], text) for name, text in row.doubts())

    def as_typed(self) -> Self:
        """Show what was typed without judging it: a draft need not be complete."""
        self._errors = ErrorDict()
        for grid in self.grids:
            grid.as_typed()
        return self

    def last_touched(self, name: str) -> tuple[str, datetime | None]:
        """Who wrote what stands in a field, and when."""
        return last_touched(self.instance, {name}).get(name, ("", None))

    @property
    def grids(self) -> list[Grid]:
        """Tables of rows that are posted with the form."""
        return []

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The bound fields by heading; one nameless set where the form declares none."""
        if not self.fieldsets_spec:
            return [("", [self[name] for name in self.fields])]
        return [(title, [self[name] for name in names]) for title, names in self.fieldsets_spec]
