"""Figures by kind: households by status, cause and income, members by schooling, health, skill and work, projects by stage."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import Q, QuerySet

from funds.enums import ProjectStage
from fupin.codes import CodeList
from households.enums import (
    MAIN_CAUSES,
    Education,
    Health,
    LabourSkill,
    PovertyStatus,
    WorkPlace,
)
from households.models import HouseholdYear
from households.queries.income import with_net_per_head
from reports.figures.declare import Figure, Measure, Pair, ratio
from reports.figures.funds import works
from reports.figures.register import members, poor, registered
from reports.figures.window import Window


def _pairs(name: str, field: str, codes: Iterable[CodeList], *, blank: str = "") -> tuple[Pair, ...]:
    """Registered households and their people by what a field of theirs says; with those that say nothing."""
    verbose = str(HouseholdYear._meta.get_field(field).verbose_name)  # type: ignore[union-attr]  # a column
    found = [
        registered.pair(
            f"{name}.{code.name.lower()}",
            f"{verbose}：{code.label}",
            where=Q(**{field: code.value}),
            definition=f"{verbose}为“{code.label}”的在册户",
            said=str(code.label),
        )
        for code in codes
    ]
    if blank:
        found.append(
            registered.pair(
                f"{name}.blank",
                f"{verbose}：{blank}",
                where=Q(**{field: ""}),
                definition=f"没有填写{verbose}的在册户",
                said=blank,
            )
        )
    return tuple(found)


def _people(
    name: str, verbose: str, field: str, codes: type[CodeList], *, blank: str = ""
) -> tuple[Figure, ...]:
    """Members by what a field of theirs says; with those of whom it says nothing."""

    def one(code: str, label: str, definition: str, value: str) -> Figure:
        where = Q(**{field: value})
        return members.figure(
            f"{name}.{code}",
            f"{verbose}：{label}",
            "人",
            Measure.ENTITIES,
            where=where,
            definition=definition,
        )

    found = [
        one(
            code.name.lower(),
            str(code.label),
            f"期末年度在户、{verbose}为“{code.label}”的家庭成员",
            code.value,
        )
        for code in codes
    ]
    if blank:
        found.append(one("blank", blank, f"期末年度在户、没有填写{verbose}的家庭成员", ""))
    return tuple(found)


status = _pairs("status", "status", PovertyStatus)
left = registered.pair(
    "left",
    "已脱贫",
    where=Q(status__in=[PovertyStatus.EXITED_BEFORE, PovertyStatus.EXITED_THIS_YEAR]),
    definition="期末年度在册、脱贫状态为历史已脱贫或新脱贫的户",
)
left_share = ratio(
    "left.share",
    "脱贫率",
    left.households,
    poor.households,
    definition="已脱贫户数 ÷ 建档立卡贫困户户数，四舍五入到一位小数",
)
causes = _pairs("cause", "main_cause", MAIN_CAUSES, blank="未填")

everybody = members.figure(
    "members.count", "家庭成员", "人", Measure.ENTITIES, definition="期末年度在户的家庭成员"
)
schooling = _people("schooling", "文化程度", "education", Education, blank="未填（含在校生）")
health = _people("health", "健康状况", "health", Health, blank="未填")
skills = _people("skill", "劳动技能", "labour_skill", LabourSkill, blank="未填")
work = _people("working", "务工", "work_place", WorkPlace, blank="没有务工")

# --- 人均纯收入 ------------------------------------------------------------------------------------------------


def _with_income(rows: QuerySet, _window: Window) -> QuerySet:
    return with_net_per_head(rows)  # type: ignore[arg-type]  # a base's rows are scoped


incomes = replace(
    registered,
    code="incomes",
    joined=_with_income,
    declared=[],
    description="报告期末年度在册的建档立卡户，人均纯收入按收入表逐项计算",
)
#: Where the bands of 人均纯收入 (元) begin and end.
BANDS: tuple[tuple[int | None, int | None], ...] = (
    (None, 3000), (3000, 4000), (4000, 6000), (6000, 10000), (10000, None),
)  # fmt: skip


def _band(low: int | None, high: int | None) -> Pair:
    where = Q()
    if low is not None:
        where &= Q(net_per_head__gte=low)
    if high is not None:
        where &= Q(net_per_head__lt=high)
    if low is None:
        name, label = f"under_{high}", f"{high}元以下"
    elif high is None:
        name, label = f"from_{low}", f"{low}元及以上"
    else:
        name, label = f"from_{low}_to_{high}", f"{low}—{high}元"
    begins, ends = f"不低于{low}元" if low else "", f"低于{high}元" if high else ""
    said = "、".join(filter(None, (begins, ends)))
    return incomes.pair(
        f"income.{name}", f"人均纯收入：{label}", where=where, definition=f"人均纯收入{said}的在册户"
    )


income = (
    *(_band(*band) for band in BANDS),
    incomes.pair(
        "income.blank",
        "人均纯收入：未登记",
        where=Q(net_per_head=None),
        definition="没有登记收入、或没有在户成员的在册户",
    ),
)

# --- 到村项目 ---------------------------------------------------------------------------------------------------

stages = tuple(
    (
        works.figure(
            f"stage.{stage.name.lower()}.count",
            f"{stage.label}的项目",
            "个",
            Measure.ENTITIES,
            where=Q(stage=stage),
            definition=f"工作年度内“{stage.label}”的项目",
        ),
        works.money(
            f"stage.{stage.name.lower()}",
            f"{stage.label}的项目",
            where=Q(stage=stage),
            definition=f"工作年度内“{stage.label}”项目的投入资金之和",
        ),
    )
    for stage in ProjectStage
)
