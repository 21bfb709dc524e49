"""Which helper looks after which household."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from fupin.access import Actor
from fupin.audit import audited
from fupin.models import Region, User
from fupin.scope import Scoped, ScopedQuerySet
from households.models.household import Household, of_assigned_households


@audited()
class Pairing(Scoped):
    """A helper (帮扶责任人) and a household, from a day to a day; it is what a helper's scope is made of."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", related_name="+")
    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="pairings")
    helper = models.ForeignKey(User, models.PROTECT, verbose_name="帮扶责任人", related_name="pairings")
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "结对帮扶"
        ordering = ["region", "household__number", "-starts_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["household", "helper", "starts_on"],
                name="pairing_once",
                violation_error_message="这一结对已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="pairing_ends_after_start",
                violation_error_message="结束日期不能早于开始日期。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.helper} — {self.household}"

    @classmethod
    def current_for(cls, actor: Actor) -> ScopedQuerySet:
        """The pairings of a user that hold today (a right is a matter of today, unlike any figure)."""
        today = timezone.localdate()
        pairings = cls.objects.unscoped("these rows are what the scope of a helper is made of")
        return pairings.filter(
            Q(ends_on=None) | Q(ends_on__gte=today), helper=getattr(actor, "pk", None), starts_on__lte=today
        )

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the pairings of the households assigned."""
        return of_assigned_households(actor, "household")
