"""What Word and Excel documents share: text as XML can hold it, its width, and a package that is always the same."""

from __future__ import annotations

import io
import math
import re
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date

#: Everything that XML 1.0 cannot hold. One pasted control character must not break a document.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
_CORE = "docProps/core.xml"


def xml_text(text: str) -> str:
    """A text without what XML cannot hold."""
    return _NOT_XML.sub("", text)


def width_of(text: str) -> float:
    """The width of a text in 汉字; Latin letters and digits take half a place."""
    return sum(
        0.5 if unicodedata.east_asian_width(character) in ("Na", "H", "N") else 1 for character in text
    )


#: How many units of a column's width a 汉字 of 11 pt takes; the height of its line, and the highest row, in pt.
UNITS, LINE_HEIGHT, HIGHEST = 2.1, 15, 409


def row_height(texts: Iterable[tuple[str, float]]) -> float | None:
    """How high a sheet's row must be for texts in columns of these widths, None for one line.

    Only Excel itself would find the height when it opens the file.
    """
    lines = max(
        sum(math.ceil(width_of(line) / ((width - 1) / UNITS)) or 1 for line in text.split("\n"))
        for text, width in texts
    )
    return min(lines * LINE_HEIGHT, HIGHEST) if lines > 1 else None


def sealed(content: bytes, *, on: date, level: int | None = None) -> bytes:
    """The package with the day of its report where its writer noted the moment of writing.

    Both libraries stamp each part of the zip file with the clock, and openpyxl the properties too. Without the clock
    a report written twice is one file, and a difference means that its words or numbers have changed. `level` is how hard
    the package is packed again; to pack a big one takes as long as to make it.
    """
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as written,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as package,
    ):
        for name in written.namelist():
            part = written.read(name)
            if name == _CORE:
                part = _MODIFIED.sub(rb"\g<1>" + f"{on.isoformat()}T00:00:00Z".encode() + rb"\g<2>", part)
            entry = zipfile.ZipInfo(name, date_time=(on.year, on.month, on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 0  # the same on every system
            package.writestr(entry, part)
    return target.getvalue()
