"""Household cards and collection sheets as they come out of the printer: the PDF that the browser makes of the page."""

from __future__ import annotations

import io
import re
from itertools import groupby

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader

from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)

#: A4 in points, as the browser rounds it.
A4 = (595, 842)
#: Of each sheet: the text of every cell, as it stands in the page.
CELLS = """() => Array.from(document.querySelectorAll(".paper"), (paper) =>
  Array.from(paper.querySelectorAll(".entries th, .entries td"), (cell) => cell.textContent))"""
#: Cells whose content is larger than they are, and sheets wider than the paper leaves room for.
CLIPPED = """() => Array.from(document.querySelectorAll(".paper, .entries th, .entries td"))
  .filter((box) => box.scrollWidth > box.clientWidth + 1).map((box) => box.textContent.slice(0, 40))"""
#: 210 mm without the margins, at 96 dots an inch.
ROOM = {"width": 703, "height": 1000}


def bare(text: str) -> str:
    """A text without spaces and line ends: where lines break is the browser's affair."""
    return re.sub(r"\s", "", text)


def says(paper: str, text: str) -> bool:
    """Whether a page of paper has the text: the browser's PDF writes some characters as radicals of their own."""
    return re.search("".join(f"[{re.escape(character)}⺀-⿟∕]" for character in bare(text)), paper) is not None


def printed(page) -> list[str]:
    """The text of each page of paper; each is A4, upright."""
    reader = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = {
        (round(float(sheet.mediabox.width)), round(float(sheet.mediabox.height))) for sheet in reader.pages
    }
    assert sizes == {A4}
    return [bare(sheet.extract_text()) for sheet in reader.pages]


def check(page, title: str, *, most: int, signed: bool) -> list[list[str]]:
    """That the page comes out as sheets of households, masked and without the portal's frame; their texts."""
    papers = printed(page)
    # Whose each page is, it says itself: a household's pages lie together, and it begins a page.
    whose = [re.search(r"编号(\d{10})", text) for text in papers]
    assert all(whose), "a page does not say whose it is"
    count = len({found[1] for found in whose if found})
    assert count > 2
    households = []
    for _, pages in groupby(zip(papers, whose, strict=True), key=lambda pair: pair[1][1]):
        texts = [text for text, _ in pages]
        households.append(texts)
        assert says(texts[0], f"第{len(households)}户／共{count}户")
        # The title stands on the first page alone.
        assert [says(text, title) for text in texts] == [True, *[False] * (len(texts) - 1)]
        assert len(texts) <= most
        assert says(texts[-1], "采集人（签字）户主（签字）采集日期年月日") == signed
    assert len(households) == count
    everything = "".join(papers)
    assert not re.search(r"\d{17}[\dX]|(?<!\d)1\d{10}(?!\d)", everything)
    assert re.search(r"\d{3}\*{11}\d{3}[\dX]", everything)
    frame = ("当前位置", "功能菜单", "查找", "Ctrl", "扶贫档案")
    assert not any(word in everything for word in frame)
    shown = bare(page.locator("body").inner_text())
    assert all(word in shown for word in frame if word != "功能菜单")
    return households


def intact(page, households: list[list[str]]) -> bool:
    """Every cell is on paper whole: neither broken over two pages nor cut off, in the sheet that it belongs to."""
    for texts, cells in zip(households, page.evaluate(CELLS), strict=True):
        assert [cell for cell in cells if not any(says(text, cell) for text in texts)] == []
    page.emulate_media(media="print")
    page.set_viewport_size(ROOM)
    assert page.evaluate(CLIPPED) == []
    page.emulate_media(media="null")
    return True


def test_a_group_of_the_village_is_printed_as_one_batch(filled, open_context):
    """The cards with script, then the collection sheets without."""
    page = open_context().new_page()
    log_in(page, "clerk")
    page.goto(f"{filled.path}households/?group_from=3&group_to=3")
    page.get_by_role("link", name="打印户卡").click()
    expect(page.get_by_role("button", name="打印", exact=True)).to_be_visible()
    households = check(page, "建档立卡贫困户信息卡（一户一档）", most=2, signed=False)
    assert intact(page, households)

    plain = open_context(java_script_enabled=False).new_page()
    log_in(plain, "clerk")
    plain.goto(f"{filled.path}households/?group_from=3&group_to=3")
    plain.get_by_role("link", name="打印采集表").click()
    expect(plain.get_by_role("heading", name="打印采集表")).to_be_visible()
    expect(plain.get_by_role("button", name="打印", exact=True)).to_have_count(0)
    # What stands in the page is asked of its twin with script.
    page.goto(plain.url)
    assert intact(page, check(plain, "贫困户信息采集对照表", most=4, signed=True))
