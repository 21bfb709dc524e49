"""The pages of what reaches households: the benefits, and their panel on a household's page."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet, Sum

from funds.enums import Measure
from funds.interfaces.filters import BenefitFilter
from funds.interfaces.forms import BenefitForm
from funds.interfaces.loans import terms_panel
from funds.interfaces.of_household import OfHousehold
from funds.interfaces.sheets import BENEFIT_SHEET
from funds.interfaces.tables import BenefitTable, HouseholdBenefitTable
from funds.models import Benefit
from funds.queries.claims import doubtful, doubts_of, with_doubts
from funds.queries.trails import loan_trail
from fupin.access import Action, Actor, may
from fupin.place import Place
from fupin.queries.history import Trail
from fupin.resource import Panel, Resource
from fupin.resource.buttons import Button
from fupin.scope import ScopedQuerySet
from households.interfaces.tables import sum_of_money
from households.models import HouseholdYear


class BenefitResource(OfHousehold, Resource):
    """What households and people were given: 到户措施与资金."""

    model = Benefit
    name = "benefits"
    table_class = BenefitTable
    filterset_class = BenefitFilter
    form_class = BenefitForm
    # Without the personal number: masked it could not be read again.
    export_columns = tuple(column for column in BENEFIT_SHEET.columns if column.name != "person_number")
    export_name = BENEFIT_SHEET.name
    summed = ("amount",)

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Benefits with the person, if they are one's."""
        rows = super().rows(actor, place, years).select_related("person")
        return rows.annotate(person_name=F("person__name"))

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Rows, households and money."""
        found = rows.order_by().aggregate(
            rows=Count("pk"), homes=Count("household", distinct=True), money=Sum("amount")
        )
        return [
            {"label": "笔数", "value": found["rows"]},
            {"label": "享受户数", "value": found["homes"]},
            {"label": "金额", "value": sum_of_money(found["money"])},
        ]

    def list_buttons(self, actor: Actor, place: Place) -> list[Button]:
        """A new one; the township's ledgers, what ties, and what is doubted: in a village, how many."""
        more = []
        if may(actor, Action.EXPORT, place.region.code):
            more.append(Button("分类台账", place.url("benefits_ledgers")))
        more.append(Button("到户资金勾稽", place.url("benefits_check")))
        label = "疑点"
        if place.region.is_village:  # above, it would be asked of each row of the county
            here = Benefit.objects.visible_to(actor).filter(place.holds(Benefit))
            label = f"疑点（{doubtful(here).count()}）"
        return [*super().list_buttons(actor, place), *more, Button(label, place.url("claims_list"))]

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """What was given, what is doubted of it, and the terms of a loan."""
        panels = super().panels(actor, place, row)
        (seen,) = with_doubts(Benefit.objects.unscoped("the row of the page").filter(pk=row.pk))
        panels[0].rows += [
            ("疑点", f"{kind.label}：{'，'.join(kind.told)}。", "") for kind in doubts_of(seen)
        ]
        if row.measure == Measure.LOAN:
            panels.append(terms_panel(place, row, actor))
        return panels

    def trails(self, actor: Actor, row: Any) -> list[Trail]:
        """The benefit, and the terms of a loan."""
        return [*super().trails(actor, row), loan_trail(benefit=row.pk)]


BENEFITS = BenefitResource()


def benefits_panel(place: Place, row: HouseholdYear, actor: Actor) -> Panel:
    """What a household was given in all years, on its page; registered with HOUSEHOLDS when Django is ready."""
    village = Place(row.region, place.year)
    given = Benefit.objects.visible_to(actor).filter(household=row.household_id)
    given = given.annotate(person_name=F("person__name"), enterprise_name=F("enterprise__name"))
    rows = list(
        given.select_related("region").order_by("-year", F("on").desc(nulls_last=True), "measure", "pk")
    )
    actions = []
    if may(actor, BENEFITS.edit_action, row.region_id):
        url = f"{village.url('benefits_create')}?household={row.household_id}"
        actions.append(Button("新增", url, "primary"))
    table = HouseholdBenefitTable(rows, prefix="b-") if rows else None
    if table is not None:
        table.context_url = lambda benefit: BENEFITS.detail_url(Place(benefit.region, place.year), benefit)
    return Panel("帮扶措施与资金", table=table, actions=actions, empty="没有登记帮扶措施。")
