"""Then and now: which kept figures have changed since, and the rows whose changes make the difference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models import Q

from fupin.access import Actor
from fupin.models import Ledger, Level, Placed
from fupin.queries.differences import Touched, audited_models, line_names, touched_since
from fupin.queries.history import NameBook, Trail, differing, event_model_of, last_touched_by
from fupin.scope import scope_suspended
from households.models import HouseholdYear, Membership
from reports.figures.declare import Figure
from reports.figures.statements import columns_read, statement
from reports.figures.window import Window
from reports.queries.kept import Kept, Measured, kept

#: So many changed rows are told of a figure; the rest is counted.
TOLD = 50
WHY = "the right to report was checked"


@dataclass(frozen=True)
class RowChange:
    """A row that was written since: new, changed or gone, by whom and when last, with what it said and says."""

    model: type[models.Model]
    pk: int
    kind: str
    who: str
    cells: tuple[tuple[str, str, str], ...]
    by: str
    at: datetime


@dataclass(frozen=True)
class Differing:
    """A figure that is another now; `then` or `now` is None where there was or is none (a row of a listing)."""

    label: str
    then: Kept | None
    now: Kept | None
    figure: Figure | None
    #: Rows that it counts or reads, by model and id: what was written of them since makes the difference.
    rows: tuple[tuple[type[models.Model], int], ...] = ()
    changes: list[RowChange] = field(default_factory=list)

    @property
    def untold(self) -> int:
        """How many rows are counted, but not told."""
        return len(self.rows) - len(self.changes)


@dataclass
class _Written:
    """The rows of a model written since: which columns of each changed, and how each stood before (its event)."""

    touched: Touched
    columns: dict[int, frozenset[str] | None]  # None: the whole row is new or gone


def differences(
    then: Iterable[Kept], now: Measured, window: Window, events: Mapping[str, int], actor: Actor
) -> list[Differing]:
    """The kept figures that are others now, each with what was written since, as the actor may read it.

    `events` are the last ids of the audit's tables at that time. What was on its way then and committed after is not told.
    """
    was = {each.key: each for each in then}
    found = {each.key: each for each in kept(now)}
    written = _Since(window, events)
    result = []
    # What a later release declares was no figure then; a row of a listing that has come since is a difference.
    for key in (*was, *(key for key in found if key not in was and "#" in key)):
        old, new = was.get(key), found.get(key)
        if old is not None and new is not None and not old.differs(new):
            continue
        figure = now[key][0] if new is not None else None
        known = new or old
        assert known is not None  # the key comes from one of them
        rows = tuple(written.behind(figure)) if figure is not None else ()
        result.append(Differing(known.label, old, new, figure, rows))
    told = {row for each in result for row in each.rows[:TOLD]}
    changes = written.tell(told, actor)
    for each in result:
        each.changes.extend(changes[row] for row in each.rows[:TOLD] if row in changes)
    return result


class _Since:
    """What was written in a window's region since; each model is looked at once."""

    def __init__(self, window: Window, events: Mapping[str, int]) -> None:
        self.window, self.events = window, events
        self._written: dict[type[models.Model], _Written] = {}

    def behind(self, figure: Figure) -> list[tuple[type[models.Model], int]]:
        """The rows written since that a figure counts or reads, or has counted."""
        read: dict[type[models.Model], set[str]] = defaultdict(set)
        audited = audited_models()
        tables = {model._meta.db_table: model for model in apps.get_models()}
        for part in figure.parts or (figure,):
            sql, _ = statement(part.base, [part], self.window, Level(self.window.region.level))
            for table, columns in columns_read(sql).items():
                read[tables[table]] |= columns
        if "people" in read.get(HouseholdYear, ()):
            # The database counts a household's people itself, and the audit keeps what they were counted from.
            read[Membership] |= {"household_year_id", "present"}
        changed = {
            model: self._changed(model, columns) for model, columns in read.items() if model in audited
        }
        bases = {part.base.model for part in figure.parts or (figure,)}
        # Whether a row was counted cannot be told by itself where rows that it is joined with were written, too.
        alone = not any(pks for model, pks in changed.items() if model not in (*bases, Membership))
        found = [
            (model, pk)
            for model, pks in changed.items()
            for pk in (self._counted(model, pks, figure) if alone else pks)
        ]
        return found + [(Ledger, pk) for pk in self._ledgers(figure)]

    def _changed(self, model: type[models.Model], columns: set[str]) -> list[int]:
        """The rows of a model of which one of the columns was written, or that are new or gone."""
        written = self.written(model)
        return [pk for pk, names in written.columns.items() if names is None or names & columns]

    def _counted(self, model: type[models.Model], pks: list[int], figure: Figure) -> list[int]:
        """Of these rows, those that the figure counts or has counted, as far as that can be told of the model."""
        if not pks:
            return []
        parts = figure.parts or (figure,)
        homes: dict[int, int] = {}
        if model is Membership and all(part.base.model is HouseholdYear for part in parts):
            events = event_model_of(Membership)._default_manager
            ids = [self.written(model).touched.last[pk] for pk in pks]
            homes = dict(events.filter(pgh_id__in=ids).values_list("pgh_obj_id", "household_year_id"))
        elif any(part.base.model is not model for part in parts):
            return pks
        asked = set(homes.values()) if homes else set(pks)
        counted = set()
        for part in parts:
            rows = part.rows(part.base.model.objects.unscoped(WHY), self.window)
            counted |= set(rows.filter(pk__among=asked).values_list("pk", flat=True))
            counted |= self._counted_before(part, asked)
        return [pk for pk in pks if (homes[pk] if homes else pk) in counted]

    def _counted_before(self, figure: Figure, pks: set[int]) -> set[int]:
        """Of these rows of the figure's base, those that it counted as they stood then; all that cannot be asked of an event."""
        before = self.written(figure.base.model).touched.before
        ids = {event: pk for pk, event in before.items() if pk in pks}
        if not ids:
            return set()
        rows: Any = event_model_of(figure.base.model)._default_manager.filter(pgh_id__in=list(ids))
        try:
            counted = figure.base.joined(rows, self.window).filter(figure.base.counts, figure.where)
            return {ids[event] for event in counted.values_list("pgh_id", flat=True)}
        except FieldError:
            return set(ids.values())

    def _ledgers(self, figure: Figure) -> list[int]:
        """The ledgers of the figure that were begun, declared nil or taken back since."""
        written = self.written(Ledger)
        ids = list(written.touched.last.values())
        events: Any = event_model_of(Ledger)._default_manager
        kinds = {ledger for part in figure.parts or (figure,) for ledger in part.ledgers}
        rows = events.filter(pgh_id__in=ids, kind__in=kinds).values_list("pgh_obj_id", flat=True)
        return sorted(rows)

    def written(self, model: type[models.Model]) -> _Written:
        """What was written of a model in the region and its years; of what lies in none, everywhere."""
        if model not in self._written:
            last = self.events.get(event_model_of(model)._meta.db_table, 0)
            touched = touched_since(model, last, self._within(model, last))
            self._written[model] = _Written(touched, self._columns(touched))
        return self._written[model]

    def _within(self, model: type[models.Model], last: int) -> Q:
        """The events of rows that lie in the region and its years, or have lain there."""
        if not issubclass(model, Placed):
            return Q()
        here = Q(region__code__startswith=self.window.region.prefix, year__lte=self.window.last)
        events: Any = event_model_of(model)._default_manager
        left = events.filter(~here, pgh_id__gt=last, pgh_label="update").values("pgh_obj_id")
        gone = events.filter(here, pgh_id__lte=last, pgh_obj_id__in=left).values_list("pgh_obj_id", flat=True)
        return here | Q(pgh_obj_id__in=sorted(set(gone)))

    @staticmethod
    def _columns(touched: Touched) -> dict[int, frozenset[str] | None]:
        """By row, which columns are others than before."""
        events: Any = event_model_of(touched.model)._default_manager
        ids = [
            event for pk in touched.changed for event in (touched.before.get(pk), touched.last[pk]) if event
        ]
        known = events.in_bulk(ids)
        columns = [f for f in touched.model._meta.concrete_fields if hasattr(events.model, f.attname)]
        found: dict[int, frozenset[str] | None] = {}
        found.update(dict.fromkeys((*touched.new, *touched.gone)))
        for pk in touched.changed:
            old, new = known.get(touched.before.get(pk)), known[touched.last[pk]]
            changed = frozenset(
                str(f.column)
                for f in columns
                if old is None or getattr(old, f.attname) != getattr(new, f.attname)
            )
            if changed:
                found[pk] = changed
        return found

    def tell(
        self, wanted: set[tuple[type[models.Model], int]], actor: Actor
    ) -> dict[tuple[type[models.Model], int], RowChange]:
        """These rows with what they said and say."""
        found = {}
        by_model: dict[type[models.Model], list[int]] = defaultdict(list)
        for model, pk in wanted:
            by_model[model].append(pk)
        with scope_suspended("rows of a report that the actor may read, named in what differs from it"):
            for model, pks in by_model.items():
                for change in _told(self.written(model).touched, sorted(pks), actor):
                    found[model, change.pk] = change
        return found


def _told(touched: Touched, pks: list[int], actor: Actor) -> Iterable[RowChange]:
    events: Any = event_model_of(touched.model)._default_manager
    ids = [event for pk in pks for event in (touched.before.get(pk), touched.last[pk]) if event]
    known = events.select_related("pgh_context").in_bulk(ids)
    trail, names = Trail(touched.model, pks, hides=frozenset({"region", "year"})), NameBook(actor)
    pairs = {pk: (known.get(touched.before.get(pk)), known[touched.last[pk]]) for pk in pks}
    for before, after in pairs.values():
        names.note(trail, before, after)
    new, gone = set(touched.new), set(touched.gone)
    called = line_names(touched.model, [pk for pk in pks if pk not in gone])
    for pk, (before, after) in pairs.items():
        kind = "新增" if pk in new else "删除" if pk in gone else "修改"
        cells = tuple(differing(trail, before, after, names)) if kind == "修改" else ()
        by, at = last_touched_by(after)
        yield RowChange(touched.model, pk, kind, called.get(pk, "（已删除）"), cells, by, at)
