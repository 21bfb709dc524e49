"""The reading process, begun beforehand: a fork of one that has its libraries loaded, where the portal starts Python anew.

A third of an import's time was the start. What is forked caps itself, reads and ends as ever; that the portal starts it well
is what tests/sheets sees, where nothing of this is used.
"""

from __future__ import annotations

import fcntl
import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

MODULES = ("fupin.sheets.child", "fupin.sheets.marker", "reports.blanks.child")
MESSAGE_BYTES = 100_000
#: File numbers beyond all that a child is given.
ABOVE = 200


class Nursery:
    """Stands in for the module `subprocess` in fupin/sheets/process.py."""

    TimeoutExpired = subprocess.TimeoutExpired

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def run(
        self, command: Sequence[str], *, pass_fds: Sequence[int], timeout: float | None, **given: Any
    ) -> subprocess.CompletedProcess[bytes]:
        """Have a child do a module's work, as subprocess.run() does with these arguments."""
        *_, module, told = command
        line = self._line or self._begin(given["cwd"], given["env"])
        files = [given[name].fileno() for name in ("stdin", "stdout", "stderr")]
        request = json.dumps([module, told, list(pass_fds)]).encode()
        socket.send_fds(line, [request], [*files, *pass_fds])
        child = json.loads(line.recv(MESSAGE_BYTES))
        line.settimeout(timeout)
        try:
            status = json.loads(line.recv(MESSAGE_BYTES))
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            line.settimeout(None)
            line.recv(MESSAGE_BYTES)
            raise subprocess.TimeoutExpired(command, timeout or 0) from None
        return subprocess.CompletedProcess(command, status)

    def _begin(self, folder: Path, environment: dict[str, str]) -> socket.socket:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.reader", str(theirs.fileno())],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        return self._line

    def end(self) -> None:
        """Let the first process go."""
        if self._line and self._process:
            self._line.close()
            self._process.wait()


def serve(line: socket.socket) -> None:
    """Fork a child for every request, until nobody asks any more."""
    for module in MODULES:
        importlib.import_module(module)
    while True:
        request, files, _, _ = socket.recv_fds(line, MESSAGE_BYTES, 8)
        if not request:
            return
        child = os.fork()
        if not child:
            line.close()
            os._exit(_work(*json.loads(request), files))
        for file in files:
            os.close(file)
        line.send(json.dumps(child).encode())
        _, status = os.waitpid(child, 0)
        line.send(json.dumps(os.waitstatus_to_exitcode(status)).encode())


def _work(module: str, told: str, numbers: list[int], files: list[int]) -> int:
    """What `python -m module told` does, with its three files and those of further numbers."""
    above = [fcntl.fcntl(file, fcntl.F_DUPFD, ABOVE) for file in files]
    for file in files:
        os.close(file)
    for file, number in zip(above, (0, 1, 2, *numbers), strict=True):
        os.dup2(file, number)
        os.close(file)
    sys.argv = [module, told]
    found = sys.modules[module]
    try:
        return found.main(found.read if module == MODULES[0] else found.work)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stderr.flush()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
