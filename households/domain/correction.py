"""Correcting a household or a member of a closed year: asked for by one person, applied when another consents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from fupin.access import Action, may
from fupin.audit import acting
from fupin.models import RegionYear, User
from fupin.refusals import Refused, said_plainly
from fupin.sheets.cells import typed_text
from households.card import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from households.enums import ActKind
from households.models import Act, Correction, HouseholdYear, Membership

Row = HouseholdYear | Membership

#: Names the correction to the database, until the end of the transaction (fupin_door).
SETTING = "fupin.correction"


def ask_correction(*, row: Row, values: Mapping[str, Any], reason: str, actor: User) -> Correction:
    """Ask for new values of a household or a member in a closed year; only those that differ are kept.

    Raises Refused without the right, in a year that is not closed, without a reason, where nothing differs, where
    the row would break a rule, or while another correction of the household waits.
    """
    if not may(actor, Action.CORRECT, row.region_id):
        raise Refused(f"您没有在{row.region}“{Action.CORRECT.label}”的权限。")
    if not (reason := typed_text(reason)):
        raise Refused("请填写更正的原因。")
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        row = _held(row)
        if _state(row) != RegionYear.State.CLOSED:
            raise Refused(f"{row.year}年度没有关账，不用更正，请直接修改。")
        member = row if isinstance(row, Membership) else None
        fields = MEMBER_FIELDS if member else HOUSEHOLD_FIELDS
        old = {name: getattr(row, name) for name in fields if name in values}
        changed = {name: values[name] for name in old if _plain(values[name]) != _plain(old[name])}
        if not changed:
            raise Refused("没有改动，请先改需要更正的内容。")
        _set(row, changed)
        _check(row)
        return Correction.objects.create(
            region_id=row.region_id, year=row.year, household_year_id=_home(row).pk, member=member, reason=reason,
            asked_by_id=actor.pk, old={name: old[name] for name in changed}, new=changed,
        )  # fmt: skip


def decide_correction(*, correction: Correction, consent: bool, actor: User) -> Correction:
    """Consent to a correction, which applies it, or decline it.

    One transaction: the consent is written, the guard lets the row pass for this correction alone, the row and its act
    are written, and the correction is applied once and for all. Raises Refused without the right, for whoever asked,
    for what was decided already, or where the row was changed since it was asked.
    """
    if not may(actor, Action.ACCEPT, correction.region_id):
        raise Refused(f"您没有在{correction.region}决定更正的权限。")
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        held = Correction.objects.unscoped("the right was checked for its village")
        correction = held.select_for_update().get(pk=correction.pk)
        if correction.decided_by_id is not None:
            raise Refused(f"这一更正已经决定：{correction.state}。")
        if correction.asked_by_id == actor.pk:
            raise Refused("更正须由申请人以外的另一个人决定。")
        correction.decided_by_id, correction.decided_at = actor.pk, timezone.now()
        correction.consented = consent
        correction.save()
        if consent:
            _apply(correction)
        return correction


def _apply(correction: Correction) -> None:
    """Write the new values and the act, while the guard lets them pass."""
    row = _held(correction.target)
    before = type(row)()
    _set(before, correction.old)
    if any(getattr(row, name) != getattr(before, name) for name in correction.old):
        who = "该成员" if isinstance(row, Membership) else "该户"
        raise Refused(f"{who}在申请更正之后又改过，请选不同意，再按现在的内容重新申请。")
    _set(row, correction.new)
    _check(row)
    _name(str(correction.pk))
    row.save(update_fields=list(correction.new))
    Act.objects.bulk_create(
        [
            Act(
                region_id=row.region_id, year=row.year, household_id=_home(row).household_id, kind=ActKind.CORRECTED,
                person=row.person if isinstance(row, Membership) else None, on=timezone.localdate(),
                reason=correction.reason,
            )
        ],
        ignore_conflicts=True,  # the second of a day: the journal has its line, the audit has both
    )  # fmt: skip
    _name("")
    correction.applied_at = timezone.now()
    correction.save()


def _home(row: Row) -> HouseholdYear:
    return row.household_year if isinstance(row, Membership) else row


def _held(row: Row) -> Row:
    rows: Any = type(row).objects.unscoped("the right was checked for its village")
    with_its = ("region", "person", "household_year") if isinstance(row, Membership) else ("region",)
    return rows.select_for_update(no_key=True, of=("self",)).select_related(*with_its).get(pk=row.pk)


def _state(row: Row) -> str | None:
    years = RegionYear.objects.unscoped("the right was checked for its village")
    return years.filter(region=row.region_id, year=row.year).values_list("state", flat=True).first()


def _set(row: Row, values: Mapping[str, Any]) -> None:
    fields = {field.name: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        setattr(row, name, fields[name].to_python(value))


def _check(row: Row) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from error


def _plain(value: Any) -> Any:
    """A value to compare: what was not collected is None, whatever its field writes for it."""
    return None if value in ("", [], ()) else list(value) if isinstance(value, tuple) else value


def _name(correction: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, correction])
