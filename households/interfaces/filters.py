"""Query areas above the lists."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from households.models import HouseholdYear, LedgerEntry, Membership, VillageYear
from households.queries.register import matching_household, matching_person


class VillageFilter(filters.FilterSet):
    """Villages by name and kind."""

    q = filters.CharFilter("region__name", "contains", label="村名")

    class Meta:
        model = VillageYear
        fields = ("q", "is_key_village")


class HouseholdFilter(filters.FilterSet):
    """Households by number, by any member's name or number, and by codes."""

    q = filters.CharFilter(label="户编号、姓名或证件号", method="search")
    exit_year = filters.NumberFilter(label="脱贫年度")

    class Meta:
        model = HouseholdYear
        fields = ("q", "category", "status", "exit_year", "main_cause", "group")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose number begins with the text, or with a member it fits."""
        members = Membership.objects.unscoped("members of rows already scoped").filter(
            matching_person(text), household_year=OuterRef("pk")
        )
        return rows.filter(Q(household__number__startswith=text.strip()) | Exists(members))


class MemberFilter(filters.FilterSet):
    """Members by name or number, and by codes."""

    q = filters.CharFilter(label="姓名或证件号", method="search")

    class Meta:
        model = Membership
        fields = ("q", "relation", "education", "school", "health", "labour_skill", "work_place")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows of people whom the text fits."""
        return rows.filter(matching_person(text))


class WorkFilter(filters.FilterSet):
    """Entries by kind, by month, and by words or household."""

    month = filters.ChoiceFilter("on__month", label="月份", choices=[(n, f"{n}月") for n in range(1, 13)])
    q = filters.CharFilter(label="主题、户编号或姓名", method="search")

    class Meta:
        model = LedgerEntry
        fields = ("kind", "month", "q")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text, or whose household it fits."""
        said = Q(title__contains=text) | Q(remark__contains=text)
        return rows.filter(said | matching_household(text))
