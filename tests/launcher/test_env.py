"""Settings from the environment: a wrong one stops the start with its name."""

import threading
from pathlib import Path

import pytest

from fupin import embedded, env
from fupin.cluster import DatabaseRefused


@pytest.mark.parametrize(
    ("value", "meant"), [("1", True), ("Yes", True), (" on ", True), ("0", False), ("no", False), ("", False)]
)
def test_bool(monkeypatch, value, meant):
    monkeypatch.setenv("FUPIN_X", value)
    assert env.env_bool("FUPIN_X", not meant) is meant


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: env.env_bool("FUPIN_X", False), "maybe"),
        (lambda: env.env_int("FUPIN_X", 1), "two"),
        (lambda: env.env_int("FUPIN_X", 1), "１２"),
        (lambda: env.env_int("FUPIN_X", 1), "-1"),
        (lambda: env.env_int("FUPIN_X", 1, most=65535), "65536"),
        (lambda: env.env_path("FUPIN_X", Path("/x")), "a\nb"),
    ],
)
def test_wrong_values_are_named(monkeypatch, read, value):
    monkeypatch.setenv("FUPIN_X", value)
    with pytest.raises(env.BadSetting, match="FUPIN_X"):
        read()


def test_values_and_defaults(monkeypatch, tmp_path):
    assert env.env_str("FUPIN_X", "default") == "default"
    assert env.env_int("FUPIN_X", 7) == 7
    assert env.env_list("FUPIN_X", ["a"]) == ["a"]
    assert env.env_path("FUPIN_X", tmp_path) == tmp_path
    monkeypatch.setenv("FUPIN_X", " 12, 13 ,")
    assert env.env_list("FUPIN_X", []) == ["12", "13"]
    monkeypatch.setenv("FUPIN_X", "relative folder")
    assert env.env_path("FUPIN_X", tmp_path) == Path.cwd() / "relative folder"


def test_a_key_is_made_once_and_kept(tmp_path):
    keys = []
    makers = [
        threading.Thread(target=lambda: keys.append(env.secret_file(tmp_path / "v", "key"))) for _ in range(8)
    ]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert len(set(keys)) == 1
    assert len(keys) == 8
    assert (tmp_path / "v" / "key").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in (tmp_path / "v").iterdir()] == ["key"]
    (tmp_path / "v" / "key").write_text("short")
    with pytest.raises(env.BadSetting, match="damaged"):
        env.secret_file(tmp_path / "v", "key")


def test_database_addresses():
    assert embedded.parse_url("postgresql://u:p%40ss@db.local:6543/na%20me?sslmode=require") == {
        "NAME": "na me",
        "USER": "u",
        "PASSWORD": "p@ss",
        "HOST": "db.local",
        "PORT": "6543",
        "OPTIONS": {"sslmode": "require"},
    }
    assert embedded.parse_url("postgresql://fupin@/fupin?host=/tmp/a&port=5432")["HOST"] == "/tmp/a"


@pytest.mark.parametrize(
    "url", ["sqlite:///x", "mysql://u@h/db", "postgresql://u@h/", "nonsense", "postgresql://u@h:x/d"]
)
def test_other_databases_are_refused(url):
    with pytest.raises(DatabaseRefused, match="DATABASE_URL"):
        embedded.parse_url(url)
