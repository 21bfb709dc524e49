"""What becomes of an appropriation is written once and not changed: its texts are kept and shown to the letter."""

from __future__ import annotations

from typing import Any

import pytest

from funds.models import AppropriationEntry
from tests import factories as make
from tests.factories import YEAR
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import page_of, seen, token

pytestmark = pytest.mark.django_db

COVERS = ("funds.AppropriationEntry.document", "funds.AppropriationEntry.reason")


def test_documents_and_reasons_are_shown_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client, source = client_of(personas["county"]), make.AppropriationFactory(region=world.county)
    rows = [
        make.AppropriationEntryFactory(
            appropriation=source, amount=1, document=token(at), reason=token(at, 1)
        )
        for at in range(len(TEXTS))
    ]
    place = f"/{world.county.code}/{YEAR}"
    urls = [f"{place}/appropriations/{source.pk}/", f"{place}/changes/{rows[3].pk}/"]
    harmless = [page_of(client.get(url)) for url in urls]
    words = reword(rows, TEXTS, "document", "reason")
    for url, before in zip(urls, harmless, strict=True):
        assert seen(page_of(client.get(url))) == seen(before, words)


def test_they_are_kept_as_typed(world: Any, personas: Any, client_of: Any) -> None:
    client, source = client_of(personas["county"]), make.AppropriationFactory(region=world.county)
    url = f"/{world.county.code}/{YEAR}/changes/new/"
    for at, text in enumerate(TEXTS[::12]):
        sent = {
            "appropriation": source.pk, "kind": "03", "on": f"{YEAR}-02-01", "amount": str(1000 + at), "document": text[:60],
            "reason": text[:200],
        }  # fmt: skip
        assert client.post(url, sent).status_code == 302, text
    kept = AppropriationEntry.objects.unscoped("tests").order_by("pk").values_list("document", "reason")
    assert list(kept) == [(text[:60], text[:200]) for text in TEXTS[::12]]
