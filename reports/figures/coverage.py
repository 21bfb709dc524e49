"""Which ledgers there are: what decides between a number, 0 and 暂无数据."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Q

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
    """The same of each place of a level in the window's region that has a village, by prefix. Two queries."""
    regions = Region.objects.unscoped("figures; the right to report was checked")
    # A village that has ended since is none of those that there are, whatever ledgers it left.
    there = villages_of(regions, window.region, window.last)
    villages: dict[str, list[str]] = defaultdict(list)
    for code in there.order_by("code").values_list("code", flat=True):
        villages[code[: int(level)]].append(code)
    asked = (of for thing in things for of in (thing, *getattr(thing, "parts", ())))
    groups = list(dict.fromkeys(_kinds_of(thing, window) for thing in asked))
    years = _years(window, groups)
    return {
        place: Coverage(len(codes), window, {group: _covered(codes, group, years) for group in groups})
        for place, codes in villages.items()
    }


#: By kind of ledger and village: the last year in which it is kept or declared nil, and that in which it has rows.
Years = dict[str, dict[str, tuple[int, int]]]


def _years(window: Window, groups: Sequence[Kinds]) -> Years:
    """By one pass over the ledgers: whether one of the years from a first one on has it, is told by the last that has."""
    ledgers = Ledger.objects.unscoped("figures; the right to report was checked").filter(
        prefix_q(Ledger.region_path, (window.region.prefix,)),
        year__range=(min((first for _, first in groups), default=window.last), window.last),
    )
    found: Years = defaultdict(dict)
    with_rows = Max("year", filter=Q(state=Ledger.State.ROWS))
    for kind, village, kept, filled in (
        ledgers.order_by().values_list("kind", "region").annotate(kept=Max("year"), filled=with_rows)
    ):
        found[kind][village] = (kept, filled or 0)
    return found


def _covered(villages: Sequence[str], group: Kinds, years: Years) -> tuple[int, int]:
    kinds, first = group
    known = [years[kind] for kind in kinds if kind in years]
    covered = nil = 0
    for village in villages:
        told = [of[village] for of in known if village in of]
        if any(kept >= first for kept, _ in told):
            covered += 1
            nil += all(filled < first for _, filled in told)
    return covered, nil
