"""The year as a dimension: the lock of a village's year, and what all year rows share."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from fupin.audit import audited
from fupin.guards import no_truncate, year_guards
from fupin.ledgers import LEDGERS
from fupin.models.region import Region
from fupin.scope import Scoped

FIRST_YEAR, LAST_YEAR = 2000, 2100


def year_field(verbose_name: str = "年度", **options: Any) -> models.PositiveSmallIntegerField:
    """A calendar year between 2000 and 2100."""
    return models.PositiveSmallIntegerField(
        verbose_name, validators=[MinValueValidator(FIRST_YEAR), MaxValueValidator(LAST_YEAR)], **options
    )


@audited()
class RegionYear(Scoped):
    """The one lock of the product: rows of a village and year are written only while it is open.

    The database enforces it (fupin/guards.py); review, year close and import refusal all use this row.
    """

    class State(models.TextChoices):
        """Where the village's year lies: with the village, the township, the county (twice), nobody."""

        OPEN = "open", "录入中"
        SUBMITTED = "submitted", "已提交"
        PASSED = "passed", "已上报"
        ACCEPTED = "accepted", "已通过"
        CLOSED = "closed", "已关账"

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", db_index=False)
    year = year_field()
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    due_on = models.DateField("报送截止日期", null=True, blank=True)
    #: Since when the township reads what was submitted: from then on the village cannot take it back. Empty in every
    #: other state; who it was stands in the journal (YearMove).
    review_opened_at = models.DateTimeField("开始审核时间", null=True, blank=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "年度"
        ordering = ["region", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="region_year_once",
                violation_error_message="该村这一年度已经开设。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "submitted", "passed", "accepted", "closed"]),
                name="region_year_state_known",
                violation_error_message="年度状态不明。",
            ),
            models.CheckConstraint(
                condition=Q(review_opened_at=None) | Q(state="submitted"),
                name="region_year_review_while_submitted",
                violation_error_message="只有已提交的年度才能开始审核。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}年（{self.get_state_display()}）"

    def is_late(self, today: date) -> bool:
        """Whether the village has not submitted by the day that the county has set."""
        return self.state == self.State.OPEN and self.due_on is not None and self.due_on < today


class Placed(Scoped):
    """A row of a village and a year: scope, the closed-year guard and the composite index come with it.

    A subclass writes `class Meta(Placed.Meta)` and, if it keeps indexes of its own, `[*Placed.Meta.indexes, ...]`.
    """

    region = models.ForeignKey(Region, models.PROTECT, verbose_name="村", db_index=False, related_name="+")
    year = year_field()

    class Meta:
        abstract = True
        indexes = [models.Index(fields=["region", "year"], name="%(class)s_place")]
        triggers = [*year_guards(), no_truncate()]


@audited()
class Ledger(Placed):
    """Whether a village keeps a ledger in a year: no row = none, else it has rows or is declared nil (零报告).

    It decides whether a figure prints a number, 0 or 暂无数据. The state "rows" is set by the database when the
    first row of that kind arrives (fupin.guards.keeps_ledger); "nil" is a person's word.
    """

    class State(models.TextChoices):
        """What the village says of the ledger."""

        ROWS = "rows", "有数据"
        NIL = "nil", "零报告"

    kind = models.CharField("台账", max_length=20)
    state = models.CharField("状态", max_length=10, choices=State.choices)

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "台账状态"
        ordering = ["region", "year", "kind"]
        indexes = []  # the unique index below begins with (region, year)
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "kind"],
                name="ledger_once",
                violation_error_message="该台账的状态已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["rows", "nil"]),
                name="ledger_state_known",
                violation_error_message="台账状态应为有数据或零报告。",
            ),
        ]

    def __str__(self) -> str:
        return LEDGERS.get(self.kind, self.kind)
