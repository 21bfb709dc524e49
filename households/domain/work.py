"""Writing the work ledger of a village."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert, values_of
from fupin.domain.rows import may_enter_or_refuse
from fupin.models import Region
from fupin.refusals import Refused
from households.models import LedgerEntry
from households.queries.roster import household_ids

WORK_FIELDS = (
    "kind", "on", "title", "attendance", "households", "people", "pieces", "amount", "remark",
)  # fmt: skip


def save_work(*, region: Region, rows: Sequence[Mapping[str, Any]], actor: Actor) -> Written:
    """Write entries of the work ledger, each in the year of its day.

    Raises Refused without the right, or for a household that the village does not have.
    """
    may_enter_or_refuse(actor, region)
    numbers = {row["household_number"] for row in rows if row.get("household_number")}
    with acting(actor, via="form"), transaction.atomic():
        homes = household_ids(region, numbers)
        if missing := numbers - homes.keys():
            raise Refused(f"本村没有户编号 {min(missing)}，未写入任何数据。")
        values = [
            {
                "region_id": region.code,
                "year": row["on"].year,
                "household_id": homes.get(row.get("household_number") or ""),
                **values_of(LedgerEntry, WORK_FIELDS, row),
            }
            for row in rows
        ]
        return upsert(LedgerEntry, values, key=["region_id", "kind", "on", "title"])
