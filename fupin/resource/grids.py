"""Rows within a form: a table of small forms, one for each row, with room for more."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.forms import BaseFormSet, ModelForm, formset_factory, model_to_dict
from django.forms.utils import ErrorDict, ErrorList

#: More rows than any grid needs; a request with more is refused before they are looked at.
MOST_ROWS = 50


#: Why a table is shown again when other rows stand there by now than when it was opened.
OTHER_ROWS = "这一页打开后，其中的行有增减，请核对后再保存。"


class Grid:
    """A table of row forms posted together: rows that stand there already, or room for new ones.

    A new row that was left as it came is no row. `instances` are the rows that stand there; each is posted under
    its own key, and where they are no longer those of the page it is shown again, with what was typed.
    """

    def __init__(
        self,
        form: type[ModelForm],
        data: Any = None,
        *,
        prefix: str,
        title: str,
        rows: int = 0,
        instances: Iterable[Any] = (),
        **form_options: Any,
    ) -> None:
        known = list(instances)
        self.title, self.grows = title, rows > 0
        self.more = f"{prefix}-more"
        self.asks_for_more = bool(data and self.more in data)
        self.others_stand_there = False
        if self.asks_for_more:
            data = _with_more(data, prefix)
        elif data is not None and known:
            posted = _posted(data, prefix)
            self.others_stand_there = sorted(posted) != sorted(str(row.pk) for row in known)
            data = _of_these(data, prefix, known, posted, form)

        class Rows(BaseFormSet):
            def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
                options = super().get_form_kwargs(index)
                if index is None or not known:
                    return options
                # A row that stands there is checked and saved as it is shown, also when nothing was changed.
                return {**options, "instance": known[index], "empty_permitted": False}

        made = formset_factory(
            form,
            formset=Rows,
            extra=rows or len(known),
            max_num=MOST_ROWS,
            absolute_max=MOST_ROWS,
            validate_max=True,
        )
        self.set: BaseFormSet = made(data, prefix=prefix, form_kwargs=form_options)

    def as_typed(self) -> None:
        """Show what was typed without judging it."""
        self.set._errors, self.set._non_form_errors = [], ErrorList()
        for form in self.set.forms:
            form._errors = ErrorDict()

    @property
    def known(self) -> dict[str, int]:
        """The place of each row that stands there, by its key."""
        return {str(form.instance.pk): at for at, form in enumerate(self.set.forms) if form.instance.pk}

    def checked(self) -> list[Any]:
        """All rows, checked."""
        self.set.is_valid()
        return [form for form in self.set.forms if hasattr(form, "cleaned_data")]

    def filled(self) -> list[Any]:
        """The rows that were filled in, checked."""
        return [form for form in self.checked() if form.has_changed()]

    @property
    def is_wrong(self) -> bool:
        """Whether anything in it is to be corrected."""
        return bool(self.set.non_form_errors() or any(form.errors for form in self.set.forms))

    @property
    def errors(self) -> list[tuple[int, Any, str]]:
        """What is wrong: number of the row from 1, its field (None: the whole row), and the sentence."""
        told: list[tuple[int, Any, str]] = []
        for number, form in enumerate(self.set.forms, start=1):
            told += [(number, None, str(error)) for error in form.non_field_errors()]
            told += [(number, field, str(error)) for field in form for error in field.errors]
        return told


def _count(data: Any, prefix: str) -> int:
    """How many rows were posted; none where that was tampered with, which the table then refuses."""
    told = data.get(f"{prefix}-TOTAL_FORMS", "")
    return min(int(told), MOST_ROWS) if told.isascii() and told.isdigit() and len(told) < 5 else 0


def _with_more(data: Any, prefix: str) -> Any:
    """The posted data, with one row more: what a page without script asks the server for."""
    data = data.copy()
    data[f"{prefix}-TOTAL_FORMS"] = str(min(_count(data, prefix) + 1, MOST_ROWS))
    return data


def _posted(data: Any, prefix: str) -> dict[str, int]:
    """The position of each posted row by its key."""
    return {data.get(f"{prefix}-{i}-row", ""): i for i in range(_count(data, prefix))}


def _of_these(
    data: Any, prefix: str, known: list[Any], posted: dict[str, int], form: type[ModelForm]
) -> dict[str, Any]:
    """The posted values of the rows that stand there, in their order; what was not posted is as it stands."""
    fields = form.base_fields
    values: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": str(len(known)), f"{prefix}-INITIAL_FORMS": "0"}
    for index, row in enumerate(known):
        at = posted.get(str(row.pk))
        stands = model_to_dict(row, list(fields)) if at is None else {}
        for name in fields:
            value = stands.get(name) if at is None else data.get(f"{prefix}-{at}-{name}")
            if value is not None:
                values[f"{prefix}-{index}-{name}"] = value
    return values
