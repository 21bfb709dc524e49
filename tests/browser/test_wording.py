"""What the county office does with the wording of the summaries: edit, preview, save, have the shipped one back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from fupin.access import Role
from fupin.models import Region
from reports.models import NarrativeTemplate
from tests import factories as make
from tests.browser.conftest import log_in
from tests.browser.test_pages import AXE, OVERHANG, SCREENS

pytestmark = pytest.mark.django_db(transaction=True)

COUNTED = "全村在册建档立卡贫困户66户156人。"
OURS = "全村现有建档立卡贫困户66户156人。"


@pytest.fixture
def county(filled):
    """The office of the reference village's county."""
    code = filled.village.code[:6] + "000000"
    make.user(Role.COUNTY, Region.objects.unscoped("tests").get(code=code), username="county", name="陈主任")
    return filled


def summary_says(page, office):
    """The first paragraph of section 二 of the village's summary."""
    page.goto(office.path + "summary/village/")
    section = page.locator(".sheet section", has=page.get_by_role("heading", name="二、精准扶贫基本情况"))
    return section.locator("p").first.inner_text().partition("，")[2]


def open_editor(page, office):
    """The editor, from the menu of the village."""
    page.goto(office.path)
    page.get_by_role("link", name="总结措辞").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("村年度总结措辞")
    return page.locator("#id_text")


def edited(text):
    assert text.input_value().count("全村在册建档立卡") == 1
    return text.input_value().replace("全村在册建档立卡", "全村现有建档立卡")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_county_edits_previews_saves_and_has_the_shipped_wording_back(county, open_context, script):
    page = open_context(java_script_enabled=script).new_page()
    log_in(page, "county")
    assert summary_says(page, county) == COUNTED

    text = open_editor(page, county)
    ours = edited(text)
    text.fill(ours)
    page.get_by_role("button", name="预览").click()

    shown = page.locator("#preview .sheet p")
    expect(page.get_by_role("heading", name=re.compile("^预览：万田畈村"))).to_be_visible()
    assert [line for line in shown.all_inner_texts() if "建档立卡贫困户66户" in line] == [
        f"截至2017年底，{OURS}"
    ]
    assert text.input_value() == ours
    assert NarrativeTemplate.objects.unscoped("tests").count() == 0

    page.get_by_label("修改说明").fill("按县里的说法")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").first).to_have_text("✓ 成功：已保存为第1版，各村总结从现在起按它编写。")
    assert summary_says(page, county) == OURS

    open_editor(page, county)
    page.get_by_role("button", name="恢复系统自带措辞").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("恢复系统自带措辞")
    assert NarrativeTemplate.objects.unscoped("tests").count() == 1
    page.get_by_role("button", name="确认恢复").click()
    expect(page.get_by_role("status").first).to_have_text(
        "✓ 成功：已恢复系统自带措辞，记为第2版；各村总结从现在起按它编写。"
    )
    assert summary_says(page, county) == COUNTED

    open_editor(page, county)
    rows = page.get_by_role("region", name="版本记录").locator("tbody tr")
    told = [[row.locator("td").nth(column).inner_text() for column in (0, 1, 3)] for row in rows.all()]
    assert told == [["第2版 现用", "陈主任", "恢复系统自带措辞"], ["第1版", "陈主任", "按县里的说法"]]
    rows.nth(1).get_by_role("link", name="查看").click()
    assert page.locator("pre").inner_text() == ours.rstrip()
    page.get_by_role("button", name="恢复第1版").click()
    page.get_by_role("button", name="确认恢复").click()
    assert summary_says(page, county) == OURS


def test_a_figure_is_put_at_the_cursor_and_can_be_undone(county, page):
    log_in(page, "county")
    text = open_editor(page, county)
    text.fill("# 总结\n## 一\n共有，如上。")
    text.evaluate("field => field.setSelectionRange(12, 12)")

    page.get_by_role("button", name="{poor:户人}", exact=True).click()
    page.keyboard.type("！")

    assert text.input_value() == "# 总结\n## 一\n共有{poor:户人}！，如上。"
    page.keyboard.press("Control+Z")
    assert text.input_value() == "# 总结\n## 一\n共有，如上。"


def test_without_script_a_figure_is_there_to_be_copied(county, open_context):
    page = open_context(java_script_enabled=False).new_page()
    log_in(page, "county")
    open_editor(page, county)

    assert page.locator("code", has_text="{poor:户人}").first.is_visible()
    assert page.get_by_role("button", name="{poor:户人}", exact=True).count() == 0


def test_the_wrong_line_is_marked_and_in_view(county, page, watch):
    watch.expected = {422}
    log_in(page, "county")
    text = open_editor(page, county)
    filler = "\n".join(f"第{number}段，全村有党员{{profile.party_members:人}}。" * 3 for number in range(60))
    typed = f"# 总结\n## 一\n{filler}\n其中{{dibo:户人}}。\n{filler}"
    text.fill(typed)
    page.get_by_role("button", name="保存", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("措辞：第63行：没有“dibo”这个指标，是否应为“dibao”？")
    assert page.locator("q").inner_text() == "其中{dibo:户人}。"
    assert text.input_value() == typed
    marked = "field => field.value.slice(field.selectionStart, field.selectionEnd)"
    assert text.evaluate(marked) == "其中{dibo:户人}。"
    # The line stands in the middle of the text: so does what is seen of it.
    where = text.evaluate("field => (field.scrollTop + field.clientHeight / 2) / field.scrollHeight")
    assert round(where, 1) == 0.5


def test_leaving_with_an_unsaved_text_asks_first(county, page):
    log_in(page, "county")
    text = open_editor(page, county)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_role("link", name="首页").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("万田畈村 · 2017 年度")
    assert asked == []

    open_editor(page, county)
    text.press_sequentially("又")
    page.get_by_role("link", name="首页").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("村年度总结措辞")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("screen", SCREENS)
def test_the_editor_fits_the_screen_and_all_can_use_it(county, open_context, screen):
    page = open_context(viewport=SCREENS[screen], bypass_csp=True).new_page()
    log_in(page, "county")
    found = {}
    page.goto(county.path + "wording/village/")
    text = page.locator("#id_text")
    text.fill(edited(text))
    page.get_by_role("button", name="保存", exact=True).click()
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#preview .sheet")).to_be_visible()
    for name, path in (("preview", ""), ("version", "wording/village/until_2020/1/")):
        if path:
            page.goto(county.path + path)
        if AXE.is_file():
            page.add_script_tag(path=AXE)
            result = page.evaluate("axe.run({resultTypes: ['violations']})")
            found[name] = [
                (violation["id"], violation["nodes"][0]["html"][:200])
                for violation in result["violations"]
                if violation["impact"] in ("serious", "critical")
            ]
        assert page.evaluate(OVERHANG) is None, name
    assert found == ({"preview": [], "version": []} if AXE.is_file() else {})
