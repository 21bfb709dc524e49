"""Finding somebody, choosing columns, seeing numbers in full: in a browser with script, and in one without."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from fupin.models import Reveal
from fupin.numbers import masked
from households.models import Membership
from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_from_initials_to_a_full_number(filled, open_context, watch, script):
    member = Membership.objects.unscoped("tests").get(person__name="阎䶮")
    number = member.person.id_number
    page = open_context(java_script_enabled=script).new_page()
    log_in(page, "clerk")

    page.get_by_label("查找人员或户").fill(number)
    page.get_by_label("查找人员或户").press("Enter")
    expect(page.get_by_role("heading", name="查找“")).to_contain_text(masked(number))
    assert number not in page.url + page.content()
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name="阎䶮"))
    row.get_by_role("link").click()
    expect(row).to_contain_text(masked(number))

    page.get_by_role("link", name="显示完整号码").click()
    page.get_by_label("查看事由").select_option(label="核对身份信息")
    page.get_by_label("事由说明").fill("核对身份证")
    page.get_by_role("button", name="显示完整号码").click()
    expect(row).to_contain_text(number)
    page.goto(page.url.replace("reveal/", ""))
    expect(row).to_contain_text(masked(number))
    assert Reveal.objects.unscoped("tests").count() == 1


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_columns_and_a_view(filled, open_context, watch, script):
    page = open_context(java_script_enabled=script).new_page()
    log_in(page, "clerk")
    page.goto(f"{filled.path}households/")
    headings = page.locator("main thead th")
    page.locator(".tools summary", has_text="列").click()
    page.get_by_role("checkbox", name="户主", exact=True).uncheck()
    page.get_by_role("checkbox", name="饮水安全", exact=True).check()
    page.get_by_label("“饮水安全”的次序").fill("1")
    page.get_by_role("button", name="应用").click()
    expect(headings.nth(1)).to_have_text("饮水安全")
    assert "户主" not in headings.all_inner_texts()

    page.locator(".tools summary", has_text="视图").click()
    page.get_by_label("视图名称").fill("饮水")
    page.get_by_label("打开列表时默认用它").check()
    page.get_by_role("button", name="保存视图").click()
    page.goto(f"{filled.path}households/")
    expect(headings.nth(1)).to_have_text("饮水安全")
    page.get_by_role("link", name="全部", exact=True).click()
    expect(headings.nth(1)).to_have_text("户编号")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_more_filters(filled, open_context, script):
    page = open_context(java_script_enabled=script).new_page()
    log_in(page, "clerk")
    page.goto(f"{filled.path}households/")
    page.locator("#id_category").select_option(label="五保贫困户")
    page.get_by_role("link", name="更多条件").click()
    water = page.locator("#id_water_safe")
    water.select_option(label="未填")
    if script:  # what was chosen before is still chosen: the page has stayed
        expect(page.locator("#id_category")).to_have_value("06")
        assert "more" not in page.url
    page.get_by_role("button", name="查询").click()
    expect(water).to_have_value("unfilled")
    expect(page.get_by_text("已用1项")).to_be_visible()


def test_a_list_takes_no_full_number_from_a_browser(filled, page):
    number = Membership.objects.unscoped("tests").get(person__name="阎䶮").person.id_number
    log_in(page, "clerk")
    page.goto(f"{filled.path}members/")
    page.get_by_label("姓名或证件尾号").fill(number)
    page.get_by_role("button", name="查询").click()
    assert number not in page.url
    page.get_by_label("姓名或证件尾号").fill(number[-4:])
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("link", name="阎䶮")).to_be_visible()
