"""Rows of every resource that takes text, each of them with harmless texts of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from fupin.models import Region
from fupin.place import Place
from fupin.resource import Resource
from households.models import Helper, Pairing
from tests import factories as make
from tests.factories import YEAR
from tests.hostile import HOSTILE, SAID, is_marked
from tests.literal.fields import RESOURCES, TYPED
from tests.literal.pages import ENOUGH, token

#: Sorted as the database sorts, so that the texts come in the order of their tokens wherever names are sorted.
TEXTS = sorted(HOSTILE)
#: What the shortest field of all can hold.
SHORT = 10


def takes(name: str, text: str) -> bool:
    """Whether a resource's form takes a text: a village's own words are read for figures."""
    return name != "texts" or not is_marked(text) or text in SAID


def chosen(name: str) -> list[str]:
    """Texts for a row each: sixty and some that fit into every field, and of the longer ones every sixth, in turn."""
    taken = [text for text in TEXTS if takes(name, text)]
    shortest = min(field.max_length for field in TYPED[name])
    fitting = [text for text in taken if len(text) <= min(shortest, SHORT)]
    longer = [text for text in taken if text not in fitting][list(TYPED).index(name) % 6 :: 6]
    few = ENOUGH - len(fitting)  # a village's own words take less
    others = [text for text in taken if text not in fitting and text not in longer][: max(0, few)]
    return sorted([*fitting, *longer, *others])


@dataclass
class Shelf:
    """A resource with its rows, at a place, and the session of a user who may change them."""

    resource: Resource
    place: Place
    rows: list[Any]
    user: Any
    client: Client

    @property
    def fields(self) -> list[Any]:
        """The text fields that the form has."""
        return TYPED[self.resource.name]

    def url(self, verb: str, row: Any = None) -> str:
        """A page of the resource, or of a row."""
        more = {} if row is None else {"key": self.resource.key_of(row)}
        return self.place.url(f"{self.resource.name}_{verb}", **more)

    def pages(self) -> list[str]:
        """The list, page by page."""
        wanted = range(1, 2 + (len(self.rows) - 1) // 50)
        return [
            self.client.get(self.url("list"), {"page": str(number)}).content.decode() for number in wanted
        ]

    def data_of(self, row: Any) -> dict[str, Any]:
        """What the row's form sends when nothing is changed."""
        form = self.resource.form_class(instance=self.reread(row), place=self.place, actor=self.user)
        values = {bound.name: bound.field.prepare_value(bound.value()) for bound in form}
        return {name: value for name, value in values.items() if value not in (None, "", [])}

    def reread(self, row: Any) -> Any:
        """The row as it now stands there."""
        return type(row).objects.unscoped("tests").get(pk=row.pk)


def _villages(world: Any, count: int) -> list[Any]:
    places = [make.village(f"421199103{number:03d}", f"第{number}村") for number in range(301, 301 + count)]
    return [make.VillageYearFactory(region=place, **_tokens("villages", i)) for i, place in enumerate(places)]


def _households(world: Any, count: int) -> list[Any]:
    return [
        # What a text can be said of: the difficulties of a move are those of a household that moved.
        make.HouseholdYearFactory(
            region=world.a, relocated=True, **_tokens("households", i), household__number=f"43{i:08d}"
        )
        for i in range(count)
    ]


def _members(world: Any, count: int) -> list[Any]:
    home = make.HouseholdYearFactory(region=world.a)
    return [make.MembershipFactory(household_year=home, **_tokens("members", i)) for i in range(count)]


def _work(world: Any, count: int) -> list[Any]:
    return [make.LedgerEntryFactory(region=world.a, **_tokens("work", i)) for i in range(count)]


def _benefits(world: Any, count: int, **values: Any) -> list[Any]:
    home, first = world.household_a.household, date(YEAR, 1, 1)
    return [
        make.BenefitFactory(
            region=world.a,
            household=home,
            on=first + timedelta(days=i),
            quantity=2,
            **_tokens("benefits", i),
            **values,
        )
        for i in range(count)
    ]


def _loans(world: Any, count: int) -> list[Any]:
    home, first = world.household_a, date(YEAR, 1, 1)
    return [
        make.loan(world.a, home, on=first + timedelta(days=i), **_tokens("loans", i)) for i in range(count)
    ]


def _projects(world: Any, count: int) -> list[Any]:
    return [
        make.ProjectFactory(region=world.a, position=i + 1, quantity=2, **_tokens("projects", i))
        for i in range(count)
    ]


def _partners(world: Any, count: int) -> list[Any]:
    home = world.household_a.household
    firms = [make.EnterpriseFactory(region=world.a, name=f"第{i:03d}社") for i in range(count)]
    return [
        make.PartnershipFactory(region=world.a, household=home, enterprise=firm, **_tokens("partners", i))
        for i, firm in enumerate(firms)
    ]


def _enterprises(world: Any, count: int) -> list[Any]:
    return [make.EnterpriseFactory(region=world.a, **_tokens("enterprises", i)) for i in range(count)]


def _appropriations(world: Any, count: int) -> list[Any]:
    return [
        make.AppropriationFactory(region=world.township, **_tokens("appropriations", i)) for i in range(count)
    ]


def _allocations(world: Any, count: int) -> list[Any]:
    source, project = make.AppropriationFactory(region=world.township), make.ProjectFactory(region=world.a)
    return [
        make.AllocationFactory(appropriation=source, project=project, amount=100, **_tokens("allocations", i))
        for i in range(count)
    ]


def _payments(world: Any, count: int) -> list[Any]:
    (allocation,) = _allocations(world, 1)
    allocation.amount = 100_000
    allocation.save()
    first = date(YEAR, 4, 1)
    return [
        make.PaymentFactory(
            allocation=allocation, on=first + timedelta(days=i), amount=100, **_tokens("payments", i)
        )
        for i in range(count)
    ]


def _texts(world: Any, count: int) -> list[Any]:
    places = [(chapter, position) for chapter in "1234567" for position in range(1, 31)][:count]
    return [
        make.SectionTextFactory(region=world.a, chapter=chapter, position=position, **_tokens("texts", i))
        for i, (chapter, position) in enumerate(places)
    ]


def _helpers(world: Any, count: int) -> list[Any]:
    Pairing.objects.unscoped("tests").delete()
    Helper.objects.unscoped("tests").delete()
    return [make.HelperFactory(region=world.a, **_tokens("helpers", i)) for i in range(count)]


def _lines(world: Any, count: int) -> list[Any]:
    return [
        make.PovertyLineFactory(region=world.county, year=2001 + i, **_tokens("lines", i))
        for i in range(count)
    ]


def _tokens(name: str, row: int) -> dict[str, str]:
    return {field.name: token(row, at) for at, field in enumerate(TYPED[name])}


MAKERS: dict[str, Callable[[Any, int], list[Any]]] = {
    "villages": _villages, "households": _households, "members": _members, "helpers": _helpers, "work": _work, "benefits": _benefits,
    "claims": lambda world, count: _benefits(world, count, standard=100, amount=1),
    "loans": _loans, "projects": _projects, "partners": _partners, "enterprises": _enterprises,
    "appropriations": _appropriations,
    "changes": lambda world, count: [
        make.AppropriationEntryFactory(appropriation=make.AppropriationFactory(region=world.township)) for _ in range(count)
    ],
    "allocations": _allocations, "payments": _payments,
    "income": lambda world, _: [world.household_a], "lines": _lines, "texts": _texts,
}  # fmt: skip


@pytest.fixture
def shelf(world: Any, personas: dict[str, Any], client_of: Any) -> Callable[[str, int], Shelf]:
    """Make some rows of a resource, at village A; villages themselves are listed by their township."""

    def fill(name: str, count: int) -> Shelf:
        region: Region = {
            "villages": world.township,
            "lines": world.county,
            "appropriations": world.township,
            "changes": world.township,
        }.get(name, world.a)
        rows = MAKERS[name](world, count)
        user = personas["county" if name == "lines" else "township"]
        return Shelf(RESOURCES[name], Place(region, YEAR), rows, user, client_of(user))

    return fill


def reword(rows: Iterable[Any], texts: Sequence[str], *fields: str, first: int = 0) -> dict[str, str]:
    """Put texts past every form into rows that bear tokens; what the tokens of the fields now stand for.

    `first` is the letter of the first field's token, as a number. What is too long for a field is cut.
    """
    words = {}
    for number, (row, text) in enumerate(zip(rows, texts, strict=False)):
        model = type(row)
        new = {name: text[: model._meta.get_field(name).max_length] for name in fields}
        model._base_manager.filter(pk=row.pk).update(**new)
        words |= {token(number, first + at): new[name] for at, name in enumerate(fields)}
    return words
