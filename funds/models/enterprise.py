"""Enterprises and cooperatives, and the households that they bring along."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from funds.enums import EnterpriseKind
from funds.ledgers import LedgerKind
from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.guards import keeps_ledger
from fupin.models import Placed, Region
from fupin.scope import Scoped
from households.models import Household, YearsOfHousehold, of_assigned_households


@audited()
class Enterprise(Scoped):
    """A market entity (市场主体), one in the whole county whatever villages it works in."""

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="所在地", related_name="+")
    name = models.CharField(
        "名称", max_length=60, unique=True, error_messages={"unique": "该市场主体已在本县登记。"}
    )
    kind = models.CharField("类型", max_length=2, choices=EnterpriseKind.choices)
    business = models.CharField("主营", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "市场主体"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EnterpriseKind.values),
                name="enterprise_kind_known",
                violation_error_message="市场主体类型应为企业、专业合作社、家庭农场或种养大户。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Enterprises of one's regions, and those that have households there."""
        there = Partnership.objects.visible_to(actor, action)
        whole = super().in_scope(actor, action)
        # Everything or these is everything, but Q() | Q(these) is these.
        return whole | Q(pk__in=there.values("enterprise")) if whole else whole


@audited()
class Partnership(Placed):
    """A household that an enterprise brings along, or that is a member of a cooperative, in a year."""

    enterprise = models.ForeignKey(
        Enterprise, models.PROTECT, verbose_name="市场主体", related_name="partnerships"
    )
    # An index of its own invites to look up a village's partnerships household by household, three blocks each; they are
    # read in one piece by place and year. What asks for one household's alone is an act that is taken back.
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name="户", related_name="partnerships", db_index=False
    )
    household_years = YearsOfHousehold()
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "市场主体带动"
        ordering = ["region", "enterprise__name", "household__number"]
        triggers = [*Placed.Meta.triggers, *keeps_ledger(LedgerKind.PARTNERS)]
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "household", "year"],
                name="partnership_once",
                violation_error_message="该户这一年度与该市场主体的关系已经登记。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} — {self.household}"

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees those of the households assigned."""
        return of_assigned_households(actor, "household")
