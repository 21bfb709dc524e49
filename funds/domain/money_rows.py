"""Appropriations and payments as a workbook brings them: row by row through the very functions of the forms.

A row that is refused is told, and the others are tried all the same; what is to become of the whole is the caller's.
There are some hundred rows a year, and each has a parent that is locked for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import models, transaction

from funds.domain.money import pay, save_appropriation
from funds.models import Appropriation, Payment
from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written
from fupin.models import Region
from fupin.refusals import Refused

Rows = Sequence[Mapping[str, Any]]
R = TypeVar("R", bound=models.Model)


@dataclass
class Brought:
    """What came of the rows: how many were new, changed or the same, and which were refused, by their index."""

    written: Written
    refused: dict[int, Refused] = field(default_factory=dict)


def bring_appropriations(*, rows: Rows, actor: Actor) -> Brought:
    """Write appropriations, each with its `region`; one that stands is told by region, budget year, document, batch and level."""
    stands = appropriations_of({row["region"] for row in rows})

    def row_of(values: Mapping[str, Any]) -> Appropriation:
        region = values["region"]
        found = stands.get(_known_by(region.code, values))
        return found or Appropriation(region=region)

    def save(row: Appropriation) -> None:
        save_appropriation(appropriation=row, actor=actor)

    return _bring(rows, row_of, save, actor)


def bring_payments(*, rows: Rows, actor: Actor) -> Brought:
    """Write payments, each against its `allocation`; one that stands is told by allocation, year and voucher."""
    there = Payment.objects.unscoped("of allocations on which the actor may pay")
    there = there.filter(allocation__in={row["allocation"] for row in rows})
    stands = {(one.allocation_id, one.year, one.voucher): one for one in there}

    def row_of(values: Mapping[str, Any]) -> Payment:
        allocation = values["allocation"]
        found = stands.get((allocation.pk, values["on"].year, values["voucher"])) or Payment()
        found.allocation = allocation
        return found

    def save(row: Payment) -> None:
        pay(payment=row, actor=actor)

    return _bring(rows, row_of, save, actor)


def appropriations_of(regions: Iterable[Region]) -> dict[tuple[Any, ...], Appropriation]:
    """The appropriations of regions by what tells them apart in a file."""
    rows = Appropriation.objects.unscoped("of regions where the actor may fund").filter(
        region__in=set(regions)
    )
    return {_known_by(row.region_id, vars(row)): row for row in rows.select_related("region", "carried_from")}


def _known_by(region: str, values: Mapping[str, Any]) -> tuple[Any, ...]:
    return region, values["year"], values["document"], values.get("batch") or "", str(values["level"])


def _bring(rows: Rows, row_of: Callable[[Any], R], save: Callable[[R], None], actor: Actor) -> Brought:
    told: Counter[str] = Counter()
    refused = {}
    with acting(actor, via="import"), transaction.atomic():
        for index, values in enumerate(rows):
            row = row_of(values)
            new = row._state.adding
            if not _put(row, values) and not new:
                told["unchanged"] += 1
                continue
            try:
                save(row)
            except Refused as reason:
                refused[index] = reason
            else:
                told["new" if new else "changed"] += 1
    return Brought(Written(told["new"], told["changed"], told["unchanged"]), refused)


def _put(row: models.Model, values: Mapping[str, Any]) -> bool:
    """Put the values into the row; whether that changes it. A column that the file has not stays as it is."""
    changed = False
    fields: dict[str, Any] = {each.name: each for each in row._meta.concrete_fields}
    for name, value in values.items():
        column = fields[name]
        wanted: Any = "" if value is None and isinstance(column, models.CharField) else value
        if getattr(row, column.attname) != (wanted.pk if column.is_relation else wanted):
            setattr(row, name, wanted)
            changed = True
    return changed
