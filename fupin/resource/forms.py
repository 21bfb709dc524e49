"""Forms of year rows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from fupin.access import Actor
from fupin.place import Place
from fupin.scope import Scoped


class RowForm(forms.ModelForm):
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
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.choices_of(field.queryset)

    def choices_of(self, queryset: QuerySet) -> QuerySet:
        """The related rows that may be chosen: those in the user's scope, at this place."""
        if issubclass(queryset.model, Scoped):
            return queryset.visible_to(self.actor)  # type: ignore[attr-defined]
        return queryset

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The bound fields by heading; one nameless set where the form declares none."""
        if not self.fieldsets_spec:
            return [("", [self[name] for name in self.fields])]
        return [(title, [self[name] for name in names]) for title, names in self.fieldsets_spec]
