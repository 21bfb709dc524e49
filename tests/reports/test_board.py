"""The dashboard and the statistics builder: every number counted again from the exported rosters, and where it leads."""

from __future__ import annotations

import io
import re
from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html
from openpyxl import load_workbook

from fupin.access import Role
from fupin.models import RegionYear, SavedView
from households.enums import PovertyStatus
from tests import factories as make
from tests.conftest import A
from tests.reports.oracle import plain
from tests.reports.recount import BATCHES
from tests.reports.support import exported, listed, region

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP, LONELY = "421199000000", "421199110000", "421199104201"
YEARS = range(2014, 2018)
UNCOUNTED = (
    "教育资助",
    "医疗报销",
    "住房补助",
    "产业奖补",
    "金融贴息",
    "临时救助",
    "保险赔付",
    "其他残疾",
    "慰问",
    "短期抚恤",
    "三年以内",
)
BANDS = {
    "3000元以下": (None, 3000), "3000—4000元": (3000, 4000), "4000—6000元": (4000, 6000), "6000—10000元": (6000, 10000),
    "10000元及以上": (10000, None),
}  # fmt: skip


@pytest.fixture
def county(db: None) -> None:
    """A generated township, and one whose only village has households and nothing else."""
    call_command("make_county", households=40, villages=5, seed=7, stdout=io.StringIO())
    lonely = make.village(LONELY, "远村")
    make.household(lonely, size=3)
    make.household(lonely, size=4, category="04", status=PovertyStatus.EXITED_THIS_YEAR, exit_year=2017)


@pytest.fixture
def officer(county: None, client_of: Any) -> Any:
    return client_of(make.user(Role.COUNTY, region(COUNTY)))


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


class Rosters:
    """What a place exports, and what somebody counts in it who has only the sheets."""

    def __init__(self, client: Any, code: str) -> None:
        def rows(name: str, year: int = 2017) -> list[dict[str, Any]]:
            return exported(body(client.get(f"/{code}/{year}/{name}/export/")))

        self.households, self.members = rows("households"), rows("members")
        self.projects, self.income = rows("projects"), rows("income")
        # What was given has accumulated since the programme began.
        self.benefits = [row for year in YEARS for row in rows("benefits", year)]
        self.people = Counter(row["户编号"] for row in self.members)

    def homes(self, **said: Any) -> list[str]:
        """How many households and people a column says something of."""
        return self.pair(
            row["户编号"]
            for row in self.households
            if all(row[name] == value for name, value in said.items())
        )

    def pair(self, numbers: Any) -> list[str]:
        """How many households these are, and their people."""
        homes = set(numbers)
        return [str(len(homes)), str(sum(self.people[number] for number in homes))]

    def given(self, *measures: str) -> list[str]:
        return self.pair(row["户编号"] for row in self.benefits if row["帮扶措施"] in measures)

    def members_by(self, name: str, blank: str, labels: list[str]) -> dict[str, list[str]]:
        counted = Counter(row[name] or blank for row in self.members)
        return {label: [str(counted[label])] for label in labels}

    def money(self, *measures: str, but: tuple[str, ...] = ()) -> str:
        amounts = [
            Fraction(str(row["金额（元）"]))
            for row in self.benefits
            if row["金额（元）"] is not None and (row["帮扶措施"] in measures or not measures)
            if row["帮扶措施"] not in but
        ]
        return plain(sum(amounts) / 10_000, 2) if amounts else "暂无数据"

    def stage(self, *stages: str) -> list[str]:
        found = [row for row in self.projects if row["进度"] in stages]
        amounts = [
            Fraction(str(row["投入资金（万元）"])) for row in found if row["投入资金（万元）"] is not None
        ]
        # What is not known of any is not 0.
        return [str(len(found)), plain(sum(amounts), 2) if amounts else "暂无数据"]

    def per_head(self) -> dict[str, Fraction | None]:
        found = {}
        for row in self.income:
            known = [
                (-1 if "支出" in name else 1) * Fraction(str(value))
                for name, value in row.items()
                if name.endswith("（元）") and not name.startswith(UNCOUNTED) and value is not None
            ]
            people = self.people[row["户编号"]]
            found[row["户编号"]] = sum(known) / people if known and people else None
        return found


def said(page: bytes) -> dict[str, dict[str, list[str]]]:
    """The tables of a dashboard: by panel and the row's name, its cells; 合计 among them."""
    found = {}
    for section in html.fromstring(page.decode()).xpath("//section[@id][.//table]"):
        found[section.get("id")] = {
            row.xpath("(th|td)[1]/@data-label|(td)[1]/text()")[0]: [
                cell.get("data-text") for cell in row.xpath("td[@data-text]")
            ]
            for row in section.xpath(".//tbody/tr|.//tfoot/tr")
        }
    return found


def share(part: str, whole: str) -> str:
    return plain(Fraction(int(part) * 100, int(whole)), 1)


def charts_of(rosters: Rosters) -> dict[str, dict[str, list[str]]]:
    """The charts' tables, from the sheets."""
    whole = rosters.homes()
    by_head = rosters.per_head()
    incomes = {
        label: rosters.pair(
            number
            for number, amount in by_head.items()
            if amount is not None and (low is None or amount >= low) and (high is None or amount < high)
        )
        for label, (low, high) in BANDS.items()
    }
    everybody = {"合计": [str(len(rosters.members))]}
    return {
        "category": {
            **{name: rosters.homes(贫困户属性=name) for name in ("一般贫困户", "低保贫困户", "五保贫困户")}, "合计": whole,
        },
        "status": {
            **{name: rosters.homes(脱贫状态=name) for name in ("返贫", "历史已脱贫", "未脱贫", "新脱贫")}, "合计": whole,
        },
        "exited": {
            "2013年及以前脱贫": rosters.pair(
                row["户编号"] for row in rosters.households if row["脱贫年度"] and row["脱贫年度"] < 2014
            ),
            **{f"{year}年脱贫": rosters.homes(脱贫年度=year) for year in YEARS},
        },
        "cause": {
            **{
                name: rosters.homes(主要致贫原因=name)
                for name in (
                    "因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳动力", "缺资金", "交通条件落后", "自身发展动力不足",
                )
            },
            "未填": rosters.homes(主要致贫原因=None), "合计": whole,
        },
        "income": {
            **incomes, "未登记": rosters.pair(number for number, amount in by_head.items() if amount is None),
            "合计": whole,
        },
        "health": {
            **rosters.members_by("健康状况", "未填", ["健康", "长期慢性病", "患有大病", "残疾", "未填"]), **everybody,
        },
        "batches": {
            name: rosters.given(*measures)
            for name, measures in zip(
                ("发展生产脱贫", "易地扶贫搬迁", "生态补偿脱贫", "发展教育", "社会保障兜底"), BATCHES.values(), strict=True
            )
        },
        "stages": {name: rosters.stage(name) for name in ("规划中", "实施中", "已完成", "已终止")},
    }  # fmt: skip


def places_of(rosters: Rosters) -> dict[str, list[str]]:
    """A place's row in each of the tables of places, from the sheets."""
    poor, left = rosters.homes(), rosters.pair(
        row["户编号"] for row in rosters.households if row["脱贫状态"] in ("历史已脱贫", "新脱贫")
    )  # fmt: skip
    open_ = rosters.pair(row["户编号"] for row in rosters.households if row["脱贫状态"] in ("未脱贫", "返贫"))
    return {
        "households": [
            *poor, open_[0], left[0], share(left[0], poor[0]), rosters.homes(贫困户属性="低保贫困户")[0],
            rosters.homes(贫困户属性="五保贫困户")[0],
            str(sum(row["务工情况"] is not None for row in rosters.members)),
        ],
        "measures": [rosters.given(*measures)[0] for measures in BATCHES.values()],
        "money": [
            rosters.money(but=("扶贫小额信贷",)), rosters.money("金融扶贫分红"), rosters.money("公益性岗位"),
            *rosters.stage("实施中", "已完成"),
        ],
    }  # fmt: skip


NOTHING = {"measures": ["暂无数据"] * 5, "money": ["暂无数据"] * 5}


def of_one(cells: list[str]) -> list[str]:
    """A village's cells; sheets do not say whether what has no rows has a ledger (tests/reports/test_ledger_states.py)."""
    return ["0" if text == "暂无数据" else text for text in cells]


def test_every_number_is_what_the_exported_rosters_say(officer: Any) -> None:
    page = body(officer.get(f"/{COUNTY}/2017/dashboard/"))
    shown, rosters = said(page), Rosters(officer, COUNTY)
    for code, expected in charts_of(rosters).items():
        assert (code, shown[code]) == (code, expected)
    generated = Rosters(officer, TOWNSHIP)
    lonely = places_of(Rosters(officer, "421199104000")) | NOTHING
    for code, row in places_of(generated).items():
        assert (code, shown[code]["白岩店镇"]) == (code, row)
        assert (code, shown[code]["421199104000地区"]) == (code, lonely[code])
        assert (code, shown[code]["合计"]) == (code, places_of(rosters)[code])
    # A village without such ledgers is no 0, and its county says of how many villages it speaks.
    assert "覆盖5/6村" in page.decode()
    assert shown["ledgers"]["建档立卡户"] == ["6", "0"]
    below = said(body(officer.get(f"/{TOWNSHIP}/2017/dashboard/")))
    for village in ("421199110201", "421199110204"):
        for code, row in places_of(Rosters(officer, village)).items():
            assert (code, of_one(below[code][str(region(village))])) == (code, of_one(row))
    alone = said(body(officer.get("/421199110203/2017/dashboard/")))
    assert {*alone} & {"households", "measures", "money", "ledgers", "submissions"} == set()
    for code, expected in charts_of(Rosters(officer, "421199110203")).items():
        for name, row in expected.items():
            assert (code, name, of_one(alone[code][name])) == (code, name, of_one(row))


def test_each_number_leads_to_so_many_rows(officer: Any) -> None:
    """Of each panel the greatest number that leads somewhere; lists of other pages are those pages' matter."""
    tree = html.fromstring(body(officer.get(f"/{COUNTY}/2017/dashboard/")).decode())
    wanted = []
    for section in tree.xpath("//section[@id][.//table]"):
        cells = [cell for cell in section.xpath(".//tbody//td[a]") if cell.get("data-value")]
        if cells:
            cell = max(cells, key=lambda cell: Fraction(cell.get("data-value")))
            column = cell.getparent().index(cell)
            unit = " ".join(section.xpath(f".//thead/tr[last()]/th[{column + 1}]")[0].itertext())
            name = cell.getparent().xpath("th")[0].get("data-label")
            wanted.append((section.get("id"), name + unit, cell.get("data-text"), cell.xpath("a/@href")[0]))
    assert len(wanted) >= 12
    for panel, named, text, url in wanted:
        page = body(officer.get(url)).decode()
        if panel in ("ledgers", "submissions", "lamps"):
            continue
        rows, people = listed(page)
        if "万元" in named or "（万元）" in named:
            assert re.search(rf"\D{re.escape(text)}\d*万元", html.fromstring(page).text_content()), (
                panel,
                url,
            )
        elif ".people/" in url and panel != "batches":
            assert (panel, str(people)) == (panel, text)
        elif panel in ("batches", "measures"):
            told = (
                html.fromstring(page)
                .xpath("//dl[@class='summary']/div[contains(., '享受户数')]")[0]
                .text_content()
            )
            assert (panel, told.partition("：")[2].strip()) == (panel, text) or ".people/" in url
        else:
            assert (panel, str(rows)) == (panel, text), url


def test_a_table_of_places_stands_in_the_order_of_a_column(officer: Any) -> None:
    def order(sort: str) -> list[str]:
        page = html.fromstring(body(officer.get(f"/{TOWNSHIP}/2017/dashboard/?sort={sort}")).decode())
        rows = page.xpath("//section[@id='money']//tbody/tr")
        return [row.xpath("td[1]/@data-value")[0] for row in rows]

    up, down = order("money.0"), order("money.-0")
    known = [Fraction(value) for value in up if value]
    assert known == sorted(known) and len({*known}) > 1
    assert [Fraction(value) for value in down if value] == known[::-1]
    # Blanks are last either way.
    assert up.count("") == down.count("") and all(
        order[len(known) :] == [""] * up.count("") for order in (up, down)
    )


def cells_of_page(page: str, panel: str) -> list[list[str]]:
    section = html.fromstring(page).get_element_by_id(panel)
    return [
        [cell.get("data-value") or cell.get("data-text") for cell in row.xpath("td[@data-text]")]
        for row in section.xpath(".//tbody/tr|.//tfoot/tr")
    ]


def cells_of_book(sheet: Any, header: int, columns: int) -> list[list[Any]]:
    rows = []
    for row in sheet.iter_rows(min_row=3 + header):
        if str(row[0].value).startswith("填报人"):
            break
        rows.append(list(row[1 : columns + 1]))
    return rows


@pytest.mark.parametrize("panel", ["category", "money", "years"])
def test_a_download_is_the_table_of_the_page(officer: Any, panel: str) -> None:
    shown = cells_of_page(body(officer.get(f"/{COUNTY}/2017/dashboard/")).decode(), panel)
    book = load_workbook(io.BytesIO(body(officer.get(f"/{COUNTY}/2017/dashboard/{panel}/"))))
    found = cells_of_book(book.active, 1, len(shown[0]))
    assert len(found) == len(shown)
    for told, cells in zip(shown, found, strict=True):
        assert [
            cell.value if isinstance(cell.value, str) else f"{Fraction(str(cell.value))}" for cell in cells
        ] == [text if text == "暂无数据" else f"{Fraction(text)}" for text in told]
    assert re.match(r"云岭县2017年", book.active["A1"].value)
    assert len(defined_in(book)) == {"category": 4 * 2, "money": len(shown[0]), "years": len(shown)}[panel]


def defined_in(book: Any) -> list[str]:
    """Codes of the sheet 指标口径; each is led to by a heading of its name, and leads to the portal's page."""
    told = book["指标口径"]
    by_row = {row[0].row: [cell.value for cell in row] for row in told.iter_rows(min_row=4)}
    headings = [cell for row in book.active.iter_rows() for cell in row if cell.hyperlink]
    assert headings
    for cell in headings:
        label, unit, *_ = by_row[int(cell.hyperlink.location.rpartition("A")[2])]
        # A row of a chart is called after what it is one of: 低保贫困户 for 低保贫困户户数, 因病 for 主要致贫原因：因病户数.
        assert cell.value in (label, f"{label}（{unit}）") or cell.value in label or cell.value == "合计"
    codes = [row[-1] for row in by_row.values()]
    links = [told.cell(row, 5).hyperlink.target for row in by_row]
    assert links == [f"http://testserver/{COUNTY}/2017/definitions/#{code}" for code in codes]
    return codes


COLUMNS = "c=profile.people&c=poor.households&c=poor.people&c=left.share&c=dividend.amount&c=projects.amount"


def test_statistics_have_a_header_of_two_rows_on_the_page_and_in_the_book(officer: Any) -> None:
    query = f"rows=townships&{COLUMNS}"
    page = body(officer.get(f"/{COUNTY}/2017/statistics/?{query}")).decode()
    section = html.fromstring(page).get_element_by_id("statistics")
    groups = [(th.text, int(th.get("colspan"))) for th in section.xpath(".//thead/tr[1]/th[@colspan]")]
    assert groups == [("村情", 1), ("贫困户", 3), ("到户措施", 1), ("到村项目", 1)]
    shown = cells_of_page(page, "statistics")
    sheet = load_workbook(io.BytesIO(body(officer.get(f"/{COUNTY}/2017/statistics/export/?{query}")))).active
    assert {str(merged) for merged in sheet.merged_cells.ranges} >= {"A1:G1", "A3:A4", "C3:E3"}
    assert [cell.value for cell in sheet[3]][:3] == ["乡镇", "村情", "贫困户"]
    assert [cell.value for cell in sheet[4]][1:4] == [
        "总人口（人）",
        "建档立卡贫困户户数（户）",
        "建档立卡贫困户人数（人）",
    ]
    found = cells_of_book(sheet, 2, 6)
    assert defined_in(sheet.parent) == [part.removeprefix("c=") for part in COLUMNS.split("&")]
    assert [[cell.number_format for cell in row] for row in found][0] == [
        "0",
        "0",
        "0",
        "0.0",
        "0.00",
        "0.00",
    ]
    for told, cells in zip(shown, found, strict=True):
        assert [
            cell.value if isinstance(cell.value, str) else Fraction(str(cell.value)) for cell in cells
        ] == [text if text == "暂无数据" else Fraction(text) for text in told]
    assert "暂无数据" in [cell.value for row in found for cell in row]


def test_years_as_rows_are_each_the_years_own(officer: Any) -> None:
    page = body(officer.get(f"/{COUNTY}/2017/statistics/?rows=years&{COLUMNS}")).decode()
    whole = body(officer.get(f"/{COUNTY}/2017/statistics/?rows=townships&{COLUMNS}")).decode()
    assert cells_of_page(page, "statistics")[-1] == cells_of_page(whole, "statistics")[-1]


def test_a_table_is_saved_shown_again_and_removed(world: Any, personas: Any, client_of: Any) -> None:
    client, here = client_of(personas["county"]), f"/{COUNTY}/2017/"
    query = f"rows=villages&{COLUMNS}"
    answer = client.post(f"{here}views/", {"list": "statistics", "name": "月报", "query": query})
    view = SavedView.objects.get(name="月报")
    assert answer.status_code == 302 and answer["Location"].startswith(f"{here}statistics/?")
    page = body(client.get(answer["Location"])).decode()
    assert html.fromstring(page).xpath("//section[@id='statistics']//h2")[0].text == "月报"
    # Another's view is not shown: neither in the list, nor by its key.
    foreign = body(client_of(personas["leader"]).get(f"{here}statistics/?{query}&view={view.pk}")).decode()
    assert "月报" not in foreign
    assert (
        client_of(personas["leader"]).post(f"{here}views/{view.pk}/", {"what": "remove"}).status_code == 404
    )
    assert client.post(f"{here}views/{view.pk}/", {"what": "remove"}).status_code == 302
    assert not SavedView.objects.filter(pk=view.pk).exists()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("dashboard/?sort=households.x", ""),
        ("dashboard/?sort=households.99&against=abc", ""),
        ("dashboard/?sort=households.²&against=²", ""),
        ("dashboard/?sort=.&against=99999999999999999999&screen=2", ""),
        ("statistics/?rows=villages&c=nothing", "没有“nothing”这个指标。"),
        ("statistics/?rows=villages", "请至少选择一个指标。"),
        ("statistics/?rows=nowhere&c=poor.people", "选择一个有效的选项"),
        ("statistics/?rows=townships&c=poor.people&view=²&sort=x.²&q=%00", ""),
        ("statistics/?rows=townships&c=poor.people&view=99999999999999999999", ""),
        ("statistics/?rows=townships&c=profile.position", "没有“profile.position”这个指标。"),
    ],
)
def test_a_hostile_address_ends_in_words(
    world: Any, personas: Any, client_of: Any, path: str, words: str
) -> None:
    assert words in body(client_of(personas["county"]).get(f"/{COUNTY}/2017/{path}")).decode()


def test_what_does_not_fit_is_said(world: Any, personas: Any, client_of: Any) -> None:
    from reports.interfaces.statistics_form import choices_of

    clerk = client_of(personas["clerk_a"])
    assert (
        "选择一个有效的选项" in body(clerk.get(f"/{A}/2017/statistics/?rows=villages&c=poor.people")).decode()
    )
    place = type("Place", (), {"region": world.county, "year": 2017})()
    codes = [figure.code for _, figures in choices_of(place) for figure in figures][:41]
    query = "&".join(f"c={code}" for code in codes)
    page = body(
        client_of(personas["county"]).get(f"/{COUNTY}/2017/statistics/?rows=townships&{query}")
    ).decode()
    assert "一张表最多40列，现在选了41列。" in page
    assert clerk.get(f"/{A}/2017/dashboard/nothing/").status_code == 404
    assert clerk.get(f"/{A}/2017/dashboard/households/").status_code == 404  # a village has no places below


def test_another_year_is_compared_in_words(world: Any, personas: Any, client_of: Any) -> None:
    RegionYear.objects.bulk_create(RegionYear(region=place, year=2016) for place in (world.a, world.b))
    for _ in range(3):
        make.household(world.a, year=2016)
    page = body(client_of(personas["township"]).get("/421199103000/2017/dashboard/?against=2016")).decode()
    changes = html.fromstring(page).xpath("//span[@class='tile__change']/text()")
    assert changes[0] == "较2016年 −1户"
    years = said(page.encode())["years"]
    assert years["建档立卡贫困户户数（户）"] == ["3", "2"]


@pytest.mark.parametrize("villages", [3, 30])
def test_statements_do_not_grow_with_villages(
    world: Any, personas: Any, client_of: Any, villages: int
) -> None:
    for index in range(villages - 3):
        make.household(make.village(f"4211991032{index + 20}", f"村{index}"), size=1)
    client, counted = client_of(personas["county"]), {}
    statistics = f"statistics/?rows=villages&{COLUMNS}"
    for path in ("dashboard/", statistics, f"{statistics}&status=not&q=甲村&by=poor.people&least=1"):
        with CaptureQueriesContext(connection) as captured:
            body(client.get(f"/{COUNTY}/2017/{path}"))
        counted[path] = len(captured)
    assert [*counted.values()] == [DASHBOARD, STATISTICS, FILTERED]


#: Statements, whatever there is.
DASHBOARD, STATISTICS, FILTERED = 34, 19, 19
