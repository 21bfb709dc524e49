"""A second village in which every fact differs from the reference village's."""

from decimal import Decimal

from households.enums import PovertyCategory
from reports.reference.facts import CITY, PROVINCE, Hamlet, Place, Profile, Registered, VillageFacts
from reports.reference.marginals import Count

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
)
