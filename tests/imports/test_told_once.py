"""A difference is told once, and a roster planned once, while nothing is written in between; else again."""

from __future__ import annotations

import pytest

from fupin.domain import import_jobs, imports
from fupin.domain.import_runs import kept_of
from fupin.domain.imports import IMPORTERS
from fupin.models import ImportRun
from fupin.queries.standstill import moment
from households.interfaces import rosters
from households.models import Household
from tests.imports.exports import export_of, registered
from tests.imports.support import YEAR, compared, imported, step

State = ImportRun.State


def run_at(url):
    return ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))


@pytest.fixture
def book(office, reference, tmp_path):
    """The reference village's workbook with one area changed; its register is imported."""
    imported(office.client("township"), office, reference.save(tmp_path / "first.xlsx"))
    reference["户"]["N4"].value = 123.5
    return reference.save(tmp_path / "second.xlsx")


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    """Tests on the same server end transactions too: the moment is one in which none has."""

    def quiet():
        return next(then for _ in range(1000) if not (then := moment()).under_way)

    monkeypatch.setattr(imports, "moment", quiet)


@pytest.fixture
def told(monkeypatch):
    """How often a difference was told."""
    calls = []
    real = import_jobs.difference_of
    monkeypatch.setattr(import_jobs, "difference_of", lambda *args: calls.append(args) or real(*args))
    return calls


def test_it_is_told_once_where_nothing_was_written(office, book, told):
    client = office.client()
    url = compared(client, office, book)
    run = step(client, url, "take")
    assert (run.state, len(told)) == (State.DONE, 1)


def test_it_is_told_again_where_anything_was_written(office, book, told):
    client = office.client()
    url = compared(client, office, book)
    Household.objects.create(number="99")
    run = step(client, url, "take")
    assert (run.state, len(told)) == (State.DONE, 2)


def test_it_is_told_again_where_the_columns_are_read_otherwise(office, book, told, monkeypatch):
    client = office.client()
    url = compared(client, office, book)
    kept_of(run_at(url)).unlink()
    real = import_jobs._columns
    monkeypatch.setattr(import_jobs, "_columns", lambda examined: real(examined)[1:])
    run = step(client, url, "take")
    assert (run.state, len(told)) == (State.DONE, 2)


def test_a_roster_is_planned_once_for_check_and_writing(office, book, tmp_path, monkeypatch):
    plans = []
    real = rosters.RosterPlan
    monkeypatch.setattr(rosters, "RosterPlan", lambda *a, **k: plans.append(1) or real(*a, **k))
    rows = registered(YEAR, region=office.village)
    number = rows[0]["household_number"]
    rows = [{**row, "phone": "13800000001"} if row["household_number"] == number else row for row in rows]
    client = office.client()
    url = compared(client, office, export_of(tmp_path / "r.xlsx", rows), kind="roster")
    assert (run_at(url).errors, len(plans)) == ([], 1)
    kept_of(run_at(url)).unlink()
    # Between the check and the writing of what was shown somebody writes: it is planned anew, by what stands then.
    importer = type(IMPORTERS["roster"])
    check = importer.check

    def check_then_change(self, *args, **kwargs):
        found = check(self, *args, **kwargs)
        Household.objects.create(number="99")
        return found

    monkeypatch.setattr(importer, "check", check_then_change)
    run = step(client, url, "take")
    assert (run.state, len(plans)) == (State.DONE, 3)
