"""Bad input to the import of a village: each mistake its own line, on the shell and on the page, and nothing written."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.urls import reverse

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from fupin.sheets.errors import SheetError
from households.models import HouseholdYear, Membership, Person
from tests import factories as make
from tests.imports import cases
from tests.imports.support import errors_on_page, import_workbook, notes_on_page, state_of_database
from tests.sheets.books import patched

YEAR = 2017
ROOT = Path(__file__).resolve().parents[2]


def upload(client, office, path, *, kind="village"):
    """Upload a file at the village's page; the URL of its import."""
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})
    with path.open("rb") as file:
        response = client.post(url, {"kind": kind, "file": file})
    assert response.status_code == 302, response.content.decode()
    return response.url


def lines_on_page(client, url):
    """The errors of an import's page, worded as the shell words them."""
    return [
        str(SheetError(sheet, cell, "" if value == "（空）" else value, reason, remedy))
        for sheet, cell, value, reason, remedy in errors_on_page(client, url)
    ]


def numbers_in(reference) -> set[str]:
    """Every full personal number of the workbook."""
    if "人" not in reference.book.sheetnames:
        return set()
    column = (line[0].value for line in reference["人"]["C4:C200"])
    return {str(value)[:18] for value in column if value}


def command(path, office, *more, user="clerk"):
    arguments = ("--year", YEAR, "--user", user, "--region", office.village.code, *more)
    return import_workbook(path, *arguments)


# --- the workbook, cell by cell ---


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_mistake_has_its_line_and_nothing_is_written(case, office, reference, tmp_path):
    case.prepare(office)
    numbers = numbers_in(reference)
    case.edit(reference)
    numbers |= numbers_in(reference)
    path = reference.save(tmp_path / "万田畈村.xlsx")
    client = office.client(case.user)
    before = state_of_database()

    ended = command(path, office, "--kind", "village", user=case.user)

    total = f"共{len(case.lines)}处问题，未写入任何数据。"
    assert ended.err == [*case.notes, *case.lines, total]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before

    url = upload(client, office, path)
    run_next_job()

    assert lines_on_page(client, url) == list(case.lines)
    assert notes_on_page(client, url) == list(case.notes)
    assert state_of_database() == before
    said = "\n".join(ended.err) + client.get(url).content.decode()
    assert {number for number in numbers if number in said} == set()
    run = ImportRun.objects.unscoped("tests").get()
    assert (run.state, run.counts) == (ImportRun.State.REFUSED, {})
    assert not default_storage.exists(run.job.arguments["path"])


@pytest.mark.parametrize("case", cases.ALONE, ids=lambda case: case.name)
def test_what_follows_from_a_mistake_is_not_said_beside_it(case, office, reference, tmp_path):
    case.edit(reference)
    path = reference.save(tmp_path / "万田畈村.xlsx")
    before = state_of_database()

    ended = command(path, office, "--kind", "village")

    assert ended.err == [*case.notes, *case.lines, "共1处问题，未写入任何数据。"]
    assert ended.status == 1
    assert state_of_database() == before


def test_all_mistakes_are_listed_once_in_the_order_of_the_workbook(office, reference, tmp_path):
    named = {case.name: case for case in cases.CASES}
    chosen = [
        named[name]
        for name in (
            "newborn", "check digit", "people", "unknown category", "more farmers than people", "impossible date",
        )
    ]  # fmt: skip
    for case in chosen:
        case.edit(reference)

    ended = command(reference.save(tmp_path / "many.xlsx"), office)

    assert ended.err == [
        *named["more farmers than people"].lines,
        # F4 and I4 of one row, as the columns come; then the next row.
        *named["unknown category"].lines,
        *named["impossible date"].lines,
        *named["people"].lines,
        *named["check digit"].lines,
        *named["newborn"].lines,
        "共6处问题，未写入任何数据。",
    ]
    assert ended.status == 1


def test_mistakes_beyond_a_thousand_are_counted(office, reference, tmp_path):
    sheet = reference["户"]
    for row in range(4, 1104):
        sheet[f"A{row}"].value = f"{row}/17"
        for column in "DEFGHI":
            sheet[f"{column}{row}"].value = sheet[f"{column}4"].value

    ended = command(reference.save(tmp_path / "many.xlsx"), office)

    # Of 1,100 households: the odd number of each. Their members' numbers are then unknown, which is no news.
    assert ended.err == [
        "另有100处问题没有列出。请先改正已列出的各处，再重新导入。",
        *(f"户!A{row} “{row}/17”：户编号应为4至20位数字或字母。请核对户编号。" for row in range(4, 1004)),
        "共1000处问题，未写入任何数据。",
    ]


def test_unknown_and_unreachable_villages_are_answered_alike():
    named = {case.name: case.lines[0] for case in cases.CASES}

    told = {
        re.sub(r"\d{12}", "…", named[name])
        for name in ("village out of scope", "village unknown", "township for a village")
    }

    assert told == {"村情!A4 “…”：不是您可以导入的村。请核对村代码；如需导入其他村，请联系上级调整权限。"}


# --- the file as a whole ---


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def bomb(content: bytes) -> bytes:
    """The workbook with a part of 300 MB that packs to almost nothing."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != "xl/sharedStrings.xml":
                new.writestr(entry, old.read(entry))
        with new.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(1024 * 1024))
    return target.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
SAVE_AS = "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
FILES = {
    "picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(64), "文件是图片，不是工作簿。请上传 .xlsx 表格；图片请作为附件上传。"),
    "csv": (lambda _: "户编号,姓名\n1,王\n".encode("gb18030"), f"文件是文本或 CSV，不是 .xlsx 工作簿。{SAVE_AS}"),
    "page": (lambda _: b"<html><table></table>", f"文件是网页，只是名字像表格（有的系统这样导出 .xls）。{SAVE_AS}"),
    "encrypted": (
        lambda _: OLE + "EncryptedPackage".encode("utf-16-le"),
        "文件已加密，设了打开密码。请取消密码后另存为 .xlsx 再上传。",
    ),
    "old xls": (lambda _: OLE, f"文件已加密或是旧版 .xls 格式。如有密码请先取消；{SAVE_AS}"),
    "cut off": (cut_off, "文件不完整或已损坏。可能没有传完，请重新取得原文件，能正常打开后再上传。"),
    "bomb": (bomb, "文件解压后过大。请把需要的内容复制到空白模板中，另存后上传。"),
}  # fmt: skip


def refused_as_a_whole(office, path, sentence, *, kind=()):
    """Import a file both ways and expect the one sentence."""
    client = office.client()
    before = state_of_database()

    ended = command(path, office, *kind)

    assert ended.err == [f"{path.name}：{sentence}"]
    assert (ended.status, ended.out) == (1, [])

    url = upload(client, office, path)
    run_next_job()

    assert lines_on_page(client, url) == [f"整个文件：{sentence}"]
    assert state_of_database() == before


@pytest.mark.parametrize("name", FILES)
def test_file_that_cannot_be_read_is_refused_with_one_sentence(name, office, reference_content, tmp_path):
    spoil, sentence = FILES[name]
    path = tmp_path / "upload.xlsx"
    path.write_bytes(spoil(reference_content))

    refused_as_a_whole(office, path, sentence)


def test_sparse_sheet_is_refused(office, reference_content, tmp_path):
    path = tmp_path / "sparse.xlsx"
    path.write_bytes(reference_content)
    patched(
        path,
        "xl/worksheets/sheet2.xml",
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )

    refused_as_a_whole(
        office,
        path,
        "第 1048576 行还有内容，超过每张表 50000 行的上限。请删去表格下方无关的内容，或拆成几个文件后上传。",
        kind=("--kind", "village"),
    )


def test_empty_file_is_refused(office, tmp_path):
    path = tmp_path / "empty.xlsx"
    path.touch()
    client = office.client()
    before = state_of_database()

    ended = command(path, office)

    assert ended.err == ["empty.xlsx：文件是空的（0 字节）。请检查文件是否保存成功，重新选择后上传。"]
    assert ended.status == 1
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})
    with path.open("rb") as file:
        response = client.post(url, {"kind": "village", "file": file})
    assert response.status_code == 422
    assert re.findall(r"文件是空的，请重新选择。", response.content.decode()) != []
    assert state_of_database() == before
    assert ImportRun.objects.unscoped("tests").count() == 0


def test_file_above_the_limit_is_refused_at_the_page(office, reference_content, tmp_path, settings):
    settings.FUPIN_UPLOAD_BYTES = 1024 * 1024
    path = tmp_path / "large.xlsx"
    path.write_bytes(reference_content + bytes(1024 * 1024))
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})

    with path.open("rb") as file:
        response = office.client().post(url, {"kind": "village", "file": file})

    assert response.status_code == 422
    assert re.findall(r"<li>(文件超过.*?)</li>", response.content.decode()) == [
        "文件超过1MB，请拆分后再导入。"
    ]
    assert ImportRun.objects.unscoped("tests").count() == 0


def test_workbook_of_no_known_kind_is_told_the_kinds(office, reference, tmp_path):
    for name, new in (("村情", "Sheet1"), ("户", "Sheet2"), ("人", "Sheet3")):
        reference[name].title = new

    ended = command(reference.save(tmp_path / "other.xlsx"), office)

    assert ended.err == [
        "other.xlsx：没有认出这是哪种表格。可导入的有：行政区划（区划）；行政村年度台账（村情、户、人）。请下载空白模板填写。"
    ]
    assert ended.status == 1


# --- rights, calls and crashes ---


def test_year_closed_between_check_and_write_is_refused_by_the_database(
    office, reference, tmp_path, monkeypatch
):
    from fupin.domain import imports

    importer = imports.IMPORTERS["village"]
    check = importer.check

    def then_close(*args, **kwargs):
        checked = check(*args, **kwargs)
        cases.year_closed(office)
        return checked

    monkeypatch.setattr(importer, "check", then_close)
    before = {name: digest for name, digest in state_of_database().items() if "regionyear" not in name}

    ended = command(reference.save(tmp_path / "late.xlsx"), office)

    assert ended.err == [
        "整个文件：2017年度已关账（区划代码 421199103206），不能修改。如需修改，请联系县级办公室。",
        "共1处问题，未写入任何数据。",
    ]
    after = {name: digest for name, digest in state_of_database().items() if "regionyear" not in name}
    assert after == before


LAST_ROW_FAILS = """
    CREATE FUNCTION pg_temp.fail() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'disk is full at 421199194412130018'; END $$;
    CREATE TRIGGER fail BEFORE INSERT ON households_membership FOR EACH ROW
    WHEN (NEW.remark = 'last') EXECUTE FUNCTION pg_temp.fail();
"""


def test_database_error_in_the_last_row_leaves_nothing(office, reference, tmp_path, caplog):
    reference["人"]["P159"].value = "last"
    path = reference.save(tmp_path / "full.xlsx")
    client = office.client()
    before = state_of_database()
    with connection.cursor() as cursor:
        cursor.execute(LAST_ROW_FAILS)

    ended = command(path, office)

    assert ended.err == ["写入时数据库出错，未写入任何数据。请稍后重试，或联系系统管理员。"]
    assert (ended.status, ended.out) == (1, [])
    assert state_of_database() == before
    assert [record.getMessage() for record in caplog.records] == ["import of a workbook: InternalError P0001"]

    url = upload(client, office, path)
    run_next_job()

    assert state_of_database() == before
    page = client.get(url).content.decode()
    said = re.sub(r"<[^>]+>", "", re.search(r'<p class="notice notice--error".*?</p>', page)[0])
    assert (
        said == "✗ 处理中断，没有写入任何数据。处理中出现意外，未写入任何数据。请稍后重试，或联系系统管理员。"
    )
    run = ImportRun.objects.unscoped("tests").get()
    assert (run.state, run.errors) == (ImportRun.State.FAILED, [])
    assert not default_storage.exists(run.job.arguments["path"])


def test_import_whose_worker_died_each_time_is_shown_as_failed(office, reference, tmp_path):
    client = office.client()
    url = upload(client, office, reference.save(tmp_path / "a.xlsx"))
    run = ImportRun.objects.unscoped("tests").select_related("job").get()
    run.job.state, run.job.attempts = "running", 3
    run.job.save()

    assert run_next_job() is None

    run.refresh_from_db()
    assert run.state == ImportRun.State.FAILED
    page = client.get(url).content.decode()
    said = re.sub(r"<[^>]+>", "", re.search(r'<p class="notice notice--error".*?</p>', page)[0])
    assert said == "✗ 处理中断，没有写入任何数据。多次中断，已停止。请重新提交。"
    assert not default_storage.exists(run.job.arguments["path"])


def test_right_lost_while_waiting_ends_the_import(office, reference, tmp_path):
    client = office.client()
    upload(client, office, reference.save(tmp_path / "a.xlsx"))
    office.clerk.assignments.all().delete()
    before = state_of_database()

    run_next_job()

    run = ImportRun.objects.unscoped("tests").select_related("job").get()
    assert (run.state, run.job.message) == (
        ImportRun.State.FAILED,
        "您没有在万田畈村导入“行政村年度台账”的权限。",
    )
    assert state_of_database() == before


def test_without_the_right_the_command_refuses(office, reference, tmp_path):
    make.user(Role.LEADER, office.village, username="leader")
    path = reference.save(tmp_path / "a.xlsx")

    ended = import_workbook(path, "--year", YEAR, "--user", "leader")

    assert ended.err == ["您没有导入“行政村年度台账”的权限。"]
    assert ended.status == 1


def test_guard_off_the_clerk_of_another_village_would_write(office, reference, tmp_path, monkeypatch):
    """The negative control of the scope cases: without the check, rows would arrive."""
    from households.interfaces import imports

    monkeypatch.setattr(imports, "may", lambda *_: True)
    monkeypatch.setattr("households.domain.registration.may", lambda *_: True)
    cases.cell(村情_A4=cases.OTHER.code, 村情_C4=cases.OTHER.name)(reference)
    monkeypatch.setattr(
        type(imports.Region.objects), "visible_to", lambda self, actor, *_: self.unscoped("off")
    )
    before = state_of_database()

    ended = import_workbook(reference.save(tmp_path / "a.xlsx"), "--year", YEAR, "--user", "clerk")

    assert ended.status == 0
    assert state_of_database() != before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["none.xlsx", "--year", "2017"], "没有这个文件：none.xlsx"),
        (["{file}", "--year", "2017", "--user", "nobody"], "没有启用的用户“nobody”。"),
        (["{file}", "--year", "2017", "--region", "990000000000"], "没有区划代码 990000000000。"),
    ],
)
def test_wrong_call_ends_with_two(office, reference, tmp_path, arguments, said):
    path = reference.save(tmp_path / "a.xlsx")

    ended = import_workbook(*(argument.format(file=path) for argument in arguments))

    assert (ended.status, ended.err, ended.out) == (2, [said], [])


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.xlsx"], "error: the following arguments are required: --year"),
        (["a.xlsx", "--year", "17"], "error: argument --year: “17”不是2000至2100之间的年份"),
        (["a.xlsx", "--year", "2017", "--kind", "x"], "error: argument --kind: invalid choice: 'x' (choose from "
         "'regions', 'village')"),
    ],
)  # fmt: skip
def test_misspelt_call_ends_with_two(arguments, said, capsys):
    assert import_workbook(*arguments).status == 2
    assert capsys.readouterr().err.splitlines()[-1].endswith(said)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_shell_sees_status_and_lines_without_a_stack_trace(reference, tmp_path):
    """The real command in a process of its own, on an empty database."""
    name = connection.settings_dict
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": f"postgresql://{name['USER']}@/{name['NAME']}?host={name['HOST']}",
    }
    path = reference.save(tmp_path / "a.xlsx")

    def shell(*arguments):
        ended = subprocess.run(
            [sys.executable, "manage.py", "import_workbook", *map(str, arguments)],
            cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stdout, ended.stderr.splitlines()

    assert shell(path, "--year", 2017) == (
        1,
        "",
        [
            "村情!A4 “421199103206”：不是您可以导入的村。请核对村代码；如需导入其他村，请联系上级调整权限。",
            "共1处问题，未写入任何数据。",
        ],
    )
    assert shell(tmp_path / "none.xlsx", "--year", 2017)[0] == 2
    assert HouseholdYear.objects.unscoped("tests").count() == 0
    assert (Membership.objects.unscoped("tests").count(), Person.objects.unscoped("tests").count()) == (0, 0)
