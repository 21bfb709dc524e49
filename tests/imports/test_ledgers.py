"""The ledgers of a village, each imported alone: what is written, what is refused and where, what is only noted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from funds.models import Benefit, Enterprise, Partnership, Project
from fupin.domain.imports import IMPORTERS
from fupin.domain.jobs import run_next_job
from fupin.models import Ledger
from households.models import LedgerEntry
from reports.models import SectionText
from tests.imports.ledgers import GOOD, HEADERS, benefit, good_rows, partner, project, work, workbook
from tests.imports.support import (
    YEAR,
    command,
    import_workbook,
    lines_on_page,
    notes_on_page,
    state_of_database,
    upload,
)

MODELS = {
    "benefits": Benefit, "projects": Project, "partners": Partnership, "work": LedgerEntry, "texts": SectionText,
}  # fmt: skip


@pytest.mark.parametrize("kind", GOOD)
def test_a_ledger_alone_is_recognised_written_and_the_second_time_unchanged(kind, office, people, tmp_path):
    path = workbook(kind, good_rows(kind, people[1]), tmp_path)
    sheet = IMPORTERS[kind].book.sheets[0].name

    first = command(path, office)
    assert (first.status, first.out, first.err) == (0, [f"{sheet}：新增3，变更0，未变0"], [])
    assert MODELS[kind].objects.unscoped("tests").count() == 3
    before = state_of_database()
    again = command(path, office)
    assert again.out == [f"{sheet}：新增0，变更0，未变3", "与现有数据完全一致，没有写入任何数据。"]
    assert state_of_database() == before


def test_what_is_written_is_what_the_cells_say(office, people, tmp_path):
    for kind in ("partners", "benefits", "projects", "work", "texts"):
        assert command(workbook(kind, good_rows(kind, people[1]), tmp_path), office).status == 0
    benefits = Benefit.objects.unscoped("tests").order_by("year", "on")
    names = (
        "year",
        "household__number",
        "measure",
        "on",
        "quantity",
        "unit",
        "amount",
        "enterprise__name",
        "remark",
    )
    assert list(benefits.values_list(*names)) == [
        (2014, "4203206002", "401", None, None, "", None, None, "高中"),
        (2016, "4203206001", "101", None, Decimal(3), "千瓦", Decimal(3000), None, ""),
        (
            2017,
            "4203206001",
            "101",
            date(2017, 6, 1),
            Decimal(3),
            "千瓦",
            Decimal("3000.50"),
            "青山合作社",
            "",
        ),
    ]
    assert benefits[0].person.name == "王小明"
    projects = Project.objects.unscoped("tests").order_by("pk")
    names = ("year", "position", "name", "nature", "quantity", "unit", "amount", "stage")
    assert list(projects.values_list(*names)) == [
        (2016, 1, "便民小道", "01", Decimal(2800), "米", Decimal(100000), "03"),
        (2017, 2, "党群服务中心提档升级", "03", None, "", Decimal("251234.56"), "02"),
        (2017, None, "养殖基地", "", Decimal(300), "亩", None, "01"),
    ]
    # An enterprise that is there keeps where it belongs; a new one belongs to the village.
    assert dict(Enterprise.objects.unscoped("tests").values_list("name", "region_id")) == {
        "青山合作社": office.neighbour.code, "杉宝公司": office.village.code,
    }  # fmt: skip
    entries = LedgerEntry.objects.unscoped("tests").order_by("on")
    names = ("year", "kind", "title", "household__number", "attendance", "pieces", "amount")
    assert list(entries.values_list(*names)) == [
        (2015, "201", "春节慰问", "4203206002", None, 1, Decimal(500)),
        (2016, "106", "", None, 60, None, None),
        (2017, "101", "春耕", None, 30, None, None),
    ]
    texts = SectionText.objects.unscoped("tests").order_by("chapter", "position")
    assert list(texts.values_list("year", "chapter", "position", "text")) == [
        (2017, "6", 1, "群众主动发展的多了。"),
        (2017, "7", 1, "一是巩固{poor:户人}。"),
        (2017, "7", 2, "二是建设{planned:清单}。"),
    ]
    kept = Ledger.objects.unscoped("tests").filter(region=office.village).exclude(kind="households")
    assert set(kept.values_list("year", "kind", "state")) == {
        (2014, "education", "rows"), (2016, "solar", "rows"), (2017, "solar", "rows"),
        (2016, "projects", "rows"), (2017, "projects", "rows"), (2017, "partners", "rows"),
        (2015, "work", "rows"), (2016, "work", "rows"), (2017, "work", "rows"),
    }  # fmt: skip


class Bad(NamedTuple):
    """A wrong row, after a right one, and the lines that say so."""

    kind: str
    row: list[Any]
    lines: list[str]


TWICE = (
    "措施与资金!D5 “光伏”：同一户（人）同一年度、同一日期的这项措施重复。请删去重复的行，或填写不同的日期。"
)
BAD = [
    Bad(
        "benefits",
        benefit(帮扶措施="公益岗"),
        ["措施与资金!E5：公益性岗位按人登记，没有写明是谁。请填写享受人。"],
    ),
    Bad("benefits", benefit(户编号="4203207001"),
        ["措施与资金!B5 “4203207001”：本村没有这个户编号。请核对户编号；只能填写本村登记的户。"]),
    Bad("benefits", benefit(户编号="4299999999"),
        ["措施与资金!B5 “4299999999”：本村没有这个户编号。请核对户编号；只能填写本村登记的户。"]),
    Bad("benefits", benefit(享受人姓名="李四"),
        ["措施与资金!E5 “李四”：户编号 4203206001 中没有这名成员。请核对姓名、证件号码和户编号。"]),
    Bad("benefits", benefit(户编号="4203206002", 享受人姓名="王小明"),
        ["措施与资金!E5 “王小明”：该户有同名成员。请填写享受人证件号码。"]),
    Bad("benefits", benefit(户主姓名="李四"),
        ["措施与资金!C5 “李四”：户编号 4203206001 中没有这个人。请核对户编号和姓名。"]),
    Bad("benefits", benefit(数量=3), ["措施与资金!I5：填了数量，没有填单位。请填写单位，如：米、盏、头；没有数量的都留空。"]),
    Bad("benefits", GOOD["benefits"][0], [TWICE]),
    Bad("benefits", benefit(日期="2016-05-01"), ["措施与资金!G5 “2016-05-01”：日期不在2017年。请核对日期和享受年度。"]),
    Bad("benefits", benefit(享受年度=2018), ["措施与资金!A5 “2018”：享受年度晚于2017年度。请核对享受年度。"]),
    Bad("benefits", benefit(帮扶措施="危房改造"),
        ["措施与资金!D5 “危房改造”：“危房改造”的含义不明确。请写明是“全拆全建”还是“部分改建”。"]),
    Bad("benefits", benefit(投放主体="无名公司"),
        ["措施与资金!K5 “无名公司”：没有登记“无名公司”。请在“市场主体”表中填写，或先登记该市场主体。"]),
    Bad("benefits", benefit(**{"金额（元）": -1}),
        ["措施与资金!J5 “-1”：小于最小值 0。请填写0 到 10000000 之间的数字，最多 2 位小数。"]),
    Bad("benefits", benefit(**{"金额（元）": 20_000_000}),
        ["措施与资金!J5 “20000000”：大于最大值 10000000。请填写0 到 10000000 之间的数字，最多 2 位小数，并核对单位。"]),
    Bad("projects", project(建设规模=80), ["项目!F5：填了建设规模，没有填单位。请填写单位，如：米、盏、头；没有数量的都留空。"]),
    Bad("projects", project(项目名称="便民小道", 实施年度=2016),
        ["项目!C5 “便民小道”：同一年度有两个同名项目。请合并，或写明不同的地点、标段。"]),
    Bad("projects", project(进度="快了"),
        ["项目!H5 “快了”：没有“快了”这一项。可填：规划中、实施中、已完成、已终止。"]),
    Bad("projects", project(实施年度=2019),
        ["项目!A5 “2019”：实施年度晚于2018年。请核对实施年度；规划项目填计划实施的年度。"]),
    Bad("partners", partner(市场主体名称="青山合作社", 户编号="4203206002"),
        ["市场主体!C5 “企业”：该市场主体已登记为专业合作社。请核对类型和名称。"]),
    Bad("partners", GOOD["partners"][0], ["市场主体!D5 “4203206001”：该户与该市场主体重复。请删去重复的行。"]),
    Bad("work", work(**{"金额（元）": 5}), ["工作台账!I5 “5”：“场子会”不登记金额。请留空，或改正类别。"]),
    Bad("work", GOOD["work"][0], ["工作台账!C5 “春耕”：同一天的同类工作重复。请删去重复的行；一天几场的请写不同的主题。"]),
    Bad("work", work(日期="2018-01-01"), ["工作台账!B5 “2018-01-01”：日期晚于2017年度。请核对日期。"]),
    Bad("work", work(类别="会议"), ["工作台账!A5 “会议”：“会议”的含义不明确。请写明是“场子会”“院子会”还是“户主会”。"]),
    Bad("texts", ["七", 1, "又一段"], ["下一步!B5 “1”：同一章节有两个相同的段落号。请改成不同的段落号。"]),
    Bad("texts", [None, 3, "共{pooor:户人}。"],
        ["下一步!C5 “共{pooor:户人}。”：第1行：没有“pooor”这个指标，是否应为“poor”？请改正内容。"]),
    Bad("texts", [None, 3, "[[没有写完"], ["下一步!C5 “[[没有写完”：第1行：“[[”没有用“]]”结束。请改正内容。"]),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: f"{bad.kind} {bad.lines[0][:40]}")
def test_a_mistake_has_its_line_and_nothing_is_written(bad, office, people, tmp_path):
    first = good_rows(bad.kind, people[1])[0]
    path = workbook(bad.kind, [first, bad.row], tmp_path)
    client = office.client()  # logging in is written down, too
    before = state_of_database()

    ended = command(path, office)

    assert ended.err == [*bad.lines, f"共{len(bad.lines)}处问题，未写入任何数据。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before

    url = upload(client, office, path, kind=bad.kind)
    run_next_job()
    assert lines_on_page(client, url) == bad.lines
    assert state_of_database() == before


@pytest.mark.parametrize(("header", "said"), [
    ("金额（万元）", "措施与资金!J3 “金额（万元）”：单位是万元，应为元。请把整列换算成元，表头改为“金额（元）”。"),
])  # fmt: skip
def test_a_header_in_the_other_unit_is_an_error(header, said, office, people, tmp_path):
    headers = [header if name == "金额（元）" else name for name in HEADERS["benefits"]]
    ended = command(workbook("benefits", GOOD["benefits"][:1], tmp_path, headers), office)
    assert ended.err == [said, "共1处问题，未写入任何数据。"]


def test_a_project_in_the_wrong_unit_is_written_with_a_word_on_it(office, people, tmp_path):
    """The paper of the reference village printed 16 元 for 16 万元."""
    rows = [
        project(**{"项目名称": name, "投入资金（万元）": amount})
        for name, amount in (
            ("便民小道", 10),
            ("路灯", 11.5),
            ("文化广场", 0.0016),
            ("公厕", 8),
            ("路基", 160000 / 2),
        )
    ]
    path = workbook("projects", rows, tmp_path)
    said = [
        "工作表“项目”G6：“文化广场”投入资金16元（0.0016万元），与其他项目相差悬殊，请核对单位是元还是万元。",
        "工作表“项目”G8：“路基”投入资金800000000元（80000万元），与其他项目相差悬殊，请核对单位是元还是万元。",
    ]
    ended = command(path, office)
    assert (ended.status, ended.err) == (0, said)
    assert Project.objects.unscoped("tests").count() == 5
    client = office.client()
    url = upload(client, office, path, kind="projects")
    run_next_job()
    assert [note for note in notes_on_page(client, url) if "悬殊" in note] == said


def test_usual_amounts_are_not_remarked(office, people, tmp_path):
    """Negative control of the test above."""
    rows = [
        project(**{"项目名称": name, "投入资金（万元）": amount})
        for name, amount in (
            ("便民小道", 10),
            ("路灯", 11.5),
            ("文化广场", 16),
            ("宣传栏", 0.4),
            ("公厕", 80),
        )
    ]
    assert command(workbook("projects", rows, tmp_path), office).err == []


def test_a_ledger_wants_its_village(office, people, tmp_path):
    path = workbook("projects", [project()], tmp_path)
    said = "整个文件：没有选定村。台账按村导入，请先选择一个村（命令行用 --region 村代码）。"
    for more in ((), ("--region", office.village.parent_id)):
        ended = import_workbook(path, "--year", YEAR, *more)
        assert (ended.status, ended.err) == (1, [said, "共1处问题，未写入任何数据。"])


def test_no_ledger_goes_into_a_village_out_of_reach(office, people, tmp_path):
    path = workbook("projects", [project()], tmp_path)
    before = state_of_database()
    ended = import_workbook(path, "--year", YEAR, "--user", "clerk", "--region", office.neighbour.code)
    assert (ended.status, ended.err) == (1, ["您没有在石桥畈村导入“到村项目台账”的权限。"])
    assert state_of_database() == before
