"""The catalogue of the work ledger (工作台账): a new kind of work is a line here, not a model."""

from __future__ import annotations

from typing import NamedTuple

from fupin.codes import CodeList, code

__all__ = ["WORK", "WorkFacts", "WorkKind"]


class WorkKind(CodeList):
    """工作类别: kinds of village work that summaries count. The numbers are our own."""

    FIELD_MEETING = code("101", "场子会", "塆子会", "田间会")
    YARD_MEETING = code("102", "院子会", "屋场会", "小院会")
    HEADS_MEETING = code("103", "户主会", "户主大会")
    POLICY = code("104", "政策宣讲", "政策宣传", "宣讲会", "政策培训")
    CONTEST = code("105", "知识竞赛", "知识抢答", "竞赛")
    STORIES = code("106", "讲脱贫故事", "脱贫故事会", "脱贫故事", "先进典型宣讲")
    TRAINING = code("107", "技能培训", "技术培训", "实用技术培训")
    VISIT = code("201", "走访慰问", "慰问", "节日慰问", "送温暖")
    PARTY_DAY = code("202", "主题党日", "党员活动", "支部主题党日")
    CLEANING = code("203", "环境整治", "村庄清洁", "卫生整治")
    OTHER = code("999", "其他", "其它", "其他工作")

    __unclear__ = {
        "会议": "请写明是“场子会”“院子会”还是“户主会”。",
        "开会": "请写明是“场子会”“院子会”还是“户主会”。",
    }


class WorkFacts(NamedTuple):
    """What is true of every entry of a kind."""

    #: Section of the village summary that counts it; 0 for none.
    section: int
    #: Which of the counts the kind has: the others stay empty.
    uses: frozenset[str]


_MEETING = frozenset({"attendance", "households"})
_VISIT = frozenset({"household", "households", "people", "pieces", "amount"})
WORK: dict[WorkKind, WorkFacts] = {
    WorkKind.FIELD_MEETING: WorkFacts(6, _MEETING),
    WorkKind.YARD_MEETING: WorkFacts(6, _MEETING),
    WorkKind.HEADS_MEETING: WorkFacts(6, _MEETING),
    WorkKind.POLICY: WorkFacts(6, _MEETING | {"pieces"}),
    WorkKind.CONTEST: WorkFacts(6, _MEETING),
    WorkKind.STORIES: WorkFacts(6, _MEETING),
    WorkKind.TRAINING: WorkFacts(6, _MEETING | {"people", "amount"}),
    WorkKind.VISIT: WorkFacts(0, _VISIT),
    WorkKind.PARTY_DAY: WorkFacts(0, _MEETING | {"people"}),
    WorkKind.CLEANING: WorkFacts(0, _MEETING | {"people", "amount"}),
    WorkKind.OTHER: WorkFacts(0, _MEETING | _VISIT),
}
