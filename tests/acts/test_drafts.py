"""What is typed into the form of an act is kept, and sent twice is recorded once."""

from __future__ import annotations

from typing import Any

import pytest

from fupin.models import Draft
from fupin.resource.stamp import FIELD
from households.models import Act
from tests.acts.doing import K, Scene, rows, scene
from tests.acts.test_pages import posted, record

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}
WHO = {"name": "新来的人", "relation": "99", "on": "2017-06-01", "reason": "写到一半"}


@pytest.fixture
def at(world: Any) -> Scene:
    return scene(world)


def stamp(client: Any, address: str) -> dict[str, str]:
    """The hidden field of a page just opened."""
    return {FIELD: str(client.get(address).context["stamp"])}


def keep(client: Any, address: str, sent: dict[str, Any]) -> Any:
    """Send a page as its script does while one types."""
    return client.post(address, {**sent, "what": "draft"}, headers=JSON)


def test_a_draft_is_offered_restored_and_gone_when_recorded(at: Scene, personas: Any, client_of: Any) -> None:
    client, other = client_of(personas["clerk_a"]), client_of(personas["team"])
    address = record(at, K.MEMBER_MARRIED_IN)
    page = stamp(client, address)
    assert keep(client, address, {**page, **WHO}).status_code == 200
    assert rows(Act).count() == 0
    shown = client.get(address).content.decode()
    assert "有未保存的草稿" in shown and "新来的人" not in shown
    # Neither another person's, nor another form of the household has it.
    for page_of in (other.get(address), client.get(record(at, K.MEMBER_MOVED_IN))):
        assert "有未保存的草稿" not in page_of.content.decode()
    restored = client.get(address, {"restore": "1"})
    assert {name: restored.context["form"][name].value() for name in WHO} == WHO
    assert not restored.context["form"].errors
    sent = {**posted(at, K.MEMBER_MARRIED_IN)[1], FIELD: str(restored.context["stamp"])}
    assert client.post(address, sent).status_code == 302
    assert (rows(Act).count(), Draft.objects.count()) == (1, 0)


def test_an_expired_log_in_loses_no_word(at: Scene, personas: Any, client_of: Any) -> None:
    client, address = client_of(personas["clerk_a"]), record(at, K.MEMBER_MARRIED_IN)
    page = stamp(client, address)
    client.logout()
    assert client.post(address, {**page, **WHO})["Location"].startswith("/login/")
    client.force_login(personas["clerk_a"], backend="django.contrib.auth.backends.ModelBackend")
    restored = client.get(address, {"restore": "1"})
    assert restored.context["form"]["name"].value() == "新来的人"
    assert client.post(address, {"what": "discard"}).status_code == 302
    assert Draft.objects.count() == 0


def test_a_page_sent_twice_is_recorded_once(at: Scene, personas: Any, client_of: Any) -> None:
    """Of people without a number the domain could not tell two from one sent twice."""
    client, address = client_of(personas["clerk_a"]), record(at, K.MEMBER_MARRIED_IN)
    sent = {**posted(at, K.MEMBER_MARRIED_IN)[1], **stamp(client, address)}
    answers = [client.post(address, sent, follow=True) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "没有重复保存" in answers[1].content.decode()
    assert rows(Act).count() == 1


def test_what_is_refused_may_be_sent_again(at: Scene, personas: Any, client_of: Any) -> None:
    client, address = client_of(personas["clerk_a"]), record(at, K.MEMBER_MARRIED_IN)
    sent = {**posted(at, K.MEMBER_MARRIED_IN)[1], **stamp(client, address)}
    wrong = client.post(address, {**sent, "on": "2016-06-01"})
    assert (wrong.status_code, rows(Act).count()) == (422, 0)
    assert str(wrong.context["stamp"]) and client.post(address, sent).status_code == 302
    assert rows(Act).count() == 1


def test_forms_that_stand_on_a_choice_keep_nothing(at: Scene, personas: Any, client_of: Any) -> None:
    client = client_of(personas["clerk_a"])
    query, _ = posted(at, K.HEAD_CHANGED)
    page = client.get(record(at, K.HEAD_CHANGED, query)).content.decode()
    assert "data-draft" not in page and "暂存草稿" not in page
