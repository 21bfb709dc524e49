"""What a group of changes did to the rows, read from the audit: each row new, changed or gone, with old and new.

An import is tried, its changes are read here, and the trial is taken back: what is shown before the writing is what the
very same writing does (docs/decisions/0023-difference-first.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.apps import apps
from django.db import models
from django.db.models import Max, Min

from fupin.access import Actor
from fupin.models import ImportLine, Ledger
from fupin.queries.history import NameBook, Trail, differing, event_model_of
from fupin.scope import scope_suspended

Kind = ImportLine.Kind
Who = Callable[[Collection[int]], dict[int, str]]

#: So many rows are told at once: what is read of them is let go before the next.
BATCH = 5_000


class Line(NamedTuple):
    """A line of a difference; `cells` are [field, old, new] as shown, numbers masked; `of` are the rows it is about."""

    kind: str
    label: str
    who: str
    cells: tuple[tuple[str, str, str], ...] = ()
    of: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Telling:
    """How the rows of a model are told in a difference."""

    label: str
    #: Names of rows by id.
    who: Who
    #: A new row is told by another one that always comes with it.
    new_told: bool = True
    #: Fields that say where a row belongs, not what it says.
    hides: frozenset[str] = frozenset()


#: By model; a room tells its own when Django is ready. None: its rows are never told.
TELLINGS: dict[type[models.Model], Telling | None] = {Ledger: None}


def tell(model: type[models.Model], telling: Telling | None) -> None:
    """Say how the rows of a model are told."""
    TELLINGS[model] = telling


@dataclass
class Touched:
    """The rows of a model that a group of changes touched: how each stood before, and how after."""

    model: type[models.Model]
    new: list[int] = field(default_factory=list)
    changed: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    #: The last event of the group for each row, by the row's id.
    last: dict[int, int] = field(default_factory=dict)
    #: The last event before the group for each row that was there.
    before: dict[int, int] = field(default_factory=dict)


@dataclass
class Difference:
    """All lines of a group of changes, and a digest of the whole."""

    lines: list[Line]
    digest: str


def audited_models() -> list[type[models.Model]]:
    """The models whose changes the audit keeps, rows that others refer to first."""
    found: list[Any] = [getattr(model, "pgh_tracked_model", None) for model in apps.get_models()]
    return [model for model in found if model is not None]


def touched_under(context: UUID) -> list[Touched]:
    """The rows that were written under a context of the audit, by model; rows that came and went in it left out."""
    under = models.Q(pgh_context_id=context)
    return [_touched(model, rows) for model in audited_models() if (rows := _spans(model, under))]


def touched_since(model: type[models.Model], last: int, within: models.Q) -> Touched:
    """The rows of a model of which an event that fits was written after this one; what came and went is left out.

    How they stand now is told by their last event, whether that fits or not.
    """
    since = models.Q(pgh_id__gt=last)
    theirs = event_model_of(model)._default_manager.filter(since & within).values("pgh_obj_id")
    return _touched(model, _spans(model, since & models.Q(pgh_obj_id__in=theirs)))


#: A row, its first and last event, and what the labels of its events lie between.
Span = tuple[int, int, int, str, str]


def _spans(model: type[models.Model], within: models.Q) -> list[Span]:
    events = event_model_of(model)._default_manager.filter(within)
    ends = (Min("pgh_id"), Max("pgh_id"), Min("pgh_label"), Max("pgh_label"))
    return sorted(events.order_by().values_list("pgh_obj_id").annotate(*ends))


def _touched(model: type[models.Model], spans: Sequence[Span]) -> Touched:
    """The rows of these spans."""
    events = event_model_of(model)._default_manager
    mixed = {pgh_id for _, *ends, low, high in spans if low != high for pgh_id in ends}
    label = dict(events.filter(pgh_id__among=mixed).values_list("pgh_id", "pgh_label")) if mixed else {}
    touched = Touched(model)
    for pk, first, last, low, _ in spans:
        made, gone = label.get(first, low) == "insert", label.get(last, low) == "delete"
        if made and gone:
            continue
        touched.last[pk] = last
        (touched.new if made else touched.gone if gone else touched.changed).append(pk)
    there = {*touched.changed, *touched.gone}
    if there:
        earlier = events.filter(pgh_obj__pk__among=there, pgh_id__lt=min(first for _, first, *_ in spans))
        latest = earlier.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        touched.before = dict(latest.values_list("pgh_obj_id", "pgh_id"))
    return touched


def difference_of(groups: Sequence[Touched], actor: Actor) -> Difference:
    """What a group of changes comes to, as the actor may read it."""
    lines: list[Line] = []
    #: Where the line of a changed row stands: a person and their year are two rows, and one line.
    place: dict[tuple[str, str], int] = {}
    with scope_suspended("rows that the actor is about to write, named in their own difference"):
        for touched in sorted(groups, key=_rank):
            for line in _lines(touched, actor):
                at = place.setdefault((line.label, line.who), len(lines)) if line.cells else len(lines)
                if at == len(lines):
                    lines.append(line)
                else:
                    told = lines[at]
                    lines[at] = told._replace(cells=told.cells + line.cells, of=told.of + line.of)
    digest = hashlib.sha256()
    for said in sorted(line[:-1] for line in lines):
        digest.update(repr(said).encode())
    return Difference(lines, digest.hexdigest())


def _rank(touched: Touched) -> int:
    """In the order in which the rooms have said how to tell them; what nobody said comes last."""
    order = list(TELLINGS)
    return order.index(touched.model) if touched.model in order else len(order)


def _lines(touched: Touched, actor: Actor) -> Iterator[Line]:
    telling = TELLINGS.get(touched.model, _plainly(touched.model))
    if telling is None:
        return
    label, name = telling.label, touched.model._meta.label
    for pks in batched(touched.new if telling.new_told else (), BATCH):
        names = telling.who(pks)
        yield from (Line(Kind.NEW.value, label, names.get(pk, str(pk))) for pk in pks)
    for pks in batched(touched.changed, BATCH):
        names, cells = telling.who(pks), _cells(touched, pks, telling, actor)
        # Without a cell only what nobody reads has changed.
        yield from (
            Line(Kind.CHANGED.value, label, names.get(pk, str(pk)), cells[pk], ((name, pk),))
            for pk in pks
            if cells[pk]
        )
    yield from (Line(Kind.GONE.value, label, "（已删除）") for _ in touched.gone)


def batched(pks: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    """The ids in portions of a size."""
    return (pks[at : at + size] for at in range(0, len(pks), size))


def _cells(
    touched: Touched, pks: Sequence[int], telling: Telling, actor: Actor
) -> dict[int, tuple[tuple[str, str, str], ...]]:
    events: Any = event_model_of(touched.model)._default_manager
    wanted = [event for pk in pks for event in (touched.before.get(pk), touched.last[pk]) if event]
    by_id = {event.pgh_id: event for event in events.filter(pgh_id__among=wanted)}
    trail = Trail(touched.model, pks)
    names = NameBook(actor)
    pairs = {pk: (by_id.get(touched.before.get(pk, 0)), by_id[touched.last[pk]]) for pk in pks}
    for before, after in pairs.values():
        names.note(trail, before, after)
    hidden = {str(f.verbose_name) for f in touched.model._meta.concrete_fields if f.name in telling.hides}
    one: dict[tuple[str, str, str], tuple[str, str, str]] = {}  # the same change of many rows is kept once
    return {
        pk: tuple(
            one.setdefault(cell, cell)
            for cell in differing(trail, before, after, names)
            if cell[0] not in hidden
        )
        for pk, (before, after) in pairs.items()
    }


def line_names(model: type[models.Model], pks: Collection[int]) -> dict[int, str]:
    """What rows of a model are called where changes of them are told, with the sort of row: 户 1 王小明."""
    telling = TELLINGS.get(model) or _plainly(model)
    return {pk: f"{telling.label} {name}" for pk, name in telling.who(pks).items()}


def _plainly(model: type[models.Model]) -> Telling:
    """A model that nobody has said anything of: by its own name, each row as it calls itself."""

    def who(pks: Collection[int]) -> dict[int, str]:
        near = [f.name for f in model._meta.concrete_fields if f.is_relation]
        rows = model._default_manager.filter(pk__in=pks).select_related(*near)
        return {row.pk: str(row) for row in rows}

    return Telling(str(model._meta.verbose_name), who)
