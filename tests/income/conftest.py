"""A clerk, a household and its income."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from households.models import HouseholdYear, IncomeItem
from households.queries.income import with_income, with_items
from tests.conftest import World
from tests.factories import YEAR
from tests.imports.conftest import office, people, reference, reference_content

__all__ = ["office", "people", "reference", "reference_content"]  # fixtures of the tests of imports


@dataclass
class Desk:
    """Village A's clerk, logged in, at the income of its household of two."""

    world: World
    client: Client

    @property
    def home(self) -> HouseholdYear:
        return self.world.household_a

    def url(self, page: str = "", *, year: int = YEAR, row: Any = None) -> str:
        return f"/{self.world.a.code}/{year}/income/{(row or self.home).household_id}/{page}"

    def post(self, **amounts: str) -> Any:
        return self.client.post(self.url("edit/"), amounts)


def kept(home: HouseholdYear) -> dict[str, Decimal]:
    """The amounts by kind that stand there."""
    items = IncomeItem.objects.unscoped("tests").filter(household_year=home)
    return dict(items.order_by("kind").values_list("kind", "amount"))


def reread(home: HouseholdYear) -> Any:
    """A household's year with its sums."""
    rows = HouseholdYear.objects.unscoped("tests").filter(pk=home.pk)
    return with_items(with_income(rows)).get()


@pytest.fixture
def desk(world: World, personas: dict[str, Any], client_of: Any) -> Desk:
    """The clerk of village A."""
    return Desk(world, client_of(personas["clerk_a"]))
