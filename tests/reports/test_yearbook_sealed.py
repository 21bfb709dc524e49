"""The yearbook from draft to seal: by two people and the worker, byte for byte the same afterwards, whatever is written."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse
from openpyxl import load_workbook

from fupin.access import Role
from fupin.domain.jobs import run_next_job
from fupin.models import Job
from fupin.refusals import Refused
from reports.domain.reports import begin_report, move_report
from reports.figures.window import Window, year_window
from reports.interfaces.sealing import seal_report, verify
from reports.models import Report, Seal
from reports.models.report import ReportMoveKind as M
from reports.queries.reports import YEARBOOK, digest_of
from tests import factories as make

pytestmark = pytest.mark.django_db
YEAR = make.YEAR


@pytest.fixture
def office(world: Any) -> list[Any]:
    """Two of the county office."""
    return [make.user(Role.COUNTY, world.county, username=f"office{number}") for number in range(2)]


def report_at(place: Any) -> Report:
    return Report.objects.unscoped("tests").select_related("region__parent").get(region=place)


def test_from_its_page_to_the_sealed_file(world: Any, office: Any, client_of: Any) -> None:
    place = {"region": world.county.code, "year": YEAR}
    writer, approver = map(client_of, office)
    page = writer.get(reverse("yearbook", kwargs=place))
    (begin,) = page.context["actions"]
    assert (begin.label, begin.method) == ("开始编写", "post")
    url = writer.post(begin.url).url
    assert "办理（编写中）" in writer.get(reverse("yearbook", kwargs=place)).content.decode()
    assert writer.post(url, {"what": "submit"}).status_code == 302
    assert writer.post(url, {"what": "approve"}).status_code == 422, "nobody approves what is his own"
    assert approver.post(url, {"what": "approve"}).status_code == 302
    answer = approver.post(url, {"what": "seal"})
    job = run_next_job()
    assert (answer.url, job.state, job.message) == (
        reverse("job", kwargs={**place, "key": job.pk}), Job.State.DONE, "已封存。",
    )  # fmt: skip

    report = report_at(world.county)
    seal = Seal.objects.unscoped("tests").get(report=report)
    assert verify(seal).wrong == ()
    assert [button.label for button in writer.get(reverse("yearbook", kwargs=place)).context["actions"]] == [
        "办理（已封存）"
    ]
    shown = writer.get(f"{url}?verify=1").content.decode()
    assert "✓ 摘要相符。" in shown and "共3个村" in shown and "勾稽全部一致。" in shown
    files = {
        code: writer.get(reverse("report_file", kwargs={**place, "key": report.pk, "format": code})).content
        for code in ("xlsx", "docx")
    }
    assert load_workbook(io.BytesIO(files["xlsx"])).sheetnames[0] == "封面"
    assert (
        writer.get(reverse("report_file", kwargs={**place, "key": report.pk, "format": "text"})).status_code
        == 404
    )

    make.household(world.far, size=4)
    since = writer.get(reverse("report_since", kwargs={**place, "key": report.pk}))
    told = {each["label"]: (each["then"].said, each["now"].said) for each in since.context["differences"]}
    assert told["建档立卡贫困户户数"] == ("3户", "4户")
    for code, content in files.items():
        assert (
            writer.get(reverse("report_file", kwargs={**place, "key": report.pk, "format": code})).content
            == content
        )


@pytest.mark.parametrize("changed", [True, False])
def test_only_what_was_approved_is_sealed(world: Any, office: Any, changed: bool) -> None:
    """One village's number is another: the whole is not sealed, though its own figures add up as before."""
    report = begin_report(kind="yearbook", window=year_window(world.county, YEAR), actor=office[0])
    for move, actor in ((M.SUBMIT, office[0]), (M.APPROVE, office[1])):
        move_report(report=report, move=move, actor=actor)
    if changed:
        make.household(world.a, size=2)
    if not changed:
        seal_report(report=report, actor=office[0])
        assert json.loads(Seal.objects.unscoped("tests").get().content)["kind"] == "yearbook"
        return
    with pytest.raises(Refused, match="批准以后，报告的文字或数字有了变动"):
        seal_report(report=report, actor=office[0])


def test_its_digest_knows_every_village(world: Any, office: Any) -> None:
    """A household more is the same to the whole, in whichever village it is, and not to the digest."""
    report = begin_report(kind="yearbook", window=year_window(world.county, YEAR), actor=office[0])

    def with_one_more(place: Any) -> str:
        with transaction.atomic():
            make.household(place, size=2)
            found = digest_of(report, office[0])
            transaction.set_rollback(True)
        return found

    before = digest_of(report, office[0])
    assert before == digest_of(report, office[1])
    assert len({before, with_one_more(world.a), with_one_more(world.b)}) == 3


def test_it_is_of_one_year_and_no_village(world: Any, office: Any) -> None:
    for window, words in (
        (Window(world.county, YEAR - 1, YEAR, 2014), "年度统计表按一个年度编写，期间请写成 2017。"),
        (Window(world.county, YEAR, YEAR, 2016), "年度统计表按一个年度编写，期间请写成 2017。"),
        (Window(world.county, YEAR, YEAR, 2014, "H1"), "年度统计表按整年编写"),
        (year_window(world.a, YEAR), "年度统计表按乡镇、县"),
    ):
        with pytest.raises(Refused, match=words):
            begin_report(kind="yearbook", window=window, actor=office[0])


def test_whoever_lost_the_right_seals_nothing(world: Any, office: Any, client_of: Any) -> None:
    report = begin_report(kind=YEARBOOK.code, window=year_window(world.county, YEAR), actor=office[0])
    for move, actor in ((M.SUBMIT, office[0]), (M.APPROVE, office[1])):
        move_report(report=report, move=move, actor=actor)
    place = {"region": world.county.code, "year": YEAR, "key": report.pk}
    assert client_of(office[0]).post(reverse("report", kwargs=place), {"what": "seal"}).status_code == 302
    office[0].assignments.all().delete()
    job = run_next_job()
    assert (job.state, job.message) == (Job.State.FAILED, "这份报告已不在您的权限范围内。")
    assert report_at(world.county).state == Report.State.APPROVED
