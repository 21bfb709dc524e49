"""The list of doubtful benefits (到户资金疑点): what cannot well be, of a place and year, to be looked at one by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.db.models import QuerySet

from funds.enums import Doubt
from funds.interfaces.benefits import BENEFITS, BenefitResource
from funds.interfaces.filters import BenefitFilter
from funds.interfaces.sheets import BENEFIT_SHEET
from funds.interfaces.tables import BenefitTable
from funds.models import Benefit
from funds.queries.claims import doubtful, doubts_of, with_doubts
from fupin.access import Actor
from fupin.place import Place
from fupin.resource.buttons import Button
from fupin.scope import ScopedQuerySet
from fupin.sheets.columns import TextColumn


def told(kinds: Iterable[Doubt]) -> str:
    """The doubts of a row, as a list and a file say them."""
    return "；".join(str(kind.label) for kind in kinds)


class ClaimTable(BenefitTable):
    """Doubtful benefits, with what is doubted of each."""

    doubts = tables.Column("疑点", empty_values=(), orderable=False, attrs={"td": {"class": "text"}})

    class Meta(BenefitTable.Meta):
        fields = (
            "household_number", "head_name", "person_name", "region", "measure", "doubts", "amount", "on", "quantity",
            "standard", "year", "tranche",
        )  # fmt: skip
        exclude = ("enterprise_name",)
        sequence = ("number", *fields)

    def render_doubts(self, record: Benefit) -> str:
        """Each in a few words."""
        return told(doubts_of(record))


class ClaimFilter(BenefitFilter):
    """Doubtful benefits by what is doubted, and as benefits are found."""

    common = ("doubt", "q", "measure")

    doubt = filters.ChoiceFilter(label="疑点", choices=Doubt.choices, method="of_doubt")

    def of_doubt(self, rows: QuerySet, _name: str, kind: str) -> QuerySet:
        """Rows of which this is doubted."""
        return rows.filter(**{f"doubt_{Doubt(kind).value}": True})


class ClaimResource(BenefitResource):
    """Benefits that can hardly be true; each is corrected on its own page, or stands."""

    name = "claims"
    label = "到户资金疑点"
    table_class = ClaimTable
    filterset_class = ClaimFilter
    form_class = None
    creates = removes = False
    export_columns = (
        *(column for column in BENEFIT_SHEET.columns if column.name != "person_number"),
        TextColumn(name="doubts", label="疑点", width=30),
    )
    export_name = "疑点"
    takes = ()

    def rows(self, actor: Actor, place: Place, years: tuple[int, int] | None = None) -> ScopedQuerySet:
        """The benefits of the place that are doubted, with what is doubted."""
        return with_doubts(doubtful(super().rows(actor, place, years)))

    def record(self, row: Any) -> dict[str, Any]:
        """The benefit as a row of its ledger, with what is doubted of it."""
        return {**BENEFITS.record(row), "doubts": told(doubts_of(row))}

    def list_buttons(self, actor: Actor, place: Place) -> list[Button]:
        """Back to all benefits."""
        return [Button("返回到户措施与资金", place.url("benefits_list"))]

    def detail_url(self, place: Place, row: Any) -> str:
        """The benefit's own page, where it is corrected."""
        return BENEFITS.detail_url(place, row)


CLAIMS = ClaimResource()
