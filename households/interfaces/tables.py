"""Lists of this room."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

from fupin.resource import RowTable
from fupin.resource.tables import NUMERIC, YesNoColumn
from households.models import HouseholdYear, Membership, VillageYear


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
