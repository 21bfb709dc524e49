"""Names of people, which come by workbook, and a household's page, where the texts of many rows stand together."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from funds.models import Benefit
from fupin.access import SYSTEM
from fupin.place import Place
from households.domain.registration import save_members
from households.enums import ActKind, Relation
from households.interfaces.sheets import MEMBER_SHEET
from households.models import Act, HouseholdYear, Person
from tests import factories as make
from tests.factories import YEAR
from tests.hostile import BROKEN, HOSTILE, UNSEEN
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import page_of, put_in, seen, shape, token, typed
from tests.literal.test_rows import cells

pytestmark = pytest.mark.django_db

COVERS = ("households.Person.name", "households.Act.reason")

COUNT = len(TEXTS)


def named(home: HouseholdYear, number: int, name: str, relation: Relation) -> dict[str, Any]:
    """A member as a row of the workbook."""
    return {
        "household_number": home.household.number, "name": name, "relation": relation,
        "id_number": make.id_number(number, date(1960, 1, 1)),
    }  # fmt: skip


def pages(client: Any, place: Place, route: str) -> list[str]:
    wanted = range(1, 2 + COUNT // 50)
    return [page_of(client.get(place.url(route), {"page": str(number)})) for number in wanted]


def test_a_name_is_read_from_a_workbook_to_the_letter() -> None:
    column = MEMBER_SHEET.by_name["name"]
    assert [column.read(text) for text in HOSTILE] == list(HOSTILE)
    assert {text: column.read(text) for text in UNSEEN} == UNSEEN
    for text in BROKEN[:-1]:
        with pytest.raises(ValueError, match=r"^单元格内有换行或制表符。请改成一行。$"):
            column.read(text)


def test_names_are_shown_to_the_letter_wherever_people_are_listed(
    world: Any, personas: Any, client_of: Any
) -> None:
    """As members, as heads of households, to be chosen in forms, and exported."""
    client, place = client_of(personas["clerk_a"]), Place(world.a, YEAR)
    homes = [make.HouseholdYearFactory(region=world.a) for _ in TEXTS]

    def save(names: list[str]) -> None:
        rows = [named(home, i, names[i], Relation.HEAD) for i, home in enumerate(homes)]
        save_members(region=world.a, year=YEAR, rows=rows, actor=SYSTEM)

    def shown() -> list[str]:
        create = page_of(client.get(place.url("benefits_create")))
        return [*pages(client, place, "households_list"), *pages(client, place, "members_list"), create]

    def exported() -> list[Any]:
        return [
            cells(client.get(place.url(f"{name}_export")).getvalue()) for name in ("households", "members")
        ]

    save([token(number) for number in range(COUNT)])
    harmless, rows = shown(), exported()
    save(TEXTS)
    assert set(TEXTS) <= set(Person.objects.unscoped("tests").values_list("name", flat=True))

    words = {token(number): text for number, text in enumerate(TEXTS)}
    assert exported() == put_in(rows, words)
    for page, before in zip(shown(), harmless, strict=True):
        # People are chosen in the order of their sounds, which differs.
        assert sorted(seen(page)) == sorted(seen(before, words))


def test_a_household_shows_the_texts_of_all_its_rows_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    """Members, journal and benefits: name, reason, unit, enterprise, remark."""
    client, home = client_of(personas["clerk_a"]), make.HouseholdYearFactory(region=world.a)
    own = {"region": world.a, "household": home.household}
    members = [make.MembershipFactory(household_year=home, person__name=token(i)) for i in range(COUNT)]
    acts = [
        Act.objects.create(
            **own, year=YEAR, kind=ActKind.CORRECTED, on=date(1900 + i, 1, 1), reason=token(i, 1)
        )
        for i in range(COUNT)
    ]
    firms = [make.EnterpriseFactory(region=world.a, name=token(i, 2)) for i in range(COUNT)]
    benefits = [
        make.BenefitFactory(
            **own, enterprise=firm, on=date(1900 + i, 1, 1), quantity=2, remark=token(i, 3), unit=token(i, 4)
        )
        for i, firm in enumerate(firms)
    ]
    urls = [
        Place(world.a, YEAR).url("households_detail", key=home.household_id),
        Place(world.a, YEAR).url("benefits_create"),
        Place(world.a, YEAR).url("partners_create"),
    ]
    harmless = [page_of(client.get(url)) for url in urls]

    words = reword([member.person for member in members], TEXTS, "name")
    words |= reword(acts, TEXTS, "reason", first=1) | reword(firms, TEXTS, "name", first=2)
    words |= reword(benefits, TEXTS, "remark", "unit", first=3)

    for url, before in zip(urls, harmless, strict=True):
        assert sorted(seen(page_of(client.get(url)))) == sorted(seen(before, words))


def test_an_enterprise_that_there_is_not_is_named_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    """What is said against a field quotes what was typed there."""
    client, url = client_of(personas["clerk_a"]), Place(world.a, YEAR).url("partners_create")
    home = str(world.household_a.household_id)

    def refused(name: str) -> str:
        return page_of(client.post(url, {"enterprise": name, "household": home}), 422)

    harmless = refused(token(0))
    everything = "、".join(HOSTILE)
    assert seen(refused(everything)) == seen(harmless, {token(0): everything})
    assert typed(refused(everything))["enterprise"] == everything
    assert [shape(refused(text)) for text in HOSTILE[:10]] == [shape(harmless)] * 10


def test_a_person_of_another_household_is_named_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    person = make.PersonFactory()
    make.MembershipFactory(household_year=make.household(world.a), person=person)
    client, url = client_of(personas["clerk_a"]), Place(world.a, YEAR).url("benefits_create")
    data = {"household": world.household_a.household_id, "person": person.pk, "measure": "501"}
    Person.objects.unscoped("tests").filter(pk=person.pk).update(name=token(0))
    harmless = page_of(client.post(url, data), 422)
    assert token(0) in harmless
    for text in HOSTILE[::4]:
        Person.objects.unscoped("tests").filter(pk=person.pk).update(name=text)
        assert seen(page_of(client.post(url, data), 422)) == seen(harmless, {token(0): text})
    assert Benefit.objects.unscoped("tests").count() == 0
