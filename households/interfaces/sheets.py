"""The village workbook: its sheets 村情, 户, 人, 收入 and 工作台账, column by column.

Higher rooms add sheets of their own (households/interfaces/parts.py).
"""

from typing import Any

from fupin.sheets.columns import (
    CodeColumn,
    CodeListColumn,
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    PersonalNumberColumn,
    PhoneColumn,
    TextColumn,
    YearColumn,
    YesNoColumn,
)
from fupin.sheets.layout import Sheet
from households.conditions import Affiliation, Housing, Party, ResidentRole
from households.enums import (
    Cause,
    Education,
    Ethnicity,
    Health,
    LabourSkill,
    PovertyCategory,
    PovertyStatus,
    Relation,
    School,
    Sex,
    WorkPlace,
)
from households.income import FIELDS, INCOME
from households.interfaces.form_columns import HOUSEHOLD_CONDITIONS, MEMBER_PARTICULARS
from households.models.income import MOST_YUAN
from households.work import WorkKind

UNIT_LINE = "填报单位：{place}　　　　{year}年度　　　　填报日期：{date}"

#: More than any village counts, or any village has of 亩: a slip of the finger is told before the database has to.
COUNT, AREA = 1_000_000, 10_000_000


def household_number_column(**options: Any) -> TextColumn:
    """The column by which a row of any ledger names its household."""
    said: dict[str, Any] = {"required": True, "example": "4219000001", **options}
    return TextColumn(name="household_number", label="户编号", max_length=20, width=14, **said)


VILLAGE_SHEET = Sheet(
    name="村情",
    aliases=("村基本情况", "行政村信息"),
    title="{place}基本情况表",
    unit_line=UNIT_LINE,
    columns=(
        TextColumn(
            name="village_code",
            label="村代码",
            aliases=("行政村代码", "区划代码"),
            required=True,
            max_length=12,
            width=16,
            help="12位统计用区划代码。",
            example="421199103206",
        ),
        TextColumn(name="township_name", label="乡镇", aliases=("乡(镇)", "乡"), max_length=50),
        TextColumn(name="village_name", label="行政村", aliases=("村", "村名"), required=True, max_length=50),
        YesNoColumn(name="is_key_village", label="重点贫困村", aliases=("是否重点贫困村", "是否贫困村")),
        TextColumn(
            name="position", label="位置", max_length=50, help="在乡镇的方位，如：南部。", example="南部"
        ),
        IntegerColumn(name="groups", label="村民小组", unit="个", maximum=COUNT),
        IntegerColumn(name="hamlets", label="自然湾", aliases=("自然村",), unit="个", maximum=COUNT),
        IntegerColumn(name="households", label="总户数", unit="户", maximum=COUNT),
        IntegerColumn(name="people", label="总人口", aliases=("总人数",), unit="人", maximum=COUNT),
        IntegerColumn(name="agricultural_people", label="农业人口", unit="人", maximum=COUNT),
        IntegerColumn(name="labour", label="劳动力", unit="人", maximum=COUNT),
        IntegerColumn(
            name="away_labour",
            label="外出务工劳动力",
            aliases=("外出务工人数",),
            unit="人",
            maximum=COUNT,
            width=16,
        ),
        DecimalColumn(name="territory", label="版图面积", unit="亩", maximum=AREA, width=13),
        DecimalColumn(
            name="farmland", label="耕地面积", aliases=("耕地",), unit="亩", maximum=AREA, width=13
        ),
        DecimalColumn(name="forest", label="林地面积", aliases=("林地",), unit="亩", maximum=AREA, width=13),
        DecimalColumn(name="water", label="水面面积", aliases=("水面",), unit="亩", maximum=AREA, width=13),
        TextColumn(name="main_industries", label="主导产业", width=18, example="花生、水稻"),
        TextColumn(name="main_income", label="主要收入来源", width=20, example="种植业、外出务工"),
        IntegerColumn(name="party_members", label="党员", unit="人", maximum=COUNT),
        IntegerColumn(name="secretaries", label="书记", unit="人", maximum=COUNT),
        IntegerColumn(name="deputy_directors", label="副主任", unit="人", maximum=COUNT),
        IntegerColumn(name="family_planning_officers", label="计生专干", unit="人", maximum=COUNT),
    ),
)

HOUSEHOLD_SHEET = Sheet(
    name="户",
    aliases=("贫困户", "建档立卡户", "户信息"),
    title="{place}建档立卡贫困户登记表",
    unit_line=UNIT_LINE,
    columns=(
        household_number_column(help="国家系统的户编号，设为文本。"),
        IntegerColumn(name="group", label="组", aliases=("村民小组",), minimum=1, maximum=99, width=6),
        TextColumn(name="hamlet", label="自然湾", aliases=("自然村",), max_length=30),
        TextColumn(name="head_name", label="户主姓名", aliases=("户主",), required=True, max_length=50),
        IntegerColumn(
            name="people", label="人数", aliases=("家庭人口",), required=True, minimum=1, maximum=30, width=7
        ),
        CodeColumn(
            name="category",
            label="贫困户属性",
            aliases=("户属性", "属性"),
            required=True,
            codes=PovertyCategory,
            width=14,
        ),
        CodeColumn(
            name="status",
            label="脱贫状态",
            aliases=("脱贫属性",),
            required=True,
            codes=PovertyStatus,
            width=13,
        ),
        YearColumn(name="exit_year", label="脱贫年度", aliases=("脱贫年份",), minimum=2013, width=10),
        DateColumn(name="registered_on", label="识别时间", aliases=("首次识别时间",), required=True),
        CodeColumn(name="main_cause", label="主要致贫原因", aliases=("致贫原因1",), codes=Cause, width=15),
        CodeListColumn(
            name="other_causes", label="其他致贫原因", codes=Cause, width=18, help="最多2项，不含主要原因。"
        ),
        PhoneColumn(name="phone", label="联系电话", aliases=("户联系电话",), width=14),
        CodeColumn(name="housing", label="住房安全", aliases=("住房情况",), codes=Housing, width=13),
        DecimalColumn(name="house_area", label="住房面积", unit="平方米", maximum=5000, width=14),
        YesNoColumn(
            name="water_safe", label="饮水安全", aliases=("是否饮水安全", "是否解决安全饮用水"), width=10
        ),
        DecimalColumn(name="farmland", label="耕地面积", unit="亩", maximum=10000, width=13),
        DecimalColumn(name="forest", label="林地面积", unit="亩", maximum=100000, width=13),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
        *HOUSEHOLD_CONDITIONS,  # after what was there before them: a file of last year keeps its places
    ),
)

MEMBER_SHEET = Sheet(
    name="人",
    aliases=("家庭成员", "人员", "人口信息"),
    title="{place}建档立卡贫困人口登记表",
    unit_line=UNIT_LINE,
    columns=(
        household_number_column(),
        TextColumn(name="name", label="姓名", required=True, max_length=50),
        PersonalNumberColumn(
            name="id_number",
            label="证件号码",
            aliases=("身份证号", "身份证号码", "公民身份号码"),
            help="18位身份证号，或20、22位残疾人证号，设为文本；新生儿尚无号码的留空，并填性别和出生日期。",
            example="42119919700101123X",
        ),
        CodeColumn(name="sex", label="性别", codes=Sex, width=7, help="有证件号码的可不填。"),
        DateColumn(name="birth_date", label="出生日期", help="有证件号码的可不填。"),
        CodeColumn(name="relation", label="与户主关系", required=True, codes=Relation, width=13),
        CodeColumn(name="ethnicity", label="民族", codes=Ethnicity, width=8),
        CodeColumn(name="education", label="文化程度", codes=Education, width=14),
        CodeColumn(name="school", label="在校生状况", codes=School, width=14),
        CodeColumn(name="health", label="健康状况", codes=Health, width=13),
        CodeColumn(name="labour_skill", label="劳动技能", codes=LabourSkill, width=15),
        CodeColumn(name="work_place", label="务工情况", aliases=("务工状况",), codes=WorkPlace, width=12),
        DecimalColumn(name="work_months", label="务工时间", unit="月", places=1, maximum=12, width=13),
        YesNoColumn(
            name="medical_insurance", label="参加医保", aliases=("是否参加城乡居民基本医疗保险",), width=10
        ),
        YesNoColumn(
            name="pension", label="参加养老保险", aliases=("是否参加城乡居民基本养老保险",), width=13
        ),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
        *MEMBER_PARTICULARS,
    ),
)

WORK_SHEET = Sheet(
    name="工作台账",
    aliases=("工作记录", "会议活动"),
    title="{place}工作台账",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        CodeColumn(
            name="kind", label="类别", aliases=("工作类别",), required=True, codes=WorkKind, width=13,
            help="工作目录中的一项。",
        ),
        DateColumn(name="on", label="日期", aliases=("时间",), required=True),
        TextColumn(
            name="title", label="主题", aliases=("内容", "名称"), max_length=60, width=28,
            help="同一天几场同类活动的，写不同的主题。",
        ),
        household_number_column(required=False, optional=True, help="只涉及一户的填写。"),
        IntegerColumn(name="attendance", label="参加人数", unit="人", maximum=COUNT),
        IntegerColumn(name="households", label="涉及户数", unit="户", maximum=COUNT),
        IntegerColumn(name="people", label="涉及人数", unit="人", maximum=COUNT),
        IntegerColumn(name="pieces", label="发放份数", unit="份", maximum=COUNT),
        DecimalColumn(name="amount", label="金额", unit="元", maximum=10_000_000),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
    ),
)  # fmt: skip

INCOME_SHEET = Sheet(
    name="收入",
    aliases=("家庭收入", "收入情况", "收入信息"),
    title="{place}建档立卡贫困户收入登记表",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        household_number_column(),
        TextColumn(name="head_name", label="户主姓名", aliases=("户主",), optional=True, max_length=50),
        DateColumn(
            name="income_from", label="收入起始日期", optional=True, help="不是按自然年计算的才填。"
        ),
        DateColumn(name="income_to", label="收入截止日期", optional=True),
        *(
            DecimalColumn(
                name=name, label=kind.label, unit="元", maximum=MOST_YUAN, width=14, optional=True,
                help="照实填写，不计入纯收入。" if INCOME[kind].left_out else "",
            )
            for name, kind in FIELDS.items()
        ),
    ),
)  # fmt: skip

#: The sheets without which a file is no village workbook.
VILLAGE_SHEETS = (VILLAGE_SHEET, HOUSEHOLD_SHEET, MEMBER_SHEET)

#: Columns of the exported list of helpers: the brief sheet that a county keeps of them.
HELPER_COLUMNS = (
    TextColumn(name="name", label="姓名", width=12),
    CodeColumn(name="sex", label="性别", codes=Sex, width=8),
    CodeColumn(name="party", label="政治面貌", codes=Party, width=12),
    TextColumn(name="unit", label="单位", width=24),
    CodeColumn(name="affiliation", label="隶属关系", codes=Affiliation, width=16),
    TextColumn(name="position", label="职务或级别", width=14),
    CodeColumn(name="education", label="学历", codes=Education, width=12),
    PhoneColumn(name="phone", label="联系电话", width=14),
    TextColumn(name="specialty", label="技术特长", width=14),
    CodeColumn(name="resident_role", label="驻村职务", codes=ResidentRole, width=14),
    TextColumn(name="village", label="村", width=14),
    IntegerColumn(name="households", label="现结对户数", unit="户", width=12),
)
