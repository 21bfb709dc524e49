"""What was sealed stays, byte for byte; what has become of it since is told beside it, with the rows that make the difference."""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, models, transaction
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.models import ExportLog, Ledger
from households.models import HouseholdYear
from reports.figures.declare import Figure
from reports.figures.measure import measure
from reports.interfaces.files import FORMATS
from reports.interfaces.sealing import verify
from reports.models import Report, Seal, SealedFile, YearFigures
from reports.queries.kept import from_records, kept, measured
from reports.queries.since import Differing, differences
from reports.queries.summary import KINDS
from tests import factories as make
from tests.conftest import standing
from tests.database.tools import dump, run
from tests.long import lasting
from tests.reports import folded
from tests.reports.support import region
from tests.reports.test_report_life import begun

YEAR = make.YEAR
A, B = folded.VILLAGES[:2]
ACTS = lasting(60)


@pytest.fixture(scope="module")
def furnished(django_db_setup: None, django_db_blocker: Any) -> Any:
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            folded.furnish()
        yield


@pytest.fixture
def village(furnished: None, db: None) -> Any:
    return region(A)


def sealed(place: Any) -> tuple[Report, Seal]:
    report = begun(place, Report.State.SEALED)
    return report, Seal.objects.unscoped("tests").get(report=report)


def at(report: Report, **more: Any) -> dict[str, Any]:
    return {"region": report.region_id, "year": YEAR, "key": report.pk, **more}


def test_the_seal_has_every_figure_and_every_file(village: Any, client_of: Any) -> None:
    report, seal = sealed(village)
    content = json.loads(seal.content)
    figures = {each.key: each for each in from_records(content["figures"])}
    live = measured(KINDS["village"], report.window)
    assert figures.keys() == live.keys() and len(figures) > 200
    assert {key: (result.rows, result.covered, result.villages) for key, (_, result) in live.items()} == {
        key: (each.rows, each.covered, each.villages) for key, each in figures.items()
    }
    assert figures["poor.households"].value == "2" and figures["poor.households"].said == "2户"
    files = {file.format: bytes(file.content) for file in seal.files.unscoped("tests")}
    assert set(files) == set(FORMATS)
    assert {code: hashlib.sha256(data).hexdigest() for code, data in files.items()} == content["files"]
    assert hashlib.sha256(seal.content.encode()).hexdigest() == seal.digest
    county = make.user(Role.COUNTY, region(folded.COUNTY))
    client = client_of(county)
    for code, data in files.items():
        assert client.get(reverse("report_file", kwargs=at(report, format=code))).content == data
    page = client.get(reverse("report", kwargs=at(report)) + "?verify=1").content.decode()
    assert "已封存" in page and seal.digest in page and "✓ 摘要相符。" in page
    assert ExportLog.objects.unscoped("tests").get(user=county).digest == content["files"]["xlsx"]
    # The summary's own page and its downloads lead to what was sealed, unless the numbers of now are asked for.
    summary = reverse("summary", kwargs={"region": A, "year": YEAR, "kind": "village"})
    assert client.get(summary).url == reverse("report", kwargs=at(report))
    assert client.get(f"{summary}?format=docx").url == reverse(
        "report_file", kwargs=at(report, format="docx")
    )
    assert "只供核对" in client.get(f"{summary}?live=1").content.decode()


def test_the_workbook_is_for_those_who_may_export(village: Any, client_of: Any) -> None:
    report, _ = sealed(village)
    leader = client_of(make.user(Role.LEADER, region(folded.COUNTY)))
    asked = {
        code: leader.get(reverse("report_file", kwargs=at(report, format=code))).status_code
        for code in FORMATS
    }
    assert asked == dict.fromkeys(FORMATS, 200) | {"xlsx": 403}


WRITES = (
    "UPDATE {table} SET id = id",
    "DELETE FROM {table}",
)


@pytest.mark.parametrize("model", [Report, Seal, SealedFile, YearFigures])
def test_raw_sql_changes_nothing_that_is_kept(village: Any, model: type[models.Model]) -> None:
    """With a negative control: without the trigger it does."""
    sealed(village)
    YearFigures.objects.create(region=village, year=YEAR, content="{}", digest="x")
    before, table = dump(model), model._meta.db_table
    for statement in WRITES:
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            run(statement.format(table=table))
    with pytest.raises(DatabaseError, match="TRUNCATE of"), transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run("SET LOCAL fupin.may_truncate = 'off'")
        run(f"TRUNCATE {table} CASCADE")
    assert dump(model) == before
    with transaction.atomic():
        run("SET CONSTRAINTS ALL IMMEDIATE")
        run(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        assert run(WRITES[0].format(table=table)) == 1 if model is not SealedFile else 5
        transaction.set_rollback(True)


def test_checking_the_digest_finds_what_was_tampered_with(village: Any) -> None:
    _, seal = sealed(village)
    assert verify(seal).wrong == ()
    for sql, wrong in (
        ("UPDATE reports_seal SET content = replace(content, '2户', '3户')", ("封存内容",)),
        ("UPDATE reports_sealedfile SET content = content || 'x' WHERE format = 'docx'", ("Word",)),
        ("DELETE FROM reports_sealedfile WHERE format = 'json'", ("JSON",)),
    ):
        with transaction.atomic():
            run("SET CONSTRAINTS ALL IMMEDIATE")
            run(
                f"ALTER TABLE {'reports_seal' if 'reports_seal ' in sql else 'reports_sealedfile'} DISABLE TRIGGER USER"
            )
            assert run(sql) == 1
            assert verify(Seal.objects.unscoped("tests").get(pk=seal.pk)).wrong == wrong
            transaction.set_rollback(True)


# --- then and now -----------------------------------------------------------------------------------------------------


def since(report: Report, seal: Seal) -> list[Differing]:
    now = measured(KINDS[report.kind], report.window)
    then = from_records(json.loads(seal.content)["figures"])
    return differences(then, now, report.window, seal.events, SYSTEM)


def put_back(before: dict[str, Any], keys: set[tuple[type[models.Model], int]]) -> None:
    """Bring rows back to what they were: what came goes, what went comes back."""
    order = [HouseholdYear, *(model for model, _ in keys if model is not HouseholdYear)]
    for model, pk in sorted(keys, key=lambda key: (order.index(key[0]), key[1])):
        old, table = before[model._meta.label].get(pk), model._meta.db_table
        if old is None:
            run(f"DELETE FROM {table} WHERE id = %s", [pk])
            continue
        generated = {f.column for f in model._meta.concrete_fields if f.generated}
        columns = [column for column in old if column not in generated]
        names = ", ".join(f'"{column}"' for column in columns)
        # A member lies where its household lies, and follows it; the database counts the people of a household.
        fixed = {
            "id",
            "people" if model is HouseholdYear else "id",
            *(("region_id", "year") if "household_year_id" in old else ()),
        }
        excluded = ", ".join(f'"{column}" = EXCLUDED."{column}"' for column in columns if column not in fixed)
        marks = ", ".join(["%s"] * len(columns))
        run(
            f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT (id) DO UPDATE SET {excluded}",
            [old[column] for column in columns],
        )


def test_the_difference_is_made_by_the_rows_that_are_told(village: Any) -> None:
    """After random writes of every kind: put back the rows told of a figure, and it is what it was; put back all others, and
    it is what it is. The sealed files are as they were."""
    county = region(folded.COUNTY)
    seals = [sealed(village), sealed(county)]
    files = dump(Seal, SealedFile, Report)
    placed = [
        model for model in apps.get_models() if model._meta.label.split(".")[0] in ("households", "funds")
    ]
    placed = [model for model in placed if not hasattr(model, "pgh_tracked_model")]
    before = dump(*placed)
    dice = random.Random(20_171_231)
    for _ in range(ACTS):
        folded.write(dice)
    after = dump(*placed)
    assert dump(Seal, SealedFile, Report) == files
    by_label = {model._meta.label: model for model in placed}
    changed = {
        (by_label[label], pk)
        for label in before
        for pk in before[label].keys() | after[label].keys()
        if before[label].get(pk) != after[label].get(pk)
        # What was copied into the next year is in no report of this one.
        and min(row.get("year", 0) for row in (before[label].get(pk), after[label].get(pk)) if row) <= YEAR
    }
    assert len(changed) > ACTS // 6
    tried = 0
    for report, seal in seals:
        found = since(report, seal)
        assert len(found) > 10
        for each in dice.sample(found, min(len(found), lasting(20))):
            rows = {(model, pk) for model, pk in each.rows if model is not Ledger}
            assert rows <= changed, each.label
            if each.figure is None or each.then is None or each.now is None or "#" in each.then.key:
                continue  # a row of a listing, that came or went
            assert rows or each.rows, each.label
            for wanted, keys in ((each.then, rows), (each.now, changed - rows)):
                try:
                    with transaction.atomic():
                        put_back(before, keys)
                        run("SET CONSTRAINTS ALL IMMEDIATE")
                        now = since_one(report, each.figure)
                        transaction.set_rollback(True)
                except IntegrityError:
                    continue  # these rows do not stand without the others
                tried += 1
                stated = (wanted.value, wanted.rows)
                if any(model is Ledger for model, _ in each.rows):  # silence or 0: that is the ledger's
                    now, stated = (now[0] or "0", now[1]), (stated[0] or "0", stated[1])
                assert (each.label, now) == (each.label, stated)
    assert tried > 40


def since_one(report: Report, figure: Figure) -> tuple[str | None, int]:
    """What a figure comes to now."""
    result = measure([figure], report.window)[figure.code]
    (found,) = kept({figure.code: (figure, result)})
    return found.value, found.rows
