"""Regions enter as a set, parents before children."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from fupin.access import Action, Actor, may
from fupin.audit import acting
from fupin.domain.bulk import Written, upsert
from fupin.models import Level, Region, parent_code
from fupin.refusals import Refused


def level_of(code: str) -> Level:
    """The level a 12-digit code has by its form: the longest level whose digits are not all zero.

    Only for codes that come without a level, as in the published lists; a stored region keeps its own.
    """
    for level in reversed(Level):
        above = level.above
        if code[above.value if above else 0 : level.value].strip("0"):
            return level
    raise Refused(f"区划代码 {code} 不是有效的12位代码。")


def save_regions(*, regions: Iterable[tuple[str, str]], actor: Actor) -> Written:
    """Insert or rename regions given as (code, name). Every parent must be there or among them."""
    rows = {}
    for code, name in regions:
        if len(code) != 12 or not code.isdecimal():
            raise Refused(f"区划代码 {code} 应为12位数字。")
        if not may(actor, Action.REGIONS, code):
            raise Refused("您没有管理行政区划的权限。")
        level = level_of(code)
        rows[code] = {
            "code": code,
            "name": name,
            "level": level.value,
            "parent_id": parent_code(code, level) or None,
        }
    known = set(Region.objects.unscoped("parents may lie above the actor").values_list("code", flat=True))
    for row in rows.values():
        parent = row["parent_id"]
        if parent and parent not in known and parent not in rows:
            # A county's portal begins at its county: the levels above it are not in its tree.
            row["parent_id"] = None
    ordered = sorted(rows.values(), key=lambda row: (row["level"], row["code"]))
    with acting(actor, via="import"), transaction.atomic():
        return upsert(Region, ordered, key=["code"])
