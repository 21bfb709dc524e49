"""A clerk at a village's register."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from tests.conftest import World
from tests.factories import YEAR


@dataclass
class Desk:
    """A village's clerk, logged in, and the pages of the register."""

    world: World
    client: Client

    def url(self, page: str = "") -> str:
        return f"/{self.world.a.code}/{YEAR}/households/{page}"

    def intake(self, *members: dict[str, Any], **household: Any) -> Any:
        """Post a new household."""
        values = {
            "household_number": "4219000077", "category": "01", "status": "04", "registered_on": "2014-05-01",
            "main_cause": "01", **household,
        }  # fmt: skip
        return self.client.post(self.url("new/"), {**values, **rows_of(members)})


def rows_of(members: Any, **fields: Any) -> dict[str, Any]:
    """Rows of the grid as a browser posts them."""
    data = {"members-TOTAL_FORMS": str(len(members)), "members-INITIAL_FORMS": "0", **fields}
    for index, member in enumerate(members):
        data |= {f"members-{index}-{name}": value for name, value in member.items()}
    return data


@pytest.fixture
def desk(world: World, personas: dict[str, Any], client_of: Any) -> Desk:
    """The clerk of village A."""
    return Desk(world, client_of(personas["clerk_a"]))
