"""A project from proposal to hand-over, through four roles, with its money; and the township's summary of it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from funds.models import Payment, Project, ProjectStep
from fupin.access import Role
from fupin.models import Region
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.browser.conftest import log_in
from tests.browser.test_pages import OVERHANG, SCREENS

pytestmark = pytest.mark.django_db(transaction=True)

YEAR = WANTIANFAN.year
NAME = "三组通组路硬化"
#: A folder for pictures, for whoever wants to look at them.
PICTURES = os.environ.get("FUPIN_PICTURES")
DECLARED = {
    "name": NAME, "content": "硬化路面3.5米宽", "quantity": "1.25", "unit": "公里", "amount": "600000", "stage": "01",
    "target": "年底前硬化1.25公里，受益66户", "homes": "66", "people": "156", "site": "村主干道至三组",
    "plan_start": "2017-03-01", "plan_finish": "2017-10-31",
}  # fmt: skip
CODED = ("stage", "category", "way", "level")


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def fill(page: Page, **said: str) -> None:
    """Fill in a form's fields, by name."""
    for name, value in said.items():
        field = page.locator(f"main [name={name}]")
        if name in CODED:
            field.select_option(value)
        else:
            field.fill(value)


def save(page: Page) -> None:
    page.get_by_role("button", name="保存").first.click()


def step(page: Page, label: str, on: str, **said: str) -> None:
    """Take a step from the project's page."""
    page.get_by_role("link", name=label, exact=True).click()
    fill(page, on=on, **said)
    page.get_by_role("button", name=f"登记{label}").click()
    expect(page.locator(".notice--success")).to_contain_text(f"已登记：{label}")


def test_a_project_goes_from_proposal_to_hand_over(filled, open_context, watch):
    watch.expected.add(422)
    regions = Region.objects.unscoped("tests").in_bulk()
    code = filled.village.code
    township, county = regions[code[:9] + "000"], regions[code[:6] + "000000"]
    make.user(Role.TOWNSHIP, township, username="township", name="李干事")
    make.user(Role.DEPARTMENT, county, username="department", name="王科长")
    make.user(Role.COUNTY, county, username="county", name="陈主任")
    pages = {name: open_context().new_page() for name in ("clerk", "township", "department", "county")}
    for name, page in pages.items():
        log_in(page, name)
    base = page.url.split("/4")[0]

    def address(route: str, place: Region, **kwargs: object) -> str:
        return base + reverse(route, kwargs={"region": place.code, "year": YEAR, **kwargs})

    # The clerk enters it, forgets the type, is told, and proposes it.
    clerk = pages["clerk"]
    clerk.goto(address("projects_create", filled.village))
    fill(clerk, **DECLARED)
    save(clerk)
    expect(clerk.get_by_role("heading", level=1)).to_contain_text(NAME)
    project = Project.objects.unscoped("tests").get(name=NAME)
    home = address("projects_detail", filled.village, key=project.pk)
    clerk.get_by_role("link", name="村级申报", exact=True).click()
    fill(clerk, on="2017-02-03")
    clerk.get_by_role("button", name="登记村级申报").click()
    expect(clerk.locator("main")).to_contain_text("申报入库还缺：项目类型")
    clerk.goto(address("projects_edit", filled.village, key=project.pk))
    fill(clerk, category="1501")
    save(clerk)
    step(clerk, "村级申报", "2017-02-03")
    picture(clerk, "project-proposed")
    assert clerk.get_by_role("link", name="修改", exact=True).count() == 0

    # The township finds it on its first page, returns it, and takes it the second time.
    cadre = pages["township"]
    cadre.goto(address("overview", township))
    cadre.get_by_role("link", name=re.compile("待乡镇审核的项目")).click()
    cadre.get_by_role("link", name=NAME).click()
    picture(cadre, "project-township")
    step(cadre, "退回", "2017-02-04", reason="请写明受益户数")
    clerk.goto(home)
    step(clerk, "村级申报", "2017-02-05")
    cadre.goto(home)
    step(cadre, "乡镇审核", "2017-02-06")
    department = pages["department"]
    department.goto(home)
    step(department, "部门论证", "2017-02-10")
    office = pages["county"]
    office.goto(home)
    step(office, "县级审定入库", "2017-02-20", document="云扶组〔2017〕3号")
    step(office, "立项批复", "2017-03-01", document="云扶办〔2017〕11号", amount="600000")

    # The county has the money, and gives it to the project; the township pays.
    office.goto(address("appropriations_create", county))
    fill(
        office, document="云财农〔2017〕5号", title="关于下达2017年专项扶贫资金的通知", issued_on="2017-01-15",
        amount="1000000", level="01",
    )  # fmt: skip
    save(office)
    expect(office.get_by_role("heading", level=1)).to_contain_text("云财农〔2017〕5号")
    office.goto(home)
    office.get_by_role("link", name="安排资金").click()
    office.locator("main [name=appropriation]").select_option(index=1)
    fill(office, on="2017-03-05", amount="1000001")
    save(office)
    expect(office.locator("main")).to_contain_text("余额")
    fill(office, amount="600000")
    save(office)

    cadre.goto(home)
    step(cadre, "确定实施方式", "2017-03-20", way="01", amount="590000")
    step(cadre, "开工", "2017-04-01")
    step(cadre, "形象进度", "2017-06-01", share="55")
    cadre.get_by_role("link", name="登记支付").first.click()
    cadre.locator("main [name=allocation]").select_option(index=1)
    fill(cadre, on="2017-06-10", amount="300000", payee="云岭建筑公司", voucher="记-15")
    save(cadre)
    cadre.goto(home)
    step(cadre, "竣工", "2017-09-30")
    department.goto(home)
    step(department, "验收", "2017-10-20", document="验收〔2017〕5号")
    office.goto(home)
    step(office, "结算审计", "2017-11-20", document="审〔2017〕2号", amount="588000")
    cadre.goto(home)
    step(cadre, "确权移交", "2017-12-01", document="移交清单", reason="移交湾店村管护")
    picture(cadre, "project-done")

    for screen in SCREENS.values():
        cadre.set_viewport_size(screen)
        cadre.reload()  # a page that is only resized may still be laid out when it is asked
        assert cadre.evaluate(OVERHANG) is None
    assert cadre.get_by_role("link", name="撤销").count() == 0
    standing = ProjectStep.objects.unscoped("tests").filter(project=project, undone_at=None)
    assert standing.exclude(kind="91").count() == 12
    [paid] = Payment.objects.unscoped("tests").filter(allocation__project=project)
    assert paid.amount == 300_000
    project.refresh_from_db()
    assert project.stage == "03"

    # And the township's summary says so; its number leads to the project.
    cadre.goto(address("summary", township, kind="projects"))
    for words in ("从项目库落地项目1个", "里程1.25公里", "投资60万元", "已竣工的项目：三组通组路硬化"):
        expect(cadre.locator(".sheet")).to_contain_text(words)
    picture(cadre, "project-summary")
    cadre.get_by_role("link", name=re.compile("^1个")).first.click()
    expect(cadre.get_by_role("link", name=NAME)).to_be_visible()
