"""Writing enterprises by a form; a village's list writes them together with their households (ledgers.py)."""

from __future__ import annotations

from funds.models import Enterprise
from fupin.access import Action, Actor, may
from fupin.domain.rows import write_row
from fupin.refusals import BY_HAND, Refused

# The name is unique by its own column, which has no sentence of a constraint: two may register it at once.
BY_HAND["funds_enterprise_name_key"] = "该市场主体已在本县登记。"


def save_enterprise(*, enterprise: Enterprise, actor: Actor) -> Enterprise:
    """Write a new or changed enterprise.

    Raises Refused without the right where it lies, or for a name that is registered in the county.
    """
    if not may(actor, Action.EDIT, enterprise.region_id):
        raise Refused(f"您没有在{enterprise.region}登记、修改市场主体的权限。")
    return write_row(row=enterprise, actor=actor)
