"""What is written into a user's workbook about its errors: which cells are red, what stands beside a row and where.

Runs in a reading process, without Django.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from fupin.sheets.cells import Kind, label_key, sentence
from fupin.sheets.child import REMARKS_SHEET
from fupin.sheets.stream import column_number

REMARK_HEADER = "说明"
#: The fill of a wrong cell. Odd on purpose: by it the cells that were marked before are known.
WRONG_COLOUR = "FFFFB3B4"
LAST_COLUMN = 16_384
LONGEST = 32_000
HEADER_WITHIN = 10
#: The head of the sheet of errors that have no cell.
HEADS = ("工作表", "位置", "问题", "怎么改")
GUIDE = "标红的格子要改，原因和改法写在各表最右边的“说明”列；没有具体格子的问题列在下面。改好后直接上传本文件，“说明”不用删。"
FROM_XLS = "原文件是 .xls，已另存为 .xlsx：内容和位置不变，格式没有保留。"
FROM_CSV = "原文件是 .csv，已另存为 .xlsx：内容和位置不变。"
WIDTHS = (14, 10, 50, 60)
#: How wide the column of remarks is.
WIDTH = 50

_CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
_ROW = re.compile(r"第([1-9][0-9]{0,6})行")

Rows = Iterable[tuple[int, list[tuple[int, str, str]]]]


@dataclass
class Remarks:
    """The errors of one sheet: red cells by row, and the words beside each row."""

    labels: frozenset[str] = frozenset()
    red: dict[int, set[int]] = field(default_factory=dict)
    words: dict[int, list[str]] = field(default_factory=dict)
    header: int = 0
    last: int = 0
    """The last column in use; the remarks stand in the next one."""

    def add(self, row: int, column: int, letters: str, text: str) -> None:
        """Keep an error at a cell, or at a whole row where the column is 0."""
        if column:
            self.red.setdefault(row, set()).add(column)
        self.words.setdefault(row, []).append(f"{letters}列：{text}" if letters else text)

    def look(self, rows: Rows) -> None:
        """Find the header row: the one of the first rows that has most of the sheet's labels."""
        most = 0
        for count, (number, cells) in enumerate(rows):
            if count == HEADER_WITHIN:
                break
            found = len({label_key(text) for _, kind, text in cells if kind == Kind.TEXT} & self.labels)
            if found > most:
                self.header, most = number, found

    def beside(self, row: int) -> str:
        """What stands in the column of remarks in a row."""
        parts = list(dict.fromkeys(self.words.get(row, ())))
        if row == self.header:
            parts.insert(0, REMARK_HEADER)
        elif not self.header and parts:
            parts[0] = f"{REMARK_HEADER}：{parts[0]}"
        return "；".join(part for part in parts)[:LONGEST]

    @property
    def rows(self) -> set[int]:
        """The rows that something is written beside."""
        return set(self.words) | ({self.header} if self.header else set())


def sorted_out(brief: Mapping[str, Any], tabs: list[str]) -> tuple[dict[str, Remarks], list[list[str]]]:
    """Give each tab of a workbook its errors, and those that have no cell as lines of their own."""
    names = {key: name for name, keys in brief["names"].items() for key in keys}
    placed: dict[str, str] = {}
    for tab in tabs:
        placed.setdefault(names.get(label_key(tab), tab), tab)
    by_tab = {tab: Remarks() for tab in tabs}
    general: list[list[str]] = []
    for sheet, cell, reason, remedy in brief["errors"]:
        alone = tabs[0] if len(tabs) == 1 else ""
        tab = placed.get(sheet) or (sheet if sheet in by_tab else alone)
        at, row = _CELL.fullmatch(cell), _ROW.fullmatch(cell)
        if not tab or not (at or row):
            general.append([sheet, cell, sentence(reason), sentence(remedy)])
            continue
        remarks = by_tab[tab]
        remarks.labels = frozenset(brief["labels"].get(sheet, ()))
        text = (sentence(reason) + sentence(remedy)).rstrip("。")
        if at:
            remarks.add(int(at[2]), column_number(at[1]), at[1], text)
        elif row:
            remarks.add(int(row[1]), 0, "", text)
    return {tab: remarks for tab, remarks in by_tab.items() if remarks.words}, general


def lines_of_sheet(general: list[list[str]], said: str = "") -> Iterator[list[str]]:
    """The lines of the sheet of errors that have no cell."""
    yield [REMARKS_SHEET]
    yield [GUIDE]
    if said:
        yield [said]
    yield list(HEADS)
    yield from general or [["—", "", "没有其他问题。", ""]]
