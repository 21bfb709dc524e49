"""Writing what households earn in a year, and the lines that they are measured by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert
from fupin.domain.rows import may_enter_or_refuse, write_row
from fupin.models import Region
from fupin.refusals import Refused, said_plainly
from households.income import FIELDS
from households.models import HouseholdYear, IncomeItem, PovertyLine

PERIOD = ("income_from", "income_to")


def record_income(
    *,
    household_year: HouseholdYear,
    amounts: Mapping[str, Decimal | None],
    period: tuple[date | None, date | None] = (None, None),
    actor: Actor,
) -> Written:
    """Set a household's whole income of a year, by kind, 元; a kind that is absent or None is not known.

    `period` is what the income refers to, where that is not the calendar year. Raises Refused without the right, and
    in a year that is not open.
    """
    row: dict[str, Any] = {
        "household_number": household_year.household.number,
        **dict(zip(PERIOD, period, strict=True)),
    }
    row |= {name: amounts.get(kind) for name, kind in FIELDS.items()}
    return record_incomes(region=household_year.region, year=household_year.year, rows=[row], actor=actor)


def record_incomes(*, region: Region, year: int, rows: Sequence[Mapping[str, Any]], actor: Actor) -> Written:
    """Write incomes of a village's households in a year: rows by household number, with an amount by each kind's field.

    What no row says anything of stays as it is; what is said to be None is taken out. Counts are of households. Raises
    Refused without the right, for a household that the village does not have in that year, or a year that is not open.
    """
    may_enter_or_refuse(actor, region)
    told = {name: kind for name, kind in FIELDS.items() if any(name in row for row in rows)}
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        homes = _locked(region, year, {row["household_number"] for row in rows})
        items = IncomeItem.objects.unscoped("the village's own households")
        known: dict[int, dict[str, tuple[int, Decimal]]] = {home.pk: {} for home in homes.values()}
        for pk, home, kind, amount in items.filter(household_year__in=known).values_list(
            "pk", "household_year_id", "kind", "amount"
        ):
            known[home][kind] = (pk, amount)
        wanted: list[dict[str, Any]] = []
        gone: list[int] = []
        periods: list[HouseholdYear] = []
        touched: dict[int, bool] = {}
        for row in rows:
            home, old = homes[row["household_number"]], known[homes[row["household_number"]].pk]
            before = len(wanted) + len(gone)
            for name, kind in told.items():
                amount = row.get(name)
                if amount is None and kind in old:
                    gone.append(old[kind][0])
                elif amount is not None and old.get(kind, (0, None))[1] != amount:
                    wanted.append({
                        "household_year_id": home.pk, "region_id": region.code, "year": year, "kind": kind.value,
                        "amount": amount,
                    })  # fmt: skip
            if moved := _set_period(home, row):
                periods.append(home)
            if moved or len(wanted) + len(gone) > before:
                touched[home.pk] = not old
        HouseholdYear.objects.unscoped("the village's own households").bulk_update(periods, PERIOD)
        items.filter(pk__in=gone).delete()
        upsert(IncomeItem, wanted, key=["household_year_id", "kind"], keep=["region_id"])
    new = sum(touched.values())
    return Written(new, len(touched) - new, len(rows) - len(touched))


def _locked(region: Region, year: int, numbers: set[str]) -> dict[str, HouseholdYear]:
    """The year rows by household number, kept as they are: two writers of one household come one after the other."""
    rows = HouseholdYear.objects.unscoped("the village's own households")
    rows = rows.filter(region=region, year=year, household__number__in=numbers).select_related("household")
    found = rows.order_by("pk").select_for_update(of=("self",), no_key=True)
    homes = {row.household.number: row for row in found}
    if missing := numbers - homes.keys():
        raise Refused(f"本村{year}年度没有户编号 {min(missing)}，未写入任何数据。")
    return homes


def _set_period(home: HouseholdYear, row: Mapping[str, Any]) -> bool:
    """Let the household have the period that a row tells; returns whether it is another one."""
    new = {name: row[name] for name in PERIOD if name in row and row[name] != getattr(home, name)}
    for name, value in new.items():
        setattr(home, name, value)
    return bool(new)


def save_line(*, line: PovertyLine, actor: Actor) -> PovertyLine:
    """Write a line of a region. Raises Refused without the right there, and for a line of the nation's."""
    if line.region is None:
        raise Refused("国家标准由系统提供，不能修改。本地另有标准的，请为本地新增一条。")
    if not may(actor, Action.YEARS, line.region.code):
        raise Refused(f"您没有在{line.region}登记收入标准的权限。")
    return write_row(row=line, actor=actor)
