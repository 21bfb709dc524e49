"""The money of the invented county: steps of every stage, allocations and payments that every guard lets pass."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from django.db.models import Sum

from funds.enums import FundChange, FundLevel, ProjectStage
from funds.library import LIFE, Lamp, StepKind
from funds.models import Allocation, Appropriation, AppropriationEntry, Payment, Project, ProjectStep
from funds.queries.money import with_balance
from funds.queries.projects import with_life
from fupin.access import SYSTEM
from fupin.models import Region
from fupin.place import Place
from reports.domain.county import make_county
from reports.reference.compose import VillageRows
from reports.reference.county import compose_villages, grants_of, plan_county
from reports.reference.facts import COUNTY

YEAR = 2017


@cache
def villages() -> list[VillageRows]:
    plan = plan_county(households=1_200, villages=80, seed=3, year=YEAR)
    return [rows for _, rows in compose_villages(plan.villages, seed=3, year=YEAR)]


def test_projects_have_come_every_way() -> None:
    last: Counter[StepKind | None] = Counter()
    for rows in villages():
        reached: dict[int, StepKind] = {}
        for step in rows.steps:
            if step["kind"] in LIFE:
                reached[step["project"]] = step["kind"]
        last.update(reached.get(number) for number in range(len(rows.projects)))
    assert set(last) == {None, *LIFE}
    assert 0.05 < last[None] / last.total() < 0.3, "some only stand in the village's ledger"
    kinds = Counter(step["kind"] for rows in villages() for step in rows.steps)
    assert kinds[StepKind.PROGRESS] > 0
    assert {level for _, level in _levels()} == set(FundLevel) - {FundLevel.OTHER}


def _levels() -> set[tuple[str, FundLevel]]:
    plan = plan_county(households=1_200, villages=80, seed=3, year=YEAR)
    granted = {
        (row["region_id"], row["document"]): row["level"]
        for row, _ in grants_of(plan.villages, seed=3, year=YEAR)
    }
    return {
        (row["owner"], granted[row["owner"], row["document"]])
        for rows in villages()
        for row in rows.allocations
    }


def test_what_a_project_is_to_cost_is_what_its_levels_give() -> None:
    for rows in villages():
        given: dict[int, Decimal] = defaultdict(Decimal)
        for row in rows.allocations:
            given[row["project"]] += row["amount"]
        for number, project in enumerate(rows.projects):
            assert given.get(number) in (None, project["amount"])
            assert (number in given) <= (project["source"] is None)


@pytest.mark.django_db
def test_all_is_written_and_adds_up_and_the_same_twice() -> None:
    plan = plan_county(households=60, villages=6, seed=5, year=YEAR)
    composed = [rows for _, rows in compose_villages(plan.villages, seed=5, year=YEAR)]
    grants = grants_of(plan.villages, seed=5, year=YEAR)
    for _ in range(2):
        make_county(plan=plan, tell=lambda line: None)
        rows = {
            model: model.objects.unscoped("tests")
            for model in (Appropriation, AppropriationEntry, ProjectStep, Allocation, Payment)
        }
        assert {model: found.count() for model, found in rows.items()} == {
            Appropriation: len(grants), AppropriationEntry: sum(len(entries) for _, entries in grants),
            ProjectStep: sum(len(each.steps) for each in composed),
            Allocation: sum(len(each.allocations) for each in composed),
            Payment: sum(len(each.payments) for each in composed),
        }  # fmt: skip
    paid = sum(row["amount"] for each in composed for row in each.payments)
    assert rows[Payment].aggregate(sum=Sum("amount"))["sum"] == paid > 0
    assert set(rows[AppropriationEntry].values_list("kind", flat=True)) >= {FundChange.ARRIVED}
    place = Place(Region.objects.unscoped("tests").get(code=COUNTY.code), YEAR)
    for row in with_balance(Appropriation.objects.unscoped("tests"), SYSTEM, place):
        assert row.effective >= row.allocated >= row.paid
        assert 0 < row.arrived <= row.amount
    projects = list(with_life(Project.objects.unscoped("tests"), date(YEAR, 12, 31)))
    assert {project.lamp for project in projects} >= {"", Lamp.DONE}
    ended = {ProjectStage.DONE: StepKind.COMPLETED, ProjectStage.UNDER_WAY: StepKind.STARTED}
    for project in projects:
        if project.reached and project.stage in ended:
            assert project.reached >= ended[project.stage]
