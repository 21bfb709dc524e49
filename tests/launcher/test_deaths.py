"""Whatever is killed starts again without a hand, and keeps its data."""

import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing

import pytest

from fupin import embedded
from fupin.cluster import is_server, locate

from .conftest import ask, kill_server, postmasters, wait_for, workers

pytestmark = pytest.mark.slow


@pytest.fixture
def running(filled, var):
    """A running server with one committed row."""
    embedded.ensure_running(var)
    ask(var, "CREATE TABLE kept AS SELECT 42 AS n")
    return locate(var)


def check(var, before=None):
    """The server runs again, alone, with its row."""
    embedded.ensure_running(var)
    assert ask(var, "SELECT n FROM kept") == 42
    assert len(postmasters(locate(var))) == 1
    assert locate(var).postmaster() != before


def test_killed_server(running, var):
    pid = running.postmaster()
    os.kill(pid, signal.SIGKILL)
    check(var, pid)


def test_killed_backend(running, var):
    with closing(running.connect("fupin")) as connection:
        os.kill(connection.info.backend_pid, signal.SIGKILL)
        check(var)


def test_killed_while_it_recovers(running, var):
    for _ in range(3):
        kill_server(running)
        starter = threading.Thread(target=embedded.ensure_running, args=[var])
        starter.start()
        wait_for(lambda: running.postmaster())
        kill_server(running)
        starter.join(30)
        assert not starter.is_alive()
    check(var)


@pytest.mark.parametrize("lock", ["postmaster.pid", "socket lock", "both"])
def test_reused_number_in_a_lock_file(running, var, lock):
    pid = running.postmaster()
    kill_server(running)
    # Under the server's own account: PostgreSQL takes a process of another account for dead by itself.
    user = {"user": running.account} if os.geteuid() == 0 else {}
    stranger = subprocess.Popen(["sleep", "60"], **user)
    try:
        files = {
            "postmaster.pid": running.data / "postmaster.pid",
            "socket lock": f"{running.socket_file}.lock",
        }
        for path in files.values() if lock == "both" else [files[lock]]:
            with open(path, "r+") as file:
                text = file.read().replace(str(pid), str(stranger.pid), 1)
                file.seek(0)
                file.write(text)
                file.truncate()
        check(var, pid)
        assert stranger.poll() is None  # and nobody was shot
    finally:
        stranger.kill()
        stranger.wait()


def test_orphaned_backend_is_waited_for(running, var, monkeypatch):
    monkeypatch.setattr(embedded, "ORPHAN_SECONDS", 1000)
    with closing(running.connect("fupin")) as connection:
        orphan = connection.info.backend_pid
        os.kill(orphan, signal.SIGSTOP)
        os.kill(running.postmaster(), signal.SIGKILL)
        wait_for(lambda: workers(running) == [orphan])
        starter = threading.Thread(target=embedded.ensure_running, args=[var])
        starter.start()
        time.sleep(1)
        assert workers(running) == [orphan]  # no second server beside it
        os.kill(orphan, signal.SIGCONT)
        starter.join(30)
    check(var)


def test_orphaned_backend_that_never_ends_is_ended(running, var, monkeypatch):
    monkeypatch.setattr(embedded, "ORPHAN_SECONDS", 0.3)
    with closing(running.connect("fupin")) as connection:
        os.kill(connection.info.backend_pid, signal.SIGSTOP)
        os.kill(running.postmaster(), signal.SIGKILL)
        check(var)


def test_data_deleted_under_a_running_server(running, var):
    old = running.postmaster()
    shutil.rmtree(var)
    embedded.ensure_running(var)
    assert ask(var, "SELECT count(*) FROM pg_tables WHERE tablename = 'kept'") == 0
    assert not is_server(old)  # at its end it would have deleted the socket of its successor


def test_socket_deleted_under_a_running_server(running, var):
    shutil.rmtree(running.socket)
    assert not embedded.is_running(var)
    check(var)


def test_folder_moved_with_its_server_running(running, var):
    moved = var.parent / "moved"
    var.rename(moved)
    check(moved)
    shutil.rmtree(running.socket, ignore_errors=True)


def test_stop_leaves_the_server_to_others_if_asked(running, var):
    with closing(running.connect("fupin")):
        assert embedded.stop(var, only_if_idle=True) is False
        assert embedded.is_running(var)
    wait_for(lambda: not running.has_clients())
    assert embedded.stop(var, only_if_idle=True) is True
    assert not postmasters(running)
