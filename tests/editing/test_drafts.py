"""Drafts: what is typed is kept on the server, offered again, and seen by nobody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import signing
from django.utils import timezone

from fupin.models import Draft, SentForm
from fupin.resource.stamp import FIELD
from tests.database.tools import PATIENCE, blockers_of, sessions
from tests.editing.conftest import Editor, sent_by
from tests.fupin.walking import written

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


def keep(editor: Editor, sent: dict[str, Any], *, script: bool = True, verb: str = "edit") -> Any:
    """Send a page as its script does while one types, or by the button."""
    return editor.client.post(editor.url(verb), {**sent, "what": "draft"}, headers=JSON if script else {})


def test_a_draft_is_offered_restored_and_gone_when_saved(editors: Callable) -> None:
    editor, other = editors("households")
    sent = {**editor.open(), "remark": "写了一半", "house_area": "abc"}
    before = written()
    answer = keep(editor, sent)
    assert (answer.status_code, list(answer.json())) == (200, ["kept"])
    assert (editor.row().remark, written()) == ("", before)

    page = editor.client.get(editor.url())
    assert "有未保存的草稿" in page.content.decode()
    assert page.context["form"]["remark"].value() == ""
    assert "有未保存的草稿" not in other.client.get(other.url()).content.decode()

    restored = editor.client.get(editor.url(), {"restore": "1"})
    form = restored.context["form"]
    assert (form["remark"].value(), form["house_area"].value()) == ("写了一半", "abc")
    assert form["remark"].drafted_over == "（空）"
    assert not form.errors
    assert {bound.name for bound in form if hasattr(bound, "drafted_over")} == {"remark", "house_area"}

    saved = editor.client.post(editor.url(), {**sent_by(restored), "remark": "写完", "house_area": "80"})
    assert (saved.status_code, editor.row().remark, Draft.objects.count()) == (302, "写完", 0)
    assert "草稿" not in editor.client.get(saved["Location"]).content.decode()


def test_a_restored_draft_still_guards_against_lost_updates(editors: Callable) -> None:
    editor, other = editors("households")
    keep(editor, {**editor.open(), "remark": "草稿"})
    other.client.post(other.url(), {**other.open(), "remark": "别人写的"})
    restored = editor.client.get(editor.url(), {"restore": "1"})
    page = editor.client.post(editor.url(), {**sent_by(restored), "remark": "草稿"})
    assert (page.status_code, editor.row().remark) == (409, "别人写的")


def test_the_draft_goes_on_where_the_page_came_back(editors: Callable) -> None:
    editor, other = editors("households")
    sent = {**editor.open(), "remark": "一"}
    keep(editor, sent)
    other.client.post(other.url(), {**other.open(), "remark": "别人写的"})
    page = editor.client.post(editor.url(), sent)
    assert page.status_code == 409
    assert keep(editor, {**sent_by(page), "remark": "一二"}).status_code == 200
    saved = editor.client.post(editor.url(), {**sent_by(page), "remark": "一二", "_keep-remark": "mine"})
    assert (saved.status_code, editor.row().remark, Draft.objects.count()) == (302, "一二", 0)


def test_a_new_rows_draft(editors: Callable) -> None:
    editor, _ = editors("benefits")
    home = editor.village.household.household_id
    keep(
        editor,
        {**editor.open("create"), "household": str(home), "measure": "401", "amount": "12"},
        verb="create",
    )
    page = editor.client.get(editor.url("create"), {"restore": "1"})
    shown = {name: page.context["form"][name].value() for name in ("household", "measure", "amount")}
    assert shown == {"household": str(home), "measure": "401", "amount": "12"}
    assert re.search(rf'<option value="{home}"[^>]* selected\b', page.content.decode())


def test_the_button_works_without_script(editors: Callable) -> None:
    editor, _ = editors("households")
    answer = keep(editor, {**editor.open(), "remark": "写了一半"}, script=False)
    assert answer["Location"] == f"{editor.url()}?restore=1"
    page = editor.client.get(answer["Location"]).content.decode()
    assert "草稿已保存（" in page and "写了一半" in page
    assert editor.client.post(editor.url(), {"what": "discard"})["Location"] == editor.url()
    assert Draft.objects.count() == 0


def test_a_second_page_does_not_write_over_the_first_ones_draft_unasked(editors: Callable) -> None:
    editor, _ = editors("households")
    first, second = editor.open(), editor.open()
    keep(editor, {**first, "remark": "第一页"})
    answer = keep(editor, {**second, "remark": "第二页"})
    assert (answer.status_code, answer.json()["said"]) == (
        409,
        "这张表另有草稿没有处理，本页填写的没有暂存。",
    )
    assert keep(editor, {**first, "remark": "第一页再写"}).status_code == 200
    assert Draft.objects.get().typed["remark"] == ["第一页再写"]
    # By the button, the person has decided.
    assert keep(editor, {**second, "remark": "第二页"}, script=False).status_code == 302
    assert Draft.objects.get().typed["remark"] == ["第二页"]


def test_a_draft_that_arrives_after_the_page_was_saved_is_not_kept(editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "写完"}
    editor.client.post(editor.url(), sent)
    assert keep(editor, sent).status_code == 409
    assert Draft.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_draft_waits_for_the_page_that_is_being_saved(editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "写完"}
    again = editor.again()
    with sessions(2) as (one, two):
        one.begin()
        one.do(editor.client.post, editor.url(), sent)
        keeping = two.start(again.post, editor.url(), {**sent, "what": "draft"}, headers=JSON)
        assert blockers_of(two, keeping) == [one.pid]
        one.commit()
        assert keeping.result(PATIENCE).status_code == 409
    assert Draft.objects.count() == 0


def test_drafts_are_forgotten_after_some_days(editors: Callable, settings: Any) -> None:
    editor, other = editors("households")
    keep(editor, {**editor.open(), "remark": "旧"})
    Draft.objects.update(saved_at=timezone.now() - timedelta(days=settings.FUPIN_DRAFT_DAYS, hours=1))
    assert "草稿（" not in editor.client.get(editor.url()).content.decode()
    keep(other, {**other.open(), "remark": "新"})
    assert [draft.user for draft in Draft.objects.all()] == [other.user]


@pytest.mark.parametrize("typed", ["a\x00b", "<script>alert(1)</script>", "字" * 10_000])
def test_anything_can_be_kept(typed: str, editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": typed}
    assert keep(editor, sent).status_code == 200
    page = editor.client.get(editor.url(), {"restore": "1"})
    assert page.status_code == 200
    assert page.context["form"]["remark"].value() == typed.replace("\x00", "")
    assert "<script>alert" not in page.content.decode()


# --- an expired log-in -------------------------------------------------------------------------------------


def log_out_silently(editor: Editor) -> None:
    """End the session on the server, as time does."""
    editor.client.session.flush()


def test_what_is_saved_after_the_log_in_has_ended_comes_back_as_a_draft(editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "不能丢"}
    log_out_silently(editor)
    answer = editor.client.post(editor.url(), sent)
    assert answer["Location"] == f"/login/?next={editor.url()}"
    assert "填写的内容已经存为草稿" in editor.client.get(answer["Location"]).content.decode()
    assert editor.row().remark == ""
    editor.client.force_login(editor.user, backend="django.contrib.auth.backends.ModelBackend")
    assert "有未保存的草稿" in editor.client.get(editor.url()).content.decode()
    assert "不能丢" in editor.client.get(editor.url(), {"restore": "1"}).content.decode()


def test_the_script_is_told_that_the_log_in_has_ended(editors: Callable) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "不能丢"}
    log_out_silently(editor)
    answer = keep(editor, sent)
    assert answer.status_code == 401
    assert answer.json()["login"] == "/login/?next=" + editor.url().replace("/", "%2F")
    assert (answer.json()["kept"] != "", Draft.objects.get().user) == (True, editor.user)


@pytest.mark.parametrize("wrong", ["no stamp", "forged", "old", "closed account"])
def test_a_stranger_keeps_nothing_without_a_page_of_ours(
    wrong: str, editors: Callable, monkeypatch: Any
) -> None:
    editor, _ = editors("households")
    sent = {**editor.open(), "remark": "不能丢"}
    log_out_silently(editor)
    if wrong == "no stamp":
        sent[FIELD] = ""
    elif wrong == "forged":
        sent[FIELD] = signing.dumps([editor.user.pk, "households/1", {}, {}, "x"], salt="another")
    elif wrong == "old":
        now = signing.time.time()
        monkeypatch.setattr(signing.time, "time", lambda: now + 12 * 3600 + 60)
    else:
        type(editor.user).objects.filter(pk=editor.user.pk).update(is_active=False)
    assert keep(editor, sent).json()["kept"] == ""
    assert editor.client.post(editor.url(), sent).status_code == 302
    assert (Draft.objects.count(), SentForm.objects.count()) == (0, 0)


def test_a_post_of_a_stranger_needs_the_csrf_token(editors: Callable) -> None:
    """Another site cannot put a draft under somebody's name."""
    from django.test import Client

    editor, _ = editors("households")
    sent = editor.open()
    assert Client(enforce_csrf_checks=True).post(editor.url(), sent).status_code == 403
    assert Draft.objects.count() == 0
