"""Allocations of appropriations to projects, and payments against them."""

from __future__ import annotations

from django.contrib.contenttypes.fields import GenericRelation
from django.db import models
from django.db.models import Q
from django.db.models.functions import ExtractYear

from funds.models.appropriation import Appropriation, amount_field
from funds.models.project import Project
from funds.money_guards import allocation_fits, payment_fits
from funds.sum_guards import kept_sums
from fupin.audit import audited
from fupin.models import Attachment, Placed


@audited()
class Allocation(Placed):
    """资金安排: a part of an appropriation that is to pay for a project; many to many.

    It lies in the project's village, in the year of its day; the appropriation may be of another budget year.
    """

    appropriation = models.ForeignKey(
        Appropriation, models.PROTECT, verbose_name="资金指标", related_name="allocations"
    )
    project = models.ForeignKey(Project, models.PROTECT, verbose_name="项目", related_name="allocations")
    on = models.DateField("安排日期")
    amount = amount_field("安排金额", help_text="以元为单位：11.5万元填115000。")
    document = models.CharField("安排文号", max_length=60, blank=True)
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "资金安排"
        ordering = ["region", "project", "on", "pk"]
        triggers = [*Placed.Meta.triggers, *allocation_fits(), *kept_sums("l")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="allocation_amount_positive",
                violation_error_message="安排金额应大于0。",
            ),
            models.CheckConstraint(
                condition=Q(year=ExtractYear("on")),
                name="allocation_in_its_year",
                violation_error_message="资金安排的年度应是安排日期的年度。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project.name}（{self.appropriation.document}）"


@audited()
class Payment(Placed):
    """支付: money paid against an allocation, by a voucher. It lies where the allocation does, in the year of its day."""

    allocation = models.ForeignKey(
        Allocation, models.PROTECT, verbose_name="资金安排", related_name="payments"
    )
    on = models.DateField("支付日期")
    amount = amount_field("支付金额", help_text="以元为单位。")
    payee = models.CharField("收款单位", max_length=60)
    voucher = models.CharField("凭证号", max_length=30)
    remark = models.CharField("备注", max_length=200, blank=True)
    #: They go with the payment where it is deleted.
    files = GenericRelation(Attachment)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "资金支付"
        ordering = ["region", "on", "pk"]
        triggers = [*Placed.Meta.triggers, *payment_fits(), *kept_sums("y")]
        constraints = [
            # Vouchers are numbered anew each year, and one may pay from two allocations.
            models.UniqueConstraint(
                fields=["allocation", "year", "voucher"],
                name="payment_once",
                violation_error_message="这个凭证号的支付已经登记，请核对凭证号，不要重复登记。",
            ),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="payment_amount_positive",
                violation_error_message="支付金额应大于0。",
            ),
            models.CheckConstraint(
                condition=Q(year=ExtractYear("on")),
                name="payment_in_its_year",
                violation_error_message="支付的年度应是支付日期的年度。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.payee}（{self.voucher}）"
