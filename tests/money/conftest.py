"""A county's appropriation, and two projects that it may pay for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from funds.models import Appropriation, Project
from tests import factories as make


@dataclass
class Money:
    """An appropriation of half a million to the county, and a project in village A and in the far one."""

    appropriation: Appropriation
    project: Project
    far: Project


@pytest.fixture
def money(world: Any) -> Money:
    """Village A's is approved; nothing is allocated yet."""
    project = make.ProjectFactory(region=world.a, name="路灯", amount=100_000)
    make.approve(project)
    return Money(
        make.AppropriationFactory(region=world.county),
        project,
        make.ProjectFactory(region=world.far, name="便桥"),
    )
