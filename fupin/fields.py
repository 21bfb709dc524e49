"""Fields of personal numbers: the value, a keyed hash to match by, and the last four digits to show.

Three columns, so that the value can be encrypted later while matching and masked display go on working; the
audit tables carry the same ones.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from fupin.numbers import BadNumber, clean_personal_number, clean_phone, number_key, tail


def key_of(number: str) -> str | None:
    """The keyed hash by which a personal number is matched; None for no number.

    A disability certificate matches the identity card whose 18 digits it begins with.
    """
    return number_key(number, settings.FUPIN_NUMBER_KEY.encode()) if number else None


def validate_personal_number(value: str) -> None:
    """Refuse what is no 18-digit ID and no 20- or 22-digit disability certificate."""
    try:
        clean_personal_number(value)
    except BadNumber as error:
        raise ValidationError(str(error)) from error


def validate_phone(value: str) -> None:
    """Refuse what is no mobile and no landline number with its area code."""
    try:
        clean_phone(value)
    except BadNumber as error:
        raise ValidationError(str(error)) from error


class PhoneField(models.CharField):
    """A phone number; shown masked (138****1234), also in the history."""

    default_validators = [validate_phone]

    def to_python(self, value: Any) -> Any:
        """Normalise what was typed; what is refused stays as typed."""
        text = super().to_python(value)
        try:
            return clean_phone(text) if text else text
        except BadNumber:
            return text


def money_field(verbose_name: str, **options: Any) -> models.DecimalField:
    """An amount in 元 with 分; empty means not known, which is not 0."""
    return models.DecimalField(
        f"{verbose_name}（元）", max_digits=16, decimal_places=2, null=True, blank=True, **options
    )


class PersonalNumberField(models.CharField):
    """An ID or disability certificate number; empty where there is none yet (a newborn)."""

    default_validators = [validate_personal_number]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 22)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)

    def to_python(self, value: Any) -> Any:
        """Normalise what was typed (x becomes X, full width half width); what is refused stays as typed."""
        text = super().to_python(value)
        try:
            return clean_personal_number(text) if text else text
        except BadNumber:
            return text


class _ShadowField(models.CharField):
    """A column computed from a personal number whenever the row is saved through the ORM."""

    def __init__(self, *args: Any, of: str, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"editable": False, **kwargs})

    def deconstruct(self) -> Any:
        """Keep the name of the number's field in migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of}


class NumberKeyField(_ShadowField):
    """The keyed hash of a personal number; NULL where there is no number, so that it can be unique."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 32, "null": True, **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Compute it from the number."""
        value = key_of(getattr(model_instance, self.of))
        setattr(model_instance, self.attname, value)
        return value


class NumberTailField(_ShadowField):
    """The last four digits of a personal number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 4, "blank": True, "default": "", **kwargs})

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Compute it from the number."""
        number = getattr(model_instance, self.of)
        value = tail(number) if number else ""
        setattr(model_instance, self.attname, value)
        return value
