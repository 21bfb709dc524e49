"""The ledgers of money as townships keep them: 指标台账, 资金安排台账, 资金支付台账 (DOMAIN 2.3 and 6)."""

from __future__ import annotations

from funds.enums import FundChange, FundLevel
from funds.interfaces.columns import WanYuanColumn
from fupin.sheets.columns import CodeColumn, Column, DateColumn, DecimalColumn, IntegerColumn, TextColumn


def _yuan(name: str, label: str) -> DecimalColumn:
    return DecimalColumn(name=name, label=label, unit="元", minimum=None, width=16)


_RATE = DecimalColumn(name="rate", label="支出率", unit="%", width=9)
_LEVEL = CodeColumn(name="level", label="资金级次", codes=FundLevel, width=9)
_BUDGET = IntegerColumn(name="budget", label="指标年度", width=9)
_REMARK = TextColumn(name="remark", label="备注", max_length=200, width=18)
_PLACES = (TextColumn(name="township_name", label="乡镇"), TextColumn(name="village_name", label="村"))
_PROJECT = TextColumn(name="project_name", label="项目名称", width=26)
_SOURCE = TextColumn(name="source_document", label="指标文号", width=22)

APPROPRIATION_COLUMNS: tuple[Column, ...] = (
    IntegerColumn(name="year", label="年度", width=7),
    _LEVEL,
    TextColumn(name="document", label="文号", width=22),
    TextColumn(name="title", label="文件名称", width=30),
    TextColumn(name="batch", label="批次"),
    TextColumn(name="region_name", label="接收单位"),
    DateColumn(name="issued_on", label="下达日期"),
    TextColumn(name="item", label="预算科目"),
    _yuan("amount", "下达"),
    _yuan("effective", "现额"),
    _yuan("arrived", "到位"),
    _yuan("allocated", "安排"),
    _yuan("paid", "支出"),
    _yuan("left", "余额"),
    _RATE,
    _REMARK,
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
    DateColumn(name="on", label="支付日期"),
    TextColumn(name="voucher", label="凭证号"),
    TextColumn(name="payee", label="收款单位", width=24),
    _yuan("amount", "支付"),
    *_PLACES,
    _PROJECT,
    _LEVEL,
    _SOURCE,
    _BUDGET,
    _REMARK,
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
