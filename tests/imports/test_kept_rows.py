"""What the comparison has tried is written as it was: without reading, checking and matching again, and to the same rows."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction

from fupin.domain import import_jobs, kept_rows
from fupin.domain.import_runs import drop_import, kept_of, path_of
from fupin.models import ImportRun
from fupin.queries.differences import audited_models
from fupin.queries.history import event_model_of
from fupin.sheets import process
from households.models import Household
from tests.imports.support import compared, step

State = ImportRun.State


def run_at(url):
    return ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))


def kept_files():
    folder = Path(default_storage.path("imports_tried"))
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


@pytest.fixture
def readings(monkeypatch):
    """The readings that take a process."""
    made = []
    started = process.output_of

    def counted(*arguments, **options):
        made.append(arguments[0])
        return started(*arguments, **options)

    monkeypatch.setattr(process, "output_of", counted)
    return made


def everything():
    """What all audited tables say, but for ids and moments, which no two writings have in common."""
    told = {}
    for model in audited_models():
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if not field.primary_key and not (field.is_relation and field.related_model in audited_models())
            and field.get_internal_type() != "DateTimeField"
        ]  # fmt: skip
        rows = model._base_manager.values_list(*names)
        events = event_model_of(model)._base_manager.filter(pgh_context__isnull=False)
        told[model._meta.label] = sorted(map(str, rows)), events.values("pgh_obj_id").distinct().count()
    return told


def test_the_writing_reads_nothing_again(office, reference, tmp_path, readings):
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "first.xlsx"))
    assert (len(readings), len(kept_files())) == (1, 1)
    assert kept_of(run_at(url)).stat().st_mode & 0o777 == 0o600  # full numbers, as in the file itself

    run = step(client, url, "take")

    assert (run.state, len(readings), kept_files()) == (State.DONE, 1, [])


def test_the_rows_are_those_of_the_whole_way(office, whole, tmp_path, readings):
    """All sheets, new at first and changed then; each once as it was tried, and once worked out anew."""
    client = office.client("township")
    first = whole.save(tmp_path / "first.xlsx")
    whole["户"]["P4"].value, whole["人"]["K4"].value, whole["措施与资金"]["J4"].value = (
        12.5,
        "普通劳动力",
        2671,
    )
    for path in (first, whole.save(tmp_path / "second.xlsx")):
        url = compared(client, office, path)
        stored, kept = path_of(run_at(url)), kept_of(run_at(url))
        upload, tried = stored.read_bytes(), kept.read_bytes()
        found = []
        with transaction.atomic():
            kept.unlink()
            assert step(client, url, "take").state == State.DONE
            found.append(everything())
            transaction.set_rollback(True)
        stored.write_bytes(upload)
        kept.write_bytes(tried)
        before = len(readings)
        assert step(client, url, "take").state == State.DONE
        assert len(readings) == before
        found.append(everything())
        assert found[0] == found[1]
        assert sum(len(rows) for rows, _ in found[0].values()) > 1_000
    assert run_at(compared(client, office, path)).state == State.UNCHANGED


def test_what_is_given_up_leaves_nothing_behind(office, reference, tmp_path):
    url = compared(office.client(), office, reference.save(tmp_path / "first.xlsx"))
    assert kept_files()
    drop_import(run=run_at(url), actor=office.clerk)
    assert kept_files() == []


@pytest.mark.parametrize("damage", ["half", "flipped", "empty", "gone", "of somebody else"])
def test_what_is_not_whole_is_worked_out_anew(office, reference, tmp_path, readings, damage):
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    kept = kept_of(run_at(url))
    packed = kept.read_bytes()
    if damage == "half":
        kept.write_bytes(packed[: len(packed) // 2])
    elif damage == "flipped":
        at = len(packed) // 3
        kept.write_bytes(packed[:at] + bytes([packed[at] ^ 1]) + packed[at + 1 :])
    elif damage == "empty":
        kept.write_bytes(b"")
    elif damage == "gone":
        kept.unlink()
    else:
        client = office.client("township")
    run = step(client, url, "take")
    assert (run.state, len(readings)) == (State.DONE, 2)


def test_a_full_disk_costs_the_rows_and_not_the_comparison(
    office, reference, tmp_path, readings, monkeypatch
):
    client, opened = office.client(), os.open
    met = []

    def full(path, flags, *arguments, **options):
        if "imports_tried" in str(path):
            met.append(path)
            return opened("/dev/full", os.O_WRONLY)
        return opened(path, flags, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(kept_rows.os, "open", full)
        url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    assert (run_at(url).state, kept_files()) == (State.READY, [])
    assert len(met) == 1
    assert (step(client, url, "take").state, len(readings)) == (State.DONE, 2)


def test_somebody_who_was_quicker_wins(office, reference, tmp_path, monkeypatch):
    """Even where it was not seen in time: the key is taken, nothing of the trial is written, and all is worked out anew."""
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    Household.objects.create(number=reference["户"]["A4"].value)
    households = Household.objects.unscoped("tests")
    there = households.count()
    with monkeypatch.context() as patch:
        patch.setattr(import_jobs, "nothing_since", lambda *_, **__: True)
        assert not import_jobs._write_kept(run_at(url), office.clerk)
    assert households.count() == there
    assert step(client, url, "take").state == State.DONE
    assert households.filter(number=reference["户"]["A4"].value).count() == 1
