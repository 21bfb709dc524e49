"""Lists, pages and exports of the ledgers; deleting what was entered by mistake."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from lxml import html
from openpyxl import load_workbook

from funds.interfaces.resources import BENEFITS, PROJECTS, RESOURCES
from funds.models import Benefit
from fupin.access import SYSTEM, Role
from fupin.domain.attachments import attach_file
from fupin.domain.bulk import Written
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.rows import remove_row
from fupin.models import Attachment, ImportRun, Region
from fupin.place import Place
from fupin.refusals import Refused
from households.interfaces.resources import HOUSEHOLDS, WORK
from households.models import Membership
from reports.interfaces.resources import TEXTS
from tests import factories as make
from tests.conftest import A, B
from tests.database.rows import SENTENCES, put
from tests.database.tools import Audit
from tests.factories import YEAR
from tests.fupin.walking import PNG, written
from tests.ledgers.conftest import Office
from tests.ledgers.test_forms import OF_A_VILLAGE, messages_of, rows

BY_NAME = {resource.name: resource for resource in (*RESOURCES, WORK, TEXTS)}


def listed(client: Any, url: str) -> tuple[list[list[str]], list[str]]:
    """The cells of a list and the sums above it."""
    page = html.fromstring(client.get(url).content.decode())
    cells = [
        [cell.text_content().strip() for cell in row.findall("td")]
        for row in page.xpath("//table/tbody/tr") if row.find_class("empty") == []
    ]  # fmt: skip
    return cells, [item.text_content() for item in page.xpath("//dl[@class='summary']/div")]


@pytest.fixture
def filled(office: Office) -> Office:
    """Village A with two years of everything, and B with what A must not see."""
    a, home, other = office.world.a, office.home.household, office.other.household
    child = office.member(office.home)
    make.BenefitFactory(region=a, household=home, measure="501", amount=1200, quantity=2, unit="人")
    make.BenefitFactory(
        region=a, household=home, person=child, measure="401", on=date(YEAR, 9, 1), amount=Decimal("1500.50"),
        enterprise=office.firm, remark="秋季",
    )  # fmt: skip
    make.BenefitFactory(region=a, household=other, measure="603")
    make.BenefitFactory(region=a, household=home, measure="501", amount=1000, year=2015)
    for name, stage, amount, position in (
        ("路灯", "03", 115_000, 2), ("公厕", "02", Decimal("80000.50"), 1), ("基地", "01", 500_000, 3),
        ("停建的桥", "04", 90_000, None),
    ):  # fmt: skip
        make.ProjectFactory(
            region=a, name=name, stage=stage, amount=amount, position=position, quantity=8, unit="个"
        )
    make.ProjectFactory(region=a, name="旧路", year=2016)
    for firm, household in ((office.firm, home), (office.firm, other), (office.firm_b, home)):
        make.PartnershipFactory(region=a, household=household, enterprise=firm)
    make.LedgerEntryFactory(region=a, title="移风易俗", attendance=40)
    make.LedgerEntryFactory(region=a, title="谈心", kind="201", household=home, pieces=0, on=date(YEAR, 5, 2))
    make.LedgerEntryFactory(region=a, title="党日", kind="202", attendance=0, on=date(YEAR, 7, 1))
    make.SectionTextFactory(region=a, position=1, text="一、抓产业。\n二、抓教育{poor:户人}。")
    make.SectionTextFactory(region=a, position=1, chapter="6", text="开会。")
    b, foreign = office.world.b, office.world.household_b.household
    make.BenefitFactory(region=b, household=foreign, measure="501", amount=9_999)
    make.ProjectFactory(region=b, name="别村的路", amount=9_999)
    make.PartnershipFactory(region=b, household=foreign, enterprise=office.firm_b)
    make.LedgerEntryFactory(region=b, title="别村的会", attendance=9_999)
    make.SectionTextFactory(region=b, text="别村的话。")
    return office


def head(home: Any) -> str:
    members = Membership.objects.unscoped("tests").filter(household_year=home).select_related("person")
    return members.order_by("pk")[0].person.name


# --- lists -------------------------------------------------------------------------------------------------


def test_benefits_are_listed_with_their_sums(filled: Office) -> None:
    home, other = filled.home, filled.other
    number, child = home.household.number, filled.member(home).name
    assert listed(filled.client, filled.url("benefits_list")) == (
        [
            ["1", number, head(home), child, "甲村", "教育资助", "2017", "2017年9月1日", "—", "—", "—",
             "1,500.50", "将军红山茶油"],
            ["2", number, head(home), "—", "甲村", "低保金", "2017", "—", "—", "2人", "—", "1,200", "—"],
            ["3", other.household.number, head(other), "—", "甲村", "饮水安全改造", "2017", "—", "—", "—", "—", "—", "—"],
        ],
        ["笔数：3", "享受户数：2", "金额：2,700.50元（0.2701万元）"],
    )  # fmt: skip
    cells, sums = listed(filled.client, filled.url("benefits_list", year=2015))
    assert ([row[1] for row in cells], sums) == (
        [number], ["笔数：1", "享受户数：1", "金额：1,000元（0.1万元）"],
    )  # fmt: skip
    # The head is that of the year nearest to the row's, since nobody was registered in 2015.
    assert cells[0][2] == head(home)


@pytest.mark.parametrize(("query", "measures"), [
    ("?measure=501", ["低保金"]), ("?ledger=education", ["教育资助"]), ("?ledger=water", ["饮水安全改造"]),
    ("?batch=05", ["低保金"]), ("?batch=00", ["饮水安全改造"]), ("?batch=01", []), ("?q={other}", ["饮水安全改造"]),
    ("?q={child}", ["教育资助", "低保金"]), ("?q={head}", ["教育资助", "低保金"]), ("?q=查无此人", []),
    ("?measure=zz", ["教育资助", "低保金", "饮水安全改造"]),
])  # fmt: skip
def test_benefits_are_found(query: str, measures: list[str], filled: Office) -> None:
    query = query.format(
        other=filled.other.household.number, child=filled.member(filled.home).name, head=head(filled.home)
    )
    cells, _ = listed(filled.client, filled.url("benefits_list") + query)
    assert [row[5] for row in cells] == measures


def test_projects_are_listed_in_their_order_with_what_is_invested(filled: Office) -> None:
    """What is only planned, or stopped, is listed and not summed."""
    cells, sums = listed(filled.client, filled.url("projects_list"))
    assert [(row[1], row[2], row[7], row[8], row[10]) for row in cells] == [
        ("1", "公厕", "8个", "8.00005", "实施中"), ("2", "路灯", "8个", "11.5", "已完成"),
        ("3", "基地", "8个", "50", "规划中"), ("—", "停建的桥", "8个", "9", "已终止"),
    ]  # fmt: skip
    assert sums == ["项目数：4", "投入资金（不含规划中和已终止）：195,000.50元（19.5001万元）"]
    found = [
        [row[2] for row in listed(filled.client, filled.url("projects_list") + query)[0]]
        for query in ("?stage=01", "?q=路", "?nature=01", "?q=桥&stage=03")
    ]
    assert found == [["基地"], ["路灯"], [], []]


def test_partnerships_are_listed_with_enterprises_and_households_once(filled: Office) -> None:
    cells, sums = listed(filled.client, filled.url("partners_list"))
    assert sorted((row[1], row[2], row[3]) for row in cells) == sorted(
        (firm, "专业合作社", home.household.number)
        for firm, home in (
            ("将军红山茶油", filled.home), ("将军红山茶油", filled.other), ("杉宝生态农业", filled.home),
        )
    )  # fmt: skip
    assert sums == ["市场主体：2个", "带动户数：2"]
    found = [
        len(listed(filled.client, filled.url("partners_list") + query)[0])
        for query in ("?kind=02", "?kind=01", "?q=山茶", f"?q={filled.other.household.number}")
    ]
    assert found == [3, 0, 2, 1]


def test_enterprises_are_listed_with_their_households_here(
    filled: Office, personas: Any, client_of: Any
) -> None:
    """That of B has a household in A and one in B: each sees its own, the township both."""
    got = {}
    for persona, place in (("clerk_a", "a"), ("clerk_b", "b"), ("township", "township"), ("township", "b")):
        url = filled.url("enterprises_list", place=getattr(filled.world, place))
        cells, _ = listed(client_of(personas[persona]), url)
        got[persona, place] = {row[1]: row[5] for row in cells}
    assert got == {
        ("clerk_a", "a"): {"将军红山茶油": "2", "杉宝生态农业": "1"}, ("clerk_b", "b"): {"杉宝生态农业": "1"},
        ("township", "township"): {"将军红山茶油": "2", "杉宝生态农业": "2"}, ("township", "b"): {"杉宝生态农业": "1"},
    }  # fmt: skip


def test_work_is_listed_and_attendance_summed(filled: Office) -> None:
    cells, sums = listed(filled.client, filled.url("work_list"))
    assert [(row[1], row[2], row[3], row[6]) for row in cells] == [
        ("2017年7月1日", "主题党日", "党日", "0"), ("2017年5月2日", "走访慰问", "谈心", "—"),
        ("2017年3月15日", "院子会", "移风易俗", "40"),
    ]  # fmt: skip
    assert sums == ["次数：3", "参加人次：40"]
    found = [
        [row[3] for row in listed(filled.client, filled.url("work_list") + query)[0]]
        for query in ("?kind=201", "?month=3", "?month=13", "?q=党", f"?q={filled.home.household.number}")
    ]
    assert found == [["谈心"], ["移风易俗"], ["党日", "谈心", "移风易俗"], ["党日"], ["谈心"]]
    _, none = listed(filled.client, filled.url("work_list") + "?kind=201")
    assert none == ["次数：1", "参加人次：—"]


def test_paragraphs_are_listed_by_section(filled: Office) -> None:
    cells, _ = listed(filled.client, filled.url("texts_list"))
    assert [row[1:4] for row in cells] == [
        ["六、抓精神脱贫激发内生动力", "1", "开会。"],
        ["七、今后工作努力的方向", "1", "一、抓产业。\n二、抓教育{poor:户人}。"],
    ]


def test_a_helper_sees_the_rows_of_the_households_assigned(
    filled: Office, personas: Any, client_of: Any
) -> None:
    """Of the village's own rows all, of households those assigned."""
    client = client_of(personas["helper"])
    got = {name: len(listed(client, filled.url(f"{name}_list"))[0]) for name in OF_A_VILLAGE}
    own = make.LedgerEntryFactory(region=filled.world.a, kind="201", household=filled.other.household)
    assert got == {"benefits": 2, "projects": 4, "partners": 2, "work": 3, "texts": 2}
    assert len(listed(client, filled.url("work_list"))[0]) == 3
    assert client.get(filled.url("work_detail", key=own.pk)).status_code == 404


# --- years -------------------------------------------------------------------------------------------------


def test_rows_of_several_years_are_had_at_once(filled: Office) -> None:
    place = Place(filled.world.a, YEAR)
    got = [
        sorted((row.year, row.measure) for row in BENEFITS.rows(SYSTEM, place, years))
        for years in (None, (2015, 2016), (2014, YEAR))
    ]
    of_2017 = [(2017, "401"), (2017, "501"), (2017, "603")]
    assert got == [of_2017, [(2015, "501")], [(2015, "501"), *of_2017]]
    assert [PROJECTS.rows(SYSTEM, place, years).count() for years in (None, (2016, YEAR))] == [4, 5]
    assert [HOUSEHOLDS.rows(SYSTEM, place, years).count() for years in ((2014, 2016), (2014, YEAR))] == [0, 2]


def test_a_row_leads_to_its_own_year(filled: Office) -> None:
    old = rows("benefits").get(year=2015)
    for region in (filled.world.a, filled.world.township):
        url = BENEFITS.detail_url(Place(region, YEAR), old)
        assert url == f"/{region.code}/2015/benefits/{old.pk}/"
    assert filled.client.get(filled.url("benefits_detail", key=old.pk, year=2015)).status_code == 200
    assert filled.client.get(filled.url("benefits_detail", key=old.pk)).status_code == 404


def test_years_before_the_first_are_offered_where_they_hold_rows(
    filled: Office, personas: Any, client_of: Any
) -> None:
    """Only 2017 is opened; what an import brought for the years before must be found."""
    got = {
        persona: [
            choice["year"]
            for choice in client_of(personas[persona]).get(filled.url("benefits_list", place=place))
            .context["shell"]["years"]
        ]
        for persona, place in (("clerk_a", filled.world.a), ("clerk_b", filled.world.b), ("township", filled.world.township))
    }  # fmt: skip
    assert got == {"clerk_a": [2017, 2016, 2015], "clerk_b": [2017], "township": [2017]}


# --- the household's page ----------------------------------------------------------------------------------


def panel(client: Any, url: str) -> tuple[list[list[str]], str, list[str]]:
    """The panel of measures on a household's page: its cells, its last line, and where its links lead."""
    page = html.fromstring(client.get(url).content.decode())
    (found,) = [p for p in page.find_class("panel") if p.findtext(".//h2") == "帮扶措施与资金"]
    cells = [
        [cell.text_content().strip() for cell in row.findall("td")] for row in found.xpath(".//tbody/tr")
    ]
    last = found.xpath(".//tfoot/tr | .//p[@class='quiet']")
    return cells, " ".join(last[0].text_content().split()), [link.get("href") for link in found.iter("a")]


def test_a_household_shows_what_it_was_given_in_all_years(filled: Office) -> None:
    url = filled.url("households_detail", key=filled.home.household_id)
    keys = {
        (row.measure, row.year): row.pk for row in rows("benefits").filter(household=filled.home.household)
    }
    assert panel(filled.client, url) == (
        [
            ["1", "2017", "教育资助", filled.member(filled.home).name, "2017年9月1日", "—", "—", "—", "1,500.50",
             "将军红山茶油", "秋季"],
            ["2", "2017", "低保金", "—", "—", "—", "2人", "—", "1,200", "—", "—"],
            ["3", "2015", "低保金", "—", "—", "—", "—", "—", "1,000", "—", "—"],
        ],
        "合计3,700.50",
        [
            f"{filled.url('benefits_create')}?household={filled.home.household_id}",
            filled.url("benefits_detail", key=keys["401", 2017]), filled.url("benefits_detail", key=keys["501", 2017]),
            filled.url("benefits_detail", key=keys["501", 2015], year=2015),
        ],
    )  # fmt: skip


def test_who_may_not_enter_sees_the_panel_without_its_button(
    filled: Office, personas: Any, client_of: Any
) -> None:
    url = filled.url("households_detail", key=filled.other.household_id)
    got = {
        persona: panel(client_of(personas[persona]), url)[2] for persona in ("team", "leader", "department")
    }
    shown = [filled.url("benefits_detail", key=rows("benefits").get(household=filled.other.household).pk)]
    create = f"{filled.url('benefits_create')}?household={filled.other.household_id}"
    assert got == {"team": [create, *shown], "leader": shown, "department": shown}


def test_a_household_without_measures_says_so(office: Office) -> None:
    url = office.url("households_detail", key=office.other.household_id)
    assert panel(office.client, url)[:2] == ([], "没有登记帮扶措施。")


def test_what_another_village_gave_is_seen_by_who_sees_that_village(
    filled: Office, personas: Any, client_of: Any
) -> None:
    """A household that has moved here was given something there."""
    make.BenefitFactory(
        region=filled.world.b, household=filled.other.household, measure="101", year=2016, amount=3000
    )
    url = filled.url("households_detail", key=filled.other.household_id)
    got = {
        persona: (sorted(row[2] for row in cells), last, f"/{B}/2016/" in "".join(links))
        for persona in ("clerk_a", "township")
        for cells, last, links in [panel(client_of(personas[persona]), url)]
    }
    assert got == {
        "clerk_a": (["饮水安全改造"], "合计—", False),
        "township": (["光伏扶贫", "饮水安全改造"], "合计3,000", True),
    }


def test_the_history_of_a_household_tells_what_was_taken_out_again(
    office: Office, personas: dict[str, Any], client_of: Any
) -> None:
    """Of its ledgers as of its own rows; of a village where the reader does not see the household, nothing."""
    for ledger in ("benefits", "partners"):
        assert office.post(ledger).status_code == 302
    make.LedgerEntryFactory(region=office.world.a, household=office.home.household)
    for ledger in ("benefits", "partners", "work"):
        for row in rows(ledger).filter(household=office.home.household_id):
            remove_row(row=row, actor=personas["clerk_a"])
    make.BenefitFactory(region=office.world.b, household=office.home.household, amount=4321)
    rows("benefits").filter(region=office.world.b).delete()
    url = office.url("households_history", key=office.home.household_id)
    told = office.client.get(url).context["page"].object_list
    taken_out = {change.subject for change in told if change.action.startswith("删除")}
    assert taken_out == {
        f"到户措施与资金：教育资助（{YEAR}年）",
        f"市场主体带动：将军红山茶油（{YEAR}年）",
        f"工作台账：院子会（{YEAR}年）",
    }
    assert any("1500.5" in str(change.changes) for change in told)
    assert not any("4321" in str(change.changes) for change in told)


def test_a_row_leads_to_the_household_in_the_year_that_has_it(filled: Office) -> None:
    for year in (YEAR, 2015):
        row = rows("benefits").get(year=year, measure="501", region=filled.world.a)
        response = filled.client.get(filled.url("benefits_detail", key=row.pk, year=year))
        (button,) = response.context["panels"][0].actions
        assert (button.label, button.url) == (
            "查看所在户", filled.url("households_detail", key=filled.home.household_id),
        )  # fmt: skip
        assert filled.client.get(button.url).status_code == 200


# --- deleting ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", OF_A_VILLAGE)
def test_deleting_asks_first_and_is_told(ledger: str, office: Office, personas: Any) -> None:
    office.post(ledger)
    row = rows(ledger).get()
    page = html.fromstring(office.client.get(office.url(f"{ledger}_detail", key=row.pk)).content.decode())
    remove = office.url(f"{ledger}_remove", key=row.pk)
    assert [link.text for link in page.iter("a") if link.get("href") == remove] == ["删除"]
    asked = office.client.get(remove)
    assert f"删除{row}" in asked.content.decode()
    assert "只有录入错误的才应删除，删除后不能恢复，修改记录仍会保留。" in asked.content.decode()
    assert rows(ledger).count() == 1
    audit = Audit()
    response = office.client.post(remove, follow=True)
    assert response.redirect_chain == [(office.url(f"{ledger}_list"), 302)]
    assert messages_of(response) == [("success", "已删除。")]
    assert rows(ledger).count() == 0
    name, closed = type(row).__name__, {} if ledger == "texts" else {("Ledger", "delete"): 1}
    assert (audit.told(), audit.discrepancies()) == ({(name, "delete"): 1, **closed}, [])
    assert audit.actors() == {(personas["clerk_a"].pk, "form")}


@pytest.mark.parametrize("ledger", OF_A_VILLAGE)
def test_nothing_is_deleted_in_a_closed_year(ledger: str, office: Office) -> None:
    office.post(ledger)
    row = rows(ledger).get()
    office.client.get(office.url(f"{ledger}_detail", key=row.pk))  # what was said of the entry is read
    stamp = office.client.stamp(office.url(f"{ledger}_remove", key=row.pk))
    put(office.world.a, "closed")
    before = written()
    response = office.client.post(office.url(f"{ledger}_remove", key=row.pk), stamp, follow=True)
    assert response.redirect_chain == [(office.url(f"{ledger}_detail", key=row.pk), 302)]
    assert messages_of(response) == [("error", SENTENCES["closed"])]
    assert (rows(ledger).count(), written()) == (1, before)


def test_what_is_deleted_takes_its_files_along(office: Office, files: Path) -> None:
    for ledger in ("work", "projects"):
        office.post(ledger)
        row = rows(ledger).get()
        kept = make.LedgerEntryFactory(region=office.world.a)
        for target in (row, kept):
            attach_file(target=target, file=ContentFile(PNG, name=f"{ledger}.png"), actor=SYSTEM)
        office.client.post(office.url(f"{ledger}_remove", key=row.pk))
        left = Attachment.objects.unscoped("tests").filter(name=f"{ledger}.png")
        assert [file.target for file in left] == [kept]
        kept.delete()


#: Rows of money that were entered by mistake: tests/money.
MONEY = ("appropriations", "changes", "allocations", "payments")


def test_only_ledgers_can_be_deleted_from(office: Office) -> None:
    assert {name for name, resource in BY_NAME.items() if resource.removes} == {*OF_A_VILLAGE, *MONEY}
    page = office.client.get(office.url("households_detail", key=office.home.household_id))
    assert "删除" not in page.content.decode()


def test_deleting_asks_for_the_right_itself(filled: Office, personas: Any) -> None:
    row = rows("projects").filter(region=filled.world.a).first()
    before = written()
    for persona in ("leader", "county", "clerk_b"):
        with pytest.raises(Refused, match="您没有在甲村“录入修改”的权限。"):
            remove_row(row=row, actor=personas[persona])
    assert written() == before
    remove_row(row=row, actor=personas["team"])
    assert written() > before


# --- exports -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("ledger", OF_A_VILLAGE)
def test_an_exported_list_is_read_again_without_a_change(ledger: str, filled: Office, tmp_path: Path) -> None:
    path = tmp_path / f"{ledger}.xlsx"
    response = filled.client.get(filled.url(f"{ledger}_export"))
    path.write_bytes(response.getvalue())
    before, count = written(), rows(ledger).filter(region=filled.world.a, year=YEAR).count()
    outcome = import_file(path, importer=IMPORTERS[ledger], region=filled.world.a, year=YEAR, actor=SYSTEM)
    name = BY_NAME[ledger].export_name
    assert (outcome.state, [str(error) for error in outcome.errors]) == (ImportRun.State.UNCHANGED, [])
    assert (dict(outcome.counts), count > 1) == ({name: Written(0, 0, count)}, True)
    assert written() == before


def test_an_export_shows_what_the_list_shows(filled: Office) -> None:
    response = filled.client.get(filled.url("benefits_export") + "?measure=401")
    page = load_workbook(io.BytesIO(response.getvalue())).active
    title, _unit, header, row, total, _signed = page.iter_rows(values_only=True)
    assert (page.title, title[0]) == ("措施与资金", "甲村2017年到户措施与资金")
    assert dict(zip(header, row, strict=True)) == {
        "享受年度": 2017, "户编号": filled.home.household.number, "户主姓名": head(filled.home),
        "帮扶措施": "教育资助", "享受人姓名": filled.member(filled.home).name,
        "危房等级": None, "补助标准（元）": None, "批次": None,
            "序号": 1, "日期": page["G4"].value, "数量": None, "单位": None, "金额（元）": 1500.5, "投放主体": "将军红山茶油",
        "备注": "秋季",
    }  # fmt: skip
    assert page["G4"].value.date() == date(YEAR, 9, 1)
    assert {head: cell for head, cell in zip(header, total, strict=True) if cell is not None} == {
        "序号": "合计", "金额（元）": 1500.5,
    }  # fmt: skip


def test_no_export_holds_a_personal_number(filled: Office) -> None:
    numbers = [p.id_number for p in apps.get_model("households", "Person").objects.unscoped("tests")]
    for ledger in OF_A_VILLAGE:
        book = load_workbook(io.BytesIO(filled.client.get(filled.url(f"{ledger}_export")).getvalue()))
        text = "\n".join(str(cell) for row in book.active.iter_rows(values_only=True) for cell in row)
        assert [number for number in numbers if number in text] == []
        assert "证件号码" not in text


# --- scope -------------------------------------------------------------------------------------------------


def test_no_row_of_b_is_in_a_list_of_a(filled: Office, personas: Any, client_of: Any) -> None:
    """B has rows of each kind; A's clerk sees none of them in A, and no page of B at all."""
    for ledger in OF_A_VILLAGE:
        there = rows(ledger).filter(region=filled.world.b)
        assert there.exists(), "no row that could leak"
        seen = BY_NAME[ledger].rows(personas["clerk_a"], Place(filled.world.a, YEAR))
        assert {row.region_id for row in seen} == {A}
        everything = BY_NAME[ledger].rows(personas["clerk_a"], Place(county(), YEAR))
        assert {row.region_id for row in everything} == {A}
        elsewhere = filled.url(f"{ledger}_list", place=filled.world.b)
        assert filled.client.get(elsewhere).status_code == 404
        assert client_of(personas["clerk_b"]).get(elsewhere).status_code == 200


def county() -> Region:
    return Region.objects.unscoped("tests").get(code="421199000000")


def test_with_the_scope_off_b_is_seen(filled: Office, personas: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the test above."""
    from django.db.models import Q

    monkeypatch.setattr(Benefit, "in_scope", classmethod(lambda cls, actor, action: Q()))
    seen = BENEFITS.rows(personas["clerk_a"], Place(county(), YEAR))
    assert {row.region_id for row in seen} == {A, B}


def test_a_moved_household_is_searched_by_its_members_here(filled: Office) -> None:
    """A name that only another village registered in the household finds nothing here."""
    make.village(B, "乙村", year=YEAR - 1)
    there = make.HouseholdYearFactory(region=filled.world.b, year=YEAR - 1, household=filled.other.household)
    make.MembershipFactory(household_year=there, person=make.PersonFactory(name="外村旧名"))
    assert listed(filled.client, filled.url("benefits_list") + "?q=外村旧名")[0] == []
    assert len(listed(filled.client, filled.url("benefits_list") + f"?q={head(filled.other)}")[0]) == 1


def test_the_team_enters_and_the_department_reads(office: Office, world: Any, client_of: Any) -> None:
    """What the roles' table says, on the buttons of a list and of a row."""
    row = make.ProjectFactory(region=world.a)
    got = {}
    for role in (
        Role.TEAM,
        Role.CLERK,
        Role.TOWNSHIP,
        Role.DEPARTMENT,
        Role.LEADER,
        Role.HELPER,
        Role.AUDITOR,
    ):
        client = client_of(make.user(role, world.a))
        pages = [office.url("projects_list"), office.url("projects_detail", key=row.pk)]
        got[role.value] = [[b.label for b in client.get(url).context["actions"]] for url in pages]
    enters = [["新增", "导出Excel"], ["修改", "修改记录", "删除", "村级申报"]]
    assert got == {
        "team": enters, "clerk": enters, "township": enters, "department": [["导出Excel"], []],
        "leader": [[], []], "helper": [[], []], "auditor": [["导出Excel"], ["修改记录"]],
    }  # fmt: skip
