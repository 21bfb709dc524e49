"""A member as a row of the national system's exports."""

from __future__ import annotations

from typing import Any

from fupin.resource.values import exported
from households.card import HOUSEHOLD_FIELDS, MEMBER_FIELDS
from households.conditions import HouseholdType, Housing
from households.enums import PovertyStatus
from households.interfaces.roster_columns import RENAMED, ROSTER_SHEET
from households.models import Membership

#: The export of 2019 says whether a household has left poverty; when, its 脱贫年度 says.
STATUS = {
    PovertyStatus.NOT_EXITED: "未脱贫", PovertyStatus.RETURNED: "返贫",
    PovertyStatus.EXITED_BEFORE: "已脱贫", PovertyStatus.EXITED_THIS_YEAR: "已脱贫",
}  # fmt: skip
#: 是否危房户 by the grade; not asked, nothing is said.
DANGEROUS = {Housing.SAFE.value: "否", Housing.DANGEROUS_C.value: "是", Housing.DANGEROUS_D.value: "是"}


def roster_line(member: Membership) -> dict[str, str | None]:
    """The texts of a member's row by column name; what the portal does not know is None. Numbers as shown() has them."""
    home, village = member.household_year, member.region
    told = {
        **{name: exported(home, name) for name in HOUSEHOLD_FIELDS},
        **{RENAMED.get(name, name): exported(member, name) for name in MEMBER_FIELDS},
    }
    line = {name: _text(name, value) for name, value in told.items() if name in ROSTER_SHEET.by_name}
    township = village.parent
    left = home.status in (PovertyStatus.EXITED_BEFORE, PovertyStatus.EXITED_THIS_YEAR)
    return {
        **line,
        "county_name": township.parent.name if township and township.parent else None,
        "township_name": township.name if township else None,
        "village_name": village.name,
        "household_number": home.household.number,
        "people": str(home.people),
        "name": member.person.name,
        "id_number": exported(member.person, "id_number"),
        "status": STATUS[PovertyStatus(home.status)],
        "dangerous_house": DANGEROUS.get(home.housing),
        "household_type": str(HouseholdType.EXITED.label) if left else None,
    }


def _text(name: str, value: Any) -> str | None:
    if value in (None, "", []):
        return None
    return str(ROSTER_SHEET.by_name[name].write(value))
