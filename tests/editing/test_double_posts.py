"""A double click, or a page that is sent again: one row, and both answers lead to it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from funds.models import Project
from fupin.domain.forms import REMEMBERED, claim_form
from fupin.models import SentForm
from fupin.resource import editing
from fupin.resource.stamp import FIELD
from tests.database.tools import PATIENCE, blockers_of, sessions
from tests.editing.conftest import Editor
from tests.long import lasting

PAIRS = lasting(40)

concurrent = pytest.mark.django_db(transaction=True)


def project(editor: Editor, name: str = "路灯") -> dict[str, Any]:
    """A page of a new project, filled in."""
    return {**editor.open("create"), "name": name, "stage": "03"}


def projects(name: str = "路灯") -> list[Any]:
    return list(Project.objects.unscoped("tests").filter(name=name))


@pytest.mark.django_db
def test_the_second_post_of_a_page_leads_to_the_row_of_the_first(editors: Callable) -> None:
    editor, _ = editors("projects")
    sent = project(editor)
    first, second = (editor.client.post(editor.url("create"), sent) for _ in range(2))
    (row,) = projects()
    assert (
        first["Location"]
        == second["Location"]
        == editor.url("detail").replace(f"/{editor.village.project.pk}/", f"/{row.pk}/")
    )
    said = editor.client.get(second["Location"]).content.decode()
    assert "这张表已经保存过，没有重复保存。" in said


@pytest.mark.django_db
def test_another_row_typed_into_a_page_that_was_saved_is_not_taken_for_the_first(editors: Callable) -> None:
    """The back button brings the page: what is typed then is neither lost nor saved unasked."""
    editor, _ = editors("projects")
    sent = project(editor)
    saved = editor.client.post(editor.url("create"), sent)
    page = editor.client.post(editor.url("create"), {**sent, "name": "水渠"})
    assert (page.status_code, projects("水渠")) == (409, [])
    assert page.context["form"]["name"].value() == "水渠"
    assert saved["Location"] in page.content.decode()
    again = {**sent, "name": "水渠", FIELD: str(page.context["stamp"])}
    assert editor.client.post(editor.url("create"), again).status_code == 302
    assert len(projects("水渠")) == 1


@pytest.mark.django_db
def test_a_page_without_a_stamp_is_not_saved(editors: Callable) -> None:
    editor, _ = editors("projects")
    page = editor.client.post(editor.url("create"), {**project(editor), FIELD: ""})
    assert (page.status_code, projects()) == (409, [])
    assert "无法确认这一页是否已经保存过" in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_was_refused_can_be_sent_again(editors: Callable) -> None:
    editor, _ = editors("projects")
    sent = project(editor)
    assert editor.client.post(editor.url("create"), {**sent, "stage": ""}).status_code == 422
    assert editor.client.post(editor.url("create"), sent).status_code == 302
    assert (len(projects()), SentForm.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_a_token_is_the_users_own(editors: Callable) -> None:
    editor, other = editors("projects")
    sent = project(editor)
    assert editor.client.post(editor.url("create"), sent).status_code == 302
    assert other.client.post(other.url("create"), {**sent, "name": "水渠"}).status_code == 409


@pytest.mark.django_db
def test_a_change_that_is_sent_twice_is_written_once(editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "写"}
    answers = [editor.client.post(editor.url(), sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]


@pytest.mark.django_db
def test_tokens_are_forgotten_after_some_days(editors: Callable) -> None:
    editor, _ = editors("projects")
    editor.client.post(editor.url("create"), project(editor))
    SentForm.objects.update(at=timezone.now() - REMEMBERED - timedelta(hours=1))
    editor.client.post(editor.url("create"), project(editor, "水渠"))
    assert [form.url for form in SentForm.objects.all()] == [
        editor.url("detail").replace(f"/{editor.village.project.pk}/", f"/{projects('水渠')[0].pk}/")
    ]


# --- at the same time ----------------------------------------------------------------------------------------


@concurrent
def test_many_double_posts_make_one_row_each(editors: Callable) -> None:
    editor, _ = editors("enterprises")
    blank = editor.open("create")
    places = []
    with sessions(2) as crew:
        start = threading.Barrier(2)

        def save(data: dict[str, Any]) -> str:
            start.wait(PATIENCE)
            return editor.client.post(editor.url("create"), data).get("Location", "")

        for number in range(PAIRS):
            page = editing.Stamp(editor.user.pk, f"enterprises_create/{editor.village.region.code}/2017", {})
            data = {**blank, FIELD: str(page), "name": f"第{number}社", "kind": "02"}
            futures = [session.start(save, data) for session in crew]
            places.append({future.result(PATIENCE) for future in futures})
    assert [number for number, found in enumerate(places) if len(found) != 1 or "" in found] == []
    assert len(set.union(*places)) == PAIRS


@contextmanager
def no_constraint() -> Iterator[None]:
    """Without the constraint that a village's projects have different names: only the token tells two posts apart."""
    (constraint,) = (c for c in Project._meta.constraints if c.name == "project_once")
    with connection.schema_editor() as schema:
        schema.remove_constraint(Project, constraint)
    try:
        yield
    finally:
        # Made again by the statement that made it; the rows of the test are gone by then, or would not fit.
        with connection.cursor() as cursor:
            # Those of the test's village with steps or money have names of their own.
            used = "SELECT project_id FROM funds_projectstep UNION SELECT project_id FROM funds_allocation"
            cursor.execute(f"DELETE FROM funds_project WHERE id NOT IN ({used})")
        with connection.schema_editor() as schema:
            schema.add_constraint(Project, constraint)


def post_twice(editor: Editor, waits: bool) -> int:
    """Post a page while its first post is still under way; how many rows there are in the end."""
    sent, again = project(editor), editor.again()
    with no_constraint(), sessions(2) as (one, two):
        one.begin()
        assert one.do(editor.client.post, editor.url("create"), sent).status_code == 302
        second = two.start(again.post, editor.url("create"), sent)
        assert blockers_of(two, second) == ([one.pid] if waits else [])
        one.commit()
        assert second.result(PATIENCE).status_code == 302
        return len(projects())


@concurrent
def test_the_second_waits_for_the_first(editors: Callable) -> None:
    assert post_twice(editors("projects")[0], waits=True) == 1


@concurrent
def test_without_the_token_there_are_two_rows(editors: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    """Negative control of the tests above."""
    monkeypatch.setattr(editing, "claim_form", lambda **_: (SentForm(), True))
    monkeypatch.setattr(editing, "form_was_saved", lambda **_: None)
    assert post_twice(editors("projects")[0], waits=False) == 2


@concurrent
def test_a_token_is_free_again_when_the_first_gave_up(editors: Callable) -> None:
    editor, _ = editors("projects")
    token = editing.Stamp(0, "", {}).token
    with sessions(2) as (one, two):
        one.begin()
        one.do(claim_form, user=editor.user, token=token, digest="x")
        claiming = two.start(claim_form, user=editor.user, token=token, digest="x")
        assert blockers_of(two, claiming) == [one.pid]
        one.rollback()
        assert claiming.result(PATIENCE)[1] is True
