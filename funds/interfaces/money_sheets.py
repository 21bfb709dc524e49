"""The ledgers of money as townships keep them: 指标台账, 资金安排台账, 资金支付台账 (DOMAIN 2.3 and 6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from funds.enums import FundChange, FundLevel
from funds.interfaces.columns import WanYuanColumn
from funds.models.appropriation import CENT
from fupin.models.years import FIRST_YEAR
from fupin.sheets.columns import (
    CodeColumn,
    Column,
    DateColumn,
    DecimalColumn,
    IntegerColumn,
    TextColumn,
    YearColumn,
)
from fupin.sheets.layout import Sheet
from households.interfaces.sheets import UNIT_LINE

#: 元 for one document, or for one payment: what is more is a slip of the unit.
MOST = Decimal(10_000_000_000)


def _yuan(name: str, label: str) -> DecimalColumn:
    return DecimalColumn(name=name, label=label, unit="元", minimum=None, width=16)


def _paid(name: str, label: str, *aliases: str) -> DecimalColumn:
    return DecimalColumn(
        name=name, label=label, aliases=aliases, required=True, unit="元", minimum=CENT, maximum=MOST, width=16,
        help="以元为单位：50万元填500000。",
    )  # fmt: skip


_RATE = DecimalColumn(name="rate", label="支出率", unit="%", width=9)
_LEVEL = CodeColumn(name="level", label="资金级次", aliases=("级次",), codes=FundLevel, width=9)
_BUDGET = IntegerColumn(name="budget", label="指标年度", width=9)
_REMARK = TextColumn(name="remark", label="备注", optional=True, max_length=200, width=18)
_PLACES = (TextColumn(name="township_name", label="乡镇"), TextColumn(name="village_name", label="村"))
_PROJECT = TextColumn(name="project_name", label="项目名称", width=26)
_SOURCE = TextColumn(name="source_document", label="指标文号", width=22)

#: What an appropriation says of itself; what became of it the ledger says besides.
_YEAR = YearColumn(
    name="year", label="年度", aliases=("预算年度",), required=True, minimum=FIRST_YEAR, width=7
)
_GRANTED = (
    replace(_LEVEL, required=True),
    TextColumn(
        name="document", label="文号", aliases=("指标文号",), required=True, max_length=60, width=22,
        help="照文件填写，系统统一写成：财农〔2017〕15号。", example="财农〔2017〕15号",
    ),
    TextColumn(name="title", label="文件名称", required=True, max_length=120, width=30),
    TextColumn(name="batch", label="批次", optional=True, max_length=30, help="同一文号分批下达的须填。"),
    TextColumn(
        name="region_name", label="接收单位", aliases=("下达单位",), optional=True, max_length=50,
        help="收到资金的县或乡镇；留空为页面上方所选的县或乡镇。",
    ),
    DateColumn(name="issued_on", label="下达日期", required=True, help="提前下达的，可以在上一年。"),
    TextColumn(name="item", label="预算科目", optional=True, max_length=30),
    _paid("amount", "下达", "下达金额", "指标金额"),
)  # fmt: skip
APPROPRIATION_COLUMNS: tuple[Column, ...] = (
    _YEAR,
    *_GRANTED,
    _yuan("effective", "现额"),
    _yuan("arrived", "到位"),
    _yuan("allocated", "安排"),
    _yuan("paid", "支出"),
    _yuan("left", "余额"),
    _RATE,
    _REMARK,
)
APPROPRIATION_SHEET = Sheet(
    name="指标台账",
    aliases=("资金指标", "资金指标台账"),
    title="{place}资金指标台账",
    unit_line=UNIT_LINE,
    columns=(_YEAR, *_GRANTED, _REMARK),
)

CHANGE_COLUMNS: tuple[Column, ...] = (
    DateColumn(name="on", label="日期"),
    CodeColumn(name="kind", label="变动", codes=FundChange, width=10),
    _yuan("amount", "金额"),
    _SOURCE,
    _LEVEL,
    TextColumn(name="region_name", label="接收单位"),
    TextColumn(name="document", label="变动文号", width=22),
    TextColumn(name="reason", label="事由", max_length=200, width=22),
)

ALLOCATION_COLUMNS: tuple[Column, ...] = (
    *_PLACES,
    _PROJECT,
    _LEVEL,
    _SOURCE,
    _BUDGET,
    DateColumn(name="on", label="安排日期"),
    TextColumn(name="document", label="安排文号", width=22),
    _yuan("amount", "安排"),
    _yuan("paid", "支出"),
    _yuan("unpaid", "未支付"),
    _RATE,
    _REMARK,
)

PAYMENT_COLUMNS: tuple[Column, ...] = (
    DateColumn(name="on", label="支付日期", aliases=("拨付日期", "付款日期"), required=True),
    TextColumn(
        name="voucher", label="凭证号", aliases=("记账凭证号", "凭证编号"), required=True, max_length=30,
        help="同一笔安排一年内不重复。", example="记-15",
    ),
    TextColumn(name="payee", label="收款单位", aliases=("收款人", "收款方"), required=True, max_length=60, width=24),
    _paid("amount", "支付", "支付金额", "拨付金额"),
    replace(_PLACES[0], optional=True),
    replace(_PLACES[1], aliases=("行政村", "村名"), optional=True, help="选定了村的可以留空。"),
    replace(_PROJECT, required=True),
    replace(_LEVEL, optional=True),
    replace(_SOURCE, required=True, help="从哪个文件的资金里付：须已安排给这个项目。"),
    replace(_BUDGET, aliases=("预算年度",), optional=True),
    _REMARK,
)  # fmt: skip
PAYMENT_SHEET = Sheet(
    name="资金支付台账",
    aliases=("资金支付", "支付台账"),
    title="{place}资金支付台账",
    unit_line=UNIT_LINE,
    columns=PAYMENT_COLUMNS,
)

#: The columns of a notice's table: a line for each project, its money by level in 万元 (WUCH, ANXI).
SUBSIDY_COLUMNS: tuple[Column, ...] = (
    *_PLACES,
    _PROJECT,
    *(
        WanYuanColumn(name=f"of_{level.value}", label=f"补助资金 {level.label}", width=13)
        for level in FundLevel
    ),
    WanYuanColumn(name="total", label="小计", width=13),
    _REMARK,
)
