"""Database triggers of this room."""

from __future__ import annotations

import pgtrigger


def counts_people() -> list[pgtrigger.Trigger]:
    """Keep HouseholdYear.people equal to the members present, whichever way members are written."""
    # The lock comes first, in a statement of its own: a recount that waits for another writer's row would
    # otherwise go on with the number it counted before that writer committed.
    recount = """
        PERFORM 1 FROM households_householdyear WHERE id IN ({touched}) ORDER BY id FOR NO KEY UPDATE;
        UPDATE households_householdyear h SET people = c.people
        FROM (
            SELECT t.household_year_id, count(m.id) FILTER (WHERE m.present) AS people
            FROM ({touched}) t LEFT JOIN households_membership m ON m.household_year_id = t.household_year_id
            GROUP BY 1
        ) c
        WHERE h.id = c.household_year_id AND h.people <> c.people;
        RETURN NULL;
    """
    new, old = "SELECT household_year_id FROM new_values", "SELECT household_year_id FROM old_values"
    cases = [
        (
            "people_on_insert",
            pgtrigger.Insert,
            pgtrigger.Referencing(new="new_values"),
            f"SELECT DISTINCT * FROM ({new}) n",
        ),
        (
            "people_on_delete",
            pgtrigger.Delete,
            pgtrigger.Referencing(old="old_values"),
            f"SELECT DISTINCT * FROM ({old}) o",
        ),
        (
            "people_on_update",
            pgtrigger.Update,
            pgtrigger.Referencing(old="old_values", new="new_values"),
            f"{new} UNION {old}",
        ),
    ]
    return [
        pgtrigger.Trigger(
            name=name,
            level=pgtrigger.Statement,
            when=pgtrigger.After,
            operation=operation,
            referencing=referencing,
            func=recount.format(touched=touched),
        )
        for name, operation, referencing, touched in cases
    ]
