"""Importing a workbook: read, check all of it, then write all of it in one transaction, or nothing.

An app registers an Importer per kind of workbook; the worker (import_runs.py) and the command share this way.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Protocol

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written
from fupin.models import ColumnMatch, ImportRun, Region
from fupin.place import Place
from fupin.queries.standstill import Moment, moment, nothing_since
from fupin.refusals import Refused, explain
from fupin.sheets.cells import label_key, sentence
from fupin.sheets.errors import FileRefused, SheetError
from fupin.sheets.header import Numbered, find_header
from fupin.sheets.layout import Book, Sheet
from fupin.sheets.reading import LISTED_ERRORS, Limits, Reading, read_workbook, sheet_heads
from fupin.sheets.template import CODES_SHEET

#: So many rows of a file that may be about somebody who is registered already are listed.
LISTED_DOUBLES = 1_000


@dataclass(frozen=True)
class Absent:
    """A row to be told beside a file's own: of which sheet, who, and where or why; numbers masked.

    `of` are the rows of the register that it is about: model's label and id.
    """

    sheet: str
    who: str
    place: str = ""
    of: tuple[tuple[str, int], ...] = ()


@dataclass
class Checked:
    """What an importer found in a workbook: where it belongs, what is wrong, what the user should know.

    `absent` are rows of the register that the file leaves out, `doubles` rows of the file that may be somebody registered
    already (at most LISTED_DOUBLES). `rows_of` are numbers of rows of the file by what a line of the difference calls
    them, or by its first word: what is known of them puts the difference in the file's order. `along` are the numbers of rows that stand on an error told at another row, by
    sheet. `plan` is what the check made of the rows for the writing, if it is much work; the writing gets it only where nothing
    was written in between.
    """

    region: Region | None = None
    errors: list[SheetError] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    absent: list[Absent] = field(default_factory=list)
    doubles: list[Absent] = field(default_factory=list)
    along: dict[str, set[int]] = field(default_factory=dict)
    rows_of: dict[str, int] = field(default_factory=dict)
    plan: Any = None


class Importer(Protocol):
    """A kind of workbook that can be imported."""

    kind: str
    label: str
    book: Book
    #: The right it takes.
    action: Action

    def onward(self, place: Place) -> tuple[str, str]:
        """Where the user goes on after an import at a place: a button's label and URL."""

    def check(self, reading: Reading, *, region: Region | None, year: int, actor: Actor) -> Checked:
        """Find everything that is wrong, in the file and against the register; writes nothing.

        The rows must lie in the region; without one, anywhere in the actor's reach.
        """

    def write(self, reading: Reading, *, checked: Checked, year: int, actor: Actor) -> Mapping[str, Written]:
        """Write the checked rows, in the region that the check found; counts by sheet. May use reading and plan up."""


#: By kind, in the order in which they are offered.
IMPORTERS: dict[str, Importer] = {}


def register_importer(importer: Importer) -> None:
    """Make a kind of workbook importable."""
    IMPORTERS[importer.kind] = importer


@dataclass(frozen=True)
class Outcome:
    """What came of an import."""

    state: ImportRun.State
    counts: Mapping[str, Written]
    errors: Sequence[SheetError]
    notes: Sequence[str]


def importers_for(actor: Actor, region: Region) -> list[Importer]:
    """The kinds of workbook that the actor may import at a region."""
    return [importer for importer in IMPORTERS.values() if may(actor, importer.action, region.code)]


def recognise(source: Path | IO[bytes], among: Sequence[Importer] | None = None) -> Importer:
    """The importer of a workbook: by the names of its tabs, else by the header of the only sheet that has rows.

    `among` are those to choose from, all without. Raises FileRefused if none fits, if two fit as well as each other, or if the file is unreadable.
    """
    among = list(IMPORTERS.values()) if among is None else among
    most = max((importer.book.rows for importer in among), default=0)
    heads = sheet_heads(source, limits=Limits.of_rows(most))
    if not among:
        raise FileRefused("您没有导入任何表格的权限", "请联系上级调整权限")
    named = max(among, key=lambda importer: _fit(importer, heads))
    if _fit(named, heads)[1]:
        return named
    filled = [rows for rows in heads.values() if rows]
    fits = {importer.kind: _header_fit(importer, filled[0]) for importer in among} if len(filled) == 1 else {}
    best = [kind for kind, fit in fits.items() if fit[0] > 1 and fit == max(fits.values())]
    if len(best) == 1:
        return IMPORTERS[best[0]]
    if best:
        like = "，也像".join(f"“{IMPORTERS[kind].label}”" for kind in best)
        raise FileRefused(f"这张表像{like}", "请选择表格种类（命令行用 --kind）")
    if _fit(named, heads)[0]:
        return named
    if list(heads) == [""]:
        raise FileRefused("CSV 文件没有工作表的名称，认不出是哪种表格", "请选择表格种类（命令行用 --kind）")
    kinds = "；".join(f"{i.label}（{'、'.join(s.name for s in i.book.sheets)}）" for i in among)
    raise FileRefused("没有认出这是哪种表格", f"可导入的有：{kinds}。请下载空白模板填写")


def _fit(importer: Importer, names: Iterable[str]) -> tuple[int, bool]:
    """How many sheets of this kind a workbook has, and whether it has all that the kind must have.

    The number first: a kind for which some of the sheets mean nothing would pass over them in silence.
    """
    there = {label_key(name) for name in names}
    found = [sheet for sheet in importer.book.sheets if sheet.keys & there]
    alone = len(importer.book.sheets) == 1
    wanted = (sheet for sheet in importer.book.sheets if alone or not sheet.optional)
    return len(found), bool(found) and all(sheet in found for sheet in wanted)


def _header_fit(importer: Importer, rows: Sequence[Numbered]) -> tuple[int, bool, int]:
    """How well a sheet's header fits a kind: how many of its columns are there, whether all that must, how few are not.

    Only a kind of one sheet can be told by a header.
    """
    sheets = importer.book.sheets
    header = find_header(sheets[0], rows) if len(sheets) == 1 else None
    if header is None:
        return 0, False, 0
    return len(header.columns), not header.lost, -len(sheets[0].columns)


@dataclass
class Examined:
    """A workbook that was read and checked; `wrong` are the rows with an error, or that stand on one, by sheet."""

    reading: Reading
    checked: Checked
    errors: list[SheetError]
    notes: list[str]
    #: When it was checked: what has been written since may have changed what the check found.
    at: Moment
    wrong: dict[str, int] = field(default_factory=dict)


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave the garbage collector off; also as a decorator.

    A file's rows are millions of objects, none of them in a cycle, and it would walk over all of them again and again:
    a fifth of an import's time.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def examine(
    path: Path,
    *,
    importer: Importer,
    region: Region | None,
    year: int,
    actor: Actor,
) -> Examined:
    """Read and check a workbook. Raises FileRefused for a file that can't be read, Refused without the right."""
    may_import_or_refuse(actor, importer, region)
    matcher = Remembered(importer.kind)
    reading = read_workbook(
        path,
        importer.book,
        year=year,
        limits=Limits.of_rows(importer.book.rows, file_bytes=settings.FUPIN_UPLOAD_BYTES),
        matcher=matcher,
    )
    at = moment()
    checked = importer.check(reading, region=region, year=year, actor=actor)
    errors = _in_order([*reading.errors, *checked.errors], importer.book)
    notes = [*matcher.notes(), *_reading_notes(reading), *checked.notes]
    if more := reading.more_errors + max(0, len(errors) - LISTED_ERRORS):
        notes.insert(0, f"另有{more}处问题没有列出。请先改正已列出的各处，再重新导入。")
    return Examined(reading, checked, errors, notes, at)


def leave_out_wrong(
    examined: Examined, *, importer: Importer, region: Region | None, year: int, actor: Actor
) -> bool:
    """Leave out the rows that are wrong, and those that only stand with them, till nothing is wrong any more.

    Returns whether there is something left to write; what is wrong with a whole sheet can't be left out. The rows'
    errors stay in `examined`, which tells how many rows of each sheet were left out.
    """
    reading, checked = examined.reading, examined.checked
    while True:
        wrong: dict[str, set[int]] = defaultdict(set)
        for name, rows in reading.rows.items():
            wrong[name] |= {row.number for row in rows if row.refused}
        there = {name: {row.number for row in rows} for name, rows in reading.rows.items()}
        for error in (*reading.errors, *checked.errors):
            number = re.search(r"\d+", error.cell)
            # What is wrong with a sheet, its header or the whole file.
            if number is None or int(number[0]) not in there.get(error.sheet, ()):
                return False
            wrong[error.sheet].add(int(number[0]))
        for name, numbers in checked.along.items():
            wrong[name] |= numbers
        left = False
        for name, rows in reading.rows.items():
            kept = [row for row in rows if row.number not in wrong[name]]
            if len(kept) < len(rows):
                examined.wrong[name] = examined.wrong.get(name, 0) + len(rows) - len(kept)
                left = True
            reading.rows[name] = kept
        if not left:
            return any(reading.rows.values())
        reading.errors = []
        examined.at = moment()
        checked = importer.check(reading, region=region, year=year, actor=actor)
        examined.checked = replace(examined.checked, region=checked.region, plan=checked.plan)


def write_examined(
    examined: Examined, *, importer: Importer, year: int, actor: Actor, then: Callable[[Outcome], bool]
) -> Outcome:
    """Write the rows in one transaction, and do `then` in it; where that returns False nothing is written after all."""
    try:
        with acting(actor, via="import"), transaction.atomic():
            checked = examined.checked
            if checked.plan is not None and not nothing_since(examined.at):
                checked.plan = None
            counts = importer.write(examined.reading, checked=checked, year=year, actor=actor)
            touched = any(written.touched for written in counts.values())
            state = ImportRun.State.DONE if touched else ImportRun.State.UNCHANGED
            outcome = Outcome(state, counts, (), examined.notes)
            transaction.set_rollback(not then(outcome))
    except Refused as refused:
        return refused_whole(str(refused), notes=examined.notes)
    except DatabaseError as error:
        sentence = explain(error)
        if sentence is None:
            raise
        return refused_whole(sentence, notes=examined.notes)
    return outcome


@uncollected()
def import_file(
    path: Path, *, importer: Importer, region: Region | None, year: int, actor: Actor, dry_run: bool = False
) -> Outcome:
    """Import a workbook into a region (a village, or one above it that the workbook's own place must lie in).

    Without a region it may lie anywhere in the actor's reach. Nothing is written where anything is wrong, or in
    a dry run. Raises FileRefused for a file that can't be read, Refused without the right.
    """
    examined = examine(path, importer=importer, region=region, year=year, actor=actor)
    if examined.errors:
        return Outcome(ImportRun.State.REFUSED, {}, examined.errors[:LISTED_ERRORS], examined.notes)
    return write_examined(
        examined, importer=importer, year=year, actor=actor, then=lambda _outcome: not dry_run
    )


class Remembered:
    """What the headers of a sheet of this shape were said to mean, by those who matched its columns."""

    def __init__(self, kind: str) -> None:
        matches = ColumnMatch.objects.filter(kind=kind).select_related("actor")
        self._found = {(match.sheet, match.shape): match for match in matches}
        #: Those that a file was read by.
        self.used: list[ColumnMatch] = []

    def __call__(self, sheet: Sheet, keys: frozenset[str]) -> Mapping[str, str]:
        """By header; nothing for a shape that nobody has matched."""
        match = self._found.get((sheet.name, shape_of(keys)))
        if match is None:
            return {}
        self.used.append(match)
        return match.columns

    def notes(self) -> list[str]:
        """A word on each, for it may be somebody else's and wrong."""
        return [
            f"工作表“{match.sheet}”的列，按{match.actor}{timezone.localtime(match.at):%Y-%m-%d}保存的对应关系读取，"
            "可在“列的对应”中修改。"
            for match in self.used
        ]


def shape_of(keys: Iterable[str]) -> str:
    """A digest of a sheet's headers, in whatever order."""
    return hashlib.sha256("\n".join(sorted(set(keys) - {""})).encode()).hexdigest()


def may_import_or_refuse(actor: Actor, importer: Importer, region: Region | None) -> None:
    """Raise Refused where the actor may not import this kind at the region; without one, anywhere."""
    if not may(actor, importer.action, region.code if region else ""):
        raise Refused(f"您没有{f'在{region}' if region else ''}导入“{importer.label}”的权限。")


def refused_whole(reason: str, remedy: str = "", notes: Sequence[str] = ()) -> Outcome:
    """The outcome of a file that is refused as a whole."""
    return Outcome(ImportRun.State.REFUSED, {}, [SheetError("整个文件", "", "", reason, remedy)], notes)


def _in_order(errors: list[SheetError], book: Book) -> list[SheetError]:
    """The errors as one works through the workbook: sheet by sheet, row by row."""
    sheets = [sheet.name for sheet in book.sheets]

    def place(error: SheetError) -> tuple[int, int]:
        row = re.search(r"\d+", error.cell)
        return sheets.index(error.sheet) if error.sheet in sheets else -1, int(row[0]) if row else 0

    return sorted(errors, key=place)


def _reading_notes(reading: Reading) -> list[str]:
    notes = [f"工作表“{name}”是隐藏的。" for name in reading.hidden if name != CODES_SHEET]
    notes += [
        f"工作表“{sheet}”中没有用到的列：{'、'.join(names)}。" for sheet, names in reading.ignored.items()
    ]
    return notes + [sentence(note) for note in reading.notes]
