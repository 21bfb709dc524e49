"""Fields of forms about people: a day of the year, a personal number, who somebody is."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone

from fupin.numbers import BadNumber, clean_personal_number
from fupin.place import Place
from households.enums import Sex

BLANK = [("", "请选择")]


def tells(form: forms.BaseForm, place: Place) -> None:
    """Let the script ask what a personal number tells while it is typed (static/src/numbers.js)."""
    form.fields["id_number"].widget.attrs["data-tells"] = place.url("households_number")


class DayField(forms.DateField):
    """A day inside a year; today, where that is in it."""

    def __init__(self, *, year: int, **kwargs: Any) -> None:
        today = timezone.localdate()
        limits = {"min": f"{year}-01-01", "max": f"{year}-12-31"}
        widget = forms.DateInput(attrs={"type": "date", **limits}, format="%Y-%m-%d")
        kwargs.setdefault("initial", today if today.year == year else None)
        super().__init__(widget=widget, **kwargs)


class IdNumberField(forms.CharField):
    """A personal number, in its one written form."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, label="证件号码", **kwargs)
        self.widget.attrs |= {"autocomplete": "off", "data-number": "id"}

    def clean(self, value: Any) -> str:
        """Checked, x made X."""
        text = super().clean(value)
        try:
            return clean_personal_number(text) if text else ""
        except BadNumber as error:
            raise forms.ValidationError(str(error)) from error


class Identity(forms.Form):
    """Who somebody is: a name, and a number or what it would say."""

    name = forms.CharField(label="姓名", max_length=50)
    id_number = IdNumberField(help_text="有号码的，性别和出生日期可以不填。")
    sex = forms.ChoiceField(label="性别", choices=[*BLANK, *Sex.choices], required=False)
    birth_date = forms.DateField(
        label="出生日期", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    @property
    def identity(self) -> dict[str, Any]:
        """As the domain takes it."""
        return {name: self.cleaned_data.get(name) for name in ("name", "id_number", "sex", "birth_date")}

    def clean(self) -> dict[str, Any]:
        """Without a number, sex and birth date are wanted."""
        values = super().clean() or {}
        if not values.get("id_number") and "id_number" not in self.errors:
            for name, label in (("sex", "性别"), ("birth_date", "出生日期")):
                if not values.get(name) and name not in self.errors:
                    self.add_error(name, f"没有证件号码的，请填写{label}。")
        return values
