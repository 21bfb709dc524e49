"""A workbook and projects that were proposed; the library's columns of the sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from funds.interfaces.project_sheet import PROJECT_SHEET
from funds.library import StepKind
from funds.models import Project
from fupin.access import SYSTEM
from fupin.domain.imports import IMPORTERS, import_file
from fupin.models import ImportRun
from fupin.place import Place
from fupin.sheets.writing import write_workbook
from tests import factories as make
from tests.factories import YEAR
from tests.library.walk import take

pytestmark = pytest.mark.django_db

ROW = {
    "year": YEAR, "name": "通组路", "category": "1501", "stage": "01", "quantity": "2.835", "unit": "公里", "amount": 80_000,
    "content": "硬化路面", "target": "受益66户", "plan_central": 50_000, "plan_county": 30_000, "homes": 66, "people": 156,
    "poor_homes": 60,
}  # fmt: skip


def bring(world: Any, path: Path, **changes: Any) -> Any:
    """Import the project's row into village A."""
    importer = IMPORTERS["projects"]
    write_workbook(importer.book, {PROJECT_SHEET.name: [{**ROW, **changes}]}, path, title_values={
        "place": "甲村", "year": YEAR, "date": f"{YEAR}年12月31日",
    })  # fmt: skip
    return import_file(path, importer=importer, region=world.a, year=YEAR, actor=SYSTEM)


def test_what_the_library_asks_comes_by_workbook(world: Any, tmp_path: Path) -> None:
    assert bring(world, tmp_path / "a.xlsx").state == ImportRun.State.DONE
    project = Project.objects.unscoped("tests").get(name="通组路")
    assert str(project.quantity) == "2.835" and project.plan_central == 50_000 and project.poor_homes == 60
    take(project, StepKind.PROPOSED)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"plan_central": 60_000}, "各级资金之和为90,000.00元，投入资金为80,000.00元"),
        ({"people": 60}, "受益人数60少于受益户数66"),
        ({"poor_homes": 70}, "其中贫困户数70超过受益户数66"),
        ({"category": "2301"}, "2017年度没有“农村道路建设”这一项"),
    ],
)
def test_what_does_not_fit_is_told(world: Any, tmp_path: Path, changes: dict[str, Any], reason: str) -> None:
    outcome = bring(world, tmp_path / "a.xlsx", **changes)
    assert outcome.state == ImportRun.State.REFUSED
    assert any(reason in str(error) for error in outcome.errors), outcome.errors


def test_a_project_of_a_year_to_come_says_where_it_belongs(
    world: Any, personas: Any, client_of: Any, tmp_path: Path
) -> None:
    """By a workbook and by the page; once the year is opened it is let in."""
    outcome = bring(world, tmp_path / "a.xlsx", year=YEAR + 1)
    assert [(error.cell, error.reason) for error in outcome.errors] == [("A4", "甲村2018年度尚未开设")]
    assert outcome.errors[0].remedy.startswith("请填2017年度，计划开工、完工日期填2018年的")
    client, place = client_of(personas["clerk_a"]), Place(world.a, YEAR + 1)
    page = client.get(place.url("projects_create"))
    assert "现在就要入库的项目，请登记在2017年度，计划开工、完工日期填2018年的" in page.content.decode()
    form = client.get(Place(world.a, YEAR).url("projects_create")).context["form"]
    assert form.fields["plan_start"].help_text == "2018年实施的也登记在这里，填2018年的日期。"
    make.village(world.a.code, "甲村", year=YEAR + 1)
    assert bring(world, tmp_path / "a.xlsx", year=YEAR + 1).state == ImportRun.State.DONE
    assert client.get(place.url("projects_create")).context["form"].fields


def test_a_proposed_project_is_not_rewritten_by_a_workbook(world: Any, tmp_path: Path) -> None:
    bring(world, tmp_path / "a.xlsx")
    take(Project.objects.unscoped("tests").get(name="通组路"), StepKind.PROPOSED)
    assert bring(world, tmp_path / "b.xlsx").state != ImportRun.State.REFUSED
    for changes in ({"amount": 90_000, "plan_central": 60_000}, {"stage": "03"}, {"target": "改"}):
        outcome = bring(world, tmp_path / "c.xlsx", **changes)
        assert [error.reason for error in outcome.errors] == ["该项目已经申报，内容和进度不能用表格修改"], (
            changes
        )


def test_the_history_tells_the_steps(world: Any, personas: Any, client_of: Any) -> None:
    project = make.LibraryProjectFactory(region=world.a)
    take(project, StepKind.PROPOSED, actor=personas["clerk_a"])
    client = client_of(personas["clerk_a"])
    page = client.get(Place(world.a, YEAR).url("projects_history", key=project.pk)).content.decode()
    assert "村级申报" in page and "2017-01-05" in page
