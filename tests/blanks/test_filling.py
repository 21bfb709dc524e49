"""A form from upload to file: its numbers counted again from the exported rosters, its headings corrected, its refusals."""

from __future__ import annotations

import io
import os
import random
import subprocess
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from openpyxl import Workbook, load_workbook

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import ExportLog, Level, Region
from fupin.refusals import Refused
from fupin.sheets import process
from fupin.sheets.errors import FileRefused
from reports.blanks import grid
from reports.blanks.grid import read_form
from reports.blanks.plan import Places, plan_of
from reports.domain.blanks import keep_form, queue_filling, say_headings
from reports.models import BlankForm
from tests import factories as make
from tests.blanks.shapes import SHAPES
from tests.blanks.test_plan import KNOWN
from tests.blanks.test_plan import county as county_region
from tests.conftest import standing
from tests.reports.support import exported, region
from tests.sheets.mutants import mutant

COUNTY, TOWNSHIP = "421199000000", "421199110000"
YEAR = 2017


@pytest.fixture(scope="module", autouse=True)
def county(django_db_setup: None, django_db_blocker: Any) -> Any:
    """A generated township."""
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            call_command("make_county", households=40, villages=5, seed=7, stdout=io.StringIO())
        yield


pytestmark = pytest.mark.django_db


@pytest.fixture
def villages() -> list[Region]:
    rows = Region.objects.unscoped("tests").filter(code__startswith="421199110", level=Level.VILLAGE)
    return list(rows.order_by("code"))


@pytest.fixture
def officer() -> Any:
    return make.user(Role.COUNTY, region(COUNTY))


def form_of(villages: list[Region]) -> Workbook:
    """A form of two rows of headings, a row for each village, one nobody knows, and 合计."""
    book = Workbook()
    page = book.active
    page.title = "表一"
    for row in (
        ["脱贫攻坚情况统计表"],
        ["填报单位：", None, None, None, "单位：户、人、元"],
        ["村名", "建档立卡贫困户", None, "2016年脱贫户数", "低保金金额", "光伏板块数", "扶贫干部数"],
        [None, "户数", "人数"],
        *([village.name] for village in villages),
        ["不在册的村"],
        ["合计"],
        ["填报人："],
    ):
        page.append(row)
    for area in ("A1:G1", "A3:A4", "B3:C3"):
        page.merge_cells(area)
    return book


def content_of(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(client: Any, book: Workbook, name: str = "县表") -> Any:
    file = SimpleUploadedFile("county.xlsx", content_of(book))
    return client.post(f"/{COUNTY}/{YEAR}/blanks/", {"name": name, "file": file})


def body(response: Any) -> bytes:
    assert response.status_code == 200
    return b"".join(response) if response.streaming else response.content


def counted(client: Any, code: str) -> list[Any]:
    """What somebody counts of a place who has only its sheets: the columns B to E of the form."""

    def rows(name: str, year: int = YEAR) -> list[dict[str, Any]]:
        return exported(body(client.get(f"/{code}/{year}/{name}/export/")))

    homes, members = rows("households"), rows("members")
    dibao = [
        Decimal(str(row["金额（元）"]))
        for year in range(2014, YEAR + 1)
        for row in rows("benefits", year)
        if row["帮扶措施"] == "低保金" and row["金额（元）"] is not None
    ]
    exits = sum(row["脱贫年度"] == 2016 for row in homes)
    return [len(homes), len(members), exits, float(sum(dibao)) if dibao else None]


def test_a_form_is_filled_in(villages: list[Region], officer: Any, client_of: Any) -> None:
    client = client_of(officer)
    response = upload(client, form_of(villages))
    form = BlankForm.objects.unscoped("tests").get()
    page_url = f"/{COUNTY}/{YEAR}/blanks/{form.pk}/"
    assert (response.status_code, response.url) == (302, page_url)

    page = client.get(page_url).content.decode()
    assert f"可以填写{4 * (len(villages) + 1)}格" in page
    assert "“表一”第10行：没有“不在册的村”这个村或乡镇" in page
    assert page.index("光伏板块数") < page.index("2016年脱贫户数"), "what is not matched stands first"

    response = client.post(page_url, {"what": "fill", **answers(client, page_url)})
    job = run_next_job()
    assert response.url == f"/{COUNTY}/{YEAR}/jobs/{job.pk}/"
    assert job.state == "done", job.message
    assert job.message.endswith("2个表头没有对应的指标，1行不是本地的村或乡镇。")
    filled = load_workbook(io.BytesIO(body(client.get(f"{page_url}{job.pk}/")))).active
    rows = {row[0].value: [cell.value for cell in row[1:]] for row in filled.iter_rows(min_row=5)}
    expected = {village.name: counted(client, village.code) for village in villages}
    assert any(row[2] for row in expected.values())
    assert any(row[3] for row in expected.values())
    for name, numbers in expected.items():
        assert rows[name] == [*numbers, None, None]
    assert rows["合计"] == [*counted(client, COUNTY), None, None]
    assert rows["不在册的村"] == [None] * 6

    log = ExportLog.objects.unscoped("tests").get(job=job)
    assert (log.title, log.region_id, log.year, log.user) == ("上级报表：县表", COUNTY, YEAR, officer)


def answers(client: Any, url: str) -> dict[str, str]:
    """The fields of the page as they stand."""
    form = client.get(url).context["form"]
    return {name: field.initial or "" for name, field in form.fields.items()}


def test_what_a_heading_means_is_corrected_and_remembered(
    villages: list[Region], officer: Any, client_of: Any
) -> None:
    client = client_of(officer)
    url = upload(client, form_of(villages)).url
    form = client.get(url).context["form"]
    number = next(name for name, field in form.fields.items() if field.label == "扶贫干部数")
    wrong = client.post(url, {"what": "save", **answers(client, url), number: "没有的指标"})
    assert wrong.status_code == 422
    assert "没有“没有的指标”这个指标" in wrong.content.decode()
    assert client.post(url, {"what": "save", **answers(client, url), number: "党员（人）"}).status_code == 302
    assert BlankForm.objects.unscoped("tests").get().said == {"扶贫干部数": "profile.party_members"}
    for year in (YEAR, 2016):
        page = client.get(f"/{COUNTY}/{year}/blanks/{BlankForm.objects.unscoped('tests').get().pk}/")
        assert page.context["form"].fields[number].initial == "党员（人）"
    assert client.post(url, {"what": "save", **answers(client, url), number: "不填"}).status_code == 302
    assert BlankForm.objects.unscoped("tests").get().said == {"扶贫干部数": ""}


def test_it_is_deleted_with_its_file(villages: list[Region], officer: Any, client_of: Any) -> None:
    client = client_of(officer)
    book = form_of(villages)
    first, second = upload(client, book).url, upload(client, book, "又一张").url
    paths = [form.file.name for form in BlankForm.objects.unscoped("tests").order_by("pk")]
    assert [client.post(first, {"what": "remove"}).url, client.get(first).status_code] == [
        f"/{COUNTY}/{YEAR}/blanks/", 404
    ]  # fmt: skip
    assert [default_storage.exists(path) for path in paths] == [False, True]
    client.post(second, {"what": "remove"})
    assert not default_storage.exists(paths[1])


def test_who_may(villages: list[Region], officer: Any, client_of: Any) -> None:
    url = upload(client_of(officer), form_of(villages)).url
    for role, place, status in (
        (Role.LEADER, COUNTY, 403),
        (Role.AUDITOR, COUNTY, 403),
        (Role.TOWNSHIP, TOWNSHIP, 404),
    ):
        client = client_of(make.user(role, region(place)))
        assert client.get(url).status_code == status, role
    form = BlankForm.objects.unscoped("tests").get()
    stranger = make.user(Role.TOWNSHIP, region(TOWNSHIP))
    with pytest.raises(Refused, match="没有填写.*上级报表的权限"):
        queue_filling(form=form, year=YEAR, actor=stranger)
    with pytest.raises(Refused, match="没有填写.*上级报表的权限"):
        say_headings(form=form, said={}, year=YEAR, actor=stranger)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"name,households\n", "只能填写 .xlsx 格式的报表"),
        (b"PK\x03\x04 half a file", "文件不完整或已损坏"),
        (b"\x89PNG\r\n\x1a\n", "文件是图片"),
    ],
)
def test_what_is_no_form_is_refused(content: bytes, reason: str, officer: Any, client_of: Any) -> None:
    response = client_of(officer).post(
        f"/{COUNTY}/{YEAR}/blanks/", {"name": "", "file": SimpleUploadedFile("county.xlsx", content)}
    )
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not BlankForm.objects.unscoped("tests").exists()


def test_a_roster_is_no_form_and_a_name_is_had_once(
    villages: list[Region], officer: Any, client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(officer)
    assert upload(client, form_of(villages)).status_code == 302
    assert "已有同名的报表" in upload(client, form_of(villages)).content.decode()
    book = Workbook()
    for _ in range(1_001):
        book.active.append(list(range(20)))
    answer = upload(client, book, "名单")
    assert "不像待填的报表" in answer.content.decode()
    monkeypatch.setattr(grid, "LIMITS", grid.Limits(file_bytes=100))
    with pytest.raises(Refused, match="文件超过"):
        monkeypatch.setattr("reports.domain.blanks.LIMITS", grid.LIMITS)
        keep_form(
            upload=SimpleUploadedFile("x.xlsx", content_of(book)),
            name="",
            region=region(COUNTY),
            actor=officer,
        )


def test_nothing_to_fill_in_is_said(officer: Any) -> None:
    book = Workbook()
    book.active.append(["村名", "扶贫干部数"])
    form = keep_form(
        upload=SimpleUploadedFile("空表.xlsx", content_of(book)),
        name="",
        region=region(COUNTY),
        actor=officer,
    )
    assert form.name == "空表"
    queue_filling(form=form, year=YEAR, actor=officer)
    job = run_next_job()
    assert (job.state, job.message) == (
        "failed", "没有可以填写的格子：请先在报表页面核对各表头对应的指标。",
    )  # fmt: skip


def test_the_portal_starts_the_process_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere in the suite a fork does its work."""
    monkeypatch.setattr(process, "subprocess", subprocess)
    told = read_form(SHAPES["two_tables_on_a_sheet"]().content())
    assert [sheet["name"] for sheet in told] == ["表一"]


def test_damaged_forms_are_refused_or_read() -> None:
    """No damage ends in anything but a refusal in words, or in a plan."""
    chance = random.Random(8)
    bases = [SHAPES[name]().content().getvalue() for name in ("well_dressed", "two_tables_on_a_sheet")]
    read = refused = 0
    for _ in range(40 * int(os.environ.get("FUPIN_FUZZ", "1"))):
        try:
            told = read_form(io.BytesIO(mutant(chance, bases)))
        except FileRefused as reason:
            assert reason.remedy
            refused += 1
            continue
        plan_of(grid.grids_of(told), KNOWN, Places(county_region, [], YEAR), {})
        read += 1
    assert read and refused
