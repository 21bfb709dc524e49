"""The profile of a village in a year."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q

from fupin.audit import audited
from fupin.guards import keeps_ledger
from fupin.models import Placed
from households.ledgers import LedgerKind


def count_field(verbose_name: str, **options: Any) -> models.PositiveIntegerField:
    """A counted number; empty means not collected, which is not 0."""
    return models.PositiveIntegerField(verbose_name, null=True, blank=True, **options)


def area_field(verbose_name: str) -> models.DecimalField:
    """An area in 亩 (1/15 hectare), two decimals; empty means not collected."""
    return models.DecimalField(
        f"{verbose_name}（亩）", max_digits=12, decimal_places=2, null=True, blank=True
    )


@audited()
class VillageYear(Placed):
    """What the village is in a year (行政村基本情况, national form AD01 and the summary's first section)."""

    is_key_village = models.BooleanField("重点贫困村", null=True, blank=True)
    position = models.CharField("位置", max_length=50, blank=True, help_text="如：镇南部。")
    groups = count_field("村民小组")
    hamlets = count_field("自然湾")
    households = count_field("总户数")
    people = count_field("总人口")
    agricultural_people = count_field("农业人口")
    labour = count_field("劳动力")
    away_labour = count_field("外出务工劳动力")
    territory = area_field("版图面积")
    farmland = area_field("耕地面积")
    forest = area_field("林地面积")
    water = area_field("水面面积")
    main_industries = models.CharField("主导产业", max_length=100, blank=True)
    main_income = models.CharField("主要收入来源", max_length=100, blank=True)
    party_members = count_field("党员")
    secretaries = count_field("书记")
    deputy_directors = count_field("副主任")
    family_planning_officers = count_field("计生专干")

    class Meta(Placed.Meta):
        verbose_name = verbose_name_plural = "村基本情况"
        ordering = ["region", "year"]
        indexes = []  # the unique index below is the composite one
        triggers = [*Placed.Meta.triggers, *keeps_ledger(LedgerKind.PROFILE)]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="village_year_once",
                violation_error_message="该村这一年度的基本情况已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(agricultural_people__lte=F("people"))
                | Q(agricultural_people=None)
                | Q(people=None),
                name="village_agricultural_within_people",
                violation_error_message="农业人口不能多于总人口。",
            ),
            models.CheckConstraint(
                condition=Q(away_labour__lte=F("labour")) | Q(away_labour=None) | Q(labour=None),
                name="village_away_within_labour",
                violation_error_message="外出务工劳动力不能多于劳动力。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year}年"
