"""The zoo: workbooks as they really come, each for one named property, each with what must become of it."""

import codecs
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from openpyxl.utils.datetime import CALENDAR_MAC_1904

from .books import HEADER, ROWS, patched, saved, with_sheet_xml, workbook
from .test_formats import bytes_of, older, strict, table
from .test_hostile import OLE, bomb, zipped

Maker = Callable[[Path], Path]
HEADS = (
    '<row r="1"><c r="A1" t="str"><v>户编号</v></c><c r="B1" t="str"><v>耕地</v></c>'
    '<c r="C1" t="str"><v>是否贫困户</v></c></row>'
)
SHEET1 = "xl/worksheets/sheet1.xml"
DOCTYPE = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
TYPES = {"[Content_Types].xml": b"<a/>"}


@dataclass(frozen=True)
class Animal:
    """A workbook and what is read of it: the codes of its rows, the cells of its errors, notes; or its refusal."""

    make: Maker
    rows: tuple[str, ...] = ("H1", "H2")
    errors: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    refused: str = ""
    values: dict[str, object] = field(default_factory=dict)
    """Values of the first row that the property is about."""


def book(change: Callable | None = None, **kwargs) -> Maker:
    def make(path: Path) -> Path:
        made = workbook(**kwargs)
        if change:
            change(made["户"], made)
        return saved(made, path)

    return make


def content(data: bytes) -> Maker:
    def make(path: Path) -> Path:
        path.write_bytes(data)
        return path

    return make


def edited(pattern: str, replacement: str, part: str = SHEET1) -> Maker:
    return lambda path: patched(saved(workbook(), path), part, pattern, replacement)


def raw(rows: str) -> Maker:
    return lambda path: with_sheet_xml(path, HEADS + rows)


def parts(more: dict[str, bytes]) -> Maker:
    return lambda path: zipped(path, more)


def cut(path: Path) -> Path:
    whole = saved(workbook(), path).read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    return path


def widths(page, _) -> None:
    page.row_dimensions[4].hidden = page.row_dimensions[5].hidden = True
    page.column_dimensions["B"].hidden = True


def merged_group(page, _) -> None:
    page.merge_cells("B2:C2")


def other_epoch(_, made) -> None:
    made.epoch = CALENDAR_MAC_1904


def hide(page, made) -> None:
    made.create_sheet("别的")
    page.sheet_state = "hidden"


def twice(_, made) -> None:
    made.copy_worksheet(made["户"]).title = "户（2）"


def filtered(page, _) -> None:
    page.auto_filter.ref = "A3:D5"
    page.row_dimensions[5].hidden = True


def far_style(page, _) -> None:
    page["XFD1048576"].number_format = "@"


def row(*values) -> dict:
    return {"rows": [list(values)]}


TWO = ["户表"], ["户编号", "土地情况", None, None]
ZOO: dict[str, Animal] = {
    # --- where the table stands
    "plain": Animal(book()),
    "no title": Animal(book(above=())),
    "header on row 3": Animal(book(above=(["户表"], ["单位：亩"]))),
    "header on row 5": Animal(book(above=(["甲"], ["乙"], ["丙"], ["丁"]))),
    "empty leading rows": Animal(book(offset=(4, 0))),
    "empty leading columns": Animal(book(offset=(0, 5))),
    "both": Animal(book(offset=(3, 3))),
    "merged title": Animal(book(lambda page, _: page.merge_cells("A1:D1"))),
    "no header at all": Animal(book(header=["甲", "乙"]), rows=(), errors=("",)),
    "header of two rows": Animal(
        book(above=(["户表"], ["户编号", "土地", "是否贫困户"]), header=[None, "耕地", None, "脱贫日期"])
    ),
    "header of three rows": Animal(
        book(above=(["户编号", "基本"], [None, "土地", "是否贫困户"]), header=[None, "耕地", None, "脱贫日期"])
    ),
    "a group merged across": Animal(
        book(merged_group, above=(["户表"], ["户编号", "耕地", None, "脱贫"]),
             header=[None, "面积", "是否贫困户", "日期"])
    ),
    "columns in another order": Animal(book(header=["耕地", "户编号"], rows=[[1, "H1"], [2, "H2"]]),
                                       errors=("第3行",)),
    "headers with stars and breaks": Animal(book(header=["*户编号", "耕地(亩)", "是否\n贫困户", " 脱贫 日期"])),
    "an alias": Animal(book(header=["户编号", "耕地面积", "是否贫困户", "脱贫日期"])),
    "an unknown column": Animal(book(header=[*HEADER, "村组"], rows=[[*ROWS[0], "一组"], ROWS[1]]),
                                ignored=("村组",)),
    "a running number": Animal(book(header=["序号", *HEADER], rows=[[1, *ROWS[0]], [2, *ROWS[1]]])),
    "our own 说明 column": Animal(book(header=[*HEADER, "说明"], rows=[[*ROWS[0], "B列：不对"], ROWS[1]])),
    "a column twice": Animal(book(header=[*HEADER, "户编号"]), errors=("E3",)),
    "another unit": Animal(book(header=["户编号", "耕地（公顷）", "是否贫困户", "脱贫日期"]), errors=("B3",)),
    "a unit line that differs": Animal(
        book(above=(["户表"], ["单位：公顷"]), header=["户编号", "耕地", "是否贫困户", "脱贫日期"]), errors=("B3",)
    ),
    "another tab": Animal(book(sheet="户（2019）")),
    "two tabs of one meaning": Animal(book(twice), errors=("",)),
    # --- what is no record
    "notes below": Animal(book(rows=[*ROWS, ["注：按确权面积"], ["填报人：张三"]])),
    "a total that holds": Animal(book(rows=[*ROWS, ["合计", 3.5]])),
    "a total that does not": Animal(
        book(rows=[*ROWS, ["合计", 4]]),
        notes=("工作表“户”第6行合计：“耕地”写的是 4，各行相加是 3.5",),
    ),
    "a total above": Animal(book(rows=[["合计", 3.5], *ROWS])),
    "a subtotal is not compared": Animal(book(rows=[ROWS[0], ["小计", 99], ROWS[1]])),
    "a total of a column with an error": Animal(book(rows=[["H1", "三亩", "是"], ROWS[1], ["合计", 9]]), errors=("B4",)),
    "blank rows between": Animal(book(rows=[ROWS[0], [], [], ROWS[1]])),
    # --- what is not seen
    "hidden rows and columns": Animal(
        book(widths),
        notes=("工作表“户”的第4–5行是隐藏的，也已读取", "工作表“户”的B列是隐藏的，也已读取"),
    ),
    "rows filtered away": Animal(book(filtered), notes=("工作表“户”的第5行是隐藏的，也已读取",)),
    "a hidden sheet": Animal(book(hide), hidden=("户",)),
    # --- as programs write them
    "WPS's wrong dimension": Animal(edited('<dimension ref="[^"]*"', '<dimension ref="A1:A1"')),
    "no dimension": Animal(edited("<dimension [^>]*/>", "")),
    "strict": Animal(lambda path: strict(saved(workbook(), path))),
    "an .xls": Animal(content(bytes_of(older())), rows=("H1", "H2", "H3")),
    "an .xls of 1904": Animal(content(bytes_of(older(base_1904=True))), rows=("H1", "H2", "H3")),
    "an .xls with a hidden sheet": Animal(content(bytes_of(older(hidden=True))), rows=("H1", "H2", "H3"),
                                          hidden=("旧",)),
    "CSV of UTF-8": Animal(content(table().encode()), rows=("H1", "H2", "H3")),
    "CSV with a mark": Animal(content(codecs.BOM_UTF8 + table().encode()), rows=("H1", "H2", "H3")),
    "CSV of GBK": Animal(content(table().encode("gbk")), rows=("H1", "H2", "H3")),
    "CSV of GB18030 with rare characters": Animal(
        content(table().replace("H1", "䶮㛃𬱖𬭎").encode("gb18030")), rows=("䶮㛃𬱖𬭎", "H2", "H3")
    ),
    "CSV of UTF-16": Animal(content(table("\t").encode("utf-16")), rows=("H1", "H2", "H3")),
    "1904": Animal(book(other_epoch, **row("H1", 1, "是", date(2016, 12, 31))), rows=("H1",),
                   values={"left": date(2016, 12, 31)}),
    "a date with dots": Animal(book(**row("H1", 1, "是", "2020.5.6")), rows=("H1",),
                               values={"left": date(2020, 5, 6)}),
    "rare characters": Animal(book(**row("䶮㛃𬱖𬭎", 1, "是")), rows=("䶮㛃𬱖𬭎",)),
    "rich text with pinyin": Animal(
        raw('<row r="2"><c r="A2" t="inlineStr"><is><r><t>万</t></r><r><t>田</t></r>'
            '<rPh sb="0" eb="1"><t>wan</t></rPh></is></c></row>'), rows=("万田",),
    ),
    "a formula with its value": Animal(raw('<row r="2"><c r="A2" t="str"><f>"H"&amp;1</f><v>H1</v></c></row>'),
                                       rows=("H1",)),
    "a formula without": Animal(book(**row("H1", "=1+1", "是")), rows=("H1",), errors=("B4",)),
    "#N/A": Animal(book(**row("H1", "#N/A", "是")), rows=("H1",), errors=("B4",)),
    "a logical value": Animal(book(**row("H1", 1, True)), rows=("H1",)),
    "far cells without content": Animal(book(far_style)),
    "a text that begins like a formula": Animal(raw('<row r="2"><c r="A2" t="str"><v>=1+1</v></c></row>'),
                                                rows=("=1+1",)),
    # --- what is refused
    "nothing": Animal(content(b""), refused="文件是空的"),
    "a picture": Animal(content(b"\x89PNG\r\n\x1a\n" + bytes(50)), refused="文件是图片"),
    "a PDF": Animal(content(b"%PDF-1.7\n"), refused="文件是 PDF"),
    "a web page called .xls": Animal(content(b"<html><table></table></html>"), refused="文件是网页"),
    "XML of 2003": Animal(content(b"<?xml version='1.0'?><Workbook/>"), refused="文件是 XML"),
    "encrypted": Animal(content(OLE + "EncryptedPackage".encode("utf-16-le")), refused="文件已加密"),
    "cut off": Animal(cut, refused="文件不完整或已损坏"),
    "macros": Animal(parts(TYPES | {"xl/vbaProject.bin": b""}), refused="文件含有宏"),
    "binary": Animal(parts(TYPES | {"xl/workbook.bin": b""}), refused="文件是二进制工作簿 .xlsb"),
    "Word": Animal(parts(TYPES | {"word/document.xml": b"<a/>"}), refused="文件是 Word 文档"),
    "a zip of something": Animal(parts({"a.txt": b""}), refused="文件是压缩包，但不是工作簿"),
    "zip slip": Animal(parts(TYPES | {"../../etc/passwd": b""}), refused="文件里有不正常的路径"),
    "an outside entity": Animal(parts({"[Content_Types].xml": DOCTYPE}), refused="文件里有不正常的 XML 声明"),
    "too many parts": Animal(parts({f"{n}.xml": b"" for n in range(2001)}), refused="文件里的部件太多"),
    "a bomb": Animal(lambda path: bomb(path, 210), refused="文件解压后过大"),
    "a cell in the last corner": Animal(raw('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
                                        refused="第 1048576 行还有内容"),
    "a cell far right": Animal(raw('<row r="2"><c r="XFD2"><v>1</v></c></row>'), refused="第 2 行的内容超过 300 列"),
    "60,000 used rows": Animal(
        raw("".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(2, 60_002))),
        refused="第 50001 行还有内容",
    ),
    "a text index beyond the texts": Animal(raw('<row r="2"><c r="A2" t="s"><v>9999</v></c></row>'),
                                            refused="文件内容已损坏"),
    "a kind of cell nobody knows": Animal(raw('<row r="2"><c r="A2" t="zz"><v>1</v></c></row>'),
                                          refused="文件内容已损坏"),
}  # fmt: skip
