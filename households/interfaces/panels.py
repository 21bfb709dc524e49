"""Parts of a household's and a member's page."""

from __future__ import annotations

from collections.abc import Iterator

from fupin.models import Placed
from fupin.resource import Panel, Resource
from households.card import Parts


def part_panels(resource: Resource, row: Placed, parts: Parts) -> Iterator[Panel]:
    """The parts of the official form, each a panel of what is known; what is not is named in one line of it."""
    blank_parts = []
    for title, names in parts:
        known = [name for name in names if getattr(row, name) not in (None, "", [])]
        blank = [str(row._meta.get_field(name).verbose_name) for name in names if name not in known]
        if not known:
            blank_parts.append(title)
            continue
        rows = list(resource.attributes(row, known))
        yield Panel(title, [*rows, ("未采集", "、".join(blank), "")] if blank else rows)
    if blank_parts:
        yield Panel("尚未采集", empty=f"{'、'.join(blank_parts)}。点“修改”填写。")
