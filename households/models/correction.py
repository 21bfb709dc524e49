"""更正: a change of a household or of one member in a closed year, asked for by one person and consented to by another."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fupin.access import Actor
from fupin.audit import audited
from fupin.models import Region, User, year_field
from fupin.scope import Scoped
from households.models.household import HouseholdYear, of_assigned_households
from households.models.person import Membership


@audited()
class Correction(Scoped):
    """Field values of a household's closed year, old and new, with the reason; applied when somebody else consents.

    They are the household's own, or those of the one member who is named; who a member is, is corrected by an act.

    While it is applied it opens the guard for its village and year, within its transaction (fupin_door in the
    migration): consented to and not yet applied.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    year = year_field()
    household_year = models.ForeignKey(
        HouseholdYear, models.PROTECT, verbose_name="户", related_name="corrections"
    )
    member = models.ForeignKey(
        Membership, models.PROTECT, verbose_name="成员", null=True, blank=True, related_name="corrections"
    )
    old = models.JSONField("原值", encoder=DjangoJSONEncoder)
    new = models.JSONField("新值", encoder=DjangoJSONEncoder)
    reason = models.CharField("原因", max_length=200)
    asked_by = models.ForeignKey(User, models.PROTECT, verbose_name="申请人", related_name="+")
    asked_at = models.DateTimeField("申请时间", default=timezone.now)
    decided_by = models.ForeignKey(User, models.PROTECT, verbose_name="决定人", null=True, related_name="+")
    decided_at = models.DateTimeField("决定时间", null=True)
    consented = models.BooleanField("同意", null=True)
    applied_at = models.DateTimeField("更正时间", null=True)

    class Meta:
        verbose_name = verbose_name_plural = "更正"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="correction_by_two",
                violation_error_message="更正须由申请人以外的另一个人决定。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None, decided_at=None, consented=None)
                | Q(decided_by__isnull=False, decided_at__isnull=False, consented__isnull=False),
                name="correction_decided_whole",
                violation_error_message="更正的决定须写明谁、何时、是否同意。",
            ),
            models.CheckConstraint(
                condition=Q(applied_at=None) | Q(consented=True),
                name="correction_applied_with_consent",
                violation_error_message="没有同意的更正不能办理。",
            ),
            models.UniqueConstraint(
                fields=["household_year"],
                condition=Q(decided_by=None),
                name="correction_open_once",
                violation_error_message="该户这一年度已有一项更正在等待决定。",
            ),
        ]

    def __str__(self) -> str:
        return f"更正 {self.target}"

    @property
    def target(self) -> HouseholdYear | Membership:
        """The row that is to change."""
        return self.member or self.household_year

    @property
    def state(self) -> str:
        """What has become of it, in words."""
        return {None: "待决定", True: "已更正", False: "不同意"}[self.consented]

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the corrections of the households assigned."""
        return of_assigned_households(actor, "household_year__household")
