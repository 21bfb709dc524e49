"""The reference village's place in the tree, its year, and who may import there."""

from __future__ import annotations

import io
from dataclasses import dataclass, replace

import pytest
from django.test import Client

from funds.models import Enterprise
from fupin.access import SYSTEM, Role
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import Region, User
from households.models import Household, HouseholdYear
from reports.domain.reference import write_village_workbook
from reports.reference.facts import NEIGHBOURS, WANTIANFAN
from tests import factories as make
from tests.imports.support import Edited


@dataclass
class Office:
    """万田畈村 and a neighbour that has a household; a clerk of the one, a cadre of the township above both."""

    village: Region
    neighbour: Region
    clerk: User
    township: User

    def client(self, name: str = "clerk") -> Client:
        """A browser logged in as one of the two."""
        client = Client()
        client.force_login(getattr(self, name), backend="django.contrib.auth.backends.ModelBackend")
        return client


@pytest.fixture
def office(db: None, settings, tmp_path) -> Office:
    """The regions and years of the reference village, but none of its rows."""
    storages = {**settings.STORAGES}
    storages["default"] = {
        **storages["default"],
        "OPTIONS": {"location": tmp_path / "files", "base_url": None},
    }
    settings.STORAGES = storages
    places = (*WANTIANFAN.regions_above, WANTIANFAN.village, *NEIGHBOURS[:1])
    save_regions(regions=[(place.code, place.name) for place in places], actor=SYSTEM)
    regions = Region.objects.unscoped("tests").in_bulk()
    village, neighbour = regions[WANTIANFAN.village.code], regions[NEIGHBOURS[0].code]
    open_years(villages=[village, neighbour], year=WANTIANFAN.year, actor=SYSTEM)
    make.household(neighbour)
    clerk = make.user(Role.CLERK, village, username="clerk")
    township = make.user(Role.TOWNSHIP, village.parent, username="township")
    return Office(village, neighbour, clerk, township)


@pytest.fixture(scope="session")
def reference_content() -> bytes:
    """The reference village's register as a workbook; the sheets of its ledgers are empty."""
    content = io.BytesIO()
    write_village_workbook(replace(WANTIANFAN, ledgers=None), content)
    return content.getvalue()


@pytest.fixture
def reference(reference_content: bytes) -> Edited:
    """The reference village's register as a workbook, to edit."""
    return Edited(reference_content)


@pytest.fixture(scope="session")
def whole_content() -> bytes:
    """The reference village's workbook with its ledgers: all eight sheets have rows."""
    content = io.BytesIO()
    write_village_workbook(WANTIANFAN, content)
    return content.getvalue()


@pytest.fixture
def whole(whole_content: bytes) -> Edited:
    """The reference village's whole workbook, to edit."""
    return Edited(whole_content)


@pytest.fixture
def people(office: Office) -> tuple[HouseholdYear, HouseholdYear]:
    """Two households of the village, the second with two members of one name; one of the neighbour."""
    one = make.household(office.village, household=Household.objects.create(number="4203206001"), size=2)
    two = make.household(office.village, household=Household.objects.create(number="4203206002"), size=1)
    for _ in range(2):
        make.MembershipFactory(household_year=two, person=make.PersonFactory(name="王小明"))
    make.household(office.neighbour, household=Household.objects.create(number="4203207001"))
    Enterprise.objects.create(region=office.neighbour, name="青山合作社", kind="02")
    return one, two
