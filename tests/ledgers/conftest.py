"""Village A of the small world with its clerk's session, and what the ledgers' forms are given."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from funds.models import Enterprise
from households.enums import School
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import YEAR


@dataclass
class Office:
    """A village's households and enterprise, with the session of its clerk."""

    world: Any
    client: Client
    home: HouseholdYear
    other: HouseholdYear
    firm: Enterprise
    firm_b: Enterprise
    good: dict[str, dict[str, Any]] = field(default_factory=dict)

    def url(self, route: str, *, place: Any = None, year: int = YEAR, **more: Any) -> str:
        """A route's URL at village A, or elsewhere."""
        return reverse(route, kwargs={"region": (place or self.world.a).code, "year": year, **more})

    def post(self, ledger: str, **changes: Any) -> Any:
        """Post the form of a new row: what is good, but for the changes."""
        return self.client.post(self.url(f"{ledger}_create"), {**self.good[ledger], **changes})

    def sure(self, response: Any) -> list[str]:
        """The ticks for what a form that came back is doubtful of."""
        return [mark for _, bound in response.context["doubted"] for mark in [bound.doubt["mark"]]]

    def member(self, home: HouseholdYear) -> Any:
        """A person of a household who is not its head."""
        members = Membership.objects.unscoped("tests").filter(household_year=home).select_related("person")
        return members.order_by("pk").last().person


@pytest.fixture
def office(world: Any, personas: dict[str, Any], client_of: Any) -> Office:
    """Village A with two households and a cooperative; another cooperative lies in B."""
    made = Office(
        world, client_of(personas["clerk_a"]), world.household_a, make.household(world.a, size=3),
        make.EnterpriseFactory(region=world.a, name="将军红山茶油"),
        make.EnterpriseFactory(region=world.b, name="杉宝生态农业"),
    )  # fmt: skip
    home = made.home.household_id
    # Who has education aid goes to school.
    pupil = Membership.objects.unscoped("tests").filter(person=made.member(made.home))
    pupil.update(school=School.PRIMARY)
    made.good = {
        "benefits": {
            "household": home, "person": made.member(made.home).pk, "measure": "401", "on": "2017-09-01",
            "tranche": "第一批", "quantity": "2", "unit": "人次", "standard": "750.25", "amount": "1500.50", "enterprise": " 将军红山茶油 ", "remark": "秋季",
        },
        "projects": {
            "name": "路灯", "nature": "01", "stage": "03", "site": "三组", "position": "2", "quantity": "80",
            "unit": "盏", "amount": "115000", "source": "财政专项", "remark": "已验收",
        },
        "partners": {"enterprise": "将军红山茶油", "household": home, "remark": "社员"},
        "enterprises": {"name": "新合作社", "kind": "02", "business": "油茶"},
        "work": {"kind": "102", "on": "2017-05-06", "title": "移风易俗", "attendance": "31", "remark": "晴"},
        "texts": {"chapter": "7", "position": "1", "text": "继续帮扶{poor:户人}。"},
    }  # fmt: skip
    return made


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """What is uploaded in a test goes into a folder of the test."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path / "files"}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    return tmp_path / "files"
