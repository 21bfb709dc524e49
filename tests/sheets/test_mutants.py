"""300 mutated files of every format: each ends in rows or in a refusal with its sentence, within the caps."""

import base64
import io
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from fupin.sheets.cells import FileRefused
from fupin.sheets.errors import SheetError
from fupin.sheets.marking import mark_workbook
from fupin.sheets.process import PROJECT
from fupin.sheets.reading import read_workbook
from tests.long import lasting

from .books import BOOK, saved, workbook
from .mutants import mutant
from .test_formats import bytes_of, older, strict, table
from .test_marking import WRONG, decorated

SEED = os.environ.get("FUPIN_FUZZ_SEED", "mutants")
#: In a long run more than 10,000 at the twenty times of `make fuzz`.
TURNS, LONG = 300, 520


@pytest.fixture(scope="module")
def bases(tmp_path_factory) -> dict[str, bytes]:
    folder: Path = tmp_path_factory.mktemp("bases")
    plain = saved(workbook(rows=WRONG), folder / "plain.xlsx")
    target = io.BytesIO()
    mark_workbook(plain, [SheetError("户", "B4", "", "不对", "请改")], target, book=BOOK)
    return {
        "plain": plain.read_bytes(),
        "decorated": decorated(folder / "decorated.xlsx").read_bytes(),
        "strict": strict(saved(workbook(), folder / "strict.xlsx")).read_bytes(),
        "marked": target.getvalue(),
        "xls": bytes_of(older()),
        "xls of 1904": bytes_of(older(hidden=True, base_1904=True)),
        "csv": table().encode("gb18030"),
        "unicode text": table("\t").encode("utf-16"),
    }


def outcomes(bases: dict[str, bytes], count: int, *more: str) -> dict[str, int]:
    told = json.dumps({name: base64.b64encode(content).decode() for name, content in bases.items()})
    command = [sys.executable, "-m", "tests.sheets.mutants", SEED, str(count), *more]
    done = subprocess.run(command, input=told, capture_output=True, text=True, cwd=PROJECT, check=False)
    assert done.returncode == 0, (done.returncode, done.stderr[-500:])
    return json.loads(done.stdout)


def test_a_mutated_file_ends_in_rows_or_in_a_sentence(bases):
    count = TURNS if lasting(1) == 1 else lasting(LONG)
    found = outcomes(bases, count)
    used = found.pop("megabytes")

    assert set(found) <= {"read", "marked", "refused"}
    assert sum(found.values()) == 2 * count
    assert min(found["read"], found["marked"], found["refused"]) > count // 20, "both ends are met"
    assert used < 512


def test_without_the_guard_some_would_crash(bases):
    found = outcomes(bases, 60, "unguarded")
    assert len(set(found) - {"megabytes"}) > 2


def test_the_real_processes_hold_them_too(bases):
    chance = random.Random(SEED)
    for _ in range(10):
        content = mutant(chance, list(bases.values()))
        for work in (
            lambda file: read_workbook(file, BOOK),
            lambda file: mark_workbook(file, [SheetError("户", "B4", "", "不对", "请改")], io.BytesIO()),
        ):
            try:
                work(io.BytesIO(content))
            except FileRefused as refused:
                assert refused.reason and refused.remedy
