"""Fields of personal numbers: the value, a keyed hash to match by, and the last four digits to show.

Three columns, so that the value can be encrypted later while matching and masked display go on working; the
audit tables carry the same ones.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models

from fupin.numbers import (
    BadNumber,
    clean_account,
    clean_personal_number,
    clean_phone,
    mask_account,
    mask_phone,
    masked,
    number_key,
    tail,
)


def key_of(number: str) -> str | None:
    """The keyed hash by which a personal number is matched; None for no number.

    A disability certificate matches the identity card whose 18 digits it begins with.
    """
    return number_key(number, settings.FUPIN_NUMBER_KEY.encode()) if number else None


class CleanedField(models.CharField):
    """A number that is shown masked, also in the history, and kept in its one written form."""

    def cleaned(self, text: str) -> str:
        """The text in its one written form; raises BadNumber."""
        raise NotImplementedError

    def masked(self, value: str) -> str:
        """The number as people may see it; empty stays empty."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """Normalise what was typed (x becomes X, full width half width); what is refused stays as typed."""
        text = super().to_python(value)
        try:
            return self.cleaned(text) if text else text
        except BadNumber:
            return text

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse what has no written form."""
        super().validate(value, model_instance)
        try:
            if value:
                self.cleaned(value)
        except BadNumber as error:
            raise ValidationError(str(error)) from error


class PhoneField(CleanedField):
    """A mobile number, or a landline with its area code; shown as 138****1234."""

    def cleaned(self, text: str) -> str:
        """As clean_phone has it."""
        return clean_phone(text)

    def masked(self, value: str) -> str:
        """As mask_phone has it."""
        return mask_phone(value)


class BankAccountField(CleanedField):
    """The number of a bank card or passbook; shown by its last four digits."""

    def cleaned(self, text: str) -> str:
        """As clean_account has it."""
        return clean_account(text)

    def masked(self, value: str) -> str:
        """As mask_account has it."""
        return mask_account(value)


def money_field(verbose_name: str, **options: Any) -> models.DecimalField:
    """An amount in 元 with 分; empty means not known, which is not 0."""
    return models.DecimalField(
        f"{verbose_name}（元）", max_digits=16, decimal_places=2, null=True, blank=True, **options
    )


class PersonalNumberField(CleanedField):
    """An ID or disability certificate number; empty where there is none yet (a newborn)."""

    def cleaned(self, text: str) -> str:
        """As clean_personal_number has it."""
        return clean_personal_number(text)

    def masked(self, value: str) -> str:
        """As masked has it."""
        return masked(value)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 22)
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)


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
