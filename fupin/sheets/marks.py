"""Marks one sheet of a .xlsx: fills wrong cells, writes beside their rows, clears what was marked before.

Runs in a reading process, without Django.
"""

from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter

from fupin.sheets.cells import clean_text
from fupin.sheets.child import REMARK_COLOUR
from fupin.sheets.formats import Styles
from fupin.sheets.remarks import LAST_COLUMN, WIDTH, WRONG_COLOUR, Remarks
from fupin.sheets.splice import Part, with_attributes
from fupin.sheets.stream import column_number


@dataclass
class RowPlace:
    """Where a row of a sheet's part stands, and its cells: column, format, start, end of the whole cell."""

    start: int
    closing: int = 0
    cells: list[tuple[int, int, int, int]] = field(default_factory=list)


def mark_sheet(content: bytes, remarks: Remarks | None, styles: Styles) -> bytes:
    """Clear what an earlier marking left in a sheet, and mark its errors."""
    part = Part(content)
    old_red, old_remarks = styles.filled(WRONG_COLOUR), styles.filled(REMARK_COLOUR)
    wanted = remarks.rows if remarks else set()
    rows: dict[int, RowPlace] = {}
    reds: list[tuple[int, int, int, int]] = []
    merged = last = number = column = style = begun = 0
    filled = within = False
    columns: list[tuple[dict[str, str], int]] = []
    places: dict[str, tuple[int, int]] = {}

    def start(name: str, attributes: dict[str, str], at: int) -> None:
        nonlocal number, column, style, begun, filled, within, merged
        if name == "c" and within:
            letters = attributes.get("r", "").rstrip("0123456789")
            column = column_number(letters) if letters else column + 1
            style, begun, filled = int(attributes.get("s", 0)), at, False
        elif name in ("v", "f", "is"):
            filled = True
        elif name == "row" and within:
            number = int(attributes.get("r") or number + 1)
            column = 0
            if number in wanted:
                rows[number] = RowPlace(at)
        elif name == "col":
            columns.append((attributes, at))
        elif name == "mergeCell":
            right = attributes.get("ref", "").rpartition(":")[2].rstrip("0123456789")
            merged = max(merged, column_number(right))
        elif name in ("sheetData", "cols", "dimension"):
            within = name == "sheetData"
            places[name] = (at, at)

    def end(name: str, at: int) -> None:
        nonlocal last, within
        if name == "c" and within:
            tag = part.tag(begun)
            until = begun + len(tag) if tag.endswith(b"/>") else part.content.index(b">", at) + 1
            if style in old_remarks:
                part.put(begun, b"", until)
                return
            if filled:
                last = max(last, column)
            if number in rows:
                rows[number].cells.append((column, style, begun, until))
            if style in old_red:
                reds.append((number, column, style, begun))
        elif name == "row" and within and number in rows:
            rows[number].closing = at
        elif name in places:
            within = within and name != "sheetData"
            places[name] = (places[name][0], at)

    part.walk(start, end)
    for row, at, format_, begin in reds:
        if remarks is None or row not in rows or at not in remarks.red.get(row, ()):
            part.retag(begin, s=str(styles.with_fill(format_, 0)))
    if remarks is not None:
        # A title merged across a little more than the table moves the remarks; one merged across the sheet does not.
        remarks.last = merged if last < merged <= last + 20 else last
        for row in sorted(rows):
            _mark_row(part, row, rows[row], remarks, styles)
        _widen(part, columns, places, remarks.last + 1)
    if "dimension" in places and part.edits:
        at, _ = places["dimension"]
        if part.tag(at).endswith(b"/>"):
            part.put(at, b"", at + len(part.tag(at)))  # what it says is no longer so, and nobody needs it
    return part.result()


def _mark_row(part: Part, row: int, place: RowPlace, remarks: Remarks, styles: Styles) -> None:
    """Fill the wrong cells of a row, and write beside it what is wrong."""
    if part.tag(place.start).endswith(b"/>"):
        return
    part.retag(place.start, spans="")
    beside = remarks.last + 1
    for column in sorted({*remarks.red.get(row, ()), beside}):
        if column > LAST_COLUMN:
            continue
        there = next((cell for cell in place.cells if cell[0] == column), None)
        address = f"{get_column_letter(column)}{row}"
        if column == beside and column not in remarks.red.get(row, ()):
            text = inline_text(part.prefix, address, remarks.beside(row), styles.remarks())
            if there:
                part.put(there[2], text, there[3])
                continue
        elif there:
            base = there[1]
            part.retag(there[2], s=str(styles.with_fill(base, styles.wrong)))
            continue
        else:
            text = f'<{part.prefix}c r="{address}" s="{styles.with_fill(0, styles.wrong)}"/>'.encode()
        before = next((cell[2] for cell in place.cells if cell[0] > column), place.closing)
        part.put(before, text)


def inline_text(prefix: str, address: str, text: str, style: int) -> bytes:
    """A cell with a text of its own."""
    words = escape(clean_text(text))
    return (
        f'<{prefix}c r="{address}" s="{style}" t="inlineStr"><{prefix}is><{prefix}t xml:space="preserve">'
        f"{words}</{prefix}t></{prefix}is></{prefix}c>"
    ).encode("utf-8", "ignore")


def _widen(
    part: Part, columns: list[tuple[dict[str, str], int]], places: dict[str, tuple[int, int]], at: int
) -> None:
    """Make the column of remarks wide enough to read, and visible."""
    own = f'<{part.prefix}col min="{at}" max="{at}" width="{WIDTH}" customWidth="1"/>'.encode()
    if at > LAST_COLUMN:
        return
    if "cols" not in places:
        if "sheetData" in places:
            wrapped = f"<{part.prefix}cols>".encode() + own + f"</{part.prefix}cols>".encode()
            part.put(places["sheetData"][0], wrapped)
        return
    for attributes, start in columns:
        first, last = int(attributes.get("min", 0)), int(attributes.get("max", 0))
        tag = part.tag(start)
        if last < at:
            continue
        if first > at:
            part.put(start, own)
        elif tag.endswith(b"/>"):
            pieces = b""
            if first < at:
                pieces += with_attributes(tag, min=str(first), max=str(at - 1))
            pieces += own
            if last > at:
                pieces += with_attributes(tag, min=str(at + 1), max=str(last))
            part.put(start, pieces, start + len(tag))
        return
    part.append(places["cols"][0], "cols", places["cols"][1], own)
