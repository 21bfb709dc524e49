"""The record of an import (who, when, what came of it), and which kinds are offered to whom."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from openpyxl.worksheet.dimensions import RowDimension

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from households.models import Household
from tests import factories as make
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


def rows(model):
    return model.objects.unscoped("tests")


def test_upload_is_recorded_with_who_when_and_counts(office, reference, tmp_path):
    client = office.client()
    path = reference.save(tmp_path / "万田畈村2017.xlsx")

    url = upload(client, office, path)

    run = rows(ImportRun).select_related("job").get()
    assert (run.state, run.file_name, run.actor, run.region, run.year, run.kind) == (
        ImportRun.State.WAITING, "万田畈村2017.xlsx", office.clerk, office.village, YEAR, "village",
    )  # fmt: skip
    assert run.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert files_kept() == [run.digest]
    assert "万田畈" not in run.stored

    run_next_job()

    run.refresh_from_db()
    assert run.state == ImportRun.State.READY
    assert rows(Household).filter(number__startswith="4203206").count() == 0

    run = step(client, url, "take")

    assert run.state == ImportRun.State.DONE
    assert run.counts == {
        "村情": {"new": 1, "changed": 0, "unchanged": 0},
        "户": {"new": 66, "changed": 0, "unchanged": 0},
        "人": {"new": 156, "changed": 0, "unchanged": 0},
    }
    assert run.created_at <= run.finished_at <= timezone.now()
    assert (run.errors, run.notes) == ([], [])
    assert files_kept() == []
    page = client.get(url).content.decode()
    table = re.search(r"<h2>各工作表行数</h2>.*?</table>", page, re.DOTALL)[0]
    assert re.findall(r"<t[hd](?: scope=\"row\"| class=\"num\")?>([^<]+)</t", table) == (
        ["村情", "1", "0", "0", "户", "66", "0", "0", "人", "156", "0", "0", "合计", "223", "0", "0"]
    )
    assert re.findall(r'href="([^"]+)">查看贫困户<', page) == [f"/{office.village.code}/{YEAR}/households/"]


def test_same_file_again_names_the_day_of_the_first(office, reference, tmp_path):
    client = office.client("township")
    path = reference.save(tmp_path / "a.xlsx")
    imported(client, office, path)
    rows(ImportRun).update(finished_at=timezone.make_aware(timezone.datetime(2018, 1, 9, 23, 30)))
    clerk = office.client()
    before = state_of_database()

    url = upload(clerk, office, path)
    run_next_job()

    assert notes_on_page(clerk, url) == ["同一个文件已于2018年1月9日导入过。"]
    assert rows(ImportRun).first().state == ImportRun.State.UNCHANGED
    assert state_of_database() == before


@pytest.mark.parametrize("kept", ["refused", "failed", "waiting"])
def test_file_that_was_never_written_is_not_said_to_have_been(office, reference, tmp_path, kept):
    client = office.client()
    path = reference.save(tmp_path / "a.xlsx")
    compared(client, office, path)
    rows(ImportRun).update(state=kept)

    url = upload(client, office, path)
    run_next_job()

    assert notes_on_page(client, url) == []


# --- which kinds are offered ---


def kinds_offered(client, office):
    page = client.get(
        reverse("import", kwargs={"region": office.village.code, "year": YEAR})
    ).content.decode()
    return re.findall(r'<option value="(\w+)"', page), re.findall(r">下载(\w+?)空白模板<", page)


def test_only_kinds_that_the_user_may_import_are_offered(office):
    kinds = ["village", "roster", "profiles", "income", "work", "benefits", "projects", "partners", "texts"]
    labels = [
        "行政村年度台账", "国家系统户和人口花名册", "国家系统行政村信息", "家庭收入", "工作台账", "到户措施与资金台账", "到村项目台账", "市场主体带动台账", "总结文字材料",
    ]  # fmt: skip
    assert kinds_offered(office.client(), office) == (kinds, labels)
    template = {"region": office.village.code, "year": YEAR, "kind": "regions"}
    assert office.client().get(reverse("import_template", kwargs=template)).status_code == 404

    make.RoleAssignment.objects.create(user=office.clerk, role=Role.ADMINISTRATOR, region=office.village)

    assert kinds_offered(office.client(), office) == (["regions", *kinds], ["行政区划", *labels])
    answer = office.client().get(reverse("import_template", kwargs=template))
    assert load_workbook(io.BytesIO(answer.content)).sheetnames[0] == "区划"


def test_a_kind_that_is_not_offered_is_not_taken(office, tmp_path):
    path = tmp_path / "regions.xlsx"
    path.write_bytes(b"PK")
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})

    with path.open("rb") as file:
        response = office.client().post(url, {"kind": "regions", "file": file})

    assert response.status_code == 422
    assert rows(ImportRun).count() == 0


def test_what_is_hidden_and_a_total_that_differs_are_told_and_no_error(office, reference, tmp_path):
    client = office.client()
    page = reference.book["户"]
    page.row_dimensions[6] = RowDimension(page, index=6, hidden=True)
    people = next(
        cell.column
        for line in page["A1:Z5"]
        for cell in line
        if str(cell.value).strip("*").startswith("人数")
    )
    last = page.max_row + 1
    page.cell(last, 1, "合计")
    page.cell(last, people, 999)

    url = upload(client, office, reference.save(tmp_path / "a.xlsx"))
    run_next_job()

    assert notes_on_page(client, url) == [
        "工作表“户”的第6行是隐藏的，也已读取。",
        f"工作表“户”第{last}行合计：“人数”写的是 999，各行相加是 156。",
    ]
    assert rows(ImportRun).get().state == ImportRun.State.READY
