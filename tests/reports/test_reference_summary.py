"""The reference village through the real import: every figure of its paper, in every format, with its rows."""

from decimal import Decimal

import pytest
from lxml import html

from fupin.access import Role
from fupin.models import ImportRun
from fupin.words import half_up
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

TITLES = [
    "一、村基本情况", "二、精准扶贫基本情况", "三、“五个一批”情况", "四、到村资金落实情况", "五、到户资金落实情况",
    "六、抓精神脱贫激发内生动力", "七、今后工作努力的方向",
]  # fmt: skip

#: (code, value, unit) of each section, in the order they are read, as the paper states them.
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
    [
        ("production.households", 66, "户"), ("production.people", 156, "人"),
        ("production.share", 100, "%"), ("firms", 3, "个"), ("firm_households.households", 26, "户"),
        ("cooperatives", 5, "个"), ("cooperative_households.households", 46, "户"),
        ("own_business.households", 11, "户"), ("workers", 39, "人"), ("relocation.households", 19, "户"),
        ("relocation.people", 20, "人"), ("relocation.share", 28.8, "%"), ("ecology.households", 1, "户"),
        ("ecology.people", 5, "人"), ("ecology.share", 1.5, "%"), ("education.households", 20, "户"),
        ("education.people", 77, "人"), ("education.share", 30.3, "%"), ("security.households", 57, "户"),
        ("security.people", 128, "人"), ("security.share", 86.4, "%"), ("houses.households", 16, "户"),
        ("rebuilt.2016.households", 10, "户"), ("rebuilt.2017.households", 6, "户"),
        ("water.households", 53, "户"), ("water_exited.2016.households", 11, "户"),
        ("water_exited.2017.households", 42, "户"),
    ],
    [
        ("projects.count", 9, "个"), ("projects.amount", 87.9, "万元"), ("projects.done", 9, "个"),
        ("projects.1.quantity", 2800, "米"), ("projects.1.amount", 10, "万元"),
        ("projects.2.quantity", 80, "盏"), ("projects.2.amount", 11.5, "万元"),
        ("projects.3.quantity", 1, "个"), ("projects.3.amount", 16, "万元"),
        ("projects.4.quantity", 58, "个"), ("projects.4.amount", 2.4, "万元"),
        ("projects.5.quantity", 3, "套"), ("projects.5.amount", 3, "万元"),
        ("projects.6.amount", 25, "万元"), ("projects.7.quantity", 2.8, "公里"),
        ("projects.7.amount", 8, "万元"), ("projects.8.amount", 4, "万元"), ("projects.9.quantity", 8, "个"),
        ("projects.9.amount", 8, "万元"),
    ],
    [
        ("dibao_pay.households", 20, "户"), ("dibao_pay.amount", 14.3, "万元"),
        ("wubao_pay.households", 19, "户"), ("wubao_pay.amount", 26.79, "万元"),
        ("rebuild.households", 12, "户"), ("rebuild.amount", 30, "万元"),
        ("renovation.households", 4, "户"), ("renovation.amount", 4, "万元"),
        ("education.households", 20, "户"), ("posts.holders", 7, "个"), ("posts.average", 5000, "元"),
        ("loan.households", 25, "户"), ("loan.each", 5, "万元"), ("loan.enterprises", "将军红山茶油、杉宝生态农业", ""),
        ("dividend.amount", 18.3, "万元"), ("solar.households", 55, "户"), ("solar.average", 3000, "元"),
        ("cattle.households", 10, "户"), ("bees.households", 1, "户"), ("livestock.amount", 7.3, "万元"),
    ],
    [
        ("work.field_meeting.times", 3, "次"), ("work.yard_meeting.times", 4, "次"),
        ("work.heads_meeting.times", 2, "次"), ("work.policy.times", 4, "次"),
        ("work.contest.times", 2, "次"), ("work.stories.times", 3, "次"),
    ],
    [
        ("poor.households", 66, "户"), ("poor.people", 156, "人"), ("planned.1.quantity", 300, "亩"),
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
    [
        ("production.households", 81, "户"), ("production.people", 259, "人"),
        ("production.share", 87.1, "%"), ("firms", 4, "个"), ("firm_households.households", 41, "户"),
        ("cooperatives", 7, "个"), ("cooperative_households.households", 61, "户"),
        ("own_business.households", 19, "户"), ("workers", 64, "人"), ("relocation.households", 12, "户"),
        ("relocation.people", 31, "人"), ("relocation.share", 12.9, "%"), ("ecology.households", 4, "户"),
        ("ecology.people", 13, "人"), ("ecology.share", 4.3, "%"), ("education.households", 29, "户"),
        ("education.people", 127, "人"), ("education.share", 31.2, "%"),
        ("security.households", 68, "户"), ("security.people", 195, "人"), ("security.share", 73.1, "%"),
        ("houses.households", 21, "户"), ("rebuilt.2017.households", 7, "户"),
        ("rebuilt.2018.households", 9, "户"), ("rebuilt.2019.households", 5, "户"),
        ("water.households", 66, "户"), ("water_exited.2015.households", 4, "户"),
        ("water_exited.2016.households", 13, "户"), ("water_exited.2017.households", 8, "户"),
        ("water_exited.2018.households", 19, "户"), ("water_exited.2019.households", 22, "户"),
    ],
    [
        ("projects.count", 7, "个"), ("projects.amount", 139.93, "万元"), ("projects.done", 6, "个"),
        ("projects.1.quantity", 5.65, "公里"), ("projects.1.amount", 46.25, "万元"),
        ("projects.2.quantity", 4600, "米"), ("projects.2.amount", 21.38, "万元"),
        ("projects.3.quantity", 114, "盏"), ("projects.3.amount", 9.12, "万元"),
        ("projects.4.quantity", 95, "平方米"), ("projects.4.amount", 12.6, "万元"),
        ("projects.5.quantity", 6, "口"), ("projects.5.amount", 5.73, "万元"),
        ("projects.6.quantity", 2, "座"), ("projects.6.amount", 13.845, "万元"),
        ("projects.7.amount", 31, "万元"),
    ],
    [
        ("dibao_pay.households", 29, "户"), ("dibao_pay.amount", 61.84, "万元"),
        ("wubao_pay.households", 14, "户"), ("wubao_pay.amount", 40.23, "万元"),
        ("rebuild.households", 14, "户"), ("rebuild.amount", 37.1, "万元"),
        ("renovation.households", 7, "户"), ("renovation.amount", 6.65, "万元"),
        ("education.households", 29, "户"), ("posts.holders", 11, "个"), ("posts.average", 4320, "元"),
        ("loan.households", 41, "户"), ("loan.each", 4, "万元"),
        ("loan.enterprises", "坳上油茶专业大户、大塘家庭农场、望溪云雾茶业、青石岭牧业", ""), ("dividend.amount", 25.65, "万元"),
        ("solar.households", 37, "户"), ("solar.average", 2450, "元"), ("cattle.households", 8, "户"),
        ("bees.households", 5, "户"), ("livestock.amount", 11.86, "万元"),
    ],
    [
        ("work.field_meeting.times", 2, "次"), ("work.yard_meeting.times", 5, "次"),
        ("work.heads_meeting.times", 3, "次"), ("work.policy.times", 2, "次"),
        ("work.contest.times", 1, "次"), ("work.training.times", 1, "次"), ("work.stories.times", 5, "次"),
    ],
    [
        ("planned.1.quantity", 620, "平方米"), ("planned.1.amount", 45, "万元"),
        ("planned.2.quantity", 480, "亩"),
    ],
]  # fmt: skip
CASES = pytest.mark.parametrize(
    ("facts", "period", "table"),
    [(WANTIANFAN, "2016..2017", REFERENCE), (OTHER_VILLAGE, "2018..2019", OTHER)],
    ids=["reference", "other"],
)
#: What does not tie, by the village's code.
REMARKS = {
    "421199103206": [
        "五保贫困户户数20户，五保供养金户数19户，两者不一致，请核对。",
        "社会保障兜底57户128人，低保贫困户、五保贫困户40户67人，其余17户61人的保障措施是：城乡居民养老保险11户43人、"
        "残疾人两项补贴2户13人、医疗救助6户18人（一户可有几项），请核对。",
        "市场主体带动户数26户，扶贫小额信贷户数25户，两者不一致，请核对。",
        "“便民小道”2800米与“通村、通组道路路基”2.8公里长度相同，是否同一工程重复登记，请核对。",
    ],
    "421198107215": [
        "低保贫困户户数31户，低保金户数29户，两者不一致，请核对。",
        "社会保障兜底68户195人，低保贫困户、五保贫困户45户101人，其余23户94人的保障措施是：城乡居民养老保险17户73人、"
        "残疾人两项补贴4户18人、医疗救助8户34人（一户可有几项），请核对。",
    ],
}


#: The columns of exported lists that hold money, and how many 元 a unit of them is.
AMOUNTS = (("金额（元）", 1), ("投入资金（万元）", 10_000))


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
    assert [code for code, value in reference.items() if other.get(code) == value] == []
    assert len(reference.keys() & other.keys()) > 90


@CASES
def test_json_is_the_table(facts, period, table):
    document = report(load(facts), period=period, since=2014)
    assert {key: value for key, value in document.items() if key != "sections"} == {
        "kind": "village",
        "region": facts.village.code,
        "period": period,
        "since": 2014,
        "remarks": REMARKS[facts.village.code],
    }
    assert [section["title"] for section in document["sections"]] == TITLES
    stated = [[(f["code"], f["value"], f["unit"]) for f in s["figures"]] for s in document["sections"]]
    assert stated == table
    figures = [figure for section in document["sections"] for figure in section["figures"]]
    assert [f["coverage"] for f in figures] == [{"covered": 1, "villages": 1}] * len(figures)
    # Of the register, a row is a household or the village; how many rows of a ledger there are is asked below.
    registered = document["sections"][0]["figures"] + document["sections"][1]["figures"]
    values = {f["code"]: f["value"] for f in registered}
    behind = {
        code: 1 if code.startswith("profile.") else values[code.replace(".people", ".households")]
        for code in values
    }
    assert {f["code"]: f["rows"] for f in registered} == behind


@CASES
def test_text_html_and_page_state_the_same_numbers_in_the_same_order(facts, period, table, client_of):
    code = load(facts)
    window = {"period": period, "since": 2014}
    sections = report(code, **window)["sections"]
    county = client_of(make.user(Role.COUNTY, region(facts.county.code)))
    response = county.get(page_url(code, period))
    page = response.content.decode()
    expected = [(s["title"], numbers_of(s["figures"])) for s in sections]
    numeric = [sum(isinstance(value, int | float) for _, value, _ in section) for section in table]
    assert [len(numbers) for _, numbers in expected] == numeric
    for stated in (
        [(s["title"], s["text"]) for s in sections],
        [s for s in sections_of_text(write_report(code, format="text", **window)) if s[0] != "核对提示"],
        [
            s
            for s in sections_of_html(write_report(code, format="html", **window), "h2")
            if s[0] != "核对提示"
        ],
        sections_of_html(sheet_of(page), "h3"),
    ):
        # A village's own words may repeat a number: in JSON a section states each once.
        assert [(title, list(dict.fromkeys(numbers_in(words)))) for title, words in stated] == [
            (title, list(dict.fromkeys(numbers))) for title, numbers in expected
        ]
    # The downloads of the page are the command's.
    for format in ("text", "json"):
        downloaded = county.get(f"{page_url(code, period)}&format={format}").content.decode()
        assert downloaded == write_report(code, format=format, **window)


@CASES
def test_html_links_each_number_of_the_page(facts, period, table, client_of):
    clerk = client_of(make.user(Role.CLERK, region(load(facts))))
    tree = html.fromstring(clerk.get(page_url(facts.village.code, period)).content.decode())
    linked = [link.get("href").split("/figures/")[1].split("/")[0] for link in tree.find_class("figure")]
    # A pair is one link, to its households; what is said again is linked again.
    expected = [
        code
        for section in table
        for code, _, _ in section
        if code.startswith("profile.") or not code.endswith(".people")
    ]
    assert list(dict.fromkeys(linked)) == list(dict.fromkeys(expected))


@pytest.mark.parametrize(
    ("facts", "period", "role"),
    [(WANTIANFAN, "2016..2017", Role.CLERK), (OTHER_VILLAGE, "2018..2019", Role.COUNTY)],
    ids=["reference", "other"],
)
def test_rows_behind_every_number_are_as_many_as_it_says(facts, period, role, client_of):
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
        if base == "profile":
            if figure["code"] in headers:
                (cell,) = (row[headers[figure["code"]]] for row in rows)
                assert cell == figure["value"]
        elif kind == "households":
            assert len({row["户编号"] for row in rows}) == figure["value"]
        elif kind == "people" and people is not None:
            assert (people, sum(row["人数"] for row in rows)) == (figure["value"], figure["value"])
        elif kind == "amount":
            sums = [sum(row[name] or 0 for row in rows) * yuan for name, yuan in AMOUNTS if name in rows[0]]
            assert [half_up(Decimal(str(total)) / 10_000, 4) for total in sums] == [
                pytest.approx(Decimal(str(figure["value"])), abs=Decimal("0.005"))
            ]
        elif kind == "times" or figure["code"] == "workers":
            assert count == figure["value"]
