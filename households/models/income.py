"""What a household earns in a year, item by item, and the line that it is measured by."""

from __future__ import annotations

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.models import Level, Placed, Region, year_field
from fupin.refusals import BY_HAND
from fupin.scope import Scoped, prefix_q
from households.income import IncomeKind, LineKind
from households.models.household import HouseholdYear, of_assigned_households

# A foreign key over three columns, made in a migration (0008_income).
BY_HAND["income_lies_with_household"] = "收入的村和年度应与所在户一致。"

#: 元 a household and year: far above what anybody earns, so that a slip of the finger is told before the database has to.
MOST_YUAN = 1_000_000_000


@audited()
class IncomeItem(Placed):
    """An item of a household's income or costs in its year (AC07), 元. One that is 0 was asked; one not asked has no row."""

    # The index of income_once begins with it.
    household_year = models.ForeignKey(
        HouseholdYear, models.PROTECT, verbose_name="户", related_name="incomes", db_index=False
    )
    kind = models.CharField("收入项目", max_length=3, choices=IncomeKind.choices)
    amount = models.DecimalField(
        "金额（元）", max_digits=16, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "家庭收入"
        ordering = ["region", "household_year", "kind"]
        constraints = [
            models.UniqueConstraint(
                # One row a household and year there is already.
                fields=["household_year", "kind"],
                name="income_once",
                violation_error_message="该户这一年度的这一收入项目已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=IncomeKind.values),
                name="income_kind_known",
                violation_error_message="收入项目不在目录内。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="income_not_negative",
                violation_error_message="收入和支出的金额都不能小于0。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}（{self.household_year}）"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the income of the households assigned."""
        return of_assigned_households(actor, "household_year__household")


@audited()
class PovertyLine(Scoped):
    """A line of a year, 元 a head: the nation's (no region), or one that a province, city or county goes by."""

    region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="适用地区", null=True, blank=True, related_name="+"
    )
    year = year_field()
    kind = models.CharField("标准类别", max_length=2, choices=LineKind.choices)
    amount = models.DecimalField(
        "标准（元/人）", max_digits=8, decimal_places=2, validators=[MinValueValidator(1)]
    )
    source = models.CharField("依据", max_length=200, help_text="文件名称和文号，或公布的机关和日期。")

    class Meta:
        verbose_name = verbose_name_plural = "收入标准"
        ordering = ["-year", "kind", "region_id"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "kind"],
                name="line_once",
                violation_error_message="本地区这一年度的这类标准已经登记。",
            ),
            models.UniqueConstraint(
                fields=["year", "kind"],
                condition=Q(region=None),
                name="national_line_once",
                violation_error_message="这一年度的国家标准已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=LineKind.values),
                name="line_kind_known",
                violation_error_message="标准类别应为扶贫标准或监测标准。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="line_positive",
                violation_error_message="标准应大于0。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}年{self.get_kind_display()}（{self.region or '国家'}）"

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Whoever sees households sees the nation's lines, and those of the regions above and below their own."""
        prefixes = {*actor.prefixes(action), *actor.prefixes(action, narrowed=True)}
        if not prefixes:
            return Q(pk=None)
        if action != Action.VIEW:
            return prefix_q("region__code", tuple(prefixes)) & ~Q(region=None)
        return Q(region=None) | prefix_q("region__code", tuple(prefixes)) | Q(region__in=above(prefixes))


def above(codes: set[str]) -> set[str]:
    """The codes of the regions above those of these codes or prefixes."""
    levels = [level for level in Level if level < Level.VILLAGE]
    return {code[:level].ljust(12, "0") for code in codes for level in levels if level < len(code)}
