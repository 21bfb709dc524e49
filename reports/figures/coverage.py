"""Which ledgers there are: what decides between a number, 0 and 暂无数据."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.aggregates import ArrayAgg

from fupin.models import Ledger, Level, Region
from fupin.queries.places import villages_of
from fupin.scope import prefix_q
from reports.figures.declare import Base, Figure
from reports.figures.window import Window

Kinds = tuple[tuple[str, ...], int]


@dataclass(frozen=True)
class Coverage:
    """How many villages a region has, and in how many of them a ledger is kept or declared nil.

    What has accumulated over years is known where one of these years has the ledger.
    """

    villages: int
    window: Window
    #: (kinds of ledger, first year) -> (villages that keep one of them or declared it nil, of these only nil)
    kinds: dict[Kinds, tuple[int, int]]

    def of(self, thing: Figure | Base) -> tuple[int, int]:
        """Villages covered, and those of them where all is nil."""
        return self.kinds.get(_kinds_of(thing, self.window), (0, 0))


def _kinds_of(thing: Figure | Base, window: Window) -> Kinds:
    base = thing.base if isinstance(thing, Figure) else thing
    return thing.ledgers, window.span(base.span)[0]


def coverage_of(window: Window, things: Iterable[Figure | Base]) -> Coverage:
    """Which of the villages keep the ledgers that these figures rest on. Two queries."""
    found = coverage_of_places(window, things, Level(window.region.level))
    return found.get(window.region.prefix, Coverage(0, window, {}))


def coverage_of_places(window: Window, things: Iterable[Figure | Base], level: Level) -> dict[str, Coverage]:
    """The same of each place of a level in the window's region that has a village, of those it looks at, by prefix. Two queries."""
    regions = Region.objects.unscoped("figures; the right to report was checked")
    # A village that has ended since is none of those that there are, whatever ledgers it left.
    there = villages_of(regions, window.region, window.last).filter(window.only.villages("code", window.last))
    villages: dict[str, set[str]] = defaultdict(set)
    for code in there.values_list("code", flat=True):
        villages[code[: int(level)]].add(code)
    asked = (of for thing in things for of in (thing, *getattr(thing, "parts", ())))
    kept = _kept(window, dict.fromkeys(_kinds_of(thing, window) for thing in asked))
    return {
        place: Coverage(
            len(codes),
            window,
            {
                group: (len(codes & covered), len(codes & covered - filled))
                for group, (covered, filled) in kept.items()
            },
        )
        for place, codes in villages.items()
    }


def _kept(window: Window, groups: Iterable[Kinds]) -> dict[Kinds, tuple[set[str], set[str]]]:
    """For each group the villages that keep one of its ledgers or declared it nil in one of its years, and those with rows."""
    found: dict[Kinds, tuple[set[str], set[str]]] = {group: (set(), set()) for group in groups}
    if not found:
        return found
    ledgers = Ledger.objects.unscoped("figures; the right to report was checked").filter(
        prefix_q(Ledger.region_path, (window.region.prefix,)),
        year__range=(min(first for _, first in found), window.last),
    )
    told = ledgers.order_by().values_list("kind", "year", "state").annotate(villages=ArrayAgg("region"))
    for kind, year, state, villages in told:
        for (kinds, first), (covered, filled) in found.items():
            if kind in kinds and year >= first:
                covered.update(villages)
                if state == Ledger.State.ROWS:
                    filled.update(villages)
    return found
