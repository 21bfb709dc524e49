"""What a heading of a form means: a figure, and the unit in which the form wants it.

A heading is compared as stem and kind: 建档立卡贫困户 > 户数 is the stem 贫 of the kind 户. Only what agrees to the letter, after
differences that mean nothing, is filled in; what is merely like a figure is proposed to the user. A form filled in wrongly is
worse than one with gaps.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from fupin.sheets.cells import bracketed, folded, stated_parts, unbracketed
from fupin.words import half_up
from reports.figures.declare import WAN_YUAN, Figure
from reports.figures.window import Window

#: Units of forms: what they measure, how many of the rows' own unit one is, decimal places to show.
UNITS: Mapping[str, tuple[str, Decimal, int]] = {
    "元": ("元", Decimal(1), 2), "千元": ("元", Decimal(1_000), 2), "万元": ("元", Decimal(10_000), 2),
    "亿元": ("元", Decimal(100_000_000), 4), "户": ("户", Decimal(1), 0), "万户": ("户", Decimal(10_000), 4),
    "人": ("人", Decimal(1), 0), "万人": ("人", Decimal(10_000), 4), "口": ("人", Decimal(1), 0), "亩": ("亩", Decimal(1), 2),
    "万亩": ("亩", Decimal(10_000), 4), "公顷": ("亩", Decimal(15), 2), "%": ("%", Decimal("0.01"), 2),
    "个": ("个", Decimal(1), 0), "家": ("个", Decimal(1), 0), "次": ("次", Decimal(1), 0), "场": ("次", Decimal(1), 0),
    "人次": ("人次", Decimal(1), 0), "户年": ("户年", Decimal(1), 0),
}  # fmt: skip
#: What a heading that ends so counts.
ENDINGS = (
    ("户数", "户"), ("人口数", "人"), ("人数", "人"), ("人口", "人"), ("金额", "元"), ("资金", "元"), ("个数", ""), ("次数", ""),
    ("户", "户"), ("人", "人"), ("数", ""),
)  # fmt: skip
#: The same thing said differently, the longer first.
SAME = (
    ("建档立卡贫困人口", "贫人"), ("建档立卡贫困户", "贫户"), ("建档立卡人口", "贫人"), ("建档立卡户", "贫户"),
    ("在册贫困户", "贫户"), ("在册贫困人口", "贫人"), ("贫困人口", "贫人"), ("贫困户", "贫户"), ("脱贫人口", "脱贫人"),
    ("身体状况", "健康状况"), ("务工地点", "务工"), ("务工区域", "务工"), ("主要致贫原因", "致贫原因"),
    ("致贫主要原因", "致贫原因"), ("在校生情况", "在校生"), ("扶贫小额信用贷款", "扶贫小额信贷"), ("人均可支配收入", "人均纯收入"),
)  # fmt: skip
_ILLNESS = re.compile("因(病|残|学|灾)致贫")
#: Words of a heading that say nothing about what is counted.
EMPTY = re.compile("其中|基本情况|情况|统计|小计|合计|总计|数量|指标|总规模")
#: Groups that only say what is counted below them.
KINDS = {"户数": "户", "户": "户", "人数": "人", "人口": "人", "人口数": "人", "金额": "元", "资金": "元"}
_MARKS = re.compile(r"[\s:：、，,。.—\-_/\\;；*★※“”\"'#]")
#: What may stand above or before a heading without another meaning, by base: the figures are of these people anyway.
CONTEXT: Mapping[str, tuple[str, ...]] = {
    "profile": ("村", "村级", "全村"),
    "registered": ("贫户", "贫人", "贫", "扶贫对象", "精准识别", "精准脱贫", "脱贫"),
    "incomes": ("贫户", "贫人", "贫"),
    "members": ("贫户", "贫人", "贫", "家庭成员"),
    "given": ("贫户", "贫人", "贫", "五个一批", "到户措施", "帮扶措施", "享受政策", "到户"),
    "holders": ("贫户", "贫人", "贫", "五个一批", "到户措施", "帮扶措施", "享受政策"),
    "partners": ("贫户", "贫人", "贫"),
    "works": ("村级", "项目"),
    "work": ("帮扶工作", "驻村工作"),
}
#: All of them, the longest first.
BEFORE = sorted({word for words in CONTEXT.values() for word in words}, key=lambda word: (-len(word), word))
#: Other names of figures, by code or by the name of a pair; as a form has them, without the kind.
ALIASES: Mapping[str, tuple[str, ...]] = {
    "profile.villages": ("行政村", "村"), "profile.key_villages": ("贫困村",), "profile.households": ("总", "农户总", "全村总"),
    "profile.people": ("总", "人口总", "农户总", "全村总"), "profile.groups": ("村民小组", "小组"), "profile.hamlets": ("自然村", "自然湾"),
    "profile.farmland": ("耕地",), "profile.forest": ("林地",), "profile.water": ("水面",), "profile.territory": ("版图", "国土面积"),
    "profile.labour": ("总劳动力",), "profile.away_labour": ("外出务工", "外出劳动力"),
    "profile.party_members": ("中共党员",), "left": ("脱贫", "累计脱贫", "历年脱贫"),
    "not_exited": ("剩余贫户", "剩余贫人", "尚未脱贫", "未脱贫贫户", "未脱贫贫人"),
    "general": ("一般贫户", "一般农户贫户"), "dibao": ("低保贫户", "低保贫人", "贫户低保户", "贫户低保人"),
    "wubao": ("五保贫户", "五保贫人", "贫户五保户", "贫户五保人", "特困供养贫户", "贫户特困供养户"),
    "left.share": ("脱贫率", "脱贫比例"), "workers": ("务工", "外出务工贫人", "贫户外出务工", "贫户务工"),
    "production": ("发展生产",), "relocation": ("易地搬迁", "易地扶贫搬迁脱贫"), "ecology": ("生态补偿",),
    "education": ("发展教育脱贫", "教育资助", "教育扶贫"), "security": ("社会保障兜底脱贫", "兜底保障", "社会兜底", "政策兜底"),
    "houses": ("危房改造", "危旧房改造"), "water": ("安全饮水",),
    "posts": ("公益岗位", "公益岗"), "loan": ("小额信贷", "小额贷款"), "dividend": ("金融分红", "分红"), "solar": ("光伏",),
    "household_funds.amount": ("到户",), "firms": ("市场主体", "带动市场主体"), "cooperatives": ("合作社", "农民专业合作社"),
    "projects.count": ("项目", "村级项目"), "projects.amount": ("项目", "村级项目", "项目投入", "项目投资"),
}  # fmt: skip

NEAR = 0.72


def key_of(path: Sequence[str]) -> str:
    """Under what a user's word about a heading is kept."""
    return ">".join(folded(piece) for piece in path)


def stated_units(texts: Iterable[str]) -> frozenset[str]:
    """The units that lines above a table state for all of it: 单位：户、人、万元."""
    return frozenset(part for part in stated_parts(texts) if part in UNITS)


def unit_in(text: str) -> str:
    """The unit that a text is, or has in brackets: 户, 金额(万元); "" for none."""
    plain = folded(text)
    if plain in UNITS:
        return plain
    return next((part for part in bracketed(text) if part in UNITS), "")


def stem_of(text: str) -> tuple[str, str]:
    """What a heading is about and which kind it counts: 户, 人, 元, or "" where it does not say."""
    plain = _MARKS.sub("", unbracketed(folded(text)))
    plain = _ILLNESS.sub(r"因\1", plain)
    for said, same in SAME:
        plain = plain.replace(said, same)
    plain = EMPTY.sub("", plain)
    kind = ""
    for ending, counts in ENDINGS:
        if plain.endswith(ending) and plain != ending:
            plain, kind = plain.removesuffix(ending), counts
            break
    if kind and plain.endswith(("户", "人")) and len(plain) > 1:
        plain = plain[:-1]
    return plain, kind


@dataclass(frozen=True)
class Found:
    """A figure, and the unit to show it in ("" for the figure's own)."""

    figure: Figure
    unit: str = ""

    def number(self, value: Decimal | int) -> Decimal:
        """A measured value in the wanted unit, rounded half up, once."""
        if not self.unit or self.unit == self.figure.unit:
            return Decimal(self.figure.shown(value))
        _, size, places = UNITS[self.unit]
        return half_up(
            Decimal(value) / size, max(places, self.figure.places if self.figure.unit != WAN_YUAN else 0)
        )


@dataclass(frozen=True)
class Doubt:
    """What a heading may mean, and why it is not filled in unasked."""

    reason: str
    proposed: tuple[Figure, ...] = ()


class Vocabulary:
    """All figures of a window under every name that a form may have for them."""

    def __init__(self, figures: Iterable[Figure], window: Window) -> None:
        self.by_code = {figure.code: figure for figure in figures}
        self._by_stem: dict[str, dict[str, set[Figure]]] = defaultdict(lambda: defaultdict(set))
        #: What was looked for already: a form has the same headings many times.
        self._asked: dict[tuple[str, str], Doubt | None] = {}
        for figure in self.by_code.values():
            for stem in self._stems(figure, window):
                self._by_stem[stem][kind_of(figure)].add(figure)

    @staticmethod
    def _stems(figure: Figure, window: Window) -> Iterable[str]:
        name = figure.code.removesuffix(".households").removesuffix(".people").removesuffix(".amount")
        said = [figure.label, *ALIASES.get(figure.code, ()), *ALIASES.get(name, ())]
        if name.startswith("cause."):
            said.append(figure.label.partition("：")[2])
        if name == f"exited.{window.last}":
            said += ["当年脱贫", "本年脱贫", "本年度脱贫", "年度脱贫"]
        return {stem_of(text)[0] for text in said} - {""}

    def find(
        self, path: Sequence[str], stated: frozenset[str] = frozenset(), *, near: bool = True
    ) -> Found | Doubt | None:
        """What a heading under its groups means; None where it is like nothing that is known.

        Without `near` nothing is looked for that is merely like it, which takes most of the time.
        """
        unit = next(filter(None, map(unit_in, reversed(path))), "")
        pieces = [plain for piece in path if (plain := unbracketed(folded(piece))) not in UNITS]
        groups = [piece for piece in pieces[:-1] if piece in KINDS]
        stem, kind = stem_of("".join([piece for piece in pieces[:-1] if piece not in KINDS] + pieces[-1:]))
        kind = kind or next((KINDS[group] for group in groups), "")
        if unit:
            measured = UNITS[unit][0]
            kind = measured if measured in ("户", "人", "元") else kind
        by_kind = self._known(stem)
        if not by_kind:
            return self._near(stem, kind) if near else None
        if kind not in by_kind and len(by_kind) > 1:
            wanted = {UNITS[one][0] for one in stated} & set(by_kind)
            kind = wanted.pop() if len(wanted) == 1 else kind
        figures = by_kind.get(kind) or (next(iter(by_kind.values())) if len(by_kind) == 1 else None)
        if figures is not None and len(figures) > 1 and unit:
            figures = {f for f in figures if f.unit in UNITS and UNITS[f.unit][0] == UNITS[unit][0]}
        if not figures or len(figures) > 1:
            every = sorted({f for some in by_kind.values() for f in some}, key=lambda figure: figure.code)
            return Doubt("没有写明是户数、人数还是金额", tuple(every))
        (figure,) = figures
        return self._in_unit(figure, unit, kind, stated)

    def _known(self, stem: str) -> Mapping[str, set[Figure]]:
        """Figures of a stem by kind, what may stand before it taken away where the base allows it."""
        if stem in self._by_stem:
            return self._by_stem[stem]
        for words in BEFORE:
            rest = stem.removeprefix(words)
            if rest != stem and rest in self._by_stem:
                kept = {
                    kind: {f for f in figures if words in CONTEXT.get(f.base.code, ())}
                    for kind, figures in self._by_stem[rest].items()
                }
                if any(kept.values()):
                    return {kind: figures for kind, figures in kept.items() if figures}
        return {}

    def _near(self, stem: str, kind: str) -> Doubt | None:
        """Figures whose names are like a stem's, to be proposed."""
        if (stem, kind) not in self._asked:
            self._asked[stem, kind] = self._search(stem, kind)
        return self._asked[stem, kind]

    def _search(self, stem: str, kind: str) -> Doubt | None:
        if len(stem) < 2:
            return None
        like = sorted(
            (
                (SequenceMatcher(None, stem, known).ratio(), known)
                for known in self._by_stem
                if abs(len(known) - len(stem)) <= 6
            ),
            reverse=True,
        )[:3]
        near = [
            figure
            for ratio, known in like
            if ratio >= NEAR
            for of, figures in self._by_stem[known].items()
            if not kind or of == kind
            for figure in figures
        ]
        return Doubt("与已有指标相近，请确认", tuple(near)) if near else None

    @staticmethod
    def _in_unit(figure: Figure, unit: str, kind: str, stated: frozenset[str]) -> Found | Doubt:
        """The figure in the unit that the heading states, or the table; money without one is a matter of 10,000 times."""
        wanted = unit or next((one for one in stated if UNITS[one][0] == kind_of(figure)), "")
        own = UNITS.get(figure.unit)
        counted = wanted or kind
        if counted and own and UNITS[counted][0] != own[0]:
            return Doubt(f"表头的单位是{counted}，这个指标的单位是{figure.unit}", (figure,))
        if own and own[0] == "元" and not wanted:
            return Doubt("没有写明金额的单位是元还是万元", (figure,))
        return Found(figure, wanted)


def kind_of(figure: Figure) -> str:
    """What a figure counts, as headings tell kinds apart."""
    measured = UNITS.get(figure.unit, ("", 0, 0))[0]
    return measured if measured in ("户", "人", "元") else ""
