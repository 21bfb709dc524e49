"""Where one folder's embedded PostgreSQL lives, under which account, and who may use it."""

import hashlib
import os
import pwd
import shlex
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import psycopg2

NAME = "fupin"  # of the database and of its owner alike
PORT = 5432  # only a part of the socket's name: no TCP port is opened


class DatabaseRefused(Exception):
    """The embedded database can't be started here; the message says why and how to mend it."""


@dataclass(frozen=True)
class Cluster:
    """The places and the account of one folder's server."""

    home: Path
    socket: Path
    account: int

    @property
    def data(self) -> Path:
        """The data folder proper."""
        return self.home / "data"

    @property
    def log(self) -> Path:
        """The server's log file."""
        return self.home / "server.log"

    @property
    def socket_file(self) -> Path:
        """The socket that clients connect to."""
        return self.socket / f".s.PGSQL.{PORT}"

    @property
    def url(self) -> str:
        """The address of the database; libpq refuses a server that runs under another account."""
        query = {"host": str(self.socket), "port": str(PORT)}
        name = user_name(self.account)
        if not name.isdecimal():
            query["requirepeer"] = name
        return f"postgresql://{NAME}@/{NAME}?{urlencode(query, quote_via=quote, safe='/')}"

    def connect(self, database: str) -> Any:
        """Open a connection; the environment's PG* variables have no say."""
        return psycopg2.connect(
            dbname=database, user=NAME, host=str(self.socket), port=PORT, options="", connect_timeout=5
        )

    def answers(self, database: str) -> bool:
        """Whether the server answers a query in this database."""
        try:
            with closing(self.connect(database)) as connection, connection.cursor() as cursor:
                cursor.execute("SELECT 1")
                return True
        except psycopg2.Error:
            return False

    def has_clients(self) -> bool:
        """Whether anybody else is connected."""
        try:
            with closing(self.connect("postgres")) as connection, connection.cursor() as cursor:
                cursor.execute(
                    "SELECT count(*) FROM pg_stat_activity"
                    " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
                )
                return cursor.fetchone()[0] > 0
        except psycopg2.Error:
            return False

    def postmaster(self) -> int | None:
        """The living server process of exactly this data folder."""
        pid = first_number(self.data / "postmaster.pid")
        return pid if pid and works_in(pid, self.data) else None

    def is_ready(self) -> bool:
        """Whether the server has said that it takes connections."""
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def run_as(self) -> dict[str, Any]:
        """How a child process of this cluster is started: never as root, in a folder any account can enter."""
        who: dict[str, Any] = {}
        if os.geteuid() == 0:
            group = pwd.getpwuid(self.account).pw_gid
            who = {"user": self.account, "group": group, "extra_groups": []}
        return {"cwd": "/", "env": {"PATH": os.defpath, "LC_ALL": "C"}, "stdin": subprocess.DEVNULL, **who}


def locate(var: Path) -> Cluster:
    """Find the cluster of this folder, or where it will be: the same answer before and after the first start."""
    var = Path(os.path.realpath(var))
    mark = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    home, pointer = var / "postgres", var / "postgres.at"
    try:
        # Others may have write access to the folder of a normal user: root follows only what root has written.
        if pointer.is_file() and pointer.lstat().st_uid == 0:
            home = Path(pointer.read_text(encoding="utf-8").strip())
            if not home.is_dir() or not home.name.startswith(f"fupin-{mark}-"):
                raise DatabaseRefused(
                    f"{pointer} says that the data is in {home}, which is missing or belongs to another copy. If"
                    f" {var} was moved: rename that folder to fupin-{mark}-1 beside it, and write this into"
                    f" {pointer.name}. To begin empty: delete {pointer}."
                )
        account = _account(var, home)
    except PermissionError as error:
        raise DatabaseRefused(
            f"{var} cannot be entered by {user_name(os.geteuid())}: set FUPIN_VAR to a folder of your own."
        ) from error
    # Short, since a socket's path may have 107 bytes at most; never from TMPDIR, which differs between processes.
    return Cluster(home=home, socket=Path(f"/tmp/fupin-{account}-{mark}"), account=account)  # noqa: S108


def _account(var: Path, home: Path) -> int:
    """Whose server it is: the data's owner; before there are data, whoever starts it, but never root."""
    me = os.geteuid()
    if home.exists() and home.stat().st_uid:
        return home.stat().st_uid
    if me:
        return me
    # Root in a normal user's folder serves as that user, who can then go on alone.
    if var.exists() and var.stat().st_uid and not user_name(var.stat().st_uid).isdecimal():
        return var.stat().st_uid
    for name in ("postgres", "nobody", "daemon"):
        try:
            return pwd.getpwnam(name).pw_uid
        except KeyError:
            continue
    raise DatabaseRefused(
        "PostgreSQL refuses to run as root, and there is no account postgres, nobody or daemon to run it:"
        " start as a normal user."
    )


def user_name(uid: int) -> str:
    """Return the account's name, or its number where it has none."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def check_user(var: Path, cluster: Cluster) -> None:
    """Refuse a second user plainly: the first one's data stay closed to them."""
    me = os.geteuid()
    if me == 0 or (me == cluster.account and (not var.exists() or os.access(var, os.W_OK | os.X_OK))):
        return
    owner = user_name(var.stat().st_uid)
    raise DatabaseRefused(
        f"{var} belongs to {owner} and its database to {user_name(cluster.account)}, but you are {user_name(me)}."
        f" Start as {owner} again; or set FUPIN_VAR to an empty folder of your own; or, to take the data over, stop the"
        f" portal and let an administrator run: chown -R {user_name(me)} {shlex.quote(str(var))}"
    )


def settle(var: Path) -> Cluster:
    """Make the cluster's home, where its account can reach it; the caller holds the folder's lock."""
    cluster = locate(var)
    home, name = cluster.home, user_name(cluster.account)
    root = os.geteuid() == 0
    if root and home.exists() and home.stat().st_uid == 0:
        try:
            home.rmdir()  # a start killed between mkdir and chown leaves it empty
        except OSError as error:
            raise DatabaseRefused(
                f"{home} belongs to root, as after a copy by root, and PostgreSQL refuses to run as root. Run:"
                f" chown -R {name} {shlex.quote(str(home))}"
            ) from error
    if not home.exists():
        home.mkdir(0o700)
        if root:
            os.chown(home, cluster.account, -1)
            if not can_enter(cluster):
                home.rmdir()
                return _settle_outside(var, cluster)
    elif not can_enter(cluster):
        raise DatabaseRefused(f"The account {name} of the database cannot enter {home}.")
    return cluster


def _settle_outside(var: Path, cluster: Cluster) -> Cluster:
    """Put the data where the account can reach them, since the folder (as /root) is closed and stays closed."""
    mark = cluster.socket.name.rpartition("-")[2]
    for base in ("/var/lib", "/var/tmp"):  # noqa: S108 - a fresh private folder, whose name root writes down
        try:
            home = Path(tempfile.mkdtemp(prefix=f"fupin-{mark}-", dir=base))
        except OSError:
            continue
        os.chown(home, cluster.account, -1)
        outside = Cluster(home=home, socket=cluster.socket, account=cluster.account)
        if can_enter(outside):
            draft = var / "postgres.at.new"
            draft.write_text(f"{home}\n", encoding="utf-8")
            draft.rename(var / "postgres.at")
            return outside
        home.rmdir()
    raise DatabaseRefused(
        f"The account {user_name(cluster.account)} of the database cannot reach {var}: set FUPIN_VAR to a folder"
        " that it can enter."
    )


def can_enter(cluster: Cluster) -> bool:
    """Whether the cluster's account can reach its home through every folder above it."""
    try:
        done = subprocess.run(  # noqa: S603 - fixed words
            ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(cluster.home)],
            stderr=subprocess.DEVNULL,
            check=False,
            **cluster.run_as(),
        )
    except PermissionError as error:
        raise DatabaseRefused(
            "This root may not change its user (a container without that right), and PostgreSQL refuses to run as"
            " root: start as a normal user."
        ) from error
    return done.returncode == 0


def works_in(pid: int, folder: Path) -> bool:
    """Whether this process is a PostgreSQL server that works in this very folder: a number alone may be reused."""
    try:
        return is_server(pid) and os.path.samestat(os.stat(f"/proc/{pid}/cwd"), folder.stat())
    except OSError:
        return False


def is_server(pid: int) -> bool:
    """Whether this process runs a `postgres` binary, even one deleted since."""
    try:
        return os.path.basename(os.readlink(f"/proc/{pid}/exe")).removesuffix(" (deleted)") == "postgres"
    except OSError:
        return False


def first_number(path: Path) -> int | None:
    """Return the number on a lock file's first line."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            return int(file.readline())
    except (OSError, ValueError):
        return None
