"""What a group of changes did to the rows, read from the audit: each row new, changed or gone, with old and new.

An import is tried, its changes are read here, and the trial is taken back: what is shown before the writing is what the
very same writing does (docs/decisions/0023-difference-first.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Max, Min

from fupin.access import Actor
from fupin.models import ImportLine, Ledger
from fupin.queries.history import NameBook, Trail, differing, event_model_of
from fupin.scope import scope_suspended

Kind = ImportLine.Kind
Who = Callable[[Collection[int]], dict[int, str]]

#: Lines listed of a sort of row and a kind of change; the rest is counted.
LISTED = 5_000


@dataclass(frozen=True)
class Line:
    """A line of a difference; `cells` are [field, old, new] as shown, numbers masked."""

    kind: str
    label: str
    who: str
    cells: tuple[tuple[str, str, str], ...] = ()


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
    """All lines of a group of changes, as far as they are listed, and a digest of the whole."""

    lines: list[Line]
    digest: str
    #: How many there are of each sort and kind, listed or not.
    counts: dict[tuple[str, str], int]

    @property
    def unlisted(self) -> int:
        """How many changed rows are counted, but not listed."""
        return sum(max(0, count - LISTED) for count in self.counts.values())


def audited_models() -> list[type[models.Model]]:
    """The models whose changes the audit keeps, rows that others refer to first."""
    found: list[Any] = [getattr(model, "pgh_tracked_model", None) for model in apps.get_models()]
    return [model for model in found if model is not None]


def touched_under(context: UUID) -> list[Touched]:
    """The rows that were written under a context of the audit, by model; rows that came and went in it left out."""
    found = []
    for model in audited_models():
        events = event_model_of(model)._default_manager.filter(pgh_context_id=context)
        spans = list(
            events.order_by().values_list("pgh_obj_id").annotate(first=Min("pgh_id"), last=Max("pgh_id"))
        )
        if spans:
            found.append(_touched(model, spans))
    return found


def _touched(model: type[models.Model], spans: Sequence[tuple[int, int, int]]) -> Touched:
    events = event_model_of(model)._default_manager
    ends = {pgh_id for _, first, last in spans for pgh_id in (first, last)}
    label = dict(events.filter(pgh_id__among=ends).values_list("pgh_id", "pgh_label"))
    touched = Touched(model)
    for pk, first, last in sorted(spans):
        made, gone = label[first] == "insert", label[last] == "delete"
        if made and gone:
            continue
        touched.last[pk] = last
        (touched.new if made else touched.gone if gone else touched.changed).append(pk)
    there = {*touched.changed, *touched.gone}
    if there:
        earlier = events.filter(pgh_obj__pk__among=there, pgh_id__lt=min(first for _, first, _ in spans))
        latest = earlier.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
        touched.before = dict(latest.values_list("pgh_obj_id", "pgh_id"))
    return touched


def difference_of(groups: Sequence[Touched], actor: Actor) -> Difference:
    """What a group of changes comes to, as the actor may read it."""
    lines: dict[tuple[str, str, str], Line] = {}
    counts: dict[tuple[str, str], int] = {}
    with scope_suspended("rows that the actor is about to write, named in their own difference"):
        for touched in sorted(groups, key=_rank):
            for line in _lines(touched, actor, counts):
                same = (line.kind, line.label, line.who)
                # A person and their year are two rows, and one line.
                cells = (*lines[same].cells, *line.cells) if same in lines else line.cells
                lines[same] = Line(*same, cells)
    listed = list(lines.values())
    return Difference(listed, _digest(listed, counts), counts)


def _rank(touched: Touched) -> int:
    """In the order in which the rooms have said how to tell them; what nobody said comes last."""
    order = list(TELLINGS)
    return order.index(touched.model) if touched.model in order else len(order)


def _lines(touched: Touched, actor: Actor, counts: dict[tuple[str, str], int]) -> Iterator[Line]:
    telling = TELLINGS.get(touched.model, _plainly(touched.model))
    if telling is None:
        return
    told = (
        (Kind.NEW, touched.new if telling.new_told else []),
        (Kind.CHANGED, touched.changed),
        (Kind.GONE, touched.gone),
    )
    for kind, pks in told:
        if not pks:
            continue
        place = (telling.label, kind.value)
        counts[place] = counts.get(place, 0) + len(pks)
        listed = pks[:LISTED]
        names = dict.fromkeys(listed, "（已删除）") if kind is Kind.GONE else telling.who(listed)
        cells = _cells(touched, listed, telling, actor) if kind is Kind.CHANGED else {}
        for pk in listed:
            if kind is Kind.CHANGED and not cells[pk]:
                continue  # only what nobody reads has changed
            yield Line(kind.value, telling.label, names.get(pk, str(pk)), cells.get(pk, ()))


def _cells(
    touched: Touched, pks: Sequence[int], telling: Telling, actor: Actor
) -> dict[int, tuple[tuple[str, str, str], ...]]:
    events: Any = event_model_of(touched.model)._default_manager
    wanted = [event for pk in pks for event in (touched.before.get(pk), touched.last[pk]) if event]
    by_id = {event.pgh_id: event for event in events.filter(pgh_id__in=wanted)}
    trail = Trail(touched.model, pks)
    names = NameBook(actor)
    pairs = {pk: (by_id.get(touched.before.get(pk, 0)), by_id[touched.last[pk]]) for pk in pks}
    for before, after in pairs.values():
        names.note(trail, before, after)
    hidden = {str(f.verbose_name) for f in touched.model._meta.concrete_fields if f.name in telling.hides}
    return {
        pk: tuple(cell for cell in differing(trail, before, after, names) if cell[0] not in hidden)
        for pk, (before, after) in pairs.items()
    }


def _plainly(model: type[models.Model]) -> Telling:
    """A model that nobody has said anything of: by its own name, each row as it calls itself."""

    def who(pks: Collection[int]) -> dict[int, str]:
        near = [f.name for f in model._meta.concrete_fields if f.is_relation]
        rows = model._default_manager.filter(pk__in=pks).select_related(*near)
        return {row.pk: str(row) for row in rows}

    return Telling(str(model._meta.verbose_name), who)


def _digest(lines: Sequence[Line], counts: dict[tuple[str, str], int]) -> str:
    told = [sorted([line.kind, line.label, line.who, *map(list, line.cells)] for line in lines)]
    text = json.dumps([told, sorted(map(list, counts.items()))], cls=DjangoJSONEncoder, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
