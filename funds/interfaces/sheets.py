"""The sheets of households' measures and of enterprises in the village workbook, column by column."""

from funds.enums import DangerGrade, EnterpriseKind, Measure
from fupin.sheets.columns import (
    CodeColumn,
    DateColumn,
    DecimalColumn,
    PersonalNumberColumn,
    TextColumn,
    YearColumn,
)
from fupin.sheets.layout import Sheet
from households.interfaces.sheets import UNIT_LINE, household_number_column

#: 元 for a household in a year: what is more is a slip of the unit.
HOUSEHOLD_YUAN = 10_000_000

BENEFIT_SHEET = Sheet(
    name="措施与资金",
    aliases=("帮扶措施", "到户资金", "到户措施", "措施资金"),
    title="{place}到户措施与资金台账",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        YearColumn(name="year", label="享受年度", aliases=("年度",), required=True, minimum=2013, width=10),
        household_number_column(),
        TextColumn(name="head_name", label="户主姓名", aliases=("户主",), optional=True, max_length=50),
        CodeColumn(
            name="measure",
            label="帮扶措施",
            aliases=("措施", "项目"),
            required=True,
            codes=Measure,
            width=18,
            help="措施目录中的一项。",
        ),
        TextColumn(
            name="person_name",
            label="享受人姓名",
            aliases=("享受人",),
            optional=True,
            max_length=50,
            help="按人享受的填写；按户享受的留空。",
        ),
        PersonalNumberColumn(
            name="person_number",
            label="享受人证件号码",
            optional=True,
            help="同户有同名成员时须填，设为文本。",
        ),
        DateColumn(name="on", label="日期", aliases=("发放日期", "落实时间", "发放时间"), help="不分次的留空。"),
        DecimalColumn(name="quantity", label="数量", maximum=1_000_000, width=9),
        TextColumn(name="unit", label="单位", aliases=("计量单位",), max_length=10, width=8, help="填了数量的须填，如：头、箱。"),
        DecimalColumn(name="amount", label="金额", unit="元", maximum=HOUSEHOLD_YUAN, width=13),
        TextColumn(
            name="enterprise_name",
            label="投放主体",
            aliases=("投放企业", "入股企业"),
            optional=True,
            max_length=60,
            width=18,
            help="贷款、分红等投入的市场主体，须在“市场主体”表或系统中。",
        ),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
        # Last, so that workbooks of before keep their places.
        DecimalColumn(
            name="standard",
            label="补助标准",
            aliases=("标准", "补贴标准", "奖补标准"),
            unit="元",
            optional=True,
            maximum=HOUSEHOLD_YUAN,
            width=13,
            help="每一单位数量补助多少元。",
        ),
        TextColumn(
            name="tranche",
            label="批次",
            aliases=("发放批次", "资金批次"),
            optional=True,
            max_length=20,
            width=10,
            help="如：第一批。",
        ),
        CodeColumn(
            name="grade",
            label="危房等级",
            aliases=("改造前危房等级", "房屋等级"),
            optional=True,
            codes=DangerGrade,
            width=10,
            help="只用于全拆全建、部分改建。",
        ),
    ),
)  # fmt: skip

PARTNERSHIP_SHEET = Sheet(
    name="市场主体",
    aliases=("市场主体带动", "新型经营主体", "合作社"),
    title="{place}市场主体带动贫困户台账",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        YearColumn(name="year", label="带动年度", aliases=("年度",), required=True, minimum=2013, width=10),
        TextColumn(
            name="enterprise_name", label="市场主体名称", aliases=("名称", "主体名称"), required=True,
            max_length=60, width=24,
        ),
        CodeColumn(name="kind", label="类型", aliases=("主体类型",), required=True, codes=EnterpriseKind, width=12),
        TextColumn(name="business", label="主营", aliases=("主营业务",), optional=True, max_length=60, width=16),
        household_number_column(),
        TextColumn(name="head_name", label="户主姓名", aliases=("户主",), optional=True, max_length=50),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
    ),
)  # fmt: skip
