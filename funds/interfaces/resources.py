"""The pages of this room, declared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from funds.domain.enterprises import save_enterprise
from funds.interfaces.filters import BenefitFilter, EnterpriseFilter, PartnershipFilter
from funds.interfaces.forms import BenefitForm, EnterpriseForm, PartnershipForm
from funds.interfaces.projects import PROJECTS
from funds.interfaces.sheets import BENEFIT_SHEET, PARTNERSHIP_SHEET
from funds.interfaces.steps import STEPS_LIST
from funds.interfaces.tables import (
    BenefitTable,
    EnterpriseTable,
    HouseholdBenefitTable,
    PartnershipTable,
)
from funds.models import Benefit, Enterprise, Partnership
from fupin.access import Actor, may
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.resource import Panel, Resource, RowForm
from fupin.resource.buttons import Button
from fupin.scope import ScopedQuerySet
from households.interfaces.resources import LedgerRows
from households.interfaces.tables import sum_of_money
from households.models import HouseholdYear
from households.queries.register import with_household

EVER = (FIRST_YEAR, LAST_YEAR)


class OfHousehold(LedgerRows):
    """A ledger whose rows are each about a household."""

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Rows with household, head, enterprise and village."""
        rows = with_household(super().rows(actor, place, years))
        return rows.annotate(enterprise_name=F("enterprise__name")).select_related(
            "region", "household", "enterprise"
        )

    def panels(self, actor: Actor, place: Place, row: Any) -> list[Panel]:
        """Whom it is about, and the rest."""
        fields = [
            f.name for f in row._meta.concrete_fields if f.name not in ("id", "region", "year", "household")
        ]
        about = [
            ("所在村", row.region, ""), ("年度", f"{row.year}年", ""), ("户编号", row.household_number, ""),
            ("户主", row.head_name, ""),
        ]  # fmt: skip
        years = HouseholdYear.objects.visible_to(actor).filter(
            household=row.household_id, region=row.region_id
        )
        # A row of a year in which nobody was registered yet: the household's page is that of the year nearest to it.
        nearest = min(
            years.values_list("year", flat=True), key=lambda year: abs(year - row.year), default=None
        )
        actions = []
        if nearest is not None:
            url = Place(place.region, nearest).url("households_detail", key=row.household_id)
            actions.append(Button("查看所在户", url))
        return [Panel("基本信息", [*about, *self.attributes(row, fields)], actions=actions)]


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


class PartnershipResource(OfHousehold, Resource):
    """Which enterprise brings along which household: 市场主体带动."""

    model = Partnership
    name = "partners"
    table_class = PartnershipTable
    filterset_class = PartnershipFilter
    form_class = PartnershipForm
    export_columns = PARTNERSHIP_SHEET.columns
    export_name = PARTNERSHIP_SHEET.name

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Partnerships with what is known of the enterprise."""
        rows = super().rows(actor, place, years)
        return rows.annotate(kind=F("enterprise__kind"), business=F("enterprise__business"))

    def totals(self, rows: QuerySet) -> list[dict[str, Any]]:
        """Enterprises and households, each once."""
        found = rows.order_by().aggregate(
            firms=Count("enterprise", distinct=True), homes=Count("household", distinct=True)
        )
        return [
            {"label": "市场主体", "value": f"{found['firms']}个"},
            {"label": "带动户数", "value": found["homes"]},
        ]


class EnterpriseResource(Resource):
    """Enterprises and cooperatives: 市场主体."""

    model = Enterprise
    name = "enterprises"
    table_class = EnterpriseTable
    filterset_class = EnterpriseFilter
    form_class = EnterpriseForm
    creates = True

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """Those that lie at the place or have had households there; with the households there in the year."""
        there = Partnership.objects.visible_to(actor)
        counted = there.filter(place.holds(Partnership, years), enterprise=OuterRef("pk")).order_by()
        counted = (
            counted.values("enterprise").annotate(homes=Count("household", distinct=True)).values("homes")
        )
        known = Q(pk__in=there.filter(place.holds(Partnership, EVER)).values("enterprise"))
        rows = Enterprise.objects.visible_to(actor).filter(place.holds(Enterprise) | known)
        households = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
        return rows.annotate(households=households).select_related("region")

    def panels(self, actor: Actor, place: Place, row: Enterprise) -> list[Panel]:
        """What it is, and how many households it brings along at the place."""
        about = list(self.attributes(row, ("name", "kind", "business", "region")))
        listed = f"{place.url('partners_list')}?{urlencode({'q': row.name})}"
        homes = ("带动户数", f"{row.households}户", f"{place.region}{place.year}年")
        return [Panel("基本信息", [*about, homes], actions=[Button("查看带动户", listed)])]

    def detail_buttons(self, actor: Actor, place: Place, row: Enterprise) -> list[Button]:
        """It is changed where it lies, not wherever it has households."""
        return super().detail_buttons(actor, Place(row.region, place.year), row)

    def save(self, *, form: RowForm, place: Place, actor: Actor) -> Any:
        """Write the enterprise."""
        return save_enterprise(enterprise=form.instance, actor=actor)


BENEFITS, PARTNERS, ENTERPRISES = BenefitResource(), PartnershipResource(), EnterpriseResource()
RESOURCES = (BENEFITS, PROJECTS, STEPS_LIST, PARTNERS, ENTERPRISES)


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
