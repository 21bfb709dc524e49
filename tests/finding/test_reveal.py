"""Numbers in full: after a purpose, for a village and a log-in, page by page, each recorded."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from fupin.access import SYSTEM, Role
from fupin.domain.reveals import record_reveal
from fupin.models import Reveal
from fupin.numbers import mask_phone, masked
from fupin.refusals import Refused
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import PASSWORD, YEAR
from tests.finding.conftest import Homes, head_of

pytestmark = pytest.mark.django_db

WHY = {"purpose": "check", "note": "核对危房改造补贴"}


def url(verb: str, row: Any, at: str = "") -> str:
    """A page of a household, or of a member."""
    name, key = ("households", row.household_id) if isinstance(row, HouseholdYear) else ("members", row.pk)
    return reverse(f"{name}_{verb}", kwargs={"region": at or row.region_id, "year": YEAR, "key": key})


def numbers_of(row: HouseholdYear) -> tuple[str, str]:
    """The household's telephone and its head's number."""
    return row.phone, head_of(row).person.id_number


def shows(response: Any, row: HouseholdYear) -> list[bool]:
    """Whether the page has telephone and number in full; where it has not, it has the masked ones."""
    page = response.content.decode()
    assert response.status_code == 200
    phone, number = numbers_of(row)
    for full, mask in ((phone, mask_phone(phone)), (number, masked(number))):
        assert (full in page) != (mask in page)
    return [phone in page, number in page]


@pytest.fixture
def clerk(homes: Homes, personas: Any, client_of: Any) -> Any:
    return client_of(personas["clerk_a"])


def test_a_page_is_masked_until_a_purpose_is_stated(homes: Homes, clerk: Any, personas: Any) -> None:
    assert shows(clerk.get(url("detail", homes.a)), homes.a) == [False, False]
    asked = clerk.get(url("reveal", homes.a)).content.decode()
    assert "查看事由" in asked and numbers_of(homes.a)[1] not in asked
    for data in (
        {},
        {"purpose": "check"},
        {"note": "核对"},
        {**WHY, "note": "   "},
        {**WHY, "purpose": "nonsense"},
    ):
        response = clerk.post(url("reveal", homes.a), data)
        assert response.status_code == 422
        assert numbers_of(homes.a)[1] not in response.content.decode()
    assert Reveal.objects.unscoped("tests").count() == 0
    assert shows(clerk.post(url("reveal", homes.a), WHY), homes.a) == [True, True]
    told = Reveal.objects.unscoped("tests").get()
    assert (told.user, told.region, told.purpose, told.note) == (
        personas["clerk_a"], homes.a.region, "check", "核对危房改造补贴",
    )  # fmt: skip
    assert told.page == f"贫困户：{homes.a}"
    assert told.rows == [
        ["households.HouseholdYear", homes.a.pk],
        ["households.Person", head_of(homes.a).person_id],
    ]


def test_the_purpose_is_stated_once_for_village_and_log_in(homes: Homes, clerk: Any) -> None:
    clerk.post(url("reveal", homes.a), WHY)
    assert shows(clerk.get(url("detail", homes.a)), homes.a) == [
        False,
        False,
    ]  # each page anew, by its button
    assert (
        'method="post" action="' + url("reveal", homes.a)
        in clerk.get(url("detail", homes.a)).content.decode()
    )
    assert shows(clerk.post(url("reveal", homes.a)), homes.a) == [True, True]
    member = head_of(homes.a)
    page = clerk.post(url("reveal", member)).content.decode()
    assert member.person.id_number in page
    assert [row.rows for row in Reveal.objects.unscoped("tests").order_by("pk")][-1] == [
        ["households.Person", member.person_id]
    ]
    assert Reveal.objects.unscoped("tests").count() == 3
    assert clerk.get(url("reveal", homes.a))["Location"] == url("detail", homes.a)


def test_another_village_wants_a_purpose_of_its_own(homes: Homes, personas: Any, client_of: Any) -> None:
    client = client_of(personas["township"])
    client.post(url("reveal", homes.a), WHY)
    assert client.post(url("reveal", homes.b)).status_code == 422
    # Also where both lie under one address.
    assert client.post(url("reveal", homes.b, "421199103000")).status_code == 422
    assert client.post(url("reveal", homes.a, "421199103000")).status_code == 200


RIGHT = {
    "anonymous": 302, "clerk_a": 200, "clerk_b": 404, "team": 403, "helper": 403, "township": 200, "department": 403,
    "county": 200, "leader": 403, "auditor": 403, "administrator": 403,
}  # fmt: skip


@pytest.mark.parametrize("persona", RIGHT)
def test_only_who_has_the_right_sees_numbers(
    persona: str, homes: Homes, personas: Any, client_of: Any
) -> None:
    response = client_of(personas[persona]).post(url("reveal", homes.a), WHY)
    assert response.status_code == RIGHT[persona]
    assert (numbers_of(homes.a)[1] in response.content.decode()) == (RIGHT[persona] == 200)
    assert Reveal.objects.unscoped("tests").count() == (RIGHT[persona] == 200)


def test_a_right_elsewhere_is_none_here(homes: Homes, personas: Any, client_of: Any, world: Any) -> None:
    """A clerk of A who reads the whole county as a leader: at the county's address too, it is A's pages alone."""
    from fupin.models import RoleAssignment

    RoleAssignment.objects.create(user=personas["clerk_a"], role=Role.LEADER, region=world.county)
    client = client_of(personas["clerk_a"])
    client.post(url("reveal", homes.a), WHY)
    for at in ("", world.county.code):
        assert client.post(url("reveal", homes.b, at), WHY).status_code == 403
        assert "显示完整号码" not in client.get(url("detail", homes.b, at)).content.decode()


def test_logging_out_ends_it(homes: Homes, personas: Any, client: Any) -> None:
    client.post("/login/", {"username": "clerk_a", "password": PASSWORD})
    assert client.post(url("reveal", homes.a), WHY).status_code == 200
    client.post("/logout/")
    client.post("/login/", {"username": "clerk_a", "password": PASSWORD})
    assert client.post(url("reveal", homes.a)).status_code == 422


def test_a_role_that_has_ended_ends_it(homes: Homes, personas: Any, clerk: Any) -> None:
    assert clerk.post(url("reveal", homes.a), WHY).status_code == 200
    personas["clerk_a"].assignments.update(role=Role.TEAM)
    assert clerk.post(url("reveal", homes.a), WHY).status_code == 403
    personas["clerk_a"].assignments.update(
        role=Role.CLERK, expires_on=timezone.localdate() - timedelta(days=1)
    )
    assert clerk.post(url("reveal", homes.a), WHY).status_code == 404
    assert Reveal.objects.unscoped("tests").count() == 1


def test_the_record_is_never_changed(homes: Homes, clerk: Any) -> None:
    clerk.post(url("reveal", homes.a), WHY)
    for statement in ("DELETE FROM fupin_reveal", "UPDATE fupin_reveal SET note = 'x'"):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            connection.cursor().execute(statement)
    assert Reveal.objects.unscoped("tests").get().note == WHY["note"]


def test_the_domain_asks_for_the_right_itself(homes: Homes, personas: Any) -> None:
    with pytest.raises(Refused, match="没有查看"):
        record_reveal(
            actor=personas["leader"],
            region=homes.a.region,
            purpose="check",
            note="x",
            page="x",
            rows={("x", 1)},
        )
    assert SYSTEM.is_system


def test_the_record_is_read_by_county_and_audit(
    homes: Homes, clerk: Any, personas: Any, client_of: Any
) -> None:
    clerk.post(url("reveal", homes.a), WHY)
    client_of(personas["county"]).post(
        url("reveal", homes.b), {**WHY, "purpose": "other", "note": "接听来电"}
    )
    place = {"region": "421199000000", "year": YEAR}

    def notes(persona: str, at: str = "421199000000", **query: str) -> list[str]:
        page = client_of(personas[persona]).get(reverse("reveals", kwargs={**place, "region": at}), query)
        return [row.note for row in page.context["table"].data]

    both = ["接听来电", WHY["note"]]
    assert [notes("county"), notes("auditor"), notes("auditor", homes.a.region_id)] == [both, both, both[1:]]
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert notes("auditor", purpose="other") == both[:1]
    assert notes("auditor", who=str(personas["clerk_a"])) == both[1:]
    assert notes("auditor", at_from=today, at_to=today) == both
    assert notes("auditor", at_to="2020-01-01") == []


# --- the form -----------------------------------------------------------------------------------------------


FORM = {"category": "01", "status": "04"}


@pytest.mark.parametrize(("typed", "kept"), [
    ("138****4321", "13871004321"), ("13900001111", "13900001111"), ("", ""), ("１３９００００１１１１", "13900001111"),
])  # fmt: skip
def test_a_form_shows_the_mask_and_keeps_the_number(
    typed: str, kept: str, homes: Homes, clerk: Any, personas: Any
) -> None:
    page = clerk.get(url("edit", homes.a)).content.decode()
    assert 'value="138****4321"' in page and homes.a.phone not in page
    response = clerk.post(url("edit", homes.a), {**FORM, "phone": typed, "remark": "改"})
    assert response.status_code == 302
    homes.a.refresh_from_db()
    assert (homes.a.phone, homes.a.remark) == (kept, "改")


@pytest.mark.parametrize("typed", ["139****4321", "138****", "****"])
def test_a_mask_of_another_number_is_refused(typed: str, homes: Homes, clerk: Any) -> None:
    response = clerk.post(url("edit", homes.a), {**FORM, "phone": typed})
    assert response.status_code == 422
    assert homes.a.phone not in response.content.decode()
    homes.a.refresh_from_db()
    assert homes.a.phone == "13871004321"


def test_members_of_other_villages_are_not_shown_by_the_way(homes: Homes, clerk: Any) -> None:
    page = clerk.post(url("reveal", homes.a), WHY).content.decode()
    for row in (homes.b, homes.far):
        for number in numbers_of(row):
            assert number not in page
    assert Membership.objects.unscoped("tests").count() > 3
    assert make.YEAR == YEAR
