"""Villages whose figures are written, folded and read at once: what the tests of the cache share."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import DatabaseError, transaction

from funds.enums import EnterpriseKind, Measure
from funds.models import Benefit, Enterprise, Partnership
from fupin.access import SYSTEM
from fupin.audit import acting, current_context
from fupin.domain.bulk import upsert
from fupin.domain.opening import open_village
from fupin.domain.rows import remove_row, save_row
from fupin.domain.undoing import undo_changes
from fupin.models import Level
from fupin.refusals import Refused
from households.domain.registration import save_households
from households.enums import PovertyCategory
from households.models import HouseholdYear, LedgerEntry, Membership, VillageYear
from households.work import WorkKind
from reports.figures import measure as measuring
from reports.figures.coverage import coverage_of_places
from reports.figures.measure import figures_of_places
from reports.figures.result import Result, results_of
from reports.figures.snapshot import snapshot
from reports.figures.village import BASES
from reports.figures.window import PROGRAMME_START, Window
from tests import factories as make
from tests.database.tools import copy_in, run
from tests.database.workbooks import household_row
from tests.reports.support import region

YEAR = make.YEAR
COUNTY, TOWNSHIPS = "421199000000", ("421199103000", "421199104000")
VILLAGES = ("421199103206", "421199103207", "421199104201")
KEY = ("household_id", "measure", "year", "person_id", "on")
BLANKS = {"person_id": 0, "on": date.min}
Numbers = dict[str, dict[str, tuple[Any, ...]]]


def furnish() -> None:
    """Three villages in two townships, with households, what these were given, an enterprise, projects and work."""
    places = make.regions({COUNTY: "云岭县", TOWNSHIPS[0]: "七里坪镇", VILLAGES[0]: "甲村", VILLAGES[1]: "乙村",
                           TOWNSHIPS[1]: "松坡镇", VILLAGES[2]: "远村"})  # fmt: skip
    villages = [place for place in places if place.is_village]
    firm = Enterprise.objects.create(name="青松农业", kind=EnterpriseKind.COMPANY, region=places[0])
    VillageYear.objects.bulk_create(make.VillageYearFactory.build(region=place) for place in villages)
    homes = make.households([*villages, *villages])
    for index, home in enumerate(homes):
        where: dict[str, Any] = {"region": home.region, "household": home.household}
        for year, measure in ((2014, Measure.LOAN), (YEAR - 1, Measure.CATTLE), (YEAR, Measure.DIBAO)):
            make.BenefitFactory(**where, year=year, measure=measure, amount=100 + index, enterprise=firm)
        person = home.members.unscoped("tests").first().person
        make.BenefitFactory(**where, measure=Measure.POST, person=person, amount=900)
        Partnership.objects.create(**where, year=YEAR, enterprise=firm)
    for place in villages:
        make.ProjectFactory(region=place, amount=Decimal("1234.56"))
        LedgerEntry.objects.create(
            region=place, year=YEAR, on=date(YEAR, 3, 1), kind=WorkKind.values[0], title="例会", attendance=9
        )


def benefit(dice: random.Random) -> Benefit:
    """Something given to a household of a village that is not known yet, unsaved."""
    home = dice.choice(list(rows(HouseholdYear).filter(year=YEAR).select_related("household")))
    year = dice.choice([2014, YEAR - 1, YEAR, YEAR])
    return make.BenefitFactory.build(
        region_id=home.region_id, household_id=home.household_id, year=year, amount=dice.randrange(10_000),
        measure=dice.choice([Measure.CATTLE, Measure.BEES, Measure.EDUCATION, Measure.RELOCATION]),
        on=date(year, dice.randint(1, 12), dice.randint(1, 28)),
    )  # fmt: skip


def rows(model: Any) -> Any:
    return model.objects.unscoped("tests")


# --- every kind of write -----------------------------------------------------------------------------------------


def by_form(dice: random.Random) -> None:
    save_row(row=benefit(dice), actor=SYSTEM)


def by_form_delete(dice: random.Random) -> None:
    keys = list(rows(Benefit).filter(year=YEAR).values_list("pk", flat=True))
    remove_row(row=rows(Benefit).select_related("region").get(pk=dice.choice(keys)), actor=SYSTEM)


def by_work(dice: random.Random) -> None:
    place = region(dice.choice(VILLAGES))
    day = date(YEAR, dice.randint(1, 12), dice.randint(1, 28))
    kind = dice.choice(WorkKind.values)
    save_row(row=LedgerEntry(region=place, year=YEAR, on=day, kind=kind, title="会", attendance=dice.randrange(50)), actor=SYSTEM)  # fmt: skip


def by_project(dice: random.Random) -> None:
    row = make.ProjectFactory.build(region=region(dice.choice(VILLAGES)), name=f"路{dice.random()}", amount=7)
    save_row(row=row, actor=SYSTEM)


def by_import(dice: random.Random) -> None:
    """As an import writes households: COPY, then INSERT ... ON CONFLICT."""
    place = region(dice.choice(VILLAGES))
    numbers = rows(HouseholdYear).filter(region=place, year=YEAR).values_list("household__number", flat=True)
    category = dice.choice(PovertyCategory.values)
    save_households(
        region=place, year=YEAR, actor=SYSTEM,
        rows=[household_row(number, "吴一", 2, category=category) for number in sorted(numbers)],
    )  # fmt: skip


def by_set(dice: random.Random) -> None:
    """As an import writes a ledger."""
    written = [_values(benefit(dice)) for _ in range(3)]
    with acting(SYSTEM, via="import"), transaction.atomic():
        upsert(Benefit, {_key(row): row for row in written}.values(), key=KEY, blanks=BLANKS)


def by_copy(dice: random.Random) -> None:
    with transaction.atomic():
        copy_in(benefit(dice))


def by_undo(dice: random.Random) -> None:
    """Written, seen by others, and taken back by the audit."""
    with acting(SYSTEM, via="import"):
        context = current_context()
        with transaction.atomic():
            upsert(Benefit, [_values(benefit(dice))], key=KEY, blanks=BLANKS)
    with acting(SYSTEM, via="undo"), transaction.atomic():
        undo_changes(context)


def by_year_copy(dice: random.Random) -> None:
    open_village(village=region(dice.choice(VILLAGES)), year=YEAR + 1, actor=SYSTEM)


#: {place} is a village, {id} a number that leads to some row of the table.
RAW = (
    "UPDATE funds_benefit SET amount = amount + 1 WHERE id = {benefit}",
    "UPDATE funds_benefit SET year = year - 1, \"on\" = NULL WHERE id = {benefit} AND year > 2015",
    "UPDATE funds_benefit SET region_id = '{place}' WHERE id = {benefit}",
    "DELETE FROM funds_benefit WHERE id = {benefit} AND year < 2017",
    "UPDATE households_householdyear SET on_roll = NOT on_roll WHERE id = {home}",
    "UPDATE households_householdyear SET region_id = '{place}' WHERE id = {home}",
    "UPDATE households_membership SET work_place = CASE work_place WHEN '' THEN '01' ELSE '' END WHERE id = {member}",
    "UPDATE households_membership SET present = NOT present, departure = CASE WHEN present THEN '99' ELSE '' END,"
    " relation = '99' WHERE id = {member}",
    "UPDATE households_person SET sex = (3 - sex::int)::text, birth_date = birth_date - 9000 WHERE id IN"
    " (SELECT person_id FROM households_membership WHERE id = {member})",
    "UPDATE funds_enterprise SET kind = CASE kind WHEN '01' THEN '02' ELSE '01' END",
    "UPDATE funds_partnership SET region_id = '{place}' WHERE id = {partnership}",
    "DELETE FROM funds_partnership WHERE id = {partnership}",
    "UPDATE funds_project SET amount = amount + 5, stage = '03' WHERE region_id = '{place}'",
    "UPDATE households_villageyear SET groups = groups + 1 WHERE region_id = '{place}'",
    "DELETE FROM households_ledgerentry WHERE id = (SELECT min(id) FROM households_ledgerentry)",
)  # fmt: skip
TABLES = {"benefit": Benefit, "home": HouseholdYear, "member": Membership, "partnership": Partnership}


def by_raw_sql(dice: random.Random, statement: str = "") -> None:
    found: dict[str, Any] = {"place": dice.choice(VILLAGES)}
    for name, model in TABLES.items():
        found[name] = dice.choice([0, *rows(model).values_list("pk", flat=True)])
    with transaction.atomic():
        run((statement or dice.choice(RAW)).format(**found))
        time.sleep(dice.random() * 0.02)  # others read and fold while it is written and not there yet


def by_rollback(dice: random.Random) -> None:
    with transaction.atomic():
        copy_in(benefit(dice))
        transaction.set_rollback(True)


WRITES: tuple[Callable[[random.Random], None], ...] = (
    by_form, by_form_delete, by_work, by_project, by_import, by_set, by_copy, by_undo, by_year_copy, by_rollback,
    *[by_raw_sql] * 6,
)  # fmt: skip


def write(dice: random.Random) -> str:
    """One write of some kind; what it was, "" where another writer or a rule did not let it be."""
    kind = dice.choice(WRITES)
    try:
        kind(dice)
    except (Refused, DatabaseError) as error:
        return f"{kind.__name__}: {type(error).__name__} {error}"
    return ""


def _values(row: Benefit) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("region_id", "amount", *KEY)}


def _key(row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[name] for name in KEY)


# --- reading -----------------------------------------------------------------------------------------------------


def windows() -> list[tuple[Window, Level]]:
    """Windows of the county and a township, with each level below."""
    found = []
    for code in (COUNTY, TOWNSHIPS[0]):
        place = region(code)
        for last, since in ((YEAR, PROGRAMME_START), (YEAR, YEAR), (YEAR + 1, PROGRAMME_START)):
            found += [
                (Window(place, last, last, since), level)
                for level in (Level.COUNTY, Level.TOWNSHIP, Level.VILLAGE)
                if level >= place.level
            ]
    return found


def every_figure(window: Window) -> list[Any]:
    """All figures of the village summary."""
    return [figure for base in BASES for figure in base.all_figures(window)]


def from_scratch(window: Window, level: Level) -> dict[str, dict[str, Result]]:
    """The figures of the places as the rows have them, whatever is kept."""
    asked = measuring._asked(every_figure(window))
    coverage = coverage_of_places(window, asked.values(), level)
    measured = measuring._raw(asked, window, level, False)
    none = measuring.Coverage(0, window, {})
    return {
        place: results_of(asked, measured.get(place, {}), coverage.get(place, none))
        for place in {*coverage, *measured}
    }


def numbers(found: dict[str, dict[str, Result]]) -> Numbers:
    """By place and code what is said, with its rows and coverage; places without a row or a village are left out."""
    said = {
        place: {code: (r.value, r.shown, r.rows, r.covered, r.villages) for code, r in results.items()}
        for place, results in found.items()
    }
    return {place: told for place, told in said.items() if any(any(row[2:]) for row in told.values())}


def both(window: Window, level: Level) -> tuple[Numbers, Numbers]:
    """What the cache says and what the rows say, of one moment."""
    with snapshot() as is_one:
        assert is_one
        told = figures_of_places(every_figure(window), window, level)
        return numbers(told), numbers(from_scratch(window, level))
