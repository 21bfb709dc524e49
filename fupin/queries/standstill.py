"""Whether anything was written since a moment: what was worked out then need not be worked out again.

Asked of the audit, which every write goes through. Its ids are given out in order, but not committed in order: a
transaction that was under way at the moment may commit a smaller id later. So the moment also names those transactions.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from fupin.queries.differences import audited_models
from fupin.queries.history import event_model_of


@dataclass(frozen=True)
class Moment:
    """The last event of each audited table, and the transactions that were under way and might add earlier ones."""

    last: dict[str, int]
    under_way: list[int]

    def as_json(self) -> dict[str, Any]:
        """As it is kept beside what was worked out."""
        return {"last": self.last, "under_way": self.under_way}


def _tables() -> list[str]:
    return [event_model_of(model)._meta.db_table for model in audited_models()]


def moment() -> Moment:
    """This moment. Two statements, and a third while others write."""
    quote = connection.ops.quote_name
    last = ", ".join(f"(SELECT max(pgh_id) FROM {quote(table)})" for table in _tables())
    with connection.cursor() as cursor:
        # One statement, one snapshot: what it does not see is either among these, or has a number from here on, ...
        cursor.execute(
            "SELECT ARRAY(SELECT pg_snapshot_xip(seen)::text::bigint), pg_snapshot_xmax(seen)::text::bigint, "
            f"pg_current_xact_id_if_assigned()::text::bigint, {last} FROM pg_current_snapshot() AS seen"
        )
        open_, beyond, own, *ids = cursor.fetchone()
        # ... and below the one that is given out now: whoever begins later gets later ids of events.
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        (end,) = cursor.fetchone()
    under_way = [xid for xid in (*open_, *range(beyond, end)) if xid != own]
    if under_way:
        harmless = _without_events(under_way)
        under_way = [xid for xid in under_way if xid not in harmless]
    return Moment({table: found or 0 for table, found in zip(_tables(), ids, strict=True)}, under_way)


def _without_events(transactions: list[int]) -> set[int]:
    """Those that still run and have added no event till now: what they may add comes later, and is seen by its id.

    Whoever writes into a table holds a lock of it till the end; a vacuum, or somebody in another database, holds none.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT held.transactionid::text::bigint FROM pg_locks AS held"
            " WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted"
            " AND held.transactionid::text::bigint = ANY(%s::bigint[]) AND NOT EXISTS (SELECT FROM pg_locks AS table_"
            " WHERE table_.virtualtransaction = held.virtualtransaction AND table_.locktype = 'relation'"
            " AND table_.mode = 'RowExclusiveLock'"
            " AND table_.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND table_.relation = ANY(%s::regclass[]::oid[]))",
            [transactions, [connection.ops.quote_name(table) for table in _tables()]],
        )
        return {xid for (xid,) in cursor.fetchall()}


def nothing_since(then: dict[str, Any] | Moment, *, but: UUID | None = None) -> bool:
    """Whether no audited row was written since the moment, but those of one group of changes. Two statements at most.

    A moment of before a table was there, or so old that the server has forgotten its transactions, tells nothing: False.
    """
    told = then.as_json() if isinstance(then, Moment) else then
    if not told or told["last"].keys() != set(_tables()):
        return False
    quote = connection.ops.quote_name
    others = "" if but is None else " AND pgh_context_id IS DISTINCT FROM %s"
    later = " OR ".join(
        f"EXISTS (SELECT FROM {quote(table)} WHERE pgh_id > %s{others})" for table in told["last"]
    )
    values = [value for last in told["last"].values() for value in ((last,) if but is None else (last, but))]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::bigint[]) AS x"
            " WHERE pg_xact_status(x::text::xid8) IS DISTINCT FROM 'aborted'",
            [told["under_way"]],
        )
        if cursor.fetchone() != (0,):
            return False
        cursor.execute(f"SELECT {later}", values)
        return cursor.fetchone() == (False,)
