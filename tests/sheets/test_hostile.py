"""Files that are no workbook, broken, or made to hurt: each its own sentence, quickly and within the caps."""

import io
import subprocess
import time
import zipfile
from pathlib import Path

import psutil
import pytest

from fupin.sheets import process
from fupin.sheets.archive import MEGABYTE, Limits
from fupin.sheets.cells import FileRefused
from fupin.sheets.reading import read_workbook

from .books import BOOK, patched, saved, with_sheet_xml, workbook

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)


def refusal(path, limits=None):
    with pytest.raises(FileRefused) as refused:
        read_workbook(path, BOOK, limits=limits)
    assert refused.value.remedy
    return refused.value.reason


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (OLE + "Workbook".encode("utf-16-le"), "文件内容已损坏"),
        (b"\xef\xbb\xbf<html><table></table></html>", "文件是网页"),
        ("<!DOCTYPE html>".encode("utf-16"), "文件是网页"),
        (b"\xff\xff\xff, \xff", "文件的文字编码无法识别"),
        (bytes(range(256)), "文件不是工作簿"),
        (b"PK\x03\x04 and no more", "文件不完整或已损坏"),
    ],
)
def test_what_is_no_workbook_is_named(tmp_path, content, reason):
    path = tmp_path / "upload.xlsx"
    path.write_bytes(content)

    assert reason in refusal(path)


def test_missing_file_is_a_sentence_too(tmp_path):
    assert refusal(tmp_path / "none.xlsx") == "文件打不开"


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ({"[Content_Types].xml": b"<a/>", "/etc/passwd": b""}, "文件里有不正常的路径"),
        ({"[Content_Types].xml": b"<a/>"}, "文件不完整或已损坏"),
        ({"[Content_Types].xml": b"not xml"}, "文件内容已损坏，无法读取"),
    ],
)
def test_other_packages_are_named(tmp_path, parts, reason):
    assert reason in refusal(zipped(tmp_path / "p.xlsx", parts))


def test_file_above_the_size_is_refused_from_disk_and_from_memory(tmp_path):
    path = saved(workbook(), tmp_path / "big.xlsx")
    limits = Limits(file_bytes=1024)

    assert refusal(path, limits).startswith("文件超过")
    assert refusal(io.BytesIO(path.read_bytes()), limits).startswith("文件超过")
    assert read_workbook(path, BOOK).errors == []


def test_sparse_cell_is_refused_quickly(tmp_path):
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = with_sheet_xml(tmp_path / "sparse.xlsx", cells)
    started = time.monotonic()

    assert (
        refusal(path, Limits(memory_bytes=128 * MEGABYTE))
        == "第 1048576 行还有内容，超过每张表 50000 行的上限"
    )
    assert time.monotonic() - started < 5


def test_far_cells_without_content_do_no_harm(tmp_path):
    path = saved(workbook(), tmp_path / "blank.xlsx")
    patched(
        path,
        "xl/worksheets/sheet1.xml",
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>',
    )

    assert read_workbook(path, BOOK).errors == []


def test_sheet_nobody_asked_for_is_not_read(tmp_path):
    book = workbook()
    book.create_sheet("旧表").cell(60_000, 400, "x")

    assert read_workbook(saved(book, tmp_path / "old.xlsx"), BOOK).errors == []


def test_overlong_sheet_is_refused(tmp_path):
    path = saved(workbook(rows=[[f"H{n}", 1, "是"] for n in range(30)]), tmp_path / "long.xlsx")

    assert refusal(path, Limits(rows=20)) == "第 21 行还有内容，超过每张表 20 行的上限"
    assert len(read_workbook(path, BOOK, limits=Limits(rows=33)).rows["户"]) == 30


@pytest.mark.parametrize(
    "row",
    [
        '<row r="x"><c r="A1"><v>1</v></c></row>',
        '<row r="1"><c r="1A"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>99</v></c></row>',
        '<row r="1"><c r="A1"><v>abc</v></c></row>',
        '<row r="1"><c r="A1"><v>1e999</v></c></row>',
        '<row r="1"><c r="A1" t="zz"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="d"><v>never</v></c></row>',
    ],
)
def test_nonsense_in_the_cells_is_a_sentence(tmp_path, row):
    assert refusal(with_sheet_xml(tmp_path / "n.xlsx", row)) == "文件内容已损坏，无法读取"


def test_broken_xml_is_a_sentence(tmp_path):
    assert refusal(with_sheet_xml(tmp_path / "n.xlsx", '<row r="1"><c></row>')) == "文件不完整或已损坏"


def bomb(path: Path, megabytes: int, part: str = "xl/sharedStrings.xml") -> Path:
    """Return a small workbook one part of which unpacks to many megabytes of one text."""
    saved(workbook(), path)
    kept = {}
    with zipfile.ZipFile(path) as archive:
        kept = {name: archive.read(name) for name in archive.namelist() if name != part}
    types = b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"'
    if types not in kept["[Content_Types].xml"]:
        kept["[Content_Types].xml"] = kept["[Content_Types].xml"].replace(
            b"</Types>", b'<Override PartName="/xl/sharedStrings.xml" ' + types + b"/></Types>"
        )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in kept.items():
            archive.writestr(name, content)
        with archive.open(part, "w") as target:
            target.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>')
            for _ in range(megabytes):
                target.write(b"a" * MEGABYTE)
            target.write(b"</t></si></sst>")
    return path


def test_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    path = bomb(tmp_path / "bomb.xlsx", 210)
    assert path.stat().st_size < MEGABYTE
    started = time.monotonic()

    assert refusal(path) == "文件解压后过大"
    assert time.monotonic() - started < 5


@pytest.mark.parametrize("limits", [Limits(unpacked_bytes=2 * MEGABYTE), Limits(entry_bytes=2 * MEGABYTE)])
def test_each_unpacked_size_is_capped_on_its_own(tmp_path, limits):
    path = bomb(tmp_path / "b.xlsx", 2)

    assert refusal(path, limits) == "文件解压后过大"
    assert read_workbook(path, BOOK).errors == []


def test_zip_that_lies_about_its_sizes_is_refused(tmp_path):
    path = bomb(tmp_path / "liar.xlsx", 210)
    content = bytearray(path.read_bytes())
    size = 210 * MEGABYTE + len(
        b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t></t></si></sst>'
    )
    lie = content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    assert lie != content
    path.write_bytes(lie)

    assert refusal(path) in ("文件不完整或已损坏", "文件内容已损坏，无法读取")


def test_memory_cap_is_what_refuses(tmp_path):
    path = bomb(tmp_path / "heavy.xlsx", 60)

    assert "内存" in refusal(path, Limits(memory_bytes=150 * MEGABYTE))
    # The control: without the cap the same file is read, so it was the cap and nothing else.
    assert read_workbook(path, BOOK, limits=Limits(memory_bytes=None)).errors == []


def test_output_cap_is_what_refuses(tmp_path):
    path = saved(workbook(rows=[[f"H{n}", 1, "是"] for n in range(200)]), tmp_path / "o.xlsx")

    assert "容量" in refusal(path, Limits(output_bytes=4096))
    assert len(read_workbook(path, BOOK).rows["户"]) == 200


def test_time_is_capped(tmp_path, monkeypatch):
    def endless(command, **options):
        return original([command[0], "-c", "while True: pass"], **options)

    original = subprocess.run
    monkeypatch.setattr(process.subprocess, "run", endless)
    children = set(psutil.Process().children())
    started = time.monotonic()

    assert refusal(saved(workbook(), tmp_path / "s.xlsx"), Limits(seconds=1)) == "读取超过规定时间，已停止"
    assert time.monotonic() - started < 5
    assert set(psutil.Process().children()) == children


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "文件结构异常，读取程序无法处理"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "读取超过规定时间，已停止"),
        ("import sys; sys.exit('MemoryError')", "文件内容过大，读取时超过内存上限"),
    ],
)
def test_crash_of_the_reader_is_a_sentence(tmp_path, monkeypatch, code, reason):
    def crashing(command, **options):
        return original([command[0], "-c", code], **options)

    original = subprocess.run
    monkeypatch.setattr(process.subprocess, "run", crashing)

    assert refusal(saved(workbook(), tmp_path / "c.xlsx")) == reason


def test_reader_gets_none_of_the_portals_secrets(tmp_path, monkeypatch):
    handed_down = {}

    def listening(command, **options):
        handed_down.update(options["env"])
        return original(command, **options)

    original = subprocess.run
    monkeypatch.setattr(process.subprocess, "run", listening)
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    monkeypatch.setenv("SECRET_KEY", "secret")
    read_workbook(saved(workbook(), tmp_path / "e.xlsx"), BOOK)

    assert handed_down["PYTHONUTF8"] == "1"
    assert not {"DATABASE_URL", "SECRET_KEY"} & set(handed_down)


def test_reader_starts_without_django():
    code = "import sys, fupin.sheets.child; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"

    assert subprocess.run([process.sys.executable, "-c", code], cwd=process.PROJECT).returncode == 0
