"""What is checked of an uploaded file before any of it is unpacked.

Standard library only: this runs in the reading process. The limits are absolute sizes, not ratios, since honest
workbooks of repeated text compress far better than any ratio would allow.
"""

import zipfile
from dataclasses import dataclass
from typing import IO, Any, Self

from fupin.sheets.cells import FileRefused

SAVE_AS_XLSX = "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传"
MEGABYTE = 1024 * 1024
#: How files of the formats before 2007 begin.
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LOCKED = FileRefused("文件已加密，设了打开密码", "请取消密码后另存为 .xlsx 再上传")


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The most a workbook may be and may cost. None for memory or seconds means no cap (for tests of the cap itself)."""

    file_bytes: int = 20 * MEGABYTE
    entries: int = 2_000
    unpacked_bytes: int = 200 * MEGABYTE
    entry_bytes: int = 100 * MEGABYTE
    rows: int = 50_000
    columns: int = 300
    memory_bytes: int | None = 512 * MEGABYTE
    output_bytes: int = 256 * MEGABYTE
    seconds: int | None = 30

    @classmethod
    def of_rows(cls, rows: int, **changes: Any) -> Self:
        """What is allowed of a kind of so many rows: of more than usual, more is unpacked, and for longer.

        100,000 people of 27 columns are 146 MB of XML and 15 seconds; the machine may have other things to do.
        """
        if rows > cls.rows:
            changes = {
                "entry_bytes": 320 * MEGABYTE,
                "unpacked_bytes": 400 * MEGABYTE,
                "seconds": 90,
                **changes,
            }
        return cls(rows=rows, **changes)

    def check_place(self, row: int, column: int) -> None:
        """Raise FileRefused where a filled cell lies beyond the rows or columns."""
        if row > self.rows:
            raise FileRefused(
                f"第 {row} 行还有内容，超过每张表 {self.rows} 行的上限",
                "请删去表格下方无关的内容，或拆成几个文件后上传",
            )
        if column > self.columns:
            raise FileRefused(
                f"第 {row} 行的内容超过 {self.columns} 列的上限", "请删去表格右侧无关的内容后上传"
            )


def kind_of(source: IO[bytes], limits: Limits) -> str:
    """Say what an uploaded file is by its first bytes: "xlsx", "xls" or "csv"; raise FileRefused for anything else."""
    size = source.seek(0, 2)
    source.seek(0)
    if size == 0:
        raise FileRefused("文件是空的（0 字节）", "请检查文件是否保存成功，重新选择后上传")
    if size > limits.file_bytes:
        allowed = limits.file_bytes // MEGABYTE
        raise FileRefused(f"文件超过 {allowed} MB", "请删去图片和无关的工作表，或按村拆成几个文件后上传")
    head = source.read(4096)
    source.seek(0)
    if head.startswith(b"PK"):
        return "xlsx"
    if head.startswith(OLE):
        _refuse_locked(source)
        return "xls"
    _refuse_strangers(head)
    return "csv"


def open_archive(source: IO[bytes], limits: Limits) -> zipfile.ZipFile:
    """Return the opened workbook package, or refuse it by its table of contents."""
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise FileRefused(
            "文件不完整或已损坏", "可能没有传完，请重新取得原文件，能正常打开后再上传"
        ) from error
    _check_contents(archive, limits)
    return archive


def _refuse_locked(source: IO[bytes]) -> None:
    """Refuse a workbook with a password, which is packed into the format of the old ones."""
    locked = "EncryptedPackage".encode("utf-16-le") in source.read()
    source.seek(0)
    if locked:
        raise LOCKED


def _refuse_strangers(head: bytes) -> None:
    """Refuse what is neither a workbook nor a table of text, and say what it is."""
    start = head.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").replace(b"\0", b"").lower()
    if start.startswith(
        (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<body", b"mime-version")
    ):
        raise FileRefused("文件是网页，只是名字像表格（有的系统这样导出 .xls）", SAVE_AS_XLSX)
    if start.startswith(b"<?xml"):
        raise FileRefused("文件是 XML，不是 .xlsx 工作簿", SAVE_AS_XLSX)
    if head.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM")):
        raise FileRefused("文件是图片，不是工作簿", "请上传 .xlsx 表格；图片请作为附件上传")
    if head.startswith(b"%PDF"):
        raise FileRefused("文件是 PDF，不是工作簿", "请上传 .xlsx 表格；PDF 请作为附件上传")
    if not _looks_like_text(head):
        raise FileRefused("文件不是工作簿", "请选择 .xlsx、.xls 或 .csv 文件后重新上传")


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" not in head:
        return not _has_controls(head.decode("latin-1"))
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            if not _has_controls(head[: len(head) // 2 * 2].decode(encoding)):
                return True
        except UnicodeDecodeError:
            continue
    return False


def _has_controls(text: str) -> bool:
    """Whether a text holds what no table does: control characters other than tabs and ends of lines."""
    return any(ord(character) < 9 or 13 < ord(character) < 32 for character in text)


def _check_contents(archive: zipfile.ZipFile, limits: Limits) -> None:
    """Refuse by the table of contents alone. A size that lies there is harmless: unpacking stops at the size stated."""
    entries = archive.infolist()
    if len(entries) > limits.entries:
        raise FileRefused("文件里的部件太多，不像正常的工作簿", SAVE_AS_XLSX)
    if sum(entry.file_size for entry in entries) > limits.unpacked_bytes or any(
        entry.file_size > limits.entry_bytes for entry in entries
    ):
        raise FileRefused("文件解压后过大", "请把需要的内容复制到空白模板中，另存后上传")
    names = {entry.filename for entry in entries}
    for entry in entries:
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/") or ":" in name:
            raise FileRefused("文件里有不正常的路径", SAVE_AS_XLSX)
        if entry.flag_bits & 0x1:
            raise FileRefused("文件是加了密码的压缩包", "请取消密码后另存为 .xlsx 再上传")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("文件含有宏", SAVE_AS_XLSX)
    if "xl/workbook.bin" in names:
        raise FileRefused("文件是二进制工作簿 .xlsb", SAVE_AS_XLSX)
    if any(name.startswith("word/") for name in names):
        raise FileRefused("文件是 Word 文档，不是工作簿", "请上传 .xlsx 表格")
    if "[Content_Types].xml" not in names:
        raise FileRefused("文件是压缩包，但不是工作簿", "如果表格在压缩包里，请解压后上传其中的 .xlsx 文件")
    for entry in entries:
        if entry.filename.endswith((".xml", ".rels")):
            _refuse_doctype(archive, entry)


def _refuse_doctype(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse declarations of entities: no spreadsheet program writes them, only attacks do."""
    try:
        with archive.open(entry) as part:
            start = part.read(2048).replace(b"\0", b"")
    except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise FileRefused(
            "文件不完整或已损坏", "可能没有传完，请重新取得原文件，能正常打开后再上传"
        ) from error
    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
        raise FileRefused("文件里有不正常的 XML 声明", SAVE_AS_XLSX)
