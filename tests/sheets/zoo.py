"""The zoo: workbooks made by a script, each for one property that real or hostile files have, each with what comes of it.

`tests/sheets/test_zoo.py` reads them all, and again damaged at random.
"""

import codecs
import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import xlwt
from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from fupin.sheets.layout import Book

from .books import BOOK, FULL, HEADER, ID_NUMBER, PEOPLE, ROWS, SMALL, workbook

SHEET, SHARED, TYPES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "[Content_Types].xml"
TWO = Book(kind="two", title="两张", sheets=(SMALL, PEOPLE))
DAY = date(2016, 12, 31)


def row(code: str | None, land: str | None, poor: bool | None, left: date | None = None) -> dict[str, Any]:
    """A row of the sheet 户 as it is read."""
    return {"code": code, "land": None if land is None else Decimal(land), "poor": poor, "left": left}


PLAIN = (row("H1", "3.5", True), row("H2", "0", False, DAY))
SAVED = "文件不完整或已损坏"
NONSENSE = "文件内容已损坏，无法读取"


@dataclass(frozen=True, kw_only=True)
class Beast:
    """A file and what comes of it: a refusal, or rows with the (cell, reason) of every error and all that is told."""

    make: Callable[[], bytes]
    book: Book = BOOK
    refused: str = ""
    rows: Sequence[Mapping[str, Any]] = PLAIN
    errors: Sequence[tuple[str, str]] = ()
    notes: Sequence[str] = ()
    hidden: Sequence[str] = ()
    ignored: Sequence[str] = ()
    large: bool = field(default=False)
    """Costs too much to be damaged again and again."""


ZOO: dict[str, Beast] = {}


def beast(name: str, make: Callable[[], bytes] | bytes, **expected: Any) -> None:
    """Put a file into the zoo."""
    assert name not in ZOO
    ZOO[name] = Beast(make=(lambda: make) if isinstance(make, bytes) else make, **expected)


def saved(book: Workbook | xlwt.Workbook) -> bytes:
    """A workbook's bytes."""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def zipped(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def parts_of(content: bytes) -> dict[str, bytes]:
    """The parts of a package."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def xlsx(
    *changes: Callable[[Workbook], object], parts: Sequence[tuple[str, str, str]] = (), **given: Any
) -> bytes:
    """A workbook as `workbook` makes it, changed in openpyxl and then in its parts: (part, pattern, replacement)."""
    book = workbook(**given)
    for change in changes:
        change(book)
    content = saved(book)
    if not parts:
        return content
    there = parts_of(content)
    for part, pattern, replacement in parts:
        text, count = re.subn(pattern, replacement, there[part].decode(), flags=re.DOTALL)
        assert count, f"{pattern} not in {part}"
        there[part] = text.encode()
    return zipped(there)


def new(
    name: str, *changes: Callable[[Workbook], object], make: Mapping[str, Any] | None = None, **more: Any
) -> None:
    """Put an .xlsx into the zoo: `make` are the arguments of `xlsx`."""
    beast(name, partial(xlsx, *changes, **(make or {})), **more)


def raw(name: str, lines: str, **expected: Any) -> None:
    """Put an .xlsx into the zoo whose sheet 户 holds these rows of XML."""
    new(
        name,
        make={"parts": [(SHEET, "<sheetData>.*</sheetData>", f"<sheetData>{lines}</sheetData>")]},
        **expected,
    )


def changed(statement: str) -> Callable[[Workbook], object]:
    """A change of the sheet 户, called `page`, as one line of Python."""
    return lambda book: exec(statement, {"page": book["户"], "book": book})


def filled(*rows: Sequence[Any]) -> dict[str, Any]:
    """Arguments of `xlsx`: these rows under the usual header."""
    return {"make": {"rows": [list(line) for line in rows]}}


# --- where things stand ---------------------------------------------------------------------------------------------

new("title and unit line")
new("no title", make={"above": ()})
new("title alone", make={"above": (["户表"],)})
new("empty rows first", make={"offset": (2, 0)})
new("empty columns first", make={"offset": (0, 3)})
new("empty rows and columns first", make={"offset": (4, 3)})
new("empty rows between title and header", make={"above": ([None], ["户表"], [None], ["单位"])})
new("merged title", changed("page.merge_cells('A1:D1')"))
new(
    "header with marks, breaks and blanks",
    make={"header": ["*户编号", "耕地(亩)", "是否\n贫困户", " 脱贫 日期"]},
)
new("header by another name", make={"header": ["户编号", "耕地面积", "是否贫困户", "脱贫日期"]})
new(
    "header with remarks in brackets",
    make={"header": ["户编号", "耕地面积（单位：亩）", "是否贫困户（是/否）", "脱贫日期："]},
)
new(
    "header of two rows",
    make={
        "above": (["户表"], ["户编号", "土地情况", "是否贫困户"]),
        "header": [None, "耕地（亩）", None, "脱贫日期"],
    },
)
new(
    "header of three rows",
    make={
        "above": (["户表"], ["户编号", "基本情况"], [None, "土地", "贫困", "贫困"]),
        "header": [None, "耕地（亩）", "是否贫困户", "脱贫日期"],
    },
)
new(
    "header whose labels mean something only together",
    make={"above": (["户编号", "耕地", "是否", "脱贫"],), "header": [None, "面积（亩）", "贫困户", "日期"]},
)
new(
    "header with the units below",
    make={"above": (["户编号", "耕地", "是否贫困户", "脱贫日期"],), "header": [None, "（亩）"]},
)
new("header below nine notes", make={"above": tuple([f"说明{n}"] for n in range(9))})
new(
    "header too far down",
    make={"above": tuple([f"说明{n}"] for n in range(10))},
    rows=(),
    errors=[("", "前 10 行中没有找到表头")],
)
new("no header", make={"header": ["甲", "乙"]}, rows=(), errors=[("", "前 10 行中没有找到表头")])
new("columns in another order", make={
    "header": ["序号", "是否贫困户", "村组", "户编号", "耕地（亩）", "脱贫日期"],
    "rows": [[1, "是", "一组", "H1", 3.5, None], [2, "否", "二组", "H2", 0, "2016.12.31"], [3]],
}, ignored=["村组"])  # fmt: skip
new(
    "another unit in the header",
    make={"header": ["户编号", "耕地（公顷）", *HEADER[2:]]},
    errors=[("B3", "单位是公顷，应为亩")],
)
new("another unit in the line above", make={"above": (["户表"], ["单位：公顷"]), "header": ["户编号", "耕地", *HEADER[2:]]},
    errors=[("B3", "单位是公顷，应为亩")])  # fmt: skip
new("a column twice", make={"header": [*HEADER, "户编号"]}, errors=[("E3", "“户编号”出现了两列")])
new("rows far apart", changed("page.move_range('A5:D5', rows=40000)"))
new("rows and cells without places", make={
    "above": (), "rows": [["H1", 3.5, "是", "2016-12-31"]], "parts": [(SHEET, r'(<(?:c|row)[^>]*?) r="[A-Z]*\d+"', r"\1")],
}, rows=[row("H1", "3.5", True, DAY)])  # fmt: skip
for ref in ("A1:A1", "A1", "A1:XFD1048576", "B7"):
    new(f"dimension {ref}", make={"parts": [(SHEET, '<dimension ref="[^"]*"', f'<dimension ref="{ref}"')]})
new("no dimension", make={"parts": [(SHEET, "<dimension [^>]*>", "")]})

# --- what is left out, hidden, summed -------------------------------------------------------------------------------

TOTALS = {
    "rows": [
        *ROWS,
        ["小计", 9],
        [None],
        ["合 计", 3.5],
        ["注：耕地按确权面积。"],
        ["填报人：张三　审核人：李四"],
    ]
}
new("totals that agree, and notes below", make=TOTALS)
for word in ("合计", "总 计", "全村总计："):
    new(f"{word} that does not agree", make={"rows": [*ROWS, [word, 4]]},
        notes=["工作表“户”第6行合计：“耕地”写的是 4，各行相加是 3.5"])  # fmt: skip
new(
    "total above the rows",
    make={"rows": [["合计", 4], *ROWS]},
    notes=["工作表“户”第4行合计：“耕地”写的是 4，各行相加是 3.5"],
)
new(
    "totals of parts and of all", make={"rows": [ROWS[0], ["合计", 3.5], ROWS[1], ["合计", 0], ["总计", 3.5]]}
)
new("total after a running number", make={"header": ["序号", *HEADER], "rows": [[1, *ROWS[0]], [2, *ROWS[1]], [3, "合计", 3]]},
    notes=["工作表“户”第6行合计：“耕地”写的是 3，各行相加是 3.5"])  # fmt: skip
new("total of a column with a mistake", make={"rows": [["H1", "三亩", "是"], ["合计", 4]]}, rows=[row("H1", None, True)],
    errors=[("B4", "不是数字")])  # fmt: skip
new("total in words", make={"rows": [*ROWS, ["合计", "三亩半"]]})
new("hidden rows", changed("page.row_dimensions[4].hidden = page.row_dimensions[5].hidden = True"),
    notes=["工作表“户”的第4–5行是隐藏的，也已读取"])  # fmt: skip
new("hidden rows that are empty", changed("page.row_dimensions[9].hidden = True"))
new("rows hidden by a filter", changed("page.auto_filter.ref = 'A3:D5'; page.row_dimensions[5].hidden = True"),
    notes=["工作表“户”的第5行是隐藏的，也已读取"])  # fmt: skip
new("hidden columns", changed("page.column_dimensions['B'].hidden = page.column_dimensions['D'].hidden = True"),
    notes=["工作表“户”的B、D列是隐藏的，也已读取"])  # fmt: skip
new(
    "all columns to the right hidden",
    make={"parts": [(SHEET, "<sheetData>", '<cols><col min="5" max="16384" hidden="1"/></cols><sheetData>')]},
)
new("hidden sheet", changed("book.create_sheet('别的'); page.sheet_state = 'hidden'"), hidden=["户"])
new("very hidden sheet", changed("book.create_sheet('旧', 0).sheet_state = 'veryHidden'"), hidden=["旧"])
new("a chart sheet before", changed("book.create_chartsheet('图', 0)"))
new(
    "a sheet beyond all limits that nobody asked for",
    changed("book.create_sheet('旧').cell(60000, 400, 'x')"),
)
new(
    "two sheets of one meaning",
    changed("book.copy_worksheet(page).title = '户（2）'"),
    errors=[("", "与工作表“户”都是“户”")],
)
new("a tab of another name, where only one is wanted", make={"sheet": "Sheet1"})
new("cells merged down", changed("page.merge_cells('A4:A5')"), rows=[PLAIN[0], row(None, "0", False, DAY)],
    errors=[("A5", "“户编号”不能为空")])  # fmt: skip
new(
    "formats without content",
    changed("page['Z900'].number_format = '0.00'"),
)

# --- what cells hold ------------------------------------------------------------------------------------------------

new("date with dots", **filled(["H1", 1, "是", "2020.5.6"]), rows=[row("H1", "1", True, date(2020, 5, 6))])
new("date as a date", **filled(["H1", 1, "是", DAY]), rows=[row("H1", "1", True, DAY)])
new("date counted from 1904", lambda book: setattr(book, "epoch", CALENDAR_MAC_1904), **filled(["H1", 1, "是", DAY]),
    rows=[row("H1", "1", True, DAY)])  # fmt: skip
new("date without a format, from 1904", lambda book: setattr(book, "epoch", CALENDAR_MAC_1904), make={
    "rows": [["H1", 1, "是", DAY]], "parts": [(SHEET, r'<c r="D4" s="\d+"', '<c r="D4"')],
}, rows=[row("H1", "1", True, DAY)])  # fmt: skip
new("date that no calendar has", **filled(["H1", 1, "是", "2021-02-29"]), rows=[row("H1", "1", True)],
    errors=[("D4", "没有这一天")])  # fmt: skip
new("rare characters", **filled(["䶮㛃𬱖𬭎", 1, "是"], ["\uf967\U0002f81a", 1, "是"]),
    rows=[row("䶮㛃𬱖𬭎", "1", True), row("\uf967\U0002f81a", "1", True)])  # fmt: skip
new("full-width digits", **filled(["H1", "１２．５", "是"]), rows=[row("H1", "12.5", True)])
new(
    "#N/A as text",
    **filled(["H1", "#N/A", "是"]),
    rows=[row("H1", None, True)],
    errors=[("B4", "单元格是公式错误 #N/A")],
)
new("formula never calculated", **filled(["H1", "=1+1", "是"]), rows=[row("H1", None, True)],
    errors=[("B4", "单元格是公式，但文件里没有保存计算结果")])  # fmt: skip
new("number of sixteen digits", **filled([4201111990010112, 1, "是"]), rows=[row(None, "1", True)],
    errors=[("A4", "内容以数字形式保存，末位已丢失")])  # fmt: skip
new("invisible marks", **filled(["\u200bH1\ufeff", "\u00a03.5", "是\u3000"]), rows=PLAIN[:1])
new("computed fraction", **filled(["H1", 0.1 + 0.2, "是"]), rows=[row("H1", "0.3", True)])

TOP = '<row r="1"><c r="A1" t="str"><v>户编号</v></c><c r="B1" t="str"><v>耕地</v></c><c r="C1" t="str"><v>是否贫困户</v></c></row>'


def bare(*rows: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a sheet without the column that may be missing."""
    return [{name: value for name, value in line.items() if name != "left"} for line in rows]


raw("formulas with their values", f'{TOP}<row r="2"><c r="A2" t="str"><f>"H"&amp;1</f><v>H1</v></c><c r="B2"><f>1+1</f><v>2</v></c>'
    '<c r="C2" t="str"><f>""</f><v></v></c></row>', rows=bare(row("H1", "2", None)))  # fmt: skip
raw("formula that failed", f'{TOP}<row r="2"><c r="A2" t="str"><v>H2_x000D_</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
    '<c r="C2" t="b"><v>1</v></c></row>', rows=bare(row("H2", None, True)), errors=[("B2", "单元格是公式错误 #DIV/0!")])  # fmt: skip
raw("rich text with pinyin", f'{TOP}<row r="2"><c r="A2" t="inlineStr"><is><r><t>万</t></r><r><t>田</t></r><rPh sb="0" eb="1"><t>wan</t></rPh>'
    "</is></c></row>", rows=bare(row("万田", None, None)))  # fmt: skip
raw("number written with an exponent", f'{TOP}<row r="2"><c r="A2" t="str"><v>H1</v></c><c r="B2"><v>1.25E1</v></c></row>',
    rows=bare(row("H1", "12.5", None)))  # fmt: skip
raw("date written as text of XML", f'{TOP[:-6]}<c r="D1" t="str"><v>脱贫日期</v></c></row><row r="2"><c r="A2" t="str"><v>H1</v></c>'
    '<c r="D2" t="d"><v>2016-12-31</v></c></row>', rows=[row("H1", None, None, DAY)])  # fmt: skip

PERSON = [column.header for column in PEOPLE.columns]


def person(name: str, number: str | None) -> dict[str, Any]:
    """A row of the sheet 人 as it is read."""
    return dict.fromkeys(PEOPLE.by_name) | {"name": name, "number": number}


def people(*numbers: Any) -> dict[str, Any]:
    """Arguments of `new`: a sheet 人 with these numbers."""
    return {
        "make": {"sheet": "人", "header": PERSON, "rows": [["王五", number] for number in numbers]},
        "book": FULL,
    }


new("members without a number", **people(None), rows=[person("王五", None)])
new("members with certificates of 20 and 22 digits", **people(f"{ID_NUMBER}43", f"{ID_NUMBER}43B1"),
    rows=[person("王五", f"{ID_NUMBER}43"), person("王五", f"{ID_NUMBER}43B1")])  # fmt: skip
new("numbers with a small and a full-width x", **people(ID_NUMBER.lower(), ID_NUMBER.replace("X", "ｘ")),
    rows=[person("王五", ID_NUMBER)] * 2)  # fmt: skip
new("number kept as a number", **people(420111199001011234), rows=[person("王五", None)],
    errors=[("B4", "号码以数字形式保存，末位已丢失")])  # fmt: skip
for scattered, where in ((r'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>', "第 1048576 行还有内容，超过每张表 50000 行的上限"),
                         (r'<row r="9"><c r="XFD9"><v>1</v></c></row>', "第 9 行的内容超过 300 列的上限")):  # fmt: skip
    raw(f"a cell at {scattered[17:].split(chr(34))[0]}", TOP + scattered, refused=where)
raw("a far cell without content", f'{TOP}<row r="1048576"><c r="XFD1048576" s="0"/></row>', rows=())
raw("a million rows in use that are empty", TOP + '<row r="9" ht="20"/>' * 1_000_000, rows=(), large=True)
for at, nonsense in enumerate((
    '<row r="x"><c r="A1"><v>1</v></c></row>', '<row r="1"><c r="1A"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="s"><v>99</v></c></row>', '<row r="1"><c r="A1"><v>abc</v></c></row>',
    '<row r="1"><c r="A1"><v>1e999</v></c></row>', '<row r="1"><c r="A1" t="zz"><v>1</v></c></row>',
    '<row r="1"><c r="A1" t="d"><v>never</v></c></row>',
)):  # fmt: skip
    raw(f"nonsense in a cell, {at}", nonsense, refused=NONSENSE)
raw("XML that does not close", '<row r="1"><c></row>', refused=SAVED)

# --- other formats --------------------------------------------------------------------------------------------------

LINES = [
    ["万田畈村户表"],
    ["单位：亩"],
    HEADER,
    ["H1", "3.5", "是", ""],
    ["H2", "0", "否", "2016-12-31"],
    ["合计", "3.5", "", ""],
]


def table(separator: str = ",", ending: str = "\r\n", skip: int = 0) -> str:
    """The usual table as text."""
    return "".join(separator.join(line) + ending for line in LINES[skip:])


beast("CSV in UTF-8", table().encode())
beast("CSV in UTF-8 with its mark", codecs.BOM_UTF8 + table().encode())
beast("CSV in GB18030", table().encode("gb18030"))
beast("CSV in GBK", table().encode("gbk"))
beast(
    "CSV in GB18030 with a character GBK lacks",
    table().replace("H1", "䶮").encode("gb18030"),
    rows=[row("䶮", "3.5", True), PLAIN[1]],
)
beast("text in UTF-16 with tabs", table("\t").encode("utf-16"))
beast("text in UTF-16, the other way round", codecs.BOM_UTF16_BE + table("\t").encode("utf-16-be"))
beast("text in UTF-16 without its mark", table("\t").encode("utf-16-le"))
beast("text with tabs", table("\t").encode("gb18030"))
beast("CSV with semicolons", table(";").encode())
beast("CSV that tells its separator", b"sep=;\r\n" + table(";").encode())
beast("CSV with the line ends of Unix", table(ending="\n").encode())
beast("CSV without a title", table(skip=2).encode())
beast("CSV with blank lines first", b"\r\n,,,\r\n" + table().encode())
beast("CSV in quotes", table().replace("H1", '"H1"').encode())
beast("CSV with numbers kept as text", table().replace("H1", '="H1"').encode())
beast("CSV with a line break in a cell", table().replace("H2,0,否", '"H2","a ""b""\nc",否').encode("gb18030"),
    rows=[PLAIN[0], row("H2", None, False, DAY)], errors=[("B5", "不是数字")])  # fmt: skip
beast("CSV with a number cut by Excel", f"姓名,证件号码\r\n张三,4.20111E+17\r\n李四,{ID_NUMBER}\r\n".encode("gb18030"), book=Book(
    kind="a", title="a", sheets=(type(PEOPLE)(name="人", title="", columns=PEOPLE.columns[:2]),)),
    rows=[{"name": "张三", "number": None}, {"name": "李四", "number": ID_NUMBER}],
    errors=[("B2", "证件号码被表格变成了小数或科学计数法，末几位已经丢失。")])  # fmt: skip
beast(
    "CSV for a workbook of several sheets",
    table().encode(),
    book=TWO,
    refused="CSV 文件只有一张表，这里需要的是几张表的工作簿",
)
beast("one endless word", b"a" * 200_000, refused="CSV 文件有过长的内容，或引号不成对")
beast(
    "a quote that never closes",
    b'"never closed, ' + b"x" * 200_000,
    refused="CSV 文件有过长的内容，或引号不成对",
)
beast("bytes of no encoding", b"\xff\xff\xff, \xff", refused="文件的文字编码无法识别")


def older(change: str = "pass", base_1904: bool = False) -> bytes:
    """The usual table as an .xls, a row down and a column to the right; `change` is a line of Python over `book` and `page`."""
    book = xlwt.Workbook(encoding="utf-8")
    book.dates_1904 = base_1904
    page = book.add_sheet("户")
    for down, line in enumerate(LINES, start=1):
        for right, value in enumerate(line, start=1):
            if value == "2016-12-31":
                page.write(down, right, DAY, xlwt.easyxf(num_format_str="YYYY-MM-DD"))
            elif value:
                page.write(down, right, float(value) if value in ("3.5", "0") else value)
    exec(change, {"book": book, "page": page})
    return saved(book)


beast(".xls", older)
beast(".xls counted from 1904", partial(older, base_1904=True))
beast(".xls with a hidden sheet", partial(older, "book.add_sheet('旧').visibility = 1"), hidden=["旧"])
beast(".xls with hidden rows", partial(older, "page.row(4).hidden = page.row(9).hidden = True"),
    notes=["工作表“户”的第5行是隐藏的，也已读取"])  # fmt: skip
beast(".xls with a hidden column", partial(older, "page.col(2).hidden = page.col(20).hidden = True"),
    notes=["工作表“户”的C列是隐藏的，也已读取"])  # fmt: skip
beast(".xls with logical and long cells", partial(older, "page.write(9, 1, 'H9'); page.write(9, 2, True); page.write(10, 1, 420111199001011234)"),
    rows=[*PLAIN, row("H9", None, None), row(None, None, None)],
    errors=[("C10", "单元格是逻辑值，应为数字"), ("B11", "内容以数字形式保存，末位已丢失")])  # fmt: skip
beast(".xls cut off", lambda: older()[:3000], refused=NONSENSE)

STRICT = {
    b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    b"http://schemas.openxmlformats.org/drawingml/2006/main": b"http://purl.oclc.org/ooxml/drawingml/main",
}


def strict() -> bytes:
    """The workbook as Excel saves it under the other names, with dates as text."""
    parts = parts_of(xlsx(rows=[["H1", 3.5, "是"], ["H2", 0, "否", DAY]]))
    for usual, other in STRICT.items():
        parts = {name: content.replace(usual, other) for name, content in parts.items()}
    assert b"schemas.openxmlformats.org/spreadsheetml" not in parts["xl/workbook.xml"]
    return zipped(parts)


beast("Strict Open XML", strict)

# --- what is no workbook, broken, or made to hurt -------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512)
beast("empty file", b"", refused="文件是空的（0 字节）")
beast("encrypted workbook", OLE + "EncryptedPackage".encode("utf-16-le"), refused="文件已加密，设了打开密码")
beast("old container with nothing in it", OLE + "Workbook".encode("utf-16-le"), refused=NONSENSE)
beast("picture", b"\x89PNG\r\n\x1a\n" + bytes(50), refused="文件是图片，不是工作簿")
beast("PDF", b"%PDF-1.7\n", refused="文件是 PDF，不是工作簿")
WEB = "文件是网页，只是名字像表格（有的系统这样导出 .xls）"
beast("web page named .xls", b"\xef\xbb\xbf<html><table></table></html>", refused=WEB)
beast("web page in UTF-16", "<!DOCTYPE html>".encode("utf-16"), refused=WEB)
beast("web archive", b"MIME-Version: 1.0\r\n", refused=WEB)
beast("workbook of 2003 in XML", b"<?xml version='1.0'?><Workbook/>", refused="文件是 XML，不是 .xlsx 工作簿")
beast("program", bytes(range(256)), refused="文件不是工作簿")
beast("package of which the start alone arrived", b"PK\x03\x04 and no more", refused=SAVED)
for kept in (30, 60, 90, 99):
    beast(
        f"{kept} % of a workbook",
        lambda kept=kept: (whole := xlsx())[: len(whole) * kept // 100],
        refused=SAVED,
    )
TYPE = {TYPES: b"<a/>"}
PACKAGES: dict[str, tuple[Mapping[str, bytes], str]] = {
    "archive of other files": ({"a.txt": b""}, "文件是压缩包，但不是工作簿"),
    ".ods": ({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b"<a/>"}, "文件是压缩包，但不是工作簿"),
    "Word document": (TYPE | {"word/document.xml": b"<a/>"}, "文件是 Word 文档，不是工作簿"),
    ".xlsb": (TYPE | {"xl/workbook.bin": b""}, "文件是二进制工作簿 .xlsb"),
    ".xlsm": (TYPE | {"xl/vbaProject.bin": b""}, "文件含有宏"),
    "path out of the archive": (TYPE | {"../../etc/passwd": b""}, "文件里有不正常的路径"),
    "path from the root": (TYPE | {"/etc/passwd": b""}, "文件里有不正常的路径"),
    "path of a drive": (TYPE | {"C:/x.xml": b""}, "文件里有不正常的路径"),
    "nothing but types": (TYPE, SAVED),
    "types that are no XML": ({TYPES: b"not xml"}, NONSENSE),
    "entity of a file": (
        {TYPES: b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'}, "文件里有不正常的 XML 声明"),
    "entities of entities": (
        TYPE | {SHARED: b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><a>&b;</a>'}, "文件里有不正常的 XML 声明"),
    "too many parts": ({f"{number}.xml": b"" for number in range(2001)}, "文件里的部件太多，不像正常的工作簿"),
}  # fmt: skip
for name, (parts, reason) in PACKAGES.items():
    beast(name, partial(zipped, parts), refused=reason, large=name == "too many parts")


def bomb() -> bytes:
    """A workbook with a part of 101 MB that is packed into almost nothing."""
    return zipped(parts_of(xlsx()) | {"xl/media/image1.xml": bytes(101 * 1024 * 1024)})


beast("bomb", bomb, refused="文件解压后过大", large=True)
