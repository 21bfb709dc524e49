"""Rows as the parser comes by them: what counts as a cell's content, and what breaks off."""

from __future__ import annotations

import io
from xml.parsers.expat import ExpatError

import pytest

from fupin.sheets.stream import SheetStream

NS = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def rows_of(body: str, *, end: str = "</worksheet>"):
    xml = f'<?xml version="1.0"?><worksheet xmlns="{NS}">{body}{end}'

    def content(kind, style, value, inside, formula):
        return (kind, f"{style}|{value}|{inside}|{formula}")

    stream = SheetStream(io.BytesIO(xml.encode()), content)
    return list(stream.rows()), stream.hidden_columns


def cells_of(row: str):
    rows, _ = rows_of(f"<sheetData><row>{row}</row></sheetData>")
    return [cell for _, _, cells in rows for cell in cells]


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="B1" s="3"><v>1</v></c>', (2, "n", "3|1|None|False")),
        ('<c r="xfd1" t="s"><f>A1</f><v>7</v><v>8</v></c>', (16384, "s", "0|7|None|True")),
        ('<c t="inlineStr"><is><t>甲</t></is></c>', (1, "inlineStr", "0||甲|False")),
        ('<c t="inlineStr"><is><r><t>甲</t></r><r><t> &amp;_x0041_</t></r></is></c>', (1, "inlineStr", "0||甲 &A|False")),
        ('<c t="inlineStr"><is><t>甲</t><rPh><t>jia</t></rPh></is></c>', (1, "inlineStr", "0||甲|False")),
        ('<c t="inlineStr"><is><t>甲</t></is><is><t>乙</t></is></c>', (1, "inlineStr", "0||甲|False")),
        ("<c><v>1<x>2</x>3</v></c>", (1, "n", "0|1|None|False")),
        ("<c><is/></c>", (1, "n", "0|||False")),
    ],
)  # fmt: skip
def test_content_of_a_cell(cell: str, told: tuple[int, str, str]) -> None:
    assert cells_of(cell) == [told]


def test_cells_without_a_place_follow_the_last_one() -> None:
    assert [at for at, *_ in cells_of('<c/><c r="D1"/><c/>')] == [1, 4, 5]


def test_rows_without_a_number_follow_the_last_one_and_hidden_ones_are_told() -> None:
    rows, hidden = rows_of(
        '<cols><col min="2" max="3" hidden="1"/><col min="4"/></cols>'
        '<sheetData><row r="4"><c/></row><row hidden="true"><c/></row><row/><row><c/></row></sheetData>'
    )
    assert [(number, is_hidden) for number, is_hidden, _ in rows] == [(4, False), (5, True), (7, False)]
    assert hidden == [(2, 3)]


@pytest.mark.parametrize("reference", ["A", "1", "AAAA1", "A12345678", "A-1", "甲1", "A١"])
def test_bad_places_are_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="bad cell reference"):
        cells_of(f'<c r="{reference}"/>')


def test_what_is_broken_below_the_rows_does_not_matter_and_above_it_does() -> None:
    row = "<sheetData><row><c/></row>"
    assert len(rows_of(f"{row}</sheetData><broken", end="")[0]) == 1
    with pytest.raises(ExpatError):
        rows_of(f"{row}<broken", end="")


def test_a_document_type_is_refused_wherever_it_stands() -> None:
    xml = f'<!--{"x" * 3000}--><!DOCTYPE a [<!ENTITY b "c">]><worksheet xmlns="{NS}"/>'
    stream = SheetStream(io.BytesIO(xml.encode()), lambda *_: None)
    with pytest.raises(ValueError, match="document type"):
        list(stream.rows())
