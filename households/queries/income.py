"""What households earn: sums by part of the form, 纯收入 and 人均纯收入, and the line of the year. All in one statement."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, CharField, DecimalField, F, OuterRef, Q, Subquery, Sum, Value, When
from django.db.models.functions import Cast, JSONObject, Left, NullIf

from fupin.models import Region
from fupin.scope import ScopedQuerySet
from households.income import INCOME, IncomePart, LineKind, Reckoned
from households.models import IncomeItem, PovertyLine

MONEY: DecimalField = DecimalField(max_digits=20, decimal_places=2)
#: The annotation of each part's sum.
SUMS = {part: f"sum_{part.name.lower()}" for part in IncomePart}


def of_part(part: IncomePart) -> Q:
    """The condition for items that belong to a part in their year (households.income.part_of)."""
    found = Q(pk__in=[])
    for facts in dict.fromkeys(INCOME.values()):
        kinds = Q(kind__in=[kind.value for kind in INCOME if INCOME[kind] == facts])
        left_out = Q(pk__in=[])
        for first, last in facts.left_out:
            left_out |= Q(year__range=(first, last))
        if facts.part == part:
            found |= kinds & ~left_out if facts.left_out else kinds
        if part == IncomePart.NOT_COUNTED and facts.left_out:
            found |= kinds & left_out
    return found


def with_income(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with the sum of each part (SUMS), `net_income` and `net_per_head`, 元; NULL is not known.

    The latter is not rounded, and NULL for a household without members.
    """
    items = _items().order_by().values("household_year")
    sums: dict[str, Any] = {
        name: Subquery(
            items.filter(of_part(part)).annotate(sum=Sum("amount")).values("sum"), output_field=MONEY
        )
        for part, name in SUMS.items()
    }
    return with_net_per_head(rows.annotate(**sums))


def with_net_per_head(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with `net_income` and `net_per_head`, 元; NULL is not known."""
    items = _items().order_by().values("household_year")
    signed = Case(*(When(of_part(part), then=F("amount") * part.sign) for part in IncomePart if part.sign))
    net = Subquery(items.annotate(sum=Sum(signed)).values("sum"), output_field=MONEY)
    return rows.annotate(net_income=net).annotate(
        # Divided exactly: 20 digits behind the point are more than any comparison with a line wants.
        net_per_head=Cast(F("net_income"), DecimalField(max_digits=40, decimal_places=20))
        / NullIf(F("people"), 0)
    )


def with_items(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with what is known item by item: `items`, to be read with amounts_of()."""
    items = _items().order_by("kind")
    return rows.annotate(
        items=ArraySubquery(items.values(item=JSONObject(kind="kind", amount=Cast("amount", CharField()))))
    )


def amounts_of(row: Any) -> dict[str, Decimal]:
    """The amounts by kind of a row of with_items()."""
    return {item["kind"]: Decimal(item["amount"]) for item in row.items}


def reckoned_of(row: Any) -> Reckoned:
    """The sums of a row of with_income()."""
    return Reckoned({part: getattr(row, name) for part, name in SUMS.items()}, row.people)


def _items() -> ScopedQuerySet:
    items = IncomeItem.objects.unscoped("the income of households whose rows were scoped")
    return items.filter(household_year=OuterRef("pk"))


def lines_holding(code: Any, year: Any) -> ScopedQuerySet:
    """The lines that hold in a region (by code) and year, each an expression or a value: the nearest first."""
    lines = PovertyLine.objects.unscoped("a line that holds somewhere is no secret there")
    code = code if hasattr(code, "resolve_expression") else Value(code)
    here = lines.filter(year=year).annotate(
        prefix=Left(code, F("region__level"))  # type: ignore[arg-type]  # any expression will do
    )
    # The region's own prefix is a generated column.
    return here.filter(Q(region=None) | Q(region__prefix=F("prefix"))).order_by(
        F("region__level").desc(nulls_last=True)
    )


def with_line(rows: ScopedQuerySet) -> ScopedQuerySet:
    """HouseholdYear rows with the amount of the line that their village goes by in their year: `line`, or NULL.

    扶贫标准 where there is one, else 监测标准.
    """
    lines = lines_holding(OuterRef("region_id"), OuterRef("year"))
    return rows.annotate(line=Subquery(_poverty_first(lines).values("amount")[:1]))


def lines_of(region: Region, year: int) -> list[PovertyLine]:
    """The lines that hold in a region in a year, one of each kind at most; that to be measured by first."""
    nearest: dict[str, PovertyLine] = {}
    for line in _poverty_first(lines_holding(region.code, year)).select_related("region"):
        nearest.setdefault(line.kind, line)
    return list(nearest.values())


def below_line(rows: ScopedQuerySet, below: bool) -> ScopedQuerySet:
    """Of rows of with_income(), those that lie below their year's line, or reach it."""
    rows = with_line(rows).filter(net_per_head__isnull=False, line__isnull=False)
    return rows.filter(net_per_head__lt=F("line")) if below else rows.filter(net_per_head__gte=F("line"))


def _poverty_first(lines: ScopedQuerySet) -> ScopedQuerySet:
    # The numbers of the kinds are in that order.
    assert min(LineKind.values) == LineKind.POVERTY
    return lines.order_by("kind", F("region__level").desc(nulls_last=True))
