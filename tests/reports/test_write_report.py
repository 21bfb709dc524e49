"""The command: exit status 0 done, 1 refused, 2 wrong call; each with one plain sentence."""

import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from docx import Document
from openpyxl import load_workbook

from fupin.access import SYSTEM
from fupin.refusals import Refused
from reports.figures.window import Window
from reports.interfaces.files import FORMATS
from reports.interfaces.periods import parse_period
from reports.queries.summary import build_summary
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


WRITTEN = "请写成 2017、2017H1（上半年）、2017Q2（第二季度）或 2016..2017。"


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"period": "2017H1"}, "村年度总结按整年编写，期间请写成 2017 或 2016..2017。"),
        ({"period": "2017Q2"}, "村年度总结按整年编写，期间请写成 2017 或 2016..2017。"),
        ({"period": "2017Q5"}, "期间“2017Q5”写法不对，" + WRITTEN),
        ({"period": "2017年"}, "期间“2017年”写法不对，" + WRITTEN),
        ({"period": "2016-2017"}, "期间“2016-2017”写法不对，" + WRITTEN),
        ({"period": "1999"}, "期间“1999”写法不对，" + WRITTEN),
        ({"period": "2101"}, "期间“2101”写法不对，" + WRITTEN),
        ({"period": ""}, "期间“”写法不对，" + WRITTEN),
        ({"period": "2016..2017..2018"}, "期间“2016..2017..2018”写法不对，" + WRITTEN),
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


def piped(format):
    """The bytes that the command sends into a pipe or a file."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="")
    call_command("write_report", "village", CODE, period="2017", format=format, stdout=out)
    out.flush()
    return out.buffer.getvalue()


@pytest.mark.parametrize("format", list(FORMATS))
def test_output_is_what_would_be_printed(world, tmp_path, format):
    target = tmp_path / "总结"
    assert call(format=format, output=str(target)) == (0, "", "")
    assert target.read_bytes() == piped(format)
    # It is the file that the page gives, too.
    summary = build_summary(kind="village", window=Window(world.a, 2017, 2017, 2017), actor=SYSTEM)
    assert target.read_bytes() == FORMATS[format].render(summary, SYSTEM)


def test_each_format_is_what_it_says(world, tmp_path):
    title = "甲村精准扶贫工作总结"
    assert piped("text").decode().split("\n")[0] == title
    assert json.loads(piped("json"))["region"] == CODE
    assert f"<title>{title}</title>" in piped("html").decode()
    assert Document(io.BytesIO(piped("docx"))).paragraphs[0].text == title
    assert load_workbook(io.BytesIO(piped("xlsx"))).properties.title == title


class Terminal(io.StringIO):
    """An output that is looked at."""

    def isatty(self):
        return True


@pytest.mark.parametrize("format", ["docx", "xlsx"])
def test_a_terminal_is_spared(world, tmp_path, format):
    out, target = Terminal(), tmp_path / "总结"
    arguments = ["write_report", "village", CODE, "--period", "2017", "--format"]
    with pytest.raises(CommandError) as refused:
        call_command(*arguments, format, stdout=out)
    name = {"docx": "Word", "xlsx": "Excel"}[format]
    sentence = f"{name}文件不能显示在终端里，请用 --output 指定文件，或把输出转到文件。"
    assert (refused.value.returncode, str(refused.value), out.getvalue()) == (2, sentence, "")
    # With a file to write to, or a format that is text, it is as good as any other.
    call_command(*arguments, format, "--output", str(target), stdout=out)
    assert (target.exists(), out.getvalue()) == (True, "")
    call_command(*arguments, "text", stdout=out)
    assert out.getvalue() == write_report(CODE, period="2017", format="text")


@pytest.mark.parametrize(
    ("period", "since", "told"),
    [("2017", None, ("2017", 2017)), ("2016..2017", None, ("2016..2017", 2016)), ("2017..2017", 2014, ("2017", 2014))],
)  # fmt: skip
def test_a_period_is_told_as_it_was_meant(world, period, since, told):
    document = json.loads(write_report(CODE, period=period, since=since))
    assert (document["period"], document["since"]) == told


@pytest.mark.parametrize("text", ["2017", " 2017 ", "2017..2017"])
def test_a_year_is_a_period(text):
    assert parse_period(text) == (2017, 2017, "")


@pytest.mark.parametrize(("text", "meant"), [("2018H1", (2018, 2018, "H1")), ("2018Q4", (2018, 2018, "Q4"))])
def test_a_part_of_a_year_is_a_period(text, meant):
    assert parse_period(text) == meant


def test_a_window_holds_its_years(world):
    assert Window(world.a, 2016, 2017, 2014).years == "2016-2017年"
    assert Window(world.a, 2017, 2017, 2017).years == "2017年"
    with pytest.raises(Refused):
        Window(world.a, 2018, 2017, 2014)


# --- as a person calls it -----------------------------------------------------------------------------------


def run(*arguments, **streams):
    """manage.py in a process of its own, on the test's database."""
    streams = streams or {"capture_output": True, "text": True}
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@/{database['NAME']}?host={database['HOST']}"
    done = subprocess.run(
        [sys.executable, "manage.py", "write_report", *arguments],
        cwd=ROOT, check=False, **streams,
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
    status, content, _ = run("village", CODE, "--period", "2017", "--format", "docx", stdout=subprocess.PIPE)
    assert (status, content) == (0, piped("docx"))
    ours, theirs = pty.openpty()
    status, *_, err = run(
        "village",
        CODE,
        "--period",
        "2017",
        "--format",
        "docx",
        stdout=theirs,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert (status, err.count("不能显示在终端里")) == (2, 1)
    os.close(ours)
    os.close(theirs)
    wrong = run("village", CODE, "--period", "2017H1", "--format", "json")
    assert wrong == (2, "", "CommandError: 村年度总结按整年编写，期间请写成 2017 或 2016..2017。\n")
    status, out, err = run("fairy-tale", CODE, "--period", "2017", "--format", "json")
    assert (status, out) == (2, "")
    assert err.splitlines()[-1].startswith("manage.py write_report: error: argument kind: invalid choice")
