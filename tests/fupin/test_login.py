"""Log-in: lock-out by user and address together, the first password, sessions, and where log-in leads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.hashers import check_password
from django.test import Client
from django.urls import reverse

from fupin.access import Role
from fupin.models import RoleAssignment, User
from tests import factories as make
from tests.factories import PASSWORD
from tests.fupin.walking import ROUTES, Village, body_of, url_of

HERE, THERE = "10.0.0.1", "10.0.0.2"
WRONG = "请输入一个正确的登录名和密码。注意，两者都区分大小写。"


@pytest.fixture
def clerk(world: Any) -> User:
    """A clerk who knows their password."""
    return make.user(Role.CLERK, world.a, username="clerk")


@pytest.fixture
def colleague(world: Any) -> User:
    """Another at the same township, behind the same address."""
    return make.user(Role.CLERK, world.b, username="colleague")


def sign_in(
    username: str, password: str = PASSWORD, *, address: str = HERE, client: Client | None = None
) -> Any:
    """Post the log-in form from an address."""
    data = {"username": username, "password": password}
    return (client or Client()).post(reverse("login"), data, REMOTE_ADDR=address)


def fail(username: str, times: int, address: str = HERE) -> list[int]:
    """Wrong passwords; returns the answers' statuses."""
    return [sign_in(username, "wrong", address=address).status_code for _ in range(times)]


# --- lock-out ------------------------------------------------------------------------------------------------


def test_five_failures_lock_user_and_address(clerk: User) -> None:
    assert fail("clerk", 5) == [200, 200, 200, 200, 429]
    response = sign_in("clerk")
    assert response.status_code == 429
    page = response.content.decode()
    assert "连续登录失败次数过多，请 15 分钟后再试" in page
    assert "_auth_user_id" not in response.client.session


def test_without_the_lock_the_sixth_try_gets_in(clerk: User, settings: Any) -> None:
    """Negative control."""
    settings.AXES_ENABLED = False
    assert fail("clerk", 5) == [200] * 5
    response = sign_in("clerk")
    assert (response.status_code, response["Location"]) == (302, "/")


def test_another_user_at_the_address_may_still_log_in(clerk: User, colleague: User) -> None:
    fail("clerk", 6)
    assert sign_in("colleague").status_code == 302
    assert sign_in("clerk").status_code == 429


def test_the_user_may_still_log_in_elsewhere(clerk: User) -> None:
    fail("clerk", 6)
    assert sign_in("clerk", address=THERE).status_code == 302
    assert sign_in("clerk").status_code == 429


def test_a_name_that_nobody_has_is_locked_just_the_same(clerk: User) -> None:
    assert fail("nobody", 6) == fail("clerk", 6)
    assert sign_in("nobody").content == sign_in("clerk").content


@pytest.mark.parametrize("variant", ["ｃｌｅｒｋ", " clerk ", "clerk"])
def test_writing_the_name_differently_gives_no_more_tries(variant: str, clerk: User) -> None:
    fail("clerk", 4)
    assert fail(variant, 1) == [429]


def test_a_forged_address_gives_no_more_tries(clerk: User) -> None:
    """Only the connection's address counts: X-Forwarded-For is written by whoever asks."""
    client, data = Client(), {"username": "clerk", "password": "wrong"}
    statuses = [
        client.post(reverse("login"), data, REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=f"10.9.9.{n}").status_code
        for n in range(5)
    ]
    assert statuses == [200, 200, 200, 200, 429]


def test_success_forgets_the_failures(clerk: User) -> None:
    fail("clerk", 4)
    assert sign_in("clerk").status_code == 302
    assert AccessAttempt.objects.filter(username="clerk").count() == 0
    assert fail("clerk", 4) == [200] * 4
    assert sign_in("clerk").status_code == 302


@pytest.mark.parametrize(("minutes", "status"), [(14, 429), (16, 302)])
def test_the_lock_ends_after_a_quarter_of_an_hour(minutes: int, status: int, clerk: User) -> None:
    fail("clerk", 5)
    for attempt in AccessAttempt.objects.all():
        attempt.attempt_time -= timedelta(minutes=minutes)
        attempt.save()
    assert sign_in("clerk").status_code == status


def test_no_password_is_kept_with_a_failure(clerk: User) -> None:
    sign_in("clerk", "almost my password")
    said = " ".join(str(value) for row in AccessAttempt.objects.values() for value in row.values())
    assert ("clerk" in said, "almost my password" in said) == (True, False)


# --- nothing is told -------------------------------------------------------------------------------------------


def test_unknown_disabled_and_wrong_are_told_alike(clerk: User, colleague: User) -> None:
    User.objects.filter(pk=colleague.pk).update(is_active=False)
    tries = (("clerk", "wrong"), ("nobody", "wrong"), ("colleague", "wrong"), ("colleague", PASSWORD))
    answers = []
    for username, password in tries:
        response = sign_in(username, password)
        answers.append((response.status_code, [str(e) for e in response.context["form"].non_field_errors()]))
    assert answers == [(200, [WRONG])] * 4


def test_the_same_work_is_done_for_an_unknown_name(clerk: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Time must not tell either: a password is hashed for a name that nobody has, too."""
    from tests import settings as of_tests

    hashed = []
    from django.contrib.auth.hashers import MD5PasswordHasher

    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher,
        "encode",
        lambda self, *args, **more: hashed.append(1) or encode(self, *args, **more),
    )
    assert of_tests.PASSWORD_HASHERS == ["django.contrib.auth.hashers.MD5PasswordHasher"]
    counts = []
    for username in ("clerk", "nobody"):
        hashed.clear()
        sign_in(username, "wrong")
        counts.append(len(hashed))
    assert counts == [1, 1]


# --- the first password ------------------------------------------------------------------------------------------


@pytest.fixture
def newcomer(village_a: Village) -> User:
    """A clerk with the password the administrator gave."""
    user = village_a.user
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    return user


def test_every_page_leads_to_the_change_of_a_first_password(
    newcomer: User, village_a: Village, client_of: Any
) -> None:
    client = client_of(newcomer)
    for name in sorted(set(ROUTES) - {"password_change", "logout"}):
        for method in (client.get, client.post):
            response = method(url_of(name, village_a))
            assert (name, response.status_code, response.get("Location")) == (
                name,
                302,
                reverse("password_change"),
            )
    page = client.get(reverse("password_change")).content.decode()
    assert "您正在使用管理员设置的初始密码" in page
    assert client.post(reverse("logout")).status_code == 302


def test_pages_open_when_the_first_password_need_not_be_changed(
    newcomer: User, village_a: Village, client_of: Any
) -> None:
    """Negative control: without the mark the same page is read."""
    User.objects.filter(pk=newcomer.pk).update(must_change_password=False)
    assert client_of(newcomer).get(url_of("households_list", village_a)).status_code == 200


NEW = "野渡无人舟自横2017"


def change(client: Client, new: str, old: str = PASSWORD) -> Any:
    """Post the form that changes the password."""
    data = {"old_password": old, "new_password1": new, "new_password2": new}
    return client.post(reverse("password_change"), data)


def test_a_changed_password_opens_the_portal(newcomer: User, village_a: Village) -> None:
    client = Client()
    sign_in(newcomer.username, client=client)
    assert change(client, NEW)["Location"] == reverse("home")
    newcomer.refresh_from_db()
    assert (newcomer.must_change_password, check_password(NEW, newcomer.password)) == (False, True)
    assert (
        body_of(client.get(url_of("households_list", village_a)))
        .decode()
        .count(village_a.household.household.number)
    )
    assert sign_in(newcomer.username).status_code == 200, "the old password still works"


@pytest.mark.parametrize(("new", "why"), [
    ("short1", "密码太短，至少要有10个字符。"), ("clerk_a_2017", "密码跟 登录名 太相似了。"), ("password123", "这个密码太常见了"),
    ("8675309867530", "密码只包含数字"), (PASSWORD, "新密码不能与原密码相同"),
])  # fmt: skip
def test_a_weak_password_is_refused(new: str, why: str, newcomer: User, client_of: Any) -> None:
    before = User.objects.values_list("password", flat=True).get(pk=newcomer.pk)
    response = change(client_of(newcomer), new)
    assert response.status_code == 200
    assert why in " ".join(e for errors in response.context["form"].errors.values() for e in errors)
    newcomer.refresh_from_db()
    assert (newcomer.password, newcomer.must_change_password) == (before, True)


def test_a_wrong_old_password_changes_nothing(newcomer: User, client_of: Any) -> None:
    response = change(client_of(newcomer), NEW, old="guess")
    assert list(response.context["form"].errors) == ["old_password"]
    newcomer.refresh_from_db()
    assert check_password(PASSWORD, newcomer.password)


def test_an_administrator_gives_a_first_password_once(
    personas: dict[str, Any], village_a: Village, client_of: Any
) -> None:
    client = client_of(personas["administrator"])
    url = url_of("user", village_a)
    page = client.post(url, {"what": "password"}, follow=True).content.decode()
    told = page.split("新的初始密码是 ")[1].split("，")[0]
    village_a.user.refresh_from_db()
    assert (check_password(told, village_a.user.password), village_a.user.must_change_password) == (
        True,
        True,
    )
    assert told not in client.get(url).content.decode()
    assert "messages" not in client.cookies, "a password was put into a cookie"


# --- sessions ------------------------------------------------------------------------------------------------


def test_the_session_key_changes_at_log_in(clerk: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by whoever set the cookie"
    session.save()
    before = session.session_key
    assert client.cookies["sessionid"].value == before
    sign_in("clerk", client=client)
    assert client.cookies["sessionid"].value != before
    assert not client.session.exists(before)


def test_other_sessions_end_with_a_new_password(clerk: User) -> None:
    one, other = Client(), Client()
    for client in (one, other):
        sign_in("clerk", client=client)
    change(one, NEW)
    assert (one.get("/")["Location"], other.get("/")["Location"]) == (f"/{make.Region.objects.unscoped('t').get(name='甲村').code}/2017/", "/login/?next=/")  # fmt: skip


def test_a_session_ends_with_log_out(clerk: User) -> None:
    client = Client()
    sign_in("clerk", client=client)
    key = client.cookies["sessionid"].value
    assert client.post(reverse("logout"))["Location"] == reverse("login")
    client.cookies["sessionid"] = key
    assert client.get("/")["Location"] == "/login/?next=/"


def test_a_disabled_user_is_out_at_the_next_request(clerk: User, client_of: Any) -> None:
    client = client_of(clerk)
    url = reverse("households_list", kwargs={"region": "421199103206", "year": 2017})
    assert client.get(url).status_code == 200
    User.objects.filter(pk=clerk.pk).update(is_active=False)
    response = client.get(url)
    assert (response.status_code, response["Location"]) == (302, f"/login/?next={url}")


def test_a_withdrawn_role_acts_at_the_next_request(clerk: User, client_of: Any) -> None:
    client = client_of(clerk)
    url = reverse("households_list", kwargs={"region": "421199103206", "year": 2017})
    assert client.get(url).status_code == 200
    RoleAssignment.objects.filter(user=clerk).delete()
    assert (client.get(url).status_code, client.get("/").status_code) == (404, 403)


@pytest.mark.parametrize(("behind_proxy", "expected"), [(True, 200), (False, 429)])
def test_behind_a_proxy_the_address_it_names_counts(
    clerk: User, settings: Any, behind_proxy: bool, expected: int
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    data = {"username": "clerk", "password": "wrong"}
    for _ in range(5):
        # What the client wrote itself (1.1.1.1) is not believed; the proxy's word comes last.
        Client().post(reverse("login"), data, REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=f"1.1.1.1, {THERE}")

    other = Client().post(reverse("login"), data, REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR="10.0.0.3")
    same = Client().post(reverse("login"), data, REMOTE_ADDR=HERE, HTTP_X_FORWARDED_FOR=f"2.2.2.2, {THERE}")

    assert (other.status_code, same.status_code) == (expected, 429)


# --- where log-in leads ----------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/", "http://evil.example", "//evil.example/x", "///evil.example", "/\\evil.example",
    "\\\\evil.example", "https:evil.example", "javascript:alert(1)", "http:///evil.example", "//testserver@evil.example/",
    " //evil.example", "/\t/evil.example", "data:text/html,x", "https://testserver.evil.example/", "\x00//evil.example",
]  # fmt: skip


@pytest.mark.parametrize("target", ELSEWHERE)
def test_log_in_leads_nowhere_else(target: str, clerk: User) -> None:
    data = {"username": "clerk", "password": PASSWORD, "next": target}
    assert Client().post(reverse("login"), data)["Location"] == "/"
    assert Client().post(reverse("login") + "?" + "next=" + target.replace("\x00", "%00").replace("\t", "%09"), {**data, "next": ""})["Location"] == "/"  # fmt: skip


@pytest.mark.parametrize("target", ["/users/", "/421199103206/2017/households/?q=x"])
def test_log_in_leads_to_where_one_wanted(target: str, clerk: User) -> None:
    data = {"username": "clerk", "password": PASSWORD, "next": target}
    assert Client().post(reverse("login"), data)["Location"] == target


@pytest.mark.parametrize("name", ["login", "logout", "declare_nil", "households_attach"])
def test_log_in_does_not_lead_to_what_can_only_be_posted_to(name: str, village_a: Village) -> None:
    data = {"username": "clerk_a", "password": PASSWORD, "next": url_of(name, village_a)}
    assert Client().post(reverse("login"), data)["Location"] == "/"


@pytest.mark.parametrize("target", ["/login/", "/login/?next=/login/", "/logout/"])
def test_who_is_logged_in_does_not_go_in_circles(target: str, clerk: User, client_of: Any) -> None:
    response = client_of(clerk).get(reverse("login"), {"next": target}, follow=True)
    assert (response.status_code, response.request["PATH_INFO"]) == (200, "/421199103206/2017/")


def test_log_in_wants_its_token(clerk: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = sign_in("clerk", client=client)
    assert response.status_code == 403
    assert "页面已过期" in response.content.decode()
    assert "sessionid" not in client.cookies
