"""What a village clerk does on a day of reporting: log in, upload, read, ask what is behind a number."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests import factories as make
from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)


def upload(page, office, path):
    """Upload a file through the menu and the page."""
    page.get_by_role("link", name="导入工作簿").first.click()
    page.get_by_label("表格种类").select_option(label="行政村年度台账")
    page.get_by_label("Excel文件").set_input_files(path)
    page.get_by_role("button", name="上传并检查").click()


def summed(page):
    """What the line above a list says, without the blanks of the layout."""
    return "".join(page.locator(".summary").text_content().split())


def test_clerk_uploads_the_workbook_and_reads_the_summary(page, office, worker):
    log_in(page, "clerk")
    expect(page).to_have_url(re.compile(re.escape(office.path) + "$"))

    upload(page, office, office.workbook)

    expect(page.locator(".facts .state")).to_have_text("? 待确认")
    page.get_by_role("button", name="确认写入（新增 865 行，变更 0 行）").click()
    expect(page.locator(".facts .state")).to_have_text("✓ 已导入")
    table = page.get_by_role("region", name="各工作表行数")
    assert table.locator("tbody tr").all_inner_texts() == [
        "村情\t1\t0\t0",
        "户\t66\t0\t0",
        "人\t156\t0\t0",
        "工作台账\t18\t0\t0",
        "措施与资金\t503\t0\t0",
        "项目\t10\t0\t0",
        "市场主体\t107\t0\t0",
        "下一步\t4\t0\t0",
    ]

    page.get_by_role("link", name="村年度总结").first.click()

    section = page.locator(".sheet section", has=page.get_by_role("heading", name="二、精准扶贫基本情况"))
    assert section.locator("p").all_inner_texts()[0] == "截至2017年底，全村在册建档立卡贫困户66户156人。"

    section.get_by_role("link", name="66户156人").click()

    banner = page.locator(".notice", has_text="这一数字背后的行")
    expect(banner.locator("strong")).to_have_text("66户156人")
    assert page.locator(".pager > span").inner_text() == "共 66 条　每页 50 条　第 1/2 页"
    assert summed(page) == "户数：66人数：156"
    assert page.locator("table.table tbody tr").count() == 50
    listed = page.url

    page.get_by_role("link", name="下一页").click()
    expect(page.locator(".pager > span")).to_have_text("共 66 条　每页 50 条　第 2/2 页")
    assert page.locator("table.table tbody tr").count() == 16
    page.go_back()
    expect(page).to_have_url(listed)

    page.get_by_role("link", name="4203206002").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("户 4203206002（2017年）")
    family = page.locator("section.panel", has=page.get_by_role("heading", name="家庭成员"))
    assert family.locator("tbody tr td:nth-child(2)").all_inner_texts() == ["崔桂佳", "阎斌强", "阎䶮"]
    page.go_back()
    expect(page).to_have_url(listed)

    page.locator("#id_category").select_option(label="五保贫困户")
    page.get_by_role("button", name="查询").click()
    expect(page.locator(".pager > span")).to_have_text("共 20 条")
    expect(banner.locator("strong")).to_have_text("66户156人")
    assert summed(page) == "户数：20人数：20"

    with page.expect_download() as download:
        page.get_by_role("link", name="导出Excel").click()
    file = download.value
    assert file.suggested_filename == "万田畈村2017年建档立卡贫困户户数明细.xlsx"
    rows = load_workbook(io.BytesIO(file.path().read_bytes())).active.iter_rows(min_row=4, values_only=True)
    kinds = [row[6] for row in rows if row[1] and str(row[1]).startswith("42")]
    assert kinds == ["五保贫困户"] * 20

    banner.get_by_role("link", name="← 返回原处").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("村年度总结")


def test_wrong_file_is_answered_with_its_cells(page, office, worker, tmp_path):
    book = load_workbook(office.workbook)
    book["户"]["F4"] = "特殊户"
    book["人"]["C5"] = "421199198711190028"
    path = tmp_path / "wrong.xlsx"
    book.save(path)
    log_in(page, "clerk")

    upload(page, office, path)

    expect(page.locator(".facts .state")).to_have_text("✗ 未导入")
    assert page.get_by_role("region", name="需要改正的单元格").locator("tbody tr").all_inner_texts() == [
        "1\t户\tF4\t特殊户\t没有“特殊户”这一项。\t是否应为“五保贫困户”？可填：一般贫困户、低保贫困户、五保贫困户。",
        "2\t人\tC5\t421***********0028\t证件号码的校验码不符，有数字录错或颠倒。\t请对照证件逐位核对后重新填写。",
    ]

    page.get_by_role("link", name="贫困户", exact=True).first.click()
    expect(page.locator("td.empty")).to_have_text("没有符合条件的数据。")


def test_a_column_is_matched_the_difference_read_taken_and_taken_back(page, filled, worker, tmp_path):
    book = load_workbook(filled.workbook)
    book["户"]["N3"] = "房子大小"
    book["户"]["N4"] = 123.5
    path = tmp_path / "changed.xlsx"
    book.save(path)
    log_in(page, "clerk")
    state = page.locator(".facts .state")

    upload(page, filled, path)
    expect(state).to_have_text("✗ 未导入")
    page.get_by_role("link", name="核对列的对应").click()
    expect(page.get_by_label("N列“房子大小”")).to_have_value("house_area")
    page.get_by_role("button", name="保存并重新检查").click()

    expect(state).to_have_text("? 待确认")
    changed = page.get_by_role("region", name="差异").locator("tbody tr")
    assert changed.all_inner_texts() == ["1\t户\t4203206001 唐文兴\t住房面积（平方米）\t52\t123.5"]
    page.goto(filled.path + "households/?q=4203206001")
    page.get_by_role("link", name="4203206001").click()
    expect(page.locator("main")).not_to_contain_text("123.5")

    page.get_by_role("link", name="导入工作簿").first.click()
    page.get_by_role("link", name="changed.xlsx").click()
    page.get_by_role("button", name="确认写入（新增 0 行，变更 1 行）").click()
    expect(state).to_have_text("✓ 已导入")
    page.get_by_role("link", name="撤销这次导入").click()
    page.get_by_role("button", name="撤销").click()
    expect(state).to_have_text("↶ 已撤销")
    page.goto(filled.path + "households/?q=4203206001")
    page.get_by_role("link", name="4203206001").click()
    expect(page.locator("main")).not_to_contain_text("123.5")


def test_everything_works_without_script(open_context, office, worker):
    page = open_context(java_script_enabled=False).new_page()
    log_in(page, "clerk")

    upload(page, office, office.workbook)

    result = page.locator(".facts .state")

    def wait(busy):
        for _ in range(100):  # the worker is quick; without script the page is asked again by hand
            if result.inner_text() != busy:
                break
            page.wait_for_timeout(200)
            page.reload()

    wait("… 正在检查")
    assert result.inner_text() == "? 待确认"
    page.get_by_role("button", name="确认写入").click()
    wait("… 正在写入")
    assert result.inner_text() == "✓ 已导入"

    page.get_by_role("link", name="查看贫困户").click()
    page.locator("#id_status").select_option(label="新脱贫")
    page.get_by_role("button", name="查询").click()

    assert page.locator(".pager > span").inner_text() == "共 46 条"
    assert summed(page) == "户数：46人数：90"
    page.get_by_role("link", name="4203206001").click()
    assert page.get_by_role("heading", level=1).inner_text() == "户 4203206001（2017年）"
    page.get_by_role("button", name="退出").click()
    assert page.get_by_role("heading", level=1).inner_text() == "登录"


def test_first_password_is_changed_before_anything_else(page, office, watch):
    watch.expected = {422}
    office.clerk.must_change_password = True
    office.clerk.save()
    log_in(page, "clerk")
    expect(page).to_have_url(re.compile("/password/$"))

    page.goto(office.path + "households/")
    expect(page).to_have_url(re.compile("/password/$"))

    page.locator("#id_old_password").fill(make.PASSWORD)
    page.locator("#id_new_password1").fill("shui-dao-hua-sheng-17")
    page.locator("#id_new_password2").fill("shui-dao-hua-sheng-17")
    page.get_by_role("button", name="保存新密码").click()

    expect(page).to_have_url(re.compile(re.escape(office.path) + "$"))
    page.goto(office.path + "households/")
    expect(page.get_by_role("heading", level=1)).to_have_text("贫困户")
