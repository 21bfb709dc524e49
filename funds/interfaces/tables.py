"""Lists of this room."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

from funds.models import Benefit, Enterprise, Partnership
from fupin.resource import RowTable
from fupin.resource.tables import EMPTY, NUMERIC
from fupin.words import plain
from households.interfaces.tables import MoneyColumn, money


def _page_of(record: Any, table: RowTable) -> str:
    return table.context_url(record)


class QuantityColumn(tables.Column):
    """A quantity with its unit."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, accessor="quantity", attrs=NUMERIC, **kwargs)

    def render(self, record: Any) -> str:
        """2800米."""
        return f"{plain(record.quantity)}{record.unit}"


def measure_of(benefit: Benefit) -> str:
    """The measure as a list says it, with the grade of a house: 全拆全建（D级）."""
    grade = f"（{benefit.get_grade_display()}）" if benefit.grade else ""
    return f"{benefit.get_measure_display()}{grade}"


class MeasureColumn(tables.Column):
    """A measure, with the grade of a house."""

    def render(self, record: Benefit) -> str:
        """全拆全建（D级）."""
        return measure_of(record)


class BenefitTable(RowTable):
    """What households and people of a place were given in a year."""

    household_number = tables.Column("户编号", linkify=_page_of, order_by="household__number")
    head_name = tables.Column("户主", orderable=False)
    person_name = tables.Column("享受人", order_by="person__pinyin")
    year = tables.Column("年度")  # the list behind a number spans several
    measure = MeasureColumn("帮扶措施")
    quantity = QuantityColumn("数量")
    standard = MoneyColumn("补助标准（元）")
    amount = MoneyColumn("金额（元）")
    tranche = tables.Column("批次")
    enterprise_name = tables.Column("投放主体", order_by="enterprise__name")

    class Meta(RowTable.Meta):
        model = Benefit
        fields = (
            "household_number", "head_name", "person_name", "region", "measure", "year", "on", "tranche",
            "quantity", "standard", "amount", "enterprise_name",
        )  # fmt: skip
        sequence = ("number", *fields)


def _total(table: RowTable) -> str:
    amounts = [row.amount for row in table.data if row.amount is not None]
    return money(sum(amounts)) if amounts else EMPTY


class HouseholdBenefitTable(RowTable):
    """What a household was given over the years, on its page; `data` is a list, summed below."""

    year = tables.Column("年度")
    measure = MeasureColumn("帮扶措施", linkify=_page_of, footer="合计")
    person_name = tables.Column("享受人")
    quantity = QuantityColumn("数量")
    standard = MoneyColumn("补助标准（元）")
    amount = MoneyColumn("金额（元）", footer=_total)
    enterprise_name = tables.Column("投放主体")

    class Meta(RowTable.Meta):
        model = Benefit
        fields = (
            "year", "measure", "person_name", "on", "tranche", "quantity", "standard", "amount",
            "enterprise_name", "remark",
        )  # fmt: skip
        sequence = ("number", *fields)
        orderable = False


class PartnershipTable(RowTable):
    """Which enterprise brings along which household in a year."""

    enterprise_name = tables.Column("市场主体", linkify=_page_of, order_by="enterprise__name")
    kind = tables.Column("类型", accessor="enterprise__get_kind_display", order_by="enterprise__kind")
    household_number = tables.Column("户编号", order_by="household__number")
    head_name = tables.Column("户主", orderable=False)

    class Meta(RowTable.Meta):
        model = Partnership
        fields = ("enterprise_name", "kind", "household_number", "head_name", "region", "remark")
        sequence = ("number", *fields)


class EnterpriseTable(RowTable):
    """Enterprises of a place, and of those that have households there."""

    name = tables.Column("名称", linkify=_page_of)
    region = tables.Column("所在地", order_by="region_id")
    households = tables.Column("带动户数", attrs=NUMERIC)

    class Meta(RowTable.Meta):
        model = Enterprise
        fields = ("name", "kind", "business", "region", "households")
        sequence = ("number", *fields)
