"""What writing costs: an import against the least it could take, a set of rows against bulk_create."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import connection, transaction

from funds.models import Benefit, Enterprise, FundSum, Partnership, Project
from fupin.access import SYSTEM, Role
from fupin.domain.bulk import upsert
from fupin.domain.import_runs import start_import, take_import
from fupin.domain.imports import IMPORTERS, import_file
from fupin.domain.jobs import run_next_job
from fupin.domain.users import assign_role
from fupin.models import ImportRun, Ledger, Region, User
from fupin.sheets.reading import read_workbook
from fupin.sheets.writing import write_workbook
from households.enums import PovertyCategory, PovertyStatus
from households.interfaces.imports import VillageImporter
from households.models import Act, Household, HouseholdYear, LedgerEntry, Membership, Person, VillageYear
from reports.domain.reference import load_reference_village, write_village_workbook
from reports.models import SectionText
from reports.reference.county import PlannedVillage, compose_villages
from reports.reference.facts import COUNTY, NEIGHBOURS, QILIPING, WANTIANFAN
from tests.bench.measuring import Call, Line, interleaved, ratio, statements_of, told
from tests.bench.scratch import Scratch
from tests.bench.world import TEXTS, YEAR, Size

#: Parents before children: the order in which a floor can COPY them.
TABLES = (
    VillageYear, Household, HouseholdYear, Person, Membership, Act, Enterprise, Partnership, Benefit, Project,
    LedgerEntry, SectionText,
)  # fmt: skip
#: Every row is also told by the audit, and every cell checked: the floor does neither.
IMPORT_AIM, BULK_AIM, UNCHANGED_AIM, REPLAN_AIM = 3.0, 0.5, 1.0, 1.5


def empty_county(scratch: Scratch) -> str:
    """A database with the reference village's regions and years, and nobody in them."""
    empty = scratch.create("empty")
    load_reference_village()
    empty_register()
    return empty


def measure_imports(scratch: Scratch, empty: str, size: Size) -> Iterator[Line]:
    """Imports of the reference workbook and of a larger village's, each into a copy of an empty county."""
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            "reference workbook": Path(folder) / "reference.xlsx",
            "larger workbook": Path(folder) / "larger.xlsx",
        }
        write_village_workbook(WANTIANFAN, paths["reference workbook"])
        _write_composed(paths["larger workbook"], size.workbook)
        for label, path in paths.items():
            filled = scratch.copy(empty, "filled")
            scratch.enter(filled)
            _import(path)
            rows = {model: copy_out(model) for model in TABLES}
            people = Membership.objects.unscoped("bench").count()
            scratch.drop(filled)
            times = _into_copies(
                scratch,
                empty,
                {
                    "import": partial(_import, path),
                    "floor": partial(_floor, path, rows),
                    "shown first": partial(_show_and_take, path),
                },
                size.rounds,
            )
            yield told(f"import, {label}: members", people, "rows")
            yield told(f"import, {label}: median time", times["import"] * 1000, "ms")
            yield told(f"floor, {label}: median time", times["floor"] * 1000, "ms")
            yield ratio(
                f"import / floor, {label}: median time", times["import"] / times["floor"], at_most=IMPORT_AIM
            )
            yield ratio(
                f"import, difference shown first / floor, {label}: median time",
                times["shown first"] / times["floor"],
                at_most=IMPORT_AIM,
            )
        # Composed alike: the reference village has no sheet of incomes.
        twice = Path(folder) / "twice.xlsx"
        _write_composed(twice, 2 * size.workbook)
        sent = []
        for label, path in (("larger workbook", paths["larger workbook"]), ("one of twice as many", twice)):
            scratch.enter(scratch.copy(empty, "counted"))
            sent.append(len(statements_of(partial(_import, path))))
            scratch.drop(scratch.made[-1])
            yield told(f"import, {label}: statements", sent[-1], "statements")
        yield ratio("import, twice as many / larger: statements", sent[1] / sent[0], at_most=1)


def _write_composed(path: Path, households: int) -> None:
    village = PlannedVillage(NEIGHBOURS[0], QILIPING, households, 4_900_000_000)
    [(_, rows)] = compose_villages([village], seed=1, year=YEAR)
    rows = replace(rows, texts=list(TEXTS))
    values = {"place": village.place.name, "year": YEAR, "date": f"{YEAR}年12月31日"}
    write_workbook(IMPORTERS[VillageImporter.kind].book, rows.by_sheet(), path, title_values=values)


def empty_register() -> None:
    """Nobody is registered any more; the regions and their years stay."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL fupin.may_truncate = 'on'")
        tables = ", ".join(f'"{model._meta.db_table}"' for model in (*TABLES, FundSum, Ledger))
        cursor.execute(f"TRUNCATE {tables} CASCADE")


def _import(path: Path) -> None:
    county = Region.objects.unscoped("bench").get(code=COUNTY.code)
    outcome = import_file(
        path, importer=IMPORTERS[VillageImporter.kind], region=county, year=YEAR, actor=SYSTEM
    )
    if outcome.state != ImportRun.State.DONE:
        raise RuntimeError("\n".join(map(str, outcome.errors)) or str(outcome.state))


def _show_and_take(path: Path) -> None:
    """Import as a user does: upload, have it compared, take what was shown."""
    county = Region.objects.unscoped("bench").get(code=COUNTY.code)
    user = User.objects.create(username="importer", name="县")
    assign_role(user=user, role=Role.COUNTY, region=county, actor=SYSTEM)
    with path.open("rb") as file:
        run = start_import(
            upload=File(file, name=path.name), kind=VillageImporter.kind, region=county, year=YEAR, actor=user
        )
    run_next_job()
    take_import(run=run, good_only=False, actor=user)
    run_next_job()
    run.refresh_from_db()
    if run.state != ImportRun.State.DONE:
        raise RuntimeError(f"{run.state} {run.errors} {run.notes}")


def _floor(path: Path, rows: Mapping[Any, str]) -> None:
    """Read the workbook and COPY what comes of it: no check, no lock of the year, no audit."""
    read_workbook(path, IMPORTERS[VillageImporter.kind].book, year=YEAR)
    copy_in(rows)


def copy_in(rows: Mapping[Any, str]) -> None:
    """COPY tables' rows, with their indexes, without a trigger."""
    with transaction.atomic(), connection.cursor() as cursor:
        for model, text in rows.items():
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" DISABLE TRIGGER USER')
            cursor.copy_expert(f'COPY "{model._meta.db_table}" FROM STDIN', io.StringIO(text))
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with checks left to do is not altered
            cursor.execute(f'ALTER TABLE "{model._meta.db_table}" ENABLE TRIGGER USER')


def copy_out(model: Any) -> str:
    """A table's rows as COPY tells them."""
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f'COPY "{model._meta.db_table}" TO STDOUT', buffer)
    return buffer.getvalue()


def _into_copies(scratch: Scratch, empty: str, calls: Mapping[str, Call], rounds: int) -> dict[str, float]:
    """Interleaved times, each call in a fresh copy of the empty database."""
    fresh: list[str] = []

    def prepare(_name: str) -> None:
        while fresh:
            scratch.drop(fresh.pop())
        fresh.append(scratch.copy(empty, "fresh"))
        scratch.enter(fresh[0])
        connection.ensure_connection()

    times = interleaved(calls, rounds=rounds, prepare=prepare)
    while fresh:
        scratch.drop(fresh.pop())
    return times


def measure_sets(scratch: Scratch, size: Size) -> Iterator[Line]:
    """A set of rows written by upsert() against bulk_create(), both with guards, audit and foreign keys."""
    name = scratch.create("sets")
    load_reference_village()
    Household.objects.bulk_create(Household(number=f"49{i:08d}") for i in range(size.rows))
    households = (
        Household.objects.unscoped("bench").filter(number__startswith="49").values_list("pk", flat=True)
    )
    rows = [_row(pk) for pk in households]
    key = ["household_id", "year"]

    def bulk() -> None:
        HouseholdYear.objects.bulk_create([HouseholdYear(**row) for row in rows], batch_size=1000)

    def update(where: str = "49") -> None:
        found = HouseholdYear.objects.unscoped("bench").filter(household__number__startswith=where)
        found.update(hamlet="新湾")

    with_changes = [{**row, "hamlet": "新湾"} for row in rows]
    write, change = (partial(upsert, HouseholdYear, each, key=key) for each in (rows, with_changes))
    times = _rolled_back({"bulk_create": bulk, "upsert, all new": write}, size.rounds)
    with transaction.atomic():
        write()
    times |= _rolled_back({"upsert, none changed": write, "upsert, all changed": change}, size.rounds)
    # Each in a session of its own: what matters is what it has planned before.
    times |= _rolled_back({"update, first of its session": update}, size.rounds, before=connection.close)
    times |= _rolled_back(
        {"update, after one of no row": update},
        size.rounds,
        before=lambda: (connection.close(), update(where="none")),
    )
    yield told("set: rows", size.rows, "rows")
    for label, seconds in times.items():
        yield told(f"set, {label}: median time", seconds * 1000, "ms")
    new = times["upsert, all new"]
    yield ratio("set, upsert / bulk_create, all new", new / times["bulk_create"], at_most=BULK_AIM)
    yield ratio(
        "set, upsert, none changed / all new", times["upsert, none changed"] / new, at_most=UNCHANGED_AIM
    )
    yield ratio("set, upsert, all changed / all new", times["upsert, all changed"] / new)
    planned = times["update, after one of no row"] / times["update, first of its session"]
    yield ratio("set, update, after one of no row / first", planned, at_most=REPLAN_AIM)
    scratch.drop(name)


def _row(household: int) -> dict[str, Any]:
    return {
        "household_id": household, "region_id": NEIGHBOURS[0].code, "year": YEAR, "on_roll": True,
        "group": household % 9 + 1, "hamlet": "老湾", "category": PovertyCategory.DIBAO.value,
        "status": PovertyStatus.NOT_EXITED.value, "exit_year": None, "registered_on": date(2014, 5, 1),
        "main_cause": "01", "other_causes": ["02", "08"], "phone": f"154{household:08d}", "housing": "01",
        "house_area": Decimal("80.5"), "water_safe": True, "farmland": Decimal("3.2"), "forest": Decimal("4.1"),
        "remark": "",
    }  # fmt: skip


def _rolled_back(
    calls: Mapping[str, Call], rounds: int, before: Call = connection.ensure_connection
) -> dict[str, float]:
    """Interleaved times, each call in a transaction that is checked to its end and then rolled back."""

    def prepare(_name: str) -> None:
        before()
        connection.ensure_connection()
        transaction.set_autocommit(False)

    def finish(_name: str) -> None:
        transaction.rollback()
        transaction.set_autocommit(True)

    return interleaved(
        {name: partial(_checked, call) for name, call in calls.items()},
        rounds=rounds,
        prepare=prepare,
        finish=finish,
    )


def _checked(call: Call) -> None:
    call()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
