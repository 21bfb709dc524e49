"""The townships' ledgers of benefits, and what ties of the money: by measure, by village, by household."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html
from openpyxl import load_workbook

from funds.enums import MEASURES, Batch, Measure, of_batch
from funds.interfaces.benefits import BENEFITS
from funds.interfaces.shapes import SHAPES
from funds.models import Benefit
from funds.queries.checks import check_of
from fupin.access import SYSTEM
from fupin.codes import UnknownCode
from fupin.models import ExportLog, Ledger
from fupin.place import Place
from households.models import HouseholdYear, Membership
from tests import factories as make
from tests.factories import YEAR
from tests.fupin.walking import rows_of
from tests.ledgers.conftest import Office
from tests.ledgers.test_rows import listed
from tests.reports.random_villages import rolled_back


def line(response: Any) -> dict[str, Any]:
    header, row = rows_of(response)
    return dict(zip(header, row, strict=True))


def told_of(office: Office) -> tuple[Any, Any]:
    """The household with its account, and a person of it at school who keeps a path clean."""
    HouseholdYear.objects.unscoped("tests").filter(pk=office.home.pk).update(
        bank="农商行", bank_account="6228480012345678901", group=3, category="04"
    )
    person = office.member(office.home)
    Membership.objects.unscoped("tests").filter(person=person).update(
        post_kind="03", post_months=Decimal("6.5"), school="10"
    )
    return office.home.household, person


def test_the_ledger_of_posts(office: Office) -> None:
    household, person = told_of(office)
    make.BenefitFactory(
        region=office.world.a, household=household, person=person, measure="604", quantity=1, unit="个", standard=600,
        amount=Decimal("3900.50"), on=date(YEAR, 7, 1), tranche="上半年", remark="村道",
    )  # fmt: skip
    make.BenefitFactory(region=office.world.a, household=household, measure="501", amount=1)
    got = line(office.client.get(office.url("benefits_shape_posts")))
    day = got.pop("发放日期")
    assert (day.year, day.month, got) == (YEAR, 7, {
        "村": "甲村", "户编号": household.number, "姓名": person.name, "证件号码": person.masked_number, "户属性": "低保贫困户",
        "岗位类型": "保洁员", "月数": 6.5, "数量": 1, "单位": "个", "补助标准（元）": 600, "金额（元）": 3900.5,
        "批次": "上半年", "备注": "村道",
    })  # fmt: skip


def test_the_ledger_of_production_and_of_yulu(office: Office) -> None:
    """A household's own benefit is its head's; accounts are masked."""
    household, person = told_of(office)
    head = Membership.objects.unscoped("tests").get(household_year=office.home, relation="01").person
    make.BenefitFactory(
        region=office.world.a,
        household=household,
        measure="106",
        quantity=3,
        unit="只",
        standard=20,
        amount=60,
    )
    make.BenefitFactory(region=office.world.a, household=household, person=person, measure="402", amount=1500)
    got = line(office.client.get(office.url("benefits_shape_production")))
    assert (got["姓名"], got["证件号码"], got["组"], got["人口"], got["类型"], got["开户行"]) == (
        head.name, head.masked_number, 3, 2, "其他产业奖补", "农商行",
    )  # fmt: skip
    assert got["一卡通账号"].endswith("8901") and "622848001234" not in got["一卡通账号"]
    got = line(office.client.get(office.url("benefits_shape_yulu")))
    assert (got["姓名"], got["户主"], got["学段"], got["金额（元）"]) == (
        person.name, head.name, "中职一年级", 1500,
    )  # fmt: skip
    assert line(office.client.get(office.url("benefits_shape_education")))["类型"] == "雨露计划"


def test_numbers_in_full_want_a_purpose_and_are_recorded(office: Office) -> None:
    household, person = told_of(office)
    make.BenefitFactory(region=office.world.a, household=household, person=person, measure="402", amount=1500)
    url = office.url("benefits_shape_yulu_full")
    assert office.client.post(url, {"purpose": "", "note": ""}).status_code == 422
    full = office.client.post(url, {"purpose": "check", "note": "发放雨露计划"})
    got = line(full)
    assert (got["证件号码"], got["一卡通账号"]) == (person.id_number, "6228480012345678901")
    log = ExportLog.objects.unscoped("tests").get()
    assert (log.title, log.row_count, log.note) == (f"甲村{YEAR}年雨露计划台账", 1, "发放雨露计划")
    assert ["households.Person", person.pk] in log.revealed


def test_the_page_of_ledgers_says_what_is_in_each(office: Office, personas: Any, client_of: Any) -> None:
    household, person = told_of(office)
    make.BenefitFactory(region=office.world.a, household=household, measure="102", amount=Decimal("60.5"))
    page = office.client.get(office.url("benefits_ledgers"))
    said = {panel.title: [tuple(map(str, row)) for row in panel.rows] for panel in page.context["panels"]}
    assert said == {
        "公益岗台账": [], "雨露计划台账": [], "教育资助台账": [], "产业奖补台账": [("养牛奖补", "1笔", "1户，60.50元")],
        "小额信贷台账": [],
    }  # fmt: skip
    labels = {button.label for panel in page.context["panels"] for button in panel.actions}
    assert labels == {"导出Excel", "导出完整号码", "查看"}
    auditor = client_of(personas["auditor"]).get(office.url("benefits_ledgers"))
    assert "导出完整号码" not in auditor.content.decode()


def test_a_shape_takes_the_same_statements_for_one_row_and_for_many(
    office: Office, django_assert_num_queries: Any
) -> None:
    from funds.interfaces.shapes import lines_of, rows_in

    def rows() -> Any:
        return rows_in(BENEFITS.rows(SYSTEM, Place(office.world.a, YEAR)), SHAPES["production"])

    for size in (1, 12):
        for _ in range(size):
            home = make.household(office.world.a)
            make.BenefitFactory(region=office.world.a, household=home.household, measure="102", amount=1)
        with django_assert_num_queries(3):
            assert len(list(lines_of(rows(), SHAPES["production"]))) in (1, 13)


# --- measures ----------------------------------------------------------------------------------------------------


def test_each_measure_has_its_batch_and_its_ledger() -> None:
    assert set(MEASURES) == set(Measure)
    assert sorted(measure for batch in Batch for measure in of_batch(batch)) == sorted(Measure)


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("雨露计划", Measure.YULU), ("教育资助", Measure.EDUCATION), ("助学", Measure.EDUCATION), ("401", Measure.EDUCATION),
        ("务工交通补贴", Measure.WORKING_AWAY), ("其他产业奖补", Measure.OTHER_PRODUCTION), ("资产收益分红", Measure.ASSET_DIVIDEND),
        ("分红", Measure.DIVIDEND), ("合作社分红", Measure.OTHER_DIVIDEND), ("光伏收益", Measure.SOLAR),
    ],
)  # fmt: skip
def test_measures_are_read_by_what_they_are_called(text: str, measure: Measure) -> None:
    assert Measure.read(text) is measure


def test_what_could_be_several_measures_is_asked_about() -> None:
    for text in ("产业奖补", "危房改造"):
        with pytest.raises(UnknownCode):
            Measure.read(text)


def test_a_benefit_keeps_the_ledger_of_its_measure(office: Office) -> None:
    for measure in ("402", "605", "113"):
        make.BenefitFactory(region=office.world.a, household=office.home.household, measure=measure)
    kept = Ledger.objects.unscoped("tests").filter(region=office.world.a, state="rows")
    assert {"yulu", "employment", "dividends"} <= set(kept.values_list("kind", flat=True))


# --- what ties ----------------------------------------------------------------------------------------------------

benefits = st.lists(
    st.tuples(
        st.integers(0, 2), st.integers(0, 3), st.sampled_from(list(Measure)), st.integers(1, 28),
        st.none() | st.integers(0, 10**9).map(lambda cents: Decimal(cents).scaleb(-2)),
    ),
    max_size=25,
    unique_by=lambda row: row[:4],
)  # fmt: skip


@pytest.fixture
def three(world: Any) -> list[list[HouseholdYear]]:
    """Four households in each of three villages: two on the roll, one off it, one of another year."""
    made = []
    for place in (world.a, world.b, world.far):
        make.village(place.code, place.name, year=YEAR + 1)
        homes = [make.HouseholdYearFactory(region=place, on_roll=at < 2) for at in range(3)]
        made.append([*homes, make.HouseholdYearFactory(region=place, year=YEAR + 1)])
    return made


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=benefits)
def test_whatever_was_given_ties_to_the_cent(drawn: Any, three: Any, world: Any) -> None:
    """By measure, by village, by household, as the list says, and as a file of the list adds up."""
    with rolled_back():
        Benefit.objects.bulk_create(
            Benefit(
                region=three[place][home].region, year=YEAR, household=three[place][home].household, measure=measure,
                on=date(YEAR, 1, day), amount=amount,
            )
            for place, home, measure, day, amount in drawn
        )  # fmt: skip
        place = Place(world.county, YEAR)
        rows = BENEFITS.rows(SYSTEM, place)
        check = check_of(Benefit.objects.unscoped("tests").filter(place.holds(Benefit)))
        total = sum((amount or Decimal(0) for *_, amount in drawn), Decimal(0))
        assert check.ties
        assert check.sums == [(name, len(drawn), total) for name in ("按措施", "按村", "按户")]
        assert BENEFITS.totals(rows)[0]["value"] == len(drawn)
        assert sum((row.amount or Decimal(0) for row in rows), Decimal(0)) == total
        assert {line.name: line.count for line in check.villages} == {
            name: count
            for name, at in (("甲村", 0), ("乙村", 1), ("远村", 2))
            if (count := sum(row[0] == at for row in drawn))
        }
        assert [line.count for line in check.households] == [
            sum(row[1] < 2 for row in drawn), sum(row[1] == 2 for row in drawn), sum(row[1] == 3 for row in drawn),
        ]  # fmt: skip


def test_the_page_of_what_ties(office: Office) -> None:
    other = make.HouseholdYearFactory(region=office.world.a, on_roll=False)
    for household, measure, amount in (
        (office.home.household, "501", "100.10"), (other.household, "501", "0.20"), (make.HouseholdFactory(), "102", "3"),
    ):  # fmt: skip
        make.BenefitFactory(
            region=office.world.a, household=household, measure=measure, amount=Decimal(amount)
        )
    # What of the year before and of another village: in no number here.
    make.BenefitFactory(region=office.world.a, household=office.home.household, measure="501", year=YEAR - 1)
    make.BenefitFactory(region=office.world.b, household=office.world.household_b.household, measure="501")
    page = office.client.get(office.url("benefits_check"))
    panels = {panel.title: panel for panel in page.context["panels"]}
    assert [tuple(map(strip_tags, row)) for row in panels["到户资金勾稽"].rows] == [
        ("按措施合计", "103.30元", "3笔"), ("按村合计", "103.30元", "3笔"), ("按户合计", "103.30元", "3笔"), ("核对", "一致", ""),
    ]  # fmt: skip
    shown = {
        title: [(line.name, line.count, line.households, line.amount) for line in panel.table.data]
        for title, panel in panels.items()
        if panel.table
    }
    assert shown == {
        "按措施": [("养牛奖补", 1, 1, Decimal(3)), ("低保金", 2, 2, Decimal("100.30"))],
        "按村": [("甲村", 3, 3, Decimal("103.30"))],
        "按户": [
            ("本年度在册户", 1, 1, Decimal("100.10")), ("本年度已不在册户", 1, 1, Decimal("0.20")),
            ("本年度名册没有的户", 1, 1, Decimal(3)),
        ],
    }  # fmt: skip
    # Each number leads to its rows: the list says the same, of the measure, the village, where the household stands.
    numbers = {
        (link.get("href"), cells[0].text_content(), cells[1].text_content(), cells[2].text_content())
        for row in html.fromstring(page.content.decode()).xpath("//tbody/tr")
        for link in row.iter("a")
        for cells in [row.findall("td")[2:]]
    }
    assert len(numbers) == 6
    for url, count, homes, amount in numbers:
        sums = listed(office.client, url)[1]
        told = [sums[0].removeprefix("笔数："), sums[1].removeprefix("享受户数："), sums[2].split("元")[0]]
        assert told == [count, homes, f"金额：{amount}"], url
    # Negative control: a sum that lost a row does not tie.
    check = check_of(Benefit.objects.unscoped("tests"))
    check.villages.clear()
    assert not check.ties


def test_a_county_without_benefits_says_so(office: Office) -> None:
    page = office.client.get(office.url("benefits_check")).content.decode()
    assert page.count("没有登记到户措施。") == 3
    assert listed(office.client, office.url("benefits_list"))[0] == []
    sheet = load_workbook(BytesIO(office.client.get(office.url("benefits_shape_posts")).content)).active
    assert sheet.max_row >= 3
