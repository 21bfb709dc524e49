"""Lists of this room."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import django_tables2 as tables

from fupin.masking import shown
from fupin.numbers import mask_phone
from fupin.resource import RowTable
from fupin.resource.tables import NUMERIC, YesNoColumn
from fupin.words import wan_yuan
from households.models import Helper, HouseholdYear, LedgerEntry, Membership, Pairing, VillageYear


def money(amount: Decimal | None) -> str:
    """An amount in 元 as lists show it: with commas, and 分 where there are any."""
    return "—" if amount is None else f"{amount:,.2f}".removesuffix(".00")


def sum_of_money(amount: Decimal | None) -> str:
    """A sum in 元 and in 万元."""
    return "—" if amount is None else f"{money(amount)}元（{wan_yuan(amount, 4)}万元）"


class MoneyColumn(tables.Column):
    """An amount in 元."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, attrs=NUMERIC, **kwargs)

    def render(self, value: Decimal) -> str:
        """With commas."""
        return money(value)


def _page_of(record: Any, table: RowTable) -> str:
    return table.context_url(record)


class VillageTable(RowTable):
    """Villages of a place, with what they say of themselves."""

    region = tables.Column("行政村", linkify=_page_of, order_by="region_id")
    is_key_village = YesNoColumn("重点贫困村")
    households = tables.Column("总户数", attrs=NUMERIC)
    people = tables.Column("总人口", attrs=NUMERIC)
    labour = tables.Column("劳动力", attrs=NUMERIC)
    away_labour = tables.Column("外出务工", attrs=NUMERIC)
    farmland = tables.Column("耕地（亩）", attrs=NUMERIC)
    main_industries = tables.Column("主导产业")

    class Meta(RowTable.Meta):
        model = VillageYear
        fields = (
            "region", "is_key_village", "groups", "households", "people", "labour", "away_labour", "farmland",
            "main_industries",
        )  # fmt: skip
        sequence = ("number", *fields)


class HouseholdTable(RowTable):
    """Households of a place and year."""

    household = tables.Column("户编号", linkify=_page_of, order_by="household__number")
    head_name = tables.Column("户主", orderable=False)
    people = tables.Column("人数", attrs=NUMERIC)
    group = tables.Column("组", attrs=NUMERIC)
    exit_year = tables.Column("脱贫年度", attrs=NUMERIC)

    class Meta(RowTable.Meta):
        model = HouseholdYear
        fields = (
            "household",
            "head_name",
            "people",
            "region",
            "group",
            "category",
            "status",
            "exit_year",
            "main_cause",
        )
        sequence = ("number", *fields)


class MemberTable(RowTable):
    """Members of the households of a place and year; numbers masked."""

    person = tables.Column("姓名", linkify=_page_of, order_by="person__pinyin")
    masked_number = tables.Column("证件号码", accessor="person__masked_number", orderable=False)
    sex = tables.Column("性别", accessor="person__get_sex_display", order_by="person__sex")
    age = tables.Column("年龄", empty_values=(), order_by="-person__birth_date", attrs=NUMERIC)
    household = tables.Column(
        "户编号", accessor="household_year__household", order_by="household_year__household__number"
    )

    class Meta(RowTable.Meta):
        model = Membership
        fields = (
            "person",
            "masked_number",
            "sex",
            "age",
            "relation",
            "household",
            "region",
            "education",
            "health",
            "labour_skill",
        )
        sequence = ("number", *fields)

    def render_age(self, record: Membership) -> int:
        """Full years at the end of the year shown, not today."""
        return record.age


class FamilyTable(MemberTable):
    """The members on their household's page."""

    school = tables.Column("在校生状况")
    work_place = tables.Column("务工情况")

    class Meta(MemberTable.Meta):
        fields = (
            "person",
            "masked_number",
            "sex",
            "age",
            "relation",
            "education",
            "school",
            "health",
            "labour_skill",
            "work_place",
        )
        sequence = ("number", *fields)
        exclude = ("household", "region")
        orderable = False


class FoundPersonTable(MemberTable):
    """People whom the search box found, each leading to the household."""

    year = tables.Column("年度")
    present = YesNoColumn("在户")
    how = tables.Column("找到依据")

    class Meta(MemberTable.Meta):
        fields = (
            "person",
            "masked_number",
            "sex",
            "age",
            "relation",
            "household",
            "region",
            "year",
            "present",
            "how",
        )
        sequence = ("number", *fields)
        exclude = ("education", "health", "labour_skill")
        orderable = False


class FoundHouseholdTable(HouseholdTable):
    """Households that the search box found."""

    year = tables.Column("年度")
    phone = tables.Column("联系电话")
    how = tables.Column("找到依据")

    class Meta(HouseholdTable.Meta):
        fields = ("household", "head_name", "people", "phone", "region", "group", "year", "how")
        exclude = ("exit_year", "category", "status", "main_cause")
        sequence = ("number", *fields)
        orderable = False

    def render_phone(self, value: str) -> str:
        """Masked."""
        return mask_phone(value)


class HelperTable(RowTable):
    """Helpers of the villages of a place."""

    name = tables.Column("姓名", linkify=_page_of)
    households = tables.Column("现结对户数", attrs=NUMERIC)

    class Meta(RowTable.Meta):
        model = Helper
        fields = ("name", "sex", "unit", "position", "resident_role", "phone", "region", "households")
        sequence = ("number", *fields)

    def render_phone(self, record: Helper) -> str:
        """Masked."""
        return shown(record, "phone")


class HouseholdHelperTable(RowTable):
    """Who looks after a household, on its page."""

    helper = tables.Column("姓名", linkify=_page_of)
    unit = tables.Column("单位", accessor="helper__unit")
    position = tables.Column("职务或级别", accessor="helper__position")
    phone = tables.Column("联系电话", accessor="helper__phone")

    class Meta(RowTable.Meta):
        model = Pairing
        fields = ("helper", "unit", "position", "phone", "starts_on", "ends_on")
        sequence = ("number", *fields)
        orderable = False

    def render_phone(self, record: Pairing) -> str:
        """Masked."""
        return shown(record.helper, "phone")


class PairedHouseholdTable(RowTable):
    """Whom a helper looks after, on their page."""

    household = tables.Column("户编号", linkify=_page_of)

    class Meta(RowTable.Meta):
        model = Pairing
        fields = ("household", "starts_on", "ends_on")
        sequence = ("number", *fields)
        orderable = False


class WorkTable(RowTable):
    """Entries of the work ledger."""

    on = tables.DateColumn(verbose_name="日期", linkify=_page_of)
    title = tables.Column("主题", attrs={"td": {"class": "text"}})
    household_number = tables.Column("户编号", order_by="household__number")
    attendance = tables.Column("参加人数", attrs=NUMERIC)
    households = tables.Column("涉及户数", attrs=NUMERIC)
    people = tables.Column("涉及人数", attrs=NUMERIC)
    pieces = tables.Column("发放份数", attrs=NUMERIC)
    amount = MoneyColumn("金额（元）")

    class Meta(RowTable.Meta):
        model = LedgerEntry
        fields = (
            "on", "kind", "title", "region", "household_number", "attendance", "households", "people", "pieces",
            "amount",
        )  # fmt: skip
        sequence = ("number", *fields)
