"""The figures of a village: its profile, and its registered poor households."""

from django.db.models import Case, Q, Value, When

from households.enums import PovertyCategory, PovertyStatus
from households.ledgers import LedgerKind
from households.models import HouseholdYear, VillageYear
from reports.figures.declare import Agreement, Base

# --- 村情: what the village says of itself in the report's last year ------------------------------------------

profile = Base(
    "profile",
    model=VillageYear,
    resource="villages",
    entity="region",
    size="",
    ledger=LedgerKind.PROFILE,
    counts=lambda window: Q(year=window.last),
    description="报告期末年度的村基本情况表",
)


def _said(name: str) -> dict[str, str]:
    """Label and definition of a figure that repeats a field of the village's form."""
    label = str(VillageYear._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # a column, no relation
    label = label.partition("（")[0]  # the unit is the figure's own
    return {"label": label, "definition": f"村基本情况表“{label}”一栏，按村填报数汇总"}


for _name, _unit, _places in (
    ("groups", "个", 0), ("hamlets", "个", 0), ("households", "户", 0), ("people", "人", 0),
    ("agricultural_people", "人", 0), ("labour", "人", 0), ("away_labour", "人", 0), ("territory", "亩", 2),
    ("farmland", "亩", 2), ("forest", "亩", 2), ("water", "亩", 2), ("party_members", "人", 0),
    ("secretaries", "人", 0), ("deputy_directors", "人", 0), ("family_planning_officers", "人", 0),
):  # fmt: skip
    profile.amount(_name, unit=_unit, of=_name, places=_places, **_said(_name))
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
    ledger=LedgerKind.HOUSEHOLDS,
    counts=lambda window: Q(year=window.last, on_roll=True),
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

BASES = (profile, registered)
AGREEMENTS = (
    Agreement("按脱贫年度", poor, (exited, not_exited)),
    Agreement("按贫困户属性", poor, (general, dibao, wubao)),
)
NAMES = {thing.name: thing for base in BASES for thing in base.declared}
