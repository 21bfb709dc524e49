"""What households and people were given."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from funds.enums import HOUSING, MEASURES, DangerGrade, Measure
from funds.guards import lent_stays
from funds.models.enterprise import Enterprise
from fupin.access import Actor
from fupin.audit import audited
from fupin.fields import money_field
from fupin.guards import keeps_ledger
from fupin.models import Placed
from households.models import Household, Person, YearsOfHousehold, of_assigned_households

#: What makes a benefit this one and no other, and what a blank in it counts as.
BENEFIT_KEY = ("household_id", "measure", "year", "person_id", "on")
BENEFIT_BLANKS = {"person_id": 0, "on": date.min}


def once_each(name: str, message: str, *fields: str, **blanks: Any) -> models.UniqueConstraint:
    """At most one row with these values. A blank of a field in `blanks` counts as the value given there.

    PostgreSQL before 15 has no NULLS NOT DISTINCT; fupin.domain.bulk.upsert takes the same blanks.
    """
    columns = [F(field) for field in fields] + [Coalesce(F(f), Value(v)) for f, v in blanks.items()]
    return models.UniqueConstraint(*columns, name=name, violation_error_message=message)


@audited()
class Benefit(Placed):
    """A measure that a household, or one person of it, had in a year: 扶贫手册 帮扶措施, and the ledgers behind it.

    What is paid several times a year without dates is one row with the year's sum.
    """

    # The index of benefit_once begins with the household.
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="benefits", db_index=False
    )
    household_years = YearsOfHousehold()
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="享受人", null=True, blank=True, related_name="benefits",
        help_text="按人享受的选人，按户享受的留空。",
    )  # fmt: skip
    measure = models.CharField("帮扶措施", max_length=3, choices=Measure.choices)
    grade = models.CharField(
        "危房等级", max_length=2, choices=DangerGrade.choices, blank=True, help_text="只用于危旧房改造。"
    )
    on = models.DateField("日期", null=True, blank=True, help_text="发放或完成的日期；不分次的留空。")
    quantity = models.DecimalField(
        "数量", max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField("单位", max_length=10, blank=True)
    #: 元 for each unit of the quantity.
    standard = money_field("补助标准", validators=[MinValueValidator(0)])
    amount = money_field("金额", validators=[MinValueValidator(0)])
    tranche = models.CharField("批次", max_length=20, blank=True, help_text="分批发放的填写，如：第一批。")
    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name="投放主体", null=True, blank=True, related_name="benefits",
        help_text="贷款、分红等投入的市场主体。",
    )  # fmt: skip
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "到户措施与资金"
        ordering = ["region", "measure", "household__number", "year", "on", "pk"]
        triggers = [
            *Placed.Meta.triggers,
            *keeps_ledger({m.value: facts.ledger.value for m, facts in MEASURES.items()}, column="measure"),
            *lent_stays(),
        ]
        constraints = [
            once_each(
                "benefit_once", "该户（人）同一年度、同一日期的这项措施已经登记，请核对日期或改正原有记录。",
                "household", "measure", "year", person=0, on=date.min,
            ),
            models.CheckConstraint(
                condition=Q(measure__in=Measure.values),
                name="benefit_measure_known",
                violation_error_message="帮扶措施不在措施目录内。",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | ~Q(unit=""),
                name="benefit_quantity_has_unit",
                violation_error_message="填了数量，请填写单位。",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="benefit_amount_not_negative",
                violation_error_message="金额不能小于0。",
            ),
            models.CheckConstraint(
                condition=Q(standard=None) | Q(standard__gte=0),
                name="benefit_standard_not_negative",
                violation_error_message="补助标准不能小于0。",
            ),
            models.CheckConstraint(
                condition=Q(grade="") | Q(measure__in=HOUSING, grade__in=DangerGrade.values),
                name="benefit_grade_of_house",
                violation_error_message="危房等级只填在全拆全建、部分改建上，应为C级或D级。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_measure_display()} {self.household}（{self.year}年）"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees those of the households assigned."""
        return of_assigned_households(actor, "household")
