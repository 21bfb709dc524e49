"""What would be doubted of benefits once they were written: they are written, looked at, and taken back.

So a form, an import and the list of doubts ask the very same conditions (funds/queries/claims.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from funds.domain.ledgers import BENEFIT_FIELDS, BENEFIT_LATER
from funds.enums import Doubt
from funds.models import Benefit
from funds.models.benefit import BENEFIT_BLANKS, BENEFIT_KEY
from funds.queries.claims import doubts_by_key
from fupin.domain.bulk import upsert, values_of
from fupin.models import Region
from fupin.refusals import Refused
from households.queries.roster import Roster, household_ids

OWN = "what is about to be written, by whoever may"


def doubts_if_saved(row: Benefit) -> list[Doubt]:
    """What is doubted of a row that is not yet written, or not as it now stands; nothing where it could not be written."""
    copy = Benefit(**{field.attname: getattr(row, field.attname) for field in Benefit._meta.concrete_fields})
    copy._state.adding = row._state.adding
    try:
        with transaction.atomic():
            copy.save()
            found = doubts_by_key(Benefit.objects.unscoped(OWN).filter(pk=copy.pk), ("pk",))
            transaction.set_rollback(True)
    except (DatabaseError, ValidationError):
        return []
    return found.get((copy.pk,), [])


def doubts_if_imported(
    *, region: Region, rows: Sequence[Mapping[str, Any]], roster: Roster
) -> dict[int, list[Doubt]]:
    """What is doubted of a workbook's checked rows, by their index; `roster` is who the village has.

    Of a household or a person that the workbook itself is about to register nothing is known yet, and nothing said.
    """
    homes = household_ids(region, {row["household_number"] for row in rows})
    fields = (*BENEFIT_FIELDS, *(name for name in BENEFIT_LATER if any(name in row for row in rows)))
    values, index_of = [], {}
    for index, row in enumerate(rows):
        person = None
        if row.get("person_name") or row.get("person_number"):
            kin = roster.find(row["household_number"], row.get("person_name"), row.get("person_number"))
            if len(kin) != 1 or kin[0].pk is None:
                continue
            person = kin[0].pk
        if row["household_number"] not in homes:
            continue
        value = {
            "region_id": region.code, "year": row["year"], "household_id": homes[row["household_number"]],
            "person_id": person, **values_of(Benefit, fields, row),
        }  # fmt: skip
        index_of[tuple(value[name] for name in BENEFIT_KEY)] = index
        values.append(value)
    if not values:
        return {}
    written = Benefit.objects.unscoped(OWN).filter(
        region=region, year__in={value["year"] for value in values},
        household__in={value["household_id"] for value in values},
    )  # fmt: skip
    try:
        with transaction.atomic():
            upsert(Benefit, values, key=BENEFIT_KEY, blanks=BENEFIT_BLANKS, keep=["region_id"])
            found = doubts_by_key(written, BENEFIT_KEY)
            transaction.set_rollback(True)
    except (DatabaseError, Refused):
        return {}
    return {index_of[key]: doubts for key, doubts in found.items() if key in index_of}
