"""What the ledgers share whose rows are each about a household."""

from __future__ import annotations

from typing import Any

from django.db.models import F

from fupin.access import Actor
from fupin.place import Place
from fupin.resource import Panel
from fupin.resource.buttons import Button
from fupin.scope import ScopedQuerySet
from households.interfaces.resources import LedgerRows
from households.models import HouseholdYear
from households.queries.register import with_household


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
