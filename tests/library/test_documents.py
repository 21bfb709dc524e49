"""A document's number that stands at steps of two kinds is asked about, in one project and across projects."""

from __future__ import annotations

from typing import Any

import pytest

from funds.domain.projects import take_back
from funds.library import StepKind
from funds.models import Project, ProjectStep
from fupin.access import SYSTEM
from fupin.place import Place
from tests import factories as make
from tests.factories import YEAR
from tests.library.walk import walk_to

pytestmark = pytest.mark.django_db
K = StepKind
#: What walk_to() states at the approval.
APPROVAL = "云扶办〔2017〕11号"


def project_at(world: Any, last: StepKind) -> Project:
    return walk_to(make.LibraryProjectFactory(region=world.a), last)


def test_a_number_at_two_kinds_of_step_wants_a_tick(world: Any, personas: Any, client_of: Any) -> None:
    own, other = project_at(world, K.COMPLETED), project_at(world, K.COMPLETED)
    client = client_of(personas["department"])
    for project, whose in ((own, "本项目"), (other, f"“{own.name}”")):
        if project == other:  # or its own approval would be named
            ProjectStep.objects.unscoped("tests").filter(project=other, kind=K.APPROVED).update(
                document="另文"
            )
        url = Place(world.a, YEAR).url("projects_step", key=project.pk, kind=K.ACCEPTED.value)
        # Another way to write the same number.
        typed = {"on": "2017-01-25", "document": "云扶办[2017] 第11号"}
        page = client.post(url, typed)
        [(_, field)] = page.context["doubted"]
        assert page.status_code == 422
        assert field.doubt["text"].startswith(f"“{APPROVAL}”已登记为{whose}的“立项批复”")
        assert "确认无误" in page.content.decode()
        assert not ProjectStep.objects.unscoped("tests").filter(project=project, kind=K.ACCEPTED).exists()
        assert client.post(url, {**typed, "_sure": field.doubt["mark"]}).status_code == 302
        step = ProjectStep.objects.unscoped("tests").get(project=project, kind=K.ACCEPTED)
        assert step.document == APPROVAL


def test_one_approval_of_several_projects_and_papers_of_one_name_are_not_asked_about(
    world: Any, personas: Any, client_of: Any
) -> None:
    first = project_at(world, K.COMPLETED)
    ProjectStep.objects.unscoped("tests").filter(project=first, kind=K.STARTED).update(document="会议记录")
    second = project_at(world, K.ADMITTED)
    url = Place(world.a, YEAR).url("projects_step", key=second.pk, kind=K.APPROVED.value)
    typed = {"on": "2017-01-25", "document": APPROVAL, "amount": "80000"}
    assert client_of(personas["county"]).post(url, typed).status_code == 302
    # The name of a paper is no number.
    url = Place(world.a, YEAR).url("projects_step", key=first.pk, kind=K.ACCEPTED.value)
    typed = {"on": "2017-01-25", "document": "会议记录"}
    assert client_of(personas["department"]).post(url, typed).status_code == 302


def test_what_was_taken_back_is_not_told(world: Any, personas: Any, client_of: Any) -> None:
    first = project_at(world, K.APPROVED)
    approved = ProjectStep.objects.unscoped("tests").get(project=first, kind=K.APPROVED)
    take_back(step=approved, reason="文号错了", actor=SYSTEM)
    second = project_at(world, K.COMPLETED)
    ProjectStep.objects.unscoped("tests").filter(project=second, kind=K.APPROVED).update(document="另文")
    url = Place(world.a, YEAR).url("projects_step", key=second.pk, kind=K.ACCEPTED.value)
    typed = {"on": "2017-01-25", "document": APPROVAL}
    assert client_of(personas["department"]).post(url, typed).status_code == 302
