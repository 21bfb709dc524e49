"""Database triggers: of the project library, made of what funds/library.py declares, and of loans.

They hold whichever way a row is written, and also between writers at the same time: whoever writes a step has the project
locked until the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import pgtrigger

from funds.enums import Measure, ProjectStage
from funds.library import CHAIN, INDUSTRIES, LIFE, STEPS, StepKind
from fupin.guards import on_statement

K = StepKind
#: Names under which the database refuses; their sentences are in fupin.refusals.BY_HAND.
STEP_ORDER, STEP_LIBRARY, STEP_ENDED, PROJECT_DECLARED, PROJECT_STAGE = (
    "step_order", "step_library", "step_ended", "project_declared", "project_stage",
)  # fmt: skip
LOAN_OF_MEASURE, LOAN_WITHIN = "loan_of_its_measure", "loan_repaid_within_amount"
SENTENCES = {
    STEP_ORDER: "前一环节还没有登记，或者日期早于前一环节，不能登记（或撤销）这一环节。",
    STEP_LIBRARY: "没有项目类型、绩效目标，或产业项目没有联农带农机制的，不能申报入库。",
    STEP_ENDED: "该项目已经终止，或已竣工，不能再登记这一环节。",
    PROJECT_DECLARED: "该项目已经申报，内容不能修改；需要修改的，请审核的人退回。",
    PROJECT_STAGE: "该项目已经申报，进度由办理环节得出，不能另填。",
    LOAN_OF_MEASURE: "只有“扶贫小额信贷”才有贷款条款；已登记条款的，帮扶措施不能改成别的。",
    LOAN_WITHIN: "已还金额大于贷款金额，或者这笔贷款没有登记金额，未写入。请核对金额。",
}


def _raise(name: str) -> str:
    return f"RAISE EXCEPTION USING ERRCODE = 'check_violation', CONSTRAINT = '{name}', MESSAGE = '{SENTENCES[name]}';"


def _columns(alias: str, fields: Sequence[str]) -> str:
    return ", ".join(f"{alias}.{'region_id' if name == 'region' else name}" for name in fields)


def stage_of(project: str) -> str:
    """SQL of the stage that a project's standing steps say at the end of its own year; null if there are none."""

    def stands(*kinds: StepKind) -> str:
        listed = ", ".join(f"'{kind}'" for kind in kinds)
        return f"""bool_or(s.kind IN ({listed}))"""

    return f"""(
        SELECT CASE
            WHEN {stands(K.STOPPED)} THEN '{ProjectStage.STOPPED}'
            WHEN {stands(K.COMPLETED)} THEN '{ProjectStage.DONE}'
            WHEN {stands(K.STARTED)} THEN '{ProjectStage.UNDER_WAY}'
            WHEN count(*) > 0 THEN '{ProjectStage.PLANNED}'
        END
        FROM funds_projectstep s
        WHERE s.project_id = {project}.id AND s.undone_at IS NULL AND s.kind <> '{K.RETURNED}'
            AND (s.year <= {project}.year OR s.kind IN ({", ".join(f"'{kind}'" for kind in CHAIN)}))
    )"""


def stage_by_steps(declared: Sequence[str]) -> list[pgtrigger.Trigger]:
    """A project that has been proposed is what was proposed, and its stage is what its steps say."""
    proposed = f"""EXISTS (
        SELECT 1 FROM funds_projectstep s
        WHERE s.project_id = n.id AND s.undone_at IS NULL AND s.kind = '{K.PROPOSED}'
    )"""
    old, new = _columns("o", declared), _columns("n", declared)
    changed = f"""
        IF EXISTS (
            SELECT 1 FROM new_values n JOIN old_values o USING (id)
            WHERE ({new}) IS DISTINCT FROM ({old}) AND {proposed}
        ) THEN {_raise(PROJECT_DECLARED)} END IF;
        IF EXISTS (
            SELECT 1 FROM new_values n JOIN old_values o USING (id)
            WHERE n.stage <> o.stage AND n.stage <> COALESCE({stage_of("n")}, n.stage)
        ) THEN {_raise(PROJECT_STAGE)} END IF;
    """
    return [on_statement("project_as_proposed", pgtrigger.Update, changed)]


def steps_in_order() -> list[pgtrigger.Trigger]:
    """No step without the one before it; a project that is stopped goes no further; and its stage follows."""
    before = ", ".join(f"('{kind}', '{step.after}')" for kind, step in STEPS.items() if step.after)
    rank = ", ".join(f"('{kind}', {number})" for number, kind in enumerate(LIFE))
    industries = ", ".join(f"'{group}'" for group in INDUSTRIES)

    def check(touched: str) -> str:
        projects = f"(SELECT DISTINCT project_id FROM {touched})"
        steps = f"""
            SELECT s.* FROM funds_projectstep s
            WHERE s.project_id IN {projects} AND s.undone_at IS NULL AND s.kind <> '{K.RETURNED}'
        """
        return f"""
            PERFORM 1 FROM funds_project WHERE id IN {projects} ORDER BY id FOR NO KEY UPDATE;
            IF EXISTS (
                WITH standing AS ({steps})
                SELECT 1 FROM standing s JOIN (VALUES {before}) AS needed (kind, before) ON needed.kind = s.kind
                WHERE NOT EXISTS (
                    SELECT 1 FROM standing b
                    WHERE b.project_id = s.project_id AND b.kind = needed.before AND b."on" <= s."on"
                )
            ) OR EXISTS (
                WITH standing AS ({steps}), ranks (kind, number) AS (VALUES {rank})
                SELECT 1 FROM standing s JOIN ranks r ON r.kind = s.kind
                JOIN standing t ON t.project_id = s.project_id JOIN ranks q ON q.kind = t.kind
                WHERE r.number < q.number AND s."on" > t."on"
            ) THEN {_raise(STEP_ORDER)} END IF;
            IF EXISTS (
                WITH standing AS ({steps})
                SELECT 1 FROM standing s JOIN funds_project p ON p.id = s.project_id
                WHERE s.kind = '{K.PROPOSED}' AND (
                    p.category = '' OR p.target = '' OR left(p.category, 2) IN ({industries}) AND p.sharing = ''
                )
            ) THEN {_raise(STEP_LIBRARY)} END IF;
            IF EXISTS (
                WITH standing AS ({steps})
                SELECT 1 FROM standing s JOIN standing t ON t.project_id = s.project_id
                WHERE s.kind = '{K.STOPPED}' AND (
                    t.kind = '{K.COMPLETED}' OR t."on" > s."on"
                ) OR s.kind = '{K.STOPPED}' AND NOT EXISTS (
                    SELECT 1 FROM standing a WHERE a.project_id = s.project_id AND a.kind = '{K.ADMITTED}'
                ) OR s.kind = '{K.COMPLETED}' AND t.kind = '{K.PROGRESS}' AND t."on" > s."on"
            ) THEN {_raise(STEP_ENDED)} END IF;
            UPDATE funds_project p SET stage = now.stage
            FROM (
                SELECT q.id, {stage_of("q")} AS stage FROM funds_project q WHERE q.id IN {projects}
            ) AS now
            WHERE p.id = now.id AND now.stage IS NOT NULL AND p.stage <> now.stage;
        """

    both = "(SELECT project_id FROM old_values UNION SELECT project_id FROM new_values) AS b"
    return [
        on_statement("steps_on_insert", pgtrigger.Insert, check("new_values")),
        on_statement("steps_on_update", pgtrigger.Update, check(both)),
        on_statement("steps_on_delete", pgtrigger.Delete, check("old_values")),
    ]


def keeps_terms(terms: Sequence[str]) -> list[pgtrigger.Trigger]:
    """What was agreed of a loan is written while the year of its benefit is open; what is paid back, in any year.

    `terms` are the names of its fields. As with the rows of a year themselves (fupin/guards.py), by statement.
    """
    columns = [f"{name}_id" if name == "benefit" else name for name in terms]
    old, new = (", ".join(f"{side}.{column}" for column in columns) for side in ("o", "n"))
    changed = f"old_values o JOIN new_values n ON n.id = o.id WHERE ({old}) IS DISTINCT FROM ({new})"
    check = (
        "PERFORM fupin_require_open(region_id, year) FROM (SELECT DISTINCT b.region_id, b.year"
        " FROM funds_benefit b WHERE b.id IN ({}) ORDER BY 1, 2) AS places;"
    )
    either = f"SELECT n.benefit_id FROM {changed} UNION SELECT o.benefit_id FROM {changed}"
    return [
        on_statement("terms_on_insert", pgtrigger.Insert, check.format("SELECT benefit_id FROM new_values")),
        on_statement("terms_on_delete", pgtrigger.Delete, check.format("SELECT benefit_id FROM old_values")),
        on_statement("terms_on_update", pgtrigger.Update, check.format(either)),
    ]


def _unfit(loans: str) -> str:
    """Refuse loans (`l`) with their benefits (`b`) of another measure, or of which more was paid back than lent."""
    return f"""
        IF EXISTS (SELECT 1 FROM {loans} AND b.measure <> '{Measure.LOAN}') THEN {_raise(LOAN_OF_MEASURE)} END IF;
        IF EXISTS (
            SELECT 1 FROM {loans} AND l.repaid IS NOT NULL AND (b.amount IS NULL OR l.repaid > b.amount)
        ) THEN {_raise(LOAN_WITHIN)} END IF;
    """


def loan_fits() -> list[pgtrigger.Trigger]:
    """A loan belongs to a benefit of its measure, and no more is paid back than was lent.

    The benefits are locked first: whoever changes an amount meanwhile is waited for, and seen by the look that follows.
    """
    check = f"""
        PERFORM 1 FROM funds_benefit WHERE id IN (SELECT benefit_id FROM new_values) ORDER BY id FOR SHARE;
        {_unfit("new_values l JOIN funds_benefit b ON b.id = l.benefit_id WHERE true")}
    """
    return [
        on_statement("lent_on_insert", pgtrigger.Insert, check),
        on_statement("lent_on_update", pgtrigger.Update, check),
    ]


def lent_stays() -> list[pgtrigger.Trigger]:
    """Of a benefit that has the terms of a loan the measure stays, and the amount is no less than was paid back."""
    changed = f"""
        new_values b JOIN old_values o ON o.id = b.id JOIN funds_loan l ON l.benefit_id = b.id
        WHERE o.measure = '{Measure.LOAN}' AND (b.measure, b.amount) IS DISTINCT FROM (o.measure, o.amount)
    """
    return [on_statement("lent_on_update", pgtrigger.Update, _unfit(changed))]
