"""What a search reads does not grow with the county: blocks and rows at two sizes, never time."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from fupin.access import Role
from fupin.models import Region
from households.models import Household, HouseholdYear, Membership, Person
from households.queries.finding import find
from reports.domain.county import make_county
from reports.reference.county import plan_county
from tests import factories as make
from tests.bench.measuring import Read, read_by
from tests.bench.multiply import OWN, multiply

pytestmark = pytest.mark.django_db

YEAR = 2017
#: Villages that are composed; how many times as many there are at each of the two sizes.
VILLAGES, SMALL, LARGE = 4, 4, 40


@pytest.fixture
def county(db: None) -> list[Region]:
    """A county of some villages."""
    make_county(plan=plan_county(households=240, villages=VILLAGES, seed=3, year=YEAR), tell=lambda _: None)
    return list(Region.objects.unscoped("tests").filter(level=12).order_by("code"))


def settle() -> None:
    """Let the database count its rows, and sort the new pieces of names into their index, as it does by itself."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('person_name_pieces')")
        for model in (Person, Membership, Household, HouseholdYear, Region):
            cursor.execute(f"ANALYZE {model._meta.db_table}")


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SOUND = f"translate({{0}}, '{_LETTERS}', substr('{_LETTERS}{_LETTERS}', 1 + (v.k % 26)::int, 26))"
_CHARACTER = "chr((19968 + (ascii(substr(t.name, {0}, 1)) + v.k * 37) % 20000)::int)"
_LAST = f"CASE WHEN length(t.name) > 2 THEN {_CHARACTER.format(3)} ELSE '' END"
_END = "lpad(((regexp_replace(right({0}, 4), '[^0-9]', '', 'g')::int + v.k * 7919) % 10000)::text, 4, '0')"
#: Who lives in the copy k of a village: people of other names, that sound and end otherwise.
OTHERS: dict[Any, dict[str, str]] = {
    Person: OWN[Person] | {
        "name": f"{_CHARACTER.format(1)} || {_CHARACTER.format(2)} || {_LAST}", "pinyin": _SOUND.format("t.pinyin"),
        "initials": _SOUND.format("t.initials"), "id_number_tail": _END.format("t.id_number_tail"),
    },
    HouseholdYear: OWN[HouseholdYear] | {
        "phone": f"CASE WHEN t.phone = '' THEN '' ELSE left(t.phone, 7) || {_END.format('t.phone')} END"
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Copies of villages have people of their own."""
    for model, columns in OTHERS.items():
        monkeypatch.setitem(OWN, model, columns)


def grow(villages: list[Region], copies: range) -> None:
    """So many copies of the villages more."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks left to do is not altered
        multiply([village.code for village in villages], copies)


def texts_of(village: Region) -> dict[str, str]:
    """What a clerk types to find somebody of the village, by the way in which they are found."""
    home = HouseholdYear.objects.unscoped("tests").filter(region=village).exclude(phone="").order_by("pk")[0]
    person = Membership.objects.unscoped("tests").filter(household_year=home).order_by("pk")[0].person
    return {
        "name": person.name, "surname": person.name[0], "two characters": person.name[:2], "pinyin": person.pinyin,
        "initials": person.initials, "one letter": person.initials[0], "number": person.id_number,
        "end of number": person.id_number_tail, "phone": home.phone, "end of phone": home.phone[-4:],
        "household": home.household.number, "nobody": "龘龘",
    }  # fmt: skip


def reads(user: Any, texts: dict[str, str]) -> dict[str, Read]:
    settle()
    return {way: read_by(lambda text=text: find(text, actor=user, year=YEAR)) for way, text in texts.items()}


#: Blocks of the village itself: a search that the planner answers by looking at everybody there.
WHOLE_VILLAGE = 700


def test_a_search_reads_as_little_in_a_county_ten_times_as_large(county: list[Region]) -> None:
    village = county[1]
    users = {role: make.user(role, village) for role in (Role.CLERK,)}
    users[Role.COUNTY] = make.user(Role.COUNTY, village.parent.parent)
    texts = texts_of(village)
    grow(county, range(1, SMALL))
    small = {role: reads(user, texts) for role, user in users.items()}
    people = Person.objects.unscoped("tests").count()
    grow(county, range(SMALL, LARGE))
    assert Person.objects.unscoped("tests").count() == LARGE // SMALL * people
    large = {role: reads(user, texts) for role, user in users.items()}
    grown = {
        (role, way): (small[role][way].blocks, large[role][way].blocks)
        for role in users
        for way in texts
        # A level more of a small index, or a few more people of the same sound, is no growth worth a word. By one
        # letter it is soon cheaper to look at everybody in the village, which is bounded below.
        if way != "one letter" and large[role][way].blocks > 2 * max(60, small[role][way].blocks)
    }
    assert grown == {}
    assert max(read.blocks for read in large[Role.CLERK].values()) < WHOLE_VILLAGE


def test_a_search_without_its_index_is_noticed(county: list[Region]) -> None:
    """Negative control: the pieces of names without their index, asked for in a county where nobody has them."""
    user, texts = make.user(Role.COUNTY, county[0].parent.parent), {"nobody": "龘龘"}
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX person_name_pieces")
        cursor.execute("ANALYZE households_person")
    without = read_by(lambda: find(texts["nobody"], actor=user, year=YEAR))
    assert without.rows > 2 * Person.objects.unscoped("tests").count() * 0.9
