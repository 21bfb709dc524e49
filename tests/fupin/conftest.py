"""Files in a folder of their own, and two furnished villages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.files.base import ContentFile
from django.test import override_settings

from tests.conftest import World, logged_in, make_personas, make_world, standing
from tests.fupin.walking import Village, furnish


def stored_in(folder: Path) -> dict[str, Any]:
    """The setting by which what is uploaded goes into a folder."""
    default = configured.STORAGES["default"]
    return {
        **configured.STORAGES,
        "default": {**default, "OPTIONS": {**default["OPTIONS"], "location": folder}},
    }


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """What is uploaded in a test goes into a folder of the test."""
    settings.STORAGES = stored_in(tmp_path)
    return tmp_path


@pytest.fixture
def village_a(world: World, personas: dict[str, object], files: Path) -> Village:
    """Village A with a row for every route; its pages name a user of the county."""
    return make_village_a(world, personas)


def make_village_a(world: World, personas: dict[str, object]) -> Village:
    """Furnish village A."""
    return furnish(world.household_a, helper=personas["helper"], user=personas["clerk_a"])


@pytest.fixture
def village_b(world: World, personas: dict[str, object], files: Path) -> Village:
    """Village B likewise, with names that stand nowhere else."""
    return make_village_b(world)


def make_village_b(world: World) -> Village:
    """Furnish village B."""
    from fupin.access import Role
    from tests import factories as make

    helper = make.user(Role.HELPER, world.b, username="helper_b", name="金丝雀帮扶")
    return furnish(world.household_b, helper=helper, user=helper, file_name="金丝雀附件.png")


@dataclass
class Standing:
    """The world with its two furnished villages."""

    world: World
    personas: dict[str, object]
    village_a: Village
    village_b: Village
    #: The cookie of each who is logged in, by the user's key.
    sessions: dict[int, str]


@pytest.fixture(scope="module")
def standing_once(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Standing]:
    """The furnished villages, made once for a module that takes its world, personas and villages from here."""
    with standing(django_db_blocker), override_settings(STORAGES=stored_in(tmp_path_factory.mktemp("files"))):
        with django_db_blocker.unblock():
            world = make_world()
            personas = make_personas(world)
            villages = make_village_a(world, personas), make_village_b(world)
            sessions = {
                user.pk: logged_in(user).cookies["sessionid"].value for user in personas.values() if user
            }
            made = Standing(world, personas, *villages, sessions)
        yield made


@pytest.fixture
def png() -> ContentFile:
    """A file that may be attached."""
    return ContentFile(b"\x89PNG\r\n\x1a\nanother", name="现场.png")
