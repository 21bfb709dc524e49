"""Hostile texts before a real browser: no script of theirs runs, nothing is asked of elsewhere, all of it is read.

The content policy is switched off where rows are read: with it, no script in a text would run even where one got
through. Where a wording is read it is on: then whatever got through would be told on the browser's console.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.template import engines
from playwright.sync_api import Page, expect

from fupin.access import Role
from fupin.models import ImportRun, Region
from households.models import HouseholdYear, VillageYear
from tests import factories as make
from tests.browser.conftest import log_in
from tests.hostile import CANARY, HOSTILE, SAID, is_marked
from tests.literal.pages import packs

pytestmark = pytest.mark.django_db(transaction=True)

#: Whatever waits for a look, a click or an error is given one.
PROVOKE = """() => {
  for (const element of document.querySelectorAll('main *, header *, footer *')) {
    for (const name of ['focus', 'mouseover', 'error', 'load', 'toggle', 'animationstart'])
      element.dispatchEvent(new Event(name, {bubbles: false}));
    if (element.matches('[onclick]')) element.click();
  }
}"""
UPLOADED = "<svg onload=__hit=1>A&B合作社=1+1.png"


class Reader:
    """A page that tells whether anything in it has run."""

    def __init__(self, page: Page) -> None:
        self.page, self.dialogs = page, []
        page.on("dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss()))

    def read(self, path: str = "") -> Page:
        """Open a page, or look at the one that is open; fails if a text has run."""
        if path:
            self.page.goto(path)
        assert not self.has_run(), self.page.url
        return self.page

    def has_run(self) -> bool:
        """Whether a text of somebody's has become a program."""
        self.page.evaluate(PROVOKE)
        return self.page.evaluate(f"'{CANARY}' in window") or bool(self.dialogs)


@pytest.fixture
def office(filled: Any) -> Any:
    """The reference village, with every hostile text somewhere in it."""
    village, home = filled.village, HouseholdYear.objects.unscoped("tests").filter(region=filled.village)[0]
    here = {"region": village}
    names, wide = packs(HOSTILE, 50), packs(HOSTILE, 100)
    family = make.HouseholdYearFactory(**here)
    for number, text in enumerate(HOSTILE):
        firm = make.EnterpriseFactory(**here, name=text)
        make.ProjectFactory(**here, name=text, unit=text[:10], quantity=number + 1, site=text, remark=text)
        make.PartnershipFactory(**here, enterprise=firm, household=home.household, remark=text)
        make.LedgerEntryFactory(**here, title=text, remark=text)
        make.MembershipFactory(household_year=family, person__name=text, remark=text)
        make.BenefitFactory(
            **here, household=family.household, enterprise=firm, measure="111", quantity=1, unit=text[:10],
            remark=text, on=f"2017-{1 + number // 28:02d}-{1 + number % 28:02d}",
        )  # fmt: skip
        if not is_marked(text) or text in SAID:
            make.SectionTextFactory(**here, position=100 + number, chapter="7", text=text)
    HouseholdYear.objects.unscoped("tests").filter(pk=family.pk).update(
        hamlet="<b onclick=__hit=1>", remark=wide[0]
    )
    profile = VillageYear.objects.unscoped("tests").filter(region=village)
    profile.update(position=names[0], main_industries=wide[0], main_income=wide[1])
    regions = Region.objects.unscoped("tests")
    for at, code in enumerate([village.code, village.code[:9] + "000", village.code[:6] + "000000"]):
        regions.filter(pk=code).update(name=names[at])
    county = regions.get(pk=village.code[:6] + "000000")
    make.user(Role.COUNTY, county, username="county", name=names[3], unit=wide[2])
    filled.clerk.name = names[4]
    filled.clerk.save()
    filled.run = ImportRun.objects.create(
        **here, year=2017, kind="village", file_name=wide[0], state=ImportRun.State.REFUSED, notes=list(HOSTILE),
        errors=[dict.fromkeys(("sheet", "cell", "value", "reason", "remedy"), text) for text in HOSTILE],
    )  # fmt: skip
    filled.family = family
    return filled


@pytest.fixture
def reader(office: Any, open_context: Any) -> Reader:
    """The clerk's page, without the content policy."""
    made = Reader(open_context(bypass_csp=True).new_page())
    log_in(made.page, "clerk")
    return made


def test_no_list_row_form_or_report_runs_a_text(office: Any, reader: Reader) -> None:
    reader.read(office.path)
    listed: Counter[str] = Counter()
    for number in (1, 2, 3):
        page = reader.read(f"{office.path}projects/?page={number}")
        listed.update(page.locator("tbody td.text a").all_text_contents())
    assert {text: listed[text] for text in HOSTILE} == dict.fromkeys(HOSTILE, 1)
    for name in ("villages", "households", "members", "work", "benefits", "partners", "enterprises", "texts"):
        for number in (1, 2):
            reader.read(
                f"{office.path}{name}/?page={number}&q=<svg/onload=__hit=1>"
                if number == 2
                else f"{office.path}{name}/"
            )
    page = reader.read(f"{office.path}summary/village/")
    said = page.locator("#sheet").inner_text()
    assert [
        text
        for text in ("<script>__hit=1</script>", "{{7*7}}", "=1+1", "A&B合作社", "<李>")
        if text not in said
    ] == []
    page = reader.read(f"{office.path}import/{office.run.pk}/")
    assert page.locator("tbody tr td:nth-child(4)").all_text_contents() == list(HOSTILE)
    reader.read(f"{office.path}benefits/new/")

    for text in (
        "<img src=x onerror=__hit=1>",
        "' onclick='__hit=1",
        '"><svg onload=__hit=1>',
        "javascript:__hit=1",
    ):
        reader.read(f"{office.path}projects/?page=1")
        for number in (1, 2, 3):
            reader.read(f"{office.path}projects/?page={number}")
            if reader.page.get_by_role("link", name=text, exact=True).count():
                break
        reader.page.get_by_role("link", name=text, exact=True).click()
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(f"{text}（2017年）")
        reader.read()
        reader.page.get_by_role("link", name="修改", exact=True).click()
        assert reader.read().get_by_label("项目名称").input_value() == text
        reader.page.get_by_role("button", name="保存").click()
        expect(reader.page.get_by_role("status").first).to_have_text("✓ 成功：已保存。")
        reader.page.get_by_role("link", name="修改记录").click()
        expect(reader.page.get_by_role("heading", level=1)).to_have_text(f"{text}（2017年）：修改记录")
        reader.read()


def test_a_file_is_uploaded_and_had_again_by_its_name(office: Any, reader: Reader) -> None:
    page = reader.read(f"{office.path}households/{office.family.household_id}/")
    content = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    page.get_by_label("添加附件").set_input_files(
        {"name": UPLOADED, "mimeType": "image/png", "buffer": content}
    )
    reader.read()
    page.get_by_role("button", name="上传附件").click()
    link = page.get_by_role("link", name=UPLOADED)
    expect(link).to_have_text(UPLOADED)
    reader.read()
    with page.expect_download() as download:
        link.click()
    assert download.value.path().read_bytes() == content


def test_a_wording_is_previewed_and_saved_without_running(office: Any, open_context: Any) -> None:
    reader = Reader(open_context().new_page())
    log_in(reader.page, "county")
    words = [text for text in HOSTILE if not is_marked(text) and text[0] not in "#｛"]
    text = "\n".join(["# <script>__hit=1</script>", *(f"## {word}\n{word}" for word in words)])
    page = reader.read(f"{office.path}wording/village/")
    page.locator("#id_text").fill(text)
    page.get_by_label("修改说明").fill("<img src=x onerror=__hit=1>")
    page.get_by_role("button", name="预览").click()
    expect(page.locator("#preview h3")).to_have_count(len(words))
    assert reader.read().locator("#preview h3").all_text_contents() == words
    assert page.locator("#preview section p").all_text_contents() == words
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("region", name="版本记录")).to_contain_text("<img src=x onerror=__hit=1>")
    reader.read()
    assert reader.read(f"{office.path}wording/village/until_2020/1/").locator("pre").inner_text() == text
    page = reader.read(f"{office.path}summary/village/")
    assert page.locator("#sheet h3").all_text_contents() == words


def test_without_escaping_a_text_does_run(office: Any, reader: Reader, watch: Any, monkeypatch: Any) -> None:
    """Negative control: the canary sings."""
    run = f"{office.path}import/{office.run.pk}/"
    reader.read(run)
    monkeypatch.setattr(engines["django"].engine, "autoescape", False)
    reader.page.goto(run)
    assert reader.has_run()
    # It asked for images and pages of its own, and said so aloud.
    assert watch.errors or watch.elsewhere
    watch.errors.clear()
    watch.elsewhere.clear()
