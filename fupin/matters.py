"""What is still open in a village's year, told before it is submitted: each room registers its checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from fupin.access import Actor
from fupin.ledgers import LEDGERS
from fupin.models import Ledger
from fupin.place import Place


@dataclass(frozen=True)
class Matter:
    """Something that should be looked at; it keeps nobody from submitting."""

    text: str
    #: Where it is looked at, if there is such a page.
    url: str = ""


Check = Callable[[Place, Actor], Iterable[Matter]]
CHECKS: list[Check] = []


def open_matters(place: Place, actor: Actor) -> list[Matter]:
    """What is open at a village, as its checks find it; the ledgers without data first."""
    return [matter for check in (_ledgers_without_data, *CHECKS) for matter in check(place, actor)]


def _ledgers_without_data(place: Place, actor: Actor) -> Iterable[Matter]:
    """Ledgers that have neither rows nor a nil report: their figures print 暂无数据."""
    kept = Ledger.objects.visible_to(actor).filter(region=place.region, year=place.year)
    known = set(kept.values_list("kind", flat=True))
    if missing := [label for kind, label in LEDGERS.items() if kind not in known]:
        yield Matter(
            f"暂无数据的台账：{'、'.join(missing)}。确实没有的，请在首页零报告。", place.url("overview")
        )
