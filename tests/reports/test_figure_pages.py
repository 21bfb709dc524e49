"""The list behind a number, its download, the definitions, and periods as a page is asked for them."""

import pytest
from lxml import html

from fupin.access import Role
from fupin.ledgers import LEDGERS
from households.enums import PovertyCategory, PovertyStatus
from reports.queries.summary import KINDS, window_of
from tests import factories as make
from tests.reports.support import exported, listed

pytestmark = pytest.mark.django_db

FIGURES = "/421199103206/2017/figures/"
SUMMARY = "/421199103206/2017/summary/village/"


@pytest.fixture
def clerk(world, client_of):
    """Of a village with three households of 2, 3 and 4, in 2016 another one of 5."""
    make.household(world.a, size=3, status=PovertyStatus.EXITED_BEFORE, exit_year=2014)
    make.household(world.a, size=4, category=PovertyCategory.WUBAO)
    make.village("421199103206", "", year=2016)
    make.household(world.a, size=5, year=2016)
    return client_of(make.user(Role.CLERK, world.a))


def said(page):
    """The number that the list is about."""
    return html.fromstring(page).xpath("//div[@class='notice']/strong/text()")


@pytest.mark.parametrize(
    ("path", "number", "rows"),
    [
        ("poor.households/", "3户9人", (3, 9)),
        ("poor.people/?first=2016&last=2017&since=2015", "3户9人", (3, 9)),
        ("exited.before_2015.people/?first=2017&last=2017&since=2015", "1户3人", (1, 3)),
        ("exited.2014.households/?since=2014", "1户3人", (1, 3)),
        ("exited.2014.households/", "1户3人", (1, 3)),
        ("dibao.households/", "0户0人", (0, 0)),
        # A filter narrows the list, not the number it is about.
        ("poor.households/?category=06", "3户9人", (1, 4)),
    ],
)
def test_the_list_and_its_download_are_the_rows(clerk, path, number, rows):
    page = clerk.get(FIGURES + path).content.decode()
    assert (said(page), listed(page)) == ([number], rows)
    code, _, query = path.partition("/")
    link = html.fromstring(page).xpath("//a[contains(@href, '/export/')]/@href")
    assert link == [f"{FIGURES}{code}/export/{query}"]
    records = exported(clerk.get(link[0]).content)
    assert (len(records), sum(record["人数"] for record in records)) == rows


def test_the_number_and_the_list_are_of_one_year(clerk):
    """An address with another year in its query than in its path would show 2017's rows under 2016's number."""
    for code in ("poor.households/", "poor.households/export/"):
        statuses = {
            last: clerk.get(f"{FIGURES}{code}?first=2015&last={last}&since=2015").status_code
            for last in (2016, 2017, 2018)
        }
        assert statuses == {2016: 404, 2017: 200, 2018: 404}


@pytest.mark.parametrize(
    "code", ["poor", "poor.houses", "exited.2013.households", "exited.before_2013.people", "profile.region"]
)
def test_an_unknown_figure_is_not_found(clerk, code):
    assert clerk.get(f"{FIGURES}{code}/?since=2014").status_code == 404


def test_a_new_query_keeps_the_period(clerk):
    page = clerk.get(f"{FIGURES}exited.2014.people/?first=2016&last=2017&since=2014").content.decode()
    hidden = html.fromstring(page).xpath("//form[@class='query']//input[@type='hidden']")
    assert [(field.name, field.value) for field in hidden] == [
        ("first", "2016"), ("last", "2017"), ("since", "2014"),
    ]  # fmt: skip
    links = html.fromstring(page).xpath("//div[@class='notice']//a/@href")
    assert links == [
        "/421199103206/2017/definitions/#exited.2014.people",
        f"{SUMMARY}?first=2016&last=2017&since=2014",
    ]


def test_numbers_of_another_year_lead_there(clerk):
    """The summary of 2016 read on 2017's pages: its numbers are 2016's, and so are the rows they lead to."""
    page = clerk.get(f"{SUMMARY}?first=2016&last=2016&since=2014").content.decode()
    links = html.fromstring(page).xpath("//*[@id='sheet']//a[contains(@href, 'poor.households')]")
    assert [(a.get("href"), a.text_content()) for a in links] == [
        ("/421199103206/2016/figures/poor.households/?first=2016&last=2016&since=2014", "1户5人")
    ]
    target = clerk.get(links[0].get("href")).content.decode()
    assert (said(target), listed(target)) == (["1户5人"], (1, 5))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("first=2018&last=2017&since=2014", "期间的开始年度2018晚于结束年度2017，请改正。"),
        ("first=2017&last=2017&since=2018", "累计开始年度2018晚于结束年度2017，请改正。"),
        ("first=x", "年度应为2000至2100之间的四位年份。"),
        ("last=1999", "年度应为2000至2100之间的四位年份。"),
        ("since=", "年度应为2000至2100之间的四位年份。"),
    ],
)
def test_a_period_that_makes_no_sense_is_told_and_the_pages_own_taken(clerk, query, message):
    response = clerk.get(f"{SUMMARY}?{query}")
    told = [str(m) for m in response.context["messages"]]
    assert (response.status_code, told) == (200, [message])
    assert response.context["summary"]["subtitle"] == "（2017年，累计自2014年）"


def test_definitions_name_every_figure(clerk, world):
    page = html.fromstring(clerk.get("/421199103206/2017/definitions/").content.decode())
    window = window_of(world.a, first=2017, last=2017, since=2014)
    bases = dict.fromkeys(base for kind in KINDS.values() for base in kind.bases)
    figures = [figure for base in bases for figure in (*base.all_figures(window), *base.listings())]
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//tbody/tr")]
    uses = {row[-1]: row[-2] for row in rows}
    assert rows == [
        [
            str(number), figure.label, figure.unit, figure.definition, figure.base.description,
            "、".join(LEDGERS[kind] for kind in figure.ledgers), uses[figure.name], figure.name,
        ]
        for number, figure in enumerate(figures, start=1)
    ]  # fmt: skip
    assert uses["poor.households"] == "村年度总结、年度总结、数据看板、年度统计表、统计表"
    assert uses["landed.count"] == "项目建设总结"
    assert uses["cause.illness.households"] == "数据看板、年度统计表、统计表"


def test_a_report_of_a_township_leads_back_with_a_sentence(world, client_of):
    client = client_of(make.user(Role.TOWNSHIP, world.township))
    response = client.get("/421199103000/2017/summary/village/", follow=True)
    assert [url for url, _ in response.redirect_chain] == ["/421199103000/2017/"]
    assert [str(m) for m in response.context["messages"]] == ["村年度总结按村编写，七里坪镇不是村。"]


def test_an_unknown_kind_of_report_is_not_found(clerk):
    assert clerk.get("/421199103206/2017/summary/fairy-tale/").status_code == 404
