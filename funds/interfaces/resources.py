"""The pages of this room, declared."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from funds.domain.enterprises import save_enterprise
from funds.interfaces.allocations import ALLOCATIONS, PAYMENTS
from funds.interfaces.appropriations import APPROPRIATIONS, CHANGES
from funds.interfaces.benefits import BENEFITS
from funds.interfaces.claims import CLAIMS
from funds.interfaces.filters import EnterpriseFilter, PartnershipFilter
from funds.interfaces.forms import EnterpriseForm, PartnershipForm
from funds.interfaces.loans import LOANS
from funds.interfaces.of_household import OfHousehold
from funds.interfaces.projects import PROJECTS
from funds.interfaces.sheets import PARTNERSHIP_SHEET
from funds.interfaces.steps import STEPS_LIST
from funds.interfaces.tables import EnterpriseTable, PartnershipTable
from funds.models import Enterprise, Partnership
from fupin.access import Actor
from fupin.models.years import FIRST_YEAR, LAST_YEAR
from fupin.place import Place
from fupin.resource import Panel, Resource, RowForm
from fupin.resource.buttons import Button
from fupin.scope import ScopedQuerySet

EVER = (FIRST_YEAR, LAST_YEAR)


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


PARTNERS, ENTERPRISES = PartnershipResource(), EnterpriseResource()
#: The ledgers of money have a heading of their own in the menu.
OF_MONEY = (APPROPRIATIONS, CHANGES, ALLOCATIONS, PAYMENTS)
RESOURCES = (BENEFITS, LOANS, CLAIMS, PROJECTS, STEPS_LIST, PARTNERS, ENTERPRISES, *OF_MONEY)
