"""The statistics builder: any figures as columns, the places below or the years as rows, the table as a panel."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms

from fupin.models import Level, Region
from fupin.place import Place
from fupin.resource.forms import TypedText
from households.models import VillageYear
from reports.figures.declare import Figure, Measure
from reports.figures.measure import Result, figures_of_places, measure
from reports.figures.village import BASES
from reports.figures.window import Window
from reports.interfaces.board import query_of, window_at
from reports.interfaces.panels import Line, Links, Panel, cell_of, head_of, noted_once, sorted_by

#: What a table has at most: more fits no paper, and no saved view.
MOST_COLUMNS = 40
#: The figures' groups: what the upper row of the header says.
GROUPS = {
    "profile": "村情", "registered": "贫困户", "incomes": "收入", "members": "家庭成员", "given": "到户措施",
    "holders": "享受措施的人", "gone": "已不在册的户", "partners": "市场主体带动", "entities": "市场主体",
    "works": "到村项目", "work": "工作台账",
}  # fmt: skip
TOWNSHIPS, VILLAGES, YEARS = "townships", "villages", "years"
ROWS = {
    TOWNSHIPS: ("乡镇", Level.TOWNSHIP), VILLAGES: ("村", Level.VILLAGE), YEARS: ("年度", None),
}  # fmt: skip
NAME = "statistics"

Results = Mapping[str, Result]


def choices_of(place: Place) -> list[tuple[str, list[Figure]]]:
    """The figures that a table can have, by group; names and words stand in no table of numbers."""
    window = window_at(place)
    groups = []
    for base in BASES:
        figures = [f for f in base.all_figures(window) if f.measure not in (Measure.TEXT, Measure.NAMES)]
        if figures:
            groups.append((GROUPS[base.code], figures))
    return groups


class StatisticsForm(TypedText, forms.Form):
    """What the table is to have: its rows, its columns, which of the rows."""

    rows = forms.ChoiceField(label="行")
    c = forms.MultipleChoiceField(
        label="列",
        error_messages={"required": "请至少选择一个指标。", "invalid_choice": "没有“%(value)s”这个指标。"},
    )
    q = forms.CharField(label="地名包含", required=False, max_length=30)
    key = forms.BooleanField(label="只列重点贫困村", required=False)
    filled = forms.BooleanField(label="不列没有数据的行", required=False)

    def __init__(
        self, *args: Any, place: Place, groups: Sequence[tuple[str, list[Figure]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.place = place
        self.figures = {figure.code: (group, figure) for group, figures in groups for figure in figures}
        self.fields["rows"].choices = [
            (name, label)
            for name, (label, level) in ROWS.items()
            if level is None or level > place.region.level
        ]
        self.fields["c"].choices = [(code, figure.label) for code, (_, figure) in self.figures.items()]

    def clean_c(self) -> list[str]:
        """Each once, in the order of the list; not more than a table holds."""
        chosen = set(self.cleaned_data["c"])
        if len(chosen) > MOST_COLUMNS:
            raise forms.ValidationError(f"一张表最多{MOST_COLUMNS}列，现在选了{len(chosen)}列。")
        return [code for code in self.figures if code in chosen]


@dataclass(frozen=True)
class Asked:
    """A table that was asked for."""

    rows: str
    columns: Sequence[tuple[str, Figure]]
    text: str = ""
    key: bool = False
    filled: bool = False

    @classmethod
    def by(cls, form: StatisticsForm) -> Asked:
        """What a valid form asks for."""
        said = form.cleaned_data
        return cls(
            said["rows"], [form.figures[code] for code in said["c"]], said["q"], said["key"], said["filled"]
        )


def table_of(place: Place, asked: Asked, *, sort: str = "", url: str = "?") -> Panel:
    """The table; the caller has checked the right to report on the place. `sort` and `url` as on the dashboard."""
    figures = [figure for _, figure in asked.columns]
    links = Links(place, query_of(window_at(place)))
    by_year = asked.rows == YEARS
    lines = [*(_years(place, figures) if by_year else _places(place, asked, figures, links))]
    if asked.filled:
        lines = [line for line in lines if any(cell.value for cell in line.cells)]
    heads = [head_of(figure, links, group) for group, figure in asked.columns]
    panel = Panel(
        NAME, f"{ROWS[asked.rows][0]}统计表", ROWS[asked.rows][0], heads, lines, None if by_year else _total(place, asked, figures, links),
        note="合计按全部行统计；跨村的市场主体只计一次，各行相加可能大于合计。" if not by_year else "", wide=True,
    )  # fmt: skip
    column = sort.partition(".")[2]
    at = int(column.lstrip("-")) if column.lstrip("-").isdecimal() else -1
    return noted_once(sorted_by(panel, at, ascending=not column.startswith("-"), url=url))


def _total(place: Place, asked: Asked, figures: Sequence[Figure], links: Links) -> Line | None:
    """合计 of the whole place; of some of its rows there is none, for not everything adds up."""
    if asked.text or asked.key:
        return None
    found = measure(figures, window_at(place))
    return Line("合计", [cell_of(found[figure.code], links.rows_of(figure)) for figure in figures])


def _places(place: Place, asked: Asked, figures: Sequence[Figure], links: Links) -> Iterator[Line]:
    level = ROWS[asked.rows][1]
    assert level is not None  # the years have none
    found = figures_of_places(figures, window_at(place), level)
    regions = Region.objects.unscoped("names of places are no secret").filter(
        code__startswith=place.region.prefix, level=level, name__contains=asked.text
    )
    if asked.key:
        said = VillageYear.objects.unscoped(
            "only which villages are said to be key ones, to who may report on them"
        )
        key = said.filter(place.holds(VillageYear), is_key_village=True).values("region")
        regions = (
            regions.filter(pk__in=key)
            if level == Level.VILLAGE
            else regions.filter(children__in=key).distinct()
        )
    for region in regions.select_related("parent").order_by("code"):
        if region.prefix in found:
            yield _line(region, found[region.prefix], figures, place.year, links)


def _line(region: Region, results: Results, figures: Sequence[Figure], year: int, links: Links) -> Line:
    there = Place(region, year)
    cells = [cell_of(results[figure.code], links.rows_of(figure, there)) for figure in figures]
    return Line(str(region), cells, there.url("dashboard"))


def _years(place: Place, figures: Sequence[Figure]) -> Iterator[Line]:
    for year in sorted({*place.states, place.year}):
        window: Window = window_at(place, year)
        there = Place(place.region, year)
        links, found = Links(there, query_of(window)), measure(figures, window)
        cells = [cell_of(found[figure.code], links.rows_of(figure)) for figure in figures]
        yield Line(f"{year}年", cells, there.url("dashboard"))


def titled(panel: Panel, name: str) -> Panel:
    """The table under the name that it was saved under."""
    return replace(panel, title=name) if name else panel
