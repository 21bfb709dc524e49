"""One state of the database for several statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction

_held: ContextVar[bool] = ContextVar("snapshot_held", default=False)


@contextmanager
def snapshot(*, writes: bool = False) -> Iterator[bool]:
    """See one state of the database in every statement inside, as of the first one; nothing is written unless `writes`.

    False inside a transaction that somebody else has begun: its statements each see a state of their own.
    """
    if _held.get():
        yield True
    elif connection.in_atomic_block or not connection.get_autocommit():
        yield False
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                access = "READ WRITE" if writes else "READ ONLY"
                cursor.execute(f"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, {access}")
            held = _held.set(True)
            try:
                yield True
            finally:
                _held.reset(held)
