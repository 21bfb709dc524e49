"""Two people at one form: what each has changed since the page was made, field by field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import ModelChoiceField
from django.http import QueryDict
from django.utils.choices import flatten_choices

from fupin.resource.stamp import Asked, Sent
from fupin.sheets.cells import typed_text
from fupin.words import plain

#: Prefix of the radio buttons by which a user chooses between two versions of a field.
CHOICE = "_keep-"
MINE, THEIRS = "mine", "theirs"
EMPTY = "（空）"


@dataclass
class Difference:
    """A field that somebody else has changed meanwhile."""

    name: str
    #: What the page showed, what stands there now, what was typed; None where it is not known.
    before: list[str] | None
    now: list[str]
    typed: list[str]
    #: Whether it was taken over, since the user had not touched it.
    taken: bool
    #: What the page says of it; filled in by for_page().
    label: str = ""
    anchor: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    who: str = ""
    when: datetime | None = None

    def for_page(self, bound: Any) -> None:
        """Say it in words, with who it was, and hang it beside the bound field."""
        versions = {"before": self.before, "now": self.now, "typed": self.typed}
        self.texts = {which: as_read(bound, texts) for which, texts in versions.items()}
        whose = getattr(bound.form, "said", "")
        self.label, self.anchor = f"{whose} {bound.label}".strip(), bound.id_for_label or bound.auto_id
        self.who, self.when = bound.form.last_touched(bound.name)
        bound.difference = self


def fields_of(form: Any) -> Iterator[Any]:
    """The fields of a form and of the tables in it, bound."""
    yield from form
    for grid in form.grids:
        for row in grid.set.forms:
            yield from row


def _row_keys(form: Any) -> dict[str, list[str]]:
    return {f"{grid.set.prefix}-{at}-row": [key] for grid in form.grids for key, at in grid.known.items()}


def aligned(values: Mapping[str, Any], form: Any, *, by: Sent) -> dict[str, Any]:
    """Values by field, those of tables' rows under the places that the rows have in this form.

    A row is told by its key (`by`, at the places of the values): meanwhile rows may have come, gone or changed places.
    """
    result = dict(values)
    for grid in form.grids:
        prefix, places = grid.set.prefix, grid.known
        if not places:
            continue
        name_of = re.compile(rf"{re.escape(prefix)}-([0-9]+)-(.+)")
        for name in values:
            if match := name_of.fullmatch(name):
                del result[name]
        for name in values:
            if match := name_of.fullmatch(name):
                key = by.get(f"{prefix}-{match[1]}-row", [""])[0]
                # A row that is gone stands behind the others, so that the table can say so.
                at = places.setdefault(key, len(places))
                result[f"{prefix}-{at}-{match[2]}"] = values[name]
        if (count := f"{prefix}-TOTAL_FORMS") in values:
            result[count] = [str(len(places))]
    return result


def shown_by(form: Any) -> dict[str, list[str]]:
    """What a browser would send of a form to which nothing was typed."""
    return {
        bound.html_name: _as_sent(bound.field.widget, bound.value())
        for bound in fields_of(form)
        if not (bound.is_hidden or bound.field.disabled or isinstance(bound.field, forms.FileField))
    } | _row_keys(form)


def _as_sent(widget: forms.Widget, value: Any) -> list[str]:
    if isinstance(widget, forms.CheckboxInput):
        return ["on"] if widget.check_test(value) else []
    shown = widget.format_value(value)
    if isinstance(shown, list | tuple):
        return [str(item) for item in shown]
    return ["" if shown is None else str(shown)]


def merge(form: Any, *, before: Sent | None, now: Sent, sent: Sent) -> list[Difference]:
    """The fields that stand otherwise than the page showed them, and not as they were typed.

    Without knowing what the page showed, every field that was typed otherwise than it stands.
    """
    found = []
    for bound in fields_of(form):
        name = bound.html_name
        if name not in now or _is_of_missing_row(bound, sent):
            continue
        typed, old = sent.get(name, []), None if before is None else before.get(name)
        meant = _meaning(bound, typed)
        if meant == _meaning(bound, now[name]):
            continue
        if old is None:
            found.append(Difference(name, None, now[name], typed, taken=False))
        elif _meaning(bound, old) != _meaning(bound, now[name]):
            found.append(Difference(name, old, now[name], typed, taken=meant == _meaning(bound, old)))
    return found


def _is_of_missing_row(bound: Any, sent: Sent) -> bool:
    """Whether a field is of a table's row that the page did not have; the table itself says so."""
    row = f"{bound.form.prefix}-row"
    return bool(bound.form.prefix and bound.form.instance.pk and row not in sent)


def choose(sent: Sent, *, shown: Sent, asked: Asked) -> tuple[dict[str, list[str]], Asked]:
    """What was sent, the other's version put in where the user chose it; and what nothing was chosen for."""
    chosen, left = dict(sent), {}
    for name, before in asked.items():
        choice = sent.get(CHOICE + name, [""])[0]
        if choice == THEIRS and name in shown:
            chosen[name] = shown[name]
        elif choice != MINE:
            left[name] = before
    return chosen, left


def undecided(form: Any, *, now: Sent, sent: Sent, asked: Asked) -> list[Difference]:
    """Fields of which the user was shown two versions and has chosen none, nor typed the other's."""
    found = []
    for bound in fields_of(form):
        name = bound.html_name
        if name in asked and name in now and differ(bound, typed := sent.get(name, []), now[name]):
            found.append(Difference(name, asked[name], now[name], typed, taken=False))
    return found


def differ(bound: Any, one: list[str], other: list[str]) -> bool:
    """Whether two texts of a field mean different things."""
    return bool(_meaning(bound, one) != _meaning(bound, other))


def _meaning(bound: Any, texts: list[str]) -> Any:
    """What the texts of a field mean, so that 1500.5 is 1500.50, however it was typed."""
    sent = QueryDict(mutable=True)
    if texts:
        sent.setlist(bound.html_name, texts)
    value = bound.field.widget.value_from_datadict(sent, {}, bound.html_name)
    if not isinstance(bound.field, ModelChoiceField):  # which would ask the database; its text says as much
        with suppress(ValidationError):
            value = bound.field.to_python(value)
    if isinstance(value, list | tuple):
        return sorted(map(str, value))
    if isinstance(value, Decimal):
        return plain(value) if value.is_finite() else str(value)
    if value is None or isinstance(value, bool):
        return value if value is not None else ""
    return typed_text(str(value))


def as_read(bound: Any, texts: list[str] | None) -> str:
    """The texts of a field as a person reads them: labels for choices."""
    if texts is None:
        return "（不详）"
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return "是" if texts else "否"
    if isinstance(bound.field, ModelChoiceField):
        return "、".join(_label(bound.field, text) for text in texts if text) or EMPTY
    if isinstance(bound.field.widget, forms.Select | forms.CheckboxSelectMultiple):
        labels = {str(value): str(label) for value, label in flatten_choices(bound.field.widget.choices)}
        texts = [labels.get(text, text) if text else "" for text in texts]
    return "、".join(text for text in texts if text) or EMPTY


def _label(field: ModelChoiceField, text: str) -> str:
    try:
        return str(field.label_from_instance(field.to_python(text)))
    except ValidationError:
        return text
