"""The masks of all kinds of numbers, and where a number in full comes out."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import models

from fupin.fields import BankAccountField, CleanedField, PersonalNumberField, PhoneField
from fupin.masking import revealing, shown
from households.models import Household, HouseholdYear, Person


def test_every_kind_of_number_has_its_mask() -> None:
    number = "421199197001010004"
    got = {kind: kind("x", max_length=30).masked(number) for kind in CleanedField.__subclasses__()}
    assert {PersonalNumberField, BankAccountField, PhoneField} <= set(got)
    assert len(set(got.values())) == len(got) and number not in got.values()


@pytest.mark.parametrize(("row", "name", "mask"), [
    (Person(pk=7, id_number="421199197001010004"), "id_number", "421***********0004"),
    (HouseholdYear(pk=9, household=Household(pk=1), phone="13871004321"), "phone", "138****4321"),
])  # fmt: skip
def test_a_number_is_shown_masked_but_for_a_page_that_is_revealed(row: Any, name: str, mask: str) -> None:
    assert shown(row, name) == mask
    with revealing() as seen:
        assert shown(row, name) == getattr(row, name)
        assert shown(Person(pk=8, id_number=""), "id_number") == ""
    assert seen == {(row._meta.label, row.pk)}
    assert shown(row, name) == mask


def test_a_page_that_fails_leaves_nothing_open() -> None:
    person = Person(pk=7, id_number="421199197001010004")
    with pytest.raises(ZeroDivisionError), revealing():
        raise ZeroDivisionError
    assert shown(person, "id_number") == "421***********0004"


def test_no_field_holds_a_number_of_somebodys_without_a_mask() -> None:
    """A field whose name or heading says that it is one, is one."""
    from django.apps import apps

    words = ("证件号", "身份证", "银行卡", "账号", "电话", "手机")
    loose = [
        f"{model.__name__}.{field.name}"
        for model in apps.get_models() if not hasattr(model, "pgh_tracked_model")
        for field in model._meta.concrete_fields
        if isinstance(field, models.CharField) and any(word in str(field.verbose_name) for word in words)
        and not isinstance(field, CleanedField)
    ]  # fmt: skip
    assert loose == []
