"""What is said when a village's year is moved: kept and shown to the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pgtrigger
import pytest

from fupin.models import Move, RegionYear, YearMove
from fupin.place import Place
from tests.factories import YEAR
from tests.hostile import UNSEEN
from tests.literal.conftest import TEXTS
from tests.literal.pages import packs, page_of, seen, token

pytestmark = pytest.mark.django_db

COVERS = ("fupin.YearMove.remark",)


def test_a_remark_is_kept_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client, url = client_of(personas["township"]), Place(world.a, YEAR).url("progress")
    years = RegionYear.objects.unscoped("tests").filter(region=world.a, year=YEAR)
    for typed, kept in [*((text, text) for text in packs(TEXTS, 500)), *UNSEEN.items()]:
        years.update(state="submitted")
        assert client.post(url, {"what": "return", "remark": typed}).status_code == 302
        assert YearMove.objects.unscoped("tests").latest("pk").remark == kept


def test_a_remark_is_shown_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    """To the village on its first page and on the page of its year, above in the list."""
    line = YearMove.objects.create(
        region=world.a, year=YEAR, move=Move.RETURN, by=personas["township"], remark=token(0),
        at=datetime(2017, 5, 6, tzinfo=UTC),
    )  # fmt: skip
    lines = YearMove.objects.unscoped("tests").filter(pk=line.pk)
    pages = [
        (client_of(personas["clerk_a"]), Place(world.a, YEAR).url("overview")),
        (client_of(personas["clerk_a"]), Place(world.a, YEAR).url("progress")),
        (client_of(personas["county"]), Place(world.county, YEAR).url("progress")),
    ]
    harmless = [page_of(client.get(url)) for client, url in pages]
    assert all(token(0) in page for page in harmless)
    for text in packs(TEXTS, 500):
        with pgtrigger.ignore("fupin.YearMove:append_only"):
            lines.update(remark=text)
        for (client, url), before in zip(pages, harmless, strict=True):
            assert seen(page_of(client.get(url))) == seen(before, {token(0): text})
