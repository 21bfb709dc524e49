"""What makes an empty workbook easy to fill: lists to choose from, notes on the headers, a sheet of explanations."""

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from fupin.sheets import styles
from fupin.sheets.cells import clean_text
from fupin.sheets.columns import CodeListColumn, Column
from fupin.sheets.layout import Book, Sheet

BLANK_ROWS = 30
CHOICE_ROWS = 1_000
INLINE_LENGTH = 255
"""The most characters a list inside a validation rule may have; a longer one is damaged in Excel."""

CODES_SHEET = "代码"
GUIDE_SHEET = "填表说明"


def add_notes(page: Worksheet, sheet: Sheet, header_row: int) -> None:
    """Put help and example on each header."""
    for index, column in enumerate(sheet.columns):
        text = note_of(column)
        if text:
            note = Comment(text, "填表说明", width=260, height=40 + 20 * (text.count("\n") + len(text) // 18))
            page.cell(header_row, index + 1).comment = note


def note_of(column: Column) -> str:
    """Return the note of a header, line by line."""
    lines = [
        "必填" if column.required else "",
        column.help,
        column.rule(),
        f"可选：{'、'.join(column.allowed())}" if column.allowed() else "",
        f"例：{column.example}" if column.example else "",
    ]
    return clean_text("\n".join(filter(None, lines)))


def add_choices(workbook: Workbook, book: Book, header_row: int) -> None:
    """Let cells of code and yes-no columns be chosen from a list."""
    codes: Worksheet | None = None
    for sheet in book.sheets:
        page = workbook[sheet.name]
        for index, column in enumerate(sheet.columns):
            labels = column.allowed()
            # A list cannot hold a choice of several: the program would refuse its own accepted answers.
            if not labels or isinstance(column, CodeListColumn):
                continue
            formula = f'"{",".join(labels)}"'
            if len(formula) - 2 > INLINE_LENGTH or any(mark in label for label in labels for mark in ',"'):
                if codes is None:
                    codes = workbook.create_sheet(CODES_SHEET)
                    codes.sheet_state = "hidden"
                formula = _list_range(codes, column, labels)
            rule = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=True)
            rule.errorTitle, rule.error = column.label[:30], "请从下拉列表中选择"
            letter = get_column_letter(index + 1)
            rule.add(f"{letter}{header_row + 1}:{letter}{header_row + CHOICE_ROWS}")
            page.add_data_validation(rule)


def _list_range(codes: Worksheet, column: Column, labels: list[str]) -> str:
    """Write a long list into the helper sheet, and return where it stands."""
    at = 1 if codes.max_row == 1 and codes.cell(1, 1).value is None else codes.max_column + 1
    styles.put(codes.cell(1, at), column.label)
    for number, label in enumerate(labels, start=2):
        styles.put(codes.cell(number, at), label)
    letter = get_column_letter(at)
    return f"{quote_sheetname(CODES_SHEET)}!${letter}$2:${letter}${len(labels) + 1}"


def add_guide(workbook: Workbook, book: Book) -> None:
    """Add the sheet that explains every column."""
    page = workbook.create_sheet(GUIDE_SHEET)
    heads = ("工作表", "列名", "必填", "类型", "填写要求", "可选内容", "示例", "说明")
    widths = (10, 22, 6, 10, 26, 50, 22, 40)
    lines: list[tuple[str, ...]] = [heads]
    for sheet in book.sheets:
        lines += [(sheet.name, "", "", "", "", "", "", note) for note in sheet.notes]
        lines += [
            (
                sheet.name,
                column.header,
                "是" if column.required else "",
                column.kind,
                column.rule(),
                "、".join(column.allowed()),
                column.example,
                column.help,
            )
            for column in sheet.columns
        ]
    styles.put(page.cell(1, 1), f"{book.title}填表说明")
    page.cell(1, 1).font = styles.TITLE_FONT
    for number, line in enumerate(lines, start=2):
        for index, text in enumerate(line, start=1):
            cell = page.cell(number, index)
            styles.put(cell, text or None)
            cell.border, cell.alignment = styles.BORDER, styles.WRAPPED
            cell.font = styles.HEADER_FONT if number == 2 else styles.BODY_FONT
    for index, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(index)].width = width
    styles.set_up_page(page, 2)
