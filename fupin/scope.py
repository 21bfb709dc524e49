"""Scope on every queryset: a manager that refuses until it is told for whom it answers.

    HouseholdYear.objects.all()                      # ScopeNotChosen as soon as it is evaluated
    HouseholdYear.objects.visible_to(user)           # the rows of the user's regions
    HouseholdYear.objects.unscoped("year close")     # everything, with the reason in the code

A forgotten filter is thus an error in the first test that touches it, not a leak.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q, sql

import fupin.among  # noqa: F401 - the lookup that querysets have beside Django's
from fupin.access import Action, Actor

if TYPE_CHECKING:
    from django.db.models.query import QuerySet as _QuerySet
else:
    _QuerySet = models.QuerySet

VILLAGE_PREFIX = 12

_suspended: ContextVar[str] = ContextVar("scope_suspended", default="")


class ScopeNotChosen(RuntimeError):
    """A scoped queryset was evaluated without visible_to() or unscoped()."""


@contextmanager
def scope_suspended(reason: str) -> Iterator[None]:
    """Let Django's own uniqueness validation see every row: a fact of the county, not of one user's scope."""
    token = _suspended.set(reason)
    try:
        yield
    finally:
        _suspended.reset(token)


def prefix_q(path: str, prefixes: tuple[str, ...]) -> Q:
    """Rows whose region code, reached by path, begins with one of the prefixes; no prefix, no row."""
    if "" in prefixes:
        return Q()
    found = Q(pk__in=[])
    for prefix in prefixes:
        # A whole code is compared as such: the planner then knows it is one village of many.
        lookup = path if len(prefix) == VILLAGE_PREFIX else f"{path}__startswith"
        found |= Q(**{lookup: prefix})
    return found


class ScopedQuery(sql.Query):
    """A query that refuses to become SQL before its scope is chosen.

    Every door of a queryset leads through here: evaluation, counts, a place inside another query (pk__in=...,
    Exists, Subquery, union). Only those that change the class of the query (update, delete) or write their own
    SQL need a guard of their own.
    """

    scope_chosen = False

    def refuse_unscoped(self) -> None:
        """Raise ScopeNotChosen unless the scope is chosen, or suspended."""
        if not (self.scope_chosen or _suspended.get()):
            raise ScopeNotChosen(
                f"{self.get_meta().label}: call .visible_to(user) or .unscoped(reason) before reading or writing rows"
            )

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse without a scope, else as Django does."""
        self.refuse_unscoped()
        return super().get_compiler(*args, **kwargs)

    def combine(self, rhs: Any, connector: str) -> None:
        """`scoped | everything` is not scoped: both sides must be."""
        super().combine(rhs, connector)
        self.scope_chosen = self.scope_chosen and rhs.scope_chosen


class ScopedQuerySet(_QuerySet[Any]):
    """A queryset that refuses to be evaluated before its scope is chosen."""

    def __init__(self, model: Any = None, query: Any = None, using: Any = None, hints: Any = None) -> None:
        super().__init__(model, query or ScopedQuery(model), using, hints)

    def visible_to(self, actor: Actor, action: Action = Action.VIEW) -> Self:
        """Only rows of regions (or assigned households) where the actor may do the action."""
        return self._with_scope().filter(self.model.in_scope(actor, action))

    def unscoped(self, reason: str) -> Self:
        """All rows. The reason is for the reader of the code; it must not be empty."""
        if not reason:
            raise ValueError("unscoped() wants a reason")
        return self._with_scope()

    def _with_scope(self) -> Self:
        clone = self._chain()  # type: ignore[attr-defined]  # private, but what every method goes through
        clone.query.scope_chosen = True
        return clone

    def _refuse(self) -> None:
        query: Any = self.query
        query.refuse_unscoped()

    # Doors that do not go through ScopedQuery.get_compiler. `__and__`, `__or__` and `__xor__` drop a side that is
    # empty without asking for SQL, so that they ask here too.

    def __and__(self, other: Any) -> Any:
        other._refuse()
        return super().__and__(other)

    def __or__(self, other: Any) -> Any:
        other._refuse()
        return super().__or__(other)

    def __xor__(self, other: Any) -> Any:
        other._refuse()
        return super().__xor__(other)

    def update(self, **kwargs: Any) -> int:
        """Refuse without a scope, else as Django does."""
        self._refuse()
        return super().update(**kwargs)

    update.alters_data = True  # type: ignore[attr-defined]

    def delete(self) -> Any:
        """Refuse without a scope, else as Django does."""
        self._refuse()
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def _raw_delete(self, using: Any) -> Any:
        self._refuse()
        return super()._raw_delete(using)

    def raw(self, *args: Any, **kwargs: Any) -> Any:
        """Refuse: hand-written SQL can't be narrowed to a scope."""
        raise ScopeNotChosen(f"{self.model._meta.label}: raw SQL has no scope; use a cursor, and say why")


class ScopedManager(models.Manager.from_queryset(ScopedQuerySet)):  # type: ignore[misc]
    """The default manager of everything that belongs to a region."""

    # Django's serialisers and migrations may not use it unasked.
    use_in_migrations = False


class Scoped(models.Model):
    """A model whose rows are seen through a region. Subclasses say how in `in_scope`."""

    objects = ScopedManager()

    #: Path of the field that holds the region code (no join: the foreign key's own column is compared).
    region_path = "region__code"

    class Meta:
        abstract = True

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """The condition that keeps the rows on which the actor may do the action."""
        whole = prefix_q(cls.region_path, actor.prefixes(action))
        part = actor.prefixes(action, narrowed=True)
        if not part or whole == Q():
            return whole
        return whole | (prefix_q(cls.region_path, part) & cls.assigned_to(actor))

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """What a narrowed role (a helper) sees within its region; rows about no household: all of them."""
        return Q()

    def validate_unique(self, exclude: Any = None) -> None:
        """Check uniqueness over the whole county."""
        with scope_suspended("uniqueness is a fact of the whole county"):
            super().validate_unique(exclude)

    def validate_constraints(self, exclude: Any = None) -> None:
        """Check constraints over the whole county."""
        with scope_suspended("uniqueness is a fact of the whole county"):
            super().validate_constraints(exclude)
