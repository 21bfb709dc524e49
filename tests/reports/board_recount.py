"""The dashboard's panels and tiles as somebody counts them who has only the sheets.

Nothing here may import figures or board: labels, bands and rules are typed again. A panel that is not in RECOUNTED has no
second computation.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from lxml import html

from fupin.models import Ledger, RegionYear
from tests.reports.recount import BATCHES
from tests.reports.rosters import LOAN, YEARS, Rosters, Row, Table, body, share, wan, within
from tests.reports.support import region

LEFT, OPEN = ("历史已脱贫", "新脱贫"), ("未脱贫", "返贫")
LANDED = ("实施中", "已完成")
CAUSES = (
    "因病", "因残", "因学", "因灾", "缺土地", "缺水", "缺技术", "缺劳动力", "缺资金", "交通条件落后", "自身发展动力不足",
)  # fmt: skip
AGES = {
    "6岁以下": (-99, 5), "6—15岁": (6, 15), "16—35岁": (16, 35), "36—59岁": (36, 59), "60—79岁": (60, 79), "80岁及以上": (80, 999),
}  # fmt: skip
SCHOOLS = {
    "学前教育": ("学前教育",), "小学": ("小学",), "初中": ("七年级", "八年级", "九年级"),
    "普通高中": ("高中一年级", "高中二年级", "高中三年级"), "中职": ("中职一年级", "中职二年级", "中职三年级"),
    "高职(高专)": ("高职(高专)一年级", "高职(高专)二年级", "高职(高专)三年级"), "大专及以上": ("大专及以上",),
    "非在校生": ("非在校生",), "未填": (None,),
}  # fmt: skip
MONTHS = {"0—2个月": (0, 2), "3—5个月": (3, 5), "6—8个月": (6, 8), "9—12个月": (9, 12)}
SIZES = {
    "0人": (0, 0), "1人": (1, 1), "2人": (2, 2), "3人": (3, 3), "4人": (4, 4), "5人": (5, 5), "6人及以上": (6, 99),
}  # fmt: skip
#: Ledgers that are lists of their own, and those of what households were given.
LISTS = {
    "村情": "villages",
    "建档立卡户": "households",
    "工作台账": "work",
    "到村项目": "projects",
    "市场主体": "partners",
}
LEDGERS = {
    "产业奖补与创业": ("养牛奖补", "养蜂奖补", "种植奖补", "其他产业奖补", "自主创业"), "光伏扶贫": ("光伏扶贫",),
    "金融扶贫": (LOAN, "金融扶贫分红"), "易地扶贫搬迁": ("易地扶贫搬迁",), "生态补偿": ("生态补偿",), "教育资助": ("教育资助",),
    "低保": ("低保金",), "五保供养": ("五保供养金",),
    "养老、残补与救助": ("城乡居民养老保险", "残疾人两项补贴", "医疗救助", "临时救助"), "危旧房改造": ("全拆全建", "部分改建"),
    "饮水安全": ("饮水安全改造",), "公益性岗位": ("公益性岗位",), "雨露计划": ("雨露计划",),
    "资产收益与分红": ("资产收益分红", "其他分红"), "务工补贴": ("务工补贴",),
}  # fmt: skip
#: Steps of a project in their order; those before it is in the library.
STEPS = (
    "村级申报", "乡镇审核", "部门论证", "县级审定入库", "立项批复", "确定实施方式", "开工", "形象进度", "竣工", "验收", "结算审计",
    "确权移交", "退回", "终止",
)  # fmt: skip
BEFORE_LIBRARY = STEPS[:3]
STUCK = timedelta(days=90)
BANDS = {
    "3000元以下": (None, 3000), "3000—4000元": (3000, 4000), "4000—6000元": (4000, 6000), "6000—10000元": (6000, 10000),
    "10000元及以上": (10000, None),
}  # fmt: skip


# --- panels ------------------------------------------------------------------------------------------------------


def _homes_by(column: str, labels: Sequence[str], blank: str = "") -> Callable[[Rosters], Table]:
    def table(rosters: Rosters) -> Table:
        found = {label: rosters.homes(**{column: label}) for label in labels}
        if blank:
            found[blank] = rosters.homes(**{column: None})
        return {**found, "合计": rosters.homes()}

    return table


def _members_by(column: str, labels: Sequence[str], blank: str = "") -> Callable[[Rosters], Table]:
    def table(rosters: Rosters) -> Table:
        found = {label: rosters.told(lambda row, label=label: row[column] == label) for label in labels}
        if blank:
            found[blank] = rosters.told(lambda row: row[column] is None)
        return {**found, "合计": rosters.told(bool)}

    return table


def _exits(rosters: Rosters) -> Table:
    before = [
        number for number, row in rosters.households.items() if row["脱贫年度"] and row["脱贫年度"] < YEARS[0]
    ]
    return {
        "2013年及以前脱贫": rosters.pair(before),
        **{f"{year}年脱贫": rosters.homes(脱贫年度=year) for year in YEARS if year <= rosters.year},
    }


def _incomes(rosters: Rosters) -> Table:
    by_head = rosters.per_head()
    return {
        **{
            label: rosters.pair(
                number
                for number, amount in by_head.items()
                if amount is not None and (low is None or amount >= low) and (high is None or amount < high)
            )
            for label, (low, high) in BANDS.items()
        },
        "未登记": rosters.pair(number for number, amount in by_head.items() if amount is None),
        "合计": rosters.homes(),
    }


def _batches(rosters: Rosters) -> Table:
    names = ("发展生产脱贫", "易地扶贫搬迁", "生态补偿脱贫", "发展教育", "社会保障兜底")
    return {name: rosters.given(*measures) for name, measures in zip(names, BATCHES.values(), strict=True)}


def _sizes(rosters: Rosters) -> Table:
    return {
        **{
            label: rosters.pair(n for n in rosters.households if low <= rosters.people[n] <= high)
            for label, (low, high) in SIZES.items()
        },
        "合计": rosters.homes(),
    }


def _ages(rosters: Rosters) -> Table:
    """At the end of the year everybody has had the year's birthday."""
    return {
        **{
            label: rosters.told(lambda row, span=span: within(rosters.year - row["出生日期"].year, *span))
            for label, span in AGES.items()
        },
        "合计": rosters.told(bool),
    }


def _pupils(rosters: Rosters) -> Table:
    return {
        **{
            label: rosters.told(lambda row, said=said: row["在校生状况"] in said)
            for label, said in SCHOOLS.items()
        },
        "合计": rosters.told(bool),
    }


def _months(rosters: Rosters) -> Table:
    def working(row: Row) -> bool:
        return row["务工情况"] is not None

    return {
        **{
            label: rosters.told(lambda row, span=span: working(row) and within(row["务工时间（月）"], *span))
            for label, span in MONTHS.items()
        },
        "未填": rosters.told(lambda row: working(row) and row["务工时间（月）"] is None),
        "合计": rosters.told(working),
    }


def _stages(rosters: Rosters) -> Table:
    return {name: rosters.stage(name) for name in ("规划中", "实施中", "已完成", "已终止")}


def _fund_levels(rosters: Rosters) -> Table:
    """The year's budget, whenever it came in and was paid."""
    granted = rosters.sheet("appropriations")
    documents = {row["文号"] for row in granted}
    arrived = [
        row for row in rosters.about("changes") if row["变动"] == "到位" and row["指标文号"] in documents
    ]
    paid = [row for row in rosters.about("payments") if row["指标年度"] == rosters.year]

    def line(level: str = "") -> list[str]:
        return [
            wan([0, *(row[column] for row in rows if level in ("", row["资金级次"]))])
            for rows, column in ((granted, "下达（元）"), (arrived, "金额（元）"), (paid, "支付（元）"))
        ]

    levels = {row["资金级次"] for row in (*granted, *arrived, *paid)}
    return {level: line(level) for level in levels} | {"合计": line()}


def _fund_months(rosters: Rosters) -> Table:
    """The year's days, of whichever budget."""
    arrived = [row for row in rosters.about("changes") if row["变动"] == "到位"]
    columns = (
        (rosters.about("appropriations"), "下达日期", "下达（元）"), (arrived, "日期", "金额（元）"),
        (rosters.about("payments"), "支付日期", "支付（元）"),
    )  # fmt: skip

    def said(rows: list[Row], day: str, column: str, month: int) -> str:
        return wan(
            [0, *(row[column] for row in rows if (row[day].year, row[day].month) == (rosters.year, month))]
        )

    return {f"{month}月": [said(*each, month) for each in columns] for month in range(1, 13)}


def _lamps(rosters: Rosters) -> Table:
    """Projects of the library against their plans on the last day of the year, village by village."""
    found: Counter[str] = Counter()
    for village in rosters.villages:
        projects, steps = village.sheet("projects"), village.about("steps")
        names = [row["项目名称"] for row in (*projects, *village.sheet("projects", village.year - 1))]
        assert len(names) == len(set(names)), "steps name a project by its name alone"
        for row in projects:
            its = [step for step in steps if step["项目名称"] == row["项目名称"] and step["状态"] == "有效"]
            found[_lamp(row, its, date(rosters.year, 12, 31))] += 1
    return {name: [str(count)] for name, count in found.items() if name}


def _lamp(project: Row, steps: list[Row], at: date) -> str:
    taken = sorted((step["日期"].date(), STEPS.index(step["环节"])) for step in steps)
    days = {STEPS[kind]: day for day, kind in taken if day <= at}
    reached = [kind for kind in days if kind != "形象进度"]
    starts, ends = (day and day.date() for day in (project["计划开工日期"], project["计划完工日期"]))
    if not reached or reached[-1] in (*BEFORE_LIBRARY, "终止"):
        return ""
    if "竣工" in days:
        return "逾期完工" if ends and ends < days["竣工"] else "按期完工"
    if "开工" in days and max(days.values()) < at - STUCK:
        return "停滞"
    return "滞后" if ("开工" not in days and starts and starts < at) or (ends and ends < at) else "按期"


def _ledgers(rosters: Rosters) -> Table:
    """Villages whose sheets of the year have rows; nobody here has declared a ledger nil."""
    villages = rosters.villages

    def line(has_rows: Callable[[Rosters], Any]) -> list[str]:
        kept = sum(bool(has_rows(village)) for village in villages)
        return [str(kept), str(len(villages) - kept)]

    lists = {label: line(lambda village, name=name: village.sheet(name)) for label, name in LISTS.items()}
    return lists | {
        label: line(
            lambda village, said=said: any(row["帮扶措施"] in said for row in village.sheet("benefits"))
        )
        for label, said in LEDGERS.items()
    }


def _submissions(rosters: Rosters) -> Table:
    """From the page of progress, which names each village; what is due is late from the next day on."""
    page = html.fromstring(body(rosters.client.get(f"/{rosters.code}/{rosters.year}/progress/")).decode())
    heads = [th.text_content().strip() for th in page.xpath("//thead//th")]
    lines = [
        dict(zip(heads, [" ".join(td.text_content().split()) for td in row.xpath("td|th")], strict=True))
        for row in page.xpath("//tbody/tr")
    ]
    counted = Counter(line["状态"].removesuffix("（逾期）") for line in lines)
    late = sum(
        line["状态"].startswith("录入中")
        and line["截止日期"] != "—"
        and line["截止日期"] < str(timezone.localdate())
        for line in lines
    )
    return {state: [str(count), str(late if state == "录入中" else 0)] for state, count in counted.items()}


def _in_households(rosters: Rosters) -> list[str]:
    poor, left = rosters.homes(), rosters.homes(脱贫状态=LEFT)
    return [
        *poor, rosters.homes(脱贫状态=OPEN)[0], left[0], share(left[0], poor[0]),
        rosters.homes(贫困户属性="低保贫困户")[0], rosters.homes(贫困户属性="五保贫困户")[0],
        *rosters.told(lambda row: row["务工情况"] is not None),
    ]  # fmt: skip


def _in_measures(rosters: Rosters) -> list[str]:
    return [rosters.given(*measures)[0] for measures in BATCHES.values()]


def _in_money(rosters: Rosters) -> list[str]:
    return [
        rosters.money(but=LOAN), rosters.money("金融扶贫分红"), rosters.money("公益性岗位"), *rosters.stage(*LANDED),
    ]  # fmt: skip


def _places(line: Callable[[Rosters], list[str]]) -> Callable[[Rosters], Table]:
    """A row for each place below, and their sum."""
    return lambda rosters: (
        {name: line(place) for name, place in rosters.below().items()} | {"合计": line(rosters)}
    )


def _years(rosters: Rosters) -> Table:
    """Each year by its own sheets."""
    columns = []
    for year in opened_years(rosters.code):
        then = Rosters(rosters.client, rosters.code, year)
        poor, open_ = then.homes(), then.homes(脱贫状态=OPEN)
        columns.append([
            *poor, *open_, share(then.homes(脱贫状态=LEFT)[0], poor[0]),
            *then.told(lambda row: row["务工情况"] is not None), then.given(*BATCHES["发展生产"])[0],
            then.given(*BATCHES["发展教育"])[0], then.money(but=LOAN), *then.stage(*LANDED),
        ])  # fmt: skip
    names = (
        "建档立卡贫困户户数（户）", "建档立卡贫困户人数（人）", "未脱贫户数（户）", "未脱贫人数（人）", "脱贫率（%）", "贫困人口务工（人）",
        "发展生产脱贫户数（户）", "发展教育户数（户）", "到户资金金额（万元）", "到村项目数（个）", "到村项目金额（万元）",
    )  # fmt: skip
    return {name: list(cells) for name, *cells in zip(names, *columns, strict=True)}


def opened_years(code: str) -> list[int]:
    """The years until 2017 that are open in some village there, and of a village those before of which it has rows."""
    where = {"region__code__startswith": region(code).prefix, "year__lte": 2017}
    tables = (RegionYear, Ledger) if region(code).is_village else (RegionYear,)
    years = [
        table.objects.unscoped("tests").filter(**where).values_list("year", flat=True) for table in tables
    ]
    return sorted({year for found in years for year in found})


#: Each panel of the dashboard, counted from the sheets: by the name of the row, its cells.
RECOUNTED: dict[str, Callable[[Rosters], Table]] = {
    "category": _homes_by("贫困户属性", ("一般贫困户", "低保贫困户", "五保贫困户")),
    "status": _homes_by("脱贫状态", ("返贫", "历史已脱贫", "未脱贫", "新脱贫")),
    "exited": _exits,
    "cause": _homes_by("主要致贫原因", CAUSES, "未填"),
    "income": _incomes,
    "batches": _batches,
    "size": _sizes,
    "sex": _members_by("性别", ("男", "女")),
    "age": _ages,
    "schooling": _members_by(
        "文化程度", ("文盲或半文盲", "小学", "初中", "高中", "大专及以上", "学龄前儿童"), "未填（含在校生）"
    ),
    "pupils": _pupils,
    "health": _members_by("健康状况", ("健康", "长期慢性病", "患有大病", "残疾"), "未填"),
    "skill": _members_by(
        "劳动技能", ("普通劳动力", "技能劳动力", "丧失劳动力", "无劳动力", "弱劳动力或半劳动力"), "未填"
    ),
    "work": _members_by("务工情况", ("乡(镇)内", "乡外县内", "县外省内", "省外", "其他"), "没有务工"),
    "months": _months,
    "stages": _stages,
    "fund_levels": _fund_levels,
    "fund_months": _fund_months,
    "lamps": _lamps,
    "ledgers": _ledgers,
    "submissions": _submissions,
    "households": _places(_in_households),
    "measures": _places(_in_measures),
    "money": _places(_in_money),
    "years": _years,
}


def tiles_of(rosters: Rosters) -> list[tuple[str, str, str]]:
    """The tiles: what it is, the number with its unit, what stands beside it."""
    poor, open_, left = rosters.homes(), rosters.homes(脱贫状态=OPEN), rosters.homes(脱贫状态=LEFT)
    helped, works = rosters.given(*BATCHES["发展教育"]), rosters.stage(*LANDED)
    [workers] = rosters.told(lambda row: row["务工情况"] is not None)
    return [
        ("建档立卡贫困户", f"{poor[0]}户", f"{poor[1]}人"), ("未脱贫", f"{open_[0]}户", f"{open_[1]}人"),
        ("已脱贫", f"{left[0]}户", f"{left[1]}人"), ("脱贫率", f"{share(left[0], poor[0])}%", ""),
        ("贫困人口务工", f"{workers}人", ""), ("发展教育", f"{helped[0]}户", f"{helped[1]}人"),
        ("到户资金", f"{rosters.money(but=LOAN)}万元", ""), ("到村项目", f"{works[0]}个", f"{works[1]}万元"),
    ]  # fmt: skip
