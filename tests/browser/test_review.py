"""A village's year from hand to hand, by the people who do it: submit, return, submit, pass on, accept, close and open the next."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from fupin.access import Role
from fupin.models import Region, RegionYear
from households.models import Household, HouseholdYear
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in
from tests.browser.test_pages import AXE, OVERHANG, SCREENS

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year
REMARK = "户4203206002的务工时间与去年一样，请核实。"
#: A folder for pictures, for whoever wants to look at them.
PICTURES = os.environ.get("FUPIN_PICTURES")


@pytest.fixture
def people(filled):
    """Beside the clerk, the township's cadre and the county office."""
    regions = Region.objects.unscoped("tests").in_bulk()
    code = filled.village.code
    make.user(Role.TOWNSHIP, regions[code[:9] + "000"], username="township", name="李干事")
    make.user(Role.COUNTY, regions[code[:6] + "000000"], username="county", name="陈主任")
    return filled


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def state_of(office) -> str:
    return RegionYear.objects.unscoped("tests").get(region=office.village, year=YEAR).state


def press(page: Page, button: str, said: str) -> None:
    """Press it, and read what the page says."""
    page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(".notice--success")).to_contain_text(said)


def test_a_year_goes_from_hand_to_hand(people, open_context, watch, worker):
    watch.expected.add(422)  # a return without a remark
    clerk, township, county = (open_context().new_page() for _ in range(3))
    village, name = people.village, WANTIANFAN.village.name
    for page, username in ((clerk, "clerk"), (township, "township"), (county, "county")):
        log_in(page, username)

    # The clerk finds it on the first page, sees what is open, and submits.
    picture(clerk, "1-clerk-home")
    clerk.get_by_role("link", name="2017年度录入中，完成后请提交").click()
    expect(clerk.get_by_role("heading", name="提交前请核对")).to_be_visible()
    picture(clerk, "2-clerk-before-submitting")
    press(clerk, "提交", f"{name}的2017年度已提交。")
    household = Household.objects.unscoped("tests").get(number="4203206002").pk
    edit = reverse("households_edit", kwargs={"region": village.code, "year": YEAR, "key": household})
    clerk.goto(edit)
    expect(clerk.locator(".notice--warning")).to_contain_text("已提交，正由乡镇审核，不能修改")
    expect(clerk.get_by_role("button", name="保存")).to_have_count(0)
    picture(clerk, "3-clerk-locked")

    # The township finds it on its first page, begins to read, and returns it.
    township.goto("/")
    picture(township, "4-township-home")
    township.get_by_role("link", name="待乡镇审核的村").click()
    picture(township, "5-township-list")
    township.get_by_role("link", name=name).click()
    press(township, "开始审核", "已开始审核。")
    clerk.goto(people.path + "progress/")
    expect(clerk.get_by_role("button", name="撤回")).to_have_count(0)
    township.get_by_role("button", name="退回", exact=True).click()
    expect(township.locator(".notice--error")).to_contain_text("请填写退回的原因，村里会看到。")
    township.get_by_label("意见").fill(REMARK)
    picture(township, "6-township-returns")
    press(township, "退回", "已退回。")

    # The clerk reads why, corrects, submits again, takes it back, submits.
    clerk.goto("/")
    expect(clerk.locator("main")).to_contain_text(REMARK)
    picture(clerk, "7-clerk-home-returned")
    clerk.goto(edit)
    clerk.get_by_label("备注").fill("已核实")
    press(clerk, "保存", "已保存。")
    clerk.goto(people.path + "progress/")
    for button in ("提交", "撤回", "提交"):
        press(clerk, button, f"已{button}。")

    # The township passes it on from the list, the county accepts it from the list.
    township.goto("/")
    township.get_by_role("link", name="待乡镇审核的村").click()
    township.get_by_label(f"选择{name}").check()
    press(township, "上报所选的村", f"{name}的2017年度已上报。")
    county.goto("/")
    picture(county, "8-county-home")
    county.get_by_role("link", name="待县级审核的村").click()
    county.get_by_label("本页可办理的全部村").check()
    picture(county, "9-county-list")
    press(county, "通过所选的村", f"{name}的2017年度已通过。")
    assert state_of(people) == "accepted"
    county.get_by_role("link", name="全部").click()
    picture(county, "9-county-all")

    # The county is told who is not there yet, and closes: the next year is opened with what lasts.
    county.get_by_role("link", name="年度关账").first.click()
    expect(county.locator("main")).to_contain_text("5个村录入中，还没有通过审核。")
    county.get_by_label("已看过上面的问题，确认关账").check()
    picture(county, "10-county-closes")
    county.get_by_role("button", name="关账", exact=True).click()
    expect(county.locator("#closing .state")).to_have_text("✓ 已完成")
    expect(county.locator("#closing")).to_contain_text("已关账6个村")
    picture(county, "11-county-closed")
    assert state_of(people) == "closed"
    following = HouseholdYear.objects.unscoped("tests").filter(region=village, year=YEAR + 1)
    assert following.count() == 66

    # One household was wrong all the same: the clerk asks, somebody else consents.
    clerk.goto(edit.replace("/edit/", "/"))
    clerk.get_by_role("link", name="申请更正").click()
    clerk.get_by_label("备注").fill("户主已核实")
    clerk.get_by_label("更正的原因").fill("关账前漏改")
    picture(clerk, "15-clerk-corrects")
    press(clerk, "申请更正", "已申请更正")
    county.get_by_role("link", name="更正", exact=True).first.click()
    picture(county, "16-county-corrections")
    county.locator("table.table tbody a").first.click()
    picture(county, "17-county-correction")
    press(county, "同意更正", "已更正。")
    assert HouseholdYear.objects.unscoped("tests").get(household=household, year=YEAR).remark == "户主已核实"

    clerk.goto(f"/{village.code}/{YEAR + 1}/progress/")
    picture(clerk, "13-clerk-next-year")
    clerk.goto(f"/{village.code}/{YEAR}/progress/")
    expect(clerk.locator(".history li strong")).to_have_text(
        ["关账", "通过", "上报", "提交", "撤回", "提交", "乡镇退回", "开始审核", "提交", "开设"]
    )
    picture(clerk, "14-clerk-journal")


@pytest.mark.parametrize("screen", SCREENS)
def test_the_pages_fit_and_can_be_used_by_all(people, open_context, screen):
    page = open_context(viewport=SCREENS[screen], bypass_csp=True).new_page()
    log_in(page, "county")
    village, county = people.village.code, people.village.code[:6] + "000000"
    urls = [f"/{code}/{YEAR}/{route}/" for code in (village, county) for route in ("progress", "years")]
    for number, url in enumerate(urls):
        page.goto(url)
        assert page.evaluate(OVERHANG) is None, url
        picture(page, f"fit-{screen}-{number}")
        page.add_script_tag(path=AXE)
        found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
        assert [(v["id"], v["impact"]) for v in found if v["impact"] in ("serious", "critical")] == [], url
    page.goto(f"/{county}/{YEAR}/")
    assert page.evaluate(OVERHANG) is None
    picture(page, f"fit-{screen}-home")
