"""Query areas above the lists of money."""

from __future__ import annotations

import django_filters as filters
from django.db.models import F, Q, QuerySet

from funds.enums import FundLevel
from funds.library import ProjectGroup
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment
from fupin.resource.filters import UNFILLED, ListFilter

GROUPS = [*((group.value, group.label) for group in ProjectGroup), (UNFILLED, "未填")]


def in_group(path: str, group: str) -> Q:
    """The condition for a category of a first level, or for none."""
    return Q(**{path: ""}) if group == UNFILLED else Q(**{f"{path}__startswith": group})


class AppropriationFilter(ListFilter):
    """Appropriations by words, level, day and amount; those of which something is left."""

    q = filters.CharFilter(label="文号、文件名称或科目", method="search")
    open = filters.ChoiceFilter(
        label="安排情况",
        method="is_open",
        choices=[("left", "还有余额"), ("none", "已安排完"), ("late", "未全部到位")],
    )
    granted_to = filters.CharFilter("region_id", label="接收单位的区划代码")
    common = ("q", "level", "open")

    class Meta:
        model = Appropriation
        fields = ("q", "level", "open")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        return rows.filter(Q(document__contains=text) | Q(title__contains=text) | Q(item__contains=text))

    def is_open(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Of those that were granted here, by what is left of them, or has not arrived."""
        if value == "late":
            return rows.filter(arrived__lt=F("effective"))
        return rows.filter(left__gt=0) if value == "left" else rows.filter(left=0)


class ChangeFilter(ListFilter):
    """What became of appropriations, by kind, level, day and words."""

    q = filters.CharFilter(label="指标文号或事由", method="search")
    level = filters.ChoiceFilter("appropriation__level", label="资金级次", choices=FundLevel.choices)
    granted_to = filters.CharFilter("appropriation__region_id", label="接收单位的区划代码")
    common = ("q", "kind", "level")

    class Meta:
        model = AppropriationEntry
        fields = ("q", "kind", "level")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        said = Q(appropriation__document__contains=text) | Q(document__contains=text)
        return rows.filter(said | Q(reason__contains=text))


class AllocationFilter(ListFilter):
    """Allocations by words, level, budget year, and whether they are paid."""

    q = filters.CharFilter(label="项目或文号", method="search")
    level = filters.ChoiceFilter("appropriation__level", label="资金级次", choices=FundLevel.choices)
    budget = filters.NumberFilter("appropriation__year", label="指标年度")
    open = filters.ChoiceFilter(
        label="支付情况",
        method="is_open",
        choices=[("unpaid", "未付完"), ("paid", "已付完"), ("none", "未支付")],
    )
    group = filters.ChoiceFilter(label="项目类型", method="of_group", choices=GROUPS)
    common = ("q", "level", "budget", "open")

    class Meta:
        model = Allocation
        fields = ("q", "level", "budget", "open")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        said = Q(project__name__contains=text) | Q(appropriation__document__contains=text)
        return rows.filter(said | Q(document__contains=text))

    def of_group(self, rows: QuerySet, _name: str, group: str) -> QuerySet:
        """By the first level of the project's category."""
        return rows.filter(in_group("project__category", group))

    def is_open(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """By what is paid of them."""
        if value == "none":
            return rows.filter(paid=0)
        return rows.filter(unpaid__gt=0) if value == "unpaid" else rows.filter(unpaid=0)


class PaymentFilter(ListFilter):
    """Payments by words, level, budget year, day and amount."""

    q = filters.CharFilter(label="收款单位、凭证号、项目或文号", method="search")
    level = filters.ChoiceFilter(
        "allocation__appropriation__level", label="资金级次", choices=FundLevel.choices
    )
    budget = filters.NumberFilter("allocation__appropriation__year", label="指标年度")
    group = filters.ChoiceFilter(label="项目类型", method="of_group", choices=GROUPS)
    common = ("q", "level", "budget")

    class Meta:
        model = Payment
        fields = ("q", "level", "budget")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        said = (
            Q(payee__contains=text) | Q(voucher__contains=text) | Q(allocation__project__name__contains=text)
        )
        return rows.filter(said | Q(allocation__appropriation__document__contains=text))

    def of_group(self, rows: QuerySet, _name: str, group: str) -> QuerySet:
        """By the first level of the project's category."""
        return rows.filter(in_group("allocation__project__category", group))
