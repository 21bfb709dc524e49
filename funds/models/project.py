"""Projects of a village."""

from __future__ import annotations

from functools import reduce
from operator import add, and_

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from funds.enums import ProjectNature, ProjectStage
from funds.guards import stage_by_steps
from funds.ledgers import LedgerKind
from funds.library import ProjectCategory
from funds.sum_guards import kept_sums
from funds.validators import PLANNED_BY_LEVEL
from fupin.audit import audited
from fupin.fields import money_field
from fupin.guards import keeps_ledger
from fupin.models import Attachment, Placed

_PLANNED_SUM = reduce(
    add,
    (Coalesce(F(name), Value(0), output_field=models.DecimalField()) for name in PLANNED_BY_LEVEL),
)
#: What the village declares and others decide on: it stands as it is while a proposal stands.
DECLARED = (
    "region", "year", "name", "category", "nature", "quantity", "unit", "amount", "site", "content", "unit_in_charge",
    "target", "sharing", "homes", "people", "poor_homes", "plan_start", "plan_finish", *PLANNED_BY_LEVEL,
)  # fmt: skip


@audited()
class Project(Placed):
    """A project of a village in a year, planned, under way or done: 项目库, 到村项目台账.

    The year is the one in which it is to be built. `stage` is what it had come to at that year's end: the village's word,
    or what the steps say (funds/models/step.py) once it has been proposed.
    """

    position = models.PositiveSmallIntegerField("序号", null=True, blank=True, help_text="总结中的先后。")
    name = models.CharField("项目名称", max_length=60)
    category = models.CharField(
        "项目类型",
        max_length=4,
        choices=ProjectCategory.choices,
        blank=True,
        help_text="二级类型；申报入库的须填。",
    )
    nature = models.CharField("建设性质", max_length=2, choices=ProjectNature.choices, blank=True)
    quantity = models.DecimalField(
        "建设规模", max_digits=13, decimal_places=3, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField("单位", max_length=10, blank=True)
    amount = money_field("投入资金", validators=[MinValueValidator(0)])
    source = models.CharField("资金来源", max_length=60, blank=True)
    stage = models.CharField("进度", max_length=2, choices=ProjectStage.choices)
    site = models.CharField("实施地点", max_length=60, blank=True)
    content = models.CharField("建设内容", max_length=500, blank=True)
    unit_in_charge = models.CharField("责任单位", max_length=60, blank=True)
    target = models.CharField(
        "绩效目标", max_length=500, blank=True, help_text="申报入库的须填：做成什么、什么时候、惠及多少人。"
    )
    sharing = models.CharField(
        "联农带农机制",
        max_length=500,
        blank=True,
        help_text="产业项目申报入库的须填：务工、分红、土地流转、订单等，各带动多少户。",
    )
    homes = models.PositiveIntegerField("受益户数", null=True, blank=True)
    people = models.PositiveIntegerField("受益人数", null=True, blank=True)
    poor_homes = models.PositiveIntegerField(
        "其中贫困户数", null=True, blank=True, help_text="2021年起为脱贫户和监测户。"
    )
    plan_start = models.DateField("计划开工日期", null=True, blank=True)
    plan_finish = models.DateField("计划完工日期", null=True, blank=True)
    #: What is planned by the level that gives it; where any is stated, together they are the amount.
    plan_central = money_field("中央资金")
    plan_provincial = money_field("省级资金")
    plan_municipal = money_field("市级资金")
    plan_county = money_field("县级资金")
    plan_other = money_field("其他资金", help_text="东西部协作、定点帮扶、社会捐赠、自筹等。")
    remark = models.CharField("备注", max_length=200, blank=True)
    #: They go with the project where it is deleted.
    files = GenericRelation(Attachment)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "到村项目"
        ordering = ["region", "year", models.F("position").asc(nulls_last=True), "pk"]
        triggers = [
            *Placed.Meta.triggers,
            *keeps_ledger(LedgerKind.PROJECTS),
            *stage_by_steps(DECLARED),
            *kept_sums("p"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "name"],
                name="project_once",
                violation_error_message="本村这一年度已有同名项目。",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=ProjectStage.values),
                name="project_stage_known",
                violation_error_message="项目进度应为规划中、实施中、已完成或已终止。",
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | ~Q(unit=""),
                name="project_quantity_has_unit",
                violation_error_message="填了建设规模，请填写单位。",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="project_amount_not_negative",
                violation_error_message="投入资金不能小于0。",
            ),
            models.CheckConstraint(
                condition=Q(category="") | Q(category__in=ProjectCategory.values),
                name="project_category_known",
                violation_error_message="项目类型不在类型目录内。",
            ),
            models.CheckConstraint(
                condition=Q(plan_start=None) | Q(plan_finish=None) | Q(plan_finish__gte=F("plan_start")),
                name="project_plan_in_order",
                violation_error_message="计划完工日期早于计划开工日期。",
            ),
            models.CheckConstraint(
                condition=Q(homes=None) | Q(poor_homes=None) | Q(poor_homes__lte=F("homes")),
                name="project_poor_homes_among_homes",
                violation_error_message="其中贫困户数超过受益户数。",
            ),
            models.CheckConstraint(
                condition=Q(homes=None) | Q(people=None) | Q(people__gte=F("homes")),
                name="project_people_of_homes",
                violation_error_message="受益人数少于受益户数。",
            ),
            models.CheckConstraint(
                condition=Q(**dict.fromkeys(PLANNED_BY_LEVEL, None))
                | (Q(amount__isnull=False) & Q(amount=_PLANNED_SUM)),
                name="project_plan_is_amount",
                violation_error_message="各级资金之和与投入资金不等，请核对。",
            ),
            models.CheckConstraint(
                condition=reduce(
                    and_, (Q(**{name: None}) | Q(**{f"{name}__gte": 0}) for name in PLANNED_BY_LEVEL)
                ),
                name="project_plan_not_negative",
                violation_error_message="各级资金不能小于0。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.year}年）"
