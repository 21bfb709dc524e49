"""What looks odd or does not tie is remarked with its numbers: small cases typed by hand, each with one that ties."""

import pytest

from funds.enums import Measure, ProjectStage
from households.enums import PovertyStatus
from tests import factories as make
from tests.reports.small_cases import YEARS, give, remarks, results

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(db):
    """A village with no household but those of the test."""
    make.region("421199103000", "七里坪镇")
    place = make.village("421199103208", "丙村")
    make.village(place.code, "", year=2016)
    return place


@pytest.mark.parametrize(
    ("amounts", "odd", "said"),
    [
        ([100_000, 115_000, 24_000, 16], 3, "16元（0.0016万元）"),
        ([16, 100_000], 0, "16元（0.0016万元）"),
        ([100_000, 115_000, 24_000, 1_000_000_000], 3, "1000000000元（100000万元）"),
        ([100_000, 115_000, 24_000, 250_000], None, ""),
        ([10, 11.5, 16, 2.4], None, ""),  # all of one mistake are alike
        ([100_000, 115_000, 24_000, 0, None], None, ""),
        # A thousand times smaller than the usual 100,000.
        ([100_000, 115_000, 24_000, 101], None, ""),
        ([100_000, 115_000, 24_000, 99], 3, "99元（0.0099万元）"),
        # Of four others the usual one lies in the middle: 107,500.
        ([100_000, 115_000, 115_000, 107, 100_000], 3, "107元（0.0107万元）"),
        ([100_000, 115_000, 115_000, 108, 100_000], None, ""),
        # Two others do not say what is usual.
        ([150, 200_000, 300_000], None, ""),
    ],
)
def test_an_amount_in_the_wrong_unit_is_remarked(village, amounts, odd, said):
    for index, amount in enumerate(amounts):
        make.ProjectFactory(region=village, name=f"第{index}段", amount=amount)
    told = f"“第{odd}段”投入{said}，与其他项目相差悬殊，请核对单位是元还是万元。"
    assert remarks(village) == ([] if odd is None else [told])


@pytest.mark.parametrize(
    ("one", "other", "is_told"),
    [
        ((2800, "米"), ("2.8", "公里"), True),
        ((2800, "米"), ("2.80", "km"), True),
        ((2800, "m"), (2800, "M"), True),
        ((2800, "米"), (2801, "米"), False),
        ((80, "盏"), (80, "盏"), False),
        ((2800, "米"), ("2.8", "亩"), False),
        ((0, "米"), (0, "公里"), False),
    ],
)
def test_the_same_length_twice_is_remarked(village, one, other, is_told):
    for name, (quantity, unit) in (("便民小道", one), ("路基", other)):
        make.ProjectFactory(region=village, name=name, quantity=quantity, unit=unit)
    said = [
        f"{quantity}".removesuffix("0" if "." in f"{quantity}" else "") + unit
        for quantity, unit in (one, other)
    ]
    told = f"“便民小道”{said[0]}与“路基”{said[1]}长度相同，是否同一工程重复登记，请核对。"
    assert remarks(village) == ([told] if is_told else [])


def test_a_planned_length_is_not_held_against_a_built_one(village):
    make.ProjectFactory(region=village, quantity=2800, unit="米")
    make.ProjectFactory(region=village, quantity=2800, unit="米", stage=ProjectStage.PLANNED)
    assert remarks(village) == []


# --- what does not tie ---------------------------------------------------------------------------------------


def test_whom_neither_category_explains_is_told_with_what_carries_them(village):
    dibao, wubao, general, other = (
        make.household(village, size=size, category=category)
        for size, category in ((3, "04"), (1, "06"), (4, "01"), (2, "01"))
    )
    give(dibao, Measure.DIBAO, amount=1_000)
    give(wubao, Measure.WUBAO, amount=1_000)
    for row, measure_ in ((general, Measure.OLD_AGE), (general, Measure.MEDICAL), (other, Measure.MEDICAL)):
        give(row, measure_, amount=100)
    assert remarks(village) == [
        "社会保障兜底4户10人，低保贫困户、五保贫困户2户4人，其余2户6人的保障措施是："
        "城乡居民养老保险1户4人、医疗救助2户6人（一户可有几项），请核对。"
    ]


def test_who_is_entitled_and_who_was_paid_may_differ(village):
    for category, measure_ in (("06", Measure.WUBAO), ("06", None), ("04", Measure.DIBAO)):
        row = make.household(village, size=1, category=category)
        if measure_:
            give(row, measure_, amount=1_000)
    assert remarks(village) == ["五保贫困户户数2户，五保供养金户数1户，两者不一致，请核对。"]


def test_a_house_in_two_years_and_by_two_measures_is_one_house(village):
    row = make.household(village, size=2)
    give(row, Measure.REBUILD, year=2016)
    give(row, Measure.RENOVATION, year=2017)
    assert remarks(village) == [
        "全拆全建、部分改建合计2户，与危旧房改建户数1户不一致，请核对。",
        "全拆全建、部分改建合计4人，与危旧房改建人数2人不一致，请核对。",
        "按改建年度合计2户，与危旧房改建户数1户不一致，请核对。",
        "按改建年度合计4人，与危旧房改建人数2人不一致，请核对。",
    ]


def test_water_by_the_year_in_which_its_households_left_poverty(village):
    for exit_year in (2013, 2016, 2016, 2017, None):
        status = {None: PovertyStatus.NOT_EXITED, 2017: PovertyStatus.EXITED_THIS_YEAR}.get(
            exit_year, PovertyStatus.EXITED_BEFORE
        )
        give(make.household(village, status=status, exit_year=exit_year), Measure.WATER)
    codes = [f"water_exited.{year}.households" for year in ("before_2014", *YEARS)]
    assert results(village, "water.households", *codes, "water_not_exited.households") == [
        ("5", 5), ("1", 1), ("0", 0), ("0", 0), ("2", 2), ("1", 1), ("1", 1),
    ]  # fmt: skip
    assert remarks(village) == []
