"""The reference village through the real import: every figure of its paper, in every format, with its rows."""

import pytest
from lxml import html

from fupin.access import Role
from fupin.models import ImportRun
from households.interfaces.sheets import VILLAGE_SHEET
from reports.domain.reference import load_village
from reports.reference.facts import WANTIANFAN
from tests import factories as make
from tests.reports.other_village import OTHER_VILLAGE
from tests.reports.support import (
    exported,
    listed,
    numbers_in,
    numbers_of,
    region,
    report,
    sections_of_html,
    sections_of_text,
    sheet_of,
    write_report,
)

pytestmark = pytest.mark.django_db

TITLES = ["一、村基本情况", "二、精准扶贫基本情况"]

#: (code, value, unit) of sections 一 and 二, in the order they are read. Typed from the paper, not computed.
REFERENCE = [
    [
        ("profile.position", "南部", ""),
        ("profile.key_village", "非重点贫困村", ""),
        ("profile.groups", 7, "个"),
        ("profile.hamlets", 8, "个"),
        ("profile.households", 266, "户"),
        ("profile.people", 978, "人"),
        ("profile.agricultural_people", 978, "人"),
        ("profile.labour", 465, "人"),
        ("profile.away_labour", 300, "人"),
        ("profile.territory", 4500, "亩"),
        ("profile.farmland", 1350, "亩"),
        ("profile.forest", 2000, "亩"),
        ("profile.water", 110, "亩"),
        ("profile.main_industries", "花生、水稻", ""),
        ("profile.main_income", "务农、外出务工", ""),
        ("profile.party_members", 36, "人"),
        ("profile.secretaries", 1, "人"),
        ("profile.deputy_directors", 1, "人"),
        ("profile.family_planning_officers", 1, "人"),
    ],
    [
        ("poor.households", 66, "户"), ("poor.people", 156, "人"),
        ("exited.2014.households", 1, "户"), ("exited.2014.people", 5, "人"),
        ("exited.2015.households", 8, "户"), ("exited.2015.people", 23, "人"),
        ("exited.2016.households", 11, "户"), ("exited.2016.people", 38, "人"),
        ("exited.2017.households", 46, "户"), ("exited.2017.people", 90, "人"),
        ("general.households", 26, "户"), ("general.people", 89, "人"),
        ("dibao.households", 20, "户"), ("dibao.people", 47, "人"),
        ("wubao.households", 20, "户"), ("wubao.people", 20, "人"),
    ],
]  # fmt: skip
OTHER = [
    [
        ("profile.position", "西北部", ""),
        ("profile.key_village", "重点贫困村", ""),
        ("profile.groups", 5, "个"),
        ("profile.hamlets", 9, "个"),
        ("profile.households", 412, "户"),
        ("profile.people", 1603, "人"),
        ("profile.agricultural_people", 1587, "人"),
        ("profile.labour", 871, "人"),
        ("profile.away_labour", 418, "人"),
        ("profile.territory", 9720.5, "亩"),
        ("profile.farmland", 1986.4, "亩"),
        ("profile.forest", 6125.3, "亩"),
        ("profile.water", 84.7, "亩"),
        ("profile.main_industries", "茶叶、油茶、黄牛", ""),
        ("profile.main_income", "养殖、经商", ""),
        ("profile.party_members", 51, "人"),
        ("profile.secretaries", 2, "人"),
        ("profile.deputy_directors", 3, "人"),
        ("profile.family_planning_officers", 4, "人"),
    ],
    [
        ("poor.households", 93, "户"), ("poor.people", 287, "人"),
        ("exited.2014.households", 3, "户"), ("exited.2014.people", 8, "人"),
        ("exited.2015.households", 5, "户"), ("exited.2015.people", 19, "人"),
        ("exited.2016.households", 17, "户"), ("exited.2016.people", 61, "人"),
        ("exited.2017.households", 9, "户"), ("exited.2017.people", 31, "人"),
        ("exited.2018.households", 21, "户"), ("exited.2018.people", 74, "人"),
        ("exited.2019.households", 24, "户"), ("exited.2019.people", 66, "人"),
        ("not_exited.households", 14, "户"), ("not_exited.people", 28, "人"),
        ("general.households", 48, "户"), ("general.people", 186, "人"),
        ("dibao.households", 31, "户"), ("dibao.people", 82, "人"),
        ("wubao.households", 14, "户"), ("wubao.people", 19, "人"),
    ],
]  # fmt: skip
CASES = pytest.mark.parametrize(
    ("facts", "period", "table"),
    [(WANTIANFAN, "2016..2017", REFERENCE), (OTHER_VILLAGE, "2018..2019", OTHER)],
    ids=["reference", "other"],
)


def load(facts):
    assert load_village(facts).state == ImportRun.State.DONE
    return facts.village.code


def page_url(code, period):
    first, last = period.split("..")
    return f"/{code}/{last}/summary/village/?first={first}&last={last}&since=2014"


def test_every_fact_of_the_other_village_is_another_one():
    """Else a figure that never changes could pass for one that is measured."""
    reference = {code: value for section in REFERENCE for code, value, _ in section}
    other = {code: value for section in OTHER for code, value, _ in section}
    assert [code for code, value in reference.items() if other[code] == value] == []


@CASES
def test_json_is_the_table(facts, period, table):
    document = report(load(facts), period=period, since=2014)
    assert {key: value for key, value in document.items() if key != "sections"} == {
        "kind": "village",
        "region": facts.village.code,
        "period": period,
        "since": 2014,
        "remarks": [],
    }
    assert [section["title"] for section in document["sections"]] == TITLES
    stated = [[(f["code"], f["value"], f["unit"]) for f in s["figures"]] for s in document["sections"]]
    assert stated == table
    figures = [figure for section in document["sections"] for figure in section["figures"]]
    assert [f["coverage"] for f in figures] == [{"covered": 1, "villages": 1}] * len(figures)
    values = {f["code"]: f["value"] for f in figures}
    behind = {
        code: 1 if code.startswith("profile.") else values[code.replace(".people", ".households")]
        for code in values
    }
    assert {f["code"]: f["rows"] for f in figures} == behind


@CASES
def test_text_html_and_page_state_the_same_numbers_in_the_same_order(facts, period, table, client_of):
    code = load(facts)
    window = {"period": period, "since": 2014}
    sections = report(code, **window)["sections"]
    county = client_of(make.user(Role.COUNTY, region(facts.county.code)))
    response = county.get(page_url(code, period))
    page = response.content.decode()
    expected = [(s["title"], numbers_of(s["figures"])) for s in sections]
    assert [len(numbers) for _, numbers in expected] == [15, len(table[1])]
    for stated in (
        [(s["title"], s["text"]) for s in sections],
        sections_of_text(write_report(code, format="text", **window)),
        sections_of_html(write_report(code, format="html", **window), "h2"),
        sections_of_html(sheet_of(page), "h3"),
    ):
        assert [(title, numbers_in(words)) for title, words in stated] == expected
    # The downloads of the page are the command's.
    for format in ("text", "json"):
        downloaded = county.get(f"{page_url(code, period)}&format={format}").content.decode()
        assert downloaded == write_report(code, format=format, **window)


@CASES
def test_html_links_each_number_of_the_page(facts, period, table, client_of):
    clerk = client_of(make.user(Role.CLERK, region(load(facts))))
    tree = html.fromstring(clerk.get(page_url(facts.village.code, period)).content.decode())
    linked = [link.get("href").split("/figures/")[1].split("/")[0] for link in tree.find_class("figure")]
    profile, registered = ([code for code, _, _ in section] for section in table)
    # A pair is one link, to its households.
    assert linked == [*profile, *(code for code in registered if code.endswith(".households"))]


@pytest.mark.parametrize("role", [Role.CLERK, Role.COUNTY])
@CASES
def test_rows_behind_every_number_are_as_many_as_it_says(facts, period, table, role, client_of):
    code = load(facts)
    client = client_of(make.user(role, region(code if role == Role.CLERK else facts.county.code)))
    figures = [f for s in report(code, period=period, since=2014)["sections"] for f in s["figures"]]
    tree = html.fromstring(client.get(page_url(code, period)).content.decode())
    links = [link.get("href") for link in tree.find_class("report__figures")[0].iter("a")]
    assert len(links) == len(figures)
    headers = {f"profile.{column.name}": column.header for column in VILLAGE_SHEET.columns}
    for figure, url in zip(figures, links, strict=True):
        assert url.split("/figures/")[1].split("/")[0] == figure["code"]
        page = client.get(url).content.decode()
        count, people = listed(page)
        rows = exported(client.get(url.replace("/?", "/export/?")).content)
        assert (count, len(rows)) == (figure["rows"], figure["rows"])
        base, _, kind = figure["code"].rpartition(".")
        if kind == "households" and base != "profile":
            assert count == figure["value"]
        elif kind == "people" and base != "profile":
            assert (people, sum(row["人数"] for row in rows)) == (figure["value"], figure["value"])
        elif figure["code"] in headers:
            (cell,) = (row[headers[figure["code"]]] for row in rows)
            assert cell == figure["value"]
