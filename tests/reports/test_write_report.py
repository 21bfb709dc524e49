"""The command: exit status 0 done, 1 refused, 2 wrong call; each with one plain sentence."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from fupin.refusals import Refused
from reports.figures.declare import Window
from reports.interfaces.periods import parse_period
from tests.reports.support import write_report

pytestmark = pytest.mark.django_db

CODE = "421199103206"
ROOT = Path(__file__).resolve().parents[2]


def call(*args, **options):
    """Exit status, stdout and stderr; options as they are typed."""
    options = {"period": "2017", "format": "json", **options}
    typed = [part for name, value in options.items() for part in (f"--{name}", str(value))]
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("write_report", *(args or ("village", CODE)), *typed, stdout=out, stderr=err)
    except SystemExit as stopped:
        return stopped.code, out.getvalue(), err.getvalue()
    except CommandError as error:
        # Django's own command line prints the sentence and ends with the error's status.
        return error.returncode, out.getvalue(), str(error)
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"period": "2017H1"}, "村年度总结按整年编写，期间请写成 2017 或 2016..2017。"),
        ({"period": "2017Q2"}, "村年度总结按整年编写，期间请写成 2017 或 2016..2017。"),
        ({"period": "2017Q5"}, "期间“2017Q5”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "2017年"}, "期间“2017年”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "2016-2017"}, "期间“2016-2017”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "1999"}, "期间“1999”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "2101"}, "期间“2101”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": ""}, "期间“”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "2016..2017..2018"}, "期间“2016..2017..2018”写法不对，请写成 2017 或 2016..2017。"),
        ({"period": "2017..2016"}, "期间的开始年度2017晚于结束年度2016，请改正。"),
        ({"period": "2016..2017", "since": 2018}, "累计开始年度2018晚于结束年度2017，请改正。"),
        ({"user": "nobody"}, "没有启用的用户“nobody”。"),
    ],
)
def test_a_wrong_call_is_2(world, options, sentence):
    assert call(**options) == (2, "", sentence)


def test_an_unknown_region_is_2(world):
    assert call("village", "421199103999") == (2, "", "没有区划代码 421199103999。")


def test_a_file_that_cannot_be_written_is_2(world, tmp_path):
    status, out, sentence = call(output=str(tmp_path / "none" / "summary.json"))
    assert (status, out) == (2, "")
    assert sentence == f"不能写入 {tmp_path / 'none' / 'summary.json'}：No such file or directory。"


@pytest.mark.parametrize("place", ["421199103000", "421199000000"])
def test_a_village_report_of_another_level_is_refused(world, place):
    name = {"421199103000": "七里坪镇", "421199000000": "云岭县"}[place]
    assert call("village", place) == (1, "", f"村年度总结按村编写，{name}不是村。\n")


@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("clerk_a", 0), ("team", 0), ("township", 0), ("department", 0), ("county", 0), ("leader", 0),
        ("auditor", 0), ("clerk_b", 1), ("helper", 1), ("administrator", 1),
    ],
)  # fmt: skip
def test_a_user_without_the_right_is_refused(personas, persona, status):
    refused = (1, "", "您没有查看甲村汇总的权限。\n")
    written = (0, write_report(CODE, period="2017"), "")
    assert call(user=persona) == (refused if status else written)


def test_a_user_who_left_is_unknown(personas):
    personas["clerk_a"].is_active = False
    personas["clerk_a"].save()
    assert call(user="clerk_a") == (2, "", "没有启用的用户“clerk_a”。")


@pytest.mark.parametrize("format", ["text", "html", "json"])
def test_output_is_what_would_be_printed(world, tmp_path, format):
    target = tmp_path / "总结"
    assert call(format=format, output=str(target)) == (0, "", "")
    assert target.read_text(encoding="utf-8") == write_report(CODE, period="2017", format=format)


@pytest.mark.parametrize(
    ("period", "since", "told"),
    [("2017", None, ("2017", 2017)), ("2016..2017", None, ("2016..2017", 2016)), ("2017..2017", 2014, ("2017", 2014))],
)  # fmt: skip
def test_a_period_is_told_as_it_was_meant(world, period, since, told):
    document = json.loads(write_report(CODE, period=period, since=since))
    assert (document["period"], document["since"]) == told


@pytest.mark.parametrize("text", ["2017", " 2017 ", "2017..2017"])
def test_a_year_is_a_period(text):
    assert parse_period(text) == (2017, 2017)


def test_a_window_holds_its_years(world):
    assert Window(world.a, 2016, 2017, 2014).years == "2016-2017年"
    assert Window(world.a, 2017, 2017, 2017).years == "2017年"
    with pytest.raises(Refused):
        Window(world.a, 2018, 2017, 2014)


# --- as a person calls it -----------------------------------------------------------------------------------


def run(*arguments):
    """manage.py in a process of its own, on the test's database."""
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    done = subprocess.run(
        [sys.executable, "manage.py", "write_report", *arguments],
        cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


@pytest.mark.django_db(transaction=True)
def test_the_processes_end_with_the_status(world, personas):
    assert run("village", CODE, "--period", "2017", "--format", "json") == (
        0,
        write_report(CODE, period="2017"),
        "",
    )
    refused = run("village", CODE, "--period", "2017", "--format", "json", "--user", "clerk_b")
    assert refused == (1, "", "您没有查看甲村汇总的权限。\n")
    wrong = run("village", CODE, "--period", "2017H1", "--format", "json")
    assert wrong == (2, "", "CommandError: 村年度总结按整年编写，期间请写成 2017 或 2016..2017。\n")
    status, out, err = run("fairy-tale", CODE, "--period", "2017", "--format", "json")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("manage.py write_report: error: argument kind: invalid choice")
