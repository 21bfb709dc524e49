"""Who changed what, read from the audit tables."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import chain
from typing import Any

from django.apps import apps
from django.db import models

from fupin.access import Actor
from fupin.audit import SYSTEM_NAME
from fupin.fields import CleanedField
from fupin.models import User
from fupin.scope import Scoped
from fupin.words import plain

ACTIONS = {"insert": "新增", "update": "修改", "delete": "删除"}
VIA = {"form": "页面", "import": "导入", "years": "年度管理"}
#: What is said of a row that the reader may not see.
NOT_SEEN = "（他处）"
NOBODY = "（数据库直接修改）"


@dataclass(frozen=True)
class Change:
    """One event of a row: when, who, how, and label, old and new value of each changed field."""

    when: datetime
    who: str
    action: str
    changes: list[tuple[str, str, str]]
    #: Which row it is about, where the history is of more than one.
    subject: str = ""


@dataclass(frozen=True)
class Trail:
    """Rows of a model, by id, whose events a history tells; rows that are no more among them."""

    model: type[models.Model]
    pks: Sequence[int] | models.QuerySet
    #: The field that says which of them a row is.
    about: str = ""
    #: Fields that are not told of a new row, since the history is of one place.
    hides: frozenset[str] = frozenset()
    #: Which events are told, by the event before (None for the first) and the event.
    keeps: Callable[[Any, Any], bool] = field(default=lambda before, after: True)


def trail_of(
    model: type[models.Model], *, about: str, hides: frozenset[str] = frozenset(), **columns: Any
) -> Trail:
    """The rows of a model of which an event has these values: those that are no more are told, too."""
    events = event_model_of(model)._default_manager.filter(**columns)
    return Trail(model, events.values("pgh_obj_id"), about=about, hides=hides)


def event_model_of(model: type[models.Model]) -> type[models.Model]:
    """The audit table of a model."""
    return next(m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is model)


def last_touched(row: models.Model, names: Collection[str]) -> dict[str, tuple[str, datetime]]:
    """Who wrote some fields of a row last, and when, by the field's name; fields of other rows are left out."""
    fields = [field_ for field_ in row._meta.concrete_fields if field_.name in names]
    found: dict[str, Any] = {}
    newer = None
    for event in chain(_recorded(row).order_by("-pgh_id").iterator(chunk_size=20), [None]):
        for field_ in fields:
            if newer and field_.name not in found and _of(newer, field_) != _of(event, field_):
                found[field_.name] = newer
        newer = event
        if len(found) == len(fields):
            break
    events = list(found.values())
    authors = dict(zip(map(id, events), _authors(events), strict=True))
    return {name: (authors[id(event)][0], event.pgh_created_at) for name, event in found.items()}


def last_written(model: type[models.Model], **columns: Any) -> tuple[str, datetime | None]:
    """Who wrote or deleted the row with these values last, and when; nobody where there never was one."""
    events = event_model_of(model)._default_manager.filter(**columns).select_related("pgh_context")
    event: Any = events.order_by("-pgh_id").first()
    return (_authors([event])[0][0], event.pgh_created_at) if event else ("", None)


def last_touched_by(event: Any) -> tuple[str, datetime]:
    """By whom and when an event came about."""
    return _authors([event])[0][0], event.pgh_created_at


def _of(event: Any, field_: models.Field) -> Any:
    return getattr(event, field_.attname, None) if event else None


def _recorded(row: models.Model) -> Any:
    return event_model_of(type(row))._default_manager.filter(pgh_obj_id=row.pk).select_related("pgh_context")


def _authors(events: list[Any]) -> list[tuple[str, str]]:
    """By whom each event came about, and in which way."""
    people = _users(events)
    contexts = map(_context, events)
    return [(people.get(c.get("user"), NOBODY), VIA.get(c.get("via", ""), "")) for c in contexts]


def changes_of(trails: Iterable[Trail], actor: Actor) -> list[Change]:
    """All events of the trails' rows, newest first, as the actor may read them.

    Personal numbers are masked, their shadow columns left out; codes are labels, and other rows their names, unless
    they are out of the actor's scope.
    """
    steps = [step for trail in trails for step in _steps(trail)]
    names = NameBook(actor)
    for trail, before, event in steps:
        names.note(trail, before, event)
    people = _users(event for _, _, event in steps)
    found = [
        (event.pgh_created_at, event.pgh_id, _change(trail, before, event, names, people))
        for trail, before, event in steps
    ]
    return [change for _, _, change in sorted(found, key=lambda item: item[:2], reverse=True)]


def _steps(trail: Trail) -> Iterable[tuple[Trail, Any, Any]]:
    """The events of a trail's rows, each with the one before it."""
    recorded = event_model_of(trail.model)._default_manager.filter(pgh_obj_id__in=trail.pks)
    last: dict[int, Any] = {}
    events: Iterable[Any] = recorded.select_related("pgh_context").order_by("pgh_id")
    for event in events:
        before = last.get(event.pgh_obj_id)
        last[event.pgh_obj_id] = event
        if trail.keeps(before, event):
            yield trail, before, event


def _context(event: Any) -> dict[str, Any]:
    return event.pgh_context.metadata if event.pgh_context else {}


def _users(events: Iterable[Any]) -> dict[Any, str]:
    wanted: set[Any] = {_context(event).get("user") for event in events} - {None, SYSTEM_NAME}
    return {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)} | {SYSTEM_NAME: "系统"}


class NameBook:
    """The names of the rows that events refer to, found for all of them at once."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.wanted: dict[type[models.Model], set[Any]] = {}
        #: What the rows are about is told whoever may see it: the history was opened for it.
        self.subjects: dict[type[models.Model], set[Any]] = {}
        self._found: dict[type[models.Model], dict[Any, str]] = {}

    def note(self, trail: Trail, before: Any, after: Any) -> None:
        """Remember what an event refers to."""
        for field_ in trail.model._meta.concrete_fields:
            if not field_.is_relation:
                continue
            for event in filter(None, (before, after)):
                if (value := getattr(event, field_.attname, None)) is not None:
                    place = self.subjects if field_.name == trail.about else self.wanted
                    related: Any = field_.related_model
                    place.setdefault(related, set()).add(value)

    def of(self, model: type[models.Model], pk: Any) -> str:
        """The name of a row."""
        if model not in self._found:
            self._found[model] = self._look_up(model, self.wanted.get(model, set()), self.actor)
            self._found[model] |= self._look_up(model, self.subjects.get(model, set()), None)
        return self._found[model].get(pk, NOT_SEEN)

    def _look_up(self, model: Any, pks: set[Any], actor: Actor | None) -> dict[Any, str]:
        if not pks:
            return {}
        rows = model._default_manager
        if issubclass(model, Scoped):
            rows = (
                rows.unscoped("whom a history that was opened is about")
                if actor is None
                else rows.visible_to(actor)
            )
        return {row.pk: str(row) for row in rows.filter(pk__in=pks).select_related()}


def _change(trail: Trail, before: Any, event: Any, names: NameBook, people: dict[Any, str]) -> Change:
    context = _context(event)
    way = VIA.get(context.get("via", ""), "")
    action = ACTIONS.get(event.pgh_label, event.pgh_label) + (f"（{way}）" if way else "")
    return Change(
        event.pgh_created_at,
        people.get(context.get("user"), NOBODY),
        action,
        list(differing(trail, before, event, names)),
        _subject(trail, event, names),
    )


def _subject(trail: Trail, event: Any, names: NameBook) -> str:
    name = str(trail.model._meta.verbose_name)
    if trail.about:
        field_ = trail.model._meta.get_field(trail.about)
        value = getattr(event, field_.attname)  # type: ignore[union-attr]
        name += f"：{_shown(field_, value, names)}" if value not in (None, "") else ""
    year = getattr(event, "year", None)
    return f"{name}（{year}年）" if year else name


def differing(trail: Trail, before: Any, after: Any, names: NameBook) -> Iterator[tuple[str, str, str]]:
    """Label, old and new value of each field in which two events of a row differ, as they are shown."""
    for field_ in trail.model._meta.concrete_fields:
        if before is None and field_.name in trail.hides:
            continue
        if field_.primary_key or not hasattr(after, field_.attname) or not (field_.editable or before):
            continue
        if not field_.editable and field_.name.startswith("id_number_"):
            continue
        old = getattr(before, field_.attname) if before else None
        new = getattr(after, field_.attname)
        if old != new and not (before is None and new in (None, "", [])):
            yield str(field_.verbose_name), _shown(field_, old, names), _shown(field_, new, names)


def _shown(field_: Any, value: Any, names: NameBook) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(field_, CleanedField):
        return field_.masked(value)
    if field_.is_relation:
        return names.of(field_.related_model, value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        labels = dict(field_.base_field.choices or ())
        return "、".join(str(labels.get(item, item)) for item in value)
    return str(dict(field_.flatchoices).get(value, value))
