"""Who changed what, read from the audit tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from fupin.audit import SYSTEM_NAME
from fupin.fields import CleanedField
from fupin.models import User
from fupin.words import plain

ACTIONS = {"insert": "新增", "update": "修改", "delete": "删除"}
VIA = {"form": "页面", "import": "导入", "years": "年度管理"}


@dataclass(frozen=True)
class Change:
    """One event of a row: when, who, how, and label, old and new value of each changed field."""

    when: datetime
    who: str
    action: str
    changes: list[tuple[str, str, str]]


def event_model_of(model: type[models.Model]) -> type[models.Model]:
    """The audit table of a model."""
    return next(m for m in apps.get_models() if getattr(m, "pgh_tracked_model", None) is model)


def changes_of(row: models.Model) -> list[Change]:
    """All events of a row, newest first. Personal numbers are masked, their shadow columns left out."""
    recorded = event_model_of(type(row))._default_manager.filter(pgh_obj_id=row.pk)
    events: list[Any] = list(recorded.select_related("pgh_context").order_by("pgh_id"))
    contexts = [event.pgh_context.metadata if event.pgh_context else {} for event in events]
    wanted = {c.get("user") for c in contexts} - {None, SYSTEM_NAME}
    names = {user.pk: str(user) for user in User.objects.filter(pk__in=wanted)}
    changes: list[Change] = []
    before = None
    for event, context in zip(events, contexts, strict=True):
        user = context.get("user")
        who = "系统" if user == SYSTEM_NAME else names.get(user) or "（数据库直接修改）"
        way = VIA.get(context.get("via", ""), "")
        action = ACTIONS.get(event.pgh_label, event.pgh_label) + (f"（{way}）" if way else "")
        changes.append(Change(event.pgh_created_at, who, action, list(_difference(row, before, event))))
        before = event
    return changes[::-1]


def _difference(row: models.Model, before: Any, after: Any) -> Any:
    for field in row._meta.concrete_fields:
        if field.primary_key or not hasattr(after, field.attname) or not (field.editable or before):
            continue
        if not field.editable and field.name.startswith("id_number_"):
            continue
        old = getattr(before, field.attname) if before else None
        new = getattr(after, field.attname)
        if old != new and not (before is None and new in (None, "", [])):
            yield str(field.verbose_name), _shown(row, field, old), _shown(row, field, new)


def _shown(row: models.Model, field: Any, value: Any) -> str:
    if value in (None, "", []):
        return "—"
    if isinstance(field, CleanedField):
        return field.masked(value)
    if field.is_relation:
        # The row still refers to most of what its history names; anything else is told by its key.
        related = getattr(row, field.name) if getattr(row, field.attname) == value else None
        return str(related or value)
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        labels = dict(field.base_field.choices or ())
        return "、".join(str(labels.get(item, item)) for item in value)
    return str(dict(field.flatchoices).get(value, value))
