"""The proof sheet 勾稽表: what must tie of the figures of any place and year, declared.

    agree("按贫困户属性", register.poor, register.general, register.dibao, register.wubao)   # the parts make the whole
    within("五个一批", register.poor, funds.production, funds.relocation)                     # nobody is outside the whole

Unlike the remarks of a summary (agree.py), which say what deserves a look, these must hold of right rows. What ties beyond one
year, or is no figure, is added in reports/queries/proof.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from reports.figures import funds, kinds, register
from reports.figures.agree import Thing
from reports.figures.declare import Family, Figure
from reports.figures.window import Window


@dataclass(frozen=True)
class Tie:
    """What some figures come to, against what others do: the same, or, with `at_most`, no more."""

    title: str
    left: tuple[Figure, ...]
    right: tuple[Figure, ...]
    at_most: bool = False


@dataclass(frozen=True)
class Rule:
    """Ties of one kind under their heading; which figures there are depends on the window."""

    heading: str
    title: str
    whole: Thing
    parts: tuple[Thing, ...]
    at_most: bool = False

    def ties(self, window: Window) -> Iterator[Tie]:
        """A tie for each column of the whole: of a pair one of households and one of people."""
        wholes = _columns(self.whole, window)[0]
        parts = [column for part in self.parts for column in _columns(part, window)]
        for at, whole in enumerate(wholes):
            pieces = tuple(part[at] for part in parts)
            if self.at_most:
                yield from (Tie(self.title, (piece,), (whole,), at_most=True) for piece in pieces)
            else:
                yield Tie(self.title, pieces, (whole,))


def _columns(thing: Thing, window: Window) -> list[tuple[Figure, ...]]:
    """The things' figures side by side: a pair has two columns, a figure one; of a family there are several."""
    if isinstance(thing, Figure):
        return [(thing,)]
    return [tuple(pair) for pair in thing.pairs(window)]


SUMS, BOUNDS = "各部分之和等于合计", "部分不超过整体"


def agree(title: str, whole: Thing, *parts: Thing) -> Rule:
    """The parts add up to the whole."""
    assert not isinstance(whole, Family)
    return Rule(SUMS, title, whole, parts)


def within(title: str, whole: Thing, *parts: Thing) -> Rule:
    """None of the parts is more than the whole, so that no share is of more than there is."""
    assert not isinstance(whole, Family)
    return Rule(BOUNDS, title, whole, parts, at_most=True)


RULES = (
    agree("按贫困户属性", register.poor, register.general, register.dibao, register.wubao),
    agree("按脱贫状态", register.poor, *kinds.status),
    agree("已脱贫和未脱贫", register.poor, kinds.left, register.not_exited),
    agree("按脱贫年度", register.poor, register.exited, register.not_exited),
    agree("按主要致贫原因", register.poor, *kinds.causes),
    agree("按人均纯收入", register.poor, *kinds.income),
    # The people of the households' rows are kept by the database, the members are counted one by one.
    agree("户内人数和家庭成员", register.poor.people, kinds.everybody),
    agree("按文化程度", kinds.everybody, *kinds.schooling),
    agree("按健康状况", kinds.everybody, *kinds.health),
    agree("按劳动技能", kinds.everybody, *kinds.skills),
    agree("按务工地点", kinds.everybody, *kinds.work),
    within("贫困户在全村户数内", register.numbers["households"], register.poor.households),
    within("贫困人口在全村人口内", register.numbers["people"], register.poor.people),
    within("享受措施的户在册", register.poor, *funds.BATCHES, funds.houses, funds.water, funds.posts, funds.loan, funds.dividend,
           funds.solar, funds.own_business, funds.dibao_pay, funds.wubao_pay),
    within("市场主体带动的户在册", register.poor, funds.firm_households, funds.members),
    within("务工的人在户", kinds.everybody, register.workers),
    within("分项资金与到户资金", funds.household_money, funds.dibao_money, funds.wubao_money, funds.rebuild_money,
           funds.renovation_money, funds.education_money, funds.posts_money, funds.dividend_money, funds.solar_money),
    within("完成的项目与实施的项目", funds.projects_count, funds.projects_done),
)  # fmt: skip
#: Of these the villages' numbers add up to that of the region above.
ADDED: tuple[Figure, ...] = (
    *register.poor, *register.not_exited, kinds.everybody, funds.household_money, funds.projects_count, funds.projects_money,
)  # fmt: skip
