"""Sessions of their own for tests of concurrency: each a thread with a database connection."""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import cache
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
    from fupin.domain.bulk import _CopyText

    fields = [f for f in row._meta.concrete_fields if not f.primary_key and not f.generated]
    values = {f.attname: f.pre_save(row, True) for f in fields}
    columns = ", ".join(f'"{f.column}"' for f in fields)
    with connection.cursor() as cursor, connection.wrap_database_errors:
        text = _CopyText(fields, len(fields), [values])
        cursor.copy_expert(f'COPY "{row._meta.db_table}" ({columns}) FROM STDIN', text)


# --- the audit against the tables --------------------------------------------------------------------------


@cache
def event_of(model: type[models.Model]) -> type[models.Model]:
    """The event table of an audited model."""
    return next(m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is model)


@cache
def tracked_columns(model: type[models.Model]) -> list[str]:
    """The columns of a model that its event table has too."""
    return [f.column for f in event_of(model)._meta.concrete_fields if not f.name.startswith("pgh_")]


@cache
def columns_of_json(model: type[models.Model]) -> set[str]:
    """The columns that hold JSON."""
    return {f.column for f in model._meta.concrete_fields if isinstance(f, models.JSONField)}


def read(model: type[models.Model], column: str, value: Any) -> Any:
    """A column's value as a model has it: of JSON, what the text says."""
    return json.loads(value) if isinstance(value, str) and column in columns_of_json(model) else value


class Audit:
    """What the tables hold and how far the events go; later, what has changed without being told, or told in vain."""

    def __init__(self) -> None:
        self.models = audited_models()
        self.before = self._state()
        self.last = self._last()

    def _state(self) -> dict[type[models.Model], dict[Any, dict[str, Any]]]:
        dumped = dump(*self.models)
        return {
            model: {
                key: {column: read(model, column, row[column]) for column in tracked_columns(model)}
                for key, row in dumped[model._meta.label].items()
            }
            for model in self.models
        }

    def _last(self) -> dict[type[models.Model], int]:
        tables = [event_of(model)._meta.db_table for model in self.models]
        asked = ", ".join(f"coalesce((SELECT max(pgh_id) FROM {table}), 0)" for table in tables)
        return dict(zip(self.models, fetch(f"SELECT {asked}")[0], strict=True))

    def events(self) -> list[Any]:
        """The new events, by model and in their order."""
        last = self._last()
        return [
            event
            for model in self.models
            if last[model] > self.last[model]
            for event in event_of(model)
            .objects.filter(pgh_id__gt=self.last[model])
            .select_related("pgh_context")
            .order_by("pgh_id")
        ]

    def told(self) -> dict[tuple[str, str], int]:
        """How many new events there are by table and kind."""
        found: dict[tuple[str, str], int] = {}
        for event in self.events():
            key = (type(event).pgh_tracked_model.__name__, event.pgh_label)
            found[key] = found.get(key, 0) + 1
        return found

    def actors(self) -> set[tuple[Any, Any]]:
        """(user, via) of the new events; (None, None) for an event without a context."""
        contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in self.events()]
        return {(context.get("user"), context.get("via")) for context in contexts}

    def discrepancies(self) -> list[str]:
        """Replay the new events over the old rows: each must change something, and the end must be what stands."""
        found = []
        state = {model: dict(rows) for model, rows in self.before.items()}
        for event in self.events():
            model = type(event).pgh_tracked_model
            key = getattr(event, model._meta.pk.attname)
            values = {
                f.column: f.get_prep_value(getattr(event, f.attname))
                for f in event._meta.concrete_fields
                if not f.name.startswith("pgh_")
            }
            old, rows = state[model].get(key), state[model]
            name = f"{event.pgh_label} {model.__name__}"
            new = event.pgh_label == "insert" and old is None
            changed = event.pgh_label == "update" and old is not None and old != values
            if new or changed:
                rows[key] = values
            elif event.pgh_label == "delete" and old == values:
                del rows[key]
            else:
                found.append(f"phantom: {name}")
        now = self._state()
        found += [
            f"unlogged: {model.__name__}"
            for model in self.models
            for key in state[model].keys() | now[model].keys()
            if state[model].get(key) != now[model].get(key)
        ]
        return found
