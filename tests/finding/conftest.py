"""Households with people of known names, in the villages of the world."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from fupin.words import initials, pinyin
from households.enums import Relation, Sex
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.conftest import files, village_a, village_b  # noqa: F401 - fixtures

BORN = date(1968, 6, 1)


def person(name: str, sequence: int = 900, **values: Any) -> Any:
    """Somebody with a name of Han characters, and how it sounds."""
    return make.PersonFactory(
        name=name, pinyin=pinyin(name), initials=initials(name), sequence=sequence, birth_date=BORN,
        sex=Sex.MALE if sequence % 2 else Sex.FEMALE, **values,
    )  # fmt: skip


def home(
    place: Any, head: str, number: str, sequence: int, *, phone: str = "", year: int = YEAR
) -> HouseholdYear:
    """A household of one, known by its head's name."""
    row = make.HouseholdYearFactory(region=place, household__number=number, phone=phone, year=year)
    make.MembershipFactory(household_year=row, person=person(head, sequence), relation=Relation.HEAD)
    row.refresh_from_db()
    return row


def head_of(row: HouseholdYear) -> Membership:
    """The head's row."""
    return Membership.objects.unscoped("tests").select_related("person").get(household_year=row)


@dataclass
class Homes:
    """A household in each village: two of people of one name."""

    a: HouseholdYear
    b: HouseholdYear
    far: HouseholdYear


@pytest.fixture
def homes(world: Any) -> Homes:
    """王小明 of A and of B, 欧阳娜 far away."""
    return Homes(
        home(world.a, "王小明", "5100000001", 901, phone="13871004321"),
        home(world.b, "王小明", "5100000002", 903, phone="13871005555"),
        home(world.far, "欧阳娜", "5200000003", 906, phone="0713-8764321"),
    )
