"""Names of files that people upload, and what is told of a workbook's cells."""

from __future__ import annotations

import re
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook

from fupin.access import SYSTEM
from fupin.domain.attachments import attach_file
from fupin.domain.import_runs import start_import
from fupin.domain.imports import IMPORTERS, import_file
from fupin.models import Attachment, ImportRun, Job
from fupin.place import Place
from fupin.refusals import Refused
from reports.queries.bundles import JOB
from tests.factories import YEAR
from tests.fupin.walking import PNG, body_of, bundle_of
from tests.hostile import BROKEN, HOSTILE
from tests.imports.support import import_workbook
from tests.literal.conftest import TEXTS
from tests.literal.pages import packs, page_of, seen, token

pytestmark = pytest.mark.django_db

COVERS = (
    "fupin.Attachment.name", "fupin.ImportRun.file_name", "fupin.ImportRun.errors", "fupin.ImportRun.notes",
    "fupin.ImportRun.columns", "fupin.ImportLine.who", "fupin.ImportLine.cells",
    "fupin.Job.message",
)  # fmt: skip


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Path) -> Path:
    """What is uploaded in a test goes into a folder of the test."""
    default = settings.STORAGES["default"]
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {**default, "OPTIONS": {"location": tmp_path / "files"}},
    }
    return tmp_path / "files"


def file_of(text: str) -> str:
    """What a file of this name is called where it lies: a path is cut to its last part."""
    return f"{text}.png".rpartition("/")[2]


def named_in(header: str) -> str:
    """The name that a browser gives a download, by the rules for headers."""
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename() or ""


def test_a_files_name_is_kept_listed_and_given_back_to_the_letter(
    world: Any, personas: Any, client_of: Any, files: Path
) -> None:
    home, client = world.household_a, client_of(personas["clerk_a"])
    for number, text in enumerate(TEXTS):
        upload = SimpleUploadedFile(f"{text}.png", PNG + bytes([number]))
        attach_file(target=home, file=upload, actor=personas["clerk_a"])
    kept = list(Attachment.objects.unscoped("tests").order_by("pk"))
    assert [row.name for row in kept] == [file_of(text) for text in TEXTS]
    url, rows = (
        Place(world.a, YEAR).url("households_detail", key=home.household_id),
        Attachment.objects.unscoped("tests"),
    )
    page = page_of(client.get(url))
    for number, row in enumerate(kept):
        rows.filter(pk=row.pk).update(name=token(number))
    harmless = page_of(client.get(url))
    assert seen(page) == seen(harmless, {token(number): row.name for number, row in enumerate(kept)})

    for row in kept:
        row.save()
    for row in kept[::2]:
        response = client.get(reverse("attachment", kwargs={"key": row.pk}))
        header = response["Content-Disposition"]
        assert body_of(response).startswith(PNG)
        assert header.startswith("attachment; filename")
        assert header.isascii() and header.isprintable()
        assert named_in(header) == row.name.strip()
    # On the disk there is nothing of it.
    names = {path.name for path in files.rglob("*")} - {"attachments"}
    assert [name for name in names if not re.fullmatch("[0-9a-f]{2}|[0-9a-f]{64}", name)] == []


@pytest.mark.parametrize("text", BROKEN)
def test_a_second_line_in_a_files_name_is_no_second_header(
    text: str, world: Any, personas: Any, client_of: Any
) -> None:
    """Past the upload, which drops such characters itself."""
    row = attach_file(
        target=world.household_a, file=SimpleUploadedFile("照片.png", PNG), actor=personas["clerk_a"]
    )
    for name in (text, f"x{text.replace('甲', '').replace('乙', '')}.png"):
        Attachment.objects.unscoped("tests").filter(pk=row.pk).update(name=name.replace("\x00", ""))
        response = client_of(personas["clerk_a"]).get(reverse("attachment", kwargs={"key": row.pk}))
        header = response["Content-Disposition"]
        assert body_of(response) == PNG
        assert header.isascii() and not set(header) & set("\r\n\0")
        assert "Set-Cookie" not in response.headers


def test_an_ending_that_may_not_be_attached_is_quoted_to_the_letter(
    world: Any, personas: Any, client_of: Any
) -> None:
    """In a message on the row's page."""
    client = client_of(personas["clerk_a"])
    url = Place(world.a, YEAR).url("households_attach", key=world.household_a.household_id)

    def told(ending: str) -> str:
        upload = SimpleUploadedFile(f"x.{ending}", PNG)
        return page_of(client.post(url, {"file": upload}, follow=True))

    harmless = told(token(0))
    assert f"不支持“.{token(0)}”文件" in harmless
    # The test's client writes no name with quotes or slashes as a browser does.
    for text in [text for text in HOSTILE if not re.search(r"[\"\\/.;&%\s]", text)][::3]:
        assert seen(told(text)) == seen(harmless, {token(0): text.lower()})
    for text in HOSTILE:
        with pytest.raises(Refused) as refused:
            attach_file(target=world.household_a, file=SimpleUploadedFile(f"x.{text}", PNG), actor=SYSTEM)
        name = Path(f"x.{text}").name
        ending = Path(name).suffix.lower()
        assert str(refused.value).startswith(f"不支持“{ending or '无扩展名'}”文件")


def test_what_is_told_of_an_import_is_told_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    """File, note, and each cell with its value, reason and remedy; also while it is on its way."""
    client, user = client_of(personas["clerk_a"]), personas["clerk_a"]
    place = Place(world.a, YEAR)

    def run_of(texts: list[str]) -> ImportRun:
        errors = [dict.fromkeys(("sheet", "cell", "value", "reason", "remedy"), text) for text in texts]
        run = ImportRun.objects.create(
            region=world.a, year=YEAR, kind="village", file_name=texts[0], actor=user, errors=errors,
            notes=texts, state=ImportRun.State.REFUSED, stored="imports/x",
            columns=[
                {"sheet": "户", "position": at, "header": text, "column": "", "proposed": ""}
                for at, text in enumerate(texts, start=1)
            ],
        )  # fmt: skip
        for at, text in enumerate(texts):
            run.lines.create(
                position=at,
                kind="changed",
                label="户",
                who=text[:200],
                cells={"cells": [["备注", text, text]]},
            )
        return run

    words = {token(number): text for number, text in enumerate(TEXTS)}
    pages = []
    for texts in (list(words), TEXTS):
        run = run_of(texts)
        urls = [place.url(route, key=run.pk) for route in ("import_run", "import_columns")]
        pages.append(
            [page_of(client.get(url)).replace("\r", "").replace(f"/{run.pk}/", "/1/") for url in urls]
        )
        run.delete()
    for harmless, hostile in zip(*pages, strict=True):
        assert seen(hostile) == seen(harmless, words)

    for name in packs(TEXTS, 190):
        ImportRun.objects.unscoped("tests").all().delete()
        listed = []
        for text in (token(0), name):
            run = start_import(
                upload=SimpleUploadedFile(f"{text}.xlsx".replace("/", ""), b"PK"), kind="village",
                region=world.a, year=YEAR, actor=user,
            )  # fmt: skip
            Job.objects.filter(pk=run.job_id).update(message=text[:200], state=Job.State.RUNNING)
            key = place.url("import_run", key=run.pk)
            listed.append(
                [page_of(client.get(url)).replace(f"/{run.pk}/", "/1/") for url in (key, place.url("import"))]
            )
            ImportRun.objects.unscoped("tests").all().delete()
        file = name.replace("/", "")
        # The name of the file without slashes, the message with them.
        words = {token(0): name}
        for page, before in zip(listed[1], listed[0], strict=True):
            before = before.replace(f"{token(0)}.xlsx", f"{token(1)}.xlsx")
            assert seen(page) == seen(before, words | {token(1): file})


def test_a_bundles_message_is_told_to_the_letter(world: Any, personas: Any, client_of: Any) -> None:
    client, job = client_of(personas["township"]), bundle_of(world.a)
    place = Place(world.township, YEAR)
    urls = [place.url("bundles"), place.url("bundle", key=job.pk)]
    assert job.kind == JOB
    for state in (Job.State.RUNNING, Job.State.DONE, Job.State.FAILED):
        Job.objects.filter(pk=job.pk).update(state=state, message=token(0))
        harmless = [page_of(client.get(url)) for url in urls]
        for text in packs(TEXTS, 200):
            Job.objects.filter(pk=job.pk).update(message=text)
            for url, before in zip(urls, harmless, strict=True):
                assert seen(page_of(client.get(url))) == seen(before, {token(0): text})


# --- a workbook whose every cell is hostile ------------------------------------------------------------------------


def workbook(path: Path, texts: list[str], header: str = "别的") -> Path:
    """A ledger of projects in which the texts stand where codes and numbers belong."""
    book = Workbook()
    page = book.active
    page.title = "项目"
    rows = [["实施年度", "项目名称", "建设规模", "单位", "投入资金（万元）", "进度", "备注", header]]
    rows += [[YEAR, f"第{number}项", text, "米", text, text, text, text] for number, text in enumerate(texts)]
    for row in rows:
        page.append([""] * len(row))
        for cell, value in zip(page[page.max_row], row, strict=True):
            cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def test_cells_are_named_with_their_values_to_the_letter(world: Any, tmp_path: Path) -> None:
    texts = [text for text in TEXTS if not re.fullmatch(r"\d{11,}|[\d,.e+=-]+|_x[0-9A-F]{4}_.*", text)]
    outcome = import_file(
        workbook(tmp_path / "x.xlsx", texts), importer=IMPORTERS["projects"], region=world.a, year=YEAR,
        actor=SYSTEM,
    )  # fmt: skip
    assert outcome.state == ImportRun.State.REFUSED
    quoted = {
        (error.cell[0], int(error.cell[1:])): error.value
        for error in outcome.errors
        if re.fullmatch(r"[A-Z]\d+", error.cell)
    }
    wanted = [text for text in texts if text not in ("—", "否")]
    assert len(wanted) >= 60
    at = {text: number for number, text in enumerate(texts, start=2)}
    assert [quoted.get(("F", at[text])) for text in wanted] == [
        text if len(text) <= 40 else f"{text[:39]}…" for text in wanted
    ]


def test_the_command_says_each_error_in_one_line_that_moves_no_cursor(world: Any, tmp_path: Path) -> None:
    texts = [
        *HOSTILE,
        "甲\n乙",
        "甲\r\n2017-01-01 ERROR x",
        "甲_x001B_[2J乙",
        "\u202e反",
        "甲\u2028乙",
        "甲\x85乙",
    ]
    path = workbook(tmp_path / "x.xlsx", texts, header="_x001B_[2J\n2017-01-01 ERROR x")
    ended = import_workbook(path, "--year", YEAR, "--region", world.a.pk, "--kind", "projects")
    assert (ended.status, ended.out) == (1, [])
    outcome = import_file(path, importer=IMPORTERS["projects"], region=world.a, year=YEAR, actor=SYSTEM)
    assert len(outcome.errors) > 2 * len(HOSTILE)
    assert len(ended.err) == len(outcome.errors) + len(outcome.notes) + 1
    assert [line for line in ended.err if re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e]", line)] == []
    # Negative control: something there would have moved it.
    told = [str(thing) for thing in (*outcome.errors, *outcome.notes)]
    assert [line for line in told if "\x1b" in line] and [line for line in told if "\n" in line]
