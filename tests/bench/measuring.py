"""How something is measured: statements, blocks read, interleaved times; and the table of results."""

from __future__ import annotations

import gc
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any

from django.db import connection

Call = Callable[[], Any]


@dataclass(frozen=True)
class Line:
    """One line of the table. `aim` is what the value should be ("<= 1.2"), None where it is only told."""

    name: str
    value: float
    unit: str
    aim: str | None = None
    holds: bool | None = None


def told(name: str, value: float, unit: str) -> Line:
    """A number without an aim."""
    return Line(name, round(value, 4), unit)


def ratio(name: str, value: float, *, at_most: float | None = None) -> Line:
    """A ratio, which alone may have an aim: machines differ."""
    aim = None if at_most is None else f"<= {at_most:g}"
    return Line(name, round(value, 3), "ratio", aim, None if at_most is None else round(value, 3) <= at_most)


class Statements:
    """The statements that a call sends, in order."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any]] = []

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """Note the statement and run it: for connection.execute_wrapper."""
        self.sent.append((sql, params))
        return execute(sql, params, many, context)


def statements_of(call: Call) -> list[tuple[str, Any]]:
    """What the call sends."""
    statements = Statements()
    with connection.execute_wrapper(statements):
        call()
    return statements.sent


@dataclass(frozen=True)
class Read:
    """What SELECTs read: blocks of tables and indexes, in memory or not, and rows of tables, kept or not.

    A row that is found by an index costs a block more for each level that the index grows; the rows tell whether
    anything but what is shown was read.
    """

    blocks: int
    rows: int


def read_by(call: Call) -> Read:
    """What the call's SELECTs read."""
    call()  # what is read once per connection is no cost of the page
    blocks = rows = 0
    with connection.cursor() as cursor:
        for sql, params in statements_of(call):
            if not sql.lstrip().upper().startswith(("SELECT", "WITH")):
                continue
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
            [[[found]]] = cursor.fetchall()
            blocks += found["Plan"]["Shared Hit Blocks"] + found["Plan"]["Shared Read Blocks"]
            rows += _rows_read(found["Plan"])
    return Read(blocks, rows)


def _rows_read(plan: dict[str, Any]) -> int:
    own = 0
    if "Relation Name" in plan:
        removed = plan.get("Rows Removed by Filter", 0) + plan.get("Rows Removed by Index Recheck", 0)
        own = round((plan["Actual Rows"] + removed) * plan["Actual Loops"])
    return own + sum(_rows_read(below) for below in plan.get("Plans", ()))


def interleaved(
    calls: Mapping[str, Call],
    *,
    rounds: int,
    repeat: int = 1,
    prepare: Callable[[str], None] = lambda name: None,
    finish: Callable[[str], None] = lambda name: None,
) -> dict[str, float]:
    """The median seconds of each call. Every round runs all of them, so that a busy moment falls on all alike."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            prepare(name)
            gc.collect()
            for _ in range(repeat):
                began = time.perf_counter()
                call()
                times[name].append(time.perf_counter() - began)
            finish(name)
    return {name: median(values) for name, values in times.items()}


def table(lines: Sequence[Line]) -> str:
    """The lines as they are printed."""
    width = max(len(line.name) for line in lines)
    shown = []
    for line in lines:
        verdict = {True: "holds", False: "DOES NOT HOLD", None: ""}[line.holds]
        shown.append(
            f"{line.name:<{width}}  {line.value:>10g} {line.unit:<10} {line.aim or '':<7} {verdict}".rstrip()
        )
    return "\n".join(shown)


def write(lines: Sequence[Line], path: Path) -> None:
    """The lines as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        json.dumps([asdict(line) for line in lines], ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
