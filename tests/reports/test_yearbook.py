"""The yearbook: every cell counted again from the exported rosters, its formulas, its layout, and who has it."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import zipfile
from collections import defaultdict
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from docx import Document
from openpyxl import load_workbook

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from fupin.models import ExportLog, Job, RoleAssignment
from fupin.place import Place
from fupin.refusals import Refused
from households.enums import PovertyStatus
from households.models import Person
from reports.domain.yearbook import queue_yearbook
from reports.interfaces.yearbook_docx import as_docx
from reports.interfaces.yearbook_xlsx import as_xlsx
from reports.queries.yearbook import yearbook_of
from tests import factories as make
from tests.conftest import logged_in, standing
from tests.fupin.walking import body_of
from tests.reports.spreadsheets import body_row, headings, number, reckon
from tests.reports.support import exported, region
from tests.reports.yearbook_recount import SHEETS, Count, Row

pytestmark = pytest.mark.django_db

COUNTY, TOWNSHIP, LONELY = "421199000000", "421199110000", "421199104201"
ON = date(2017, 12, 31)
NO_DATA = "暂无数据"
#: Statements of a yearbook, measured live and whatever there is.
STATEMENTS = {COUNTY: 77, TOWNSHIP: 71}


@pytest.fixture(scope="module")
def county(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A generated township, and one whose only village has households and nothing else; for all tests of this module."""
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            call_command("make_county", households=40, villages=5, seed=7, stdout=io.StringIO())
            lonely = make.village(LONELY, "远村")
            make.household(lonely, size=3)
            make.household(
                lonely, size=4, category="04", status=PovertyStatus.EXITED_THIS_YEAR, exit_year=2017
            )
            for size in (3, 4):
                make.household(lonely, year=2016, size=size)
            yearbook = yearbook_of(Place(region(COUNTY), 2017), SYSTEM)
        yield yearbook


@pytest.fixture(scope="module")
def content(county: Any) -> bytes:
    return as_xlsx(county, on=ON)


@pytest.fixture(scope="module")
def book(content: bytes) -> Any:
    """The workbook with its formulas."""
    return load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def values(content: bytes) -> Any:
    """The workbook with what its formulas come to."""
    return load_workbook(io.BytesIO(content), data_only=True)


@pytest.fixture(scope="module")
def sheets(county: Any, django_db_blocker: Any) -> dict[tuple[str, str], dict[str, list[Row]]]:
    """The rosters that each village exports, by township and village."""
    found = {}
    with django_db_blocker.unblock():
        client = logged_in(make.user(Role.COUNTY, region(COUNTY)))

        def rows(code: str, name: str, year: int = 2017) -> list[Row]:
            return exported(body_of(client.get(f"/{code}/{year}/{name}/export/")))

        for row in county.rows:
            if row.region.is_village:
                names = ("villages", "households", "members", "projects", "income", "partners")
                sheet = {name: rows(row.region.code, name) for name in names}
                sheet["benefits"] = [
                    each for year in range(2014, 2018) for each in rows(row.region.code, "benefits", year)
                ]
                found[row.region.parent.name, row.region.name] = sheet
    return found


def body_of_sheet(sheet: Any) -> dict[tuple[str, str], int]:
    """Numbers of the rows by the names in their columns B and C."""
    found = {}
    for number_ in range(body_row(sheet), sheet.max_row + 1):
        if sheet.cell(number_, 2).value is None:
            break
        found[sheet.cell(number_, 2).value, sheet.cell(number_, 3).value] = number_
    return found


@pytest.mark.parametrize("tab", SHEETS)
def test_every_cell_is_what_the_exported_rosters_say(tab: str, values: Any, sheets: Any) -> None:
    sheet = values[tab]
    columns = {path: letter for letter, path in headings(sheet).items() if letter not in [*"ABC"]}
    groups: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for (township, village), rows in sheets.items():
        for key in (("合计", None), (township, "小计"), (township, village)):
            groups[key].append(rows)
    found = body_of_sheet(sheet)
    assert {(one, other or None) for one, other in found} == {*groups}
    for key, members in groups.items():
        expected = SHEETS[tab](Count(members))
        assert {*expected} == {*columns}, "a column that nobody counts again"
        at = next(row for (one, other), row in found.items() if (one, other or None) == key)
        for path, letter in columns.items():
            cell = sheet[f"{letter}{at}"].value
            # A roster without rows does not say whether there is a ledger.
            told = expected[path] or 0 if cell == NO_DATA else expected[path]
            assert (key, path, pytest.approx(float(told or 0), rel=1e-12)) == (
                key, path, 0 if cell == NO_DATA else cell,
            )  # fmt: skip


def test_money_by_level_is_what_the_exports_say(values: Any, county: Any) -> None:
    client = logged_in(make.user(Role.COUNTY, region(COUNTY)))

    def rows(name: str) -> list[Row]:
        return exported(body_of(client.get(f"/{COUNTY}/2017/{name}/export/")))

    granted = rows("appropriations")
    spent = [row for row in rows("allocations") if row["指标年度"] == 2017]
    sheet = values["资金分级次"]
    columns = headings(sheet)
    names = {
        sheet.cell(at, 2).value: at for at in range(body_row(sheet), sheet.max_row) if sheet.cell(at, 2).value
    }
    assert len(names) >= 3
    for name, at in names.items():
        own = [r for r in granted if name in ("合计", r["接收单位"]) or name == f"{r['接收单位']}本级"]
        here = [r for r in spent if name in ("合计", r["乡镇"])]
        for letter, path in columns.items():
            level, _, what = path.partition("/")
            level = level.partition("（")[0]
            source, column = {"指标": (own, "现额（元）"), "到位": (own, "到位（元）"), "安排": (here, "安排（元）"),
                              "支出": (here, "支出（元）")}.get(what, ([], ""))  # fmt: skip
            if not column:
                continue
            amounts = [Fraction(str(r[column] or 0)) for r in source if level in ("合计", r["资金级次"])]
            assert (name, path, number(sheet[f"{letter}{at}"].value)) == (name, path, sum(amounts) / 10_000)


def test_formulas_come_to_what_was_measured(book: Any, values: Any) -> None:
    """Reckoned in plain Python; LibreOffice does it below, where it is."""
    kinds: dict[str, int] = defaultdict(int)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("="):
                    told = values[sheet.title][cell.coordinate].value
                    assert float(reckon(book, sheet, cell.value)) == pytest.approx(told, rel=1e-9, abs=1e-12), (
                        sheet.title, cell.coordinate,
                    )  # fmt: skip
                    kinds["SUM" if "SUM" in cell.value else "/" if "/" in cell.value else "other"] += 1
    assert kinds["SUM"] > 300 and kinds["/"] > 20 and kinds["other"] > 50
    # Every total of a column that adds up is live.
    sheet = book["贫困户分类"]
    total, *_ = body_of_sheet(sheet).values()
    assert all(str(sheet.cell(total, column).value).startswith("=SUM(") for column in range(4, 20))


def test_a_wrong_sum_would_be_seen(book: Any) -> None:
    """Negative control: a changed village changes what its total's formula comes to."""
    sheet = book["贫困户分类"]
    rows = body_of_sheet(sheet)
    total, village = next(iter(rows.values())), max(rows.values())
    before, was = reckon(book, sheet, sheet.cell(total, 4).value), sheet.cell(village, 4).value
    sheet.cell(village, 4).value = was + 1
    assert reckon(book, sheet, sheet.cell(total, 4).value) == before + 1
    sheet.cell(village, 4).value = was


@pytest.mark.skipif(
    shutil.which("soffice") is None, reason="no LibreOffice here: formulas are reckoned in Python alone"
)
def test_libreoffice_comes_to_the_same(content: bytes, values: Any, tmp_path: Path) -> None:
    """The values are taken out of the file first, so that there is nothing to be read but formulas."""
    bare, made = tmp_path / "bare.xlsx", tmp_path / "made"
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(bare, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            part = source.read(name)
            if name.startswith("xl/worksheets/sheet"):
                part = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1", part)
            target.writestr(name, part)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx", "--outdir", made, bare],
        check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    reckoned = load_workbook(made / "bare.xlsx", data_only=True)
    compared = 0
    for sheet in values:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, int | float):
                    assert reckoned[sheet.title][cell.coordinate].value == pytest.approx(cell.value, rel=1e-9), (
                        sheet.title, cell.coordinate,
                    )  # fmt: skip
                    compared += 1
    assert compared > 2_000


def test_blank_is_not_nil(values: Any) -> None:
    sheet = values["五个一批"]
    rows = body_of_sheet(sheet)
    lonely = next(at for (_, village), at in rows.items() if village == "远村")
    said = [sheet.cell(lonely, column).value for column in range(4, 21)]
    assert said == [2, 7, *[NO_DATA] * 15]
    notes = [sheet.cell(at, 1).value for at in range(max(rows.values()) + 1, sheet.max_row + 1)]
    assert any("覆盖5/6村" in note for note in notes) and notes[-1].startswith("填报人：")
    # What villages share is no sum of theirs, and says so.
    assert any("不重复计数" in str(row[0].value) for row in values["市场主体带动"].iter_rows())


def test_it_is_laid_out_for_paper(book: Any, content: bytes) -> None:
    assert book.sheetnames[:2] == ["封面", "目录"] and book.sheetnames[-4:] == [
        "年度比较",
        "图表",
        "勾稽表",
        "指标口径",
    ]
    sheet = book["贫困户分类"]
    assert {str(merged) for merged in sheet.merged_cells.ranges} >= {
        "A1:V1", "A3:A5", "B3:B5", "C3:C5", "D3:E3", "D4:D5", "F3:K3", "F4:G4", "L3:S3", "T3:V3", "V4:V5",
    }  # fmt: skip
    for name in book.sheetnames[2:]:
        page = book[name]
        assert (page.page_setup.paperSize, page.page_setup.orientation) == (9, "landscape"), name
        assert page.page_setup.fitToWidth == 1 and "&P" in page.oddFooter.center.text, name
        if name != "图表":
            assert page.freeze_panes and page.print_title_rows == f"$1:${body_row(page) - 1}", name
    # Headings lead to their definitions, the contents to each sheet and back.
    link = sheet["F5"].hyperlink
    assert link.location.startswith("指标口径!A") or link.location.startswith("'指标口径'!A")
    row = int(link.location.rpartition("A")[2])
    assert book["指标口径"].cell(row, 2).value == "一般贫困户户数"
    assert {cell.hyperlink.location.partition("!")[0].strip("'") for cell in book["目录"]["B"][2:]} == {
        *book.sheetnames[2:]
    }
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert sum(name.startswith("xl/charts/chart") for name in package.namelist()) == 3
    # 万元 stand in the heading, and a cell has the digits of 分 behind the two that it shows.
    money = book["到户资金"]
    assert "（万元）" in str(money["D3"].value) and money["D5"].number_format == "#,##0.00"
    assert money.row_dimensions[7].outlineLevel == 1 and not money.sheet_properties.outlinePr.summaryBelow


def test_last_year_stands_beside_this_one(values: Any, book: Any) -> None:
    sheet = values["年度比较"]
    rows = {sheet.cell(at, 3).value: at for at in range(4, sheet.max_row + 1)}

    def told(name: str) -> list[Any]:
        return [sheet.cell(rows[name], column).value for column in (5, 6, 7, 8)]

    assert told("建档立卡贫困户户数") == [2, 42, 40, 2000]
    assert told("返贫户数" if "返贫户数" in rows else "脱贫状态：返贫户数") == [0, 0, 0, "—"]
    assert told("总户数")[0] == NO_DATA and told("总户数")[2:] == [NO_DATA, NO_DATA]
    assert book["年度比较"].cell(rows["建档立卡贫困户户数"], 6).value == "='贫困户分类'!D6"


def test_nobody_is_named(content: bytes, values: Any, county: Any) -> None:
    texts = {
        str(cell.value)
        for sheet in values
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    people = Person.objects.unscoped("tests").all()
    assert not texts & {person.name for person in people}
    joined = "\n".join(texts)
    assert not [p for p in people if p.id_number and p.id_number in joined]


def test_the_same_yearbook_is_the_same_file(county: Any, content: bytes) -> None:
    assert as_xlsx(county, on=ON) == content
    assert as_docx(county, on=ON) == as_docx(county, on=ON)
    assert as_xlsx(county, on=date(2018, 1, 1)) != content


def test_word_has_the_same_tables(county: Any, values: Any) -> None:
    document = Document(io.BytesIO(as_docx(county, on=ON)))
    section = document.sections[0]
    assert section.page_width > section.page_height
    titles = [p.text for p in document.paragraphs if p.style.name == "Table Title"]
    assert [t.partition("　")[0] for t in titles if "（续）" not in t] == [
        f"表{n}" for n in range(1, len(SHEETS) + 2)
    ]
    tables = dict(zip(titles, document.tables, strict=True))
    table = next(table for title, table in tables.items() if "人均纯收入" in title)
    sheet = values["人均纯收入"]
    total = next(iter(body_of_sheet(sheet).values()))
    told = [cell.text for cell in table.rows[3].cells]
    assert told[1] == "合计"
    assert told[3:] == [f"{int(sheet.cell(total, column).value):,}" for column in range(4, 4 + len(told) - 3)]
    assert all(row._tr.trPr.xpath("w:tblHeader") for row in table.rows[:3])


def test_a_township_has_its_villages_alone(county: Any) -> None:
    yearbook = yearbook_of(Place(region(TOWNSHIP), 2017), SYSTEM)
    book = load_workbook(io.BytesIO(as_xlsx(yearbook, on=ON)))
    sheet = book["贫困户分类"]
    assert [cell.value for cell in sheet[3]][:3] == ["序号", "行政村", "建档立卡贫困户"]
    assert sheet["C6"].value == "SUM(C7:C11)" or sheet["C6"].value == "=SUM(C7:C11)"
    assert sheet.freeze_panes == "C6"


def test_a_place_without_villages_has_an_empty_one(county: Any) -> None:
    empty = make.region("421199190000", "空镇")
    yearbook = yearbook_of(Place(empty, 2017), SYSTEM)
    book = load_workbook(io.BytesIO(as_xlsx(yearbook, on=ON)))
    assert [cell.value for cell in book["贫困户分类"][6]][1:4] == ["合计", NO_DATA, NO_DATA]
    assert Document(io.BytesIO(as_docx(yearbook, on=ON))).tables


def test_statements_do_not_grow_with_villages(county: Any) -> None:
    def taken() -> dict[str, int]:
        found = {}
        for code in (COUNTY, TOWNSHIP):
            with CaptureQueriesContext(connection) as captured:
                yearbook_of(Place(region(code), 2017), SYSTEM)
            found[code] = len(captured)
        return found

    assert taken() == STATEMENTS
    for at in range(12):
        make.household(make.village(f"4211991102{20 + at}", f"新{at}村"), size=1)
    assert taken() == STATEMENTS


# --- on its way ------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(settings: Any, tmp_path: Path) -> Path:
    """The storage is a folder of the test."""
    default = settings.STORAGES["default"]
    options = {**default["OPTIONS"], "location": tmp_path}
    settings.STORAGES = {**settings.STORAGES, "default": {**default, "OPTIONS": options}}
    return tmp_path


@pytest.mark.parametrize("format", ["xlsx", "docx"])
def test_from_the_form_to_the_file(county: Any, client_of: Any, files: Path, format: str) -> None:
    leader = make.user(Role.LEADER, region(COUNTY))
    client = client_of(leader)
    answer = client.post(f"/{COUNTY}/2017/yearbook/", {"format": format})
    job = Job.objects.get(actor=leader)
    assert answer["Location"] == f"/{COUNTY}/2017/jobs/{job.pk}/"
    assert client.get(f"/{COUNTY}/2017/yearbook/{job.pk}/file/").status_code == 404
    assert run_next_job() == job
    job.refresh_from_db()
    assert (job.state, job.message, job.step == job.steps) == (
        "done",
        "已生成，共6个村；勾稽全部一致。",
        True,
    )
    page = client.get(answer["Location"]).content.decode()
    address = f"/{COUNTY}/2017/yearbook/{job.pk}/file/"
    assert address in page and address in client.get(f"/{COUNTY}/2017/yearbook/").content.decode()
    download = client.get(address)
    assert download["Content-Disposition"].endswith(f".{format}") and body_of(download)[:2] == b"PK"
    # Nobody else's, and of no other place or year.
    assert client_of(make.user(Role.COUNTY, region(COUNTY))).get(address).status_code == 404
    assert client.get(address.replace(COUNTY, TOWNSHIP)).status_code == 404
    assert client.get(address.replace("/2017/", "/2016/")).status_code == 404


def test_a_right_that_was_lost_since_ends_it(county: Any, files: Path) -> None:
    user = make.user(Role.TOWNSHIP, region(TOWNSHIP))
    job = queue_yearbook(place=Place(region(TOWNSHIP), 2017), format="xlsx", actor=user)
    assert queue_yearbook(place=Place(region(TOWNSHIP), 2017), format="xlsx", actor=user) == job
    RoleAssignment.objects.filter(user=user).delete()
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.message) == ("failed", "您已没有查看这个地区汇总的权限。")


@pytest.mark.parametrize(
    ("code", "format", "role", "words"),
    [
        ("421199110201", "xlsx", Role.COUNTY, "年度统计表按县或乡镇编制"),
        (COUNTY, "pdf", Role.COUNTY, "请选择要生成的格式"),
        (COUNTY, "xlsx", Role.TOWNSHIP, "您没有查看云岭县汇总的权限。"),
        (TOWNSHIP, "xlsx", Role.HELPER, "汇总的权限"),
    ],
)
def test_what_is_refused_at_once(county: Any, code: str, format: str, role: Role, words: str) -> None:
    user = make.user(role, region(COUNTY if role is Role.COUNTY else TOWNSHIP))
    with pytest.raises(Refused, match=words):
        queue_yearbook(place=Place(region(code), 2017), format=format, actor=user)
    assert not Job.objects.exists()


# --- rosters ---------------------------------------------------------------------------------------------------------


def test_rosters_come_in_as_many_parts_as_they_need(
    county: Any, client_of: Any, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list as it is exported by itself, numbers masked; recorded as one file."""
    monkeypatch.setattr("fupin.resource.exports.MOST_ROWS", 50)
    officer = make.user(Role.COUNTY, region(COUNTY))
    client = client_of(officer)
    client.post(f"/{COUNTY}/2017/yearbook/", {"format": "rosters"})
    job = run_next_job()
    page = client.get(f"/{COUNTY}/2017/yearbook/").content.decode()
    address = f"/{COUNTY}/2017/yearbook/{job.pk}/file/"
    assert address in page
    download = client.get(address)
    assert download["Content-Type"] == "application/zip"
    taken = body_of(download)
    with zipfile.ZipFile(io.BytesIO(taken)) as package:
        assert package.testzip() is None
        parts = {name: exported(package.read(name)) for name in package.namelist()}
    total = 0
    for name, label in (
        ("households", "贫困户"),
        ("members", "家庭成员"),
        ("benefits", "到户措施与资金"),
        ("projects", "到村项目"),
    ):
        alone = exported(body_of(client.get(f"/{COUNTY}/2017/{name}/export/")))
        mine = {part: rows for part, rows in parts.items() if part.startswith(f"云岭县2017年{label}")}
        assert len(mine) == max(1, -(-len(alone) // 50)), label
        together = [row for rows in mine.values() for row in rows]
        assert [row | {"序号": None} for row in together] == [row | {"序号": None} for row in alone]
        total += len(alone)
    assert job.message == f"已生成，4份名册共{total}行。"
    assert any(name.endswith("（2）.xlsx") for name in parts)
    log = ExportLog.objects.unscoped("tests").get(job=job)
    assert (log.title, log.row_count, log.revealed) == ("云岭县2017年度名册", total, [])
    assert log.digest == hashlib.sha256(taken).hexdigest()


def test_rosters_are_for_those_who_may_export(county: Any, client_of: Any, files: Path) -> None:
    leader = make.user(Role.LEADER, region(COUNTY))
    client = client_of(leader)
    assert "rosters" not in client.get(f"/{COUNTY}/2017/yearbook/").content.decode()
    assert client.post(f"/{COUNTY}/2017/yearbook/", {"format": "rosters"}).status_code == 422
    with pytest.raises(Refused, match="您没有导出云岭县名单的权限。"):
        queue_yearbook(place=Place(region(COUNTY), 2017), format="rosters", actor=leader)
    officer = make.user(Role.COUNTY, region(COUNTY))
    queue_yearbook(place=Place(region(COUNTY), 2017), format="rosters", actor=officer)
    RoleAssignment.objects.filter(user=officer).update(role=Role.LEADER)
    assert run_next_job().message == "您已没有导出这个地区名单的权限。"
    assert not ExportLog.objects.unscoped("tests").filter(user=officer).exists()


def test_a_list_that_no_sheet_holds_is_refused_in_words(
    county: Any, client_of: Any, files: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.FUPIN_EXPORT_ROWS = 10
    monkeypatch.setattr("fupin.resource.exports.MOST_ROWS", 30)
    client = client_of(make.user(Role.COUNTY, region(COUNTY)))
    client.post(f"/{COUNTY}/2017/jobs/", {"path": f"/{COUNTY}/2017/households/export/", "query": ""})
    assert "一张表最多放30行" in run_next_job().message
