"""Canaries: numbers of village A's people, planted in full, and looked for in all that anybody is ever answered."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from fupin.audit import acting
from fupin.logs import MaskNumbers
from fupin.models import Reveal
from households.models import HouseholdYear, Membership, Person
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.test_routes import POST, data_of
from tests.fupin.walking import ROUTES, Village, texts_of, url_of

pytestmark = pytest.mark.django_db

ID, PHONE, MOBILE, ACCOUNT = make.id_number(951), "13871009876", "15971008765", "6228480402564890018"
CANARIES = (ID, PHONE, MOBILE, ACCOUNT)
#: Queries that show as much as a list can: every column, everybody, any order, a search.
QUERIES = (
    "",
    "?view=none&present=all&sort=-region",
    "?cols=household,person,phone,masked_number,bank_account",
)
#: Routes on which numbers stand, masked.
OF_PEOPLE = ("households_", "members_", "find")
WHY = {"purpose": "check", "note": "核对身份"}


@pytest.fixture
def planted(village_a: Village) -> Village:
    """Village A with the canaries: in the rows, in their history, and on their way through a list of errors."""
    with acting(village_a.user, via="form"):
        person = Person.objects.unscoped("tests").get(pk=village_a.member.person_id)
        person.id_number = ID
        person.save()
        for phone, account in (("13871009870", "6228480402564890011"), (PHONE, ACCOUNT)):
            HouseholdYear.objects.unscoped("tests").filter(pk=village_a.household.pk).update(
                phone=phone, bank_account=account
            )
        Membership.objects.unscoped("tests").filter(pk=village_a.member.pk).update(phone=MOBILE)
    return village_a


def said(response: Any) -> str:
    """All that an answer says: address, headers, and body, of a workbook every cell."""
    return f"{response.get('Location', '')}{response.headers}{response.cookies}{texts_of(response)}"


#: Posts that show numbers in full, once a purpose was stated; each is recorded (test_reveal.py, tests/printing).
IN_FULL = (
    "_reveal",
    "_export_full",
    "_roster_2019_full",
    "_roster_2022_full",
    "households_card",
    "households_cards",
    "households_collect",
    "households_collects",
)


class Lines(logging.Handler):
    """What the portal writes to its log, through the filter of its settings."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self.addFilter(MaskNumbers())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(record.getMessage())


@contextmanager
def logged() -> Iterator[list[str]]:
    """The lines of the log while something is done."""
    handler, root = Lines(), logging.getLogger()
    root.addHandler(handler)
    try:
        yield handler.lines
    finally:
        root.removeHandler(handler)


def heard(client: Any, village: Village, persona: str, *about: str) -> set[str]:
    """Where a persona is told a canary: every route read with every query, every form sent that may be sent.

    Or those `about` some resources alone.
    """
    found = set()

    def listen(name: str, response: Any) -> None:
        if any(canary in said(response) for canary in CANARIES):
            found.add(name)

    with logged() as lines:
        for name in (name for name in ROUTES if name.startswith(about or "")):
            for query in (
                QUERIES if name.endswith(("_list", "_export", "figure_rows", "reveals")) else QUERIES[:1]
            ):
                response = client.get(url_of(name, village) + query)
                listen(name, response)
                if response.status_code != 200:
                    break
        for name, statuses in POST.items():
            if not name.startswith(about or "") or name.endswith(IN_FULL):
                continue
            if statuses[persona] in (200, 302, 303, 422):
                with transaction.atomic():
                    listen(f"POST {name}", client.post(url_of(name, village), data_of(name, village)))
                    transaction.set_rollback(True)
        for text in CANARIES:
            answer = client.post(url_of("find", village), {"q": text}, follow=True)
            listen("find", answer)
        # A wrong address, and a form that comes back with what is wrong.
        listen("404", client.get("/nowhere/"))
        listen("422", client.post(url_of("households_edit", village), {"category": "x", "phone": "138"}))
    if any(canary in line for canary in CANARIES for line in lines):
        found.add("log")
    return found


#: Everybody else reads every route in tests/fupin/test_routes.py, where numbers are looked for too.
@pytest.mark.parametrize("persona", ["clerk_a", "helper", "auditor"])
def test_nobody_is_told_a_full_number(persona: str, planted: Village, personas: Any, client_of: Any) -> None:
    assert heard(client_of(personas[persona]), planted, persona) == set()
    assert Reveal.objects.unscoped("tests").filter(user=personas[persona]).count() == (
        persona == "clerk_a"
    )  # its row


def test_without_masks_the_walk_hears_them(
    planted: Village, personas: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: lists, exports, pages, forms and history, each through its own mask."""
    for mask in ("fupin.fields.masked", "fupin.fields.mask_phone", "fupin.fields.mask_account",
                 "households.interfaces.tables.mask_phone"):  # fmt: skip
        monkeypatch.setattr(mask, lambda number: number)
    found = heard(client_of(personas["clerk_a"]), planted, "clerk_a", *OF_PEOPLE)
    assert found >= {
        "households_list", "households_detail", "households_export", "households_edit", "households_history",
        "members_list", "members_detail", "members_export", "find",
    }  # fmt: skip


def test_after_a_reveal_only_its_own_page_tells(
    planted: Village, village_b: Village, personas: Any, client_of: Any
) -> None:
    client = client_of(personas["clerk_a"])
    for name in ("households_reveal", "members_reveal"):
        page = said(client.post(url_of(name, planted), WHY))
        of_household = name == "households_reveal"
        assert ID in page and (PHONE in page, ACCOUNT in page, MOBILE in page) == (
            of_household, of_household, not of_household,
        )  # fmt: skip
        title = page.split("<title>")[1].split("</title>")[0] + page.split("<h1>")[1].split("</h1>")[0]
        assert ID not in title and PHONE not in title
    assert heard(client, planted, "clerk_a", *OF_PEOPLE) == set()
    # A purpose stated for another village shows nothing here.
    other = client_of(personas["township"])
    assert other.post(url_of("households_reveal", village_b), WHY).status_code == 200
    assert ID not in said(other.post(url_of("households_reveal", planted)))


def test_the_canaries_stand_in_the_rows(planted: Village) -> None:
    """What could leak is there."""
    assert Person.objects.unscoped("tests").get(pk=planted.member.person_id).id_number == ID
    household = HouseholdYear.objects.unscoped("tests").get(pk=planted.household.pk)
    assert (household.phone, household.bank_account) == (PHONE, ACCOUNT)
    assert Membership.objects.unscoped("tests").get(pk=planted.member.pk).phone == MOBILE
    assert Membership.objects.unscoped("tests").get(pk=planted.member.pk).household_year_id == household.pk
    assert reverse("find", kwargs={"region": household.region_id, "year": YEAR})
