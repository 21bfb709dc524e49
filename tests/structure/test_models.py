"""What every model must have: guards, audit, names, messages, a factory; and the checks that speak up."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from factory.django import DjangoModelFactory

from fupin import checks
from fupin.guards import no_truncate, year_guards
from fupin.models import Placed, Region
from fupin.queries.history import event_model_of
from fupin.scope import Scoped, ScopedManager
from tests import factories
from tests.structure.sources import ROOMS

#: Models without an audit, with the reason.
UNAUDITED = {
    "fupin.SentForm": "a record of an event itself; what the form wrote is audited",
    "fupin.Draft": "what is typed and not yet said: whoever types it sees it, and nobody else",
    "fupin.Job": "what the machine does; what a job writes is audited with the user who asked for it",
    "fupin.ImportRun": "a record of an event itself; rows and file are not changed by anybody",
    "fupin.ImportLine": "what an import would change, made by the machine; what it has changed is audited itself",
    "fupin.ColumnMatch": "how files are read; each import's own record says how its columns were",
    "fupin.YearMove": "a journal itself, of who did what when; the database refuses to change or delete a line",
    "fupin.ExportLog": "a record of an event itself, which the database lets nobody change",
    "fupin.Reveal": "a record of an event itself, which the database lets nobody change",
    "funds.FundSum": "added up by the database from rows that are audited",
    "reports.ReportMove": "a journal itself, of who did what when; the database refuses to change or delete a line",
    "reports.Seal": "a record of an event itself, which the database lets nobody change",
    "reports.SealedFile": "a record of an event itself, which the database lets nobody change",
    "reports.YearFigures": "a record of an event itself, which the database lets nobody change",
    "reports.VillageFigure": "measured from rows that are audited, and measured anew when these are written",
    "reports.VillageFold": "which of these figures hold: the machine's own",
    "reports.VillageMark": "a log that the database adds to itself, and that is taken out when it has been read",
}
#: Models without a factory, with the reason.
WITHOUT_FACTORY = {
    "fupin.SentForm": "claim_form() is the one way in",
    "fupin.Draft": "keep_draft() is the one way in",
    "fupin.Region": "factories.region() makes it with the regions above",
    "fupin.RegionYear": "factories.village() opens it",
    "fupin.RoleAssignment": "factories.user() makes it with the user",
    "fupin.Ledger": "the database makes it when the first row arrives",
    "fupin.Attachment": "attach_file() is the one way a file gets in",
    "fupin.Job": "queue_job() is the one way in",
    "fupin.ImportRun": "start_import() is the one way in",
    "fupin.ImportLine": "made when a file is compared",
    "fupin.ColumnMatch": "match_columns() is the one way in",
    "fupin.YearMove": "move_years() is the one way in",
    "fupin.ExportLog": "record_export() is the one way in",
    "fupin.Reveal": "record_reveal() is the one way in",
    "funds.FundSum": "the database makes it when money is written",
    "fupin.SavedView": "save_view() is the one way in",
    "households.Act": "written by the domain with the row it explains",
    "households.Pairing": "four plain columns, made where a test is about them",
    "reports.NarrativeTemplate": "save_wording() is the one way in",
    "reports.Report": "begin_report() is the one way in",
    "reports.ReportMove": "begin_report() and move_report() are the one way in",
    "reports.Reopening": "ask_to_reopen() is the one way in",
    "reports.Seal": "seal_report() is the one way in",
    "reports.SealedFile": "seal_report() is the one way in",
    "reports.YearFigures": "keep_year_figures() is the one way in",
    "reports.VillageFigure": "fold_some() is the one way in",
    "reports.VillageFold": "fold_some() is the one way in",
    "reports.VillageMark": "the database makes it when rows are written",
}


def own() -> list[type[models.Model]]:
    """The product's models, audit tables apart."""
    return [
        model for model in apps.get_models()
        if model._meta.app_label in ROOMS and not hasattr(model, "pgh_tracked_model")
    ]  # fmt: skip


def chinese(text: Any) -> bool:
    """Whether a text is Chinese."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in str(text))


def triggers_of(model: type[models.Model]) -> dict[str, str]:
    """Names and definitions of the triggers that the database has on a model's table."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger"
            " WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled = 'O'",
            [model._meta.db_table],
        )
        return dict(cursor.fetchall())


def short(name: str) -> str:
    """A trigger's declared name: pgtrigger puts a prefix and a hash around it."""
    return name.removeprefix("pgtrigger_").rpartition("_")[0]


PLACED = [model for model in own() if issubclass(model, Placed)]
ids = {"ids": lambda model: model.__name__}


@pytest.mark.django_db
@pytest.mark.parametrize("model", PLACED, **ids)
def test_year_rows_are_guarded_in_the_database(model: type[models.Model]) -> None:
    found = {short(name): text for name, text in triggers_of(model).items()}
    for trigger in (*year_guards(), no_truncate()):
        assert trigger.name in found, f"Meta of {model.__name__} does not take over Placed.Meta.triggers"
        assert "FOR EACH STATEMENT" in found[trigger.name]


@pytest.mark.django_db
@pytest.mark.parametrize("model", PLACED, **ids)
def test_year_rows_have_an_index_by_place(model: type[models.Model]) -> None:
    """One index begins with (region, year); the region alone has none beside it."""
    with connection.cursor() as cursor:
        indexes = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
    leading = [index["columns"] for index in indexes if index["index"] or index["unique"]]
    assert any(columns[:2] == ["region_id", "year"] for columns in leading)
    assert ["region_id"] not in leading


AUDITED = [model for model in own() if model._meta.label not in UNAUDITED]


@pytest.mark.django_db
@pytest.mark.parametrize("model", AUDITED, **ids)
def test_models_are_audited_append_only(model: type[models.Model]) -> None:
    events = event_model_of(model)
    assert events._meta.db_table in connection.introspection.table_names()
    written = {short(name): text for name, text in triggers_of(model).items()}
    for name in ("insert_insert", "update_update", "delete_delete"):
        assert "FOR EACH STATEMENT" in written[name], "one event for each row would make sets slow"
    kept = {short(name) for name in triggers_of(events)}
    assert {"append_only", "no_truncate"} <= kept


@pytest.mark.django_db
def test_an_audit_table_takes_nothing_back() -> None:
    factories.region("421199000000", "云岭县")
    table = event_model_of(Region)._meta.db_table
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET name = 'x'"):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            connection.cursor().execute(statement)
    with transaction.atomic():
        connection.cursor().execute("SET LOCAL fupin.may_truncate = 'off'")
        with pytest.raises(DatabaseError, match="TRUNCATE of .* is not allowed"), transaction.atomic():
            connection.cursor().execute(f"TRUNCATE {table}")
    assert event_model_of(Region)._base_manager.count() == 1


def test_exemptions_from_the_audit_are_not_stale() -> None:
    tracked = {
        model.pgh_tracked_model._meta.label
        for model in apps.get_models()
        if hasattr(model, "pgh_tracked_model")
    }
    assert set(UNAUDITED) & tracked == set()
    assert set(UNAUDITED) <= {model._meta.label for model in own()}


@pytest.mark.parametrize("model", AUDITED, **ids)
def test_the_audit_leaves_out_only_what_is_derived_or_secret(model: type[models.Model]) -> None:
    kept = {field.attname for field in event_model_of(model)._meta.concrete_fields}
    missing = {field.attname for field in model._meta.concrete_fields} - kept
    allowed = {
        "Region": {"prefix"},
        "User": {"password", "last_login"},
        "HouseholdYear": {"people"},
        "Person": {"name_pieces"},
        "BlankForm": {"told"},
    }
    assert missing == allowed.get(model.__name__, set())


# --- names and messages -------------------------------------------------------------------------------------------


#: Columns that no page names.
UNNAMED = {"id", "content_type", "object_id", "sha256", "id_number_key", "id_number_tail", "prefix", "kind", "arguments",
           "job", "password", "last_login"}  # fmt: skip


@pytest.mark.parametrize("model", own(), **ids)
def test_models_and_their_columns_are_named_in_chinese(model: type[models.Model]) -> None:
    meta = model._meta
    assert chinese(meta.verbose_name) and meta.verbose_name == meta.verbose_name_plural
    silent = [f.name for f in meta.local_fields if not chinese(f.verbose_name) and f.name not in UNNAMED]
    assert silent == []


@pytest.mark.parametrize("model", own(), **ids)
def test_constraints_say_in_chinese_what_is_wrong(model: type[models.Model]) -> None:
    wrong = [
        constraint.name for constraint in model._meta.constraints
        if not chinese(constraint.violation_error_message) or not str(constraint.violation_error_message).endswith("。")
    ]  # fmt: skip
    assert wrong == []
    unique = [f for f in model._meta.local_fields if f.unique and not f.primary_key and not f.is_relation]
    assert [f.name for f in unique if not chinese(f.error_messages["unique"])] == []


def test_names_of_constraints_are_told_apart() -> None:
    """explain() finds the sentence by the name alone."""
    names = [constraint.name for model in own() for constraint in model._meta.constraints]
    assert len(names) == len(set(names))
    assert len(names) > 20


@pytest.mark.parametrize("model", own(), **ids)
def test_choices_are_labelled_in_chinese(model: type[models.Model]) -> None:
    wrong = [
        f"{field.name}: {value}" for field in model._meta.local_fields
        for value, label in getattr(field, "flatchoices", ()) if value not in (None, "") and not chinese(label)
    ]  # fmt: skip
    assert wrong == []


# --- factories ----------------------------------------------------------------------------------------------------


def made() -> set[str]:
    """Labels of the models that have a factory."""
    return {
        thing._meta.model._meta.label for thing in vars(factories).values()
        if isinstance(thing, type) and issubclass(thing, DjangoModelFactory) and thing is not DjangoModelFactory
    }  # fmt: skip


def test_every_model_has_a_factory() -> None:
    labels = {model._meta.label for model in own()}
    assert labels - made() - set(WITHOUT_FACTORY) == set(), "write a factory, or say why not"
    assert set(WITHOUT_FACTORY) & made() == set(), "these have a factory: strike the exemption"
    assert set(WITHOUT_FACTORY) <= labels, "these models are no more"


@pytest.mark.django_db
def test_factories_make_valid_rows(world: Any) -> None:
    """What a factory makes passes the model's own validation, so that tests stand on rows that may exist."""
    checked = 0
    for label in sorted(made()):
        model = apps.get_model(label)
        manager = model._base_manager
        for row in manager.all():
            row.full_clean(exclude=["password"])
            checked += 1
    assert checked > 10


# --- system checks ----------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    call_command("makemigrations", check=True, dry_run=True, stdout=said)
    assert said.getvalue().strip() == "No changes detected"


def test_the_checks_have_nothing_to_say() -> None:
    assert run_checks() == []


def test_psycopg_3_beside_psycopg2_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.driver_is_psycopg2() == []
    monkeypatch.setattr(checks, "find_spec", lambda name: object() if name == "psycopg" else None)
    assert [(found.id, "psycopg" in (found.hint or "")) for found in run_checks()] == [("fupin.E001", True)]


def test_a_model_with_a_place_but_no_scope_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A model as somebody may write it, never entered among the real ones."""
    from django.apps.registry import Apps

    class Loose(models.Model):
        """Rows of a village that everybody sees."""

        region = models.ForeignKey(Region, models.PROTECT, related_name="+")

        class Meta:
            app_label = "households"
            apps = Apps()

    class Guarded(Scoped):
        """The same with a scope."""

        region = models.ForeignKey(Region, models.PROTECT, related_name="+")

        class Meta:
            app_label = "households"
            apps = Apps()

    def found(*more: Any) -> list[tuple[str | None, Any]]:
        monkeypatch.setattr(checks.apps, "get_models", lambda: more)
        return [(error.id, error.obj) for error in checks.rows_are_scoped()]

    assert found(Loose, Guarded) == [("fupin.E002", Loose)]
    monkeypatch.setattr(Loose, "unscoped_because", "a test", raising=False)
    assert found(Loose) == []


@pytest.mark.parametrize("model", [m for m in own() if issubclass(m, Scoped)], **ids)
def test_the_default_manager_refuses(model: type[Scoped]) -> None:
    assert isinstance(model._default_manager, ScopedManager)
    assert [manager.name for manager in model._meta.managers] == ["objects"], (
        "a second manager is a second door"
    )
