"""Long lists are the worker's; the page of jobs shows one's own, cancels them, and leads to what came of them."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from fupin.access import Role
from fupin.domain import jobs
from fupin.domain.job_files import remove_old_files
from fupin.domain.jobs import cancel_job, job_kind, queue_job, report_progress, run_next_job
from fupin.models import ExportLog, Job
from fupin.refusals import Refused
from tests.factories import YEAR
from tests.finding.conftest import Homes, head_of
from tests.fupin.walking import body_of, rows_of

pytestmark = pytest.mark.django_db

WHY = {"purpose": "forms", "note": "报送县办花名册"}


def url(name: str, region: Any, **more: Any) -> str:
    return reverse(name, kwargs={"region": region.code, "year": YEAR, **more})


@pytest.fixture
def office(homes: Homes, personas: Any, client_of: Any, settings: Any) -> Any:
    """The township's cadre, where four rows are many."""
    settings.FUPIN_EXPORT_ROWS = 1
    client = client_of(personas["township"])
    client.user, client.place = personas["township"], homes.a.region.parent
    return client


def queued(office: Any, query: str = "") -> Job:
    response = office.post(
        url("jobs", office.place), {"path": url("households_export", office.place), "query": query}
    )
    job = Job.objects.latest("pk")
    assert response["Location"] == url("job", office.place, key=job.pk)
    return job


def test_a_long_list_is_offered_written_by_the_worker_and_had(office: Any) -> None:
    page = office.get(url("households_export", office.place), {"sort": "household"})
    assert "由后台生成" in page.content.decode()
    assert (Job.objects.count(), ExportLog.objects.unscoped("tests").count()) == (0, 0)
    job = queued(office, "sort=household")
    assert queued(office, "sort=household") == job, "pressed twice"
    assert "等待中" in office.get(url("job", office.place, key=job.pk)).content.decode()
    assert office.get(url("job_file", office.place, key=job.pk)).status_code == 404
    assert run_next_job() == job
    job.refresh_from_db()
    assert (job.state, job.step, job.steps, job.message) == ("done", 4, 4, "已生成，共4行。")
    log = ExportLog.objects.unscoped("tests").get()
    assert (log.job, log.user, log.row_count, log.query) == (job, office.user, 4, "排序：household")
    response = office.get(url("job_file", office.place, key=job.pk))
    content = body_of(response)
    assert response["Content-Disposition"].startswith("attachment")
    page = office.get(url("jobs", office.place)).content.decode()
    assert url("job_file", office.place, key=job.pk) in page and "文件保存到" in page
    header, *rows = rows_of(type("Answer", (), {"streaming": False, "content": content}))
    assert header[0] == "户编号" and len(rows) == 4


def test_a_long_list_in_full_wants_its_purpose_and_keeps_it(office: Any, homes: Homes) -> None:
    target = url("members_export_full", office.place)
    assert office.post(target, {}).status_code == 422
    # The page of jobs is no way round the question.
    assert office.post(url("jobs", office.place), {"path": target}).status_code == 404
    assert office.post(target, WHY).status_code == 302
    job = Job.objects.get()
    run_next_job()
    content = body_of(office.get(url("job_file", office.place, key=job.pk)))
    cells = {
        cell for row in load_workbook(BytesIO(content)).active.iter_rows(values_only=True) for cell in row
    }
    assert head_of(homes.a).person.id_number in cells
    log = ExportLog.objects.unscoped("tests").get()
    assert (log.purpose, log.note, bool(log.revealed)) == ("forms", WHY["note"], True)


def test_only_exports_of_ones_own_reach_are_queued(
    office: Any, homes: Homes, personas: Any, client_of: Any
) -> None:
    county = office.place.parent
    for path, status in (
        (url("households_list", office.place), 404), ("/nowhere/", 404), ("", 404), (url("households_export", county), 404),
    ):  # fmt: skip
        assert office.post(url("jobs", office.place), {"path": path}).status_code == status
    client = client_of(personas["leader"])
    assert (
        client.post(url("jobs", office.place), {"path": url("households_export", office.place)}).status_code
        == 403
    )
    assert Job.objects.count() == 0


def test_the_right_is_asked_again_by_the_worker_and_at_the_file(office: Any) -> None:
    job, second = queued(office), queued(office, "sort=people")
    run_next_job()
    office.user.assignments.update(role=Role.LEADER)
    assert office.get(url("job_file", office.place, key=job.pk)).status_code == 404
    run_next_job()
    second.refresh_from_db()
    assert (second.state, second.message) == ("failed", "您已没有导出这份名单的权限。")
    assert ExportLog.objects.unscoped("tests").count() == 1


def test_a_worker_that_died_after_the_record_does_not_record_twice(office: Any) -> None:
    job = queued(office)
    run_next_job()
    Job.objects.filter(pk=job.pk).update(state="running", finished_at=None)
    assert run_next_job() == job
    job.refresh_from_db()
    assert (job.state, job.attempts, ExportLog.objects.unscoped("tests").count()) == ("done", 2, 1)
    assert body_of(office.get(url("job_file", office.place, key=job.pk)))


def test_files_are_kept_for_a_set_time(office: Any, files: Path, settings: Any) -> None:
    job = queued(office)
    run_next_job()
    path = files / "exports" / f"{job.pk}.xlsx"
    remove_old_files()
    assert path.exists()
    Job.objects.filter(pk=job.pk).update(
        finished_at=timezone.now() - timedelta(days=settings.FUPIN_FILE_DAYS, minutes=1)
    )
    assert office.get(url("job_file", office.place, key=job.pk)).status_code == 404
    assert "已过期" in office.get(url("jobs", office.place)).content.decode()
    remove_old_files()
    assert not path.exists()
    assert "已过期" in office.get(url("job", office.place, key=job.pk)).content.decode()


def test_nobody_sees_the_jobs_of_another(office: Any, personas: Any, client_of: Any) -> None:
    job = queued(office)
    run_next_job()
    other = client_of(personas["county"])
    assert "还没有后台任务" in other.get(url("jobs", office.place)).content.decode()
    for name in ("job", "job_file"):
        assert other.get(url(name, office.place, key=job.pk)).status_code == 404
    assert other.post(url("job", office.place, key=job.pk)).status_code == 404
    with pytest.raises(Refused):
        cancel_job(job=job, actor=personas["county"])


def test_a_waiting_job_is_cancelled_at_once(office: Any) -> None:
    job = queued(office)
    assert office.post(url("job", office.place, key=job.pk)).status_code == 302
    job.refresh_from_db()
    assert (job.state, job.is_over, job.message) == ("cancelled", True, "开始前已取消。")
    assert run_next_job() is None
    page = office.get(url("jobs", office.place)).content.decode()
    assert "已取消" in page and "<progress" not in page


@pytest.fixture
def kind(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A kind of job that is asked to end while it runs; what its hook was told."""
    monkeypatch.setattr(jobs, "_kinds", dict(jobs._kinds))
    monkeypatch.setattr(jobs, "_failed", dict(jobs._failed))
    told: list[str] = []

    def make(*, looks_again: bool, asked: bool = True) -> list[str]:
        @job_kind("long", failed=lambda job: told.append(job.state))
        def work(job: Job) -> str:
            report_progress(job, step=1, steps=2)
            if asked:
                cancel_job(job=job, actor=job.actor)
            if looks_again:
                report_progress(job, step=2, steps=2)
            return "做完了"

        return told

    return make


@pytest.mark.parametrize(("looks_again", "asked", "outcome"), [
    (True, True, ("cancelled", "已取消（进行到2/2）。", ["cancelled"])),
    (False, True, ("done", "做完了", [])),
    pytest.param(True, False, ("done", "做完了", []), id="negative control: nobody asked"),
])  # fmt: skip
def test_a_running_job_ends_where_it_looks_again(
    office: Any, kind: Any, looks_again: bool, asked: bool, outcome: Any
) -> None:
    told = kind(looks_again=looks_again, asked=asked)
    job = queue_job(kind="long", arguments={}, actor=office.user)
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.message, told) == outcome
    # A job that nobody describes is called by its kind.
    assert "long" in office.get(url("jobs", office.place)).content.decode()


def test_an_export_that_is_cancelled_leaves_no_file_and_no_record(
    office: Any, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fupin.resource.exports.ROWS_A_STEP", 1)
    job = queued(office)
    write = jobs.report_progress

    def ask(job: Job, **told: Any) -> None:
        if told["step"] == 1:
            cancel_job(job=job, actor=office.user)
        write(job, **told)

    monkeypatch.setattr("fupin.resource.exports.report_progress", ask)
    run_next_job()
    job.refresh_from_db()
    assert (job.state, list((files / "exports").iterdir())) == ("cancelled", [])
    assert ExportLog.objects.unscoped("tests").count() == 0
