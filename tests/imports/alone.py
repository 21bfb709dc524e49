"""One mistake that could be followed by nonsense: rows that no longer fit, families without heads, counts that differ."""

from __future__ import annotations

from datetime import date

from tests.imports.cases import Case, cell, without_column

ALONE = (
    Case(
        "household number too long in 户",
        cell(户_A5="4" * 21),
        ["户!A5 “444***********4444”：文字有 21 个字，最多 20 个字。请缩短后重新填写。"],
    ),
    Case(
        "household number blank in 人",
        cell(人_A5=None),
        ["人!A5：“户编号”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。"],
    ),
    Case(
        "household number as a date in 人",
        cell(人_A5=date(2017, 1, 1)),
        ["人!A5 “2017-01-01”：单元格是日期，应为文字。请把单元格格式设为文本后重新填写。"],
    ),
    Case(
        "relation of the head unknown",
        cell(人_F5="一家之主"),
        [
            "人!F5 “一家之主”：没有“一家之主”这一项。可填：本人或户主、配偶、之子、之女、之儿媳、之女婿、之孙子、之孙女、之外孙子、之外孙女、之父、之母、之岳父、之岳母、之公公、之婆婆、之祖父、之祖母、之外祖父、之外祖母、其他。"
        ],
    ),
    Case(
        "name of the head blank",
        cell(人_B5=None),
        ["人!B5：“姓名”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。"],
    ),
    Case(
        "head name blank",
        cell(户_D5=None),
        ["户!D5：“户主姓名”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。"],
    ),
    Case(
        "people not a number",
        cell(户_E5="三人"),
        ["户!E5 “三人”：不是整数。请只填数字，不带单位和文字；没有数据请留空。"],
    ),
    Case(
        "status blank",
        cell(户_G4=None),
        ["户!G4：“脱贫状态”不能为空。请填写；如果用了合并单元格，请取消合并后每行都填写。"],
    ),
    Case(
        "exit year not a year",
        cell(户_H4="今年"),
        ["户!H4 “今年”：不是有效的年份。请填写2013 到 2100 之间的四位年份，如 2017。"],
    ),
    Case(
        "ID refused, no birth date",
        cell(人_C4="421199", 人_D4=None, 人_E4=None),
        [
            "人!C4 “******************”：证件号码有6位，应为18位（身份证）、20位或22位（残疾人证）。请核对是否漏填或多填了数字。"
        ],
    ),
    Case(
        "birth date refused of a newborn",
        cell(人_E12="去年"),
        ["人!E12 “去年”：不是完整的日期。请填写年月日，如 2025-05-06。"],
    ),
    Case(
        "sex refused of a newborn", cell(人_D12="不详"), ["人!D12 “不详”：没有“不详”这一项。可填：男、女。"]
    ),
    Case(
        "column 户编号 missing in 户",
        without_column("户", "户编号"),
        ["户!第3行：缺少“户编号”列。请在表头中加上“户编号”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 户编号 missing in 人",
        without_column("人", "户编号"),
        ["人!第3行：缺少“户编号”列。请在表头中加上“户编号”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 与户主关系 missing",
        without_column("人", "与户主关系"),
        ["人!第3行：缺少“与户主关系”列。请在表头中加上“与户主关系”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 脱贫年度 missing",
        without_column("户", "脱贫年度"),
        ["户!第3行：缺少“脱贫年度”列。请在表头中加上“脱贫年度”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 脱贫状态 missing",
        without_column("户", "脱贫状态"),
        ["户!第3行：缺少“脱贫状态”列。请在表头中加上“脱贫状态”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 人数 missing",
        without_column("户", "人数"),
        ["户!第3行：缺少“人数”列。请在表头中加上“人数”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 性别 missing",
        without_column("人", "性别"),
        ["人!第3行：缺少“性别”列。请在表头中加上“性别”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 出生日期 missing",
        without_column("人", "出生日期"),
        ["人!第3行：缺少“出生日期”列。请在表头中加上“出生日期”，没有数据可留空列；或下载空白模板填写。"],
    ),
    Case(
        "column 村代码 missing",
        without_column("村情", "村代码"),
        ["村情!第3行：缺少“村代码”列。请在表头中加上“村代码”，没有数据可留空列；或下载空白模板填写。"],
    ),
)
