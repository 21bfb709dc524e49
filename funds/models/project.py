"""Projects of a village."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from funds.enums import ProjectNature, ProjectStage
from funds.ledgers import LedgerKind
from fupin.audit import audited
from fupin.fields import money_field
from fupin.guards import keeps_ledger
from fupin.models import Attachment, Placed


@audited()
class Project(Placed):
    """A project of a village in a year, planned, under way or done: 项目库, 到村项目台账."""

    position = models.PositiveSmallIntegerField("序号", null=True, blank=True, help_text="总结中的先后。")
    name = models.CharField("项目名称", max_length=60)
    nature = models.CharField("建设性质", max_length=2, choices=ProjectNature.choices, blank=True)
    quantity = models.DecimalField(
        "建设规模", max_digits=12, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    unit = models.CharField("单位", max_length=10, blank=True)
    amount = money_field("投入资金", validators=[MinValueValidator(0)])
    source = models.CharField("资金来源", max_length=60, blank=True)
    stage = models.CharField("进度", max_length=2, choices=ProjectStage.choices)
    site = models.CharField("实施地点", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)
    #: They go with the project where it is deleted.
    files = GenericRelation(Attachment)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "到村项目"
        ordering = ["region", "year", models.F("position").asc(nulls_last=True), "pk"]
        triggers = [*Placed.Meta.triggers, *keeps_ledger(LedgerKind.PROJECTS)]
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
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.year}年）"
