"""Every page that can be read, with a hostile text in every field of every row at once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from funds.models import ProjectStep
from fupin.models import ExportLog, ImportRun, Reveal, User, YearMove
from households.models import HouseholdYear
from reports.models import Report, ReportMove, Seal, SealedFile, YearFigures
from tests.fupin.walking import ROUTES, body_of, furnish, url_of
from tests.literal.fields import CLOSED, holds_text, label_of
from tests.literal.pages import seen, shape, token
from tests.structure.sources import ROOMS

pytestmark = pytest.mark.django_db

#: Breaks out of a text, a title, an attribute of either kind and a template, in as much as the shortest field holds.
BREAKER = "\"'><b>&{{"
#: Read as a language of its own, or as a name to log in with.
APART = {"reports.NarrativeTemplate.text", "fupin.User.username"}


#: The minute of which the dashboard tells; a walk takes longer than one.
AS_OF = re.compile(r"[-0-9]{10} [:0-9]{5} (?=的数据)")

#: Never changed once it is written, also not here: tests/finding/test_reveal.py has its own texts, and
#: tests/literal/test_reports.py those of reports.
KEPT = {ExportLog, Reveal, YearMove, Report, ReportMove, Seal, SealedFile, YearFigures}


def fill(hostile: bool) -> dict[str, str]:
    """Put a text of its own into every field of every row; what the tokens stand for."""
    words: dict[str, str] = {}
    for model in apps.get_models():
        if model._meta.app_label not in ROOMS or hasattr(model, "pgh_tracked_model") or model in KEPT:
            continue
        texts = [
            f for f in model._meta.concrete_fields
            if holds_text(f) and not isinstance(f, models.JSONField) and label_of(f) not in {*CLOSED, *APART}
        ]  # fmt: skip
        for row in model._base_manager.order_by("pk"):
            new = {}
            for field in texts:
                if field.name == "undone_reason" and row.undone_at is None:
                    continue
                mark = token(len(words))
                words[mark] = BREAKER if (field.max_length or 99) < 15 else f"{BREAKER}{len(words):03d}"
                new[field.name] = words[mark] if hostile else mark
            if new:
                model._base_manager.filter(pk=row.pk).update(**new)
    mark = token(len(words))
    words[mark] = BREAKER
    text = BREAKER if hostile else mark
    errors = [dict.fromkeys(("sheet", "cell", "value", "reason", "remedy"), text)]
    ImportRun.objects.unscoped("tests").update(errors=errors, notes=[text])
    return words


def page(client: Any, url: str) -> str:
    """What a session reads there; nothing where that is no page, or none of its own."""
    response = client.get(url)
    content = body_of(response)
    is_page = response.status_code == 200 and response["Content-Type"].startswith("text/html")
    return AS_OF.sub("", content.decode()) if is_page else ""


def test_no_page_takes_any_text_for_more_than_text(
    world: Any, personas: Any, client_of: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A history has a change more the second time, which must not begin another page of it.
    monkeypatch.setattr("fupin.resource.history.PAGE_CHANGES", 200)
    storage = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path}}
    settings.STORAGES = {**settings.STORAGES, "default": storage}
    village = furnish(world.household_a, helper=personas["helper"], user=personas["clerk_a"])
    clients = [client_of(personas[name]) for name in ("township", "county", "administrator")]
    # Only of a relocated household is there anything to say about it.
    HouseholdYear.objects.unscoped("tests").update(relocated=True)
    # Why a step was taken back is said of one that was.
    steps = ProjectStep.objects.unscoped("tests")
    steps.filter(pk=village.step.pk).update(undone_at=timezone.now(), undone_reason="登错")
    assert village.unused  # made when it is first asked for
    # What was proposed is otherwise not written anew.
    with pgtrigger.ignore("funds.Project:project_as_proposed"):
        fill(hostile=False)
    # Each page as the first of them sees it who may.
    harmless: dict[str, tuple[Any, str]] = {}
    for client in clients:
        # The record of exports grows while they are read: test_saved.py has its texts.
        for name in sorted(set(ROUTES) - {"login", "logout", "exports", *harmless}):
            if before := page(client, url_of(name, village)):
                harmless[name] = client, before
    assert len(harmless) > 50

    with pgtrigger.ignore("funds.Project:project_as_proposed"):
        words = fill(hostile=True)

    assert User.objects.filter(name__startswith=BREAKER).count() == User.objects.count()
    told = set()
    for name, (client, before) in harmless.items():
        shown = page(client, url_of(name, village))
        if name.endswith("_history"):  # which has one change more
            assert set(shape(shown)) == set(shape(before)), name
        else:
            assert seen(shown) == seen(before, words), name
        told |= {name for *_, text, tail in seen(shown) if BREAKER in text + tail}
    # Around every page is the name of the user, but where the password is changed.
    assert set(harmless) - told <= {"password_change"}
