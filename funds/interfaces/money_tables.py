"""Lists of the money: appropriations, what became of them, allocations, payments. Amounts in 元."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import django_tables2 as tables

from funds.models import Allocation, Appropriation, AppropriationEntry, Payment, Project
from fupin.resource import RowTable
from fupin.resource.tables import EMPTY, NUMERIC
from fupin.words import half_up, plain
from households.interfaces.tables import MoneyColumn, money


def _page_of(record: Any, table: RowTable) -> str:
    return table.context_url(record)


def percent(part: Decimal, whole: Decimal | None) -> str:
    """A rate, rounded once; a dash where there is nothing to measure by."""
    return f"{plain(half_up(part * 100 / whole, 2))}%" if whole else EMPTY


class RateColumn(tables.Column):
    """支出率: paid of what there is, by the attribute named."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        super().__init__("支出率", empty_values=(), orderable=False, attrs=NUMERIC)

    def render(self, record: Any) -> str:
        """In percent."""
        return percent(record.paid, getattr(record, self.whole))


def sum_below(name: str) -> Callable[[RowTable], str]:
    """The footer of a column on a row's page: the sum of what stands above it."""
    return lambda table: money(sum((getattr(row, name) for row in table.data), Decimal(0)))


class AppropriationTable(RowTable):
    """Appropriations of a budget year: of the place and what lies in it, and from above for projects there."""

    document = tables.Column("文号", linkify=_page_of, attrs={"td": {"class": "text"}})
    level = tables.Column("级次")
    region = tables.Column("接收单位", order_by="region_id")
    amount = MoneyColumn("下达（元）")
    effective = MoneyColumn("现额（元）")
    arrived = MoneyColumn("到位（元）")
    allocated = MoneyColumn("安排（元）")
    paid = MoneyColumn("支出（元）")
    left = MoneyColumn("余额（元）")
    rate = RateColumn("effective")

    class Meta(RowTable.Meta):
        model = Appropriation
        fields = (
            "document", "level", "region", "amount", "effective", "arrived", "allocated", "paid", "left", "rate",
        )  # fmt: skip
        sequence = ("number", *fields)


class ChangeTable(RowTable):
    """What became of appropriations."""

    on = tables.Column("日期", linkify=_page_of)
    source = tables.Column("指标文号", accessor="appropriation__document", attrs={"td": {"class": "text"}})
    level = tables.Column(
        "级次", accessor="appropriation__get_level_display", order_by="appropriation__level"
    )
    region = tables.Column("接收单位", accessor="appropriation__region", order_by="appropriation__region_id")
    amount = MoneyColumn("金额（元）")

    class Meta(RowTable.Meta):
        model = AppropriationEntry
        fields = ("on", "kind", "amount", "source", "level", "region", "document", "reason")
        sequence = ("number", *fields)


class ChangesOfOneTable(RowTable):
    """What became of one appropriation, on its page."""

    on = tables.Column("日期", linkify=_page_of)
    amount = MoneyColumn("金额（元）")

    class Meta(RowTable.Meta):
        model = AppropriationEntry
        fields = ("on", "kind", "amount", "document", "reason")
        sequence = ("number", *fields)
        orderable = False


class AllocationTable(RowTable):
    """What was allocated to projects."""

    project_name = tables.Column(
        "项目", linkify=_page_of, order_by="project__name", attrs={"td": {"class": "text"}}
    )
    region = tables.Column("村", order_by="region_id")
    level = tables.Column(
        "级次", accessor="appropriation__get_level_display", order_by="appropriation__level"
    )
    source = tables.Column("指标文号", accessor="appropriation__document", attrs={"td": {"class": "text"}})
    on = tables.Column("安排日期")
    amount = MoneyColumn("安排（元）")
    paid = MoneyColumn("支出（元）")
    unpaid = MoneyColumn("未支付（元）")
    rate = RateColumn("amount")

    class Meta(RowTable.Meta):
        model = Allocation
        fields = (
            "project_name",
            "region",
            "level",
            "source",
            "on",
            "amount",
            "paid",
            "unpaid",
            "rate",
        )
        sequence = ("number", *fields)


class AllocationsOfOneTable(RowTable):
    """The allocations of one appropriation or to one project, on its page, with their sums."""

    on = tables.Column("安排日期", linkify=_page_of, footer="合计")
    project_name = tables.Column("项目")
    region = tables.Column("村")
    level = tables.Column("级次", accessor="appropriation__get_level_display")
    source = tables.Column("指标文号", accessor="appropriation__document", attrs={"td": {"class": "text"}})
    amount = MoneyColumn("安排（元）", footer=sum_below("amount"))
    paid = MoneyColumn("支出（元）", footer=sum_below("paid"))
    unpaid = MoneyColumn("未支付（元）", footer=sum_below("unpaid"))

    class Meta(RowTable.Meta):
        model = Allocation
        fields = ("on", "project_name", "region", "level", "source", "amount", "paid", "unpaid")
        sequence = ("number", *fields)
        orderable = False


class PaymentTable(RowTable):
    """What was paid."""

    on = tables.Column("支付日期", linkify=_page_of)
    project_name = tables.Column(
        "项目", order_by="allocation__project__name", attrs={"td": {"class": "text"}}
    )
    region = tables.Column("村", order_by="region_id")
    amount = MoneyColumn("金额（元）")
    level = tables.Column(
        "级次",
        accessor="allocation__appropriation__get_level_display",
        order_by="allocation__appropriation__level",
    )
    source = tables.Column(
        "指标文号", accessor="allocation__appropriation__document", attrs={"td": {"class": "text"}}
    )

    class Meta(RowTable.Meta):
        model = Payment
        fields = ("on", "project_name", "region", "payee", "voucher", "amount", "level", "source")
        sequence = ("number", *fields)


class PaymentsOfOneTable(RowTable):
    """The payments against one allocation or for one project, on its page, with their sum."""

    on = tables.Column("支付日期", linkify=_page_of, footer="合计")
    source = tables.Column(
        "指标文号", accessor="allocation__appropriation__document", attrs={"td": {"class": "text"}}
    )
    amount = MoneyColumn("金额（元）", footer=sum_below("amount"))

    class Meta(RowTable.Meta):
        model = Payment
        fields = ("on", "payee", "voucher", "amount", "source", "remark")
        sequence = ("number", *fields)
        orderable = False


class ProjectMoneyTable(RowTable):
    """Projects to which money of a budget year was allocated."""

    name = tables.Column("项目", linkify=_page_of, attrs={"td": {"class": "text"}})
    region = tables.Column("村", order_by="region_id")
    allocated = MoneyColumn("安排（元）")
    paid = MoneyColumn("支出（元）")
    unpaid = MoneyColumn("未支付（元）")
    rate = RateColumn("allocated")

    class Meta(RowTable.Meta):
        model = Project
        fields = ("name", "region", "year", "stage", "allocated", "paid", "unpaid", "rate")
        sequence = ("number", *fields)
