"""What is said when a village's year is moved: kept and shown to the letter."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pgtrigger
import pytest

from fupin.access import SYSTEM
from fupin.domain.years import close_years
from fupin.models import Move, RegionYear, YearMove
from fupin.place import Place
from households.models import Correction, HouseholdYear
from tests.factories import YEAR
from tests.hostile import UNSEEN
from tests.literal.conftest import TEXTS
from tests.literal.pages import packs, page_of, seen, token

pytestmark = pytest.mark.django_db

COVERS = (
    "fupin.YearMove.remark",
    "households.Correction.reason",
    "households.Correction.old",
    "households.Correction.new",
)


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


def test_a_correction_is_kept_shown_and_applied_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    """Its reason, and a text of the household before and after: from the form to the page, the row and the list."""
    close_years(region=world.a, year=YEAR, actor=SYSTEM)
    clerk, county, place = client_of(personas["clerk_a"]), client_of(personas["county"]), Place(world.a, YEAR)
    home = world.household_a
    values = {"category": home.category, "status": home.status, "registered_on": "2014-05-01"}

    def correct(reason: str, remark: str) -> tuple[str, ...]:
        form = {**values, "remark": remark, "correction_reason": reason}
        url = place.url("households_correct", key=home.household_id)
        asked = page_of(clerk.post(url, form, follow=True))
        made = Correction.objects.unscoped("tests").latest("pk")
        county.post(place.url("corrections_decide", key=made.pk, answer="yes"))
        assert (made.reason, made.new) == (reason, {"remark": remark})
        assert HouseholdYear.objects.unscoped("tests").get(pk=home.pk).remark == remark
        decided = page_of(county.get(place.url("corrections_detail", key=made.pk)))
        return tuple(page.replace(f"/corrections/{made.pk}/", "/corrections/0/") for page in (asked, decided))

    correct(token(0), token(0, 1))
    harmless = correct(token(0), token(0, 2))
    before = token(0, 2)
    reasons, remarks = packs(TEXTS, 200), packs(TEXTS, 150)
    for number, remark in enumerate(remarks):
        reason = reasons[number % len(reasons)]
        words = {token(0): reason, token(0, 1): before, token(0, 2): remark}
        for page, plain in zip(correct(reason, remark), harmless, strict=True):
            assert seen(page) == seen(plain, words)
        before = remark
