"""What a table of the statistics builder is asked for: its rows, its columns, its filter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms

from fupin.models import Level
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.resource.forms import TypedText
from fupin.words import plain
from households.enums import PovertyCategory
from reports.figures.declare import Figure, Measure
from reports.figures.only import KEYS, STATUSES, Only
from reports.figures.village import BASES
from reports.interfaces.board import window_at

#: What a table has at most: more fits no paper, and no saved view.
MOST_COLUMNS = 40
#: The figures' groups: what the upper row of the header says.
GROUPS = {
    "profile": "村情", "registered": "贫困户", "incomes": "收入", "members": "家庭成员", "persons": "性别和年龄", "given": "到户措施",
    "holders": "享受措施的人", "gone": "已不在册的户", "partners": "市场主体带动", "entities": "市场主体",
    "works": "到村项目", "work": "工作台账",
}  # fmt: skip
TOWNSHIPS, VILLAGES, YEARS = "townships", "villages", "years"
ROWS = {
    TOWNSHIPS: ("乡镇", Level.TOWNSHIP), VILLAGES: ("村", Level.VILLAGE), YEARS: ("年度", None),
}  # fmt: skip
#: The fields that choose households, and those that choose rows by what stands in them.
OF_HOMES = ("category", "status", "exit_from", "exit_to", "key")
OF_ROWS = ("q", "by", "least", "most")
TICKS = ("filled", "complete")


def choices_of(place: Place) -> list[tuple[str, list[Figure]]]:
    """The figures that a table can have, by group; names and words stand in no table of numbers."""
    window = window_at(place)
    groups = []
    for base in BASES:
        figures = [f for f in base.all_figures(window) if f.measure not in (Measure.TEXT, Measure.NAMES)]
        if figures:
            groups.append((GROUPS[base.code], figures))
    return groups


def groups_without_homes() -> list[str]:
    """The groups whose rows know no households: a choice of households does nothing to them."""
    return [GROUPS[base.code] for base in BASES if base.home is None]


def _year(label: str) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)


class StatisticsForm(TypedText, forms.Form):
    """What the table is to have: its rows, its columns, which households and villages, which of the rows."""

    rows = forms.ChoiceField(label="行")
    c = forms.MultipleChoiceField(
        label="列",
        error_messages={"required": "请至少选择一个指标。", "invalid_choice": "没有“%(value)s”这个指标。"},
    )
    category = forms.MultipleChoiceField(
        label="户属性", required=False, choices=PovertyCategory.choices, widget=forms.CheckboxSelectMultiple
    )
    status = forms.ChoiceField(
        label="脱贫状态", required=False, choices=[("", "不限"), *((k, label) for k, (label, _) in STATUSES.items())]
    )  # fmt: skip
    exit_from = _year("脱贫年度从")
    exit_to = _year("到")
    key = forms.ChoiceField(
        label="村", required=False, choices=[("", "不限"), *((k, label) for k, (label, _) in KEYS.items())]
    )
    q = forms.CharField(label="地名包含", required=False, max_length=30)
    by = forms.ChoiceField(label="按指标", required=False)
    least = forms.DecimalField(label="不少于", required=False, max_digits=16, decimal_places=4)
    most = forms.DecimalField(label="不多于", required=False, max_digits=16, decimal_places=4)
    filled = forms.BooleanField(label="不列没有数据的行", required=False)
    complete = forms.BooleanField(label="只列台账齐全的行", required=False)

    def __init__(
        self, *args: Any, place: Place, groups: Sequence[tuple[str, list[Figure]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.figures = {figure.code: (group, figure) for group, figures in groups for figure in figures}
        self.fields["rows"].choices = [  # type: ignore[attr-defined]  # a ChoiceField's
            (name, label)
            for name, (label, level) in ROWS.items()
            if level is None or level > place.region.level
        ]
        self.fields["c"].choices = [(code, figure.label) for code, (_, figure) in self.figures.items()]  # type: ignore[attr-defined]
        self.fields["by"].choices = [  # type: ignore[attr-defined]
            ("", "不限"),
            *((group, [(f.code, f"{f.label}（{f.unit}）") for f in figures]) for group, figures in groups),
        ]

    def clean_c(self) -> list[str]:
        """Each once, in the order of the list; not more than a table holds."""
        chosen = set(self.cleaned_data["c"])
        if len(chosen) > MOST_COLUMNS:
            raise forms.ValidationError(f"一张表最多{MOST_COLUMNS}列，现在选了{len(chosen)}列。")
        return [code for code in self.figures if code in chosen]

    def clean(self) -> dict[str, Any]:
        """Ends that come after their beginnings; a figure with its bounds; no name of a place where there is none."""
        said = super().clean()
        for first, last, words in (
            ("exit_from", "exit_to", "脱贫年度的开始年度晚于结束年度，请改正。"),
            ("least", "most", "“不少于”的数大于“不多于”的数，请改正。"),
        ):
            begins, ends = said.get(first), said.get(last)
            if begins is not None and ends is not None and begins > ends:
                self.add_error(last, words)
        bounded = said.get("least") is not None or said.get("most") is not None
        if bounded and not said.get("by") and "by" not in self.errors:
            self.add_error("by", "请选择按哪个指标筛选，或者清空“不少于”“不多于”。")
        if said.get("by") and not bounded and not {"least", "most"} & {*self.errors}:
            self.add_error("least", "请填写“不少于”或“不多于”的数。")
        if said.get("q") and said.get("rows") == YEARS:
            self.add_error("q", "每行一个年度时没有地名，请清空“地名包含”。")
        return said

    @property
    def filters_used(self) -> int:
        """How many of the filter's fields say something."""
        return sum(bool(self.data.get(name)) for name in (*OF_HOMES, *OF_ROWS, *TICKS))


@dataclass(frozen=True)
class Asked:
    """A table that was asked for."""

    rows: str
    columns: Sequence[tuple[str, Figure]]
    #: Of which households and villages its numbers are.
    only: Only = Only()
    #: Which rows are listed: by their names, by a figure's number as it is shown, by what is known.
    text: str = ""
    by: Figure | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    filled: bool = False
    complete: bool = False

    @classmethod
    def by_form(cls, form: StatisticsForm) -> Asked:
        """What a valid form asks for."""
        said = form.cleaned_data
        return cls(
            said["rows"],
            [form.figures[code] for code in said["c"]],
            Only(tuple(said["category"]), said["status"], (said["exit_from"], said["exit_to"]), said["key"]),
            said["q"],
            form.figures[said["by"]][1] if said["by"] else None,
            said["least"],
            said["most"],
            said["filled"],
            said["complete"],
        )

    @property
    def figures(self) -> list[Figure]:
        """What is measured: the columns, and what rows are chosen by."""
        return [*(figure for _, figure in self.columns), *([self.by] if self.by else [])]

    @property
    def said(self) -> str:
        """The filter in words; "" for none."""
        words = [self.only.said]
        if self.text:
            words.append(f"地名包含“{self.text}”")
        if self.by:
            bounds = ((self.least, "不少于"), (self.most, "不多于"))
            told = "、".join(f"{word}{plain(number)}" for number, word in bounds if number is not None)
            words.append(f"{self.by.label}{told}{self.by.unit}")
        if self.complete:
            words.append("台账齐全")
        return "；".join(filter(None, words))
