"""Forms of year rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from fupin.access import Actor
from fupin.place import Place
from fupin.resource.grids import Grid
from fupin.scope import Scoped
from fupin.sheets.cells import is_one_line, typed_text


class TypedText:
    """Of a form: keeps of what is typed what a workbook's cell would keep of it, so that a list exported is the same.

    A field that keeps its text as it stands says so by strip=False.
    """

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


class RowForm(TypedText, forms.ModelForm):
    """A form of one row in a place. Choices of related rows are those in the user's scope; saving is the domain's.

    A subclass may list `fieldsets`: ((title, (field, ...)), ...).
    """

    fieldsets_spec: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def __init__(self, *args: Any, place: Place, actor: Actor, **kwargs: Any) -> None:
        self.place, self.actor = place, actor
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            if isinstance(field, forms.NullBooleanField):
                field.widget.choices = [("unknown", "—"), ("true", "是"), ("false", "否")]
            if isinstance(field, forms.TypedChoiceField) and not field.required:
                field.choices = [(value, label if value else "—") for value, label in field.choices]
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices_of(field.queryset)

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The related rows that may be chosen: those in the user's scope, at this place."""
        if issubclass(queryset.model, Scoped):
            return queryset.visible_to(self.actor)  # type: ignore[attr-defined]
        return queryset

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
