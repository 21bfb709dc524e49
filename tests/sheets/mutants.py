"""Mutated files, read and marked in one capped process: `python -m tests.sheets.mutants SEED COUNT < base files`.

Prints what became of them as JSON. The base files come as JSON from name to content in base 64. With `unguarded` as a
third argument what the readers raise is counted instead of turned into a refusal.
"""

import base64
import io
import json
import random
import signal
import sys
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from fupin.sheets.archive import Limits
from fupin.sheets.cells import FileRefused
from fupin.sheets.child import attempt, cap_resources, emit
from fupin.sheets.marker import mark

SECONDS = 30
BRIEF = {
    "errors": [["户", "B4", "不对", "请改"], ["户", "第5行", "不对", "请改"], ["", "", "不对", "请改"]],
    "names": {"户": ["户"]},
    "labels": {"户": ["户编号", "耕地"]},
}
HUGE = [b"1e999", b"99999999999999999999", b"-1", b"NaN", b"1048577", b"", b"\xff", b"&#0;", b"A1:XFD1048576"]
KINDS = [b"s", b"n", b"b", b"e", b"str", b"inlineStr", b"d", b"zz", b""]


def flip(chance: random.Random, content: bytes) -> bytes:
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def cut(chance: random.Random, content: bytes) -> bytes:
    at = chance.randrange(1, len(content))
    return content[:at] if chance.random() < 0.7 else content[:at] + content[at + chance.randint(1, 200) :]


def of_parts(
    change: Callable[[random.Random, dict[str, bytes]], None],
) -> Callable[[random.Random, bytes], bytes]:
    """A mutation of the parts of a package; of any other file a flip."""

    def mutation(chance: random.Random, content: bytes) -> bytes:
        if not content.startswith(b"PK"):
            return flip(chance, content)
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        change(chance, parts)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        return target.getvalue()

    return mutation


def swap(chance: random.Random, parts: dict[str, bytes]) -> None:
    one, other = chance.sample(sorted(parts), 2)
    parts[one], parts[other] = parts[other], parts[one]


def drop(chance: random.Random, parts: dict[str, bytes]) -> None:
    del parts[chance.choice(sorted(parts))]


def inside(chance: random.Random, parts: dict[str, bytes]) -> None:
    name = chance.choice(sorted(parts))
    parts[name] = flip(chance, parts[name]) if parts[name] else b"?"


def attribute(chance: random.Random, parts: dict[str, bytes]) -> None:
    """Give some attributes another value."""
    name = chance.choice(sorted(parts))
    pieces = parts[name].split(b'"')
    for _ in range(chance.randint(1, 4)):
        if len(pieces) > 2:
            pieces[chance.randrange(1, len(pieces), 2)] = chance.choice(HUGE + KINDS)
    parts[name] = b'"'.join(pieces)


def element(chance: random.Random, parts: dict[str, bytes]) -> None:
    """Drop, double or rename a tag."""
    name = chance.choice(sorted(parts))
    pieces = parts[name].split(b"<")
    at = chance.randrange(len(pieces))
    pieces[at : at + 1] = chance.choice([[], [pieces[at]] * 2, [b"x" + pieces[at]]])
    parts[name] = b"<".join(pieces)


def cell(chance: random.Random, parts: dict[str, bytes]) -> None:
    """Give the cells of a sheet other kinds, places and values."""
    for name in [name for name in parts if "worksheets/" in name]:
        text = parts[name].replace(b' t="s"', b' t="' + chance.choice(KINDS) + b'"', chance.randint(1, 9))
        text = text.replace(b"<v>", b"<v>" + chance.choice(HUGE), chance.randint(0, 3))
        parts[name] = text.replace(
            b'r="B4"', b'r="' + chance.choice([b"XFD4", b"A1048576", b"4", b"A0"]) + b'"'
        )


MUTATIONS = [
    flip,
    cut,
    *map(of_parts, (swap, drop, inside, inside, attribute, attribute, element, element, cell)),
]


def mutant(chance: random.Random, bases: list[bytes]) -> bytes:
    return chance.choice(MUTATIONS)(chance, chance.choice(bases))


def _peak_megabytes() -> int:
    """The most memory this process had. Not ru_maxrss, which begins with the peak of whoever started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) // 1024


def main() -> None:
    seed, count, unguarded = sys.argv[1], int(sys.argv[2]), sys.argv[3:] == ["unguarded"]
    bases = [base64.b64decode(text) for text in json.load(sys.stdin).values()]
    limits = Limits(seconds=None)
    cap_resources(limits)
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # a file that takes longer ends the whole process
    chance = random.Random(seed)
    found: Counter[str] = Counter()
    for turn in range(count):
        content = mutant(chance, bases)

        def read(content: bytes = content) -> None:
            emit(io.BytesIO(content), io.StringIO(), limits, None)

        def marked(content: bytes = content) -> None:
            result = mark(io.BytesIO(content), BRIEF, limits)
            emit(result, io.StringIO(), limits, None)

        for name, work in (("read", read), ("marked", marked)):
            signal.alarm(SECONDS)
            if unguarded:
                try:
                    work()
                except FileRefused:
                    continue
                except Exception as error:
                    found[type(error).__name__] += 1
                continue
            refused = attempt(work)
            found[name if refused is None else "refused"] += 1
            if refused is not None and not (refused.reason and refused.remedy):
                found[f"no sentence in turn {turn}"] += 1
    signal.alarm(0)
    found["megabytes"] = _peak_megabytes()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
