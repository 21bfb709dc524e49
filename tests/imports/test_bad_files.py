"""Files that are no village workbook: one sentence each, on the shell and on the page, and nothing written."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.urls import reverse

from fupin.domain.jobs import run_next_job
from fupin.models import ImportRun
from tests.imports.support import (
    YEAR,
    command,
    lines_on_page,
    state_of_database,
    upload,
)
from tests.sheets.books import patched


def cut_off(content: bytes) -> bytes:
    return content[: len(content) // 2]


def bomb(content: bytes) -> bytes:
    """The workbook with a part of 300 MB that packs to almost nothing."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            if entry.filename != "xl/sharedStrings.xml":
                new.writestr(entry, old.read(entry))
        with new.open("xl/sharedStrings.xml", "w") as part:
            for _ in range(300):
                part.write(bytes(1024 * 1024))
    return target.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
SAVE_AS = "请用 WPS 或 Excel 打开，另存为“Excel 工作簿（*.xlsx）”后重新上传。"
FILES = {
    "picture": (lambda _: b"\x89PNG\r\n\x1a\n" + bytes(64), "文件是图片，不是工作簿。请上传 .xlsx 表格；图片请作为附件上传。"),
    "page": (lambda _: b"<html><table></table>", f"文件是网页，只是名字像表格（有的系统这样导出 .xls）。{SAVE_AS}"),
    "encrypted": (
        lambda _: OLE + "EncryptedPackage".encode("utf-16-le"),
        "文件已加密，设了打开密码。请取消密码后另存为 .xlsx 再上传。",
    ),
    "old xls": (lambda _: OLE, f"文件内容已损坏，无法读取。{SAVE_AS}"),
    "cut off": (cut_off, "文件不完整或已损坏。可能没有传完，请重新取得原文件，能正常打开后再上传。"),
    "bomb": (bomb, "文件解压后过大。请把需要的内容复制到空白模板中，另存后上传。"),
}  # fmt: skip


def test_a_table_of_text_is_of_the_kind_that_is_told(office, tmp_path):
    path = tmp_path / "户.csv"
    path.write_bytes("户编号,亩数\n1,2\n".encode("gb18030"))
    (said,) = command(path, office).err
    assert (
        said
        == f"{path.name}：CSV 文件没有工作表的名称，认不出是哪种表格。请选择表格种类（命令行用 --kind）。"
    )
    refused_as_a_whole(
        office, path,
        "CSV 文件只有一张表，这里需要的是几张表的工作簿。请下载空白模板，把内容复制到相应的工作表里，存为 .xlsx 后上传。",
        kind=("--kind", "village"),
    )  # fmt: skip


def refused_as_a_whole(office, path, sentence, *, kind=()):
    """Import a file both ways and expect the one sentence."""
    client = office.client()
    before = state_of_database()

    ended = command(path, office, *kind)

    assert ended.err == [f"{path.name}：{sentence}"]
    assert (ended.status, ended.out) == (1, [])

    url = upload(client, office, path)
    run_next_job()

    assert lines_on_page(client, url) == [f"整个文件：{sentence}"]
    assert state_of_database() == before


@pytest.mark.parametrize("name", FILES)
def test_file_that_cannot_be_read_is_refused_with_one_sentence(name, office, reference_content, tmp_path):
    spoil, sentence = FILES[name]
    path = tmp_path / "upload.xlsx"
    path.write_bytes(spoil(reference_content))

    refused_as_a_whole(office, path, sentence)


def test_sparse_sheet_is_refused(office, reference_content, tmp_path):
    path = tmp_path / "sparse.xlsx"
    path.write_bytes(reference_content)
    patched(
        path,
        "xl/worksheets/sheet2.xml",
        "</sheetData>",
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>',
    )

    refused_as_a_whole(
        office,
        path,
        "第 1048576 行还有内容，超过每张表 50000 行的上限。请删去表格下方无关的内容，或拆成几个文件后上传。",
        kind=("--kind", "village"),
    )


def test_empty_file_is_refused(office, tmp_path):
    path = tmp_path / "empty.xlsx"
    path.touch()
    client = office.client()
    before = state_of_database()

    ended = command(path, office)

    assert ended.err == ["empty.xlsx：文件是空的（0 字节）。请检查文件是否保存成功，重新选择后上传。"]
    assert ended.status == 1
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})
    with path.open("rb") as file:
        response = client.post(url, {"kind": "village", "file": file})
    assert response.status_code == 422
    assert re.findall(r"文件是空的，请重新选择。", response.content.decode()) != []
    assert state_of_database() == before
    assert ImportRun.objects.unscoped("tests").count() == 0


def test_file_above_the_limit_is_refused_at_the_page(office, reference_content, tmp_path, settings):
    settings.FUPIN_UPLOAD_BYTES = 1024 * 1024
    path = tmp_path / "large.xlsx"
    path.write_bytes(reference_content + bytes(1024 * 1024))
    url = reverse("import", kwargs={"region": office.village.code, "year": YEAR})

    with path.open("rb") as file:
        response = office.client().post(url, {"kind": "village", "file": file})

    assert response.status_code == 422
    assert re.findall(r"<li>(文件超过.*?)</li>", response.content.decode()) == [
        "文件超过1MB，请拆分后再导入。"
    ]
    assert ImportRun.objects.unscoped("tests").count() == 0


def test_workbook_of_no_known_kind_is_told_the_kinds(office, reference, tmp_path):
    for number, page in enumerate(reference.book.worksheets):
        page.title = f"Sheet{number}"

    ended = command(reference.save(tmp_path / "other.xlsx"), office)

    assert ended.err == [
        "other.xlsx：没有认出这是哪种表格。可导入的有：行政区划（区划）；"
        "行政村年度台账（村情、户、人、收入、工作台账、措施与资金、项目、市场主体、下一步）；"
        "国家系统户和人口花名册（花名册）；国家系统行政村信息（行政村信息）；家庭收入（收入）；工作台账（工作台账）；"
        "到户措施与资金台账（措施与资金）；到村项目台账（项目）；市场主体带动台账（市场主体）；资金指标（指标台账）；资金支付（资金支付台账）；总结文字材料（下一步）。"
        "请下载空白模板填写。"
    ]
    assert ended.status == 1
