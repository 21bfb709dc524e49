"""Appropriations: money that a county or a township was granted by a document, and what became of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear

from funds.enums import FundChange, FundLevel
from funds.money_guards import appropriation_holds, entry_fits
from funds.sum_guards import kept_sums
from fupin.access import Action, Actor
from fupin.audit import audited
from fupin.models import Region
from fupin.models.years import year_field
from fupin.scope import Scoped

CENT = Decimal("0.01")


def amount_field(verbose_name: str, **options: Any) -> models.DecimalField:
    """An amount of money that moves, in 元 with 分: always known, and more than nothing."""
    return models.DecimalField(
        f"{verbose_name}（元）",
        max_digits=16,
        decimal_places=2,
        validators=[MinValueValidator(CENT)],
        **options,
    )


@audited()
class Appropriation(Scoped):
    """指标: what one document grants a county or a township, of one level and batch, for a budget year.

    Sources: county notices and receipt records (DOMAIN 2.3). No year of a village guards it: it belongs to none.
    """

    # An index of its own: nothing else finds those of a subtree, and there are hundreds a year in a county.
    region = models.ForeignKey(Region, models.PROTECT, verbose_name="接收单位", related_name="+")
    year = year_field("预算年度")
    level = models.CharField("资金级次", max_length=2, choices=FundLevel.choices)
    document = models.CharField("文号", max_length=60, help_text="如：财农〔2017〕15号。")
    title = models.CharField("文件名称", max_length=120)
    issued_on = models.DateField("下达日期", help_text="提前下达的，日期可以在上一年。")
    batch = models.CharField("批次", max_length=30, blank=True, help_text="如：第一批；不分批的留空。")
    item = models.CharField("预算科目", max_length=30, blank=True, help_text="如：2130599。")
    amount = amount_field("下达金额", help_text="以元为单位：50万元填500000。")
    remark = models.CharField("备注", max_length=200, blank=True)
    carried_from = models.ForeignKey(
        "self", models.PROTECT, verbose_name="结转自", null=True, blank=True, editable=False, related_name="carried_to"
    )  # fmt: skip

    class Meta:
        verbose_name = verbose_name_plural = "资金指标"
        ordering = ["-year", "region", "level", "issued_on", "pk"]
        triggers = [*appropriation_holds(), *kept_sums("a")]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "document", "batch", "level"],
                condition=Q(carried_from=None),
                name="appropriation_once",
                violation_error_message="这个文号的指标已经登记（同一级次、同一批次），请核对文号；分批下达的请填写批次。",
            ),
            models.UniqueConstraint(
                fields=["carried_from"],
                name="appropriation_carried_once",
                violation_error_message="这笔指标已经结转到下一年，要改金额的请先删除原来的结转，再重新结转。",
            ),
            models.CheckConstraint(
                condition=Q(level__in=FundLevel.values),
                name="appropriation_level_known",
                violation_error_message="资金级次应为中央、省级、市级、县级或其他。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="appropriation_amount_positive",
                violation_error_message="下达金额应大于0。",
            ),
            models.CheckConstraint(
                condition=Q(year=ExtractYear("issued_on")) | Q(year=ExtractYear("issued_on") + 1),
                name="appropriation_issued_near",
                violation_error_message="下达日期应在预算年度当年，提前下达的在上一年，请核对日期和年度。",
            ),
        ]

    def __str__(self) -> str:
        batch = f" {self.batch}" if self.batch else ""
        return f"{self.document}{batch}（{self.get_level_display()}，{self.year}年）"

    @classmethod
    def in_scope(cls, actor: Actor, action: Action) -> Q:
        """Those of one's regions; and those that pay for a project one sees. To fund is a right where it lies."""
        from funds.models.allocation import Allocation  # noqa: PLC0415 - an allocation knows its appropriation

        whole = super().in_scope(actor, action)
        if not whole or action == Action.FUND:
            return whole
        there = Allocation.objects.visible_to(actor, action)
        return whole | Q(pk__in=there.values("appropriation"))


@audited()
class AppropriationEntry(Scoped):
    """指标变动: the journal of an appropriation. Every kind but arrival changes what can be allocated.

    It is seen by whoever sees the region that the appropriation was granted to; whom it merely pays sees no journal.
    """

    appropriation = models.ForeignKey(
        Appropriation, models.PROTECT, verbose_name="资金指标", related_name="entries"
    )
    kind = models.CharField("变动", max_length=2, choices=FundChange.choices)
    on = models.DateField("日期")
    amount = amount_field("金额", help_text="以元为单位，填正数。")
    document = models.CharField("文号", max_length=60, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True, help_text="收回、调增、调减的须填。")

    region_path = "appropriation__region__code"

    class Meta:
        verbose_name = verbose_name_plural = "指标变动"
        ordering = ["appropriation", "on", "pk"]
        triggers = [*entry_fits(), *kept_sums("e")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=FundChange.values),
                name="appropriation_entry_known",
                violation_error_message="指标变动应为到位、收回、调增、调减或结转下年。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="appropriation_entry_positive",
                violation_error_message="变动金额应大于0；减少的选“收回”或“调减”，仍填正数。",
            ),
            models.UniqueConstraint(
                fields=["appropriation"],
                condition=Q(kind=FundChange.CARRIED),
                name="appropriation_entry_carried_once",
                violation_error_message="这笔指标已经登记结转，要改金额的请先删除原来的结转，再重新结转。",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on} {self.appropriation.document}"
