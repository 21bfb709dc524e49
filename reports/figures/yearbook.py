"""The tables of the yearbook 年度统计表: each a title and a header over figures, villages being the rows.

    Table("batches", "五个一批", (register.poor, under("脱贫措施", *funds.BATCHES)))

Words and units are the figures' own. A pair is a heading over two columns, a family one over the pairs of its years; `under`
puts a heading over what it is given. A new figure drops into a table where it is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.figures import funds, kinds, people, register
from reports.figures.declare import Family, Figure, Pair
from reports.figures.window import Window


@dataclass(frozen=True)
class Under:
    """What stands together under a heading."""

    label: str
    heads: tuple[Head, ...]


Head = Figure | Pair | Family | Under


def under(label: str, *heads: Head) -> Under:
    """These under a heading."""
    return Under(label, heads)


@dataclass(frozen=True)
class Column:
    """A column: its headings from the top down, the last one its own, and its figure."""

    headings: tuple[str, ...]
    figure: Figure
    #: Whether there is such a figure in some years alone: of those a family has a pair each.
    of_a_year: bool = False


@dataclass(frozen=True)
class Table:
    """A table of the yearbook."""

    code: str
    title: str
    heads: tuple[Head, ...]
    note: str = ""

    def columns(self, window: Window) -> list[Column]:
        """Its columns from left to right; of a family those of the window's years."""
        return list(_columns(self.heads, window, ()))


def _columns(
    heads: Sequence[Head],
    window: Window,
    above: tuple[str, ...],
    *,
    unit_said: bool = False,
    of_a_year: bool = False,
) -> Iterator[Column]:
    for head in heads:
        if isinstance(head, Under):
            units = {each.unit if isinstance(each, Figure) else "" for each in head.heads}
            (unit,) = units if len(units) == 1 else ("",)
            label = _with_unit(head.label, unit)
            yield from _columns(
                head.heads, window, (*above, label), unit_said=bool(unit), of_a_year=of_a_year
            )
        elif isinstance(head, Family):
            yield from _columns(head.pairs(window), window, above, of_a_year=True)
        elif isinstance(head, Pair):
            label = head.label.rpartition("：")[2]
            yield from _columns([*head], window, (*above, label), of_a_year=of_a_year)
        else:
            label = _short(head.label, above)
            bare = unit_said or label.endswith(_COUNTS)
            yield Column((*above, label if bare else _with_unit(label, head.unit)), head, of_a_year)


#: What says its unit itself.
_COUNTS = ("户数", "人数")


def _short(label: str, above: tuple[str, ...]) -> str:
    """A label without what the heading above it says already: 主要致贫原因：因病户数 under 因病 is 户数."""
    label = label.rpartition("：")[2]
    rest = label.removeprefix(above[-1].partition("（")[0]) if above else label
    return label if len(rest) == 1 else rest or "数量"


def _with_unit(label: str, unit: str) -> str:
    return f"{label}（{unit}）" if unit else label


def _in_stages() -> tuple[Under, ...]:
    return tuple(under(count.label, count, amount) for count, amount in kinds.stages)


_N = register.numbers
TABLES = (
    Table("basics", "村基本情况", (
        under("村组", register.key_villages, _N["groups"], _N["hamlets"]),
        under("户数和人口", _N["households"], _N["people"], _N["agricultural_people"]),
        under("劳动力情况", _N["labour"], _N["away_labour"]),
        under("土地", _N["territory"], _N["farmland"], _N["forest"], _N["water"]),
        under("村级组织", _N["party_members"], _N["secretaries"], _N["deputy_directors"], _N["family_planning_officers"]),
    )),
    Table("households", "贫困户分类", (
        register.poor,
        under("贫困户属性", register.general, register.dibao, register.wubao),
        under("脱贫状态", *kinds.status),
        under("已脱贫", *kinds.left, kinds.left_share),
    )),
    Table("exits", "分年度脱贫", (register.poor, under("脱贫年度", register.exited), register.not_exited)),
    Table("causes", "主要致贫原因", (register.poor, under("主要致贫原因", *kinds.causes))),
    Table("incomes", "人均纯收入", (register.poor, under("人均纯收入", *kinds.income)),
          note="按收入表计算；在册户都登记了收入，各段才能反映全貌。"),
    Table("batches", "五个一批", (
        register.poor,
        *(under(batch.label, *batch, share) for batch, share in zip(funds.BATCHES, funds.batch_shares, strict=True)),
    ), note="一户可以享受几项，各项不能相加。"),
    Table("guarantees", "住房、饮水、教育和社会保障", (
        under("安全住房", funds.houses, funds.rebuild, funds.renovation),
        under("安全饮水", funds.water, funds.water_not_exited),
        under("教育保障", funds.education, funds.pupils),
        under("社会保障", funds.security, funds.dibao_pay, funds.wubao_pay, funds.security_rest),
    ), note="一户可以享受几项，各项不能相加。"),
    Table("sizes", "家庭人口", (register.poor, under("家庭人口", *people.sizes))),
    Table("ages", "性别、年龄和在校情况", (
        kinds.everybody, under("性别", *people.sexes), under("年龄", *people.ages), under("在校生状况", *people.pupils),
    ), note="年龄算到当年12月31日。"),
    Table("people", "文化程度和健康状况", (
        kinds.everybody, under("文化程度", *kinds.schooling), under("健康状况", *kinds.health),
    )),
    Table("labour", "劳动技能和务工", (
        kinds.everybody, under("劳动技能", *kinds.skills), register.workers, under("务工地点", *kinds.work),
        under("务工时间", *people.months),
    )),
    Table("projects", "到村项目", (
        under("到村项目", funds.projects_count, funds.projects_done, funds.projects_money),
        under("按进展", *_in_stages()),
    )),
    Table("money", "到户资金", (
        funds.household_money,
        under("低保金", *funds.dibao_pay, funds.dibao_money), under("五保供养金", *funds.wubao_pay, funds.wubao_money),
        under("全拆全建", *funds.rebuild, funds.rebuild_money), under("部分改建", *funds.renovation, funds.renovation_money),
        under("教育资助", *funds.education, funds.education_money), under("养殖奖补", funds.livestock_money),
    ), note="到户资金不含扶贫小额信贷。"),
    Table("work_and_loans", "岗位、信贷和分红", (
        under("公益性岗位", *funds.posts, funds.post_holders, funds.posts_money),
        under("扶贫小额信贷", *funds.loan, funds.loan_money, funds.loan_each),
        under("金融扶贫分红", *funds.dividend, funds.dividend_money), under("光伏扶贫", *funds.solar, funds.solar_money),
    )),
    Table("enterprises", "市场主体带动", (
        under("企业、家庭农场和大户", funds.firms, *funds.firm_households),
        under("专业合作社", funds.cooperatives, *funds.members),
        under("自主创业", *funds.own_business),
    )),
)  # fmt: skip
#: What the charts show, of the places and of the whole.
OF_PLACES, OF_CAUSES, OF_BATCHES = (kinds.left, register.not_exited), kinds.causes, funds.BATCHES
