"""What the dashboard shows: its tiles, its charts, its table of places, and what it compares over the years."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.figures import funds, kinds, people, register
from reports.figures.declare import Figure, Pair
from reports.figures.window import Window

#: How a chart is drawn: bars side by side, bars upon each other, a ring of parts, a line over time.
BARS, STACK, RING, LINE = "bar", "stack", "ring", "line"
OF_PAIR = ("户数", "人数")

Row = Pair | Sequence[Figure]


@dataclass(frozen=True)
class Chart:
    """Rows that are told beside each other, each a pair or as many figures as there are headings.

    The first heading is drawn. `whole`: the rows are parts of what this says, and their sum is shown.
    """

    code: str
    title: str
    first: str
    rows: Callable[[Window], Sequence[Row]]
    heads: tuple[str, ...] = OF_PAIR
    shape: str = BARS
    whole: Row | None = None
    note: str = ""

    def figures(self, window: Window) -> list[Figure]:
        """All that is to be measured."""
        rows = [*self.rows(window), *([self.whole] if self.whole else [])]
        return [figure for row in rows for figure in row]


@dataclass(frozen=True)
class Places:
    """The places below, a row for each, with a figure in each column."""

    code: str
    title: str
    figures: tuple[Figure, ...]
    shape: str = ""


def _fixed(*rows: Row) -> Callable[[Window], Sequence[Row]]:
    return lambda _window: rows


#: A pair's people stand beside its households.
TILES: tuple[Row, ...] = (
    register.poor,
    register.not_exited,
    kinds.left,
    (kinds.left_share,),
    (register.workers,),
    funds.education,
    (funds.household_money,),
    (funds.projects_count, funds.projects_money),
)

CHARTS = (
    Chart("category", "贫困户属性", "属性", _fixed(register.general, register.dibao, register.wubao), shape=RING,
          whole=register.poor),
    Chart("status", "脱贫状态", "状态", _fixed(*kinds.status), shape=RING, whole=register.poor),
    Chart("exited", "分年度脱贫", "脱贫年度", register.exited.pairs),
    Chart("cause", "主要致贫原因", "原因", _fixed(*kinds.causes), whole=register.poor),
    Chart("income", "人均纯收入", "收入", _fixed(*kinds.income), whole=register.poor,
          note="按收入表计算；在册户都登记了收入，各段才能反映全貌。"),
    Chart("batches", "五个一批", "措施",
          _fixed(funds.production, funds.relocation, funds.ecology, funds.education, funds.security),
          note="一户可以享受几项，各项不能相加。"),
    Chart("size", "家庭人口", "人口", _fixed(*people.sizes), whole=register.poor),
    Chart("sex", "性别", "性别", _fixed(*((figure,) for figure in people.sexes)), ("人数",), RING,
          whole=(kinds.everybody,)),
    Chart("age", "年龄", "年龄", _fixed(*((figure,) for figure in people.ages)), ("人数",),
          whole=(kinds.everybody,), note="按当年12月31日的周岁。"),
    Chart("schooling", "文化程度", "文化程度", _fixed(*((figure,) for figure in kinds.schooling)), ("人数",),
          whole=(kinds.everybody,)),
    Chart("pupils", "在校生", "在校生状况", _fixed(*((figure,) for figure in people.pupils)), ("人数",),
          whole=(kinds.everybody,)),
    Chart("health", "健康状况", "健康状况", _fixed(*((figure,) for figure in kinds.health)), ("人数",), RING,
          whole=(kinds.everybody,)),
    Chart("skill", "劳动技能", "劳动技能", _fixed(*((figure,) for figure in kinds.skills)), ("人数",),
          whole=(kinds.everybody,)),
    Chart("work", "务工", "务工地点", _fixed(*((figure,) for figure in kinds.work)), ("人数",), RING,
          whole=(kinds.everybody,)),
    Chart("months", "务工时间", "务工时间", _fixed(*((figure,) for figure in people.months)), ("人数",),
          whole=(register.workers,)),
    Chart("stages", "到村项目进展", "进展", _fixed(*kinds.stages), ("个数", "投入")),
)  # fmt: skip

PLACES = (
    Places("households", "各地贫困户", (
        register.poor.households, register.poor.people, register.not_exited.households, kinds.left.households,
        kinds.left_share, register.dibao.households, register.wubao.households, register.workers,
    )),
    Places("measures", "各地五个一批", (
        funds.production.households, funds.relocation.households, funds.ecology.households, funds.education.households,
        funds.security.households,
    ), BARS),
    Places("money", "各地到户资金和项目", (
        funds.household_money, funds.dividend_money, funds.posts_money, funds.projects_count, funds.projects_money,
    )),
)  # fmt: skip

#: What is compared over the years; each is read in its own year, and what accumulates since the programme began.
COMPARED: tuple[Figure, ...] = (
    register.poor.households, register.poor.people, register.not_exited.households, register.not_exited.people,
    kinds.left_share, register.workers, funds.production.households, funds.education.households,
    funds.household_money, funds.projects_count, funds.projects_money,
)  # fmt: skip
