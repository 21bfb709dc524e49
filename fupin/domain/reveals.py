"""Recording that numbers were shown in full."""

from __future__ import annotations

from fupin.access import Action, may
from fupin.masking import Shown
from fupin.models import Region, Reveal, User
from fupin.refusals import Refused


def record_reveal(
    *, actor: User, region: Region, purpose: str, note: str, page: str, rows: Shown
) -> Reveal | None:
    """Record a page on which the actor sees numbers in full; None where no row of it has one.

    Raises Refused without the right in the region. It is called before the page is sent.
    """
    if not may(actor, Action.REVEAL, region.code):
        raise Refused(f"您没有查看{region}完整号码的权限。")
    if not rows:
        return None
    return Reveal.objects.create(
        region=region, user=actor, purpose=purpose, note=note, page=page[:100], rows=sorted(rows)
    )
