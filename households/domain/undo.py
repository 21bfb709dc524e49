"""Taking an act back: the rows go back to what they were, the journal keeps both entries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from fupin.access import Actor
from fupin.models import Attachment
from fupin.queries.history import event_model_of
from fupin.refusals import Refused
from households.domain.acts import (
    LETTERS,
    REASON_LENGTH,
    last_event,
    lock_homes,
    may_record_or_refuse,
    plain,
    recording,
)
from households.enums import ActKind, Relation
from households.models import LIVE, Act, HouseholdYear, Membership, Person

LATER = "这一变动之后，所改的内容又有修改，不能撤销。请直接登记新的变动，或修改户和成员的信息。"
MODELS = {letter: model for model, letter in LETTERS.items()}


def take_back(*, act: Act, reason: str, actor: Actor) -> Act:
    """Take an act back, with its parts; returns the entry that says so.

    Raises Refused without the right in each village of it, where the year is not open, for an act that followed
    from an import or an edited row, and where something later stands on it.
    """
    with recording(actor):
        acts = Act.objects.unscoped(
            "the act, and those it is one with; the right is asked for their villages"
        )
        main = acts.get(pk=act.part_of_id or act.pk)
        lock_homes(main.year, *_households(main, acts))
        group = list(
            acts.filter(Q(pk=main.pk) | Q(part_of=main))
            .select_related("region")
            .select_for_update(of=("self",))
        )
        for one in group:
            may_record_or_refuse(actor, one.region)
        main = next(one for one in group if one.pk == main.pk)
        if main.undone_by_id:
            raise Refused("这条变动已经撤销。")
        if (obstacle := obstacle_to(main)) is not None:
            raise Refused(obstacle)
        if not reason.strip() or len(reason) > REASON_LENGTH:
            raise Refused(f"请填写撤销的原因，最多{REASON_LENGTH}个字。")
        if later := _later(group, acts):
            raise Refused(f"之后已登记“{later.get_kind_display()}”（{later.on:%Y-%m-%d}），请先撤销那一条。")
        _restore((main.rows or {})["rows"])
        _bring_files_back(main)
        entries = [_entry(one, reason, actor) for one in sorted(group, key=lambda one: one.pk)]
        return next(entry for entry, one in entries if one.pk == act.pk)


def obstacle_to(act: Act) -> str | None:
    """Why an act can't be taken back whatever else there is; None if it may be tried."""
    if act.kind == ActKind.TAKEN_BACK:
        return "撤销记录不能再撤销，请重新登记变动。"
    if act.part_of_id is None and act.rows is None:
        return "这条变动是导入或修改户信息时自动登记的，不能撤销；请修改户信息。"
    return None


def _households(main: Act, acts: Any) -> set[int]:
    ids = acts.filter(Q(pk=main.pk) | Q(part_of=main)).values_list("household_id", "other_household_id")
    return {household for pair in ids for household in pair if household}


def _later(group: Collection[Act], acts: Any) -> Act | None:
    """The last later act that stands on what this one laid, or changed the same columns."""
    mine = next(one for one in group if one.rows is not None).rows or {}
    households = {one.household_id for one in group}
    people = {one.person_id for one in group if one.person_id}
    found = acts.filter(
        LIVE, Q(household__in=households) | Q(person__in=people), year=next(iter(group)).year, part_of=None,
        pk__gt=max(one.pk for one in group), rows__isnull=False,
    )  # fmt: skip
    # An act of two households names each, and comes by either.
    via_parts = acts.filter(
        LIVE, part_of__isnull=False, household__in=households, pk__gt=max(o.pk for o in group)
    )
    also = acts.filter(LIVE, pk__in=via_parts.values("part_of"), rows__isnull=False)
    for other in sorted({*found, *also} - set(group), key=lambda one: -one.pk):
        theirs = other.rows or {}
        if set(mine["shapes"]) & set(theirs["relies"]) or _touch(mine["rows"], theirs["rows"]):
            return other
    return None


def _touch(mine: dict[str, Any], theirs: dict[str, Any]) -> bool:
    """Whether both changed a column of the same row; a row that was made is all of it."""
    return any(
        mine[key]["was"] is None or set(mine[key]["is"]) & set(theirs[key]["is"])
        for key in mine.keys() & theirs.keys()
    )


def _restore(told: dict[str, dict[str, Any]]) -> None:
    rows = list(_rows(told))
    for row, was, become in rows:
        now = (
            last_event(row)
            if isinstance(row, Person)
            else {name: plain(getattr(row, name)) for name in become}
        )
        if now != become:
            raise Refused(LATER)
        if was is None and (name := _referred_by(row)):
            raise Refused(f"之后已登记“{name}”，不能撤销，请先在那里处理。")
    # Whoever becomes head again comes last, when the household has none.
    changed = [(row, was) for row, was, _ in rows if was is not None]
    for row, was in sorted(changed, key=lambda item: item[1].get("relation") == Relation.HEAD):
        values = _identity_at(was["event"]) if isinstance(row, Person) else was
        for name, value in values.items():
            field = next(f for f in row._meta.concrete_fields if f.attname == name)
            setattr(row, name, field.to_python(value) if isinstance(value, str) else value)
        row.save(update_fields=list(values))
    # Members before their household.
    made = sorted(
        (row for row, was, _ in rows if was is None), key=lambda row: isinstance(row, HouseholdYear)
    )
    for row in made:
        try:
            row.delete()
        except models.ProtectedError as error:
            raise Refused(LATER) from error


def _rows(
    told: dict[str, dict[str, Any]],
) -> Iterator[tuple[models.Model, dict[str, Any] | None, dict[str, Any]]]:
    """The rows that an act changed, locked, with what they were and became."""
    for key, values in sorted(told.items()):
        model: Any = MODELS[key[0]]
        rows = model.objects.unscoped("the rows of an act; the right was asked for its villages")
        row = rows.filter(pk=int(key[1:])).select_for_update().first()
        if row is None:
            raise Refused(LATER)
        yield row, values["was"], values["is"]


def _identity_at(event: int) -> dict[str, Any]:
    """A person as the audit has it at an event."""
    found = event_model_of(Person)._default_manager.get(pgh_id=event)
    fields = [f for f in Person._meta.concrete_fields if not f.primary_key and not f.generated]
    return {field.attname: getattr(found, field.attname) for field in fields}


def _referred_by(row: models.Model) -> str:
    """What else refers to a row that is to go, or to the person or the household behind it; empty for nothing."""
    behind: Any = getattr(row, "person" if isinstance(row, Membership) else "household")
    for target in (row, behind):
        for relation in target._meta.related_objects:
            model: Any = relation.related_model
            if hasattr(model, "pgh_tracked_model") or model in (Act, Membership, HouseholdYear):
                continue
            if model._base_manager.filter(**{relation.field.name: target}).exists():
                return str(model._meta.verbose_name)
    if isinstance(row, HouseholdYear) and _files(row).exists():
        return str(Attachment._meta.verbose_name)
    of = "person" if isinstance(row, Membership) else "household"
    if type(row)._base_manager.filter(**{of: behind, "year__gt": row.year}).exists():  # type: ignore[attr-defined]
        return "下一年度的资料"
    return ""


def _files(home: HouseholdYear) -> Any:
    files = Attachment.objects.unscoped("the files of a household of an act")
    return files.filter(
        content_type__app_label="households", content_type__model="householdyear", object_id=home.pk
    )


def _bring_files_back(main: Act) -> None:
    if main.kind != ActKind.TRANSFERRED:
        return
    for home in lock_homes(main.year, main.household_id).values():
        _files(home).update(region_id=home.region_id)


def _entry(act: Act, reason: str, actor: Actor) -> tuple[Act, Act]:
    """Write the entry that takes an act back, on the day that it was for; both."""
    entry = Act(
        region_id=act.region_id, year=act.year, household_id=act.household_id, person_id=act.person_id,
        kind=ActKind.TAKEN_BACK.value, on=act.on, reason=reason.strip(), change=-act.change,
        other_household_id=act.other_household_id, other_region_id=act.other_region_id,
        recorded_by_id=None if actor.is_system else actor.pk,  # type: ignore[attr-defined]
        recorded_at=timezone.now(),
    )  # fmt: skip
    entry.save(force_insert=True)
    act.undone_by = entry
    act.save(update_fields=["undone_by"])
    return entry, act
