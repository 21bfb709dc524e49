"""Sums that should agree and do not are remarked, with both numbers and the way to their rows."""

import json
import re

import pytest
from django.db import connection
from lxml import html

from fupin.access import Role
from households.models import HouseholdYear
from reports.domain.reference import load_village
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.reports.support import listed, report, write_report

pytestmark = pytest.mark.django_db

CODE = "421199103206"
WINDOW = {"period": "2017", "since": 2016}


@pytest.fixture
def contradiction(world):
    """Break rows behind the portal's back: the constraints that forbid it are gone for this transaction."""

    def write(constraint, **values):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE households_householdyear DROP CONSTRAINT {constraint}")
        rows = HouseholdYear.objects.unscoped("tests").filter(pk=world.household_a.pk)
        rows.update(**values)

    make.household(world.a, size=3, status="05", exit_year=2017, category="04")
    return write


def page_of(user, client_of):
    client = client_of(user)
    page = client.get(f"/{CODE}/2017/summary/village/?since=2016").content.decode()
    return client, html.fromstring(page)


CASES = pytest.mark.parametrize(
    ("constraint", "values", "texts", "parts"),
    [
        (
            # No year of the family holds it, and it is not among those who have yet to leave.
            "household_exit_fits_status",
            {"status": "05", "exit_year": 2018},
            [
                "按脱贫年度合计1户，与建档立卡贫困户户数2户不一致，请核对。",
                "按脱贫年度合计3人，与建档立卡贫困户人数5人不一致，请核对。",
            ],
            [
                ("poor.households", "2户"), ("exited.before_2016.households", "0户"),
                ("exited.2016.households", "0户"), ("exited.2017.households", "1户"),
                ("not_exited.households", "0户"),
                ("poor.people", "5人"), ("exited.before_2016.people", "0人"),
                ("exited.2016.people", "0人"), ("exited.2017.people", "3人"), ("not_exited.people", "0人"),
            ],
        ),
        (
            # Counted twice: not yet out of poverty, and out of it in 2017.
            "household_exit_fits_status",
            {"status": "04", "exit_year": 2017},
            [
                "按脱贫年度合计3户，与建档立卡贫困户户数2户不一致，请核对。",
                "按脱贫年度合计7人，与建档立卡贫困户人数5人不一致，请核对。",
            ],
            [
                ("poor.households", "2户"), ("exited.before_2016.households", "0户"),
                ("exited.2016.households", "0户"), ("exited.2017.households", "2户"),
                ("not_exited.households", "1户"),
                ("poor.people", "5人"), ("exited.before_2016.people", "0人"),
                ("exited.2016.people", "0人"), ("exited.2017.people", "5人"), ("not_exited.people", "2人"),
            ],
        ),
        (
            "household_category_known",
            {"category": "99"},
            [
                "按贫困户属性合计1户，与建档立卡贫困户户数2户不一致，请核对。",
                "按贫困户属性合计3人，与建档立卡贫困户人数5人不一致，请核对。",
            ],
            [
                ("poor.households", "2户"), ("general.households", "0户"), ("dibao.households", "1户"),
                ("wubao.households", "0户"),
                ("poor.people", "5人"), ("general.people", "0人"), ("dibao.people", "3人"),
                ("wubao.people", "0人"),
            ],
        ),
    ],
    ids=["after the report", "twice", "no category"],
)  # fmt: skip


@CASES
def test_sums_that_do_not_agree_are_remarked(
    world, contradiction, client_of, constraint, values, texts, parts
):
    contradiction(constraint, **values)
    assert json.loads(write_report(CODE, **WINDOW))["remarks"] == texts
    text = write_report(CODE, format="text", **WINDOW)
    assert text.split("\n\n")[-1] == "\n".join(["核对提示", *texts, ""])
    standalone = html.fromstring(write_report(CODE, format="html", **WINDOW))
    assert [item.text_content() for item in standalone.iter("li")] == texts

    client, page = page_of(make.user(Role.CLERK, world.a), client_of)
    remarks = page.find_class("report__remarks")[0]
    assert remarks.xpath(".//ul[contains(@class,'remarks')]/li/span/text()") == texts
    links = [(a.get("href").split("/figures/")[1].split("/")[0], a.text_content()) for a in remarks.iter("a")]
    assert links == parts
    for link, (code, value) in zip(remarks.iter("a"), parts, strict=True):
        count, people = listed(client.get(link.get("href")).content.decode())
        assert f"{count}户" == value if code.endswith("households") else f"{people}人" == value


def test_nothing_is_remarked_where_the_sums_agree(world, contradiction, client_of):
    """The same page with the same rows, but for the broken one."""
    assert json.loads(write_report(CODE, **WINDOW))["remarks"] == []
    _client, page = page_of(make.user(Role.CLERK, world.a), client_of)
    assert page.find_class("report__remarks") == []
    assert "核对提示" not in write_report(CODE, format="text", **WINDOW)


def test_nothing_is_remarked_without_a_ledger(world, client_of):
    make.village("421199103208", "丙村")
    assert report("421199103208", **WINDOW)["remarks"] == []


def test_the_reference_village_adds_up_from_every_year_on():
    """Nothing is remarked of any sum, whatever its years; what is remarked are the contradictions of the paper."""
    load_village(WANTIANFAN)
    for since in range(2010, 2018):
        paid, carried, lent = report(CODE, period="2017", since=since)["remarks"]
        assert paid == "五保贫困户户数20户，五保供养金户数19户，两者不一致，请核对。"
        assert carried.split("的")[0] == "社会保障兜底57户128人，低保贫困户、五保贫困户40户67人，其余17户61人"
        # The loans are those since that year.
        told = re.fullmatch("市场主体带动户数26户，扶贫小额信贷户数(\\d+)户，两者不一致，请核对。", lent)
        assert (int(told[1]) == 25) == (since <= 2016)
    said = write_report(CODE, period="2017", since=2016, format="text")
    assert [line for line in said.splitlines() if line.startswith("按脱贫年度分")] == [
        "按脱贫年度分：2015年及以前脱贫9户28人、2016年脱贫11户38人、2017年脱贫46户90人。"
    ]
