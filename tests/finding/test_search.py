"""The search box: by whatever is known of somebody, in the user's scope, and never told in an address."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.urls import reverse

from fupin.domain.bulk import upsert
from fupin.models import RegionYear
from fupin.numbers import masked
from households.enums import Departure, Relation
from households.models import HouseholdYear, Membership, Pairing, Person
from households.queries.finding import LIMIT, find, households_found, people_found
from tests import factories as make
from tests.factories import YEAR
from tests.finding.conftest import Homes, head_of, home, person

pytestmark = pytest.mark.django_db


def found(text: str, actor: Any, year: int = YEAR) -> dict[str, list[str]]:
    """By what people, and households, were found: "王小明 5100000001 姓名"."""
    hits = find(text, actor=actor, year=year)
    return {
        "people": [
            f"{row.person.name} {row.household_year.household.number} {row.year} {row.how}"
            for row in people_found(hits.people, actor=actor)
        ],
        "households": [
            f"{row.household.number} {row.head_name} {row.year} {row.how}"
            for row in households_found(hits.households, actor=actor)
        ],
    }


A, HOME_A = "王小明 5100000001 2017", "5100000001 王小明 2017"
BY_TEXT = {
    "王小明": ([f"{A} 姓名"], []),
    "小明": ([f"{A} 姓名"], []),
    "王": ([f"{A} 姓名"], []),
    "明": ([f"{A} 姓名"], []),
    "王明": ([], []),  # both characters, not together
    "明王小": ([], []),
    "wxm": ([f"{A} 姓名拼音首字母"], []),
    "WX": ([f"{A} 姓名拼音首字母"], []),
    "wangxiao": ([f"{A} 姓名拼音"], []),
    "xm": ([], []),
    "4321": ([], [f"{HOME_A} 联系电话后四位"]),
    "13871004321": ([], [f"{HOME_A} 联系电话"]),
    "138 7100 4321": ([], [f"{HOME_A} 联系电话"]),
    "5100000001": ([], [f"{HOME_A} 户编号"]),
    "51000": ([], [f"{HOME_A} 户编号"]),
    "510": ([], []),
    "13871005555": ([], []),
    "": ([], []),
    "%": ([], []),
    "_小明": ([], []),
}  # fmt: skip


@pytest.mark.parametrize("text", BY_TEXT)
def test_a_clerk_finds_people_and_households_of_the_village(text: str, homes: Homes, personas: Any) -> None:
    people, households = BY_TEXT[text]
    assert found(text, personas["clerk_a"]) == {"people": people, "households": households}


def test_numbers_find_their_owner(homes: Homes, personas: Any) -> None:
    number = head_of(homes.a).person.id_number
    clerk = personas["clerk_a"]
    for text in (number, number.lower(), f" {number[:6]} {number[6:14]} {number[14:]}", f"{number}11"):
        assert found(text, clerk)["people"] == [f"{A} 证件号码"], text
    assert f"{A} 证件号码后四位" in found(number[-4:], clerk)["people"]
    wrong = f"{number[:17]}{'1' if number[17] != '1' else '2'}"
    assert found(wrong, clerk) == {"people": [], "households": []}


def test_a_letter_at_the_end_of_a_number_may_be_small(world: Any, personas: Any) -> None:
    sequence = next(n for n in range(700, 800) if make.id_number(n, date(1968, 6, 1)).endswith("X"))
    row = home(world.a, "李四", "5100000009", sequence)
    tail = head_of(row).person.id_number_tail
    assert found(tail.lower(), personas["clerk_a"])["people"] == ["李四 5100000009 2017 证件号码后四位"]


SEEN = {
    "clerk_a": 1, "clerk_b": 1, "team": 1, "helper": 0, "township": 2, "department": 2, "county": 2, "leader": 2,
    "auditor": 2, "administrator": 0,
}  # fmt: skip


@pytest.mark.parametrize("persona", SEEN)
def test_everybody_finds_within_their_scope_alone(persona: str, homes: Homes, personas: Any) -> None:
    for text, column in (("王小明", "people"), ("wxm", "people"), ("51000", "households")):
        assert len(found(text, personas[persona])[column]) == SEEN[persona], text


def test_a_helper_finds_the_households_assigned(homes: Homes, personas: Any, world: Any) -> None:
    Pairing.objects.create(
        region=world.a,
        household=homes.a.household,
        helper=make.helper_of(personas["helper"]),
        starts_on=date(2017, 1, 1),
    )
    assert found("王小明", personas["helper"])["people"] == [f"{A} 姓名"]


def test_nobody_elsewhere_is_hinted_at(homes: Homes, personas: Any, client_of: Any) -> None:
    """Whoever is registered in another village is not there, not even as a duplicate."""
    number = head_of(homes.b).person.id_number
    pages = []
    for text in (number, make.id_number(777, date(1901, 1, 1))):
        client = client_of(personas["clerk_a"])
        page = client.get(search(client, text)["Location"]).content.decode()
        pages.append(page.replace(masked(text), "…").split("<main")[1].replace(text, "!"))
    assert pages[0] == pages[1]
    assert "没有找到" in pages[0]


def test_of_each_the_row_of_the_year_or_the_latest(homes: Homes, personas: Any, world: Any) -> None:
    for year in (2016, 2018):
        RegionYear.objects.unscoped("tests").get_or_create(region=world.a, year=year)
        row = make.HouseholdYearFactory(region=world.a, household=homes.a.household, year=year)
        make.MembershipFactory(household_year=row, person=head_of(homes.a).person, relation=Relation.HEAD)
    clerk = personas["clerk_a"]
    assert [found("王小明", clerk, year)["people"][0].split()[2] for year in (2016, 2017, 2018, 2020)] == [
        "2016", "2017", "2018", "2018",
    ]  # fmt: skip
    assert [len(found("王小明", clerk, year)["people"]) for year in (2016, 2020)] == [1, 1]
    assert found("5100000001", clerk, 2020)["households"] == ["5100000001 王小明 2018 户编号"]


def test_who_has_left_is_found_too(homes: Homes, personas: Any, client_of: Any) -> None:
    Membership.objects.unscoped("tests").filter(household_year=homes.a).update(
        present=False, departure=next(iter(Departure)).value
    )
    assert found("王小明", personas["clerk_a"])["people"] == [f"{A} 姓名"]


def test_many_are_cut_and_said_to_be_more(world: Any, personas: Any, client_of: Any) -> None:
    row = make.HouseholdYearFactory(region=world.a)
    for sequence in range(LIMIT + 1):
        make.MembershipFactory(household_year=row, person=person(f"赵{sequence:03d}", sequence))
    hits = find("赵", actor=personas["clerk_a"], year=YEAR)
    assert (len(hits.people), hits.more) == (LIMIT, True)
    client = client_of(personas["clerk_a"])
    assert "符合的很多" in client.get(search(client, "赵")["Location"]).content.decode()


# --- the pieces of names are right however a row is written --------------------------------------------------------


def pieces(pk: int) -> list[str]:
    return sorted(Person.objects.unscoped("tests").values_list("name_pieces", flat=True).get(pk=pk))


def test_pieces_follow_the_name_through_every_way_of_writing(db: None) -> None:
    one = person("王小明")
    assert pieces(one.pk) == sorted(["王", "小", "明", "王小", "小明"])
    Person.objects.unscoped("tests").filter(pk=one.pk).update(name="李四")
    assert pieces(one.pk) == sorted(["李", "四", "李四"])
    with connection.cursor() as cursor:
        cursor.execute("UPDATE households_person SET name = '𬱖·𬭎' WHERE id = %s", [one.pk])
    assert pieces(one.pk) == sorted(["𬱖", "·", "𬭎", "𬱖·", "·𬭎"])
    row = {
        "name": "诸葛亮", "pinyin": "", "initials": "", "id_number": "", "id_number_key": "k", "id_number_tail": "",
        "sex": "1", "birth_date": date(1970, 1, 1),
    }  # fmt: skip
    upsert(Person, [row], key=["id_number_key"])
    copied = Person.objects.unscoped("tests").get(id_number_key="k")
    assert pieces(copied.pk) == sorted(["诸", "葛", "亮", "诸葛", "葛亮"])


# --- the page -------------------------------------------------------------------------------------------------


def search(client: Any, text: str, at: str = "421199103206") -> Any:
    return client.post(reverse("find", kwargs={"region": at, "year": YEAR}), {"q": text})


def test_the_box_is_on_every_page_and_leads_to_the_household(
    homes: Homes, personas: Any, client_of: Any
) -> None:
    client = client_of(personas["clerk_a"])
    url = reverse("find", kwargs={"region": homes.a.region_id, "year": YEAR})
    for name in ("overview", "households_list", "import", "summary"):
        more = {"kind": "village"} if name == "summary" else {}
        page = client.get(reverse(name, kwargs={"region": homes.a.region_id, "year": YEAR, **more}))
        assert f'action="{url}"' in page.content.decode(), name
    response = search(client, "wxm")
    assert (response.status_code, response["Location"]) == (303, url)
    page = client.get(url).content.decode()
    assert f'href="/421199103206/2017/households/{homes.a.household_id}/"' in page
    assert "姓名拼音首字母" in page and masked(head_of(homes.a).person.id_number) in page


def test_whoever_sees_no_rows_has_no_box(personas: Any, client_of: Any) -> None:
    page = client_of(personas["administrator"]).get("/regions/").content.decode()
    assert 'id="find"' not in page


@pytest.mark.parametrize("what", ["id_number", "phone"])
def test_a_full_number_is_kept_nowhere(
    what: str, homes: Homes, personas: Any, client_of: Any, caplog: Any
) -> None:
    number = head_of(homes.a).person.id_number if what == "id_number" else homes.a.phone
    client = client_of(personas["clerk_a"])
    answer = search(client, number)
    page = client.get(answer["Location"])
    for text in (
        answer["Location"],
        str(page.headers),
        page.content.decode(),
        str(dict(client.session)),
        caplog.text,
    ):
        assert number not in text
    assert homes.a.household.number in page.content.decode()


def test_what_was_found_is_asked_for_again_with_todays_rights(
    homes: Homes, personas: Any, client_of: Any, world: Any
) -> None:
    client = client_of(personas["township"])
    url = search(client, "王小明", world.township.code)["Location"]
    assert client.get(url).content.decode().count("<td>王小明") == 0  # names are links
    assert client.get(url).content.decode().count(">王小明</a>") == 2
    personas["township"].assignments.update(region=world.a)
    assert (
        client.get(url.replace(world.township.code, world.a.code)).content.decode().count(">王小明</a>") == 1
    )


def test_the_scope_off_shows_the_other_village(homes: Homes, personas: Any, monkeypatch: Any) -> None:
    """Negative control."""
    for model in (Membership, HouseholdYear):
        monkeypatch.setattr(model, "in_scope", classmethod(lambda cls, actor, action: Q()))
    assert len(found("王小明", personas["clerk_a"])["people"]) == 2
