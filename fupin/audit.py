"""Who changed what: every write is recorded by statement triggers, with the actor.

`@audited` gives a model its event table, filled by the database whichever way a row is written, append-only.
`acting(actor, via)` names the actor for everything written inside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pghistory
from django.db import models
from pghistory import runtime

from fupin.access import Actor
from fupin.guards import no_truncate

M = TypeVar("M", bound=type[models.Model])

#: What an actor is called in the audit where no user acts.
SYSTEM_NAME = "system"


def audited(*, exclude: tuple[str, ...] = ()) -> Callable[[M], M]:
    """Track inserts, updates and deletes of a model; `exclude` is for derived columns and secrets."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        exclude=list(exclude),
        meta={
            "default_permissions": (),
            "triggers": [no_truncate()],  # beside append-only, which PGHISTORY_APPEND_ONLY adds
        },
    )


@contextmanager
def acting(actor: Actor, *, via: str) -> Iterator[None]:
    """Record `actor` (and the way, e.g. "form", "import") with every row written inside.

    Inside a context of the same actor, such as the middleware's, this one joins it: a request is one group of
    changes.
    """
    name = SYSTEM_NAME if actor.is_system else actor.pk  # type: ignore[attr-defined]
    outer = getattr(runtime._tracker, "value", None)
    if outer is not None and outer.metadata.get("user") == name:
        yield
        return
    with pghistory.context(user=name, via=via):
        yield
