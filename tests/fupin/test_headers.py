"""What every answer carries: CSP, no sniffing, no framing, no caching; cookies by FUPIN_TLS; check --deploy.

Every route is asked for its headers by every persona where it is asked for its status: test_routes.py, test_get.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client, override_settings
from django.urls import reverse

from tests.factories import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
CSP = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'",
}  # fmt: skip
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def problems(response: Any) -> list[str]:
    """What a response lacks."""
    found = [
        f"{name}: {response.get(name)}" for name, value in HEADERS.items() if response.get(name) != value
    ]
    policy = response.get("Content-Security-Policy", "")
    if {part.strip() for part in policy.split(";")} != CSP:
        found.append(f"CSP: {policy}")
    if "no-store" not in response.get("Cache-Control", ""):
        found.append(f"Cache-Control: {response.get('Cache-Control')}")
    return found


def test_errors_carry_the_headers(
    personas: dict[str, Any], client_of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert problems(Client().get("/no-such-page/")) == []
    refused = Client(enforce_csrf_checks=True).post(reverse("login"), {})
    assert (refused.status_code, problems(refused)) == (403, [])

    def fault(*_: Any, **__: Any) -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("reports.views.overview.overview_context", fault)
    client = client_of(personas["clerk_a"])
    client.raise_request_exception = False
    broken = client.get(reverse("overview", kwargs={"region": "421199103206", "year": 2017}))
    assert (broken.status_code, problems(broken)) == (500, [])
    assert "a fault of ours" not in broken.content.decode()
    assert "系统出错了" in broken.content.decode()


def test_a_page_without_the_middleware_lacks_them(personas: dict[str, Any], client_of: Any) -> None:
    """Negative control: the test sees when the guards are taken out."""
    off = ("csp.", "private_pages", "SecurityMiddleware", "clickjacking")
    left = [name for name in configured.MIDDLEWARE if not any(part in name for part in off)]
    with override_settings(MIDDLEWARE=left):
        response = Client().get("/421199103206/2017/")
    assert len(problems(response)) == len(HEADERS) + 2


def test_the_policy_names_nothing_unsafe() -> None:
    policy = json.dumps(configured.CONTENT_SECURITY_POLICY)
    assert [word for word in ("unsafe", "http", "*", "nonce") if word in policy] == []


def test_cookies_are_kept_from_scripts_and_other_sites(personas: dict[str, Any]) -> None:
    client = Client()
    client.get(reverse("login"))
    client.post(reverse("login"), {"username": "clerk_a", "password": PASSWORD})
    session, token = client.cookies["sessionid"], client.cookies["csrftoken"]
    assert [(c["samesite"], bool(c["secure"])) for c in (session, token)] == [("Lax", False)] * 2
    assert (bool(session["httponly"]), session["max-age"], session["expires"]) == (True, "", "")


ASK = """
import json, django
django.setup()
from django.conf import settings as s
print(json.dumps({name: getattr(s, name) for name in (
    "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
    "SECURE_HSTS_INCLUDE_SUBDOMAINS", "SECURE_HSTS_PRELOAD", "SECURE_PROXY_SSL_HEADER", "DEBUG")}))
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own, with other settings."""
    return subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "fupin.settings", **environment},
    )  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("tls", "proxy"), [("0", "0"), ("1", "0"), ("1", "1")])
def test_transport_follows_the_switches(tls: str, proxy: str) -> None:
    said = json.loads(run("-c", ASK, FUPIN_TLS=tls, FUPIN_BEHIND_PROXY=proxy).stdout)
    on = tls == "1"
    assert said == {
        "SESSION_COOKIE_SECURE": on, "CSRF_COOKIE_SECURE": on, "SECURE_SSL_REDIRECT": on,
        "SECURE_HSTS_SECONDS": 31_536_000 if on else 0, "SECURE_HSTS_INCLUDE_SUBDOMAINS": on,
        "SECURE_HSTS_PRELOAD": on, "DEBUG": False,
        "SECURE_PROXY_SSL_HEADER": ["HTTP_X_FORWARDED_PROTO", "https"] if proxy == "1" else None,
    }  # fmt: skip


@pytest.mark.slow
def test_check_deploy_has_nothing_to_say_with_tls() -> None:
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", FUPIN_TLS="1")
    assert (answer.returncode, answer.stderr.strip()) == (0, "")


@pytest.mark.slow
def test_check_deploy_speaks_up_without_tls() -> None:
    """Negative control; these four are why docs/settings.md says to switch FUPIN_TLS on."""
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", FUPIN_TLS="0")
    ids = sorted(word.strip("(?:)") for word in answer.stderr.split() if "security.W" in word)
    assert (answer.returncode, ids) == (
        1,
        ["security.W004", "security.W008", "security.W012", "security.W016"],
    )


def test_plain_http_is_sent_to_https_with_tls() -> None:
    with override_settings(SECURE_SSL_REDIRECT=True, SECURE_HSTS_SECONDS=60):
        assert Client().get("/login/")["Location"] == "https://testserver/login/"


@pytest.mark.django_db
def test_hsts_is_told_over_https_only() -> None:
    with override_settings(SECURE_HSTS_SECONDS=60):
        assert "Strict-Transport-Security" not in Client().get("/login/")
        assert Client().get("/login/", secure=True)["Strict-Transport-Security"].startswith("max-age=60")


def test_an_unknown_host_is_refused(personas: dict[str, Any]) -> None:
    response = Client().get("/login/", HTTP_HOST="evil.example")
    assert (response.status_code, "evil.example" in response.content.decode()) == (400, False)
