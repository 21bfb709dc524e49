"""The code lists of measures, projects and enterprises.

No form numbers the measures that counties keep ledgers of; numbers are our own unless said otherwise.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import TextChoices

from funds.ledgers import LedgerKind
from fupin.codes import CodeList, code

__all__ = [
    "EDUCATION_AID",
    "HOUSING",
    "MEASURES",
    "NOT_INVESTED",
    "ONCE",
    "Batch",
    "DangerGrade",
    "Doubt",
    "EnterpriseKind",
    "FundChange",
    "FundLevel",
    "LoanUse",
    "Measure",
    "ProjectNature",
    "ProjectStage",
    "of_batch",
]


class Batch(CodeList):
    """五个一批: 中共中央 国务院关于打赢脱贫攻坚战的决定 (2015), in its order; 00 is none of the five."""

    OTHER = code("00", "其他帮扶")
    PRODUCTION = code("01", "发展生产脱贫一批", "发展生产", "产业")
    RELOCATION = code("02", "易地搬迁脱贫一批", "易地扶贫搬迁", "易地搬迁")
    ECOLOGY = code("03", "生态补偿脱贫一批", "生态补偿")
    EDUCATION = code("04", "发展教育脱贫一批", "发展教育")
    SECURITY = code("05", "社会保障兜底一批", "社会保障兜底")


class Measure(CodeList):
    """帮扶措施: what a household or a person was given in a year (扶贫手册, 帮扶措施; township ledgers)."""

    SOLAR = code("101", "光伏扶贫", "光伏", "光伏发电", "光伏收益")
    CATTLE = code("102", "养牛奖补", "养牛", "养殖奖补（牛）")
    BEES = code("103", "养蜂奖补", "养蜂", "养殖奖补（蜂）")
    FARMING = code("104", "种植奖补", "种植", "特色种植")
    OTHER_PRODUCTION = code(
        "106",
        "其他产业奖补",
        "产业奖补（其他）",
        "其他种养奖补",
        "特色产业奖补",
        "养殖奖补（其他）",
        "产业到户奖补",
    )
    OWN_BUSINESS = code("105", "自主创业", "创业", "自主创业带动")
    LOAN = code("111", "扶贫小额信贷", "小额信贷", "小额贷款", "贴息贷款", "金融贷款")
    DIVIDEND = code("112", "金融扶贫分红", "分红", "入股分红", "贷款分红")
    ASSET_DIVIDEND = code(
        "113", "资产收益分红", "资产收益", "资产收益扶贫", "资产性收益分红", "项目资产收益分红"
    )
    OTHER_DIVIDEND = code("114", "其他分红", "合作社分红", "村集体分红", "集体经济分红", "土地入股分红")
    RELOCATION = code("201", "易地扶贫搬迁", "易地搬迁", "搬迁")
    ECOLOGY = code("301", "生态补偿", "生态护林员", "公益林补偿", "退耕还林补助")
    EDUCATION = code("401", "教育资助", "助学", "教育补助", "贫困生补助")
    YULU = code("402", "雨露计划", "雨露计划补助", "雨露计划补贴", "雨露计划职业教育", "雨露计划职业教育补助")
    DIBAO = code("501", "低保金", "低保", "农村低保", "最低生活保障")
    WUBAO = code("502", "五保供养金", "五保", "五保供养", "特困供养金", "特困供养")
    OLD_AGE = code("503", "城乡居民养老保险", "养老保险", "养老金", "基础养老金")
    DISABILITY = code("504", "残疾人两项补贴", "残疾人补贴", "残疾补贴")
    MEDICAL = code("505", "医疗救助", "大病救助", "健康扶贫救助")
    RELIEF = code("506", "临时救助", "临时救济")
    REBUILD = code("601", "全拆全建", "危房重建", "拆除重建")
    RENOVATION = code("602", "部分改建", "危房改建", "危房修缮", "维修加固")
    WATER = code("603", "饮水安全改造", "饮水安全", "安全饮水")
    POST = code("604", "公益性岗位", "公益岗位", "公益岗")
    WORKING_AWAY = code(
        "605",
        "务工补贴",
        "外出务工补贴",
        "务工交通补贴",
        "交通补贴",
        "务工奖补",
        "稳岗补贴",
        "外出务工交通补贴",
    )

    __unclear__ = {
        "危房改造": "请写明是“全拆全建”还是“部分改建”。",
        "危改": "请写明是“全拆全建”还是“部分改建”。",
        "产业奖补": "请写明项目，如“养牛奖补”“养蜂奖补”“种植奖补”，其余的写“其他产业奖补”。",
        "贷款": "请写明是“扶贫小额信贷”还是“金融扶贫分红”。",
    }


class Facts(NamedTuple):
    """What is true of every benefit of a measure."""

    batch: Batch
    ledger: LedgerKind
    #: Unit of the quantity where the row names none.
    unit: str = ""


L = LedgerKind
MEASURES: dict[Measure, Facts] = {
    Measure.SOLAR: Facts(Batch.PRODUCTION, L.SOLAR, "千瓦"),
    Measure.CATTLE: Facts(Batch.PRODUCTION, L.PRODUCTION, "头"),
    Measure.BEES: Facts(Batch.PRODUCTION, L.PRODUCTION, "箱"),
    Measure.FARMING: Facts(Batch.PRODUCTION, L.PRODUCTION, "亩"),
    Measure.OTHER_PRODUCTION: Facts(Batch.PRODUCTION, L.PRODUCTION),
    Measure.OWN_BUSINESS: Facts(Batch.PRODUCTION, L.PRODUCTION),
    Measure.LOAN: Facts(Batch.PRODUCTION, L.FINANCE),
    Measure.DIVIDEND: Facts(Batch.PRODUCTION, L.FINANCE),
    Measure.ASSET_DIVIDEND: Facts(Batch.PRODUCTION, L.DIVIDENDS),
    Measure.OTHER_DIVIDEND: Facts(Batch.PRODUCTION, L.DIVIDENDS),
    Measure.RELOCATION: Facts(Batch.RELOCATION, L.RELOCATION, "平方米"),
    Measure.ECOLOGY: Facts(Batch.ECOLOGY, L.ECOLOGY, "亩"),
    Measure.EDUCATION: Facts(Batch.EDUCATION, L.EDUCATION, "人次"),
    Measure.YULU: Facts(Batch.EDUCATION, L.YULU, "人次"),
    Measure.DIBAO: Facts(Batch.SECURITY, L.DIBAO, "人"),
    Measure.WUBAO: Facts(Batch.SECURITY, L.WUBAO, "人"),
    Measure.OLD_AGE: Facts(Batch.SECURITY, L.INSURANCE, "人"),
    Measure.DISABILITY: Facts(Batch.SECURITY, L.INSURANCE, "人"),
    Measure.MEDICAL: Facts(Batch.SECURITY, L.INSURANCE, "人次"),
    Measure.RELIEF: Facts(Batch.SECURITY, L.INSURANCE, "人次"),
    Measure.REBUILD: Facts(Batch.OTHER, L.HOUSING, "平方米"),
    Measure.RENOVATION: Facts(Batch.OTHER, L.HOUSING, "平方米"),
    Measure.WATER: Facts(Batch.OTHER, L.WATER),
    Measure.POST: Facts(Batch.OTHER, L.POSTS, "个"),
    Measure.WORKING_AWAY: Facts(Batch.OTHER, L.EMPLOYMENT, "人"),
}

#: 危旧房改造, by kind; such a benefit may say the house's grade.
HOUSING = (Measure.REBUILD, Measure.RENOVATION)
#: What only somebody at school has.
EDUCATION_AID = (Measure.EDUCATION, Measure.YULU)
#: What a household has once: a second time, in whatever year, is asked about.
ONCE = (Measure.RELOCATION, Measure.REBUILD, Measure.RENOVATION)


def of_batch(batch: Batch) -> tuple[Measure, ...]:
    """The measures of one of the five batches."""
    return tuple(measure for measure, facts in MEASURES.items() if facts.batch == batch)


class DangerGrade(CodeList):
    """危房等级 of a house before it was rebuilt (农村住房危险性鉴定); the numbers are those of 住房安全."""

    C = code("02", "C级", "C级危房", "C", "丙级")
    D = code("03", "D级", "D级危房", "D", "丁级")


class LoanUse(CodeList):
    """扶贫小额信贷的使用方式: who uses what the household has borrowed. The numbers are our own."""

    HOUSEHOLD = code("01", "户贷户用", "户贷户用户还", "自用", "户用")
    ENTERPRISE = code("02", "户贷企用", "户贷企用企还", "企用", "入股企业")


class ProjectStage(CodeList):
    """项目进度: names used by county project libraries (规划中, 实施中, 已完成, 已终止)."""

    PLANNED = code("01", "规划中", "规划", "计划", "拟建", "待建", "入库")
    UNDER_WAY = code("02", "实施中", "在建", "施工中", "建设中", "开工")
    DONE = code("03", "已完成", "完工", "竣工", "完成", "已完工", "已竣工", "验收")
    STOPPED = code("04", "已终止", "终止", "取消", "停建")


#: Projects in these stages have no money invested yet, or never will.
NOT_INVESTED = (ProjectStage.PLANNED, ProjectStage.STOPPED)


class ProjectNature(CodeList):
    """建设性质: 项目库入库表."""

    NEW = code("01", "新建")
    CONTINUED = code("02", "续建")
    EXTENDED = code("03", "改扩建", "扩建", "改建", "提档升级")
    REPAIRED = code("04", "维修", "修缮", "维护")


class EnterpriseKind(CodeList):
    """市场主体类型: 带动贫困户的新型农业经营主体."""

    COMPANY = code("01", "企业", "龙头企业", "公司", "农业企业")
    COOPERATIVE = code("02", "专业合作社", "合作社", "农民专业合作社")
    FARM = code("03", "家庭农场", "农场")
    LEADER = code("04", "种养大户", "致富带头人", "能人大户", "大户")


class Doubt(TextChoices):
    """What makes a benefit doubtful: it is asked about, never refused (funds/queries/claims.py)."""

    OFF_ROLL = "off_roll", "户不在册"
    LEFT = "left", "享受人已去世或离开"
    POSTS = "posts", "一人两个公益性岗位"
    PUPIL = "pupil", "不是在校生"
    TWICE = "twice", "可能重复"
    PRODUCT = "product", "数量×标准与金额不符"
    LOAN = "loan", "超出小额信贷规定"

    @property
    def told(self) -> tuple[str, str]:
        """What is said of it, and what to do."""
        return _TOLD[self]


_TOLD = {
    Doubt.OFF_ROLL: ("该户这时已不在册", "请核对户、日期和年度"),
    Doubt.LEFT: ("享受人这时已去世或离开本户", "请核对享受人、日期和年度"),
    Doubt.POSTS: ("同一人同一年度有两个公益性岗位", "请核对；同一岗位分批发放的，请填写批次"),
    Doubt.PUPIL: (
        "享受人这一年度没有登记为在校生（雨露计划须为中职、高职学生）", "请核对享受人，或补填在校生状况"
    ),
    Doubt.TWICE: ("该户这项措施已有登记，可能重复", "请核对；分次发放的，请填写不同的日期"),
    Doubt.PRODUCT: ("数量×补助标准与金额不符", "请核对这三项"),
    Doubt.LOAN: ("超出扶贫小额信贷的规定（5万元以下、3年以内、18至65岁）", "请核对金额、期限和借款人"),
}  # fmt: skip


class FundLevel(CodeList):
    """资金级次: whose budget the money comes from (衔接资金, 财政专项扶贫资金; county notices). Numbers are our own.

    其他 is what no budget pays: 东西部协作, 定点帮扶, 社会捐赠, 自筹.
    """

    CENTRAL = code("01", "中央", "中央级", "中央资金", "国家级")
    PROVINCIAL = code("02", "省级", "省", "省级资金", "自治区")
    MUNICIPAL = code("03", "市级", "市", "市级资金", "州级")
    COUNTY = code("04", "县级", "县", "县级资金", "县本级", "区级")
    OTHER = code("99", "其他", "其他资金", "东西部协作", "定点帮扶", "社会捐赠", "自筹")


class FundChange(CodeList):
    """指标变动: what happens to an appropriation after it was issued. Numbers are our own."""

    ARRIVED = code("01", "到位", "资金到位", "拨入")
    TAKEN_BACK = code("02", "收回", "上级收回", "财政收回")
    RAISED = code("03", "调增", "追加")
    LOWERED = code("04", "调减", "核减")
    CARRIED = code("05", "结转下年", "结转", "结转结余")
