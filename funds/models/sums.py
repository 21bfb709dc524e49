"""The sums of the money by township, kept by the database: what the fund overview of a county adds up."""

from __future__ import annotations

from django.db import models

from funds.enums import FundChange, FundLevel
from funds.sum_guards import ALLOCATED, ELSEWHERE, ISSUED, KEY, PAID, folded
from fupin.models.years import year_field
from fupin.scope import Scoped


class FundSum(Scoped):
    """A part of a sum of the money in a township: written by triggers alone, and never changed.

    A sum is all rows of one key together, by which writers at the same time add to it without waiting for each other
    (funds/sum_guards.py). What was granted lies with whom it was granted to, what was allocated and paid with the project.
    """

    KINDS = (
        *FundChange.choices, (ISSUED, "下达"), (ALLOCATED, "安排"), (PAID, "支出"), (ELSEWHERE, "其他来源"),
    )  # fmt: skip

    at = models.CharField("乡镇区划代码前九位", max_length=9, db_collation="C")
    owner = models.CharField("接收单位区划代码", max_length=12, blank=True, db_collation="C")
    year = year_field("预算年度")
    level = models.CharField("资金级次", max_length=2, choices=FundLevel.choices, blank=True)
    category = models.CharField("一级项目类型", max_length=2, blank=True)
    source = models.CharField("资金来源", max_length=60, blank=True)
    kind = models.CharField("合计的内容", max_length=2, choices=KINDS)
    number = models.IntegerField("笔数")
    amount = models.DecimalField("金额（元）", max_digits=20, decimal_places=2)

    region_path = "at"

    class Meta:
        verbose_name = verbose_name_plural = "资金合计"
        ordering = ["at", "year", "pk"]
        triggers = folded()
        indexes = [models.Index(fields=[*KEY], name="fund_sum_key")]

    def __str__(self) -> str:
        return f"{self.at} {self.year}年{self.get_kind_display()}"
