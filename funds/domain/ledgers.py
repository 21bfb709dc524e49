"""Writing the ledgers of a village: benefits, projects, partnerships.

Each function writes a set of rows, given by column name (funds/interfaces/sheets.py) and already checked
(funds/validators.py, funds/interfaces/parts.py). Each row says its own year; rows that stand there as they are
stay untouched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from funds.domain.loans import refuse_broken_loans
from funds.models import Benefit, Enterprise, Partnership, Project
from funds.models.benefit import BENEFIT_BLANKS, BENEFIT_KEY
from funds.validators import PLANNED_BY_LEVEL
from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written, told_of, upsert, values_of
from fupin.domain.rows import may_enter_or_refuse
from fupin.models import Region
from fupin.refusals import Refused, said_plainly
from households.queries.roster import household_ids, roster_of

Rows = Sequence[Mapping[str, Any]]

BENEFIT_FIELDS = ("measure", "on", "quantity", "unit", "amount", "remark")
#: Columns that older workbooks do not have: what stands there is then left alone.
BENEFIT_LATER = ("grade", "standard", "tranche")
PROJECT_FIELDS = (
    "position",
    "name",
    "nature",
    "quantity",
    "unit",
    "amount",
    "source",
    "stage",
    "site",
    "remark",
)
#: What the project library asks besides: a file may leave it out.
LIBRARY_FIELDS = (
    "category", "content", "unit_in_charge", "target", "sharing", "homes", "people", "poor_homes", "plan_start",
    "plan_finish", *PLANNED_BY_LEVEL,
)  # fmt: skip

#: What makes a partnership this one and no other.
PARTNERSHIP_KEY = ("enterprise_id", "household_id", "year")

ELSEWHERE = "有户的这项措施已在本县他处登记，未写入任何数据。"
PARTNER_ELSEWHERE = "有户与市场主体的关系已在本县他处登记，未写入任何数据。"


def save_projects(*, region: Region, rows: Rows, actor: Actor) -> Written:
    """Write projects of a village, each in its year. Raises Refused without the right."""
    may_enter_or_refuse(actor, region)
    fields = (*PROJECT_FIELDS, *told_of(LIBRARY_FIELDS, rows))
    values = [
        {"region_id": region.code, "year": row["year"], **values_of(Project, fields, row)} for row in rows
    ]
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        return upsert(Project, values, key=["region_id", "year", "name"])


def save_partnerships(*, region: Region, rows: Rows, actor: Actor) -> Written:
    """Write which households of a village an enterprise brings along, and the enterprises that are new.

    Raises Refused without the right, for a household that the village has never had, for what another village has
    registered, or for an enterprise that is registered as one of another kind.
    """
    may_enter_or_refuse(actor, region)
    with acting(actor, via="form"), transaction.atomic():
        kinds = {row["enterprise_name"]: row["kind"] for row in rows}
        business = {row["enterprise_name"]: row.get("business") for row in rows if row.get("business")}
        wanted = [
            {"name": name, "kind": kind, "region_id": region.code, "business": business.get(name) or ""}
            for name, kind in kinds.items()
        ]
        # What is said of an enterprise elsewhere in the county is not overwritten by a village's list.
        upsert(Enterprise, wanted, key=["name"], keep=["kind", "region_id", "business"])
        enterprises = _enterprises(kinds)
        for name, kind in kinds.items():
            if enterprises[name].kind != kind:
                raise Refused(f"“{name}”已登记为{enterprises[name].get_kind_display()}，请核对类型。")
        homes = _homes(region, rows)
        values = [
            {
                "region_id": region.code,
                "year": row["year"],
                "enterprise_id": enterprises[row["enterprise_name"]].pk,
                "household_id": homes[row["household_number"]],
                **values_of(Partnership, ("remark",), row),
            }
            for row in rows
        ]
        _refuse_elsewhere(Partnership, PARTNERSHIP_KEY, region, values, PARTNER_ELSEWHERE)
        return upsert(Partnership, values, key=PARTNERSHIP_KEY, keep=["region_id"])


def save_benefits(*, region: Region, rows: Rows, actor: Actor) -> Written:
    """Write what households and people of a village were given, each row in its year.

    A person is named by name within the household, and by number where that is not enough. Raises Refused without
    the right, for somebody whom the village does not have, or for what another village has registered.
    """
    may_enter_or_refuse(actor, region)
    with acting(actor, via="form"), transaction.atomic():
        homes = _homes(region, rows)
        named = {
            row["household_number"] for row in rows if row.get("person_name") or row.get("person_number")
        }
        roster = roster_of(region, named)
        enterprises = _enterprises({row["enterprise_name"] for row in rows if row.get("enterprise_name")})
        values = []
        fields = (*BENEFIT_FIELDS, *(name for name in BENEFIT_LATER if any(name in row for row in rows)))
        for row in rows:
            person = None
            if row["household_number"] in named and (row.get("person_name") or row.get("person_number")):
                kin = roster.find(row["household_number"], row.get("person_name"), row.get("person_number"))
                if len(kin) != 1:
                    raise Refused(
                        f"户编号 {row['household_number']} 中没有找到唯一的享受人，未写入任何数据。"
                    )
                person = kin[0].pk
            enterprise = enterprises.get(row.get("enterprise_name") or "")
            if row.get("enterprise_name") and enterprise is None:
                raise Refused(f"没有登记“{row['enterprise_name']}”，请先登记市场主体。")
            values.append(
                {
                    "region_id": region.code,
                    "year": row["year"],
                    "household_id": homes[row["household_number"]],
                    "person_id": person,
                    "enterprise_id": enterprise.pk if enterprise else None,
                    **values_of(Benefit, fields, row),
                }
            )
        _refuse_elsewhere(Benefit, BENEFIT_KEY, region, values, ELSEWHERE)
        refuse_broken_loans(region, values)
        return upsert(Benefit, values, key=BENEFIT_KEY, blanks=BENEFIT_BLANKS, keep=["region_id"])


def _homes(region: Region, rows: Rows) -> dict[str, int]:
    """The households' ids by number. Raises Refused for one that the village does not have."""
    numbers = {row["household_number"] for row in rows}
    homes = household_ids(region, numbers)
    if missing := numbers - homes.keys():
        raise Refused(f"本村没有户编号 {min(missing)}，未写入任何数据。")
    return homes


def _enterprises(names: Mapping[str, Any] | set[str]) -> dict[str, Enterprise]:
    found = Enterprise.objects.unscoped("one in the whole county; the rows name them").filter(
        name__in=set(names)
    )
    return {enterprise.name: enterprise for enterprise in found}


def _refuse_elsewhere(
    model: type[Benefit | Partnership],
    key: Sequence[str],
    region: Region,
    values: Sequence[dict[str, Any]],
    sentence: str,
) -> None:
    """A household that has moved here may have the same from its former village, whose row stays as it is."""
    keys = {tuple(value[part] for part in key) for value in values}
    there = model.objects.unscoped("only whether, never where").filter(
        household__in={value["household_id"] for value in values},
        year__in={value["year"] for value in values},
    )
    if keys & set(there.exclude(region=region).values_list(*key)):
        raise Refused(sentence)
