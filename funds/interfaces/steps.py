"""The steps of a project: the journal's list and pages, the panels on the project's page, the form of a step."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import django_tables2 as tables
from django import forms
from django.db.models import QuerySet
from django.utils import timezone

from funds.domain.projects import action_for, next_steps, record_step
from funds.library import ALL_STEPS, LIFE, PAPERS, ProjectGroup, StepKind
from funds.models import Project, ProjectStep
from funds.models.step import STANDING
from funds.queries.projects import other_use_of, paper_of, with_file
from funds.validators import tidy_document
from fupin.access import Actor, may
from fupin.place import Place
from fupin.resource import Panel, Resource, RowTable
from fupin.resource.buttons import Button
from fupin.resource.filters import ListFilter, YesNoFilter
from fupin.resource.forms import TypedText, make_keyed
from fupin.resource.tables import EMPTY
from fupin.scope import ScopedQuerySet
from fupin.sheets.columns import CodeColumn, DateColumn, DecimalColumn, IntegerColumn, TextColumn
from households.interfaces.tables import MoneyColumn

COLUMNS = (
    DateColumn(name="on", label="日期"),
    TextColumn(name="village", label="行政村", width=14),
    TextColumn(name="project_name", label="项目名称", width=26),
    CodeColumn(name="kind", label="环节", codes=StepKind, width=14),
    TextColumn(name="document", label="文号或文件名称", width=22),
    DecimalColumn(name="amount", label="金额", unit="元", width=14),
    IntegerColumn(name="share", label="累计完成（%）"),
    TextColumn(name="way", label="实施方式", width=12),
    TextColumn(name="reason", label="说明", width=28),
    TextColumn(name="recorded_by", label="登记人"),
    TextColumn(name="state", label="状态", width=10),
)


def state_of(step: ProjectStep) -> str:
    """Whether a step stands, in a word."""
    return "已撤销" if step.undone_at else "有效"


def _page_of(record: ProjectStep, table: RowTable) -> str:
    return table.context_url(record)


class StepTable(RowTable):
    """Steps, with what they state."""

    on = tables.DateColumn(verbose_name="日期", linkify=_page_of)
    project = tables.Column(
        "项目名称", accessor="project__name", order_by="project__name", attrs={"td": {"class": "text"}}
    )
    amount = MoneyColumn("金额（元）")
    share = tables.Column("累计完成")
    reason = tables.Column("说明", orderable=False)
    recorded_by = tables.Column("登记人", orderable=False)
    has_file = tables.Column("附件", orderable=False, empty_values=())
    state = tables.Column("状态", empty_values=(), orderable=False)

    class Meta(RowTable.Meta):
        model = ProjectStep
        fields = (
            "on", "project", "region", "kind", "document", "amount", "share", "way", "reason", "recorded_by", "has_file",
            "state",
        )  # fmt: skip
        sequence = ("number", *fields)

    def render_share(self, value: int) -> str:
        """In %."""
        return f"{value}%"

    def render_has_file(self, value: Any) -> str:
        """Whether there is one."""
        return "有" if value else EMPTY

    def render_state(self, record: ProjectStep) -> str:
        """Whether it stands."""
        return state_of(record)


class JournalTable(StepTable):
    """The steps of one project, on its page."""

    class Meta(StepTable.Meta):
        fields = (
            "on",
            "kind",
            "document",
            "amount",
            "share",
            "way",
            "reason",
            "recorded_by",
            "has_file",
            "state",
        )
        sequence = ("number", *fields)
        exclude = ("project", "region")
        orderable = False


class StepFilter(ListFilter):
    """Steps by kind, day and what they state."""

    common = ("kind", "live")
    left_out = ("recorded_at",)
    live = YesNoFilter(label="有效", method="standing")

    class Meta:
        model = ProjectStep
        fields = ()

    def standing(self, rows: QuerySet, _name: str, value: str) -> QuerySet:
        """Rows that stand, or were taken back."""
        return rows.filter(STANDING if value == "true" else ~STANDING)


class StepResource(Resource):
    """The journal of projects: 项目办理记录."""

    model = ProjectStep
    name = "steps"
    label = "项目办理记录"
    table_class = StepTable
    filterset_class = StepFilter
    attaches = True
    export_columns = COLUMNS
    export_name = "项目办理记录"

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Steps of the year, the newest first."""
        rows = with_file(super().rows(actor, place, years)).select_related("project", "region", "recorded_by")
        return rows.order_by("-on", "-pk")  # type: ignore[return-value]

    def record(self, row: ProjectStep) -> dict[str, Any]:
        """The step as a row of the list."""
        values = {
            "on": row.on, "village": row.region.name, "project_name": row.project.name, "kind": row.kind,
            "document": row.document, "amount": row.amount, "share": row.share,
            "way": row.get_way_display() if row.way else None, "reason": row.reason,  # type: ignore[attr-defined]
            "recorded_by": str(row.recorded_by) if row.recorded_by else None, "state": state_of(row),
        }  # fmt: skip
        return {name: None if value == "" else value for name, value in values.items()}

    def panels(self, actor: Actor, place: Place, row: ProjectStep) -> list[Panel]:
        """What was done, by whom, and the paper that belongs here."""
        stated = [
            n for n in ("document", "amount", "share", "way", "reason") if getattr(row, n) not in (None, "")
        ]
        facts = [
            ("项目", row.project.name, ""), ("所在村", row.region, ""),
            *self.attributes(row, ("kind", "on", *stated)),
            ("登记人", row.recorded_by or "", f"{timezone.localtime(row.recorded_at):%Y-%m-%d %H:%M}"),
            ("状态", state_of(row), ""),
        ]  # fmt: skip
        if row.undone_at:
            who = row.undone_by or ""
            facts += [
                ("撤销人", who, f"{timezone.localtime(row.undone_at):%Y-%m-%d %H:%M}"),
                ("撤销原因", row.undone_reason, ""),
            ]
        if paper := paper_of(row.project.category, row.kind):
            facts.append(("应附资料", paper, "" if row.has_file else "尚缺，请在下面上传"))
        home = Place(row.region, row.project.year).url("projects_detail", key=row.project_id)
        return [Panel("办理情况", facts, actions=[Button("查看项目", home)])]

    def detail_buttons(self, actor: Actor, place: Place, row: ProjectStep) -> list[Button]:
        """Taking it back."""
        buttons = super().detail_buttons(actor, place, row)
        kind = StepKind(row.kind)
        stands = row.undone_at is None and kind != StepKind.RETURNED
        if stands and may(actor, ALL_STEPS[kind].action, row.region_id) and not self.why_locked(place, row):
            buttons.append(Button("撤销", place.url("steps_back", key=row.pk), "danger"))
        return buttons


STEPS_LIST = StepResource()


def _step_url(place: Place, row: Project, kind: StepKind) -> str:
    return Place(row.region, row.year).url("projects_step", key=row.pk, kind=kind.value)


def next_buttons(actor: Actor, place: Place, row: Project, kinds: Collection[str]) -> list[Button]:
    """The steps that the actor can take next with a project."""
    styles = {StepKind.PROPOSED: "", StepKind.RETURNED: "", StepKind.STOPPED: "danger"}
    return [
        Button(str(kind.label), _step_url(place, row, kind), styles.get(kind, "primary"))
        for kind in next_steps(kinds)
        if may(actor, action_for(kind, kinds), row.region_id)
    ]


def journal_panel(place: Place, steps: list[ProjectStep]) -> Panel:
    """All that was done with a project, on its page."""
    table = JournalTable(steps, prefix="s-") if steps else None
    if table is not None:
        table.context_url = lambda step: Place(step.region, step.year).url("steps_detail", key=step.pk)
    nothing = "还没有申报。只记入到村项目台账的项目不必申报；进项目库的，填好内容后点“村级申报”。"
    return Panel("办理进度", table=table, empty=nothing)


def papers_panel(row: Project, steps: list[Any]) -> Panel:
    """The papers that the project's category wants, and which of them are there."""
    there = {step.kind: step.has_file for step in steps if step.undone_at is None}
    wanted, rows = PAPERS[ProjectGroup(row.category[:2])], []
    for kind in LIFE:
        if kind in wanted:
            state = "未到环节" if kind not in there else "已有" if there[kind] else "缺"
            rows.append((str(kind.label), state, wanted[kind]))
    return Panel("资料", rows)


class StepForm(TypedText, forms.ModelForm):
    """A step of a project: its day, and what it must and may state."""

    class Meta:
        model = ProjectStep
        fields = ("on", "document", "amount", "share", "way", "reason")

    def __init__(self, *args: Any, kind: StepKind, project: Project, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.project, self.actor = kind, project, actor
        step = ALL_STEPS[kind]
        asked = ("on", *step.fields)
        for name in set(self.fields) - set(asked):
            del self.fields[name]
        self.order_fields(asked)
        for name in step.needs:
            self.fields[name].required = True
        if "amount" in self.fields:
            self.fields["amount"].help_text = "以元为单位：8万元填80000。"
        if "way" in self.fields:
            way = self.fields["way"]
            way.choices = [(value, label if value else "请选择") for value, label in way.choices]
            make_keyed(way)
        today = timezone.localdate()
        self.fields["on"].widget = forms.DateInput(
            attrs={"type": "date", "max": f"{today}"}, format="%Y-%m-%d"
        )
        self.fields["on"].initial = today if today.year == project.year else None

    def _post_clean(self) -> None:
        """The domain judges the row: the form does not know its village and year."""

    def clean(self) -> dict[str, Any]:
        """The fields' own rules; then the document in its written form, so that the same one twice is told."""
        values = super().clean()
        if values.get("document"):
            values["document"] = tidy_document(values["document"])
        return values

    def doubted_fields(self) -> Iterator[tuple[str, forms.BoundField, str]]:
        """The number of a document that stands at a step of another kind."""
        document = self.cleaned_data.get("document", "")
        other = other_use_of(document, self.project, self.kind, self.actor)
        if other is not None:
            whose = "本项目" if other.project_id == self.project.pk else f"“{other.project.name}”"
            told = f"“{document}”已登记为{whose}的“{other.get_kind_display()}”（{other.on:%Y-%m-%d}）"  # type: ignore[attr-defined]
            yield "", self["document"], f"{told}，请核对是不是填错了文号。"

    def record(self) -> ProjectStep:
        """Hand it to the domain; raises Refused."""
        return record_step(project=self.project, kind=self.kind, actor=self.actor, **self.cleaned_data)


class BackForm(TypedText, forms.Form):
    """Why a step is taken back."""

    reason = forms.CharField(label="撤销原因", max_length=200)

    def doubted_fields(self) -> tuple[()]:
        """A reason is not doubted."""
        return ()
