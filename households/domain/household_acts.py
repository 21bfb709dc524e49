"""Acts of whole households: taken in, split, merged, transferred; out of poverty and back; off the roll."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone

from fupin.access import Action, Actor
from fupin.domain.bulk import upsert
from fupin.fields import key_of
from fupin.models import Attachment, Level, Region, RegionYear
from fupin.refusals import Refused
from fupin.scope import ScopedQuerySet, prefix_q
from households.domain.acts import (
    Changes,
    family_of,
    head_of,
    lock_home,
    lock_homes,
    may_record_or_refuse,
    recording,
    write_act,
)
from households.domain.member_acts import one_head, relate, settle
from households.domain.registration import EXITED, Rows, save_households, save_members
from households.enums import ActKind, Departure, PovertyStatus, Relation
from households.models import Act, Household, HouseholdYear, Person
from households.validators import HOUSEHOLD_NUMBER

TAKEN = "该户编号已在本县登记，请核对，或换一个编号。"
#: What a household that splits off has like the one it came from, beside what is said in codes: where it lies, and
#: what it left poverty with. Amounts (land, floor space, money) are not there twice, and telephone and account are
#: somebody's own.
ALSO_INHERITED = frozenset({"group", "hamlet", "exit_year"})
#: Years of a household that are counted from this one, or filled by the database.
NEVER_INHERITED = frozenset(
    {"id", "household", "region", "year", "on_roll", "people", "income_from", "income_to"}
)


def register_household(
    *, region: Region, year: int, household: Mapping[str, Any], members: Rows, actor: Actor
) -> HouseholdYear:
    """Take one household that is not there yet onto the village's roll of a year, with its members.

    The rows are those of the sheets 户 and 人, already checked; members need not name the household. Whoever has left
    another household in the year takes their row along. The act can be taken back, the household going with it.
    Raises Refused without the right, for a number that the village has already registered in that year, for no member,
    for a number of a person who is registered elsewhere or has died, or as save_households() and save_members() do.
    """
    may_record_or_refuse(actor, region)
    number = household["household_number"]
    if not members:
        raise Refused("一户至少要有一名成员，请填写户主。")
    on = household["registered_on"] or date(year, 1, 1)
    if on > timezone.localdate():
        raise Refused("识别时间还没有到，请核对日期。")
    with recording(actor):
        # Locked, as in save_households: of two that register it at once the second is told.
        upsert(Household, [{"number": number}], key=["number"])
        identity = Household.objects.unscoped("the number is the one to register").select_for_update(
            no_key=True
        )
        rows = HouseholdYear.objects.unscoped("only whether the village has it")
        if rows.filter(household=identity.get(number=number), region=region, year=year).exists():
            raise Refused(f"本村{year}年度已登记户编号 {number}，请打开该户修改。")
        save_households(region=region, year=year, rows=[household], actor=actor, arriving=len(members))
        home = rows.select_related("household", "region").get(household__number=number, year=year)
        changes = Changes()
        changes.made(home, "region_id", "on_roll")
        _take_along(changes, home, members, on)
        family = [{**member, "household_number": number} for member in members]
        save_members(region=region, year=year, rows=family, actor=actor)
        for member in family_of(home):
            changes.made(member, "household_year_id", "present")
        _tell_what_was_made(changes, home)
        home.refresh_from_db()
        return home


def _take_along(changes: Changes, home: HouseholdYear, members: Rows, on: date) -> None:
    """Bring those who have left a household in the year, with their rows; raise Refused for whom that can't be."""
    relations = {key_of(row.get("id_number") or ""): row["relation"] for row in members}
    people = Person.objects.unscoped("identities by number; only whether somebody is registered is told")
    known = people.filter(id_number_key__in=[key for key in relations if key])
    gone = Q(memberships__year=home.year) | Q(memberships__departure=Departure.DIED)
    for person in known.filter(gone).distinct().order_by("pk"):
        settle(changes, home=home, person=person, relation=relations[person.id_number_key], on=on)


def _tell_what_was_made(changes: Changes, home: HouseholdYear) -> None:
    """Let the act by which the household came say what it made; leaving poverty, if told with it, goes with it."""
    acts = Act.objects.unscoped("the acts that have just been written").filter(
        household=home.household_id, year=home.year, region=home.region_id, undone_by=None
    )
    came = acts.filter(kind=ActKind.REGISTERED, rows__isnull=True).order_by("-pk").first()
    if came is not None:
        acts.filter(kind=ActKind.LEFT_POVERTY, rows__isnull=True, part_of=None).update(part_of=came)
        came.rows = changes.told()
        came.save(update_fields=["rows"])


def new_home(changes: Changes, *, number: str, region: Region, year: int, **values: Any) -> HouseholdYear:
    """A new household of a year; or raise Refused for a number that is no number, or is taken."""
    if not HOUSEHOLD_NUMBER.fullmatch(number):
        raise Refused("户编号应为4至20位数字或字母，请核对。")
    households = Household.objects.unscoped("numbers are told apart in the whole county")
    # A number that was given out and taken back has no year.
    household, _ = households.select_for_update().get_or_create(number=number)
    rows = HouseholdYear.objects.unscoped("only whether the number is taken")
    if rows.filter(household=household).exists():
        raise Refused(TAKEN)
    home = HouseholdYear(household=household, region=region, year=year, **values)
    changes.create(home, "region_id", "on_roll")
    return home


def split_household(
    *,
    household: Household,
    year: int,
    number: str,
    relations: Mapping[int, str],
    on: date,
    reason: str,
    actor: Actor,
) -> Act:
    """Record that some members leave for a household of their own, under a new number; returns the act.

    `relations` say what each of them (by id) is to the head of the new household, who is 户主 there. The act of the
    new household is a part of this one. Raises Refused without the right, for everybody or the head leaving, for a
    number that is taken, and for what all acts refuse.
    """
    kind = ActKind.SPLIT
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        family = family_of(home)
        leaving = [member for member in family if member.pk in relations]
        if not leaving:
            raise Refused("请选择分出的成员。")
        new_head = one_head(leaving, relations, year)
        if len(leaving) == len(family):
            raise Refused("不能全部分出：原户至少留一人。全户迁走的，请用“整户迁移”。")
        if (head := head_of(family)) is not None and head in leaving:
            raise Refused(f"{head.person}是户主，不能分出。请先办理“户主变更”，或改为分出其他成员。")
        changes = Changes()
        new = new_home(changes, number=number, region=home.region, year=year, **inherited(home))
        relate(changes, leaving, relations, household_year_id=new.pk)
        changes.relies.add(f"status:{home.pk}")
        changes.shapes |= {f"head:{new.pk}", f"status:{new.pk}"}
        size = len(leaving)
        act = write_act(
            changes, kind=kind, home=home, on=on, reason=reason, change=-size, other_household=new.household,
            person=new_head.person, actor=actor,
        )  # fmt: skip
        write_act(
            None, kind=kind, home=new, on=on, reason=reason, change=size, other_household=home.household,
            person=new_head.person, part_of=act, actor=actor,
        )  # fmt: skip
        return act


def inherited(home: HouseholdYear) -> dict[str, Any]:
    """What a household that splits off has like the one it came from, by attname."""
    return {
        field.attname: getattr(home, field.attname)
        for field in HouseholdYear._meta.concrete_fields
        if field.name not in NEVER_INHERITED
        and (
            field.name in ALSO_INHERITED
            or bool(field.choices)
            or isinstance(field, models.BooleanField | models.DateField | ArrayField)
        )
    }


def merge_households(
    *, household: Household, year: int, into: Household, relations: Mapping[int, str], on: date, reason: str,
    actor: Actor,
) -> Act:  # fmt: skip
    """Record that all members of a household join another of the village; the emptied one leaves the roll.

    `relations` say what each (by id) is to the head there. Raises Refused without the right, for a household that is
    not of the village, and for what all acts refuse.
    """
    kind = ActKind.MERGED
    with recording(actor):
        if household.pk == into.pk:
            raise Refused("不能并入本户，请选择另一户。")
        homes = lock_homes(year, household.pk, into.pk)
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        target = homes.get(into.pk)
        if target is None or target.region_id != home.region_id or not target.on_roll:
            raise Refused("本村没有这个在册户，请核对户编号。并入外村的户，请先办理“整户迁移”。")
        family = family_of(home)
        if set(relations) != {member.pk for member in family}:
            raise Refused("户内成员已有变化，请重新打开本页，为每名成员填写与户主的关系。")
        if any(
            relation not in Relation.values or relation == Relation.HEAD for relation in relations.values()
        ):
            raise Refused("请为每名成员选择与并入户户主的关系，不能再是户主。")
        changes = Changes(relies={f"head:{target.pk}"})
        relate(changes, family, relations, household_year_id=target.pk)
        changes.leave_roll(home)
        size = len(family)
        act = write_act(
            changes,
            kind=kind,
            home=home,
            on=on,
            reason=reason,
            change=-size,
            other_household=into,
            actor=actor,
        )
        write_act(
            None, kind=kind, home=target, on=on, reason=reason, change=size, other_household=household,
            part_of=act, actor=actor,
        )  # fmt: skip
        return act


def transfer_household(
    *, household: Household, year: int, to: Region, on: date, reason: str, actor: Actor
) -> Act:
    """Record that a household moves to another village of the county. The rows of the year move, with their files;
    earlier years, and what was given or done in the old village, stay there.

    An act is written in both villages. Raises Refused without the right in both, and for what all acts refuse.
    """
    kind = ActKind.TRANSFERRED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        old = home.region
        if to.pk == old.pk:
            raise Refused("该户已在这个村，请选择另一个村。")
        may_record_or_refuse(actor, to)
        if (
            not RegionYear.objects.unscoped("only whether the year is open")
            .filter(region=to, year=year, state=RegionYear.State.OPEN)
            .exists()
        ):
            raise Refused(f"{to}{year}年度不在录入中，不能迁入。请联系县级办公室。")
        size = len(family_of(home))
        changes = Changes(shapes={f"head:{home.pk}", f"status:{home.pk}"})
        # The members' rows follow by the key over household, village and year.
        changes.change(home, region_id=to.pk, group=None, hamlet="")
        files = Attachment.objects.unscoped("the files of a household that moves")
        kind_of_row = ContentType.objects.get_for_model(HouseholdYear)
        files.filter(content_type=kind_of_row, object_id=home.pk).update(region=to)
        act = write_act(
            changes, kind=kind, home=home, region=old, on=on, reason=reason, change=-size, other_region=to,
            actor=actor,
        )  # fmt: skip
        write_act(
            None, kind=kind, home=home, region=to, on=on, reason=reason, change=size, other_region=old,
            part_of=act, actor=actor,
        )  # fmt: skip
        return act


def leave_poverty(*, household: Household, year: int, on: date, reason: str = "", actor: Actor) -> Act:
    """Record that a household left poverty; raises Refused for one that already has."""
    kind = ActKind.LEFT_POVERTY
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        if home.status in EXITED:
            raise Refused("该户已经脱贫，请核对脱贫状态和脱贫年度。")
        if home.registered_on and on < home.registered_on:
            raise Refused("脱贫日期早于识别时间，请核对。")
        return _change_status(
            home, kind, PovertyStatus.EXITED_THIS_YEAR, year, on=on, reason=reason, actor=actor
        )


def return_to_poverty(*, household: Household, year: int, on: date, reason: str, actor: Actor) -> Act:
    """Record that a household fell back into poverty; raises Refused for one that had not left it."""
    kind = ActKind.RETURNED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        if home.status not in EXITED:
            raise Refused("该户没有脱贫，不能登记返贫，请核对脱贫状态。")
        return _change_status(home, kind, PovertyStatus.RETURNED, None, on=on, reason=reason, actor=actor)


def _change_status(
    home: HouseholdYear, kind: ActKind, status: PovertyStatus, exit_year: int | None, *, on: date, reason: str,
    actor: Actor,
) -> Act:  # fmt: skip
    changes = Changes(shapes={f"status:{home.pk}"})
    changes.change(home, status=status.value, exit_year=exit_year)
    return write_act(changes, kind=kind, home=home, on=on, reason=reason, actor=actor)


def remove_household(*, household: Household, year: int, on: date, reason: str, actor: Actor) -> Act:
    """Record that a household leaves the roll with all its members; the rows stay."""
    kind = ActKind.REMOVED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        family = family_of(home)
        changes = Changes()
        for member in family:
            changes.change(member, present=False, departure=Departure.WITH_HOUSEHOLD.value)
        changes.leave_roll(home)
        return write_act(
            changes, kind=kind, home=home, on=on, reason=reason, change=-len(family), actor=actor
        )


def villages_where_entering(actor: Actor) -> ScopedQuerySet:
    """The villages in which the actor may enter rows."""
    regions = Region.objects.unscoped("narrowed by the right to enter rows")
    return regions.filter(prefix_q("code", actor.prefixes(Action.EDIT)), level=Level.VILLAGE).order_by("code")
