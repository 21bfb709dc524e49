"""What users write beside the register: names of saved views, forms to be filled in, what they wanted to see numbers for."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.urls import reverse

from fupin.models import ExportLog, Reveal, SavedView
from fupin.numbers import mask_in_text
from reports.blanks.names import folded
from reports.models import BlankForm
from tests.factories import YEAR
from tests.literal.conftest import TEXTS
from tests.literal.pages import page_of, seen, shape, token

pytestmark = pytest.mark.django_db

COVERS = (
    "fupin.SavedView.name", "fupin.Reveal.note", "fupin.Reveal.page", "fupin.ExportLog.note", "fupin.ExportLog.title",
    "reports.BlankForm.name", "reports.BlankForm.told",
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


def test_what_a_form_says_is_shown_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    """Its name, its headings, a village nobody knows, a code that there is not: on its page and in the list."""
    client = client_of(personas["clerk_a"])
    texts = list({folded(text): text for text in TEXTS if text.strip() and "\x00" not in text}.values())

    def shown(words: list[str]) -> list[Any]:
        BlankForm.objects.unscoped("tests").all().delete()
        words = [*words, "建档立卡贫困户户数"]
        cells = [[1, 1, "s", "村名"], *([1, at + 2, "s", word] for at, word in enumerate(words))]
        told = {"name": "<b>'&", "cells": [*cells, [2, 1, "s", world.a.name], [3, 1, "s", '<i>"村']]}
        form = BlankForm.objects.create(
            region=world.a, name=words[2][:60], file="x", sha256="0",
            told=[told | {"merged": [], "formulas": [], "percent": []}],
        )  # fmt: skip
        pages = [
            client.get(reverse("blanks", kwargs=PLACE)),
            client.get(f"{reverse('blanks', kwargs=PLACE)}{form.pk}/"),
        ]
        return [page_of(page).replace(f"/blanks/{form.pk}/", "/blanks/0/") for page in pages]

    harmless = shown([token(at) for at in range(len(texts))])
    hostile = shown(texts)
    for page, plain in zip(hostile, harmless, strict=True):
        # Headings may be read as something, and then stand elsewhere and otherwise; no element is of a text's making.
        assert {path for path, _ in shape(page)} - {path for path, _ in shape(plain)} <= {
            f"html body div main form section {path}" for path in ("ul", "ul li", "h2")
        }
    labels = {cell[2] for cell in seen(hostile[1]) if cell[0].endswith("td label")}
    assert {text.strip() for text in texts} <= {part for label in labels for part in (label, label.strip())}
    assert texts[2][:60] in {cell[2] for cell in seen(hostile[0]) if cell[0].endswith("td a")}
    assert texts[2][:60] in {cell[2] for cell in seen(hostile[1]) if cell[0].endswith("h1")}
    strangers = [cell[2] for cell in seen(hostile[1]) if cell[0].endswith("ul li")]
    assert "“<b>'&”第3行：没有“<i>\"村”这个村或乡镇，或者有同名的，没有填写。" in strangers


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
