"""What the official form asks of a household and a member beyond what figures count (national tables AC30, AC31, AB01, AB02).

Everything here may be empty: empty means not collected, which is neither 否 nor 0.
"""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from fupin.fields import BankAccountField, PhoneField, money_field
from fupin.models import year_field
from households.conditions import (
    Dibao,
    DisabilityGrade,
    DisabilityKind,
    DropoutReason,
    EmploymentChannel,
    Fuel,
    HouseStructure,
    Housing,
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
from households.models.village import area_field


def asked(verbose_name: str) -> models.BooleanField:
    """A question answered by 是 or 否; empty means not asked."""
    return models.BooleanField(verbose_name, null=True, blank=True)


def listed(verbose_name: str, codes: type[models.TextChoices]) -> models.CharField:
    """A code of a list; empty means not collected."""
    return models.CharField(verbose_name, max_length=2, choices=codes.choices, blank=True)


def months_field(verbose_name: str) -> models.DecimalField:
    """Months of the year, 0 to 12, one decimal."""
    return models.DecimalField(
        f"{verbose_name}（月）",
        max_digits=3,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(12)],
    )


class Conditions(models.Model):
    """Of a household in a year: address and account, land, housing, living conditions, relocation."""

    address = models.CharField("住址", max_length=60, blank=True)
    phone = PhoneField("联系电话", max_length=20, blank=True)
    bank = models.CharField("开户银行", max_length=30, blank=True)
    bank_account = BankAccountField("银行账号", max_length=30, blank=True)

    standard = listed("识别标准", RecognitionStandard)
    not_exited_reason = listed("未脱贫原因", NotExitedReason)
    martyr_family = asked("军烈属")
    only_child_family = asked("独生子女户")
    two_daughter_family = asked("双女户")
    cause_note = models.CharField("致贫原因说明", max_length=200, blank=True)
    #: Medical costs that fall under the insurance's rules and that the household paid itself, in the year.
    out_of_pocket = money_field("合规自付医疗支出")

    farmland = area_field("耕地面积")
    irrigated = area_field("有效灌溉面积")
    forest = area_field("林地面积")
    returned_forest = area_field("退耕还林面积")
    orchard = area_field("林果面积")
    pasture = area_field("牧草地面积")
    water_area = area_field("水面面积")

    housing = listed("住房安全", Housing)
    house_area = models.DecimalField(
        "住房面积（平方米）", max_digits=7, decimal_places=2, null=True, blank=True
    )
    house_structure = listed("住房结构", HouseStructure)
    rebuilt_year = year_field("危房改造年度", null=True, blank=True)

    water_safe = asked("饮水安全")
    water_shortage = asked("饮水困难")
    production_power = asked("通生产用电")
    home_power = asked("通生活用电")
    broadcast = asked("通广播电视")
    road = listed("入户路类型", Road)
    road_hardened = asked("入户路已硬化")
    road_distance = models.DecimalField(
        "与村主干路距离（公里）",
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    fuel = listed("主要燃料", Fuel)
    toilet = asked("有卫生厕所")
    in_cooperative = asked("加入合作社")
    led_by_firm = asked("有龙头企业带动")
    led_by_person = asked("有致富带头人带动")

    relocated = asked("易地搬迁户")
    relocation = listed("搬迁方式", Relocation)
    resettlement = listed("安置方式", Resettlement)
    resettlement_place = listed("安置地", ResettlementPlace)
    moved_in_on = models.DateField("入住时间", null=True, blank=True)
    relocation_difficulty = models.CharField("搬迁困难", max_length=60, blank=True)

    class Meta:
        abstract = True


class Particulars(models.Model):
    """Of a member in a year: papers, schooling, disability, work, guarantees."""

    party = listed("政治面貌", Party)
    phone = PhoneField("联系电话", max_length=20, blank=True)
    id_valid_until = models.DateField("证件有效期至", null=True, blank=True)
    in_service = asked("现役军人")
    speaks_mandarin = asked("会讲普通话")

    dropout_reason = listed("失学或辍学原因", DropoutReason)
    disability_kind = listed("残疾类别", DisabilityKind)
    disability_grade = listed("残疾等级", DisabilityGrade)

    work_months = months_field("务工时间")
    employer = models.CharField("务工单位", max_length=60, blank=True)
    employment_channel = listed("就业渠道", EmploymentChannel)
    post_kind = listed("公益岗类型", PostKind)
    post_months = months_field("公益岗时间")

    medical_insurance = asked("参加医保")
    illness_insurance = asked("参加大病保险")
    commercial_insurance = asked("商业补充医保")
    pension = asked("参加养老保险")
    dibao = listed("享受低保", Dibao)
    tekun = listed("享受特困供养", Tekun)

    class Meta:
        abstract = True
