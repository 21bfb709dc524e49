"""What a household was given in the year, on its printed card."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import F

from funds.interfaces.tables import measure_of
from funds.models import Benefit
from fupin.access import Actor
from fupin.words import plain
from households.interfaces.printing import Grid
from households.interfaces.tables import money
from households.models import HouseholdYear

HEADS = ["帮扶措施", "享受人", "日期", "批次", "数量", "金额（元）", "投放主体", "备注"]


def benefits_on_card(rows: Sequence[HouseholdYear], actor: Actor) -> dict[int, Grid]:
    """The measures and benefits of the year, with their sum; of all the households at once."""
    homes = {(row.household_id, row.year): row.pk for row in rows}
    given = Benefit.objects.visible_to(actor).filter(
        household__in={household for household, _ in homes}, year__in={year for _, year in homes}
    )
    given = given.annotate(person_name=F("person__name"), enterprise_name=F("enterprise__name"))
    grids = {
        row.pk: Grid(f"{row.year}年帮扶措施与资金", HEADS, tight=frozenset({2, 4, 5}), empty="没有登记。")
        for row in rows
    }
    sums: dict[int, list] = {}
    for benefit in given.order_by("household_id", F("on").asc(nulls_first=True), "measure", "pk"):
        pk = homes.get((benefit.household_id, benefit.year))
        if pk is None:
            continue
        quantity = f"{plain(benefit.quantity)}{benefit.unit}" if benefit.quantity is not None else ""
        amount = "" if benefit.amount is None else money(benefit.amount)
        if quantity and benefit.standard is not None:
            quantity += f"×{money(benefit.standard)}元"
        grids[pk].lines.append([
            measure_of(benefit), benefit.person_name or "", f"{benefit.on:%Y-%m-%d}" if benefit.on else "",
            benefit.tranche, quantity, amount, benefit.enterprise_name or "", benefit.remark,
        ])  # fmt: skip
        if benefit.amount is not None:
            sums.setdefault(pk, []).append(benefit.amount)
    for pk, amounts in sums.items():
        grids[pk].lines.append(["合计", "", "", "", "", money(sum(amounts)), "", ""])
    return grids
