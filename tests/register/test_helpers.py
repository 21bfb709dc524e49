"""Helpers: people of a village's list who look after households, with or without an account."""

from __future__ import annotations

from datetime import date, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from fupin.access import Role
from fupin.numbers import mask_phone
from fupin.place import Place
from fupin.refusals import Refused
from households.domain.pairing import pair_household, save_helper
from households.models import Helper, HouseholdYear, Pairing
from tests import factories as make
from tests.factories import YEAR

pytestmark = pytest.mark.django_db

PHONE = "13871004321"


def seen(account: Any) -> set[int]:
    """The households that an account sees."""
    return set(HouseholdYear.objects.visible_to(account).values_list("pk", flat=True))


def test_one_account_helps_in_two_villages(world: Any) -> None:
    account = make.user(Role.HELPER, world.township)
    days = {"starts_on": date(2017, 1, 1)}
    for place, home in ((world.a, world.household_a), (world.b, world.household_b)):
        helper = make.HelperFactory(region=place, name="孙帮扶", user=account)
        Pairing.objects.create(region=place, household=home.household, helper=helper, **days)
    assert seen(account) == {world.household_a.pk, world.household_b.pk}
    Helper.objects.unscoped("tests").filter(region=world.b).update(user=None)
    assert seen(account) == {world.household_a.pk}


def test_a_helper_without_an_account_is_nobodys_scope(world: Any) -> None:
    helper = make.HelperFactory(region=world.a)
    Pairing.objects.create(
        region=world.a, household=world.household_a.household, helper=helper, starts_on=date(2017, 1, 1)
    )
    for nobody in (AnonymousUser(), make.user(Role.HELPER, world.a)):
        assert list(Pairing.current_for(nobody)) == []  # type: ignore[arg-type]
    # Negative control: with the account it is somebody's.
    account = make.user(Role.HELPER, world.a)
    Helper.objects.unscoped("tests").filter(pk=helper.pk).update(user=account)
    assert seen(account) == {world.household_a.pk}


def test_a_helper_sees_who_else_looks_after_the_same_households(world: Any, personas: Any) -> None:
    other, apart = (make.HelperFactory(region=world.a) for _ in range(2))
    days = {"region": world.a, "starts_on": date(2017, 1, 1)}
    Pairing.objects.create(**days, household=world.household_a.household, helper=other)
    Pairing.objects.create(**days, household=make.household(world.a).household, helper=apart)
    visible = set(Helper.objects.visible_to(personas["helper"]))
    assert visible == {make.helper_of(personas["helper"]), other}
    assert set(Helper.objects.visible_to(personas["clerk_a"])) == {*visible, apart}


def test_the_domain_asks_for_right_and_village(world: Any, personas: Any) -> None:
    here, there = make.HelperFactory(region=world.a), make.HelperFactory(region=world.b)
    pairing = Pairing(household=world.household_a.household, helper=there, starts_on=date(2017, 3, 1))
    place = Place(world.a, YEAR)
    with pytest.raises(Refused, match="不在本村的名单上"):
        pair_household(pairing=pairing, place=place, actor=personas["township"])
    pairing.helper = here
    with pytest.raises(Refused, match="没有为该户安排"):
        pair_household(pairing=pairing, place=place, actor=personas["clerk_a"])
    assert pair_household(pairing=pairing, place=place, actor=personas["township"]).pk
    with pytest.raises(Refused, match="没有登记帮扶责任人的权限"):
        save_helper(helper=Helper(region=world.far, name="外人"), actor=personas["township"])


def test_a_cadre_lists_a_helper_and_pairs_a_household(world: Any, personas: Any, client_of: Any) -> None:
    client, at = client_of(personas["township"]), Place(world.a, YEAR)
    typed = {
        "name": "周明",
        "unit": "水利局",
        "affiliation": "50",
        "phone": "１３８ 7100 4321",
        "resident_role": "02",
    }
    assert client.post(at.url("helpers_create"), typed).status_code == 302
    helper = Helper.objects.unscoped("tests").get(name="周明")
    assert (helper.region, helper.phone, helper.user) == (world.a, PHONE, None)
    again = client.post(at.url("helpers_create"), {**typed, "unit": "交通局"})
    assert again.status_code == 422 and "姓名、电话相同" in again.content.decode()

    address = f"{at.url('pairings_create')}?household={world.household_a.household_id}"
    form = client.get(address).context["form"]
    assert form["household"].value() == str(world.household_a.household_id)
    assert [row.region_id for row in form.fields["helper"].queryset] == [world.a.code] * 2
    sent = {"household": world.household_a.household_id, "helper": helper.pk, "starts_on": "2017-04-01"}
    assert client.post(address, sent).status_code == 302

    page = client.get(at.url("households_detail", key=world.household_a.household_id)).content.decode()
    assert "周明" in page and "水利局" in page and mask_phone(PHONE) in page and PHONE not in page
    for route in ("helpers_list", "helpers_export"):
        response = client.get(at.url(route))
        assert response.status_code == 200 and PHONE.encode() not in b"".join(response)
    shown = client.get(at.url("helpers_list")).content.decode()
    assert mask_phone(PHONE) in shown and "第一书记" in shown
    # At the township no new one is offered: the list is a village's.
    assert "helpers/new/" not in client.get(Place(world.township, YEAR).url("helpers_list")).content.decode()


def test_households_without_a_helper_are_found(world: Any, personas: Any, client_of: Any) -> None:
    other = make.household(world.a)
    client = client_of(personas["clerk_a"])
    address = reverse("households_list", kwargs={"region": world.a.code, "year": YEAR})

    def listed(answer: str) -> list[int]:
        return [row.pk for row in client.get(address, {"helper": answer}).context["table"].data]

    assert (listed("1"), listed("0")) == ([world.household_a.pk], [other.pk])
    Pairing.objects.unscoped("tests").update(ends_on=timezone.localdate() - timedelta(days=1))
    assert (listed("1"), listed("0")) == ([], [world.household_a.pk, other.pk])


def test_accounts_that_were_paired_become_helpers(world: Any) -> None:
    """The migration's SQL, forth and back: with pairings that name accounts, two of them people of one name."""
    migration = import_module("households.migrations.0009_helpers")
    twins = [make.UserFactory(username=name, name="孙帮扶", unit="水利局") for name in ("sun1", "sun2")]
    elsewhere = make.UserFactory(name="周明")
    paired = [(world.household_a, twins[0]), (world.household_a, twins[1]), (world.household_b, elsewhere)]

    settle = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"

    def helpers() -> list[int]:
        return [row[0] for row in fetched("SELECT helper_id FROM households_pairing ORDER BY id")]

    def fetched(statement: str) -> list[Any]:
        cursor.execute(statement)
        return list(cursor.fetchall())

    with connection.cursor() as cursor:
        # What the rows above refer to is looked at now, not when the test ends: else no table could be altered.
        cursor.execute(settle)
        ((key,),) = fetched(
            "SELECT conname FROM pg_constraint WHERE conrelid = 'households_pairing'::regclass"
            " AND confrelid = 'households_helper'::regclass"
        )
        cursor.execute(f"ALTER TABLE households_pairing DROP CONSTRAINT {key}")
        for home, account in paired:
            cursor.execute(
                "INSERT INTO households_pairing (region_id, household_id, helper_id, starts_on)"
                " VALUES (%s, %s, %s, '2017-01-01')",
                [home.region_id, home.household_id, account.pk],
            )
        cursor.execute(settle)

        cursor.execute(migration.ACCOUNTS_BECOME_HELPERS)

        made = list(Helper.objects.unscoped("tests").order_by("name"))
        assert [(row.name, row.region, row.unit, row.user) for row in made] == [
            ("周明", world.b, "", elsewhere), ("孙帮扶sun1", world.a, "水利局", twins[0]),
            ("孙帮扶sun2", world.a, "水利局", twins[1]),
        ]  # fmt: skip
        assert helpers() == [made[1].pk, made[2].pk, made[0].pk]
        # The audit tells the same, and watches again.
        events = "SELECT helper_id FROM households_pairingevent ORDER BY pgh_id"
        assert [row[0] for row in fetched(events)] == helpers()
        Pairing.objects.unscoped("tests").update(ends_on=date(2017, 2, 1))
        cursor.execute(settle)
        assert len(fetched(events)) == 6

        cursor.execute(migration.HELPERS_BECOME_ACCOUNTS)
        assert helpers() == [account.pk for _, account in paired]
