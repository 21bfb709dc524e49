"""What all acts share: the lock on the households, the rows' changes and what they were, and the journal's entry.

An act is recorded by one function (member_acts.py, household_acts.py) that changes the year rows and writes the
journal in one transaction. It is taken back by undo.py from what the entry says the rows were.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.models import Region
from fupin.queries.history import event_model_of
from fupin.refusals import Refused, said_plainly
from households.acts import ACTS
from households.enums import ActKind, Relation
from households.models import Act, Household, HouseholdYear, Membership, Person

#: How an entry names the rows that it changed.
LETTERS: dict[type[models.Model], str] = {Membership: "m", HouseholdYear: "h", Person: "p"}
REASON_LENGTH: int = Act._meta.get_field("reason").max_length or 0


@contextmanager
def recording(actor: Actor) -> Iterator[None]:
    """One transaction, told to the audit with the actor; what the database refuses is said plainly."""
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        yield


def may_record_or_refuse(actor: Actor, region: Region) -> None:
    """Raise Refused unless the actor may enter rows in the village."""
    if not may(actor, Action.EDIT, region.code):
        raise Refused(f"您没有在{region}登记变动的权限，请由乡镇干部办理。")
    if not region.is_village:
        raise Refused(f"{region}不是村，变动按村登记。")


def lock_homes(year: int, *households: int) -> dict[int, HouseholdYear]:
    """The households' rows of a year by household, locked until the end of the transaction.

    In the order of their ids, so that two acts on the same two households wait for each other only one way. Whoever
    comes second reads what the first has written.
    """
    rows = HouseholdYear.objects.unscoped("the households of an act; the right is asked for their villages")
    found = rows.filter(household__in=households, year=year).select_related("household", "region")
    return {row.household_id: row for row in found.select_for_update(of=("self",)).order_by("pk")}


def lock_home(
    *, household: Household, year: int, actor: Actor, on: date, kind: ActKind, reason: str
) -> HouseholdYear:
    """The household's row, locked, and fit to take an act; or raise Refused."""
    home = lock_homes(year, household.pk).get(household.pk)
    if home is None:
        raise Refused(f"该户{year}年度没有登记，不能登记变动。")
    may_record_or_refuse(actor, home.region)
    check_entry(kind=kind, on=on, reason=reason, year=year)
    if not home.on_roll:
        raise Refused("该户已不在册，不能再登记变动。登记有误的，请撤销使它不再在册的那一条变动。")
    return home


def check_entry(*, kind: ActKind, on: date, reason: str, year: int) -> None:
    """Raise Refused for a day outside the year or to come, and for a reason that is wanting or too long."""
    if on.year != year:
        raise Refused(f"日期不在{year}年度内，请核对日期，或在页面上方选择相应年度。")
    if on > timezone.localdate():
        raise Refused("日期还没有到，请核对日期。")
    if kind in ACTS and ACTS[kind].needs_reason and not reason.strip():
        raise Refused("请填写原因。")
    if len(reason) > REASON_LENGTH:
        raise Refused(f"原因最多{REASON_LENGTH}个字，请删减。")


def family_of(home: HouseholdYear) -> list[Membership]:
    """The members present of a household that is locked, the head first."""
    rows = Membership.objects.unscoped("the members of a household that is locked")
    found = (
        rows.filter(household_year=home, present=True)
        .select_related("person", "region")
        .order_by("relation", "pk")
    )
    return list(found)


def head_of(family: Collection[Membership]) -> Membership | None:
    """The head among members."""
    return next((member for member in family if member.relation == Relation.HEAD), None)


def member_of(home: HouseholdYear, member: int) -> Membership:
    """The member present with this id; or raise Refused, saying what has become of them."""
    rows = Membership.objects.unscoped("a member of a household that is locked").select_related(
        "person", "region"
    )
    found = rows.filter(pk=member, household_year=home).first()
    if found is None:
        raise Refused("此人不是本户成员，请刷新页面后重新选择。")
    if not found.present:
        label = found.get_departure_display()
        raise Refused(f"{found.person}已登记为“{label}”，不在户，请刷新页面后核对。")
    return found


def not_before_or_refuse(person: Person, on: date, year: int) -> None:
    """Raise Refused for a day before the birth, or before what was last recorded of the person in the year."""
    if on < person.birth_date:
        raise Refused(f"日期早于{person}的出生日期（{person.birth_date:%Y-%m-%d}），请核对。")
    acts = Act.objects.unscoped("only the last day on which something happened to a person")
    last = acts.filter(person=person, year=year, undone_by=None, on__gt=on).exclude(
        kind__in=(ActKind.TAKEN_BACK, ActKind.CORRECTED)
    )
    if (entry := last.order_by("-on").first()) is not None:
        raise Refused(f"{person}在{entry.on:%Y-%m-%d}已有变动记录，新的变动不能早于这一天。")


@dataclass
class Changes:
    """Changes rows, and remembers what they were and became."""

    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: What the act stands on, and what it lays anew: "head:5", "status:5" of a household year. An act is not taken
    #: back once a later one stands on what it has laid.
    relies: set[str] = field(default_factory=set)
    shapes: set[str] = field(default_factory=set)

    def change(self, row: models.Model, **values: Any) -> None:
        """Write these columns (by attname) of a row; those that are as they should be stay."""
        old = {name: getattr(row, name) for name in values}
        new = {name: value for name, value in values.items() if old[name] != value}
        if not new:
            return
        before = last_event(row) if isinstance(row, Person) else {name: plain(old[name]) for name in new}
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=list(new))
        after = (
            last_event(row)
            if isinstance(row, Person)
            else {name: plain(value) for name, value in new.items()}
        )
        self.rows[key_of_row(row)] = {"was": before, "is": after}

    def create(self, row: models.Model, *watched: str) -> None:
        """Insert a row; the watched columns (by attname) must still say so for the row to be taken back."""
        row.save(force_insert=True)
        self.made(row, *watched)

    def made(self, row: models.Model, *watched: str) -> None:
        """Remember a row that was inserted elsewhere, as create() does; what is known of it already stays."""
        now = {name: plain(getattr(row, name)) for name in watched}
        self.rows.setdefault(key_of_row(row), {"was": None, "is": now})

    def leave_roll(self, home: HouseholdYear) -> None:
        """Take a household off the roll."""
        self.change(home, on_roll=False)
        self.shapes |= {f"head:{home.pk}", f"status:{home.pk}"}

    def told(self) -> dict[str, Any]:
        """What the journal's entry keeps."""
        return {"rows": self.rows, "relies": sorted(self.relies), "shapes": sorted(self.shapes)}


def key_of_row(row: models.Model) -> str:
    """How an entry names a row."""
    return f"{LETTERS[type(row)]}{row.pk}"


def plain(value: Any) -> Any:
    """A column's value as an entry keeps it."""
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, str) else value


def last_event(person: Person) -> dict[str, int]:
    """The audit's last event of a person: what an identity was is kept there alone, with its number."""
    events = event_model_of(Person)._default_manager.filter(pgh_obj_id=person.pk)
    return {"event": events.order_by("-pgh_id").values_list("pgh_id", flat=True)[0]}


def write_act(
    changes: Changes | None,
    *,
    kind: ActKind,
    home: HouseholdYear,
    on: date,
    actor: Actor,
    reason: str = "",
    person: Person | None = None,
    change: int = 0,
    region: Region | None = None,
    other_household: Household | None = None,
    other_region: Region | None = None,
    part_of: Act | None = None,
) -> Act:
    """Write the journal's entry of an act at a household (and at its village, unless `region` says another)."""
    act = Act(
        region=region or home.region, year=home.year, household_id=home.household_id, person=person, kind=kind.value,
        on=on, reason=reason.strip(), change=change, other_household=other_household, other_region=other_region,
        part_of=part_of, recorded_by_id=None if actor.is_system else actor.pk,  # type: ignore[attr-defined]
        recorded_at=timezone.now(), rows=changes.told() if changes else None,
    )  # fmt: skip
    act.save(force_insert=True)
    return act
