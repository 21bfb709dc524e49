"""What every column of a sheet is and does; the kinds are in `fupin.sheets.columns`."""

import unicodedata
from dataclasses import dataclass
from typing import Any, ClassVar

from fupin.sheets.cells import Cell, CellRefused, Kind, is_plain_blank, label_key


@dataclass(frozen=True, kw_only=True)
class Column:
    """A column of a sheet: `name` is the field in the program, `label` the header a cadre reads."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    optional: bool = False
    """The whole column may be missing from a file; then its name is missing from the row's values too."""
    unit: str = ""
    help: str = ""
    example: str = ""
    width: int = 12
    sensitive: bool = False

    kind: ClassVar[str] = "文字"
    number_format: ClassVar[str] = "@"

    @property
    def header(self) -> str:
        """The header as printed, with the unit in brackets."""
        return f"{self.label}（{self.unit}）" if self.unit else self.label

    @property
    def keys(self) -> frozenset[str]:
        """What a header may read, in the form headers are compared in."""
        return frozenset(label_key(text) for text in (self.label, *self.aliases))

    def read(self, cell: Cell | Any | None, *, year: int | None = None) -> Any:
        """Return the value of a cell, None for a blank one; raise CellRefused with reason and remedy."""
        cell = Cell.of(cell)
        if cell is None or (cell.kind is Kind.TEXT and is_plain_blank(cell.value)):
            if self.required:
                raise CellRefused(
                    f"“{self.label}”不能为空", "请填写；如果用了合并单元格，请取消合并后每行都填写"
                )
            return None
        if cell.kind is Kind.ERROR:
            raise CellRefused(f"单元格是公式错误 {cell.value}", "请改正公式，或直接填写数值")
        if cell.kind is Kind.UNCALCULATED:
            raise CellRefused(
                "单元格是公式，但文件里没有保存计算结果", "请用 WPS 或 Excel 打开并保存后再上传"
            )
        return self.clean(cell, year)

    def clean(self, cell: Cell, year: int | None) -> Any:
        """Return the value of a filled, calculated cell."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """Return what is put into the cell, in a form `read` takes back unchanged."""
        return value

    def allowed(self) -> list[str]:
        """The values a user may choose from, where the column has such a list."""
        return []

    def rule(self) -> str:
        """What is accepted, in a few words, for the template and the docs."""
        return ""

    def describe(self) -> dict[str, Any]:
        """Return the column for the docs page and the notes of the template."""
        return {
            "name": self.name,
            "label": self.label,
            "aliases": list(self.aliases),
            "required": self.required,
            "unit": self.unit,
            "kind": self.kind,
            "rule": self.rule(),
            "allowed": self.allowed(),
            "help": self.help,
            "example": self.example,
            "sensitive": self.sensitive,
        }


_FULL_WIDTH = {0xFEE0 + ascii_code: ascii_code for ascii_code in range(0x21, 0x7F)}


def compact(cell: Cell) -> str:
    """Return the text of a number or date: full-width digits and marks as ASCII, blanks and invisible marks gone.

    Not NFKC, which would also read 12² as 122.
    """
    folded = cell.value.translate(_FULL_WIDTH)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in ("Cf", "Cc"))


def refuse_wrong_kind(cell: Cell, wanted: str) -> None:
    """Refuse what a spreadsheet program has turned into a date or a logical value."""
    if cell.kind is Kind.DATE:
        raise CellRefused(f"单元格是日期，应为{wanted}", "请把单元格格式设为文本后重新填写")
    if cell.kind is Kind.BOOL:
        raise CellRefused(f"单元格是逻辑值，应为{wanted}", "请重新填写")
