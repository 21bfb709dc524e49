"""The sheet 项目 of the village workbook: a village's projects, and what the county's project library asks of them."""

from funds.enums import ProjectNature, ProjectStage
from funds.interfaces.columns import WanYuanColumn
from funds.library import ProjectCategory
from fupin.sheets.columns import (
    CodeColumn,
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    TextColumn,
    YearColumn,
)
from fupin.sheets.layout import Sheet
from households.interfaces.sheets import UNIT_LINE

#: 万元 for a project: what is more is a slip of the unit.
PROJECT_WAN = 100_000


def _plan(name: str, label: str, *aliases: str) -> WanYuanColumn:
    return WanYuanColumn(
        name=name, label=label, aliases=aliases, optional=True, maximum=PROJECT_WAN, width=12
    )


#: The columns of the library's list (项目库申报表; DOMAIN 2.2). A file may leave any of them out.
LIBRARY_COLUMNS = (
    CodeColumn(
        name="category", label="项目类型", aliases=("项目类别", "二级项目类型", "项目子类型"), optional=True,
        codes=ProjectCategory, width=16, help="二级项目类型；申报入库的须填。",
    ),
    TextColumn(name="content", label="建设内容", aliases=("建设内容及规模", "主要建设内容"), optional=True, max_length=500, multiline=True, width=45),
    TextColumn(name="unit_in_charge", label="责任单位", aliases=("项目责任单位", "实施单位"), optional=True, max_length=60, width=16),
    TextColumn(name="target", label="绩效目标", aliases=("绩效目标及效益",), optional=True, max_length=500, multiline=True, width=45),
    TextColumn(name="sharing", label="联农带农机制", aliases=("群众参与和带贫减贫机制", "利益联结机制"), optional=True, max_length=500, multiline=True, width=45),
    IntegerColumn(name="homes", label="受益户数", optional=True, minimum=0, maximum=1_000_000, unit="户"),
    IntegerColumn(name="people", label="受益人数", aliases=("受益人口",), optional=True, minimum=0, maximum=10_000_000, unit="人"),
    IntegerColumn(name="poor_homes", label="其中贫困户数", aliases=("受益贫困户数", "受益脱贫户数"), optional=True, minimum=0, maximum=1_000_000, unit="户"),
    DateColumn(name="plan_start", label="计划开工日期", aliases=("计划开工时间",), optional=True),
    DateColumn(name="plan_finish", label="计划完工日期", aliases=("计划完工时间", "计划竣工时间"), optional=True),
    _plan("plan_central", "中央资金"),
    _plan("plan_provincial", "省级资金"),
    _plan("plan_municipal", "市级资金"),
    _plan("plan_county", "县级资金"),
    _plan("plan_other", "其他资金", "自筹及其他资金"),
)  # fmt: skip

PROJECT_SHEET = Sheet(
    name="项目",
    aliases=("到村项目", "村级项目", "到村资金"),
    title="{place}到村项目台账",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        YearColumn(name="year", label="实施年度", aliases=("年度",), required=True, minimum=2013, width=10),
        IntegerColumn(
            name="position", label="排列号", minimum=1, maximum=999, width=8, help="在总结中的先后，可留空。"
        ),
        TextColumn(
            name="name", label="项目名称", aliases=("名称",), required=True, max_length=60, width=26,
            example="路灯",
        ),
        CodeColumn(name="nature", label="建设性质", codes=ProjectNature, width=10),
        DecimalColumn(name="quantity", label="建设规模", aliases=("数量", "规模"), maximum=10_000_000, places=3),
        TextColumn(name="unit", label="单位", aliases=("计量单位",), max_length=10, width=8, help="填了建设规模的须填，如：米、盏。", example="盏"),
        WanYuanColumn(
            name="amount", label="投入资金", aliases=("投资", "资金", "总投资"), maximum=PROJECT_WAN, width=16
        ),
        TextColumn(name="source", label="资金来源", optional=True, max_length=60, width=16),
        CodeColumn(name="stage", label="进度", aliases=("项目进度", "进展"), required=True, codes=ProjectStage, width=10),
        TextColumn(name="site", label="实施地点", optional=True, max_length=60, width=16),
        TextColumn(name="remark", label="备注", max_length=200, width=18),
        *LIBRARY_COLUMNS,
    ),
)  # fmt: skip
