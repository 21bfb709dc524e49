"""The reference village, declared as its paper states it, and the places around it."""

from datetime import date
from decimal import Decimal

from funds.enums import Batch, EnterpriseKind, ProjectNature, ProjectStage
from households.enums import PovertyCategory
from households.work import WorkKind
from reports.chapters import Chapter

from .marginals import Count
from .shape import (
    Batches,
    Firm,
    Hamlet,
    Ledgers,
    Loans,
    Measures,
    Meeting,
    Paid,
    Place,
    Profile,
    Project,
    Registered,
    VillageFacts,
    Words,
    Yearly,
)

PROVINCE = Place("420000000000", "湖北省")
CITY = Place("421100000000", "黄冈市")
COUNTY = Place("421199000000", "云岭县")  # invented: no county has this code or this name
QILIPING = Place("421199103000", "七里坪镇")

# For demonstrations and scope tests: the villages next door and a second township, with nobody in them yet.
SECOND_TOWNSHIP = Place("421199104000", "松坡镇")
NEIGHBOURS = (
    Place("421199103207", "石桥畈村"),
    Place("421199103208", "枫树坳村"),
    Place("421199103209", "柳林冲村"),
    Place("421199104201", "松坡村"),
    Place("421199104202", "竹园岗村"),
)

WANTIANFAN = VillageFacts(
    year=2017,
    regions_above=(PROVINCE, CITY, COUNTY, QILIPING),
    village=Place("421199103206", "万田畈村"),
    first_household_number=4203206001,
    profile=Profile(
        is_key_village=False,
        position="南部",
        groups=7,
        hamlets=(
            Hamlet("上田湾", 1),
            Hamlet("下田湾", 1),
            Hamlet("塘角湾", 2),
            Hamlet("竹林湾", 3),
            Hamlet("桐树湾", 4),
            Hamlet("石堰湾", 5),
            Hamlet("高岗湾", 6),
            Hamlet("河边湾", 7),
        ),
        households=266,
        people=978,
        agricultural_people=978,
        labour=465,
        away_labour=300,
        territory=Decimal(4500),
        farmland=Decimal(1350),
        forest=Decimal(2000),
        water=Decimal(110),
        main_industries=("花生", "水稻"),
        main_income=("务农", "外出务工"),
        party_members=36,
        secretaries=1,
        deputy_directors=1,
        family_planning_officers=1,
    ),
    registered=Registered(
        total=Count(66, 156),
        by_exit_year={
            2014: Count(1, 5),
            2015: Count(8, 23),
            2016: Count(11, 38),
            2017: Count(46, 90),
        },
        by_category={
            PovertyCategory.GENERAL: Count(26, 89),
            PovertyCategory.DIBAO: Count(20, 47),
            PovertyCategory.WUBAO: Count(20, 20),
        },
        with_pupils=Count(20, 77),
        wage_workers=39,
    ),
    ledgers=Ledgers(
        batches=Batches(
            by_batch={
                Batch.PRODUCTION: Count(66, 156),
                Batch.RELOCATION: Count(19, 20),
                Batch.ECOLOGY: Count(1, 5),
                Batch.EDUCATION: Count(20, 77),
                Batch.SECURITY: Count(57, 128),
            },
            houses_by_year={2016: 10, 2017: 6},
            water_by_exit_year={2016: 11, 2017: 42},
            market_entities=(
                Firm("杉宝生态农业", EnterpriseKind.COMPANY, "林下种养", 14),
                Firm("将军红山茶油", EnterpriseKind.COMPANY, "油茶加工", 11),
                Firm("田畈家庭农场", EnterpriseKind.FARM, "水稻、蜂蜜", 1),
            ),
            cooperatives=(
                Firm("万田畈花生专业合作社", EnterpriseKind.COOPERATIVE, "花生", 16),
                Firm("石堰湾水稻专业合作社", EnterpriseKind.COOPERATIVE, "水稻", 12),
                Firm("高岗湾养牛专业合作社", EnterpriseKind.COOPERATIVE, "黄牛", 9),
                Firm("桐树湾油茶专业合作社", EnterpriseKind.COOPERATIVE, "油茶", 5),
                Firm("河边湾蔬菜专业合作社", EnterpriseKind.COOPERATIVE, "蔬菜", 4),
            ),
            own_businesses=11,
        ),
        projects=(
            Project("便民小道", 2016, Decimal(100_000), Decimal(2800), "米"),
            Project("路灯", 2016, Decimal(115_000), Decimal(80), "盏"),
            Project("文化广场及百姓大舞台", 2016, Decimal(160_000), Decimal(1), "个"),
            Project("宣传栏、宣传画", 2016, Decimal(24_000), Decimal(58), "个"),
            Project("体育健身器材", 2017, Decimal(30_000), Decimal(3), "套"),
            Project("党群服务中心提档升级", 2017, Decimal(250_000), nature=ProjectNature.EXTENDED),
            Project("通村、通组道路路基", 2017, Decimal(80_000), Decimal("2.8"), "公里"),
            Project("垃圾治理", 2017, Decimal(40_000)),
            Project("公厕", 2017, Decimal(80_000), Decimal(8), "个"),
            Project("养殖基地", 2017, None, Decimal(300), "亩", stage=ProjectStage.PLANNED, site="七组"),
        ),
        measures=Measures(
            dibao=Paid(20, Decimal(143_000)),
            wubao=Paid(19, Decimal(267_900)),
            rebuilt=Paid(12, Decimal(300_000)),
            renovated=Paid(4, Decimal(40_000)),
            education=20,
            posts=Yearly(7, Decimal(5000)),
            loans=Loans(25, Decimal(50_000), ("杉宝生态农业", "将军红山茶油"), Decimal(183_000)),
            solar=Yearly(55, Decimal(3000)),
            cattle=10,
            bees=1,
            breeding=Decimal(73_000),
        ),
        meetings=(
            Meeting(WorkKind.HEADS_MEETING, date(2016, 2, 14), "年度帮扶计划", 61),
            Meeting(WorkKind.FIELD_MEETING, date(2016, 3, 22), "春耕备耕和花生种植", 34),
            Meeting(WorkKind.POLICY, date(2016, 4, 12), "产业奖补和小额信贷政策", 52, pieces=120),
            Meeting(WorkKind.YARD_MEETING, date(2016, 6, 8), "光伏收益怎么分", 27),
            Meeting(WorkKind.CONTEST, date(2016, 8, 19), "扶贫政策知识竞赛", 46),
            Meeting(WorkKind.YARD_MEETING, date(2016, 9, 26), "危房改建评议", 23),
            Meeting(WorkKind.STORIES, date(2016, 10, 17), "扶贫日里讲脱贫故事", 88),
            Meeting(WorkKind.HEADS_MEETING, date(2017, 1, 20), "脱贫户回头看", 58),
            Meeting(WorkKind.FIELD_MEETING, date(2017, 3, 15), "油茶管护", 31),
            Meeting(WorkKind.POLICY, date(2017, 4, 18), "教育资助和医疗救助政策", 49, pieces=150),
            Meeting(WorkKind.STORIES, date(2017, 5, 4), "养牛户讲脱贫故事", 64),
            Meeting(WorkKind.FIELD_MEETING, date(2017, 5, 23), "养蜂和养牛技术", 26),
            Meeting(WorkKind.YARD_MEETING, date(2017, 7, 11), "饮水安全入户", 29),
            Meeting(WorkKind.POLICY, date(2017, 8, 9), "易地扶贫搬迁政策", 37, pieces=90),
            Meeting(WorkKind.CONTEST, date(2017, 9, 13), "脱贫攻坚知识竞赛", 55),
            Meeting(WorkKind.STORIES, date(2017, 10, 17), "身边人讲脱贫故事", 93),
            Meeting(WorkKind.YARD_MEETING, date(2017, 11, 14), "移风易俗", 33),
            Meeting(WorkKind.POLICY, date(2017, 12, 5), "脱贫不脱政策", 60, pieces=130),
        ),
        words=(
            Words(
                Chapter.SPIRIT,
                "坚持扶贫先扶志，会开到田边、院里和户主中间，把政策讲明白，把账算清楚，请脱贫户讲自己的故事，"
                "让“要我脱贫”变成“我要脱贫”。",
            ),
            Words(
                Chapter.SPIRIT,
                "立村规、树新风，红白喜事从简，评选勤劳致富和孝老爱亲的家庭，群众自己动手的劲头越来越足。",
            ),
            Words(
                Chapter.NEXT_STEPS,
                "1．巩固脱贫成果。对全村{poor:户人}脱贫不脱政策、不脱帮扶，逐户落实责任人，盯紧收入、住房、饮水、"
                "上学和看病，发现返贫苗头及时帮扶。",
            ),
            Words(
                Chapter.NEXT_STEPS,
                "2．做强特色产业。与返乡创业能人合作，在七组规划建设{planned:清单}，带动有劳力的户就近务工、入股分红，"
                "让村民的收入更稳。",
            ),
        ),
    ),
)
