"""Taking a group of changes back by the audit: every row stands again as it did before the group.

Must run inside a transaction, under an actor of its own: the undoing is itself audited, and nothing of the group is
forgotten. Nothing is taken back where anything later stands on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models

from fupin.models import Attachment, Ledger
from fupin.queries.differences import TELLINGS, Touched, touched_under
from fupin.queries.history import event_model_of, last_touched_by
from fupin.refusals import Refused, explain

LATER = "之后又有修改，不能撤销。请直接修改，或在“变动”中登记。"
RELIED_ON = "之后登记的资料用到了这次导入的行（如下一年度、帮扶、项目等），不能撤销。请先在那里处理。"


def undo_changes(context: UUID) -> int:
    """Put every row that was written under a context of the audit back; returns how many.

    Raises Refused where a row was changed since, where one that was made is referred to, or has files.
    """
    groups = touched_under(context)
    for touched in groups:
        _lock(touched)
        _refuse_later(touched, context)
    # What the database keeps by itself goes last: it follows from the other rows first.
    kept = [touched for touched in groups if touched.model is Ledger]
    groups = [touched for touched in groups if touched.model is not Ledger]
    try:
        for touched in groups:
            _bring_back(touched, touched.gone)
            _restore(touched)
        for touched in _children_first(groups):
            _delete(touched)
        for touched in kept:
            _restore(touched)
            _bring_back(touched, _missing(touched))
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except IntegrityError as error:
        raise Refused(explain(error) or RELIED_ON) from error
    return sum(len(touched.last) for touched in groups)


def _lock(touched: Touched) -> None:
    """Nobody else changes the rows from here on."""
    pks = sorted({*touched.new, *touched.changed})
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {_table(touched.model)} WHERE {_key(touched.model)} = ANY(%s)"
            f" ORDER BY {_key(touched.model)} FOR UPDATE",
            [pks],
        )


def _refuse_later(touched: Touched, context: UUID) -> None:
    if touched.model is Ledger:
        return  # whatever made rows of it marked it too
    events: Any = event_model_of(touched.model)._default_manager
    later = events.filter(pgh_obj_id__in=list(touched.last), pgh_id__gt=min(touched.last.values()))
    for event in later.exclude(pgh_context_id=context).order_by("-pgh_id").select_related("pgh_context"):
        if event.pgh_id > touched.last[event.pgh_obj_id]:
            who, when = last_touched_by(event)
            raise Refused(f"{_name(touched, event.pgh_obj_id)}{when:%Y-%m-%d %H:%M}（{who}）{LATER}")


def _name(touched: Touched, pk: int) -> str:
    telling = TELLINGS.get(touched.model)
    name = telling.who([pk]).get(pk) if telling else None
    return f"{telling.label if telling else touched.model._meta.verbose_name}“{name}”" if name else "有的行"


def _restore(touched: Touched) -> None:
    """The rows that were changed get back what they said."""
    if not touched.changed:
        return
    columns = _columns(touched.model)
    sets = ", ".join(f"{column} = was.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {_table(touched.model)} AS now SET {sets} FROM {_table(event_model_of(touched.model))} AS was"
            f" WHERE was.pgh_id = ANY(%s) AND now.{_key(touched.model)} = was.pgh_obj_id",
            [[touched.before[pk] for pk in touched.changed]],
        )


def _bring_back(touched: Touched, pks: Sequence[int]) -> None:
    """Rows that are no more stand again, under the ids they had."""
    if not pks:
        return
    names = ", ".join([_key(touched.model), *_columns(touched.model)])
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {_table(touched.model)} ({names}) OVERRIDING SYSTEM VALUE"
            f" SELECT {names} FROM {_table(event_model_of(touched.model))} WHERE pgh_id = ANY(%s)",
            [[touched.before[pk] for pk in pks]],
        )


def _missing(touched: Touched) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_key(touched.model)} FROM {_table(touched.model)} WHERE {_key(touched.model)} = ANY(%s)",
            [touched.changed],
        )
        there = {pk for (pk,) in cursor.fetchall()}
    return [pk for pk in touched.changed if pk not in there]


def _delete(touched: Touched) -> None:
    if not touched.new:
        return
    files = Attachment.objects.unscoped("whether there are any of rows that are to go")
    kind = ContentType.objects.get_for_model(touched.model)
    if files.filter(content_type=kind, object_id__in=touched.new).exists():
        raise Refused("这次导入的行后来上传了附件，不能撤销。请先删除附件。")
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {_table(touched.model)} WHERE {_key(touched.model)} = ANY(%s)", [touched.new]
        )


def _children_first(groups: Sequence[Touched]) -> list[Touched]:
    """In an order in which no row goes before one of the group that refers to it."""
    left, order = list(groups), []
    while left:
        named = {
            field.related_model
            for touched in left
            for field in touched.model._meta.concrete_fields
            if field.is_relation and field.related_model is not touched.model
        }
        free = [touched for touched in left if touched.model not in named] or left[:1]
        order += free
        left = [touched for touched in left if touched not in free]
    return order


def _columns(model: type[models.Model]) -> list[str]:
    """The columns that the audit keeps of a row, but for its id."""
    kept = {field.column for field in event_model_of(model)._meta.concrete_fields}
    own: list[Any] = [f for f in model._meta.concrete_fields if not f.primary_key and not f.generated]
    return [connection.ops.quote_name(field.column) for field in own if field.column in kept]


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _key(model: type[models.Model]) -> str:
    return connection.ops.quote_name(str(model._meta.pk.column))
