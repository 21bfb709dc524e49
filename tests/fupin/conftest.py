"""Files in a folder of their own, and two furnished villages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from tests.fupin.walking import Village, furnish


@pytest.fixture
def files(settings: object, tmp_path: Path) -> Path:
    """What is uploaded in a test goes into a folder of the test."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    return tmp_path


@pytest.fixture
def village_a(world: object, personas: dict[str, object], files: Path) -> Village:
    """Village A with a row for every route; its pages name a user of the county."""
    return furnish(world.household_a, helper=personas["helper"], user=personas["clerk_a"])


@pytest.fixture
def village_b(world: object, personas: dict[str, object], files: Path) -> Village:
    """Village B likewise, with names that stand nowhere else."""
    from fupin.access import Role
    from tests import factories as make

    helper = make.user(Role.HELPER, world.b, username="helper_b", name="金丝雀帮扶")
    return furnish(world.household_b, helper=helper, user=helper, file_name="金丝雀附件.png")


@pytest.fixture
def png() -> ContentFile:
    """A file that may be attached."""
    return ContentFile(b"\x89PNG\r\n\x1a\nanother", name="现场.png")
