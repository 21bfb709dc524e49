"""The ledgers of the two declared villages, counted again in plain Python from their rows alone.

The numbers are typed from the paper, and those of the second village from nowhere else; no figure is imported.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

import pytest

from funds.validators import benefit_problems, odd_amounts, project_problems
from fupin.domain.imports import IMPORTERS
from fupin.models import ImportRun
from fupin.sheets.reading import read_workbook
from households.enums import School
from households.validators import repeated, work_problems
from reports.domain.reference import load_village, write_village_workbook
from reports.reference.compose import VillageRows, compose
from reports.reference.facts import WANTIANFAN
from reports.reference.shape import VillageFacts
from tests.imports.support import state_of_database
from tests.reports.other_village import OTHER_VILLAGE
from tests.reports.recount import BATCHES, Recount

VILLAGES = {"万田畈村": WANTIANFAN, "大塘坳村": OTHER_VILLAGE}
SEEDS = (1, 2, 3)

#: What the paper says in sections 三 to 六.
REFERENCE = {
    "发展生产": (66, 156, "100.0"),
    "易地扶贫搬迁": (19, 20, "28.8"),
    "生态补偿": (1, 5, "1.5"),
    "发展教育": (20, 77, "30.3"),
    "社会保障兜底": (57, 128, "86.4"),
    "危旧房改建": {2016: 10, 2017: 6},
    "饮水安全": {2016: 11, 2017: 42},
    "市场主体": (3, 26),
    "专业合作社": (5, 46),
    "自主创业": 11,
    "务工": 39,
    "到村项目": [
        ("便民小道", "2800米", "10"),
        ("路灯", "80盏", "11.5"),
        ("文化广场及百姓大舞台", "1个", "16"),
        ("宣传栏、宣传画", "58个", "2.4"),
        ("体育健身器材", "3套", "3"),
        ("党群服务中心提档升级", "", "25"),
        ("通村、通组道路路基", "2.8公里", "8"),
        ("垃圾治理", "", "4"),
        ("公厕", "8个", "8"),
    ],
    "到村资金": "87.9",
    "规划": [("养殖基地", "300亩", "")],
    "低保金": (20, "14.3"),
    "五保供养金": (19, "26.79"),
    "全拆全建": (12, "30"),
    "部分改建": (4, "4"),
    "教育资助": (20, "0"),
    "公益性岗位": (7, "5000"),
    "贷款": (25, {"5"}, {"杉宝生态农业", "将军红山茶油"}),
    "分红": (25, "18.3"),
    "光伏": (55, "3000"),
    "养牛": 10,
    "养蜂": 1,
    "养殖奖补": "7.3",
    # The paper counts the stories alone.
    "活动": {"场子会": 3, "院子会": 4, "户主会": 2, "政策宣讲": 4, "知识竞赛": 2, "讲脱贫故事": 3},
}
OTHER = {
    "发展生产": (81, 259, "87.1"),
    "易地扶贫搬迁": (12, 31, "12.9"),
    "生态补偿": (4, 13, "4.3"),
    "发展教育": (29, 127, "31.2"),
    "社会保障兜底": (68, 195, "73.1"),
    "危旧房改建": {2017: 7, 2018: 9, 2019: 5},
    "饮水安全": {2015: 4, 2016: 13, 2017: 8, 2018: 19, 2019: 22},
    "市场主体": (4, 41),
    "专业合作社": (7, 61),
    "自主创业": 19,
    "务工": 64,
    "到村项目": [
        ("通组水泥路", "5.65公里", "46.25"),
        ("自来水管网", "4600米", "21.38"),
        ("太阳能路灯", "114盏", "9.12"),
        ("卫生室", "95平方米", "12.6"),
        ("山塘清淤", "6口", "5.73"),
        ("污水处理池", "2座", "13.845"),
        ("村级光伏电站扩容", "", "31"),
    ],
    "到村资金": "139.925",
    "规划": [("冷链仓库", "620平方米", "45"), ("标准化茶园", "480亩", "")],
    "低保金": (29, "61.84375"),
    "五保供养金": (14, "40.23108"),
    "全拆全建": (14, "37.1"),
    "部分改建": (7, "6.65"),
    "教育资助": (29, "0"),
    "公益性岗位": (11, "4320"),
    "贷款": (41, {"4"}, {"望溪云雾茶业", "青石岭牧业", "坳上油茶专业大户", "大塘家庭农场"}),
    "分红": (41, "25.648025"),
    "光伏": (37, "2450"),
    "养牛": 8,
    "养蜂": 5,
    "养殖奖补": "11.86",
    "活动": {
        "场子会": 2,
        "院子会": 5,
        "户主会": 3,
        "政策宣讲": 2,
        "知识竞赛": 1,
        "讲脱贫故事": 5,
        "技能培训": 1,
    },
}
TABLES = {"万田畈村": REFERENCE, "大塘坳村": OTHER}


@cache
def rows_of(name: str, seed: int) -> VillageRows:
    return compose(VILLAGES[name], seed=seed)


@pytest.fixture(params=[(name, seed) for name in VILLAGES for seed in SEEDS], ids=lambda p: f"{p[0]}-{p[1]}")
def composed(request) -> tuple[str, VillageFacts, VillageRows]:
    name, seed = request.param
    return name, VILLAGES[name], rows_of(name, seed)


def test_every_number_of_the_paper_holds(composed):
    name, facts, rows = composed
    assert Recount(rows).everything(facts.year) == TABLES[name]


def test_every_number_of_the_other_village_is_another_one():
    def leaves(value: object, path: str) -> dict[str, object]:
        if isinstance(value, dict | tuple | list):
            parts = value.items() if isinstance(value, dict) else enumerate(value)
            return {leaf: end for key, part in parts for leaf, end in leaves(part, f"{path}/{key}").items()}
        return {path: value}

    one, other = leaves(REFERENCE, ""), leaves(OTHER, "")
    same = {path: end for path, end in one.items() if path in other and other[path] == end}
    # What the paper does not say: what the pupils were paid, how much of a project without a quantity.
    assert {path for path, end in same.items() if end not in ("", "0")} == set()
    named = [{row["name"] for row in rows_of(name, 1).projects} for name in VILLAGES]
    firms = [{row["enterprise_name"] for row in rows_of(name, 1).partnerships} for name in VILLAGES]
    assert [one & other for one, other in (named, firms)] == [set(), set()]


def test_what_does_not_tie_is_there(composed):
    name, _, rows = composed
    counted = Recount(rows)
    of = defaultdict(set)
    for number, row in counted.households.items():
        of[row["category"].label].add(number)
    security = counted.homes(*BATCHES["社会保障兜底"])
    assert of["低保贫困户"] | of["五保贫困户"] <= security
    assert counted.homes("低保金") <= of["低保贫困户"]
    assert counted.homes("五保供养金") <= of["五保贫困户"]
    unpaid = (of["低保贫困户"] | of["五保贫困户"]) - counted.homes("低保金", "五保供养金")
    beyond = security & of["一般贫困户"]
    carried = counted.homes(*BATCHES["社会保障兜底"][2:])
    assert carried == unpaid | beyond
    owners, breeders = counted.homes("自主创业"), counted.homes("养牛奖补", "养蜂奖补")
    brought = {row["household_number"] for row in rows.partnerships if row["kind"].label != "专业合作社"}
    borrowers = counted.homes("扶贫小额信贷")
    assert breeders <= owners
    assert borrowers <= brought
    numbers = (
        {label: len(of[label] & unpaid) for label in ("低保贫困户", "五保贫困户")},
        (len(beyond), sum(counted.people[home] for home in beyond)),
        len(owners - breeders),
        len(brought - borrowers),
    )
    assert (
        numbers
        == {
            "万田畈村": ({"低保贫困户": 0, "五保贫困户": 1}, (17, 61), 0, 1),
            "大塘坳村": ({"低保贫困户": 2, "五保贫困户": 0}, (23, 94), 6, 0),
        }[name]
    )


def test_no_household_has_twice_what_one_has_once(composed):
    _, _, rows = composed
    counted = Recount(rows)
    for once in (
        ("全拆全建", "部分改建"),
        ("饮水安全改造",),
        ("易地扶贫搬迁",),
        ("扶贫小额信贷",),
        ("自主创业",),
    ):
        assert len(counted.given(*once)) == len(counted.homes(*once)), once
    for one, other in (
        (("光伏扶贫",), ("养牛奖补", "养蜂奖补")),
        (("养牛奖补",), ("养蜂奖补",)),
        (("易地扶贫搬迁",), ("全拆全建", "部分改建")),
    ):
        assert counted.homes(*one) & counted.homes(*other) == set()
    for cooperatives in (True, False):
        with_whom = defaultdict(set)
        for row in rows.partnerships:
            if (row["kind"].label == "专业合作社") == cooperatives:
                with_whom[row["household_number"]].add(row["enterprise_name"])
        assert {len(names) for names in with_whom.values()} == {1}


def test_people_enterprises_and_years_fit_the_register(composed):
    _, facts, rows = composed
    family, counted = defaultdict(dict), Recount(rows)
    for member in rows.members:
        family[member["household_number"]][member["name"]] = member
    partners = {(row["household_number"], row["enterprise_name"]) for row in rows.partnerships}
    lent = {row["household_number"]: row for row in counted.given("扶贫小额信贷")}
    personal = Counter()
    for row in rows.benefits:
        home, measure = row["household_number"], row["measure"].label
        assert row["head_name"] == counted.households[home]["head_name"]
        exit_year = counted.households[home]["exit_year"]
        if measure == "饮水安全改造":
            assert row["year"] == exit_year
        else:
            assert counted.households[home]["registered_on"].year <= row["year"] <= facts.year
        assert row["on"] is None or row["on"].year == row["year"]
        assert row["amount"] is None or row["amount"] == row["amount"].quantize(Decimal("0.01")) > 0
        if row["person_name"]:
            personal[measure] += 1
            person = family[home][row["person_name"]]
            age = row["year"] - person["birth_date"].year
            if measure == "教育资助":
                assert person["school"] != School.NONE
                assert age >= 3
            if measure == "城乡居民养老保险":
                assert age >= 60
        if row["enterprise_name"]:
            assert (home, row["enterprise_name"]) in partners
        if measure == "金融扶贫分红":
            loan = lent[home]
            assert (loan["enterprise_name"], loan["year"] <= row["year"]) == (row["enterprise_name"], True)
    by_person = ("五保供养金", "教育资助", "公益性岗位", "生态补偿", *BATCHES["社会保障兜底"][2:])
    assert personal == {label: len(counted.given(label)) for label in by_person if counted.given(label)}
    assert len({row["amount"] for row in counted.given("光伏扶贫")}) > 10, "an average of equal amounts"
    assert {row["year"] for row in counted.given("光伏扶贫")} == {facts.year - 1, facts.year}


def test_meetings_and_words(composed):
    _, facts, rows = composed
    kinds = Counter(row["kind"].label for row in rows.work)
    assert {"场子会", "院子会", "户主会", "政策宣讲", "知识竞赛", "讲脱贫故事"} <= set(kinds)
    assert all(date(2014, 1, 1) <= row["on"] <= date(facts.year, 12, 31) for row in rows.work)
    assert all(row["attendance"] > 0 for row in rows.work)
    chapters = Counter(row["chapter"].value for row in rows.texts)
    places = {(row["chapter"].value, row["position"]) for row in rows.texts}
    assert places == {(c, position) for c, n in chapters.items() for position in range(1, n + 1)}
    planned = [row["text"] for row in rows.texts if "{planned:清单}" in row["text"]]
    assert len(planned) == 1
    if facts is WANTIANFAN:
        assert chapters == {"6": 2, "7": 2}
        assert planned[0].startswith("2．")
        (base,) = (row for row in rows.projects if row["stage"].label == "规划中")
        assert (base["name"], base["quantity"], base["unit"], base["site"], base["amount"]) == (
            "养殖基地", 300, "亩", "七组", None,
        )  # fmt: skip
        (centre,) = (row for row in rows.projects if row["nature"])
        assert (centre["name"], centre["nature"].label) == ("党群服务中心提档升级", "改扩建")


def test_the_portal_s_own_rules_find_nothing(composed):
    _, facts, rows = composed
    for found, rule in (
        (rows.benefits, benefit_problems),
        (rows.projects, project_problems),
        (rows.work, work_problems),
    ):
        assert [problem for row in found for problem in rule(row, facts.year)] == []
    for found, names in (
        (rows.benefits, ("household_number", "person_name", "person_number", "measure", "year", "on")),
        (rows.projects, ("name", "year")),
        (rows.partnerships, ("enterprise_name", "household_number", "year")),
        (rows.work, ("kind", "on", "title")),
    ):
        assert list(repeated(found, names)) == []
    assert odd_amounts([row["amount"] for row in rows.projects]) == []


@pytest.mark.parametrize("name", VILLAGES)
def test_the_sheets_are_read_back_as_they_were_written(name, tmp_path):
    facts, rows = VILLAGES[name], rows_of(name, 1)
    path = tmp_path / "village.xlsx"
    write_village_workbook(facts, path, seed=1)
    book = IMPORTERS["village"].book
    assert {sheet.name for sheet in book.sheets} == set(rows.by_sheet())
    reading = read_workbook(path, book, year=facts.year)
    assert reading.errors == []
    for sheet in book.sheets:
        written = rows.by_sheet()[sheet.name]
        columns = [column.name for column in sheet.columns]
        assert {name for row in written for name in row} <= set(columns)
        # A list in a cell comes back as a tuple, and an empty one as nothing.
        as_read = [
            {c: (tuple(v) or None) if isinstance(v := row.get(c), list) else v for c in columns}
            for row in written
        ]
        assert [{c: row.values.get(c) for c in columns} for row in reading.rows[sheet.name]] == as_read


@pytest.mark.django_db
@pytest.mark.parametrize("name", VILLAGES)
def test_the_same_workbook_again_changes_nothing(name):
    facts, rows = VILLAGES[name], rows_of(name, 1)
    first = load_village(facts)
    assert (first.state, list(first.errors), list(first.notes)) == (ImportRun.State.DONE, [], [])
    assert {sheet: written.new for sheet, written in first.counts.items()} == {
        sheet: len(found) for sheet, found in rows.by_sheet().items() if found
    }
    before = state_of_database()
    again = load_village(facts)
    assert again.state == ImportRun.State.UNCHANGED
    assert {sheet: written.unchanged for sheet, written in again.counts.items()} == {
        sheet: len(found) for sheet, found in rows.by_sheet().items() if found
    }
    assert state_of_database() == before
