"""The yearbook's numbers counted a second time, from exported rosters, by headings typed again.

Nothing here may import figures or their tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from tests.reports.recount import BATCHES

Row = dict[str, Any]
UNCOUNTED = (
    "教育资助", "医疗报销", "住房补助", "产业奖补", "金融贴息", "临时救助", "保险赔付", "其他残疾", "慰问", "短期抚恤", "三年以内",
)  # fmt: skip
BANDS = {
    "3000元以下": (None, 3000), "3000—4000元": (3000, 4000), "4000—6000元": (4000, 6000), "6000—10000元": (6000, 10000),
    "10000元及以上": (10000, None),
}  # fmt: skip
CAUSES = (
    "因病",
    "因残",
    "因学",
    "因灾",
    "缺土地",
    "缺水",
    "缺技术",
    "缺劳动力",
    "缺资金",
    "交通条件落后",
    "自身发展动力不足",
)
PROFILE = {
    "村组（个）": ("村民小组", "自然湾"), "户数和人口": ("总户数", "总人口（人）", "农业人口（人）"),
    "劳动力情况（人）": ("劳动力", "外出务工劳动力"), "土地（亩）": ("版图面积", "耕地面积", "林地面积", "水面面积"),
    "村级组织（人）": ("党员", "书记", "副主任", "计生专干"),
}  # fmt: skip
#: Of headings whose columns have one unit.
UNITS = {group: group.partition("（")[2].rstrip("）") for group in PROFILE if "（" in group}
FIVE = dict(
    zip(
        ("发展生产脱贫", "易地扶贫搬迁", "生态补偿脱贫", "发展教育", "社会保障兜底"),
        BATCHES.values(),
        strict=True,
    )
)
PEOPLE = {
    "文化程度": ("文化程度", ("文盲或半文盲", "小学", "初中", "高中", "大专及以上", "学龄前儿童"), "未填（含在校生）"),
    "健康状况": ("健康状况", ("健康", "长期慢性病", "患有大病", "残疾"), "未填"),
    "劳动技能": ("劳动技能", ("普通劳动力", "技能劳动力", "丧失劳动力", "无劳动力", "弱劳动力或半劳动力"), "未填"),
    "务工地点": ("务工情况", ("乡(镇)内", "乡外县内", "县外省内", "省外", "其他"), "没有务工"),
}  # fmt: skip


#: Years of age and months of work, first and last; grades by stages of school; people of a household.
AGES = {
    "6岁以下": (-99, 5), "6—15岁": (6, 15), "16—35岁": (16, 35), "36—59岁": (36, 59), "60—79岁": (60, 79), "80岁及以上": (80, 999),
}  # fmt: skip
MONTHS = {"0—2个月": (0, 2), "3—5个月": (3, 5), "6—8个月": (6, 8), "9—12个月": (9, 12)}
SCHOOLS = {
    "学前教育": ("学前教育",), "小学": ("小学",), "初中": ("七年级", "八年级", "九年级"),
    "普通高中": ("高中一年级", "高中二年级", "高中三年级"), "中职": ("中职一年级", "中职二年级", "中职三年级"),
    "高职(高专)": ("高职(高专)一年级", "高职(高专)二年级", "高职(高专)三年级"), "大专及以上": ("大专及以上",),
    "非在校生": ("非在校生",), "未填": (None,),
}  # fmt: skip
SIZES = {
    "0人": (0, 0), "1人": (1, 1), "2人": (2, 2), "3人": (3, 3), "4人": (4, 4), "5人": (5, 5), "6人及以上": (6, 99),
}  # fmt: skip


class Count:
    """Some villages' sheets, and what somebody counts in them."""

    def __init__(self, sheets: Iterable[dict[str, list[Row]]]) -> None:
        sheets = list(sheets)
        for name in ("villages", "households", "members", "benefits", "projects", "income", "partners"):
            setattr(self, name, [row for sheet in sheets for row in sheet[name]])
        self.people = Counter(row["户编号"] for row in self.members)
        self.home_of = {row["户编号"]: row for row in self.households}

    def pair(self, heading: str, numbers: Iterable[str]) -> dict[str, Any]:
        homes = set(numbers)
        return {
            f"{heading}/户数": len(homes),
            f"{heading}/人数": sum(self.people[number] for number in homes),
        }

    def homes(self, heading: str, **said: Any) -> dict[str, Any]:
        rows = (row for row in self.households if all(row[name] == value for name, value in said.items()))
        return self.pair(heading, (row["户编号"] for row in rows))

    def rows_of(self, *measures: str) -> list[Row]:
        return [row for row in self.benefits if row["帮扶措施"] in measures]

    def given(self, heading: str, *measures: str) -> dict[str, Any]:
        return self.pair(heading, (row["户编号"] for row in self.rows_of(*measures)))

    def money(self, *measures: str, but: str = "") -> Fraction:
        rows = (
            self.rows_of(*measures) if measures else [row for row in self.benefits if row["帮扶措施"] != but]
        )
        return sum((Fraction(str(row["金额（元）"] or 0)) for row in rows), Fraction(0)) / 10_000

    def persons(self, *measures: str) -> int:
        return len(
            {(row["户编号"], row["享受人姓名"]) for row in self.rows_of(*measures) if row["享受人姓名"]}
        )

    def per_head(self) -> dict[str, Fraction | None]:
        found: dict[str, Fraction | None] = {}
        for row in self.income:
            known = [
                (-1 if "支出" in name else 1) * Fraction(str(value))
                for name, value in row.items()
                if name.endswith("（元）") and not name.startswith(UNCOUNTED) and value is not None
            ]
            people = self.people[row["户编号"]]
            found[row["户编号"]] = sum(known) / people if known and people else None
        return found


def share(part: Any, whole: Any) -> Fraction | None:
    return Fraction(part) / Fraction(whole) if whole else None


def _basics(c: Count) -> dict[str, Any]:
    found: dict[str, Any] = {"村组（个）/重点贫困村数": sum(row["重点贫困村"] == "是" for row in c.villages)}
    for group, names in PROFILE.items():
        for name in names:
            column = name if name.endswith("）") else f"{name}（{UNITS.get(group, '户')}）"
            found[f"{group}/{name}"] = sum(Fraction(str(row[column] or 0)) for row in c.villages)
    return found


def _households(c: Count) -> dict[str, Any]:
    left = c.pair(
        "已脱贫", (row["户编号"] for row in c.households if row["脱贫状态"] in ("历史已脱贫", "新脱贫"))
    )
    return {
        **c.homes("建档立卡贫困户"),
        **{k: v for name in ("一般贫困户", "低保贫困户", "五保贫困户") for k, v in c.homes(f"贫困户属性/{name}", 贫困户属性=name).items()},
        **{k: v for name in ("返贫", "历史已脱贫", "未脱贫", "新脱贫") for k, v in c.homes(f"脱贫状态/{name}", 脱贫状态=name).items()},
        **left, "已脱贫/脱贫率（%）": share(left["已脱贫/户数"] * 100, len(c.households)),
    }  # fmt: skip


def _exits(c: Count) -> dict[str, Any]:
    before = (row["户编号"] for row in c.households if row["脱贫年度"] and row["脱贫年度"] < 2014)
    found = {**c.homes("建档立卡贫困户"), **c.pair("脱贫年度/2013年及以前脱贫", before)}
    for year in range(2014, 2018):
        found |= c.homes(f"脱贫年度/{year}年脱贫", 脱贫年度=year)
    return found | c.homes("未脱贫", 脱贫年度=None)


def _causes(c: Count) -> dict[str, Any]:
    found = {**c.homes("建档立卡贫困户"), **c.homes("主要致贫原因/未填", 主要致贫原因=None)}
    for name in CAUSES:
        found |= c.homes(f"主要致贫原因/{name}", 主要致贫原因=name)
    return found


def _incomes(c: Count) -> dict[str, Any]:
    by_head = c.per_head()
    found = c.homes("建档立卡贫困户")
    for name, (low, high) in BANDS.items():
        numbers = (
            number for number, amount in by_head.items()
            if amount is not None and (low is None or amount >= low) and (high is None or amount < high)
        )  # fmt: skip
        found |= c.pair(f"人均纯收入/{name}", numbers)
    return found | c.pair(
        "人均纯收入/未登记", (number for number, amount in by_head.items() if amount is None)
    )


def _batches(c: Count) -> dict[str, Any]:
    found = c.homes("建档立卡贫困户")
    for name, measures in FIVE.items():
        found |= c.given(name, *measures)
        found[f"{name}/占比（%）"] = share(found[f"{name}/户数"] * 100, len(c.households))
    return found


def _guarantees(c: Count) -> dict[str, Any]:
    water = {row["户编号"] for row in c.rows_of("饮水安全改造")}
    secured = {row["户编号"] for row in c.rows_of(*FIVE["社会保障兜底"])}
    return {
        **c.given("安全住房/危旧房改建", "全拆全建", "部分改建"), **c.given("安全住房/全拆全建", "全拆全建"),
        **c.given("安全住房/部分改建", "部分改建"), **c.pair("安全饮水/饮水安全", water),
        **c.pair("安全饮水/未脱贫户饮水安全", (home for home in water if c.home_of[home]["脱贫年度"] is None)),
        **c.given("教育保障/发展教育", *FIVE["发展教育"]), "教育保障/教育资助学生（人）": c.persons(*FIVE["发展教育"]),
        **c.pair("社会保障/社会保障兜底", secured), **c.given("社会保障/低保金", "低保金"),
        **c.given("社会保障/五保供养金", "五保供养金"),
        **c.pair("社会保障/社会保障兜底的一般贫困户", (home for home in secured if c.home_of[home]["贫困户属性"] == "一般贫困户")),
    }  # fmt: skip


def _members(c: Count, *groups: str) -> dict[str, Any]:
    found: dict[str, Any] = {"家庭成员（人）": len(c.members)}
    for group in groups:
        column, labels, blank = PEOPLE[group]
        counted = Counter(row[column] or blank for row in c.members)
        found |= {f"{group}（人）/{label}": counted[label] for label in (*labels, blank)}
    return found


def _ages(c: Count) -> dict[str, Any]:
    """At the end of the year everybody has had the year's birthday."""
    ages = [2017 - row["出生日期"].year for row in c.members]
    return {
        "家庭成员（人）": len(c.members),
        **{f"性别（人）/{sex}": sum(row["性别"] == sex for row in c.members) for sex in ("男", "女")},
        **{f"年龄（人）/{name}": sum(low <= age <= high for age in ages) for name, (low, high) in AGES.items()},
        **{
            f"在校生状况（人）/{name}": sum(row["在校生状况"] in grades for row in c.members)
            for name, grades in SCHOOLS.items()
        },
    }  # fmt: skip


def _sizes(c: Count) -> dict[str, Any]:
    found = c.homes("建档立卡贫困户")
    for name, (low, high) in SIZES.items():
        found |= c.pair(f"家庭人口/{name}", (home for home in c.home_of if low <= c.people[home] <= high))
    return found


def _labour(c: Count) -> dict[str, Any]:
    worked = [row["务工时间（月）"] for row in c.members if row["务工情况"] is not None]
    found = {
        **_members(c, "劳动技能", "务工地点"),
        "贫困人口务工（人）": len(worked),
        "务工时间（人）/未填": worked.count(None),
    }
    for name, (low, high) in MONTHS.items():
        found[f"务工时间（人）/{name}"] = sum(each is not None and low <= each <= high for each in worked)
    return found


def _projects(c: Count) -> dict[str, Any]:
    def stage(*stages: str) -> tuple[int, Fraction]:
        rows = [row for row in c.projects if row["进度"] in stages]
        return len(rows), sum((Fraction(str(row["投入资金（万元）"] or 0)) for row in rows), Fraction(0))

    count, money = stage("实施中", "已完成")
    found = {
        "到村项目/到村项目数（个）": count,
        "到村项目/金额（万元）": money,
        "到村项目/已完成项目（个）": stage("已完成")[0],
    }
    for name in ("规划中", "实施中", "已完成", "已终止"):
        count, money = stage(name)
        found |= {f"按进展/{name}的项目/数量（个）": count, f"按进展/{name}的项目/金额（万元）": money}
    return found


def _money(c: Count) -> dict[str, Any]:
    return {
        "到户资金金额（万元）": c.money(but="扶贫小额信贷"),
        **c.given("低保金", "低保金"), "低保金/金额（万元）": c.money("低保金"),
        **c.given("五保供养金", "五保供养金"), "五保供养金/金额（万元）": c.money("五保供养金"),
        **c.given("全拆全建", "全拆全建"), "全拆全建/奖补金额（万元）": c.money("全拆全建"),
        **c.given("部分改建", "部分改建"), "部分改建/奖补金额（万元）": c.money("部分改建"),
        **{k.replace("/", "/发展教育"): v for k, v in c.given("教育资助", *FIVE["发展教育"]).items()}, "教育资助/金额（万元）": c.money(*FIVE["发展教育"]),
        "养殖奖补（万元）/金额": c.money("养牛奖补", "养蜂奖补"),
    }  # fmt: skip


def _posts_and_loans(c: Count) -> dict[str, Any]:
    loan = c.money("扶贫小额信贷")
    homes = c.given("扶贫小额信贷", "扶贫小额信贷")
    return {
        **c.given("公益性岗位", "公益性岗位"), "公益性岗位/数量（个）": c.persons("公益性岗位"),
        "公益性岗位/金额（万元）": c.money("公益性岗位"),
        **homes, "扶贫小额信贷/金额（万元）": loan, "扶贫小额信贷/户均（万元）": share(loan, homes["扶贫小额信贷/户数"]),
        **c.given("金融扶贫分红", "金融扶贫分红"), "金融扶贫分红/金额（万元）": c.money("金融扶贫分红"),
        **c.given("光伏扶贫", "光伏扶贫"), "光伏扶贫/金额（万元）": c.money("光伏扶贫"),
    }  # fmt: skip


def _enterprises(c: Count) -> dict[str, Any]:
    found: dict[str, Any] = c.given("自主创业", "自主创业")
    for group, counted, led, cooperative in (
        ("企业、家庭农场和大户", "参与带动的市场主体", "市场主体带动", False), ("专业合作社", "数量", "合作社社员", True),
    ):  # fmt: skip
        rows = [
            row
            for row in c.partners
            if row["带动年度"] == 2017 and (row["类型"] == "专业合作社") == cooperative
        ]
        found[f"{group}/{counted}（个）"] = len({row["市场主体名称"] for row in rows})
        homes = c.pair("x", (row["户编号"] for row in rows))
        found |= {f"{group}/{led}户数": homes["x/户数"], f"{group}/{led}人数": homes["x/人数"]}
    return found


#: By sheet, what each of its columns comes to.
SHEETS = {
    "村基本情况": _basics, "贫困户分类": _households, "分年度脱贫": _exits, "主要致贫原因": _causes, "人均纯收入": _incomes,
    "五个一批": _batches, "住房、饮水、教育和社会保障": _guarantees,
    "家庭人口": _sizes, "性别、年龄和在校情况": _ages,
    "文化程度和健康状况": lambda c: _members(c, "文化程度", "健康状况"),
    "劳动技能和务工": _labour,
    "到村项目": _projects, "到户资金": _money, "岗位、信贷和分红": _posts_and_loans, "市场主体带动": _enterprises,
}  # fmt: skip
