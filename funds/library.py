"""The project library: categories by year, the steps of a project's life, and the papers that each step wants.

What a step is, who takes it and what must stand before it is declared once here: the domain, the pages, and the triggers
in the database (funds/guards.py) are made of it. Chain and stages: county notices on the library (村申报, 乡审核, 部门论证,
县审定; DOMAIN 2.2). The numbers are our own.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices

from fupin.access import Action
from fupin.codes import CodeList, code

#: The first year of the library's new categories (衔接资金项目).
NEW_SINCE = 2021
_OLD = {"until": NEW_SINCE - 1}
_NEW = {"since": NEW_SINCE}


class ProjectGroup(CodeList):
    """项目类型, the first level: the county library of 2018 (until 2020), and the library of 2021 and later."""

    TRAINING = code("11", "教育补助与培训", **_OLD)
    RELOCATION = code("12", "易地扶贫搬迁", **_OLD)
    FINANCE = code("13", "金融扶贫", **_OLD)
    INDUSTRY = code("14", "产业扶贫", **_OLD)
    INFRASTRUCTURE = code("15", "基础设施", **_OLD)
    OTHER = code("19", "其他项目", **_OLD)
    DEVELOPMENT = code("21", "产业发展", **_NEW)
    EMPLOYMENT = code("22", "就业项目", **_NEW)
    CONSTRUCTION = code("23", "乡村建设行动", **_NEW)
    AFTER_RELOCATION = code("24", "易地搬迁后扶", **_NEW)
    GUARANTEES = code("25", "巩固三保障成果", **_NEW)
    GOVERNANCE = code("26", "乡村治理和精神文明建设", **_NEW)
    FEE = code("27", "项目管理费", **_NEW)
    REST = code("29", "其他", **_NEW)


class ProjectCategory(CodeList):
    """二级项目类型: two digits of the first level, two of its own; each holds in the years of its group."""

    TRAINING_GRANT = code("1101", "雨露计划培训", **_OLD)
    TRAINING_LEADER = code("1102", "致富带头人培训", **_OLD)
    TRAINING_SKILL = code("1103", "实用技术培训", "技能培训", **_OLD)
    RELOCATION_TOGETHER = code("1201", "集中安置", **_OLD)
    RELOCATION_APART = code("1202", "分散安置", **_OLD)
    FINANCE_LOAN = code("1301", "小额信贷贴息", **_OLD)
    FINANCE_FIRM = code("1302", "龙头企业贴息", **_OLD)
    FINANCE_COOPERATIVE = code("1303", "合作社贴息", **_OLD)
    FINANCE_INSURANCE = code("1304", "农业和人身保险", "农业保险", "人身保险", **_OLD)
    FINANCE_OTHER = code("1309", "其他金融扶贫", **_OLD)
    PLANTING = code("1401", "种植业", **_OLD)
    BREEDING = code("1402", "养殖业", **_OLD)
    PROCESSING = code("1403", "加工业", **_OLD)
    SOLAR = code("1404", "光伏电站", "光伏项目", **_OLD)
    TOURISM = code("1405", "乡村旅游", "旅游扶贫", **_OLD)
    INDUSTRY_OTHER = code("1409", "其他产业扶贫", **_OLD)
    ROADS = code("1501", "通村通组道路", "道路硬化", "通组公路", **_OLD)
    ROAD_EXTENSION = code("1502", "扩面延伸", "道路扩面延伸", **_OLD)
    BRIDGES = code("1503", "危桥改造", "危桥", **_OLD)
    ROAD_SAFETY = code("1504", "生命安全防护", "安防工程", "生命防护工程", **_OLD)
    WATER = code("1505", "安全饮水", "饮水安全工程", **_OLD)
    IRRIGATION = code("1506", "小型水利", "农田水利", **_OLD)
    POWER = code("1507", "农网和通信", "农网改造", "电力", "宽带网络", **_OLD)
    SURROUNDINGS = code("1508", "环境整治", "人居环境", **_OLD)
    FACILITIES = code("1509", "公共服务设施", "文化广场", "卫生室", **_OLD)
    INFRASTRUCTURE_OTHER = code("1599", "其他基础设施", **_OLD)
    FEE_OLD = code("1901", "扶贫项目管理费", **_OLD)
    OTHER_OLD = code("1999", "其他扶贫项目", **_OLD)
    PRODUCTION = code("2101", "生产项目", "种植养殖基地", **_NEW)
    TRADE = code("2102", "加工流通项目", **_NEW)
    SUPPORTING = code("2103", "产业配套设施", "配套设施项目", **_NEW)
    SERVICES = code("2104", "产业服务支撑", **_NEW)
    CREDIT = code("2105", "金融保险配套", **_NEW)
    WORK_GRANT = code("2201", "务工补助", **_NEW)
    WORK_TRAINING = code("2202", "就业培训", **_NEW)
    STARTING = code("2203", "创业", **_NEW)
    POSTS = code("2204", "公益性岗位项目", **_NEW)
    RURAL_ROADS = code("2301", "农村道路建设", "通组路", **_NEW)
    RURAL_ROAD_EXTENSION = code("2302", "农村道路扩面延伸", **_NEW)
    RURAL_BRIDGES = code("2303", "农村危桥改造", **_NEW)
    RURAL_ROAD_SAFETY = code("2304", "农村道路安全防护", **_NEW)
    RURAL_WATER = code("2305", "农村供水保障", **_NEW)
    RURAL_FACILITIES = code("2306", "其他农村基础设施", **_NEW)
    RURAL_SURROUNDINGS = code("2307", "人居环境整治", **_NEW)
    RURAL_SERVICES = code("2308", "农村公共服务", **_NEW)
    RESETTLED = code("2401", "搬迁后续扶持", **_NEW)
    HOUSING = code("2501", "住房保障", **_NEW)
    SCHOOLING = code("2502", "教育保障", **_NEW)
    HEALTH = code("2503", "健康保障", **_NEW)
    GENERAL_GUARANTEE = code("2504", "综合保障", **_NEW)
    GOVERNING = code("2601", "乡村治理", **_NEW)
    CIVILITY = code("2602", "农村精神文明建设", **_NEW)
    FEE = code("2701", "项目管理费用", "项目管理费", **_NEW)
    REST = code("2999", "其他项目支出", **_NEW)

    __unclear__ = {"道路": "请写明是新建、扩面延伸、危桥改造还是生命安全防护。"}

    @property
    def group(self) -> ProjectGroup:
        """The first level."""
        return ProjectGroup(self.value[:2])


def categories_of(*groups: ProjectGroup) -> tuple[ProjectCategory, ...]:
    """The categories of the first level's groups."""
    return tuple(category for category in ProjectCategory if category.group in groups)


#: Of these no entry without how households share in it (联农带农机制).
INDUSTRIES = (ProjectGroup.INDUSTRY, ProjectGroup.DEVELOPMENT)

EXTENSIONS = (ProjectCategory.ROAD_EXTENSION, ProjectCategory.RURAL_ROAD_EXTENSION)
BRIDGES = (ProjectCategory.BRIDGES, ProjectCategory.RURAL_BRIDGES)
SAFETY = (ProjectCategory.ROAD_SAFETY, ProjectCategory.RURAL_ROAD_SAFETY)

#: Units in which a scale is a length, in metres.
METRES = {"公里": 1000, "千米": 1000, "km": 1000, "米": 1, "m": 1, "延米": 1}


class TenderWay(CodeList):
    """实施方式: how a project finds who builds it."""

    TENDER = code("01", "招投标", "招标", "公开招标", "邀请招标")
    WORK_FOR_RELIEF = code("02", "以工代赈")
    ONE_CASE = code("03", "一事一议")
    OTHER = code("09", "其他方式", "竞争性谈判", "直接委托")


class StepKind(CodeList):
    """办理环节: from the village's proposal to the hand-over of what was built."""

    PROPOSED = code("01", "村级申报")
    CHECKED = code("02", "乡镇审核")
    ASSESSED = code("03", "部门论证")
    ADMITTED = code("04", "县级审定入库")
    APPROVED = code("11", "立项批复")
    TENDERED = code("12", "确定实施方式")
    STARTED = code("13", "开工")
    PROGRESS = code("14", "形象进度")
    COMPLETED = code("15", "竣工")
    ACCEPTED = code("16", "验收")
    SETTLED = code("17", "结算审计")
    HANDED_OVER = code("18", "确权移交")
    RETURNED = code("91", "退回")
    STOPPED = code("92", "终止")


class Step(NamedTuple):
    """What is true of every step of a kind."""

    #: Who takes it, and takes it back.
    action: Action
    #: What must stand before it, on the same day or an earlier one.
    after: StepKind | None
    #: What it must state besides its day, by the model's fields; in the order of the form.
    needs: tuple[str, ...] = ()
    #: What it may state.
    may: tuple[str, ...] = ("document", "reason")
    hint: str = ""

    @property
    def fields(self) -> tuple[str, ...]:
        """What its form asks besides the day."""
        return (*self.needs, *self.may)


K, A = StepKind, Action
STEPS: dict[StepKind, Step] = {
    K.PROPOSED: Step(A.EDIT, None, hint="申报后内容不能再改，需要改的由审核的人退回。"),
    K.CHECKED: Step(A.CHECK, K.PROPOSED, hint="乡镇核对内容、规模和资金后报行业部门论证。"),
    K.ASSESSED: Step(A.ASSESS, K.CHECKED, hint="行业部门论证可行性和绩效目标。"),
    K.ADMITTED: Step(A.DECIDE, K.ASSESSED, ("document",), ("reason",), "县级审定后进入项目库。"),
    K.APPROVED: Step(A.DECIDE, K.ADMITTED, ("document", "amount"), ("reason",), "批复的金额以元为单位；批复之后才能支付。"),
    K.TENDERED: Step(A.BUILD, K.APPROVED, ("way", "amount"), ("document", "reason"), "中标价或合同价，以元为单位。"),
    K.STARTED: Step(A.BUILD, K.TENDERED),
    K.PROGRESS: Step(A.BUILD, K.STARTED, ("share",), ("document", "reason"), "累计完成的百分比；滞后的写明原因。"),
    K.COMPLETED: Step(A.BUILD, K.STARTED),
    K.ACCEPTED: Step(A.ASSESS, K.COMPLETED, ("document",), ("reason",), "验收合格的登记；不合格的不登记，整改后再验收。"),
    K.SETTLED: Step(A.DECIDE, K.ACCEPTED, ("document", "amount"), ("reason",), "审计审定的结算金额，以元为单位。"),
    K.HANDED_OVER: Step(A.BUILD, K.SETTLED, ("document",), ("reason",), "资产确权到谁、移交给谁，写在说明里。"),
}  # fmt: skip
#: The chain that a proposal goes through, and the steps after it, in order.
CHAIN = (K.PROPOSED, K.CHECKED, K.ASSESSED, K.ADMITTED)
LIFE = (*CHAIN, K.APPROVED, K.TENDERED, K.STARTED, K.COMPLETED, K.ACCEPTED, K.SETTLED, K.HANDED_OVER)
#: What takes a project out of its way: back to who proposed it, or to an end. It stands after no step of the order.
ASIDE: dict[StepKind, Step] = {
    K.RETURNED: Step(A.CHECK, None, ("reason",), (), "写明要改什么；申报的村（镇）修改后再申报。"),
    K.STOPPED: Step(
        A.DECIDE, None, ("reason",), ("document",), "写明终止的原因和资金的去向；竣工前可以终止。"
    ),
}
ALL_STEPS = STEPS | ASIDE

#: The papers that a step wants, whatever is built.
_PAPERS: dict[StepKind, str] = {
    K.PROPOSED: "项目申报书（附村民代表会议记录）", K.APPROVED: "批复文件", K.ACCEPTED: "验收报告",
    K.SETTLED: "结算审计报告", K.HANDED_OVER: "资产确权移交清单",
}  # fmt: skip
_WORKS: dict[StepKind, str] = {
    K.TENDERED: "中标通知书或合同", K.STARTED: "开工报告", K.COMPLETED: "竣工报告",
}  # fmt: skip
_INDUSTRY = {K.ASSESSED: "可行性论证意见", K.TENDERED: "合同和联农带农协议", K.COMPLETED: "受益户名册"}
_PEOPLE = {K.TENDERED: "实施方案", K.COMPLETED: "受益人名册"}
_BUILT = (G := ProjectGroup).RELOCATION, G.INFRASTRUCTURE, G.CONSTRUCTION, G.AFTER_RELOCATION
PAPERS: dict[ProjectGroup, dict[StepKind, str]] = {
    group: _PAPERS | (_WORKS if group in _BUILT else _INDUSTRY if group in INDUSTRIES else _PEOPLE)
    for group in ProjectGroup
}


class Lamp(TextChoices):
    """How a project goes against its plan, at a day."""

    ON_TIME = "on_time", "按期"
    LATE = "late", "滞后"
    STUCK = "stuck", "停滞"
    DONE = "done", "按期完工"
    DONE_LATE = "done_late", "逾期完工"
