"""Every write is told by the audit with its actor, and nothing is told that did not happen."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, models, transaction
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.audit import acting
from fupin.domain.bulk import upsert
from fupin.domain.jobs import run_next_job
from fupin.models import Attachment, ImportRun, Ledger, Region, RegionYear, RoleAssignment, User
from fupin.refusals import Refused
from fupin.words import initials, pinyin
from households.domain.registration import save_households, save_members
from households.enums import PovertyCategory, PovertyStatus, Relation
from households.models import Household, HouseholdYear, Membership, Pairing, Person
from tests import factories as make
from tests.conftest import A
from tests.database.test_year_lock import CHANGE as CHANGE_OF_PLACED
from tests.database.test_year_lock import FRESH as FRESH_PLACED
from tests.database.test_year_lock import all_rows
from tests.database.tools import Audit, audited_models, event_of, fetch, insert_sql, run, tracked_columns
from tests.database.workbooks import import_book, small_rows, write_book

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
    Region: lambda world: Region(code="421199103299", name="新村", level=12, parent=world.township),
    User: lambda world: make.UserFactory.build(),
    RoleAssignment: lambda world: RoleAssignment(
        user=make.user(Role.CLERK, world.a), role=Role.TEAM, region=world.b
    ),
    RegionYear: lambda world: RegionYear(region=world.a, year=2018),
    Attachment: _attachment,
    Household: lambda world: make.HouseholdFactory.build(),
    Person: lambda world: make.PersonFactory.build(),
    Pairing: lambda world: Pairing(
        region=world.a, household=world.household_a.household, helper=make.user(Role.HELPER, world.a),
        starts_on=date(2017, 1, 1),
    ),
}  # fmt: skip
CHANGE: dict[type[models.Model], tuple[str, Any]] = {
    **CHANGE_OF_PLACED,
    Region: ("name", "改村"),
    User: ("unit", "改"),
    RoleAssignment: ("expires_on", date(2030, 1, 1)),
    RegionYear: ("state", "closed"),
    Attachment: ("name", "y.png"),
    Household: ("number", "4299999999"),
    Person: ("name", "改"),
    Pairing: ("ends_on", date(2018, 1, 1)),
}
MODELS = sorted(FRESH, key=lambda model: model.__name__)


def rows_of(model: type[models.Model]) -> Any:
    return model.objects.all() if model in (User, RoleAssignment) else all_rows(model)


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


#: What the database writes by itself when a row arrives: the ledger's state.
OPENS = {HouseholdYear, apps.get_model("households", "VillageYear")}


@pytest.mark.parametrize("model", MODELS)
def test_inserts_changes_and_deletes_are_told_once_each(world: Any, model: type[models.Model]) -> None:
    name, value = CHANGE[model]
    clerk = make.user(Role.CLERK, world.a)
    for at, insert in enumerate(INSERTS):
        row = FRESH[model](world)
        audit = Audit()
        with acting(clerk, via="form"):
            insert(row)
        opened = {("Ledger", "insert"): 1} if model in OPENS and at == 0 else {}
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
        assert audit.told() == {(model.__name__, "delete"): 1}
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


# --- the ways of the portal --------------------------------------------------------------------------------


def test_posts_are_told_with_the_user(
    world: Any, personas: dict[str, Any], client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path},
        },
    }  # fmt: skip
    place = {"region": A, "year": YEAR}
    clerk, township, admin = personas["clerk_a"], personas["township"], personas["administrator"]
    county = personas["county"]
    village = all_rows(apps.get_model("households", "VillageYear")).get(region=world.a)
    member = all_rows(Membership).filter(household_year=world.household_a).first()
    home = world.household_a
    for person in all_rows(Person):  # what the forms write; the factories invent their own
        person.pinyin, person.initials = pinyin(person.name), initials(person.name)
        person.save()
    all_rows(Ledger).filter(region=world.a, kind="profile").delete()
    in_county = {"region": world.county.code, "year": YEAR}
    png = SimpleUploadedFile("图.png", b"\x89PNG\r\n\x1a\n0", content_type="image/png")

    def url(route: str, **more: Any) -> str:
        return reverse(route, kwargs={**place, **more})

    household = {"category": "01", "status": "04", "registered_on": "2014-05-01"}
    exited = {**household, "status": "05", "exit_year": YEAR}
    own = {
        "old_password": make.PASSWORD, "new_password1": "korrekt pferd batterie",
        "new_password2": "korrekt pferd batterie",
    }  # fmt: skip
    posts: list[tuple[User, str, dict[str, Any], dict[tuple[str, str], int]]] = [
        (clerk, url("villages_edit", key=village.pk), {"groups": 8}, {
            ("VillageYear", "update"): 1, ("Ledger", "insert"): 1}),
        (clerk, url("villages_edit", key=village.pk), {"groups": 8}, {}),
        (clerk, url("households_edit", key=home.household_id), {**household, "remark": "改"}, {
            ("HouseholdYear", "update"): 1}),
        (clerk, url("households_edit", key=home.household_id), exited, {
            ("HouseholdYear", "update"): 1, ("Act", "insert"): 1}),
        (clerk, url("households_edit", key=home.household_id), exited, {}),
        (clerk, url("members_edit", key=member.pk), {"relation": "01", "remark": "改"}, {
            ("Membership", "update"): 1}),
        (clerk, url("members_edit", key=member.pk), {"relation": "01", "remark": "改"}, {}),
        (clerk, url("households_attach", key=home.household_id), {"file": png}, {
            ("Attachment", "insert"): 1, ("Attachment", "update"): 1}),
        (township, url("pairings_create"), {
            "household": home.household_id, "helper": personas["helper"].pk, "starts_on": "2017-05-01"}, {
            ("Pairing", "insert"): 1}),
        (county, reverse("years", kwargs={**in_county, "year": 2018}), {"what": "open"}, {
            ("RegionYear", "insert"): 3}),
        (county, reverse("years", kwargs={**in_county, "year": 2018}), {"what": "open"}, {}),
        (county, reverse("years", kwargs=in_county), {"what": "close", "sure": "1"}, {
            ("RegionYear", "update"): 3}),
        (county, reverse("years", kwargs=in_county), {"what": "reopen"}, {("RegionYear", "update"): 3}),
        (admin, reverse("regions"), {"code": "421199103288", "name": "新村"}, {("Region", "insert"): 1}),
        (admin, reverse("user_create"), {"username": "new", "name": "新人", "is_active": "on"}, {
            ("User", "insert"): 1}),
        (admin, reverse("user", kwargs={"key": clerk.pk}), {
            "what": "role", "role": "team", "region": world.b.code}, {("RoleAssignment", "insert"): 1}),
        (clerk, reverse("password_change"), own, {}),
    ]  # fmt: skip
    for user, where, values, told in posts:
        audit = Audit()
        response = client_of(user).post(where, values)
        assert (response.status_code, audit.told()) == (302, told), where
        assert audit.discrepancies() == []
        metadata = [event.pgh_context.metadata for event in audit.events()]
        assert metadata == [{"user": user.pk, "via": "form", "path": where}] * len(metadata)


def test_logging_in_is_no_change_of_the_register(world: Any, client: Any) -> None:
    make.user(Role.CLERK, world.a, username="clerk")
    audit = Audit()
    response = client.post(reverse("login"), {"username": "clerk", "password": make.PASSWORD})
    assert (response.status_code, audit.told(), audit.discrepancies()) == (302, {}, [])


def test_an_import_is_told_and_the_same_file_again_is_not(world: Any, tmp_path: Path) -> None:
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows(), groups=7)
    clerk = make.user(Role.CLERK, world.a)
    audit = Audit()
    assert import_book(path, world.a, clerk).state == ImportRun.State.DONE
    assert audit.told() == {
        ("VillageYear", "update"): 1, ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1,
        ("Act", "insert"): 1, ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "import")})
    assert len({event.pgh_context_id for event in audit.events()}) == 1
    audit = Audit()
    assert import_book(path, world.a, clerk).state == ImportRun.State.UNCHANGED
    assert (audit.told(), audit.discrepancies()) == ({}, [])
    audit = Audit()
    write_book(path, world.a, *small_rows(), groups=8)
    assert import_book(path, world.a, SYSTEM, dry_run=True).state == ImportRun.State.DONE
    assert (audit.told(), audit.discrepancies()) == ({}, [])
    assert import_book(path, world.a, SYSTEM).state == ImportRun.State.DONE
    assert (audit.told(), audit.actors()) == ({("VillageYear", "update"): 1}, {("system", "import")})


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_import_is_told_with_its_user(
    world: Any, client_of: Any, settings: Any, tmp_path: Path
) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "f"},
        },
    }  # fmt: skip
    clerk = make.user(Role.CLERK, world.a)
    path = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows())
    audit = Audit()
    upload = SimpleUploadedFile(path.name, path.read_bytes())
    place = {"region": A, "year": YEAR}
    response = client_of(clerk).post(reverse("import", kwargs=place), {"kind": "village", "file": upload})
    assert (response.status_code, audit.told()) == (302, {})
    run_next_job()
    assert audit.told() == {
        ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1, ("Act", "insert"): 1,
        ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "import")})


def test_domain_functions_are_told_with_their_actor(world: Any) -> None:
    clerk = make.user(Role.CLERK, world.a)
    households, members = small_rows()
    place = {"region": world.a, "year": YEAR, "actor": clerk}
    audit = Audit()
    save_households(rows=households, **place)
    save_members(rows=members, **place)
    assert audit.told() == {
        ("Household", "insert"): 1, ("HouseholdYear", "insert"): 1, ("Act", "insert"): 1,
        ("Person", "insert"): 2, ("Membership", "insert"): 2,
    }  # fmt: skip
    assert (audit.discrepancies(), audit.actors()) == ([], {(clerk.pk, "form")})
    audit = Audit()
    save_households(rows=households, **place)
    save_members(rows=members, **place)
    with pytest.raises(Refused):
        save_households(rows=households, region=world.b, year=YEAR, actor=SYSTEM)
    assert (audit.told(), audit.discrepancies()) == ({}, [])


# --- the actor ---------------------------------------------------------------------------------------------


def name_household(number: str) -> None:
    make.HouseholdFactory(number=number)


def actors_by_number() -> dict[str, Any]:
    events = event_of(Household).objects.filter(number__startswith="W").select_related("pgh_context")
    return {e.number: e.pgh_context.metadata["user"] if e.pgh_context else None for e in events}


@pytest.mark.parametrize("whole", [pytest.param(True, id="one transaction"), pytest.param(False, id="many")])
@pytest.mark.django_db(transaction=True)
def test_each_actor_gets_their_own_name(whole: bool) -> None:
    """Also within one transaction: the database keeps the name to its end, unless it is told to forget it."""
    one, two = make.UserFactory(), make.UserFactory()

    def write() -> None:
        name_household("W-before")
        with acting(one, via="form"):
            name_household("W-one")
        name_household("W-between")
        with acting(two, via="import"):
            name_household("W-two")
            with acting(SYSTEM, via="years"):
                name_household("W-inner")
            name_household("W-two-again")
            with acting(two, via="form"):
                name_household("W-two-inside")
        with pytest.raises(Refused), acting(one, via="form"):
            name_household("W-one-refused")
            raise Refused
        name_household("W-after")

    if whole:
        with transaction.atomic():
            write()
    else:
        write()
    assert actors_by_number() == {
        "W-before": None, "W-one": one.pk, "W-between": None, "W-two": two.pk, "W-inner": "system",
        "W-two-again": two.pk, "W-two-inside": two.pk, "W-one-refused": one.pk, "W-after": None,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_a_failed_write_leaves_its_actor_to_nobody() -> None:
    one = make.UserFactory()
    name_household("W-there")
    with transaction.atomic():
        with pytest.raises(DatabaseError), transaction.atomic(), acting(one, via="form"):
            name_household("W-there")
        name_household("W-after")
    with pytest.raises(DatabaseError), acting(one, via="form"), transaction.atomic():
        name_household("W-there")
    name_household("W-last")
    assert actors_by_number() == {"W-there": None, "W-after": None, "W-last": None}


def test_copy_into_a_table_tells_the_actor_of_the_transaction_only(db: None) -> None:
    """A plain COPY names nobody by itself; which is why bulk.upsert goes through a temporary table."""
    import io

    one = make.UserFactory()
    with acting(one, via="form"), connection.cursor() as cursor:
        name_household("W-one")
    with connection.cursor() as cursor:
        cursor.copy_expert("COPY households_household (number) FROM STDIN", io.StringIO("W-copy\n"))
    assert actors_by_number() == {"W-one": one.pk, "W-copy": None}


# --- append-only, and no secrets ---------------------------------------------------------------------------


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


def test_no_secret_is_in_the_audit(world: Any, personas: dict[str, Any], client_of: Any) -> None:
    clerk = personas["clerk_a"]
    client_of(personas["administrator"]).post(
        reverse("user_create"), {"username": "new", "name": "新人", "is_active": "on"}
    )
    client_of(clerk).post(
        reverse("password_change"),
        {
            "old_password": make.PASSWORD, "new_password1": "korrekt pferd batterie",
            "new_password2": "korrekt pferd batterie",
        },
    )  # fmt: skip
    client_of(personas["administrator"]).post(reverse("user", kwargs={"key": clerk.pk}), {"what": "password"})
    clerk.refresh_from_db()
    hashes = list(User.objects.values_list("password", flat=True))
    assert clerk.must_change_password and clerk.password in hashes
    columns = {f.column for f in event_of(User)._meta.concrete_fields if not f.name.startswith("pgh_")}
    assert columns == {"id", "username", "name", "unit", "is_active", "must_change_password"}
    told = str(fetch("SELECT * FROM fupin_userevent")) + str(fetch("SELECT * FROM pghistory_context"))
    assert "新人" in told
    assert [secret for secret in (*hashes, make.PASSWORD, "korrekt pferd batterie") if secret in told] == []


def test_status_and_category_of_the_fixtures_are_codes() -> None:
    """The posts above name codes by hand; this says that they are the ones meant."""
    assert (PovertyCategory.GENERAL, PovertyStatus.NOT_EXITED, PovertyStatus.EXITED_THIS_YEAR) == (
        "01", "04", "05",
    )  # fmt: skip
