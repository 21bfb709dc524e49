"""Imports that may not be, wrong calls, and what breaks half-way: a status, a sentence, and nothing written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from households.models import HouseholdYear, Membership, Person
from tests import factories as make
from tests.imports import cases
from tests.imports.support import (
    YEAR,
    command,
    files_kept,
    import_workbook,
    state_of_database,
    upload,
)

ROOT = Path(__file__).resolve().parents[2]


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
        "整个文件：2017年度已关账（区划代码 421199103206），不能修改。如需修改，请联系县级办公室重新打开。",
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
    assert files_kept() == []


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
    assert files_kept() == []


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
    monkeypatch.setattr("fupin.domain.rows.may", lambda *_: True)
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
         "'appropriations', 'benefits', 'income', 'partners', 'payments', 'profiles', 'projects', 'regions', 'roster', 'texts', "
         "'village', 'work')"),
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
