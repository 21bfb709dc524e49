"""Starts the reading process, and turns each of its ends into rows or into a sentence."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any

from fupin.numbers import mask_in_text
from fupin.sheets.archive import MEGABYTE, SAVE_AS_XLSX, Limits
from fupin.sheets.cells import FileRefused

logger = logging.getLogger(__name__)

PROJECT = Path(__file__).resolve().parents[2]
TOO_SLOW = "读取超过规定时间，已停止", "请删去多余的行、列和工作表，或按村拆成几个文件后上传"
BROKEN = "文件结构异常，读取程序无法处理", SAVE_AS_XLSX


@contextmanager
def opened(source: str | Path | IO[bytes], limits: Limits) -> Iterator[IO[bytes]]:
    """Give a real file for the child to read: an upload may live in memory only."""
    if isinstance(source, str | Path):
        try:
            file = open(source, "rb")  # noqa: SIM115  closed below
        except OSError as error:
            raise FileRefused("文件打不开", "请检查文件是否存在，是否有权读取") from error
        with file:
            yield file
        return
    with tempfile.TemporaryFile() as copy:
        source.seek(0)
        head = source.read(limits.file_bytes + 1)
        if len(head) > limits.file_bytes:
            raise FileRefused(
                f"文件超过 {limits.file_bytes // MEGABYTE} MB",
                "请删去图片和无关的工作表，或按村拆成几个文件后上传",
            )
        copy.write(head)
        copy.seek(0)
        yield copy


@contextmanager
def lines_of(
    source: str | Path | IO[bytes],
    limits: Limits,
    wanted: list[str] | None,
    *,
    else_all: bool = False,
    rows: int | None = None,
) -> Iterator[Iterator[Any]]:
    """Give the child's lines once it has ended well; raise FileRefused for every other end.

    Of the wanted sheets (without a list of them, or with `else_all` where there is none of them: of all), with `rows`
    only so many each.
    """
    asked = {"sheets": wanted, "else_all": else_all, "rows": rows}
    with output_of("fupin.sheets.child", source, limits, asked) as out:
        yield (json.loads(line) for line in out)


@contextmanager
def output_of(
    module: str, source: str | Path | IO[bytes], limits: Limits, options: dict[str, Any], brief: Any = None
) -> Iterator[IO[bytes]]:
    """Give what a child wrote about a file once it has ended well; raise FileRefused for every other end.

    `brief` is what is too long for an argument: the child finds it as JSON under the number `options["brief"]`.
    """
    # The output goes through a nameless file and not a pipe: it may be large, and counts only if the child ends well.
    with (
        opened(source, limits) as file,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as log,
        tempfile.TemporaryFile() as more,
    ):
        more.write(json.dumps(brief).encode())
        more.seek(0)
        told = json.dumps(options | {"limits": asdict(limits), "brief": more.fileno()})
        try:
            status = subprocess.run(  # noqa: S603  our own interpreter and module
                [sys.executable, "-m", module, told],
                stdin=file,
                stdout=out,
                stderr=log,
                cwd=PROJECT,
                pass_fds=(more.fileno(),),
                env=_environment(),
                timeout=limits.seconds,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired:
            raise FileRefused(*TOO_SLOW) from None
        if status:
            log.seek(0)
            raise _refusal(status, log.read(64 * 1024).decode("utf-8", "replace"))
        out.seek(0)
        yield out


def _environment() -> dict[str, str]:
    """Hand down nothing the child has no use for; the portal's environment holds its secrets."""
    kept = {
        name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH") if name in os.environ
    }
    # The C library would keep an arena per thread, which counts against the memory cap without being used.
    return kept | {"PYTHONUTF8": "1", "MALLOC_ARENA_MAX": "1"}


def _refusal(status: int, log: str) -> FileRefused:
    for line in reversed(log.splitlines()):
        if line.startswith('{"refused"'):
            return FileRefused(*json.loads(line)["refused"])
    logger.warning("Reading a workbook ended with status %s: %s", status, mask_in_text(log[-2000:]))
    if status in (-signal.SIGXCPU, -signal.SIGKILL):
        return FileRefused(*TOO_SLOW)
    if "MemoryError" in log:
        return FileRefused("文件内容过大，读取时超过内存上限", "请把需要的内容复制到空白模板中，另存后上传")
    return FileRefused(*BROKEN)
