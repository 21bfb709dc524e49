"""What the lists ask of the database, table by table."""

from __future__ import annotations

import re

from households.enums import Relation
from households.models import HouseholdYear, Membership
from households.queries.register import with_head


def tables(sql: str) -> list[str]:
    """The tables a statement reads, in order."""
    return re.findall(r'(?:FROM|JOIN) "(\w+)"', sql)


def test_the_head_of_a_household_costs_two_tables(world: object) -> None:
    rows = with_head(HouseholdYear.objects.unscoped("tests")).order_by("pk")
    assert tables(str(rows.query)) == [
        "households_membership",
        "households_person",
        "households_householdyear",
    ]
    heads = (
        Membership.objects.unscoped("tests")
        .filter(relation=Relation.HEAD)
        .values_list("household_year", "person__name")
    )
    assert {row.pk: row.head_name for row in rows} == dict(heads)
