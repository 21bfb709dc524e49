"""Writing the register of a village in a year: profile, households, members.

Each function writes a set of rows, given by column name (households/interfaces/sheets.py) and already checked
by households/validators.py; a form gives one row, an import thousands. Rows that stand there as they are stay
untouched. Acts are written together with the year rows they explain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written, told_of, upsert, upsert_keys, values_of
from fupin.domain.rows import may_enter_or_refuse
from fupin.fields import key_of
from fupin.models import Region
from fupin.numbers import birth_date, sex, tail
from fupin.refusals import Refused
from fupin.words import initials, pinyin
from households.card import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from households.enums import ActKind, PovertyStatus
from households.models import Act, Household, HouseholdYear, Membership, Person, VillageYear

Rows = Sequence[Mapping[str, Any]]

PROFILE_FIELDS = tuple(
    field.name
    for field in VillageYear._meta.concrete_fields
    if field.editable and field.name not in ("id", "region", "year")
)
LENGTHS = {field.name: field.max_length for field in Person._meta.concrete_fields}

EXITED = frozenset({PovertyStatus.EXITED_THIS_YEAR, PovertyStatus.EXITED_BEFORE})
ELSEWHERE = "有户或人员已在本县他处登记，未写入任何数据。"


def save_profile(*, region: Region, year: int, values: Mapping[str, Any], actor: Actor) -> Written:
    """Write the village's profile of a year. Raises Refused without the right."""
    return save_profiles(profiles={region: values}, year=year, actor=actor)


def save_profiles(*, profiles: Mapping[Region, Mapping[str, Any]], year: int, actor: Actor) -> Written:
    """Write the profiles of villages in a year; all tell the same columns. Raises Refused without the right in one."""
    for region in profiles:
        may_enter_or_refuse(actor, region)
    names = told_of(PROFILE_FIELDS, list(profiles.values()))
    rows = [
        {"region_id": region.code, "year": year, **values_of(VillageYear, names, values)}
        for region, values in profiles.items()
    ]
    with acting(actor, via="form"), transaction.atomic():
        return upsert(VillageYear, rows, key=["region_id", "year"])


def save_households(*, region: Region, year: int, rows: Rows, actor: Actor, arriving: int = 0) -> Written:
    """Write households of a village and year, with the acts that follow (registered, left poverty, returned).

    `arriving` are the members with which a new household comes, where that is known: who is taken in in the year is an
    increase of it, who was before, and is entered late, is none. Raises Refused without the right, or for a household that
    another village has registered in that year.
    """
    return save_households_of(villages={region: rows}, year=year, actor=actor, arriving=arriving)


def save_households_of(
    *, villages: Mapping[Region, Rows], year: int, actor: Actor, arriving: int = 0
) -> Written:
    """Do as save_households(), for any number of villages in as many statements as for one."""
    for region in villages:
        may_enter_or_refuse(actor, region)
    placed = [(region.code, row) for region, rows in villages.items() for row in rows]
    rows = [row for _, row in placed]
    with acting(actor, via="form"), transaction.atomic():
        upsert(Household, [{"number": row["household_number"]} for row in rows], key=["number"])
        households = Household.objects.unscoped("the numbers are those of the rows to write")
        households = households.filter(number__among={r["household_number"] for r in rows})
        # Locked: two villages that register it at once, each before the other is seen, would write one row.
        households = households.select_for_update(no_key=True).order_by("number")
        ids = dict(households.values_list("number", "pk"))
        home_of = {ids[row["household_number"]]: code for code, row in placed}
        before = HouseholdYear.objects.unscoped("checked for other villages here").select_for_update()
        before = before.filter(household__pk__among=home_of.keys(), year=year).order_by()
        if any(home_of[household] != at for household, at in before.values_list("household_id", "region_id")):
            raise Refused(ELSEWHERE)
        years = list(
            HouseholdYear.objects.unscoped(
                "only whether a household is new to the register, and had left poverty"
            )
            .filter(household__pk__among=home_of.keys())
            .order_by("year")
            .values_list("household_id", "year", "status")
        )
        known = {household for household, _, _ in years}
        status = {household: status for household, at, status in years if at <= year}
        names = told_of(HOUSEHOLD_FIELDS, rows)
        new = [
            {
                "household_id": ids[row["household_number"]],
                "region_id": code,
                "year": year,
                **values_of(HouseholdYear, names, row),
            }
            for code, row in placed
        ]
        written = upsert(HouseholdYear, new, key=["household_id", "year"], keep=["region_id"])
        told = {"recorded_by_id": None if actor.is_system else actor.pk, "recorded_at": timezone.now()}  # type: ignore[attr-defined]
        upsert(Act, [{**act, **told} for act in _acts(new, status, known, arriving)], key=[])
        return written


def save_members(*, region: Region, year: int, rows: Rows, actor: Actor) -> Written:
    """Write members of the village's households of a year; each row names its household by number.

    A person is the same one over the years by personal number; one without a number is found again in the
    household by name and birth date. Raises Refused without the right, or for a person whom another household
    has registered in that year.
    """
    return save_members_of(villages={region: rows}, year=year, actor=actor)


def save_members_of(*, villages: Mapping[Region, Rows], year: int, actor: Actor) -> Written:
    """Do as save_members(), for any number of villages in as many statements as for one."""
    for region in villages:
        may_enter_or_refuse(actor, region)
    placed = [(region.code, row) for region, rows in villages.items() for row in rows]
    rows = [row for _, row in placed]
    with acting(actor, via="form"), transaction.atomic():
        # By the households' ids, not over a join: the tables may have been filled a moment ago, and a join of tables of
        # which the planner still knows nothing can take a hundred times as long.
        numbers = dict(
            Household.objects.unscoped("the numbers are those of the rows to write")
            .filter(number__among={row["household_number"] for row in rows})
            .order_by()
            .values_list("pk", "number")
        )
        homes = {
            numbers[household]: (home, household, code)
            for home, household, code in HouseholdYear.objects.unscoped("the villages' own households")
            .filter(
                region__in=[region.code for region in villages],
                year=year,
                household__pk__among=numbers.keys(),
            )
            .order_by()
            .values_list("pk", "household_id", "region_id")
        }
        if missing := {
            row["household_number"]
            for code, row in placed
            if homes.get(row["household_number"], ("", "", ""))[2] != code
        }:
            raise Refused(f"本村{year}年度没有户编号 {min(missing)}。")
        people, corrected = _save_people(
            rows, {number: household for number, (_, household, _) in homes.items()}
        )
        home_of = {pk: homes[row["household_number"]][0] for pk, row in zip(people, rows, strict=True)}
        elsewhere = Membership.objects.unscoped("one's own household or another: both are asked")
        elsewhere = elsewhere.filter(person__pk__among=home_of.keys(), year=year).order_by()
        for person, home in elsewhere.values_list("person_id", "household_year_id"):
            if home_of[person] != home:
                raise Refused(ELSEWHERE)
        names = told_of(MEMBER_FIELDS, rows)
        members = [
            {
                "person_id": pk,
                "household_year_id": home_of[pk],
                "region_id": code,
                "year": year,
                **values_of(Membership, names, row),
            }
            for pk, (code, row) in zip(people, placed, strict=True)
        ]
        new, changed = upsert_keys(
            Membership, members, key=["person_id", "year"], keep=["region_id", "household_year_id"]
        )
        # A member's row of the sheet is a person and a membership: it changed where either did.
        changed |= corrected - new
        return Written(len(new), len(changed), len(rows) - len(new) - len(changed))


def register_village(
    *, region: Region, year: int, profile: Mapping[str, Any], households: Rows, members: Rows, actor: Actor
) -> dict[str, Written]:
    """Write the whole workbook of a village in one transaction; counts by sheet (村情, 户, 人)."""
    with acting(actor, via="import"), transaction.atomic():
        return {
            "村情": save_profile(region=region, year=year, values=profile, actor=actor),
            "户": save_households(region=region, year=year, rows=households, actor=actor),
            "人": save_members(region=region, year=year, rows=members, actor=actor),
        }


def _acts(
    rows: Sequence[dict[str, Any]], status: Mapping[int, str], known: set[int], arriving: int
) -> list[dict[str, Any]]:
    """The journal entries of what the rows change; `status` is what a household was last said to be till now."""
    acts = []

    def act(row: dict[str, Any], kind: ActKind, on: date, change: int = 0) -> None:
        place = {"region_id": row["region_id"], "year": row["year"]}
        acts.append({
            **place, "household_id": row["household_id"], "person_id": None, "kind": kind.value, "on": on,
            "change": change,
        })  # fmt: skip

    for row in rows:
        household, had = row["household_id"], status.get(row["household_id"])
        if household not in known:
            on = row["registered_on"] or date(row["year"], 1, 1)
            act(row, ActKind.REGISTERED, on, arriving if on.year == row["year"] else 0)
        if row["status"] in EXITED and had not in EXITED and (had or household not in known):
            # The form gives the year alone; exits are decided at its end.
            act(row, ActKind.LEFT_POVERTY, date(row["exit_year"], 12, 31))
        elif had in EXITED and row["status"] == PovertyStatus.RETURNED:
            act(row, ActKind.RETURNED, min(timezone.localdate(), date(row["year"], 12, 31)))
    return acts


def _save_people(rows: Rows, homes: Mapping[str, int]) -> tuple[list[int], set[int]]:
    """Write the identities behind the rows; returns each row's person id, in order, and who was changed.

    `homes` are the households' ids by number.
    """
    keys = [key_of(row.get("id_number") or "") for row in rows]
    # A row without a number may be about somebody who has got one since.
    nameless = {row["name"] for row, key in zip(rows, keys, strict=True) if key is None}
    family = {
        (home, person.name, person.birth_date): person
        for home, person in (
            (m.household_year.household_id, m.person)
            for m in Membership.objects.unscoped("the village's own households, in any year")
            .filter(household_year__household__pk__among=set(homes.values()))
            .filter(Q(person__id_number="") | Q(person__name__among=nameless))
            .select_related("person", "household_year")
            .order_by("pk")
        )
    }
    known = set(
        Person.objects.unscoped("identities by number")
        .filter(id_number_key__among={k for k in keys if k})
        .values_list("id_number_key", flat=True)
    )
    numbered: dict[str, dict[str, Any]] = {}
    corrected: list[Person] = []
    people: list[Person | str] = []
    for row, key in zip(rows, keys, strict=True):
        values = identity_of(row, key)
        found = family.get((homes[row["household_number"]], row["name"], values["birth_date"]))
        if key is not None:
            numbered[key] = values
            people.append(key)
            if found is None or found.id_number or key in known:
                continue
            # A newborn has got a number: the same person, not a second one.
        else:
            people.append(found := found or Person(**values))
            if found.id_number:
                continue
        if found.pk and any(getattr(found, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(found, name, value)
            corrected.append(found)
    if corrected:
        identities = Person.objects.unscoped("found in the village's own households")
        identities.bulk_update(corrected, list(values))
    Person.objects.bulk_create([person for person in people if isinstance(person, Person) and not person.pk])
    _, changed = upsert_keys(Person, numbered.values(), key=["id_number_key"])
    ids = dict(
        Person.objects.unscoped("just written")
        .filter(id_number_key__among=numbered.keys())
        .values_list("id_number_key", "pk")
    )
    touched = {ids[key] for key in changed} | {person.pk for person in corrected}
    return [person.pk if isinstance(person, Person) else ids[person] for person in people], touched


def identity_of(row: Mapping[str, Any], key: str | None) -> dict[str, Any]:
    """The columns of a person from the row of a sheet or a form; a number says sex and birth date by itself."""
    number = row.get("id_number") or ""
    return {
        "name": row["name"],
        # Only for searching by the first sounds: a name of fifty characters has more of them than the column.
        "pinyin": pinyin(row["name"])[: LENGTHS["pinyin"]],
        "initials": initials(row["name"])[: LENGTHS["initials"]],
        "id_number": number,
        "id_number_key": key,
        "id_number_tail": tail(number) if number else "",
        "sex": sex(number) if number else row["sex"],
        "birth_date": birth_date(number) if number else row["birth_date"],
    }
