"""The pages of what was allocated to projects and paid, declared; and the panels of both."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from funds.domain import money as domain
from funds.interfaces.money_filters import AllocationFilter, PaymentFilter
from funds.interfaces.money_forms import AllocationEditForm, AllocationForm, PaymentEditForm, PaymentForm
from funds.interfaces.money_sheets import ALLOCATION_COLUMNS, PAYMENT_COLUMNS
from funds.interfaces.money_tables import (
    AllocationsOfOneTable,
    AllocationTable,
    PaymentsOfOneTable,
    PaymentTable,
    percent,
)
from funds.models import Allocation, Payment, Project
from funds.queries.money import EVER, with_paid
from fupin.access import Action, Actor, may
from fupin.models import Level
from fupin.place import Place
from fupin.resource import Panel, Resource, RowForm, RowTable
from fupin.resource.buttons import Button
from fupin.resource.values import exported
from fupin.scope import ScopedQuerySet
from fupin.words import half_up
from households.interfaces.tables import money, sum_of_money

#: Where there are few enough projects to choose one from.
CHOSEN_AT = (Level.TOWNSHIP, Level.VILLAGE)
CHOOSE = "请先在页面上方选择乡镇或村"


def rate_of(paid: Decimal, whole: Decimal | None) -> Decimal | None:
    """支出率 in percent, as a workbook has it."""
    return half_up(paid * 100 / whole, 2) if whole else None


def done_or_budgeted(place: Place, path: str, years: tuple[int, int] | None) -> Q:
    """The condition for what was done in the place's year, or out of that year's appropriations whenever it was done."""
    span = years or (place.year, place.year)
    return Q(year__range=span) | Q(**{f"{path}year__range": span})


class OfProject:
    """What allocations and payments share: they lie in a project's village, out of an appropriation."""

    #: The way from the row to its allocation.
    path = ""

    def rows_at(self, actor: Actor, place: Place, years: tuple[int, int] | None) -> ScopedQuerySet:
        """Rows at the place with the names of project, places and appropriation."""
        path = self.path
        rows = self.model.objects.visible_to(actor).filter(
            place.holds(self.model, EVER),
            done_or_budgeted(place, f"{path}appropriation__", years),
        )
        rows = rows.annotate(
            project_name=F(f"{path}project__name"), village_name=F("region__name"),
            township_name=F("region__parent__name"), source_document=F(f"{path}appropriation__document"),
            level=F(f"{path}appropriation__level"), budget=F(f"{path}appropriation__year"),
        )  # fmt: skip
        return rows.select_related("region", f"{path}project__region", f"{path}appropriation__region")


class AllocationResource(OfProject, Resource):
    """What was allocated to projects: 资金安排."""

    model = Allocation
    name = "allocations"
    table_class = AllocationTable
    filterset_class = AllocationFilter
    form_class = AllocationEditForm
    create_form_class = AllocationForm
    creates = True
    removes = True
    created_where = f"按项目登记，{CHOOSE}，或在项目的页面上点“安排资金”"
    edit_action = Action.FUND
    locks_first = ("appropriation",)
    export_columns = ALLOCATION_COLUMNS
    export_name = "资金安排台账"
    summed = ("amount", "paid", "unpaid")
    takes = (("按项目导出（万元）", "allocations_subsidies"),)

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """What was allocated in the year, or out of the year's appropriations; with what was paid of it."""
        return with_paid(self.rows_at(actor, place, years))

    def creates_at(self, place: Place) -> bool:
        """Where a project can be chosen."""
        return place.region.level in CHOSEN_AT

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """How many, and the sums."""
        # The sums have names of their own: "paid" is what was paid of one.
        found = rows.order_by().aggregate(
            rows=Count("pk"), **{f"all_{name}": Sum(name) for name in self.summed}
        )
        return [
            {"label": "笔数", "value": found["rows"]},
            {"label": "安排", "value": sum_of_money(found["all_amount"])},
            {"label": "支出", "value": sum_of_money(found["all_paid"])},
            {"label": "未支付", "value": sum_of_money(found["all_unpaid"])},
            {"label": "支出率", "value": percent(found["all_paid"] or Decimal(0), found["all_amount"])},
        ]

    def record(self, row: Any) -> dict[str, Any]:
        """The row with its rate."""
        values = {
            column.name: exported(row, column.name) for column in self.export_columns if column.name != "rate"
        }
        return {**values, "rate": rate_of(row.paid, row.amount)}

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """From where to where, what stands of it, and its payments."""
        here = place.of(row)
        budget = Place(place.region, row.appropriation.year)
        buttons = [
            Button(
                "查看项目", Place(row.region, row.project.year).url("projects_detail", key=row.project_id)
            ),
            Button("查看指标", budget.url("appropriations_detail", key=row.appropriation_id)),
        ]
        facts = [
            ("项目", row.project, ""), ("所在村", row.region, ""), ("资金指标", row.appropriation, ""),
            *self.attributes(row, ("on",)), ("安排金额", f"{money(row.amount)}元", ""),
            ("支出", f"{money(row.paid)}元", ""), ("未支付", f"{money(row.unpaid)}元", ""),
            ("支出率", percent(row.paid, row.amount), ""), *self.attributes(row, ("document", "remark")),
        ]  # fmt: skip
        payments = Payment.objects.visible_to(actor).filter(allocation=row)
        actions = pay_buttons(actor, here, f"?allocation={row.pk}") if row.unpaid > 0 else []
        return [Panel("基本信息", facts, actions=buttons), payments_of(here, payments, actions)]

    def detail_buttons(self, actor: Actor, place: Place, row: Any) -> list[Button]:
        """Whoever funds with the appropriation changes it, wherever they look at it."""
        buttons = super().detail_buttons(actor, place, row)
        funds = may(actor, Action.FUND, row.appropriation.region_id)
        return [button for button in buttons if funds or button.label == "修改记录"]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the allocation."""
        return domain.allocate(allocation=form.instance, actor=actor)

    def remove(self, *, row: Any, actor: Actor) -> None:
        """Delete it."""
        domain.remove_allocation(allocation=row, actor=actor)


class PaymentResource(OfProject, Resource):
    """What was paid: 资金支付."""

    model = Payment
    name = "payments"
    path = "allocation__"
    table_class = PaymentTable
    filterset_class = PaymentFilter
    form_class = PaymentEditForm
    create_form_class = PaymentForm
    creates = True
    removes = True
    created_where = f"按项目登记，{CHOOSE}，或在项目的页面上点“登记支付”"
    edit_action = Action.PAY
    locks_first = ("allocation",)
    attaches = True
    export_columns = PAYMENT_COLUMNS
    export_name = "资金支付台账"
    summed = ("amount",)

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """What was paid in the year, or out of the year's appropriations."""
        return self.rows_at(actor, place, years)

    def creates_at(self, place: Place) -> bool:
        """Where an allocation can be chosen."""
        return place.region.level in CHOSEN_AT

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """How many, and the sum."""
        found = rows.order_by().aggregate(rows=Count("pk"), amount=Sum("amount"))
        return [
            {"label": "笔数", "value": found["rows"]},
            {"label": "支付金额", "value": sum_of_money(found["amount"])},
        ]

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """Who was paid what, out of what."""
        allocation = row.allocation
        button = Button(
            "查看资金安排", Place(row.region, allocation.year).url("allocations_detail", key=allocation.pk)
        )
        facts = [
            ("项目", allocation.project, ""), ("所在村", row.region, ""), ("资金指标", allocation.appropriation, ""),
            *self.attributes(row, ("on", "payee")), ("支付金额", f"{money(row.amount)}元", ""),
            *self.attributes(row, ("voucher", "remark")),
        ]  # fmt: skip
        return [Panel("基本信息", facts, actions=[button])]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the payment."""
        return domain.pay(payment=form.instance, actor=actor)

    def remove(self, *, row: Any, actor: Actor) -> None:
        """Delete it."""
        domain.remove_payment(payment=row, actor=actor)


ALLOCATIONS, PAYMENTS = AllocationResource(), PaymentResource()


def allocations_of(
    place: Place, rows: QuerySet, actions: list[Button], *, without: tuple[str, ...] = ()
) -> Panel:
    """A panel of allocations, each leading to its page; `without` are columns that the page says already."""
    named = (
        with_paid(rows).annotate(project_name=F("project__name")).select_related("region", "appropriation")
    )
    found = list(named.order_by("on", "pk"))
    table = AllocationsOfOneTable(found, prefix="a-", exclude=without) if found else None
    return _panel("资金安排", table, ALLOCATIONS, place, actions, "没有安排资金。")


def payments_of(place: Place, rows: QuerySet, actions: list[Button]) -> Panel:
    """A panel of payments, each leading to its page."""
    found = list(rows.select_related("region", "allocation__appropriation").order_by("on", "pk"))
    table = PaymentsOfOneTable(found, prefix="p-") if found else None
    return _panel("资金支付", table, PAYMENTS, place, actions, "没有支付。")


def _panel(
    title: str, table: RowTable | None, resource: Resource, place: Place, actions: list[Button], empty: str
) -> Panel:
    if table is not None:
        table.context_url = lambda row: resource.detail_url(Place(row.region, place.year), row)
    return Panel(title, table=table, actions=actions, empty=empty)


def pay_buttons(actor: Actor, place: Place, query: str = "") -> list[Button]:
    """Paying, for those who may at the village."""
    if not may(actor, Action.PAY, place.region.code):
        return []
    return [Button("登记支付", f"{place.url('payments_create')}{query}", "primary")]


def project_allocations(place: Place, row: Project, actor: Actor) -> Panel:
    """What a project is paid from, on its page; registered with PROJECTS when Django is ready."""
    village = Place(row.region, place.year)
    actions = []
    if may(actor, Action.FUND, row.region_id):
        actions.append(Button("安排资金", f"{village.url('allocations_create')}?project={row.pk}", "primary"))
    given = Allocation.objects.visible_to(actor).filter(project=row)
    return allocations_of(village, given, actions, without=("project_name", "region"))


def project_payments(place: Place, row: Project, actor: Actor) -> Panel:
    """What was paid for a project, on its page; registered as the panel above is."""
    village = Place(row.region, place.year)
    paid = Payment.objects.visible_to(actor).filter(allocation__project=row)
    return payments_of(village, paid, pay_buttons(actor, village))
