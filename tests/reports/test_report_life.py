"""A report from hand to hand: every move, by every role, from every state; its words stay while it is in other hands."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from fupin.access import SYSTEM, Role
from fupin.models import RegionYear
from fupin.place import Place
from fupin.refusals import Refused, explain
from reports.domain.reports import begin_report, move_report
from reports.domain.texts import save_texts
from reports.domain.wording import save_wording
from reports.figures.window import Window
from reports.interfaces.sealing import seal_report
from reports.models import Era, Report, ReportMove
from reports.models.report import REPORT_STEPS
from reports.models.report import ReportMoveKind as M
from reports.queries.reports import build_report, lines_of, steps_for_report
from reports.queries.wordings import shipped_text
from tests import factories as make
from tests.conftest import A, make_personas, make_world, standing
from tests.database.tools import run

YEAR = make.YEAR
STATES = Report.State
#: The table of docs/roles.md a second time, by hand: who may do what with a report of which level.
WRITERS = {
    "village": {"clerk_a", "township", "county"},
    "township": {"township", "county"},
    "county": {"county"},
}
APPROVERS = {"village": {"township", "county"}, "township": {"county"}, "county": {"county"}}
#: From which states each move leads where.
CHAIN = {
    (STATES.DRAFT, M.SUBMIT): STATES.SUBMITTED,
    (STATES.SUBMITTED, M.TAKE_BACK): STATES.DRAFT,
    (STATES.SUBMITTED, M.APPROVE): STATES.APPROVED,
    (STATES.SUBMITTED, M.RETURN): STATES.DRAFT,
    (STATES.APPROVED, M.RETURN): STATES.DRAFT,
    (STATES.APPROVED, M.SEAL): STATES.SEALED,
}


@pytest.fixture(scope="module")
def made(django_db_setup: None, django_db_blocker: Any) -> Any:
    with standing(django_db_blocker):
        with django_db_blocker.unblock():
            world = make_world()
            personas = make_personas(world)
            people = make.users({"deputy": (Role.COUNTY, world.county)})
        yield world, {**personas, **people}


@pytest.fixture
def world(made: Any, db: None) -> Any:
    return made[0]


@pytest.fixture
def personas(made: Any, db: None) -> Any:
    return made[1]


def window(region: Any) -> Window:
    return Window(region, YEAR, YEAR, 2014)


def begun(region: Any, state: str = STATES.DRAFT, by: Any = SYSTEM) -> Report:
    """A report of a region in a state; the system has brought it there, or another actor."""
    kind = "village" if region.is_village else "region"
    report = begin_report(kind=kind, window=window(region), actor=SYSTEM)
    for move in (M.SUBMIT, M.APPROVE, M.SEAL):
        if report.state == state:
            break
        actor = by if move == M.SUBMIT else SYSTEM
        if move == M.SEAL:
            seal_report(report=report, actor=SYSTEM)
        else:
            move_report(report=report, move=move, actor=actor)
        report = Report.objects.unscoped("tests").select_related("region__parent").get(pk=report.pk)
    assert report.state == state
    return report


def lies(report: Report) -> str:
    return Report.objects.unscoped("tests").get(pk=report.pk).state


def try_move(report: Report, move: M, actor: Any, remark: str = "数字不对") -> str | None:
    """What is said where the move is refused."""
    try:
        if move == M.SEAL:
            seal_report(report=report, actor=actor)
        else:
            move_report(report=report, move=move, actor=actor, remark=remark)
    except Refused as refused:
        return str(refused)
    return None


def test_the_table_is_the_one_written_here() -> None:
    declared = {(source, step.move): step.to for step in REPORT_STEPS.values() for source in step.sources}
    assert declared == CHAIN
    assert {move for _, move in CHAIN} | {M.BEGIN} == set(M)


@pytest.mark.parametrize("level", ["village", "township", "county"])
def test_every_move_of_every_role_is_as_the_table_says(
    level: str, world: Any, personas: Any, client_of: Any, unrendered: None
) -> None:
    """By the page: 404 out of scope, 403 without the right, 422 in a wrong state, else done; the buttons are the same."""
    region = {"village": world.a, "township": world.township, "county": world.county}[level]
    owners = {M.SUBMIT: WRITERS, M.TAKE_BACK: WRITERS, M.APPROVE: APPROVERS, M.RETURN: APPROVERS}
    outside = {"village": {"clerk_b"}, "township": {"clerk_a", "clerk_b", "team", "helper"}}
    outside["county"] = outside["township"] | {"township"}
    clients = {name: client_of(user) for name, user in personas.items()}
    tried = 0
    for state in STATES.values:
        with transaction.atomic():
            report = begun(region, state)
            url = reverse("report", kwargs={"region": region.code, "year": YEAR, "key": report.pk})
            for (name, user), move in product(personas.items(), REPORT_STEPS):
                who = {"county"} if move == M.SEAL else owners[move][level]
                allowed = name in who or (name == "deputy" and "county" in who)
                made, inside = (state, move) in CHAIN, name not in outside[level]
                shown = {step.move for step in steps_for_report(user, report)} if user else set()
                with transaction.atomic():
                    response = clients[name].post(url, {"what": move, "remark": "数字不对"})
                    found = lies(report)
                    transaction.set_rollback(True)
                wanted = (
                    302 if name == "anonymous"
                    else 404 if not inside
                    else 403 if not allowed
                    else 302 if made else 422
                )  # fmt: skip
                about = (state, name, move)
                assert (about, response.status_code) == (about, wanted)
                assert (about, found) == (about, CHAIN[state, move] if allowed and made else state)
                assert (about, move in shown) == (about, allowed and made)
                tried += 1
            transaction.set_rollback(True)
    assert tried == len(STATES.values) * len(personas) * len(REPORT_STEPS)


def test_nobody_approves_what_he_has_submitted(world: Any, personas: Any, client_of: Any) -> None:
    county = personas["county"]
    report = begun(world.township, STATES.SUBMITTED, by=county)
    assert try_move(report, M.APPROVE, county) == "报告须由提交人以外的另一个人批准。"
    assert M.APPROVE not in {step.move for step in steps_for_report(county, report)}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        run(
            "UPDATE reports_report SET state = 'approved', approved = 'x', approved_by_id = submitted_by_id"
            " WHERE id = %s",
            [report.pk],
        )
    assert explain(refused.value) == "报告须由提交人以外的另一个人批准。"
    assert try_move(report, M.APPROVE, personas["deputy"]) is None
    assert lies(report) == STATES.APPROVED


def test_a_return_wants_a_reason_and_the_journal_tells_all(world: Any, personas: Any, client_of: Any) -> None:
    report = begun(world.a, STATES.SUBMITTED, by=personas["clerk_a"])
    township = personas["township"]
    for remark in ("", " \n", "\u200b"):
        assert try_move(report, M.RETURN, township, remark) == "请填写退回的原因，编写人会看到。"
    assert try_move(report, M.RETURN, township, "长" * 501) == "意见请不要超过500字，现在有501字。"
    assert try_move(report, M.RETURN, township, "少了一户") is None
    assert try_move(report, M.SUBMIT, personas["clerk_a"]) is None
    page = client_of(personas["auditor"]).get(
        reverse("report", kwargs={"region": A, "year": YEAR, "key": report.pk})
    )
    told = [(line.move, line.by, line.remark) for line in page.context["journal"]]
    assert told == [
        ("submit", personas["clerk_a"], "数字不对"),
        ("return", township, "少了一户"),
        ("submit", personas["clerk_a"], ""),
        ("begin", None, ""),
    ]
    assert "少了一户" in page.content.decode()
    for statement in ("DELETE FROM reports_reportmove", "UPDATE reports_reportmove SET remark = ''"):
        with pytest.raises(DatabaseError, match="Cannot update or delete"), transaction.atomic():
            run(statement)
    assert ReportMove.objects.unscoped("tests").filter(report=report).count() == 4


# --- the words of what is in other hands ------------------------------------------------------------------------------


@pytest.mark.parametrize("state", STATES.values)
def test_words_are_written_in_a_draft_alone(state: str, world: Any, personas: Any) -> None:
    """By the domain and by raw SQL; another village's words go on."""
    words = [{"position": 1, "text": "甲村自己的话。"}]
    save_texts(region=world.a, year=YEAR, rows=words, actor=SYSTEM)
    begun(world.a, state)
    said = []
    for sql in (
        "UPDATE reports_sectiontext SET text = '改了' WHERE region_id = %s",
        "DELETE FROM reports_sectiontext WHERE region_id = %s",
    ):
        try:
            with transaction.atomic():
                run(sql, [A])
                transaction.set_rollback(True)
        except IntegrityError as error:
            said.append(explain(error))
    try:
        save_texts(
            region=world.a, year=YEAR, rows=[{"position": 2, "text": "再写一段。"}], actor=personas["clerk_a"]
        )
    except Exception as error:
        said.append(explain(error) if isinstance(error, DatabaseError) else str(error))
    if state == STATES.DRAFT:
        assert said == []
    else:
        assert len(set(said)) == 1 and len(said) == 3
        assert said[0].startswith("本村这一年度的总结已提交、批准或封存，文字材料不能再改。")
    assert save_texts(region=world.b, year=YEAR, rows=words, actor=SYSTEM).new == 1


def test_a_submitted_report_keeps_its_wording(world: Any, personas: Any) -> None:
    report = begun(world.a, STATES.SUBMITTED)
    later = begun(world.b)
    text = shipped_text("village", Era.UNTIL_2020).replace("# ", "# 改过的", 1)
    save_wording(region=world.county, kind="village", era=Era.UNTIL_2020, text=text, based_on=0, actor=SYSTEM)
    assert not build_report(report, SYSTEM).title.startswith("改过的")
    assert build_report(later, SYSTEM).title.startswith("改过的")
    move_report(report=report, move=M.RETURN, actor=SYSTEM, remark="用新措辞")
    report.refresh_from_db()
    assert build_report(report, SYSTEM).title.startswith("改过的")


def test_what_was_not_approved_is_not_sealed(world: Any) -> None:
    """A household that comes after the approval: what would be sealed is not what was approved."""
    report = begun(world.a, STATES.APPROVED)
    make.households([world.a])
    said = try_move(report, M.SEAL, SYSTEM)
    assert said == "批准以后，报告的文字或数字有了变动，不能封存。请退回，重新提交、批准后再封存。"
    assert lies(report) == STATES.APPROVED


def test_a_sealed_report_has_a_new_version_only_in_an_open_year(world: Any) -> None:
    report = begun(world.a, STATES.SEALED)
    years = RegionYear.objects.unscoped("tests").filter(region=world.a, year=YEAR)
    years.update(state="closed")
    with pytest.raises(Refused, match="年度重新打开后才能另写新版本"):
        begin_report(kind="village", window=window(world.a), actor=SYSTEM)
    years.update(state="open")
    second = begin_report(kind="village", window=window(world.a), actor=SYSTEM)
    assert (second.version, second.state) == (2, STATES.DRAFT)
    assert begin_report(kind="village", window=window(world.a), actor=SYSTEM).pk == second.pk
    assert lies(report) == STATES.SEALED
    save_texts(region=world.a, year=YEAR, rows=[{"position": 1, "text": "新的话。"}], actor=SYSTEM)


def test_wrong_kinds_and_places_are_refused(world: Any, personas: Any, client_of: Any) -> None:
    with pytest.raises(Refused, match="没有“nonsense”这种报告"):
        begin_report(kind="nonsense", window=window(world.a), actor=SYSTEM)
    with pytest.raises(Refused, match="按村编写"):
        begin_report(kind="village", window=window(world.township), actor=SYSTEM)
    with pytest.raises(Refused, match="没有在乙村"):
        begin_report(kind="village", window=window(world.b), actor=personas["clerk_a"])
    url = reverse("reports", kwargs={"region": A, "year": YEAR})
    for name, status in (("clerk_a", 302), ("team", 403), ("leader", 403), ("clerk_b", 404)):
        assert client_of(personas[name]).post(f"{url}?kind=village").status_code == status
    assert Report.objects.unscoped("tests").get().since == 2014


# --- the list of a year's reports ------------------------------------------------------------------------------------


def test_the_list_tells_what_is_due_and_late(world: Any, personas: Any, client_of: Any) -> None:
    RegionYear.objects.unscoped("tests").filter(region=world.a).update(due_on="2018-01-10")
    begun(world.b, STATES.SUBMITTED)
    begin_report(kind="projects", window=Window(world.township, YEAR, YEAR, YEAR, "H1"), actor=SYSTEM)
    client = client_of(personas["county"])
    page = client.get(reverse("reports", kwargs={"region": world.county.code, "year": YEAR}))
    told = [(str(l.region), l.kind.code, l.label, l.is_late) for l in page.context["table"].data]  # noqa: E741
    assert told == [
        ("云岭县", "region", "未编写", True),
        ("七里坪镇", "region", "未编写", True),
        ("七里坪镇", "projects", "编写中", False),
        ("松坡镇", "region", "未编写", False),
        ("甲村", "village", "未编写", True),
        ("乙村", "village", "已提交", False),
        ("远村", "village", "未编写", False),
    ]
    late = client.get(reverse("reports", kwargs={"region": world.county.code, "year": YEAR}) + "?state=late")
    assert [str(l.region) for l in late.context["table"].data] == ["云岭县", "七里坪镇", "甲村"]  # noqa: E741
    counted = {link["label"]: link["count"] for link in page.context["links"]}
    assert counted == {"全部": 7, "未编写": 5, "编写中": 1, "已提交": 1, "已批准": 0, "已封存": 0, "逾期": 3}
    own = client_of(personas["clerk_a"]).get(reverse("reports", kwargs={"region": A, "year": YEAR}))
    assert [str(l.region) for l in own.context["table"].data] == ["甲村"]  # noqa: E741


@pytest.mark.parametrize("villages", [3, 12])
def test_the_list_costs_the_same_for_any_number_of_villages(
    villages: int, world: Any, django_assert_num_queries: Any
) -> None:
    for number in range(villages):
        make.village(f"4211991033{number:02}", f"{number}村", year=YEAR)
    begun(world.a, STATES.SUBMITTED)
    with django_assert_num_queries(3):
        lines = lines_of(SYSTEM, Place(world.county, YEAR), timezone.localdate())
    assert len(lines) == villages + 6
