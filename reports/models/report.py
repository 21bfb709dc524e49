"""A report as a thing of its own: who writes it, who approves it, when it was sealed. Its moves, declared once."""

from __future__ import annotations

from dataclasses import dataclass

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fupin.access import Action
from fupin.audit import audited
from fupin.guards import no_truncate
from fupin.models import Level, Region, User, year_field
from fupin.models.review import REMARK_LENGTH
from fupin.scope import Scoped
from reports.figures.window import PARTS, Window


@audited()
class Report(Scoped):
    """A report of a kind, of a region and a period. It is live until it is sealed, and never changes then.

    Who wants another one after the year was opened again writes a new version.
    """

    class State(models.TextChoices):
        """In whose hands it is: its writer's, the level's above, the county office's, nobody's."""

        DRAFT = "draft", "编写中"
        SUBMITTED = "submitted", "已提交"
        APPROVED = "approved", "已批准"
        SEALED = "sealed", "已封存"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="单位", db_index=False, related_name="+")
    kind = models.CharField("报告种类", max_length=20)
    #: The last year of the period: the register is read in it.
    year = year_field("报告年度")
    first = year_field("工作开始年度")
    part = models.CharField("期间", max_length=2, blank=True)
    since = year_field("累计开始年度")
    version = models.PositiveSmallIntegerField("版本", default=1)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    #: The version of the county's wording that it speaks since it was submitted; 0: the shipped one. Empty: the newest.
    wording = models.PositiveIntegerField("措辞版本", null=True, blank=True)
    submitted_by = models.ForeignKey(User, models.PROTECT, verbose_name="提交人", null=True, related_name="+")
    approved_by = models.ForeignKey(User, models.PROTECT, verbose_name="批准人", null=True, related_name="+")
    #: Of what was approved: nothing else is sealed.
    approved = models.CharField("批准内容的摘要", max_length=64, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "报告"
        ordering = ["region", "year", "kind", "-version"]
        triggers = [
            no_truncate(),
            pgtrigger.Protect(
                name="sealed_stays",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="sealed"),
            ),
        ]
        constraints = [
            # Its index also finds the reports of a region and year.
            models.UniqueConstraint(
                fields=["region", "year", "kind", "first", "part", "since", "version"],
                name="report_version_once",
                violation_error_message="有人刚刚建立了同一份报告，请刷新页面。",
            ),
            models.UniqueConstraint(
                fields=["region", "year", "kind", "first", "part", "since"],
                condition=~Q(state="sealed"),
                name="report_in_hand_once",
                violation_error_message="这份报告还没有封存，不能另写新版本。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "submitted", "approved", "sealed"]),
                name="report_state_known",
                violation_error_message="报告状态不明。",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | Q(submitted_by=None) | ~Q(approved_by=F("submitted_by")),
                name="report_by_two",
                violation_error_message="报告须由提交人以外的另一个人批准。",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_by=None, wording=None)
                | (~Q(state="draft") & Q(wording__isnull=False)),
                name="report_submitted_whole",
                violation_error_message="报告提交时须定下措辞版本。",
            ),
            models.CheckConstraint(
                condition=(~Q(state__in=["approved", "sealed"]) & Q(approved_by=None, approved=""))
                | (Q(state__in=["approved", "sealed"]) & ~Q(approved="")),
                name="report_approved_whole",
                violation_error_message="报告批准时须记下批准的内容。",
            ),
            models.CheckConstraint(
                condition=Q(first__lte=F("year"), since__lte=F("year"), part__in=list(PARTS)),
                name="report_period_holds",
                violation_error_message="报告的期间不对。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region}{self.window.years}报告"

    @property
    def window(self) -> Window:
        """What it looks at."""
        return Window(self.region, self.first, self.year, self.since, self.part)

    @property
    def is_sealed(self) -> bool:
        """Whether it changes no more."""
        return self.state == self.State.SEALED

    @property
    def approved_at_code(self) -> str:
        """Where the right to approve it is asked: at the level above; of a county, by the county itself."""
        region = self.region
        is_below = region.level > Level.COUNTY and region.parent_id is not None
        return str(region.parent_id) if is_below else region.code


State = Report.State


class ReportMoveKind(models.TextChoices):
    """What can be done with a report."""

    BEGIN = "begin", "开始编写"
    SUBMIT = "submit", "提交"
    TAKE_BACK = "take_back", "撤回"
    RETURN = "return", "退回"
    APPROVE = "approve", "批准"
    SEAL = "seal", "封存"


@dataclass(frozen=True)
class ReportStep:
    """A move: from which states to which, by what right, whether that is asked at the level above, and whether it needs a reason."""

    move: ReportMoveKind
    sources: tuple[Report.State, ...]
    to: Report.State
    action: Action
    from_above: bool = False
    needs_remark: bool = False
    #: Nobody approves what he has submitted himself.
    by_another: bool = False

    def asked_at(self, report: Report) -> str:
        """The code of the region in which the right must be held."""
        return report.approved_at_code if self.from_above else report.region_id


#: The life of a report. Domain, buttons, docs and tests read this table; beginning one is the one move without a row.
REPORT_STEPS: dict[ReportMoveKind, ReportStep] = {
    step.move: step
    for step in (
        ReportStep(ReportMoveKind.SUBMIT, (State.DRAFT,), State.SUBMITTED, Action.DRAFT),
        ReportStep(ReportMoveKind.TAKE_BACK, (State.SUBMITTED,), State.DRAFT, Action.DRAFT),
        ReportStep(
            ReportMoveKind.APPROVE, (State.SUBMITTED,), State.APPROVED, Action.APPROVE, True, by_another=True
        ),
        ReportStep(
            ReportMoveKind.RETURN,
            (State.SUBMITTED, State.APPROVED),
            State.DRAFT,
            Action.APPROVE,
            from_above=True,
            needs_remark=True,
        ),
        ReportStep(ReportMoveKind.SEAL, (State.APPROVED,), State.SEALED, Action.SEAL),
    )
}


class ReportMove(Scoped):
    """A line of a report's journal: who did what with it, when, and why. Append-only."""

    report = models.ForeignKey(Report, models.PROTECT, verbose_name="报告", related_name="moves")
    move = models.CharField("事项", max_length=10, choices=ReportMoveKind.choices)
    by = models.ForeignKey(User, models.PROTECT, verbose_name="办理人", null=True, related_name="+")
    at = models.DateTimeField("时间", default=timezone.now)
    remark = models.CharField("意见", max_length=REMARK_LENGTH, blank=True)

    region_path = "report__region__code"

    class Meta:
        verbose_name = verbose_name_plural = "报告办理记录"
        ordering = ["report", "pk"]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
            no_truncate(),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.get_move_display()}"
