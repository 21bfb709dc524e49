"""What a county's figures cost while its households grow and its villages stay as many; and what keeping them costs a writer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from django.db import connection

from fupin.access import SYSTEM
from fupin.domain.rows import save_row
from fupin.models import Level, Region
from households.models import HouseholdYear
from reports.figures.measure import figures_of_places, measure
from reports.figures.village import BASES
from reports.figures.window import PROGRAMME_START, Window
from reports.reference.facts import COUNTY, WANTIANFAN
from tests.bench.boards import fold_and_settle, measure_boards
from tests.bench.measuring import Call, Line, interleaved, ratio, told
from tests.bench.multiply import OF_VILLAGES, Copy, write_copies
from tests.bench.scratch import Scratch
from tests.bench.world import YEAR, Size

COUNTYS, TOWNSHIPS = "county's figures", "every township's figures"
#: Times as many households in the same villages, and times as long as the same figures measured live.
FLAT_AIM, LIVE_AIM, SAVE_AIM = 1.3, 0.05, 1.3
#: Villages that somebody writes in while the county is looked at.
MARKED = 5


def measure_cache(scratch: Scratch, county: str, size: Size) -> Iterator[Line]:
    """Times of the figures by the county's households, kept and live, with their ratios; and of a household's save."""
    calls: dict[str, Call] = {}
    inside: dict[str, str] = {}
    grown: dict[int, str] = {}
    for times in size.grown:
        name = scratch.copy(county, f"grown{times}")
        scratch.enter(name)
        grown[times] = name
        _grow(times)
        fold_and_settle()
        yield told(
            f"{COUNTYS}: households, {times} a household",
            HouseholdYear.objects.unscoped("bench").count(),
            "rows",
        )
        for label, call in _calls().items():
            calls[f"{label}, {times} a household"] = call
            inside[f"{label}, {times} a household"] = name

    def prepare(label: str) -> None:
        scratch.enter(inside[label])
        settings.FUPIN_FIGURE_CACHE = "live" not in label
        _mark(MARKED if "marked" in label else 0)

    found = interleaved(calls, rounds=size.rounds_of_sizes, repeat=size.repeat, prepare=prepare)
    settings.FUPIN_FIGURE_CACHE = True
    yield from (told(f"{label}: median time", seconds * 1000, "ms") for label, seconds in found.items())
    first, last = (f"{times} a household" for times in (size.grown[0], size.grown[-1]))
    for what in (COUNTYS, TOWNSHIPS):
        yield ratio(
            f"{what}, kept, {last} / {first}",
            found[f"{what}, kept, {last}"] / found[f"{what}, kept, {first}"],
            at_most=FLAT_AIM,
        )
        yield ratio(
            f"{what}, kept / live, {last}",
            found[f"{what}, kept, {last}"] / found[f"{what}, live, {last}"],
            at_most=LIVE_AIM,
        )
    yield from measure_boards(scratch, grown, size)
    yield from _saving(scratch, inside[f"{COUNTYS}, kept, {first}"], size)
    for name in set(inside.values()):
        scratch.drop(name)


def _grow(times: int) -> None:
    """Every village has its households so many times, with all that they were given; its projects and their money are as many."""
    villages = Region.objects.unscoped("bench").filter(level=Level.VILLAGE).values_list("code", "parent")
    copies = (Copy(code, k, code, parent, k) for code, parent in villages for k in range(1, times))
    write_copies(copies, but=OF_VILLAGES)


def _calls() -> dict[str, Call]:
    """What is asked of a county, by name: everything that adds up, since the programme's start."""
    county = Region.objects.unscoped("bench").get(code=COUNTY.code)
    window = Window(county, YEAR, YEAR, PROGRAMME_START)
    figures = [figure for base in BASES for figure in base.all_figures(window) if figure.adds_up]
    whole, parts = (
        partial(measure, figures, window),
        partial(figures_of_places, figures, window, Level.TOWNSHIP),
    )
    return {
        f"{COUNTYS}, kept": whole, f"{COUNTYS}, live": whole, f"{COUNTYS}, {MARKED} villages marked": whole,
        f"{TOWNSHIPS}, kept": parts, f"{TOWNSHIPS}, live": parts,
    }  # fmt: skip


def _mark(villages: int) -> None:
    """Let so many villages be written, and no other."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reports_villagemark")
        cursor.execute(
            "INSERT INTO reports_villagemark (region_id, year)"
            " SELECT code, %s FROM fupin_region WHERE level = %s ORDER BY code DESC LIMIT %s",
            [YEAR, Level.VILLAGE, villages],
        )


def _saving(scratch: Scratch, name: str, size: Size) -> Iterator[Line]:
    """A household that is changed by a form, with the triggers that mark its village and without."""
    scratch.enter(name)
    home = (
        HouseholdYear.objects.unscoped("bench")
        .filter(region=WANTIANFAN.village.code, year=YEAR)
        .earliest("pk")
    )
    changes = count()

    def save() -> None:
        row: Any = (
            HouseholdYear.objects.unscoped("bench").select_related("region", "household").get(pk=home.pk)
        )
        row.remark = f"第{next(changes)}次"
        save_row(row=row, actor=SYSTEM)

    def prepare(label: str) -> None:
        how = "ENABLE" if label == "marked" else "DISABLE"
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE households_householdyear {how} TRIGGER figures_on_update")
        save()  # plans are made anew after that

    found = interleaved(
        {"marked": save, "unmarked": save}, rounds=size.rounds, repeat=10 * size.repeat, prepare=prepare
    )
    yield from (told(f"household's save, {label}: median time", found[label] * 1000, "ms") for label in found)
    yield ratio("household's save, marked / unmarked", found["marked"] / found["unmarked"], at_most=SAVE_AIM)
