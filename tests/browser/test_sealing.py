"""A county's summary and yearbook to their seals, its year closed, a write refused, and the year opened again by two people."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from fupin.access import Role
from fupin.models import Region
from households.enums import PovertyCategory
from households.models import HouseholdYear
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in
from tests.browser.test_pages import AXE, OVERHANG, SCREENS
from tests.browser.test_review import picture, press

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year


def test_a_report_is_sealed_and_a_year_closed_and_opened_again(filled, open_context, watch, worker):
    county = filled.village.code[:6] + "000000"
    office = Region.objects.unscoped("tests").get(code=county)
    for username, name in (("one", "陈主任"), ("two", "李科长")):
        make.user(Role.COUNTY, office, username=username, name=name)
    clerk, one, two = (open_context().new_page() for _ in range(3))
    for page, username in ((clerk, "clerk"), (one, "one"), (two, "two")):
        log_in(page, username)

    # One writes and submits the county's summary; another approves it, and it is sealed.
    one.goto(f"/{county}/{YEAR}/summary/region/")
    one.get_by_role("button", name="开始编写").click()
    press(one, "提交", "已提交。")
    expect(one.get_by_role("button", name="批准")).to_have_count(0)
    two.goto(f"/{county}/{YEAR}/reports/")
    picture(two, "seal-1-reports")
    two.locator("table.table tbody a").first.click()
    expect(two.locator("main")).to_contain_text("已提交")
    picture(two, "seal-2-submitted")
    press(two, "批准", "已批准。")
    press(two, "封存", "已封存。")
    two.get_by_role("link", name="核验摘要").click()
    expect(two.locator("main")).to_contain_text("✓ 摘要相符。")
    picture(two, "seal-3-sealed")
    sealed = two.url.partition("?")[0]
    with two.expect_download() as had:
        two.get_by_role("link", name="下载Word").click()
    first = had.value.path().read_bytes()

    # The yearbook is written and approved by two as well; the closing of the year seals it.
    one.goto(f"/{county}/{YEAR}/yearbook/")
    one.get_by_role("button", name="开始编写").click()
    press(one, "提交", "已提交。")
    yearbook = one.url
    two.goto(yearbook)
    press(two, "批准", "已批准。")

    # The year is closed, and the clerk is told so.
    one.get_by_role("link", name="年度关账").first.click()
    picture(one, "seal-4-before-closing")
    one.get_by_label("已看过上面的问题，确认关账").check()
    one.get_by_role("button", name="关账", exact=True).click()
    expect(one.locator("#closing .state")).to_have_text("✓ 已完成")
    picture(one, "seal-5-closed")
    two.goto(f"{yearbook}?verify=1")
    expect(two.locator("main")).to_contain_text("✓ 摘要相符。")
    picture(two, "seal-6-yearbook")
    with two.expect_download() as had:
        two.get_by_role("link", name="下载Excel").click()
    book = had.value.path().read_bytes()
    homes = HouseholdYear.objects.unscoped("tests").filter(region=filled.village, year=YEAR)
    home = homes.filter(category=PovertyCategory.GENERAL).select_related("household").order_by("pk")[0]
    at = {"region": filled.village.code, "year": YEAR, "key": home.household_id}
    edit = reverse("households_edit", kwargs=at)
    clerk.goto(edit)
    expect(clerk.locator(".notice--warning")).to_contain_text("已关账，不能修改")

    # Opened again by two people; what is written then stands beside what was sealed.
    one.get_by_label("重新打开的原因").fill("漏报一户低保")
    one.get_by_role("button", name="申请重新打开").click()
    expect(one.locator("main")).to_contain_text("请另一位县级人员确认。")
    two.goto(f"/{county}/{YEAR}/closing/")
    picture(two, "seal-7-confirm")
    press(two, "确认重新打开", "已重新打开")
    clerk.goto(edit)
    clerk.get_by_label("属性").select_option(PovertyCategory.DIBAO.value)
    press(clerk, "保存", "已保存。")
    two.goto(f"{sealed}since/")
    expect(two.locator("main")).to_contain_text("低保贫困户户数")
    expect(two.locator("main")).to_contain_text(home.household.number)
    picture(two, "seal-8-since")
    two.goto(sealed)
    with two.expect_download() as had:
        two.get_by_role("link", name="下载Word").click()
    assert had.value.path().read_bytes() == first
    two.goto(yearbook)
    with two.expect_download() as had:
        two.get_by_role("link", name="下载Excel").click()
    assert had.value.path().read_bytes() == book

    for name, viewport in SCREENS.items():
        page = open_context(viewport=viewport, bypass_csp=True).new_page()
        log_in(page, "two")
        pages = (
            sealed, f"{sealed}since/", f"/{county}/{YEAR}/reports/", f"/{county}/{YEAR}/closing/", yearbook,
            f"/{county}/{YEAR}/yearbook/", f"/{county}/{YEAR}/proof/", f"/{county}/{YEAR}/blanks/",
        )  # fmt: skip
        for number, url in enumerate(pages):
            page.goto(url)
            assert page.evaluate(OVERHANG) is None, url
            picture(page, f"seal-fit-{name}-{number}")
            page.add_script_tag(path=AXE)
            found = page.evaluate("() => axe.run({resultTypes: ['violations']})")["violations"]
            assert [(v["id"], v["impact"]) for v in found if v["impact"] in ("serious", "critical")] == [], (
                url
            )
