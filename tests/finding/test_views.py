"""Saved views: a user's own, one default a list, and nobody else's."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from fupin.domain.saved import MOST, query_to_keep, save_view
from fupin.models import SavedView
from fupin.refusals import Refused
from tests import factories as make
from tests.factories import YEAR

pytestmark = pytest.mark.django_db

PLACE = {"region": "421199103206", "year": YEAR}
QUERY = "category=04&cols=household,people&sort=-people"


@pytest.fixture
def client(world: Any, personas: Any, client_of: Any) -> Any:
    return client_of(personas["clerk_a"])


def save(client: Any, name: str = "低保户", **more: Any) -> Any:
    data = {"list": "households", "name": name, "query": QUERY, **more}
    return client.post(reverse("views", kwargs=PLACE), data)


def url_of(view: SavedView) -> str:
    return reverse("saved_view", kwargs={**PLACE, "key": view.pk})


LIST = "/421199103206/2017/households/"


def test_a_view_brings_back_filters_columns_and_order(client: Any) -> None:
    answer = save(client, is_default="on")
    view = SavedView.objects.get()
    kept = "category=04&cols=household%2Cpeople&sort=-people"
    assert (view.list, view.name, view.query, view.is_default) == ("households", "低保户", kept, True)
    assert answer["Location"] == f"{LIST}?{kept}&view={view.pk}"
    page = client.get(answer["Location"])
    assert [column.name for column in page.context["table"].columns] == ["number", "household", "people"]
    assert str(page.context["table"].order_by) == "-people"
    assert page.context["views"]["current"] == view
    # The list opens with its default; 全部 is one click away, and other lists are as they were.
    assert client.get(LIST)["Location"] == answer["Location"]
    assert client.get(f"{LIST}?view=none").status_code == 200
    assert client.get("/421199103206/2017/members/").status_code == 200


def test_there_is_one_default_a_list(client: Any) -> None:
    save(client, "一", is_default="on")
    save(client, "二", is_default="on")
    assert list(SavedView.objects.order_by("pk").values_list("name", "is_default")) == [
        ("一", False),
        ("二", True),
    ]
    client.post(url_of(SavedView.objects.get(name="一")), {"what": "default"})
    assert set(SavedView.objects.values_list("name", "is_default")) == {("一", True), ("二", False)}
    client.post(url_of(SavedView.objects.get(name="一")), {"what": "plain"})
    assert client.get(LIST).status_code == 200


def test_a_view_is_renamed_replaced_and_deleted(client: Any) -> None:
    save(client, "一")
    save(client, "二")
    one, two = SavedView.objects.order_by("pk")
    client.post(url_of(one), {"what": "rename", "name": "甲"})
    one.refresh_from_db()
    assert one.name == "甲"
    taken = client.post(url_of(one), {"what": "rename", "name": "二"}, follow=True)
    assert "已经有同名的视图" in taken.content.decode()
    one.refresh_from_db()
    assert one.name == "甲"
    save(client, "二", query="status=04")
    two.refresh_from_db()
    assert (two.query, SavedView.objects.count()) == ("status=04", 2)
    client.post(url_of(two), {"what": "remove"})
    assert list(SavedView.objects.values_list("name", flat=True)) == ["甲"]


@pytest.mark.parametrize("what", ["rename", "default", "plain", "remove"])
def test_a_foreign_view_is_none(what: str, client: Any, personas: Any, client_of: Any) -> None:
    save(client)
    view = SavedView.objects.get()
    other = client_of(personas["township"])
    assert other.post(url_of(view), {"what": what, "name": "改"}).status_code == 404
    assert list(SavedView.objects.values_list("name", "is_default")) == [("低保户", False)]
    assert "低保户</a>" not in other.get(f"{LIST}?view={view.pk}").content.decode()
    assert client.post(url_of(view), {"what": what, "name": "改"}).status_code == 302  # its owner may


@pytest.mark.parametrize("name", ["", "   ", "x" * 21, "查421199196806019014", "打13871004321"])
def test_a_bad_name_is_refused_in_words(name: str, client: Any) -> None:
    page = client.post(
        reverse("views", kwargs=PLACE), {"list": "households", "name": name, "query": QUERY}, follow=True
    )
    assert page.status_code == 200
    assert "notice--error" in page.content.decode()
    assert SavedView.objects.count() == 0


@pytest.mark.parametrize("data", [{"list": "nonsense", "name": "一"}, {"name": "一"}])
def test_a_list_that_is_none_has_no_views(data: dict[str, str], client: Any) -> None:
    assert client.post(reverse("views", kwargs=PLACE), data).status_code == 404


@pytest.mark.parametrize(("query", "kept"), [
    ("?category=04&page=3&view=7", "category=04"),
    ("q=421199196806019014&category=04", "category=04"),
    ("q=13871004321", ""),
    ("q=王小明&a=%00", "q=%E7%8E%8B%E5%B0%8F%E6%98%8E"),
    ('q="><script>', "q=%22%3E%3Cscript%3E"),
    ("javascript:alert(1)", ""),
])  # fmt: skip
def test_a_view_keeps_no_number_and_nothing_of_the_moment(query: str, kept: str) -> None:
    assert query_to_keep(query) == kept


def test_a_user_keeps_so_many_views_of_a_list(world: Any) -> None:
    user = make.UserFactory()
    for number in range(MOST):
        save_view(user=user, of_list="households", name=f"视图{number}", query="")
    with pytest.raises(Refused, match="最多保存"):
        save_view(user=user, of_list="households", name="再一个", query="")
    save_view(user=user, of_list="members", name="再一个", query="")


@pytest.mark.parametrize("text", ["<b>\"'", "=1+1", "{{ x }}", "👪村", "a·b"])
def test_a_name_is_shown_to_the_letter(text: str, client: Any) -> None:
    save(client, text)
    page = client.get(f"{LIST}?view=none")
    assert page.context["views"]["saved"][0].name == text
    assert '<b>"' not in page.content.decode()
