"""Lists out and in again, and what an import of the ledgers costs."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from funds.models import Benefit, Partnership, Project
from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from households.models import LedgerEntry
from reports.models import SectionText
from tests.imports.support import YEAR, command, state_of_database

MODELS = {
    "benefits": Benefit, "projects": Project, "partners": Partnership, "work": LedgerEntry, "texts": SectionText,
}  # fmt: skip
UNCHANGED = "与现有数据完全一致，没有写入任何数据。"


def exported(kind: str, office, year: int = YEAR) -> Workbook:
    """The list of a ledger as the clerk downloads it."""
    url = reverse(f"{kind}_export", kwargs={"region": office.village.code, "year": year})
    return load_workbook(io.BytesIO(office.client().get(url).content))


def saved(book: Workbook, path: Path) -> Path:
    book.save(path)
    return path


@pytest.fixture
def imported(office, whole, tmp_path):
    """The whole workbook, imported."""
    assert command(whole.save(tmp_path / "first.xlsx"), office).status == 0
    return whole


@pytest.mark.parametrize("kind", MODELS)
def test_an_exported_list_is_imported_as_unchanged_and_a_changed_cell_as_one_change(
    kind, office, imported, tmp_path
):
    sheet = IMPORTERS[kind].book.sheets[0]
    count = MODELS[kind].objects.unscoped("tests").filter(region=office.village, year=YEAR).count()
    assert count == {"benefits": 265, "projects": 6, "partners": 72, "work": 11, "texts": 4}[kind]
    book = exported(kind, office)
    assert book.sheetnames == [sheet.name]
    before = state_of_database()

    ended = command(saved(book, tmp_path / "list.xlsx"), office)

    assert ended.out == [f"{sheet.name}：新增0，变更0，未变{count}", UNCHANGED]
    assert (ended.status, ended.err) == (0, [])
    assert state_of_database() == before

    header = [cell.value for cell in book.active[3]]
    last = header.index("内容" if kind == "texts" else "备注") + 1
    book.active.cell(4, last).value = "改过的一行"
    ended = command(saved(book, tmp_path / "list.xlsx"), office)
    assert (ended.status, ended.out) == (0, [f"{sheet.name}：新增0，变更1，未变{count - 1}"])


def test_no_exported_list_of_a_ledger_tells_a_personal_number(office, imported):
    numbers = {line[0].value[:18] for line in imported["人"]["C4:C159"] if line[0].value}
    assert len(numbers) == 155
    for kind in MODELS:
        cells = (cell for line in exported(kind, office).active.iter_rows(values_only=True) for cell in line)
        text = "\n".join(str(cell) for cell in cells if cell is not None)
        assert {number for number in numbers if number in text} == set()


# --- cost ---


def cut_to(page: Worksheet, rows: int) -> None:
    """Keep so many rows, first those that name a person and an enterprise: they have ways of their own."""
    header = [cell.value for cell in page[3]]
    lines = [[cell.value for cell in line] for line in page.iter_rows(min_row=4) if line[1].value]
    named = [header.index(name) for name in ("享受人姓名", "投放主体") if name in header]
    first = [next(at for at, line in enumerate(lines) if line[column]) for column in named]
    page.delete_rows(4, page.max_row)
    kept = [*first, *(at for at in range(len(lines)) if at not in first)][:rows]
    for number, at in enumerate(kept, 4):
        for column, value in enumerate(lines[at], 1):
            page.cell(number, column).value = value


def statements(path: Path, kind: str, office) -> int:
    with CaptureQueriesContext(connection) as queries:
        outcome = import_file(path, importer=IMPORTERS[kind], region=office.village, year=YEAR, actor=SYSTEM)
    assert outcome.errors == ()
    return len(queries)


@pytest.mark.parametrize("rows", [4, 500])
def test_statements_do_not_grow_with_the_rows_of_the_ledgers(rows, office, whole, tmp_path):
    for kind in MODELS:
        cut_to(whole[IMPORTERS[kind].book.sheets[0].name], rows)
    whole["措施与资金"]["K5"].value = whole["市场主体"]["B4"].value
    path = whole.save(tmp_path / "a.xlsx")

    first, again = statements(path, "village", office), statements(path, "village", office)
    for sheet, column in (
        ("措施与资金", "L"),
        ("项目", "K"),
        ("市场主体", "G"),
        ("工作台账", "J"),
        ("下一步", "C"),
    ):
        for row in range(4, 4 + rows):
            if whole[sheet][f"A{row}"].value:
                whole[sheet][f"{column}{row}"].value = "改"
    changed = statements(whole.save(tmp_path / "b.xlsx"), "village", office)

    assert (first, again, changed) == (105, 107, 107)


@pytest.mark.parametrize(
    ("kind", "counts"), {"benefits": 30, "projects": 16, "partners": 22, "work": 14, "texts": 14}.items()
)
def test_statements_of_a_ledger_alone_do_not_grow_with_its_rows(kind, counts, office, imported, tmp_path):
    book = exported(kind, office)
    many = statements(saved(book, tmp_path / "many.xlsx"), kind, office)
    cut_to(book.active, 2)
    few = statements(saved(book, tmp_path / "few.xlsx"), kind, office)

    assert (many, few) == (counts, counts)
