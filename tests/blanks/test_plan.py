"""Twenty forms: nearly every known heading is found, no cell gets what does not belong there, the rest stays as it was."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from fupin.models import Level, Region
from fupin.sheets.cells import Cell, Kind
from reports.blanks.grid import fill_form, grids_of, read_form
from reports.blanks.names import Doubt, Found, Vocabulary, stated_units
from reports.blanks.plan import Places, Plan, plan_of
from reports.figures.village import BASES
from reports.figures.window import Window
from tests.blanks.shapes import COUNTY, SHAPES, TOWNS, VILLAGES, YEAR, Shape

county = Region(code=COUNTY[0], name=COUNTY[1], level=Level.COUNTY)
towns = {
    code: Region(code=code, name=name, level=Level.TOWNSHIP, parent=county) for code, name in TOWNS.items()
}
villages = [
    Region(code=code, name=name, level=Level.VILLAGE, parent=towns[f"{code[:9]}000"])
    for code, name in VILLAGES.items()
]
for place in (county, *towns.values(), *villages):
    place.prefix = place.code[: {Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}[place.level]]
WINDOW = Window(county, YEAR, YEAR, 2014)
KNOWN = Vocabulary([figure for base in BASES for figure in base.all_figures(WINDOW)], WINDOW)


def planned(shape: Shape, said: dict[str, str] | None = None) -> Plan:
    grids = grids_of(read_form(shape.content()))
    return plan_of(grids, KNOWN, Places(county, [*towns.values(), *villages], YEAR), said or {})


def address(at: tuple[int, int]) -> str:
    return f"{get_column_letter(at[1])}{at[0]}"


def unit_of(found: Found) -> str:
    """The unit in which a cell is filled in; "" for the figure's own."""
    return "" if found.unit == found.figure.unit else found.unit


def wanted(plan: Plan) -> dict[tuple[str, str], Any]:
    return {
        (sheet, address(at)): (w.found.figure.code, w.target.region.code, w.target.year, unit_of(w.found))
        for sheet, cells in plan.cells.items()
        for at, w in cells.items()
    }


def test_there_are_twenty() -> None:
    assert len(SHAPES) >= 20


@pytest.mark.parametrize("name", SHAPES)
def test_every_cell_wants_what_belongs_there(name: str) -> None:
    """No wrong cell, no missing one; and what the portal has no figure for stays open."""
    shape = SHAPES[name]()
    plan = planned(shape)
    expected = {
        at: (code, place, year, "" if unit == KNOWN.by_code[code].unit else unit)
        for at, (code, place, year, unit) in shape.expected.items()
    }
    assert wanted(plan) == expected
    left = {" > ".join(heading.path) for heading in plan.headings if not isinstance(heading.meaning, Found)}
    assert shape.open <= left


def test_a_column_that_means_something_else_would_be_seen() -> None:
    """Negative control: the comparison above tells one figure from another."""
    shape = SHAPES["one_row_of_headings"]()
    shape.book.active["C1"] = "未脱贫户数"
    assert wanted(planned(shape)) != shape.expected


@pytest.mark.parametrize("name", SHAPES)
def test_everything_else_stays_as_it_was(name: str) -> None:
    shape = SHAPES[name]()
    plan = planned(shape)
    cells = {sheet: {at: Cell(Kind.NUMBER, "123.45") for at in found} for sheet, found in plan.cells.items()}
    filled = io.BytesIO()
    fill_form(shape.content(), cells, filled)
    before, after = load_workbook(shape.content()), load_workbook(filled)
    assert before.sheetnames == after.sheetnames
    for page in before:
        there = after[page.title]
        for row in range(1, page.max_row + 3):
            for column in range(1, page.max_column + 3):
                old, new = page.cell(row, column), there.cell(row, column)
                here = (page.title, old.coordinate)
                assert new.value == (123.45 if here in shape.expected else old.value), here
                assert new.style_id == old.style_id, here
        for what in ("merged_cells", "freeze_panes", "print_title_rows", "sheet_state"):
            assert str(getattr(page, what)) == str(getattr(there, what))
        assert {k: v.width for k, v in page.column_dimensions.items()} == {
            k: v.width for k, v in there.column_dimensions.items()
        }
        assert len(page.data_validations.dataValidation) == len(there.data_validations.dataValidation)
        assert len(page._charts) == len(there._charts)
    assert unchanged_parts(shape.content(), filled)


def unchanged_parts(before: io.BytesIO, after: io.BytesIO) -> bool:
    """Whether every part but the sheets and the workbook's own is the same, byte for byte."""
    with zipfile.ZipFile(before) as old, zipfile.ZipFile(after) as new:
        # What openpyxl writes of the moment differs from one saving to the next.
        own = ("xl/worksheets/", "xl/workbook.xml", "docProps/core.xml")
        names = [name for name in old.namelist() if not name.startswith(own) or "/_rels/" in name]
        assert old.namelist() == new.namelist()
        return all(old.read(name) == new.read(name) for name in names)


def test_formulas_are_reckoned_anew() -> None:
    shape = SHAPES["one_row_of_headings"]()
    filled = io.BytesIO()
    fill_form(shape.content(), {"表一": {(2, 2): Cell(Kind.NUMBER, "7")}}, filled)
    with zipfile.ZipFile(filled) as package:
        book, page = (
            package.read("xl/workbook.xml").decode(),
            package.read("xl/worksheets/sheet1.xml").decode(),
        )
    assert 'fullCalcOnLoad="1"' in book
    assert "<f>SUM(B2:B3)</f></c>" in page.replace("<v></v>", "").replace("<v/>", "").replace("<v />", "")


def test_money_is_given_in_the_unit_of_the_form() -> None:
    amount = KNOWN.by_code["dibao_pay.amount"]
    value = Decimal("123456.785")
    assert Found(amount).number(value) == Decimal("12.35")
    assert Found(amount, "万元").number(value) == Decimal("12.35")
    assert Found(amount, "元").number(value) == Decimal("123456.79")
    assert Found(amount, "亿元").number(value) == Decimal("0.0012")


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (["低保金"], "没有写明是户数、人数还是金额"),
        (["低保金金额"], "没有写明金额的单位是元还是万元"),
        (["耕地面积（户）"], "表头的单位是户，这个指标的单位是亩"),
        (["低保户数"], "与已有指标相近，请确认"),
    ],
)
def test_what_is_in_doubt_is_asked(path: list[str], reason: str) -> None:
    found = KNOWN.find(path)
    assert isinstance(found, Doubt)
    assert found.reason == reason
    assert found.proposed


def test_the_table_may_state_the_unit() -> None:
    stated = stated_units(["填报单位：云溪县", "单位：万元"])
    found = KNOWN.find(["低保金金额"], stated)
    assert isinstance(found, Found)
    assert found.unit == "万元"


def test_what_a_user_says_holds() -> None:
    shape = SHAPES["strangers_and_unknown_columns"]()
    plan = planned(shape, {"低保户数": "dibao.households", "一般贫困户户数": ""})
    assert {code for code, *_ in wanted(plan).values()} == {"dibao.households"}


def test_places_that_nobody_knows_are_told() -> None:
    plan = planned(SHAPES["strangers_and_unknown_columns"]())
    assert plan.strangers == [("表一", 3, "大屋村"), ("表一", 5, "新建村")]
    assert planned(SHAPES["cells_that_name_figures"]()).unknown == [("表一", (4, 2), "no.such")]


def test_a_formula_and_a_text_are_left_alone() -> None:
    plan = planned(SHAPES["last_years_numbers_in_it"]())
    assert (4, 3) not in plan.cells["表一"], "somebody's words stay"
    assert (4, 2) not in planned(SHAPES["one_row_of_headings"]()).cells["表一"], "a formula stays"
