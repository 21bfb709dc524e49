"""A row of each model that a year guards, ways to insert it, and what the portal says where it is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import cycle
from typing import Any

from django.db import DatabaseError, transaction

from funds.models import Allocation, Benefit, Partnership, Payment, Project, ProjectStep
from fupin.domain.bulk import upsert
from fupin.models import Ledger, Placed, RegionYear
from fupin.refusals import explain
from households.enums import ActKind, PovertyCategory, PovertyStatus, Relation
from households.income import IncomeKind
from households.models import Act, HouseholdYear, IncomeItem, LedgerEntry, Membership, VillageYear
from reports.models import SectionText
from tests import factories as make
from tests.conftest import A
from tests.database.tools import copy_in, insert_sql, run

YEAR = make.YEAR
WHY = "tests"

SENTENCES = {
    "submitted": f"2017年度已提交乡镇审核（区划代码 {A}），不能修改。如需修改，请撤回，或请乡镇退回。",
    "passed": f"2017年度已上报县级审核（区划代码 {A}），不能修改。如需修改，请联系县级办公室退回。",
    "accepted": f"2017年度已审核通过（区划代码 {A}），不能修改。如需修改，请联系县级办公室退回。",
    "closed": f"2017年度已关账（区划代码 {A}），不能修改。如需修改，请联系县级办公室重新打开。",
    "missing": f"2017年度尚未开设（区划代码 {A}），不能写入。请联系县级办公室开设年度。",
}


def put(village: Any, state: str, year: int = YEAR) -> None:
    """Bring a village's year into a state; "missing" removes its row."""
    rows = RegionYear.objects.unscoped(WHY).filter(region=village, year=year)
    if state == "missing":
        rows.delete()
    else:
        rows.update(state=state)


Fresh = Callable[[Any, int], Placed]


def bare(village: Any, year: int) -> HouseholdYear:
    """A household's year without members; it is not yet saved, its household is."""
    return HouseholdYear(
        household=make.HouseholdFactory(), region=village, year=year,
        category=PovertyCategory.GENERAL, status=PovertyStatus.NOT_EXITED,
    )  # fmt: skip


def new_member(village: Any, year: int) -> Membership:
    home = HouseholdYear.objects.unscoped(WHY).filter(region=village, year=year).order_by("pk").first()
    return Membership(
        household_year=home, person=make.PersonFactory(), region=village, year=year, relation=Relation.OTHER
    )


def new_act(village: Any, year: int) -> Act:
    return Act(
        household=make.HouseholdFactory(),
        region=village,
        year=year,
        kind=ActKind.CORRECTED,
        on=date(year, 6, 1),
    )


#: A household has one item of a kind.
KINDS = cycle(IncomeKind.values)


def new_income(village: Any, year: int) -> IncomeItem:
    home = HouseholdYear.objects.unscoped(WHY).filter(region=village, year=year).order_by("pk").first()
    return IncomeItem(household_year=home, region=village, year=year, kind=next(KINDS), amount=5)


def an_allocation(village: Any, year: int) -> Allocation:
    """Of the township's money, for a project of the village."""
    source = make.AppropriationFactory(region=village.parent, year=year)
    project = make.ProjectFactory(region=village, year=year)
    return make.AllocationFactory.build(appropriation=source, project=project, on=date(year, 3, 1))


def a_payment(village: Any, year: int) -> Payment:
    """Against an allocation of the village, for a project that was approved."""
    allocation = an_allocation(village, year)
    allocation.save()
    make.approve(allocation.project, date(year, 1, 5))
    return make.PaymentFactory.build(allocation=allocation, on=date(year, 6, 1))


#: An unsaved row of each model that a village's year may take.
FRESH: dict[type[Placed], Fresh] = {
    VillageYear: lambda village, year: VillageYear(region=village, year=year),
    HouseholdYear: bare,
    Membership: new_member,
    Act: new_act,
    Ledger: lambda village, year: Ledger(region=village, year=year, kind="school", state="nil"),
    IncomeItem: new_income,
    LedgerEntry: lambda village, year: make.LedgerEntryFactory.build(
        region=village, year=year, on=date(year, 3, 15)
    ),
    Benefit: lambda village, year: make.BenefitFactory.build(
        region=village, year=year, household=make.HouseholdFactory()
    ),
    Project: lambda village, year: make.ProjectFactory.build(region=village, year=year),
    ProjectStep: lambda village, year: make.ProjectStepFactory.build(
        region=village, year=year,
        project=make.LibraryProjectFactory(region=village, plan_start=None, plan_finish=None),
    ),
    Partnership: lambda village, year: make.PartnershipFactory.build(
        region=village, year=year, household=make.HouseholdFactory(),
        enterprise=make.EnterpriseFactory(region=village),
    ),
    Allocation: an_allocation,
    Payment: a_payment,
    SectionText: lambda village, year: make.SectionTextFactory.build(region=village, year=year),
}  # fmt: skip
#: A column that an update changes, and to what.
CHANGE: dict[type[Placed], tuple[str, Any]] = {
    VillageYear: ("groups", 9),
    HouseholdYear: ("remark", "改"),
    Membership: ("remark", "改"),
    Act: ("reason", "改"),
    Ledger: ("state", "rows"),
    IncomeItem: ("amount", 7),
    LedgerEntry: ("remark", "改"),
    Benefit: ("remark", "改"),
    Project: ("remark", "改"),
    ProjectStep: ("reason", "改"),
    Partnership: ("remark", "改"),
    Allocation: ("remark", "改"),
    Payment: ("remark", "改"),
    SectionText: ("text", "改"),
}


def all_rows(model: type[Placed]) -> Any:
    return model.objects.unscoped(WHY)


def by_save(row: Placed) -> None:
    row.save()


def by_bulk_create(row: Placed) -> None:
    type(row).objects.bulk_create([row])


def by_raw_insert(row: Placed) -> None:
    run(*insert_sql(row))


def by_upsert_insert(row: Placed) -> None:
    fields = [f for f in row._meta.concrete_fields if not f.primary_key]
    upsert(type(row), [{f.attname: f.pre_save(row, True) for f in fields}], key=[])


INSERTS = [by_save, by_bulk_create, by_raw_insert, by_upsert_insert, copy_in]


def refusal_of(write: Callable[[], Any]) -> str | None:
    """What the portal says of the database's refusal; None where it doesn't refuse."""
    try:
        with transaction.atomic():
            write()
    except DatabaseError as error:
        return explain(error) or f"not explained: {error}"
    return None
