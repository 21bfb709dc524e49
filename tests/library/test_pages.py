"""What the list of projects finds, the papers that are missing, and what waits on somebody's first page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.base import ContentFile

from funds.library import StepKind
from funds.models import ProjectStep
from fupin.access import SYSTEM
from fupin.domain.attachments import attach_file
from fupin.place import Place
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import PNG
from tests.library.walk import walk_to

pytestmark = pytest.mark.django_db
K = StepKind


def found(client: Any, place: Place, query: str) -> list[str]:
    return sorted(
        row.record.name for row in client.get(place.url("projects_list") + query).context["table"].rows
    )


def test_the_list_finds_by_type_step_lamp_and_missing_papers(
    world: Any, personas: Any, client_of: Any, settings: Any, tmp_path: Any
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}},
    }
    for name, last, category in (("甲", K.PROPOSED, "1501"), ("乙", K.STARTED, "1501"), ("丙", None, "1402")):
        walk_to(
            make.LibraryProjectFactory(region=world.a, name=name, category=category, sharing="分红"), last
        )
    client, place = client_of(personas["township"]), Place(world.township, YEAR)
    assert found(client, place, "") == ["丙", "乙", "甲"]
    assert found(client, place, "?reached=01") == ["甲"]
    assert found(client, place, "?group=15") == ["乙", "甲"]
    assert found(client, place, "?category=1402") == ["丙"]
    # Started in January 2017, and nothing heard since.
    assert found(client, place, "?lamp=stuck") == ["乙"]
    assert found(client, place, "?papers=wanting") == ["乙", "甲"]
    proposal = ProjectStep.objects.unscoped("tests").get(project__name="甲")
    attach_file(target=proposal, file=ContentFile(PNG, name="申报书.png"), actor=SYSTEM)
    assert found(client, place, "?papers=wanting") == ["乙"]


def test_what_waits_stands_on_the_first_page_of_who_takes_the_step(
    world: Any, personas: Any, client_of: Any
) -> None:
    for last in (K.PROPOSED, K.PROPOSED, K.CHECKED, K.ASSESSED, K.ADMITTED, K.COMPLETED, K.ACCEPTED):
        walk_to(make.LibraryProjectFactory(region=world.a), last)
    told = {}
    for persona, region in (
        ("clerk_a", world.a), ("township", world.township), ("department", world.county), ("county", world.county),
    ):  # fmt: skip
        todos = client_of(personas[persona]).get(Place(region, YEAR).url("overview")).context["todos"]
        told[persona] = [(todo["label"], todo["count"]) for todo in todos if "的项目" in todo["label"]]
    assert told == {
        "clerk_a": [],
        "township": [("待乡镇审核的项目", 2)],
        "department": [("待部门论证的项目", 1), ("待验收的项目", 1)],
        "county": [("待县级审定入库的项目", 1), ("待立项批复的项目", 1), ("待结算审计的项目", 1)],
    }
