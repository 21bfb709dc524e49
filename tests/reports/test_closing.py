"""Closing a county's year: what is open is told, what is kept is of the closed year, and a dead worker is no harm."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from fupin.access import SYSTEM, Role
from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun, Job, RegionYear, YearMove
from fupin.refusals import Refused
from households.domain.registration import save_households
from households.models import HouseholdYear
from reports.domain.closing import queue_closing
from reports.domain.reopening import ask_to_reopen, decide_reopening
from reports.interfaces.closing import close_year
from reports.models import Reopening, Report, Seal, YearFigures
from tests import factories as make
from tests.conftest import A
from tests.database.rows import SENTENCES, bare, refusal_of
from tests.database.test_year_lock_races import plain_check, write_row
from tests.database.tools import PATIENCE, blockers_of, run, sessions
from tests.database.workbooks import import_book, small_rows, write_book
from tests.long import lasting
from tests.reports.test_report_life import STATES, begun

YEAR = make.YEAR


@pytest.fixture
def office(world: Any) -> list[Any]:
    """Two people of the county office."""
    return [make.user(Role.COUNTY, world.county, name=name) for name in ("甲一", "乙二")]


def closing(world: Any, actor: Any, region: Any = None) -> str:
    """Close the year as the worker does; what it says."""
    job = queue_closing(region=region or world.county, year=YEAR, actor=actor)
    run_next_job()
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.message
    return job.message


def kept_of(region: Any) -> list[dict[str, str]]:
    """By time: what a region's figures came to, by code."""
    rows = YearFigures.objects.unscoped("tests").filter(region=region, year=YEAR).order_by("at", "pk")
    return [{f["key"]: f["value"] for f in json.loads(row.content)["figures"]} for row in rows]


def stands() -> dict[str, Any]:
    """What closing leaves behind, without ids and times."""
    years = RegionYear.objects.unscoped("tests").values_list("region", "year", "state")
    reports = Report.objects.unscoped("tests").values_list("region", "state")
    moves = YearMove.objects.unscoped("tests").values_list("region", "year", "move")
    figures = YearFigures.objects.unscoped("tests").values_list("region", "year", "digest")
    homes = HouseholdYear.objects.unscoped("tests").values_list("region", "year")
    seals = Seal.objects.unscoped("tests").values_list("report__region")
    return {
        name: sorted(Counter(rows).items())
        for name, rows in (
            ("years", years), ("reports", reports), ("moves", moves), ("figures", figures), ("homes", homes), ("seals", seals),
        )
    }  # fmt: skip


def test_closing_locks_keeps_seals_and_opens(world: Any, office: Any, client_of: Any) -> None:
    begun(world.a, STATES.APPROVED)
    begun(world.township, STATES.APPROVED)
    begun(world.b, STATES.SUBMITTED)
    client, url = client_of(office[0]), reverse("closing", kwargs={"region": world.county.code, "year": YEAR})
    assert client.post(url, {"what": "close"}).status_code == 422
    assert client.post(url, {"what": "close", "sure": "1"}).status_code == 302
    run_next_job()
    page = client.get(url)
    assert page.context["job"].message == (
        "已关账3个村，留存6个单位的指标，封存2份报告，为3个村开设并复制2018年度。"
    )
    states = dict(
        RegionYear.objects.unscoped("tests")
        .order_by("region")
        .values_list("region__name", "state")
        .filter(year=YEAR)
    )
    assert states == {"甲村": "closed", "乙村": "closed", "远村": "closed"}
    assert RegionYear.objects.unscoped("tests").filter(year=YEAR + 1, state="open").count() == 3
    found = dict(Report.objects.unscoped("tests").values_list("region__name", "state"))
    assert found == {"甲村": "sealed", "七里坪镇": "sealed", "乙村": "submitted"}
    totals = {
        region.name: kept_of(region)[0]["poor.households"]
        for region in (world.a, world.township, world.county)
    }
    assert totals == {"甲村": "1", "七里坪镇": "2", "云岭县": "3"}
    assert page.context["kept"].by == office[0]
    since = client.get(reverse("closing_since", kwargs={"region": A, "year": YEAR}))
    assert since.context["differences"] == []


def test_closing_again_does_nothing(world: Any, office: Any) -> None:
    begun(world.a, STATES.APPROVED)
    closing(world, office[0])
    before = stands()
    assert (
        closing(world, office[1])
        == "已关账0个村，留存0个单位的指标，封存0份报告，为0个村开设并复制2018年度。"
    )
    assert stands() == before


class Killed(BaseException):
    """The worker is no more."""


def test_a_worker_that_dies_at_any_statement_is_no_harm(world: Any, office: Any) -> None:
    """Killed there and begun again, it ends where it would have ended."""
    begun(world.a, STATES.APPROVED)
    begun(world.township, STATES.APPROVED)
    job = queue_closing(region=world.county, year=YEAR, actor=office[0])

    def do(dies_at: int = 0) -> int:
        done = 0

        def count(execute: Any, *args: Any) -> Any:
            nonlocal done
            # A transaction of the job is a savepoint here: its own ends are not the job's.
            if not str(args[0]).startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
                done += 1
                if done == dies_at:
                    raise Killed
            return execute(*args)

        with connection.execute_wrapper(count):
            close_year(job)
        return done

    with transaction.atomic():
        statements = do()
        whole = stands()
        transaction.set_rollback(True)
    assert statements > 100
    halves = set()
    for at in range(3, statements, max(1, statements // lasting(12))):
        with transaction.atomic():
            with pytest.raises(Killed):
                do(dies_at=at)
            halves.add(str(stands()))
            do()
            assert stands() == whole, f"killed at statement {at}"
            transaction.set_rollback(True)
    assert len(halves) > 3, "it always died at the same place"


# --- against writers, on connections of their own ---------------------------------------------------------------------


def whole(world: Any, actor: Any) -> None:
    close_year(queue_closing(region=world.county, year=YEAR, actor=actor))


@pytest.mark.django_db(transaction=True)
def test_what_is_kept_has_what_was_being_written(world: Any, office: Any) -> None:
    with sessions(2) as (writer, closer):
        writer.begin()
        writer.do(write_row, world.a)
        job = closer.start(whole, world, office[0])
        assert blockers_of(closer, job) == [writer.pid]
        writer.commit()
        job.result(PATIENCE)
    assert kept_of(world.a)[0]["poor.households"] == "2"
    assert refusal_of(lambda: write_row(world.a)) == SENTENCES["closed"]


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_a_row_is_in_the_year_and_not_in_its_figures(world: Any, office: Any) -> None:
    """Negative control."""
    with plain_check(), sessions(2) as (writer, closer):
        writer.begin()
        writer.do(write_row, world.a)
        job = closer.start(whole, world, office[0])
        assert blockers_of(closer, job) == []
        job.result(PATIENCE)
        writer.commit()
    assert kept_of(world.a)[0]["poor.households"] == "1"
    assert HouseholdYear.objects.unscoped("tests").filter(region=world.a, year=YEAR).count() == 2


def test_a_closed_year_refuses_every_way_to_write(
    world: Any, office: Any, personas: Any, client_of: Any, tmp_path: Path
) -> None:
    """Form, import, set, raw SQL, a village's words; the same writes pass once it is open again."""
    client = client_of(personas["clerk_a"])
    url = reverse(
        "households_edit", kwargs={"region": A, "year": YEAR, "key": world.household_a.household_id}
    )
    form = {"category": "01", "status": "04", "remark": "改"}
    stamp = client.stamp(url)
    households, _ = small_rows()
    book = write_book(tmp_path / "甲村.xlsx", world.a, *small_rows())
    closing(world, office[0])

    def form_says() -> str | None:
        response = client.post(url, {**form, **stamp})
        return None if response.status_code == 302 else response.context["form"].non_field_errors()[0]

    def import_says() -> str | None:
        outcome = import_book(book, world.a, SYSTEM)
        return outcome.errors[0].reason if outcome.errors else None

    def set_says() -> str | None:
        return refusal_of(lambda: save_households(region=world.a, year=YEAR, rows=households, actor=SYSTEM))

    def raw_says() -> str | None:
        return refusal_of(
            lambda: run("UPDATE households_householdyear SET remark = 'x' WHERE region_id = %s", [A])
        )

    def row_says() -> str | None:
        return refusal_of(bare(world.a, YEAR).save)

    said = [says() for says in (form_says, set_says, raw_says, row_says)]
    assert said == [SENTENCES["closed"]] * 4
    assert import_says() == "甲村2017年度已关账，不能导入"
    reopening = ask_to_reopen(region=world.a, year=YEAR, reason="漏报一户", actor=office[0])
    decide_reopening(reopening=reopening, consented=True, actor=office[1])
    assert [says() for says in (form_says, raw_says, row_says)] == [None, None, None]


# --- opening again ----------------------------------------------------------------------------------------------------


def test_reopening_wants_two_people(world: Any, office: Any, client_of: Any) -> None:
    begun(world.a, STATES.APPROVED)
    closing(world, office[0])
    one, other = map(client_of, office)
    url = reverse("closing", kwargs={"region": A, "year": YEAR})
    assert one.post(url, {"what": "ask", "reason": " "}).status_code == 422
    assert one.post(url, {"what": "ask", "reason": "漏报一户"}).status_code == 302
    reopening = Reopening.objects.unscoped("tests").get()
    assert other.post(url, {"what": "ask", "reason": "也要"}).status_code == 422
    page = one.get(url).content.decode()
    assert "请另一位县级人员确认。" in page and "确认重新打开" not in page
    own = one.post(url, {"what": "confirm", "request": reopening.pk})
    assert own.status_code == 422 and "重新打开须由申请人以外的另一个人确认。" in own.content.decode()
    assert refusal_of(lambda: run(
        "UPDATE reports_reopening SET decided_by_id = asked_by_id, decided_at = now(), consented = true"
    )) == "重新打开须由申请人以外的另一个人确认。"  # fmt: skip
    state = (
        RegionYear.objects.unscoped("tests").filter(region=world.a, year=YEAR).values_list("state", flat=True)
    )
    assert list(state) == ["closed"]
    assert "确认重新打开" in other.get(url).content.decode()
    assert other.post(url, {"what": "confirm", "request": reopening.pk}).status_code == 302
    assert list(state.all()) == ["open"]
    last = YearMove.objects.unscoped("tests").filter(region=world.a, year=YEAR).order_by("-pk")[0]
    assert (last.move, last.by, last.remark) == ("reopen", office[1], "漏报一户")
    assert Report.objects.unscoped("tests").get(region=world.a).state == STATES.SEALED
    with pytest.raises(Refused, match="这项申请已重新打开"):
        decide_reopening(reopening=reopening, consented=True, actor=office[1])
    # Closed again, the figures of the village and of what lies above it are kept again; the far village's stand.
    make.households([world.a])
    closing(world, office[0])
    told = {
        r.name: [kept["poor.households"] for kept in kept_of(r)]
        for r in (world.a, world.b, world.county, world.far)
    }
    assert told == {"甲村": ["1", "2"], "乙村": ["1"], "云岭县": ["3", "4"], "远村": ["1"]}


def test_who_has_asked_may_withdraw(world: Any, office: Any) -> None:
    with pytest.raises(Refused, match="没有已关账的2017年度"):
        ask_to_reopen(region=world.a, year=YEAR, reason="x", actor=office[0])
    closing(world, office[0])
    reopening = ask_to_reopen(region=world.a, year=YEAR, reason="x", actor=office[0])
    assert decide_reopening(reopening=reopening, consented=False, actor=office[0]) == 0
    assert RegionYear.objects.unscoped("tests").filter(year=YEAR, state="closed").count() == 3


# --- what is open -----------------------------------------------------------------------------------------------------


def test_what_is_open_is_told_with_the_way_there(world: Any, office: Any, client_of: Any) -> None:
    RegionYear.objects.unscoped("tests").filter(region=world.far).update(state="accepted")
    begun(world.b, STATES.SUBMITTED)
    begun(world.a, STATES.APPROVED)
    ImportRun.objects.create(
        region=world.a, year=YEAR, kind="village", file_name="x", digest="x", state="ready"
    )
    client = client_of(office[0])
    page = client.get(reverse("closing", kwargs={"region": world.county.code, "year": YEAR}))
    matters = {matter.text: matter.url for matter in page.context["matters"]}
    assert list(matters) == [
        "2个村录入中，还没有通过审核。",
        "4份应交的报告还没有编写，不会封存。",
        "1份应交的报告还没有批准，不会封存。",
        "1项导入还没有办完，关账后不能写入。",
        "3个村有台账既没有数据也没有零报告，汇总时是暂无数据。",
    ]
    assert {client.get(url).status_code for url in matters.values()} == {200}
