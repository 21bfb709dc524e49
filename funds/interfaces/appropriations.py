"""The pages of what was granted and what became of it, declared: appropriations, and their journal."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, Q, QuerySet, Sum

from funds.domain import money as domain
from funds.enums import FundChange
from funds.interfaces.allocations import ALLOCATIONS, allocations_of, rate_of
from funds.interfaces.money_filters import AppropriationFilter, ChangeFilter
from funds.interfaces.money_forms import AppropriationForm, ChangeForm
from funds.interfaces.money_sheets import APPROPRIATION_COLUMNS, CHANGE_COLUMNS
from funds.interfaces.money_tables import AppropriationTable, ChangesOfOneTable, ChangeTable, percent
from funds.models import Appropriation, AppropriationEntry
from funds.queries.money import allocations_at, appropriations_at, with_balance
from fupin.access import Action, Actor, may
from fupin.place import Place
from fupin.resource import Panel, Resource, RowForm
from fupin.resource.buttons import Button
from fupin.resource.values import exported
from fupin.scope import ScopedQuerySet
from households.interfaces.tables import money, sum_of_money


class AppropriationResource(Resource):
    """What was granted: 资金指标."""

    model = Appropriation
    name = "appropriations"
    table_class = AppropriationTable
    filterset_class = AppropriationFilter
    form_class = AppropriationForm
    creates = True
    removes = True
    created_where = "登记在收到资金的县或乡镇，请先在页面上方选择县或乡镇"
    edit_action = Action.FUND
    export_columns = APPROPRIATION_COLUMNS
    export_name = "指标台账"
    summed = ("amount", "effective", "arrived", "allocated", "paid", "left")

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Those of the place and in it, and those from above that pay for projects here, with what stands of each."""
        rows = with_balance(appropriations_at(actor, place, years), actor, place)
        return rows.annotate(region_name=F("region__name")).select_related("region", "carried_from")

    def creates_at(self, place: Place) -> bool:
        """Where money arrives."""
        return place.region.level in domain.GRANTED_TO

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """The sums of those that were granted here; and what came here of those from above."""
        own = Q(own=True)
        found = rows.order_by().aggregate(
            **{f"own_{name}": Sum(name, filter=own) for name in self.summed},
            above=Sum("allocated", filter=~own), above_paid=Sum("paid", filter=~own),
        )  # fmt: skip
        shown = []
        if found["own_amount"] is not None or found["above"] is None:
            labels = zip(("下达", "现额", "到位", "安排", "支出", "余额"), self.summed, strict=True)
            shown = [{"label": label, "value": sum_of_money(found[f"own_{name}"])} for label, name in labels]
            rate = percent(found["own_paid"] or Decimal(0), found["own_effective"])
            shown.append({"label": "支出率", "value": rate})
        if found["above"] is not None:
            shown.append({"label": "上级指标安排到本地", "value": sum_of_money(found["above"])})
            shown.append({"label": "其中支出", "value": sum_of_money(found["above_paid"])})
        return shown

    def record(self, row: Any) -> dict[str, Any]:
        """The row with its rate."""
        values = {
            column.name: exported(row, column.name) for column in self.export_columns if column.name != "rate"
        }
        if not row.own:
            values["amount"] = None  # or the sum would count what was granted to others
        return {**values, "rate": rate_of(row.paid, row.effective)}

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """What was granted, what stands of it, what became of it, and what it pays for."""
        named = ("document", "title", "level", "issued_on", "batch", "item", "remark")
        facts = [
            ("接收单位", row.region, ""),
            ("预算年度", f"{row.year}年", ""),
            *self.attributes(row, named),
        ]
        if row.carried_from is not None:
            facts.append(("结转自", row.carried_from, ""))
        given = allocations_at(actor, place).filter(appropriation=row)
        panels = [Panel("下达文件", facts), Panel("资金情况", list(self.standing(row)))]
        if row.own:
            panels.append(self.changes_panel(actor, place, row))
        actions = self.allocation_buttons(actor, place, row)
        return [*panels, allocations_of(place, given, actions, without=("source", "level"))]

    def standing(self, row: Any) -> Iterator[tuple[str, Any, str]]:
        """Label, amount and remark of what stands of it."""
        yield "下达", f"{money(row.amount)}元", ""
        if row.own:
            yield "现额", f"{money(row.effective)}元", "下达加调增，减收回、调减和结转"
            yield "到位", f"{money(row.arrived)}元", ""
        yield ("安排" if row.own else "安排到本地"), f"{money(row.allocated)}元", ""
        yield "支出", f"{money(row.paid)}元", ""
        if row.own:
            yield "余额", f"{money(row.left)}元", "没有安排的"
            yield "支出率", percent(row.paid, row.effective), "支出占现额"

    def changes_panel(self, actor: Actor, place: Place, row: Any) -> Panel:
        """What became of it, and what can."""
        changes = list(
            AppropriationEntry.objects.visible_to(actor).filter(appropriation=row).order_by("on", "pk")
        )
        carried = any(change.kind == FundChange.CARRIED for change in changes)
        actions = list(self.change_buttons(row, carried)) if may(actor, Action.FUND, row.region_id) else []
        table = ChangesOfOneTable(changes, prefix="c-") if changes else None
        if table is not None:
            table.context_url = lambda change: Place(row.region, row.year).url(
                "changes_detail", key=change.pk
            )
        return Panel("到位与变动", table=table, actions=actions, empty="没有登记到位和变动。")

    def change_buttons(self, row: Any, carried: bool) -> Iterator[Button]:
        """What can become of it; what is left is carried over once."""
        base = Place(row.region, row.year).url("changes_create")
        for kind in (FundChange.ARRIVED, FundChange.RAISED, FundChange.LOWERED, FundChange.TAKEN_BACK):
            asked = urlencode({"appropriation": row.pk, "kind": kind.value})
            yield Button(f"登记{kind.label}", f"{base}?{asked}")
        if row.left > 0 and not carried:
            asked = urlencode({"appropriation": row.pk, "kind": FundChange.CARRIED.value, "amount": row.left})
            yield Button("结转下年", f"{base}?{asked}")

    def allocation_buttons(self, actor: Actor, place: Place, row: Any) -> list[Button]:
        """Allocating of it, at a place with few enough projects to choose from."""
        if not may(actor, Action.FUND, row.region_id) or not ALLOCATIONS.creates_at(place):
            return []
        return [Button("安排到项目", f"{place.url('allocations_create')}?appropriation={row.pk}", "primary")]

    def detail_buttons(self, actor: Actor, place: Place, row: Any) -> list[Button]:
        """It is changed where it was granted."""
        return super().detail_buttons(actor, Place(row.region, place.year), row)

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the appropriation."""
        return domain.save_appropriation(appropriation=form.instance, actor=actor)

    def remove(self, *, row: Any, actor: Actor) -> None:
        """Delete it."""
        domain.remove_appropriation(appropriation=row, actor=actor)


class ChangeResource(Resource):
    """What became of appropriations: 指标变动."""

    model = AppropriationEntry
    name = "changes"
    label = "到位与变动"
    table_class = ChangeTable
    filterset_class = ChangeFilter
    create_form_class = ChangeForm
    creates = True
    removes = True
    created_where = AppropriationResource.created_where
    edit_action = Action.FUND
    locks_first = ("appropriation",)
    export_columns = CHANGE_COLUMNS
    export_name = "指标变动"

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Those of the place's appropriations of its budget year."""
        first, last = years or (place.year, place.year)
        rows = AppropriationEntry.objects.visible_to(actor).filter(place.holds(AppropriationEntry))
        named = {
            "source_document": F("appropriation__document"),
            "level": F("appropriation__level"),
            "region_name": F("appropriation__region__name"),
        }
        rows = rows.filter(appropriation__year__range=(first, last)).annotate(**named)
        return rows.select_related("appropriation__region")

    def creates_at(self, place: Place) -> bool:
        """Where money arrives."""
        return APPROPRIATIONS.creates_at(place)

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """The sum of each kind that there is."""
        found = dict(rows.order_by().values_list("kind").annotate(sum=Sum("amount")))
        return [
            {"label": str(kind.label), "value": sum_of_money(found[kind])}
            for kind in FundChange
            if kind in found
        ]

    def detail_url(self, place: Place, row: Any) -> str:
        """In the budget year of its appropriation."""
        return Place(place.region, row.appropriation.year).url("changes_detail", key=row.pk)

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """What happened, to which appropriation."""
        source = Place(row.appropriation.region, row.appropriation.year)
        button = Button("查看指标", source.url("appropriations_detail", key=row.appropriation_id))
        facts = [("指标", row.appropriation, ""), *self.attributes(row, ("kind", "on"))]
        facts += [("金额", f"{money(row.amount)}元", ""), *self.attributes(row, ("document", "reason"))]
        return [Panel("基本信息", facts, actions=[button])]

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write what happened."""
        return domain.record_entry(entry=form.instance, actor=actor)

    def remove(self, *, row: Any, actor: Actor) -> None:
        """Delete it, and what it carried over."""
        domain.undo_entry(entry=row, actor=actor)


APPROPRIATIONS, CHANGES = AppropriationResource(), ChangeResource()
