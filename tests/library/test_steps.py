"""The steps of a project: order, rights, what they state, what the database refuses whoever writes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from funds.domain.projects import take_back
from funds.enums import ProjectStage
from funds.library import LIFE, StepKind
from funds.models import Project, ProjectStep
from funds.queries.projects import with_life
from fupin.access import SYSTEM
from fupin.refusals import Refused, explain
from tests import factories as make
from tests.library.walk import take, walk_to

pytestmark = pytest.mark.django_db
K = StepKind

#: What can be done after each step, written down a second time.
NEXT = {
    None: {K.PROPOSED}, K.PROPOSED: {K.CHECKED, K.RETURNED}, K.CHECKED: {K.ASSESSED, K.RETURNED},
    K.ASSESSED: {K.ADMITTED, K.RETURNED}, K.ADMITTED: {K.APPROVED, K.STOPPED}, K.APPROVED: {K.TENDERED, K.STOPPED},
    K.TENDERED: {K.STARTED, K.STOPPED}, K.STARTED: {K.PROGRESS, K.COMPLETED, K.STOPPED}, K.COMPLETED: {K.ACCEPTED},
    K.ACCEPTED: {K.SETTLED}, K.SETTLED: {K.HANDED_OVER}, K.HANDED_OVER: set(), K.STOPPED: set(),
}  # fmt: skip
#: Who takes each.
WHO = {
    K.PROPOSED: {"clerk_a", "team", "township"}, K.CHECKED: {"township"}, K.ASSESSED: {"department"},
    K.ADMITTED: {"county"}, K.APPROVED: {"county"}, K.TENDERED: {"township"}, K.STARTED: {"township"},
    K.PROGRESS: {"township"}, K.COMPLETED: {"township"}, K.ACCEPTED: {"department"}, K.SETTLED: {"county"},
    K.HANDED_OVER: {"township"}, K.STOPPED: {"county"},
}  # fmt: skip
RETURNS = {K.PROPOSED: {"township"}, K.CHECKED: {"department"}, K.ASSESSED: {"county"}}


@pytest.mark.parametrize("at", NEXT, ids=lambda kind: kind.name if kind else "none")
def test_every_step_for_every_role(world, personas, at):
    project = make.LibraryProjectFactory(region=world.a)
    walk_to(project, K.ADMITTED if at == K.STOPPED else at)
    if at == K.STOPPED:
        take(project, K.STOPPED)
    got, expected = {}, {}
    for kind in K:
        for name, persona in personas.items():
            if persona is None:
                continue
            who = RETURNS.get(at, set()) if kind == K.RETURNED else WHO[kind]
            expected[kind.name, name] = kind in NEXT[at] and name in who
            try:
                with transaction.atomic():
                    take(project, kind, actor=persona)
                    transaction.set_rollback(True)
                got[kind.name, name] = True
            except Refused:
                got[kind.name, name] = False
    assert got == expected


def test_the_stage_is_what_the_steps_say(world):
    project = make.LibraryProjectFactory(region=world.a, stage=ProjectStage.UNDER_WAY)
    stages = []
    for kind in LIFE:
        take(project, kind)
        project.refresh_from_db()
        stages.append(project.stage)
    planned, under_way, done = ProjectStage.PLANNED, ProjectStage.UNDER_WAY, ProjectStage.DONE
    assert stages == [planned] * 6 + [under_way] + [done] * 4
    last = ProjectStep.objects.unscoped("tests").get(project=project, kind=K.HANDED_OVER)
    for kind in reversed(LIFE):
        step = ProjectStep.objects.unscoped("tests").get(project=project, kind=kind)
        take_back(step=step, reason="填错", actor=SYSTEM)
    project.refresh_from_db()
    assert project.stage == planned
    last.refresh_from_db()
    assert last.undone_at and last.undone_reason == "填错"
    walk_to(project, K.STARTED)
    take(project, K.STOPPED)
    project.refresh_from_db()
    assert project.stage == ProjectStage.STOPPED


def test_a_returned_proposal_begins_anew(world, personas):
    project = make.LibraryProjectFactory(region=world.a)
    walk_to(project, K.CHECKED)
    project.target = "改"
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        project.save()
    assert explain(refused.value) == "该项目已经申报，内容不能修改；需要修改的，请审核的人退回。"
    take(project, K.RETURNED, actor=personas["department"])
    project.save()
    assert [
        step.undone_reason for step in ProjectStep.objects.unscoped("tests").filter(undone_at__isnull=False)
    ] == ["退回：规模没有写清"] * 2
    walk_to(project, K.ADMITTED)


@pytest.mark.parametrize(
    ("changes", "wanting"),
    [
        ({"target": ""}, "绩效目标"),
        ({"category": ""}, "项目类型"),
        ({"category": "1401"}, "联农带农机制"),
        ({"content": ""}, "建设内容"),
        ({"amount": None}, "投入资金"),
    ],
)
def test_no_entry_without(world, changes, wanting):
    project = make.LibraryProjectFactory(region=world.a, **changes)
    with pytest.raises(Refused, match=f"申报入库还缺：{wanting}。"):
        take(project, K.PROPOSED)


def test_days_are_in_order_and_not_to_come(world):
    project = make.LibraryProjectFactory(region=world.a)
    take(project, K.PROPOSED, on=date(2017, 3, 2))
    with pytest.raises(Refused, match="日期早于上一环节“村级申报”的日期（2017-03-02）"):
        take(project, K.CHECKED, on=date(2017, 3, 1))
    with pytest.raises(Refused, match="日期还没有到"):
        take(project, K.CHECKED, on=date(2099, 3, 1))
    take(project, K.CHECKED, on=date(2017, 3, 2))


def test_only_the_last_step_is_taken_back_with_a_reason(world, personas):
    project = walk_to(make.LibraryProjectFactory(region=world.a), K.STARTED)
    steps = {step.kind: step for step in ProjectStep.objects.unscoped("tests").filter(project=project)}
    with pytest.raises(Refused, match="后面还有“开工”，请先撤销后面的环节"):
        take_back(step=steps[K.TENDERED], reason="错", actor=personas["township"])
    with pytest.raises(Refused, match="请写明撤销的原因"):
        take_back(step=steps[K.STARTED], reason=" ", actor=personas["township"])
    with pytest.raises(Refused, match="您没有登记“开工”的权限"):
        take_back(step=steps[K.STARTED], reason="错", actor=personas["county"])
    take(project, K.PROGRESS)
    with pytest.raises(Refused, match="后面还有“形象进度”"):
        take_back(step=steps[K.STARTED], reason="错", actor=personas["township"])
    take(project, K.STOPPED)
    with pytest.raises(Refused, match="后面还有“终止”"):
        take_back(step=steps[K.STARTED], reason="错", actor=personas["township"])


# --- what holds whoever writes -----------------------------------------------------------------------------------


def raw(project: Project, kind: str, on: str, **values: object) -> None:
    """A step by SQL, past the domain."""
    row = {
        "project_id": project.pk, "region_id": project.region_id, "year": int(on[:4]), "kind": kind, "on": on,
        "document": "x", "amount": Decimal(1), "share": 5, "way": "01", "reason": "x", "recorded_at": "2017-01-01",
        "undone_reason": "", **values,
    }  # fmt: skip
    columns = ", ".join(f'"{name}"' for name in row)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO funds_projectstep ({columns}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )


@pytest.mark.parametrize(
    ("at", "kind", "on", "sentence"),
    [
        (K.STARTED, K.ACCEPTED, "2017-12-01", "前一环节还没有登记"),
        (None, K.APPROVED, "2017-12-01", "前一环节还没有登记"),
        (K.STARTED, K.COMPLETED, "2017-01-01", "日期早于前一环节"),
        (K.APPROVED, K.STOPPED, "2017-01-01", "该项目已经终止，或已竣工"),
        (K.COMPLETED, K.STOPPED, "2017-12-01", "该项目已经终止，或已竣工"),
    ],
)
def test_sql_cannot_break_the_order(world, at, kind, on, sentence):
    project = walk_to(make.LibraryProjectFactory(region=world.a), at)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        raw(project, kind, on)
    assert sentence in (explain(refused.value) or "")
    # The negative control: without the guard it is written.
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(
            "ALTER TABLE funds_projectstep DISABLE TRIGGER pgtrigger_steps_on_insert_" + guard("insert")
        )
    raw(project, kind, on)


def guard(operation: str) -> str:
    """The end of the name of the trigger that keeps the order."""
    triggers = {trigger.name: trigger for trigger in ProjectStep._meta.triggers}
    return triggers[f"steps_on_{operation}"].get_pgid(ProjectStep).rpartition("_")[2]


def test_sql_cannot_put_an_unfit_project_into_the_library(world):
    for changes in ({"target": ""}, {"category": ""}, {"category": "2101", "sharing": ""}):
        project = make.LibraryProjectFactory(region=world.a, **changes)
        with pytest.raises(DatabaseError) as refused, transaction.atomic():
            raw(project, K.PROPOSED, "2017-02-01")
        assert "不能申报入库" in (explain(refused.value) or "")


def test_sql_cannot_set_another_stage(world):
    project = walk_to(make.LibraryProjectFactory(region=world.a), K.STARTED)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        Project.objects.unscoped("tests").filter(pk=project.pk).update(stage=ProjectStage.DONE)
    assert explain(refused.value) == "该项目已经申报，进度由办理环节得出，不能另填。"


# --- how it goes against its plan --------------------------------------------------------------------------------


def lamp(project: Project, at: date) -> str:
    return with_life(Project.objects.unscoped("tests").filter(pk=project.pk), at).get().lamp


def test_lamps(world):
    plan = {"plan_start": date(2017, 2, 1), "plan_finish": date(2017, 6, 30)}
    project = make.LibraryProjectFactory(region=world.a, **plan)
    walk_to(project, K.ASSESSED)
    assert lamp(project, date(2017, 12, 31)) == ""
    take(project, K.ADMITTED)
    assert lamp(project, date(2017, 1, 31)) == "on_time"
    assert lamp(project, date(2017, 2, 1)) == "on_time"
    assert lamp(project, date(2017, 2, 2)) == "late"
    walk_to_from = (K.APPROVED, K.TENDERED, K.STARTED)
    for kind in walk_to_from:
        take(project, kind)
    assert lamp(project, date(2017, 2, 2)) == "on_time"  # started on 17 January
    assert lamp(project, date(2017, 4, 17)) == "on_time"
    assert lamp(project, date(2017, 4, 18)) == "stuck"
    take(project, K.PROGRESS, on=date(2017, 5, 1))
    assert lamp(project, date(2017, 6, 30)) == "on_time"
    assert lamp(project, date(2017, 7, 1)) == "late"
    step = take(project, K.COMPLETED, on=date(2017, 7, 2))
    assert lamp(project, date(2017, 7, 2)) == "done_late"
    # A day before it was completed knows nothing of it.
    assert lamp(project, date(2017, 7, 1)) == "late"
    take_back(step=step, reason="早已完工", actor=SYSTEM)
    take(project, K.COMPLETED, on=date(2017, 6, 30))
    assert lamp(project, date(2017, 7, 2)) == "done"
