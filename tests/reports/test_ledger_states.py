"""A number, 0 or 暂无数据: what a village without rows, with a nil report or with empty fields says."""

import re

import pytest
from lxml import html

from fupin.access import SYSTEM, Role
from fupin.domain.years import declare_nil
from fupin.ledgers import LEDGERS
from fupin.models import Ledger, RegionYear
from fupin.place import Place
from fupin.refusals import Refused
from households.enums import PovertyStatus
from households.ledgers import LedgerKind
from reports.figures.declare import Measure
from reports.figures.measure import measure
from reports.figures.register import poor, profile
from reports.figures.village import BASES
from reports.interfaces.overview import overview_context
from reports.queries.summary import window_of
from reports.wording.saying import coverage, said
from tests import factories as make
from tests.reports.support import (
    numbers_in,
    report,
    sections_of_html,
    sections_of_text,
    sheet_of,
    write_report,
)

pytestmark = pytest.mark.django_db

CODE = "421199103206"
WINDOW = {"period": "2017", "since": 2016}


@pytest.fixture
def village(db):
    make.region("421199103000", "七里坪镇")
    return make.village(CODE, "甲村")


def sections(village, client_of):
    """Each section as text, as html and on the page, all alike; and the page's tree."""
    text = sections_of_text(write_report(CODE, format="text", **WINDOW))
    client = client_of(make.user(Role.CLERK, village))
    page = client.get(f"/{CODE}/2017/summary/village/?since=2016").content.decode()
    for other in (
        sections_of_html(write_report(CODE, format="html", **WINDOW), "h2"),
        sections_of_html(sheet_of(page), "h3"),
    ):
        assert [(title, words.split()) for title, words in other] == [
            (title, words.split()) for title, words in text
        ]
    return [words for _, words in text], html.fromstring(page)


#: Sections 三 to 七 of a village that has nothing; what stands in <> is a number where the ledger is declared nil.
OTHERS = [
    "自2016年以来，按照“五个一批”的路径因户施策：\n"
    "（一）发展生产脱贫。扶持<0户0人>。贫困人口务工<0人>。\n"
    "（二）易地扶贫搬迁。搬迁<0户0人>。\n"
    "（三）生态补偿脱贫。补偿<0户0人>。\n"
    "（四）发展教育脱贫。资助<0户0人>。\n"
    "（五）社会保障兜底。保障<0户0人>。\n"
    "危旧房改建<0户>。\n"
    "解决饮水安全<0户>。",
    "2017年，实施到村项目<0个>，投入资金合计<0万元>。",
    "自2016年以来，到户资金落实如下：\n"
    "（一）社会保障资金。发放低保金<0户>；发放五保供养金<0户>。\n"
    "（二）住房改造资金。全拆全建<0户>；部分改建<0户>。\n"
    "（三）教育与就业。教育资助<0户>；安排公益性岗位<0个>。\n"
    "（四）金融扶贫。发放扶贫小额信贷<0户>。\n"
    "（五）产业扶贫。光伏扶贫<0户>；养牛<0户>、养蜂<0户>。",
    "自2016年以来，召开场子会<0次>、院子会<0次>、户主会<0次>；讲脱贫故事<0次>。",
    "",
]


def values():
    return {f["code"]: f["value"] for s in report(CODE, **WINDOW)["sections"] for f in s["figures"]}


def test_without_a_ledger_there_is_no_number_and_no_link(village, client_of):
    (about, registered, *others), page = sections(village, client_of)
    assert about == (
        "甲村地处七里坪镇。全村辖村民小组暂无数据、自然湾暂无数据，共有农户暂无数据，总人口暂无数据，"
        "其中农业人口暂无数据；劳动力暂无数据，其中外出务工暂无数据。\n"
        "村版图面积约暂无数据，其中耕地暂无数据、林地暂无数据、水面暂无数据。\n"
        "全村有党员暂无数据。村干部中，书记暂无数据、副主任暂无数据、计生专干暂无数据。"
    )
    assert registered == (
        "截至2017年底，全村在册建档立卡贫困户暂无数据。\n"
        "按脱贫年度分：暂无数据。\n"
        "按贫困户属性分：一般贫困户暂无数据，低保贫困户暂无数据，五保贫困户暂无数据。"
    )
    assert others == [re.sub(r"<.*?>", "暂无数据", words) for words in OTHERS]
    silent = [span.text_content() for span in page.find_class("figure--silent")]
    assert silent == ["暂无数据"] * (20 + "".join(OTHERS).count("<"))
    assert page.xpath("//*[@id='sheet']//a") == []
    assert page.xpath("//*[contains(@class, 'report__figures')]//a") == []
    assert set(values().values()) == {None}
    assert [code for code in values() if code.startswith("exited.")] == [
        "exited.2016.households",
        "exited.2016.people",
        "exited.2017.households",
        "exited.2017.people",
    ]


def test_a_ledger_declared_nil_is_0(village, client_of):
    for kind in LEDGERS:
        declare_nil(region=village, year=2017, kind=kind, actor=SYSTEM)
    (about, registered, *others), page = sections(village, client_of)
    assert others == [re.sub("[<>]", "", words) for words in OTHERS]
    assert numbers_in(about) == [("0", unit) for unit in "个个户人人人人亩亩亩亩人人人人"]
    assert registered == (
        "截至2017年底，全村在册建档立卡贫困户0户0人。\n"
        "按脱贫年度分：2016年脱贫0户0人、2017年脱贫0户0人。\n"
        "按贫困户属性分：一般贫困户0户0人，低保贫困户0户0人，五保贫困户0户0人。"
    )
    assert set(values().values()) == {0}
    assert "暂无数据" not in page.text_content()


def test_one_ledger_without_the_other(village, client_of):
    make.household(village, size=3)
    (about, registered, *_), _page = sections(village, client_of)
    assert numbers_in(about) == []
    assert registered.splitlines() == [
        "截至2017年底，全村在册建档立卡贫困户1户3人。",
        "按脱贫年度分：2016年脱贫0户0人、2017年脱贫0户0人；尚未脱贫1户3人。",
        "按贫困户属性分：一般贫困户1户3人，低保贫困户0户0人，五保贫困户0户0人。",
    ]


def test_a_ledger_of_another_year_is_none(village, client_of):
    """The households are registered, but not in the year of the report."""
    RegionYear.objects.create(region=village, year=2016)
    make.household(village, year=2016)
    (_about, registered, *_), _page = sections(village, client_of)
    assert numbers_in(registered) == []


def test_a_roll_on_which_nobody_is_left_is_0(village, client_of):
    make.household(village, on_roll=False)
    (_about, registered, *_), _page = sections(village, client_of)
    assert registered.splitlines()[0] == "截至2017年底，全村在册建档立卡贫困户0户0人。"


def test_an_empty_field_is_silent_while_the_others_speak(village, client_of):
    make.VillageYearFactory(
        region=village, groups=None, hamlets=0, households=120, people=400, is_key_village=False,
        position="南部", farmland="12.50", main_industries="花生",
    )  # fmt: skip
    (about, _registered, *_), page = sections(village, client_of)
    assert about == (
        "甲村地处七里坪镇南部，属非重点贫困村。全村辖村民小组暂无数据、自然湾0个，共有农户120户，总人口400人，"
        "其中农业人口暂无数据；劳动力暂无数据，其中外出务工暂无数据。\n"
        "村版图面积约暂无数据，其中耕地12.5亩、林地暂无数据、水面暂无数据。主导产业为花生。\n"
        "全村有党员暂无数据。村干部中，书记暂无数据、副主任暂无数据、计生专干暂无数据。"
    )
    profile_values = {code: value for code, value in values().items() if code.startswith("profile.")}
    assert {code: value for code, value in profile_values.items() if value is not None} == {
        "profile.position": "南部",
        "profile.key_village": "非重点贫困村",
        "profile.hamlets": 0,
        "profile.households": 120,
        "profile.people": 400,
        "profile.farmland": 12.5,
        "profile.main_industries": "花生",
    }
    # 0 is a number: it leads to its rows, unlike what is not known.
    linked = [a.text_content() for a in page.xpath("//*[@id='sheet']//a")]
    assert linked == ["南部", "非重点贫困村", "0个", "120户", "400人", "12.5亩", "花生"]


@pytest.mark.parametrize(
    ("status", "clause"),
    [(PovertyStatus.NOT_EXITED, "；尚未脱贫1户2人"), (PovertyStatus.EXITED_THIS_YEAR, "")],
)
def test_an_optional_clause_vanishes_where_it_is_0(village, client_of, status, clause):
    make.household(
        village, status=status, exit_year=2017 if status == PovertyStatus.EXITED_THIS_YEAR else None
    )
    (_about, registered, *_), _page = sections(village, client_of)
    left = "1户2人" if not clause else "0户0人"
    assert registered.splitlines()[1] == f"按脱贫年度分：2016年脱贫0户0人、2017年脱贫{left}{clause}。"
    stated = [code for code in values() if code.startswith("not_exited")]
    assert stated == (["not_exited.households", "not_exited.people"] if clause else [])


@pytest.mark.parametrize(("exit_year", "before"), [(2015, "2015年及以前脱贫1户2人、"), (2016, "")])
def test_exits_before_since_are_told_where_there_are_some(village, client_of, exit_year, before):
    make.household(village, status=PovertyStatus.EXITED_BEFORE, exit_year=exit_year)
    (_about, registered, *_), _page = sections(village, client_of)
    left = "0户0人" if before else "1户2人"
    assert registered.splitlines()[1] == f"按脱贫年度分：{before}2016年脱贫{left}、2017年脱贫0户0人。"


# --- a region of several villages ---------------------------------------------------------------------------


def in_township(world, *things):
    window = window_of(world.township, first=2017, last=2017)
    results = measure([f for thing in things for f in thing.figures(window)], window)
    return [said(r, r.figure.unit) + coverage(r) for r in results.values()]


def test_some_villages_of_a_township_are_said_with_their_coverage(world):
    make.village("421199103208", "丙村")
    assert in_township(world, poor) == ["2户（覆盖2/3村）", "4人（覆盖2/3村）"]


def test_a_village_declared_nil_is_covered(world):
    third = make.village("421199103208", "丙村")
    declare_nil(region=third, year=2017, kind=LedgerKind.HOUSEHOLDS, actor=SYSTEM)
    assert in_township(world, poor) == ["2户", "4人"]


def test_a_township_of_nil_reports_is_0_and_of_none_is_silent(db):
    make.region("421199105000", "清溪镇")
    places = [make.village(f"42119910520{i}", f"清溪{i}村") for i in range(3)]
    township = places[0].parent
    window = window_of(township, first=2017, last=2017)
    figures = [figure for base in BASES for figure in base.all_figures(window) if figure.unit]
    assert {r.value for r in measure(figures, window).values()} == {None}
    for kind in LEDGERS:
        declare_nil(region=places[0], year=2017, kind=kind, actor=SYSTEM)
    results = measure(figures, window).values()
    # Of nothing there is no share and no average.
    ratios = [f for f in figures if f.measure is Measure.RATIO]
    assert {(r.value, coverage(r)) for r in results if r.figure not in ratios} == {(0, "（覆盖1/3村）")}
    assert [r.value for r in results if r.figure in ratios] == [None] * 9


def test_an_empty_field_beside_a_nil_report_is_silent(world):
    """One village keeps the ledger and left the field empty: the township's number is not 0."""
    third = make.village("421199103208", "丙村")
    declare_nil(region=third, year=2017, kind=LedgerKind.PROFILE, actor=SYSTEM)
    names = {f.code: f for f in profile.all_figures(window_of(world.township, first=2017, last=2017))}
    assert in_township(world, names["profile.hamlets"], names["profile.groups"]) == ["暂无数据", "6个"]


def test_a_village_that_ended_before_the_year_or_begins_later_is_not_missed(world):
    for code, years in (("421199103298", {"valid_to": 2016}), ("421199103299", {"valid_from": 2018})):
        place = make.region(code, "某村")
        for name, value in years.items():
            setattr(place, name, value)
        place.save()
    assert in_township(world, poor) == ["2户", "4人"]


def test_tiles_of_the_first_page_follow_the_ledger(world, personas):
    make.village("421199103208", "丙村")
    tiles = overview_context(Place(world.township, 2017), personas["township"])["tiles"]
    assert [(t["label"], t["value"], t["unit"], t["note"]) for t in tiles][:2] == [
        ("建档立卡贫困户", "2", "户", "4人（覆盖2/3村）"),
        ("未脱贫", "2", "户", "4人（覆盖2/3村）"),
    ]
    empty = make.village("421199103209", "丁村")
    tiles = overview_context(Place(empty, 2017), personas["township"])["tiles"]
    assert {(t["value"], t["unit"], t["note"], t["url"]) for t in tiles} == {("暂无数据", "", "", "")}


def test_a_ledger_with_rows_cannot_be_declared_nil(world):
    with pytest.raises(Refused) as refused:
        declare_nil(region=world.a, year=2017, kind=LedgerKind.HOUSEHOLDS, actor=SYSTEM)
    assert str(refused.value) == "该台账已有数据，不能零报告。"
    assert Ledger.objects.unscoped("tests").get(region=world.a, kind=LedgerKind.HOUSEHOLDS).state == "rows"
