"""The form of a household's income, with its calculator."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from fupin.access import Actor
from fupin.models import Level, Region
from fupin.place import Place
from fupin.queries.history import last_written
from fupin.resource import RowForm
from fupin.words import half_up, plain
from households.domain.income import PERIOD
from households.doubts import income_doubts
from households.income import FIELDS, IncomeKind, Reckoned, by_part, field_of, part_of, reckon
from households.interfaces.tables import money
from households.models import HouseholdYear, IncomeItem, PovertyLine
from households.models.income import MOST_YUAN
from households.queries.income import lines_of
from households.validators import period_problems

PERIOD_TITLE = "收入所属期间"
#: What is read as an amount, here and by static/src/income.js.
AMOUNT = re.compile(r"([+-]?[0-9]*\.?[0-9]*)")


class YuanField(forms.DecimalField):
    """An amount in 元, as it is typed or pasted: 12,000 and １２０００ too."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=0, max_value=MOST_YUAN, max_digits=16, decimal_places=2, **kwargs)

    def to_python(self, value: Any) -> Decimal | None:
        """The number, without what only helps the eye."""
        if isinstance(value, str):
            value = unicodedata.normalize("NFKC", value).replace(",", "").strip().removesuffix("元").strip()
            if not AMOUNT.fullmatch(value):
                raise ValidationError(self.error_messages["invalid"], code="invalid")
        return super().to_python(value)


@dataclass(frozen=True)
class Verdict:
    """What a line says of a household: its name with the amount, where it was read, and whether it is reached."""

    line: PovertyLine
    reached: bool | None

    @property
    def name(self) -> str:
        """The line in words."""
        whose = "国家" if self.line.region is None else str(self.line.region)
        return f"{self.line.year}年{self.line.get_kind_display()}（{whose}，{money(self.line.amount)}元）"

    @property
    def said(self) -> str:
        """Whether it is reached, in words."""
        return "" if self.reached is None else f"{'达到' if self.reached else '低于'}{self.name}"


class Calculator:
    """What a page shows of a household's income: the sums of the parts, and what follows."""

    def __init__(self, reckoned: Reckoned, lines: list[PovertyLine], place: Place) -> None:
        self.reckoned, self.lines, self.place = reckoned, lines, place

    @property
    def sums(self) -> list[tuple[str, str, str]]:
        """Of each part: its key for the script, label, and sum."""
        parts = self.reckoned.parts.items()
        return [(part.name.lower(), part.label, money(amount)) for part, amount in parts]

    @property
    def net(self) -> str:
        """家庭纯收入."""
        return money(self.reckoned.net)

    @property
    def per_head(self) -> str:
        """人均纯收入, rounded to 分."""
        per_head = self.reckoned.per_head
        return money(None if per_head is None else half_up(per_head, 2))

    @property
    def verdicts(self) -> list[Verdict]:
        """What each line says."""
        return [Verdict(line, self.reckoned.reaches(line.amount)) for line in self.lines]

    def beside(self, before: Calculator | None) -> list[tuple[str, str, str]]:
        """The lines of a table: label, this year's amount, and that of the year before."""
        return [
            (label, now, last)
            for (label, now), (_, last) in zip(
                self.lines_of_table, (before or self).lines_of_table, strict=True
            )
        ]

    @property
    def lines_of_table(self) -> list[tuple[str, str]]:
        """Label and amount, from the parts to what is left a head."""
        people = f"{self.reckoned.people}人"
        sums = [(label, amount) for _, label, amount in self.sums]
        return [*sums, ("家庭纯收入", self.net), ("在户人数", people), ("人均纯收入", self.per_head)]

    @property
    def lines_url(self) -> str:
        """Where the county's lines are."""
        return self.place.url("lines_list")


class IncomeForm(RowForm):
    """All that a household earns and spends on production in a year, item by item; with last year's beside."""

    class Meta:
        model = HouseholdYear
        fields = PERIOD

    def __init__(
        self, *args: Any, place: Place, actor: Actor, instance: HouseholdYear, **kwargs: Any
    ) -> None:
        super().__init__(*args, place=place, actor=actor, instance=instance, **kwargs)
        year = instance.year
        self.before: dict[str, Decimal] = {}
        known = IncomeItem.objects.visible_to(actor).filter(
            household_year__household=instance.household_id, year__in=(year, year - 1)
        )
        amounts: dict[str, Decimal] = {}
        for item in known:
            (amounts if item.year == year else self.before)[item.kind] = item.amount
        self.fields["income_from"].help_text = "不是按自然年计算的才填，如上年10月1日。"
        for name, kind in FIELDS.items():
            field = self.fields[name] = YuanField(label=kind.label, required=False)
            field.widget.attrs["data-part"] = part_of(kind, year).name.lower()
            if kind in self.before:
                field.help_text = f"{year - 1}年：{money(self.before[kind])}"
            if kind in amounts:
                self.initial[name] = plain(amounts[kind])

    @property
    def fieldsets(self) -> list[tuple[str, list[Any]]]:
        """The parts of the form, each with its fields."""
        parts = [
            (f"{part.label}（元）", [self[field_of(kind)] for kind in kinds])
            for part, kinds in by_part(self.instance.year).items()
            if kinds
        ]
        return [*parts, (PERIOD_TITLE, [self[name] for name in PERIOD])]

    def amounts(self) -> dict[str, Decimal | None]:
        """The amounts by kind, as they stand in the form; what cannot be read is not known."""
        found: dict[str, Decimal | None] = {}
        for name, kind in FIELDS.items():
            with suppress(ValidationError):
                found[kind.value] = self.fields[name].clean(self[name].value())
        return found

    def calculator(self) -> Calculator:
        """What follows from the amounts in the form."""
        row = self.instance
        return Calculator(
            reckon(self.amounts(), year=row.year, people=row.people),
            lines_of(row.region, row.year),
            self.place,
        )

    def clean(self) -> dict[str, Any]:
        """The fields' own rules; the period runs forward."""
        values = super().clean()
        for problem in period_problems(values):
            self.add_error(problem.name, f"{problem.reason}。{problem.remedy}。")
        return values

    def doubts(self) -> Iterator[tuple[str, str]]:
        """What is unlikely (the rules of 2017 and 2023); several of one field are said together."""
        row, said = self.instance, defaultdict(list)
        amounts = {kind.value: self.cleaned_data[name] for name, kind in FIELDS.items()}
        lines = lines_of(row.region, row.year)
        for kind, text in income_doubts(
            amounts, self.before, year=row.year, people=row.people, status=row.status,
            line=lines[0].amount if lines else None,
        ):  # fmt: skip
            said[field_of(IncomeKind(kind))].append(text)
        for name, texts in said.items():
            yield name, "".join(texts)

    def last_touched(self, name: str) -> tuple[str, datetime | None]:
        """Of an amount, who wrote or deleted the item."""
        if name not in FIELDS:
            return super().last_touched(name)
        return last_written(IncomeItem, household_year=self.instance.pk, kind=FIELDS[name].value)


class LineForm(RowForm):
    """A line of the place's county, or of the province or city where it is entered there."""

    class Meta:
        model = PovertyLine
        fields = ("year", "kind", "amount", "source")

    def __init__(self, *args: Any, place: Place, instance: Any = None, **kwargs: Any) -> None:
        instance = instance or PovertyLine(region=county_of(place.region), year=place.year)
        super().__init__(*args, place=place, instance=instance, **kwargs)


def county_of(region: Region) -> Region:
    """The county in which a region lies, or the region itself where it lies in none."""
    while region.level > Level.COUNTY and region.parent:
        region = region.parent
    return region
