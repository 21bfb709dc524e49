"""No text field is forgotten: whoever adds one says where it is tested, or is told so by a failing test."""

from __future__ import annotations

from django.db import models

from tests.literal import (
    test_changes,
    test_files,
    test_people,
    test_places,
    test_reports,
    test_saved,
    test_steps,
    test_users,
    test_wordings,
    test_years,
)
from tests.literal.fields import CLOSED, TYPED, holds_text, label_of, text_fields

#: The modules about fields that are filled otherwise than on a resource's page; each says which.
OTHERS = (
    test_changes,
    test_files,
    test_people,
    test_places,
    test_reports,
    test_saved,
    test_steps,
    test_users,
    test_wordings,
    test_years,
)


def test_every_text_field_is_tested_or_closed() -> None:
    typed = [label_of(field) for fields in TYPED.values() for field in fields]
    others = [name for module in OTHERS for name in module.COVERS]
    assert sorted([*typed, *others, *CLOSED]) == sorted(text_fields())
    assert len(typed) > 15


def test_a_new_text_field_is_found() -> None:
    """Negative control of the test above."""
    assert holds_text(models.CharField(max_length=5)) and holds_text(models.TextField())
    assert not holds_text(models.CharField(max_length=5, choices=[("1", "一")]))
    assert not holds_text(models.IntegerField())
    assert "funds.Project.site" in text_fields()
