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
    "项目名称": NAME, "建设内容": "硬化路面3.5米宽", "建设规模": "1.25", "单位": "公里", "投入资金": "600000",
    "绩效目标": "年底前硬化1.25公里，受益66户", "受益户数": "66", "受益人数": "156", "实施地点": "村主干道至三组",
    "计划开工日期": "2017-03-01", "计划完工日期": "2017-10-31",
}  # fmt: skip


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def step(page: Page, label: str, on: str, **said: str) -> None:
    """Take a step from the project's page."""
    page.get_by_role("link", name=label, exact=True).click()
    page.get_by_label("日期", exact=False).first.fill(on)
    for name, value in said.items():
        field = page.get_by_label(name, exact=False).first
        if name == "实施方式":
            field.select_option(label=value)
        else:
            field.fill(value)
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
    for label, value in DECLARED.items():
        clerk.get_by_label(label, exact=False).first.fill(value)
    clerk.get_by_label("进度").select_option(label="规划中")
    clerk.get_by_role("button", name="保存").first.click()
    expect(clerk.get_by_role("heading", level=1)).to_contain_text(NAME)
    project = Project.objects.unscoped("tests").get(name=NAME)
    home = address("projects_detail", filled.village, key=project.pk)
    clerk.get_by_role("link", name="村级申报", exact=True).click()
    clerk.get_by_label("日期", exact=False).first.fill("2017-02-03")
    clerk.get_by_role("button", name="登记村级申报").click()
    expect(clerk.locator("main")).to_contain_text("申报入库还缺：项目类型")
    clerk.goto(address("projects_edit", filled.village, key=project.pk))
    clerk.get_by_label("项目类型").select_option(label="1501 通村通组道路")
    clerk.get_by_role("button", name="保存").first.click()
    step(clerk, "村级申报", "2017-02-03")
    picture(clerk, "project-proposed")
    assert clerk.get_by_role("link", name="修改", exact=True).count() == 0

    # The township finds it on its first page, returns it, and takes it the second time.
    cadre = pages["township"]
    cadre.goto(address("overview", township))
    cadre.get_by_role("link", name=re.compile("待乡镇审核的项目")).click()
    cadre.get_by_role("link", name=NAME).click()
    picture(cadre, "project-township")
    step(cadre, "退回", "2017-02-04", 说明="请写明受益户数")
    clerk.goto(home)
    step(clerk, "村级申报", "2017-02-05")
    cadre.goto(home)
    step(cadre, "乡镇审核", "2017-02-06")
    department = pages["department"]
    department.goto(home)
    step(department, "部门论证", "2017-02-10")
    office = pages["county"]
    office.goto(home)
    step(office, "县级审定入库", "2017-02-20", 文号="云扶组〔2017〕3号")
    step(office, "立项批复", "2017-03-01", 文号="云扶办〔2017〕11号", 金额="600000")

    # The county has the money, and gives it to the project; the township pays.
    office.goto(address("appropriations_create", county))
    for label, value in {
        "文号": "云财农〔2017〕5号",
        "下达日期": "2017-01-15",
        "下达金额": "1000000",
    }.items():
        office.get_by_label(label, exact=False).first.fill(value)
    office.get_by_label("资金级次").select_option(label="中央")
    office.get_by_role("button", name="保存").first.click()
    office.goto(home)
    office.get_by_role("link", name="安排资金").click()
    office.get_by_label("指标", exact=False).first.select_option(index=1)
    office.get_by_label("日期", exact=False).first.fill("2017-03-05")
    office.get_by_label("金额", exact=False).first.fill("1000001")
    office.get_by_role("button", name="保存").first.click()
    expect(office.locator("main")).to_contain_text("余额")
    office.get_by_label("金额", exact=False).first.fill("600000")
    office.get_by_role("button", name="保存").first.click()

    cadre.goto(home)
    step(cadre, "确定实施方式", "2017-03-20", 实施方式="招投标", 金额="590000")
    step(cadre, "开工", "2017-04-01")
    step(cadre, "形象进度", "2017-06-01", 累计完成="55")
    cadre.get_by_role("link", name="登记支付").first.click()
    cadre.get_by_label("日期", exact=False).first.fill("2017-06-10")
    cadre.get_by_label("金额", exact=False).first.fill("300000")
    cadre.get_by_label("收款单位", exact=False).first.fill("云岭建筑公司")
    cadre.get_by_label("凭证号", exact=False).first.fill("记-15")
    cadre.get_by_role("button", name="保存").first.click()
    cadre.goto(home)
    step(cadre, "竣工", "2017-09-30")
    department.goto(home)
    step(department, "验收", "2017-10-20", 文号="验收〔2017〕5号")
    office.goto(home)
    step(office, "结算审计", "2017-11-20", 文号="审〔2017〕2号", 金额="588000")
    cadre.goto(home)
    step(cadre, "确权移交", "2017-12-01", 文号="移交清单", 说明="移交湾店村管护")
    picture(cadre, "project-done")

    for screen in SCREENS.values():
        cadre.set_viewport_size(screen)
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
    expect(cadre.locator(".sheet")).to_contain_text("从项目库落地项目1个，里程1.25公里，投资60万元")
    picture(cadre, "project-summary")
    cadre.get_by_role("link", name="1个").first.click()
    expect(cadre.get_by_role("link", name=NAME)).to_be_visible()
