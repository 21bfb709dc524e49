"""Reads of an import's difference."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count

from fupin.models import ImportLine, ImportRun

Kind = ImportLine.Kind
#: States in which what a run shows is still to be keyed in elsewhere, if it is not to be written here.
STANDS = (ImportRun.State.READY, ImportRun.State.DROPPED)
#: A cell of a difference: sort of row, which one, which field.
Cell = tuple[str, str, str]


def kinds_of(run: ImportRun) -> dict[str, tuple[str, int]]:
    """The kinds of lines that a run has, with label and number, in the order in which they are shown."""
    found = dict(run.lines.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: (str(kind.label), found[kind.value]) for kind in Kind if kind.value in found}


def backfill_of(run: ImportRun) -> Iterator[dict[str, str]]:
    """The cells in which the register says something else than the file, and rows that the file has not.

    In the order of the households' numbers; each {label, who, field, theirs, ours}.
    """
    lines = run.lines.filter(kind__in=[Kind.CHANGED, Kind.ABSENT]).order_by("who", "position")
    for line in lines.iterator(chunk_size=2000):
        if line.kind == Kind.ABSENT:
            yield {"label": line.label, "who": line.who, "field": "整行", "theirs": "", "ours": "应补录"}
            continue
        for field, ours, theirs in line.cells["cells"]:
            yield {"label": line.label, "who": line.who, "field": field, "theirs": theirs, "ours": ours}


def since_last(run: ImportRun) -> dict[str, int] | None:
    """How many cells were to be keyed in after the last file of the kind, are there now, and are still open."""
    runs = ImportRun.objects.unscoped("numbers alone, of the place of a run that was scoped")
    last = (
        runs.filter(kind=run.kind, region=run.region, year=run.year, created_at__lt=run.created_at)
        .filter(lines__kind__in=[Kind.CHANGED, Kind.ABSENT])
        .filter(state__in=STANDS)
        .first()
    )
    if last is None or run.state not in (*STANDS, ImportRun.State.UNCHANGED):
        return None
    before, now = _cells(last), _cells(run)
    return {"before": len(before), "done": len(before - now), "open": len(before & now)}


def _cells(run: ImportRun) -> set[Cell]:
    return {(cell["label"], cell["who"], cell["field"]) for cell in backfill_of(run)}
