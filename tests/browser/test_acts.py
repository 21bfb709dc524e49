"""A clerk records a birth and a death, and takes one back: on the household's page, by what is seen there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from households.models import Act, HouseholdYear, Membership
from reports.reference.facts import WANTIANFAN
from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year


def rows(model):
    """All rows of a model."""
    return model.objects.unscoped("tests")


def choose(page: Page, kind: str) -> None:
    """From the household's page to the form of a kind."""
    page.get_by_role("link", name="登记变动").click()
    page.get_by_role("link", name=kind, exact=True).click()
    expect(page.get_by_role("heading", name=kind)).to_be_visible()


def test_a_birth_and_a_death(filled, page, watch) -> None:
    watch.expected = {422}
    home = (
        rows(HouseholdYear)
        .filter(region=filled.village, year=YEAR, people=4)
        .order_by("household__number")
        .first()
    )
    family = rows(Membership).filter(household_year=home).exclude(relation="01").select_related("person")
    other = family.order_by("person__birth_date").first()
    log_in(page, "clerk")
    page.goto(f"{filled.path}households/{home.household_id}/")

    choose(page, "新生儿")
    page.get_by_label("姓名").fill("新生·阿依")
    page.get_by_label("性别").select_option(label="女")
    page.get_by_label("出生日期").fill(f"{YEAR}-03-05")
    page.get_by_label("与户主关系").select_option(label="之女")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text(f"已登记：新生儿，{YEAR}-03-05。")).to_be_visible()
    expect(page.get_by_role("link", name="新生·阿依").first).to_be_visible()

    choose(page, "成员去世")
    page.get_by_label("成员").select_option(value=str(other.pk))
    page.get_by_label("去世日期").fill(f"{YEAR + 1}-01-01")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_role("alert")).to_contain_text(f"日期不在{YEAR}年度内")
    page.get_by_label("去世日期").fill(f"{YEAR}-04-06")
    page.get_by_label("原因或备注").fill("病故")
    page.get_by_role("button", name="登记").click()
    expect(page.get_by_text(f"已登记：成员去世，{YEAR}-04-06。")).to_be_visible()
    table = page.get_by_role("region", name=f"{YEAR}年人口增减")
    expect(table).to_contain_text("+ 新生儿")
    expect(table.locator("tbody td")).to_have_text(["4", "1", "1", "1", "1", "4"])

    page.get_by_role("link", name="撤销成员去世").click()
    page.get_by_label("撤销原因").fill("登错了人")
    page.get_by_role("button", name="确认撤销").click()
    expect(page.locator(".journal").get_by_text("已撤销", exact=True)).to_be_visible()
    home.refresh_from_db()
    assert home.people == 5
    assert list(rows(Act).filter(household=home.household, year=YEAR).exclude(rows=None).values_list("kind", "change")) == [
        ("member_born", 1), ("member_died", -1),
    ]  # fmt: skip
