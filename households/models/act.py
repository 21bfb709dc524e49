"""The dated journal of a household."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from fupin.access import Actor
from fupin.audit import audited
from fupin.models import Placed, Region, User
from fupin.scope import ScopedQuerySet
from households.enums import ActKind
from households.models.household import Household, of_assigned_households
from households.models.person import Person

#: An act that stands: neither taken back, nor the taking back of another.
LIVE = Q(undone_by=None) & ~Q(kind=ActKind.TAKEN_BACK)


@audited()
class Act(Placed):
    """Something that happened to a household or a member, on a day, for a reason.

    One function writes the act and the year rows together (households/domain/acts.py), so that the journal and
    the register cannot tell different stories. What concerns two households or two villages is an act at each,
    the second a part of the first. An act is never deleted: it is taken back, by an act of its own.
    """

    household = models.ForeignKey(Household, models.PROTECT, verbose_name="户", related_name="acts")
    person = models.ForeignKey(
        Person, models.PROTECT, verbose_name="人员", null=True, blank=True, related_name="acts"
    )
    kind = models.CharField("事项", max_length=20, choices=ActKind.choices)
    on = models.DateField("日期")
    reason = models.CharField("原因", max_length=200, blank=True)
    #: By how many the household's members became more, or fewer.
    change = models.SmallIntegerField("人数增减", default=0, editable=False)
    other_household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="对方户", null=True, blank=True, related_name="+",
        editable=False,
    )  # fmt: skip
    other_region = models.ForeignKey(
        Region, models.PROTECT, verbose_name="对方村", null=True, blank=True, related_name="+", editable=False,
        db_index=False,
    )  # fmt: skip
    part_of = models.ForeignKey(
        "self", models.PROTECT, verbose_name="同一变动", null=True, blank=True, related_name="parts",
        editable=False,
    )  # fmt: skip
    undone_by = models.ForeignKey(
        "self", models.PROTECT, verbose_name="撤销记录", null=True, blank=True, related_name="undoes",
        editable=False,
    )  # fmt: skip
    recorded_by = models.ForeignKey(
        User, models.PROTECT, verbose_name="登记人", null=True, blank=True, related_name="+", editable=False,
        db_index=False,
    )  # fmt: skip
    recorded_at = models.DateTimeField("登记时间", null=True, blank=True, editable=False)
    #: What the rows were and became, by which the act is taken back (households/domain/undo.py): codes, ids and
    #: dates, no names and no numbers. None where an act followed from an import or from an edited row.
    rows = models.JSONField("所改的行", null=True, blank=True, editable=False)

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
            # Two constraints: NULLS NOT DISTINCT came with PostgreSQL 15. Parts go with their act.
            models.UniqueConstraint(
                fields=["household", "kind", "on"],
                condition=Q(person=None, part_of=None) & LIVE,
                name="household_act_once",
                violation_error_message="这一变动已经登记。",
            ),
            models.UniqueConstraint(
                fields=["household", "person", "kind", "on"],
                condition=~Q(person=None) & Q(part_of=None) & LIVE,
                name="member_act_once",
                violation_error_message="这一变动已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.get_kind_display()}"

    @property
    def is_live(self) -> bool:
        """Whether it stands: neither taken back, nor the taking back of another."""
        return self.undone_by_id is None and self.kind != ActKind.TAKEN_BACK

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees the journal of the households assigned."""
        return of_assigned_households(actor, "household")


def live(acts: ScopedQuerySet) -> ScopedQuerySet:
    """Of these acts, those that stand."""
    return acts.filter(LIVE)
