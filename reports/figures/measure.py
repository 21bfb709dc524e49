"""Measuring figures: of one region, or of every village or township below it.

A village is measured live, by one statement a base. Above one, what the cache keeps of its villages is put together with
what is measured live in those that were written since; with FUPIN_FIGURE_CACHE=off everything is measured live, and the
numbers are the same. What is of some villages or households alone is measured live.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.conf import settings

from fupin.models import Level
from reports.figures import cache
from reports.figures.coverage import Coverage, coverage_of, coverage_of_places
from reports.figures.declare import Base, Figure, Item, Listing, Measure
from reports.figures.result import Raw, Result, results_of
from reports.figures.snapshot import snapshot
from reports.figures.statements import measure_base
from reports.figures.window import Window


def measure(figures: Iterable[Figure], window: Window, coverage: Coverage | None = None) -> dict[str, Result]:
    """The figures of the window's region, by code. The caller has checked the right to report on it."""
    asked = _asked(figures)
    with snapshot() as is_one:
        coverage = coverage or coverage_of(window, asked.values())
        measured = _raw(asked, window, Level(window.region.level), is_one)
    return results_of(asked, measured.get(window.region.prefix, {}), coverage)


def figures_of_places(
    figures: Iterable[Figure], window: Window, level: Level
) -> dict[str, dict[str, Result]]:
    """The figures of every place of a level in the window's region, by its prefix and their code; in the order of the codes.

    Places are those that have a village in the window's last year, and those where there are rows all the same: ended since,
    they have a coverage of 0 of 0, and say nothing. The level may be the region's own. The caller has checked the right to
    report on the region.
    """
    asked = _asked(figures)
    with snapshot() as is_one:
        coverage = coverage_of_places(window, asked.values(), level)
        measured = _raw(asked, window, level, is_one)
    none = Coverage(0, window, {})
    return {
        place: results_of(asked, measured.get(place, {}), coverage.get(place, none))
        for place in sorted({*coverage, *measured})
    }


def _asked(figures: Iterable[Figure]) -> dict[str, Figure]:
    """The figures and what ratios divide, by code; each once."""
    figures = list(dict.fromkeys(figures))
    return {figure.code: figure for figure in (*figures, *(part for f in figures for part in f.parts))}


def _raw(asked: dict[str, Figure], window: Window, level: Level, is_one: bool) -> dict[str, dict[str, Raw]]:
    """What the database has of the figures, by place and code; without ratios."""
    live = [figure for figure in asked.values() if figure.measure is not Measure.RATIO]
    found: dict[str, dict[str, Raw]] = defaultdict(dict)
    # Outside a snapshot a village could be marked and folded between two statements, and be counted twice or not at all.
    if is_one and settings.FUPIN_FIGURE_CACHE and not window.region.is_village and not window.only:
        kept, live = cache.split(live, window, level)
        if kept:
            found.update(cache.put_together(kept, window, level))
    by_base: dict[Base, list[Figure]] = defaultdict(list)
    for figure in live:
        by_base[figure.base].append(figure)
    for base, members in by_base.items():
        for place, measured in measure_base(base, members, window, level).items():
            found[place] = {**found.get(place, {}), **measured}
    return found


def measure_places(figures: Sequence[Figure], window: Window, level: Level) -> dict[str, dict[str, Raw]]:
    """Raw value and rows of figures of one base for every place of a level in the window's region, by prefix; live.

    A place without a row is left out, and so are ratios: they are derived from what is measured.
    """
    measured = [figure for figure in figures if figure.measure is not Measure.RATIO]
    return measure_base(figures[0].base, measured, window, level)


# --- rows one by one -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """A listing's rows as items, with the results of their figures by code; not covered: 暂无数据."""

    items: list[Item]
    results: dict[str, Result]
    covered: int


def list_rows(listing: Listing, window: Window, coverage: Coverage) -> Listed:
    """The rows of a listing in the window's region, in their own order. One query."""
    rows = listing.base.model.objects.unscoped("figures; the right to report was checked")
    items = [listing.item(number, row) for number, row in enumerate(listing.rows(rows, window), start=1)]
    covered, _nil = coverage.of(listing.base)
    results = {
        figure.code: Result(figure, getattr(item.row, figure.expression), 1, covered, coverage.villages)
        for item in items
        for figure in (item.quantity, item.amount)
        if figure is not None
    }
    return Listed(items, results, covered)
