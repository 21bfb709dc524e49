"""Which numbers are shown masked, and the one way to see them in full: inside `revealing()`, on a page that is recorded.

Whoever shows a number of a row asks shown(); it masks, unless the page is being revealed, and then notes the row.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import models

from fupin.fields import CleanedField

#: What is told of the rows whose numbers are shown in full: (label of the model, primary key).
Shown = set[tuple[str, int]]
_open: ContextVar[Shown | None] = ContextVar("numbers_in_full", default=None)


def shown(row: models.Model, name: str) -> str:
    """A row's number as it is shown: masked, or in full on a page that is being revealed."""
    number = getattr(row, name) or ""
    seen = _open.get()
    if seen is None or not number:
        field = row._meta.get_field(name)
        assert isinstance(field, CleanedField)
        return field.masked(number)
    seen.add((row._meta.label, row.pk))
    return str(number)


@contextmanager
def revealing() -> Iterator[Shown]:
    """Show numbers in full inside; what was shown is collected, and the caller records it."""
    seen: Shown = set()
    token = _open.set(seen)
    try:
        yield seen
    finally:
        _open.reset(token)
