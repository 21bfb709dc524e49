"""Servers of their own in throw-away folders; as root these must be reachable by the database's account."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import closing, suppress
from pathlib import Path

import pytest

from fupin import embedded
from fupin.cluster import locate, works_in

ROOT = Path(__file__).resolve().parents[2]
FAST = "fsync=off shared_buffers=16MB"


@pytest.fixture(autouse=True)
def _environment(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("FUPIN_PG_MAJOR", raising=False)
    monkeypatch.delenv("FUPIN_VAR", raising=False)
    monkeypatch.setenv("FUPIN_PG_OPTIONS", FAST)


@pytest.fixture
def base():
    """A folder that every account may enter, unlike pytest's own; all servers below it end with the test."""
    folder = Path(tempfile.mkdtemp(prefix="launcher-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    forget(folder)


@pytest.fixture
def var(base):
    return base / "var"


@pytest.fixture(scope="session")
def made():
    """A server's home made once and stopped; most tests only need a copy of it."""
    folder = Path(tempfile.mkdtemp(prefix="launcher-", dir="/tmp"))
    folder.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FUPIN_PG_OPTIONS", FAST)
        patch.delenv("FUPIN_PG_MAJOR", raising=False)
        embedded.ensure_running(folder / "var")
        embedded.stop(folder / "var")
    yield folder / "var" / "postgres"
    forget(folder)


@pytest.fixture
def filled(var, made):
    """A folder whose data were made before."""
    var.mkdir()
    subprocess.run(["cp", "-a", str(made), str(var / "postgres")], check=True)
    return var


def forget(folder: Path) -> None:
    """End every server whose data lie below the folder, and remove what it left anywhere."""
    for mine in [folder, *(path.parent for path in folder.rglob("postgres.lock"))]:
        with suppress(embedded.DatabaseRefused):
            cluster = locate(mine)
            kill_server(cluster)
            shutil.rmtree(cluster.socket, ignore_errors=True)
            shutil.rmtree(cluster.home, ignore_errors=True)
    for process in embedded._started:
        process.poll()
    shutil.rmtree(folder, ignore_errors=True)


def kill_server(cluster) -> None:
    """kill -9 whatever works on this cluster's data, and wait for the end of it."""
    while pids := workers(cluster):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02)


def workers(cluster) -> list[int]:
    return [int(name) for name in os.listdir("/proc") if name.isdigit() and works_in(int(name), cluster.data)]


def accounts(cluster) -> set[int]:
    """The accounts that this cluster's processes work under; one that ends while looked at says nothing."""
    found = set()
    for pid in workers(cluster):
        with suppress(FileNotFoundError):
            found.add(os.stat(f"/proc/{pid}").st_uid)
    return found


def postmasters(cluster) -> list[int]:
    """The server processes of this data folder that are nobody's backends."""
    pids = set(workers(cluster))
    return [pid for pid in pids if parent(pid) not in {None, *pids}]


def parent(pid: int) -> int | None:
    """The process that started this one; None where it has ended meanwhile."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return None


def ask(var: Path, statement: str):
    """Run one statement on the running server; return the first value."""
    with closing(locate(var).connect("fupin")) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchone()[0] if cursor.description else None


def wait_for(what, seconds=15.0):
    """Return the first true answer; fail after a time."""
    deadline = time.monotonic() + seconds
    while not (answer := what()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return answer


def as_user(uid: int, call):
    """Run a function in a child process of another account; return its answer, or the words of its refusal."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
            answer = {"answer": call()}
        except BaseException as error:
            answer = {"refused": f"{type(error).__name__}: {error}"}
        os.write(writer, json.dumps(answer).encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        answer = json.loads(file.read())
    os.waitpid(pid, 0)
    return answer


def command(*words: str, var: Path, **environment: str) -> subprocess.Popen:
    """Start `python -m fupin.embedded …` on this folder, in an environment with nothing else in it."""
    return subprocess.Popen(
        [str(ROOT / ".venv/bin/python"), "-m", "fupin.embedded", *words],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "FUPIN_VAR": str(var), "FUPIN_PG_OPTIONS": FAST, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
