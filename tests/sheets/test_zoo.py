"""Every file of the zoo is read, or refused, as it says."""

import io
import os
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from fupin.sheets.cells import FileRefused
from fupin.sheets.reading import read_lines
from tests.long import lasting

from .batch import Died, read_all
from .books import BOOK
from .mutants import mutant
from .zoo import ZOO


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any] | FileRefused]:
    """What the reading process tells of each file; one process for all that are meant for the same book."""
    by_book: dict[str, list[str]] = defaultdict(list)
    for name, beast in ZOO.items():
        by_book[beast.book.kind].append(name)
    found: dict[str, list[Any] | FileRefused] = {}
    for kind, names in by_book.items():
        folder: Path = tmp_path_factory.mktemp(kind)
        contents = [ZOO[name].make() for name in names]
        found |= dict(zip(names, read_all(contents, folder, ZOO[names[0]].book), strict=True))
    return found


@pytest.mark.parametrize("name", ZOO)
def test_a_file_is_read_or_refused_as_it_says(name: str, told: dict[str, list[Any] | FileRefused]) -> None:
    beast, lines = ZOO[name], told[name]
    if isinstance(lines, FileRefused):
        assert lines.reason == beast.refused
        assert lines.remedy
        return
    try:
        reading = read_lines(iter(lines), beast.book, year=2017)
    except FileRefused as refused:
        assert refused.reason == beast.refused
        return
    assert beast.refused == ""
    assert [(error.cell, error.reason) for error in reading.errors] == list(beast.errors)
    assert [row.values for row in reading.rows[beast.book.sheets[0].name]] == list(beast.rows)
    assert reading.notes == list(beast.notes)
    assert reading.hidden == list(beast.hidden)
    assert reading.ignored == ({beast.book.sheets[0].name: list(beast.ignored)} if beast.ignored else {})


def test_the_zoo_is_large() -> None:
    assert len(ZOO) >= 60


def test_the_wrong_dimension_would_mislead_another_reader() -> None:
    """Negative control: openpyxl, which believes the tag, sees one row of five."""
    page = load_workbook(io.BytesIO(ZOO["dimension A1:A1"].make()), read_only=True).active
    assert page is not None and page.max_row == 1


@pytest.mark.parametrize("turn", range(lasting(1)))
def test_damaged_files_of_the_zoo_end_in_rows_or_in_a_sentence(turn: int, tmp_path: Path) -> None:
    """Beyond the reading process: what it tells of such a file becomes rows and errors, never a crash of the portal."""
    chance = random.Random(f"{os.environ.get('FUPIN_FUZZ_SEED', 'zoo')}-{turn}")
    whole = [
        beast.make() for beast in ZOO.values() if beast.book is BOOK and not (beast.large or beast.refused)
    ]
    refused = read = 0
    for at, told in enumerate(read_all([mutant(chance, whole) for _ in range(300)], tmp_path, BOOK)):
        try:
            if isinstance(told, FileRefused):
                raise told
            reading = read_lines(iter(told), BOOK, year=2017)
        except FileRefused as refusal:
            assert refusal.reason and refusal.remedy
            refused += 1
        except Exception as error:
            raise AssertionError(f"file {at} of turn {turn}") from error
        else:
            assert all(error.reason and error.remedy for error in reading.errors)
            read += 1
    # Damage that only ever spoils the file, or never, would find nothing.
    assert min(refused, read) > 30


@pytest.mark.parametrize(
    "before",
    [
        "import fupin.sheets.child as child\ndef kind_of(*_): raise KeyboardInterrupt\nchild.kind_of = kind_of",
        "import fupin.sheets.child as child, os\nchild.kind_of = lambda *_: os.abort()",
        "import fupin.sheets.child as child\nimport tests.sheets.batch as batch\nbatch.LIMITS = Limits(seconds=1)\n"
        "def kind_of(*_):\n    while True: pass\nchild.kind_of = kind_of",
    ],
    ids=["an exception that nobody may raise", "a crash", "no end"],
)
def test_a_process_that_dies_of_a_file_is_noticed(before: str, tmp_path: Path) -> None:
    """Negative control: the test fails where a file is the end of the process."""
    with pytest.raises(Died):
        list(read_all([ZOO[".xls"].make()], tmp_path, BOOK, before))
