"""Reads of an import's difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Count

from fupin.access import Action, Actor
from fupin.fields import CleanedField
from fupin.masking import shown
from fupin.models import ImportLine, ImportRun
from fupin.scope import Scoped

Kind = ImportLine.Kind
#: States in which what a run shows is still to be keyed in elsewhere, if it is not to be written here.
STANDS = (ImportRun.State.READY, ImportRun.State.DROPPED)
#: Lines read at once.
CHUNK = 2_000
#: A cell of a difference: sort of row, which one, which field.
Cell = tuple[str, str, str]


def kinds_of(run: ImportRun) -> dict[str, tuple[str, int]]:
    """The kinds of lines that a run has, with label and number, in the order in which they are shown."""
    found = dict(run.lines.order_by().values_list("kind").annotate(Count("pk")))
    return {kind.value: (str(kind.label), found[kind.value]) for kind in Kind if kind.value in found}


def backfill_of(run: ImportRun, *, reader: Actor | None = None) -> Iterator[dict[str, Any]]:
    """The cells in which the register says something else than the file, and rows that the file has not.

    In the order of the file's rows, as far as they are known, else of the households' numbers; each {label, who, field,
    theirs, ours, row}. On a page that is being revealed the register's numbers are in full, of the rows that the reader may see.
    """
    lines = run.lines.filter(kind__in=[Kind.CHANGED, Kind.ABSENT]).order_by("cells__row", "who", "position")
    found = lines.iterator(chunk_size=CHUNK)
    while some := list(islice(found, CHUNK)):
        rows = _rows_of(some, reader) if reader is not None else {}
        for line in some:
            about = [rows[of] for of in map(tuple, line.cells.get("of", ())) if of in rows]
            said = {"label": line.label, "who": line.who, "row": line.cells.get("row")}
            if line.kind == Kind.ABSENT:
                yield said | {
                    "who": _unmasked(line.who, about),
                    "field": "整行",
                    "theirs": "",
                    "ours": "应补录",
                }
                continue
            for name, ours, theirs in line.cells["cells"]:
                yield said | {"field": name, "theirs": theirs, "ours": _in_full(name, ours, about)}


def _rows_of(lines: Iterable[ImportLine], reader: Actor) -> dict[tuple[str, int], models.Model]:
    """The rows that lines are about, by model and id."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for line in lines:
        for label, pk in line.cells.get("of", ()):
            wanted[label].add(pk)
    found: dict[tuple[str, int], models.Model] = {}
    for label, pks in wanted.items():
        model = apps.get_model(label)
        if issubclass(model, Scoped):
            rows = model.objects.visible_to(reader, Action.REVEAL).filter(pk__among=pks)
            found |= {(label, row.pk): row for row in rows}
    return found


def _numbers(row: models.Model) -> Iterator[CleanedField]:
    return (field for field in row._meta.concrete_fields if isinstance(field, CleanedField))


def _in_full(name: str, masked: str, about: Iterable[models.Model]) -> str:
    """The number that was shown masked; what has been written since is another one, and stays hidden."""
    for row in about:
        for field in _numbers(row):
            number = getattr(row, field.name)
            if str(field.verbose_name) == name and number and field.masked(number) == masked:
                return shown(row, field.name)
    return masked


def _unmasked(text: str, about: Iterable[models.Model]) -> str:
    for row in about:
        for field in _numbers(row):
            if (number := getattr(row, field.name)) and field.masked(number) in text:
                text = text.replace(field.masked(number), shown(row, field.name))
    return text


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
