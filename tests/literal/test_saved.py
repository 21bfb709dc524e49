"""What users write beside the register: names of saved views, and what they wanted to see numbers for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from fupin.models import ExportLog, Reveal, SavedView
from fupin.numbers import mask_in_text
from tests.factories import YEAR
from tests.literal.conftest import TEXTS
from tests.literal.pages import page_of, seen, shape, token

pytestmark = pytest.mark.django_db

COVERS = (
    "fupin.SavedView.name", "fupin.Reveal.note", "fupin.Reveal.page", "fupin.ExportLog.note", "fupin.ExportLog.title",
)  # fmt: skip
PLACE = {"region": "421199103206", "year": YEAR}


def test_names_of_views_are_shown_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client, user = client_of(personas["clerk_a"]), personas["clerk_a"]
    texts = sorted({text[:20] for text in TEXTS})
    SavedView.objects.bulk_create(
        SavedView(user=user, list="households", name=token(at), query="category=04")
        for at in range(len(texts))
    )
    url = f"{reverse('households_list', kwargs=PLACE)}?view=none"
    harmless, words = page_of(client.get(url)), {}
    for at, text in enumerate(texts):
        SavedView.objects.filter(name=token(at)).update(name=text)
        words[token(at)] = text
    hostile = page_of(client.get(url))
    assert shape(hostile) == shape(harmless)
    assert sorted(map(str, seen(hostile))) == sorted(map(str, seen(harmless, words)))


@pytest.mark.parametrize("name", ["reveals", "exports"])
def test_purposes_are_shown_to_the_letter(name: str, world: Any, personas: Any, client_of: Any) -> None:
    auditor = client_of(personas["auditor"])
    texts = TEXTS[:50]

    def fill(words: list[str]) -> str:
        own = {"region": world.a, "user": personas["clerk_a"], "purpose": "other"}
        if name == "reveals":
            Reveal.objects.bulk_create(
                Reveal(**own, note=text[:100], page=text[:100], rows=[]) for text in words
            )
        else:
            ExportLog.objects.bulk_create(
                ExportLog(**own, year=YEAR, note=text[:100], title=text[:200], row_count=1, digest="0")
                for text in words
            )
        return page_of(auditor.get(reverse(name, kwargs=PLACE)))

    harmless = fill([token(at) for at in range(len(texts))])
    with_all = fill(texts)
    words = {token(at): text[:100] for at, text in enumerate(texts)}
    # The newest stand first: the page of fifty is that of the texts alone.
    cells = [cell for cell in seen(with_all) if cell[0].endswith("tbody tr td")]
    plain = [cell for cell in seen(harmless, words) if cell[0].endswith("tbody tr td")]
    moment = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")  # a minute may end between the two
    shown, expected = ([moment.sub("", cell[2]) for cell in some] for some in (cells, plain))
    assert shown == expected


def test_a_purpose_is_kept_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client = client_of(personas["clerk_a"])
    key = world.household_a.household_id
    texts = [text for text in TEXTS if 2 <= len(text.strip()) <= 40 and mask_in_text(text) == text][:20]
    for text in texts:
        client.session.flush()
        client = client_of(personas["clerk_a"])
        response = client.post(
            reverse("households_reveal", kwargs={**PLACE, "key": key}), {"purpose": "other", "note": text}
        )
        assert response.status_code in (200, 422)
    assert Reveal.objects.unscoped("tests").count() > 5
    assert set(Reveal.objects.unscoped("tests").values_list("note", flat=True)) <= {
        text.strip() for text in texts
    }
