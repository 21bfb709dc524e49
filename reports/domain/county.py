"""Writing an invented county, village by village, the way an import writes one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, transaction

from funds.domain.ledgers import save_benefits, save_partnerships, save_projects
from funds.models import (
    Allocation,
    Appropriation,
    AppropriationEntry,
    Benefit,
    Enterprise,
    Partnership,
    Payment,
    Project,
    ProjectStep,
)
from fupin.access import SYSTEM
from fupin.audit import acting
from fupin.domain.regions import save_regions
from fupin.domain.years import open_years
from fupin.models import Level, Region
from fupin.refusals import Refused
from households.domain.income import record_incomes
from households.domain.registration import register_village
from households.domain.work import save_work
from households.models import (
    Act,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Person,
    VillageYear,
)
from reports.reference.compose import VillageRows
from reports.reference.county import (
    FIRST_TOWNSHIP,
    LAST_TOWNSHIP,
    CountyPlan,
    PlannedVillage,
    compose_villages,
    grants_of,
)
from reports.reference.facts import CITY, COUNTY, PROVINCE
from reports.reference.households import Row

#: Villages between two lines of progress.
TELL_EVERY = 20
#: What is written.
MODELS = (
    VillageYear, Household, HouseholdYear, Person, Membership, IncomeItem, Act, LedgerEntry, Enterprise, Partnership, Benefit,
    Project, ProjectStep, Appropriation, AppropriationEntry, Allocation, Payment, Region,
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """What was written; villages that stood there already are not counted."""

    villages: int
    households: int
    people: int


def make_county(*, plan: CountyPlan, tell: Callable[[str], None]) -> Made:
    """Write the county of a plan as the system; villages that are there already stay untouched.

    Each village is one transaction, so that an interrupted run goes on where it stopped. Raises Refused where a
    county of another plan stands in the same townships.
    """
    _refuse_another(plan)
    places = [PROVINCE, CITY, COUNTY, *plan.townships, *(village.place for village in plan.villages)]
    save_regions(regions=[(place.code, place.name) for place in places], actor=SYSTEM)
    codes = {village.place.code for village in plan.villages}
    rows = HouseholdYear.objects.unscoped("a command of the system").filter(region__in=codes, year=plan.year)
    there = set(rows.order_by().values_list("region_id", flat=True).distinct())
    if there == codes:
        return Made(0, 0, 0)
    regions = Region.objects.unscoped("a command of the system").in_bulk(codes - there)
    open_years(villages=regions.values(), year=plan.year, actor=SYSTEM)
    write_grants(grants_of(plan.villages, seed=plan.seed, year=plan.year))
    made = Made(0, 0, 0)
    # The villages that are there are composed again: the numbers of the others depend on theirs.
    for village, composed in compose_villages(plan.villages, seed=plan.seed, year=plan.year):
        if village.place.code in there:
            continue
        write_village(regions[village.place.code], village, composed, year=plan.year)
        made = Made(
            made.villages + 1, made.households + village.households, made.people + len(composed.members)
        )
        if made.villages % TELL_EVERY == 0:
            tell(f"{made.villages}/{len(regions)}村，{made.households}户，{made.people}人")
    # The planner knows nothing of rows that came just now, and the first page would pay for it.
    with connection.cursor() as cursor:
        for model in MODELS:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(model._meta.db_table)}")
    return made


def write_village(region: Region, village: PlannedVillage, rows: VillageRows, *, year: int) -> None:
    """Write one composed village, whose region and open year are there."""
    with acting(SYSTEM, via="command"), transaction.atomic():
        register_village(
            region=region,
            year=year,
            profile=rows.village[0],
            households=rows.households,
            members=rows.members,
            actor=SYSTEM,
        )
        record_incomes(region=region, year=year, rows=rows.income, actor=SYSTEM)
        # Enterprises come first: benefits name them.
        save_partnerships(region=region, rows=rows.partnerships, actor=SYSTEM)
        save_benefits(region=region, rows=rows.benefits, actor=SYSTEM)
        save_projects(region=region, rows=rows.projects, actor=SYSTEM)
        save_work(region=region, rows=rows.work, actor=SYSTEM)
        _write_steps_and_money(region, rows)


def write_grants(grants: Iterable[tuple[Row, list[Row]]]) -> None:
    """Write what county and townships were granted, whose regions are there; what was granted already stays as it is."""
    with acting(SYSTEM, via="command"), transaction.atomic():
        there = set(_appropriations())
        new = [(row, entries) for row, entries in grants if (row["region_id"], row["document"]) not in there]
        written = Appropriation.objects.bulk_create(Appropriation(**row) for row, _ in new)
        AppropriationEntry.objects.bulk_create(
            AppropriationEntry(appropriation=appropriation, **entry)
            for appropriation, (_, entries) in zip(written, new, strict=True)
            for entry in entries
        )


def _write_steps_and_money(region: Region, rows: VillageRows) -> None:
    """Write what became of the village's projects, which are there."""
    there = Project.objects.unscoped("a command of the system").filter(region=region)
    keys = {(project.year, project.name): project for project in there}
    projects = [keys[row["year"], row["name"]] for row in rows.projects]

    def lies(row: Row) -> Row:
        return {"region": region, "year": row["on"].year}

    ProjectStep.objects.bulk_create(
        ProjectStep(**{**row, "project": projects[row["project"]]}, **lies(row)) for row in rows.steps
    )
    granted = _appropriations()
    allocations = Allocation.objects.bulk_create(
        Allocation(
            project=projects[row["project"]], appropriation_id=granted[row["owner"], row["document"]], on=row["on"],
            amount=row["amount"], **lies(row),
        )
        for row in rows.allocations
    )  # fmt: skip
    Payment.objects.bulk_create(
        Payment(**{**row, "allocation": allocations[row["allocation"]]}, **lies(row)) for row in rows.payments
    )


def _appropriations() -> dict[tuple[str, str], int]:
    """The appropriations by whom they were granted to, and by document."""
    rows = Appropriation.objects.unscoped("a command of the system").filter(carried_from=None)
    return {(code, document): pk for code, document, pk in rows.values_list("region_id", "document", "pk")}


def _refuse_another(plan: CountyPlan) -> None:
    places = {(place.code, place.name) for place in plan.townships}
    places |= {(village.place.code, village.place.name) for village in plan.villages}
    held = Region.objects.unscoped("a command of the system").filter(
        code__gte=f"{FIRST_TOWNSHIP}000", code__lte=f"{LAST_TOWNSHIP}999", level__gte=Level.TOWNSHIP
    )
    for code, name in held.order_by("code").values_list("code", "name"):
        if (code, name) not in places:
            raise Refused(
                f"{COUNTY.name}已有另一次生成的数据（{name}）。"
                "请用与那次相同的户数、村数、种子和年度，或换一个数据库。"
            )
