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
    """This moment. One statement, whose snapshot is the moment.

    What it does not see is under way among the snapshot's own transactions, or has a number between its end and the one that is
    given out now: whoever begins later gets later ids of events. (In a transaction that has its number already, those that
    run.) Who holds no lock of a table of events has added none till now, and what he may add is seen by its id: a vacuum, or
    somebody in another database.
    """
    quote = connection.ops.quote_name
    tables = _tables()
    last = ", ".join(f"(SELECT max(pgh_id) FROM {quote(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT pg_current_xact_id()::text::bigint, {last}, {_SUSPECTS} FROM pg_current_snapshot() AS seen",
            [[quote(table) for table in tables]],
        )
        own, *ids, suspects = cursor.fetchone()
    somebody_writes = any(writes > 0 for _, writes, _ in suspects)
    under_way = [
        xid
        for xid, writes, runs in suspects
        # Who runs and is not listed is a savepoint of somebody who is.
        if xid != own and (writes > 0 or (writes < 0 and (somebody_writes or not runs)))
    ]
    return Moment({table: found or 0 for table, found in zip(tables, ids, strict=True)}, under_way)


#: Transactions that the snapshot does not see: number, on how many tables of events they hold the lock that a writer holds to the
#: end (-1: not listed; one's own savepoints hold none), and whether they still run.
_SUSPECTS = """ARRAY(
    WITH running AS MATERIALIZED (
        SELECT held.transactionid::text::bigint AS xid,
            count(locked.relation) * (held.pid <> pg_backend_pid())::int AS writes
        FROM pg_locks AS held
        LEFT JOIN pg_locks AS locked ON locked.virtualtransaction = held.virtualtransaction
            AND locked.locktype = 'relation' AND locked.mode = 'RowExclusiveLock'
            AND locked.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND locked.relation = ANY(%s::regclass[]::oid[])
        WHERE held.locktype = 'transactionid' AND held.mode = 'ExclusiveLock' AND held.granted
        GROUP BY held.transactionid, held.pid)
    SELECT ARRAY[xid, coalesce(writes, -1), (pg_xact_status(xid::text::xid8) = 'in progress')::int]
    FROM (SELECT pg_snapshot_xip(seen)::text::bigint AS xid UNION SELECT generate_series(
        pg_snapshot_xmax(seen)::text::bigint,
        greatest(pg_current_xact_id()::text::bigint, (SELECT max(xid) FROM running)))) AS unseen
    LEFT JOIN running USING (xid))"""


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
