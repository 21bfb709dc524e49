"""Opening a closed year again: one asks, for a reason; another confirms."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from fupin.access import Action
from fupin.audit import acting
from fupin.domain.years import may_act_or_refuse, reopen_years
from fupin.models import Region, RegionYear, User
from fupin.models.review import REMARK_LENGTH
from fupin.refusals import Refused, said_plainly
from fupin.sheets.cells import typed_text
from reports.models import Reopening


def ask_to_reopen(*, region: Region, year: int, reason: str, actor: User) -> Reopening:
    """Ask for the closed year of a region's villages to be opened again.

    Raises Refused without the right or a reason, where nothing is closed, and while another request waits.
    """
    may_act_or_refuse(actor, Action.YEARS, region)
    reason = typed_text(reason)
    if not reason:
        raise Refused("请填写重新打开的原因。")
    if len(reason) > REMARK_LENGTH:
        raise Refused(f"原因请不要超过{REMARK_LENGTH}字，现在有{len(reason)}字。")
    years = RegionYear.objects.unscoped("the right was checked for the whole region")
    years = years.filter(region__code__startswith=region.prefix, year=year, state=RegionYear.State.CLOSED)
    if not years.exists():
        raise Refused(f"{region}没有已关账的{year}年度。")
    with said_plainly(), acting(actor, via="years"), transaction.atomic():
        return Reopening.objects.create(region=region, year=year, reason=reason, asked_by=actor)


def decide_reopening(*, reopening: Reopening, consented: bool, actor: User) -> int:
    """Confirm a request, and open the year; or withdraw it. Returns how many villages were opened.

    One transaction, the request locked: of two who decide at once the second is refused. Raises Refused without the right,
    for what was decided, and for whoever would confirm what he has asked for himself; he may withdraw it.
    """
    may_act_or_refuse(actor, Action.YEARS, reopening.region)
    with said_plainly(), acting(actor, via="years"), transaction.atomic():
        rows = Reopening.objects.unscoped("the right was checked").select_related("region")
        held = rows.select_for_update(of=("self",)).get(pk=reopening.pk)
        if held.decided_by_id is not None:
            raise Refused(f"这项申请{held.state}，请刷新页面。")
        if consented and held.asked_by_id == actor.pk:
            raise Refused("重新打开须由申请人以外的另一个人确认。")
        held.decided_by, held.decided_at, held.consented = actor, timezone.now(), consented
        held.save()
        if not consented:
            return 0
        return reopen_years(region=held.region, year=held.year, remark=held.reason, actor=actor)
