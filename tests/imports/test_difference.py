"""The difference is seen before anything is written, it is what is then written, and it can be taken back."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from django.utils import timezone

from fupin.domain.import_runs import remove_old_files
from fupin.domain.imports import IMPORTERS
from fupin.domain.jobs import run_next_job
from fupin.models import ColumnMatch, ImportLine, ImportRun, Job
from fupin.queries import differences
from households.models import Household, HouseholdYear, Membership, Person
from tests.imports.support import (
    YEAR,
    compared,
    files_kept,
    imported,
    notes_on_page,
    state_of_database,
    step,
    upload,
)

State = ImportRun.State


def rows(model):
    return model.objects.unscoped("tests")


def run_at(url):
    return rows(ImportRun).get(pk=int(url.rstrip("/").rpartition("/")[2]))


def lines_of(url, kind):
    return [
        (line.label, line.who, [tuple(cell) for cell in line.cells["cells"]])
        for line in run_at(url).lines.filter(kind=kind)
    ]


@pytest.fixture
def registered(office, reference, tmp_path):
    """The reference village's register as it was imported; the URL of that import."""
    return imported(office.client("township"), office, reference.save(tmp_path / "first.xlsx"))


@pytest.fixture
def edited(registered, reference, tmp_path):
    """The same workbook with one household's area, one member's name and health changed, and one more member."""
    reference["户"]["N4"].value = 123.5
    page = reference["人"]
    child = next(row for row in range(4, 400) if page[f"F{row}"].value != "本人或户主")
    page[f"B{child}"].value = "改了名"
    reference["户"]["E6"].value += 1
    last = max(row for row in range(4, 400) if page[f"A{row}"].value)
    for column, value in {
        "A": reference["户"]["A6"].value, "B": "小新", "D": "女", "E": timezone.datetime(2017, 5, 1), "F": "之女",
    }.items():  # fmt: skip
        page[f"{column}{last + 1}"].value = value
    return reference.save(tmp_path / "second.xlsx")


def test_a_file_is_compared_and_nothing_written(office, registered, edited):
    client = office.client()
    before = state_of_database()

    url = compared(client, office, edited)

    run = run_at(url)
    assert run.state == State.READY
    assert run.counts["户"] == {"new": 0, "changed": 1, "unchanged": 65}
    assert run.counts["人"] == {"new": 1, "changed": 1, "unchanged": 155}
    number = rows(Household).order_by("number").values_list("number", flat=True)
    ((label, who, [(field, old, new)]),) = [one for one in lines_of(url, "changed") if one[0] == "户"]
    assert (label, field, new) == ("户", "住房面积（平方米）", "123.5")
    assert who.split()[0] in set(number)
    ((_, _, cells),) = [one for one in lines_of(url, "changed") if one[0] == "人"]
    assert [(field, new) for field, _, new in cells] == [("姓名", "改了名")]
    assert [(label, who.split()[1]) for label, who, _ in lines_of(url, "new")] == [("人", "小新")]
    assert state_of_database() == before
    page = client.get(url).content.decode()
    assert "确认写入（新增 1 行，变更 2 行）" in page
    assert "123.5" in client.get(f"{url}?kind=changed").content.decode()


def test_what_was_shown_is_what_is_written(office, registered, edited):
    client = office.client()
    url = compared(client, office, edited)
    shown = {kind: lines_of(url, kind) for kind in ("new", "changed")}

    run = step(client, url, "take")

    assert (run.state, files_kept()) == (State.DONE, [])
    assert {kind: lines_of(url, kind) for kind in ("new", "changed")} == shown
    assert rows(HouseholdYear).filter(house_area=123.5).count() == 1
    assert rows(Person).filter(name__in=["改了名", "小新"]).count() == 2


def test_data_that_changed_meanwhile_is_compared_anew(office, registered, edited):
    client = office.client()
    url = compared(client, office, edited)
    one = rows(HouseholdYear).filter(region=office.village).order_by("household__number")[0]
    before = rows(HouseholdYear).get(pk=one.pk).house_area
    HouseholdYear.objects.unscoped("tests").filter(pk=one.pk).update(house_area=77)

    run = step(client, url, "take")

    assert run.state == State.READY
    assert notes_on_page(client, url)[0].startswith("预览之后系统中的数据又有变化，没有写入。")
    assert rows(HouseholdYear).get(pk=one.pk).house_area == 77 != before
    assert any(("住房面积（平方米）", "77", "123.5") in cells for _, _, cells in lines_of(url, "changed"))
    assert step(client, url, "take").state == State.DONE


def test_only_the_good_rows_are_taken_when_it_is_said_expressly(
    office, registered, edited, reference, tmp_path
):
    reference["户"]["F8"].value = "特殊户"
    wrong = reference["户"]["A8"].value
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "wrong.xlsx"))
    run = run_at(url)
    members = rows(Membership).filter(household_year__household__number=wrong).count()
    assert (run.state, run.may_be_taken) == (State.REFUSED, True)
    assert (run.counts["户"]["wrong"], run.counts["人"]["wrong"]) == (1, members)
    assert files_kept() == [run.digest]
    before = state_of_database()

    assert step(client, url, "take").state == State.REFUSED  # not expressly
    assert state_of_database() == before

    run = step(client, url, "take", good_only="1")

    assert (run.state, run.good_only, len(run.errors)) == (State.DONE, True, 1)
    assert rows(HouseholdYear).filter(house_area=123.5).count() == 1
    assert rows(HouseholdYear).get(household__number=wrong).category != ""


def test_a_file_whose_header_is_wrong_has_no_good_rows(office, reference, tmp_path):
    reference["户"]["F3"].value = "什么"
    reference["人"]["C5"].value = "421199198711190028"
    url = compared(office.client(), office, reference.save(tmp_path / "a.xlsx"))
    assert (run_at(url).state, run_at(url).may_be_taken) == (State.REFUSED, False)


def test_an_import_is_given_up(office, registered, edited):
    client = office.client()
    url = compared(client, office, edited)
    assert client.get(f"{url}drop/").status_code == 200
    before = state_of_database()

    assert client.post(f"{url}drop/").status_code == 302

    assert (run_at(url).state, files_kept(), state_of_database()) == (State.DROPPED, [], before)
    assert step(client, url, "take").state == State.DROPPED
    assert state_of_database() == before


def test_files_that_nobody_goes_on_with_are_removed(office, registered, edited, settings):
    url = compared(office.client(), office, edited)
    remove_old_files()
    assert len(files_kept()) == 1
    rows(ImportRun).update(created_at=timezone.now() - timezone.timedelta(days=settings.FUPIN_FILE_DAYS + 1))

    remove_old_files()

    assert (files_kept(), run_at(url).state, run_at(registered).state) == ([], State.DROPPED, State.DONE)


# --- taking back ---


def register_of_database():
    """The register without its audit, which tells the undoing too, and without who logged in when."""
    return {table: digest for table, digest in state_of_database().items() if not table.endswith("event")}


def test_an_import_is_undone_to_the_last_cell(office, registered, edited):
    client = office.client()
    before = register_of_database()
    url = imported(client, office, edited)
    assert register_of_database() != before
    assert client.get(f"{url}undo/").status_code == 200

    run = step(client, url, "undo")

    assert (run.state, run.undone_by) == (State.UNDONE, office.clerk)
    assert register_of_database() == before


def test_an_import_of_everything_is_undone_to_nothing(office, whole, tmp_path):
    client = office.client()
    before = register_of_database()
    url = imported(client, office, whole.save(tmp_path / "whole.xlsx"))
    assert run_at(url).state == State.DONE

    assert step(client, url, "undo").state == State.UNDONE
    assert register_of_database() == before


def test_an_import_is_not_undone_where_a_row_was_changed_since(office, registered, edited):
    client = office.client()
    url = imported(client, office, edited)
    home = rows(HouseholdYear).get(house_area=123.5)
    rows(HouseholdYear).filter(pk=home.pk).update(remark="后来改的")
    before = state_of_database()

    run = step(client, url, "undo")

    assert run.state == State.DONE
    assert re.search(rf"户“{home.household} .+之后又有修改，不能撤销", run.job.message)
    assert state_of_database() == before
    assert run.job.message in client.get(url).content.decode()


def test_an_import_is_not_undone_where_a_later_row_stands_on_it(office, registered, reference, tmp_path):
    """The register's first import: the household has benefits since."""
    from tests import factories as make

    make.BenefitFactory(region=office.village, household=rows(Household).get(number="4203206001"))
    client = office.client("township")
    before = state_of_database()

    run = step(client, registered, "undo")

    assert (run.state, run.job.state) == (State.DONE, Job.State.FAILED)
    assert "用到了这次导入的行" in run.job.message
    assert state_of_database() == before


def test_a_closed_year_is_not_undone(office, registered, edited):
    from fupin.models import RegionYear

    url = imported(office.client(), office, edited)
    RegionYear.objects.unscoped("tests").filter(region=office.village).update(state="closed")

    run = step(office.client(), url, "undo")

    assert (run.state, run.job.state) == (State.DONE, Job.State.FAILED)
    assert "已关账" in run.job.message


# --- matching columns ---


def test_a_column_is_matched_by_hand_and_remembered(office, registered, reference, tmp_path):
    reference["户"]["N3"].value = "房子大小"
    reference["户"]["N4"].value = 123.5
    path = reference.save(tmp_path / "a.xlsx")
    client = office.client()
    url = compared(client, office, path)
    assert run_at(url).state == State.REFUSED  # 住房面积 is not there
    page = client.get(f"{url}columns/").content.decode()
    assert "N列“房子大小”" in page and "按写法或内容推测" in page
    data = {
        f"s1-{one['position']}": one["column"] or one["proposed"]
        for one in run_at(url).columns
        if one["sheet"] == "户"
    }
    assert "house_area" in data.values()

    response = client.post(f"{url}columns/", data)
    assert response.status_code == 302
    run_next_job()

    assert run_at(url).state == State.READY
    assert [cells for label, _, cells in lines_of(url, "changed") if label == "户"][0][0][2] == "123.5"
    assert ColumnMatch.objects.filter(kind="village", sheet="户").count() == 1

    client.post(f"{url}drop/")
    again = compared(client, office, path)
    assert run_at(again).state == State.READY  # the next of its shape is read so at once
    assert notes_on_page(client, again)[0].startswith(f"工作表“户”的列，按{office.clerk}")


def test_two_headers_cannot_mean_one_column(office, registered, reference, tmp_path):
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))
    run = rows(ImportRun).filter(pk=run_at(url).pk)
    run.update(state=State.READY, stored="imports/x")
    data = {f"s1-{one['position']}": "people" for one in run_at(url).columns if one["sheet"] == "户"}

    response = client.post(f"{url}columns/?all=1", data)

    assert response.status_code == 422
    assert "有两列都对应到“人数”" in response.content.decode()


# --- 回填清单 ---


def test_the_backfill_list_names_the_cells_in_which_the_register_differs(
    office, registered, reference, tmp_path
):
    """The register is ahead of the file: the cells to be keyed in are those that differ, and the next file ticks them off."""
    from io import BytesIO

    from openpyxl import load_workbook

    home = rows(HouseholdYear).filter(region=office.village).order_by("household__number")[0]
    old = home.house_area
    rows(HouseholdYear).filter(pk=home.pk).update(house_area=88, water_safe=not home.water_safe)
    client = office.client()
    first = compared(client, office, reference.save(tmp_path / "a.xlsx"))

    answer = client.get(f"{first}backfill/")

    sheet = load_workbook(BytesIO(answer.content)).active
    listed = [
        tuple(c or "" for c in row[:5]) for row in sheet.iter_rows(min_row=4, values_only=True) if row[1]
    ]
    assert {(field, ours) for _, _, field, _, ours in listed} == {
        ("住房面积（平方米）", "88"), ("饮水安全", "否" if home.water_safe else "是"),
    }  # fmt: skip
    client.post(f"{first}drop/")

    row = reference.rows_where("户", "户编号", home.household.number)[0]
    reference["户"][f"N{row}"].value = 88  # keyed in
    second = compared(client, office, reference.save(tmp_path / "b.xlsx"))

    page = " ".join(re.sub("<[^>]+>", "", client.get(second).content.decode()).split())
    assert "上次待填 2 项，这份文件中已填好 1 项，还有 1 项没有填。" in page
    assert old != 88


def test_lines_hold_no_full_numbers(office, registered, reference, tmp_path):
    """A changed number is told masked."""
    number = rows(Person).exclude(id_number="").order_by("pk")[0].id_number
    reference["人"]["C5"].value = None
    url = compared(office.client(), office, reference.save(tmp_path / "a.xlsx"))
    said = repr(list(ImportLine.objects.filter(run=run_at(url)).values_list("who", "cells")))
    assert number not in said
    assert not re.search(r"\d{17}[\dX]", said)


def test_an_upload_waits_for_the_worker_alone(office, reference, tmp_path):
    """Nothing of it is done while the browser waits."""
    upload(office.client(), office, reference.save(tmp_path / "a.xlsx"))
    assert rows(ImportRun).get().state == State.WAITING


def test_a_long_difference_has_pages(office, registered):
    client = office.client("township")
    first = client.get(f"{registered}?kind=new").content.decode()
    (onward,) = re.findall(r'rel="next" href="([^"]+)"', first)

    second = client.get(registered + onward.replace("&amp;", "&")).content.decode()

    assert '<span aria-current="page">2</span>' in second
    assert re.findall(r'<td class="num">(\d+)</td><td>(?:户|人|村情|变动记录)</td>', second)[0] == "51"


def test_a_kind_is_recognised_and_a_marked_file_given_back(office, registered, reference, tmp_path):
    from io import BytesIO

    from openpyxl import load_workbook

    reference["户"]["F8"].value = "特殊户"
    client = office.client()
    url = compared(client, office, reference.save(tmp_path / "a.xlsx"), kind="")
    assert run_at(url).kind == "village"

    answer = client.get(f"{url}marked/")

    sheet = load_workbook(BytesIO(answer.content))["户"]
    assert sheet["F8"].fill.start_color.rgb[-6:] not in ("000000", "FFFFFF")
    assert any("没有“特殊户”这一项" in str(cell.value) for cell in sheet[8])
    step(client, url, "drop")
    assert client.get(f"{url}marked/").status_code == 404


def test_a_file_of_no_known_kind_is_refused_at_once(office, tmp_path):
    from django.urls import reverse
    from openpyxl import Workbook

    book = Workbook()
    book.active.append(["什么", "都不是"])
    book.save(tmp_path / "a.xlsx")
    url = reverse("import", kwargs={"region": office.village.code, "year": 2017})

    with (tmp_path / "a.xlsx").open("rb") as file:
        answer = office.client().post(url, {"kind": "", "file": file})

    assert answer.status_code == 422
    assert "没有认出这是哪种表格" in answer.content.decode()
    assert files_kept() == []


def test_somebody_with_another_number_and_the_same_name_and_birth_date_is_doubted(
    office, registered, reference, tmp_path
):
    """A number was written down wrongly somewhere: which of the two is for people to say."""
    from fupin.numbers import check_character

    page = reference["人"]
    row = next(at for at in range(4, 400) if len(str(page[f"C{at}"].value)) == 18)
    number = page[f"C{row}"].value
    other = number[:14] + f"{(int(number[14:17]) + 2) % 1000:03}"
    household, name = page[f"A{row}"].value, page[f"B{row}"].value
    page[f"C{row}"].value = other + check_character(other)
    client = office.client()

    url = compared(client, office, reference.save(tmp_path / "a.xlsx"))

    ((label, who, cells),) = lines_of(url, "double")
    assert (label, who) == ("人", f"{household} {name}")
    assert cells[0][2] == f"第{row}行：与户编号 {household} 的成员同名、同生日，证件号码不同，请核对。"
    assert cells[0][2] in client.get(f"{url}?kind=double").content.decode()
    assert lines_of(registered, "double") == []


def test_a_compared_file_waits_on_the_first_page_of_whoever_uploaded_it(office, registered, edited):
    url = compared(office.client(), office, edited)
    home = f"/{office.village.code}/{YEAR}/"
    assert "已比较、待确认写入的文件" in office.client().get(home).content.decode()
    assert "已比较、待确认写入的文件" not in office.client("township").get(home).content.decode()
    step(office.client(), url, "take")
    assert "已比较、待确认写入的文件" not in office.client().get(home).content.decode()


def test_a_file_compared_anew_offers_nothing_of_before(office, registered, edited):
    """Its columns are matched so that one is wanting: what was shown before cannot be taken, and stands there no more."""
    client = office.client()
    url = compared(client, office, edited)
    assert run_at(url).may_be_taken
    data = {
        f"s1-{one['position']}": "" if one["column"] == "people" else one["column"]
        for one in run_at(url).columns
        if one["sheet"] == "户"
    }
    others = {
        f"s{at}-{one['position']}": one["column"]
        for at, sheet in enumerate(IMPORTERS["village"].book.sheets)
        for one in run_at(url).columns
        if one["sheet"] == sheet.name != "户"
    }

    assert client.post(f"{url}columns/?all=1", data | others).status_code == 302
    run_next_job()

    assert (run_at(url).state, run_at(url).may_be_taken, lines_of(url, "changed")) == (
        State.REFUSED,
        False,
        [],
    )


def test_a_difference_is_told_in_portions_and_left_out_is_none(
    office, registered, reference, tmp_path, monkeypatch
):
    """As many lines in portions of seven rows as in one of all, and the same digest."""
    for row in range(4, 64):
        reference["户"][f"B{row}"].value = 77
        reference["人"][f"P{row}"].value = "已核对"
    path, client = reference.save(tmp_path / "a.xlsx"), office.client()
    told = []
    for size in (differences.BATCH, 7):
        monkeypatch.setattr(differences, "BATCH", size)
        run = run_at(compared(client, office, path))
        lines = list(run.lines.values_list("kind", "label", "who", "cells").order_by("position"))
        told.append((run.shown, lines))
    assert told[0] == told[1]
    assert Counter(label for _, label, *_ in told[0][1]) == {"户": 60, "人": 60}
