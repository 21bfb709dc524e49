"""The pages of what households earn: a list, the form with its calculator, a panel on the household's page, the lines."""

from __future__ import annotations

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpResponse
from django.template.loader import render_to_string

from fupin.access import Action, Actor, may
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import Panel, Resource, RowForm, RowTable
from fupin.resource.buttons import Button
from fupin.resource.editing import EditView
from fupin.resource.filters import SEARCH_INPUT, SpanFilter
from fupin.resource.tables import NUMERIC
from fupin.scope import ScopedQuerySet, prefix_q
from fupin.words import half_up
from households.domain.income import PERIOD, record_income, save_line
from households.enums import PovertyStatus
from households.income import FIELDS, by_part
from households.interfaces.filters import HouseholdFilter
from households.interfaces.income_forms import Calculator, IncomeForm, LineForm
from households.interfaces.sheets import INCOME_SHEET
from households.interfaces.tables import MoneyColumn, money
from households.models import HouseholdYear, IncomeItem, PovertyLine
from households.models.income import above
from households.queries.income import (
    amounts_of,
    below_line,
    lines_of,
    reckoned_of,
    with_income,
    with_items,
)
from households.queries.register import with_head
from households.queries.trails import income_trail

#: Where a line without a region holds.
NATION = "国家"


class RoundedColumn(MoneyColumn):
    """An amount that is rounded to 分 when it is shown."""

    def render(self, value: Any) -> str:
        """With commas."""
        return money(half_up(value, 2))


class IncomeTable(RowTable):
    """Households of a place and year with what they earn."""

    household = tables.Column(
        "户编号", linkify=lambda record, table: table.context_url(record), order_by="household__number"
    )
    head_name = tables.Column("户主", orderable=False)
    people = tables.Column("人数", attrs=NUMERIC)
    sum_wages = MoneyColumn("工资性")
    sum_production = MoneyColumn("经营收入")
    sum_costs = MoneyColumn("经营支出")
    sum_property = MoneyColumn("财产性")
    sum_transfers = MoneyColumn("转移性")
    net_income = MoneyColumn("家庭纯收入")
    net_per_head = RoundedColumn("人均纯收入")

    class Meta(RowTable.Meta):
        model = HouseholdYear
        fields = (
            "household", "head_name", "people", "region", "status", "sum_wages", "sum_production", "sum_costs",
            "sum_property", "sum_transfers", "net_income", "net_per_head",
        )  # fmt: skip
        sequence = ("number", *fields)


class IncomeFilter(filters.FilterSet):
    """Households by number or member, by state, and by what they earn a head."""

    q = filters.CharFilter(label="户编号、姓名或证件尾号", method="search", widget=SEARCH_INPUT)
    status = filters.ChoiceFilter(label="脱贫状态", choices=PovertyStatus.choices)
    filled = filters.ChoiceFilter(
        label="收入", choices=[("true", "已填"), ("false", "未填")], empty_label="全部", method="is_filled"
    )
    line = filters.ChoiceFilter(
        label="标准",
        choices=[("below", "低于标准"), ("reached", "达到标准")],
        empty_label="全部",
        method="of_line",
    )
    net_per_head = SpanFilter(label="人均纯收入（元）")

    class Meta:
        model = HouseholdYear
        fields = ()

    search = HouseholdFilter.search

    def is_filled(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        """Rows of which something is known, or nothing."""
        items = IncomeItem.objects.unscoped("of rows already scoped").filter(household_year=OuterRef("pk"))
        return rows.filter(Exists(items) if which == "true" else ~Exists(items))

    def of_line(self, rows: QuerySet, _name: str, which: str) -> QuerySet:
        """Rows below their line, or not."""
        return below_line(rows, which == "below")


class IncomeView(EditView):
    """The form, with the calculator below it."""

    template_name = "households/income_form.html"

    def show(self, form: Any, row: Any, *args: Any, **more: Any) -> HttpResponse:
        """Say in the heading what is entered."""
        return super().show(form, row, *args, title=f"{row}：收入", calculator=form.calculator(), **more)


class IncomeResource(Resource):
    """What each household earns in a year. A row is the household's year; nothing of it needs to be known."""

    model = HouseholdYear
    name = "income"
    label = "家庭收入"
    lookup = "household_id"
    locks_first = ("household",)
    table_class = IncomeTable
    filterset_class = IncomeFilter
    form_class = IncomeForm
    edit_view = IncomeView
    export_columns = INCOME_SHEET.columns
    summed = tuple(FIELDS)
    export_name = INCOME_SHEET.name

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Households with their head, and their income by part and by item."""
        rows = with_items(with_income(with_head(super().rows(actor, place, years))))
        return rows.select_related("household", "region")

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Households listed, and of how many something is known."""
        items = IncomeItem.objects.unscoped("of rows already scoped").filter(household_year=OuterRef("pk"))
        filled = rows.filter(Exists(items))
        return [
            {"label": "户数", "value": rows.count()},
            {"label": "已填收入", "value": f"{filled.count()}户"},
        ]

    def record(self, row: Any) -> dict[str, Any]:
        """The household as a row of the sheet 收入."""
        amounts = amounts_of(row)
        values = {name: amounts.get(kind) for name, kind in FIELDS.items()}
        period = {name: getattr(row, name) for name in PERIOD}
        return {"household_number": row.household.number, "head_name": row.head_name, **period, **values}

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """The sums of two years, then each item."""
        home = Button("查看所在户", place.url("households_detail", key=row.household_id))
        panel = income_panel(place, row, actor)
        panel.actions = [home]
        amounts = amounts_of(row)
        shown = [
            Panel(
                f"{part.label}（元）",
                [(kind.label, money(amounts[kind]), "") for kind in kinds if kind in amounts],
            )
            for part, kinds in by_part(row.year).items()
        ]
        return [panel, *(part for part in shown if part.rows)]

    def trails(self, actor: Actor, row: Any) -> list[Trail]:
        """The items of this year, those that are no more among them."""
        return [income_trail([row.pk])]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Set the household's whole income of the year."""
        values = form.cleaned_data
        record_income(
            household_year=form.instance,
            amounts={kind: values[name] for name, kind in FIELDS.items()},
            period=(values["income_from"], values["income_to"]),
            actor=actor,
        )
        return form.instance


def income_panel(place: Place, row: HouseholdYear, actor: Actor) -> Panel:
    """What a household earns, last year's beside, measured by the year's line; on its page."""
    years = HouseholdYear.objects.visible_to(actor).filter(
        household=row.household_id, year__in=(row.year, row.year - 1)
    )
    found = {each.year: each for each in with_items(with_income(years))}
    now, before = found[row.year], found.get(row.year - 1)
    own = place.of(row)
    actions = []
    if may(actor, Action.EDIT, place.region.code) and not own.why_locked:
        actions.append(Button("填写收入", place.url("income_edit", key=row.household_id)))
    if now.items:
        actions.append(Button("查看各项", place.url("income_detail", key=row.household_id)))
    if not now.items and not (before and before.items):
        return Panel("收入", actions=actions, empty="没有登记收入。")
    calculator = Calculator(reckoned_of(now), lines_of(row.region, row.year), place)
    last = Calculator(reckoned_of(before), [], place) if before and before.items else None
    context = {
        "year": row.year,
        "now": calculator,
        "table": calculator.beside(last),
        "before": last,
        "row": now,
        "may_enter_lines": may(actor, Action.YEARS, row.region_id),
    }
    return Panel("收入", html=render_to_string("households/income.html", context), actions=actions)


class LineTable(RowTable):
    """Lines, each with where it holds and where it was read."""

    year = tables.Column("年度", linkify=lambda record, table: table.context_url(record))
    region = tables.Column("适用地区", default=NATION, order_by="region_id")
    amount = MoneyColumn("标准（元/人）")
    source = tables.Column("依据", attrs={"td": {"class": "text"}})

    class Meta(RowTable.Meta):
        model = PovertyLine
        fields = ("year", "kind", "region", "amount", "source")
        sequence = ("number", *fields)


class LineResource(Resource):
    """The lines by which income is measured: the nation's, and those that the county or a region above it goes by."""

    model = PovertyLine
    name = "lines"
    table_class = LineTable
    form_class = LineForm
    creates = True
    edit_action = Action.YEARS

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """The lines of all years that hold at the place or somewhere in it."""
        near = (
            Q(region=None)
            | Q(region__in=above({place.region.code}))
            | prefix_q("region__code", (place.region.prefix,))
        )
        return PovertyLine.objects.visible_to(actor).filter(near).select_related("region")

    def panels(self, actor: Actor, place: Place, row: PovertyLine) -> list[Panel]:
        """Where it holds, and the rest."""
        facts = self.attributes(row, ("year", "kind", "amount", "source"))
        return [Panel("基本信息", [("适用地区", row.region or NATION, ""), *facts])]

    def why_locked(self, place: Place, row: Any = None) -> str:
        """The nation's lines are nobody's to change."""
        if row is None or row.region_id is not None:
            return ""
        return "国家标准由系统提供，不能修改。本地另有标准的，请在“收入标准”点“新增”，为本地登记一条。"

    def detail_buttons(self, actor: Actor, place: Place, row: PovertyLine) -> list[Button]:
        """A line is changed where it holds."""
        return super().detail_buttons(actor, Place(row.region, place.year) if row.region else place, row)

    def detail_url(self, place: Place, row: Any) -> str:
        """The line's page, at the place where it was asked for."""
        return place.url("lines_detail", key=row.pk)

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the line."""
        return save_line(line=form.instance, actor=actor)


INCOME, LINES = IncomeResource(), LineResource()
