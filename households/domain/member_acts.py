"""Acts about one member: who comes, who leaves, who becomes the head, who was written down wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fupin.access import Actor
from fupin.fields import key_of
from fupin.models import RegionYear
from fupin.numbers import BadNumber, birth_date, clean_personal_number, sex
from fupin.refusals import Refused
from households.acts import ACTS
from households.domain.acts import (
    Changes,
    family_of,
    head_of,
    lock_home,
    member_of,
    not_before_or_refuse,
    recording,
    write_act,
)
from households.domain.registration import identity_of
from households.enums import ActKind, Departure, Relation
from households.models import Act, Household, HouseholdYear, Membership, Person
from households.queries.journal import former_members

ELSEWHERE = "此人已在本县他处登记，不能再登记到本户。请核对证件号码；确实来到本户的，请先在原处办理转出。"
COMING = (ActKind.MEMBER_BORN, ActKind.MEMBER_MARRIED_IN, ActKind.MEMBER_MOVED_IN)
#: A newborn is registered in the year of birth, or in the one after.
NEWBORN_YEARS = 1
#: What an identity says; the other columns are made of these.
IDENTITY = ("name", "id_number", "sex", "birth_date")


def add_member(
    *, household: Household, year: int, kind: ActKind, identity: Mapping[str, Any], relation: str, on: date,
    reason: str = "", actor: Actor,
) -> Act:  # fmt: skip
    """Record that somebody was born into a household, married or moved into it; returns the act.

    `identity` has name and id_number, or name, sex and birth_date where there is no number yet. Raises Refused
    without the right, for a person who is registered elsewhere in the county, who has died, or whose number says
    something else, and for what all acts refuse.
    """
    if kind not in COMING:
        raise ValueError(f"{kind} adds nobody")
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        values = checked_identity(identity, on)
        if kind == ActKind.MEMBER_BORN and values["birth_date"].year < year - NEWBORN_YEARS:
            raise Refused(
                f"{values['birth_date']:%Y-%m-%d}出生，不是新生儿。其他原因来到本户的，请用“其他转入”。"
            )
        changes = Changes()
        person = join(changes, home=home, values=values, relation=relation, year=year, on=on)
        changes.relies.add(f"head:{home.pk}")
        return write_act(
            changes, kind=kind, home=home, on=on, reason=reason, person=person, change=1, actor=actor
        )


def bring_back(
    *,
    household: Household,
    year: int,
    person: Person,
    relation: str,
    on: date,
    reason: str = "",
    actor: Actor,
) -> Act:
    """Record that somebody who had left a household is back; raises Refused as add_member() does."""
    kind = ActKind.MEMBER_RETURNED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        if not former_members(home).filter(pk=person.pk).exists():
            raise Refused(f"{person}以前不是本户成员，或者现在就在本户。初次来到本户的，请用“其他转入”。")
        changes = Changes()
        _check_relation(relation, year)
        settle(changes, home=home, person=person, relation=relation, on=on)
        changes.relies.add(f"head:{home.pk}")
        return write_act(
            changes, kind=kind, home=home, on=on, reason=reason, person=person, change=1, actor=actor
        )


def let_go(
    *, household: Household, year: int, kind: ActKind, member: int, on: date, reason: str = "", actor: Actor
) -> Act:
    """Record that a member died, or left for the reason that the kind is; the member's row stays, no longer present.

    The head goes last, or hands over before: a household of members has a head. With the last member the household
    leaves the roll. Raises Refused without the right, for whoever is no member, and for what all acts refuse.
    """
    departure = ACTS[kind].departure
    if departure is None:
        raise ValueError(f"{kind} takes nobody away")
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        leaving = member_of(home, member)
        not_before_or_refuse(leaving.person, on, year)
        family = family_of(home)
        if leaving.relation == Relation.HEAD and len(family) > 1:
            raise Refused(
                f"{leaving.person}是户主，户内还有其他成员。请先办理“户主变更”，再登记{kind.label}。"
            )
        changes = Changes()
        changes.change(leaving, present=False, departure=departure.value)
        if len(family) == 1:
            changes.leave_roll(home)
        act = write_act(
            changes, kind=kind, home=home, on=on, reason=reason, person=leaving.person, change=-1, actor=actor
        )
        if len(family) == 1:
            write_act(
                None,
                kind=ActKind.REMOVED,
                home=home,
                on=on,
                reason="户内已没有成员",
                part_of=act,
                actor=actor,
            )
        return act


def change_head(
    *, household: Household, year: int, relations: Mapping[int, str], on: date, reason: str, actor: Actor
) -> Act:
    """Record a new head. `relations` say what each member present (by id) is to the new head, who is 户主 there.

    Raises Refused without the right, unless it names each member once and one of them as head, other than the one
    there is, and for what all acts refuse.
    """
    kind = ActKind.HEAD_CHANGED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        family = family_of(home)
        head = one_head(family, relations, year)
        old = head_of(family)
        if old is not None and old.pk == head.pk:
            raise Refused(f"{head.person}已经是户主，请选择另一名成员。")
        not_before_or_refuse(head.person, on, year)
        changes = Changes(shapes={f"head:{home.pk}"})
        relate(changes, family, relations)
        return write_act(changes, kind=kind, home=home, on=on, reason=reason, person=head.person, actor=actor)


def one_head(family: list[Membership], relations: Mapping[int, str], year: int) -> Membership:
    """The head that the relations name; or raise Refused unless they name each member once and one head."""
    if set(relations) != {member.pk for member in family}:
        raise Refused("户内成员已有变化，请重新打开本页，为每名成员填写与户主的关系。")
    for relation in relations.values():
        _check_relation(relation, year, head=True)
    heads = [member for member in family if relations[member.pk] == Relation.HEAD]
    if len(heads) != 1:
        raise Refused("户内应有且只有一名户主，请核对每名成员与户主的关系。")
    return heads[0]


def relate(changes: Changes, family: list[Membership], relations: Mapping[int, str], **more: Any) -> None:
    """Write the members' relations; the new head last, when there is no other any more."""
    for member in sorted(family, key=lambda one: relations[one.pk] == Relation.HEAD):
        changes.change(member, relation=relations[member.pk], **more)


def correct_identity(
    *,
    household: Household,
    year: int,
    member: int,
    identity: Mapping[str, Any],
    on: date,
    reason: str,
    actor: Actor,
) -> Act:
    """Correct who a member is, in all years: name, number, and with it sex and birth date. The audit keeps the old.

    Raises Refused without the right, for a number that is another person's, where nothing is changed, and for what
    all acts refuse.
    """
    kind = ActKind.CORRECTED
    with recording(actor):
        home = lock_home(household=household, year=year, actor=actor, on=on, kind=kind, reason=reason)
        person = member_of(home, member).person
        values = checked_identity(identity, on)
        if all(getattr(person, name) == values[name] for name in IDENTITY):
            raise Refused("没有改动，无须更正。")
        changes = Changes()
        changes.change(person, **values)
        return write_act(changes, kind=kind, home=home, on=on, reason=reason, person=person, actor=actor)


def checked_identity(identity: Mapping[str, Any], on: date) -> dict[str, Any]:
    """The columns of a person; or raise Refused for what is wanting, or does not fit the number or the day."""
    row = dict(identity)
    row["name"] = (row.get("name") or "").strip()
    if not row["name"]:
        raise Refused("请填写姓名。")
    if row.get("id_number"):
        try:
            row["id_number"] = number = clean_personal_number(row["id_number"])
        except BadNumber as error:
            raise Refused(str(error)) from error
        if row.get("birth_date") not in (None, birth_date(number)) or row.get("sex") not in (
            None,
            "",
            sex(number),
        ):
            raise Refused("性别或出生日期与证件号码不符，请核对；填了号码的，这两项可以留空。")
    elif not row.get("sex") or not row.get("birth_date"):
        raise Refused("没有证件号码的，请填写性别和出生日期。")
    values = identity_of(row, key_of(row.get("id_number") or ""))
    if values["birth_date"] > on:
        raise Refused("出生日期晚于变动日期，请核对。")
    return values


def join(
    changes: Changes, *, home: HouseholdYear, values: Mapping[str, Any], relation: str, year: int, on: date,
    head: bool = False,
) -> Person:  # fmt: skip
    """Make the person a member of a household: a new person, or the one whom the county knows by the number."""
    _check_relation(relation, year)
    people = Person.objects.unscoped("identities by number; only whether somebody is registered is told")
    key = values["id_number_key"]
    person = people.filter(id_number_key=key).first() if key else None
    if person is None:
        if key is None and _has_namesake(home, values):
            raise Refused("本户已有同名同生日的成员，请核对；以前转出的人回来，请用“转回”。")
        person = Person(**values)
        person.save(force_insert=True)
    elif person.name != values["name"]:
        raise Refused("该证件号码已登记在另一个姓名之下，请对照证件核对姓名和号码。")
    settle(changes, home=home, person=person, relation=relation, on=on)
    return person


def settle(changes: Changes, *, home: HouseholdYear, person: Person, relation: str, on: date) -> None:
    """Give a person a place in a household in its year; or raise Refused where they have one already, or have died."""
    not_before_or_refuse(person, on, home.year)
    rows = Membership.objects.unscoped("only whether the person is registered, never where")
    if rows.filter(person=person, departure=Departure.DIED, year__lte=home.year).exists():
        raise Refused(f"{person}已登记去世，请核对证件号码；登记有误的，请先撤销去世的记录。")
    own = rows.filter(person=person, year=home.year).select_for_update().first()
    if own is None:
        row = Membership(
            person=person, household_year=home, region_id=home.region_id, year=home.year, relation=relation
        )
        changes.create(row, "household_year_id", "present")
        return
    if own.present:
        raise Refused(f"{person}已是本户成员。" if own.household_year_id == home.pk else ELSEWHERE)
    if own.region_id != home.region_id and not _is_open(own):
        # The guard of that village's year would say which village it is.
        raise Refused(ELSEWHERE)
    # One row a person a year: who had left elsewhere takes it along.
    changes.change(
        own,
        household_year_id=home.pk,
        region_id=home.region_id,
        relation=relation,
        present=True,
        departure="",
    )


def _is_open(row: Membership) -> bool:
    states = RegionYear.objects.unscoped("only whether the year is open").filter(region=row.region_id)
    here = states.filter(year__gte=row.year).order_by("year").first()
    return here is not None and here.state == RegionYear.State.OPEN


def _has_namesake(home: HouseholdYear, values: Mapping[str, Any]) -> bool:
    rows = Membership.objects.unscoped("the household's own members").filter(household_year=home)
    return rows.filter(person__name=values["name"], person__birth_date=values["birth_date"]).exists()


def _check_relation(relation: str, year: int, *, head: bool = False) -> None:
    if relation not in Relation.values or not Relation(relation).holds_in(year):
        raise Refused("请选择与户主的关系。")
    if relation == Relation.HEAD and not head:
        raise Refused("户内已有户主。要换户主的，请办理“户主变更”。")
