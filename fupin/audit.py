"""Who changed what: every write is recorded by statement triggers, with the actor.

`@audited` gives a model its event table, filled by the database whichever way a row is written, append-only.
`acting(actor, via)` names the actor for everything written inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar
from uuid import UUID, uuid4

import pghistory
import pgtrigger
from django.db import connection, models
from pghistory import runtime, trigger
from psycopg2.extensions import TRANSACTION_STATUS_INTRANS

from fupin.access import Actor
from fupin.guards import no_truncate

M = TypeVar("M", bound=type[models.Model])

#: What an actor is called in the audit where no user acts.
SYSTEM_NAME = "system"


class _UpdateTrigger(trigger.Event):
    """Plans the comparison of old and new rows for each statement afresh.

    PL/pgSQL plans a statement at its first run in a session and keeps the plan: one made for no row or for a
    single one (a form, an import of new rows alone) joins old to new by a nested loop, which takes 25 million
    comparisons for the 5,000 rows of the next import. EXECUTE plans by the number of rows at hand.
    """

    def get_func(self, model: models.Model) -> pgtrigger.Func:
        """The insertion of pghistory, as dynamic SQL."""
        insertion, end, _ = super().get_func(model).func.rpartition("RETURN NULL;")
        return pgtrigger.Func(f"EXECUTE $audit${insertion.strip()}$audit$; {end}")


class _UpdateEvent(pghistory.UpdateEvent):
    """An update that leaves a row as it was is no event."""

    def add_event_trigger(self, event_model: Any) -> None:
        """Register our trigger in place of pghistory's."""
        pgtrigger.register(
            _UpdateTrigger(
                event_model=event_model,
                label=self.label,
                name=self.trigger_name,
                row=self.row,
                operation=self.operation,
                condition=self.condition,
                level=self.level,
            )
        )(event_model.pgh_tracked_model)


def audited(*, exclude: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Track inserts, updates and deletes of a model; `exclude` is for derived columns and secrets."""
    track = pghistory.track(
        pghistory.InsertEvent(),
        _UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        meta={
            "default_permissions": (),
            "triggers": [no_truncate()],  # beside append-only, which PGHISTORY_APPEND_ONLY adds
        },
    )

    def decorate(model: M) -> M:
        # TRUNCATE fires none of the triggers above: it would be a change that nobody made.
        if not any(trigger.name == no_truncate().name for trigger in getattr(model._meta, "triggers", ())):
            pgtrigger.register(no_truncate())(model)
        return track(model)

    return decorate


@contextmanager
def acting(actor: Actor, *, via: str, **more: Any) -> Iterator[None]:
    """Record `actor` (and the way, e.g. "form", "import") with every row written inside.

    Inside a context of the same actor, such as the middleware's, this one joins it: a request is one group of
    changes. Inside one of another actor it is a group of its own; pghistory.context() would rename what the
    outer actor has written.
    """
    name = SYSTEM_NAME if actor.is_system else actor.pk  # type: ignore[attr-defined]
    outer = getattr(runtime._tracker, "value", None)
    if outer is None:
        with pghistory.context(user=name, via=via, **more):
            try:
                yield
            finally:
                _forget()
    elif outer.metadata.get("user") == name:
        yield
    else:
        runtime._tracker.value = runtime.Context(uuid4(), {"user": name, "via": via, **more})
        try:
            yield
        finally:
            runtime._tracker.value = outer
            _forget()


def current_context() -> UUID:
    """The context under which rows are written now: what finds them again in the audit. Only inside acting()."""
    return UUID(str(runtime._tracker.value.id))


def _forget() -> None:
    """Name nobody for what follows in the same transaction: the database keeps the actor until its end."""
    if not connection.in_atomic_block or connection.needs_rollback:
        return  # the transaction is over, or will be rolled back
    if connection.connection.get_transaction_status() != TRANSACTION_STATUS_INTRANS:
        return  # it has failed, and rolling back takes the names with it
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('pghistory.context_id', '', true), set_config('pghistory.context_metadata', '', true)"
        )
