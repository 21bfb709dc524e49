"""The further columns of the sheets 户 and 人: what the official form asks beyond what a summary counts.

A file may leave any of them out; what the register says there then stays as it is.
"""

from __future__ import annotations

from typing import Any

from fupin.codes import CodeList
from fupin.sheets.columns import (
    BankAccountColumn,
    CodeColumn,
    Column,
    DateColumn,
    DecimalColumn,
    PhoneColumn,
    TextColumn,
    YearColumn,
    YesNoColumn,
)
from households.conditions import (
    Dibao,
    DisabilityGrade,
    DisabilityKind,
    DropoutReason,
    EmploymentChannel,
    Fuel,
    HouseStructure,
    NotExitedReason,
    Party,
    PostKind,
    RecognitionStandard,
    Relocation,
    Resettlement,
    ResettlementPlace,
    Road,
    Tekun,
)


def _asked(name: str, label: str, *aliases: str) -> YesNoColumn:
    return YesNoColumn(name=name, label=label, aliases=aliases, optional=True, width=2 * len(label) + 3)


def _listed(name: str, label: str, codes: type[CodeList], *aliases: str, **more: Any) -> CodeColumn:
    return CodeColumn(name=name, label=label, aliases=aliases, codes=codes, optional=True, width=14, **more)


def _text(name: str, label: str, length: int, *aliases: str, **more: Any) -> TextColumn:
    said: dict[str, Any] = {"width": 18, **more}
    return TextColumn(name=name, label=label, aliases=aliases, max_length=length, optional=True, **said)


def _area(name: str, label: str, *aliases: str) -> DecimalColumn:
    return DecimalColumn(
        name=name, label=label, aliases=aliases, unit="亩", maximum=100_000, optional=True, width=17
    )


HOUSEHOLD_CONDITIONS: tuple[Column, ...] = (
    _text("address", "住址", 60, "家庭住址", "详细地址"),
    _text("bank", "开户银行", 30, "开户行"),
    BankAccountColumn(
        name="bank_account", label="银行账号", aliases=("银行卡号", "一卡通账号"), optional=True
    ),
    _listed("standard", "识别标准", RecognitionStandard),
    _listed("not_exited_reason", "未脱贫原因", NotExitedReason, "不脱贫原因"),
    _asked("martyr_family", "军烈属", "是否军烈属"),
    _asked("only_child_family", "独生子女户", "是否独生子女户"),
    _asked("two_daughter_family", "双女户", "是否双女户"),
    _text("cause_note", "致贫原因说明", 200),
    DecimalColumn(
        name="out_of_pocket", label="合规自付医疗支出", aliases=("合规自付支出",), unit="元",
        maximum=10_000_000, optional=True, width=18,
    ),
    _area("irrigated", "有效灌溉面积", "有效灌溉"),
    _area("returned_forest", "退耕还林面积", "退耕还林"),
    _area("orchard", "林果面积"),
    _area("pasture", "牧草地面积", "牧草地"),
    _area("water_area", "水面面积", "水域面积"),
    _listed("house_structure", "住房结构", HouseStructure),
    YearColumn(name="rebuilt_year", label="危房改造年度", aliases=("危改年度",), optional=True, width=13),
    _asked("water_shortage", "饮水困难", "是否饮水困难"),
    _asked("production_power", "通生产用电", "是否通生产用电"),
    _asked("home_power", "通生活用电", "是否通生活用电"),
    _asked("broadcast", "通广播电视", "是否通广播电视"),
    _listed("road", "入户路类型", Road),
    _asked("road_hardened", "入户路已硬化", "入户道路是否硬化"),
    DecimalColumn(
        name="road_distance", label="与村主干路距离", unit="公里", maximum=999, optional=True, width=21
    ),
    _listed("fuel", "主要燃料", Fuel, "主要燃料类型"),
    _asked("toilet", "有卫生厕所", "是否有卫生厕所", "卫生厕所"),
    _asked("in_cooperative", "加入合作社", "是否加入合作社", "是否加入农民专业合作组织"),
    _asked("led_by_firm", "有龙头企业带动", "是否有龙头企业带动"),
    _asked("led_by_person", "有致富带头人带动", "是否有创业致富带头人带动"),
    _asked("relocated", "易地搬迁户", "是否搬迁户", "是否易地扶贫搬迁户"),
    _listed("relocation", "搬迁方式", Relocation),
    _listed("resettlement", "安置方式", Resettlement),
    _listed("resettlement_place", "安置地", ResettlementPlace),
    DateColumn(name="moved_in_on", label="入住时间", optional=True),
    _text("relocation_difficulty", "搬迁困难", 60, "搬迁可能存在的困难"),
)  # fmt: skip

MEMBER_PARTICULARS: tuple[Column, ...] = (
    _listed("party", "政治面貌", Party),
    PhoneColumn(name="phone", label="联系电话", aliases=("人联系电话",), optional=True),
    DateColumn(name="id_valid_until", label="证件有效期至", aliases=("身份证有效期",), optional=True, width=14),
    _asked("in_service", "现役军人", "是否现役军人"),
    _asked("speaks_mandarin", "会讲普通话", "是否会讲普通话"),
    _listed("dropout_reason", "失学或辍学原因", DropoutReason, "失学辍学原因"),
    _listed("disability_kind", "残疾类别", DisabilityKind),
    _listed("disability_grade", "残疾等级", DisabilityGrade),
    _text("employer", "务工单位", 60, "务工企业", "务工企业名称"),
    _listed("employment_channel", "就业渠道", EmploymentChannel),
    _listed("post_kind", "公益岗类型", PostKind, "公益性岗位"),
    DecimalColumn(
        name="post_months", label="公益岗时间", aliases=("公益岗月数",), unit="月", places=1, maximum=12,
        optional=True, width=14,
    ),
    _asked("illness_insurance", "参加大病保险", "是否参加大病保险", "是否参加大病医疗"),
    _asked("commercial_insurance", "商业补充医保", "是否参加商业补充医疗保险"),
    _listed("dibao", "享受低保", Dibao, "是否享受农村居民最低生活保障"),
    _listed("tekun", "享受特困供养", Tekun),
)  # fmt: skip
