"""Query areas above the lists."""

from __future__ import annotations

import django_filters as filters
from django.db.models import Q, QuerySet

from funds.enums import MEASURES, Batch, EnterpriseKind, Measure, of_batch
from funds.ledgers import LedgerKind
from funds.models import Benefit, Enterprise, Partnership
from funds.queries.checks import OnRoll, standing
from fupin.resource.filters import ListFilter
from households.queries.register import matching_household

#: The ledgers that benefits belong to, in the order of the measures.
LEDGERS = tuple(dict.fromkeys(facts.ledger for facts in MEASURES.values()))


class BenefitFilter(ListFilter):
    """Benefits by measure, by the ledger or the batch it belongs to, by household, and by each of their fields."""

    common = ("q", "measure", "ledger", "batch")

    measure = filters.ChoiceFilter(label="帮扶措施", choices=Measure.choices)
    ledger = filters.ChoiceFilter(
        label="台账", method="of_ledger", choices=[(kind.value, kind.label) for kind in LEDGERS]
    )
    tranche = filters.CharFilter(label="批次", lookup_expr="contains")
    batch = filters.ChoiceFilter(label="五个一批", method="in_batch", choices=Batch.choices)
    stands = filters.ChoiceFilter(label="名册", method="where_it_stands", choices=OnRoll.choices)
    q = filters.CharFilter(label="户编号或姓名", method="search")

    class Meta:
        model = Benefit
        fields = ()

    def of_ledger(self, rows: QuerySet, _name: str, kind: str) -> QuerySet:
        """Rows of the measures that are kept in one ledger."""
        return rows.filter(
            measure__in=[m for m, facts in MEASURES.items() if facts.ledger == LedgerKind(kind)]
        )

    def in_batch(self, rows: QuerySet, _name: str, batch: str) -> QuerySet:
        """Rows of the measures of one of the five batches."""
        return rows.filter(measure__in=of_batch(Batch(batch)))

    def where_it_stands(self, rows: QuerySet, _name: str, where: str) -> QuerySet:
        """Rows by where their household stands in the year."""
        return standing(rows).filter(stands=where)

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose household the text fits."""
        return rows.filter(matching_household(text))


class PartnershipFilter(filters.FilterSet):
    """Partnerships by enterprise and by household."""

    q = filters.CharFilter(label="市场主体、户编号或姓名", method="search")
    kind = filters.ChoiceFilter("enterprise__kind", label="类型", choices=EnterpriseKind.choices)

    class Meta:
        model = Partnership
        fields = ("q", "kind")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows of enterprises whose name holds the text, or whose household it fits."""
        return rows.filter(Q(enterprise__name__contains=text) | matching_household(text))


class EnterpriseFilter(filters.FilterSet):
    """Enterprises by name, business and kind."""

    q = filters.CharFilter(label="名称或主营", method="search")

    class Meta:
        model = Enterprise
        fields = ("q", "kind")

    def search(self, rows: QuerySet, _name: str, text: str) -> QuerySet:
        """Rows whose words hold the text."""
        return rows.filter(Q(name__contains=text) | Q(business__contains=text))
