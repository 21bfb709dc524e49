"""Workbooks with one ledger of a village alone, as a cadre writes them: headers, good rows, rows to change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from fupin.domain.imports import IMPORTERS

HEADERS = {
    "benefits": ("享受年度", "户编号", "户主姓名", "帮扶措施", "享受人姓名", "享受人证件号码", "日期", "数量", "单位",
                 "金额（元）", "投放主体", "备注"),
    "projects": ("实施年度", "排列号", "项目名称", "建设性质", "建设规模", "单位", "投入资金（万元）", "进度", "备注"),
    "partners": ("带动年度", "市场主体名称", "类型", "户编号", "备注"),
    "work": ("类别", "日期", "主题", "户编号", "参加人数（人）", "涉及户数（户）", "涉及人数（人）", "发放份数（份）",
             "金额（元）", "备注"),
    "texts": ("章节", "段落号", "内容"),
}  # fmt: skip


def workbook(kind: str, rows: Sequence[Sequence[Any]], folder: Path, headers: Sequence[str] = ()) -> Path:
    """A cadre's file: title, unit line, header on the third row."""
    book = Workbook()
    page = book.active
    page.title = IMPORTERS[kind].book.sheets[0].name
    page.append(["台账"])
    page.append(["填报单位：万田畈村"])
    page.append(headers or HEADERS[kind])
    for row in rows:
        page.append(row)
    path = folder / f"{kind}.xlsx"
    book.save(path)
    return path


GOOD = {
    "benefits": [
        [2016, "4203206001", None, "光伏", None, None, None, 3, "千瓦", 3000, None, None],
        [2017, "4203206001", None, "101", None, None, date(2017, 6, 1), 3, "千瓦", "3,000.50", "青山合作社", None],
        [2014, "4203206002", None, "教育资助", None, "NUMBER", None, None, None, None, None, "高中"],
    ],
    "projects": [
        [2016, 1, "便民小道", "新建", 2800, "米", 10, "完工", None],
        [2017, 2, "党群服务中心提档升级", "改扩建", None, None, 25.123456, "实施中", None],
        [2017, None, "养殖基地", None, 300, "亩", None, "规划中", None],
    ],
    "partners": [
        [2017, "青山合作社", "合作社", "4203206001", None],
        [2017, "杉宝公司", "企业", "4203206001", None],
        [2017, "杉宝公司", "企业", "4203206002", None],
    ],
    "work": [
        ["场子会", "2017-03-05", "春耕", None, 30, 20, None, None, None, None],
        ["讲脱贫故事", "2016年5月6日", None, None, 60, None, None, None, None, None],
        ["走访慰问", "2015.1.2", "春节慰问", "4203206002", None, None, None, 1, 500, None],
    ],
    "texts": [
        [None, 1, "一是巩固{poor:户人}。"],
        ["六", 1, "群众主动发展的多了。"],
        ["七、今后工作努力的方向", 2, "二是建设{planned:清单}。"],
    ],
}  # fmt: skip


def good_rows(kind: str, two: Any) -> list[list[Any]]:
    number = two.members.unscoped("tests").order_by("-pk")[0].person.id_number
    return [[number if cell == "NUMBER" else cell for cell in row] for row in GOOD[kind]]


def benefit(**cells: Any) -> list[Any]:
    row = dict.fromkeys(HEADERS["benefits"])
    row |= {"享受年度": 2017, "户编号": "4203206001", "帮扶措施": "养牛奖补"}
    return [*(row | cells).values()]


def project(**cells: Any) -> list[Any]:
    row = dict.fromkeys(HEADERS["projects"]) | {"实施年度": 2017, "项目名称": "路灯", "进度": "已完成"}
    return [*(row | cells).values()]


def partner(**cells: Any) -> list[Any]:
    row = dict.fromkeys(HEADERS["partners"])
    row |= {"带动年度": 2017, "市场主体名称": "新公司", "类型": "企业", "户编号": "4203206001"}
    return [*(row | cells).values()]


def work(**cells: Any) -> list[Any]:
    row = dict.fromkeys(HEADERS["work"]) | {"类别": "场子会", "日期": "2017-05-01"}
    return [*(row | cells).values()]
