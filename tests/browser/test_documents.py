"""What an office sends on: the Word and Excel files of a summary, and those of a township in one file."""

from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from openpyxl import load_workbook
from playwright.sync_api import expect

from fupin.access import Role
from tests import factories as make
from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)

PERIOD = "summary/village/?first=2016&last=2017&since=2014"


def downloaded(page, button):
    """Name and bytes of what a button downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=button).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_clerk_takes_word_and_excel_from_the_summary(page, filled):
    log_in(page, "clerk")
    page.goto(filled.path + PERIOD)
    sheet = page.locator("#sheet")
    said = [" ".join(line.split()) for line in sheet.locator("h3, section p").all_inner_texts()]

    name, content = downloaded(page, "下载Word")

    assert name == "万田畈村精准扶贫工作总结.docx"
    title, *lines, issuer, day = [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]
    assert (title, issuer, day) == ("万田畈村精准扶贫工作总结", "七里坪镇万田畈村", "2017年12月31日")
    assert [" ".join(line.split()) for line in lines] == [line for line in said if line]

    name, content = downloaded(page, "下载Excel")

    assert name == "万田畈村精准扶贫工作总结.xlsx"
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["指标", "正文", "核对提示", "到村项目", "到户措施与资金", "指标口径"]
    *_, last = book["到村项目"].iter_rows(values_only=True)
    assert (last[0], last[6]) == ("合计", 87.9)


def test_cadre_takes_the_whole_township_in_one_file(page, filled, worker):
    make.user(Role.TOWNSHIP, filled.village.parent, username="cadre")
    log_in(page, "cadre")
    page.get_by_role("link", name="批量总结").first.click()
    expect(page.get_by_label("Word")).to_be_checked()
    page.get_by_label("Excel").check()
    page.get_by_label("工作开始年度").fill("2016")

    page.get_by_role("button", name="开始生成").click()

    # The page asks by itself until the file is there.
    expect(page.locator(".notice")).to_have_text("✓ 已生成2村，2村没有数据。")
    name, content = downloaded(page, "下载压缩文件")
    assert name == "七里坪镇各村年度总结（2016-2017年）.zip"
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = package.namelist()
        word = Document(io.BytesIO(package.read("七里坪镇/421199103206万田畈村.docx")))
    assert [name.rsplit("/")[-1] for name in names] == [
        "421199103206万田畈村.docx", "421199103206万田畈村.xlsx",
        "421199103207石桥畈村.docx", "421199103207石桥畈村.xlsx", "说明.txt",
    ]  # fmt: skip
    assert word.paragraphs[0].text == "万田畈村精准扶贫工作总结"

    page.get_by_role("link", name="再生成一批").click()
    row = page.get_by_role("region", name="我最近的批量总结").locator("tbody tr")
    expect(row).to_have_count(1)
    assert "✓ 已完成" in row.inner_text()


def test_the_progress_is_seen_without_script(open_context, filled):
    """Nobody works yet: the page waits, and a link asks again."""
    from fupin.domain.jobs import run_next_job

    make.user(Role.TOWNSHIP, filled.village.parent, username="cadre")
    page = open_context(java_script_enabled=False).new_page()
    log_in(page, "cadre")
    page.get_by_role("link", name="批量总结").first.click()
    page.get_by_role("button", name="开始生成").click()
    expect(page.locator("progress")).to_have_count(1)
    run_next_job()

    page.get_by_role("link", name="刷新").click()

    expect(page.locator("progress")).to_have_count(0)
    assert downloaded(page, "下载压缩文件")[0] == "七里坪镇各村年度总结（2017年）.zip"
