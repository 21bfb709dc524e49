"""Bad input to the import of a village: each mistake its own line, on the shell and on the page, and nothing written."""

from __future__ import annotations

import re

import pytest

from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from tests.imports import cases
from tests.imports.alone import ALONE
from tests.imports.support import (
    command,
    files_kept,
    lines_on_page,
    notes_on_page,
    state_of_database,
    upload,
)


def numbers_in(reference) -> set[str]:
    """Every full personal number of the workbook."""
    if "人" not in reference.book.sheetnames:
        return set()
    column = (line[0].value for line in reference["人"]["C4:C200"])
    return {str(value)[:18] for value in column if value}


@pytest.mark.parametrize("case", cases.CASES, ids=lambda case: case.name)
def test_mistake_has_its_line_and_nothing_is_written(case, office, whole, tmp_path):
    case.prepare(office)
    numbers = numbers_in(whole)
    case.edit(whole)
    numbers |= numbers_in(whole)
    path = whole.save(tmp_path / "万田畈村.xlsx")
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
    assert run.state == ImportRun.State.REFUSED
    assert files_kept() == [run.digest]  # to be marked, or taken without its wrong rows


@pytest.mark.parametrize("case", ALONE, ids=lambda case: case.name)
def test_what_follows_from_a_mistake_is_not_said_beside_it(case, office, whole, tmp_path):
    """Neither in the register's sheets, nor in those of the ledgers, whose rows name households and members."""
    case.edit(whole)
    path = whole.save(tmp_path / "万田畈村.xlsx")
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
