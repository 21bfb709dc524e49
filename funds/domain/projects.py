"""The steps of a project's life: taken in order, each by who has the right, and taken back with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from funds.library import ALL_STEPS, CHAIN, INDUSTRIES, LIFE, STEPS, ProjectCategory, StepKind
from funds.models import Project, ProjectStep
from funds.models.step import STANDING
from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.rows import write_row
from fupin.refusals import Refused, said_plainly
from fupin.scope import ScopedQuerySet

K = StepKind
#: Who has a proposal in hand returns it: whoever would take the next step.
RETURNED_BY = {K.PROPOSED: Action.CHECK, K.CHECKED: Action.ASSESS, K.ASSESSED: Action.DECIDE}


def reached(kinds: Collection[str]) -> StepKind | None:
    """The last step of the order among those that stand; None before the proposal."""
    return next((kind for kind in reversed(LIFE) if kind in kinds), None)


def next_steps(kinds: Collection[str]) -> list[StepKind]:
    """What can be done next with a project whose standing steps are of these kinds."""
    if K.STOPPED in kinds:
        return []
    last = reached(kinds)
    found = [kind for kind, step in STEPS.items() if step.after == last and kind not in kinds]
    if last == K.STARTED and K.PROGRESS not in found:
        found.insert(0, K.PROGRESS)
    if last in RETURNED_BY:
        found.append(K.RETURNED)
    if last is not None and K.ADMITTED in kinds and K.COMPLETED not in kinds:
        found.append(K.STOPPED)
    return found


def action_for(kind: StepKind, kinds: Collection[str]) -> Action:
    """The right that a step wants, of a project whose standing steps are of these kinds."""
    if kind == K.RETURNED:
        return RETURNED_BY.get(reached(kinds) or K.PROPOSED, Action.CHECK)
    return ALL_STEPS[kind].action


def record_step(
    *,
    project: Project,
    kind: StepKind,
    on: date,
    actor: Actor,
    document: str = "",
    amount: Decimal | None = None,
    share: int | None = None,
    way: str = "",
    reason: str = "",
) -> ProjectStep:
    """Take a step of a project on a day; `amount` in 元, `share` in %.

    Raises Refused without the right, out of order, for a day before the last step's or to come, or without what the step
    must state.
    """
    with _locked(project, actor) as (row, kinds):
        _may_or_refuse(row, action_for(kind, kinds), kind, actor)
        if kind not in next_steps(kinds):
            last = reached(kinds)
            state = "已终止" if K.STOPPED in kinds else f"已办到“{last.label}”" if last else "还没有申报"
            raise Refused(f"该项目{state}，现在不能登记“{kind.label}”。")
        _day_or_refuse(row, on)
        if kind == K.PROPOSED:
            _fit_for_library_or_refuse(row)
        if kind == K.RETURNED:
            _undo(_standing(row).filter(kind__in=CHAIN), actor, f"退回：{reason}")
        step = ProjectStep(
            region=row.region, year=on.year, project=row, kind=kind.value, on=on, document=document, amount=amount,
            share=share, way=way, reason=reason, recorded_by_id=getattr(actor, "pk", None),
        )  # fmt: skip
        return write_row(row=step, actor=actor)


def take_back(*, step: ProjectStep, reason: str, actor: Actor) -> ProjectStep:
    """Take back a project's last step. Raises Refused without the right or a reason, or where a later step stands."""
    with _locked(step.project, actor) as (row, kinds):
        step = ProjectStep.objects.unscoped("the project is locked; the right is asked below").get(pk=step.pk)
        kind = StepKind(step.kind)
        if step.undone_at:
            raise Refused("这一环节已经撤销，请刷新页面查看。")
        if kind == K.RETURNED:
            raise Refused("退回的记录不能撤销，请由村里重新申报。")
        _may_or_refuse(row, ALL_STEPS[kind].action, kind, actor)
        if not reason.strip():
            raise Refused("请写明撤销的原因。")
        later = [k for k in LIFE if k in kinds and STEPS[k].after == kind]
        if later or (K.STOPPED in kinds and kind != K.STOPPED):
            last = K.STOPPED if K.STOPPED in kinds else later[0]
            raise Refused(f"后面还有“{last.label}”，请先撤销后面的环节。")
        if kind == K.STARTED and K.PROGRESS in kinds:
            raise Refused("后面还有“形象进度”，请先撤销后面的环节。")
        _undo(_standing(row).filter(pk=step.pk), actor, reason.strip())
    step.refresh_from_db()
    return step


@contextmanager
def _locked(project: Project, actor: Actor) -> Iterator[tuple[Project, set[str]]]:
    """The project, locked until the end of the transaction, and the kinds of its standing steps."""
    with said_plainly(), acting(actor, via="form"), transaction.atomic():
        rows = Project.objects.unscoped("the right is asked for its village").select_related("region")
        row = rows.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
        yield row, set(_standing(row).values_list("kind", flat=True))


def _standing(project: Project) -> ScopedQuerySet:
    """The steps that stand of a project that is locked, but for its returns."""
    steps = ProjectStep.objects.unscoped("of a project that is locked")
    return steps.filter(STANDING, project=project).exclude(kind=K.RETURNED)


def _undo(steps: ScopedQuerySet, actor: Actor, reason: str) -> None:
    length = ProjectStep._meta.get_field("undone_reason").max_length
    steps.update(
        undone_at=timezone.now(), undone_by=getattr(actor, "pk", None), undone_reason=reason[:length]
    )


def _may_or_refuse(project: Project, action: Action, kind: StepKind, actor: Actor) -> None:
    if not may(actor, action, project.region_id):
        raise Refused(f"您没有登记“{kind.label}”的权限（需要“{action.label}”）。")


def _day_or_refuse(project: Project, on: date) -> None:
    if on > timezone.localdate():
        raise Refused("日期还没有到，请核对日期。")
    last = _standing(project).order_by("-on", "-kind").first()
    if last is not None and on < last.on:
        sentence = f"日期早于上一环节“{last.get_kind_display()}”的日期（{last.on:%Y-%m-%d}），请核对。"
        raise Refused(sentence)


def _fit_for_library_or_refuse(project: Project) -> None:
    """Raise Refused for what the library does not take (县级项目库入库通知: 无绩效目标、无联农带农机制不得入库)."""
    missing = [
        (not project.category, "项目类型"), (not project.target, "绩效目标"), (not project.content, "建设内容"),
        (project.amount is None, "投入资金"),
    ]  # fmt: skip
    if project.category and ProjectCategory(project.category).group in INDUSTRIES:
        missing.append((not project.sharing, "联农带农机制"))
    if wanting := [label for absent, label in missing if absent]:
        raise Refused(f"申报入库还缺：{'、'.join(wanting)}。请先点“修改”填写。")
