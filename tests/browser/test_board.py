"""The dashboard in a browser: drawn, followed from a number to a household and back, printed, without script; a table built."""

from __future__ import annotations

import gzip
import io

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from fupin.access import Role
from fupin.models import RegionYear
from tests import factories as make
from tests.browser.conftest import BUNDLE, log_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_dashboard_to_a_household_and_to_a_table_of_ones_own(page, filled):
    RegionYear.objects.create(region=filled.village, year=2016)
    make.user(Role.COUNTY, filled.village.parent.parent, username="office")
    log_in(page, "office")
    page.get_by_role("link", name="数据看板").first.click()
    panel = page.locator("#category")
    expect(panel.locator("canvas")).to_be_visible()
    expect(panel.get_by_role("table")).to_be_hidden()
    # Another year beside it; the order of a table keeps it.
    page.get_by_label("与哪一年比较").select_option("2016")
    page.get_by_role("button", name="比较").click()
    expect(page.locator("#money thead a").first).to_be_visible()
    page.locator("#households thead").get_by_role("link", name="建档立卡贫困户户数").click()
    page.wait_for_url("**against=2016&sort=households.-0**")
    expect(page.locator("#households th[aria-sort=descending]")).to_have_count(1)
    # A number leads to its rows, these to a household.
    dashboard = page.url
    panel.locator("summary").click()
    panel.get_by_role("row", name="低保贫困户").locator("td a").first.click()
    expect(page.locator(".notice strong").first).to_contain_text("户")
    page.locator("tbody a").first.click()
    expect(page.locator("h1")).to_be_visible()
    page.go_back()
    page.go_back()
    assert page.url.partition("#")[0] == dashboard.partition("#")[0]
    # So does a tile; the rows are filtered further, and the way back from a household keeps that.
    page.locator(".tile", has_text="建档立卡贫困户").click()
    page.locator("#id_category").select_option(label="低保贫困户")
    page.get_by_role("button", name="查询").click()
    page.wait_for_url("**category=04**")
    filtered, shown = page.url, page.locator("tbody tr").count()
    page.locator("tbody a").first.click()
    page.wait_for_url("**/households/**")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(shown)
    assert page.url == filtered
    page.get_by_role("link", name="返回原处").click()
    expect(page.get_by_label("与哪一年比较")).to_have_value("2016")
    page.goto(dashboard)
    # Printed, the tables stand open.
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    expect(page.locator("#cause table")).to_be_visible()
    # And the drawing above them has kept its height.
    assert page.locator("#cause canvas").evaluate("canvas => canvas.height * canvas.offsetHeight") > 10_000
    page.emulate_media(media="screen")

    page.get_by_role("link", name="统计表").first.click()
    page.locator("summary", has_text="贫困户").first.click()
    page.get_by_label("建档立卡贫困户户数").check()
    page.get_by_label("脱贫率").check()
    page.get_by_role("button", name="生成统计表").click()
    table = page.locator("#statistics table")
    expect(table).to_contain_text("七里坪镇")
    # Of some households alone; from a number to its rows and back the filter is kept.
    page.locator("summary", has_text="选择行、列和筛选").click()
    page.locator("summary", has_text="筛选").last.click()
    page.get_by_label("低保贫困户", exact=True).check()
    page.get_by_label("脱贫状态", exact=True).select_option("left")
    page.get_by_role("button", name="生成统计表").click()
    said = "筛选：属性为低保贫困户；已脱贫"
    expect(page.locator("#statistics")).to_contain_text(said)
    address = page.url
    table.locator("tbody td a").first.click()
    expect(page.locator(".notice").first).to_contain_text(said)
    page.get_by_role("link", name="返回原处").click()
    assert page.url == address
    shown = table.locator("tfoot td").nth(1).get_attribute("data-value")
    page.get_by_label("把这张表保存为").fill("脱贫进度")
    page.get_by_role("button", name="保存").click()
    expect(page.locator("#statistics h2")).to_have_text("脱贫进度")
    with page.expect_download() as download:
        page.get_by_role("link", name="下载Excel").click()
    sheet = load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert "脱贫进度" in sheet["A1"].value
    total = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "合计")
    assert total[1] == float(shown)


def test_without_script_and_on_a_phone(open_context, filled):
    """The tables are open; nothing is wider than the screen, the form for a large one neither."""
    make.user(Role.COUNTY, filled.village.parent.parent, username="office")
    page = open_context(java_script_enabled=False).new_page()
    log_in(page, "office")
    page.get_by_role("link", name="数据看板").first.click()
    expect(page.locator("#category table")).to_be_visible()
    expect(page.locator("canvas")).to_have_count(0)
    here = page.url
    small = open_context(viewport={"width": 360, "height": 740}).new_page()
    log_in(small, "office")
    for query in ("", "?screen=1"):
        small.goto(here + query)
        expect(small.locator("#category canvas")).to_be_visible()
        assert small.evaluate("document.documentElement.scrollWidth") == 360


def test_the_first_page_is_light_and_charts_are_loaded_by_the_dashboard_alone(bundle, client, filled):
    """At most 150 KB travel before the first page stands."""
    size = sum(len(gzip.compress((BUNDLE / name).read_bytes())) for name in ("app.js", "app.css"))
    assert size < 150_000
    assert (BUNDLE / "charts.js").is_file()
    client.force_login(filled.clerk)
    loading = {
        path: b"charts.js" in client.get(filled.path + path).content
        for path in ("", "households/", "dashboard/", "statistics/")
    }
    assert loading == {"": False, "households/": False, "dashboard/": True, "statistics/": False}
