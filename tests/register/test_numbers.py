"""What a personal number tells while it is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from fupin.numbers import province
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.conftest import World
from tests.factories import YEAR

WOMAN = make.id_number(318, date(1970, 5, 6))


@pytest.fixture
def ask(world: World, personas: dict[str, Any], client_of: Any) -> Any:
    """Asks at village A, as a persona."""

    def asking(number: str, who: str = "clerk_a") -> Any:
        return (
            client_of(personas[who])
            .post(f"/{world.a.code}/{YEAR}/households/number/", {"number": number})
            .json()
        )

    return asking


def member_of(row: HouseholdYear) -> Membership:
    return Membership.objects.unscoped("tests").filter(household_year=row).select_related("person").first()


def test_it_says_what_it_holds(ask: Any) -> None:
    issued = "云岭县" if WOMAN.startswith("421199") else province(WOMAN)
    assert ask(WOMAN) == {
        "text": f"女，1970-05-06出生，2017年底47岁，号码属{issued}",
        "known": "",
        "sex": "2",
        "birth_date": "1970-05-06",
    }


def test_it_is_read_as_saving_reads_it(ask: Any) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in WOMAN.lower())
    assert ask(f" {wide[:6]} {wide[6:]} ")["birth_date"] == "1970-05-06"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("421199197001011", "这是15位的旧身份证号，已停止使用。请填写18位的新号码。"),
        (WOMAN[:16] + str((int(WOMAN[16]) + 1) % 10) + WOMAN[17], "证件号码的校验码不符"),
        ("42119919700231001X", "不是真实存在的日期"),
        ("", "没有填写证件号码"),
        ("9" * 10_000, "证件号码有40位"),
        ("<b>421199</b>", "不应出现的字符"),
    ],
)
def test_what_is_impossible_is_said(number: str, said: str, ask: Any) -> None:
    assert list(ask(number)) == ["wrong"]
    assert said in ask(number)["wrong"]


def test_whoever_is_registered_is_told_where_to_those_who_may_see_it(world: World, ask: Any) -> None:
    for row, village in (
        (world.household_a, "甲村"),
        (world.household_b, "乙村"),
        (world.household_far, "远村"),
    ):
        member = member_of(row)
        home = {
            "known": f"{member.person.name}，已登记在{village}户编号{row.household.number}",
            "url": f"/{row.region_id}/{YEAR}/households/{row.household_id}/",
        }
        nowhere = {"known": "此人已在本县他处登记，请核对，或先办理转出"}
        sees = {"clerk_a": village == "甲村", "township": village != "远村"}
        for who, may in sees.items():
            told = ask(member.person.id_number, who)
            assert {key: told[key] for key in ("known", "url") if key in told} == (
                home if may else nowhere
            ), who
            assert may or member.person.name not in str(told), "a name out of scope"
            assert member.person.id_number not in str(told)


def test_whoever_has_left_is_told_so(world: World, ask: Any) -> None:
    member = member_of(world.household_a)
    Membership.objects.unscoped("tests").filter(pk=member.pk).update(present=False, departure="05")
    assert ask(member.person.id_number)["known"].endswith("（已不在户）")
