"""A long list is taken away: offered, written by the worker while the page looks on, downloaded; and one is cancelled."""

from __future__ import annotations

import io
import os

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.conftest import log_in
from tests.browser.test_pages import OVERHANG

pytestmark = pytest.mark.django_db(transaction=True)


def shot(page, name):
    if folder := os.environ.get("SHOTS"):
        for width in (1366, 360):
            page.set_viewport_size({"width": width, "height": 768})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 1366, "height": 768})
    assert page.evaluate(OVERHANG) is None


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_long_list_is_cancelled_once_and_had_once(filled, open_context, settings, request, script):
    settings.FUPIN_EXPORT_ROWS = 50
    page = open_context(java_script_enabled=script, accept_downloads=True).new_page()
    log_in(page, "clerk")
    page.goto(filled.path + "members/")
    page.get_by_role("link", name="导出Excel").click()
    expect(page.locator("form p")).to_contain_text("有 156 行，由后台生成")
    if script:
        shot(page, "offer")
    page.get_by_role("button", name="开始生成").click()
    expect(page.get_by_text("等待中")).to_be_visible()
    page.get_by_role("button", name="取消任务").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("后台任务")
    expect(page.locator("tbody tr")).to_contain_text("已取消")

    page.goto(filled.path + "members/export/")
    page.get_by_role("button", name="开始生成").click()
    page.get_by_role("link", name="后台任务").first.click()
    if script:
        shot(page, "jobs-waiting")
    request.getfixturevalue("worker")
    if not script:
        page.wait_for_timeout(1_000)
        page.reload()
    link = page.get_by_role("link", name="下载")
    expect(link).to_be_visible()
    if script:
        shot(page, "jobs")
    with page.expect_download() as download:
        link.click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    assert book.active.max_row == 3 + 156 + 1
    if script:
        page.goto(filled.path + "members/export/full/")
        shot(page, "full")
