"""The sheet 下一步 of the village workbook: the village's own words, by section."""

from fupin.sheets.columns import CodeColumn, IntegerColumn, TextColumn
from fupin.sheets.layout import Sheet
from households.interfaces.sheets import UNIT_LINE
from reports.chapters import Chapter
from reports.models.text import PARAGRAPH_LENGTH

TEXT_SHEET = Sheet(
    name="下一步",
    aliases=("文字材料", "下一步打算", "文字"),
    title="{place}总结文字材料",
    unit_line=UNIT_LINE,
    optional=True,
    columns=(
        CodeColumn(
            name="chapter", label="章节", codes=Chapter, width=26, help="一至七；留空为“七、今后工作努力的方向”。"
        ),
        IntegerColumn(name="position", label="段落号", required=True, minimum=1, maximum=99, width=8),
        TextColumn(
            name="text", label="内容", required=True, max_length=PARAGRAPH_LENGTH, width=90, multiline=True,
            help="每段一行；可以写指标，如 {poor:户人}。",
        ),
    ),
)  # fmt: skip
