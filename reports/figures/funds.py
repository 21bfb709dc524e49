"""Sections 三 to 五: measures and money of households, enterprises, projects of the village."""

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet

from funds.enums import (
    EDUCATION_AID,
    HOUSING,
    MEASURES,
    Batch,
    EnterpriseKind,
    Measure,
    ProjectStage,
    of_batch,
)
from funds.ledgers import LedgerKind
from funds.models import Benefit, Partnership, Project
from households.enums import PovertyCategory
from households.models import HouseholdYear
from reports.figures.declare import Base, Figure, Pair, ratio
from reports.figures.declare import Measure as Taken
from reports.figures.register import poor
from reports.figures.window import Span, Window


def at_home(rows: QuerySet, window: Window) -> QuerySet:
    """Rows about a household, joined with what it is in the window's last year: its people, category, exit.

    Who was given something in 2014 is counted with the members of the report's year.
    """
    condition = Q(household_years__year=window.last)
    return rows.annotate(home=FilteredRelation("household_years", condition=condition))


#: On the roll at the end, and of the village whose row it is: what a household had before it moved away is not
#: counted by a village to which it does not belong any more, so that no share is of more households than there are.
AT_HOME = Q(home__on_roll=True, home__region=F("region"))
AT_HOMES_REGION = ("home__region__code",)


def ledgers_of(measures: tuple[Measure, ...]) -> tuple[str, ...]:
    """The ledgers that measures are kept in."""
    return tuple(dict.fromkeys(MEASURES[measure].ledger.value for measure in measures))


# --- 到户措施: since things accumulate, of the households on the roll at the end -----------------------------------

given = Base(
    "given",
    model=Benefit,
    resource="benefits",
    entity="household",
    size="home__people",
    ledgers=ledgers_of(tuple(MEASURES)),
    counts=AT_HOME,
    beside=AT_HOMES_REGION,
    home="home__",
    joined=at_home,
    span=Span.SINCE,
    description="累计开始年度至期末年度的到户措施，只计期末年度在本村在册的户；人数为期末年度在户的家庭成员",
)
SINCE = "累计期内享受“{}”的在册户"


def _pair(
    name: str, label: str, *measures: Measure, where: Q | None = None, definition: str = "", said: str = ""
) -> Pair:
    """Households and people that had one of the measures."""
    labels = "、".join(str(measure.label) for measure in measures)
    return given.pair(
        name,
        label,
        where=Q(measure__in=measures) & (Q() if where is None else where),
        definition=definition or SINCE.format(labels),
        ledgers=ledgers_of(measures),
        said=said,
    )


def _money(name: str, label: str, *measures: Measure) -> Figure:
    labels = "、".join(str(measure.label) for measure in measures)
    return given.money(
        name,
        label,
        where=Q(measure__in=measures),
        definition=f"累计期内在册户“{labels}”的金额之和",
        ledgers=ledgers_of(measures),
    )


def _share(pair: Pair) -> Figure:
    definition = f"{pair.label}户数 ÷ 建档立卡贫困户户数，四舍五入到一位小数"
    return ratio(
        f"{pair.name}.share", f"{pair.label}占比", pair.households, poor.households, definition=definition
    )


def _yearly(name: str, label: str, measure: Measure, amount: Figure) -> Figure:
    """The amount for a household and a year on average, in 元."""
    spells = given.figure(
        f"{name}.years",
        f"{label}户年数",
        "户年",
        Taken.SPELLS,
        where=Q(measure=measure),
        definition=f"累计期内享受“{measure.label}”的在册户，按享受的年度逐年计",
        ledgers=ledgers_of((measure,)),
    )
    definition = f"累计期内“{measure.label}”金额之和 ÷ 户年数"
    return ratio(
        f"{name}.average", f"{label}户年均", amount, spells, unit="元", places=2, definition=definition
    )


# The five batches.
production = _pair("production", "发展生产脱贫", *of_batch(Batch.PRODUCTION))
relocation = _pair("relocation", "易地扶贫搬迁", Measure.RELOCATION)
ecology = _pair("ecology", "生态补偿脱贫", Measure.ECOLOGY)
education = _pair("education", "发展教育", *of_batch(Batch.EDUCATION))
security = _pair("security", "社会保障兜底", *of_batch(Batch.SECURITY))
BATCHES = (production, relocation, ecology, education, security)
batch_shares = tuple(_share(batch) for batch in BATCHES)

# Whom 低保 and 五保 do not explain, and what they have instead.
_NEITHER = Q(home__category=PovertyCategory.GENERAL)
security_rest = _pair(
    "security_rest",
    "社会保障兜底的一般贫困户",
    *of_batch(Batch.SECURITY),
    where=_NEITHER,
    definition="累计期内享受社会保障措施、属性为一般贫困户的在册户",
)
security_carriers = tuple(
    _pair(
        f"security_rest.{measure.name.lower()}",
        f"一般贫困户{measure.label}",
        measure,
        where=_NEITHER,
        definition=f"累计期内享受“{measure.label}”、属性为一般贫困户的在册户",
        said=str(measure.label),
    )
    for measure in of_batch(Batch.SECURITY)
)

# Houses and water.
houses = _pair("houses", "危旧房改建", *HOUSING)
houses_by_year = given.family(
    "rebuilt",
    "{years}危旧房改建",
    by="year",
    where=Q(measure__in=HOUSING),
    definition="{years}享受全拆全建或部分改建的在册户",
    ledgers=ledgers_of(HOUSING),
    said="{years}",
)
water = _pair("water", "饮水安全", Measure.WATER)
water_by_exit = given.family(
    "water_exited",
    "{years}脱贫户饮水安全",
    said="{years}脱贫户",
    by="home__exit_year",
    where=Q(measure=Measure.WATER),
    definition="累计期内享受“饮水安全改造”、脱贫年度为{years}的在册户",
    ledgers=ledgers_of((Measure.WATER,)),
)
water_not_exited = _pair(
    "water_not_exited",
    "未脱贫户饮水安全",
    Measure.WATER,
    where=Q(home__exit_year=None),
    definition="累计期内享受“饮水安全改造”、没有脱贫年度的在册户",
)
own_business = _pair("own_business", "自主创业", Measure.OWN_BUSINESS)

# Money of households.
dibao_pay = _pair("dibao_pay", "低保金", Measure.DIBAO)
dibao_money = _money("dibao_pay", "低保金", Measure.DIBAO)
wubao_pay = _pair("wubao_pay", "五保供养金", Measure.WUBAO)
wubao_money = _money("wubao_pay", "五保供养金", Measure.WUBAO)
rebuild = _pair("rebuild", "全拆全建", Measure.REBUILD)
rebuild_money = _money("rebuild", "全拆全建奖补", Measure.REBUILD)
renovation = _pair("renovation", "部分改建", Measure.RENOVATION)
renovation_money = _money("renovation", "部分改建奖补", Measure.RENOVATION)
education_money = _money("education", "教育资助", *EDUCATION_AID)
posts = _pair("posts", "公益性岗位", Measure.POST)
posts_money = _money("posts", "公益性岗位", Measure.POST)
_yearly("posts", "公益性岗位", Measure.POST, posts_money)
loan = _pair("loan", "扶贫小额信贷", Measure.LOAN)
loan_money = _money("loan", "扶贫小额信贷", Measure.LOAN)
loan_each = ratio(
    "loan.each",
    "扶贫小额信贷户均",
    loan_money,
    loan.households,
    unit="万元",
    places=2,
    definition="累计期内“扶贫小额信贷”金额之和 ÷ 户数",
)
dividend = _pair("dividend", "金融扶贫分红", Measure.DIVIDEND)
dividend_money = _money("dividend", "金融扶贫分红", Measure.DIVIDEND)
solar = _pair("solar", "光伏扶贫", Measure.SOLAR)
solar_money = _money("solar", "光伏扶贫", Measure.SOLAR)
_yearly("solar", "光伏扶贫", Measure.SOLAR, solar_money)
cattle = _pair("cattle", "养牛", Measure.CATTLE)
bees = _pair("bees", "养蜂", Measure.BEES)
livestock_money = _money("livestock", "养殖奖补", Measure.CATTLE, Measure.BEES)
household_money = _money("household_funds", "到户资金", *(m for m in MEASURES if m != Measure.LOAN))

given.figure(
    "loan.enterprises",
    "扶贫小额信贷投放主体",
    "",
    Taken.NAMES,
    where=Q(measure=Measure.LOAN, enterprise__isnull=False),
    of="enterprise__name",
    definition="累计期内“扶贫小额信贷”投入的市场主体",
    ledgers=ledgers_of((Measure.LOAN,)),
)

holders = Base(
    "holders",
    model=Benefit,
    resource="benefits",
    entity="person",
    size="",
    ledgers=given.ledgers,
    counts=AT_HOME & Q(person__isnull=False),
    beside=AT_HOMES_REGION,
    home="home__",
    additive=False,
    joined=at_home,
    span=Span.SINCE,
    description="累计开始年度至期末年度按人享受的措施，只计期末年度在本村在册的户",
)
pupils = holders.figure(
    "education.pupils",
    "教育资助学生",
    "人",
    Taken.ENTITIES,
    where=Q(measure__in=EDUCATION_AID),
    definition="累计期内享受“教育资助”或“雨露计划”的人，每人计一次",
    ledgers=ledgers_of(EDUCATION_AID),
)
post_holders = holders.figure(
    "posts.holders",
    "公益性岗位",
    "个",
    Taken.ENTITIES,
    where=Q(measure=Measure.POST),
    definition="累计期内在公益性岗位上的人，每人一个岗位",
    ledgers=ledgers_of((Measure.POST,)),
)


# --- what households had that are not on the roll any more ---------------------------------------------------------


def still_there(rows: QuerySet, window: Window) -> QuerySet:
    """Rows with whether their household is on their village's roll in the window's last year."""
    years = HouseholdYear.objects.unscoped("figures; the right to report was checked").filter(
        household=OuterRef("household"), region=OuterRef("region"), year=window.last, on_roll=True
    )
    return rows.annotate(on_roll=Exists(years))


gone = Base(
    "gone",
    model=Benefit,
    resource="benefits",
    entity="household",
    size="",
    ledgers=given.ledgers,
    counts=Q(on_roll=False),
    additive=False,
    joined=still_there,
    span=Span.SINCE,
    description="累计开始年度至期末年度、期末年度已不在本村在册的户的到户措施",
)
gone_households = gone.figure(
    "gone.households",
    "已不在册的享受户",
    "户",
    Taken.ENTITIES,
    definition="累计期内享受过措施、期末年度不在本村在册的户",
)
gone_money = gone.money(
    "gone", "已不在册户", definition="累计期内享受过措施、期末年度不在本村在册的户的金额之和"
)


# --- 市场主体: in the last year -----------------------------------------------------------------------------------

_COOPERATIVE = Q(enterprise__kind=EnterpriseKind.COOPERATIVE)
_FIRM = Q(enterprise__kind__in=[kind for kind in EnterpriseKind if kind != EnterpriseKind.COOPERATIVE])
_PARTNERS = (LedgerKind.PARTNERS,)
partners = Base(
    "partners",
    model=Partnership,
    resource="partners",
    entity="household",
    size="home__people",
    ledgers=_PARTNERS,
    counts=AT_HOME,
    beside=AT_HOMES_REGION,
    home="home__",
    joined=at_home,
    description="报告期末年度市场主体带动的在册户",
)
firm_households = partners.pair(
    "firm_households", "市场主体带动", where=_FIRM, definition="期末年度由企业、家庭农场或大户带动的在册户"
)
members = partners.pair(
    "cooperative_households", "合作社社员", where=_COOPERATIVE, definition="期末年度加入专业合作社的在册户"
)
# Counted apart from the households: one enterprise serves several villages, and is one in their sum.
entities = Base(
    "entities",
    model=Partnership,
    resource="partners",
    entity="enterprise",
    size="",
    ledgers=_PARTNERS,
    counts=AT_HOME,
    beside=AT_HOMES_REGION,
    home="home__",
    additive=False,
    joined=at_home,
    description="报告期末年度带动在册户的市场主体，每个只计一次",
)
firms = entities.figure(
    "firms", "参与带动的市场主体", "个", Taken.ENTITIES, where=_FIRM,
    definition="期末年度带动在册户的企业、家庭农场和大户",
)  # fmt: skip
cooperatives = entities.figure(
    "cooperatives", "专业合作社", "个", Taken.ENTITIES, where=_COOPERATIVE,
    definition="期末年度有在册户加入的专业合作社",
)  # fmt: skip


# --- 到村项目: in the years of work --------------------------------------------------------------------------------

works = Base(
    "works",
    model=Project,
    resource="projects",
    entity="pk",
    size="",
    ledgers=(LedgerKind.PROJECTS,),
    counts=Q(),
    span=Span.PERIOD,
    description="工作年度内的到村项目",
)
_LANDED = Q(stage__in=[ProjectStage.UNDER_WAY, ProjectStage.DONE])
_PLANNED = Q(stage=ProjectStage.PLANNED)
projects = works.listing(
    "projects", "到村项目", where=_LANDED, spent="投入", definition="工作年度内实施中或已完成的项目，按排列号"
)
projects_count = works.figure(
    "projects.count", "到村项目数", "个", Taken.ENTITIES, where=_LANDED,
    definition="工作年度内实施中或已完成的项目",
)  # fmt: skip
projects_money = works.money(
    "projects", "到村项目", where=_LANDED, definition="工作年度内实施中或已完成项目的投入资金之和"
)
projects_done = works.figure(
    "projects.done", "已完成项目", "个", Taken.ENTITIES, where=Q(stage=ProjectStage.DONE),
    definition="工作年度内已完成的项目",
)  # fmt: skip
planned = works.listing(
    "planned", "规划项目", where=_PLANNED, spent="计划投入", definition="工作年度内规划中的项目，按排列号"
)
planned_count = works.figure(
    "planned.count", "规划项目数", "个", Taken.ENTITIES, where=_PLANNED, definition="工作年度内规划中的项目"
)
