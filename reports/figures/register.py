"""Sections 一 and 二: the village's profile, its registered poor households, and who of them works for wages."""

from django.db.models import Case, F, Q, Value, When

from households.enums import PovertyCategory, PovertyStatus
from households.ledgers import LedgerKind
from households.models import HouseholdYear, Membership, VillageYear
from reports.figures.declare import Base, Measure

# --- 村情: what the village says of itself in the report's last year ------------------------------------------

profile = Base(
    "profile",
    model=VillageYear,
    resource="villages",
    entity="region",
    size="",
    ledgers=(LedgerKind.PROFILE,),
    counts=Q(),
    description="报告期末年度的村基本情况表",
)


def _said(name: str) -> dict[str, str]:
    """Label and definition of a figure that repeats a field of the village's form."""
    label = str(VillageYear._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column, no relation
    label = label.partition("（")[0]  # the unit is the figure's own
    return {"label": label, "definition": f"村基本情况表“{label}”一栏，按村填报数汇总"}


villages = profile.figure(
    "profile.villages", "填报村情的村", "个", Measure.ENTITIES, definition="期末年度填报了村基本情况表的村"
)
key_villages = profile.figure(
    "profile.key_villages",
    "重点贫困村数",
    "个",
    Measure.ENTITIES,
    where=Q(is_key_village=True),
    definition="期末年度村基本情况表“重点贫困村”一栏为是的村",
)
#: By the field of the form.
numbers = {
    name: profile.amount(name, unit=unit, of=name, places=places, **_said(name))
    for name, unit, places in (
        ("groups", "个", 0), ("hamlets", "个", 0), ("households", "户", 0), ("people", "人", 0),
        ("agricultural_people", "人", 0), ("labour", "人", 0), ("away_labour", "人", 0), ("territory", "亩", 2),
        ("farmland", "亩", 2), ("forest", "亩", 2), ("water", "亩", 2), ("party_members", "人", 0),
        ("secretaries", "人", 0), ("deputy_directors", "人", 0), ("family_planning_officers", "人", 0),
    )
}  # fmt: skip
for _name in ("position", "main_industries", "main_income"):
    profile.text(_name, of=_name, **_said(_name))
profile.text(
    "key_village",
    of=Case(
        When(is_key_village=True, then=Value("重点贫困村")),
        When(is_key_village=False, then=Value("非重点贫困村")),
        default=Value(""),
    ),
    **_said("is_key_village"),
)

# --- 建档立卡: the households on the roll in the report's last year ------------------------------------------

registered = Base(
    "registered",
    model=HouseholdYear,
    resource="households",
    entity="household",
    size="people",
    ledgers=(LedgerKind.HOUSEHOLDS,),
    counts=Q(on_roll=True),
    home="",
    description="报告期末年度在册的建档立卡户，人数为当年在户的家庭成员",
)
poor = registered.pair("poor", "建档立卡贫困户", definition="期末年度在册的建档立卡贫困户（含已脱贫）")
exited = registered.family(
    "exited", "{years}脱贫", by="exit_year", definition="期末年度在册、脱贫年度为{years}的户"
)
not_exited = registered.pair(
    "not_exited",
    "未脱贫",
    where=Q(status__in=[PovertyStatus.NOT_EXITED, PovertyStatus.RETURNED]),
    definition="期末年度在册、脱贫状态为未脱贫或返贫的户",
)
general = registered.pair(
    "general", "一般贫困户", where=Q(category=PovertyCategory.GENERAL), definition="属性为一般贫困户的在册户"
)
dibao = registered.pair(
    "dibao", "低保贫困户", where=Q(category=PovertyCategory.DIBAO), definition="属性为低保贫困户的在册户"
)
wubao = registered.pair(
    "wubao", "五保贫困户", where=Q(category=PovertyCategory.WUBAO), definition="属性为五保贫困户的在册户"
)


# --- 务工: members of these households ------------------------------------------------------------------------

members = Base(
    "members",
    model=Membership,
    resource="members",
    entity="pk",
    size="",
    ledgers=(LedgerKind.HOUSEHOLDS,),
    # The household lies where the member does: said again, so that the village is read in one piece.
    counts=Q(
        present=True,
        household_year__on_roll=True,
        household_year__region=F("region"),
        household_year__year=F("year"),
    ),
    beside=("household_year__region__code",),
    home="household_year__",
    description="报告期末年度在册户的在户家庭成员",
)
workers = members.figure(
    "workers",
    "贫困人口务工",
    "人",
    Measure.ENTITIES,
    where=~Q(work_place=""),
    definition="期末年度在户、填有务工情况的家庭成员",
)
