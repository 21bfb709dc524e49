"""What a county's yearbook costs: measuring it, and writing it against the same values written bare by the fastest writer there is."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

from openpyxl.utils import get_column_letter

from fupin.access import SYSTEM
from fupin.models import Region
from fupin.place import Place
from fupin.sheets import styles
from fupin.sheets.fast import cell_xml, save_with_rows
from reports.domain.folding import fold_some
from reports.interfaces.yearbook_grids import grids_of
from reports.interfaces.yearbook_xlsx import as_xlsx
from reports.queries.yearbook import Yearbook, yearbook_of
from reports.reference.facts import COUNTY
from tests.bench.measuring import Line, interleaved, ratio, told
from tests.bench.scratch import Scratch
from tests.bench.world import YEAR, Size

YEARBOOK = "yearbook of a county"
#: Times as long as the floor, which has no formulas, styles, definitions, proof or charts.
FLOOR_AIM = 1.5


def measure_yearbook(scratch: Scratch, county: str, size: Size) -> Iterator[Line]:
    """Times of measuring out of the cache, of writing, and of the floor."""
    name = scratch.copy(county, "yearbook")
    scratch.enter(name)
    while fold_some():
        pass
    place = Place(Region.objects.unscoped("bench").get(code=COUNTY.code), YEAR)
    yearbook = yearbook_of(place, SYSTEM)
    calls = {
        "measured": lambda: yearbook_of(place, SYSTEM),
        "written": lambda: as_xlsx(yearbook, on=date(YEAR, 12, 31)),
        "floor": lambda: _bare(yearbook),
    }
    times = interleaved(calls, rounds=size.rounds_of_sizes, repeat=1)
    yield told(f"{YEARBOOK}: villages", yearbook.proof.villages, "rows")
    yield from (told(f"{YEARBOOK}, {label}: median time", times[label] * 1000, "ms") for label in calls)
    yield ratio(f"{YEARBOOK}, written / floor", times["written"] / times["floor"], at_most=FLOOR_AIM)
    scratch.drop(name)


def _bare(yearbook: Yearbook) -> bytes:
    """The values of all tables, a sheet each, and nothing else."""
    book = styles.set_up_book()
    book.remove(book.active)
    rows = {}
    for number, grid in enumerate(grids_of(yearbook), start=1):
        book.create_sheet(grid.title)
        rows[number] = [_row(at, (*row.names, *row.values)) for at, row in enumerate(grid.rows, start=1)]
    target = io.BytesIO()
    save_with_rows(book, rows, target)
    return target.getvalue()


def _row(number: int, values: tuple) -> str:
    cells = (
        cell_xml(f'<c r="{get_column_letter(column)}{number}"', value)
        for column, value in enumerate(values, start=1)
    )
    return f'<row r="{number}">{"".join(cells)}</row>'
