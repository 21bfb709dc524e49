"""members(year) = members(year before) + increase - decrease, whatever happens, at every level."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import reverse

from fupin.access import SYSTEM
from fupin.models import Region, RegionYear
from fupin.place import Place
from households.domain import household_acts, member_acts
from households.domain.undo import take_back
from households.enums import ActKind, Relation
from households.kinship import proposed
from households.models import Act, Household, HouseholdYear, Membership
from households.queries.journal import former_members, movement_of_household, movement_of_place
from tests import factories as make
from tests.acts.doing import K, do, members, registered, rows, scene
from tests.factories import YEAR

FIRST = date(YEAR, 1, 1)
STEPS = 45
COMES = (K.MEMBER_BORN, K.MEMBER_MARRIED_IN, K.MEMBER_MOVED_IN)
GOES = (K.MEMBER_DIED, K.MEMBER_MARRIED_OUT, K.MEMBER_EMIGRATED, K.MEMBER_IMPRISONED, K.MEMBER_MOVED_OUT)


@dataclass
class Model:
    """What is true, in plain Python: who lives in which household, and where that lies; and what has happened."""

    people: dict[int, set[int]] = field(default_factory=dict)
    village: dict[int, str] = field(default_factory=dict)
    #: (act's id, kind, household, village, change) of what stands.
    log: list[tuple[int, ActKind, int, str, int]] = field(default_factory=list)
    start: dict[int, int] = field(default_factory=dict)
    began: dict[int, str] = field(default_factory=dict)


class Walk:
    """A random walk over all acts, by the domain's functions and by the model side by side."""

    def __init__(self, villages: list[Region], seed: int) -> None:
        self.dice, self.villages, self.day, self.born = random.Random(seed), villages, FIRST, 0
        self.model = Model()
        self.done: Counter[ActKind] = Counter()
        self.undone = 0
        self.snapshots: list[tuple[Act, Model]] = []
        for home in rows(HouseholdYear).filter(year=YEAR, region__in=villages):
            self.model.people[home.household_id] = {m.person_id for m in members(home)}
            self.model.village[home.household_id] = home.region_id
        self.model.start = {home: len(people) for home, people in self.model.people.items()}
        self.model.began = dict(self.model.village)

    def copied(self) -> Model:
        """The model as it stands."""
        model = self.model
        return Model(
            {home: set(people) for home, people in model.people.items()}, dict(model.village), list(model.log),
            model.start, model.began,
        )  # fmt: skip

    def step(self) -> None:
        """Something happens, or the last thing did not."""
        self.day += timedelta(days=self.dice.randint(1, 6))
        if self.snapshots and self.dice.random() < 0.15:
            act, before = self.snapshots.pop()
            take_back(act=act, reason="登错了", actor=SYSTEM)
            self.model, self.undone = before, self.undone + 1
            return
        kind = self.dice.choice([k for k in ActKind if k != K.TAKEN_BACK])
        before = self.copied()
        homes = list(
            rows(HouseholdYear).filter(year=YEAR, on_roll=True).select_related("household", "region")
        )
        home = self.dice.choice(homes)
        act = self.happen(kind, home, homes)
        if act is not None:
            self.done[kind] += 1
            self.snapshots.append((act, before))

    def happen(self, kind: ActKind, home: HouseholdYear, homes: list[HouseholdYear]) -> Act | None:
        """Do it in the register and in the model; None where it can't be done."""
        family = members(home)
        said = {
            "household": home.household,
            "year": YEAR,
            "on": self.day,
            "reason": "按实际",
            "actor": SYSTEM,
        }
        here, at = self.model.people[home.household_id], self.model.village[home.household_id]
        others = [member for member in family if member.relation != Relation.HEAD]

        def log(act: Act, household: int, village: str, change: int) -> Act:
            self.model.log.append((act.pk, kind, household, village, change))
            return act

        if kind in COMES:
            act = member_acts.add_member(kind=kind, identity=self.somebody(), relation="99", **said)
            here.add(act.person_id)
            return log(act, home.household_id, at, 1)
        if kind == K.MEMBER_RETURNED:
            away = set().union(*self.model.people.values())
            back = [p for p in former_members(home) if p.pk not in away]
            if not back:
                return None
            act = member_acts.bring_back(person=self.dice.choice(back), relation="99", **said)
            here.add(act.person_id)
            return log(act, home.household_id, at, 1)
        if kind in GOES:
            leaving = self.dice.choice(others or family)
            act = member_acts.let_go(kind=kind, member=leaving.pk, **said)
            here.discard(leaving.person_id)
            return log(act, home.household_id, at, -1)
        if kind == K.HEAD_CHANGED:
            if not others:
                return None
            return log(
                member_acts.change_head(relations=relations_to(self.dice.choice(others), family), **said),
                home.household_id, at, 0,
            )  # fmt: skip
        if kind == K.SPLIT:
            if not others:
                return None
            leaving = self.dice.sample(others, self.dice.randint(1, len(others)))
            act = household_acts.split_household(
                number=self.number(), relations=relations_to(leaving[0], leaving), **said
            )
            moved = {member.person_id for member in leaving}
            new = act.other_household_id
            self.model.people[new], self.model.village[new] = moved, at
            here -= moved
            log(act, new, at, len(moved))
            return log(act, home.household_id, at, -len(moved))
        if kind == K.MERGED:
            near = [other for other in homes if other.region_id == home.region_id and other.pk != home.pk]
            if not near:
                return None
            into = self.dice.choice(near)
            act = household_acts.merge_households(
                into=into.household, relations={m.pk: "99" for m in family}, **said
            )
            log(act, into.household_id, at, len(here))
            log(act, home.household_id, at, -len(here))
            self.model.people[into.household_id] |= here
            self.model.people[home.household_id] = set()
            return act
        if kind == K.TRANSFERRED:
            to = self.dice.choice([village for village in self.villages if village.pk != at])
            act = household_acts.transfer_household(to=to, **said)
            log(act, home.household_id, at, -len(here))
            log(act, home.household_id, to.pk, len(here))
            self.model.village[home.household_id] = to.pk
            return act
        if kind == K.REMOVED:
            if self.dice.random() < 0.7:
                return None
            act = household_acts.remove_household(**said)
            log(act, home.household_id, at, -len(here))
            self.model.people[home.household_id] = set()
            return act
        if kind == K.REGISTERED:
            village = self.dice.choice(self.villages)
            who = [{**self.somebody(), "relation": "01"}, {**self.somebody(), "relation": "02"}]
            act = registered(region=village, number=self.number(), members=who, on=self.day, actor=SYSTEM)
            made = rows(Membership).filter(household_year__household=act.household_id)
            self.model.people[act.household_id] = set(made.values_list("person_id", flat=True))
            self.model.village[act.household_id] = village.pk
            return log(act, act.household_id, village.pk, 2)
        if kind == K.CORRECTED:
            who = self.dice.choice(family)
            act = member_acts.correct_identity(member=who.pk, identity=self.somebody(FIRST), **said)
            return log(act, home.household_id, at, 0)
        exited = home.status in ("03", "05")
        change = household_acts.return_to_poverty if exited else household_acts.leave_poverty
        if kind == (K.LEFT_POVERTY if exited else K.RETURNED):
            return None
        if not exited:
            rows(HouseholdYear).filter(pk=home.pk).update(registered_on=None)
        return log(change(**said), home.household_id, at, 0)

    def somebody(self, born: date | None = None) -> dict[str, Any]:
        """An invented person without a number."""
        self.born += 1
        return {"name": f"某{self.born}", "sex": "1", "birth_date": born or self.day}

    def number(self) -> str:
        """A new household's number."""
        self.born += 1
        return f"43{self.born:06d}-{self.dice.randint(0, 9999)}"


def relations_to(head: Membership, family: list[Membership]) -> dict[int, str]:
    """As the form proposes them."""
    return {
        member.pk: Relation.HEAD.value if member == head else proposed(
            member.relation, member.person.sex, new_head=head.relation, head_sex=head.person.sex, year=YEAR
        ).value.replace(Relation.HEAD.value, Relation.OTHER.value)
        for member in family
    }  # fmt: skip


def the_year_before(home: HouseholdYear) -> None:
    """A row of the year before with as many members, as if it had been copied into this year."""
    before = make.HouseholdYearFactory(household=home.household, region=home.region, year=YEAR - 1)
    for member in members(home):
        make.MembershipFactory(household_year=before, person=member.person, relation=member.relation)


@pytest.fixture
def villages(db: None) -> list[Region]:
    """Two villages of one township and one of another, each with households in this year and the one before."""
    found = [make.village(code, name) for code, name in (
        ("421199103206", "甲村"), ("421199103207", "乙村"), ("421199104201", "远村"),
    )]  # fmt: skip
    for village in found:
        RegionYear.objects.unscoped("tests").create(region=village, year=YEAR - 1)
        for size in (3, 1, 4):
            the_year_before(make.household(village, size=size))
    return found


def check(model: Model) -> None:
    """The register, and the tables made of its journal, against the model."""
    now = {h.household_id: h for h in rows(HouseholdYear).filter(year=YEAR)}
    assert {home: row.people for home, row in now.items()} == {h: len(p) for h, p in model.people.items()}
    assert {home: row.region_id for home, row in now.items()} == model.village
    for row in now.values():
        heads = sum(member.relation == Relation.HEAD for member in members(row))
        assert heads == (1 if row.people else 0)
        assert row.on_roll == bool(row.people)
    for household, people in model.people.items():
        found = movement_of_household(SYSTEM, Household.objects.unscoped("tests").get(pk=household), YEAR)
        mine = [(kind, change) for _, kind, home, _, change in model.log if home == household]
        assert (found.start, found.end, found.unexplained) == (model.start.get(household, 0), len(people), 0)
        assert (found.increase, found.decrease) == sums(mine)
    for place in Region.objects.unscoped("tests").filter(level__in=(6, 9, 12)):
        inside = model_of(model, place.prefix)
        found = movement_of_place(SYSTEM, Place(place, YEAR))
        assert (found.start, found.end, found.unexplained) == (inside[0], inside[1], 0), place
        assert (found.increase, found.decrease) == inside[2], place
        assert found.start + found.more - found.fewer == found.end


def sums(entries: list[tuple[ActKind, int]]) -> tuple[dict[ActKind, int], dict[ActKind, int]]:
    """Increase and decrease by kind."""
    more: Counter[ActKind] = Counter()
    fewer: Counter[ActKind] = Counter()
    for kind, change in entries:
        (more if change > 0 else fewer)[kind] += abs(change)
    return {k: n for k, n in more.items() if n}, {k: n for k, n in fewer.items() if n}


def model_of(model: Model, prefix: str) -> tuple[int, int, tuple[dict[ActKind, int], dict[ActKind, int]]]:
    """Start, end, and increase and decrease of a place: by the model alone."""
    start = sum(n for home, n in model.start.items() if model.began[home].startswith(prefix))
    end = sum(len(p) for home, p in model.people.items() if model.village[home].startswith(prefix))
    villages_of: dict[int, set[str]] = {}
    for act, *_, village, _ in model.log:
        villages_of.setdefault(act, set()).add(village)
    crossing = [
        (kind, change)
        for act, kind, _, village, change in model.log
        if village.startswith(prefix)
        and kind not in (K.SPLIT, K.MERGED)
        and not (kind == K.TRANSFERRED and all(v.startswith(prefix) for v in villages_of[act]))
    ]
    return start, end, sums(crossing)


@pytest.mark.parametrize("seed", [1, 2])
def test_the_year_adds_up_after_random_acts(seed: int, villages: list[Region]) -> None:
    walk = Walk(villages, seed)
    check(walk.model)
    for number in range(STEPS):
        walk.step()
        if number % 15 == 14:
            check(walk.model)
    assert walk.undone > 1 and len(walk.done) > 10, "a walk that went nowhere"


def test_a_missing_act_is_noticed(villages: list[Region]) -> None:
    """Negative control: a member who vanishes without an act leaves a difference that the table shows."""
    walk = Walk(villages, 1)
    home = rows(HouseholdYear).filter(year=YEAR, people=4).first()
    rows(Membership).filter(household_year=home, relation=Relation.OTHER).update(
        present=False, departure="05"
    )
    with pytest.raises(AssertionError):
        check(walk.model)
    found = movement_of_place(SYSTEM, Place(home.region, YEAR))
    assert (found.start, found.more, found.fewer, found.unexplained, found.end) == (8, 0, 0, -3, 5)


def test_a_village_without_a_year_before_begins_with_whom_no_act_has_brought(world: Any) -> None:
    at = scene(world)
    do(K.MEMBER_BORN, at, SYSTEM)
    do(K.REGISTERED, at, SYSTEM)
    do(K.MEMBER_DIED, at, SYSTEM, member=at.family[-2].pk)
    found = movement_of_place(SYSTEM, Place(world.a, YEAR))
    assert (found.start, found.end) == (2 + 4 + 2, 2 + 4 + 2 + 1 + 2 - 1)
    assert (found.increase, found.decrease) == ({K.MEMBER_BORN: 1, K.REGISTERED: 2}, {K.MEMBER_DIED: 1})


def test_the_table_stands_above_the_list(world: Any, personas: Any, client_of: Any) -> None:
    at = scene(world)
    do(K.MEMBER_BORN, at, SYSTEM)
    do(K.TRANSFERRED, at, SYSTEM)
    for region, cells in (
        (world.a, [8, 1, 1, 5, 5, 4]), (world.b, [2, 5, 5, 0, 7]), (world.township, [10, 1, 1, 0, 11]),
    ):  # fmt: skip
        page = client_of(personas["county"]).get(
            reverse("acts_list", kwargs={"region": region.code, "year": YEAR})
        )
        table = page.content.decode().split('class="scroll movement"')[1].split("</table>")[0]
        found = [
            int(cell.replace("<strong>", "").replace("</strong>", "").split("</td>")[0])
            for cell in table.split('<td class="num">')[1:]
        ]
        assert found == cells, region


def test_a_helper_counts_the_households_assigned(world: Any, personas: Any) -> None:
    other = make.household(world.a, size=3)
    found = movement_of_place(personas["helper"], Place(world.a, YEAR))
    assert found.end == 2
    assert movement_of_place(SYSTEM, Place(world.a, YEAR)).end == 2 + other.people
