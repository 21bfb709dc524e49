"""Writing one row by a form: a row of a ledger, at its village and year. Sets of rows go through bulk.py."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter
from typing import TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.models import Placed, Region
from fupin.refusals import Refused, said_plainly

M = TypeVar("M", bound=models.Model)
P = TypeVar("P", bound=Placed)


def save_row(*, row: P, actor: Actor, action: Action = Action.EDIT) -> P:
    """Write a new or changed row of a village and year.

    Raises Refused without the right there, for what a constraint does not allow, or in a year that is not open.
    """
    _may_or_refuse(row, actor, action)
    return write_row(row=row, actor=actor)


def write_row(*, row: M, actor: Actor) -> M:
    """Write a row for which the caller has asked the right. Raises Refused for what a constraint does not allow."""
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        try:
            row.full_clean()
        except ValidationError as error:
            raise Refused(" ".join(error.messages)) from error
        row.save()
    return row


def remove_row(*, row: Placed, actor: Actor, action: Action = Action.EDIT) -> None:
    """Delete a row that was entered by mistake; the audit keeps it. Raises Refused as save_row() does."""
    _may_or_refuse(row, actor, action)
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        row.delete()


def lock_row(row: models.Model, *, first: Iterable[str] = ()) -> None:
    """Keep a row as it is until the transaction ends, and before it the rows to which the paths lead from it.

    Rows that refer to it can still be written. Two writers that lock rows in different order would stop each other:
    `first` is what the domain's function for such rows locks before them.
    """
    for locked in filter(None, (*(attrgetter(path)(row) for path in first), row)):
        list(type(locked)._base_manager.filter(pk=locked.pk).select_for_update(no_key=True).values_list("pk"))


def may_enter_or_refuse(actor: Actor, region: Region) -> None:
    """Raise Refused unless the actor may enter or import rows in the region, and it is a village."""
    if not (may(actor, Action.EDIT, region.code) or may(actor, Action.IMPORT, region.code)):
        raise Refused(f"您没有在{region}录入数据的权限。")
    if not region.is_village:
        raise Refused(f"{region}不是村，台账按村登记。")


def _may_or_refuse(row: Placed, actor: Actor, action: Action) -> None:
    if not may(actor, action, row.region_id):
        raise Refused(f"您没有在{row.region}“{action.label}”的权限。")
    if not row.region.is_village:
        raise Refused(f"{row.region}不是村，台账按村登记。")
