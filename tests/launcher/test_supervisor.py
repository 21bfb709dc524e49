"""Whichever process of the portal is killed comes back; the end takes all of them along."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress

import pytest

from fupin import embedded, supervisor
from fupin.cluster import locate
from fupin.env import BadSetting

from .conftest import ROOT, ask, kill_server, postmasters, wait_for

pytestmark = pytest.mark.slow


class Portal:
    """The stub portal as a process."""

    def __init__(self, var, database="database"):
        self.var = var
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.launcher.stub_portal", str(var), database],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        first = self.process.stdout.readline().split()
        self.port = int(first[1]) if first[:1] == ["port"] else None

    def web(self) -> int:
        """Ask the web server for its master's number."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=20) as answer:
            return int(answer.read())

    def pids(self, name: str) -> list[int]:
        with suppress(FileNotFoundError):
            return [int(line) for line in (self.var / name).read_text().split()]
        return []

    def end(self, number=signal.SIGTERM) -> str:
        self.process.send_signal(number)
        return self.process.communicate(timeout=40)[0]


@pytest.fixture
def portal(filled, var):
    running = Portal(var)
    yield running
    if running.process.poll() is None:
        running.end()
    running.process.stdout.close()


def alive(pid: int) -> bool:
    with suppress(OSError, IndexError), open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()[0] != "Z"
    return False


def test_each_killed_process_comes_back(portal, var):
    web, worker = portal.web(), wait_for(lambda: portal.pids("worker"))[0]
    database = locate(var).postmaster()
    os.kill(web, signal.SIGKILL)
    os.kill(worker, signal.SIGKILL)
    kill_server(locate(var))
    assert portal.web() != web  # the door stayed open: the request waited instead of being refused
    assert wait_for(lambda: portal.pids("worker")[1:])[-1] != worker
    wait_for(lambda: embedded.is_running(var) and locate(var).answers("fupin"))
    assert locate(var).postmaster() != database
    assert ask(var, "SELECT 1") == 1


def test_a_child_that_always_dies_is_tried_less_and_less_often(portal):
    time.sleep(4)
    assert 2 <= len(portal.pids("failing")) <= 6
    assert len(portal.pids("worker")) == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clean_end_takes_all_along(portal, var, number):
    web, worker = portal.web(), wait_for(lambda: portal.pids("worker"))[0]
    assert portal.end(number).endswith("ended\n")
    assert portal.process.returncode == 0
    assert not alive(web)
    assert not alive(worker)
    assert not postmasters(locate(var))


def test_a_clean_end_leaves_the_database_to_others(portal, var):
    portal.web()
    connection = locate(var).connect("fupin")
    try:
        portal.end()
        assert embedded.is_running(var)
    finally:
        connection.close()


def test_a_killed_supervisor_takes_its_children_along(portal, var):
    web, worker = portal.web(), wait_for(lambda: portal.pids("worker"))[0]
    portal.end(signal.SIGKILL)
    wait_for(lambda: not alive(web) and not alive(worker))
    again = Portal(var)  # and the place is free at once
    try:
        assert again.web() != web
    finally:
        again.end()
        again.process.stdout.close()


def test_one_supervisor_per_folder(portal, var):
    portal.web()
    second = subprocess.run(
        [sys.executable, "-m", "tests.launcher.stub_portal", str(var), "database"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (second.returncode, second.stderr.strip()) == (1, "taken")


def test_another_database_is_left_alone(base, var):
    var.mkdir()
    portal = Portal(var, database="none")
    try:
        assert portal.web()
        assert not (var / "postgres").exists()
    finally:
        portal.end()
        portal.process.stdout.close()


def test_ports(monkeypatch):
    with supervisor.listen() as first, supervisor.listen() as second:
        ports = [door.getsockname() for door in (first, second)]
        assert ports[0][1] < ports[1][1]
        assert {host for host, _ in ports} == {"127.0.0.1"}
        monkeypatch.setenv("FUPIN_PORT", str(ports[0][1]))
        with pytest.raises(BadSetting, match="FUPIN_PORT"):
            supervisor.listen()
