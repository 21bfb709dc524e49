"""Database triggers that keep the sums of the money by township: the fund overview of a county adds up those, not every row.

What a sum is made of is declared once here, as SELECTs over the tables; the triggers, the rebuilding and the tests' count from
nothing are made of it. After a statement that changed rows of a table, a trigger writes what they add now and takes away what
they added before, as rows of the sums' own table (funds/models/sums.py): nobody changes a row of it, so that two writers of one
township wait for each other no more than they did. Many rows of one sum are put together in passing.

Right between writers at once: what one row adds depends on others (the level on the appropriation, the category on the project),
so the triggers lock those before they look, as those in funds/money_guards.py do and in their order: appropriations before
allocations before payments, and projects last. Whoever changes an appropriation waits for the writers of its allocations, and for
those of their projects.
"""

from __future__ import annotations

from collections.abc import Mapping

import pgtrigger

from funds.enums import NOT_INVESTED
from fupin.guards import on_statement

#: The columns that tell one sum from another.
KEY = ("at", "owner", "year", "level", "category", "source", "kind")
#: What is added up, by the value of `kind`; the changes of appropriations go by the kind of their entries.
ISSUED, ALLOCATED, PAID, ELSEWHERE = "10", "11", "12", "13"

TABLES = {
    "a": "funds_appropriation", "e": "funds_appropriationentry", "l": "funds_allocation", "y": "funds_payment",
    "p": "funds_project",
}  # fmt: skip
_GRANTED = "left(a.region_id, 9), a.region_id, a.year, a.level, '', ''"
_SPENT = "left(l.region_id, 9), a.region_id, a.year, a.level, left(p.category, 2), ''"
_STAGES = ", ".join(f"'{stage}'" for stage in NOT_INVESTED)
_INVESTED = f"p.amount > 0 AND p.stage NOT IN ({_STAGES})"
_OF_PROJECT = f"SELECT left(p.region_id, 9), '', p.year, '', '', p.source, '{ELSEWHERE}', 1, p.amount"
#: The rows that are added up, each with its key, how many it is, and its amount.
PARTS = {
    "issued": f"SELECT {_GRANTED}, '{ISSUED}', 1, a.amount FROM {{a}} a",
    "changed": f"SELECT {_GRANTED}, e.kind, 1, e.amount FROM {{e}} e JOIN {{a}} a ON a.id = e.appropriation_id",
    "allocated": f"SELECT {_SPENT}, '{ALLOCATED}', 1, l.amount FROM {{l}} l JOIN {{a}} a ON a.id = l.appropriation_id"
    " JOIN {p} p ON p.id = l.project_id",
    "paid": f"SELECT {_SPENT}, '{PAID}', 1, y.amount FROM {{y}} y JOIN {{l}} l ON l.id = y.allocation_id"
    " JOIN {a} a ON a.id = l.appropriation_id JOIN {p} p ON p.id = l.project_id",
    "elsewhere": f"{_OF_PROJECT} FROM {{p}} p WHERE {_INVESTED}"
    " AND NOT EXISTS (SELECT 1 FROM {l} l WHERE l.project_id = p.id)",
}
#: What the rows of a table go into, and which of its columns say where: others may be changed without looking further.
USES: dict[str, tuple[tuple[str, ...], str]] = {
    "a": (("issued", "changed", "allocated", "paid"), "region_id, year, level, amount"),
    "e": (("changed",), "appropriation_id, kind, amount"),
    "l": (("allocated", "paid"), "region_id, appropriation_id, project_id, amount"),
    "y": (("paid",), "allocation_id, amount"),
    "p": (("allocated", "paid", "elsewhere"), "region_id, year, category, source, stage, amount"),
}
_COLUMNS = ", ".join((*KEY, "number", "amount"))


def from_nothing(names: Mapping[str, str] = TABLES) -> str:
    """SQL of all rows that are added up."""
    return " UNION ALL ".join(part.format(**names) for part in PARTS.values())


def _added(table: str, rows: str, sign: str) -> list[str]:
    """SQL of what some rows of a table add, or take away."""
    parts, _ = USES[table]
    return [
        f"SELECT {', '.join(KEY)}, {sign}number, {sign}amount FROM"
        f" ({PARTS[part].format(**{**TABLES, table: rows})}) AS x ({_COLUMNS})"
        for part in parts
    ]


def _write(selects: list[str]) -> str:
    key = ", ".join(KEY)
    return f"""
        INSERT INTO funds_fundsum ({_COLUMNS})
        SELECT {key}, sum(number), sum(amount) FROM ({" UNION ALL ".join(selects)}) AS added ({_COLUMNS})
        GROUP BY {key} HAVING sum(number) <> 0 OR sum(amount) <> 0 ORDER BY {key};
    """


#: A project that an allocation was the first of, or the last, is paid from elsewhere no more, or again.
_FIRST_OR_LAST = f"""
    SELECT {", ".join(KEY)}, change * number, change * amount FROM (
        SELECT x.*, change FROM (
            SELECT p.id, (NOT EXISTS (SELECT 1 FROM funds_allocation l WHERE l.project_id = p.id))::int
                - (NOT {{before}})::int AS change
            FROM funds_project p WHERE p.id IN ({{projects}})
        ) AS turned JOIN funds_project p ON p.id = turned.id AND {_INVESTED} AND change <> 0
        CROSS JOIN LATERAL ({_OF_PROJECT}) AS x ({_COLUMNS})
    ) AS y
"""
_STILL = "EXISTS (SELECT 1 FROM funds_allocation l WHERE l.project_id = p.id{})"
_NOT_NEW = " AND l.id NOT IN (SELECT id FROM new_values)"
_WAS = "EXISTS (SELECT 1 FROM old_values l WHERE l.project_id = p.id)"
_BEFORE = {
    "insert": _STILL.format(_NOT_NEW),
    "update": f"({_STILL.format(_NOT_NEW)} OR {_WAS})",
    "delete": f"({_STILL.format('')} OR {_WAS})",
}
_OPERATIONS = {"insert": pgtrigger.Insert, "update": pgtrigger.Update, "delete": pgtrigger.Delete}


def _touched(column: str, when: str) -> str:
    new, old = f"SELECT {column} FROM new_values", f"SELECT {column} FROM old_values"
    return {"insert": new, "update": f"{new} UNION {old}", "delete": old}[when]


def _locks(table: str, when: str, moved: str) -> str:
    """What is held while rows of the table are added up; `moved` are those whose change matters."""
    if table == "a":
        # Their projects too: somebody may be giving one another category, and would not see the other level or year.
        return (
            f"PERFORM funds_hold_allocations(ARRAY({moved}));"
            "PERFORM funds_hold_projects(ARRAY("
            f"SELECT project_id FROM funds_allocation WHERE appropriation_id IN ({moved})));"
            if when == "update"
            else ""
        )
    if table == "e":
        return f"PERFORM funds_hold_appropriations(ARRAY({_touched('appropriation_id', when)}));"
    if table == "l":
        return (
            f"PERFORM funds_hold_appropriations(ARRAY({_touched('appropriation_id', when)}));"
            f"PERFORM funds_hold_projects(ARRAY({_touched('project_id', when)}));"
        )
    if table == "y":
        return f"PERFORM funds_hold_allocated(ARRAY({_touched('allocation_id', when)}));"
    return ""


def kept_sums(table: str) -> list[pgtrigger.Trigger]:
    """The triggers of a table, by its letter, that keep the sums its rows go into."""
    columns = [column.strip() for column in USES[table][1].split(",")]
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("o", "n"))
    moved = f"""SELECT n.id FROM new_values n JOIN old_values o ON o.id = n.id WHERE ({new}) IS DISTINCT FROM ({old})"""
    found = []
    for when, operation in _OPERATIONS.items():
        body, rows = _locks(table, when, moved), "{}_values"
        if when == "update":
            body = f"IF NOT EXISTS ({moved}) THEN RETURN NULL; END IF; {body}"
            rows = f"(SELECT * FROM {rows} WHERE id IN ({moved}))"
        selects = [] if when == "delete" else _added(table, rows.format("new"), "")
        selects += [] if when == "insert" else _added(table, rows.format("old"), "-")
        if table == "l":
            projects = _touched("project_id", when)
            selects.append(_FIRST_OR_LAST.format(before=_BEFORE[when], projects=projects))
        found.append(on_statement(f"tally_on_{when}", operation, body + _write(selects)))
    return found


#: So many rows of one sum are put together; rows that another writer is putting together are left to him.
FOLDED = 12


def folded() -> list[pgtrigger.Trigger]:
    """The sums' own trigger: rows of one sum, once there are many, become one. Whoever reads sees either them or it."""
    key = ", ".join(KEY)
    same = " AND ".join(f"s.{name} = n.{name}" for name in KEY)
    mine = ", ".join(f"g.{name}" for name in KEY)
    fold = f"""
        IF NOT EXISTS (SELECT 1 FROM new_values) THEN RETURN NULL; END IF;
        WITH many AS (
            SELECT {", ".join(f"n.{name}" for name in KEY)} FROM (SELECT DISTINCT {key} FROM new_values) n
            CROSS JOIN LATERAL (SELECT count(*) FROM funds_fundsum s WHERE {same}) AS c (rows)
            WHERE c.rows >= {FOLDED}
        ), held AS (
            SELECT s.id, {", ".join(f"s.{name}" for name in KEY)} FROM funds_fundsum s JOIN many n ON {same}
            FOR UPDATE OF s SKIP LOCKED
        ), gone AS (
            DELETE FROM funds_fundsum d USING held g
            WHERE d.id = g.id AND ({mine}) IN (SELECT {key} FROM held GROUP BY {key} HAVING count(*) > 1)
            RETURNING {", ".join(f"d.{name}" for name in (*KEY, "number", "amount"))}
        )
        INSERT INTO funds_fundsum ({_COLUMNS})
        SELECT {key}, sum(number), sum(amount) FROM gone GROUP BY {key} HAVING sum(number) <> 0 OR sum(amount) <> 0;
    """
    return [on_statement("fold_on_insert", pgtrigger.Insert, fold)]
