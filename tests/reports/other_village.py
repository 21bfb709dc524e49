"""A second village in which every fact differs from the reference village's."""

from datetime import date
from decimal import Decimal

from funds.enums import Batch, EnterpriseKind, ProjectNature, ProjectStage
from households.enums import PovertyCategory
from households.work import WorkKind
from reports.chapters import Chapter
from reports.reference.facts import CITY, PROVINCE
from reports.reference.marginals import Count
from reports.reference.shape import (
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

OTHER_VILLAGE = VillageFacts(
    year=2019,
    regions_above=(
        PROVINCE,
        CITY,
        Place("421198000000", "望溪县"),
        Place("421198107000", "青石岭镇"),
    ),
    village=Place("421198107215", "大塘坳村"),
    first_household_number=4207215001,
    profile=Profile(
        is_key_village=True,
        position="西北部",
        groups=5,
        hamlets=(
            Hamlet("老屋场", 1),
            Hamlet("新屋场", 1),
            Hamlet("油坊冲", 2),
            Hamlet("杉树坡", 2),
            Hamlet("水井边", 3),
            Hamlet("长岭上", 3),
            Hamlet("庙背后", 4),
            Hamlet("坳口", 5),
            Hamlet("樟树下", 5),
        ),
        households=412,
        people=1603,
        agricultural_people=1587,
        labour=871,
        away_labour=418,
        territory=Decimal("9720.5"),
        farmland=Decimal("1986.4"),
        forest=Decimal("6125.3"),
        water=Decimal("84.7"),
        main_industries=("茶叶", "油茶", "黄牛"),
        main_income=("养殖", "经商"),
        party_members=51,
        secretaries=2,
        deputy_directors=3,
        family_planning_officers=4,
    ),
    registered=Registered(
        total=Count(93, 287),
        by_exit_year={
            2014: Count(3, 8),
            2015: Count(5, 19),
            2016: Count(17, 61),
            2017: Count(9, 31),
            2018: Count(21, 74),
            2019: Count(24, 66),
            None: Count(14, 28),
        },
        by_category={
            PovertyCategory.GENERAL: Count(48, 186),
            PovertyCategory.DIBAO: Count(31, 82),
            PovertyCategory.WUBAO: Count(14, 19),
        },
        with_pupils=Count(33, 141),
        wage_workers=64,
    ),
    # Of what does not tie in the reference village, the loans do here (41 of 41) and 五保 (14 of 14); 低保 does not
    # (29 of 31), nor do the own businesses (8+5 of 19).
    ledgers=Ledgers(
        batches=Batches(
            by_batch={
                Batch.PRODUCTION: Count(81, 259),
                Batch.RELOCATION: Count(12, 31),
                Batch.ECOLOGY: Count(4, 13),
                Batch.EDUCATION: Count(29, 127),
                Batch.SECURITY: Count(68, 195),
            },
            houses_by_year={2017: 7, 2018: 9, 2019: 5},
            water_by_exit_year={2015: 4, 2016: 13, 2017: 8, 2018: 19, 2019: 22},
            market_entities=(
                Firm("望溪云雾茶业", EnterpriseKind.COMPANY, "茶叶", 18),
                Firm("青石岭牧业", EnterpriseKind.COMPANY, "黄牛", 12),
                Firm("坳上油茶专业大户", EnterpriseKind.LEADER, "油茶", 7),
                Firm("大塘家庭农场", EnterpriseKind.FARM, "水稻、鱼", 4),
            ),
            cooperatives=(
                Firm("大塘坳茶叶专业合作社", EnterpriseKind.COOPERATIVE, "茶叶", 20),
                Firm("油坊冲油茶专业合作社", EnterpriseKind.COOPERATIVE, "油茶", 15),
                Firm("杉树坡蜂业专业合作社", EnterpriseKind.COOPERATIVE, "蜂蜜", 8),
                Firm("长岭上黄牛专业合作社", EnterpriseKind.COOPERATIVE, "黄牛", 7),
                Firm("庙背后药材专业合作社", EnterpriseKind.COOPERATIVE, "中药材", 6),
                Firm("水井边香菇专业合作社", EnterpriseKind.COOPERATIVE, "香菇", 3),
                Firm("樟树下农机专业合作社", EnterpriseKind.COOPERATIVE, "农机服务", 2),
            ),
            own_businesses=19,
        ),
        # Told in an order that is not that of the years; one that is planned has an amount.
        projects=(
            Project("通组水泥路", 2019, Decimal(462_500), Decimal("5.65"), "公里"),
            Project("自来水管网", 2018, Decimal(213_800), Decimal(4600), "米", ProjectNature.NEW),
            Project("太阳能路灯", 2019, Decimal(91_200), Decimal(114), "盏"),
            Project("卫生室", 2018, Decimal(126_000), Decimal(95), "平方米", ProjectNature.REPAIRED),
            Project("山塘清淤", 2018, Decimal(57_300), Decimal(6), "口"),
            Project("污水处理池", 2019, Decimal(138_450), Decimal(2), "座", stage=ProjectStage.UNDER_WAY),
            Project("村级光伏电站扩容", 2019, Decimal(310_000), nature=ProjectNature.CONTINUED),
            Project("冷链仓库", 2019, Decimal(450_000), Decimal(620), "平方米", stage=ProjectStage.PLANNED),
            Project("标准化茶园", 2019, None, Decimal(480), "亩", stage=ProjectStage.PLANNED, site="三组"),
        ),
        measures=Measures(
            dibao=Paid(29, Decimal("618437.50")),
            wubao=Paid(14, Decimal("402310.80")),
            rebuilt=Paid(14, Decimal(371_000)),
            renovated=Paid(7, Decimal(66_500)),
            education=29,
            posts=Yearly(11, Decimal(4320)),
            loans=Loans(
                41,
                Decimal(40_000),
                ("望溪云雾茶业", "青石岭牧业", "坳上油茶专业大户", "大塘家庭农场"),
                Decimal("256480.25"),
            ),
            solar=Yearly(37, Decimal(2450)),
            cattle=8,
            bees=5,
            breeding=Decimal(118_600),
        ),
        meetings=(
            Meeting(WorkKind.STORIES, date(2017, 10, 16), "茶农讲脱贫故事", 71),
            Meeting(WorkKind.HEADS_MEETING, date(2018, 1, 25), "扶贫项目民主评议", 84),
            Meeting(WorkKind.POLICY, date(2018, 2, 27), "医疗保障政策", 102, pieces=240),
            Meeting(WorkKind.YARD_MEETING, date(2018, 3, 21), "垃圾分类", 41),
            Meeting(WorkKind.YARD_MEETING, date(2018, 6, 14), "入股分红怎么算", 38),
            Meeting(WorkKind.STORIES, date(2018, 7, 2), "党员带头讲脱贫故事", 83),
            Meeting(WorkKind.STORIES, date(2018, 10, 17), "扶贫日故事会", 126),
            Meeting(WorkKind.YARD_MEETING, date(2018, 11, 22), "脱贫户互评", 47),
            Meeting(WorkKind.HEADS_MEETING, date(2018, 12, 18), "年度收入核算", 79),
            Meeting(WorkKind.HEADS_MEETING, date(2019, 1, 17), "来年产业打算", 81),
            Meeting(WorkKind.FIELD_MEETING, date(2019, 2, 19), "茶园冬管", 57),
            Meeting(WorkKind.STORIES, date(2019, 4, 11), "返乡青年讲脱贫故事", 68),
            Meeting(WorkKind.YARD_MEETING, date(2019, 5, 30), "移风易俗", 44),
            Meeting(WorkKind.CONTEST, date(2019, 6, 26), "“两不愁三保障”知识竞赛", 95),
            Meeting(WorkKind.TRAINING, date(2019, 7, 18), "黄牛饲养", 62),
            Meeting(WorkKind.FIELD_MEETING, date(2019, 8, 22), "油茶修剪", 49),
            Meeting(WorkKind.POLICY, date(2019, 9, 5), "控辍保学政策", 77, pieces=185),
            Meeting(WorkKind.STORIES, date(2019, 10, 17), "扶贫日故事会", 133),
            Meeting(WorkKind.YARD_MEETING, date(2019, 11, 28), "冬季防火", 36),
        ),
        words=(
            Words(Chapter.REGISTERED, "对{poor:户人}逐户建档，每季度核实一次。"),
            Words(Chapter.SPIRIT, "办好新时代讲习所，用身边事教育身边人。"),
            Words(Chapter.NEXT_STEPS, "（一）守住底线，对没有脱贫的户一户一策。"),
            Words(Chapter.NEXT_STEPS, "（二）谋划好{planned:清单}，让茶叶成为村里的支柱。"),
            Words(Chapter.NEXT_STEPS, "（三）建强支部，培养后备干部。"),
        ),
    ),
)
