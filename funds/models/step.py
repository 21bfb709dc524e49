"""The journal of a project: what was done with it, when, by which document."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import and_

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from funds.guards import steps_in_order
from funds.library import ALL_STEPS, StepKind, TenderWay
from funds.models.project import Project
from funds.money_guards import paid_stays_approved
from fupin.audit import audited
from fupin.fields import money_field
from fupin.models import Attachment, Placed, User

#: A step that stands.
STANDING = Q(undone_at=None)


def _stated(kind: StepKind, needs: tuple[str, ...]) -> Q:
    blank = {"document": "", "reason": "", "way": ""}
    missing = [Q(**{name: blank.get(name)}) for name in needs]
    return ~Q(kind=kind) | reduce(and_, (~one for one in missing))


@audited()
class ProjectStep(Placed):
    """A step of a project's life on a day, in the village's year of that day.

    A step is never deleted: it is taken back with a reason, from the last one on, and then counts no more. Kinds, who
    takes them, and their order are declared in funds/library.py.
    """

    # The index below begins with the project.
    project = models.ForeignKey(
        Project, models.PROTECT, verbose_name="项目", related_name="steps", db_index=False
    )
    kind = models.CharField("环节", max_length=2, choices=StepKind.choices)
    on = models.DateField("日期")
    document = models.CharField("文号或文件名称", max_length=100, blank=True)
    amount = money_field("金额", validators=[MinValueValidator(Decimal(0))])
    share = models.PositiveSmallIntegerField(
        "累计完成（%）", null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    way = models.CharField("实施方式", max_length=2, choices=TenderWay.choices, blank=True)
    reason = models.CharField("说明", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="登记人",
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    recorded_at = models.DateTimeField("登记时间", auto_now_add=True)
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True, editable=False)
    undone_by = models.ForeignKey(
        User,
        models.PROTECT,
        verbose_name="撤销人",
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        db_index=False,
    )
    undone_reason = models.CharField("撤销原因", max_length=200, blank=True, editable=False)
    files = GenericRelation(Attachment)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "项目办理记录"
        ordering = ["on", "pk"]
        triggers = [*Placed.Meta.triggers, *steps_in_order(), *paid_stays_approved()]
        indexes = [
            *Placed.Meta.indexes,
            models.Index(fields=["project", "kind", "on"], name="step_of_project"),
            # A document of another kind of step is asked about at each save; many steps have none.
            models.Index(fields=["document"], condition=~Q(document=""), name="step_by_document"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=StepKind.values),
                name="step_kind_known",
                violation_error_message="办理环节不明。",
            ),
            models.CheckConstraint(
                condition=Q(on__year=models.F("year")),
                name="step_in_its_year",
                violation_error_message="办理日期不在记录的年度内。",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=STANDING & ~Q(kind__in=[StepKind.PROGRESS, StepKind.RETURNED]),
                name="step_once",
                violation_error_message="该项目的这一环节已经登记，请刷新页面查看。",
            ),
            models.UniqueConstraint(
                fields=["project", "on"],
                condition=STANDING & Q(kind=StepKind.PROGRESS),
                name="step_progress_once_a_day",
                violation_error_message="该项目这一天的形象进度已经登记。",
            ),
            models.CheckConstraint(
                condition=reduce(
                    and_, (_stated(kind, step.needs) for kind, step in ALL_STEPS.items() if step.needs)
                ),
                name="step_states_what_it_needs",
                violation_error_message="批复、验收、结算等环节的文号、金额、实施方式、进度等必填内容没有填写完整。",
            ),
            models.CheckConstraint(
                condition=(Q(amount=None) | Q(amount__gte=0)) & (Q(share=None) | Q(share__lte=100)),
                name="step_numbers_possible",
                violation_error_message="金额不能小于0，进度不能超过100%。",
            ),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_reason="") | (~Q(undone_at=None) & ~Q(undone_reason="")),
                name="step_undone_with_reason",
                violation_error_message="撤销须写明原因。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on:%Y-%m-%d}"
