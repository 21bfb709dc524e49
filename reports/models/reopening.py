"""The reopening of a closed year: asked for by one, confirmed by another."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fupin.audit import audited
from fupin.models import Region, User, year_field
from fupin.models.review import REMARK_LENGTH
from fupin.scope import Scoped


@audited()
class Reopening(Scoped):
    """That somebody wants the closed year of a region's villages opened again, and what a second person said to it."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="范围", db_index=False, related_name="+")
    year = year_field()
    reason = models.CharField("重新打开的原因", max_length=REMARK_LENGTH)
    asked_by = models.ForeignKey(User, models.PROTECT, verbose_name="申请人", related_name="+")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name="决定人", null=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True)
    consented = models.BooleanField("同意", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "重新打开"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | Q(consented=False) | ~Q(decided_by=F("asked_by")),
                name="reopening_by_two",
                violation_error_message="重新打开须由申请人以外的另一个人确认。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, consented=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, consented__isnull=False),
                name="reopening_decided_whole",
                violation_error_message="重新打开的决定须写明谁、何时、是否同意。",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="reopening_has_reason",
                violation_error_message="请填写重新打开的原因。",
            ),
            # Its index also finds the reopenings that wait.
            models.UniqueConstraint(
                fields=["region", "year"],
                condition=Q(decided_by=None),
                name="reopening_open_once",
                violation_error_message="已有一项重新打开的申请在等待确认。",
            ),
        ]

    def __str__(self) -> str:
        return f"重新打开{self.region}{self.year}年度"

    @property
    def state(self) -> str:
        """What has become of it, in words."""
        return {None: "待确认", True: "已重新打开", False: "已撤销"}[self.consented]
