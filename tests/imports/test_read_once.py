"""What was read of a file for the comparison is what the writing goes by; it counts for that file alone, and goes with it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from fupin.domain.import_runs import drop_import, kept_of
from fupin.domain.imports import IMPORTERS
from fupin.models import ImportRun
from fupin.sheets import process
from fupin.sheets.reading import read_workbook
from tests.imports.support import compared, step

BOOK = IMPORTERS["village"].book
YEAR = 2017


def run_at(url):
    return ImportRun.objects.unscoped("tests").get(pk=int(url.rstrip("/").rpartition("/")[2]))


def kept_files():
    folder = Path(default_storage.path("imports_read"))
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


def test_the_writing_reads_nothing_again(office, reference, tmp_path, readings):
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "first.xlsx"))
    assert (len(readings), len(kept_files())) == (1, 1)
    assert kept_of(run_at(url)).stat().st_mode & 0o777 == 0o600  # full numbers, as in the file itself

    run = step(client, url, "take")

    assert (run.state, len(readings), kept_files()) == (ImportRun.State.DONE, 1, [])


def test_what_is_given_up_leaves_nothing_behind(office, reference, tmp_path):
    url = compared(office.client(), office, reference.save(tmp_path / "first.xlsx"))
    assert kept_files()
    drop_import(run=run_at(url), actor=office.clerk)
    assert kept_files() == []


def told(path: Path, kept: Path | None = None):
    reading = read_workbook(path, BOOK, year=YEAR, kept=kept)
    rows = {
        name: [(row.number, row.values, row.found) for row in rows] for name, rows in reading.rows.items()
    }
    return rows, reading.errors, reading.notes, reading.matched


def test_kept_lines_read_as_the_file_does(reference, tmp_path, readings):
    path, kept = reference.save(tmp_path / "a.xlsx"), tmp_path / "lines"
    plain = told(path)
    assert told(path, kept) == plain == told(path, kept)
    assert len(readings) == 2  # the plain one, and the first that was kept


@pytest.mark.parametrize("damage", ["another file", "half", "flipped", "empty", "another question"])
def test_lines_that_are_not_of_the_very_file_do_not_count(reference, tmp_path, readings, damage):
    path, kept = reference.save(tmp_path / "a.xlsx"), tmp_path / "lines"
    told(path, kept)
    packed = kept.read_bytes()
    if damage == "another file":
        reference["户"]["N4"].value = 321.5
        path = reference.save(tmp_path / "b.xlsx")
    elif damage == "half":
        kept.write_bytes(packed[: len(packed) // 2])
    elif damage == "flipped":
        kept.write_bytes(packed[:-6] + bytes([packed[-6] ^ 1]) + packed[-5:])
    elif damage == "empty":
        kept.write_bytes(b"")
    else:
        first, _, rest = gzip.decompress(packed).partition(b"\n")
        kept.write_bytes(
            gzip.compress(first.replace(b'"else_all": false', b'"else_all": true') + b"\n" + rest)
        )
    assert told(path, kept) == told(path)
    assert len(readings) == 3
    told(path, kept)
    assert len(readings) == 3  # and are kept anew
