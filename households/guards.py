"""Database triggers of this room."""

from __future__ import annotations

import pgtrigger


def counts_people() -> list[pgtrigger.Trigger]:
    """Keep HouseholdYear.people equal to the members present, whichever way members are written."""
    # The lock comes first, in a statement of its own: a recount that waits for another writer's row would
    # otherwise go on with the number it counted before that writer committed.
    # Arrays and a lookup by index for each household, planned by what is there now, and no joins: of a table that was
    # filled, taken back (as a trial of an import is) and analysed, the planner knows a single row, and compared each of
    # 43,000 households with each of 100,000 members.
    count = "SELECT count(*) FROM households_membership m WHERE m.household_year_id = h.id AND m.present"
    recount = f"""
        EXECUTE $people$
            SELECT 1 FROM households_householdyear WHERE id = ANY (ARRAY({{touched}})) ORDER BY id FOR NO KEY UPDATE
        $people$;
        EXECUTE $people$
            UPDATE households_householdyear h SET people = ({count})
            WHERE h.id = ANY (ARRAY({{touched}})) AND h.people <> ({count})
        $people$;
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
