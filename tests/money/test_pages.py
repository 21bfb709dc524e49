"""Pages of the money: what each sees of it, what forms ask and say, what stands on a project's page."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from lxml import html

from funds.models import Allocation, Appropriation, AppropriationEntry, Payment
from tests import factories as make
from tests.factories import YEAR
from tests.money.conftest import Money

pytestmark = pytest.mark.django_db

WHY = "tests"


@pytest.fixture
def given(money: Money) -> Allocation:
    """Of the county's 500,000: 120,000.50 to village A, 40,000 of it paid; 200,000 to the far village."""
    make.AllocationFactory(appropriation=money.appropriation, project=money.far, amount=200_000)
    make.AppropriationEntryFactory(appropriation=money.appropriation, amount=321_000)
    row = make.AllocationFactory(
        appropriation=money.appropriation, project=money.project, amount=Decimal("120000.50")
    )
    make.PaymentFactory(allocation=row, amount=40_000)
    return row


def facts_of(page: str) -> dict[str, str]:
    """Labels and values of a page."""
    tree = html.fromstring(page)
    return {
        dt.text_content().strip().rstrip("："): " ".join(dt.getnext().text_content().split())
        for dt in tree.xpath("//dl/div/dt")
    }


def cells_of(page: str, panel: str) -> list[list[str]]:
    """The rows of a panel's table, its last being the sum."""
    section = html.fromstring(page).xpath(f"//section[.//h2[normalize-space()='{panel}']]")[0]
    return [[" ".join(td.text_content().split()) for td in tr.xpath("./*")] for tr in section.xpath(".//tr")]


def buttons_of(page: str) -> set[str]:
    return set(html.fromstring(page).xpath("//main//a[contains(@class, 'button')]/text()"))


# --- who sees what ------------------------------------------------------------------------------------------------


def test_the_county_sees_the_whole(
    given: Allocation, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    page = client_of(personas["county"]).get(
        f"/{world.county.code}/{YEAR}/appropriations/{given.appropriation_id}/"
    ).content.decode()  # fmt: skip
    said = facts_of(page)
    assert {name: said[name].split("元")[0] for name in ("下达", "现额", "到位", "安排", "支出", "余额")} == {
        "下达": "500,000", "现额": "500,000", "到位": "321,000", "安排": "320,000.50", "支出": "40,000", "余额": "179,999.50",
    }  # fmt: skip
    assert said["支出率"].startswith("8%")
    assert [row[-1] for row in cells_of(page, "资金安排")] == [
        "未支付（元）",
        "200,000",
        "80,000.50",
        "280,000.50",
    ]
    assert {"修改", "删除", "登记到位", "登记收回", "登记调增", "登记调减", "结转下年"} <= buttons_of(page)


@pytest.mark.parametrize("persona", ["township", "clerk_a"])
def test_from_below_only_what_came_there_is_seen(
    persona: str, given: Allocation, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """Not what is left of the county's money, nor what others got of it, nor its journal."""
    place = f"/{(world.township if persona == 'township' else world.a).code}/{YEAR}/appropriations/"
    client = client_of(personas[persona])
    page = client.get(f"{place}{given.appropriation_id}/").content.decode()
    said = facts_of(page)
    assert (said["安排到本地"], said["支出"]) == ("120,000.50元", "40,000元")
    assert not {"现额", "到位", "余额"} & said.keys()
    assert "到位与变动" not in re.findall("<h2>(.*?)</h2>", page)
    assert len(cells_of(page, "资金安排")) == 3
    assert not {"修改", "删除", "登记到位"} & buttons_of(page)
    listed = client.get(place)
    for text in ("320,000", "321,000", "200,000", "179,999"):
        assert text not in page + listed.content.decode(), text
    assert [item["label"] for item in listed.context["summary"]] == ["上级指标安排到本地", "其中支出"]
    (row,) = listed.context["table"].data
    assert (row.allocated, row.paid, row.left, row.effective, row.arrived) == (
        Decimal("120000.50"), Decimal(40_000), None, None, None,
    )  # fmt: skip


def test_money_for_another_village_is_not_seen(
    given: Allocation, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    client = client_of(personas["clerk_b"])
    place = f"/{world.b.code}/{YEAR}/"
    for name in ("appropriations", "allocations", "payments", "changes"):
        assert list(client.get(f"{place}{name}/").context["table"].data) == []
    assert client.get(f"{place}appropriations/{given.appropriation_id}/").status_code == 404
    assert client.get(f"{place}allocations/{given.pk}/").status_code == 404


def test_a_project_shows_what_it_is_paid_from(
    given: Allocation, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    url = f"/{world.a.code}/{YEAR}/projects/{given.project_id}/"
    page = client_of(personas["county"]).get(url).content.decode()
    assert cells_of(page, "资金安排")[1:] == [
        ["1", "2017-03-01", "中央", given.appropriation.document, "120,000.50", "40,000", "80,000.50"],
        ["", "合计", "", "", "120,000.50", "40,000", "80,000.50"],
    ]
    assert [row[4] for row in cells_of(page, "资金支付")[1:]] == ["40,000", "40,000"]
    assert {"安排资金", "登记支付"} <= buttons_of(page)
    clerks = client_of(personas["clerk_a"]).get(url).content.decode()
    assert not {"安排资金", "登记支付"} & buttons_of(clerks)


def test_a_project_with_money_is_not_deleted(
    money: Money, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """Nor is it said to be an error of the portal."""
    declared = make.ProjectFactory(region=world.a)
    make.AllocationFactory(appropriation=money.appropriation, project=declared)
    url = f"/{world.a.code}/{YEAR}/projects/{declared.pk}/remove/"
    page = client_of(personas["clerk_a"]).post(url, {}, follow=True).content.decode()
    assert "还有资金安排与它相关，不能删除。请先删除登记错的资金安排。" in page


# --- forms --------------------------------------------------------------------------------------------------------


def sent(client: Any, url: str, data: dict[str, Any]) -> tuple[int, str]:
    response = client.post(url, data)
    return response.status_code, response.content.decode()


def test_an_appropriation_goes_its_whole_way_by_forms(
    money: Money, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """Registered, arrived, allocated, paid, the rest carried over."""
    county, township = client_of(personas["county"]), client_of(personas["township"])
    at_county, at_a = f"/{world.county.code}/{YEAR}/", f"/{world.a.code}/{YEAR}/"
    source = {
        "document": "鄂财农发 [2016] 第8号", "title": "关于提前下达2017年资金的通知", "issued_on": "2016-11-20", "level": "02",
        "item": "2130599", "amount": "300000.50",
    }  # fmt: skip
    assert sent(county, f"{at_county}appropriations/new/", source)[0] == 302
    row = Appropriation.objects.unscoped(WHY).latest("pk")
    assert (row.document, row.region, row.year, row.amount) == (
        "鄂财农发〔2016〕8号", world.county, YEAR, Decimal("300000.50"),
    )  # fmt: skip
    status, page = sent(
        county, f"{at_county}appropriations/new/", {**source, "document": "鄂财农发（2016）8号"}
    )
    assert status == 422 and "这个文号的指标已经登记（同一级次、同一批次）" in page
    change = {"appropriation": row.pk, "kind": "01", "on": "2017-01-20", "amount": "300000.50"}
    assert sent(county, f"{at_county}changes/new/", change)[0] == 302
    given = {"appropriation": row.pk, "project": money.project.pk, "on": "2017-02-01", "amount": "90000"}
    assert sent(township, f"{at_a}allocations/new/", given)[0] == 422
    assert sent(county, f"{at_a}allocations/new/", given)[0] == 302
    allocation = Allocation.objects.unscoped(WHY).get()
    assert (allocation.region, allocation.year) == (world.a, 2017)
    paid = {
        "allocation": allocation.pk, "on": "2017-05-01", "amount": "90000", "payee": "云岭建筑公司", "voucher": "记-15",
    }  # fmt: skip
    assert sent(township, f"{at_a}payments/new/", {**paid, "amount": "90000.01"})[0] == 422
    assert sent(township, f"{at_a}payments/new/", paid)[0] == 302
    page = county.get(f"{at_county}appropriations/{row.pk}/").content.decode()
    (link,) = [a.get("href") for a in html.fromstring(page).xpath("//a[text()='结转下年']")]
    form = county.get(link).context["form"]
    assert (form["kind"].value(), form["amount"].value()) == ("05", "210000.50")
    carried = {**change, "kind": "05", "on": "2017-12-31", "amount": "210000.50"}
    assert sent(county, f"{at_county}changes/new/", carried)[0] == 302
    following = Appropriation.objects.unscoped(WHY).get(carried_from=row)
    assert county.get(f"/{world.county.code}/2018/appropriations/{following.pk}/").status_code == 200
    assert [m.objects.unscoped(WHY).count() for m in (AppropriationEntry, Payment)] == [2, 1]


def test_an_amount_in_the_wrong_unit_is_asked_about(
    given: Allocation, money: Money, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """30 元 beside others of hundreds of thousands was meant in 万元; it can be right all the same."""
    client = client_of(personas["county"])
    for at in range(3):
        make.AppropriationFactory(region=world.county, amount=200_000 + at)
    source = {
        "document": "财农〔2017〕80号",
        "title": "通知",
        "issued_on": "2017-02-20",
        "level": "01",
        "amount": "50",
    }
    url = f"/{world.county.code}/{YEAR}/appropriations/new/"
    status, page = sent(client, url, source)
    assert status == 422
    assert "下达金额50元（0.005万元）与本地其他指标相差悬殊，请核对单位是元还是万元。" in page
    (mark,) = html.fromstring(page).xpath("//input[@name='_sure']/@value")
    assert sent(client, url, {**source, "_sure": mark})[0] == 302
    status, page = sent(
        client,
        f"/{world.a.code}/{YEAR}/allocations/{given.pk}/edit/",
        {"on": "2017-03-01", "amount": "120001"},
    )
    assert status == 422 and "该项目安排合计将为120,001元，超过投入资金100,000元，请核对。" in page


def test_a_voucher_of_another_allocation_is_asked_about(
    given: Allocation, money: Money, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    other = make.AllocationFactory(appropriation=money.appropriation, project=money.project, amount=50_000)
    voucher = Payment.objects.unscoped(WHY).get().voucher
    data = {
        "allocation": other.pk,
        "on": "2017-06-02",
        "amount": "40000",
        "payee": "云岭建筑公司",
        "voucher": voucher,
    }
    status, page = sent(client_of(personas["township"]), f"/{world.a.code}/{YEAR}/payments/new/", data)
    assert status == 422
    assert "这个凭证号已登记在“路灯”（40,000元），请核对是否重复。" in page


def test_a_closed_year_takes_no_money(
    given: Allocation, world: Any, personas: dict[str, Any], client_of: Any
) -> None:
    """What belongs to a village is locked with its year; what was granted to the county is not."""
    from fupin.models import RegionYear

    RegionYear.objects.unscoped(WHY).filter(region=world.a).update(state="closed")
    client = client_of(personas["county"])
    page = client.get(f"/{world.a.code}/{YEAR}/allocations/new/").content.decode()
    assert "已关账，不能修改" in page
    data = {"allocation": given.pk, "on": "2017-06-02", "amount": "4000", "payee": "公司", "voucher": "1"}
    status, page = sent(client, f"/{world.township.code}/{YEAR}/payments/new/", data)
    assert status == 422 and "2017年度已关账" in page
    change = {"appropriation": given.appropriation_id, "kind": "01", "on": "2017-06-01", "amount": "1000"}
    assert sent(client, f"/{world.county.code}/{YEAR}/changes/new/", change)[0] == 302
