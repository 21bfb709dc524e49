"""A field's value as a person reads it."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

from django.db import models

from fupin.fields import CleanedField
from fupin.masking import shown
from fupin.words import plain


def display(row: Any, name: str) -> Any:
    """A field's value in words: labels for codes, 是/否, a dash for what was not collected, numbers masked."""
    field = row._meta.get_field(name)
    value = getattr(row, name)
    if isinstance(field, models.BooleanField):
        return {True: "是", False: "否", None: "—"}[value]
    if field.choices:
        return getattr(row, f"get_{name}_display")() or "—"
    if isinstance(value, list):
        labels = dict(field.base_field.choices or ())
        return "、".join(str(labels.get(item, item)) for item in value) or "—"
    if isinstance(field, CleanedField):
        return shown(row, name) or "—"
    if isinstance(value, Decimal):
        return plain(value)
    return "—" if value in (None, "") else value


def exported(row: Any, name: str) -> Any:
    """A value for an exported list, None for what is empty: numbers of people and accounts masked, as shown() has it."""
    value = shown(row, name) if name in _numbers_of(type(row)) else getattr(row, name)
    return None if value == "" else value


@cache
def _numbers_of(model: type[models.Model]) -> frozenset[str]:
    return frozenset(f.name for f in model._meta.concrete_fields if isinstance(f, CleanedField))
