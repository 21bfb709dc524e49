"""The terms of a loan that a household has taken, and how it was paid back."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from funds.enums import LoanUse
from funds.guards import keeps_terms, loan_fits
from funds.models.benefit import Benefit
from fupin.access import Actor
from fupin.audit import audited
from fupin.fields import money_field
from fupin.guards import no_truncate
from fupin.models import Region
from fupin.scope import Scoped
from households.models import of_assigned_households

#: What was agreed when the loan was given: changed while the year of the loan is open, unlike what was paid back since.
TERMS = ("benefit", "bank", "purpose", "lent_on", "due_on", "rate", "subsidised", "use")


@audited()
class Loan(Scoped):
    """扶贫小额信贷: the terms of a benefit of that measure, which has household, borrower, amount and enterprise.

    It lies in its benefit's village. It is no row of a year: a loan of three years is paid back when its own year has
    long been closed. What was agreed is guarded by that year all the same.
    """

    region_path = "benefit__region__code"

    benefit = models.OneToOneField(Benefit, models.CASCADE, verbose_name="贷款", related_name="loan")
    bank = models.CharField("放贷银行", max_length=60)
    purpose = models.CharField("贷款用途", max_length=100, blank=True)
    use = models.CharField("使用方式", max_length=2, choices=LoanUse.choices)
    lent_on = models.DateField("放款日期")
    due_on = models.DateField("到期日期")
    rate = models.DecimalField(
        "年利率（%）", max_digits=5, decimal_places=2, null=True, blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)], help_text="如：4.35。",
    )  # fmt: skip
    subsidised = models.BooleanField("财政贴息", null=True, blank=True)
    extended_to = models.DateField("展期至", null=True, blank=True)
    repaid = money_field("已还金额", validators=[MinValueValidator(0)], help_text="已还的本金合计。")
    repaid_on = models.DateField("还款日期", null=True, blank=True, help_text="最近一次还款的日期。")

    class Meta:
        verbose_name = verbose_name_plural = "小额信贷"
        ordering = ["lent_on", "pk"]
        triggers = [*keeps_terms(TERMS), *loan_fits(), no_truncate()]
        constraints = [
            models.CheckConstraint(
                condition=Q(use__in=LoanUse.values),
                name="loan_use_known",
                violation_error_message="使用方式应为户贷户用或户贷企用。",
            ),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("lent_on")),
                name="loan_due_after_lent",
                violation_error_message="到期日期应晚于放款日期。",
            ),
            models.CheckConstraint(
                condition=Q(extended_to=None) | Q(extended_to__gt=F("due_on")),
                name="loan_extended_after_due",
                violation_error_message="展期至的日期应晚于到期日期。",
            ),
            models.CheckConstraint(
                # NULL would let a check pass.
                condition=Q(repaid=None, repaid_on=None)
                | Q(repaid__isnull=False, repaid__gt=0, repaid_on__isnull=False),
                name="loan_repaid_on_a_day",
                violation_error_message="已还金额应大于0，并与还款日期一起填写；没有还款的都留空。",
            ),
            models.CheckConstraint(
                condition=Q(repaid_on=None) | Q(repaid_on__gte=F("lent_on")),
                name="loan_repaid_after_lent",
                violation_error_message="还款日期不能早于放款日期。",
            ),
            models.CheckConstraint(
                condition=Q(rate=None) | Q(rate__gte=0, rate__lte=100),
                name="loan_rate_is_percent",
                violation_error_message="年利率应在0至100之间，单位是%。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.benefit.household} 小额信贷（{self.lent_on.year}年，{self.bank}）"

    @property
    def region(self) -> Region:
        """The village whose household has borrowed."""
        return self.benefit.region

    @property
    def region_id(self) -> str:
        """Its code."""
        return self.benefit.region_id

    @property
    def year(self) -> int:
        """The year in whose ledger the loan stands."""
        return self.benefit.year

    @classmethod
    def assigned_to(cls, actor: Actor) -> Q:
        """A helper sees those of the households assigned."""
        return of_assigned_households(actor, "benefit__household")
