"""Reads many files in one capped process, as the reading process reads one.

A start of the reading process costs more than the reading of a small file. Here the same code reads file after file
under the same cap on memory, with an alarm in the place of the cap on time: a file that takes longer ends the process.
"""

import io
import json
import signal
import subprocess
import sys
import warnings
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from fupin.sheets.archive import Limits
from fupin.sheets.cells import FileRefused
from fupin.sheets.child import attempt, cap_resources, emit
from fupin.sheets.layout import Book
from fupin.sheets.process import PROJECT

#: Files read by one process.
TOGETHER = 250
#: The portal's limits; seconds are those of one file, not of the process.
LIMITS = Limits()


def main(folder: Path, wanted: list[str], alone: bool) -> None:
    """Read each file of a folder; write beside it what was told of it, or why it was refused."""
    warnings.simplefilter("ignore")
    cap_resources(Limits(seconds=None))
    for path in sorted(folder.glob("*.in")):
        sink = io.StringIO()
        signal.alarm(LIMITS.seconds or 0)
        with path.open("rb") as source:
            refused = attempt(partial(emit, source, sink, LIMITS, wanted, else_all=alone))
        signal.alarm(0)
        told = json.dumps({"refused": [refused.reason, refused.remedy]}) if refused else sink.getvalue()
        path.with_suffix(".out").write_text(told, encoding="ascii")


class Died(Exception):
    """The process ended at a file: by a crash, by its alarm, or by what nobody may raise."""


def read_all(
    contents: Sequence[bytes], folder: Path, book: Book, before: str = "pass"
) -> Iterator[list[Any] | FileRefused]:
    """Give the lines told of each file, or its refusal; raise Died at a file at which the process ended.

    `before` is done in the process first: a negative control breaks something there.
    """
    wanted = [key for sheet in book.sheets for key in sheet.keys]
    for number in range(0, len(contents), TOGETHER):
        together = contents[number : number + TOGETHER]
        part = folder / str(number)
        part.mkdir()
        for at, content in enumerate(together):
            (part / f"{at:04}.in").write_bytes(content)
        program = f"from {__name__} import *\n{before}\nmain(Path({str(part)!r}), {wanted!r}, {len(book.sheets) == 1})"
        command = [sys.executable, "-c", program]
        ended = subprocess.run(
            command,
            cwd=PROJECT,
            capture_output=True,
            check=False,
            env={"MALLOC_ARENA_MAX": "1", "PYTHONUTF8": "1"},
        )
        for at, _ in enumerate(together):
            out = part / f"{at:04}.out"
            if not out.exists():
                raise Died(f"file {number + at}, status {ended.returncode}: {ended.stderr[-2000:]!r}")
            yield outcome(out.read_text(encoding="ascii"))


def outcome(told: str) -> list[Any] | FileRefused:
    """Turn what was told of a file into its lines, or its refusal."""
    lines = [json.loads(line) for line in told.splitlines()]
    return FileRefused(*lines[0]["refused"]) if "refused" in lines[0] else lines
