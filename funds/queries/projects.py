"""Reads of projects."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Any

from funds.models import Project
from fupin.models import Region


def usual_amounts(village: Region, without: Collection[Any] = ()) -> list[Decimal]:
    """What the village's projects cost, in 元; without those of some names. To tell an odd amount by."""
    rows = Project.objects.unscoped("the village's own projects; only amounts").filter(region=village)
    return list(
        rows.exclude(amount=None).exclude(name__in=without).order_by("pk").values_list("amount", flat=True)
    )
