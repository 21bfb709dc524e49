"""The income of a household is added up while it is typed, and what the server says after saving is the same."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import expect

from households.income import FIELDS, IncomePart, part_of, reckon
from households.models import PovertyLine
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year
#: What is typed, and what it means: amounts that fractions of two would spoil, and more than they can hold.
TYPED = {
    "wages": ("１2,345.67元", "12345.67"), "crops": ("0.1", "0.1"), "livestock": ("0.2", "0.2"), "crops_cost": ("0", "0"),
    "other_cost": ("900,000,000.01", "900000000.01"), "dibao": ("900100000.02", "900100000.02"), "education": ("7", "7"),
}  # fmt: skip


def test_the_calculator_goes_along(office, page, watch) -> None:
    watch.expected = {422}
    PovertyLine.objects.unscoped("tests").delete()
    make.PovertyLineFactory(region=office.village.parent.parent, year=YEAR, amount="37448.66")
    home = make.household(office.village, size=3)
    log_in(page, "clerk")
    page.goto(f"{office.path}households/{home.household_id}/")
    page.get_by_role("link", name="填写收入").click()
    short, verdict = page.locator("[data-income-short]"), page.locator("[data-verdict]")
    expect(page.locator("[data-net]")).to_have_text("—")

    for name, (text, _) in TYPED.items():
        page.locator(f"[name={name}]").fill(text)
    amounts = {FIELDS[name].value: Decimal(meant) for name, (_, meant) in TYPED.items()}
    said = reckon(amounts, year=YEAR, people=3)
    assert said.net == Decimal("112345.98")
    expect(page.locator("[data-net]")).to_have_text("112,345.98")
    for part in IncomePart:
        typed = [amount for kind, amount in amounts.items() if part_of(kind, YEAR) == part]
        text = f"{sum(typed):,.2f}".removesuffix(".00") if typed else "—"
        expect(page.locator(f"[data-sum={part.name.lower()}]")).to_have_text(text)
    expect(page.locator("[data-per-head]")).to_have_text("37,448.66")
    expect(short).to_have_text("人均纯收入 37,448.66元")
    # One 分 less for all three together is not seen in what is rounded, and counts all the same.
    expect(verdict).to_contain_text("达到")
    page.locator("[name=wages]").fill("12345.66")
    expect(page.locator("[data-per-head]")).to_have_text("37,448.66")
    expect(verdict).to_contain_text("低于")
    page.locator("[name=wages]").fill("一万")
    expect(short).to_have_text("有1处金额无法识别")
    expect(page.locator("[data-net]")).to_have_text("—")

    page.locator("[name=wages]").fill(TYPED["wages"][0])
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("alert")).to_contain_text("尚未保存：有不常见的内容")
    expect(page.locator("[data-net]")).to_have_text("112,345.98")
    for tick in page.get_by_label("确认无误").all():
        tick.check()
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="家庭纯收入")).to_contain_text("112,345.98")
    expect(page.get_by_role("row", name="人均纯收入")).to_contain_text("37,448.66")
