"""A form in the browser: drafts, an expired log-in, two editors, a double click, and the keyboard."""

from __future__ import annotations

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from fupin.access import Role
from fupin.models import Draft
from households.models import HouseholdYear, LedgerEntry
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in
from tests.browser.test_pages import AXE, OVERHANG, SCREENS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home(office) -> HouseholdYear:
    """A household of the office's village."""
    return make.household(office.village, year=WANTIANFAN.year)


def edit(page: Page, office, home: HouseholdYear, username: str = "clerk") -> Page:
    """Log in, and open the household's form."""
    log_in(page, username)
    page.goto(f"{office.path}households/{home.household_id}/edit/")
    return page


def status(page: Page):
    """Where the page says what has become of the draft."""
    return page.locator("[data-draft-status]")


def row(home: HouseholdYear) -> HouseholdYear:
    """The household as it stands."""
    return HouseholdYear.objects.unscoped("tests").get(pk=home.pk)


def test_a_draft_survives_a_killed_tab(office, home, open_context):
    context = open_context()
    page = edit(context.new_page(), office, home)
    page.get_by_label("备注").fill("房屋漏雨，正在登记")
    expect(status(page)).to_have_text(re.compile(r"草稿已保存 \d\d:\d\d"))
    context.close()

    page = edit(open_context().new_page(), office, home)
    expect(page.get_by_text("有未保存的草稿")).to_be_visible()
    expect(page.get_by_label("备注")).to_have_value("")
    page.get_by_role("link", name="恢复").click()
    expect(page.get_by_label("备注")).to_have_value("房屋漏雨，正在登记")
    expect(page.locator(".field__drafted")).to_have_text("草稿，尚未保存。现在的：（空）")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert (row(home).remark, Draft.objects.count()) == ("房屋漏雨，正在登记", 0)


def test_leaving_the_page_keeps_the_draft_at_once(office, home, open_context):
    page = edit(open_context().new_page(), office, home)
    page.get_by_label("备注").fill("还没停手就离开")
    page.goto(office.path)
    page.goto(f"{office.path}households/{home.household_id}/edit/?restore=1")
    expect(page.get_by_label("备注")).to_have_value("还没停手就离开")


def test_an_expired_log_in_loses_no_word(office, home, open_context, watch):
    watch.expected = {401}
    page = edit(open_context().new_page(), office, home)
    page.get_by_label("备注").fill("第一句。")
    expect(status(page)).to_contain_text("草稿已保存")
    Session.objects.all().delete()
    page.get_by_label("备注").fill("第一句。第二句。")
    expect(status(page)).to_contain_text("登录已过期")
    expect(page.get_by_label("备注")).to_have_value("第一句。第二句。")

    # Logged in again in another window, the page goes on.
    with page.expect_popup() as opened:
        status(page).get_by_role("link").click()
    popup = opened.value
    popup.get_by_label("登录名").fill("clerk")
    popup.get_by_label("密码").fill(make.PASSWORD)
    popup.get_by_role("button", name="登录").click()
    expect(popup.get_by_text("有未保存的草稿")).to_be_visible()
    popup.close()
    page.get_by_label("备注").fill("第一句。第二句。第三句。")
    expect(status(page)).to_contain_text("草稿已保存")

    # Or it is sent as it is.
    Session.objects.all().delete()
    page.get_by_label("备注").fill("第一句。第二句。第三句。第四句。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("填写的内容已经存为草稿")).to_be_visible()
    page.get_by_label("登录名").fill("clerk")
    page.get_by_label("密码").fill(make.PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("link", name="恢复").click()
    expect(page.get_by_label("备注")).to_have_value("第一句。第二句。第三句。第四句。")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert row(home).remark == "第一句。第二句。第三句。第四句。"


def test_a_lost_network_is_told_and_made_good(office, home, open_context, watch):
    context = open_context()
    page = edit(context.new_page(), office, home)
    context.set_offline(True)
    page.get_by_label("备注").fill("断网时写的")
    expect(status(page)).to_have_text("草稿未能保存（网络不通），您填写的内容还在页面上。")
    context.set_offline(False)
    page.get_by_label("备注").press("End")
    page.keyboard.type("，又通了")
    expect(status(page)).to_contain_text("草稿已保存")
    assert Draft.objects.get().typed["remark"] == ["断网时写的，又通了"]
    assert all("net::" in error for error in watch.errors)
    watch.errors.clear()


def test_two_editors(office, home, open_context, watch):
    watch.expected = {409}
    make.user(Role.TOWNSHIP, office.village.parent, username="cadre", name="李镇长")
    context = open_context(bypass_csp=True)
    clerk = edit(context.new_page(), office, home)
    cadre = edit(open_context().new_page(), office, home, "cadre")
    cadre.get_by_label("备注").fill("镇里写的")
    cadre.get_by_label("自然湾").fill("上湾")
    cadre.get_by_role("button", name="保存", exact=True).click()
    expect(cadre.get_by_text("已保存。")).to_be_visible()

    clerk.get_by_label("备注").fill("村里写的")
    clerk.get_by_role("button", name="保存", exact=True).click()
    summary = clerk.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("listitem")).to_have_text([
        "自然湾：已换成上湾", "备注：您填的是村里写的，现在的是镇里写的",
    ])  # fmt: skip
    expect(clerk.get_by_label("备注", exact=True)).to_have_value("村里写的")
    expect(clerk.get_by_text("李镇长 于")).to_have_count(2)
    for screen in SCREENS.values():
        clerk.set_viewport_size(screen)
        assert clerk.evaluate(OVERHANG) is None
    assert serious(clerk) == []
    clerk.get_by_label("用上面框里的").check()
    clerk.get_by_role("button", name="保存", exact=True).click()
    expect(clerk.get_by_text("已保存。")).to_be_visible()
    stands = row(home)
    assert (stands.remark, stands.hamlet) == ("村里写的", "上湾")


def serious(page: Page) -> list[str]:
    """What axe finds serious."""
    if not AXE.is_file():
        pytest.skip("NO ACCESSIBILITY TEST: axe-core is not installed (npm ci)")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [each["id"] for each in found if each["impact"] in ("serious", "critical")]


def test_the_page_of_a_draft_is_accessible(office, home, open_context):
    page = edit(open_context(bypass_csp=True).new_page(), office, home)
    page.get_by_label("备注").fill("一半")
    page.get_by_role("button", name="暂存草稿").click()
    expect(page.get_by_text("已恢复草稿，尚未保存")).to_be_visible()
    assert serious(page) == []
    page.goto(page.url.partition("?")[0])
    assert serious(page) == []
    page.get_by_role("button", name="放弃").click()
    expect(page.get_by_text("草稿已放弃。")).to_be_visible()


def test_a_double_click_saves_once(office, open_context):
    page = open_context().new_page()
    log_in(page, "clerk")
    page.goto(f"{office.path}work/new/")
    page.get_by_label("日期").fill("2017-05-06")
    page.get_by_label("类别").select_option("102")
    page.get_by_role("button", name="保存", exact=True).dblclick()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert LedgerEntry.objects.unscoped("tests").count() == 1


# --- the keyboard ------------------------------------------------------------------------------------------

#: Enter as an input method sends it while it composes, in both ways that browsers say so.
COMPOSING = """(field, how) => {
  const event = new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true, isComposing: how === "flag"});
  if (how === "code") Object.defineProperty(event, "keyCode", {value: 229});
  return field.dispatchEvent(event);
}"""


def test_enter_moves_on_and_never_while_one_composes(office, home, open_context):
    page = edit(open_context().new_page(), office, home)
    group, hamlet = (page.get_by_label(label, exact=True) for label in ("村民小组", "自然湾"))
    group.focus()
    page.keyboard.press("Enter")
    expect(hamlet).to_be_focused()
    for how in ("flag", "code"):
        assert hamlet.evaluate(COMPOSING, how) is True, "Enter of the input method was taken"
        expect(hamlet).to_be_focused()
    page.keyboard.press("Enter")
    expect(hamlet).not_to_be_focused()
    page.keyboard.press("Shift+Enter")
    expect(hamlet).to_be_focused()
    # A text of several lines keeps its Enter.
    remark = page.get_by_label("备注")
    remark.focus()
    page.keyboard.type("一")
    page.keyboard.press("Enter")
    page.keyboard.type("二")
    if remark.evaluate("field => field.tagName") == "TEXTAREA":
        expect(remark).to_have_value("一\n二")


def test_control_s_saves(office, home, open_context):
    page = edit(open_context().new_page(), office, home)
    page.get_by_label("自然湾").fill("下湾")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert row(home).hamlet == "下湾"


def test_what_is_wrong_is_said_first_and_beside_the_field(office, home, open_context, watch):
    watch.expected = {422}
    page = edit(open_context().new_page(), office, home)
    page.get_by_label("联系电话").fill("１２３")
    page.get_by_label("自然湾").focus()
    expect(page.get_by_label("联系电话")).to_have_value("123")
    page.keyboard.press("Control+s")
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="联系电话").click()
    field = page.get_by_label("联系电话")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby")
    assert page.locator(f"#{described.split()[-1]}").inner_text() != ""
    assert page.get_by_label("自然湾").get_attribute("aria-invalid") is None


def test_choices_are_made_by_code_and_by_first_sounds(office, home, open_context):
    page = edit(open_context().new_page(), office, home)
    category = page.get_by_label("贫困户属性")
    options = category.evaluate("field => Array.from(field.options, o => [o.value, o.text])")
    code, text = options[-1]
    assert text.startswith(f"{code} ")
    category.focus()
    page.keyboard.type(code)
    expect(category).to_have_value(code)
    keys = category.evaluate(
        "(field, code) => Array.from(field.options).find(o => o.value !== code && o.value).dataset.keys", code
    )
    other, initials = keys.split(" ")[:2]
    page.wait_for_timeout(1600)  # what was typed is forgotten
    page.keyboard.type(initials)
    expect(category).to_have_value(other)


def test_what_is_unlikely_is_ticked_before_it_is_saved(office, open_context, watch):
    watch.expected = {422}
    page = open_context(bypass_csp=True).new_page()
    log_in(page, "clerk")
    page.goto(f"{office.path}projects/new/")
    page.get_by_label("项目名称").fill("文化广场")
    page.locator("[name=stage]").select_option("03")
    page.get_by_label("投入资金").fill("16")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("alert")).to_be_focused()
    assert serious(page) == []
    page.get_by_label("确认无误").check()
    page.keyboard.press("Control+s")
    expect(page.get_by_text("已保存。")).to_be_visible()
