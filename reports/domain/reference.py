"""Loading the reference village and its neighbours, as a county would: regions, years, users, a workbook."""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from fupin.access import SYSTEM, Role
from fupin.audit import acting
from fupin.domain.imports import IMPORTERS, Outcome, import_file
from fupin.domain.regions import save_regions
from fupin.domain.users import assign_role
from fupin.domain.years import open_years
from fupin.models import Level, Region, User
from fupin.sheets.writing import write_workbook
from households.interfaces.imports import VillageImporter
from households.models import Helper, HouseholdYear, Pairing
from reports.reference.compose import compose
from reports.reference.facts import COUNTY, NEIGHBOURS, QILIPING, SECOND_TOWNSHIP, WANTIANFAN
from reports.reference.shape import VillageFacts

SEED = 1
#: Households that the demo's helper looks after.
HELPED = 5

#: (log-in name, name, role, region) of the demo's users.
PEOPLE = (
    ("admin", "周管理", Role.ADMINISTRATOR, COUNTY.code),
    ("county", "陈主任", Role.COUNTY, COUNTY.code),
    ("township", "刘镇干", Role.TOWNSHIP, QILIPING.code),
    ("clerk", "王文书", Role.CLERK, WANTIANFAN.village.code),
    ("clerk2", "李文书", Role.CLERK, NEIGHBOURS[0].code),
    ("team", "赵队员", Role.TEAM, WANTIANFAN.village.code),
    ("helper", "孙帮扶", Role.HELPER, WANTIANFAN.village.code),
    ("department", "吴教育", Role.DEPARTMENT, COUNTY.code),
    ("leader", "郑县长", Role.LEADER, COUNTY.code),
    ("auditor", "钱审计", Role.AUDITOR, COUNTY.code),
)


def write_village_workbook(facts: VillageFacts, target: Path, *, seed: int = SEED) -> None:
    """Write a village's workbook from its declared facts (reports/reference)."""
    rows = compose(facts, seed=seed)
    values = {"place": facts.village.name, "year": facts.year, "date": f"{facts.year}年12月31日"}
    write_workbook(IMPORTERS[VillageImporter.kind].book, rows.by_sheet(), target, title_values=values)


def load_village(facts: VillageFacts, *, beside: Iterable[tuple[str, str]] = ()) -> Outcome:
    """Save the village's regions (and others beside), open its year and import its workbook, as the system."""
    regions = [(p.code, p.name) for p in (*facts.regions_above, facts.village)]
    save_regions(regions=[*regions, *beside], actor=SYSTEM)
    villages = Region.objects.unscoped("a command of the system").filter(
        level=Level.VILLAGE, code__in=[facts.village.code, *(code for code, _ in beside)]
    )
    open_years(villages=villages, year=facts.year, actor=SYSTEM)
    county = Region.objects.unscoped("a command of the system").get(code=facts.county.code)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{facts.village.name}.xlsx"
        write_village_workbook(facts, path)
        importer = IMPORTERS[VillageImporter.kind]
        return import_file(path, importer=importer, region=county, year=facts.year, actor=SYSTEM)


def load_reference_village() -> Outcome:
    """万田畈村 with its neighbours' regions; again, it changes nothing."""
    places = [(p.code, p.name) for p in (SECOND_TOWNSHIP, *NEIGHBOURS)]
    return load_village(WANTIANFAN, beside=places)


def make_demo_users() -> str:
    """One user per role, with one random password kept in FUPIN_VAR/accounts.txt; returns the text to print.

    There is no default account: the password is drawn anew for each FUPIN_VAR.
    """
    path = settings.FUPIN_VAR / "accounts.txt"
    if path.exists() and User.objects.filter(username=PEOPLE[0][0]).exists():
        return path.read_text(encoding="utf-8")
    password = f"fupin-{secrets.token_hex(4)}"
    with acting(SYSTEM, via="form"), transaction.atomic():
        for username, name, role, code in PEOPLE:
            user, _ = User.objects.update_or_create(
                username=username,
                defaults={"name": name, "password": make_password(password), "must_change_password": False},
            )
            region = Region.objects.unscoped("a command of the system").get(code=code)
            if not user.assignments.exists():
                assign_role(user=user, role=role, region=region, actor=SYSTEM)
        _pair_helper()
    lines = [f"  {username:<11}{Role(role).label}（{name}）" for username, name, role, _ in PEOPLE]
    text = "\n".join([f"演示账号 demo accounts，密码 password：{password}", *lines, ""])
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return text


def _pair_helper() -> None:
    account = User.objects.get(username="helper")
    rows = HouseholdYear.objects.unscoped("a command of the system").filter(
        region_id=WANTIANFAN.village.code, year=WANTIANFAN.year
    )
    helper, _ = Helper.objects.unscoped("a command of the system").get_or_create(
        region_id=WANTIANFAN.village.code,
        user=account,
        defaults={"name": account.name, "unit": "县水利局", "position": "科员", "phone": "13800004321"},
    )
    for row in rows.order_by("household__number")[:HELPED]:
        Pairing.objects.unscoped("a command of the system").get_or_create(
            region_id=row.region_id,
            household_id=row.household_id,
            helper=helper,
            starts_on=date(WANTIANFAN.year, 1, 1),
        )
