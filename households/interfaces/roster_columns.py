"""The national system's exports, column by column: its roster of households and people, and its list of villages.

A file of these kinds has any choice of the columns; what it has no column for stays in the register as it is. A header may
be the national column's code. Sources: the household-and-people export of 2019, the 已脱贫人口名单 of 2022, the exports that
a county puts together itself since 2023, and the column codes of the system's tables AC01, AB01, AC30, AC31.

Left out although the register has the field: AAC005 (识别标准; the national numbers of that list are not known, a bare
number would be guessed), AAR007 (组; free text there, a number here), AAB013 and AAB014 (which insurance they mean is not
certain).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fupin.codes import UnknownCode
from fupin.sheets.cells import CellRefused
from fupin.sheets.columns import (
    CodeColumn,
    Column,
    PersonalNumberColumn,
    TextColumn,
    YearColumn,
    YesNoColumn,
)
from fupin.sheets.layout import Book, Sheet
from households.conditions import ExitFlag, HouseholdType
from households.enums import Cause
from households.interfaces.sheets import HOUSEHOLD_SHEET, MEMBER_SHEET, UNIT_LINE, VILLAGE_SHEET

#: The headers of the household-and-people export of 2019 in its order, with the column here; "" for what the portal has no
#: field for.
ROSTER_2019: tuple[tuple[str, str], ...] = (
    ("行政县", "county_name"), ("乡镇", "township_name"), ("行政村", "village_name"), ("自然村", "hamlet"),
    ("户编号", "household_number"), ("人编号", ""), ("姓名", "name"), ("证件号码", "id_number"), ("人数", "people"),
    ("与户主关系", "relation"), ("民族", "ethnicity"), ("文化程度", "education"), ("在校生状况", "school"),
    ("健康状况", "health"), ("劳动技能", "labour_skill"), ("务工状况", "work_place"), ("务工时间", "work_months"),
    ("是否参加大病医疗", "illness_insurance"), ("脱贫属性", "status"), ("脱贫年度", "exit_year"),
    ("贫困户属性", "category"), ("主要致贫原因", "main_cause"), ("是否危房户", "dangerous_house"),
    ("是否饮水安全", "water_safe"), ("是否饮水困难", "water_shortage"), ("人均纯收入", ""), ("联系电话", "phone"),
)  # fmt: skip

#: The same of the 已脱贫人口名单 of 2022.
ROSTER_2022: tuple[tuple[str, str], ...] = (
    ("序号", ""), ("县", "county_name"), ("乡", "township_name"), ("行政村", "village_name"), ("自然村", "hamlet"),
    ("户编号", "household_number"), ("人编号", ""), ("姓名", "name"), ("证件号码", "id_number"), ("人数", "people"),
    ("与户主关系", "relation"), ("民族", "ethnicity"), ("文化程度", "education"), ("在校生状况", "school"),
    ("健康状况", "health"), ("劳动技能", "labour_skill"), ("务工时间（月）", "work_months"),
    ("是否参加大病保险", "illness_insurance"), ("致贫原因1", "main_cause"), ("是否危房户", "dangerous_house"),
    ("是否解决安全饮用水", "water_safe"), ("人均纯收入", ""), ("户联系电话", "phone"), ("人联系电话", "member_phone"),
    ("首次识别时间", "registered_on"), ("人员识别时间", ""), ("户类型", "household_type"), ("监测对象类型", ""),
    ("风险是否消除", ""), ("风险识别时间", ""), ("风险消除时间", ""),
)  # fmt: skip

#: Columns of the sheets 户 and 人 that exports have under further headers.
ALSO: dict[str, tuple[str, ...]] = {
    "household_number": ("户号", "家庭编号", "AAC001"),
    "head_name": ("AAC029",),
    "people": ("家庭人口数", "家庭人数", "户人数", "AAC017"),
    "category": ("AAC006",),
    "exit_year": ("脱贫时间", "AAC016"),
    "registered_on": ("户识别时间",),
    "main_cause": ("致贫原因", "AAC007"),
    "other_causes": ("致贫原因2", "其它致贫原因", "AAC008"),
    "phone": ("户主联系电话", "AAR012"),
    "bank": ("AAQ002",),
    "bank_account": ("AAC004",),
    "martyr_family": ("AAC012",),
    "farmland": ("耕地", "AAC301"),
    "irrigated": ("AAC302",),
    "forest": ("林地", "AAC303"),
    "returned_forest": ("AAC304",),
    "orchard": ("林果", "AAC305"),
    "pasture": ("牧草", "AAC306"),
    "water_area": ("水面", "水域", "AAC307"),
    "water_shortage": ("AAC311",),
    "water_safe": ("是否饮用水安全", "AAC312"),
    "road": ("AAC316",),
    "house_area": ("AAC317",),
    "toilet": ("AAC319",),
    "relocated": ("是否易地搬迁户",),
    "name": ("成员姓名", "AAB002"),
    "id_number": ("证件号", "AAB004"),
    "sex": ("AAB003",),
    "birth_date": ("出生年月", "AAB005"),
    "relation": ("与户主的关系", "AAB006"),
    "ethnicity": ("AAB007",),
    "education": ("AAB008",),
    "school": ("在校生情况", "AAB009"),
    "labour_skill": ("劳动能力", "劳动技能/技能劳动能力", "技能劳动能力", "AAB010"),
    "work_place": ("务工地点", "务工区域", "AAB011"),
    "work_months": ("务工月数", "累计务工时间", "AAB012"),
    "health": ("AAB017",),
    "in_service": ("AAB019",),
    "medical_insurance": ("是否参加医保", "是否参加城乡居民医疗保险"),
    "pension": ("是否参加养老保险",),
    "id_valid_until": ("证件有效期",),
    "employer": ("务工单位名称",),
    "post_kind": ("公益性岗位类型",),
    "post_months": ("公益性岗位月数",),
    "dibao": ("享受低保情况", "享受低保政策情况"),
    "tekun": ("享受特困情况", "享受特困政策情况"),
}
#: What the portal does not take from exports: remarks are of the portal's own sheets, 组 is free text there.
NOT_TAKEN = frozenset({"remark", "group", "standard"})
#: Of a household in one sheet with its members; of a member where the household has a column of the same name.
RENAMED = {"phone": "member_phone"}


class StatusColumn(CodeColumn):
    """脱贫状态 with its year in it (新脱贫, 历史已脱贫), or without, as 脱贫属性 is in exports: 已脱贫."""

    def read_code(self, text: str, year: int | None) -> Any:
        """A PovertyStatus, or an ExitFlag by its name: its bare numbers mean other things here."""
        try:
            return self.codes.read(text.strip(), year)
        except UnknownCode as unknown:
            if not text.strip().isdecimal():
                try:
                    return ExitFlag.read(text.strip(), year)
                except UnknownCode:
                    pass
            raise CellRefused(unknown.reason, unknown.remedy) from None


def _taken(column: Column, **changes: Any) -> Column:
    """A column of the portal's own sheets as exports have it: it may be missing, and has more headers."""
    aliases = (*changes.pop("without", column.aliases), *ALSO.get(column.name, ()))
    return replace(column, **{"optional": True, "required": False, "aliases": aliases, **changes})


def _columns(sheet: Sheet, renamed: dict[str, str] | None = None) -> dict[str, Column]:
    taken = {column.name: column for column in sheet.columns if column.name not in NOT_TAKEN}
    return {name: _taken(column, name=(renamed or {}).get(name, name)) for name, column in taken.items()}


def _place_columns() -> tuple[Column, ...]:
    """By what an export says where a row belongs."""
    return (
        TextColumn(
            name="county_name", label="县", optional=True, max_length=50,
            aliases=("行政县", "县名称", "县名", "县区", "区县", "所属县", "县级", "AAR004"),
        ),
        TextColumn(
            name="township_name", label="乡镇", optional=True, max_length=50,
            aliases=("乡", "镇", "乡镇名称", "乡镇名", "乡级", "所属乡镇", "AAR005"),
        ),
        TextColumn(
            name="village_name", label="行政村", optional=True, max_length=50,
            aliases=("村", "村名", "村名称", "行政村名称", "村级", "所属村", "AAR006"),
        ),
        TextColumn(
            name="village_code", label="村代码", optional=True, max_length=12, width=16, help="12位统计用区划代码。",
            aliases=("行政村代码", "行政村编码", "村编码", "区划代码", "行政区划代码", "AAR008"),
        ),
        YearColumn(name="told_year", label="年度", aliases=("年份", "数据年度", "AAR040"), optional=True),
    )  # fmt: skip


def _roster_columns() -> tuple[Column, ...]:
    household, member = _columns(HOUSEHOLD_SHEET), _columns(MEMBER_SHEET, RENAMED)
    number = replace(household.pop("household_number"), required=True)
    member.pop("household_number")
    status = household["status"]
    household["status"] = StatusColumn(
        name="status", label=status.label, aliases=(*status.aliases, "是否脱贫"), codes=status.codes,  # type: ignore[attr-defined]
        optional=True, width=13, help="“已脱贫”与脱贫年度合起来看：本年度为新脱贫，以前为历史已脱贫。",
    )  # fmt: skip
    member["name"] = replace(member["name"], required=True)
    member["phone"] = replace(member["phone"], label="人联系电话", aliases=("本人联系电话",))
    return (
        *_place_columns(),
        number,
        *household.values(),
        PersonalNumberColumn(
            name="head_id_number", label="户主证件号码", aliases=("户主身份证号", "户主证件号", "AAC031"), optional=True,
            help="只用来核对。",
        ),
        CodeColumn(
            name="exit_flag", label="脱贫标志", aliases=("AAR010",), codes=ExitFlag, optional=True,
            help="与脱贫年度合起来看。",
        ),
        CodeColumn(
            name="household_type", label="户类型", aliases=("农户类型",), codes=HouseholdType, optional=True,
            help="一般农户不在本系统登记，其行不读取。",
        ),
        YesNoColumn(
            name="dangerous_house", label="是否危房户", aliases=("是否危房",), optional=True,
            help="否为有安全住房；是而没有写明等级的，住房安全不作改动。",
        ),
        CodeColumn(
            name="third_cause", label="致贫原因3", codes=Cause, optional=True, help="与致贫原因2一起是其他致贫原因。",
        ),
        YesNoColumn(name="valid", label="有效标志", aliases=("AAR100",), optional=True, help="否的行不读取。"),
        TextColumn(
            name="survival", label="生存状态", aliases=("AAB015",), optional=True, max_length=10,
            help="编号为1、4的才算在户，其他编号的行不读取。",
        ),
        *member.values(),
    )  # fmt: skip


ROSTER_SHEET = Sheet(
    name="花名册",
    aliases=("户和人口花名册", "人口花名册", "户信息", "人口信息", "监测对象信息", "已脱贫人口名单", "贫困人口信息"),
    title="{place}户和人口花名册",
    unit_line=UNIT_LINE,
    selective=True,
    columns=_roster_columns(),
)  # fmt: skip
#: A county's people of a year, and then some.
ROSTER_BOOK = Book(kind="roster", title="国家系统户和人口花名册", sheets=(ROSTER_SHEET,), rows=200_000)

#: Further headers of the columns of a village's profile.
PROFILE_ALSO: dict[str, tuple[str, ...]] = {
    "is_key_village": ("是否重点村", "贫困村属性"),
    "groups": ("村民小组数", "组数"),
    "hamlets": ("自然村数", "自然湾数"),
    "households": ("户数", "总户数(户)"),
    "people": ("人口", "人口数", "总人口数"),
    "away_labour": ("外出务工人口",),
    "labour": ("劳动力人数", "劳动力数"),
    "water": ("水域面积",),
    "party_members": ("党员人数", "中共党员"),
}


def _profile_columns() -> tuple[Column, ...]:
    places = {"village_code", "township_name", "village_name"}
    said = (column for column in VILLAGE_SHEET.columns if column.name not in places)
    return (
        *_place_columns(),
        *(
            replace(
                column, optional=True, required=False,
                aliases=tuple(dict.fromkeys((*column.aliases, *PROFILE_ALSO.get(column.name, ())))),
            )
            for column in said
        ),
    )  # fmt: skip


PROFILE_SHEET = Sheet(
    name="行政村信息",
    aliases=("村情", "村基本情况", "村信息"),
    title="{place}行政村信息",
    unit_line=UNIT_LINE,
    selective=True,
    columns=_profile_columns(),
)
PROFILE_BOOK = Book(kind="profiles", title="国家系统行政村信息", sheets=(PROFILE_SHEET,))
