"""The filter of the statistics builder: its numbers counted again from the exported rosters, and the rows they lead to."""

from __future__ import annotations

import io
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from lxml import html
from openpyxl import load_workbook

from funds.enums import EnterpriseKind
from fupin.access import Role
from fupin.models import ExportLog, SavedView
from fupin.refusals import Refused
from households.models import HouseholdYear, VillageYear
from reports.figures.only import Only
from reports.figures.village import BASES
from tests import factories as make
from tests.conftest import standing
from tests.reports.oracle import plain
from tests.reports.recount import BATCHES
from tests.reports.rosters import Rosters, body
from tests.reports.support import exported, listed, region
from tests.reports.test_board_numbers import COUNTY, TOWNSHIP

pytestmark = pytest.mark.django_db

COLUMNS = (
    "poor.households", "poor.people", "left.share", "members.count", "education.households", "education.share",
    "household_funds.amount", "firms", "projects.count",
)  # fmt: skip
ASKED = "&".join(f"c={code}" for code in COLUMNS)
HERE = f"/{COUNTY}/2017/statistics/"
NOT_FILTERED = "不按户筛选"
LEFT = ("历史已脱贫", "新脱贫")


class Sheets(Rosters):
    """What a village exports, and what somebody counts of some of its households."""

    def __init__(self, client: Any, code: str) -> None:
        super().__init__(client, code)
        self.name = region(code).name
        self.partners, self.profiles, self.projects = map(self.sheet, ("partners", "villages", "projects"))
        assert self.people is not None and self.benefits is not None  # fetched here, before any test

    @property
    def is_key(self) -> bool:
        return bool(self.profiles) and self.profiles[0]["重点贫困村"] == "是"


@pytest.fixture(scope="module")
def generated(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A generated township of six villages, two of them key ones, a firm that serves all; and what each of them exports."""
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            call_command("make_county", households=48, villages=6, seed=11, stdout=io.StringIO())
            client = Client()
            client.force_login(make.user(Role.COUNTY, region(COUNTY)))
            villages = [f"42119911020{number}" for number in range(1, 7)]
            VillageYear.objects.unscoped("tests").filter(region__in=villages[:2]).update(is_key_village=True)
            firm = make.EnterpriseFactory(region=region(villages[0]), kind=EnterpriseKind.COMPANY)
            for home in HouseholdYear.objects.unscoped("tests").filter(region__in=villages, year=2017):
                make.PartnershipFactory(
                    region=home.region, household=home.household, year=2017, enterprise=firm
                )
            sheets = [Sheets(client, code) for code in villages]
        yield client, sheets


def counted(sheets: list[Sheets], wanted: Callable[[dict[str, Any]], bool] = lambda row: True) -> list[str]:
    """The columns of these villages together, of the households that are wanted."""
    homes = {row["户编号"]: row for sheet in sheets for row in sheet.households.values() if wanted(row)}
    people = sum(sheet.people[number] for sheet in sheets for number in homes)
    left = [number for number, row in homes.items() if row["脱贫状态"] in LEFT]
    given = [row for sheet in sheets for row in sheet.benefits if row["户编号"] in homes]
    taught = {row["户编号"] for row in given if row["帮扶措施"] in BATCHES["发展教育"]}
    money = [
        Fraction(str(row["金额（元）"]))
        for row in given
        if row["帮扶措施"] != "扶贫小额信贷" and row["金额（元）"] is not None
    ]
    firms = {
        row["市场主体名称"]
        for sheet in sheets
        for row in sheet.partners
        if row["户编号"] in homes and row["类型"] != "专业合作社"
    }
    projects = [row["进度"] in ("实施中", "已完成") for sheet in sheets for row in sheet.projects]

    def share(part: int) -> str:
        return plain(Fraction(part * 100, len(homes)), 1) if homes else "暂无数据"

    return [
        str(len(homes)), str(people), share(len(left)),
        str(sum(row["户编号"] in homes for sheet in sheets for row in sheet.members)),
        str(len(taught)), share(len(taught)), plain(sum(money) / 10_000, 2) if money else "暂无数据",
        str(len(firms)), str(sum(projects)) if projects else "暂无数据",  # of no row there is no ledger
    ]  # fmt: skip


def table(client: Any, query: str) -> tuple[list[str], list[list[str]], Any]:
    """Names and cells of the rows, 合计 among them, and the table."""
    section = html.fromstring(body(client.get(f"{HERE}?{query}")).decode()).get_element_by_id("statistics")
    names, cells = [], []
    for row in section.xpath(".//tbody/tr|.//tfoot/tr"):
        names.append((row.xpath("th/@data-label") or [row.xpath("td")[0].text])[0])
        cells.append([cell.get("data-text") for cell in row.xpath("td[@data-text]")])
    return names, cells, section


def dibao_that_left(row: dict[str, Any]) -> bool:
    return (
        row["贫困户属性"] in ("一般贫困户", "低保贫困户")
        and row["脱贫状态"] in LEFT
        and 2015 <= (row["脱贫年度"] or 0) <= 2017
    )


FILTER = "category=01&category=04&status=left&exit_from=2015&exit_to=2017"
SAID = "属性为一般贫困户、低保贫困户；已脱贫；2015—2017年脱贫"


def test_a_filtered_table_is_what_the_exported_rosters_say(generated: Any) -> None:
    client, sheets = generated
    names, cells, section = table(client, f"rows=villages&{ASKED}&{FILTER}")
    assert names == [*(str(region(sheet.code)) for sheet in sheets), "合计"]
    assert cells == [
        *(counted([sheet], dibao_that_left) for sheet in sheets),
        counted(sheets, dibao_that_left),
    ]
    # The filter chose some: without it the numbers are others.
    _, whole, _ = table(client, f"rows=villages&{ASKED}")
    assert whole == [*(counted([sheet]) for sheet in sheets), counted(sheets)]
    assert whole != cells and [row[-1] for row in whole] == [row[-1] for row in cells]
    assert section.xpath("p")[0].text == f"筛选：{SAID}"
    marked = [NOT_FILTERED in th.text_content() for th in section.xpath(".//thead/tr[2]/th")]
    assert marked == [code == "projects.count" for code in COLUMNS]


def test_rows_are_chosen_by_a_number_and_the_total_is_measured_over_them(generated: Any) -> None:
    """Enterprises are counted once and shares made anew, over the rows that are listed alone."""
    client, sheets = generated
    by_homes = {sheet.code: int(counted([sheet], dibao_that_left)[0]) for sheet in sheets}
    least = sorted(by_homes.values())[len(by_homes) // 2]
    chosen = [sheet for sheet in sheets if by_homes[sheet.code] >= least]
    assert 0 < len(chosen) < len(sheets)
    query = f"rows=villages&{ASKED}&{FILTER}&by=poor.households&least={least}&sort=statistics.-0"
    names, cells, _ = table(client, query)
    chosen.sort(key=lambda sheet: -by_homes[sheet.code])
    assert names == [*(str(region(sheet.code)) for sheet in chosen), "合计"]
    assert cells[-1] == counted(chosen, dibao_that_left)
    # Not what the rows come to when somebody adds them up.
    assert sum(int(row[7]) for row in cells[:-1]) > int(cells[-1][7]) > 0
    names, *_ = table(client, f"rows=villages&{ASKED}&{FILTER}&by=poor.households&most={least - 1}")
    assert len(names) - 1 == len(sheets) - len(chosen)


@pytest.mark.parametrize(("key", "is_key"), [("on", True), ("off", False)])
def test_villages_of_a_kind_alone(generated: Any, key: str, is_key: bool) -> None:
    client, sheets = generated
    some = [sheet for sheet in sheets if sheet.is_key == is_key]
    assert 0 < len(some) < len(sheets)
    for rows in ("townships", "villages", "years"):
        _, cells, _ = table(client, f"rows={rows}&{ASKED}&key={key}")
        assert (rows, cells[-1]) == (rows, counted(some))


def test_each_number_leads_to_its_rows_with_the_filter_kept(generated: Any) -> None:
    client, sheets = generated
    most = max(int(counted([sheet], dibao_that_left)[0]) for sheet in sheets) - 1
    query = f"rows=villages&{ASKED}&{FILTER}&by=poor.households&most={most}"
    _, cells, section = table(client, query)
    lines = section.xpath(".//tbody/tr|.//tfoot/tr")
    assert len(lines) > 2
    for row, told in zip((lines[0], lines[-1]), (cells[0], cells[-1]), strict=True):
        links = dict(
            zip(COLUMNS, (td.xpath("string(a/@href)") for td in row.xpath("td[@data-text]")), strict=True)
        )
        shown = dict(zip(COLUMNS, told, strict=True))
        for code in ("poor.households", "members.count", "projects.count"):
            if shown[code] in ("0", "暂无数据"):
                assert (row is lines[0], links[code]) == (True, "")
                continue
            answer = client.get(links[code], headers={"Referer": f"http://testserver{HERE}?{query}"})
            assert answer.status_code == 302  # the table's address is taken along
            page = body(client.get(answer["Location"])).decode()
            assert (code, str(listed(page)[0])) == (code, shown[code])
            notice = html.fromstring(page).xpath("//div[@class='notice']")[0]
            words = NOT_FILTERED if code == "projects.count" else SAID
            assert f"筛选：{words}" in notice.text_content()
            assert notice.xpath(".//a[contains(., '返回')]/@href") == [f"{HERE}?{query}"]
            taken = html.fromstring(page).xpath("//a[contains(., '导出Excel')]/@href")[0]
            assert str(len(exported(body(client.get(taken))))) == shown[code]
        people = body(client.get(links["poor.people"])).decode()
        assert str(listed(people)[1]) == shown["poor.people"]


def test_a_saved_table_and_its_workbook_keep_the_filter(generated: Any) -> None:
    client, sheets = generated
    query = f"rows=villages&{ASKED}&{FILTER}&filled=on"
    answer = client.post(f"/{COUNTY}/2017/views/", {"list": "statistics", "name": "低保脱贫", "query": query})
    assert SavedView.objects.get(name="低保脱贫").query == query
    _, cells, _ = table(client, answer["Location"].partition("?")[2])
    assert cells[-1] == counted(sheets, dibao_that_left)
    sheet = load_workbook(io.BytesIO(body(client.get(f"{HERE}export/?{query}")))).active
    assert sheet["A2"].value == f"填报单位：云岭县　筛选：{SAID}"
    recorded = ExportLog.objects.unscoped("tests")
    assert recorded.latest("pk").query == SAID
    # What looks like somebody's number is not put on record.
    number = make.id_number(7)
    body(client.get(f"{HERE}export/?rows=villages&{ASKED}&q={number}"))
    assert number not in recorded.latest("pk").query != ""
    assert sheet.cell(4, 1 + len(COLUMNS)).value == f"到村项目数（个，{NOT_FILTERED}）"
    total = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "合计")
    assert [plain(Fraction(str(value)), 2) for value in total[1:]] == [
        plain(Fraction(text), 2) for text in counted(sheets, dibao_that_left)
    ]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("exit_from=2017&exit_to=2015", "脱贫年度的开始年度晚于结束年度"),
        ("by=poor.households", "请填写“不少于”或“不多于”的数。"),
        ("least=3", "请选择按哪个指标筛选"),
        ("by=poor.households&least=5&most=3", "“不少于”的数大于“不多于”的数"),
        ("by=nothing&least=5", "选择一个有效的选项"),
        ("category=99", "选择一个有效的选项"),
        ("key=maybe", "选择一个有效的选项"),
    ],
)
def test_a_filter_that_cannot_be_is_said(generated: Any, more: str, words: str) -> None:
    page = body(generated[0].get(f"{HERE}?rows=villages&{ASKED}&{more}")).decode()
    assert words in html.fromstring(page).xpath("string(//div[@role='alert'])")
    assert not html.fromstring(page).xpath("//section[@id='statistics']")


@pytest.mark.parametrize(
    "word", ["x", "category.99", "exit.2015", "key.", "in.421199", "status.left-status.left"]
)
def test_an_address_that_says_no_filter_is_no_page(generated: Any, word: str) -> None:
    with pytest.raises(Refused):
        Only.of_word(word)
    client = generated[0]
    for path in ("", "export/"):
        url = f"/{TOWNSHIP}/2017/figures/poor.households/{path}?first=2017&last=2017&since=2014&only="
        assert client.get(f"{url}{word}").status_code == 404
        assert client.get(f"{url}status.left").status_code == 200


@pytest.mark.parametrize(
    "back", ["https://example.org/421199000000/2017/statistics/", "//example.org/421199000000/2017/statistics/", "/nowhere/", "x:y"]
)  # fmt: skip
def test_the_way_back_leads_to_a_table_of_the_portal(generated: Any, back: str) -> None:
    url = f"/{TOWNSHIP}/2017/figures/poor.households/"
    asked = {"first": 2017, "last": 2017, "since": 2014, "from": "statistics", "back": back}
    page = body(generated[0].get(url, asked))
    links = html.fromstring(page.decode()).xpath("//div[@class='notice']//a[contains(., '返回')]/@href")
    assert links == [f"/{TOWNSHIP}/2017/statistics/"]


def test_an_address_says_what_a_filter_is() -> None:
    for only in (
        Only(),
        Only(("01", "06"), "not", (None, 2016), "off"),
        Only(exits=(2015, None), places=("421199103",)),
        Only(places=("421199103206", "421199103207", "421199104201")),
    ):
        assert Only.of_word(only.word) == only
    assert Only(places=("421199103206", "421199103207")).word == "in.42119910320.6.7"


def test_bases_that_know_households_are_these() -> None:
    """What is told to be not filtered, and what is filtered by which path."""
    assert {base.code: base.home for base in BASES} == {
        "profile": None, "registered": "", "incomes": "", "members": "household_year__", "persons": "household_year__", "given": "home__",
        "holders": "home__", "gone": None, "partners": "home__", "entities": "home__", "works": None, "work": None,
    }  # fmt: skip


def test_bounds_are_those_of_the_number_that_is_shown(generated: Any) -> None:
    client, sheets = generated
    shares = {str(region(sheet.code)): counted([sheet])[2] for sheet in sheets}
    at = sorted(shares.values(), key=Decimal)[len(shares) // 2]
    names, *_ = table(client, f"rows=villages&{ASKED}&by=left.share&least={at}&most={at}")
    assert names[:-1] == [name for name, share in shares.items() if share == at]
