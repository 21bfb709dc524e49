"""Sessions of their own for tests of concurrency: each a thread with a database connection."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

from django.apps import apps
from django.db import connection, models, transaction

#: A test that hangs fails after so long; no assertion depends on it.
PATIENCE = 60


class Session:
    """A thread with a connection of its own that does what it is handed, one thing after another."""

    def __init__(self) -> None:
        self.tasks: queue.Queue[tuple[Future, Callable[[], Any]] | None] = queue.Queue()
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()
        self.pid: int = self.do(backend_pid)

    def _work(self) -> None:
        try:
            while (task := self.tasks.get()) is not None:
                future, work = task
                try:
                    future.set_result(work())
                except BaseException as error:
                    future.set_exception(error)
        finally:
            connection.close()

    def start(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Future:
        """Hand over work; the future has its result or its error."""
        future: Future = Future()
        self.tasks.put((future, lambda: work(*args, **kwargs)))
        return future

    def do(self, work: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Do it and wait for the result."""
        return self.start(work, *args, **kwargs).result(PATIENCE)

    def begin(self) -> None:
        """Open a transaction that lasts until commit() or rollback()."""
        self.do(transaction.set_autocommit, False)

    def commit(self) -> None:
        """End the transaction."""
        self.do(transaction.commit)
        self.do(transaction.set_autocommit, True)

    def rollback(self) -> None:
        """Give the transaction up."""
        self.do(transaction.rollback)
        self.do(transaction.set_autocommit, True)

    def end(self) -> None:
        """End the thread and its connection."""
        self.tasks.put(None)
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive(), "a session hangs"


@contextmanager
def sessions(count: int) -> Iterator[list[Session]]:
    """Some sessions, ended when the block is left."""
    made = [Session() for _ in range(count)]
    try:
        yield made
    finally:
        for session in made:
            session.end()


def backend_pid() -> int:
    """The process that serves this connection."""
    return fetch("SELECT pg_backend_pid()")[0][0]


def fetch(sql: str, params: Any = None) -> list[tuple]:
    """The rows of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def run(sql: str, params: Any = None) -> int:
    """Execute a statement; the number of rows touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def blockers_of(session: Session, future: Future) -> list[int]:
    """Wait until the session waits for a lock, and say for whose; [] if its work ended without waiting."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        done = future.done()
        found = fetch("SELECT pg_blocking_pids(%s)", [session.pid])[0][0]
        if found or done:
            return sorted(set(found))
        time.sleep(0.005)
    raise AssertionError("neither waits nor ends")


def dump(*tables: type[models.Model]) -> dict[str, dict[Any, dict[str, Any]]]:
    """All rows of the models' tables: {label: {pk: {column: value}}}; generated columns included."""
    found = {}
    for model in tables:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')
            names = [column.name for column in cursor.description]
            rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        found[model._meta.label] = {row[model._meta.pk.column]: row for row in rows}
    return found


def audited_models() -> list[type[models.Model]]:
    """Every model with an event table."""
    return sorted(
        {m.pgh_tracked_model for m in apps.get_models() if hasattr(m, "pgh_tracked_model")},
        key=lambda model: model._meta.label,
    )


def insert_sql(row: models.Model) -> tuple[str, list[Any]]:
    """The statement and values that insert an unsaved instance by raw SQL."""
    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    columns = ", ".join(f'"{f.column}"' for f in fields)
    marks = ", ".join(["%s"] * len(fields))
    values = [f.get_db_prep_save(f.pre_save(row, True), connection) for f in fields]
    return f'INSERT INTO "{row._meta.db_table}" ({columns}) VALUES ({marks})', values


def copy_in(row: models.Model) -> None:
    """Insert an unsaved instance by COPY straight into its table."""
    from fupin.domain.bulk import _copy_text

    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    values = {f.attname: f.pre_save(row, True) for f in fields}
    columns = ", ".join(f'"{f.column}"' for f in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        cursor.copy_expert(
            f'COPY "{row._meta.db_table}" ({columns}) FROM STDIN', _copy_text(fields, [values])
        )
