"""The dated journal of a household."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fupin.access import Actor
from fupin.audit import audited
from fupin.models import Placed
from households.enums import ActKind
from households.models.household import Household, of_assigned_households
from households.models.person import Person


@audited()
class Act(Placed):
    """Something that happened to a household or a member, on a day, for a reason.

    One function writes the act and the year row together (households/domain), so that the journal and the
    register cannot tell different stories.
    """

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="acts")
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="人员", null=True, blank=True, related_name="acts"
    )
    kind = models.CharField("事项", max_length=20, choices=ActKind.choices)
    on = models.DateField("日期")
    reason = models.CharField("原因", max_length=200, blank=True)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "变动记录"
        ordering = ["on", "pk"]
        indexes = [*Placed.Meta.indexes, models.Index(fields=["household", "on"], name="act_of_household")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ActKind.values),
                name="act_kind_known",
                violation_error_message="变动事项不明。",
            ),
            # One journal entry of a kind a day: a repeated import or a double click adds none.
            # Two constraints: NULLS NOT DISTINCT came with PostgreSQL 15.
            models.UniqueConstraint(
                fields=["household", "kind", "on"],
                condition=Q(person=None),
                name="household_act_once",
                violation_error_message="这一变动已经登记。",
            ),
            models.UniqueConstraint(
                fields=["household", "person", "kind", "on"],
                condition=~Q(person=None),
                name="member_act_once",
                violation_error_message="这一变动已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the journal of the households assigned."""
        return of_assigned_households(actor, "household")
