"""The work ledger: what was done in a village, on a day."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericRelation
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from fupin.access import Actor
from fupin.audit import audited
from fupin.fields import money_field
from fupin.guards import keeps_ledger
from fupin.models import Attachment, Placed
from households.ledgers import LedgerKind
from households.models.household import Household, of_assigned_households
from households.models.village import count_field
from households.work import WorkKind


@audited()
class LedgerEntry(Placed):
    """An entry of the work ledger (工作台账): a meeting, a training, a visit. Its year is the day's.

    Where it is about one household, that is named; else households and people are counted. Which of the counts a
    kind has is said by the catalogue (households/work.py).
    """

    kind = models.CharField("类别", max_length=3, choices=WorkKind.choices)
    on = models.DateField("日期")
    title = models.CharField("主题", max_length=60, blank=True)
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", null=True, blank=True, related_name="work"
    )
    attendance = count_field("参加人数")
    households = count_field("涉及户数")
    people = count_field("涉及人数")
    pieces = count_field("发放份数")
    amount = money_field("金额", validators=[MinValueValidator(0)])
    remark = models.CharField("备注", max_length=200, blank=True)
    #: They go with the entry where it is deleted.
    files = GenericRelation(Attachment)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "工作台账"
        ordering = ["region", "-on", "kind", "pk"]
        triggers = [*Placed.Meta.triggers, *keeps_ledger(LedgerKind.WORK)]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "kind", "on", "title"],
                name="work_once",
                violation_error_message="同一天、同一主题的这类工作已经登记；一天几场的请写不同的主题。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=WorkKind.values),
                name="work_kind_known",
                violation_error_message="工作类别不在目录内。",
            ),
            models.CheckConstraint(
                condition=Q(on__year=F("year")),
                name="work_lies_in_its_year",
                violation_error_message="日期不在所选年度内，请核对日期，或在页面上方选择相应年度。",
            ),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0),
                name="work_amount_not_negative",
                violation_error_message="金额不能小于0。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.title or self.get_kind_display()}"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees what was done in the village as a whole, and for the households assigned."""
        return Q(household=None) | of_assigned_households(actor, "household")
