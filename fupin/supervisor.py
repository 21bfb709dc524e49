"""Runs the portal: database, web server and worker; whichever dies is started again.

`python -m fupin.supervisor` is what `make demo` and a county's service file call. A child dies with the supervisor,
even if that is killed; the database is a service of its own and is joined by the next start.
"""

import ctypes
import errno
import fcntl
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from fupin import embedded
from fupin.env import BASE_DIR, BadSetting, env_int, env_str, var_folder

FIRST_PORT, LAST_PORT = 8000, 8999
LOOK_SECONDS = 0.25
DATABASE_SECONDS = 1.0
STEADY_SECONDS = 30.0  # a child that has lived this long is taken to be well
LONGEST_PAUSE = 30.0
GRACE_SECONDS = 15.0

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
PR_SET_PDEATHSIG = 1


class Told(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived: end cleanly, whatever is being done."""


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@dataclass
class Child:
    """A program to keep alive."""

    name: str
    command: list[str]
    inherited: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    due: float = 0.0
    failures: int = 0

    def tend(self, now: float) -> None:
        """Start the program if it isn't running and its pause is over; lengthen the pause with each quick death."""
        if self.process is not None:
            status = self.process.poll()
            if status is None:
                return
            self.failures = 0 if now - self.started > STEADY_SECONDS else self.failures + 1
            pause = min(LONGEST_PAUSE, 0.25 * 2 ** min(self.failures, 10))
            say(f"fupin: {self.name} ended (status {status}); starting it again in {pause:.0f} s")
            self.process, self.due = None, now + pause
        if now >= self.due:
            self.started = now
            leash = [sys.executable, "-m", "fupin.supervisor", "--leashed", str(os.getpid())]
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                [*leash, *self.command],
                cwd=BASE_DIR,
                pass_fds=self.inherited,
                start_new_session=True,  # Ctrl-C reaches the supervisor alone, which then ends them in order
            )


@dataclass
class Supervisor:
    """Keeps the children and, where it is the embedded one, the database alive."""

    var: Path
    children: list[Child]
    with_database: bool = True
    looked: float = field(default=0.0, init=False)

    def run(self) -> None:
        """Tend everything until told to stop."""
        while True:
            now = time.monotonic()
            if self.with_database and now - self.looked >= DATABASE_SECONDS:
                self.look_at_database()
                self.looked = time.monotonic()
            for child in self.children:
                child.tend(now)
            time.sleep(LOOK_SECONDS)

    def look_at_database(self) -> None:
        """Start the database again if it is gone."""
        if embedded.is_running(self.var):
            return
        say("fupin: the database is gone; starting it again")
        try:
            embedded.ensure_running(self.var)
        except embedded.DatabaseRefused as error:
            say(f"fupin: {error}")

    def end(self) -> None:
        """End the children, last started first, then the database unless somebody else uses it."""
        running = [child.process for child in reversed(self.children) if child.process is not None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        for process in running:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if self.with_database:
            with suppress(embedded.DatabaseRefused):
                embedded.stop(self.var, only_if_idle=True)


def supervise(
    var: Path,
    children: Iterable[Child],
    *,
    with_database: bool = True,
    ready: Callable[[], None] = lambda: None,
) -> None:
    """Keep the children alive until SIGINT or SIGTERM, then end them cleanly."""
    supervisor = Supervisor(var=var, children=list(children), with_database=with_database)
    with told_by_signals():
        try:
            for child in supervisor.children:
                child.tend(time.monotonic())
            ready()
            supervisor.run()
        except Told:
            for number in ENDINGS:
                signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave children behind
        finally:
            supervisor.end()


@contextmanager
def told_by_signals() -> Iterator[None]:
    """Raise Told on these signals while this lasts."""

    def tell(number: int, frame: FrameType | None) -> None:
        raise Told

    before = {
        number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def leashed(parent: int, command: list[str]) -> None:
    """Become this program, to be told to end when the supervisor dies, even by kill -9."""
    with suppress(OSError, AttributeError):  # a system without prctl: the next start meets the leftovers
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:  # it may have died before the line above
        os.execvp(command[0], command)  # noqa: S606 - our own words


def listen() -> socket.socket:
    """Open the door on the first free port; it stays open while the web server is started again."""
    only = env_int("FUPIN_PORT", 0, most=65535)
    for port in [only] if only else range(FIRST_PORT, LAST_PORT + 1):
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", port))
            door.listen(128)
            return door
        except OSError as error:
            door.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
    raise BadSetting(
        f"FUPIN_PORT={only} is taken by another program."
        if only
        else f"No port between {FIRST_PORT} and {LAST_PORT} is free: set FUPIN_PORT."
    )


def claim(var: Path) -> int | None:
    """Take the place of this folder's supervisor; None where another one has it. The kernel frees it on death."""
    var.mkdir(parents=True, exist_ok=True)
    place = os.open(var / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(place)
        return None
    os.ftruncate(place, 0)  # will hold the address, for whoever comes second
    return place


def manage(*words: str, quiet: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a management command."""
    return subprocess.run(  # noqa: S603 - our own words
        [sys.executable, str(BASE_DIR / "manage.py"), *words],
        cwd=BASE_DIR,
        check=False,
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.DEVNULL if quiet else None,
    )


def accounts(var: Path) -> str:
    """Return the demo accounts to print, or nothing where there are none."""
    with suppress(OSError, UnicodeDecodeError):
        return (var / "accounts.txt").read_text(encoding="utf-8").strip()
    done = manage("demo_accounts", quiet=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def portal(door: socket.socket) -> list[Child]:
    """Return the portal's own children: the web server on this door, and the worker."""
    web = [sys.executable, "-m", "gunicorn", "fupin.wsgi:application", "--bind", f"fd://{door.fileno()}"]
    web += ["--workers", "2", "--timeout", "120", "--log-level", "warning"]
    worker = [sys.executable, str(BASE_DIR / "manage.py"), "run_worker"]
    return [Child("web", web, inherited=(door.fileno(),)), Child("worker", worker)]


def main() -> int:
    """Run the portal until told to stop; return the exit status."""
    var = var_folder()
    os.environ["FUPIN_VAR"] = str(var)  # a relative one would mean another folder to the children
    with_database = not env_str("DATABASE_URL", "")
    if with_database:
        embedded.ensure_running(var)
    place = claim(var)
    if place is None:
        url = (var / "supervisor.lock").read_text(encoding="ascii").strip()
        say(f"\n  已在运行 · already running: {url}\n\n{accounts(var)}")
        return 0
    if manage("migrate", "--verbosity", "0").returncode:
        return 1
    door = listen()
    url = f"http://127.0.0.1:{door.getsockname()[1]}/"
    os.pwrite(place, f"{url}\n".encode(), 0)
    text = accounts(var)
    supervise(
        var,
        portal(door),
        with_database=with_database,
        ready=lambda: say(f"\n  扶贫档案 {url}\n\n{text}\n\n  Ctrl-C 结束 · to stop\n"),
    )
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--leashed"]:
        leashed(int(sys.argv[2]), sys.argv[3:])
        sys.exit(1)
    try:
        sys.exit(main())
    except (BadSetting, embedded.DatabaseRefused) as problem:
        sys.stderr.write(f"{problem}\n")
        sys.exit(1)
    except (Told, KeyboardInterrupt):
        sys.exit(0)
