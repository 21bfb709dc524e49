"""The pages of projects: the list, the form, and a project's page with its way through the library."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from funds.enums import NOT_INVESTED
from funds.interfaces.doubts import unit_doubt
from funds.interfaces.project_sheet import PROJECT_SHEET
from funds.interfaces.steps import journal_panel, next_buttons, papers_panel
from funds.interfaces.tables import QuantityColumn
from funds.library import Lamp, ProjectGroup, StepKind, categories_of
from funds.models import Project, ProjectStep
from funds.queries.projects import (
    journal_of,
    lacking_papers,
    reference_day,
    standing_steps,
    usual_amounts,
    with_life,
)
from funds.validators import project_problems
from fupin.access import Action, Actor, may
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import Panel, Resource, RowTable
from fupin.resource.buttons import Button
from fupin.resource.filters import CodeFilter, ListFilter
from fupin.resource.forms import LINES_OF_TEXT
from fupin.resource.tables import EMPTY, NUMERIC
from fupin.scope import ScopedQuerySet
from fupin.words import wan_yuan
from households.interfaces.forms import LedgerForm
from households.interfaces.resources import LedgerRows
from households.interfaces.tables import sum_of_money
from households.validators import Problem

#: Where a project is, in a word, by the last of its steps.
REACHED = [
    (kind.value, kind.label) for kind in StepKind if kind not in (StepKind.PROGRESS, StepKind.RETURNED)
]


class ProjectTable(RowTable):
    """Projects of the villages of a place in a year."""

    position = tables.Column("排列号", attrs=NUMERIC)
    name = tables.Column(
        "项目名称", linkify=lambda record, table: table.context_url(record), attrs={"td": {"class": "text"}}
    )
    year = tables.Column("年度")
    quantity = QuantityColumn("建设规模")
    amount = tables.Column("投入资金（万元）", attrs=NUMERIC)
    reached = tables.Column("办理环节", empty_values=())
    lamp = tables.Column("进展", orderable=False, empty_values=())

    class Meta(RowTable.Meta):
        model = Project
        fields = (
            "position", "name", "region", "year", "category", "nature", "quantity", "amount", "source", "stage",
            "reached", "lamp",
        )  # fmt: skip
        sequence = ("number", *fields)

    def render_amount(self, value: Any) -> str:
        """In 万元, with as many places as it has."""
        return wan_yuan(value, 6)

    def render_reached(self, value: Any) -> str:
        """The last step; a dash for a project that only stands in the village's ledger."""
        return str(StepKind(value).label) if value else EMPTY

    def render_lamp(self, value: Any) -> str:
        """How it goes against its plan."""
        return str(Lamp(value).label) if value else EMPTY


class ProjectFilter(ListFilter):
    """Projects by name, type, stage, step and lamp, and by every code, number and day of the form."""

    common = ("q", "group", "category", "stage", "reached", "lamp")
    left_out = ("position",)

    q = filters.CharFilter(label="名称、地点或资金来源", method="search")
    group = filters.ChoiceFilter(
        label="一级类型", choices=ProjectGroup.choices, method="in_group", empty_label="不限"
    )
    reached = CodeFilter(label="已办到", choices=REACHED)
    lamp = CodeFilter(label="进展", choices=Lamp.choices)
    papers = filters.ChoiceFilter(
        label="资料", choices=[("wanting", "缺资料")], method="lacks_papers", empty_label="不限"
    )

    class Meta:
        model = Project
        fields = ()

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        return rows.filter(Q(name__contains=text) | Q(site__contains=text) | Q(source__contains=text))

    def in_group(self, rows: QuerySet, _name: str, group: str) -> QuerySet:
        """Rows of the categories of the first level's group."""
        return rows.filter(category__in=categories_of(ProjectGroup(group)))

    def lacks_papers(self, rows: QuerySet, _name: str, _value: str) -> QuerySet:
        """Rows with a step whose paper is missing."""
        return lacking_papers(rows)


def not_yet(year: int) -> str:
    """What to do with a project of a year that is not opened: the library plans ahead, and households do not."""
    return (
        f"{year}年度尚未开设，不能录入。{year}年实施、现在就要入库的项目，请登记在{year - 1}年度，"
        f"计划开工、完工日期填{year}年的；{year}年度由县级办公室在“年度管理”开设。"
    )


class ProjectForm(LedgerForm):
    """A project of a village, and what the library asks before it takes it."""

    fieldsets_spec = (
        ("项目", ("name", "category", "nature", "stage", "site", "unit_in_charge", "position")),
        ("内容和规模", ("content", "quantity", "unit", "plan_start", "plan_finish")),
        (
            "资金（元）",
            (
                "amount",
                "source",
                "plan_central",
                "plan_provincial",
                "plan_municipal",
                "plan_county",
                "plan_other",
            ),
        ),
        ("效益", ("target", "sharing", "homes", "people", "poor_homes")),
        ("其他", ("remark",)),
    )

    class Meta:
        model = Project
        fields = (
            "name", "category", "nature", "stage", "site", "unit_in_charge", "position", "content", "quantity", "unit",
            "plan_start", "plan_finish", "amount", "source", "plan_central", "plan_provincial", "plan_municipal",
            "plan_county", "plan_other", "target", "sharing", "homes", "people", "poor_homes", "remark",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].help_text = "填了建设规模的须填，如：米、盏、个。"
        self.fields["amount"].help_text = "以元为单位：11.5万元填115000。"
        year, kept = self.instance.year, self.instance.category
        if year + 1 not in self.place.states:
            self.fields["plan_start"].help_text = f"{year + 1}年实施的也登记在这里，填{year + 1}年的日期。"
        self.fields["category"].choices = [
            ("", "—"),
            *(
                (
                    str(group.label),
                    [(c.value, c.label) for c in categories_of(group) if c.holds_in(year) or c == kept],
                )
                for group in ProjectGroup
                if group.holds_in(year) or kept[:2] == group
            ),
        ]

    def problems(self, values: dict[str, Any]) -> Iterable[Problem]:
        """The rules of the sheet."""
        return project_problems({**values, "year": self.instance.year}, self.instance.year)

    def doubts(self) -> Iterator[tuple[str, str]]:
        """An amount that looks as if 元 and 万元 were mixed up."""
        amount, village = self.cleaned_data["amount"], self.instance.region
        usual = usual_amounts(village, {self.cleaned_data["name"], self.initial.get("name")})
        if doubt := unit_doubt(amount, usual, "投入资金", "其他项目"):
            yield "amount", doubt


#: What a project's texts of many lines are called.
OF_LINES = frozenset(
    str(field.verbose_name)
    for field in Project._meta.concrete_fields
    if (field.max_length or 0) >= LINES_OF_TEXT
)


class ProjectResource(LedgerRows, Resource):
    """Projects of villages: 到村项目, 项目库."""

    model = Project
    name = "projects"
    table_class = ProjectTable
    filterset_class = ProjectFilter
    form_class = ProjectForm
    attaches = True
    export_columns = PROJECT_SHEET.columns
    export_name = PROJECT_SHEET.name
    summed = ("amount",)

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Projects with their village, and what they had come to by the year's end, or by today."""
        rows = super().rows(actor, place, years).select_related("region")
        return with_life(rows, reference_day(place.year, timezone.localdate()))  # type: ignore[return-value]

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Projects, and what is invested; what is only planned, or stopped, is not."""
        invested = Sum("amount", filter=~Q(stage__in=NOT_INVESTED))
        found = rows.order_by().aggregate(projects=Count("pk"), money=invested)
        return [
            {"label": "项目数", "value": found["projects"]},
            {"label": "投入资金（不含规划中和已终止）", "value": sum_of_money(found["money"])},
        ]

    def detail_buttons(self, actor: Actor, place: Place, row: Project) -> list[Button]:
        """What can be done with it next, before the rest once it has been proposed."""
        buttons = super().detail_buttons(actor, place, row)
        kinds = {step.kind for step in standing_steps(row, actor)}
        steps = next_buttons(actor, place, row, kinds)
        return [*steps, *buttons] if kinds else [*buttons, *steps]

    def panels(self, actor: Actor, place: Place, row: Project) -> list[Panel]:
        """What was declared, the way through the library, and the papers that it wants."""
        shown = []
        for title, names in ProjectForm.fieldsets_spec:
            known = [name for name in names if getattr(row, name) not in (None, "")]
            if known:
                shown.append(Panel(title, list(self.attributes(row, known)), wide=OF_LINES))
        steps = list(journal_of(row, actor))
        shown.insert(1, journal_panel(place, steps))
        if row.category and row.reached:
            shown.insert(2, papers_panel(row, steps))
        return shown

    def trails(self, actor: Actor, row: Project) -> list[Trail]:
        """The project and its steps."""
        steps = ProjectStep.objects.visible_to(actor).filter(project=row)
        hidden = frozenset({"region", "year", "project"})
        return [
            *super().trails(actor, row),
            Trail(ProjectStep, steps.values("pk"), about="kind", hides=hidden),
        ]

    def why_locked(self, place: Place, row: Any = None) -> str:
        """Whoever has the year; of the year to come, where its projects are planned; and a proposal stands as it is."""
        if reason := super().why_locked(place, row):
            ahead = not place.lock and place.year - 1 in place.states
            return f"{place.region}{not_yet(place.year)}" if ahead else reason
        if row is not None and row.pk and getattr(row, "reached", None):
            return f"{row.name}已经申报，内容不能修改。需要修改的，请审核的人退回。"
        return ""


PROJECTS = ProjectResource()


#: What a project waits for at a step, and who does it.
WAITS = (
    (StepKind.PROPOSED, Action.CHECK, "待乡镇审核"),
    (StepKind.CHECKED, Action.ASSESS, "待部门论证"),
    (StepKind.ASSESSED, Action.DECIDE, "待县级审定入库"),
    (StepKind.ADMITTED, Action.DECIDE, "待立项批复"),
    (StepKind.COMPLETED, Action.ASSESS, "待验收"),
    (StepKind.ACCEPTED, Action.DECIDE, "待结算审计"),
)


def waiting_for(actor: Actor, place: Place) -> list[tuple[str, int, str]]:
    """What of the library waits for the actor at a place: in words, how many, and the list of them. One query."""
    mine = [wait for wait in WAITS if may(actor, wait[1], place.region.code)]
    if not mine:
        return []
    rows = PROJECTS.rows(actor, place).order_by()
    counts = dict(rows.values_list("reached").annotate(count=Count("pk")).values_list("reached", "count"))
    return [
        (words, counts[reached], f"{place.url('projects_list')}?reached={reached}")
        for reached, _, words in mine
        if reached in counts
    ]
