"""Marks the errors of one workbook in a process of its own: `python -m fupin.sheets.marker OPTIONS < file > marked`.

The same caps hold and the same refusals are told as when it is read (`fupin.sheets.child`). A .xlsx is changed where it
must be and nowhere else (`fupin.sheets.splice`), so that pictures, charts, lists and formulas stay.
"""

import io
import json
import os
import posixpath
import shutil
import sys
import zipfile
from typing import IO, Any

from openpyxl.utils import get_column_letter

from fupin.sheets.archive import Limits, kind_of, open_archive
from fupin.sheets.child import REMARK_COLOUR, REMARKS_SHEET, WorkbookReader, main
from fupin.sheets.formats import NoStyles, Styles
from fupin.sheets.marks import inline_text, mark_sheet
from fupin.sheets.rebuilt import rebuild
from fupin.sheets.remarks import WIDTHS, WRONG_COLOUR, lines_of_sheet, sorted_out
from fupin.sheets.splice import Part

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def remarks_sheet(general: list[list[str]], styles: Styles) -> bytes:
    """The part of the sheet of errors that have no cell."""
    style = styles.remarks()
    widths = "".join(
        f'<col min="{at}" max="{at}" width="{width}" customWidth="1"/>' for at, width in enumerate(WIDTHS, 1)
    )
    rows = b"".join(
        f'<row r="{number}">'.encode()
        + b"".join(
            inline_text("", f"{get_column_letter(at)}{number}", text, 0 if len(line) == 1 else style)
            for at, text in enumerate(line, 1)
            if text
        )
        + b"</row>"
        for number, line in enumerate(lines_of_sheet(general), 1)
    )
    head = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN}"><cols>{widths}</cols>'
    return head.encode() + b"<sheetData>" + rows + b"</sheetData></worksheet>"


def add_sheet(workbook: Part, rels: Part, types: Part, path: str, folder: str) -> None:
    """Make a new part the first sheet of a workbook, and move what counts sheets by their place."""
    ids: list[int] = [0]
    first: dict[str, str] = {}
    declared: dict[str, str] = {}
    places: dict[str, int] = {}

    def sheet(name: str, attributes: dict[str, str], at: int) -> None:
        declared.update((key, value) for key, value in attributes.items() if key.startswith("xmlns:"))
        if name == "sheet":
            ids.append(int(attributes.get("sheetId", 0)))
            first.update(attributes if not first else {})
            places.setdefault("sheet", at)
        elif name == "definedName" and "localSheetId" in attributes:
            workbook.retag(at, localSheetId=str(int(attributes["localSheetId"]) + 1))
        elif name == "workbookView":
            workbook.retag(at, activeTab=str(int(attributes.get("activeTab", 0)) + 1))

    workbook.walk(sheet, _nothing)
    kinds: list[tuple[str, str]] = []
    ends: dict[str, int] = {}

    def relation(name: str, attributes: dict[str, str], _at: int) -> None:
        if name == "Relationship":
            kinds.append((attributes.get("Id", ""), attributes.get("Type", "")))

    rels.walk(relation, lambda name, at: ends.__setitem__(f"rels {name}", at))
    types.walk(_nothing, lambda name, at: ends.__setitem__(f"types {name}", at))
    kind = next(kind for _, kind in kinds if kind.endswith("/worksheet"))
    own = next(f"rIdFupin{n}" for n in range(len(kinds) + 1) if f"rIdFupin{n}" not in dict(kinds))
    reference = next(name for name in first if name.endswith(":id"))
    named = f"xmlns:{reference.removesuffix(':id')}"  # some programs declare it on each sheet again
    workbook.put(
        places["sheet"],
        f'<{workbook.prefix}sheet name="{REMARKS_SHEET}" sheetId="{max(ids) + 1}" {named}="{declared[named]}" {reference}="{own}"/>'.encode(),
    )
    target = posixpath.relpath(path, folder)
    rels.put(
        ends["rels Relationships"],
        f'<{rels.prefix}Relationship Id="{own}" Type="{kind}" Target="{target}"/>'.encode(),
    )
    types.put(
        ends["types Types"],
        f'<{types.prefix}Override PartName="/{path}" ContentType="{SHEET_TYPE}"/>'.encode(),
    )


def _nothing(*_: Any) -> None:
    """Take no note of an element."""


def mark_package(source: IO[bytes], brief: dict[str, Any], limits: Limits) -> IO[bytes]:
    """Return a .xlsx with its errors marked; raise NoStyles where it has no list of styles."""
    reader = WorkbookReader(source, limits)
    archive = open_archive(source, limits)
    targets = {name: target for name, _, target in reader.sheets}
    folder, workbook_name = posixpath.split(reader.book.package.find(workbook_type(reader)).PartName[1:])
    styles_part = reader.book.package.find(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
    )
    if styles_part is None or styles_part.PartName[1:] not in archive.namelist():
        raise NoStyles
    styles = Styles(archive.read(styles_part.PartName[1:]))
    by_tab, general = sorted_out(brief, [name for name in targets if name != REMARKS_SHEET])
    for tab, remarks in by_tab.items():
        remarks.look(reader.rows(targets[tab]))
    changed: dict[str, bytes] = {}
    marked_before = bool(styles.filled(WRONG_COLOUR) or styles.filled(REMARK_COLOUR))
    for tab, target in targets.items():
        if tab != REMARKS_SHEET and (tab in by_tab or marked_before):
            changed[target] = mark_sheet(archive.read(target), by_tab.get(tab), styles)
    if REMARKS_SHEET in targets:
        changed[targets[REMARKS_SHEET]] = remarks_sheet(general, styles)
    else:
        taken = set(archive.namelist())
        path = next(
            p for n in range(1, len(taken) + 2) if (p := f"{folder}/worksheets/remarks{n}.xml") not in taken
        )
        names = (f"{folder}/{workbook_name}", f"{folder}/_rels/{workbook_name}.rels", "[Content_Types].xml")
        parts = [Part(archive.read(name)) for name in names]
        add_sheet(parts[0], parts[1], parts[2], path, folder)
        changed |= {name: part.result() for name, part in zip(names, parts, strict=True)}
        changed[path] = remarks_sheet(general, styles)
    changed[styles_part.PartName[1:]] = styles.result()
    return copied(archive, changed)


def workbook_type(reader: WorkbookReader) -> str:
    """The kind under which a package has its workbook."""
    return next(
        part.ContentType
        for part in reader.book.package.Override
        if part.ContentType.endswith(("sheet.main+xml", "template.main+xml"))
    )


def copied(archive: zipfile.ZipFile, changed: dict[str, bytes]) -> IO[bytes]:
    """The package with some of its parts changed or added."""
    copy = io.BytesIO()
    with zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in archive.infolist():
            if entry.filename in changed:
                new.writestr(entry.filename, changed.pop(entry.filename))
            elif entry.filename not in new.NameToInfo:
                with archive.open(entry) as old, new.open(entry.filename, "w") as kept:
                    shutil.copyfileobj(old, kept)
        for name, content in changed.items():
            new.writestr(name, content)
    return copy


def mark(source: IO[bytes], brief: dict[str, Any], limits: Limits) -> IO[bytes]:
    """Return a file of any of the formats as a marked .xlsx."""
    kind = kind_of(source, limits)
    if kind == "xlsx":
        try:
            return mark_package(source, brief, limits)
        except NoStyles:
            source.seek(0)
    return rebuild(source, brief, limits, kind)


def work(options: dict[str, Any], limits: Limits) -> None:
    """Mark the workbook on standard input."""
    with os.fdopen(options["brief"], encoding="utf-8") as told:
        brief = json.load(told)
    marked = mark(sys.stdin.buffer, brief, limits)
    marked.seek(0)
    with open(1, "wb", closefd=False) as sink:
        shutil.copyfileobj(marked, sink)


if __name__ == "__main__":
    sys.exit(main(work))
