"""The dashboard of a generated county: every number counted again from the exported rosters, where it leads, its downloads."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from django.core.management import call_command
from lxml import html
from openpyxl import load_workbook

from fupin.access import SYSTEM, Role
from fupin.models import RegionYear
from fupin.models.review import State
from fupin.place import Place
from households.enums import PovertyStatus
from reports.figures.board import CHARTS
from reports.interfaces import board
from tests import factories as make
from tests.conftest import logged_in, standing
from tests.reports.board_recount import LEFT, RECOUNTED, tiles_of
from tests.reports.rosters import COLUMNS, Rosters, body, said
from tests.reports.support import listed, region

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP, LONELY = "421199000000", "421199110000", "421199104201"


def make_county() -> Any:
    """A generated township, and one whose only village has households and nothing else; who looks at them."""
    call_command("make_county", households=40, villages=5, seed=7, stdout=io.StringIO())
    make.village(LONELY, "远村", year=2016)
    lonely = make.village(LONELY, "远村")
    make.household(lonely, size=2, year=2016)
    make.household(lonely, size=5, year=2016, status=PovertyStatus.EXITED_BEFORE, exit_year=2013)
    make.household(lonely, size=3)
    make.household(lonely, size=4, category="04", status=PovertyStatus.EXITED_THIS_YEAR, exit_year=2017)
    years = RegionYear.objects.unscoped("tests").filter(year=2017)
    years.filter(region="421199110202").update(due_on=date(2018, 1, 15))
    years.filter(region=LONELY).update(state=State.SUBMITTED)
    return logged_in(make.user(Role.COUNTY, region(COUNTY)))


@pytest.fixture(scope="module")
def officer(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            client = make_county()
        yield client


@pytest.mark.parametrize("code", [COUNTY, TOWNSHIP, "421199110203"])
def test_every_number_is_what_the_exported_rosters_say(officer: Any, code: str) -> None:
    page, rosters = body(officer.get(f"/{code}/2017/dashboard/")), Rosters(officer, code)
    shown = said(page)
    assert shown.keys() <= RECOUNTED.keys()
    for panel, table in shown.items():
        assert (panel, table) == (panel, RECOUNTED[panel](rosters))
    told = [
        tuple(" ".join(part.split()).partition("（覆盖")[0] for part in (
            tile.xpath("string(.//text()[normalize-space()][1])"), tile.xpath("string(.//*[@class='tile__value'])"),
            tile.xpath("string(.//*[@class='quiet'])"),
        ))
        for tile in html.fromstring(page.decode()).xpath("//ul[@class='tiles']/li")
    ]  # fmt: skip
    assert told == tiles_of(rosters)


def panels_at(code: str) -> set[str]:
    return {panel.code for panel in board.board_of(Place(region(code), 2017), SYSTEM).panels}


def test_every_panel_is_counted_a_second_time(officer: Any, monkeypatch: Any) -> None:
    assert panels_at(COUNTY) == set(RECOUNTED)
    # Negative control: a panel more.
    monkeypatch.setattr(board, "CHARTS", (*CHARTS, replace(CHARTS[0], code="more")))
    assert panels_at(COUNTY) - set(RECOUNTED) == {"more"}


def test_some_are_late_and_some_villages_have_no_ledger(officer: Any) -> None:
    """What the recount is to find is there to be found."""
    page = body(officer.get(f"/{COUNTY}/2017/dashboard/"))
    shown = said(page)
    assert shown["submissions"] == {"录入中": ["5", "1"], "已提交": ["1", "0"]}
    assert {"滞后", "停滞", "逾期完工"} <= shown["lamps"].keys()
    assert shown["money"]["421199104000地区"] == ["暂无数据"] * 5
    assert [len(cells) for cells in shown["years"].values()] == [2] * 11
    assert "覆盖5/6村" in page.decode()


def test_each_number_leads_to_so_many_rows(officer: Any) -> None:
    """Of each panel the greatest number that leads somewhere; lists of other pages are those pages' matter."""
    tree = html.fromstring(body(officer.get(f"/{COUNTY}/2017/dashboard/")).decode())
    wanted = []
    for section in tree.xpath("//section[@id][.//table]"):
        cells = [cell for cell in section.xpath(".//tbody//td[a]") if cell.get("data-value")]
        if cells:
            cell = max(cells, key=lambda cell: Fraction(cell.get("data-value")))
            column = cell.getparent().index(cell)
            unit = " ".join(section.xpath(f".//thead/tr[last()]/th[{column + 1}]")[0].itertext())
            name = cell.getparent().xpath("th")[0].get("data-label")
            wanted.append((section.get("id"), name + unit, cell.get("data-text"), cell.xpath("a/@href")[0]))
    assert len(wanted) >= 12
    for panel, named, text, url in wanted:
        page = body(officer.get(url)).decode()
        if panel in ("ledgers", "submissions", "lamps"):
            continue
        rows, people = listed(page)
        if "万元" in named or "（万元）" in named:
            assert re.search(rf"\D{re.escape(text)}\d*万元", html.fromstring(page).text_content()), (
                panel,
                url,
            )
        elif ".people/" in url and panel != "batches":
            assert (panel, str(people)) == (panel, text)
        elif panel in ("batches", "measures"):
            told = (
                html.fromstring(page)
                .xpath("//dl[@class='summary']/div[contains(., '享受户数')]")[0]
                .text_content()
            )
            assert (panel, told.partition("：")[2].strip()) == (panel, text) or ".people/" in url
        else:
            assert (panel, str(rows)) == (panel, text), url


def test_villages_are_ranked_as_their_sheets_say(officer: Any) -> None:
    """Most households that have left poverty first; of as many, by the region code."""
    counted = {
        name: int(place.homes(脱贫状态=LEFT)[0]) for name, place in Rosters(officer, TOWNSHIP).below().items()
    }
    shown = said(body(officer.get(f"/{TOWNSHIP}/2017/dashboard/?sort=households.-3")))["households"]
    assert len({*counted.values()}) > 2
    assert [*shown] == [*sorted(counted, key=counted.__getitem__, reverse=True), "合计"]


def test_a_table_of_places_stands_in_the_order_of_a_column(officer: Any) -> None:
    def order(sort: str) -> list[str]:
        page = html.fromstring(body(officer.get(f"/{TOWNSHIP}/2017/dashboard/?sort={sort}")).decode())
        rows = page.xpath("//section[@id='money']//tbody/tr")
        return [row.xpath("td[1]/@data-value")[0] for row in rows]

    up, down = order("money.0"), order("money.-0")
    known = [Fraction(value) for value in up if value]
    assert known == sorted(known) and len({*known}) > 1
    assert [Fraction(value) for value in down if value] == known[::-1]
    # Blanks are last either way.
    assert up.count("") == down.count("") and all(
        order[len(known) :] == [""] * up.count("") for order in (up, down)
    )


def cells_of_page(page: str, panel: str) -> list[list[str]]:
    section = html.fromstring(page).get_element_by_id(panel)
    return [
        [cell.get("data-value") or cell.get("data-text") for cell in row.xpath("td[@data-text]")]
        for row in section.xpath(".//tbody/tr|.//tfoot/tr")
    ]


def cells_of_book(sheet: Any, header: int, columns: int) -> list[list[Any]]:
    rows = []
    for row in sheet.iter_rows(min_row=3 + header):
        if str(row[0].value).startswith("填报人"):
            break
        rows.append(list(row[1 : columns + 1]))
    return rows


@pytest.mark.parametrize("panel", ["category", "money", "years"])
def test_a_download_is_the_table_of_the_page(officer: Any, panel: str) -> None:
    shown = cells_of_page(body(officer.get(f"/{COUNTY}/2017/dashboard/")).decode(), panel)
    book = load_workbook(io.BytesIO(body(officer.get(f"/{COUNTY}/2017/dashboard/{panel}/"))))
    found = cells_of_book(book.active, 1, len(shown[0]))
    assert len(found) == len(shown)
    for told, cells in zip(shown, found, strict=True):
        assert [
            cell.value if isinstance(cell.value, str) else f"{Fraction(str(cell.value))}" for cell in cells
        ] == [text if text == "暂无数据" else f"{Fraction(text)}" for text in told]
    assert re.match(r"云岭县2017年", book.active["A1"].value)
    assert len(defined_in(book)) == {"category": 4 * 2, "money": len(shown[0]), "years": len(shown)}[panel]


def defined_in(book: Any) -> list[str]:
    """Codes of the sheet 指标口径; each is led to by a heading of its name, and leads to the portal's page."""
    told = book["指标口径"]
    by_row = {row[0].row: [cell.value for cell in row] for row in told.iter_rows(min_row=4)}
    headings = [cell for row in book.active.iter_rows() for cell in row if cell.hyperlink]
    assert headings
    for cell in headings:
        label, unit, *_ = by_row[int(cell.hyperlink.location.rpartition("A")[2])]
        # A row of a chart is called after what it is one of: 低保贫困户 for 低保贫困户户数, 因病 for 主要致贫原因：因病户数.
        assert cell.value in (label, f"{label}（{unit}）") or cell.value in label or cell.value == "合计"
    codes = [row[-1] for row in by_row.values()]
    links = [told.cell(row, 5).hyperlink.target for row in by_row]
    assert links == [f"http://testserver/{COUNTY}/2017/definitions/#{code}" for code in codes]
    return codes


def test_statistics_have_a_header_of_two_rows_on_the_page_and_in_the_book(officer: Any) -> None:
    query = f"rows=townships&{COLUMNS}"
    page = body(officer.get(f"/{COUNTY}/2017/statistics/?{query}")).decode()
    section = html.fromstring(page).get_element_by_id("statistics")
    groups = [(th.text, int(th.get("colspan"))) for th in section.xpath(".//thead/tr[1]/th[@colspan]")]
    assert groups == [("村情", 1), ("贫困户", 3), ("到户措施", 1), ("到村项目", 1)]
    shown = cells_of_page(page, "statistics")
    sheet = load_workbook(io.BytesIO(body(officer.get(f"/{COUNTY}/2017/statistics/export/?{query}")))).active
    assert {str(merged) for merged in sheet.merged_cells.ranges} >= {"A1:G1", "A3:A4", "C3:E3"}
    assert [cell.value for cell in sheet[3]][:3] == ["乡镇", "村情", "贫困户"]
    assert [cell.value for cell in sheet[4]][1:4] == [
        "总人口（人）",
        "建档立卡贫困户户数（户）",
        "建档立卡贫困户人数（人）",
    ]
    found = cells_of_book(sheet, 2, 6)
    assert defined_in(sheet.parent) == [part.removeprefix("c=") for part in COLUMNS.split("&")]
    assert [[cell.number_format for cell in row] for row in found][0] == [
        "0",
        "0",
        "0",
        "0.0",
        "0.00",
        "0.00",
    ]
    for told, cells in zip(shown, found, strict=True):
        assert [
            cell.value if isinstance(cell.value, str) else Fraction(str(cell.value)) for cell in cells
        ] == [text if text == "暂无数据" else Fraction(text) for text in told]
    assert "暂无数据" in [cell.value for row in found for cell in row]


def test_years_as_rows_are_each_the_years_own(officer: Any) -> None:
    page = body(officer.get(f"/{COUNTY}/2017/statistics/?rows=years&{COLUMNS}")).decode()
    whole = body(officer.get(f"/{COUNTY}/2017/statistics/?rows=townships&{COLUMNS}")).decode()
    assert cells_of_page(page, "statistics")[-1] == cells_of_page(whole, "statistics")[-1]
