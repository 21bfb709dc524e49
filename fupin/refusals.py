"""What the portal says when it refuses: plain sentences, also for what the database refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import Error as DatabaseError
from django.db.models import BaseConstraint, ProtectedError

from fupin.guards import YEAR_NOT_OPEN

#: Sentences of constraints that Django's models cannot declare, by name; a room adds its own.
BY_HAND: dict[str, str] = {}


class Refused(Exception):
    """A write that a rule does not allow; the message is a sentence for the person who asked.

    `field` names the field of the row that it is about, where it is about one.
    """

    def __init__(self, *sentence: str, field: str = "") -> None:
        super().__init__(*sentence)
        self.field = field


def _constraints() -> dict[str, BaseConstraint]:
    return {c.name: c for model in apps.get_models() for c in model._meta.constraints}


def explain(error: DatabaseError) -> str | None:
    """The sentence for a database refusal: the violated constraint's own message, None if it is not one of ours."""
    if isinstance(error, ProtectedError):
        kinds = "、".join(sorted({str(row._meta.verbose_name) for row in error.protected_objects}))
        return f"还有{kinds}与它相关，不能删除。请先删除登记错的{kinds}。"
    diagnostics = getattr(error.__cause__, "diag", None)
    name = getattr(diagnostics, "constraint_name", None)
    if name == YEAR_NOT_OPEN:
        return diagnostics.message_primary  # type: ignore[union-attr]
    if name in BY_HAND:
        return BY_HAND[name]
    constraint = _constraints().get(name or "")
    return str(constraint.violation_error_message) if constraint else None


@contextmanager
def said_plainly() -> Iterator[None]:
    """Raise what the database refuses as Refused with its sentence; an error that has none goes on as it is."""
    try:
        yield
    except DatabaseError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        raise Refused(sentence) from error
