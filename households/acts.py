"""The catalogue of acts: what each kind is for, where the menu shows it, and what it does to the number of members."""

from __future__ import annotations

from dataclasses import dataclass

from households.enums import ActKind, Departure

K = ActKind

#: Headings of the menu, in its order.
MORE, FEWER, WHOLE, STATE, WHO = "人口增加", "人口减少", "户的变动", "户情变动", "更正"


@dataclass(frozen=True)
class ActFacts:
    """A kind of act that a person records."""

    #: Heading of the menu.
    group: str
    #: What it is for, in a sentence of the menu and above the form.
    hint: str
    #: What the date is called.
    date_label: str = "日期"
    #: Whether the form asks for a reason: always where the word alone does not say it.
    needs_reason: bool = False
    #: What the member's row says afterwards.
    departure: Departure | None = None


#: In the order of the menu. 识别纳入 makes a new household, so that it is on the list of acts and not on a household's.
ACTS: dict[ActKind, ActFacts] = {
    K.MEMBER_BORN: ActFacts(MORE, "本户新出生的孩子。还没有证件号码的，填性别和出生日期。", "增加日期"),
    K.MEMBER_MARRIED_IN: ActFacts(MORE, "因结婚来到本户的人。", "嫁入日期"),
    K.MEMBER_MOVED_IN: ActFacts(
        MORE, "其他原因来到本户的人，如收养、投靠、刑满释放后落户。", "转入日期", True
    ),
    K.MEMBER_RETURNED: ActFacts(MORE, "以前从本户转出、嫁出等，现在回来的人。", "转回日期"),
    K.MEMBER_DIED: ActFacts(
        FEWER, "去世的成员。户主去世、户内还有人的，先办理“户主变更”。", "去世日期", departure=Departure.DIED
    ),
    K.MEMBER_MARRIED_OUT: ActFacts(
        FEWER, "因结婚离开本户的人。", "嫁出日期", departure=Departure.MARRIED_OUT
    ),
    K.MEMBER_EMIGRATED: ActFacts(FEWER, "出国（境）定居的人。", "离开日期", departure=Departure.EMIGRATED),
    K.MEMBER_IMPRISONED: ActFacts(FEWER, "被判刑收监的人。", "收监日期", departure=Departure.IMPRISONED),
    K.MEMBER_MOVED_OUT: ActFacts(FEWER, "其他原因离开本户的人。", "转出日期", True, Departure.OTHER),
    K.HEAD_CHANGED: ActFacts(WHOLE, "户内另选户主，并填写每个人与新户主的关系。", "变更日期", True),
    K.SPLIT: ActFacts(WHOLE, "一部分成员分出去，成为新的一户。", "分户日期", True),
    K.MERGED: ActFacts(WHOLE, "本户成员全部并入本村另一户，本户不再在册。", "并户日期", True),
    K.TRANSFERRED: ActFacts(WHOLE, "整户迁到本县另一个村。以前年度的资料仍留在原村。", "迁移日期", True),
    K.LEFT_POVERTY: ActFacts(STATE, "本年度脱贫。", "脱贫日期"),
    K.RETURNED: ActFacts(STATE, "已脱贫的户返贫。", "返贫日期", True),
    K.REMOVED: ActFacts(STATE, "整户清退、消亡等，不再在册。资料仍保留。", "退出日期", True),
    K.CORRECTED: ActFacts(
        WHO, "改正成员的姓名、证件号码、性别或出生日期。原来的内容在修改记录里。", "更正日期", True
    ),
}

#: What adds members to a household or a place, and what takes some away, in the order of the yearly table. Splits,
#: merges and transfers do either, by the side from which they are seen.
INCREASES = (K.MEMBER_BORN, K.MEMBER_MARRIED_IN, K.MEMBER_MOVED_IN, K.MEMBER_RETURNED, K.REGISTERED)
DECREASES = (
    K.MEMBER_DIED, K.MEMBER_MARRIED_OUT, K.MEMBER_EMIGRATED, K.MEMBER_IMPRISONED, K.MEMBER_MOVED_OUT, K.REMOVED,
)  # fmt: skip
EITHER = (K.SPLIT, K.MERGED, K.TRANSFERRED)
