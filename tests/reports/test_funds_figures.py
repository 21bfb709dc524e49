"""Small cases typed by hand, one for each trap of the figures of measures, money, projects and enterprises."""

import pytest

from funds.enums import EnterpriseKind, Measure, ProjectStage
from funds.ledgers import LedgerKind
from fupin.access import SYSTEM
from fupin.domain.years import declare_nil
from households.enums import PovertyCategory
from households.models import HouseholdYear
from reports.figures.measure import measure
from reports.figures.village import BASES
from tests import factories as make
from tests.conftest import A, B
from tests.reports.small_cases import give, open_years, remarks, results, somebody, window

pytestmark = pytest.mark.django_db


@pytest.fixture
def years(world):
    """Villages A and B with the years since 2014 open."""
    open_years(A, B)


@pytest.fixture
def village(world, years):
    """A village with no household but those of the test."""
    return make.village("421199103208", "丙村")


def test_two_benefits_are_one_household_with_its_people_once(world, years):
    make.household(world.a, size=3)
    row = make.household(world.a, size=4)
    give(row, Measure.LOAN, amount=50_000)
    give(row, Measure.DIVIDEND, amount=3_000)
    give(row, Measure.DIVIDEND, amount=2_000, year=2016)
    assert results(world.a, "production.households", "production.people", "dividend.people", "dividend.amount") == [
        ("1", 3), ("4", 3), ("4", 2), ("0.50", 2),
    ]  # fmt: skip


def test_people_are_those_of_the_reports_year(world, years):
    """A household of five in 2014, when it was given something, has two members today."""
    then = make.household(world.a, size=5, year=2014, category=PovertyCategory.DIBAO)
    make.household(world.a, size=2, household=then.household, category=PovertyCategory.GENERAL)
    give(then, Measure.DIBAO, year=2014, amount=100)
    codes = ("dibao_pay.households", "dibao_pay.people", "security_rest.people")
    assert results(world.a, *codes) == [("1", 1), ("2", 1), ("2", 1)]
    assert results(world.a, *codes, since=2015) == [(None, 0)] * 3
    # It is still the household of five for whoever asks in 2014.
    assert results(world.a, *codes, first=2014, last=2014) == [("1", 1), ("5", 1), ("0", 0)]


def test_what_was_given_before_since_or_after_the_report_does_not_count(world, years):
    make.village(A, "", year=2013)
    make.village(A, "", year=2018)
    for year in (2013, 2014, 2017, 2018):
        give(world.household_a, Measure.OLD_AGE, year=year, amount=10_000)
    codes = ("security.households", "household_funds.amount")
    assert results(world.a, *codes) == [("1", 2), ("2.00", 2)]
    assert results(world.a, *codes, since=2017) == [("1", 1), ("1.00", 1)]


def test_an_enterprise_of_two_villages_is_one_in_their_township(world, years):
    firm = make.EnterpriseFactory(region=world.a, kind=EnterpriseKind.COMPANY)
    farm = make.EnterpriseFactory(region=world.far, kind=EnterpriseKind.FARM)
    together = make.EnterpriseFactory(region=world.b)
    for row, enterprises in (
        (world.household_a, (firm, together)),
        (world.household_b, (firm, farm, together)),
    ):
        for enterprise in enterprises:
            make.PartnershipFactory(region=row.region, household=row.household, enterprise=enterprise)
    codes = (
        "firms", "firm_households.households", "firm_households.people",
        "cooperatives", "cooperative_households.households",
    )  # fmt: skip
    assert results(world.a, *codes) == [("1", 1), ("1", 1), ("2", 1), ("1", 1), ("1", 1)]
    assert results(world.b, *codes) == [("2", 2), ("1", 2), ("2", 2), ("1", 1), ("1", 1)]
    assert results(world.township, *codes) == [("2", 3), ("2", 3), ("4", 3), ("1", 2), ("2", 2)]


def test_names_of_two_villages_are_told_once_and_in_order(world, years):
    names = [make.EnterpriseFactory(region=world.a, name=name) for name in ("乙社", "甲社")]
    for row, enterprise in (
        (world.household_a, names[0]),
        (world.household_b, names[0]),
        (world.household_b, names[1]),
    ):
        give(row, Measure.LOAN, amount=1, year=2014 + row.region.code.endswith("7") + (enterprise == names[1]),
             enterprise=enterprise)  # fmt: skip
    give(world.household_b, Measure.LOAN, amount=1)
    assert results(world.a, "loan.enterprises") == [("乙社", 1)]
    assert results(world.township, "loan.enterprises") == [("乙社、甲社", 3)]


# --- ledgers -------------------------------------------------------------------------------------------------

SOLAR = ("solar.households", "solar.people", "solar.amount", "solar.years", "solar.average")


def test_a_measure_whose_ledger_nobody_keeps_is_silent(world, years):
    """A county whose list of 光伏 was not imported must not print 光伏0户 because of other measures."""
    give(world.household_a, Measure.LOAN, amount=50_000)
    assert results(world.a, *SOLAR) == [(None, 0)] * 5
    assert results(world.a, "loan.households", "production.households") == [("1", 1), ("1", 1)]


@pytest.mark.parametrize(("year", "said"), [(2013, None), (2014, "0"), (2016, "0"), (2017, "0")])
def test_a_measure_declared_nil_in_one_of_the_years_is_0(world, years, year, said):
    make.village(A, "", year=2013)
    declare_nil(region=world.a, year=year, kind=LedgerKind.SOLAR, actor=SYSTEM)
    money = said and "0.00"
    assert results(world.a, *SOLAR) == [(said, 0), (said, 0), (money, 0), (said, 0), (None, 0)]
    # Another ledger is another matter.
    assert results(world.a, "loan.households", "loan.amount") == [(None, 0), (None, 0)]


def test_a_ledger_with_rows_of_another_measure_says_0_but_no_money(world, years):
    give(world.household_a, Measure.DIVIDEND, amount=800)
    assert results(world.a, "loan.households", "loan.amount", "loan.each", "loan.enterprises") == [
        ("0", 0), (None, 0), (None, 0), (None, 0),
    ]  # fmt: skip
    assert results(world.a, "dividend.households", "dividend.amount") == [("1", 1), ("0.08", 1)]


def test_rows_without_an_amount_are_households_without_money(world, years):
    give(world.household_a, Measure.SOLAR)
    assert results(world.a, *SOLAR) == [("1", 1), ("2", 1), (None, 1), ("1", 1), (None, 1)]


def test_a_nil_year_beside_a_year_with_rows_is_no_nil(world, years):
    """Rows of a household that has left: there is a ledger, and no sum."""
    declare_nil(region=world.a, year=2017, kind=LedgerKind.SOLAR, actor=SYSTEM)
    gone = make.household(world.a, year=2015)
    give(gone, Measure.SOLAR, year=2015, amount=3_000)
    assert results(world.a, *SOLAR) == [("0", 0), ("0", 0), (None, 0), ("0", 0), (None, 0)]


def test_an_amount_of_0_is_0(world, years):
    give(world.household_a, Measure.SOLAR, amount=0)
    assert results(world.a, *SOLAR) == [("1", 1), ("2", 1), ("0.00", 1), ("1", 1), ("0.00", 1)]


def test_a_village_that_has_ended_covers_no_other(world, years):
    """A village that was merged into A keeps its old ledger; B has none: 1 of 2, not 2 of 2."""
    ended = make.village("421199103298", "旧村", year=2014)
    for row in (make.household(ended, year=2014), make.household(world.a, year=2014)):
        give(row, Measure.SOLAR, year=2014, amount=10)
    ended.valid_to = 2015
    ended.save()
    asked = window(world.township)
    solar = next(f for base in BASES for f in base.all_figures(asked) if f.code == "solar.households")
    result = measure([solar], asked)[solar.code]
    assert (result.value, result.covered, result.villages) == (0, 1, 2)


# --- who left ------------------------------------------------------------------------------------------------

GONE = ("gone.households", "gone.amount")


@pytest.mark.parametrize(
    "leave",
    [
        lambda row, b: HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(on_roll=False),
        lambda row, b: HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(year=2016),
        lambda row, b: HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(region=b),
    ],
    ids=["off the roll", "not in the year", "moved"],
)
def test_who_left_is_remarked_and_in_no_sum(world, years, leave):
    row = make.household(world.a, size=3)
    give(row, Measure.EDUCATION, year=2014, amount=4_000)
    give(row, Measure.LOAN, year=2015, amount=50_000)
    give(world.household_a, Measure.EDUCATION, amount=1_000)
    codes = (
        "education.households",
        "education.people",
        "education.amount",
        "education.share",
        "loan.households",
    )
    assert results(world.a, *codes, *GONE) == [
        ("2", 2), ("5", 2), ("0.50", 2), ("100.0", 2), ("1", 1), ("0", 0), (None, 0),
    ]  # fmt: skip
    leave(row, world.b)
    assert results(world.a, *codes, *GONE) == [
        ("1", 1), ("2", 1), ("0.10", 1), ("100.0", 1), ("0", 0), ("1", 2), ("5.40", 2),
    ]  # fmt: skip
    assert remarks(world.a) == [
        "另有1户在累计期内享受过措施，期末年度已不在本村在册，未计入以上各数（金额：5.4万元），请核对。"
    ]
    # Nor does it turn up where it has gone: that village did not give it.
    assert results(world.b, "education.households", *GONE) == [(None, 0), (None, 0), (None, 0)]
    assert results(world.township, *codes, *GONE)[0::5] == [("1", 1), ("1", 2)]


def test_who_left_without_an_amount_is_remarked_too(world, years):
    give(make.household(world.a, year=2016), Measure.WATER)
    assert remarks(world.a) == [
        "另有1户在累计期内享受过措施，期末年度已不在本村在册，未计入以上各数（金额：暂无数据），请核对。"
    ]


def test_a_pupil_of_a_household_that_left_is_not_counted(world, years):
    row = make.household(world.a, size=2)
    person = somebody(row)
    give(row, Measure.EDUCATION, person=person)
    give(row, Measure.EDUCATION, person=person, year=2016)
    give(row, Measure.EDUCATION)
    assert results(world.a, "education.pupils", "education.households") == [("1", 2), ("1", 3)]
    HouseholdYear.objects.unscoped("tests").filter(pk=row.pk).update(on_roll=False)
    assert results(world.a, "education.pupils", "education.households") == [("0", 0), ("0", 0)]


# --- shares, averages, money: rounded half up, once ----------------------------------------------------------


@pytest.mark.parametrize(
    ("had", "households", "share"),
    [
        (57, 66, "86.4"),  # the paper had cut 86.36 off
        (1, 3, "33.3"),
        (2, 3, "66.7"),
        (1, 16, "6.3"),  # 6.25: half to even would say 6.2
        (3, 80, "3.8"),  # 3.75
        (1, 2000, "0.1"),  # 0.05
        (0, 3, "0.0"),
        (3, 3, "100.0"),
    ],
)
def test_shares_are_rounded_half_up(village, had, households, share):
    if households > 100:
        homes = make.HouseholdFactory.build_batch(households)
        type(homes[0]).objects.bulk_create(homes)
        rows = [make.HouseholdYearFactory.build(region=village, household=home) for home in homes]
        HouseholdYear.objects.bulk_create(rows)
    else:
        rows = [make.household(village, size=1) for _ in range(households)]
    for row in rows[:had]:
        give(row, Measure.MEDICAL)
    if not had:
        declare_nil(region=village, year=2017, kind=LedgerKind.INSURANCE, actor=SYSTEM)
    assert results(village, "security.share", "poor.households") == [
        (share, had),
        (str(households), households),
    ]


def test_a_share_of_no_household_is_silent(village):
    declare_nil(region=village, year=2017, kind="households", actor=SYSTEM)
    declare_nil(region=village, year=2017, kind=LedgerKind.INSURANCE, actor=SYSTEM)
    assert results(village, "security.households", "poor.households", "security.share") == [
        ("0", 0), ("0", 0), (None, 0),
    ]  # fmt: skip


def test_averages_are_of_a_household_and_year(world, years):
    """One household for two years, in one of them twice, another for one year: three household-years."""
    other = make.household(world.a)
    give(world.household_a, Measure.POST, year=2016, amount=4_000)
    give(world.household_a, Measure.POST, year=2017, amount=3_000)
    give(
        world.household_a,
        Measure.POST,
        year=2017,
        amount=2_000,
        person=somebody(world.household_a),
    )
    give(other, Measure.POST, year=2017, amount=1_000)
    assert results(world.a, "posts.years", "posts.average", "posts.holders", "posts.households") == [
        ("3", 4), ("3333.33", 4), ("1", 1), ("2", 4),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("amounts", "each", "total"),
    [
        ([50_000, 50_000, 50_000], "5.00", "15.00"),
        ([50_000, 30_000, 20_000], "3.33", "10.00"),
        ([50_000, 50_000, 100_000], "6.67", "20.00"),
        ([100, 100, 175], "0.01", "0.04"),  # 0.0125 and 0.0375
        ([50, 50, 50], "0.01", "0.02"),  # 0.005 and 0.015: half to even would say 0.00 and 0.02
        ([450, None, None], "0.02", "0.05"),  # over all households, those without an amount too
    ],
)
def test_a_loan_on_average_is_in_ten_thousands(village, amounts, each, total):
    for amount in amounts:
        give(make.household(village), Measure.LOAN, amount=amount)
    assert results(village, "loan.each", "loan.amount") == [(each, 3), (total, 3)]


def test_amounts_are_rounded_once_when_they_are_shown(village):
    """Three times 33.335 万元: a sum of rounded parts would be 100.02, one cut off 100.00."""
    for _ in range(3):
        give(make.household(village), Measure.REBUILD, amount=333_350)
        make.ProjectFactory(region=village, amount=333_350)
    assert results(village, "rebuild.amount", "projects.amount") == [("100.01", 3), ("100.01", 3)]


def test_cents_are_not_lost(village):
    """As floats three times 0.1 and 49.7 is less than 50 元, which is 0.005 万元."""
    for amount in ("0.10", "0.10", "0.10", "49.70"):
        give(make.household(village), Measure.REBUILD, amount=amount)
    assert results(village, "rebuild.amount") == [("0.01", 4)]


# --- projects ------------------------------------------------------------------------------------------------


def test_projects_are_those_of_the_years_of_work_and_what_became_of_them(world, years):
    for name, year, stage, amount in (
        ("甲", 2016, ProjectStage.DONE, 10_000),
        ("乙", 2017, ProjectStage.UNDER_WAY, 20_000),
        ("丙", 2017, ProjectStage.STOPPED, 40_000),
        ("丁", 2017, ProjectStage.PLANNED, 80_000),
        ("戊", 2015, ProjectStage.DONE, 160_000),
    ):
        make.ProjectFactory(region=world.a, name=name, year=year, stage=stage, amount=amount)
    codes = ("projects.count", "projects.done", "projects.amount", "planned.count")
    assert results(world.a, *codes) == [("2", 2), ("1", 1), ("3.00", 2), ("1", 1)]
    assert results(world.a, *codes, first=2017) == [("1", 1), ("0", 0), ("2.00", 1), ("1", 1)]
    assert results(world.a, *codes, first=2014) == [("3", 3), ("2", 2), ("19.00", 3), ("1", 1)]
