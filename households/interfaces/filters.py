"""Query areas above the lists."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Exists, OuterRef, Q, QuerySet

from fupin.resource.filters import SEARCH_INPUT, CodeFilter, ListFilter, SpanFilter
from households.enums import Cause, Sex
from households.models import Helper, HouseholdYear, LedgerEntry, Membership, VillageYear
from households.queries.helpers import helped
from households.queries.income import with_income
from households.queries.register import matching_household, matching_person, with_age


class VillageFilter(filters.FilterSet):
    """Villages by name and kind."""

    q = filters.CharFilter("region__name", "contains", label="村名")

    class Meta:
        model = VillageYear
        fields = ("q", "is_key_village")


class HouseholdFilter(ListFilter):
    """Households by number, by any member's name or number, and by every code, number and day of the form."""

    common = ("q", "category", "status", "exit_year", "cause", "group")

    q = filters.CharFilter(label="户编号、姓名或证件尾号", method="search", widget=SEARCH_INPUT)
    net_per_head = SpanFilter(label="人均纯收入（元）", method="earns")
    cause = CodeFilter(label="致贫原因（含其他）", choices=Cause.choices, method="has_cause")
    helper = filters.ChoiceFilter(
        label="帮扶责任人", choices=[("1", "有"), ("0", "没有")], empty_label="不限", method="has_helper"
    )

    class Meta:
        model = HouseholdYear
        fields = ()

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose number begins with the text, or with a member it fits."""
        members = Membership.objects.unscoped("members of rows already scoped").filter(
            matching_person(text), household_year=OuterRef("pk")
        )
        return rows.filter(Q(household__number__startswith=text.strip()) | Exists(members))

    def has_helper(self, rows: QuerySet, _name: str, answer: str) -> QuerySet:
        """Rows whose household has somebody who looks after it today, or has nobody."""
        return rows.filter(helped(rows) if answer == "1" else ~helped(rows))

    def earns(self, rows: QuerySet, _name: str, span: slice) -> QuerySet:
        """Rows whose income a head lies in the span; of others nothing is known."""
        rows = with_income(rows)
        if span.start is not None:
            rows = rows.filter(net_per_head__gte=span.start)
        return rows if span.stop is None else rows.filter(net_per_head__lte=span.stop)

    def has_cause(self, rows: QuerySet, _name: str, cause: str) -> QuerySet:
        """Rows with the cause, be it the main one or a further one."""
        return rows.filter(Q(main_cause=cause) | Q(other_causes__contains=[cause]))


class MemberFilter(ListFilter):
    """Members by name or number, and by every code and number of the form."""

    common = ("q", "relation", "sex", "age", "education", "health", "labour_skill")

    q = filters.CharFilter(label="姓名或证件尾号", method="search", widget=SEARCH_INPUT)
    sex = CodeFilter("person__sex", label="性别", choices=Sex.choices)
    age = SpanFilter(label="年龄（年底）", method="at_age")
    present = filters.ChoiceFilter(
        label="在户", choices=[("gone", "已减少"), ("all", "全部")], empty_label="在户的", method="who_is"
    )

    class Meta:
        model = Membership
        fields = ()

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows of people whom the text fits."""
        return rows.filter(matching_person(text))

    def at_age(self, rows: QuerySet, _name: str, span: slice) -> QuerySet:
        """Rows of people who are so old at the end of the row's year."""
        rows = with_age(rows)  # type: ignore[arg-type]  # a list's rows are scoped
        if span.start is not None:
            rows = rows.filter(years_old__gte=span.start)
        return rows if span.stop is None else rows.filter(years_old__lte=span.stop)

    def who_is(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        """Those present are in filter_queryset(): it is what an empty choice means."""
        return rows.filter(present=False) if which == "gone" else rows

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Without a word about it, the members present."""
        rows = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("present") else rows.filter(present=True)


class HelperFilter(filters.FilterSet):
    """Helpers by name, unit, and part in the resident team."""

    q = filters.CharFilter(label="姓名或单位", method="search")

    class Meta:
        model = Helper
        fields = ("q", "resident_role", "affiliation")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose name or unit holds the text."""
        return rows.filter(Q(name__contains=text) | Q(unit__contains=text))


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
