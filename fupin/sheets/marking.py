"""A user's own workbook back, with its errors in it: wrong cells red, a 说明 column with reason and remedy."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import IO

from fupin.sheets.archive import Limits
from fupin.sheets.errors import SheetError
from fupin.sheets.layout import Book
from fupin.sheets.process import output_of

MARKER = "fupin.sheets.marker"


def mark_workbook(
    source: str | Path | IO[bytes],
    errors: Sequence[SheetError],
    target: str | Path | IO[bytes],
    limits: Limits | None = None,
    book: Book | None = None,
) -> None:
    """Write a copy of an uploaded file with its errors marked; raise FileRefused where it cannot be opened.

    A .xlsx keeps everything else as it is: styles, merged cells, pictures, formulas, lists to choose from. A .xls or
    .csv comes back as a new .xlsx with the same cells in the same places. `book` says what the sheets and headers are
    called; without it a sheet is known by its own name alone.
    """
    sheets = book.sheets if book else ()
    brief = {
        "errors": [[error.sheet, error.cell, error.reason, error.remedy] for error in errors],
        "names": {sheet.name: sorted(sheet.keys) for sheet in sheets},
        "labels": {sheet.name: sorted(sheet.by_key) for sheet in sheets},
    }
    with output_of(MARKER, source, limits or Limits(), {}, brief) as out:
        if isinstance(target, str | Path):
            with open(target, "wb") as file:
                shutil.copyfileobj(out, file)
        else:
            shutil.copyfileobj(out, target)
