"""Writing what the national system's exports say: of many villages at once, and only what their columns tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from fupin.access import Actor
from fupin.audit import acting
from fupin.domain.bulk import Written
from fupin.models import Region
from households.conditions import ExitFlag, HouseholdType, Housing
from households.domain.registration import Rows, save_households_of, save_members_of
from households.enums import PovertyStatus

Values = Mapping[str, Any]

OF_FLAG = {ExitFlag.NOT_EXITED: PovertyStatus.NOT_EXITED, ExitFlag.RETURNED: PovertyStatus.RETURNED}
NOT_LEFT = (PovertyStatus.NOT_EXITED, PovertyStatus.RETURNED)
DANGEROUS = (Housing.DANGEROUS_C, Housing.DANGEROUS_D)


def save_roster(
    *, households: Mapping[Region, Rows], members: Mapping[Region, Rows], year: int, actor: Actor
) -> dict[str, Written]:
    """Write households and members of villages in one transaction; counts by sheet (户, 人).

    Rows tell the same columns each; what they do not tell stays. Raises Refused as save_households() and save_members() do.
    """
    counts = {}
    with acting(actor, via="import"), transaction.atomic():
        if households:
            counts["户"] = save_households_of(villages=households, year=year, actor=actor)
        if members:
            counts["人"] = save_members_of(villages=members, year=year, actor=actor)
    return counts


@dataclass(frozen=True)
class Exit:
    """Whether and when a household left poverty, as a roster implies it; `without_year`: it has left, nobody says when."""

    status: PovertyStatus | None
    year: int | None
    without_year: bool = False


def implied_exit(told: Values, stands: Values | None, year: int) -> Exit:
    """What a roster's row says of the exit, with what stands in the register for the columns that it has not.

    - 脱贫状态 or 脱贫属性 of the national list (新脱贫, 历史已脱贫, 未脱贫, 返贫) says it outright; 新脱贫 is of the file's year,
      whoever has not left or has returned has no year.
    - 已脱贫 (脱贫属性 of the export of 2019), 1 of 脱贫标志 (AAR010) and, for a household that is not registered yet, 脱贫户 of
      户类型 (exports since 2021) say that it left: by 脱贫年度 (the file's, else the register's) in this year (新脱贫) or
      before (历史已脱贫). Without a year nothing is concluded.
    - A filled 脱贫年度 alone says the same. An empty one says nothing: it is also empty where nobody asked.
    - Of none of it: what stands.
    """
    said = told.get("status")
    stood: int | None = stands["exit_year"] if stands else None
    at: int | None = told.get("exit_year", stood)
    if isinstance(said, PovertyStatus):
        if said == PovertyStatus.EXITED_THIS_YEAR and "exit_year" not in told:
            at = year
        elif said in NOT_LEFT and "exit_year" not in told:
            at = None
        return Exit(said, at)
    flag: ExitFlag | None = said if said is not None else told.get("exit_flag")
    if flag is None and told.get("exit_year"):
        flag = ExitFlag.EXITED
    if flag is None and stands is not None:
        return Exit(PovertyStatus(stands["status"]), at)
    if flag is None and told.get("household_type") == HouseholdType.EXITED:
        flag = ExitFlag.EXITED
    if flag != ExitFlag.EXITED:
        status = OF_FLAG[flag] if flag is not None else None
        return Exit(status, at if "exit_year" in told else None)
    if at is None:
        return Exit(None, None, without_year=True)
    return Exit(PovertyStatus.EXITED_THIS_YEAR if at == year else PovertyStatus.EXITED_BEFORE, at)


def implied_housing(dangerous: bool | None, stands: Values | None) -> tuple[str, bool]:
    """住房安全 where a roster asks only 是否危房户, and whether the grade is wanting.

    否 is 有安全住房 (its grades A and B are no 危房, 农村危险房屋鉴定); 是 may be C or D: a grade that stands is kept, else
    nothing is concluded.
    """
    was = str(stands["housing"]) if stands else ""
    if dangerous is False:
        return Housing.SAFE.value, False
    return was, bool(dangerous) and was not in DANGEROUS
