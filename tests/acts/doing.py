"""A call of each act on village A's household, for tests that try them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from households.domain import household_acts, member_acts
from households.enums import ActKind, Departure, PovertyStatus, Relation, Sex
from households.models import Act, HouseholdYear, Membership, Person
from tests import factories as make
from tests.factories import YEAR

K = ActKind
DAY = date(YEAR, 6, 1)
WHY = "tests"


def rows(model: Any) -> Any:
    """All rows of a model."""
    return model.objects.unscoped(WHY)


def members(home: HouseholdYear) -> list[Membership]:
    """The members present, in order of their ids."""
    found = rows(Membership).filter(household_year=home, present=True).select_related("person")
    return list(found.order_by("pk"))


def baby(**values: Any) -> dict[str, Any]:
    """Who is born on the day."""
    return {"name": "新生", "id_number": "", "sex": Sex.FEMALE.value, "birth_date": DAY, **values}


def adult(sequence: int = 901, **values: Any) -> dict[str, Any]:
    """Somebody with a number."""
    return {"name": f"来人{sequence}", "id_number": make.id_number(sequence, date(1990, 1, 1)), **values}


@dataclass
class Scene:
    """Village A with a household of five: head, spouse, son, mother, one who moved out; and a second household."""

    home: HouseholdYear
    second: HouseholdYear
    elsewhere: Any

    @property
    def family(self) -> list[Membership]:
        """The members present."""
        return members(self.home)


def scene(world: Any) -> Scene:
    """Furnish village A of the world."""
    home = make.household(world.a, size=1)
    for relation in (Relation.SPOUSE, Relation.SON, Relation.MOTHER):
        make.MembershipFactory(household_year=home, relation=relation)
    make.MembershipFactory(
        household_year=home, relation=Relation.DAUGHTER, present=False, departure=Departure.OTHER
    )
    home.refresh_from_db()
    return Scene(home, make.household(world.a, size=2), world.b)


#: What each act is called with, besides day, reason and actor.
Call = Callable[[Scene], tuple[Callable[..., Act], dict[str, Any]]]


def of_home(act: Callable[..., Act], **more: Callable[[Scene], Any]) -> Call:
    """A call about the scene's household."""

    def call(at: Scene) -> tuple[Callable[..., Act], dict[str, Any]]:
        values = {name: value(at) for name, value in more.items()}
        return act, {"household": at.home.household, "year": YEAR, **values}

    return call


def constant(value: Any) -> Callable[[Scene], Any]:
    """A value whatever the scene."""
    return lambda _: value


def coming(kind: ActKind, who: dict[str, Any]) -> Call:
    """Somebody comes."""
    return of_home(
        member_acts.add_member,
        kind=constant(kind),
        identity=constant(who),
        relation=constant(Relation.OTHER.value),
    )


def leaving(kind: ActKind) -> Call:
    """The last of the family leaves."""
    return of_home(member_acts.let_go, kind=constant(kind), member=lambda at: at.family[-1].pk)


def new_head(at: Scene) -> dict[int, str]:
    """The spouse becomes the head."""
    relations = [Relation.SPOUSE, Relation.HEAD, Relation.SON, Relation.HUSBANDS_MOTHER]
    return {member.pk: relation.value for member, relation in zip(at.family, relations, strict=True)}


def splitting(at: Scene) -> dict[int, str]:
    """Son and mother leave."""
    _, _, son, mother = at.family
    return {son.pk: Relation.HEAD.value, mother.pk: Relation.GRANDMOTHER.value}


def exited(act: Call) -> Call:
    """The household has left poverty before."""

    def call(at: Scene) -> Any:
        rows(HouseholdYear).filter(pk=at.home.pk).update(
            status=PovertyStatus.EXITED_BEFORE, exit_year=YEAR - 1
        )
        return act(at)

    return call


def registered(
    *,
    region: Any,
    number: str,
    on: date,
    actor: Any,
    members: Any = None,
    year: int = YEAR,
    reason: str = "",
    **more: Any,
) -> Act:
    """Register a household of two (or of `members`); returns the act, which knows no reason."""
    household = {"household_number": number, "category": "01", "status": "04", "registered_on": on, **more}
    home = household_acts.register_household(
        region=region, year=year, household=household, actor=actor,
        members=members or [member(903, Relation.HEAD), member(904, Relation.SPOUSE)],
    )  # fmt: skip
    return rows(Act).get(household=home.household_id, kind=K.REGISTERED, undone_by=None)


def member(sequence: int, relation: Relation) -> dict[str, Any]:
    """A member as the register's functions take them, of whom nothing else is told."""
    return adult(sequence, relation=relation.value)


DOING: dict[ActKind, Call] = {
    K.MEMBER_BORN: coming(K.MEMBER_BORN, baby()),
    K.MEMBER_MARRIED_IN: coming(K.MEMBER_MARRIED_IN, adult()),
    K.MEMBER_MOVED_IN: coming(K.MEMBER_MOVED_IN, adult()),
    K.MEMBER_RETURNED: of_home(
        member_acts.bring_back,
        person=lambda at: rows(Person).get(memberships__household_year=at.home, memberships__present=False),
        relation=constant(Relation.DAUGHTER.value),
    ),
    **{
        kind: leaving(kind)
        for kind in (
            K.MEMBER_DIED, K.MEMBER_MARRIED_OUT, K.MEMBER_EMIGRATED, K.MEMBER_IMPRISONED, K.MEMBER_MOVED_OUT,
        )
    },
    K.HEAD_CHANGED: of_home(member_acts.change_head, relations=new_head),
    K.SPLIT: of_home(household_acts.split_household, number=constant("4209000001"), relations=splitting),
    K.MERGED: of_home(
        household_acts.merge_households, into=lambda at: at.second.household,
        relations=lambda at: {member.pk: Relation.OTHER.value for member in at.family},
    ),
    K.TRANSFERRED: of_home(household_acts.transfer_household, to=lambda at: at.elsewhere),
    K.LEFT_POVERTY: of_home(household_acts.leave_poverty),
    K.RETURNED: exited(of_home(household_acts.return_to_poverty)),
    K.REMOVED: of_home(household_acts.remove_household),
    K.CORRECTED: of_home(
        member_acts.correct_identity, member=lambda at: at.family[0].pk, identity=constant(adult(902, name="改名"))
    ),
    K.REGISTERED: lambda at: (registered, {"region": at.home.region, "number": "4209000002"}),
}  # fmt: skip


def do(kind: ActKind, at: Scene, actor: Any, on: date = DAY, reason: str = "按实际情况", **more: Any) -> Act:
    """Record an act of a kind."""
    act, said = DOING[kind](at)
    return act(**{**said, "on": on, "reason": reason, "actor": actor, **more})
