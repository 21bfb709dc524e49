"""What steps of projects say: documents, reasons, and why they were taken back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from funds.library import StepKind
from fupin.place import Place
from tests import factories as make
from tests.factories import YEAR
from tests.literal.conftest import TEXTS, reword
from tests.literal.pages import page_of, put_in, seen, token
from tests.literal.test_rows import cells

pytestmark = pytest.mark.django_db

COVERS = (
    "funds.ProjectStep.document",
    "funds.ProjectStep.reason",
    "funds.ProjectStep.undone_reason",
)


def test_steps_show_their_texts_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client, place = client_of(personas["clerk_a"]), Place(world.a, YEAR)
    project = make.LibraryProjectFactory(region=world.a)
    steps = [
        make.ProjectStepFactory(
            region=world.a, project=project, kind=StepKind.RETURNED, on=date(YEAR, 1, 1) + timedelta(days=i),
            undone_at=timezone.now(), document=token(i), reason=token(i, 1), undone_reason=token(i, 2),
        )
        for i in range(len(TEXTS))
    ]  # fmt: skip
    last = steps[-1]
    urls = [
        place.url("projects_detail", key=project.pk),
        place.url("steps_list"),
        place.url("steps_detail", key=last.pk),
    ]

    def exported() -> Any:
        return cells(client.get(place.url("steps_export")).getvalue())

    harmless, rows = [page_of(client.get(url)) for url in urls], exported()
    words = reword(steps, TEXTS, "document", "reason", "undone_reason")
    assert exported() == put_in(rows, words)
    for url, before in zip(urls, harmless, strict=True):
        assert seen(page_of(client.get(url))) == seen(before, words)
