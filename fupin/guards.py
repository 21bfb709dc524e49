"""Database triggers that hold whichever way a row is written: form, import, COPY or raw SQL.

They are statement triggers over transition tables, so that 100,000 rows cost one check per village and year.
The functions they call are made in a migration (fupin/migrations, "functions").
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import pgtrigger

#: SQL state and constraint name with which a write into a year that is not open is refused.
YEAR_NOT_OPEN = "year_is_open"

_NEW = pgtrigger.Referencing(new="new_values")
_OLD = pgtrigger.Referencing(old="old_values")
_BOTH = pgtrigger.Referencing(old="old_values", new="new_values")


def _statement(
    name: str, operation: pgtrigger.Operation, referencing: pgtrigger.Referencing, func: str
) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=referencing,
        func=pgtrigger.Func(f"{func} RETURN NULL;"),
    )


_REFERENCING = {pgtrigger.Insert: _NEW, pgtrigger.Delete: _OLD, pgtrigger.Update: _BOTH}


def on_statement(name: str, operation: pgtrigger.Operation, func: str) -> pgtrigger.Trigger:
    """A trigger of a room's own: after each statement, with its rows as old_values and new_values."""
    return _statement(name, operation, _REFERENCING[operation], func)


def year_guards() -> list[pgtrigger.Trigger]:
    """Refuse to write rows of a village's year that is not open, in every kind of statement.

    fupin_require_open locks the year's row FOR SHARE until the writer commits, and whoever closes the year
    waits for it: a plain check would be a race. Places are taken in order, so that two writers cannot
    deadlock.
    """
    check = "PERFORM fupin_require_open(region_id, year) FROM (SELECT region_id, year FROM {} ORDER BY 1, 2) AS places;"
    return [
        _statement(
            "open_on_insert",
            pgtrigger.Insert,
            _NEW,
            check.format("(SELECT DISTINCT region_id, year FROM new_values) AS n"),
        ),
        _statement(
            "open_on_delete",
            pgtrigger.Delete,
            _OLD,
            check.format("(SELECT DISTINCT region_id, year FROM old_values) AS o"),
        ),
        _statement(
            "open_on_update",
            pgtrigger.Update,
            _BOTH,
            check.format(
                "(SELECT region_id, year FROM new_values UNION SELECT region_id, year FROM old_values) AS b"
            ),
        ),
    ]


def no_truncate() -> pgtrigger.Trigger:
    """Refuse TRUNCATE, which row and transition triggers do not see. A test database may allow it to itself."""
    return pgtrigger.Trigger(
        name="no_truncate",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="PERFORM fupin_refuse_truncate(TG_TABLE_NAME); RETURN NULL;",
    )


def keeps_ledger(kind: str | Mapping[str, str], *, column: str = "") -> list[pgtrigger.Trigger]:
    """Mark the ledger of this kind as having rows while there are rows in a village's year.

    With a column, `kind` says for each of its values which ledger such a row belongs to. Writers of the same
    village do not wait for each other: whoever finds the ledger there only sees to it that it stays, FOR KEY
    SHARE; whoever deletes its last row waits for them, and then looks again.
    """
    of = {alias: _kind_of(kind, f"{alias}.{column}") for alias in ("n", "o", "t")}
    opens = f"""
        PERFORM 1 FROM fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN
            (SELECT n.region_id, n.year, {of["n"]} FROM new_values n) FOR KEY SHARE;
        INSERT INTO fupin_ledger (region_id, year, kind, state)
        SELECT DISTINCT n.region_id, n.year, {of["n"]}, 'rows' FROM new_values n
        WHERE NOT EXISTS (
            SELECT 1 FROM fupin_ledger l
            WHERE l.region_id = n.region_id AND l.year = n.year AND l.kind = {of["n"]} AND l.state = 'rows'
        )
        ON CONFLICT (region_id, year, kind) DO UPDATE SET state = 'rows';
    """
    left = f"SELECT o.region_id, o.year, {of['o']} FROM old_values o"
    kept = f"SELECT n.region_id, n.year, {of['n']} FROM new_values n"

    def closes(gone: str) -> str:
        ledgers = f"fupin_ledger l WHERE l.state = 'rows' AND (l.region_id, l.year, l.kind) IN ({gone})"
        return f"""
            PERFORM 1 FROM {ledgers} ORDER BY l.id FOR UPDATE;
            DELETE FROM {ledgers} AND NOT EXISTS (
                SELECT 1 FROM {{meta.db_table}} t
                WHERE t.region_id = l.region_id AND t.year = l.year AND {of["t"]} = l.kind
            );
        """

    return [
        _statement("ledger_on_insert", pgtrigger.Insert, _NEW, opens),
        _statement("ledger_on_update", pgtrigger.Update, _BOTH, opens + closes(f"{left} EXCEPT {kept}")),
        _statement("ledger_on_delete", pgtrigger.Delete, _OLD, closes(left)),
    ]


def _kind_of(kind: str | Mapping[str, str], column: str) -> str:
    """The kind of a row's ledger in SQL."""
    if isinstance(kind, str):
        return f"'{kind}'"
    cases: dict[str, list[str]] = defaultdict(list)
    for value, name in kind.items():
        cases[name].append(f"'{value}'")
    whens = (f"WHEN {column} IN ({', '.join(values)}) THEN '{name}'" for name, values in cases.items())
    return f"CASE {' '.join(whens)} END"
