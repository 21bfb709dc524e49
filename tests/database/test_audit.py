"""Every write is told by the audit with its actor, and nothing is told that did not happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import DatabaseError, models, transaction

from funds.models import (
    Appropriation,
    AppropriationEntry,
    Benefit,
    Enterprise,
    Loan,
    Partnership,
    Project,
)
from fupin.access import SYSTEM, Role
from fupin.audit import acting
from fupin.domain.bulk import upsert
from fupin.models import Attachment, Region, RegionYear, RoleAssignment, SavedView, User
from households.enums import Relation
from households.models import (
    Correction,
    Helper,
    Household,
    HouseholdYear,
    IncomeItem,
    LedgerEntry,
    Membership,
    Pairing,
    Person,
    PovertyLine,
)
from reports.models import BlankForm, Era, NarrativeTemplate, Reopening, Report
from tests import factories as make
from tests.database.rows import CHANGE as CHANGE_OF_PLACED
from tests.database.rows import FRESH as FRESH_PLACED
from tests.database.rows import all_rows
from tests.database.tools import Audit, audited_models, event_of, fetch, insert_sql, run, tracked_columns

YEAR = make.YEAR


# --- every model, every way of writing ---------------------------------------------------------------------


def _attachment(world: Any) -> Attachment:
    return Attachment(
        region=world.a, content_type=ContentType.objects.get_for_model(HouseholdYear),
        object_id=world.household_a.pk, file="attachments/x", name="x.png", size=1, sha256="0" * 64,
    )  # fmt: skip


#: An unsaved row of each audited model, and a column to change.
FRESH: dict[type[models.Model], Callable[[Any], models.Model]] = {
    **{model: (lambda world, fresh=fresh: fresh(world.far, 2016)) for model, fresh in FRESH_PLACED.items()},
    Membership: lambda world: FRESH_PLACED[Membership](world.far, YEAR),
    IncomeItem: lambda world: FRESH_PLACED[IncomeItem](world.far, YEAR),
    PovertyLine: lambda world: make.PovertyLineFactory.build(region=world.county),
    Region: lambda world: Region(code="421199103299", name="新村", level=12, parent=world.township),
    User: lambda world: make.UserFactory.build(),
    RoleAssignment: lambda world: RoleAssignment(
        user=make.user(Role.CLERK, world.a), role=Role.TEAM, region=world.b
    ),
    SavedView: lambda world: SavedView(user=make.user(Role.CLERK, world.a), list="households", name="低保户"),
    RegionYear: lambda world: RegionYear(region=world.a, year=2018),
    Attachment: _attachment,
    Household: lambda world: make.HouseholdFactory.build(),
    Person: lambda world: make.PersonFactory.build(),
    Pairing: lambda world: Pairing(
        region=world.a, household=world.household_a.household, helper=make.HelperFactory(region=world.a),
        starts_on=date(2017, 1, 1),
    ),
    Helper: lambda world: make.HelperFactory.build(region=world.a),
    Appropriation: lambda world: make.AppropriationFactory.build(region=world.county),
    AppropriationEntry: lambda world: make.AppropriationEntryFactory.build(
        appropriation=make.AppropriationFactory(region=world.county)
    ),
    Enterprise: lambda world: make.EnterpriseFactory.build(region=world.a),
    Loan: lambda world: make.LoanFactory.build(
        benefit=make.BenefitFactory(region=world.a, household=make.HouseholdFactory(), measure="111")
    ),
    Correction: lambda world: make.CorrectionFactory.build(
        household_year=world.household_a, asked_by=make.user(Role.CLERK, world.a)
    ),
    BlankForm: lambda world: BlankForm(region=world.county, name="县表", file="blanks/0", sha256="0" * 64),
    NarrativeTemplate: lambda world: NarrativeTemplate(
        region=world.county, kind="village", era=Era.UNTIL_2020, version=1, text="# 总结"
    ),
    Report: lambda world: Report(region=world.a, kind="village", year=YEAR, first=YEAR, since=2014),
    Reopening: lambda world: Reopening(
        region=world.a, year=YEAR, reason="漏报", asked_by=make.user(Role.COUNTY, world.county)
    ),
}  # fmt: skip
CHANGE: dict[type[models.Model], tuple[str, Any]] = {
    **CHANGE_OF_PLACED,
    Region: ("name", "改村"),
    User: ("unit", "改"),
    RoleAssignment: ("expires_on", date(2030, 1, 1)),
    SavedView: ("name", "改"),
    RegionYear: ("state", "closed"),
    Attachment: ("name", "y.png"),
    Household: ("number", "4299999999"),
    Person: ("name", "改"),
    Pairing: ("ends_on", date(2018, 1, 1)),
    Helper: ("unit", "改"),
    Appropriation: ("remark", "改"),
    AppropriationEntry: ("reason", "改"),
    Enterprise: ("business", "改"),
    Loan: ("bank", "改"),
    Correction: ("reason", "改"),
    BlankForm: ("name", "改"),
    NarrativeTemplate: ("note", "改"),
    Report: ("since", 2015),
    Reopening: ("reason", "改"),
    PovertyLine: ("source", "改"),
}
MODELS = sorted(FRESH, key=lambda model: model.__name__)


def rows_of(model: type[models.Model]) -> Any:
    return model.objects.all() if model in (User, RoleAssignment, SavedView) else all_rows(model)


def insert_orm(row: models.Model) -> None:
    row.save(force_insert=True)


def insert_bulk(row: models.Model) -> None:
    type(row).objects.bulk_create([row])


def insert_raw(row: models.Model) -> None:
    if isinstance(row, Region):
        columns = "INSERT INTO fupin_region (code, name, level, parent_id) VALUES (%s, %s, %s, %s)"
        run(columns, [row.code, row.name, row.level, row.parent_id])
    else:
        run(*insert_sql(row))


def insert_upsert(row: models.Model) -> None:
    auto = row._meta.auto_field
    fields = [f for f in row._meta.concrete_fields if f is not auto and not f.generated]
    upsert(type(row), [{f.attname: f.get_prep_value(f.pre_save(row, True)) for f in fields}], key=[])


def change_orm(row: models.Model, name: str, value: Any) -> None:
    setattr(row, name, value)
    row.save()


def change_queryset(row: models.Model, name: str, value: Any) -> None:
    rows_of(type(row)).filter(pk=row.pk).update(**{name: value})


def change_raw(row: models.Model, name: str, value: Any) -> None:
    table, pk = row._meta.db_table, row._meta.pk.column
    run(f"UPDATE {table} SET {name} = %s WHERE {pk} = %s", [value, row.pk])


def delete_orm(row: models.Model) -> None:
    row.delete()


def delete_queryset(row: models.Model) -> None:
    rows_of(type(row)).filter(pk=row.pk).delete()


def delete_raw(row: models.Model) -> None:
    run(f"DELETE FROM {row._meta.db_table} WHERE {row._meta.pk.column} = %s", [row.pk])


INSERTS = [insert_orm, insert_bulk, insert_raw, insert_upsert]
CHANGES = [change_orm, change_queryset, change_raw]
DELETES = [delete_orm, delete_queryset, delete_raw]


def test_every_audited_model_is_tried() -> None:
    assert set(audited_models()) == set(FRESH) == set(CHANGE)


#: Where the database itself writes the ledger's state, when the first row arrives and when the last one goes.
KEEPS = {
    HouseholdYear, LedgerEntry, Benefit, Partnership, Project, apps.get_model("households", "VillageYear"),
}  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_inserts_changes_and_deletes_are_told_once_each(world: Any, model: type[models.Model]) -> None:
    name, value = CHANGE[model]
    clerk = make.user(Role.CLERK, world.a)
    for at, insert in enumerate(INSERTS):
        row = FRESH[model](world)
        audit = Audit()
        with acting(clerk, via="form"):
            insert(row)
        opened, closed = ({("Ledger", did): 1} if model in KEEPS else {} for did in ("insert", "delete"))
        assert audit.told() == {(model.__name__, "insert"): 1, **opened}
        assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "form")})
        row = rows_of(model).order_by("pk").last() if model is not Region else Region(code="421199103299")
        row.refresh_from_db()

        change = CHANGES[at % len(CHANGES)]
        audit = Audit()
        with acting(SYSTEM, via="import"):
            change(row, name, value)
        assert audit.told() == {(model.__name__, "update"): 1}
        assert (audit.discrepancies(), audit.actors()) == ([], {("system", "import")})

        audit = Audit()
        row.refresh_from_db()
        with acting(clerk, via="form"):  # the same again: nothing happens, nothing is told
            row.save()
            for same in CHANGES:
                same(row, name, value)
        assert (audit.told(), audit.discrepancies()) == ({}, [])

        delete = DELETES[at % len(DELETES)]
        audit = Audit()
        with acting(clerk, via="form"):
            delete(row)
        assert audit.told() == {(model.__name__, "delete"): 1, **closed}
        assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "form")})


def test_thousand_rows_are_told_one_by_one(world: Any) -> None:
    audit = Audit()
    with acting(SYSTEM, via="import"):
        upsert(Household, [{"number": f"43{n:08d}"} for n in range(1000)], key=["number"])
        run(
            "UPDATE households_household SET number = number || '-' WHERE number < '4300000500' AND number >= '43'"
        )
        run("DELETE FROM households_household WHERE number >= '4300000900'")
    assert audit.told() == {
        ("Household", "insert"): 1000, ("Household", "update"): 500, ("Household", "delete"): 100,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {("system", "import")})


def test_the_recount_of_people_is_not_told(world: Any) -> None:
    audit = Audit()
    with acting(SYSTEM, via="import"):
        make.MembershipFactory(household_year=world.household_a)
        all_rows(Membership).filter(household_year=world.household_a, relation=Relation.HEAD).delete()
        all_rows(HouseholdYear).filter(pk=world.household_a.pk).update(people=9)
    assert audit.told() == {("Person", "insert"): 1, ("Membership", "insert"): 1, ("Membership", "delete"): 1}
    assert audit.discrepancies() == []


@pytest.mark.parametrize("model", MODELS)
def test_without_its_trigger_the_comparison_fails(world: Any, model: type[models.Model]) -> None:
    """Negative control: a write that no trigger tells is found, and so is an event that nothing wrote."""
    row = FRESH[model](world)
    audit = Audit()
    with pgtrigger.ignore(f"{model._meta.label}:insert_insert"):
        row.save(force_insert=True)
    assert audit.discrepancies() == [f"unlogged: {model.__name__}"]
    audit = Audit()
    name, value = CHANGE[model]
    with pgtrigger.ignore(f"{model._meta.label}:update_update"):
        change_raw(row, name, value)
    assert audit.discrepancies() == [f"unlogged: {model.__name__}"]
    audit = Audit()
    columns = ", ".join(f'"{column}"' for column in tracked_columns(model))
    table, pk = model._meta.db_table, model._meta.pk.column
    run(
        f"INSERT INTO {event_of(model)._meta.db_table} (pgh_obj_id, pgh_label, pgh_created_at, {columns})"
        f" SELECT {pk}, 'update', now(), {columns} FROM {table} WHERE {pk} = %s",
        [row.pk],
    )
    assert audit.discrepancies() == [f"phantom: update {model.__name__}"]


# --- append-only ---------------------------------------------------------------------------


def fill_events(world: Any) -> None:
    """At least one event in every event table."""
    for model in MODELS:
        with acting(SYSTEM, via="import"):
            FRESH[model](world).save(force_insert=True)


def test_events_are_append_only(world: Any) -> None:
    fill_events(world)
    tables = [*(event_of(model) for model in MODELS), apps.get_model("pghistory", "Context")]
    for model in tables:
        table, column = model._meta.db_table, model._meta.pk.column
        before = fetch(f"SELECT * FROM {table} ORDER BY {column}")
        assert before, f"{table} is empty: nothing is tried"
        for statement in (
            f"UPDATE {table} SET {column} = {column}",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            refused = pytest.raises(DatabaseError, match="is not allowed|Cannot update or delete")
            with refused, transaction.atomic():
                run("SET CONSTRAINTS ALL IMMEDIATE")
                run("SET LOCAL fupin.may_truncate = 'off'")
                run(statement)
        assert fetch(f"SELECT * FROM {table} ORDER BY {column}") == before


def test_audited_tables_are_not_truncated(world: Any) -> None:
    """TRUNCATE fires no trigger of the audit: it would be a change that nobody made."""
    for model in audited_models():
        before = Audit()
        with pytest.raises(DatabaseError, match="TRUNCATE of"), transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run("SET LOCAL fupin.may_truncate = 'off'")
            run(f"TRUNCATE {model._meta.db_table} CASCADE")
        assert before.discrepancies() == []
